//! The conversations of one layer.

use super::{Wanted, Window};
use crate::conversations::{Conversations, Conversing, Counts, End};

/// What conversations can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConversationOrder {
    /// When they appeared.
    Appearance,
    /// Packets of both sides.
    Packets,
    /// Bytes of both sides.
    Bytes,
    /// Bytes that the layer carried for both sides.
    Payload,
    /// Time from the first to the last packet.
    Duration,
}

/// A conversation. Of two sides, the first is the one that sent the first packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConversationRow {
    /// The number of its stream, or of its pair of addresses.
    pub number: u32,
    /// Between whom.
    pub ends: [End; 2],
    /// Packets that each side sent.
    pub packets: [u32; 2],
    /// Bytes of these packets, on the wire.
    pub bytes: [u64; 2],
    /// Bytes that the layer carried.
    pub payload: [u64; 2],
    /// The first packet.
    pub first: u32,
    /// The last packet.
    pub last: u32,
    /// The earliest time, in nanoseconds since 1970.
    pub start: i64,
    /// The latest time, in nanoseconds since 1970.
    pub end: i64,
}

/// The conversations of a layer, as they were counted in a capture with these `conversations`. `time` is when a packet
/// was captured.
pub fn lines(
    counts: &Counts,
    conversations: &Conversations,
    layer: Conversing,
    time: impl Fn(u32) -> i64,
    wanted: &Wanted<ConversationOrder>,
) -> Window<ConversationRow> {
    let mut lines: Vec<ConversationRow> = counts
        .exchanged(layer)
        .filter_map(|(number, row)| {
            let ends = counts.ends(conversations, layer, number)?;
            let (start, end) = counts.span(layer, number, &time)?;
            let (first, last) = (row.first, row.last);
            Some(match row.begun_by {
                0 => {
                    let (packets, bytes, payload) = (row.packets, row.bytes, row.payload);
                    ConversationRow { number, ends, packets, bytes, payload, first, last, start, end }
                }
                _ => {
                    let (packets, bytes, payload) = (turned(row.packets), turned(row.bytes), turned(row.payload));
                    ConversationRow { number, ends: turned(ends), packets, bytes, payload, first, last, start, end }
                }
            })
        })
        .collect();
    // A stream that is quoted before it appears has an earlier number.
    lines.sort_by_key(|line| line.first);
    let both = |[one, other]: [u64; 2]| one.saturating_add(other);
    wanted.window(lines, |line| match wanted.order {
        ConversationOrder::Appearance => 0,
        ConversationOrder::Packets => both(line.packets.map(u64::from)),
        ConversationOrder::Bytes => both(line.bytes),
        ConversationOrder::Payload => both(line.payload),
        ConversationOrder::Duration => line.end.saturating_sub(line.start).unsigned_abs(),
    })
}

fn turned<T>([one, other]: [T; 2]) -> [T; 2] {
    [other, one]
}
