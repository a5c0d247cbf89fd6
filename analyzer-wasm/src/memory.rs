//! What one packet must know of others: asked while a packet is dissected, worked out by the index pass in file order, and
//! told again for any packet afterwards.
//!
//! A packet may ask of others through three things only: a [`History`], a [`Transaction`], and reassembly (segments of TCP,
//! fragments of IP, and any other byte source). Each answer is the one *as of the place of the asker*, so that the index
//! pass and every later dissection get the same.

mod expected;
mod fragments;
mod history;
mod sources;
mod transaction;

pub use expected::Endpoint;
pub use fragments::{Fate, Fragment};
pub use history::{Histories, History, Kept, Place};
pub use sources::ByteSource;
pub use transaction::{Linked, Transaction, key, key_without_ports};

use crate::conversations::Conversations;
use crate::dissect::{Conversing, ProtocolId};
use crate::endpoints::Endpoints;
use crate::streams::{
    Carried, Course, Datagram, DatagramFacts, Measure, Piece, Plan, Segment, SegmentFacts, Tcp, TcpTracking, Udp,
};
use crate::times::{Times, seconds};
use expected::EXPECTED;
use fragments::{FragmentFacts, Fragments};
use sources::{SourceFacts, Sources};
use std::hash::Hash;
use transaction::{Asker, Transactions};

/// Everything that the index pass found out about packets from other packets.
#[derive(Debug, Default)]
pub struct Facts {
    histories: Histories,
    transactions: Transactions,
    fragments: FragmentFacts,
    sources: SourceFacts,
    tcp: Tcp,
    udp: Udp,
    cut: bool,
}

/// What only the index pass needs.
#[derive(Debug, Default)]
pub struct Tracking {
    tcp: TcpTracking,
    fragments: Fragments,
    sources: Sources,
}

/// The stream to which a packet belongs: a key of histories.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Stream {
    /// Of no stream.
    #[default]
    None,
    /// A stream of TCP, by its number.
    Tcp(u32),
    /// A conversation of UDP, by its number.
    Udp(u32),
}

/// How long the PDU of a protocol is that begins with these bytes.
pub type PduLength = fn(&[u8], &Measuring<'_>) -> Measure;

/// What the length of a PDU can depend on besides its bytes.
#[derive(Clone, Copy)]
pub struct Measuring<'a> {
    /// Whether the bytes do not begin with the PDU, but where [`Measure::Beyond`] said.
    pub resumed: bool,
    /// The stream that carries the PDU.
    pub stream: Stream,
    histories: Option<&'a Histories>,
    carriers: Option<&'a dyn Carriers>,
    place: Place,
}

/// What is known of protocols where a stream is read.
pub trait Carriers {
    /// The protocol that a stream of TCP carries, judged by its first bytes.
    fn carried(&self, segment: &Segment<'_>) -> Option<ProtocolId>;
    /// The protocol that is sent to a port, judged by the port, else by the bytes: its name, and how it measures its PDUs.
    fn carried_to(&self, port: u16, bytes: &[u8]) -> Option<(&'static str, Option<PduLength>)>;
    /// How a protocol measures its PDUs; nothing where it does not.
    fn pdu_length(&self, protocol: ProtocolId) -> Option<PduLength>;
}

/// Answers the questions of one packet about others.
pub struct Memory<'a> {
    mode: Mode<'a>,
    frame: u32,
    /// Values that were appended so far.
    step: u32,
    stream: Stream,
    /// TCP layers, UDP layers and chunks of other byte sources in the packet so far.
    segments: usize,
    datagrams: usize,
    chunks: u32,
}

enum Mode<'a> {
    /// No other packet is known.
    Alone { reads: fn(&Segment<'_>) -> bool },
    /// The index pass.
    Learn {
        facts: &'a mut Facts,
        tracking: &'a mut Tracking,
        conversations: &'a mut Conversations,
        times: &'a dyn Times,
    },
    /// Afterwards.
    Know { facts: &'a Facts, times: &'a dyn Times, gather: &'a dyn Fn(&[Piece]) -> Vec<u8>, hindsight: bool },
}

impl<'a> Memory<'a> {
    fn of(mode: Mode<'a>, frame: u32) -> Memory<'a> {
        Memory { mode, frame, step: 0, stream: Stream::None, segments: 0, datagrams: 0, chunks: 0 }
    }

    /// Knows no other packet. Of what TCP carries, only whole PDUs are read in the segments that `reads` selects.
    pub fn alone(reads: fn(&Segment<'_>) -> bool) -> Memory<'a> {
        Memory::of(Mode::Alone { reads }, 0)
    }

    /// Learns from the next packet, with this number.
    pub fn learn(
        facts: &'a mut Facts,
        tracking: &'a mut Tracking,
        conversations: &'a mut Conversations,
        times: &'a dyn Times,
        frame: u32,
    ) -> Memory<'a> {
        Memory::of(Mode::Learn { facts, tracking, conversations, times }, frame)
    }

    /// Tells of the packet with this number what was learned. `gather` puts the bytes of pieces together. With hindsight,
    /// later packets are known too, as in a second pass; without, each packet knows what came before it.
    pub fn know(
        facts: &'a Facts,
        times: &'a dyn Times,
        gather: &'a dyn Fn(&[Piece]) -> Vec<u8>,
        frame: u32,
        hindsight: bool,
    ) -> Memory<'a> {
        Memory::of(Mode::Know { facts, times, gather, hindsight }, frame)
    }

    fn facts(&self) -> Option<&Facts> {
        match &self.mode {
            Mode::Alone { .. } => None,
            Mode::Learn { facts, .. } => Some(facts),
            Mode::Know { facts, .. } => Some(facts),
        }
    }

    fn place(&self) -> Place {
        Place { frame: self.frame, step: self.step }
    }

    /// The stream of the TCP or UDP layer that was read last.
    pub fn stream(&self) -> Stream {
        self.stream
    }

    /// The first packet of that stream.
    pub fn stream_began(&self) -> Option<u32> {
        let facts = self.facts()?;
        let course = match self.stream {
            Stream::None => None,
            Stream::Tcp(number) => facts.tcp_course(number),
            Stream::Udp(number) => facts.udp_course(number),
        };
        course.map(|course| course.first)
    }

    /// Whether packets after this one may be known.
    pub fn has_hindsight(&self) -> bool {
        matches!(self.mode, Mode::Know { hindsight: true, .. })
    }

    /// Seconds from an earlier packet to this one.
    pub fn since(&self, frame: u32) -> (i64, u32) {
        self.times().map_or((0, 0), |times| seconds(times.time(self.frame) - times.time(frame)))
    }

    /// When a packet was captured, in nanoseconds since 1970.
    pub fn time(&self, frame: u32) -> i64 {
        self.times().map_or(0, |times| times.time(frame))
    }

    fn times(&self) -> Option<&'a dyn Times> {
        match &self.mode {
            Mode::Alone { .. } => None,
            Mode::Learn { times, .. } | Mode::Know { times, .. } => Some(*times),
        }
    }

    // Histories.

    /// The last value under a key that was appended strictly before this place.
    pub fn before<K: Kept + Eq + Hash, V: Kept>(&self, history: &'static History<K, V>, key: &K) -> Option<&V> {
        self.before_at(history, key).map(|(_, value)| value)
    }

    /// As [`Memory::before`], with the place where the value was appended.
    pub fn before_at<K: Kept + Eq + Hash, V: Kept>(
        &self,
        history: &'static History<K, V>,
        key: &K,
    ) -> Option<(Place, &V)> {
        self.facts()?.histories.before(history, key, self.place())
    }

    /// The last value under a key of all, with its place: with hindsight, of later packets too; without, as
    /// [`Memory::before_at`].
    pub fn last_at<K: Kept + Eq + Hash, V: Kept>(
        &self,
        history: &'static History<K, V>,
        key: &K,
    ) -> Option<(Place, &V)> {
        match &self.mode {
            Mode::Know { facts, hindsight: true, .. } => facts.histories.last(history, key),
            _ => self.before_at(history, key),
        }
    }

    /// The last value under a key of all; see [`Memory::last_at`].
    pub fn last<K: Kept + Eq + Hash, V: Kept>(&self, history: &'static History<K, V>, key: &K) -> Option<&V> {
        self.last_at(history, key).map(|(_, value)| value)
    }

    /// Keeps a value for what comes later. What is kept must not depend on which fields are wanted.
    pub fn append<K: Kept + Eq + Hash, V: Kept>(&mut self, history: &'static History<K, V>, key: K, value: V) {
        let place = self.place();
        self.step += 1;
        if let Mode::Learn { facts, .. } = &mut self.mode {
            facts.histories.append(history, key, place, value);
        }
    }

    // What is expected.

    /// Makes a protocol the one that later conversations with this endpoint carry.
    pub fn expect(&mut self, endpoint: Endpoint, protocol: ProtocolId) {
        self.append(&EXPECTED, endpoint, protocol);
    }

    /// The protocol that an earlier packet made a conversation of TCP or UDP between these expected to carry.
    pub fn expected(&self, transport: Conversing, endpoints: &Endpoints) -> Option<ProtocolId> {
        expected::between(&self.facts()?.histories, transport, endpoints, self.place())
    }

    // Transactions.

    /// Links a request and its response.
    pub fn transaction(&mut self, part: Transaction) -> Linked {
        let frame = self.frame;
        match &mut self.mode {
            Mode::Alone { .. } => Linked::default(),
            Mode::Learn { facts, times, .. } => {
                let asker = Asker { frame, now: times.time(frame), times: *times, hindsight: false };
                facts.transactions.learn(part, asker);
                facts.transactions.tell(part, asker)
            }
            Mode::Know { facts, times, hindsight, .. } => {
                let asker = Asker { frame, now: times.time(frame), times: *times, hindsight: *hindsight };
                facts.transactions.tell(part, asker)
            }
        }
    }

    // Reassembly.

    /// What is known of this TCP segment.
    pub fn segment(&mut self, segment: &Segment<'_>, carriers: &dyn Carriers) -> SegmentFacts {
        let (frame, place, nth) = (self.frame, self.place(), self.segments);
        self.segments += 1;
        let alone = SegmentFacts { plan: Plan::whole(segment.payload.len()), ..SegmentFacts::default() };
        let facts = match &mut self.mode {
            Mode::Alone { reads } => return whole_pdus(segment, carriers, *reads),
            Mode::Learn { facts, tracking, conversations, times } => {
                let carried = InHistory { carriers, histories: &facts.histories, place };
                facts.tcp.learn(&mut tracking.tcp, conversations, segment, &carried, frame, *times)
            }
            Mode::Know { facts, times, gather, hindsight } => {
                let payload = segment.payload.len();
                let Some(told) = facts.tcp.tell(frame, nth, payload, *times, *hindsight, *gather) else { return alone };
                told
            }
        };
        self.stream = Stream::Tcp(facts.stream);
        facts
    }

    /// The first bytes of the PDU that the segment asked about last continues, where its plan says so.
    pub fn opening(&mut self) -> Vec<u8> {
        let Some(nth) = self.segments.checked_sub(1) else { return Vec::new() };
        match &self.mode {
            Mode::Know { facts, gather, .. } => gather(facts.tcp.opening(self.frame, nth)),
            // The index pass has no bytes of earlier packets, and wants no text.
            _ => Vec::new(),
        }
    }

    /// Takes the buffer of a PDU that was put together back, once it was dissected.
    pub fn give_back(&mut self, bytes: Vec<u8>) {
        if let Mode::Learn { tracking, .. } = &mut self.mode {
            tracking.tcp.give_back(bytes);
        }
    }

    /// What is known of this datagram.
    pub fn datagram(&mut self, datagram: &Datagram) -> DatagramFacts {
        let nth = self.datagrams;
        self.datagrams += 1;
        let facts = match &mut self.mode {
            Mode::Alone { .. } => return DatagramFacts::default(),
            Mode::Learn { facts, conversations, times, .. } => {
                facts.udp.learn(datagram, conversations, self.frame, *times)
            }
            Mode::Know { facts, times, .. } => {
                let Some(told) = facts.udp.tell(self.frame, nth, *times) else { return DatagramFacts::default() };
                told
            }
        };
        self.stream = Stream::Udp(facts.stream);
        facts
    }

    /// Puts a fragment of a datagram to the others.
    pub fn fragment(&mut self, fragment: &Fragment<'_>) -> Fate {
        match &mut self.mode {
            Mode::Alone { .. } => Fate::default(),
            Mode::Learn { facts, tracking, .. } => facts.fragments.learn(&mut tracking.fragments, fragment, self.frame),
            Mode::Know { facts, gather, hindsight, .. } => {
                facts.fragments.tell(fragment, self.frame, *hindsight, *gather)
            }
        }
    }

    /// Takes the next bytes of a byte source, which stand in one data source of this packet, and says how they are to be
    /// read. `offset` counts from the first byte of the byte source; without one, the bytes come next in it.
    pub fn bytes_of(
        &mut self,
        source: ByteSource,
        offset: Option<u64>,
        (bytes, piece): (&[u8], Piece),
        length: PduLength,
    ) -> Plan {
        let (frame, chunk, place, stream) = (self.frame, self.chunks, self.place(), self.stream);
        self.chunks += 1;
        match &mut self.mode {
            Mode::Alone { .. } => {
                let measuring = Measuring { resumed: false, stream, histories: None, carriers: None, place };
                Plan { end: whole(bytes, &|bytes| length(bytes, &measuring)), ..Plan::default() }
            }
            Mode::Learn { facts, tracking, .. } => {
                let Facts { histories, sources, .. } = &mut **facts;
                let measure = |bytes: &[u8], resumed: bool| {
                    length(bytes, &Measuring { resumed, stream, histories: Some(&*histories), carriers: None, place })
                };
                let shared = tracking.tcp.shared();
                sources.learn(&mut tracking.sources, shared, source, offset, (bytes, piece), (frame, chunk), &measure)
            }
            Mode::Know { facts, gather, hindsight, .. } => {
                facts.sources.tell((frame, chunk), bytes.len(), *hindsight, *gather)
            }
        }
    }

    /// A piece of this packet.
    pub fn piece(&self, source: u8, offset: usize, length: usize) -> Piece {
        Piece::new(self.frame, source, offset as u32, length as u32)
    }
}

impl<'a> Measuring<'a> {
    /// Knows nothing but the bytes.
    pub fn alone() -> Measuring<'a> {
        let place = Place { frame: 0, step: 0 };
        Measuring { resumed: false, stream: Stream::None, histories: None, carriers: None, place }
    }

    /// The protocol that is sent to a port of the far end of a tunnel, judged by the port, else by the bytes: its name,
    /// and how it measures its PDUs.
    pub fn carried(&self, port: u16, bytes: &[u8]) -> Option<(&'static str, Option<PduLength>)> {
        self.carriers?.carried_to(port, bytes)
    }

    /// The last value of this stream that was appended before the bytes.
    pub fn before<V: Kept>(&self, history: &'static History<Stream, V>) -> Option<&'a V> {
        self.histories?.before(history, &self.stream, self.place).map(|(_, value)| value)
    }
}

/// Carriers that measure with what the histories hold.
struct InHistory<'a> {
    carriers: &'a dyn Carriers,
    histories: &'a Histories,
    place: Place,
}

impl Carried for InHistory<'_> {
    fn protocol(&self, segment: &Segment<'_>) -> Option<ProtocolId> {
        let expected = expected::between(self.histories, Conversing::Tcp, &segment.endpoints, self.place);
        expected.or_else(|| self.carriers.carried(segment))
    }

    fn has_pdus(&self, protocol: ProtocolId) -> bool {
        self.carriers.pdu_length(protocol).is_some()
    }

    fn measure(&self, protocol: ProtocolId, stream: u32, bytes: &[u8], resumed: bool) -> Measure {
        let stream = Stream::Tcp(stream);
        let (histories, carriers) = (Some(self.histories), Some(self.carriers));
        let measuring = Measuring { resumed, stream, histories, carriers, place: self.place };
        self.carriers.pdu_length(protocol).map_or(Measure::Unframed, |length| length(bytes, &measuring))
    }
}

/// Where the whole PDUs end that bytes begin with.
fn whole(bytes: &[u8], measure: &dyn Fn(&[u8]) -> Measure) -> u32 {
    let mut end = 0;
    while let Some(rest) = bytes.get(end..).filter(|rest| !rest.is_empty())
        && let Measure::Whole(length @ 1..) = measure(rest)
        && length <= rest.len()
    {
        end += length;
    }
    end as u32
}

/// The facts of a segment of which nothing but the segment is known.
fn whole_pdus(segment: &Segment<'_>, carriers: &dyn Carriers, reads: fn(&Segment<'_>) -> bool) -> SegmentFacts {
    if segment.payload.is_empty() || !reads(segment) {
        return SegmentFacts::default();
    }
    let protocol = carriers.carried(segment);
    let plan = match protocol.and_then(|protocol| carriers.pdu_length(protocol)) {
        Some(length) => {
            let end = whole(segment.payload, &|bytes| length(bytes, &Measuring::alone()));
            Plan { end, ..Plan::default() }
        }
        None => Plan::default(),
    };
    SegmentFacts { protocol, plan, ..SegmentFacts::default() }
}

impl Facts {
    /// Number of TCP streams.
    pub fn streams(&self) -> u32 {
        self.tcp.len()
    }

    /// The stream of a packet's first TCP segment.
    pub fn stream_of(&self, frame: u32) -> Option<u32> {
        self.tcp.stream_of(frame)
    }

    /// How each TCP stream went, in order of their numbers.
    pub fn tcp(&self) -> impl Iterator<Item = &Course> {
        self.tcp.courses()
    }

    /// How a TCP stream went.
    pub fn tcp_course(&self, number: u32) -> Option<&Course> {
        self.tcp.course(number)
    }

    /// How a UDP conversation went.
    pub fn udp_course(&self, number: u32) -> Option<&Course> {
        self.udp.course(number)
    }

    /// How each UDP conversation went, in order of their numbers; one that is only quoted has no packets.
    pub fn udp(&self) -> impl Iterator<Item = &Course> {
        self.udp.courses()
    }

    /// Number of the UDP conversation of a packet's last datagram.
    pub fn datagram_of(&self, frame: u32) -> Option<u32> {
        self.udp.stream_of(frame)
    }

    /// Whether a bound was reached: a PDU was too long to be put together, or a history had no more room.
    pub fn is_cut(&self) -> bool {
        self.cut || self.histories.is_full()
    }

    /// Says that all packets were read.
    pub fn finish(&mut self, tracking: &mut Tracking) {
        self.cut |= tracking.tcp.shared().cut || tracking.fragments.is_cut();
        *tracking = Tracking::default();
    }
}
