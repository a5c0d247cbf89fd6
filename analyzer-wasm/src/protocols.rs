//! The list of protocols: adding one is a file in one of these folders and its `pub mod` line in the module of the folder.

use crate::dissect::{On, Protocol, ProtocolId};
use crate::field::{Field, FieldId, Kind};
use rustc_hash::FxHashMap;
use std::sync::OnceLock;

pub mod application;
pub mod content;
pub mod link;
pub mod network;
pub mod pseudo;
pub mod transport;

// The list as constants, made by the build script of the `pub mod` lines of these modules.
include!(concat!(env!("OUT_DIR"), "/protocols.rs"));

pub mod agreed;
mod domain_name;
mod expert;
pub mod numbers;
pub mod reassembly;
#[cfg(test)]
pub(crate) mod testing;

/// The line of text that has no filter name.
pub const TEXT: FieldId = FieldId(0);
/// Bytes of no known protocol.
pub const DATA: ProtocolId = place("data");
/// A packet that is wrong.
pub const MALFORMED: ProtocolId = place("malformed");
/// A packet that the snap length cut.
pub const SHORT: ProtocolId = place("short");
/// What is told of lookups and connections.
pub const PAIR: ProtocolId = place("pair");
/// The layer that only names what an Ethertype chose.
pub const ETHERTYPE: ProtocolId = place("ethertype");

static TEXT_ROW: Field = Field::new("", Kind::None, "");

/// The protocol of a module.
const fn place(module: &str) -> ProtocolId {
    let mut i = 0;
    // Constants are computed without iterators.
    #[allow(clippy::indexing_slicing)]
    while i < COUNTS.len() && !same(COUNTS[i].0, module) {
        i += 1;
    }
    ProtocolId(i as u8)
}

/// Index of a module's first entry in the table of all fields: the protocol itself, then its rows.
pub const fn base(module: &str) -> u16 {
    let mut base = 1;
    let mut i = 0;
    // Constants are computed without iterators.
    #[allow(clippy::indexing_slicing)]
    while i < COUNTS.len() {
        if same(COUNTS[i].0, module) {
            return base as u16;
        }
        base += 1 + COUNTS[i].1;
        i += 1;
    }
    // A module that is missing in the list: a constant that does not compile.
    #[allow(clippy::panic)]
    {
        panic!("this protocol is not in the list of protocols")
    }
}

#[allow(clippy::indexing_slicing)]
const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}

/// Whether bytes look like a protocol.
type Looks = fn(&[u8]) -> bool;

/// What is made once of the list of protocols.
struct Tables {
    /// Row of each field, the protocols' own entries included.
    rows: Vec<Field>,
    /// Protocol of each field.
    owners: Vec<ProtocolId>,
    /// First entry of each protocol.
    bases: Vec<FieldId>,
    /// Protocols by number.
    by_number: FxHashMap<On, ProtocolId>,
    /// Protocols that know their bytes in TCP, and in UDP.
    tcp_looks: Vec<(Looks, ProtocolId)>,
    udp_looks: Vec<(Looks, ProtocolId)>,
}

fn tables() -> &'static Tables {
    static TABLES: OnceLock<Tables> = OnceLock::new();
    TABLES.get_or_init(|| {
        let mut tables = Tables {
            rows: vec![TEXT_ROW],
            owners: vec![DATA],
            bases: Vec::new(),
            by_number: FxHashMap::default(),
            tcp_looks: Vec::new(),
            udp_looks: Vec::new(),
        };
        for (index, protocol) in PROTOCOLS.iter().enumerate() {
            let id = ProtocolId(index as u8);
            tables.bases.push(FieldId(tables.rows.len() as u16));
            tables.rows.push(Field::new(protocol.name, Kind::Protocol, protocol.title));
            tables.rows.extend_from_slice(protocol.fields);
            tables.owners.resize(tables.rows.len(), id);
            tables.by_number.entry(On::Name(protocol.name)).or_insert(id);

            tables.tcp_looks.extend(protocol.looks_in_tcp.map(|looks| (looks, id)));
            tables.udp_looks.extend(protocol.looks_in_udp.map(|looks| (looks, id)));
            for on in protocol.on {
                tables.by_number.entry(*on).or_insert(id);
            }
        }
        tables
    })
}

/// Every protocol, in the order of the list.
pub fn all() -> &'static [Protocol] {
    PROTOCOLS
}

/// A protocol of the list.
pub fn get(id: ProtocolId) -> &'static Protocol {
    // Ids are made from this list only.
    #[allow(clippy::indexing_slicing)]
    &PROTOCOLS[usize::from(id.0)]
}

/// The protocol that is called on this number.
pub fn lookup(on: On) -> Option<ProtocolId> {
    tables().by_number.get(&on).copied()
}

/// The protocols that these bytes of a TCP stream look like.
pub fn that_look_like_tcp(bytes: &[u8]) -> impl Iterator<Item = ProtocolId> + '_ {
    tables().tcp_looks.iter().filter(|(looks, _)| looks(bytes)).map(|(_, id)| *id)
}

/// The protocols that this UDP payload looks like.
pub fn that_look_like_udp(bytes: &[u8]) -> impl Iterator<Item = ProtocolId> + '_ {
    tables().udp_looks.iter().filter(|(looks, _)| looks(bytes)).map(|(_, id)| *id)
}

/// Every row of the table of fields, by [`FieldId`]: the text line, then each protocol and its fields.
pub fn fields() -> &'static [Field] {
    &tables().rows
}

/// The row of a field.
pub fn field(id: FieldId) -> &'static Field {
    tables().rows.get(usize::from(id.0)).unwrap_or(&TEXT_ROW)
}

/// The fields with this filter name: several where a name has several types.
pub fn named(name: &str) -> impl Iterator<Item = FieldId> {
    let rows = fields().iter().enumerate().skip(1);
    rows.filter(move |(_, row)| row.name == name).map(|(id, _)| FieldId(id as u16))
}

/// The protocol that a field belongs to.
pub fn owner(id: FieldId) -> ProtocolId {
    tables().owners.get(usize::from(id.0)).copied().unwrap_or(DATA)
}

/// The field that stands for a protocol as a whole.
pub fn own_field(id: ProtocolId) -> FieldId {
    tables().bases.get(usize::from(id.0)).copied().unwrap_or(TEXT)
}
