//! Fragments of IP datagrams, of either version: put together, and read where they are whole.

use crate::dissect::{Layer, Next, Stop};
use crate::field::FieldId;
use crate::memory::Fragment;
use crate::value::Value;

/// The fields that tell of a datagram that came in fragments.
pub struct Fields {
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
    fields: &Fields,
    (name, source): (&str, &'static str),
    next: Next,
) -> Result<Next, Stop> {
    if l.quoted() || !l.in_frame() || l.left() < l.left_on_wire() {
        return Ok(Next::Data);
    }
    let fragment = Fragment { key, offset, more, payload: l.rest(), at: l.at() as u32 };
    let fate = l.memory().fragment(&fragment);
    if let Some(frame) = fate.completed_in {
        l.generated(fields.completed_in, Value::Uint(u64::from(frame)));
    }
    let Some(assembled) = fate.assembled else { return Ok(Next::Data) };
    let (length, count) = (assembled.bytes.len(), assembled.pieces.len());
    l.on_source(source, &assembled.bytes, |l| {
        l.note(fields.fragments, 0, length, Value::Bytes);
        l.label(|| {
            let parts: Vec<String> =
                assembled.pieces.iter().map(|piece| format!("#{}({})", piece.frame, piece.length)).collect();
            format!("{count} {name} Fragments ({length} bytes): {}", parts.join(", "))
        });
        l.below(|l| {
            let mut at = 0;
            for piece in &assembled.pieces {
                let size = piece.length as usize;
                l.note(fields.fragment, at, at + size, Value::Uint(u64::from(piece.frame)));
                l.label(|| {
                    format!("Frame: {}, payload: {at}-{} ({size} bytes)", piece.frame, (at + size).saturating_sub(1))
                });
                at += size;
            }
            l.generated(fields.count, Value::Uint(count as u64));
            l.generated(fields.length, Value::Uint(length as u64));
            l.note(fields.data, 0, length, Value::Bytes);
        });
        l.call(next);
    });
    // The protocol's own bytes are its header.
    Ok(Next::End)
}
