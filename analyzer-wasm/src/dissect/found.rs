//! What a walk found: nodes, layers, other data sources, and the texts that they stand on.

use super::{Endpoints, Packet, Protocol, Protocols};
use crate::conversations::Exchange;
use crate::field::ProtocolId;
use crate::field::{FieldId, Kind};
use crate::value::{Datum, Value};
use std::num::NonZeroU32;

/// One thing that was found in a packet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Node {
    /// What it is.
    pub field: FieldId,
    /// 0 for a protocol, 1 for its fields, and so on.
    pub depth: u8,
    /// Index into [`Found::layers`] of the layer that noted it.
    pub layer: u8,
    /// Where `start` and `end` count: 0 in the frame, `n` in `Found::sources[n - 1]`.
    pub source: u8,
    /// Whether it was found out rather than read.
    pub generated: bool,
    /// First byte.
    pub start: u32,
    /// Byte after the last.
    pub end: u32,
    /// Its own text in the tree, as index into the labels plus one; 0 for the text that the field's row makes.
    pub(super) label: u32,
    /// Its value.
    pub value: Value,
}

/// One protocol's part of a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Which protocol.
    pub protocol: ProtocolId,
    /// Index of its first node.
    pub first: u32,
    /// Whether it stands inside a quotation (the packet that an ICMP error is about).
    pub quoted: bool,
    /// Whether it is a part of another protocol's message, which has the words for both in the packet list.
    pub inside: bool,
    /// Whether it is a part of the protocol before it, see [`Protocol::part`] and [`Protocol::joins`].
    pub part: bool,
    /// Index of its own line in the tree; of the last one, where it has several.
    pub(super) line: u32,
    /// First byte of what the protocol was handed.
    pub start: u32,
    /// Byte after the last of what the protocol was handed, payload included.
    pub end: u32,
    /// Byte after the last that belongs to it, where it says so of itself: behind an IP packet stand padding and trailer.
    pub own: u32,
    /// Where these count, see [`Node::source`].
    pub source: u8,
    /// Where its own line ends, where it has read more: another protocol's line has the rest.
    pub(super) line_end: Option<NonZeroU32>,
    /// Which of its fields are the packet's endpoints.
    pub ends: Ends,
    /// A number of which a capture has few, and from which the protocol's `keyed` fields follow, see
    /// [`Protocol::keyed`].
    pub key: Option<u16>,
    /// Text for its summary that no node carries, as index into the labels plus one; 0 for none.
    pub(super) summary: u32,
}

/// What a layer says of the packet's endpoints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ends {
    /// Its own fields hold the addresses.
    pub addresses: bool,
    /// Its own fields hold the ports.
    pub ports: bool,
    /// The packet goes elsewhere than the layers before say.
    pub diverted: bool,
}

/// Bytes that are not in the frame: reassembled, unpacked or decrypted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataSource {
    /// As `Reassembled TCP`.
    pub name: &'static str,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Whether the packet made them of its own bytes (decrypted, unpacked), and not of pieces in others.
    pub is_own: bool,
}

/// All that was found in one packet; used again for the next one without giving memory back.
#[derive(Debug)]
pub struct Found {
    protocols: &'static Protocols,
    /// In depth-first order.
    pub nodes: Vec<Node>,
    /// From the outermost to the innermost.
    pub layers: Vec<Span>,
    /// The conversations that the packet belongs to, of the outermost layer first.
    pub exchanges: Vec<Exchange>,
    /// Other bytes than the frame's.
    pub sources: Vec<DataSource>,
    /// Buffers of earlier sources, to use again.
    spare: Vec<Vec<u8>>,
    /// Addresses and ports of the innermost layers that are no quotation.
    pub endpoints: Endpoints,
    arena: Vec<u8>,
    /// The nodes before those of expert infos came between them, kept for their room.
    pub(super) replaced: Vec<Node>,
    pub(super) labels: Vec<(u32, u32)>,
}

impl Default for Found {
    fn default() -> Found {
        static NONE: Protocols = Protocols::NONE;
        Found {
            protocols: &NONE,
            nodes: Vec::new(),
            layers: Vec::new(),
            sources: Vec::new(),
            exchanges: Vec::new(),
            spare: Vec::new(),
            endpoints: Endpoints::NONE,
            arena: Vec::new(),
            replaced: Vec::new(),
            labels: Vec::new(),
        }
    }
}

/// Buffers that are kept between packets.
const MOST_SPARE: usize = 4;

/// The nodes of one layer, for its `summary`.
pub struct View<'f> {
    pub(super) found: &'f Found,
    pub(super) packet: &'f Packet<'f>,
    pub(super) index: usize,
}

impl Found {
    /// The protocols of which the packet's layers and fields are.
    #[inline]
    pub fn protocols(&self) -> &'static Protocols {
        self.protocols
    }

    pub(super) fn clear(&mut self, protocols: &'static Protocols) {
        self.protocols = protocols;
        self.nodes.clear();
        self.layers.clear();
        self.exchanges.clear();
        self.spare.extend(self.sources.drain(..).map(|source| source.bytes));
        self.spare.truncate(MOST_SPARE);
        self.arena.clear();
        self.labels.clear();
    }

    /// Copies bytes that become a data source of their own; returns what [`Node::source`] calls it, or nothing where a
    /// packet has too many.
    pub(super) fn add_source(&mut self, name: &'static str, source: &[u8], is_own: bool) -> Option<u8> {
        let number = u8::try_from(self.sources.len() + 1).ok()?;
        let mut bytes = self.spare.pop().unwrap_or_default();
        bytes.clear();
        bytes.extend_from_slice(source);
        self.sources.push(DataSource { name, bytes, is_own });
        Some(number)
    }

    /// How many data sources the packet made of its own bytes so far.
    pub(super) fn own_sources(&self) -> u8 {
        self.sources.iter().filter(|source| source.is_own).count() as u8
    }

    pub(super) fn keep(&mut self, text: &[u8]) -> Value {
        let start = self.arena.len() as u32;
        self.arena.extend_from_slice(text);
        Value::Text(start, text.len() as u32)
    }

    /// Keeps a text of the tree; returns what [`Node::label`] calls it.
    pub(super) fn keep_label(&mut self, text: &[u8]) -> u32 {
        if let Value::Text(start, length) = self.keep(text) {
            self.labels.push((start, length));
        }
        self.labels.len() as u32
    }

    /// A text that was kept.
    pub(super) fn kept(&self, value: Value) -> &[u8] {
        match value {
            Value::Text(start, length) => self.arena.get(start as usize..(start + length) as usize).unwrap_or_default(),
            _ => &[],
        }
    }

    /// The bytes of a node; empty where the node lies in a source that was not kept.
    pub fn bytes<'f>(&'f self, packet: &Packet<'f>, node: &Node) -> &'f [u8] {
        let source = match node.source {
            0 => packet.bytes,
            n => self.sources.get(usize::from(n) - 1).map_or(&[][..], |source| source.bytes.as_slice()),
        };
        source.get(node.start as usize..node.end as usize).unwrap_or_default()
    }

    /// A node's value with what it stands on.
    pub fn datum<'f>(&'f self, packet: &Packet<'f>, node: &Node) -> Datum<'f> {
        match node.value {
            Value::None => Datum::None,
            Value::Uint(value) => Datum::Uint(value),
            Value::Int(value) => Datum::Int(value),
            Value::Float(value) => Datum::Float(value),
            Value::Time(seconds, nanoseconds) => Datum::Time(seconds, nanoseconds),
            Value::Text(..) => {
                let kept = self.kept(node.value);
                match self.protocols.field(node.field).kind {
                    Kind::Ether | Kind::Eui64 | Kind::Ipv6 | Kind::Bytes | Kind::Guid => Datum::Bytes(kept),
                    _ => Datum::Text(kept),
                }
            }
            Value::Bytes => {
                let bytes = self.bytes(packet, node);
                match self.protocols.field(node.field).kind {
                    // Wireshark keeps texts as C does: a zero byte ends both kinds.
                    Kind::Text | Kind::TextZ => Datum::Text(bytes.split(|byte| *byte == 0).next().unwrap_or_default()),
                    _ => Datum::Bytes(bytes),
                }
            }
        }
    }

    /// A node's own text in the tree, where its protocol gave it one.
    pub fn own_label(&self, node: &Node) -> Option<&str> {
        self.label_text(node.label)
    }

    fn label_text(&self, label: u32) -> Option<&str> {
        let (start, length) = self.labels.get((label as usize).checked_sub(1)?)?;
        std::str::from_utf8(self.arena.get(*start as usize..(start + length) as usize)?).ok()
    }

    /// The nodes of a field, in the order of the packet.
    pub fn of(&self, field: FieldId) -> impl Iterator<Item = &Node> {
        self.nodes.iter().filter(move |node| node.field == field)
    }
}

impl<'f> View<'f> {
    /// The protocol of this layer.
    pub fn protocol(&self) -> &'static Protocol {
        self.protocols().get(self.span().protocol)
    }

    /// The protocols, and the tables in which they stand.
    pub fn protocols(&self) -> &'static Protocols {
        self.found.protocols
    }

    /// The packet.
    pub fn packet(&self) -> &'f Packet<'f> {
        self.packet
    }

    /// The layer's part of the packet.
    pub fn span(&self) -> &'f Span {
        // The index was made by walking over the layers.
        #[allow(clippy::indexing_slicing)]
        &self.found.layers[self.index]
    }

    /// The protocol of the layer around this one.
    pub fn outer(&self) -> Option<&'static Protocol> {
        self.found.layers.get(self.index.checked_sub(1)?).map(|span| self.protocols().get(span.protocol))
    }

    /// The protocol of the layer that follows, inside or behind this one.
    pub fn inner(&self) -> Option<&'static Protocol> {
        self.found.layers.get(self.index + 1).map(|span| self.protocols().get(span.protocol))
    }

    /// The value that an outer protocol noted last under this filter name, as an integer: `ip.ttl`.
    pub fn outer_uint(&self, name: &str) -> Option<u64> {
        let before = self.found.nodes.get(..self.span().first as usize)?;
        match before.iter().rev().find(|node| self.protocols().field(node.field).name == name)?.value {
            Value::Uint(value) => Some(value),
            _ => None,
        }
    }

    /// The layer's own nodes, in order.
    pub fn nodes(&self) -> impl Iterator<Item = &'f Node> + 'f {
        let (index, first) = (self.index, self.span().first as usize);
        self.found.nodes.get(first..).unwrap_or_default().iter().filter(move |node| usize::from(node.layer) == index)
    }

    /// The first node of a field in this layer.
    pub fn node(&self, field: FieldId) -> Option<&'f Node> {
        self.nodes().find(|node| node.field == field)
    }

    /// A node's own text in the tree, where its protocol gave it one.
    pub fn label(&self, node: &Node) -> Option<&'f str> {
        self.found.own_label(node)
    }

    /// The value of a node.
    pub fn datum(&self, node: &Node) -> Datum<'f> {
        self.found.datum(self.packet, node)
    }

    /// The first value of a field in this layer, as an integer.
    pub fn uint(&self, field: FieldId) -> Option<u64> {
        match self.node(field)?.value {
            Value::Uint(value) => Some(value),
            _ => None,
        }
    }

    /// The first value of a field in this layer, as the list writes it; empty without one.
    pub fn written(&self, field: FieldId) -> String {
        let mut out = String::new();
        if let Some(node) = self.node(field) {
            crate::value::write_datum(&mut out, self.protocols().field(field), self.datum(node));
        }
        out
    }

    /// The name of the first value of a field in this layer, where its row has one.
    pub fn name(&self, field: FieldId) -> Option<&'static str> {
        self.protocols().field(field).values.name(self.uint(field)?)
    }

    /// What the layer left for its summary, see [`super::Layer::summarize`].
    pub fn summarized(&self) -> Option<&'f str> {
        self.found.label_text(self.span().summary)
    }

    /// Whether the field occurs in this layer.
    pub fn has(&self, field: FieldId) -> bool {
        self.node(field).is_some()
    }
}
