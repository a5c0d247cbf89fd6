//! What packets must know of each other: learned in file order by [`Learn`], told again for any packet by [`Know`].
//!
//! Longer than most files: its parts are one subject and read best side by side.

mod analysis;
mod assembly;
mod course;
mod fragments;
mod named;

pub use course::Course;

use crate::blocks::Blocks;
use crate::conversations::Conversations;
use crate::dissect::{Endpoints, Measuring, ProtocolId, Tables};
use crate::memory::{
    Analysis, Assembled, Claimed, ConversationFacts, Fate, Fragment, Keep, Kept, Linked, Memory, Named, Naming, Pair,
    Piece, Plan, Progress, Segment, SegmentFacts, Slot, Transaction,
};
use crate::protocols::tables::TCP_PORT;
use analysis::{Conversation, seconds};
use assembly::Assembly;
use fragments::Fragments;
use named::{Current, NamedFacts, NamedTracking, Place, turned};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use std::net::Ipv4Addr;

/// Everything that the index pass found out about packets from other packets, by packet number.
#[derive(Debug, Default)]
pub struct Facts {
    segments: Blocks<SegmentFact>,
    streams: Blocks<StreamFact>,
    datagrams: Blocks<DatagramFact>,
    /// Of UDP, in order of appearance.
    conversations: Vec<ConversationFact>,
    named: NamedFacts,
    pieces: FxHashMap<u32, Vec<Piece>>,
    completed: FxHashMap<u32, u32>,
    openings: FxHashMap<u32, Vec<Piece>>,
    /// Of streams whose numbers were counted anew: from which packet on, and from where.
    rebased: FxHashMap<u32, Vec<Rebased>>,
    defragmented: FxHashMap<(u32, u64), Vec<Piece>>,
    fragments: FxHashMap<(u32, u64), u32>,
    // Most have one entry, or a few that fit where a `Vec` would keep its address.
    remembered: FxHashMap<(Owner, Slot), Remembered>,
    transactions: FxHashMap<u64, SmallVec<[Exchange; 2]>>,
    /// By packet and address that it claims: the packet with the owner's last claim, and the owner.
    disputes: FxHashMap<(u32, Ipv4Addr), (u32, [u8; 6])>,
}

/// From which packet on the numbers of the two directions count from where.
type Rebased = (u32, [Option<u32>; 2]);

/// Values with the packets since which they hold.
type Remembered = SmallVec<[(u32, u64); 1]>;

/// A TCP stream as a whole.
#[derive(Debug, Clone, Copy)]
struct StreamFact {
    first: u32,
    bases: [Option<u32>; 2],
    scales: [Option<u8>; 2],
    syns: [bool; 2],
    completeness: u8,
    /// The side that sent the first FIN.
    closed_by: Option<u8>,
    protocol: Option<ProtocolId>,
    /// The packet whose payload told the protocol: what came before it is not read by it.
    since: u32,
    course: Course,
}

/// One TCP segment.
#[derive(Debug, Clone, Copy)]
struct SegmentFact {
    frame: u32,
    stream: u32,
    previous: u32,
    flags: u16,
    completeness: u8,
    side: u8,
    scaled: bool,
    repeated: bool,
    begins: bool,
    continues: bool,
    duplicate_of: u32,
    duplicate_number: u32,
    acknowledges: u32,
    retransmitted: u32,
    in_flight: u32,
    since_push: u32,
    start: u32,
    end: u32,
    opened: u32,
    handshake: i64,
}

/// One UDP datagram.
#[derive(Debug, Clone, Copy)]
struct DatagramFact {
    frame: u32,
    conversation: u32,
    previous: u32,
}

/// A UDP conversation as a whole.
#[derive(Debug, Clone, Copy)]
struct ConversationFact {
    first: u32,
    /// The protocol that it was given to, and the packet that told so.
    taken: Option<(ProtocolId, u32)>,
    course: Course,
}

/// A request and its response.
#[derive(Debug, Clone, Copy)]
struct Exchange {
    request: u32,
    response: u32,
}

/// Whose values are remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Owner {
    Nobody,
    Stream(u32),
    Conversation(u32),
}

/// When packets were captured, in nanoseconds since 1970; what is told of a packet often is a time since another.
pub trait Times {
    /// The time of a packet, by its number.
    fn time(&self, frame: u32) -> i64;
}

/// Nanoseconds after which a request that was not answered is no longer repeated, but made anew.
const ANEW: i64 = 5_000_000_000;

/// What a packet is told of the transaction that it belongs to: the last one that did not begin after it.
fn linked(
    exchanges: &[Exchange],
    part: Transaction,
    frame: u32,
    now: i64,
    times: &dyn Times,
    hindsight: bool,
) -> Linked {
    let mut linked = Linked { hindsight, ..Linked::default() };
    let known = exchanges.partition_point(|exchange| exchange.request <= frame);
    let Some(exchange) = known.checked_sub(1).and_then(|last| exchanges.get(last)) else { return linked };
    let Exchange { request, response } = *exchange;
    if part.response && response != frame {
        linked.repeats = (response != 0).then_some(response);
        return linked;
    }
    linked.request = Some(request);
    if part.response {
        linked.response = Some(frame);
        linked.time = Some(seconds(now - times.time(request)));
    } else {
        linked.repeats = (request != frame).then_some(request);
        if hindsight && response != 0 {
            linked.response = Some(response);
            linked.time = Some(seconds(times.time(response) - times.time(request)));
        }
    }
    linked
}

/// What only the index pass needs.
#[derive(Debug, Default)]
pub struct Tracking {
    live: Blocks<Live>,
    messages: u32,
    fragments: Fragments,
    /// The host that was the first to claim an address, with the last packet in which it did.
    owners: FxHashMap<Ipv4Addr, (u32, [u8; 6])>,
    named: NamedTracking,
    spare: Vec<u8>,
}

#[derive(Debug, Default)]
struct Live {
    conversation: Conversation,
    assembly: [Assembly; 2],
    previous: u32,
    /// The values that its protocol asked to remember last.
    remembered: [u64; Slot::COUNT],
}

/// The memory of the index pass.
pub struct Learn<'a> {
    tables: &'a Tables,
    facts: &'a mut Facts,
    tracking: &'a mut Tracking,
    conversations: &'a mut Conversations,
    times: &'a dyn Times,
    frame: u32,
    now: i64,
    owner: Owner,
    connection: Option<Current>,
}

/// The memory afterwards.
pub struct Know<'a> {
    facts: &'a Facts,
    times: &'a dyn Times,
    gather: &'a dyn Fn(&[Piece]) -> Vec<u8>,
    pairs: &'a dyn Fn(u32) -> SmallVec<[Pair; 1]>,
    frame: u32,
    hindsight: bool,
    owner: Owner,
    connection: Option<Current>,
    /// TCP layers and UDP layers of the packet so far.
    nth_segment: usize,
    nth_datagram: usize,
    /// The message to which the last bytes of the segment belong that was asked about last.
    opened: u32,
}

impl Facts {
    /// Number of TCP streams.
    pub fn streams(&self) -> u32 {
        self.streams.len() as u32
    }

    /// The stream of a packet's first TCP segment.
    pub fn stream_of(&self, frame: u32) -> Option<u32> {
        let fact = self.segments.get(self.segments_of(frame))?;
        (fact.frame == frame).then_some(fact.stream)
    }

    /// How each TCP stream went, in order of their numbers.
    pub fn tcp(&self) -> impl Iterator<Item = &Course> {
        self.streams.iter().map(|fact| &fact.course)
    }

    /// How a TCP stream went.
    pub fn tcp_course(&self, number: u32) -> Option<&Course> {
        self.streams.get(number as usize).map(|fact| &fact.course)
    }

    /// How a UDP conversation went.
    pub fn udp_course(&self, number: u32) -> Option<&Course> {
        self.conversations.get(number as usize).map(|fact| &fact.course)
    }

    /// How each UDP conversation went, in order of their numbers; one that is only quoted has no packets.
    pub fn udp(&self) -> impl Iterator<Item = &Course> {
        self.conversations.iter().map(|fact| &fact.course)
    }

    /// Number of the UDP conversation of a packet's last datagram.
    pub fn datagram_of(&self, frame: u32) -> Option<u32> {
        let end = self.datagrams.partition_point(|fact| fact.frame <= frame);
        let fact = self.datagrams.get(end.checked_sub(1)?)?;
        (fact.frame == frame).then_some(fact.conversation)
    }

    fn segments_of(&self, frame: u32) -> usize {
        self.segments.partition_point(|fact| fact.frame < frame)
    }
}

impl<'a> Learn<'a> {
    /// For the packet with this number and time in nanoseconds; `tables` say what a stream carries.
    #[allow(clippy::too_many_arguments)]
    pub fn new(
        tables: &'a Tables,
        facts: &'a mut Facts,
        tracking: &'a mut Tracking,
        conversations: &'a mut Conversations,
        times: &'a dyn Times,
        frame: u32,
        now: i64,
    ) -> Self {
        Learn { tables, facts, tracking, conversations, times, frame, now, owner: Owner::Nobody, connection: None }
    }

    fn stream(&mut self, segment: &Segment<'_>) -> (u32, usize, u16) {
        let (number, turned) = self.conversations.number(&segment.endpoints);
        let known = self.conversations.get(number).and_then(|(_, conversation)| conversation.stream);
        let side = |first_turned: bool| usize::from(turned != first_turned);
        if let Some(stream) = known
            && let Some(fact) = self.facts.streams.get(stream as usize)
        {
            let from = side(false);
            let syn = segment.flags & 0x02 != 0;
            let base = fact.bases.get(from).copied().flatten();
            let renumbered = syn && base.is_some_and(|base| base != segment.sequence);
            // A second answer to a SYN counts anew, but in the same stream.
            if renumbered && segment.flags & 0x10 != 0 {
                if let Some(fact) = self.facts.streams.get_mut(stream as usize) {
                    let rebased = self.facts.rebased.entry(stream).or_insert_with(|| vec![(0, fact.bases)]);
                    if let Some(base) = fact.bases.get_mut(from) {
                        *base = Some(segment.sequence);
                    }
                    rebased.push((self.frame, fact.bases));
                }
                return (stream, from, Analysis::REUSED_PORTS);
            }
            if !renumbered {
                return (stream, from, 0);
            }
        }
        let reused = if known.is_some() && segment.flags & 0x12 == 0x02 { Analysis::REUSED_PORTS } else { 0 };
        let stream = self.facts.streams.len() as u32;
        if let Some(conversation) = self.conversations.get_mut(number) {
            conversation.stream = Some(stream);
        }
        self.facts.streams.push(StreamFact {
            first: self.frame,
            bases: [None; 2],
            scales: [None; 2],
            syns: [false; 2],
            completeness: 0,
            closed_by: None,
            protocol: None,
            since: 0,
            course: Course {
                conversation: number,
                events: if reused != 0 { Course::PORTS_USED_AGAIN } else { 0 },
                ..Course::NOTHING
            },
        });
        self.tracking.live.push(Live { previous: self.frame, ..Live::default() });
        (stream, side(false), reused)
    }
}

/// What a stream between these ports carries, judged by its first bytes.
fn carried(tables: &Tables, endpoints: &Endpoints, payload: &[u8]) -> Option<ProtocolId> {
    let by_port = tables.find_ports(&TCP_PORT, endpoints.source_port, endpoints.destination_port).next();
    by_port.or_else(|| tables.recognise(&TCP_PORT, payload).next())
}

impl Memory for Learn<'_> {
    fn segment(&mut self, segment: &Segment<'_>) -> SegmentFacts {
        let (stream, side, reused) = self.stream(segment);
        self.owner = Owner::Stream(stream);
        let (Some(fact), Some(live)) =
            (self.facts.streams.get_mut(stream as usize), self.tracking.live.get_mut(stream as usize))
        else {
            return SegmentFacts::default();
        };
        let measuring = Measuring { tables: self.tables, remembered: live.remembered, resumed: false };
        let syn = segment.flags & 0x02 != 0;
        let ack = segment.flags & 0x10 != 0;
        let [forward, backward] = [side, 1 - side];
        let base = |bases: &mut [Option<u32>; 2], side: usize, value: u32| {
            if let Some(base) = bases.get_mut(side) {
                base.get_or_insert(value);
            }
        };
        base(&mut fact.bases, forward, if syn { segment.sequence } else { segment.sequence.wrapping_sub(1) });
        if ack {
            base(&mut fact.bases, backward, segment.acknowledgment.wrapping_sub(1));
        }
        if syn && let (Some(seen), Some(scale)) = (fact.syns.get_mut(forward), fact.scales.get_mut(forward)) {
            *seen = true;
            *scale = segment.window_scale;
        }
        if let Some(sender) = live.conversation.sides.get_mut(forward)
            && syn
        {
            sender.syn_seen = true;
            sender.scale = Some(segment.window_scale.unwrap_or(0));
        }
        let mut analysis = live.conversation.judge(segment, forward, self.frame, self.now);
        analysis.flags |= reused;
        fact.course.segment(segment, forward, self.frame);
        // A SYN that uses ports again counts for itself already.
        let completeness = fact.completeness | u8::from(reused != 0 && segment.flags & 0x12 == 0x02);
        fact.completeness |= match segment.flags & 0x17 {
            flags if flags & 0x04 != 0 => 32 + u8::from(flags & 0x10 != 0) * 4,
            flags if flags & 0x12 == 0x12 => 2,
            flags if flags & 0x02 != 0 => 1 + u8::from(segment.length > 0) * 8,
            flags => {
                u8::from(flags & 0x10 != 0 && segment.length == 0 && flags & 1 == 0 && fact.first != self.frame) * 4
                    + u8::from(segment.length > 0 && fact.first != self.frame) * 8
                    + u8::from(flags & 0x01 != 0) * 16
            }
        };
        if segment.flags & 0x01 != 0 {
            fact.closed_by.get_or_insert(forward as u8);
        }
        const REPEATED: u16 = Analysis::RETRANSMISSION
            | Analysis::FAST_RETRANSMISSION
            | Analysis::SPURIOUS_RETRANSMISSION
            | Analysis::KEEP_ALIVE;
        // What comes late is read with what waits for it, or not at all: behind it, the stream went on.
        let late = analysis.has(Analysis::OUT_OF_ORDER)
            && !live.assembly.get(forward).is_some_and(|assembly| assembly.waits_for(segment.sequence));
        let mut step = assembly::Step::default();
        if late || analysis.has(REPEATED) {
            step.plan.repeated = true;
        } else {
            if fact.protocol.is_none() && !segment.payload.is_empty() {
                fact.protocol = carried(self.tables, &segment.endpoints, segment.payload);
                fact.since = self.frame;
            }
            let measure = fact
                .protocol
                .and_then(|id| self.tables.protocols().get(id).measure)
                .map(|measure| assembly::by(measure, measuring));
            if let Some(assembly) = live.assembly.get_mut(forward) {
                step = assembly.take(
                    segment,
                    self.frame,
                    measure.as_ref().map(|measure| measure as &dyn Fn(&[u8], bool) -> crate::dissect::Measure),
                    &mut self.tracking.messages,
                    &mut self.tracking.spare,
                );
            }
        }
        if let Some(assembled) = &step.plan.assembled {
            self.facts.pieces.insert(self.frame, assembled.pieces.clone());
        }
        if let Some(message) = step.completed {
            self.facts.completed.insert(message, self.frame);
        }
        if let (Some(message), Some(opening)) = (step.opened, step.opening) {
            self.facts.openings.insert(message, opening);
        }
        let syn_of = |side: usize| fact.syns.get(side).copied().unwrap_or_default();
        let previous = std::mem::replace(&mut live.previous, self.frame);
        let recorded = SegmentFact {
            frame: self.frame,
            stream,
            previous,
            flags: analysis.flags,
            completeness,
            side: forward as u8,
            // Without a shift in the other's SYN, neither side scales.
            scaled: syn_of(forward) || syn_of(backward) && fact.scales.get(backward).is_some_and(Option::is_none),
            repeated: step.plan.repeated,
            begins: step.plan.begins,
            continues: step.plan.continues,
            duplicate_of: analysis.duplicate_of,
            duplicate_number: analysis.duplicate_number,
            acknowledges: analysis.acknowledges,
            retransmitted: analysis.retransmitted,
            in_flight: analysis.in_flight,
            since_push: analysis.since_push,
            start: step.plan.start,
            end: step.plan.end,
            opened: step.opened.unwrap_or(0),
            handshake: analysis.initial_round_trip.map_or(-1, |(s, n)| s * 1_000_000_000 + i64::from(n)),
        };
        self.facts.segments.push(recorded);
        let mut facts = self.facts.tell(&recorded, self.times, self.now, false);
        facts.plan.assembled = step.plan.assembled;
        facts
    }

    fn give_back(&mut self, bytes: Vec<u8>) {
        self.tracking.spare = bytes;
    }

    fn conversation(&mut self, endpoints: &Endpoints, length: u32, quoted: bool) -> ConversationFacts {
        let (number, turned) = self.conversations.number(endpoints);
        let count = self.facts.conversations.len() as u32;
        let mut known = self.conversations.get_mut(number).map(|conversation| &mut conversation.datagrams);
        let (conversation, previous) = known.as_deref().copied().flatten().unwrap_or((count, self.frame));
        if conversation == count {
            let course = Course { conversation: number, ..Course::NOTHING };
            self.facts.conversations.push(ConversationFact { first: self.frame, taken: None, course });
        }
        if let Some(known) = self.facts.conversations.get_mut(conversation as usize).filter(|_| !quoted) {
            known.course.datagram(endpoints, length, usize::from(turned), self.frame);
        }
        if let Some(known) = &mut known {
            **known = Some((conversation, if quoted { previous } else { self.frame }));
        }
        let fact = DatagramFact { frame: self.frame, conversation, previous };
        self.owner = Owner::Conversation(fact.conversation);
        self.facts.datagrams.push(fact);
        self.facts.tell_datagram(&fact, self.times, self.now)
    }

    fn take_conversation(&mut self, protocol: ProtocolId) {
        if let Owner::Conversation(conversation) = self.owner
            && let Some(known) = self.facts.conversations.get_mut(conversation as usize)
        {
            known.taken.get_or_insert((protocol, self.frame));
        }
    }

    fn taken_by(&self) -> Option<ProtocolId> {
        self.facts.taken_by(self.owner, self.frame)
    }

    fn connection(&mut self, naming: &Naming<'_>) -> Option<Named> {
        let place = place(self.owner, naming, self.frame)?;
        let (named, current) = self.tracking.named.take(&mut self.facts.named, naming, place).unzip();
        self.connection = current;
        named
    }

    fn progress(&self, at: u32) -> Progress {
        self.connection.map(|current| self.facts.named.progress(current, (self.frame, at))).unwrap_or_default()
    }

    fn kept(&mut self, at: u32) -> Vec<Kept> {
        let Some(current) = self.connection else { return Vec::new() };
        self.tracking.named.kept(current, (self.frame, at), &self.facts.named)
    }

    fn advance(&mut self, at: u32, number: u64, read: u64, keep: Keep<'_>) {
        if let Some(current) = self.connection {
            self.tracking.named.advance(&mut self.facts.named, current, (self.frame, at), number, read, keep);
        }
    }

    fn give_up(&mut self) {
        if let Some(current) = self.connection {
            self.facts.named.give_up(current, self.frame);
        }
    }

    fn transaction(&mut self, part: Transaction) -> Linked {
        let exchanges = self.facts.transactions.entry(part.key).or_default();
        let (now, times) = (self.now, self.times);
        if part.response {
            if let Some(last) = exchanges.last_mut().filter(|last| last.response == 0) {
                last.response = self.frame;
            }
        } else {
            let repeats = exchanges
                .last()
                .is_some_and(|last| last.response == 0 && now.saturating_sub(times.time(last.request)) < ANEW);
            if !repeats {
                exchanges.push(Exchange { request: self.frame, response: 0 });
            }
        }
        linked(exchanges, part, self.frame, now, times, false)
    }

    fn claim(&mut self, address: Ipv4Addr, hardware: [u8; 6]) -> Option<Claimed> {
        let (frame, owner) = self.tracking.owners.entry(address).or_insert((self.frame, hardware));
        if *owner == hardware {
            *frame = self.frame;
            return None;
        }
        self.facts.disputes.insert((self.frame, address), (*frame, *owner));
        self.facts.tell_dispute(self.frame, address, self.times, self.now)
    }

    fn fragment(&mut self, fragment: &Fragment<'_>) -> Fate {
        let assembled = self.tracking.fragments.take(fragment, self.frame);
        if let Some(assembled) = &assembled {
            let others = assembled.pieces.iter().filter(|piece| piece.frame != self.frame);
            self.facts.fragments.extend(others.map(|piece| ((piece.frame, fragment.key), self.frame)));
            self.facts.defragmented.insert((self.frame, fragment.key), assembled.pieces.clone());
        }
        Fate { assembled, completed_in: None }
    }

    fn remember(&mut self, slot: Slot, value: u64) {
        let values = self.facts.remembered.entry((self.owner, slot)).or_default();
        if values.last().is_none_or(|(_, last)| *last != value) {
            values.push((self.frame, value));
        }
        if let Owner::Stream(stream) = self.owner
            && let Some(live) = self.tracking.live.get_mut(stream as usize)
            && let Some(last) = live.remembered.get_mut(slot as usize)
        {
            *last = value;
        }
    }

    fn recall(&self, slot: Slot) -> Option<u64> {
        self.facts.remembered.get(&(self.owner, slot))?.last().map(|(_, value)| *value)
    }
}

/// Which datagram it is that a connection is asked of.
fn place(owner: Owner, naming: &Naming<'_>, frame: u32) -> Option<Place> {
    let Owner::Conversation(conversation) = owner else { return None };
    Some(Place { frame, conversation, turned: turned(&naming.endpoints) })
}

impl Facts {
    fn taken_by(&self, owner: Owner, frame: u32) -> Option<ProtocolId> {
        let Owner::Conversation(conversation) = owner else { return None };
        let (protocol, since) = self.conversations.get(conversation as usize)?.taken?;
        (since <= frame).then_some(protocol)
    }

    fn tell(&self, fact: &SegmentFact, times: &dyn Times, now: i64, hindsight: bool) -> SegmentFacts {
        let Some(stream) = self.streams.get(fact.stream as usize) else { return SegmentFacts::default() };
        let side = usize::from(fact.side);
        let bases = self.rebased.get(&fact.stream).and_then(|rebased| {
            let known = rebased.partition_point(|(frame, _)| *frame <= fact.frame);
            known.checked_sub(1).and_then(|last| rebased.get(last)).map(|(_, bases)| *bases)
        });
        let bases = bases.unwrap_or(stream.bases);
        let base = |side: usize| bases.get(side).copied().flatten().unwrap_or_default();
        let scale = |side: usize| stream.scales.get(side).copied().flatten();
        let syn = |side: usize| stream.syns.get(side).copied().unwrap_or_default();
        let since = |frame: u32| if frame == 0 { (0, 0) } else { seconds(now - times.time(frame)) };
        let window_shift = match (syn(side), scale(side), scale(1 - side), syn(1 - side)) {
            (false, _, None, true) => Some(-2),
            (false, ..) => None,
            (true, Some(shift), Some(_), _) => Some(shift.min(14) as i8),
            (true, Some(shift), None, false) => Some(shift.min(14) as i8),
            _ => Some(-2),
        };
        SegmentFacts {
            stream: fact.stream,
            sequence_base: base(side),
            acknowledgment_base: base(1 - side),
            window_shift: window_shift.filter(|_| fact.scaled),
            completeness: if hindsight { stream.completeness } else { fact.completeness },
            closes_first: stream.closed_by == Some(fact.side),
            since_first: since(stream.first),
            since_previous: since(fact.previous),
            analysis: Analysis {
                flags: fact.flags,
                duplicate_of: fact.duplicate_of,
                duplicate_number: fact.duplicate_number,
                acknowledges: fact.acknowledges,
                acknowledge_time: since(fact.acknowledges),
                initial_round_trip: (fact.handshake >= 0).then(|| seconds(fact.handshake)),
                retransmitted: fact.retransmitted,
                retransmission_timeout: since(fact.retransmitted),
                in_flight: fact.in_flight,
                since_push: fact.since_push,
            },
            protocol: stream.protocol.filter(|_| stream.since <= fact.frame),
            plan: Plan {
                assembled: None,
                start: fact.start,
                end: fact.end,
                completed_in: if hindsight { self.completed.get(&fact.opened).copied() } else { None },
                repeated: fact.repeated,
                begins: fact.begins,
                continues: fact.continues,
            },
        }
    }

    fn tell_dispute(&self, frame: u32, address: Ipv4Addr, times: &dyn Times, now: i64) -> Option<Claimed> {
        let (earlier, hardware) = *self.disputes.get(&(frame, address))?;
        let clock = |time: i64| time.div_euclid(1_000_000_000);
        let seconds = u32::try_from(clock(now) - clock(times.time(earlier))).unwrap_or(0);
        Some(Claimed { hardware, frame: earlier, seconds })
    }

    fn tell_datagram(&self, fact: &DatagramFact, times: &dyn Times, now: i64) -> ConversationFacts {
        let first = self.conversations.get(fact.conversation as usize).map_or(fact.frame, |known| known.first);
        ConversationFacts {
            stream: fact.conversation,
            since_first: seconds(now - times.time(first)),
            since_previous: seconds(now - times.time(fact.previous)),
        }
    }
}

impl<'a> Know<'a> {
    /// For the packet with this number. `gather` puts the bytes of pieces together, `pairs` tells what packets say of them. With hindsight, later packets are
    /// known too, as in a second pass; without, each packet knows what came before it.
    pub fn new(
        facts: &'a Facts,
        times: &'a dyn Times,
        gather: &'a dyn Fn(&[Piece]) -> Vec<u8>,
        pairs: &'a dyn Fn(u32) -> SmallVec<[Pair; 1]>,
        frame: u32,
        hindsight: bool,
    ) -> Self {
        Know {
            facts,
            times,
            gather,
            pairs,
            frame,
            hindsight,
            owner: Owner::Nobody,
            connection: None,
            nth_segment: 0,
            nth_datagram: 0,
            opened: 0,
        }
    }
}

impl Memory for Know<'_> {
    fn segment(&mut self, segment: &Segment<'_>) -> SegmentFacts {
        // A packet with several TCP layers has as many facts, in the order of the layers.
        let index = self.facts.segments_of(self.frame) + self.nth_segment;
        self.nth_segment += 1;
        let Some(fact) = self.facts.segments.get(index).filter(|fact| fact.frame == self.frame) else {
            return SegmentFacts {
                plan: Plan { end: segment.payload.len() as u32, ..Plan::default() },
                ..SegmentFacts::default()
            };
        };
        self.owner = Owner::Stream(fact.stream);
        self.opened = fact.opened;
        let mut facts = self.facts.tell(fact, self.times, self.times.time(self.frame), self.hindsight);
        facts.plan.assembled = self
            .facts
            .pieces
            .get(&self.frame)
            .map(|pieces| Assembled { bytes: (self.gather)(pieces), pieces: pieces.clone() });
        facts
    }

    fn opening(&mut self) -> Vec<u8> {
        let Some(pieces) = self.facts.openings.get(&self.opened) else { return Vec::new() };
        let known = pieces.partition_point(|piece| piece.frame <= self.frame);
        (self.gather)(pieces.get(..known).unwrap_or_default())
    }

    fn give_back(&mut self, _: Vec<u8>) {}

    fn pairs(&self) -> SmallVec<[Pair; 1]> {
        (self.pairs)(self.frame)
    }

    fn conversation(&mut self, _: &Endpoints, _: u32, _: bool) -> ConversationFacts {
        // As with segments: a tunnel, or a quotation, has several datagrams in one packet.
        let index = self.facts.datagrams.partition_point(|fact| fact.frame < self.frame) + self.nth_datagram;
        self.nth_datagram += 1;
        let Some(fact) = self.facts.datagrams.get(index).filter(|fact| fact.frame == self.frame) else {
            return ConversationFacts::default();
        };
        self.owner = Owner::Conversation(fact.conversation);
        self.facts.tell_datagram(fact, self.times, self.times.time(self.frame))
    }

    fn take_conversation(&mut self, _: ProtocolId) {}

    fn taken_by(&self) -> Option<ProtocolId> {
        self.facts.taken_by(self.owner, self.frame)
    }

    fn connection(&mut self, naming: &Naming<'_>) -> Option<Named> {
        let place = place(self.owner, naming, self.frame)?;
        let (named, current) = self.facts.named.know(place).unzip();
        self.connection = current;
        named
    }

    fn progress(&self, at: u32) -> Progress {
        self.connection.map(|current| self.facts.named.progress(current, (self.frame, at))).unwrap_or_default()
    }

    fn kept(&mut self, at: u32) -> Vec<Kept> {
        let Some(current) = self.connection else { return Vec::new() };
        let pieces = self.facts.named.pieces(current, (self.frame, at));
        let kept = |(piece, number): (Piece, u64)| Kept { frame: piece.frame, number, bytes: (self.gather)(&[piece]) };
        pieces.into_iter().map(kept).collect()
    }

    fn advance(&mut self, _: u32, _: u64, _: u64, _: Keep<'_>) {}

    fn give_up(&mut self) {}

    fn transaction(&mut self, part: Transaction) -> Linked {
        let exchanges = self.facts.transactions.get(&part.key).map(SmallVec::as_slice).unwrap_or_default();
        linked(exchanges, part, self.frame, self.times.time(self.frame), self.times, self.hindsight)
    }

    fn claim(&mut self, address: Ipv4Addr, _: [u8; 6]) -> Option<Claimed> {
        self.facts.tell_dispute(self.frame, address, self.times, self.times.time(self.frame))
    }

    fn fragment(&mut self, fragment: &Fragment<'_>) -> Fate {
        let own = (self.frame, fragment.key);
        let pieces = self.facts.defragmented.get(&own);
        Fate {
            assembled: pieces.map(|pieces| Assembled { bytes: (self.gather)(pieces), pieces: pieces.clone() }),
            completed_in: self.hindsight.then(|| self.facts.fragments.get(&own).copied()).flatten(),
        }
    }

    fn remember(&mut self, _: Slot, _: u64) {}

    fn recall(&self, slot: Slot) -> Option<u64> {
        let values = self.facts.remembered.get(&(self.owner, slot))?;
        let known = values.partition_point(|(frame, _)| *frame <= self.frame);
        known.checked_sub(1).and_then(|last| values.get(last)).map(|(_, value)| *value)
    }

    fn recall_final(&self, slot: Slot) -> Option<u64> {
        if !self.hindsight {
            return self.recall(slot);
        }
        self.facts.remembered.get(&(self.owner, slot))?.last().map(|(_, value)| *value)
    }
}
