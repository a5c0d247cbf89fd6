//! Fingerprints of hellos: JA3 and JA3S, as their authors at Salesforce describe them.

use crate::value::big_endian;
use md5::{Digest, Md5};

/// The unread rest of a hello.
struct HelloReader<'a>(&'a [u8]);

impl<'a> HelloReader<'a> {
    fn read(&mut self, length: usize) -> Option<&'a [u8]> {
        let (head, tail) = self.0.split_at_checked(length)?;
        self.0 = tail;
        Some(head)
    }

    fn uint(&mut self, width: usize) -> Option<u64> {
        self.read(width).map(big_endian)
    }

    fn vector(&mut self, width: usize) -> Option<&'a [u8]> {
        let length = self.uint(width)? as usize;
        self.read(length)
    }
}

/// Version and cipher suite that a ServerHello chooses; the version of its extension where it has one.
pub(super) fn chosen(hello: &[u8]) -> Option<(u16, u16)> {
    let (version, cipher, extensions) = server(hello)?;
    let version = each(extensions).find(|(kind, _)| *kind == 43).map_or(version, |(_, body)| big_endian(body));
    Some((version as u16, cipher as u16))
}

/// The protocol inside that a ServerHello agrees to.
pub(super) fn agreed(hello: &[u8]) -> Option<&[u8]> {
    let (_, body) = each(server(hello)?.2).find(|(kind, _)| *kind == 16)?;
    HelloReader(HelloReader(body).vector(2)?).vector(1)
}

/// The JA3S text of a ServerHello.
pub(super) fn of_server(hello: &[u8]) -> Option<String> {
    let (version, cipher, extensions) = server(hello)?;
    Some(format!("{version},{cipher},{}", joined(each(extensions).map(|(kind, _)| kind))))
}

/// The JA3 text of a ClientHello.
pub(super) fn of_client(hello: &[u8]) -> Option<String> {
    let mut rest = HelloReader(hello);
    let version = rest.uint(2)?;
    rest.read(32)?;
    rest.vector(1)?;
    let ciphers = rest.vector(2)?;
    rest.vector(1)?;
    let extensions = rest.vector(2).unwrap_or(rest.0);
    let body = |wanted| each(extensions).find(|(kind, _)| *kind == wanted).map_or(&[][..], |(_, body)| body);
    let groups = HelloReader(body(10)).vector(2).unwrap_or_default();
    let formats = HelloReader(body(11)).vector(1).unwrap_or_default();
    Some(format!(
        "{version},{},{},{},{}",
        joined(ciphers.chunks_exact(2).map(big_endian)),
        joined(each(extensions).map(|(kind, _)| kind)),
        joined(groups.chunks_exact(2).map(big_endian)),
        joined(formats.iter().map(|format| u64::from(*format)))
    ))
}

/// The MD5 hash of such a text, by which it is looked up.
pub(super) fn hash(full: &str) -> String {
    let mut text = String::new();
    crate::value::write_hex(&mut text, &Md5::digest(full.as_bytes()), None);
    text
}

fn server(hello: &[u8]) -> Option<(u64, u64, &[u8])> {
    let mut rest = HelloReader(hello);
    let version = rest.uint(2)?;
    rest.read(32)?;
    let early_draft = matches!(version, 0x7f00..=0x7f15);
    if !early_draft {
        rest.vector(1)?;
    }
    let cipher = rest.uint(2)?;
    if !early_draft {
        rest.read(1)?;
    }
    Some((version, cipher, rest.vector(2).unwrap_or_default()))
}

/// Types and bodies of extensions.
fn each(extensions: &[u8]) -> impl Iterator<Item = (u64, &[u8])> {
    let mut rest = HelloReader(extensions);
    std::iter::from_fn(move || Some((rest.uint(2)?, rest.vector(2)?)))
}

/// Numbers with dashes between, without those that only grease the protocol (RFC 8701).
fn joined(values: impl Iterator<Item = u64>) -> String {
    let mut text = String::new();
    for value in values.filter(|value| !(value & 0x0f0f == 0x0a0a && value >> 8 == value & 0xff)) {
        if !text.is_empty() {
            text.push('-');
        }
        text.push_str(&value.to_string());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_a_known_fingerprint() {
        // The example of JA3's authors.
        let full = "769,47-53-5-10-49161-49162-49171-49172-50-56-19-4,0-10-11,23-24-25,0";
        assert_eq!(hash(full), "ada70206e40642a3e4461f35503241d5");
    }

    #[test]
    fn grease_is_left_out() {
        assert_eq!(joined([0x0a0a, 0x1301, 0xfafa, 0x0aba].into_iter()), "4865-2746");
    }
}
