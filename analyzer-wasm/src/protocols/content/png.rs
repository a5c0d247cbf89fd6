//! Portable Network Graphics: its bytes, unread.

use crate::dissect::{Key, Layer, Next, Protocol, Stop};
use crate::protocols::media_types;

/// Portable Network Graphics.
pub static PROTOCOL: Protocol = Protocol {
    name: "png",
    title: "Portable Network Graphics",
    column: "PNG",
    tables: &[("media_type", Key::Text("image/png"))],
    fields: FIELDS,
    dissect,
    summary: media_types::summary,
    ..Protocol::PLAIN
};

crate::fields! { png }

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    l.summarize(|| Some("(PNG)".into()));
    let end = l.end();
    l.seek(end)?;
    Ok(Next::End)
}
