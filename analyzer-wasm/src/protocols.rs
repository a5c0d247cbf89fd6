//! The list of protocols: adding one is a file in one of these folders and its `pub mod` line in the module of the folder.

use crate::dissect::{Protocol, ProtocolId, Protocols};
pub use crate::field::TEXT;
use crate::field::{Field, FieldId};
use std::sync::LazyLock;

pub mod application;
pub mod content;
pub mod link;
pub mod network;
pub mod pseudo;
pub mod transport;

// The list as constants, made by the build script of the `pub mod` lines of these modules.
include!(concat!(env!("OUT_DIR"), "/protocols.rs"));

mod domain_name;
mod expert;
pub mod numbers;
pub mod reassembly;
pub mod tables;
#[cfg(test)]
pub(crate) mod testing;

/// The entry behind the last field: where the fields of a protocol outside of the list begin.
pub const END: FieldId = FieldId(place_of_base(COUNTS.len()));
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

/// The protocol of a module.
const fn place(module: &str) -> ProtocolId {
    let mut i = 0;
    // Constants are computed without iterators.
    #[allow(clippy::indexing_slicing)]
    while i < COUNTS.len() && !same(COUNTS[i].0, module) {
        i += 1;
    }
    ProtocolId(i as u16)
}

/// A module's first entry in the table of all fields: the protocol itself, then its rows.
pub const fn base(module: &str) -> FieldId {
    let index = place(module).0 as usize;
    // A module that is missing in the list: a constant that does not compile.
    #[allow(clippy::panic)]
    if index == COUNTS.len() {
        panic!("this protocol is not in the list of protocols")
    }
    FieldId(place_of_base(index))
}

/// Where the entries of the protocol at this place of the list begin.
const fn place_of_base(index: usize) -> u16 {
    let (mut base, mut i) = (1, 0);
    // Constants are computed without iterators.
    #[allow(clippy::indexing_slicing)]
    while i < index {
        base += 1 + COUNTS[i].1;
        i += 1;
    }
    base as u16
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

/// The protocols of the list with their dissector tables.
pub fn standard() -> &'static Protocols {
    static STANDARD: LazyLock<Protocols> = LazyLock::new(|| Protocols::new(PROTOCOLS));
    &STANDARD
}

/// Every protocol, in the order of the list.
pub fn all() -> &'static [&'static Protocol] {
    PROTOCOLS
}

/// A protocol of the list.
pub fn get(id: ProtocolId) -> &'static Protocol {
    standard().get(id)
}

/// Every row of the table of fields, by [`FieldId`]: the text line, then each protocol and its fields.
pub fn fields() -> &'static [Field] {
    standard().fields()
}

/// The row of a field.
pub fn field(id: FieldId) -> &'static Field {
    standard().field(id)
}

/// The fields with this filter name: several where a name has several types.
pub fn named(name: &str) -> impl Iterator<Item = FieldId> {
    standard().fields_named(name)
}

/// The protocol that a field belongs to.
pub fn owner(id: FieldId) -> ProtocolId {
    standard().owner(id)
}

/// The field that stands for a protocol as a whole.
pub fn own_field(id: ProtocolId) -> FieldId {
    standard().own_field(id)
}
