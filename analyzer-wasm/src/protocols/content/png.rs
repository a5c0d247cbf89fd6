//! Portable Network Graphics: its bytes, unread.

use crate::dissect::{Key, Layer, Next, Protocol, Stop, silent};

/// Portable Network Graphics.
pub static PROTOCOL: Protocol = Protocol {
    name: "png",
    title: "Portable Network Graphics",
    column: "PNG",
    tables: &[("media_type", Key::Text("image/png"))],
    fields: FIELDS,
    dissect,
    summary: silent,
    as_body: |_, _| " (PNG)".into(),
    ..Protocol::PLAIN
};

crate::fields! { png }

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let end = l.end();
    l.seek(end)?;
    Ok(Next::End)
}
