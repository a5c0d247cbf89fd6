//! The note that the snap length cut a packet; the walker makes it.

use crate::dissect::{Columns, Protocol, View};

/// The note that the snap length cut a packet.
pub static PROTOCOL: Protocol = Protocol {
    name: "_ws.short",
    title: "Packet size limited during capture",
    fields: FIELDS,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { short }

fn summary(_: &View<'_>, columns: &mut Columns) {
    columns.info.push_str("[Packet size limited during capture]");
}
