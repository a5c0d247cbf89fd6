//! Fragments of IP datagrams, of either version: put together, and read where they are whole.

use crate::dissect::{Layer, Next, Stop};
use crate::field::FieldId;
use crate::memory::{ByteSource, Fragment, History, Measuring, Stream};
use crate::streams::{Assembled, Measure};
use crate::value::Value;

/// The fields that describe a datagram that came in fragments.
pub struct FragmentFields {
    /// The datagram as a whole.
    pub fragments: FieldId,
    /// One of its fragments.
    pub fragment: FieldId,
    /// How many there are.
    pub count: FieldId,
    /// Length of the datagram.
    pub length: FieldId,
    /// Bytes of the datagram.
    pub data: FieldId,
    /// The packet that completes it.
    pub completed_in: FieldId,
}

/// Takes the rest of the layer for a fragment: the last missing one is followed by the datagram, which `next` reads; the
/// others are bytes. `name` is the version's name, as `IPv4`, `source` what the datagram's bytes are called.
pub fn payload(
    l: &mut Layer<'_, '_>,
    (key, offset, more): (u64, u32, bool),
    fields: &FragmentFields,
    (name, source): (&str, &'static str),
    next: Next,
) -> Result<Next, Stop> {
    if l.quoted() || l.left() < l.left_on_wire() {
        return Ok(Next::Data);
    }
    let Some(piece) = l.piece() else { return Ok(Next::Data) };
    let fragment = Fragment { key, offset, more, payload: l.rest(), piece };
    let fate = l.memory().fragment(&fragment);
    if let Some(frame) = fate.completed_in {
        l.generated(fields.completed_in, Value::Uint(u64::from(frame)));
    }
    let Some(assembled) = fate.assembled else { return Ok(Next::Data) };
    let (length, count) = (assembled.bytes.len(), assembled.pieces.len());
    let parts = assembled.parts();
    l.on_assembled(source, &assembled, |l| {
        let note = |l: &mut Layer<'_, '_>| {
            list(l, fields.fragments, fields.fragment, &format!("{name} Fragments"), &parts);
            l.below(|l| {
                l.generated(fields.count, Value::Uint(count as u64));
                l.generated(fields.length, Value::Uint(length as u64));
                l.note(fields.data, 0, length, Value::Bytes);
            });
        };
        // The datagram is the whole protocol's, not only that of the header that describes the fragment.
        if l.is_part() {
            l.beside(note)
        } else {
            note(l)
        }
        l.call(next);
    });
    // The protocol's own bytes are its header.
    Ok(Next::End)
}

/// The fields that describe a message that came in parts, each of which is known to be the last or not.
pub struct PartFields {
    /// The message as a whole.
    pub all: FieldId,
    /// One of its parts.
    pub each: FieldId,
    /// How many there are.
    pub count: FieldId,
    /// Length of the message.
    pub length: FieldId,
    /// The packet that completes it.
    pub completed_in: FieldId,
    /// What its parts are called, as `DATA fragments`.
    pub name: &'static str,
    /// What its bytes are called.
    pub source: &'static str,
    /// Whether a message of one part is described so too.
    pub lists_one: bool,
    /// Who reads it.
    pub next: Next,
}

/// Whether the last part of a stream's messages is the last one of its message.
static IS_LAST: History<Stream, bool> = History::new(1 << 20);

/// Takes the rest of the layer for a part of a message in a stream. The last one is followed by the message.
pub fn message_part(l: &mut Layer<'_, '_>, parts: &PartFields, is_last: bool) {
    let (stream, end) = (l.memory().stream(), l.end());
    let number = match stream {
        Stream::Tcp(number) | Stream::Udp(number) => number.into(),
        Stream::None => 0,
    };
    if !l.quoted() {
        l.memory().append(&IS_LAST, stream, is_last);
    }
    let plan = l.desegment(ByteSource { name: parts.name, number, side: 0 }, None, until_last);
    let alone = || Some(Assembled { bytes: l.rest().to_vec(), pieces: vec![l.piece()?], ..Assembled::default() });
    let assembled = plan.assembled.or_else(|| if parts.lists_one && plan.end > plan.start { alone() } else { None });
    if let Some(assembled) = &assembled {
        // The last part can be empty.
        let mut from = assembled.parts();
        from.retain(|(_, size)| *size > 0);
        l.on_assembled(parts.source, assembled, |l| {
            list(l, parts.all, parts.each, parts.name, &from);
            l.below(|l| {
                l.generated(parts.count, Value::Uint(from.len() as u64));
                l.generated(parts.length, Value::Uint(assembled.bytes.len() as u64));
            });
            l.call(parts.next);
        });
    } else if plan.end > plan.start {
        l.call(parts.next);
    } else if let Some(frame) = plan.completed_in {
        l.generated(parts.completed_in, Value::Uint(u64::from(frame)));
    }
    // The end is within the layer.
    let _ = l.seek(end);
}

/// A message goes on until a part is its last one.
fn until_last(bytes: &[u8], measuring: &Measuring<'_>) -> Measure {
    match measuring.before(&IS_LAST) {
        Some(false) => Measure::Beyond(bytes.len()),
        _ => Measure::Whole(bytes.len()),
    }
}

/// Says of the bytes of this data source from which packets they are: below a node for all, one for each and one for their
/// number. `name` is what the parts are called.
pub fn parts(l: &mut Layer<'_, '_>, [all, each, count]: [FieldId; 3], name: &str, from: &Assembled) {
    let parts = from.parts();
    list(l, all, each, name, &parts);
    l.below(|l| l.generated(count, Value::Uint(parts.len() as u64)));
}

fn list(l: &mut Layer<'_, '_>, all: FieldId, each: FieldId, name: &str, parts: &[(u32, u32)]) {
    let length: usize = parts.iter().map(|(_, size)| *size as usize).sum();
    l.note(all, 0, length, Value::Bytes);
    l.label(|| sum(name, parts));
    l.below(|l| {
        let mut at = 0;
        for (frame, size) in parts {
            let end = at + *size as usize;
            l.note(each, at, end, Value::Uint(u64::from(*frame)));
            l.label(|| part(*frame, at, *size));
            at = end;
        }
    });
}

/// The label of the parts, each with its packet and its length, as `2 IPv4 Fragments (1500 bytes): #1(1480), #2(20)`.
pub fn sum(name: &str, parts: &[(u32, u32)]) -> String {
    let length: usize = parts.iter().map(|(_, size)| *size as usize).sum();
    let words: Vec<String> = parts.iter().map(|(frame, size)| format!("#{frame}({size})")).collect();
    let name = if parts.len() == 1 { name.trim_end_matches('s') } else { name };
    format!("{} {name} ({length} bytes): {}", parts.len(), words.join(", "))
}

/// The label of one part, which begins behind `at` bytes.
pub fn part(frame: u32, at: usize, size: u32) -> String {
    let bytes = if size == 1 { "byte" } else { "bytes" };
    format!("Frame: {frame}, payload: {at}-{} ({size} {bytes})", (at + size as usize).saturating_sub(1))
}
