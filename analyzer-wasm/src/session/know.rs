//! What is known of packets, for filters: by their protocols alone, or in full.

use crate::dissect::{Found, Packet, Protocol, ProtocolId};
use crate::field::FieldId;
use crate::filter::{Answer, Instance, Know};
use crate::protocols;

/// All packets with these protocols.
pub struct StackKnow<'a> {
    stack: &'a [ProtocolId],
}

impl<'a> StackKnow<'a> {
    /// For packets with these protocols.
    pub fn new(stack: &'a [ProtocolId]) -> StackKnow<'a> {
        StackKnow { stack }
    }
}

/// Whether a protocol notes fields of another one: its own, or those of its family.
fn notes(protocol: &Protocol, owner: &Protocol) -> bool {
    protocol.name == owner.name || (!protocol.family.is_empty() && protocol.family == owner.family)
}

fn occurs(mut stack: impl Iterator<Item = ProtocolId>, protocol: FieldId) -> Answer {
    let owner = protocols::owner(protocol);
    stack.any(|id| id == owner).into()
}

fn carries(mut stack: impl Iterator<Item = ProtocolId>, protocol: FieldId) -> Answer {
    let owner = protocols::get(protocols::owner(protocol));
    if stack.any(|id| notes(protocols::get(id), owner)) { Answer::Ask } else { Answer::No }
}

impl Know for StackKnow<'_> {
    fn occurs(&self, protocol: FieldId) -> Answer {
        occurs(self.stack.iter().copied(), protocol)
    }

    fn carries(&self, protocol: FieldId) -> Answer {
        carries(self.stack.iter().copied(), protocol)
    }

    fn values<'k>(&'k self, _: FieldId, _: &mut dyn FnMut(Instance<'k>)) -> bool {
        false
    }
}

/// One packet that was dissected with the fields that the filter needs.
pub struct PacketKnow<'a> {
    packet: &'a Packet<'a>,
    found: &'a Found,
}

impl<'a> PacketKnow<'a> {
    /// For this packet.
    pub fn new(packet: &'a Packet<'a>, found: &'a Found) -> PacketKnow<'a> {
        PacketKnow { packet, found }
    }

    fn stack(&self) -> impl Iterator<Item = ProtocolId> + '_ {
        self.found.layers.iter().map(|span| span.protocol)
    }
}

impl Know for PacketKnow<'_> {
    fn occurs(&self, protocol: FieldId) -> Answer {
        occurs(self.stack(), protocol)
    }

    fn carries(&self, protocol: FieldId) -> Answer {
        carries(self.stack(), protocol)
    }

    fn values<'k>(&'k self, field: FieldId, each: &mut dyn FnMut(Instance<'k>)) -> bool {
        for node in self.found.of(field) {
            let index = usize::from(node.layer);
            let layers = self.found.layers.get(..=index).unwrap_or_default();
            let Some(span) = layers.last() else { continue };
            let source = match node.source {
                0 => self.packet.bytes,
                n => self.found.sources.get(usize::from(n) - 1).map_or(&[][..], |source| source.bytes.as_slice()),
            };
            each(Instance {
                datum: self.found.datum(self.packet, node),
                bytes: self.found.bytes(self.packet, node),
                rest: source.get(node.start as usize..span.end as usize).unwrap_or_default(),
                layer: layers.iter().filter(|other| other.protocol == span.protocol).count() as u32,
            });
        }
        true
    }
}
