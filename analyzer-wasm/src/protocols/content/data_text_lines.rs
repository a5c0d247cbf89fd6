//! Text, line by line.

use crate::dissect::{Layer, Next, On, Protocol, Stop, silent};

/// Line-based text data.
pub const PROTOCOL: Protocol = Protocol {
    name: "data-text-lines",
    title: "Line-based text data",
    column: "Text",
    fields: FIELDS,
    dissect,
    summary: silent,
    ..Protocol::PLAIN
};

crate::fields! { data_text_lines }

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    if l.rest().starts_with(b"<?xml") {
        return Ok(Next::By(On::Name("xml")));
    }
    l.text_lines();
    Ok(Next::End)
}
