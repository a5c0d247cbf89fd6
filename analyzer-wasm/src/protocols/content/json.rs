//! JavaScript Object Notation (RFC 8259), line by line.

use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};

/// JavaScript Object Notation.
pub static PROTOCOL: Protocol = Protocol {
    name: "json",
    title: "JavaScript Object Notation",
    column: "JSON",
    tables: &[("media_type", Key::Texts(MEDIA_TYPES))],
    fields: FIELDS,
    dissect,
    summary,
    as_body: |media, _| format!(", JavaScript Object Notation ({media})"),
    body_line: |media, _, _| Some(format!("{}: {media}", PROTOCOL.title)),
    ..Protocol::PLAIN
};

/// Its media types; the suffix is for all others of its syntax (RFC 6838, section 4.2.8).
const MEDIA_TYPES: &[&str] =
    &["application/json", "application/json-rpc", "application/jsonrequest", "application/dds-web+json", "+json"];

crate::fields! { json }

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    l.text_lines();
    Ok(Next::End)
}

fn summary(_: &View<'_>, columns: &mut Columns) {
    columns.protocol.push_str("/JSON");
}
