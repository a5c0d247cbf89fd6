//! The note that a packet is wrong: the walker makes it where a protocol could not go on, and a protocol itself where it
//! could.

use crate::dissect::{Columns, Protocol, View};
use crate::value::Value;

/// The note that a packet is wrong.
pub static PROTOCOL: Protocol =
    Protocol { name: "_ws.malformed", title: "Malformed Packet", fields: FIELDS, summary, ..Protocol::PLAIN };

crate::fields! { malformed
    _ "_ws.malformed.expert" None "Malformed Packet (Exception occurred)" expert (Error, Malformed);
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    // Where the reading went on, the packet list has the protocol's own words.
    let went_on = view.node(SELF).is_some_and(|node| node.value == Value::Bytes);
    if went_on {
        return;
    }
    columns.info.push_str("[Malformed Packet]");
}
