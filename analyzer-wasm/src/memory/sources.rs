//! Byte sources besides TCP's segments: handshake messages over records, CRYPTO frames of QUIC, bodies over frames.

use super::Stream;
use crate::pace::Pace;
use crate::sharded::Sharded;
use crate::streams::{Assembled, Direction, MeasureBy, Piece, Plan, Shared, Step};

/// One direction of a source of bytes, whose chunks stand in data sources of packets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ByteSource {
    /// What the bytes are, as `TLS handshake`.
    pub name: &'static str,
    /// Which of these: the number of a stream or a connection.
    pub number: u64,
    /// Who sends.
    pub side: u8,
}

impl ByteSource {
    /// What a stream's sender sends.
    pub fn of_stream(name: &'static str, stream: Stream, side: bool) -> ByteSource {
        let number = match stream {
            Stream::None => u64::MAX,
            Stream::Tcp(number) => number.into(),
            Stream::Udp(number) => u64::from(number) | 1 << 32,
        };
        ByteSource { name, number, side: side.into() }
    }
}

/// The sources that are in the middle of something while the capture is read.
#[derive(Debug, Default)]
pub(super) struct Sources {
    open: Sharded<ByteSource, Option<Box<Unfinished>>>,
}

impl Sources {
    /// Frees them in steps.
    pub(super) async fn free(self, pace: &Pace) {
        self.open.free(pace).await;
    }
}

/// A source that is in the middle of something.
#[derive(Debug, Default)]
struct Unfinished {
    direction: Direction,
    /// The packets that handed over what there is of the PDU, and how many bytes each.
    handed: Vec<(u32, u32)>,
}

impl Unfinished {
    /// Writes down which bytes of a chunk belong to which PDU: those of the one that it ends are returned.
    fn hand_over(&mut self, frame: u32, bytes: usize, plan: &Plan) -> Vec<(u32, u32)> {
        let ended = plan.assembled.as_ref().map(|_| plan.start);
        let mut whole = Vec::new();
        if let Some(length) = ended {
            whole = std::mem::take(&mut self.handed);
            whole.push((frame, length));
        }
        let left = (bytes as u32).saturating_sub(plan.end);
        if left > 0 {
            self.handed.push((frame, left));
        }
        whole
    }
}

/// How chunks are read, by packet and their number in it. Those that are whole PDUs are not here.
#[derive(Debug, Default)]
pub(super) struct SourceFacts {
    chunks: Sharded<(u32, u32), Box<ChunkFact>>,
    /// The packet that completes a PDU, by the PDU's number.
    completed: Sharded<u32, u32>,
}

#[derive(Debug)]
struct ChunkFact {
    /// Without bytes.
    plan: Plan,
    assembled: Option<Parts>,
    joined: Option<Parts>,
    opened: u32,
}

/// Where bytes are that were put together, and who handed them over.
#[derive(Debug)]
struct Parts {
    pieces: Box<[Piece]>,
    handed: Box<[(u32, u32)]>,
}

impl Parts {
    fn of(whole: &Assembled) -> Parts {
        Parts { pieces: whole.pieces.as_slice().into(), handed: whole.handed.as_slice().into() }
    }
}

impl SourceFacts {
    /// Frees them in steps.
    pub(super) async fn free(self, pace: &Pace) {
        self.chunks.free(pace).await;
        self.completed.free(pace).await;
    }

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
        let open = tracking.open.get_mut(&source).and_then(Option::take);
        let mut unfinished = open.map(|open| *open).unwrap_or_default();
        let Step { mut plan, opened, completed, .. } =
            unfinished.direction.feed(offset, bytes, pieces, measure, shared);
        let handed = unfinished.hand_over(place.0, bytes.len(), &plan);
        // Where offsets are given, the next one must be known.
        if offset.is_some() || !unfinished.direction.is_idle() {
            tracking.open.insert(source, Some(Box::new(unfinished)));
        }
        if let Some(whole) = &mut plan.assembled {
            whole.handed = handed;
        }
        if let Some(pdu) = completed {
            self.completed.insert(pdu, place.0);
        }
        if plan != Plan::whole(bytes.len()) {
            let fact = ChunkFact {
                assembled: plan.assembled.as_ref().map(Parts::of),
                joined: plan.joined.as_ref().map(Parts::of),
                plan: Plan { assembled: None, joined: None, ..plan },
                opened: opened.unwrap_or(0),
            };
            self.chunks.insert(place, Box::new(fact));
        }
        plan
    }

    /// How a chunk is read.
    pub(super) fn recall(
        &self,
        place: (u32, u32),
        length: usize,
        hindsight: bool,
        gather: &dyn Fn(&[Piece]) -> Vec<u8>,
    ) -> Plan {
        let Some(fact) = self.chunks.get(&place) else { return Plan::whole(length) };
        let assembled = |parts: &Option<Parts>| {
            let Parts { pieces, handed } = parts.as_ref()?;
            Some(Assembled { bytes: gather(pieces), pieces: pieces.to_vec(), handed: handed.to_vec() })
        };
        Plan {
            assembled: assembled(&fact.assembled),
            joined: assembled(&fact.joined),
            completed_in: if hindsight { self.completed.get(&fact.opened).copied() } else { None },
            ..fact.plan.clone()
        }
    }
}
