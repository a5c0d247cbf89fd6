//! Where records end, and what begins like one.

use super::session::ENCRYPTED;
use super::{CHANGE_CIPHER, HANDSHAKES, HEARTBEATS, SSL_2, SSL_3, TLS_1_2, ssl2};
use crate::memory::Measuring;
use crate::protocols::agreed::AGREED;
use crate::streams::Measure;
use crate::value::big_endian;

/// The greatest length of a record, with room for what encryption and bad implementations add.
const LONGEST: usize = (1 << 14) + 2048;
/// Records that one handshake message is looked for in.
const MOST_JOINED: usize = 32;

/// Type, version and length of a record whose header is there and can be one.
pub(super) fn header(bytes: &[u8]) -> Option<(u8, u16, usize)> {
    let (kind, version, length) = match bytes {
        [kind, v1, v2, l1, l2, ..] => (*kind, big_endian(&[*v1, *v2]), big_endian(&[*l1, *l2])),
        _ => return None,
    };
    let known = matches!(version as u16, SSL_3..=0x0304 | 0x0101);
    ((CHANGE_CIPHER..=HEARTBEATS).contains(&kind) && known).then_some((kind, version as u16, length as usize))
}

/// Whether a record begins here.
pub(super) fn is_header(bytes: &[u8]) -> bool {
    header(bytes).is_some()
}

/// Whether bytes on any port are TLS: a record that is not empty and not too long, or the hello of SSL 2.0.
pub(super) fn looks(bytes: &[u8]) -> bool {
    let record = header(bytes).is_some_and(|(_, version, length)| {
        bytes.len() >= 6 && matches!(version, SSL_3..=TLS_1_2 | 0x0101) && length > 0 && length < LONGEST
    });
    record || ssl2::is_client_hello(bytes)
}

/// The length of a record; of several where they carry one handshake message.
pub(super) fn pdu_length(bytes: &[u8], measuring: &Measuring<'_>) -> Measure {
    let version = measuring.before(&AGREED).map(|agreed| agreed.version);
    length(bytes, version, measuring.before(&ENCRYPTED).is_some())
}

fn length(bytes: &[u8], version: Option<u16>, is_encrypted: bool) -> Measure {
    if version == Some(SSL_2) || ssl2::is_client_hello(bytes) {
        return ssl2::length(bytes).map_or(Measure::More, Measure::Whole);
    }
    if bytes.len() < 5 {
        return Measure::More;
    }
    let Some((kind, _, length)) = header(bytes) else { return Measure::Unframed };
    // After a ChangeCipherSpec nobody knows where encrypted messages end.
    if kind != HANDSHAKES || is_encrypted {
        return Measure::Whole(5 + length);
    }
    joined(bytes, length)
}

/// The length of the records that the handshake messages of the first one extend over.
fn joined(bytes: &[u8], length: usize) -> Measure {
    let (mut total, mut body) = (5 + length, length);
    let Some(wanted) = messages(bytes.get(5..).unwrap_or_default(), length) else { return Measure::Whole(total) };
    for _ in 0..MOST_JOINED {
        if wanted <= body {
            return Measure::Whole(total);
        }
        if bytes.len() < total {
            // The first record is not there in full: its own length is all that can be said, and enough for now.
            return if total == 5 + length { Measure::Whole(total) } else { Measure::More };
        }
        match bytes.get(total..).map(header) {
            Some(Some((HANDSHAKES, _, length))) => {
                total += 5 + length;
                body += length;
            }
            Some(None) if bytes.len() - total < 5 => return Measure::More,
            _ => return Measure::Whole(5 + length),
        }
    }
    Measure::Whole(total)
}

/// Where the last handshake message of a record ends, counted from the record's body; nothing where its messages do not
/// look like any.
fn messages(body: &[u8], length: usize) -> Option<usize> {
    let mut at = 0;
    while at < length {
        let head = body.get(at..at + 4)?;
        let [kind, size @ ..] = head else { return None };
        super::handshake::is_clear(*kind, big_endian(size) as usize).then_some(())?;
        at += 4 + big_endian(size) as usize;
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn length_of(bytes: &[u8], is_encrypted: bool) -> Measure {
        length(bytes, None, is_encrypted)
    }

    #[test]
    fn a_record_says_its_length() {
        assert_eq!(length_of(&[23, 3, 3, 1, 0], false), Measure::Whole(261));
        assert_eq!(length_of(&[23, 3, 3, 1], false), Measure::More);
        assert_eq!(length_of(b"GET / HTTP/1.1", false), Measure::Unframed);
    }

    #[test]
    fn a_message_in_several_records_is_measured_with_all_of_them() {
        // A Certificate of 8 bytes: 6 of them with its head in the first record, the rest in the second.
        let records = [22, 3, 1, 0, 10, 11, 0, 0, 8, 1, 2, 3, 4, 5, 6, 22, 3, 1, 0, 2, 7, 8, 21];
        assert_eq!(length_of(&records, false), Measure::Whole(22));
        assert_eq!(length_of(&records[..17], false), Measure::More);
        assert_eq!(length_of(&records, true), Measure::Whole(15), "encrypted messages are not looked into");
        // What follows is no handshake record: the message stays as it is.
        let cut = [22, 3, 1, 0, 5, 11, 0, 0, 8, 1, 23, 3, 1, 0, 2, 7, 8];
        assert_eq!(length_of(&cut, false), Measure::Whole(10));
    }

    #[test]
    fn only_records_that_hold_something_look_like_tls() {
        assert!(looks(&[22, 3, 1, 0, 5, 1]));
        assert!(!looks(&[22, 3, 1, 0, 0, 1]) && !looks(&[22, 3, 1, 0, 5]) && !looks(&[25, 3, 1, 0, 5, 1]));
        assert!(!looks(&[22, 3, 1, 0x60, 0, 1]));
    }
}
