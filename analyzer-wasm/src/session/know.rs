//! What is known of packets, for filters: from the index alone, or in full.

use crate::capture::ReadError;
use crate::dissect::{Found, Packet, Protocol, Protocols};
use crate::endpoints::Endpoints;
use crate::field::ProtocolId;
use crate::field::{Field, FieldId, Kind};
use crate::filter::{Decision, Filter, Instance, Know};
use crate::index::{NO_TIME, Row, StackLayer, between};
use crate::open::Open;
use crate::protocols::pseudo::{frame, pair};
use crate::protocols::transport::tcp;
use crate::value::Datum;
use smallvec::SmallVec;
use std::net::IpAddr;

/// What the index knows of a packet, without its bytes: of all packets of one stack, of those between the same
/// endpoints, or of one alone.
pub struct IndexKnow<'a> {
    shares: &'a [(FieldId, Share)],
    ends: Option<(Endpoints, [[u8; 16]; 2])>,
    packet: Option<(u32, Row, &'a Open)>,
    /// The pairs of the packet, where that is asked for.
    pairs: SmallVec<[pair::Pair; 1]>,
}

/// What the index knows of a field, as far as packets of different stacks can have the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Share {
    /// The field does not occur; a protocol does not.
    Absent,
    /// A protocol occurs, and other protocols may note its fields too.
    Occurs,
    /// Only in the bytes.
    InBytes,
    /// In the endpoints: the address or the port, of the sender or of the receiver.
    InEnds {
        /// Whether it is the port.
        port: bool,
        /// Whether it is the receiver's.
        receiver: bool,
    },
    /// In the packet's row.
    InRow,
    /// In what is known of pairs.
    InPairs,
    /// This is its only value.
    Value(u64),
}

/// Fields that are in the row of a packet.
const IN_ROW: [FieldId; 5] = [frame::NUMBER, frame::LENGTH, frame::CAPTURED_LENGTH, frame::TIME_RELATIVE, tcp::STREAM];

/// Where the values of fields are found, for all packets of a stack; nothing is known where there is none.
pub fn shares(
    protocols: &Protocols,
    stack: Option<&[StackLayer]>,
    fields: impl IntoIterator<Item = FieldId>,
) -> impl Iterator<Item = (FieldId, Share)> {
    fields.into_iter().map(move |field| (field, stack.map_or(Share::InBytes, |stack| share(protocols, stack, field))))
}

fn share(protocols: &Protocols, stack: &[StackLayer], field: FieldId) -> Share {
    let id = protocols.owner(field);
    // They are no layers of a packet's bytes.
    if id == protocols.owner(pair::SELF) {
        return Share::InPairs;
    }
    if protocols.special.expert.is_some_and(|expert| expert.protocol == id) {
        let notes_experts = |layer: &StackLayer| has_experts(protocols, protocols.get(layer.protocol()));
        return if stack.iter().any(notes_experts) { Share::InBytes } else { Share::Absent };
    }
    if protocols.own_field(id) == field {
        return match occurs(protocols_of(stack), id) {
            Decision::Yes => Share::Occurs,
            _ => Share::Absent,
        };
    }
    let owner = protocols.get(id);
    let mut noting = stack.iter().filter(|layer| notes(protocols.get(layer.protocol()), owner));
    // Of several layers that note it, the index does not know which has which value.
    let layer = match (noting.next(), noting.next()) {
        (None, _) => return Share::Absent,
        (Some(layer), None) if layer.protocol() == id => *layer,
        _ => return Share::InBytes,
    };
    if owner.keyed.contains(&field) {
        return layer.key().map_or(Share::InBytes, |key| Share::Value(bits(protocols.field(field), key)));
    }
    if let Some(place) = owner.ends.iter().position(|end| *end == field) {
        let port = protocols.field(field).kind.bits() > 0;
        let known = sets_ends(stack, layer, port);
        return if known { Share::InEnds { port, receiver: place > 0 } } else { Share::InBytes };
    }
    // Where the header was cut, or stands in a quotation, its row has nothing of the stream.
    let whole = field != tcp::STREAM || layer.key().is_some() && !layer.quoted();
    if IN_ROW.contains(&field) && whole { Share::InRow } else { Share::InBytes }
}

/// Whether the packet's endpoints are what this layer says of them.
fn sets_ends(stack: &[StackLayer], layer: StackLayer, ports: bool) -> bool {
    let sets = |layer: &&StackLayer| {
        let ends = layer.ends();
        if ports { ends.ports } else { ends.addresses || ends.diverted }
    };
    !layer.quoted()
        && stack.iter().rev().find(sets).is_some_and(|last| *last == layer && (ports || !last.ends().diverted))
}

impl<'a> IndexKnow<'a> {
    /// For all packets of a stack, by what it holds of the fields that are asked for.
    pub fn of_stack(shares: &'a [(FieldId, Share)]) -> IndexKnow<'a> {
        IndexKnow { shares, ends: None, packet: None, pairs: SmallVec::new() }
    }

    /// For all packets of a stack between these endpoints.
    pub fn of_flow(shares: &'a [(FieldId, Share)], ends: Endpoints) -> IndexKnow<'a> {
        let octets = [ends.source, ends.destination].map(|address| match address {
            IpAddr::V6(address) => address.octets(),
            IpAddr::V4(_) => [0; 16],
        });
        IndexKnow { shares, ends: Some((ends, octets)), packet: None, pairs: SmallVec::new() }
    }

    /// For one packet.
    pub fn of_packet(shares: &'a [(FieldId, Share)], open: &'a Open, number: u32, row: Row) -> IndexKnow<'a> {
        let asked = shares.iter().any(|(_, share)| *share == Share::InPairs);
        let pairs = open.pairs().filter(|_| asked).map_or_else(SmallVec::new, |pairs| pairs.of_packet(number));
        let known = match open.index.flow_of(&row) {
            Some(ends) => IndexKnow::of_flow(shares, ends),
            None => IndexKnow::of_stack(shares),
        };
        IndexKnow { packet: Some((number, row, open)), pairs, ..known }
    }

    /// What it cost to learn this, in looks into the index.
    pub(super) fn cost(&self) -> u32 {
        4 + self.pairs.len() as u32 * 8
    }

    fn share(&self, field: FieldId) -> Share {
        self.shares.iter().find(|(known, _)| *known == field).map_or(Share::InBytes, |(_, share)| *share)
    }

    fn of_ends<'k>(&'k self, port: bool, receiver: bool) -> Option<Datum<'k>> {
        let (ends, octets) = self.ends.as_ref()?;
        let (address, number) = match receiver {
            false => (ends.source, ends.source_port),
            true => (ends.destination, ends.destination_port),
        };
        Some(match address {
            _ if port => Datum::Uint(number.into()),
            IpAddr::V4(address) => Datum::Uint(address.to_bits().into()),
            IpAddr::V6(_) => Datum::Bytes(octets.get(usize::from(receiver))?),
        })
    }

    fn of_row(&self, field: FieldId) -> Option<Datum<'static>> {
        let (number, row, open) = self.packet.as_ref()?;
        let index = &open.index;
        Some(match field {
            frame::NUMBER => Datum::Uint((*number).into()),
            frame::LENGTH => Datum::Uint(row.length.into()),
            frame::CAPTURED_LENGTH => Datum::Uint(row.captured.into()),
            frame::TIME_RELATIVE if row.time != NO_TIME => {
                let (seconds, nanoseconds) = between(index.rows.get(1)?.time, row.time);
                Datum::Time(seconds, nanoseconds)
            }
            tcp::STREAM => Datum::Uint(index.facts.stream_of(*number)?.into()),
            _ => return None,
        })
    }
}

impl Know for IndexKnow<'_> {
    fn occurs(&self, protocol: FieldId) -> Decision {
        match self.share(protocol) {
            Share::Occurs => Decision::Yes,
            Share::Absent => Decision::No,
            Share::InPairs if self.packet.is_some() => (!self.pairs.is_empty()).into(),
            _ => Decision::Ask,
        }
    }

    fn values<'k>(&'k self, field: FieldId, each: &mut dyn FnMut(Instance<'k>)) -> bool {
        let datum = match self.share(field) {
            Share::Absent => return true,
            Share::Occurs | Share::InBytes => None,
            Share::Value(value) => Some(Datum::Uint(value)),
            Share::InEnds { port, receiver } => self.of_ends(port, receiver),
            Share::InPairs => {
                for datum in self.pairs.iter().filter_map(|noted| pair::datum(noted, field)) {
                    each(Instance { datum, bytes: None, rest: &[], layer: 1 });
                }
                return self.packet.is_some();
            }
            Share::InRow => self.of_row(field),
        };
        // The one layer that notes it is the first of its protocol.
        datum.map(|datum| each(Instance { datum, bytes: None, rest: &[], layer: 1 })).is_some()
    }
}

/// A field's value in the number that holds it.
fn bits(row: &Field, key: u16) -> u64 {
    let value = row.masked(key.into());
    if matches!(row.kind, Kind::Bool(_)) { (value != 0).into() } else { value }
}

/// Gives a filter the values that it takes from the selected packet. Where there is no such packet, its references stay
/// absent. `previous` is the displayed packet before it, 0 for none.
///
/// # Errors
/// That the packet cannot be read.
pub fn refer(filter: &mut Filter, open: &Open, selected: u32, previous: u32, hindsight: bool) -> Result<(), ReadError> {
    match filter.refers().cloned() {
        Some(wanted) if (1..=open.packets()).contains(&selected) => {
            open.look(selected, previous, &wanted, hindsight, |packet, found| {
                filter.refer(&PacketKnow::new(packet, found));
            })
        }
        _ => Ok(()),
    }
}

/// Whether a protocol notes fields that stand for expert infos.
fn has_experts(protocols: &Protocols, protocol: &Protocol) -> bool {
    let noted = protocols.all().iter().filter(|owner| notes(protocol, owner));
    noted.flat_map(|owner| owner.fields.rows).any(|row| row.expert.is_some())
}

/// Whether a protocol notes fields of another one: its own, or those of its family.
fn notes(protocol: &Protocol, owner: &Protocol) -> bool {
    protocol.name == owner.name || (!protocol.family.is_empty() && protocol.family == owner.family)
}

fn protocols_of(stack: &[StackLayer]) -> impl Iterator<Item = ProtocolId> + '_ {
    stack.iter().map(|layer| layer.protocol())
}

fn occurs(mut stack: impl Iterator<Item = ProtocolId>, protocol: ProtocolId) -> Decision {
    stack.any(|id| id == protocol).into()
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
    fn occurs(&self, protocol: FieldId) -> Decision {
        let (protocols, owner) = (self.found.protocols(), self.found.protocols().owner(protocol));
        // They are no layer.
        if protocols.special.expert.is_some_and(|expert| expert.protocol == owner) {
            return self.found.of(protocol).next().is_some().into();
        }
        occurs(self.stack(), owner)
    }

    fn values<'k>(&'k self, field: FieldId, each: &mut dyn FnMut(Instance<'k>)) -> bool {
        let on_bytes = !self.found.protocols().field(field).of_experts;
        for node in self.found.of(field) {
            let index = usize::from(node.layer);
            let layers = self.found.layers.get(..=index).unwrap_or_default();
            let Some(span) = layers.last() else { continue };
            let source = match node.source {
                _ if !on_bytes => &[],
                0 => self.packet.bytes,
                n => self.found.sources.get(usize::from(n) - 1).map_or(&[][..], |source| source.bytes.as_slice()),
            };
            each(Instance {
                datum: self.found.datum(self.packet, node),
                bytes: Some(self.found.bytes(self.packet, node)),
                rest: source.get(node.start as usize..span.own as usize).unwrap_or_default(),
                layer: layers.iter().filter(|other| other.protocol == span.protocol).count() as u32,
            });
        }
        true
    }
}
