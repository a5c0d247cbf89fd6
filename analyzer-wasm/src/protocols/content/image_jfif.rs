//! JPEG images: their bytes, unread.

use crate::dissect::{Key, Layer, Next, Protocol, Stop};
use crate::protocols::media_types;

/// JPEG File Interchange Format.
pub static PROTOCOL: Protocol = Protocol {
    name: "image-jfif",
    title: "JPEG File Interchange Format",
    column: "JFIF (JPEG) image",
    tables: &[("media_type", Key::Texts(&["image/jpeg", "image/jpg"]))],
    fields: FIELDS,
    dissect,
    summary: media_types::summary,
    ..Protocol::PLAIN
};

crate::fields! { image_jfif }

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    l.summarize(|| Some("(JPEG JFIF image)".into()));
    let end = l.end();
    l.seek(end)?;
    Ok(Next::End)
}
