//! The ends of the conversations of one layer.

use super::{Wanted, Window, conversations};
use crate::conversations::{Conversations, Conversing, Counts, End};
use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

/// What ends can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndpointOrder {
    /// When they appeared.
    Appearance,
    /// Packets sent and received.
    Packets,
    /// Bytes sent and received.
    Bytes,
}

/// An end with what it sent and received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndpointRow {
    /// Its address, and its port where the layer has ports.
    pub end: End,
    /// Packets sent.
    pub sent: u64,
    /// Packets received.
    pub received: u64,
    /// Bytes of the packets sent, on the wire.
    pub sent_bytes: u64,
    /// Bytes of the packets received, on the wire.
    pub received_bytes: u64,
}

/// The ends of a layer's conversations, as they were counted in a capture with these `conversations`.
pub fn lines(
    counts: &Counts,
    conversations: &Conversations,
    layer: Conversing,
    wanted: &Wanted<EndpointOrder>,
) -> Window<EndpointRow> {
    let mut ends: IndexMap<End, EndpointRow, FxBuildHasher> = IndexMap::default();
    let all = Wanted::all(conversations::ConversationOrder::Appearance, false);
    for line in conversations::lines(counts, conversations, layer, |_| 0, &all).lines {
        let ([begun, answered], [packets, replies], [bytes, reply_bytes]) = (line.ends, line.packets, line.bytes);
        let mut add = |end, sent: u32, received: u32, sent_bytes, received_bytes| {
            let nothing = EndpointRow { end, sent: 0, received: 0, sent_bytes: 0, received_bytes: 0 };
            let known = ends.entry(end).or_insert(nothing);
            known.sent += u64::from(sent);
            known.received += u64::from(received);
            known.sent_bytes += sent_bytes;
            known.received_bytes += received_bytes;
        };
        add(begun, packets, replies, bytes, reply_bytes);
        add(answered, replies, packets, reply_bytes, bytes);
    }
    wanted.window(ends.into_values().collect(), |line| match wanted.order {
        EndpointOrder::Appearance => 0,
        EndpointOrder::Packets => line.sent + line.received,
        EndpointOrder::Bytes => line.sent_bytes + line.received_bytes,
    })
}
