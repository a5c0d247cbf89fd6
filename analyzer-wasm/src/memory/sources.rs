//! Byte sources besides TCP's segments: handshake messages over records, CRYPTO frames of QUIC, bodies over frames.

use crate::streams::{Assembled, Direction, MeasureBy, Piece, Plan, Shared, Step};
use rustc_hash::FxHashMap;

/// One direction of a source of bytes, whose chunks stand in data sources of packets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ByteSource {
    /// What the bytes are, as `tls.handshake`.
    pub name: &'static str,
    /// Which of these: the number of a stream or a connection.
    pub number: u64,
    /// Who sends.
    pub side: u8,
}

/// The sources that are in the middle of something while the capture is read.
#[derive(Debug, Default)]
pub(super) struct Sources {
    open: FxHashMap<ByteSource, Direction>,
}

/// How chunks are read, by packet and their number in it. Those that are whole PDUs are not here.
#[derive(Debug, Default)]
pub(super) struct SourceFacts {
    chunks: FxHashMap<(u32, u32), Box<ChunkFact>>,
    /// The packet that completes a PDU, by the PDU's number.
    completed: FxHashMap<u32, u32>,
}

#[derive(Debug)]
struct ChunkFact {
    /// Without bytes.
    plan: Plan,
    assembled: Option<Box<[Piece]>>,
    joined: Option<Box<[Piece]>>,
    opened: u32,
}

impl SourceFacts {
    /// Takes the next chunk, and writes down how it is read.
    #[allow(clippy::too_many_arguments, reason = "all of these are parts of one question")]
    pub(super) fn learn(
        &mut self,
        tracking: &mut Sources,
        shared: &mut Shared,
        source: ByteSource,
        offset: Option<u64>,
        (bytes, pieces): (&[u8], &[Piece]),
        place: (u32, u32),
        measure: MeasureBy<'_>,
    ) -> Plan {
        let direction = tracking.open.entry(source).or_default();
        let Step { plan, opened, completed, .. } = direction.feed(offset, bytes, pieces, measure, shared);
        if let Some(pdu) = completed {
            self.completed.insert(pdu, place.0);
        }
        if plan == Plan::whole(bytes.len()) {
            return plan;
        }
        let pieces = |whole: &Option<Assembled>| whole.as_ref().map(|whole| whole.pieces.as_slice().into());
        let (first, second) = (pieces(&plan.assembled), pieces(&plan.joined));
        let Plan { assembled, joined, .. } = plan;
        let plan = Plan { assembled: None, joined: None, ..plan };
        let told = Plan { assembled, joined, ..plan.clone() };
        let fact = ChunkFact { plan, assembled: first, joined: second, opened: opened.unwrap_or(0) };
        self.chunks.insert(place, Box::new(fact));
        told
    }

    /// How a chunk is read.
    pub(super) fn tell(
        &self,
        place: (u32, u32),
        length: usize,
        hindsight: bool,
        gather: &dyn Fn(&[Piece]) -> Vec<u8>,
    ) -> Plan {
        let Some(fact) = self.chunks.get(&place) else { return Plan::whole(length) };
        let assembled = |pieces: &Option<Box<[Piece]>>| {
            pieces.as_ref().map(|pieces| Assembled { bytes: gather(pieces), pieces: pieces.to_vec() })
        };
        Plan {
            assembled: assembled(&fact.assembled),
            joined: assembled(&fact.joined),
            completed_in: if hindsight { self.completed.get(&fact.opened).copied() } else { None },
            ..fact.plan.clone()
        }
    }
}
