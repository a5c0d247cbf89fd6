//! Internet Message Format: a mail's head, and its body by its media type (RFC 5322, RFC 2045).

mod address;
mod fields;
mod head;

use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::field::FieldId;
use crate::protocols::{base64, lines, media_types};
use crate::value::Value;
pub use fields::*;
use head::MailHeaderField;

/// Internet Message Format.
pub static PROTOCOL: Protocol = Protocol {
    name: "imf",
    title: "Internet Message Format",
    column: "IMF",
    tables: &[("media_type", Key::Text("message/rfc822"))],
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let (start, bytes) = (l.at(), l.rest());
    let mut summary = String::new();
    let mut content_type: &[u8] = &[];
    let mut is_base64 = false;
    let mut at = 0;
    let body = loop {
        // What has no head, or one that does not end, is a text as a whole.
        let Some(header) = MailHeaderField::read(bytes, at) else { break 0 };
        let value = bytes.get(header.value.0..header.value.1).unwrap_or_default();
        let field = fields::named(header.name);
        match field {
            Some(CONTENT_TYPE) => content_type = value,
            Some(CONTENT_TRANSFER_ENCODING) => is_base64 = value.eq_ignore_ascii_case(b"base64"),
            Some(SUBJECT | FROM) if l.wants_all() => {
                let name = if field == Some(FROM) { "from" } else { "subject" };
                summary.push_str(&format!("{name}: {}, ", lines::shown(value)));
            }
            _ => {}
        }
        note(l, start, &header, field);
        at = header.next;
        if header.is_last {
            break at;
        }
    };
    l.seek(start + body)?;
    // Without a parameter, a content type is not looked up.
    match content_type.iter().position(|byte| *byte == b';') {
        Some(end) => {
            let media = String::from_utf8_lossy(content_type.get(..end).unwrap_or_default());
            l.summarize(|| Some(summary));
            if let Some(reader) = media_types::reader(l.protocols(), &media) {
                let media_type = String::from_utf8_lossy(content_type);
                match if is_base64 { base64::of_mail(l.rest()) } else { None } {
                    Some(body) => l.on_source("Decoded base64", &body, |l| {
                        l.run_below(reader, &media_type);
                    }),
                    None => {
                        l.run_below(reader, &media_type);
                    }
                }
            }
        }
        None => {
            text(l, &mut summary);
            l.summarize(|| Some(summary));
        }
    }
    let end = l.end();
    l.seek(end)?;
    Ok(Next::End)
}

/// Notes a line of the head; the mail begins at `start`.
fn note(l: &mut Layer<'_, '_>, start: usize, header: &MailHeaderField<'_>, field: Option<FieldId>) {
    let value = (start + header.value.0, start + header.value.1);
    let Some(field) = field else {
        l.note(EXTENSION, start + header.at, value.1, Value::Bytes);
        return l.below(|l| {
            let name = start + header.at;
            l.note(EXTENSION_TYPE, name, name + header.name.len(), Value::Bytes);
            l.note(EXTENSION_VALUE, value.0, value.1, Value::Bytes);
        });
    };
    l.note(field, value.0, value.1, Value::Bytes);
    // The parts of a list reach to the end of the line.
    let (text, end) = (l.slice(value.0, value.1), (value.1 + 2).min(start + header.next));
    match field {
        FROM | RESENT_FROM => address::list(l, field, (text, value.0, end), MAILBOX_ITEM),
        TO | CC | BCC | REPLY_TO | RESENT_TO | RESENT_CC | RESENT_BCC => {
            address::list(l, field, (text, value.0, end), ADDRESS_ITEM);
        }
        SENDER | RESENT_SENDER | DELIVERED_TO => l.below(|l| address::mailbox(l, value.0, end)),
        CONTENT_TYPE => {
            if let Some(semicolon) = text.iter().position(|byte| *byte == b';') {
                l.below(|l| {
                    l.note(CONTENT_TYPE_TYPE, value.0, value.0 + semicolon, Value::Bytes);
                    l.note(CONTENT_TYPE_PARAMETERS, value.0 + semicolon + 1, value.1, Value::Bytes);
                });
            }
        }
        _ => {}
    }
}

/// Puts the rest of the mail into the tree line by line, and behind its summary.
fn text(l: &mut Layer<'_, '_>, summary: &mut String) {
    let (start, end) = (l.at(), l.end());
    l.note(MESSAGE_TEXT, start, end, Value::None);
    if !l.wants_labels() && !l.wants_all() {
        return;
    }
    l.below(|l| {
        let mut at = start;
        while at < end {
            let next = at + lines::first(l.slice(at, end)).length;
            let line = lines::spaced(l.slice(at, next));
            if !summary.is_empty() {
                summary.push_str(", ");
            }
            summary.push_str(&line);
            l.text(at, next, || line);
            at = next;
        }
    });
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    columns.protocol.push_str("/IMF");
    view.summarized().unwrap_or_default().clone_into(&mut columns.info);
}

#[cfg(test)]
mod tests {
    use crate::protocols::testing::{IndexPass, Read, tcp};

    /// Reads a mail that a server of POP sends.
    fn read(mail: &str) -> Read {
        IndexPass::default().read_bytes(101, &tcp((110, 40000), 1, mail.as_bytes()))
    }

    #[test]
    fn a_head_has_names_addresses_and_what_is_unknown() {
        let mail = read(
            "From: \"A B\" <a@example.org>\r\nTo: b@example.org, Team: <c@example.org>;\r\n\
             SUBJECT: one\r\n two\r\nX-Own: 1\r\n\r\nline\r\n",
        );
        assert_eq!(mail.row()[2..], ["POP/IMF", "from: \"A B\" <a@example.org>, subject: one\\r\\n two, , line  "]);
        assert_eq!(mail.of("imf.display_name"), ["\"A B\"", "Team"]);
        assert_eq!(mail.of("imf.address"), ["a@example.org", "b@example.org", "c@example.org"]);
        assert_eq!(mail.of("imf.extension.type"), ["X-Own"]);
        assert_eq!(mail.of("imf.message_text").len(), 1);
    }

    #[test]
    fn a_body_is_read_by_its_media_type() {
        let mail = read("Content-Type: text/html; charset=x\r\n\r\n<p>\r\n");
        assert_eq!(mail.row()[2..], ["POP/IMF", "(text/html)"]);
        assert!(mail.labels.iter().any(|label| label == "Line-based text data: text/html (1 lines)"));
    }

    #[test]
    fn a_text_without_a_head_is_shown_whole() {
        assert_eq!(read("no head").row()[3], "no head");
        assert_eq!(read("a: b\r\nno head\r\n").row()[3], "a: b  , no head  ");
    }
}
