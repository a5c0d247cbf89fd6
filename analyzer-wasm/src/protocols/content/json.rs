//! JavaScript Object Notation (RFC 8259), line by line.

use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::protocols::media_types;

/// JavaScript Object Notation.
pub static PROTOCOL: Protocol = Protocol {
    name: "json",
    title: "JavaScript Object Notation",
    column: "JSON",
    tables: &[("media_type", Key::Texts(MEDIA_TYPES))],
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

/// Its media types; the suffix is for all others of its syntax (RFC 6838, section 4.2.8).
const MEDIA_TYPES: &[&str] =
    &["application/json", "application/json-rpc", "application/jsonrequest", "application/dds-web+json", "+json"];

crate::fields! { json }

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let media_type = l.media_type();
    let media = media_types::named(&media_type);
    if !media.is_empty() {
        l.title(|| format!("{}: {media}", PROTOCOL.title));
        l.summarize(|| Some(format!("{} ({media})", PROTOCOL.title)));
    }
    l.text_lines();
    Ok(Next::End)
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    columns.protocol.push_str("/JSON");
    media_types::append(columns, ", ", view.summarized().unwrap_or_default());
}
