//! The fields of an HTML form (WHATWG URL, section 5).

use crate::dissect::{Key, Layer, Next, Protocol, Stop};
use crate::protocols::media_types;
use crate::value::Value;

/// HTML Form URL Encoded.
pub static PROTOCOL: Protocol = Protocol {
    name: "urlencoded-form",
    title: "HTML Form URL Encoded",
    column: "URL Encoded Form Data",
    tables: &[("media_type", Key::Text(MEDIA_TYPE))],
    fields: FIELDS,
    dissect,
    summary: media_types::summary,
    ..Protocol::PLAIN
};

const MEDIA_TYPE: &str = "application/x-www-form-urlencoded";

crate::fields! { urlencoded_form
   KEY "urlencoded-form.key" TextZ "Key";
   VALUE "urlencoded-form.value" TextZ "Value";
}

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let media_type = l.media_type();
    l.title(|| format!("{}: {}", PROTOCOL.title, media_types::named(&media_type)));
    media_types::summarize(l);
    let bytes = l.rest();
    for item in bytes.split(|byte| *byte == b'&') {
        let (at, end) = (l.at(), l.at() + item.len());
        let equals = item.iter().position(|byte| *byte == b'=').unwrap_or(item.len());
        let (key, value) = item.split_at_checked(equals).unwrap_or((item, &[]));
        let value = value.get(1..).unwrap_or_default();
        l.text(at, end, || format!("Form item: \"{}\" = \"{}\"", decoded(key), decoded(value)));
        l.below(|l| {
            for (field, text, start) in [(KEY, key, at), (VALUE, value, (at + equals + 1).min(end))] {
                if text.contains(&b'%') || text.contains(&b'+') {
                    if l.wants(field) {
                        l.note_text(field, start, start + text.len(), decoded(text).as_bytes());
                    }
                } else {
                    l.note(field, start, start + text.len(), Value::Bytes);
                }
            }
        });
        l.skip(item.len() + usize::from(l.at() + item.len() < l.end()))?;
    }
    Ok(Next::End)
}

/// Text without its escapes.
fn decoded(text: &[u8]) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(byte) = rest.next() {
        let digits = rest.as_slice().get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match (byte, digits.and_then(|digits| u8::from_str_radix(digits, 16).ok())) {
            (b'%', Some(value)) => {
                bytes.push(value);
                rest.nth(1);
            }
            (b'+', _) => bytes.push(b' '),
            _ => bytes.push(*byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
