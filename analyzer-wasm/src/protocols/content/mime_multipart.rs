//! MIME multipart bodies (RFC 2046, section 5.1).

mod parts;

use crate::dissect::{Key, Layer, Next, Protocol, Stop};
use crate::field::FieldId;
use crate::protocols::{lines, media_types};
use crate::value::Value;
use parts::{Delimiter, boundary, compact};

/// MIME Multipart Media Encapsulation.
pub static PROTOCOL: Protocol = Protocol {
    name: "mime_multipart",
    title: "MIME Multipart Media Encapsulation",
    column: "MIME multipart",
    tables: &[("media_type", Key::Text("multipart/"))],
    fields: FIELDS,
    dissect,
    summary: media_types::summary,
    ..Protocol::PLAIN
};

crate::fields! { mime_multipart
    TYPE "mime_multipart.type" Text "Type";
    PART "mime_multipart.part" Text "Encapsulated multipart part";
    DESCRIPTION "mime_multipart.header.content-description" Text "Content-Description";
    DISPOSITION "mime_multipart.header.content-disposition" Text "Content-Disposition";
    ENCODING "mime_multipart.header.content-encoding" Text "Content-Encoding";
    ID "mime_multipart.header.content-id" Text "Content-Id";
    LANGUAGE "mime_multipart.header.content-language" Text "Content-Language";
    LENGTH "mime_multipart.header.content-length" Text "Content-Length";
    TRANSFER_ENCODING "mime_multipart.header.content-transfer-encoding" Text "Content-Transfer-Encoding";
    CONTENT_TYPE "mime_multipart.header.content-type" Text "Content-Type";
    FIRST_BOUNDARY "mime_multipart.first_boundary" Text "First boundary";
    PREAMBLE "mime_multipart.preamble" Bytes "Preamble";
    LAST_BOUNDARY "mime_multipart.last_boundary" Text "Last boundary";
    BOUNDARY "mime_multipart.boundary" Text "Boundary";
    TRAILER "mime_multipart.trailer" Bytes "Trailer";
}

/// The lines of a part's head that have names of their own.
const HEADERS: &[(&str, FieldId)] = &[
    ("Content-Description", DESCRIPTION),
    ("Content-Disposition", DISPOSITION),
    ("Content-Encoding", ENCODING),
    ("Content-ID", ID),
    ("Content-Language", LANGUAGE),
    ("Content-Length", LENGTH),
    ("Content-Transfer-Encoding", TRANSFER_ENCODING),
    ("Content-Type", CONTENT_TYPE),
];

/// The kinds of media whose bodies have a line even where they are empty.
const EMPTY: &[&str] = &["multipart/", "text/"];

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let media_type = l.media_type();
    let (start, bytes) = (l.at(), l.rest());
    let media = media_types::named(&media_type);
    let boundary = boundary(&media_type);
    l.title(|| format!("{}, Type: {media}, Boundary: \"{}\"", PROTOCOL.title, boundary.unwrap_or_default()));
    l.generated_text(TYPE, media.as_bytes());
    let first = boundary.and_then(|boundary| Delimiter::find(bytes, 0, boundary));
    if let (Some(boundary), Some(first)) = (boundary, first) {
        if first.start > 0 {
            l.note(PREAMBLE, start, start + first.start, Value::Bytes);
        }
        l.note(FIRST_BOUNDARY, start + first.start, start + first.end, Value::Bytes);
        let mut before = first;
        while !before.is_last
            && let Some(next) = Delimiter::find(bytes, before.end, boundary)
        {
            l.seek(start + before.end)?;
            l.within(next.start - before.end, part)?;
            let field = if next.is_last { LAST_BOUNDARY } else { BOUNDARY };
            l.note(field, start + next.start, start + next.end, Value::Bytes);
            before = next;
        }
        if before.is_last && before.end < bytes.len() {
            l.note(TRAILER, start + before.end, start + bytes.len(), Value::Bytes);
        }
    } else if bytes.is_empty() {
        media_types::summarize(l);
    } else {
        l.call_below(Next::Data);
    }
    let end = l.end();
    l.seek(end)?;
    Ok(Next::End)
}

/// Reads a part: its head up to an empty line, where it has one, and its body by its media type.
fn part(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    let (start, end, mark) = (l.at(), l.end(), l.mark());
    l.note_text(PART, start, end, b"");
    let mut content_type = String::new();
    l.below(|l| {
        while !lines::first(l.rest()).text.is_empty() {
            header(l, &mut content_type)?;
            let head = l.slice(start, l.at());
            if head.ends_with(b"\n\n") || head.ends_with(b"\r\n\r\n") {
                break;
            }
        }
        // Capitals mean nothing in a media type (RFC 2045, section 5.1), but something in a boundary.
        let end = content_type.find(';').unwrap_or(content_type.len());
        content_type.get_mut(..end).into_iter().for_each(str::make_ascii_lowercase);
        let media = media_types::named(&content_type);
        l.label_at(mark, || {
            let media = if media.is_empty() { String::new() } else { format!(" ({media})") };
            format!("Encapsulated multipart part: {media}")
        });
        let reader = match l.left() {
            0 => media_types::reader(l.protocols(), media).filter(|_| EMPTY.iter().any(|kind| media.starts_with(kind))),
            _ => media_types::any_reader(l.protocols(), media).filter(|_| !media.is_empty()),
        };
        match reader {
            Some(reader) => {
                l.run_below(reader, &content_type);
            }
            None if l.left() == 0 => {}
            None => l.call_below(Next::Data),
        }
        Ok(())
    })?;
    l.seek(end)
}

/// Notes a line of a part's head, with the lines that continue it and the empty line that ends the head.
fn header(l: &mut Layer<'_, '_>, content_type: &mut String) -> Result<(), Stop> {
    let (start, rest) = (l.at(), l.rest());
    let mut length = lines::first(rest).length;
    while let Some([b' ' | b'\t', ..]) = rest.get(length..) {
        length += lines::first(rest.get(length..).unwrap_or_default()).length;
    }
    let line = rest.get(..length).unwrap_or_default();
    let behind = lines::first(rest.get(length..).unwrap_or_default());
    let whole = length + if behind.text.is_empty() { behind.length } else { 0 };
    let colon = line.iter().position(|byte| *byte == b':').unwrap_or(line.len());
    let (name, value) = (line.get(..colon).unwrap_or_default(), line.get(colon + 1..).unwrap_or_default());
    let named = HEADERS.iter().find(|(known, _)| known.as_bytes().eq_ignore_ascii_case(name));
    let text = l.slice(start, start + whole);
    match named {
        Some((_, field)) => {
            let value = compact(value);
            l.note_text(*field, start, start + whole, value.as_bytes());
            l.label(|| lines::shown(text));
            if *field == CONTENT_TYPE {
                *content_type = value;
            }
        }
        None => l.text(start, start + whole, || lines::shown(text)),
    }
    l.skip(whole)
}

#[cfg(test)]
mod tests {
    use crate::protocols::testing::{IndexPass, tcp};

    #[test]
    fn parts_have_heads_and_bodies_by_their_types() {
        let mail = "Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\npre\r\n--b\r\n\r\nplain\r\n--b\r\n\
                    Content-Type: text/html;\r\n\tcharset=x\r\nContent-ID: <i>\r\n\r\n<p>\r\n--b--\r\npost\r\n";
        let read = IndexPass::default().read_bytes(101, &tcp((110, 40000), 1, mail.as_bytes()));
        assert_eq!(read.row()[2..], ["POP/IMF", "(text/html)"]);
        assert_eq!(read.of("mime_multipart.header.content-type"), ["text/html;charset=x"]);
        assert_eq!(read.of("mime_multipart.header.content-id"), ["<i>"]);
        assert_eq!(read.of("mime_multipart.preamble"), ["7072650d0a"]);
        assert_eq!(read.of("mime_multipart.trailer"), ["706f73740d0a"]);
        assert_eq!(read.of("mime_multipart.part").len(), 2);
        assert!(read.labels.iter().any(|label| label == "Line-based text data: text/html (1 lines)"));
    }

    #[test]
    fn a_part_can_have_parts() {
        let mail = "Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n\
                    --b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--\r\n\r\n--a\r\nContent-Type: x/y\r\n\r\nz\r\n--a--\r\n";
        let read = IndexPass::default().read_bytes(101, &tcp((110, 40000), 1, mail.as_bytes()));
        assert_eq!(read.row()[3], "(text/plain) (x/y)");
    }

    #[test]
    fn what_no_boundary_parts_is_data() {
        let mail = "Content-Type: multipart/mixed; boundary=a\r\n\r\nnone\r\n";
        let read = IndexPass::default().read_bytes(101, &tcp((110, 40000), 1, mail.as_bytes()));
        assert_eq!(read.of("data.data"), ["6e6f6e650d0a"]);
        assert!(read.of("mime_multipart.part").is_empty());
    }

    #[test]
    fn a_part_without_parts_says_what_it_is() {
        let mail = "Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\nContent-Type: Multipart/Alternative; boundary=aB\r\n\r\n\
                    --aB\r\nContent-Type: text/plain\r\n\r\nx\r\n--aB--\r\n\r\n--a--\r\n";
        let read = IndexPass::default().read_bytes(101, &tcp((110, 40000), 1, mail.as_bytes()));
        assert_eq!(read.row()[3], "(multipart/alternative) (text/plain)");
    }
}
