//! JavaScript Object Notation (RFC 8259), line by line.

use crate::dissect::{Columns, Layer, Next, Protocol, Stop, View};

/// JavaScript Object Notation.
pub const PROTOCOL: Protocol = Protocol {
    name: "json",
    title: "JavaScript Object Notation",
    column: "JSON",
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { json }

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    l.text_lines();
    Ok(Next::End)
}

fn summary(_: &View<'_>, columns: &mut Columns) {
    columns.protocol.push_str("/JSON");
}
