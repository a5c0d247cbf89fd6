//! The layer that an Ethertype opens; it has no bytes of its own and only takes part in the list of protocols.

use crate::dissect::{Protocol, silent};
use crate::protocols::tables;

/// The layer that an Ethertype opens.
pub static PROTOCOL: Protocol = Protocol {
    name: "ethertype",
    title: "Ethertype",
    declares: &[tables::ETHERTYPE],
    fields: FIELDS,
    summary: silent,
    ..Protocol::PLAIN
};

crate::fields! { ethertype }
