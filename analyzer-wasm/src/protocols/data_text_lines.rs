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
    lines(l)?;
    Ok(Next::End)
}

/// Every line in a line of the tree.
fn lines(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    let bytes = l.rest();
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let at = l.at();
        l.text(at, at + line.len(), || {
            let mut text = String::new();
            crate::value::write_text(&mut text, line);
            text
        });
        l.skip(line.len())?;
    }
    Ok(())
}
