//! What identifies an engine of SNMP (RFC 3411, section 5, SnmpEngineID).

use super::fields::*;
use crate::dissect::{Layer, Stop};
use crate::field::FieldId;
use crate::value::{Value, write_date};

const CONFORMING: u64 = 0x8000_0000;
/// Owners of formats of their own (IANA, "Private Enterprise Numbers").
const NET_SNMP: u64 = 8072;
const CISCO: u64 = 9;
/// The format of net-snmp's random identifiers.
const RANDOM: u8 = 128;

/// Reads an identifier, which is all that is left.
pub(super) fn id(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    if l.left() == 0 {
        return Ok(());
    }
    let start = l.at();
    l.note_uint(ENGINEID_CONFORM, start, 1, l.peek(0, 1)?);
    if l.left() < 4 {
        return l.seek(l.end());
    }
    let word = l.peek(0, 4)?;
    let owner = word & !CONFORMING;
    l.note(ENGINEID_ENTERPRISE, start, start + 4, Value::Uint(owner));
    l.skip(4)?;
    if word & CONFORMING == 0 {
        return match l.left() {
            8 => l.bytes(AGENTID_TRAILER, 8).map(|_| ()),
            _ => amiss(l, RFC1910_NON_CONFORMANT, "Data not conforming to RFC1910"),
        };
    }
    if l.left() == 0 {
        return Ok(());
    }
    let random = owner == NET_SNMP && l.peek(0, 1)? == u64::from(RANDOM);
    let format = l.u8(ENGINEID_FORMAT)?;
    if !(1..=5).contains(&format) {
        let random = if random { ": Net-SNMP Random" } else { "" };
        l.label(|| format!("Engine ID Format: Reserved/Enterprise-specific ({format}){random}"));
    }
    match (format, l.left()) {
        (1, 4) => l.ipv4(ENGINEID_IPV4).map(|_| ()),
        (2, 16) => l.ipv6(ENGINEID_IPV6).map(|_| ()),
        (3, 6) => l.ether(ENGINEID_MAC).map(|_| ()),
        (3, 7) if owner == CISCO => {
            l.u8(ENGINEID_CISCO_TYPE)?;
            l.ether(ENGINEID_MAC).map(|_| ())
        }
        (4, length) => l.bytes(ENGINEID_TEXT, length).map(|_| ()),
        (RANDOM, 8) if random => {
            l.bytes(ENGINEID_DATA, 4)?;
            // The only number of SNMP with its least significant byte first.
            let seconds = l.peek(0, 4)?.swap_bytes() >> 32;
            let at = l.at();
            l.skip(4)?;
            l.note(ENGINEID_TIME, at, at + 4, Value::Time(seconds as i64, 0));
            l.label(|| {
                let mut text = String::from("Engine ID Data: Creation Time: ");
                write_date(&mut text, seconds as i64, 0);
                text.replace(".000000000", "")
            });
            Ok(())
        }
        (1..=3, _) | (RANDOM, _) if random || format <= 3 => {
            amiss(l, RFC3411_NON_CONFORMANT, "Data not conforming to RFC3411")
        }
        (_, 0) => Ok(()),
        (_, length) => l.bytes(ENGINEID_DATA, length).map(|_| ()),
    }
}

/// Says below the last line that the rest is not what it should be.
fn amiss(l: &mut Layer<'_, '_>, field: FieldId, words: &'static str) -> Result<(), Stop> {
    let at = l.at();
    l.remark(field, at, || words.into());
    l.seek(l.end())
}
