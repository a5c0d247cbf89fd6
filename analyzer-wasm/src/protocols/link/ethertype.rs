//! The layer that an Ethertype opens; it has no bytes of its own and only takes part in the list of protocols.

use crate::dissect::{Protocol, silent};

/// The layer that an Ethertype opens.
pub const PROTOCOL: Protocol =
    Protocol { name: "ethertype", title: "Ethertype", fields: FIELDS, summary: silent, ..Protocol::PLAIN };

crate::fields! { ethertype }
