//! Portable Network Graphics: its bytes, unread.

use crate::dissect::{Layer, Next, Protocol, Stop, silent};

/// Portable Network Graphics.
pub const PROTOCOL: Protocol = Protocol {
    name: "png",
    title: "Portable Network Graphics",
    column: "PNG",
    fields: FIELDS,
    dissect,
    summary: silent,
    ..Protocol::PLAIN
};

crate::fields! { png }

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let end = l.end();
    l.seek(end)?;
    Ok(Next::End)
}
