//! Where records end, and what begins like one.

use super::{CHANGE_CIPHER, HEARTBEATS, SSL_2, SSL_3, TLS_1_2, ssl2};
use crate::memory::Measuring;
use crate::protocols::agreed::AGREED;
use crate::streams::Measure;
use crate::value::big_endian;

/// The greatest length of a record, with room for what encryption and bad implementations add.
const LONGEST: usize = (1 << 14) + 2048;

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

/// The length of a record.
pub(super) fn pdu_length(bytes: &[u8], measuring: &Measuring<'_>) -> Measure {
    let version = measuring.before(&AGREED).map(|agreed| agreed.version);
    length(bytes, version)
}

fn length(bytes: &[u8], version: Option<u16>) -> Measure {
    if version == Some(SSL_2) || ssl2::is_client_hello(bytes) {
        return ssl2::length(bytes).map_or(Measure::More, Measure::Whole);
    }
    if bytes.len() < 5 {
        return Measure::More;
    }
    header(bytes).map_or(Measure::Unframed, |(_, _, length)| Measure::Whole(5 + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_says_its_length() {
        assert_eq!(length(&[23, 3, 3, 1, 0], None), Measure::Whole(261));
        assert_eq!(length(&[23, 3, 3, 1], None), Measure::More);
        assert_eq!(length(b"GET / HTTP/1.1", None), Measure::Unframed);
    }

    #[test]
    fn only_records_that_hold_something_look_like_tls() {
        assert!(looks(&[22, 3, 1, 0, 5, 1]));
        assert!(!looks(&[22, 3, 1, 0, 0, 1]) && !looks(&[22, 3, 1, 0, 5]) && !looks(&[25, 3, 1, 0, 5, 1]));
        assert!(!looks(&[22, 3, 1, 0x60, 0, 1]));
    }
}
