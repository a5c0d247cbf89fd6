//! Domain Name System (RFC 1034 and RFC 1035), with what was added since; mDNS and LLMNR speak it too.

mod edns;
mod fields;
mod message;
mod names;
mod plain;
mod rare;
mod record;
mod security;
mod service;
mod stateful;
mod summary;
mod types;

pub use fields::*;
pub(super) use message::{Family, read};
pub(super) use summary::summary;

use crate::dissect::{Key, Layer, Next, Protocol, Stop};
use crate::memory::Measuring;
use crate::streams::Measure;
use crate::value::big_endian;

/// Domain Name System.
pub static PROTOCOL: Protocol = Protocol {
    name: "dns",
    title: "Domain Name System",
    column: "DNS",
    tables: &[("udp.port", Key::Number(53)), ("tcp.port", Key::Numbers(&[53, 5353]))],
    family: "dns",
    fields: FIELDS,
    dissect,
    summary,
    heuristics: &[("udp", looks)],
    pdu_length: Some(pdu_length),
    ..Protocol::PLAIN
};

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    read(l, Family::Dns)
}

/// Over TCP, two bytes with the length come before each message (RFC 1035, section 4.2.2).
fn pdu_length(bytes: &[u8], _: &Measuring<'_>) -> Measure {
    bytes.get(..2).map_or(Measure::More, |length| Measure::Whole(2 + big_endian(length) as usize))
}

/// Whether a datagram on any port is likely DNS: a standard query with one question and hardly anything else, or the
/// response to one. NetBIOS names, 32 letters from A to P, stand in packets of the same form.
fn looks(bytes: &[u8]) -> bool {
    let Some(header) = bytes.get(..12) else { return false };
    let word = |at: usize| header.get(at..at + 2).map_or(0, big_endian);
    let (flags, questions, answers, authorities, additional) = (word(2), word(4), word(6), word(8), word(10));
    let netbios = bytes.get(12..45).is_some_and(|name| {
        name.iter().zip(0..).all(|(byte, at)| if at == 0 { *byte == 32 } else { (b'A'..=b'P').contains(byte) })
    });
    if flags & 0x7800 != 0 || additional > 10 || netbios {
        return false;
    }
    if flags & 0x8000 == 0 {
        questions == 1 && answers == 0 && authorities == 0
    } else {
        questions <= 1 && answers <= 100 && authorities <= 10
    }
}

#[cfg(test)]
mod tests;
