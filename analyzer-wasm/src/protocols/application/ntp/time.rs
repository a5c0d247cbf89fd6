//! The messages that carry the time or ask for it (RFC 5905), with extension fields (RFC 7822) and an authentication
//! code.

use super::exchange::link;
use super::fields::*;
use super::names;
use crate::dissect::{Layer, Stop};
use crate::field::FieldId;
use crate::value::{Value, big_endian};

const CLIENT: u64 = 3;
const SERVER: u64 = 4;
/// Seconds from 1900, where NTP's first era begins, to 1970.
const TO_1970: i64 = 2_208_988_800;
/// Seconds of an era.
const ERA: i64 = 1 << 32;
/// A message authentication code with its key has as many bytes or more; less is no code (RFC 7822, section 3).
const SHORTEST_MAC: usize = 20;
/// An extension field has as many bytes or more.
const SHORTEST_EXTENSION: usize = 16;

/// Reads it.
pub(super) fn message(l: &mut Layer<'_, '_>, mode: u64) -> Result<(), Stop> {
    // The server sends back as origin when the client says that it sent the request.
    let (origin, transmitted) = (l.peek(23, 8).unwrap_or_default(), l.peek(39, 8).unwrap_or_default());
    match mode {
        CLIENT => link(l, transmitted, false),
        SERVER => link(l, origin, true),
        _ => {}
    }
    let stratum = l.u8(STRATUM)?;
    let poll = l.u8(PPOLL)?;
    l.label(|| match poll {
        4..=17 => format!("Peer Polling Interval: {poll} ({} seconds)", 1_u32 << poll),
        _ => format!("Peer Polling Interval: invalid ({poll})"),
    });
    let precision = l.u8(PRECISION)?;
    l.label(|| format!("Peer Clock Precision: {:.6} seconds", f64::from(precision as i8).exp2()));
    for (field, title) in [(ROOTDELAY, "Root Delay"), (ROOTDISPERSION, "Root Dispersion")] {
        let value = l.u32(field)?;
        l.label(|| format!("{title}: {:.6} seconds", f64::from(value) / 65536.0));
    }
    let id = l.bytes(REFID, 4)?;
    l.label(|| format!("Reference ID: {}", reference(stratum, id)));
    for field in [REFTIME, ORG, REC, XMT] {
        timestamp(l, field)?;
    }
    while l.left() > 0 {
        if !is_extension(l.rest()) {
            l.bytes(KEYID, 4)?;
            if l.left() > 0 {
                l.bytes_left(MAC);
            }
        } else if !l.branch(EXT, |l, _| extension(l))? {
            return Ok(());
        }
    }
    Ok(())
}

/// What a clock is set by: another server, or a source of time that four letters stand for.
fn reference(stratum: u8, id: &[u8]) -> String {
    match *id {
        [0, 0, 0, 0] => "NULL".into(),
        [a, b, c, d] if stratum > 1 => format!("{a}.{b}.{c}.{d}"),
        _ => match names::CLOCKS_BY_CODE.iter().find(|(code, _)| code.as_slice() == id) {
            Some((_, name)) => (*name).into(),
            None => {
                let code: String = id.iter().take_while(|byte| **byte != 0).map(|byte| char::from(*byte)).collect();
                format!("Unidentified reference source '{code}'")
            }
        },
    }
}

/// Seconds since 1900 or, as their highest bit shows, since 2036, and their fraction.
fn timestamp(l: &mut Layer<'_, '_>, field: FieldId) -> Result<(), Stop> {
    let (at, raw) = (l.at(), l.peek(0, 8)?);
    l.skip(8)?;
    let (seconds, fraction) = ((raw >> 32) as i64, raw & 0xffff_ffff);
    let since_1970 = match raw {
        0 => 0,
        _ if seconds < ERA / 2 => seconds + ERA - TO_1970,
        _ => seconds - TO_1970,
    };
    l.note(field, at, at + 8, Value::Time(since_1970, ((fraction * 1_000_000_000) >> 32) as u32));
    Ok(())
}

/// Whether these bytes begin with an extension field, behind which is nothing, a code, or another extension field.
fn is_extension(bytes: &[u8]) -> bool {
    let length = |bytes: &[u8]| bytes.get(2..4).map_or(0, big_endian) as usize;
    let behind = bytes.get(length(bytes)..).filter(|_| length(bytes) >= SHORTEST_EXTENSION);
    behind.is_some_and(|rest| {
        let more = SHORTEST_EXTENSION..=rest.len();
        rest.is_empty() || rest.len() >= SHORTEST_MAC || more.contains(&length(rest))
    })
}

/// An extension field (RFC 7822); returns whether what follows can be found.
fn extension(l: &mut Layer<'_, '_>) -> Result<bool, Stop> {
    l.u16(EXT_TYPE)?;
    let length = usize::from(l.u16(EXT_LENGTH)?);
    if length % 4 == 0 {
        l.bytes(EXT_VALUE, length.saturating_sub(4))?;
    }
    Ok(length % 4 == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extension_field_is_distinguished_from_a_code() {
        let field = [1, 4, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        let code = [0, 0, 0, 1, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9];
        assert!(is_extension(&field));
        assert!(is_extension(&[field, field].concat()));
        assert!(is_extension(&[&field[..], &code].concat()));
        assert!(!is_extension(&[&field[..], &[0, 0, 0, 1]].concat()));
        assert!(!is_extension(&code));
        assert!(!is_extension(&field[..12]));
    }

    #[test]
    fn a_reference_is_a_server_or_a_source_of_time() {
        for (stratum, id, words) in [
            (2, b"GPS\0", "71.80.83.0"),
            (1, b"GPS\0", "Global Position System"),
            (1, b"GOOG", "Unidentified reference source 'GOOG'"),
            (0, b"\0\0\0\0", "NULL"),
        ] {
            assert_eq!(reference(stratum, id), words);
        }
    }
}
