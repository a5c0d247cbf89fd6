//! Handshake messages without records around them, which QUIC puts together (RFC 9001, section 4.1.3).

use super::handshake::{message, name_of};
use super::*;
use crate::dissect::Earlier;
use crate::protocols::reassembly;

/// The messages in a stretch of the stream, the first of which can have begun earlier.
pub(super) fn messages(l: &mut Layer<'_, '_>, session: &mut Session, mut earlier: Earlier) -> Result<(), Stop> {
    session.without_records();
    let mut name = "";
    let mut count = 0;
    if !earlier.bytes.is_empty() {
        count = 1;
        let (start, before) = (l.at(), earlier.bytes.len());
        let head = [earlier.bytes.as_slice(), l.rest()].concat();
        name = head.first().map_or("", |kind| name_of(*kind, &head));
        let needed = length(&head).filter(|length| *length <= head.len());
        let part = needed.map_or(l.left(), |needed| needed - before);
        l.skip(part)?;
        l.note(HANDSHAKE, start, start + part, Value::Bytes);
        if needed.is_none() {
            fragment(l, name);
            title(l, "Multiple Handshake Messages", "");
            return Ok(());
        }
        l.label(|| format!("Handshake Protocol: {name} (last fragment)"));
        earlier.bytes = head;
        earlier.bytes.truncate(before + part);
        earlier.parts.push((l.packet().number, part as u32));
        let mut result = Ok("");
        l.on_source("Reassembled TLS Handshake", &earlier.bytes, |l| {
            let fields = [HANDSHAKE_FRAGMENTS, HANDSHAKE_FRAGMENT, HANDSHAKE_FRAGMENT_COUNT];
            reassembly::parts(l, fields, "Reassembled Handshake Fragments", &earlier);
            result = message(l, session);
        });
        result?;
    }
    let mut ending = "";
    while l.left() > 0 {
        let (start, end) = (l.at(), l.end());
        count += 1;
        if length(l.rest()).is_some_and(|length| length <= l.left()) {
            name = message(l, session)?;
            continue;
        }
        name = name_of(l.peek(0, 1)? as u8, l.rest());
        l.note(HANDSHAKE, start, end, Value::Bytes);
        fragment(l, name);
        ending = " (fragment)";
        l.seek(end)?;
    }
    title(l, if count > 1 { "Multiple Handshake Messages" } else { name }, ending);
    Ok(())
}

/// How long the message is that begins with these bytes.
fn length(bytes: &[u8]) -> Option<usize> {
    bytes.get(1..4).map(|length| 4 + crate::dissect::big_endian(length) as usize)
}

fn fragment(l: &mut Layer<'_, '_>, name: &str) {
    l.label(|| format!("Handshake Protocol: {name} (fragment)"));
}

fn title(l: &mut Layer<'_, '_>, name: &str, ending: &str) {
    l.title(|| format!("{} Record Layer: Handshake Protocol: {name}{ending}", session::short_name(TLS_1_3)));
}
