//! Graphics Interchange Format: its bytes, unread.

use crate::dissect::{Key, Layer, Next, Protocol, Stop};
use crate::protocols::media_types;

/// Compuserve GIF.
pub static PROTOCOL: Protocol = Protocol {
    name: "image-gif",
    title: "Compuserve GIF",
    column: "GIF",
    tables: &[("media_type", Key::Text("image/gif"))],
    fields: FIELDS,
    dissect,
    summary: media_types::summary,
    ..Protocol::PLAIN
};

crate::fields! { image_gif }

/// Bytes of the signature with the version.
const VERSION: usize = 6;

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    l.summarize(|| Some("(GIF89a)".into()));
    let version = String::from_utf8_lossy(l.rest().get(..VERSION).unwrap_or_default());
    l.title(|| format!("{}, Version: {version}", PROTOCOL.title));
    let end = l.end();
    l.seek(end)?;
    Ok(Next::End)
}
