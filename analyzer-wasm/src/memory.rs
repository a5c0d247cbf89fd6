//! What one packet must know of others: asked while a packet is dissected, worked out by the index pass in file order, and
//! recalled for any packet afterwards.
//!
//! A packet may ask of others through three things only: a [`History`], a [`Transaction`], and reassembly (segments of TCP,
//! fragments of IP, and any other byte source). Each answer is the one *as of the place of the asker*, so that the index
//! pass and every later dissection get the same.

mod expected;
mod fragments;
mod history;
mod measuring;
mod sources;
mod transaction;

pub use expected::Endpoint;
pub use fragments::{Fate, Fragment};
pub use history::{Histories, History, Kept, Place};
pub use measuring::{Carriers, Measuring, PduLength};
pub use sources::ByteSource;
pub use transaction::{Linked, Transaction, key, key_without_ports};

use crate::conversations::Conversations;
use crate::conversations::Conversing;
use crate::endpoints::Endpoints;
use crate::field::ProtocolId;
use crate::pace::Pace;
use crate::streams::{Course, Datagram, DatagramFacts, Piece, Plan, Segment, SegmentFacts, Tcp, TcpTracking, Udp};
use crate::times::{Times, seconds};
use expected::EXPECTED;
use fragments::{FragmentFacts, Fragments};
use measuring::{InHistory, whole, whole_pdus};
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

impl Tracking {
    /// Frees it in steps.
    pub async fn free(self, pace: &Pace) {
        self.tcp.free(pace).await;
        self.sources.free(pace).await;
    }
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

/// Answers the questions of one packet about others.
pub struct Memory<'a> {
    mode: Mode<'a>,
    frame: u32,
    /// Values that were appended so far.
    step: u32,
    stream: Stream,
    /// TCP layers, UDP layers, chunks of other byte sources and fragments in the packet so far.
    segments: usize,
    datagrams: usize,
    chunks: u32,
    fragments: u32,
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
        Memory { mode, frame, step: 0, stream: Stream::None, segments: 0, datagrams: 0, chunks: 0, fragments: 0 }
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

    /// Seconds from an earlier packet to this one; 0 where there is none.
    pub fn since(&self, frame: u32) -> (i64, u32) {
        let times = self.times().filter(|_| frame != 0);
        times.map_or((0, 0), |times| seconds(times.time(self.frame) - times.time(frame)))
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
    pub fn expect_conversation(&mut self, endpoint: Endpoint, protocol: ProtocolId) {
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
                facts.transactions.recall(part, asker)
            }
            Mode::Know { facts, times, hindsight, .. } => {
                let asker = Asker { frame, now: times.time(frame), times: *times, hindsight: *hindsight };
                facts.transactions.recall(part, asker)
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
                facts.tcp.learn(&mut tracking.tcp, conversations, segment, &carried, frame, times.time(frame))
            }
            Mode::Know { facts, gather, hindsight, .. } => {
                let payload = segment.payload.len();
                let Some(known) = facts.tcp.recall(frame, nth, payload, *hindsight, *gather) else { return alone };
                known
            }
        };
        self.stream = Stream::Tcp(facts.stream);
        facts
    }

    /// The first bytes of a PDU that a segment of this packet continues, by the number that is in [`Plan::continues`].
    pub fn opening(&self, pdu: u32) -> Vec<u8> {
        match &self.mode {
            Mode::Know { facts, gather, .. } => gather(facts.tcp.opening(pdu, self.frame)),
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
            Mode::Learn { facts, conversations, .. } => facts.udp.learn(datagram, conversations, self.frame),
            Mode::Know { facts, .. } => {
                let Some(known) = facts.udp.recall(self.frame, nth) else { return DatagramFacts::default() };
                known
            }
        };
        self.stream = Stream::Udp(facts.stream);
        facts
    }

    /// Puts a fragment of a datagram to the others.
    pub fn fragment(&mut self, fragment: &Fragment<'_>) -> Fate {
        let place = (self.frame, self.fragments);
        self.fragments += 1;
        match &mut self.mode {
            Mode::Alone { .. } => Fate::default(),
            Mode::Learn { facts, tracking, .. } => facts.fragments.learn(&mut tracking.fragments, fragment, place),
            Mode::Know { facts, gather, hindsight, .. } => facts.fragments.recall(fragment, place, *hindsight, *gather),
        }
    }

    /// Takes the next bytes of a byte source, which stand in one data source of this packet, and says how they are to be
    /// read. `offset` counts from the first byte of the byte source; without one, the bytes come next in it.
    pub fn bytes_of(
        &mut self,
        source: ByteSource,
        offset: Option<u64>,
        (bytes, pieces): (&[u8], &[Piece]),
        length: PduLength,
    ) -> Plan {
        let (frame, chunk, place, stream) = (self.frame, self.chunks, self.place(), self.stream);
        self.chunks += 1;
        match &mut self.mode {
            Mode::Alone { .. } => {
                let measuring = Measuring { resumed: false, stream, port: 0, histories: None, carriers: None, place };
                Plan { end: whole(bytes, &|bytes| length(bytes, &measuring)), ..Plan::default() }
            }
            Mode::Learn { facts, tracking, .. } => {
                let Facts { histories, sources, .. } = &mut **facts;
                let measure = |bytes: &[u8], resumed: bool| {
                    length(
                        bytes,
                        &Measuring { resumed, stream, port: 0, histories: Some(&*histories), carriers: None, place },
                    )
                };
                let shared = tracking.tcp.shared();
                sources.learn(&mut tracking.sources, shared, source, offset, (bytes, pieces), (frame, chunk), &measure)
            }
            Mode::Know { facts, gather, hindsight, .. } => {
                facts.sources.recall((frame, chunk), bytes.len(), *hindsight, *gather)
            }
        }
    }

    /// A piece of this packet.
    pub fn piece(&self, source: u8, offset: usize, length: usize) -> Piece {
        Piece::new(self.frame, source, offset as u32, length as u32)
    }
}

impl Facts {
    /// The stream of a packet's first TCP segment.
    pub fn stream_of(&self, frame: u32) -> Option<u32> {
        self.tcp.stream_of(frame)
    }

    /// The packets of a TCP stream, in file order.
    pub fn frames_of(&self, stream: u32) -> Vec<u32> {
        self.tcp.frames_of(stream)
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

    /// Frees them in steps.
    pub async fn free(self, pace: &Pace) {
        self.histories.free(pace).await;
        self.transactions.free(pace).await;
        self.fragments.free(pace).await;
        self.sources.free(pace).await;
        self.tcp.free(pace).await;
        self.udp.free(pace).await;
    }

    /// Says that all packets were read, and hands over what is needed no more.
    pub fn finish(&mut self, tracking: &mut Tracking) -> Tracking {
        self.cut |= tracking.tcp.shared().cut || tracking.fragments.is_cut();
        std::mem::take(tracking)
    }
}
