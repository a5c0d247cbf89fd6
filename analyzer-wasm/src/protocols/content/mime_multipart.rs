//! MIME multipart bodies (RFC 2046, section 5.1): their bytes, unread.

use crate::dissect::{Key, Layer, Next, Protocol, Stop, silent};

/// MIME Multipart Media Encapsulation.
pub static PROTOCOL: Protocol = Protocol {
    name: "mime_multipart",
    title: "MIME Multipart Media Encapsulation",
    column: "MIME multipart",
    tables: &[("media_type", Key::Text("multipart/"))],
    fields: FIELDS,
    dissect,
    summary: silent,
    as_body: |_, _| String::new(),
    body_line: |media, content_type, _| {
        let mut parameters = content_type.split(';').skip(1).map(str::trim);
        let boundary = parameters.find_map(|parameter| parameter.strip_prefix("boundary=")).unwrap_or_default();
        Some(format!("{}, Type: {media}, Boundary: \"{}\"", PROTOCOL.title, boundary.trim_matches('"')))
    },
    ..Protocol::PLAIN
};

crate::fields! { mime_multipart }

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let end = l.end();
    l.seek(end)?;
    Ok(Next::End)
}
