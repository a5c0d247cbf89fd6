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
    lines(l)?;
    Ok(Next::End)
}

fn summary(_: &View<'_>, columns: &mut Columns) {
    columns.protocol.push_str("/XML");
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
