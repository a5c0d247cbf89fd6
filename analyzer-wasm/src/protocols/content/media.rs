//! A body of a media type that no other protocol reads.

use crate::dissect::{Layer, Next, Protocol, Stop};
use crate::protocols::media_types;

/// Media Type.
pub static PROTOCOL: Protocol = Protocol {
    name: "media",
    title: "Media Type",
    column: "Media",
    fields: FIELDS,
    dissect,
    summary: media_types::summary,
    ..Protocol::PLAIN
};

crate::fields! { media
   TYPE "media.type" Bytes "Media type";
}

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    media_types::summarize(l);
    let (media_type, length) = (l.media_type(), l.left());
    l.bytes_left(TYPE);
    l.label(|| format!("Media type: {media_type} ({length} bytes)"));
    Ok(Next::End)
}
