//! Names of NetBIOS: 15 characters and a suffix for the kind of service that has the name (RFC 1001, section 14.1).

use crate::field::Values;
use crate::value::write_text;
use std::fmt::Write as _;

/// A name as text, and what its suffix stands for; an illegal name has words in place of both.
#[derive(Default)]
pub(super) struct NetbiosName {
    /// The characters, the suffix in angle brackets, and the scope.
    pub(super) text: String,
    suffix: Option<u8>,
}

/// Bytes of a name, the suffix included.
pub(super) const LENGTH: usize = 16;

const SUFFIXES: Values = Values::Names(&[
    (0x00, "Workstation/Redirector"),
    (0x01, "Browser"),
    (0x02, "Workstation/Redirector"),
    (0x03, "Messenger service/Main name"),
    (0x05, "Forwarded name"),
    (0x06, "RAS Server service"),
    (0x1b, "Domain Master Browser"),
    (0x1c, "Domain Controllers"),
    (0x1d, "Local Master Browser"),
    (0x1e, "Browser Election Service"),
    (0x1f, "Net DDE Service"),
    (0x20, "Server service"),
    (0x21, "RAS client service"),
    (0x22, "Exchange Interchange (MSMail Connector)"),
    (0x23, "Exchange Store"),
    (0x24, "Exchange Directory"),
    (0x2b, "Lotus Notes Server service"),
    (0x30, "Modem sharing server service"),
    (0x31, "Modem sharing client service"),
    (0x43, "SMS Clients Remote Control"),
    (0x44, "SMS Administrators Remote Control Tool"),
    (0x45, "SMS Clients Remote Chat"),
    (0x46, "SMS Clients Remote Transfer"),
    (0x4c, "DEC Pathworks TCP/IP Service on Windows NT"),
    (0x52, "DEC Pathworks TCP/IP Service on Windows NT"),
    (0x6a, "Microsoft Exchange IMC"),
    (0x87, "Microsoft Exchange MTA"),
    (0xbe, "Network Monitor Agent"),
    (0xbf, "Network Monitor Analyzer"),
]);

impl NetbiosName {
    /// The name with what its suffix stands for.
    pub(super) fn described(&self) -> String {
        match self.suffix {
            Some(suffix) => format!("{} ({})", self.text, SUFFIXES.name(u64::from(suffix)).unwrap_or("Unknown")),
            None => self.text.clone(),
        }
    }

    fn illegal(why: &str) -> NetbiosName {
        NetbiosName { text: format!("Illegal NetBIOS name ({why})"), suffix: None }
    }
}

/// Reads a name in its first-level encoding: two letters for each byte, then perhaps a point and the scope.
pub(super) fn decode(encoded: &[u8]) -> NetbiosName {
    let letters = encoded.split(|byte| *byte == b'.').next().unwrap_or_default();
    let mut name = Vec::with_capacity(LENGTH);
    for pair in letters.chunks(2) {
        let nibble = |place: usize| pair.get(place).map(|letter| letter.is_ascii_uppercase().then(|| letter - b'A'));
        match (nibble(0), nibble(1)) {
            (Some(Some(high)), Some(Some(low))) => name.push(high << 4 | low),
            (Some(Some(_)), None) => return NetbiosName::illegal("odd number of bytes"),
            (Some(Some(_)), _) => {
                return NetbiosName::illegal("2nd character not between A and Z in first-level encoding");
            }
            _ => return NetbiosName::illegal("1st character not between A and Z in first-level encoding"),
        }
    }
    if name.len() < LENGTH {
        return NetbiosName::illegal(&format!("{} bytes long", name.len()));
    }
    let mut decoded = plain(&name);
    write_text(&mut decoded.text, encoded.get(letters.len()..).unwrap_or_default());
    decoded
}

/// Reads a name as it is.
pub(super) fn plain(name: &[u8]) -> NetbiosName {
    let suffix = name.get(LENGTH - 1).copied();
    let mut text = characters(name);
    if let Some(suffix) = suffix {
        let _ = write!(text, "<{suffix:02x}>");
    }
    NetbiosName { text, suffix }
}

/// The characters before the suffix, without the blanks at their end; what cannot be printed is written as its number.
pub(super) fn characters(name: &[u8]) -> String {
    let name = name.get(..LENGTH - 1).unwrap_or(name);
    let trimmed = name.trim_ascii_end();
    let mut text = String::new();
    for byte in if trimmed.is_empty() { name } else { trimmed } {
        let _ = match byte {
            0x20..=0x7e => write!(text, "{}", char::from(*byte)),
            _ => write!(text, "<{byte:02x}>"),
        };
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_with_their_suffix_and_scope() {
        let encoded = b"EIEPFDFECACACACACACACACACACACACA.scope.org";
        let name = decode(encoded);
        assert_eq!(name.text, "HOST<20>.scope.org");
        assert_eq!(name.described(), "HOST<20>.scope.org (Server service)");
        assert_eq!(plain(b"\x01\x02__MSBROWSE__\x02\x01").described(), "<01><02>__MSBROWSE__<02><01> (Browser)");
        assert_eq!(characters(b"               \x00"), "               ");
    }

    #[test]
    fn illegal_names_say_why() {
        for (encoded, why) in [
            (&b"ABAB"[..], "2 bytes long"),
            (b"AAA", "odd number of bytes"),
            (b"A1", "2nd character not between A and Z in first-level encoding"),
            (b"<Root>", "1st character not between A and Z in first-level encoding"),
        ] {
            assert_eq!(decode(encoded).described(), format!("Illegal NetBIOS name ({why})"));
        }
    }
}
