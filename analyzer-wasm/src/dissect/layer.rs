//! The cursor with which a protocol reads its layer: each value that it reads is noted at its bytes.

use super::stream::Origin;
use super::walk::Walk;
use super::{Endpoints, Packet, Protocol, Protocols, Span, Stop, Table, Tables};
use crate::conversations::{Between, Conversing, Exchange};
use crate::field::{FieldId, ProtocolId};
use crate::value::{Value, big_endian};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The bytes of one layer, a cursor in them, and the notes that are taken.
pub struct Layer<'p, 'm> {
    pub(super) bytes: &'p [u8],
    pub(super) start: usize,
    pub(super) at: usize,
    pub(super) end: usize,
    pub(super) limit: usize,
    pub(super) source: u8,
    /// Where the bytes of the data source come from.
    pub(super) origin: Origin<'p>,
    pub(super) layer: u8,
    /// The media type that the protocol before gave for the bytes.
    pub(super) media_type: Value,
    pub(super) in_stream: bool,
    pub(super) walk: &'p mut Walk<'m>,
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
        self.read_bytes(bytes).map(|_| ())
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

    /// Whether the layer's bytes are PDUs of a byte stream, and no datagram: what frames them comes first.
    #[inline]
    pub fn in_stream(&self) -> bool {
        self.in_stream
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
    #[inline]
    pub fn converse(&mut self, layer: Conversing, between: Between, payload: usize) {
        if !self.walk.quoted {
            self.walk.found.exchanges.push(Exchange { layer, between, payload: payload as u32 });
        }
    }

    /// Takes back the last [`Layer::converse`] of a layer: the packet is not counted.
    pub fn withdraw(&mut self, layer: Conversing) {
        let exchanges = &mut self.walk.found.exchanges;
        if !self.walk.quoted
            && let Some(place) = exchanges.iter().rposition(|exchange| exchange.layer == layer)
        {
            exchanges.remove(place);
        }
    }

    /// Says the number from which the protocol's [`Protocol::keyed`] fields follow, all of which it notes.
    pub fn set_key(&mut self, key: u16) {
        self.span_mut(|span| span.key = Some(key));
    }

    pub(super) fn span_mut(&mut self, change: impl FnOnce(&mut Span)) {
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
        self.walk.protocols
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
        let raw = big_endian(self.read_bytes(width)?);
        self.note_uint(field, start, width, raw);
        Ok(raw)
    }

    /// Notes several fields that share the same integer of `width` bytes, each with its own mask, and moves behind it.
    #[inline]
    pub fn bits(&mut self, width: usize, fields: &[FieldId]) -> Result<u64, Stop> {
        let start = self.at;
        let raw = big_endian(self.read_bytes(width)?);
        for field in fields {
            self.note_uint(*field, start, width, raw);
        }
        Ok(raw)
    }

    /// Notes an integer, and one level below it the fields that are its bits.
    #[inline]
    pub fn flags(&mut self, field: FieldId, width: usize, bits: &[FieldId]) -> Result<u64, Stop> {
        let start = self.at;
        let raw = big_endian(self.read_bytes(width)?);
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
        let bytes = self.read_bytes(length)?;
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

    #[inline]
    pub(super) fn read_bytes(&mut self, length: usize) -> Result<&'p [u8], Stop> {
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
    pub(super) fn u32_unmasked(&mut self, field: FieldId) -> Result<u32, Stop> {
        let start = self.at;
        let raw = big_endian(self.read_bytes(4)?) as u32;
        self.note(field, start, start + 4, Value::Uint(u64::from(raw)));
        Ok(raw)
    }
}
