//! The list of protocols: adding one is a file in one of these folders and its `pub mod` line in the module of the folder.

use crate::dissect::{Protocol, Protocols};
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

pub mod agreed;
mod ber;
mod domain_name;
mod expert;
mod lines;
mod netbios_name;
pub mod numbers;
mod object_identifier;
pub mod reassembly;
mod rows;
mod secured;
pub mod tables;
#[cfg(test)]
pub(crate) mod testing;

/// The entry behind the last field: where the fields of a protocol outside of the list begin.
pub const END: FieldId = FieldId(place_of_base(COUNTS.len()));

/// The place of a module in the list; behind the last one where it is not in it.
const fn place(module: &str) -> usize {
    let mut i = 0;
    // Constants are computed without iterators.
    #[allow(clippy::indexing_slicing)]
    while i < COUNTS.len() && !same(COUNTS[i].0, module) {
        i += 1;
    }
    i
}

/// A module's first entry in the table of all fields: the protocol itself, then its rows.
pub const fn base(module: &str) -> FieldId {
    let index = place(module);
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

/// The row of a field of these protocols.
pub fn field(id: FieldId) -> &'static Field {
    standard().field(id)
}
