//! Handshake messages (RFC 5246, section 7.4; RFC 8446, section 4).

use super::session::TlsConnection;
use super::*;
use crate::field::FieldId;

pub(super) const CLIENT_HELLO: u8 = 1;
const SERVER_HELLO: u8 = 2;
const NEW_SESSION_TICKET: u8 = 4;
const ENCRYPTED_EXTENSIONS: u8 = 8;
const CERTIFICATE_MESSAGE: u8 = 11;
const SERVER_KEY_EXCHANGE: u8 = 12;
const CERTIFICATE_REQUEST: u8 = 13;
const CERTIFICATE_VERIFY: u8 = 15;
const CLIENT_KEY_EXCHANGE: u8 = 16;
const FINISHED: u8 = 20;
const CERTIFICATE_STATUS: u8 = 22;
const KEY_UPDATE: u8 = 24;

/// Longer messages are taken for encrypted ones.
const LONGEST: usize = 1 << 17;

/// The random value by which a ServerHello says that it asks for another ClientHello (RFC 8446, section 4.1.3).
const RETRY: [u8; 32] = [
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11,
    0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];

/// Whether a header of a handshake message makes sense, and so is not encrypted.
pub(super) fn is_clear(kind: u8, length: usize) -> bool {
    names::HANDSHAKE_TYPES.name(kind.into()).is_some() && length <= LONGEST
}

pub(super) fn name_of(kind: u8, message: &[u8]) -> &'static str {
    match (kind, message.get(6..38)) {
        (SERVER_HELLO, Some(random)) if random == RETRY => "Hello Retry Request",
        _ => names::HANDSHAKE_TYPES.name(kind.into()).unwrap_or("Unknown"),
    }
}

/// One message; returns its name.
pub(super) fn message(l: &mut Layer<'_, '_>, session: &mut TlsConnection) -> Result<&'static str, Stop> {
    let kind = l.peek(0, 1)? as u8;
    let name = name_of(kind, l.rest());
    let mark = l.mark();
    l.nest(HANDSHAKE, |l| {
        l.label_at(mark, || format!("Handshake Protocol: {name}"));
        let kind = l.u8(TYPE)?;
        l.label(|| {
            format!("Handshake Type: {} ({kind})", names::HANDSHAKE_TYPES.name(kind.into()).unwrap_or("Unknown"))
        });
        let length = l.u24(LENGTH)? as usize;
        bounded(l, length, |l| match kind {
            CLIENT_HELLO => client_hello(l, session),
            SERVER_HELLO => server_hello(l, session),
            NEW_SESSION_TICKET => keys::new_session_ticket(l, session),
            ENCRYPTED_EXTENSIONS => extensions::list(l, kind, session).map(|_| ()),
            CERTIFICATE_MESSAGE => keys::certificate(l),
            SERVER_KEY_EXCHANGE => keys::server_key_exchange(l, session),
            CERTIFICATE_REQUEST => keys::certificate_request(l, session),
            CERTIFICATE_VERIFY => keys::certificate_verify(l, session),
            CLIENT_KEY_EXCHANGE => keys::client_key_exchange(l, session),
            FINISHED => {
                l.bytes_left(VERIFY_DATA);
                Ok(())
            }
            CERTIFICATE_STATUS => keys::certificate_status(l),
            KEY_UPDATE => l.u8(KEY_UPDATE_REQUEST_UPDATE).map(|_| ()),
            _ => Ok(()),
        })
    })?;
    Ok(name)
}

/// Reads `length` bytes with `inside`. What is wrong in there ends there: the bytes behind are read as usual.
pub(super) fn bounded(
    l: &mut Layer<'_, '_>,
    length: usize,
    inside: impl FnOnce(&mut Layer<'_, '_>) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let end = l.at() + length;
    if end > l.end() {
        return l.within(length, inside);
    }
    if let Err(stop) = l.within(length, inside) {
        if stop == Stop::NotMine {
            return Err(stop);
        }
        let at = l.at();
        l.note(MALFORMED_BUFFER_TOO_SMALL, at, end, Value::None);
    }
    l.seek(end)
}

/// A vector: its length, then so many bytes; where the length is too great, as many as there are.
pub(super) fn vector<'p>(
    l: &mut Layer<'p, '_>,
    length: FieldId,
    width: usize,
    bytes: FieldId,
) -> Result<&'p [u8], Stop> {
    let size = (l.uint(length, width)? as usize).min(l.left());
    if size > 0 { l.bytes(bytes, size) } else { Ok(&[]) }
}

/// Version, random and session identifier, which both hellos begin with.
fn hello(l: &mut Layer<'_, '_>, session: &TlsConnection) -> Result<u16, Stop> {
    let version = l.u16(VERSION)?;
    random(l, session.version() == Some(TLS_1_3))?;
    Ok(version)
}

fn random(l: &mut Layer<'_, '_>, plain: bool) -> Result<(), Stop> {
    let start = l.at();
    let seconds = l.peek(0, 4)?;
    let random = l.bytes(RANDOM, 32)?;
    if random == RETRY {
        l.label(|| {
            let mut text = "Random: ".to_owned();
            crate::value::write_hex(&mut text, random, None);
            text + " (HelloRetryRequest magic)"
        });
    } else if !plain {
        l.below(|l| {
            l.note(RANDOM_TIME, start, start + 4, Value::Time(seconds as i64, 0));
            l.note(RANDOM_BYTES, start + 4, start + 32, Value::Bytes);
        });
    }
    Ok(())
}

fn client_hello(l: &mut Layer<'_, '_>, session: &mut TlsConnection) -> Result<(), Stop> {
    let body = l.rest();
    hello(l, session)?;
    vector(l, SESSION_ID_LENGTH, 1, SESSION_ID)?;
    let length = (l.u16(CIPHER_SUITES_LENGTH)? as usize).min(l.left());
    let mark = l.mark();
    l.nest(CIPHERSUITES, |l| {
        l.label_at(mark, || format!("Cipher Suites ({} suite{})", length / 2, plural(length / 2)));
        let end = l.at() + length;
        while l.at() + 2 <= end {
            l.u16(CIPHERSUITE)?;
        }
        l.seek(end)
    })?;
    let length = (l.u8(COMP_METHODS_LENGTH)? as usize).min(l.left());
    let mark = l.mark();
    l.nest(COMP_METHODS, |l| {
        l.label_at(mark, || format!("Compression Methods ({length} method{})", plural(length)));
        for _ in 0..length {
            l.u8(COMP_METHOD)?;
        }
        Ok(())
    })?;
    let at = l.at();
    let result = if l.left() > 0 { extensions::list(l, CLIENT_HELLO, session).map(|_| ()) } else { Ok(()) };
    if l.wants(JA3_FULL) || l.wants(JA3) {
        fingerprint(l, at, ja3::of_client(body), JA3_FULL, JA3);
    }
    result
}

fn server_hello(l: &mut Layer<'_, '_>, session: &mut TlsConnection) -> Result<(), Stop> {
    let body = l.rest();
    let version = l.peek(0, 2)? as u16;
    // The version is settled before the random value, whose first bytes are a time before TLS 1.3 only.
    let (chosen, cipher) = ja3::chosen(body).unwrap_or((version, 0));
    session.choose(l, chosen, cipher);
    if let Some(protocol) = ja3::agreed(body) {
        session.agree(l, protocol);
    }
    hello(l, session)?;
    let early_draft = matches!(version, 0x7f00..=0x7f15);
    if !early_draft {
        vector(l, SESSION_ID_LENGTH, 1, SESSION_ID)?;
    }
    l.u16(CIPHERSUITE)?;
    if !early_draft {
        l.u8(COMP_METHOD)?;
    }
    let at = l.at();
    let result = if l.left() > 0 { extensions::list(l, SERVER_HELLO, session).map(|_| ()) } else { Ok(()) };
    if l.wants(JA3S_FULL) || l.wants(JA3S) {
        fingerprint(l, at, ja3::of_server(body), JA3S_FULL, JA3S);
    }
    result
}

fn fingerprint(l: &mut Layer<'_, '_>, at: usize, full: Option<String>, field: FieldId, hash: FieldId) {
    if let Some(full) = full {
        l.generated_text_at(field, at, full.as_bytes());
        l.generated_text_at(hash, at, ja3::hash(&full).as_bytes());
    }
}

pub(super) fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

#[cfg(test)]
mod tests {
    use crate::protocols::testing::IndexPass;
    use tls_parser::{TlsExtension, TlsMessage, TlsMessageHandshake, parse_tls_extensions, parse_tls_plaintext};

    fn vector(width: usize, bytes: &[u8]) -> Vec<u8> {
        let mut out = bytes.len().to_be_bytes()[8 - width..].to_vec();
        out.extend_from_slice(bytes);
        out
    }

    fn extension(kind: u16, body: &[u8]) -> Vec<u8> {
        [kind.to_be_bytes().to_vec(), vector(2, body)].concat()
    }

    /// A ClientHello for a name, in one record.
    fn client_hello(name: &str) -> Vec<u8> {
        let names = vector(2, &[vec![0], vector(2, name.as_bytes())].concat());
        let protocols = vector(2, &[vector(1, b"h2"), vector(1, b"http/1.1")].concat());
        let extensions = [
            extension(0x2a2a, &[]),
            extension(0, &names),
            extension(16, &protocols),
            extension(10, &vector(2, &[0, 29, 0, 23])),
            extension(43, &vector(1, &[3, 4, 3, 3])),
        ]
        .concat();
        let body = [
            vec![3, 3],
            vec![7; 32],
            vector(1, &[9; 4]),
            vector(2, &[0x13, 0x01, 0xc0, 0x2f]),
            vector(1, &[0]),
            vector(2, &extensions),
        ]
        .concat();
        let message = [vec![1], vector(3, &body)].concat();
        [vec![22, 3, 1], vector(2, &message)].concat()
    }

    /// The bytes as the payload of a TCP segment to port 443, in raw IPv4.
    fn segment(payload: &[u8]) -> Vec<u8> {
        let length = (40 + payload.len()) as u16;
        let mut bytes = vec![0x45, 0, 0, 0, 0, 0, 0, 0, 64, 6, 0, 0, 192, 0, 2, 1, 198, 51, 100, 1];
        bytes[2..4].copy_from_slice(&length.to_be_bytes());
        bytes.extend([0xc0, 0, 1, 0xbb, 0, 0, 0, 1, 0, 0, 0, 1, 0x50, 0x18, 4, 0, 0, 0, 0, 0]);
        bytes.extend_from_slice(payload);
        bytes
    }

    const RAW: u16 = 101;

    #[test]
    fn a_client_hello_is_read_as_another_parser_reads_it() {
        let record = client_hello("www.example.org");
        let read = IndexPass::default().read_bytes(RAW, &segment(&record));
        let (_, plaintext) = parse_tls_plaintext(&record).unwrap();
        let [TlsMessage::Handshake(TlsMessageHandshake::ClientHello(hello))] = &plaintext.msg[..] else {
            panic!("the oracle reads something else: {plaintext:?}")
        };
        let ciphers: Vec<String> = hello.ciphers.iter().map(|cipher| format!("0x{:04x}", cipher.0)).collect();
        assert_eq!(read.of("tls.handshake.ciphersuite"), ciphers);
        let (_, extensions) = parse_tls_extensions(hello.ext.unwrap()).unwrap();
        assert_eq!(read.of("tls.handshake.extension.type").len(), extensions.len());
        let names = extensions.iter().find_map(|extension| match extension {
            TlsExtension::SNI(names) => {
                Some(names.iter().map(|(_, name)| std::str::from_utf8(name).unwrap()).collect())
            }
            _ => None,
        });
        assert_eq!(Some(read.of("tls.handshake.extensions_server_name")), names);
        assert_eq!(read.of("tls.handshake.extensions_alpn_str"), ["h2", "http/1.1"]);
        assert_eq!(read.of("tls.handshake.ja3_full"), ["771,4865-49199,0-16-10-43,29-23,"]);
        assert_eq!(read.row()[2..], ["TLSv1", "Client Hello"]);
    }

    #[test]
    fn every_cut_and_every_changed_byte_is_survived() {
        let packet = segment(&client_hello("www.example.org"));
        for end in 0..packet.len() {
            IndexPass::default().read_bytes(RAW, &packet[..end]);
        }
        for at in 20..packet.len() {
            for change in [0x00, 0x01, 0x7f, 0xff] {
                let mut changed = packet.clone();
                changed[at] ^= change;
                IndexPass::default().read_bytes(RAW, &changed);
            }
        }
    }

    #[test]
    fn a_message_in_two_records_is_put_together() {
        let whole = client_hello("split.example");
        let (first, second) = whole[5..].split_at(60);
        let records = [vec![22, 3, 1], vector(2, first), vec![22, 3, 1], vector(2, second)].concat();
        let read = IndexPass::default().read_bytes(RAW, &segment(&records));
        assert_eq!(read.of("tls.handshake.extensions_server_name"), ["split.example"]);
        assert_eq!(read.row()[3], "Client Hello");
    }
}
