//! Segments of TCP: learned in file order, recalled for any packet afterwards.

mod fact;
mod tracking;

use super::direction::{Chunk, Direction};
use super::framed::{Measure, Shared, Step};
use super::{Analysis, Assembled, Course, Piece, Plan, Segment, SegmentFacts};
use crate::blocks::Blocks;
use crate::conversations::Conversations;
use crate::field::ProtocolId;
use crate::pace::Pace;
use crate::sharded::Sharded;
use fact::{NO_SCALE, Rare, SegmentFact, StreamFact, completed};
use tracking::Live;
pub(crate) use tracking::TcpTracking;

const FIN: u16 = 0x01;
const SYN: u16 = 0x02;
const RST: u16 = 0x04;
const ACK: u16 = 0x10;

/// What is known of the protocols that TCP carries.
pub(crate) trait Carried {
    /// The protocol that a stream carries, judged by its first bytes.
    fn protocol(&self, segment: &Segment<'_>) -> Option<ProtocolId>;
    /// Whether the protocol says where its PDUs end.
    fn has_pdus(&self, protocol: ProtocolId) -> bool;
    /// How long the PDU of a protocol is that begins with these bytes, in the stream with this number and
    /// sent to this port; see [`super::framed::MeasureBy`].
    fn measure(&self, protocol: ProtocolId, sent: (u32, u16), bytes: &[u8], resumed: bool) -> Measure;
}

/// Everything that is known of TCP afterwards.
#[derive(Debug, Default)]
pub(crate) struct Tcp {
    segments: Blocks<SegmentFact>,
    /// What few segments have, by their index.
    rare: Sharded<u32, Rare>,
    streams: Blocks<StreamFact>,
    /// Of streams whose numbers were counted anew: from which packet on, and from where.
    rebased: Sharded<u32, Vec<Rebased>>,
    /// The PDU that a segment completes, by the segment's index.
    assembled: Sharded<u32, Box<[Piece]>>,
    /// The packet that completes a PDU, by the PDU's number.
    completed: Sharded<u32, u32>,
    /// Where the first line of a PDU is, by the PDU's number.
    openings: Sharded<u32, Box<[Piece]>>,
}

/// From which packet on the numbers of the two directions count from where.
type Rebased = (u32, [u32; 2]);

/// The segment that is learned, and where it stands.
struct Placed {
    stream: u32,
    side: usize,
    /// What is odd about the beginning of the stream.
    flags: u16,
}

impl Tcp {
    /// Frees it in steps.
    pub(crate) async fn free(self, pace: &Pace) {
        self.segments.free(pace).await;
        self.streams.free(pace).await;
        self.rare.free(pace).await;
        self.rebased.free(pace).await;
        self.assembled.free(pace).await;
        self.completed.free(pace).await;
        self.openings.free(pace).await;
    }

    /// Takes note of the next segment; returns what is known of it.
    pub(crate) fn learn(
        &mut self,
        tracking: &mut TcpTracking,
        conversations: &mut Conversations,
        segment: &Segment<'_>,
        carried: &dyn Carried,
        frame: u32,
        now: i64,
    ) -> SegmentFacts {
        let Placed { stream, side, flags: reused } = self.place(tracking, conversations, segment, frame);
        tracking.forget(now);
        let Some(slot) = tracking.live.get_mut(stream as usize) else { return SegmentFacts::default() };
        let Some(fact) = self.streams.get_mut(stream as usize) else { return SegmentFacts::default() };
        let live = slot.get_or_insert_with(|| Box::new(Live { previous: fact.course.last, ..Live::default() }));
        let syn = segment.flags & SYN != 0;
        let [forward, backward] = [side, 1 - side];
        if fact.base(forward).is_none() {
            fact.set_base(forward, if syn { segment.sequence } else { segment.sequence.wrapping_sub(1) });
        }
        if segment.flags & ACK != 0 && fact.base(backward).is_none() {
            fact.set_base(backward, segment.acknowledgment.wrapping_sub(1));
        }
        if syn && let Some(scale) = fact.scales.get_mut(forward) {
            *scale = segment.window_scale.map_or(NO_SCALE, |shift| shift.min(NO_SCALE - 1));
            fact.set(StreamFact::HAS_SYN, forward);
            live.analyst.set_scale(forward, segment.window_scale);
        }
        let mut analysis = live.analyst.judge(segment, forward, frame, now);
        analysis.flags |= reused;
        if fact.round_trip_since == 0
            && let Some(round_trip) = live.analyst.round_trip()
        {
            (fact.round_trip, fact.round_trip_since) = (round_trip, frame);
        }
        fact.course.segment(segment, forward, frame);
        // A SYN that uses ports again counts for itself already.
        let completeness = fact.completeness | u8::from(reused != 0 && segment.flags & (SYN | ACK) == SYN);
        fact.completeness |= completed(segment, fact.first == frame);
        if segment.flags & FIN != 0 && !StreamFact::CLOSED_BY.iter().any(|bit| fact.known & bit != 0) {
            fact.set(StreamFact::CLOSED_BY, forward);
        }
        const REPEATED: u16 = Analysis::RETRANSMISSION | Analysis::SPURIOUS_RETRANSMISSION | Analysis::KEEP_ALIVE;
        // What comes late is read with what waits for it, or not at all: behind it, the stream went on.
        let late = analysis.has(Analysis::OUT_OF_ORDER)
            && !live.directions.get(forward).is_some_and(|direction| direction.waits_for(segment.sequence));
        let step = if late || analysis.has(REPEATED) {
            Step { plan: Plan { repeated: true, ..Plan::default() }, ..Step::default() }
        } else {
            if fact.protocol.is_none() && !segment.payload.is_empty() {
                fact.protocol = carried.protocol(segment);
                fact.since = frame;
            }
            let direction = live.directions.get_mut(forward).zip(fact.protocol.filter(|id| carried.has_pdus(*id)));
            match direction {
                Some((direction, protocol)) => {
                    let again = analysis.has(Analysis::FAST_RETRANSMISSION);
                    cut(direction, segment, (frame, again), &mut tracking.shared, &|bytes, resumed| {
                        carried.measure(protocol, (stream, segment.endpoints.destination_port), bytes, resumed)
                    })
                }
                None => Step { plan: Plan::whole(segment.payload.len()), ..Step::default() },
            }
        };
        let previous = std::mem::replace(&mut live.previous, frame);
        let ends = segment.flags & RST != 0 || live.analyst.has_closed();
        if ends && !std::mem::replace(&mut live.has_ended, true) {
            tracking.ended.push_back((now, stream));
        }
        // Without a shift in the other's SYN, neither side scales.
        let scaled = fact.has(StreamFact::HAS_SYN, forward)
            || fact.has(StreamFact::HAS_SYN, backward) && fact.scale(backward).is_none();
        let index = self.segments.len() as u32;
        let bit = |set: bool, bit: u8| if set { bit } else { 0 };
        let plan = &step.plan;
        let whole = (plan.start, plan.end) == (0, segment.payload.len() as u32);
        let rare = Rare {
            duplicate_of: analysis.duplicate_of,
            duplicate_number: analysis.duplicate_number,
            retransmitted: analysis.retransmitted,
            start: if whole { 0 } else { plan.start },
            end: if whole { 0 } else { plan.end },
        };
        let recorded = SegmentFact {
            frame,
            stream,
            previous,
            acknowledges: analysis.acknowledges,
            in_flight: analysis.in_flight,
            since_push: analysis.since_push,
            opened: step.opened.unwrap_or(0),
            flags: analysis.flags,
            completeness,
            bits: bit(forward == 1, SegmentFact::SIDE)
                | bit(scaled, SegmentFact::SCALED)
                | bit(plan.repeated, SegmentFact::REPEATED)
                | bit(plan.begins, SegmentFact::BEGINS)
                | bit(plan.continues.is_some(), SegmentFact::CONTINUES)
                | bit(whole, SegmentFact::WHOLE)
                | bit(rare != Rare::default(), SegmentFact::RARE)
                | bit(plan.assembled.is_some(), SegmentFact::COMPLETES),
        };
        if rare != Rare::default() {
            self.rare.insert(index, rare);
        }
        if let Some(assembled) = &step.plan.assembled {
            self.assembled.insert(index, assembled.pieces.as_slice().into());
        }
        if let Some(pdu) = step.completed {
            self.completed.insert(pdu, frame);
        }
        if let (Some(pdu), Some(opening)) = (step.opened, step.opening) {
            self.openings.insert(pdu, opening.into());
        }
        self.segments.push(recorded);
        let mut facts = self.facts(index, &recorded, segment.payload.len(), false);
        facts.plan.assembled = step.plan.assembled;
        facts
    }

    /// The stream of a segment, which begins one where its endpoints have none, or where its SYN counts anew.
    fn place(
        &mut self,
        tracking: &mut TcpTracking,
        conversations: &mut Conversations,
        segment: &Segment<'_>,
        frame: u32,
    ) -> Placed {
        let (number, turned) = conversations.number(&segment.endpoints);
        let side = usize::from(turned);
        let known = conversations.get(number).and_then(|(_, conversation)| conversation.stream);
        if let Some(stream) = known
            && let Some(fact) = self.streams.get_mut(stream as usize)
        {
            let syn = segment.flags & SYN != 0;
            let renumbered = syn && fact.base(side).is_some_and(|base| base != segment.sequence);
            if !renumbered {
                return Placed { stream, side, flags: 0 };
            }
            // A second answer to a SYN counts anew, but in the same stream.
            if segment.flags & ACK != 0 {
                let before = fact.bases;
                fact.set_base(side, segment.sequence);
                if let Some(rebased) = self.rebased.value(stream, || vec![(0, before)]) {
                    rebased.push((frame, fact.bases));
                }
                return Placed { stream, side, flags: Analysis::REUSED_PORTS };
            }
            tracking.end(stream);
        }
        let reused = known.is_some() && segment.flags & (SYN | ACK) == SYN;
        let stream = self.streams.len() as u32;
        if let Some(conversation) = conversations.get_mut(number) {
            conversation.stream = Some(stream);
        }
        self.streams.push(StreamFact {
            round_trip: 0,
            round_trip_since: 0,
            first: frame,
            bases: [0; 2],
            since: 0,
            protocol: None,
            scales: [NO_SCALE; 2],
            known: 0,
            completeness: 0,
            course: Course {
                conversation: number,
                events: if reused { Course::PORTS_USED_AGAIN } else { 0 },
                ..Course::NOTHING
            },
        });
        tracking.live.push(Some(Box::new(Live { previous: frame, ..Live::default() })));
        Placed { stream, side, flags: if reused { Analysis::REUSED_PORTS } else { 0 } }
    }

    fn facts(&self, index: u32, fact: &SegmentFact, payload: usize, hindsight: bool) -> SegmentFacts {
        let Some(stream) = self.streams.get(fact.stream as usize) else { return SegmentFacts::default() };
        let side = usize::from(fact.has(SegmentFact::SIDE));
        let rebased = self.rebased.get(&fact.stream).and_then(|rebased| {
            let known = rebased.partition_point(|(frame, _)| *frame <= fact.frame);
            known.checked_sub(1).and_then(|last| rebased.get(last)).map(|(_, bases)| *bases)
        });
        let bases = rebased.unwrap_or(stream.bases);
        let base = |side: usize| bases.get(side).copied().filter(|_| stream.base(side).is_some()).unwrap_or_default();
        let syn = |side: usize| stream.has(StreamFact::HAS_SYN, side);
        let window_shift = match (syn(side), stream.scale(side), stream.scale(1 - side), syn(1 - side)) {
            (false, _, None, true) => Some(-2),
            (false, ..) => None,
            (true, Some(shift), Some(_), _) => Some(shift.min(14) as i8),
            (true, Some(shift), None, false) => Some(shift.min(14) as i8),
            _ => Some(-2),
        };
        let rare = match fact.has(SegmentFact::RARE) {
            true => self.rare.get(&index).copied().unwrap_or_default(),
            false => Rare::default(),
        };
        let handshake = stream.round_trip_since != 0 && stream.round_trip_since <= fact.frame;
        SegmentFacts {
            stream: fact.stream,
            conversation: stream.course.conversation,
            turned: side == 1,
            sequence_base: base(side),
            acknowledgment_base: base(1 - side),
            window_shift: window_shift.filter(|_| fact.has(SegmentFact::SCALED)),
            completeness: if hindsight { stream.completeness } else { fact.completeness },
            closes_first: stream.has(StreamFact::CLOSED_BY, side),
            first: stream.first,
            previous: fact.previous,
            analysis: Analysis {
                flags: fact.flags,
                duplicate_of: rare.duplicate_of,
                duplicate_number: rare.duplicate_number,
                acknowledges: fact.acknowledges,
                initial_round_trip: handshake.then_some(stream.round_trip),
                retransmitted: rare.retransmitted,
                in_flight: fact.in_flight,
                since_push: fact.since_push,
            },
            protocol: stream.protocol.filter(|_| stream.since <= fact.frame),
            plan: Plan {
                start: rare.start,
                end: if fact.has(SegmentFact::WHOLE) { payload as u32 } else { rare.end },
                completed_in: if hindsight { self.completed.get(&fact.opened).copied() } else { None },
                repeated: fact.has(SegmentFact::REPEATED),
                begins: fact.has(SegmentFact::BEGINS),
                continues: fact.has(SegmentFact::CONTINUES).then_some(fact.opened),
                ..Plan::default()
            },
        }
    }

    /// What is known of the n-th segment of a packet, which has so many bytes of payload; `gather` puts the bytes of pieces
    /// together.
    pub(crate) fn recall(
        &self,
        frame: u32,
        nth: usize,
        payload: usize,
        hindsight: bool,
        gather: &dyn Fn(&[Piece]) -> Vec<u8>,
    ) -> Option<SegmentFacts> {
        let index = self.segments_of(frame) + nth;
        let fact = self.segments.get(index).filter(|fact| fact.frame == frame)?;
        let mut facts = self.facts(index as u32, fact, payload, hindsight);
        if fact.has(SegmentFact::COMPLETES)
            && let Some(pieces) = self.assembled.get(&(index as u32))
        {
            facts.plan.assembled = Some(Assembled::of_pieces(gather(pieces), pieces));
        }
        Some(facts)
    }

    /// Where the first line of an unfinished PDU is, as far as it came up to a packet.
    pub(crate) fn opening(&self, pdu: u32, frame: u32) -> &[Piece] {
        let Some(pieces) = self.openings.get(&pdu) else { return &[] };
        pieces.get(..pieces.partition_point(|piece| piece.frame <= frame)).unwrap_or_default()
    }

    fn segments_of(&self, frame: u32) -> usize {
        self.segments.partition_point(|fact| fact.frame < frame)
    }

    /// The packets of a stream, in file order: each segment names the one before it.
    pub(crate) fn frames_of(&self, stream: u32) -> Vec<u32> {
        let mut frames = Vec::new();
        let mut frame = self.course(stream).map_or(0, |course| course.last);
        while frame != 0 && frames.last() != Some(&frame) {
            frames.push(frame);
            let of_frame = (self.segments_of(frame)..).map_while(|index| self.segments.get(index));
            let mut own = of_frame.take_while(|fact| fact.frame == frame).filter(|fact| fact.stream == stream);
            frame = own.next().map_or(0, |fact| fact.previous);
        }
        frames.reverse();
        frames
    }

    /// The stream of a packet's first segment.
    pub(crate) fn stream_of(&self, frame: u32) -> Option<u32> {
        let fact = self.segments.get(self.segments_of(frame))?;
        (fact.frame == frame).then_some(fact.stream)
    }

    /// How a stream went.
    pub(crate) fn course(&self, number: u32) -> Option<&Course> {
        self.streams.get(number as usize).map(|fact| &fact.course)
    }

    /// How each stream went, in order of their numbers.
    pub(crate) fn courses(&self) -> impl Iterator<Item = &Course> {
        self.streams.iter().map(|fact| &fact.course)
    }
}

/// Cuts the payload of a segment into PDUs. `again` is whether it was sent once more, as its receiver missed it; the
/// capture may have missed it too.
fn cut(
    direction: &mut Direction,
    segment: &Segment<'_>,
    (frame, again): (u32, bool),
    shared: &mut Shared,
    measure: &dyn Fn(&[u8], bool) -> Measure,
) -> Step {
    let payload = segment.payload;
    // What the snap length cut off cannot be put together.
    let nothing = payload.is_empty().then(|| Piece::new(frame, 0, 0, 0));
    let Some(piece) = segment.piece.or(nothing).filter(|_| payload.len() >= segment.length as usize) else {
        direction.clear(shared);
        return Step { plan: Plan::whole(payload.len()), ..Step::default() };
    };
    let chunk = Chunk { bytes: payload, piece, closes: segment.flags & (FIN | RST) != 0 };
    if again && direction.has_seen(segment.sequence) {
        return direction.repeat(segment.sequence, chunk, measure, shared);
    }
    direction.segment(segment.sequence, chunk, measure, shared)
}
