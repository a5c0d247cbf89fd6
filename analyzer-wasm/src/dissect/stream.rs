//! What a layer asks of other packets, and how it reads bytes that several packets carry.

use super::{Layer, Name, Next, Table, Tables};
use crate::conversations::Conversing;
use crate::field::{FieldId, ProtocolId};
use crate::memory::{ByteSource, Carriers, Endpoint, History, Kept, Linked, Memory, PduLength, Stream};
use crate::streams::{Piece, Plan, Segment, SegmentFacts};
use crate::value::Value;
use smallvec::{SmallVec, smallvec};

/// The dissector that reads the later datagrams of a conversation, whatever their ports and looks.
static CONVERSATION_DISSECTOR: History<Stream, ProtocolId> = History::new(1 << 20);

/// Where the bytes of a data source come from.
#[derive(Debug, Clone, Copy)]
pub(super) enum Origin<'p> {
    /// The packet alone: it is the frame (0), or the n-th data source that was made of the packet's own bytes.
    Own(u8),
    /// Pieces in packets.
    Pieces(&'p [Piece]),
}

/// Finds the protocols that streams carry, in the dissector table of their ports.
struct Ports<'a> {
    tables: &'a Tables,
    table: &'a Table,
}

impl Ports<'_> {
    /// The protocol that stands under a port; where there is none, the one that the bytes look like.
    fn or_by_looks(&self, by_port: Option<ProtocolId>, bytes: &[u8]) -> Option<ProtocolId> {
        by_port.or_else(|| self.tables.recognise(self.table, bytes).next())
    }
}

impl Carriers for Ports<'_> {
    fn carried(&self, segment: &Segment<'_>) -> Option<ProtocolId> {
        let (source, destination) = (segment.endpoints.source_port, segment.endpoints.destination_port);
        self.or_by_looks(self.tables.find_ports(self.table, source, destination).next(), segment.payload)
    }

    fn carried_to(&self, port: u16, bytes: &[u8]) -> Option<(&'static str, Option<PduLength>)> {
        let carried = self.or_by_looks(self.tables.find(self.table, port), bytes)?;
        let protocol = self.tables.protocols().get(carried);
        Some((protocol.name, protocol.pdu_length))
    }

    fn named(&self, name: &str) -> Option<ProtocolId> {
        self.tables.protocols().named(name)
    }

    fn pdu_length(&self, protocol: ProtocolId) -> Option<PduLength> {
        self.tables.protocols().get(protocol).pdu_length
    }
}

impl<'m> Layer<'_, 'm> {
    /// What other packets tell of this one.
    pub fn memory(&mut self) -> &mut Memory<'m> {
        self.walk.memory
    }

    /// The last value of the packet's stream in a history, before this place.
    pub fn recall<V: Kept + Default>(&mut self, history: &'static History<Stream, V>) -> V {
        let stream = self.memory().stream();
        self.memory().before(history, &stream).cloned().unwrap_or_default()
    }

    /// Keeps a value for what comes later in the packet's stream, where it is another one than before. Nothing is kept of a
    /// quotation.
    pub fn keep<V: Kept + Default>(&mut self, history: &'static History<Stream, V>, value: V) {
        if !self.quoted() && self.recall(history) != value {
            let stream = self.memory().stream();
            self.memory().append(history, stream, value);
        }
    }

    /// Notes at `at` the other side of a transaction: below a request the packet with the response, below a response that
    /// with the request, and the time since. The fields are these three.
    pub fn note_linked(&mut self, [answer, asked, time]: [FieldId; 3], at: usize, linked: &Linked, response: bool) {
        let frame = |number: u32| Value::Uint(u64::from(number));
        if !response {
            linked.response.into_iter().for_each(|other| self.generated_at(answer, at, frame(other)));
        } else if let Some(other) = linked.request {
            self.generated_at(asked, at, frame(other));
            if let Some((seconds, nanoseconds)) = linked.time {
                self.generated_at(time, at, Value::Time(seconds, nanoseconds));
            }
        }
    }

    /// What the other segments of its stream tell of this TCP segment. What the stream carries stands in `table`.
    pub fn segment(&mut self, table: &Table, segment: &Segment<'_>) -> SegmentFacts {
        let carriers = Ports { tables: self.walk.tables, table };
        self.walk.memory.segment(segment, &carriers)
    }

    /// Makes a protocol the one that later conversations with this endpoint carry, whatever their ports and looks: the
    /// connection for which a message names an address and a port.
    pub fn expect_conversation(&mut self, endpoint: Endpoint, protocol: Name) {
        if !self.quoted()
            && let Some(protocol) = self.protocols().by_name(protocol)
        {
            self.walk.memory.expect_conversation(endpoint, protocol);
        }
    }

    /// Makes this protocol the one that reads the later datagrams of the conversation.
    pub fn set_conversation_dissector(&mut self) {
        if let Some(span) = self.walk.found.layers.get(usize::from(self.layer)) {
            let (stream, protocol) = (self.walk.memory.stream(), span.protocol);
            if self.conversation_dissector().is_none() {
                self.walk.memory.append(&CONVERSATION_DISSECTOR, stream, protocol);
            }
        }
    }

    /// The protocol that reads the datagrams of this conversation, where an earlier one made it so.
    pub(super) fn conversation_dissector(&self) -> Option<ProtocolId> {
        self.walk.memory.before(&CONVERSATION_DISSECTOR, &self.walk.memory.stream()).copied()
    }

    /// Where bytes of this data source come from.
    fn pieces(&self, start: usize, end: usize) -> SmallVec<[Piece; 1]> {
        match self.origin {
            Origin::Own(source) => smallvec![self.walk.memory.piece(source, start, end.saturating_sub(start))],
            Origin::Pieces(pieces) => {
                let (mut at, mut own) = (0, SmallVec::new());
                for piece in pieces {
                    let length = piece.length() as usize;
                    let (from, to) = (start.max(at), end.min(at + length));
                    if from < to {
                        own.push(piece.behind((from - at) as u32).first((to - from) as u32));
                    }
                    at += length;
                }
                own
            }
        }
    }

    /// Where the bytes from the cursor to the layer's end are, if they are in one stretch.
    pub fn piece(&self) -> Option<Piece> {
        self.piece_of(self.at, self.end)
    }

    /// Where bytes of this data source are, if they are in one stretch.
    pub fn piece_of(&self, start: usize, end: usize) -> Option<Piece> {
        match self.pieces(start, end).as_slice() {
            [piece] if piece.source() < Piece::SOURCES - 1 => Some(*piece),
            _ => None,
        }
    }

    /// The protocol that an earlier packet made the datagrams between these ends expected to carry.
    pub(super) fn expected_datagram(&self) -> Option<ProtocolId> {
        self.walk.memory.expected(Conversing::Udp, &self.walk.endpoints)
    }

    /// Takes the bytes from the cursor to the layer's end for the next ones of a byte source, and says how they are to be
    /// read. `offset` counts from the first byte of the byte source; without one, the bytes come next in it.
    pub fn desegment(&mut self, source: ByteSource, offset: Option<u64>, length: PduLength) -> Plan {
        let bytes = self.rest();
        // Of a quotation, and of bytes that the snap length cut off, nothing is put together.
        if self.quoted() || self.left() < self.left_on_wire() {
            return Plan::whole(bytes.len());
        }
        let pieces = self.pieces(self.at, self.end);
        self.walk.memory.bytes_of(source, offset, (bytes, &pieces), length)
    }

    /// Runs what `next` names as a part of this protocol's message, below the node that was noted last: the packet list has
    /// this protocol's words for both. What it is handed has no frames of its own around its messages; see
    /// [`Layer::enclosed`].
    pub fn enclose(&mut self, next: Next, source: ByteSource) {
        let inside = self.walk.inside;
        self.walk.inside = true;
        self.walk.enclosed = Some(source);
        self.call_below(next);
        self.walk.enclosed = None;
        self.walk.inside = inside;
    }

    /// The byte source whose next bytes another protocol handed over, in order and with nothing around them.
    pub fn enclosed(&mut self) -> Option<ByteSource> {
        self.walk.enclosed.take()
    }

    /// Reads the payload of a TCP segment as its plan says: the PDU that ends here, then the whole ones. Where the protocol
    /// does not know the bytes, the heuristics of `table` are asked.
    pub fn run_stream(&mut self, table: &Table, facts: SegmentFacts) {
        let SegmentFacts { protocol, plan, .. } = facts;
        let (payload, end) = (self.at, self.end);
        if !plan.repeated {
            if let Some(assembled) = plan.assembled {
                self.on_assembled("Reassembled TCP", &assembled, |l| l.run_carried(table, protocol));
                self.walk.memory.give_back(assembled.bytes);
            }
            self.at = payload.saturating_add(plan.start as usize).min(end);
            self.end = payload.saturating_add(plan.end as usize).clamp(self.at, end);
            if self.at < self.end {
                self.run_carried(table, protocol);
            }
        }
        self.end = end;
        self.at = end;
    }

    /// Runs what a stream carries; where that does not know the bytes, what they look like.
    fn run_carried(&mut self, table: &Table, protocol: Option<ProtocolId>) {
        if protocol.is_some_and(|protocol| self.run_messages(protocol)) {
            return;
        }
        let rest = self.rest();
        for other in self.tables().recognise(table, rest).filter(|other| Some(*other) != protocol) {
            if self.run_messages(other) {
                return;
            }
        }
        self.run_data();
    }

    /// Runs one protocol on the bytes from the cursor to the layer's end, again and again while it leaves bytes and
    /// returns [`Next::End`]: several messages one after the other. Whether it took any.
    fn run_messages(&mut self, protocol: ProtocolId) -> bool {
        let mut taken = false;
        while self.at < self.end && self.walk.found.layers.len() < super::walk::MOST_LAYERS {
            let before = self.at;
            self.walk.in_stream = true;
            let Some(after) = self.run_to(protocol) else { break };
            taken = true;
            if after <= before {
                break;
            }
            self.at = after;
        }
        taken
    }
}

/// Notes a layer behind all others, on no bytes of the packet: fields that are made after the walk, by whoever knows.
/// `own` is the field of the protocol to which the layer belongs.
pub fn note_afterwards(
    tables: &Tables,
    packet: &super::Packet<'_>,
    wanted: &crate::field::FieldSet,
    found: &mut super::Found,
    own: crate::field::FieldId,
    note: &mut dyn FnMut(&mut Layer<'_, '_>),
) {
    let mut memory = Memory::alone(|_| false);
    let endpoints = found.endpoints;
    let protocol = tables.protocols().owner(own);
    super::walk::afterwards(tables, packet, &mut memory, wanted, found, |l| l.note_layer(protocol, note));
    found.endpoints = endpoints;
}
