//! The note that a packet is wrong; the walker makes it.

use crate::dissect::{Columns, Protocol, View};

/// The note that a packet is wrong.
pub const PROTOCOL: Protocol = Protocol {
    name: "_ws.malformed",
    title: "Malformed Packet",
    fields: FIELDS,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { malformed }

fn summary(_: &View<'_>, columns: &mut Columns) {
    columns.info.push_str("[Malformed Packet]");
}
