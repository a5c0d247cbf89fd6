//! Extensible Markup Language (W3C), line by line.

use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};

/// eXtensible Markup Language.
pub static PROTOCOL: Protocol = Protocol {
    name: "xml",
    title: "eXtensible Markup Language",
    column: "XML",
    tables: &[("media_type", Key::Texts(MEDIA_TYPES))],
    fields: FIELDS,
    dissect,
    summary,
    as_body: |_, _| String::new(),
    ..Protocol::PLAIN
};

/// Its media types; the suffix is for all others of its syntax (RFC 6838, section 4.2.8).
const MEDIA_TYPES: &[&str] = &[
    "application/xml",
    "application/soap+xml",
    "application/xhtml+xml",
    "application/rss+xml",
    "application/atom+xml",
    "application/xml-dtd",
    "image/svg+xml",
    "text/xml",
    "text/vnd.wap.wml",
    "+xml",
];

crate::fields! { xml }

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    l.text_lines();
    Ok(Next::End)
}

fn summary(_: &View<'_>, columns: &mut Columns) {
    columns.protocol.push_str("/XML");
}
