//! Text, line by line.

use crate::dissect::{Key, Layer, Next, Protocol, Stop};
use crate::protocols::media_types;

/// Line-based text data.
pub static PROTOCOL: Protocol = Protocol {
    name: "data-text-lines",
    title: "Line-based text data",
    column: "Text",
    tables: &[(
        "media_type",
        Key::Texts(&[
            "application/javascript",
            "application/x-javascript",
            "application/x-ns-proxy-autoconfig",
            "text/",
        ]),
    )],
    fields: FIELDS,
    dissect,
    summary: media_types::summary,
    ..Protocol::PLAIN
};

crate::fields! { data_text_lines }

/// Whether text says of itself that it is XML, which then reads it.
fn is_xml(body: &[u8]) -> bool {
    body.starts_with(b"<?xml")
}

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    if is_xml(l.rest()) {
        return Ok(Next::named("xml"));
    }
    let lines = l.rest().split_inclusive(|byte| *byte == b'\n').count();
    let media_type = l.media_type();
    let media = media_types::named(&media_type);
    let of = if media.is_empty() { String::new() } else { format!(": {media}") };
    l.title(|| format!("{}{of} ({lines} lines)", PROTOCOL.title));
    media_types::summarize(l);
    l.text_lines();
    Ok(Next::End)
}
