//! Extensible Markup Language (W3C), line by line.

use crate::dissect::{Columns, Layer, Next, Protocol, Stop, View};

/// eXtensible Markup Language.
pub const PROTOCOL: Protocol = Protocol {
    name: "xml",
    title: "eXtensible Markup Language",
    column: "XML",
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { xml }

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    l.text_lines();
    Ok(Next::End)
}

fn summary(_: &View<'_>, columns: &mut Columns) {
    columns.protocol.push_str("/XML");
}
