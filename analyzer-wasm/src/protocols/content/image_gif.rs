//! Graphics Interchange Format: its bytes, unread.

use crate::dissect::{Layer, Next, Protocol, Stop, silent};

/// Compuserve GIF.
pub const PROTOCOL: Protocol = Protocol {
    name: "image-gif",
    title: "Compuserve GIF",
    column: "GIF",
    fields: FIELDS,
    dissect,
    summary: silent,
    ..Protocol::PLAIN
};

crate::fields! { image_gif }

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let end = l.end();
    l.seek(end)?;
    Ok(Next::End)
}
