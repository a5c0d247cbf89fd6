//! The cursor with which a protocol reads its layer and notes fields, and the walk from layer to layer.
//!
//! Longer than most files: it is the whole vocabulary of protocol files, in one place to read.

use super::{
    Between, Conversing, Endpoints, Ends, Exchange, Found, Line, Next, Node, Packet, Protocol, ProtocolId, Protocols,
    Span, Stop, Table, Tables, big_endian,
};
use crate::field::{FieldId, FieldSet, Kind};
use crate::memory::{ByteSource, Memory};
use crate::value::Value;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The bytes of one layer, a cursor in them, and the notes that are taken.
pub struct Layer<'p, 'm> {
    bytes: &'p [u8],
    start: usize,
    pub(super) at: usize,
    pub(super) end: usize,
    limit: usize,
    pub(super) source: u8,
    pub(super) layer: u8,
    pub(super) walk: &'p mut Walk<'m>,
}

/// The place of a node that is noted next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark(usize);

/// What is the same for all layers of one walk.
pub(super) struct Walk<'m> {
    pub(super) tables: &'m Tables,
    pub(super) packet: &'m Packet<'m>,
    pub(super) wanted: &'m FieldSet,
    pub(super) memory: &'m mut Memory<'m>,
    pub(super) found: &'m mut Found,
    endpoints: Endpoints,
    pub(super) depth: u8,
    pub(super) base: u8,
    quoted: bool,
    pub(super) inside: bool,
    pub(super) enclosed: Option<ByteSource>,
    labels: bool,
    ended: usize,
}

/// Layers in one packet; hostile captures nest without end.
pub(super) const MOST_LAYERS: usize = 128;

/// Walks a packet from its outermost layer on.
pub(super) fn walk<'m>(
    tables: &'m Tables,
    packet: &'m Packet<'m>,
    memory: &'m mut Memory<'m>,
    wanted: &'m FieldSet,
    found: &'m mut Found,
) {
    afterwards(tables, packet, memory, wanted, found, |l| {
        l.run(l.protocols().special.frame);
        l.walk.found.endpoints = l.walk.endpoints;
    });
}

/// Runs `inside` on a packet to which some notes may have been taken already.
pub(super) fn afterwards<'m>(
    tables: &'m Tables,
    packet: &'m Packet<'m>,
    memory: &'m mut Memory<'m>,
    wanted: &'m FieldSet,
    found: &'m mut Found,
    inside: impl FnOnce(&mut Layer<'_, 'm>),
) {
    let mut walk = Walk {
        tables,
        packet,
        wanted,
        memory,
        found,
        endpoints: Endpoints::NONE,
        depth: 0,
        base: 0,
        quoted: false,
        inside: false,
        enclosed: None,
        labels: wanted.has_labels(),
        ended: 0,
    };
    let mut layer = Layer {
        bytes: packet.bytes,
        start: 0,
        at: 0,
        end: packet.bytes.len(),
        limit: (packet.length as usize).max(packet.bytes.len()),
        source: 0,
        layer: 0,
        walk: &mut walk,
    };
    inside(&mut layer);
}

impl<'p, 'm> Layer<'p, 'm> {
    // Where the cursor is.

    /// Offset of the cursor from the data source's start.
    #[inline]
    pub fn at(&self) -> usize {
        self.at
    }

    /// Offset of the layer's first byte.
    #[inline]
    pub fn start(&self) -> usize {
        self.start
    }

    /// Offset after the layer's last captured byte.
    #[inline]
    pub fn end(&self) -> usize {
        self.end
    }

    /// Bytes from the cursor to the layer's captured end.
    #[inline]
    pub fn left(&self) -> usize {
        self.end - self.at
    }

    /// Bytes from the cursor to where the layer would end had the capture cut nothing off.
    pub fn left_on_wire(&self) -> usize {
        self.limit.saturating_sub(self.at)
    }

    /// Where the protocol that [`Layer::call`] ran last found its own end, which a length field of its header can put
    /// before the end of what it was handed: what lies behind is padding or a trailer.
    pub fn payload_end(&self) -> usize {
        self.walk.ended
    }

    /// Bytes from the cursor to the layer's captured end, unread.
    #[inline]
    pub fn rest(&self) -> &'p [u8] {
        self.bytes.get(self.at..self.end).unwrap_or_default()
    }

    /// Bytes of any range of the data source that lies before the layer's captured end.
    #[inline]
    pub fn slice(&self, start: usize, end: usize) -> &'p [u8] {
        self.bytes.get(start..end.min(self.end)).unwrap_or_default()
    }

    /// The layer's bytes from its own first one to its captured end.
    pub fn whole(&self) -> &'p [u8] {
        self.slice(self.start, self.end)
    }

    /// Moves the cursor forward over bytes that are not noted.
    #[inline]
    pub fn skip(&mut self, bytes: usize) -> Result<(), Stop> {
        self.take(bytes).map(|_| ())
    }

    /// Moves the cursor anywhere within the layer.
    #[inline]
    pub fn seek(&mut self, at: usize) -> Result<(), Stop> {
        if at < self.start || at > self.end {
            return Err(Stop::Short { needed: at.saturating_sub(self.end), at: self.end });
        }
        self.at = at;
        Ok(())
    }

    /// Makes the layer end so many bytes after its start, where a length field says so and it is not longer already.
    #[inline]
    pub fn limit(&mut self, length: usize) {
        self.limit = self.limit.min(self.start.saturating_add(length));
        self.end = self.end.min(self.limit).max(self.at);
    }

    /// Ends the layer as [`Layer::limit`] does; what follows belongs to the layer around it, and is not searched with it.
    #[inline]
    pub fn close(&mut self, length: usize) {
        self.limit(length);
        let end = self.end as u32;
        if let Some(span) = self.walk.found.layers.get_mut(usize::from(self.layer)) {
            span.own = end;
        }
    }

    /// Runs `inside` on the next `length` bytes only, then sets the cursor behind them.
    #[inline]
    pub fn within<T>(&mut self, length: usize, inside: impl FnOnce(&mut Self) -> Result<T, Stop>) -> Result<T, Stop> {
        let (end, limit) = (self.end, self.limit);
        let stop = self.at.saturating_add(length);
        self.end = end.min(stop);
        self.limit = limit.min(stop);
        let result = inside(self);
        self.end = end;
        self.limit = limit;
        match result {
            Ok(_) if stop > end => return Err(Stop::Short { needed: stop - end, at: end }),
            Ok(_) => self.at = stop,
            // Not the capture cut it off: there would be bytes enough if the part's own length allowed them.
            Err(Stop::Short { needed, at }) if at.saturating_add(needed) > stop => {
                return Err(Stop::Malformed("a part is longer than the length that is given for it"));
            }
            Err(_) => {}
        }
        result
    }

    // What is known of the packet.

    /// The packet.
    pub fn packet(&self) -> &Packet<'m> {
        self.walk.packet
    }

    /// The protocols of the layers so far, outermost first, this one included.
    pub fn stack(&self) -> impl DoubleEndedIterator<Item = &'static Protocol> + '_ {
        self.walk.found.layers.iter().map(|span| self.protocols().get(span.protocol))
    }

    /// Whether this layer stands in a quotation, and thus belongs to no conversation.
    #[inline]
    pub fn quoted(&self) -> bool {
        self.walk.quoted
    }

    /// The data source in which the layer's bytes stand: 0 for the frame, *n* for the n-th other one.
    pub fn source(&self) -> u8 {
        self.source
    }

    /// Whether the field is wanted: work that only serves it can be left out otherwise.
    #[inline]
    pub fn wants(&self, field: FieldId) -> bool {
        self.walk.wanted.contains(field)
    }

    /// Whether every field is wanted, and the protocols' summaries with them.
    #[inline]
    pub fn wants_all(&self) -> bool {
        self.walk.wanted.is_all()
    }

    /// Whether texts of the tree are wanted, or will be read by this protocol's summary.
    #[inline]
    pub fn wants_labels(&self) -> bool {
        self.walk.labels
    }

    /// Addresses and ports of the layers so far.
    pub fn endpoints(&self) -> Endpoints {
        self.walk.endpoints
    }

    /// Says between whom the packet goes, for what depends on earlier packets: the values of [`Protocol::ends`].
    pub fn set_addresses(&mut self, source: IpAddr, destination: IpAddr) {
        self.walk.endpoints.source = source;
        self.walk.endpoints.destination = destination;
        self.span_mut(|span| span.ends.addresses = true);
    }

    /// Says between whom the packet goes where the header's addresses are only stops on the way.
    pub fn divert(&mut self, source: IpAddr, destination: IpAddr) {
        self.walk.endpoints.source = source;
        self.walk.endpoints.destination = destination;
        self.span_mut(|span| span.ends.diverted = true);
    }

    /// Says between which ports the packet goes: the values of [`Protocol::ends`].
    pub fn set_ports(&mut self, source: u16, destination: u16) {
        self.walk.endpoints.source_port = source;
        self.walk.endpoints.destination_port = destination;
        self.span_mut(|span| span.ends.ports = true);
    }

    /// Says between whom this layer goes, where it has conversations. It carries so many bytes, on the wire.
    pub fn converse(&mut self, layer: Conversing, between: Between, payload: usize) {
        if !self.walk.quoted {
            self.walk.found.exchanges.push(Exchange { layer, between, payload: payload as u32 });
        }
    }

    /// Says the number from which the protocol's [`Protocol::keyed`] fields follow, all of which it notes.
    pub fn set_key(&mut self, key: u16) {
        self.span_mut(|span| span.key = Some(key));
    }

    fn span_mut(&mut self, change: impl FnOnce(&mut Span)) {
        if let Some(span) = self.walk.found.layers.get_mut(usize::from(self.layer)) {
            change(span);
        }
    }

    // What stands in dissector tables.

    /// The dissector tables.
    #[inline]
    pub fn tables(&self) -> &'m Tables {
        self.walk.tables
    }

    /// The protocols of which the packet can be made, and their fields.
    #[inline]
    pub fn protocols(&self) -> &'static Protocols {
        self.walk.tables.protocols()
    }

    /// The protocol that stands in a table under this number.
    pub fn find(&self, table: &Table, number: impl Into<u32>) -> Option<ProtocolId> {
        self.tables().find(table, number)
    }

    /// The protocol that stands in a table under this text.
    pub fn find_text(&self, table: &Table, text: &str) -> Option<ProtocolId> {
        self.tables().find_text(table, text)
    }

    /// The first protocol in a table's list of heuristics that takes the bytes from the cursor on for its own.
    pub fn recognise(&self, table: &Table) -> Option<ProtocolId> {
        self.tables().recognise(table, self.rest()).next()
    }

    // Reading values. Each notes the field at the bytes that it reads and moves the cursor behind them.

    /// One byte.
    #[inline]
    pub fn u8(&mut self, field: FieldId) -> Result<u8, Stop> {
        self.uint(field, 1).map(|value| value as u8)
    }

    /// Two bytes, the most significant first.
    #[inline]
    pub fn u16(&mut self, field: FieldId) -> Result<u16, Stop> {
        self.uint(field, 2).map(|value| value as u16)
    }

    /// Three bytes, the most significant first.
    #[inline]
    pub fn u24(&mut self, field: FieldId) -> Result<u32, Stop> {
        self.uint(field, 3).map(|value| value as u32)
    }

    /// Four bytes, the most significant first.
    #[inline]
    pub fn u32(&mut self, field: FieldId) -> Result<u32, Stop> {
        self.uint(field, 4).map(|value| value as u32)
    }

    /// Eight bytes, the most significant first.
    #[inline]
    pub fn u64(&mut self, field: FieldId) -> Result<u64, Stop> {
        self.uint(field, 8)
    }

    /// One to eight bytes, the most significant first. The value is masked by the field's mask; the raw integer is
    /// returned.
    #[inline]
    pub fn uint(&mut self, field: FieldId, width: usize) -> Result<u64, Stop> {
        let start = self.at;
        let raw = big_endian(self.take(width)?);
        self.note_uint(field, start, width, raw);
        Ok(raw)
    }

    /// Notes several fields that share the same integer of `width` bytes, each with its own mask, and moves behind it.
    #[inline]
    pub fn bits(&mut self, width: usize, fields: &[FieldId]) -> Result<u64, Stop> {
        let start = self.at;
        let raw = big_endian(self.take(width)?);
        for field in fields {
            self.note_uint(*field, start, width, raw);
        }
        Ok(raw)
    }

    /// Notes an integer, and one level below it the fields that are its bits.
    #[inline]
    pub fn flags(&mut self, field: FieldId, width: usize, bits: &[FieldId]) -> Result<u64, Stop> {
        let start = self.at;
        let raw = big_endian(self.take(width)?);
        self.note_uint(field, start, width, raw);
        self.walk.depth += 1;
        for bit in bits {
            self.note_uint(*bit, start, width, raw);
        }
        self.walk.depth -= 1;
        Ok(raw)
    }

    /// An IPv4 address.
    #[inline]
    pub fn ipv4(&mut self, field: FieldId) -> Result<Ipv4Addr, Stop> {
        self.u32_unmasked(field).map(Ipv4Addr::from)
    }

    /// An IPv6 address.
    #[inline]
    pub fn ipv6(&mut self, field: FieldId) -> Result<Ipv6Addr, Stop> {
        let octets: [u8; 16] = self.bytes(field, 16)?.try_into().unwrap_or_default();
        Ok(Ipv6Addr::from(octets))
    }

    /// A MAC address.
    #[inline]
    pub fn ether(&mut self, field: FieldId) -> Result<[u8; 6], Stop> {
        self.bytes(field, 6).map(|bytes| bytes.try_into().unwrap_or_default())
    }

    /// So many bytes, or the text that they are.
    #[inline]
    pub fn bytes(&mut self, field: FieldId, length: usize) -> Result<&'p [u8], Stop> {
        let start = self.at;
        let bytes = self.take(length)?;
        self.note(field, start, start + length, Value::Bytes);
        Ok(bytes)
    }

    /// All bytes up to the layer's captured end.
    #[inline]
    pub fn bytes_left(&mut self, field: FieldId) -> &'p [u8] {
        let (start, bytes) = (self.at, self.rest());
        self.at = self.end;
        self.note(field, start, self.end, Value::Bytes);
        bytes
    }

    /// The integer of `width` bytes, most significant first, that stands `offset` bytes behind the cursor: unnoted, and
    /// without moving.
    #[inline]
    pub fn peek(&self, offset: usize, width: usize) -> Result<u64, Stop> {
        let start = self.at + offset;
        match self.bytes.get(start..start + width) {
            Some(bytes) if start + width <= self.end => Ok(big_endian(bytes)),
            _ => Err(Stop::Short { needed: width, at: start }),
        }
    }

    // Noting values that are not simply the next bytes.

    /// Notes a value at any bytes.
    #[inline]
    pub fn note(&mut self, field: FieldId, start: usize, end: usize, value: Value) {
        if self.walk.wanted.contains(field) {
            self.push(field, start, end, value, false);
        }
    }

    /// Notes an integer at `width` bytes from `start`, masked by the field's mask.
    #[inline]
    pub fn note_uint(&mut self, field: FieldId, start: usize, width: usize, raw: u64) {
        // Most fields are not wanted by most walks: that much is decided where they are read.
        if self.walk.wanted.contains(field) {
            self.push_uint(field, start, width, raw);
        }
    }

    #[inline(never)]
    fn push_uint(&mut self, field: FieldId, start: usize, width: usize, raw: u64) {
        let row = self.protocols().field(field);
        let value = row.masked(raw);
        let value = match row.kind {
            Kind::Int(bits) if row.mask == 0 => {
                let unused = 64 - u32::from(bits.clamp(1, 64));
                Value::Int(((value << unused) as i64) >> unused)
            }
            Kind::Bool(_) => Value::Uint(u64::from(value != 0)),
            _ => Value::Uint(value),
        };
        self.push(field, start, start + width, value, false);
    }

    /// Notes text that does not stand literally in the bytes.
    #[inline]
    pub fn note_text(&mut self, field: FieldId, start: usize, end: usize, text: &[u8]) {
        if self.walk.wanted.contains(field) {
            let value = self.walk.found.keep(text);
            self.push(field, start, end, value, false);
        }
    }

    /// Notes what was found out rather than read.
    #[inline]
    pub fn generated(&mut self, field: FieldId, value: Value) {
        if self.walk.wanted.contains(field) {
            self.push(field, self.start, self.start, value, true);
        }
    }

    /// Notes what was found out about the bytes that end at `at`.
    #[inline]
    pub fn generated_at(&mut self, field: FieldId, at: usize, value: Value) {
        if self.walk.wanted.contains(field) {
            self.push(field, at, at, value, true);
        }
    }

    /// Notes below the node that was noted last what is odd about it, in words, under a field that filters can ask for.
    #[inline]
    pub fn remark(&mut self, field: FieldId, at: usize, text: impl FnOnce() -> String) {
        if self.wants(field) {
            self.below(|l| l.push(field, at, at, Value::None, true));
            self.label(text);
        }
    }

    /// Notes text that was found out rather than read.
    #[inline]
    pub fn generated_text(&mut self, field: FieldId, text: &[u8]) {
        if self.walk.wanted.contains(field) {
            let value = self.walk.found.keep(text);
            self.push(field, self.start, self.start, value, true);
        }
    }

    /// Notes text that was found out rather than read, at a place other than the layer's start.
    #[inline]
    pub fn generated_text_at(&mut self, field: FieldId, at: usize, text: &[u8]) {
        if self.walk.wanted.contains(field) {
            let value = self.walk.found.keep(text);
            self.push(field, at, at, value, true);
        }
    }

    /// Puts what `inside` notes one level deeper, below a node of this field that spans what `inside` reads.
    pub fn nest<T>(&mut self, field: FieldId, inside: impl FnOnce(&mut Self) -> Result<T, Stop>) -> Result<T, Stop> {
        let index = self.walk.found.nodes.len();
        let start = self.at;
        let noted = self.walk.wanted.contains(field);
        if noted {
            self.push(field, start, start, Value::Bytes, false);
        }
        let result = self.below(inside);
        if noted {
            let end = self.at;
            if let Some(node) = self.walk.found.nodes.get_mut(index) {
                node.end = end.max(start) as u32;
                node.start = start as u32;
            }
        }
        result
    }

    /// As [`Layer::nest`], with a text in the tree that `inside` writes as it reads. The field is one that is only present
    /// or absent, or [`crate::field::TEXT`]. What could not be read to its end spans the rest of the layer.
    pub fn branch<T>(
        &mut self,
        field: FieldId,
        inside: impl FnOnce(&mut Self, &mut Line) -> Result<T, Stop>,
    ) -> Result<T, Stop> {
        let (mark, start) = (self.mark(), self.at);
        let noted = self.walk.wanted.contains(field);
        let mut line = Line::new(self.wants_labels());
        if noted {
            self.push(field, start, start, Value::None, false);
        }
        let result = self.below(|l| inside(l, &mut line));
        if noted {
            let end = if result.is_ok() { self.at.max(start) } else { self.end };
            if let Some(node) = self.walk.found.nodes.get_mut(mark.0) {
                node.end = end as u32;
            }
            if let Some(text) = line.written() {
                self.label_at(mark, || text);
            }
        }
        result
    }

    /// Puts what `inside` notes one level deeper, below the node that was noted last.
    #[inline]
    pub fn below<T>(&mut self, inside: impl FnOnce(&mut Self) -> T) -> T {
        self.walk.depth += 1;
        let result = inside(self);
        self.walk.depth -= 1;
        result
    }

    /// Gives the node that was noted last its own text in the tree. `text` runs only where such texts are wanted.
    #[inline]
    pub fn label(&mut self, text: impl FnOnce() -> String) {
        if self.wants_labels() && !self.walk.found.nodes.is_empty() {
            let last = self.walk.found.nodes.len() - 1;
            self.label_at(Mark(last), text);
        }
    }

    /// The next node's place, for [`Layer::label_at`].
    #[inline]
    pub fn mark(&self) -> Mark {
        Mark(self.walk.found.nodes.len())
    }

    /// Gives the node at `mark` its own text in the tree.
    #[inline]
    pub fn label_at(&mut self, mark: Mark, text: impl FnOnce() -> String) {
        if self.wants_labels() {
            let text = text();
            let found = &mut *self.walk.found;
            if let Value::Text(start, length) = found.keep(text.as_bytes()) {
                found.labels.push((start, length));
                let label = found.labels.len() as u32;
                if let Some(node) = found.nodes.get_mut(mark.0) {
                    node.label = label;
                }
            }
        }
    }

    /// Leaves text for this layer's summary that no node carries. `text` runs only where every field is wanted.
    pub fn say(&mut self, text: impl FnOnce() -> Option<String>) {
        if self.walk.wanted.is_all()
            && let Some(text) = text()
        {
            let found = &mut *self.walk.found;
            if let Value::Text(start, length) = found.keep(text.as_bytes()) {
                found.labels.push((start, length));
                let said = found.labels.len() as u32;
                if let Some(span) = found.layers.get_mut(usize::from(self.layer)) {
                    span.said = said;
                }
            }
        }
    }

    /// The protocol's own line in the tree.
    #[inline]
    pub fn title(&mut self, text: impl FnOnce() -> String) {
        if let Some(span) = self.walk.found.layers.get(usize::from(self.layer)) {
            let mark = Mark(span.first as usize);
            self.label_at(mark, text);
        }
    }

    /// Ends the protocol's own line at the cursor and begins another there: where it was handed several packets, one
    /// behind the other.
    pub fn again(&mut self) {
        let (at, end, own) = (self.at, self.end, self.walk.found.layers.get(usize::from(self.layer)).copied());
        let Some(span) = own.filter(|span| self.walk.wanted.contains(self.protocols().own_field(span.protocol))) else {
            return;
        };
        if let Some(node) = self.walk.found.nodes.get_mut(span.line as usize) {
            node.end = at as u32;
        }
        let line = self.walk.found.nodes.len() as u32;
        self.walk.depth -= 1;
        self.push(self.protocols().own_field(span.protocol), at, end, Value::Bytes, false);
        self.walk.depth += 1;
        self.span_mut(|span| span.line = line);
    }

    /// Makes the protocol that this one is a part of reach up to the cursor.
    pub fn join(&mut self) {
        let (source, end) = (self.source, self.at as u32);
        let protocols = self.protocols();
        let found = &mut *self.walk.found;
        let before = found.layers.get(..usize::from(self.layer)).unwrap_or_default();
        let Some(whole) = before.iter().rev().find(|span| !protocols.get(span.protocol).part) else { return };
        let own = protocols.own_field(whole.protocol);
        if let Some(node) = found.nodes.get_mut(whole.first as usize)
            && node.field == own
            && node.source == source
        {
            node.end = node.end.max(end);
        }
    }

    /// Notes bytes that stand behind the payload (padding, trailers, check sequences), after the payload was run, among
    /// this layer's own nodes, and says where.
    pub fn note_behind_payload(&mut self, field: FieldId, start: usize, end: usize, value: Value) -> Mark {
        if !self.walk.wanted.contains(field) {
            return self.mark();
        }
        self.push(field, start, end, value, false);
        let found = &mut *self.walk.found;
        let place = found.layers.get(usize::from(self.layer) + 1).map_or(found.nodes.len(), |span| span.first as usize);
        if let Some(node) = found.nodes.pop() {
            found.nodes.insert(place.min(found.nodes.len()), node);
        }
        for span in found.layers.iter_mut().skip(usize::from(self.layer) + 1) {
            span.first += 1;
            span.line += 1;
        }
        Mark(place)
    }

    /// As [`Layer::note_behind_payload`], for text that does not stand literally in the bytes.
    pub fn note_text_behind_payload(&mut self, field: FieldId, start: usize, end: usize, text: &[u8]) {
        if self.walk.wanted.contains(field) {
            let value = self.walk.found.keep(text);
            self.note_behind_payload(field, start, end, value);
        }
    }

    /// A line of text without a filter name at these bytes.
    #[inline]
    pub fn text(&mut self, start: usize, end: usize, text: impl FnOnce() -> String) {
        if self.wants_labels() {
            self.push(crate::field::TEXT, start, end, Value::None, false);
            self.label(text);
        }
    }

    /// Puts every line of the text up to the layer's end into a line of the tree.
    pub fn text_lines(&mut self) {
        for line in self.rest().split_inclusive(|byte| *byte == b'\n') {
            let start = self.at;
            self.at += line.len();
            self.text(start, self.at, || {
                let mut text = String::new();
                crate::value::write_text(&mut text, line);
                text
            });
        }
    }

    // What follows.

    /// Runs what `next` names on the bytes from the cursor to the layer's end, and moves the cursor there. The way for
    /// protocols that go on after their payload (trailers) or carry several; others return `next`.
    pub fn call(&mut self, next: Next) {
        self.walk.ended = self.end;
        let announced = matches!(next, Next::Number(table, _) if table.announced);
        if self.at >= self.end && self.limit <= self.at && !announced {
            return;
        }
        match next {
            Next::End => {}
            Next::Data => self.run_data(),
            Next::Named(name) => self.run_or_data(self.protocols().by_name(name)),
            Next::Number(table, number) => {
                if let Some(shown) = self.protocols().shown(table) {
                    self.enter_silently(shown);
                }
                self.run_or_data(self.tables().find(table, number));
            }
            Next::Protocol(protocol) => self.run_or_data(Some(protocol)),
            Next::Ports(table, source, destination) => {
                if self.conversation_dissector().is_some_and(|protocol| self.run(protocol)) {
                    self.at = self.end;
                    return;
                }
                for protocol in self.tables().find_ports(table, source, destination) {
                    if self.run(protocol) {
                        self.at = self.end;
                        return;
                    }
                }
                let rest = self.rest();
                for protocol in self.tables().recognise(table, rest) {
                    if self.run(protocol) {
                        self.at = self.end;
                        return;
                    }
                }
                self.run_data();
            }
        }
        self.at = self.end;
    }

    fn run_or_data(&mut self, protocol: Option<ProtocolId>) {
        if !protocol.is_some_and(|protocol| self.run(protocol)) {
            self.run_data();
        }
    }

    /// Runs what `next` names as a quotation: below the node that was noted last, without columns, facts or flows.
    pub fn quote(&mut self, next: Next) {
        let (endpoints, quoted, base, depth) = (self.walk.endpoints, self.walk.quoted, self.walk.base, self.walk.depth);
        self.walk.quoted = true;
        self.walk.base = depth;
        self.call(next);
        self.walk.endpoints = endpoints;
        self.walk.quoted = quoted;
        self.walk.base = base;
        self.walk.depth = depth;
    }

    /// Runs `inside` on other bytes than the frame's, which become a data source of their own.
    pub fn on_source(&mut self, name: &'static str, bytes: &[u8], inside: impl FnOnce(&mut Layer<'_, 'm>)) {
        let Some(source) = self.walk.found.add_source(name, bytes) else { return };
        let mut layer = Layer {
            bytes,
            start: 0,
            at: 0,
            end: bytes.len(),
            limit: bytes.len(),
            source,
            layer: self.layer,
            walk: &mut *self.walk,
        };
        inside(&mut layer);
    }

    /// Runs one protocol on the bytes from the cursor to the layer's end. Whether it took them for its own.
    pub fn run(&mut self, protocol: ProtocolId) -> bool {
        self.run_to(protocol).is_some()
    }

    /// Takes the bytes from the cursor to the layer's end as data of no known protocol.
    pub fn run_data(&mut self) {
        if self.left() > 0 {
            self.run(self.protocols().special.data);
        }
    }

    /// Notes what `note` notes as a layer of a protocol that stands on no bytes.
    pub(super) fn note_layer(&mut self, id: ProtocolId, note: &mut dyn FnMut(&mut Layer<'_, 'm>)) {
        (self.at, self.end, self.limit) = (0, 0, 0);
        self.layer = self.walk.found.layers.len() as u8;
        self.enter_silently(id);
        let own = self.protocols().own_field(id);
        if self.walk.wanted.contains(own) {
            self.push(own, 0, 0, Value::Bytes, false);
        }
        self.walk.depth = 1;
        note(self);
    }

    fn enter_silently(&mut self, protocol: ProtocolId) {
        let first = self.walk.found.nodes.len() as u32;
        let (start, end) = (self.at as u32, self.end as u32);
        let quoted = self.walk.quoted;
        self.walk.found.layers.push(Span {
            protocol,
            first,
            quoted,
            inside: self.walk.inside,
            line: first,
            start,
            end,
            own: end,
            source: self.source,
            ends: Ends::default(),
            key: None,
            said: 0,
        });
    }

    pub(super) fn run_to(&mut self, id: ProtocolId) -> Option<usize> {
        let layers = self.walk.found.layers.len();
        if layers >= MOST_LAYERS {
            return Some(self.end);
        }
        let protocol = self.protocols().get(id);
        let first = self.walk.found.nodes.len();
        let depth = self.walk.depth;
        let (start, end) = (self.at, self.end);
        self.enter_silently(id);
        let level = self.walk.base + u8::from(protocol.part);
        self.walk.depth = level;
        let wanted = self.walk.wanted;
        self.walk.labels = wanted.has_labels() || protocol.reads_labels && wanted.is_all();
        let own = self.protocols().own_field(id);
        let noted = self.walk.wanted.contains(own);
        let mut layer = Layer {
            bytes: self.bytes,
            start,
            at: start,
            end,
            limit: self.limit,
            source: self.source,
            layer: layers as u8,
            walk: &mut *self.walk,
        };
        if noted {
            layer.push(own, start, end, Value::Bytes, false);
        }
        layer.walk.depth = level + 1;
        let result = (protocol.dissect)(&mut layer);
        let (after, own_end) = (layer.at, layer.end);
        layer.walk.depth = level + 1;
        layer.walk.labels = wanted.has_labels();
        if let Err(stop @ (Stop::NotMine | Stop::Unsaid)) = result {
            self.walk.found.layers.truncate(layers);
            self.walk.found.nodes.truncate(first);
            self.walk.depth = depth;
            return (stop == Stop::Unsaid).then_some(end);
        }
        let line = layer.walk.found.layers.get(layers).map_or(first, |span| span.line as usize);
        if noted && let Some(node) = layer.walk.found.nodes.get_mut(line) {
            node.end = if result.is_ok() { after } else { layer.end } as u32;
        }
        match result {
            Ok(next) => layer.call(next),
            Err(stop) => layer.trouble(protocol, stop),
        }
        self.walk.depth = depth;
        self.walk.ended = own_end;
        Some(match result {
            Ok(Next::End) => after,
            _ => end,
        })
    }

    /// Notes why a protocol stopped: bytes that the snap length cut off, or a packet that is wrong.
    fn trouble(&mut self, protocol: &'static Protocol, stop: Stop) {
        let (end, limit) = (self.end, self.limit);
        let cut = end < limit && matches!(stop, Stop::Short { needed, at } if at.saturating_add(needed) <= limit);
        let special = &self.protocols().special;
        let id = if cut { special.short } else { special.malformed };
        self.at = self.end;
        self.layer = self.walk.found.layers.len() as u8;
        self.enter_silently(id);
        let own = self.protocols().own_field(id);
        if self.walk.wanted.contains(own) {
            let depth = self.walk.depth;
            self.walk.depth = self.walk.base;
            self.push(own, end, end, Value::None, true);
            self.label(|| match stop {
                Stop::Short { needed, at } if cut => format!(
                    "[Packet size limited during capture: {} truncated: {needed} bytes were needed at offset {at}, {} are there]",
                    protocol.column,
                    end.saturating_sub(at)
                ),
                Stop::Short { needed, at } => format!(
                    "[Malformed Packet: {}: {needed} bytes were needed at offset {at}, {} are there]",
                    protocol.column,
                    end.saturating_sub(at)
                ),
                Stop::Malformed(why) => format!("[Malformed Packet: {}: {why}]", protocol.column),
                Stop::NotMine | Stop::Unsaid => format!("[Malformed Packet: {}]", protocol.column),
            });
            self.walk.depth = depth;
        }
    }

    #[inline]
    fn take(&mut self, length: usize) -> Result<&'p [u8], Stop> {
        let stop = self.at.saturating_add(length);
        match self.bytes.get(self.at..stop) {
            Some(bytes) if stop <= self.end => {
                self.at = stop;
                Ok(bytes)
            }
            _ => Err(Stop::Short { needed: length, at: self.at }),
        }
    }

    #[inline]
    fn u32_unmasked(&mut self, field: FieldId) -> Result<u32, Stop> {
        let start = self.at;
        let raw = big_endian(self.take(4)?) as u32;
        self.note(field, start, start + 4, Value::Uint(u64::from(raw)));
        Ok(raw)
    }

    fn push(&mut self, field: FieldId, start: usize, end: usize, value: Value, generated: bool) {
        self.walk.found.nodes.push(Node {
            field,
            depth: self.walk.depth,
            layer: self.layer,
            source: self.source,
            generated,
            // A length can say more than was captured; a node never does.
            start: start.min(self.bytes.len()) as u32,
            end: end.min(self.bytes.len()) as u32,
            label: 0,
            value,
        });
    }
}
