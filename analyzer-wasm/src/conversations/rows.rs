//! One row a conversation: what its sides sent, and when.

use std::net::IpAddr;

/// What was exchanged in a conversation. Of two sides, the first is that of the lower address and port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exchanged {
    /// Bytes of the packets that each side sent, on the wire.
    pub bytes: [u64; 2],
    /// Bytes that the layer carried for each side, what was sent again included.
    pub payload: [u64; 2],
    /// Packets that each side sent.
    pub packets: [u32; 2],
    /// The first packet.
    pub first: u32,
    /// The last packet.
    pub last: u32,
    /// Between whom, for a layer with ports: see [`super::Conversations::get`].
    pub(super) ends: u32,
    /// The side that sent the first packet.
    pub begun_by: u8,
}

/// A packet that is counted.
#[derive(Debug, Clone, Copy)]
pub struct Counted {
    /// Its number.
    pub frame: u32,
    /// Its bytes on the wire.
    pub length: u32,
    /// When it was captured, in nanoseconds since 1970.
    pub time: i64,
}

/// One side of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct End {
    /// Its address.
    pub address: Address,
    /// Its port; 0 where the layer has none.
    pub port: u16,
}

/// An address of any layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Address {
    /// Of a link.
    Ether([u8; 6]),
    /// Of a network.
    Ip(IpAddr),
}

impl Exchanged {
    pub(super) const NOTHING: Exchanged =
        Exchanged { bytes: [0; 2], payload: [0; 2], packets: [0; 2], first: 0, last: 0, ends: 0, begun_by: 0 };

    /// Whether no packet was counted: the stream was only quoted.
    pub fn is_empty(&self) -> bool {
        self.last == 0
    }

    #[inline]
    pub(super) fn count(&mut self, packet: &Counted, side: usize, payload: u32) {
        self.last = packet.frame;
        if let (Some(packets), Some(bytes), Some(carried)) =
            (self.packets.get_mut(side), self.bytes.get_mut(side), self.payload.get_mut(side))
        {
            *packets = packets.saturating_add(1);
            *bytes += u64::from(packet.length);
            *carried += u64::from(payload);
        }
    }
}
