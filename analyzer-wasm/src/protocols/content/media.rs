//! A body of a media type that no other protocol reads.

use crate::dissect::{Layer, Next, Protocol, Stop, silent};

/// Media Type.
pub static PROTOCOL: Protocol = Protocol {
    name: "media",
    title: "Media Type",
    column: "Media",
    fields: FIELDS,
    dissect,
    summary: silent,
    ..Protocol::PLAIN
};

crate::fields! { media
   TYPE "media.type" Bytes "Media type";
}

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    l.bytes_left(TYPE);
    Ok(Next::End)
}
