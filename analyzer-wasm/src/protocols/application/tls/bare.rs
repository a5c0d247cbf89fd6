//! Handshake messages without records around them, which QUIC puts together (RFC 9001, section 4.1.3).

use super::handshake::{message, name_of};
use super::*;
use crate::memory::{ByteSource, History, Measuring};
use crate::protocols::reassembly;
use crate::streams::Measure;
use crate::value::big_endian;

/// The name of the message that a source of handshake messages began last and did not end.
static BEGUN: History<ByteSource, &'static str> = History::new(1 << 20);

/// The messages in the next stretch of a source, the first of which can have begun earlier.
pub(super) fn messages(l: &mut Layer<'_, '_>, session: &mut Session, source: ByteSource) -> Result<(), Stop> {
    session.without_records();
    let source = ByteSource { name: "tls.handshake", ..source };
    let plan = l.desegment(source, None, length);
    let start = l.at();
    let (whole_at, whole_end) = (start + plan.start as usize, start + plan.end as usize);
    let mut name = l.memory().before(&BEGUN, &source).copied().unwrap_or_default();
    let mut count = 0;
    if let Some(whole) = &plan.assembled {
        count = 1;
        name = name_of(whole.bytes.first().copied().unwrap_or_default(), &whole.bytes);
        l.note(HANDSHAKE, start, whole_at, Value::Bytes);
        l.label(|| format!("Handshake Protocol: {name} (last fragment)"));
        let mut result = Ok("");
        l.on_assembled("Reassembled TLS Handshake", whole, |l| {
            let fields = [HANDSHAKE_FRAGMENTS, HANDSHAKE_FRAGMENT, HANDSHAKE_FRAGMENT_COUNT];
            reassembly::parts(l, fields, "Reassembled Handshake Fragments", whole);
            result = message(l, session);
        });
        result?;
        l.seek(whole_at)?;
    } else if !plan.begins && plan.end == 0 {
        let end = l.end();
        l.note(HANDSHAKE, start, end, Value::Bytes);
        fragment(l, name);
        title(l, "Multiple Handshake Messages", "");
        return l.seek(end);
    }
    while l.at() < whole_end {
        count += 1;
        name = message(l, session)?;
    }
    let mut ending = "";
    if l.left() > 0 {
        let (begins, end) = (l.at(), l.end());
        count += 1;
        name = name_of(l.peek(0, 1)? as u8, l.rest());
        l.memory().append(&BEGUN, source, name);
        l.note(HANDSHAKE, begins, end, Value::Bytes);
        fragment(l, name);
        ending = " (fragment)";
        l.seek(end)?;
    }
    title(l, if count > 1 { "Multiple Handshake Messages" } else { name }, ending);
    Ok(())
}

/// How long the message is that begins with these bytes.
fn length(bytes: &[u8], _: &Measuring<'_>) -> Measure {
    bytes.get(1..4).map_or(Measure::More, |length| Measure::Whole(4 + big_endian(length) as usize))
}

fn fragment(l: &mut Layer<'_, '_>, name: &str) {
    l.label(|| format!("Handshake Protocol: {name} (fragment)"));
}

fn title(l: &mut Layer<'_, '_>, name: &str, ending: &str) {
    l.title(|| format!("{} Record Layer: Handshake Protocol: {name}{ending}", session::short_name(TLS_1_3)));
}
