//! A TCP segment, and what is known of it from the others of its stream.

use super::{Piece, Plan};
use crate::endpoints::Endpoints;
use crate::field::ProtocolId;

/// A TCP segment, as its header tells.
#[derive(Debug, Clone, Copy)]
pub struct Segment<'a> {
    /// Addresses and ports.
    pub endpoints: Endpoints,
    /// Sequence number on the wire.
    pub sequence: u32,
    /// Acknowledgment number on the wire.
    pub acknowledgment: u32,
    /// The flags, as `tcp.flags`.
    pub flags: u16,
    /// The window on the wire, unscaled.
    pub window: u16,
    /// Bytes of payload on the wire.
    pub length: u32,
    /// Payload that was captured.
    pub payload: &'a [u8],
    /// Where the payload is; nothing where several packets carry it, or it can be had no more.
    pub piece: Option<Piece>,
    /// The shift of the window scale option, where it is present.
    pub window_scale: Option<u8>,
    /// Bytes that its SACK option says to have come behind the acknowledged ones.
    pub sacked: u32,
}

/// What is known of a TCP segment from the others of its stream.
#[derive(Debug, Clone, Default)]
pub struct SegmentFacts {
    /// Number of the stream, counted from 0 in order of appearance.
    pub stream: u32,
    /// Number of the conversation.
    pub conversation: u32,
    /// Whether its sender comes second in the conversation.
    pub turned: bool,
    /// What relative sequence numbers count from.
    pub sequence_base: u32,
    /// What relative acknowledgment numbers count from.
    pub acknowledgment_base: u32,
    /// How the window is scaled: nothing where no handshake was seen, -2 where scaling is not used.
    pub window_shift: Option<i8>,
    /// Which parts of the conversation were seen before this segment or, with hindsight, at all: 1 SYN, 2 SYN-ACK,
    /// 4 ACK, 8 data, 16 FIN, 32 RST.
    pub completeness: u8,
    /// Whether its sender was the first to close, for a segment that closes.
    pub closes_first: bool,
    /// The stream's first packet; 0 for none.
    pub first: u32,
    /// The stream's packet before this; 0 for none.
    pub previous: u32,
    /// What is odd about it.
    pub analysis: Analysis,
    /// What the stream carries.
    pub protocol: Option<ProtocolId>,
    /// How its payload is to be read.
    pub plan: Plan,
}

/// What TCP analysis found in a segment; Wireshark's `tcp.analysis`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Analysis {
    /// The flags below.
    pub flags: u16,
    /// The packet that a duplicate acknowledgment repeats.
    pub duplicate_of: u32,
    /// Which of its repetitions this is, from 1.
    pub duplicate_number: u32,
    /// The packet whose data this one acknowledges; 0 for none.
    pub acknowledges: u32,
    /// Nanoseconds from the first SYN to the acknowledgment that ends the handshake, once they are known.
    pub initial_round_trip: Option<i64>,
    /// The packet with the segment that is retransmitted; 0 for none.
    pub retransmitted: u32,
    /// Bytes sent and not yet acknowledged, this segment's included; 0 where not known.
    pub in_flight: u32,
    /// Bytes sent since the last push.
    pub since_push: u32,
}

#[allow(missing_docs)]
impl Analysis {
    pub const RETRANSMISSION: u16 = 1 << 0;
    pub const FAST_RETRANSMISSION: u16 = 1 << 1;
    pub const SPURIOUS_RETRANSMISSION: u16 = 1 << 2;
    pub const OUT_OF_ORDER: u16 = 1 << 3;
    pub const LOST_SEGMENT: u16 = 1 << 4;
    pub const ACK_LOST_SEGMENT: u16 = 1 << 5;
    pub const DUPLICATE_ACK: u16 = 1 << 6;
    pub const WINDOW_UPDATE: u16 = 1 << 7;
    pub const WINDOW_FULL: u16 = 1 << 8;
    pub const ZERO_WINDOW: u16 = 1 << 9;
    pub const ZERO_WINDOW_PROBE: u16 = 1 << 10;
    pub const ZERO_WINDOW_PROBE_ACK: u16 = 1 << 11;
    pub const KEEP_ALIVE: u16 = 1 << 12;
    pub const KEEP_ALIVE_ACK: u16 = 1 << 13;
    pub const REUSED_PORTS: u16 = 1 << 14;

    /// Whether any of the flags is set.
    pub fn has(&self, flags: u16) -> bool {
        self.flags & flags != 0
    }
}

/// Whether a sequence number comes before another, modulo 2^32.
pub(crate) fn before(a: u32, b: u32) -> bool {
    (a.wrapping_sub(b) as i32) < 0
}
