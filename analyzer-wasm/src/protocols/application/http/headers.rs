//! The head of a message in the tree: its first line and its header fields.

use super::head::{CODES, HeadText, Headers, StartLine};
use super::*;
use crate::field::FieldId;
use crate::protocols::base64;

/// The header fields on which the body depends.
#[derive(Debug, Default)]
pub(super) struct HeaderSection<'p> {
    pub(super) content_type: &'p [u8],
    pub(super) encoding: &'p [u8],
    pub(super) length: Option<usize>,
    pub(super) chunked: bool,
    /// Whether it names a protocol to switch to.
    pub(super) upgrade: bool,
    host: &'p [u8],
}

/// The header fields that have names of their own in filters, the shortest name first.
const NAMED: &[(&str, FieldId)] = &[
    ("Host", HOST),
    ("Date", DATE),
    ("Cookie", COOKIE),
    ("Accept", ACCEPT),
    ("Server", SERVER),
    ("Upgrade", UPGRADE),
    ("Referer", REFERER),
    ("Location", LOCATION),
    ("User-Agent", USER_AGENT),
    ("Connection", CONNECTION),
    ("Set-Cookie", SET_COOKIE),
    ("Content-Type", CONTENT_TYPE),
    ("Authorization", AUTHORIZATION),
    ("Cache-Control", CACHE_CONTROL),
    ("Last-Modified", LAST_MODIFIED),
    ("Content-Length", CONTENT_LENGTH_HEADER),
    ("HTTP2-Settings", HTTP2_SETTINGS),
    ("Accept-Language", ACCEPT_LANGUAGE),
    ("Accept-Encoding", ACCEPT_ENCODING),
    ("X-Forwarded-For", X_FORWARDED_FOR),
    ("WWW-Authenticate", WWW_AUTHENTICATE),
    ("Content-Encoding", CONTENT_ENCODING),
    ("Transfer-Encoding", TRANSFER_ENCODING),
    ("Sec-WebSocket-Key", SEC_WEBSOCKET_KEY),
    ("Proxy-Authenticate", PROXY_AUTHENTICATE),
    ("Proxy-Authorization", PROXY_AUTHORIZATION),
    ("Sec-WebSocket-Accept", SEC_WEBSOCKET_ACCEPT),
    ("Sec-WebSocket-Version", SEC_WEBSOCKET_VERSION),
    ("Sec-WebSocket-Protocol", SEC_WEBSOCKET_PROTOCOL),
    ("Sec-WebSocket-Extensions", SEC_WEBSOCKET_EXTENSIONS),
];

/// Where the names of each length begin in [`NAMED`].
// An index that is wrong does not compile here.
#[allow(clippy::indexing_slicing)]
const BY_LENGTH: [u8; 32] = {
    let mut firsts = [NAMED.len() as u8; 32];
    let mut index = NAMED.len();
    while index > 0 {
        index -= 1;
        let length = NAMED[index].0.len();
        assert!(index == 0 || NAMED[index - 1].0.len() <= length, "the shortest name comes first");
        let mut shorter = 0;
        while shorter <= length {
            firsts[shorter] = index as u8;
            shorter += 1;
        }
    }
    firsts
};

/// The field of a header field that has one of its own.
fn named(name: &[u8]) -> Option<FieldId> {
    let first = |length: usize| BY_LENGTH.get(length).map(|first| usize::from(*first));
    let alike = NAMED.get(first(name.len())?..first(name.len() + 1)?)?;
    // Most are written as in the table.
    let is = |known: &str| name == known.as_bytes() || name.eq_ignore_ascii_case(known.as_bytes());
    alike.iter().find(|(known, _)| is(known)).map(|(_, field)| *field)
}

impl<'p> HeaderSection<'p> {
    /// Keeps the value of a header field on which the body depends.
    fn keep(&mut self, field: FieldId, value: &'p [u8]) {
        match field {
            CONTENT_TYPE => self.content_type = value,
            CONTENT_ENCODING => self.encoding = value,
            HOST => self.host = value,
            UPGRADE => self.upgrade = true,
            TRANSFER_ENCODING => self.chunked = measure::is_chunked(value),
            CONTENT_LENGTH_HEADER => self.length = number(value).and_then(|value| usize::try_from(value).ok()),
            _ => {}
        }
    }

    /// The address of what a request asks for.
    pub(super) fn full_uri(&self, message: &StartLine<'_>) -> Option<String> {
        let StartLine::Request { method, uri, .. } = message else { return None };
        if self.host.is_empty() || uri.text.is_empty() {
            return None;
        }
        let uri_text = String::from_utf8_lossy(uri.text);
        let absolute = |scheme: &str| uri_text.get(..scheme.len()).is_some_and(|s| s.eq_ignore_ascii_case(scheme));
        if absolute("http://") || absolute("https://") || method.text == b"CONNECT" {
            return Some(uri_text.into_owned());
        }
        Some(format!("http://{}{uri_text}", String::from_utf8_lossy(self.host)))
    }
}

/// Notes the head, and moves the cursor behind it.
pub(super) fn read<'p>(
    l: &mut Layer<'p, '_>,
    message: &StartLine<'p>,
    is_datagram: bool,
) -> Result<HeaderSection<'p>, Stop> {
    let (start, bytes) = (l.at(), l.rest());
    first_line(l, start, message);
    let line = match message {
        _ if is_datagram => UNKNOWN_HEADER,
        StartLine::Request { .. } => REQUEST_LINE,
        StartLine::Response { .. } => RESPONSE_LINE,
    };
    let mut head = HeaderSection::default();
    let mut headers = Headers::new(bytes, message.length());
    for header in &mut headers {
        let (from, to) = (start + header.at, start + header.at + header.length);
        let (name, value) = header.split();
        match named(name) {
            Some(field) => {
                l.note_text(field, from, to, value.text);
                l.label(|| text_of(bytes, header.at, header.length));
                l.below(|l| details(l, field, (from, to), start, value));
                if !is_datagram {
                    l.note(line, from, to, Value::Bytes);
                }
                head.keep(field, value.text);
            }
            None => {
                l.note(line, from, to, Value::Bytes);
                l.label(|| text_of(bytes, header.at, header.length));
            }
        }
    }
    match headers.end {
        Some(end) => {
            let blank = if bytes.get(..end).is_some_and(|bytes| bytes.ends_with(b"\r\n")) { 2 } else { 1 };
            l.text(start + end - blank, start + end, || text_of(bytes, end - blank, blank));
            l.seek(start + end)?;
        }
        None => {
            let end = l.end();
            l.seek(end)?;
        }
    }
    Ok(head)
}

fn text_of(bytes: &[u8], at: usize, length: usize) -> String {
    let mut text = String::new();
    crate::value::write_text(&mut text, bytes.get(at..at + length).unwrap_or_default());
    text
}

fn number(value: &[u8]) -> Option<u64> {
    std::str::from_utf8(value).ok()?.parse().ok()
}

fn first_line(l: &mut Layer<'_, '_>, start: usize, message: &StartLine<'_>) {
    let end = start + message.length();
    let line = l.slice(start, end);
    l.text(start, end, || text_of(line, 0, line.len()));
    l.below(|l| {
        l.note(CHAT, start, end, Value::Bytes);
        l.label(|| text_of(line, 0, line.len()));
        let mut part = |field, line: HeadText<'_>| {
            let (from, to) = place(start, line);
            l.note(field, from, to, Value::Bytes);
        };
        match message {
            StartLine::Request { method, uri, version, .. } => {
                part(REQUEST_METHOD, *method);
                part(REQUEST_URI, *uri);
                query(l, start, *uri);
                if let Some(version) = version {
                    let (from, to) = place(start, *version);
                    l.note(REQUEST_VERSION, from, to, Value::Bytes);
                }
            }
            StartLine::Response { version, code, phrase, .. } => {
                part(RESPONSE_VERSION, *version);
                let (from, to) = place(start, code.line);
                if !code.line.text.is_empty() {
                    l.note(RESPONSE_CODE, from, to, Value::Uint(code.value.into()));
                    if let Some(name) = CODES.name(code.value.into()) {
                        l.note_text(RESPONSE_CODE_DESC, from, to, name.as_bytes());
                        l.label(|| format!("[Status Code Description: {name}]"));
                    }
                }
                if let Some(phrase) = phrase {
                    let (from, to) = place(start, *phrase);
                    l.note(RESPONSE_PHRASE, from, to, Value::Bytes);
                }
            }
        }
    });
}

/// Path, query and parameters of a URI that has a query (RFC 3986, section 3.4).
fn query(l: &mut Layer<'_, '_>, start: usize, uri: HeadText<'_>) {
    let Some(mark) = memchr::memchr(b'?', uri.text) else { return };
    let (from, to) = place(start, uri);
    l.below(|l| {
        l.note(REQUEST_URI_PATH, from, from + mark, Value::Bytes);
        l.note(REQUEST_URI_QUERY, from + mark + 1, to, Value::Bytes);
        l.below(|l| {
            let mut at = from + mark + 1;
            for parameter in uri.text.get(mark + 1..).unwrap_or_default().split(|byte| *byte == b'&') {
                l.note(REQUEST_URI_QUERY_PARAMETER, at, at + parameter.len(), Value::Bytes);
                at += parameter.len() + 1;
            }
        });
    });
}

/// What a header field's value consists of.
fn details(l: &mut Layer<'_, '_>, field: FieldId, (from, to): (usize, usize), start: usize, value: HeadText<'_>) {
    match field {
        CONTENT_LENGTH_HEADER if l.wants(CONTENT_LENGTH) => {
            if let Some(length) = number(value.text) {
                l.note(CONTENT_LENGTH, from, to, Value::Uint(length));
                l.label(|| format!("[Content length: {length}]"));
            }
        }
        COOKIE => {
            let mut at = start + value.at;
            for pair in value.text.split(|byte| *byte == b';') {
                let blanks = pair.len() - pair.trim_ascii_start().len();
                let text = pair.trim_ascii();
                if !text.is_empty() {
                    l.note(COOKIE_PAIR, at + blanks, at + blanks + text.len(), Value::Bytes);
                }
                at += pair.len() + 1;
            }
        }
        AUTHORIZATION | PROXY_AUTHORIZATION if l.wants(AUTHBASIC) => {
            let basic = value.text.get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"Basic "));
            if basic && let Some(credentials) = value.text.get(6..).and_then(base64::decoded) {
                let at = start + value.at + 6;
                l.generated_text_at(AUTHBASIC, at, &credentials);
            }
        }
        _ => {}
    }
}
