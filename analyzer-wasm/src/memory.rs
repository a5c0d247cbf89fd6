//! What one packet must know of others: asked by protocols while they read, answered by the index pass as it learns, and
//! afterwards from the facts that it wrote down.

mod named;

use crate::dissect::{Endpoints, ProtocolId};
pub use named::{Identifier, Keep, Kept, Named, Naming, Progress, Role};
use rustc_hash::FxHasher;
use smallvec::SmallVec;
use std::hash::{Hash, Hasher};
use std::net::Ipv4Addr;

/// Answers questions about other packets of the capture. During the index pass, in file order, the answers are worked out
/// and recorded; afterwards the same questions, asked of any packet in any order, get the same answers.
///
/// Without an answer of its own, each question gets the one of somebody who knows no other packet.
pub trait Memory {
    /// What is known of this TCP segment.
    fn segment(&mut self, segment: &Segment<'_>) -> SegmentFacts {
        let plan = Plan { end: segment.payload.len() as u32, ..Plan::default() };
        SegmentFacts { plan, ..SegmentFacts::default() }
    }

    /// The first bytes of the message that the segment asked about last continues, where its plan says so.
    fn opening(&mut self) -> Vec<u8> {
        Vec::new()
    }

    /// Takes the buffer of a message that was put together back, once it was dissected.
    fn give_back(&mut self, _bytes: Vec<u8>) {}

    /// Number of the UDP conversation, counted from 0 in order of appearance, and the times of its first packet and of
    /// the one before this. Its payload has so many bytes on the wire. A quoted datagram was sent earlier: to those that
    /// follow, it is none before them.
    fn conversation(&mut self, _endpoints: &Endpoints, _length: u32, _quoted: bool) -> ConversationFacts {
        ConversationFacts::default()
    }

    /// Gives the UDP conversation asked about last to a protocol: its later datagrams are read by it, whatever their ports
    /// and looks.
    fn take_conversation(&mut self, _protocol: ProtocolId) {}

    /// The protocol to which the UDP conversation asked about last was given.
    fn taken_by(&self) -> Option<ProtocolId> {
        None
    }

    /// The connection that a packet names, the first in its datagram; nothing where it is none that began in the capture.
    fn connection(&mut self, _naming: &Naming<'_>) -> Option<Named> {
        None
    }

    /// How far the sender of the datagram whose connection was asked about last had come before the packet at this offset.
    fn progress(&self, _at: u32) -> Progress {
        Progress::default()
    }

    /// The packets that were kept of the same sender before that offset.
    fn kept(&mut self, _at: u32) -> Vec<Kept> {
        Vec::new()
    }

    /// Says how far the sender is after the packet with this number at this offset, and what is kept.
    fn advance(&mut self, _at: u32, _number: u64, _read: u64, _keep: Keep<'_>) {}

    /// Says that what the connection encrypts will not be read.
    fn give_up(&mut self) {}

    /// Links a request and its response.
    fn transaction(&mut self, _part: Transaction) -> Linked {
        Linked::default()
    }

    /// Puts a fragment of a datagram to the others.
    fn fragment(&mut self, _fragment: &Fragment<'_>) -> Fate {
        Fate::default()
    }

    /// Takes a host's word that an IPv4 address is its own. Where another host was the first to say so: that one.
    fn claim(&mut self, _address: Ipv4Addr, _hardware: [u8; 6]) -> Option<Claimed> {
        None
    }

    /// Keeps a value for the later packets of the TCP stream or conversation that this packet belongs to.
    fn remember(&mut self, _slot: Slot, _value: u64) {}

    /// The value that was kept last, by this packet or one before it.
    fn recall(&self, _slot: Slot) -> Option<u64> {
        None
    }

    /// The pairs of a lookup and a connection that this packet is a part of; none before all packets are known.
    fn pairs(&self) -> SmallVec<[Pair; 1]> {
        SmallVec::new()
    }

    /// The value that was kept last, by later packets too where they may be known already.
    fn recall_final(&self, slot: Slot) -> Option<u64> {
        self.recall(slot)
    }
}

/// Which of a stream's remembered values. One stream carries one protocol, or a protocol and one inside it, so that a
/// handful of slots serves all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Slot {
    /// What the server of a TLS connection chose; its version, as on the wire, is in the lowest 16 bits.
    TlsVersion,
    /// Since when the two sides of a TLS connection encrypt.
    TlsEncrypted,
    /// What the last HTTP request makes of the bytes that follow: a response without a body, or a tunnel.
    HttpMethod,
    /// HTTP requests so far.
    HttpRequests,
    /// HTTP responses so far.
    HttpResponses,
    /// Free for the protocol that the stream carries.
    Own,
}

impl Slot {
    /// How many there are.
    pub const COUNT: usize = Slot::ALL.len();
    /// Every slot; its place here is its number.
    pub const ALL: [Slot; 6] =
        [Slot::TlsVersion, Slot::TlsEncrypted, Slot::HttpMethod, Slot::HttpRequests, Slot::HttpResponses, Slot::Own];
}

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
    /// Offset of the payload from the start of the frame, where it stands in the frame.
    pub offset: u32,
    /// Whether it does: of a reassembled datagram's payload, no message can be put together again.
    pub in_frame: bool,
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
    /// Seconds since the stream's first packet, and since the stream's packet before this.
    pub since_first: (i64, u32),
    /// Seconds since the stream's packet before this.
    pub since_previous: (i64, u32),
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
    /// Seconds since that packet.
    pub acknowledge_time: (i64, u32),
    /// Seconds from the first SYN to the acknowledgment that ends the handshake, once it is known.
    pub initial_round_trip: Option<(i64, u32)>,
    /// Seconds since the segment that is retransmitted, and its packet; 0 for none.
    pub retransmitted: u32,
    /// Seconds since then.
    pub retransmission_timeout: (i64, u32),
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

/// How the payload of a TCP segment is to be read: the end of a message that began earlier, whole messages, and the
/// beginning of one that ends later.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// A message whose last byte is in this segment and whose first is not.
    pub assembled: Option<Assembled>,
    /// Where in the payload whole messages begin.
    pub start: u32,
    /// Where in the payload they end; what follows belongs to a message that a later segment completes.
    pub end: u32,
    /// The packet that completes that message, where it is known.
    pub completed_in: Option<u32>,
    /// Whether that message begins in this segment.
    pub begins: bool,
    /// Whether that message began earlier and how long it is was not known before this segment: see
    /// [`Memory::opening`].
    pub continues: bool,
    /// Whether the payload was seen before, and is not read again.
    pub repeated: bool,
}

/// A message that several segments carried, or a datagram that came in fragments.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Assembled {
    /// Its bytes, or as many of them as the index pass keeps.
    pub bytes: Vec<u8>,
    /// Where they came from, in order.
    pub pieces: Vec<Piece>,
}

/// A fragment of an IP datagram.
#[derive(Debug, Clone, Copy)]
pub struct Fragment<'a> {
    /// What all fragments of the datagram have in common, and no others of their time.
    pub key: u64,
    /// Of its first byte in the datagram.
    pub offset: u32,
    /// Whether others follow it in the datagram.
    pub more: bool,
    /// What it carries, whole.
    pub payload: &'a [u8],
    /// Offset of the payload from the start of the frame.
    pub at: u32,
}

/// What became of a fragment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fate {
    /// The datagram, where this was the last fragment missing.
    pub assembled: Option<Assembled>,
    /// The packet that completes the datagram, where this one does not and the other is known.
    pub completed_in: Option<u32>,
}

/// A part of a message in one packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// The packet.
    pub frame: u32,
    /// Offset of the first byte from the start of the frame.
    pub offset: u32,
    /// Number of bytes.
    pub length: u32,
}

/// What a packet tells of a lookup and the connection that it led to. Packets are named by their numbers, and 0 stands for
/// none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pair {
    /// The name that was looked up; empty where no lookup led to the connection.
    pub name: Vec<u8>,
    /// What is known of it: the number of a [`crate::message::PairStatus`]; nothing for a lookup without a connection.
    pub status: Option<u8>,
    /// The question.
    pub query: u32,
    /// The answer.
    pub response: u32,
    /// The first packet of the connection: its SYN.
    pub syn: u32,
    /// Seconds and nanoseconds from the answer to it.
    pub delay: Option<(i64, u32)>,
    /// How many answers could have led to the connection.
    pub candidates: Option<u32>,
    /// Whether the server's name that the client sent is the one that was looked up.
    pub agrees: Option<bool>,
    /// Of a packet of the lookup, what became of that: the number of a [`crate::message::Usage`].
    pub usage: Option<u8>,
}

/// What is known of a datagram from the others of its conversation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ConversationFacts {
    /// Number of the conversation, counted from 0.
    pub stream: u32,
    /// Seconds since its first packet.
    pub since_first: (i64, u32),
    /// Seconds since its packet before this.
    pub since_previous: (i64, u32),
}

/// The host to which an address belongs that another one claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claimed {
    /// Its hardware address.
    pub hardware: [u8; 6],
    /// The last packet that says so.
    pub frame: u32,
    /// Seconds since then, as a clock without parts of a second counts them.
    pub seconds: u32,
}

/// One side of a request and its response.
///
/// A request begins a new transaction where the last one of its key was answered, or began five seconds ago or more;
/// else it repeats that one's request. A response belongs to the last transaction of its key; where that is answered
/// already, the response repeats the first one and has neither request nor time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transaction {
    /// What both have in common: a hash of the protocol, the conversation (in either direction) and the identifier.
    pub key: u64,
    /// Whether this is the response.
    pub response: bool,
}

/// The key of a transaction: the same for both directions of a conversation.
pub fn key(endpoints: &Endpoints, protocol: &str, id: u64) -> u64 {
    let source = (endpoints.source, endpoints.source_port);
    let destination = (endpoints.destination, endpoints.destination_port);
    let mut hasher = FxHasher::default();
    (source.min(destination), source.max(destination), protocol, id).hash(&mut hasher);
    hasher.finish()
}

/// As [`key`], for what goes between hosts: the ports of a tunnel around it are none of its own.
pub fn key_without_ports(endpoints: &Endpoints, protocol: &str, id: u64) -> u64 {
    key(&Endpoints { source_port: 0, destination_port: 0, ..*endpoints }, protocol, id)
}

/// The two sides of a transaction, as far as they are known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Linked {
    /// The packet with the request.
    pub request: Option<u32>,
    /// The packet with the response; to a request only told where later packets may be known already.
    pub response: Option<u32>,
    /// Seconds from request to response.
    pub time: Option<(i64, u32)>,
    /// The earlier packet that this one repeats.
    pub repeats: Option<u32>,
    /// Whether packets after this one may be known: else a missing response means nothing.
    pub hindsight: bool,
}
