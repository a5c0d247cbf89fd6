//! What is kept of a stream of TCP, and of each segment.

use super::{ACK, Course, FIN, RST, SYN};
use crate::field::ProtocolId;
use crate::streams::Segment;

/// A stream as a whole.
#[derive(Debug, Clone, Copy)]
pub(super) struct StreamFact {
    /// Seconds from the SYN to the acknowledgment that ends the handshake, in nanoseconds, and the packet since which it
    /// is known; 0 for none.
    pub(super) round_trip: i64,
    pub(super) round_trip_since: u32,
    pub(super) first: u32,
    pub(super) bases: [u32; 2],
    /// The packet by whose payload the protocol was recognised: what came before it is not read by it.
    pub(super) since: u32,
    pub(super) protocol: Option<ProtocolId>,
    /// Shifts of the window scale option; [`NO_SCALE`] without one.
    pub(super) scales: [u8; 2],
    /// The constants below.
    pub(super) known: u8,
    pub(super) completeness: u8,
    pub(super) course: Course,
}

pub(super) const NO_SCALE: u8 = u8::MAX;

impl StreamFact {
    pub(super) const HAS_BASE: [u8; 2] = [1, 2];
    pub(super) const HAS_SYN: [u8; 2] = [4, 8];
    /// The side that sent the first FIN.
    pub(super) const CLOSED_BY: [u8; 2] = [16, 32];

    pub(super) fn has(&self, bits: [u8; 2], side: usize) -> bool {
        bits.get(side).is_some_and(|bit| self.known & bit != 0)
    }

    pub(super) fn set(&mut self, bits: [u8; 2], side: usize) {
        self.known |= bits.get(side).copied().unwrap_or_default();
    }

    pub(super) fn base(&self, side: usize) -> Option<u32> {
        self.bases.get(side).copied().filter(|_| self.has(StreamFact::HAS_BASE, side))
    }

    pub(super) fn scale(&self, side: usize) -> Option<u8> {
        self.scales.get(side).copied().filter(|scale| *scale != NO_SCALE)
    }

    pub(super) fn set_base(&mut self, side: usize, value: u32) {
        if let Some(base) = self.bases.get_mut(side) {
            *base = value;
            self.set(StreamFact::HAS_BASE, side);
        }
    }
}

/// One segment: 32 bytes, as a large capture has millions.
#[derive(Debug, Clone, Copy)]
pub(super) struct SegmentFact {
    pub(super) frame: u32,
    pub(super) stream: u32,
    pub(super) previous: u32,
    pub(super) acknowledges: u32,
    pub(super) in_flight: u32,
    pub(super) since_push: u32,
    /// The unfinished PDU to which its last bytes belong; 0 for none.
    pub(super) opened: u32,
    pub(super) flags: u16,
    pub(super) completeness: u8,
    /// The constants below.
    pub(super) bits: u8,
}

impl SegmentFact {
    pub(super) const SIDE: u8 = 1;
    pub(super) const SCALED: u8 = 2;
    pub(super) const REPEATED: u8 = 4;
    pub(super) const BEGINS: u8 = 8;
    pub(super) const CONTINUES: u8 = 16;
    /// The payload is whole PDUs.
    pub(super) const WHOLE: u8 = 32;
    /// Something of it is in [`Tcp::rare`].
    pub(super) const RARE: u8 = 64;
    /// It completes a PDU.
    pub(super) const COMPLETES: u8 = 128;

    pub(super) fn has(&self, bit: u8) -> bool {
        self.bits & bit != 0
    }
}

/// What few segments have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Rare {
    pub(super) duplicate_of: u32,
    pub(super) duplicate_number: u32,
    pub(super) retransmitted: u32,
    pub(super) start: u32,
    pub(super) end: u32,
}

/// Which part of the conversation a segment is, as [`crate::streams::SegmentFacts::completeness`] has it.
pub(super) fn completed(segment: &Segment<'_>, is_first: bool) -> u8 {
    match segment.flags & (SYN | ACK | FIN | RST) {
        flags if flags & RST != 0 => 32 + u8::from(flags & ACK != 0) * 4,
        flags if flags & (SYN | ACK) == SYN | ACK => 2,
        flags if flags & SYN != 0 => 1 + u8::from(segment.length > 0) * 8,
        flags => {
            u8::from(flags & ACK != 0 && segment.length == 0 && flags & FIN == 0 && !is_first) * 4
                + u8::from(segment.length > 0 && !is_first) * 8
                + u8::from(flags & FIN != 0) * 16
        }
    }
}
