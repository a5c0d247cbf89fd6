//! Handshake messages one behind the other: over records (RFC 8446, section 5.1), or without any, as in QUIC (RFC 9001,
//! section 4.1.3).

use super::handshake::{is_clear, message, name_of};
use super::*;
use crate::memory::{ByteSource, History, Measuring};
use crate::protocols::reassembly;
use crate::streams::Measure;
use crate::value::big_endian;

/// What these byte sources are called.
const SOURCE: &str = "TLS handshake";

/// The name of the message that a source of handshake messages began last and did not end.
static BEGUN: History<ByteSource, &'static str> = History::new(1 << 20);

/// The messages of one record; what its line in the tree says of them.
pub(super) fn of_record(l: &mut Layer<'_, '_>, session: &mut TlsConnection) -> Result<String, Stop> {
    let (name, ending) = if session.is_encrypted() {
        encrypted(l)
    } else {
        let source = session.source(SOURCE);
        dissect(l, session, source)?
    };
    Ok(words(l, || format!("Handshake Protocol: {name}{ending}")))
}

/// The messages in the next stretch of a source that has no records.
pub(super) fn of_source(l: &mut Layer<'_, '_>, session: &mut TlsConnection, source: ByteSource) -> Result<(), Stop> {
    session.without_records();
    let (name, ending) = dissect(l, session, ByteSource { name: SOURCE, ..source })?;
    l.title(|| format!("{} Record Layer: Handshake Protocol: {name}{ending}", session::short_name(TLS_1_3)));
    Ok(())
}

/// The messages in the next stretch of a source, the first of which can have begun earlier; returns the summary of all
/// together.
fn dissect(
    l: &mut Layer<'_, '_>,
    session: &mut TlsConnection,
    source: ByteSource,
) -> Result<(&'static str, &'static str), Stop> {
    let plan = l.desegment(source, None, length);
    let start = l.at();
    let (whole_at, whole_end) = (start + plan.start as usize, start + plan.end as usize);
    let mut name = l.memory().before(&BEGUN, &source).copied().unwrap_or_default();
    let mut count = 0;
    if let Some(whole) = &plan.assembled {
        count = 1;
        name = name_of(whole.bytes.first().copied().unwrap_or_default(), &whole.bytes);
        part(l, whole_at, name, "last fragment");
        let mut result = Ok("");
        l.on_assembled("Reassembled TLS Handshake", whole, |l| {
            let fields = [HANDSHAKE_FRAGMENTS, HANDSHAKE_FRAGMENT, HANDSHAKE_FRAGMENT_COUNT];
            reassembly::parts(l, fields, "Reassembled Handshake Fragments", whole);
            result = message(l, session);
        });
        result?;
        l.seek(whole_at)?;
    } else if !plan.begins && plan.end == 0 && l.left() > 0 {
        let end = l.end();
        part(l, end, name, "fragment");
        l.seek(end)?;
        return Ok(("Multiple Handshake Messages", ""));
    }
    while l.at() < whole_end {
        if length_of(l.rest()) == Measure::Unframed {
            return Ok(encrypted(l));
        }
        count += 1;
        name = message(l, session)?;
    }
    let mut ending = "";
    if l.left() > 0 {
        count += 1;
        name = name_of(l.peek(0, 1)? as u8, l.rest());
        l.memory().append(&BEGUN, source, name);
        let end = l.end();
        part(l, end, name, "fragment");
        ending = " (fragment)";
        l.seek(end)?;
    }
    Ok(if count > 1 { ("Multiple Handshake Messages", "") } else { (name, ending) })
}

/// Notes the bytes from the cursor to `end` as a part of a message.
fn part(l: &mut Layer<'_, '_>, end: usize, name: &str, what: &str) {
    let start = l.at();
    l.note(HANDSHAKE, start, end, Value::Bytes);
    l.label(|| format!("Handshake Protocol: {name} ({what})"));
}

/// Bytes of which nobody knows where messages begin in them.
fn encrypted(l: &mut Layer<'_, '_>) -> (&'static str, &'static str) {
    const NAME: &str = "Encrypted Handshake Message";
    l.bytes_left(HANDSHAKE);
    l.label(|| format!("Handshake Protocol: {NAME}"));
    (NAME, "")
}

/// How long the message is that begins with these bytes.
fn length(bytes: &[u8], _: &Measuring<'_>) -> Measure {
    length_of(bytes)
}

fn length_of(bytes: &[u8]) -> Measure {
    let size = bytes.get(1..4).map(|size| big_endian(size) as usize);
    match (bytes.first(), size) {
        (Some(kind), size) if !is_clear(*kind, size.unwrap_or(0)) => Measure::Unframed,
        (_, Some(size)) => Measure::Whole(4 + size),
        _ => Measure::More,
    }
}
