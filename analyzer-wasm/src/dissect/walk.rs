//! The walk from layer to layer: runs what protocols say that follows.

use super::stream::Origin;
use super::{Endpoints, Ends, Found, Layer, Next, Packet, Protocol, Protocols, Span, Stop, Tables, expert};
use crate::field::{FieldSet, ProtocolId};
use crate::memory::{ByteSource, Memory};
use crate::streams::Assembled;
use crate::value::Value;
use std::num::NonZeroU32;

/// What is the same for all layers of one walk.
pub(super) struct Walk<'m> {
    pub(super) tables: &'m Tables,
    /// Those of the tables, at hand for every layer.
    pub(super) protocols: &'static Protocols,
    pub(super) packet: &'m Packet<'m>,
    pub(super) wanted: &'m FieldSet,
    pub(super) memory: &'m mut Memory<'m>,
    pub(super) found: &'m mut Found,
    pub(super) endpoints: Endpoints,
    pub(super) depth: u8,
    pub(super) base: u8,
    pub(super) quoted: bool,
    pub(super) inside: bool,
    pub(super) enclosed: Option<ByteSource>,
    /// Whether the layer that is run next stands on PDUs of a byte stream.
    pub(super) in_stream: bool,
    pub(super) labels: bool,
    pub(super) ended: usize,
    /// The media type of the next layer's bytes.
    pub(super) media_type: Value,
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
        expert::describe(l.walk.wanted, l.walk.found);
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
        protocols: tables.protocols(),
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
        in_stream: false,
        labels: wanted.has_labels(),
        ended: 0,
        media_type: Value::None,
    };
    let mut layer = Layer {
        bytes: packet.bytes,
        start: 0,
        at: 0,
        end: packet.bytes.len(),
        limit: (packet.length as usize).max(packet.bytes.len()),
        source: 0,
        origin: Origin::Own(0),
        layer: 0,
        media_type: Value::None,
        in_stream: false,
        walk: &mut walk,
    };
    inside(&mut layer);
}

impl<'m> Layer<'_, 'm> {
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
                let known = self.conversation_dissector().or_else(|| self.expected_datagram());
                if known.is_some_and(|protocol| self.run(protocol)) {
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

    pub(super) fn run_or_data(&mut self, protocol: Option<ProtocolId>) {
        if !protocol.is_some_and(|protocol| self.run(protocol)) {
            self.run_data();
        }
    }

    /// Runs what `next` names as a quotation: below the node that was noted last, without columns, facts or flows.
    pub fn quote(&mut self, next: Next) {
        let (endpoints, quoted) = (self.walk.endpoints, self.walk.quoted);
        self.walk.quoted = true;
        self.call_below(next);
        self.walk.endpoints = endpoints;
        self.walk.quoted = quoted;
    }

    /// Runs `inside` on other bytes than the frame's, which become a data source of their own.
    pub fn on_source(&mut self, name: &'static str, bytes: &[u8], inside: impl FnOnce(&mut Layer<'_, 'm>)) {
        let number = self.walk.found.own_sources() + 1;
        self.run_on(name, bytes, Origin::Own(number), inside);
    }

    /// Runs `inside` on bytes that several packets carried, which become a data source of their own.
    pub fn on_assembled(&mut self, name: &'static str, whole: &Assembled, inside: impl FnOnce(&mut Layer<'_, 'm>)) {
        self.run_on(name, &whole.bytes, Origin::Pieces(&whole.pieces), inside);
    }

    fn run_on(
        &mut self,
        name: &'static str,
        bytes: &[u8],
        origin: Origin<'_>,
        inside: impl FnOnce(&mut Layer<'_, 'm>),
    ) {
        let is_own = matches!(origin, Origin::Own(_));
        let Some(source) = self.walk.found.add_source(name, bytes, is_own) else { return };
        let mut layer = Layer {
            bytes,
            start: 0,
            at: 0,
            end: bytes.len(),
            limit: bytes.len(),
            source,
            origin,
            layer: self.layer,
            media_type: Value::None,
            in_stream: self.in_stream,
            walk: &mut *self.walk,
        };
        inside(&mut layer);
    }

    /// Runs one protocol on the bytes from the cursor to the layer's end. Whether it took them for its own.
    pub fn run(&mut self, protocol: ProtocolId) -> bool {
        self.run_to(protocol).is_some()
    }

    /// As [`Layer::run`], with the media type of the bytes, and its parameters.
    pub fn run_with_media_type(&mut self, protocol: ProtocolId, media_type: &str) -> bool {
        self.walk.media_type = self.walk.found.keep(media_type.as_bytes());
        self.run(protocol)
    }

    /// The media type that the protocol before this one gave with [`Layer::run_with_media_type`]; empty without one.
    pub fn media_type(&self) -> String {
        String::from_utf8_lossy(self.walk.found.kept(self.media_type)).into_owned()
    }

    /// As [`Layer::run_with_media_type`], with the protocol's own line in the tree among what this layer notes here.
    pub fn run_below(&mut self, protocol: ProtocolId, media_type: &str) -> bool {
        self.with_base(|l| l.run_with_media_type(protocol, media_type))
    }

    /// As [`Layer::call`], with the line of what follows among what this layer notes here.
    pub fn call_below(&mut self, next: Next) {
        self.with_base(|l| l.call(next));
    }

    fn with_base<T>(&mut self, inside: impl FnOnce(&mut Self) -> T) -> T {
        let (base, depth) = (self.walk.base, self.walk.depth);
        self.walk.base = depth;
        let result = inside(self);
        self.walk.base = base;
        self.walk.depth = depth;
        result
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

    /// Puts a layer into the packet's stack, without a line in the tree.
    pub(super) fn enter_silently(&mut self, protocol: ProtocolId) {
        self.enter(protocol, false);
    }

    #[inline]
    fn enter(&mut self, protocol: ProtocolId, part: bool) {
        let first = self.walk.found.nodes.len() as u32;
        let (start, end) = (self.at as u32, self.end as u32);
        let quoted = self.walk.quoted;
        self.walk.found.layers.push(Span {
            protocol,
            first,
            quoted,
            inside: self.walk.inside,
            part,
            line: first,
            start,
            end,
            own: end,
            source: self.source,
            line_end: None,
            ends: Ends::default(),
            key: None,
            summary: 0,
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
        let part = protocol.part || protocol.joins && self.is_joined();
        self.enter(id, part);
        let level = self.walk.base + u8::from(part);
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
            origin: self.origin,
            layer: layers as u8,
            media_type: std::mem::replace(&mut self.walk.media_type, Value::None),
            in_stream: std::mem::take(&mut self.walk.in_stream),
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
        if let Err(stop @ (Stop::NotMine | Stop::NotShown)) = result {
            self.walk.found.layers.truncate(layers);
            self.walk.found.nodes.truncate(first);
            self.walk.depth = depth;
            return (stop == Stop::NotShown).then_some(end);
        }
        let found = &mut *layer.walk.found;
        if noted
            && let Some(span) = found.layers.get(layers)
            && let Some(node) = found.nodes.get_mut(span.line as usize)
        {
            let read = if result.is_ok() { after } else { layer.end } as u32;
            node.end = span.line_end.map_or(read, NonZeroU32::get);
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

    /// Whether what follows can be a part of the protocol before it.
    fn is_joined(&self) -> bool {
        let before = self.walk.found.layers.last();
        before.is_some_and(|span| span.part || self.protocols().get(span.protocol).has_parts)
    }

    /// Notes why a protocol stopped: bytes that the snap length cut off, or a packet that is wrong.
    pub(super) fn trouble(&mut self, protocol: &'static Protocol, stop: Stop) {
        let (end, limit) = (self.end, self.limit);
        let cut = end < limit && matches!(stop, Stop::Short { needed, at } if at.saturating_add(needed) <= limit);
        let special = &self.protocols().special;
        let id = if cut { special.short } else { special.malformed };
        self.at = self.end;
        self.layer = self.walk.found.layers.len() as u8;
        self.enter_silently(id);
        let own = self.protocols().own_field(id);
        let expert = special.malformed_expert;
        let note_expert = |l: &mut Self| {
            if !cut && expert != crate::field::TEXT && l.walk.wanted.contains(expert) {
                l.below(|l| l.push(expert, end, end, Value::None, true));
            }
        };
        if self.walk.wanted.contains(own) {
            let depth = self.walk.depth;
            self.walk.depth = self.walk.base;
            self.push(own, end, end, Value::None, true);
            let kind = if cut { "Packet size limited during capture" } else { "Malformed Packet" };
            let how = if cut { " truncated" } else { "" };
            self.label(|| format!("[{kind}: {}{how}]", protocol.column));
            let why = match stop {
                Stop::Short { needed, at } => {
                    format!("{needed} bytes were needed at offset {at}, {} are there", end.saturating_sub(at))
                }
                Stop::Malformed(why) => crate::value::capital(why),
                Stop::NotMine | Stop::NotShown => String::new(),
            };
            note_expert(self);
            if !why.is_empty() {
                self.below(|l| l.text(end, end, || format!("[{why}]")));
            }
            self.walk.depth = depth;
        } else {
            note_expert(self);
        }
    }
}
