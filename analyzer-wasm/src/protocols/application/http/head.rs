//! The first line of a message, and the lines of its head.

use crate::field::Values;
use memchr::memchr;

/// A text in the header section, and where it begins, counted from the section's first byte.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct HeadText<'a> {
    pub(super) at: usize,
    pub(super) text: &'a [u8],
}

/// A status code as text and as number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct StatusCode<'a> {
    pub(super) line: HeadText<'a>,
    pub(super) value: u16,
}

/// The start line (RFC 9112, section 2.1).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum StartLine<'a> {
    Request { method: HeadText<'a>, uri: HeadText<'a>, version: Option<HeadText<'a>>, length: usize },
    Response { version: HeadText<'a>, code: StatusCode<'a>, phrase: Option<HeadText<'a>>, length: usize },
}

impl StartLine<'_> {
    /// The length of the first line with its end.
    pub(super) fn length(&self) -> usize {
        match self {
            StartLine::Request { length, .. } | StartLine::Response { length, .. } => *length,
        }
    }
}

/// The methods of HTTP and of what extends it: WebDAV (RFC 4918, 3253, 3648), UPnP, CalDAV, and Microsoft's.
#[rustfmt::skip]
const METHODS: &[&[u8]] = &[
    b"GET", b"PUT", b"ACL", b"COPY", b"HEAD", b"LOCK", b"MOVE", b"POLL", b"POST", b"LINK", b"BCOPY", b"BMOVE",
    b"MKCOL", b"TRACE", b"PATCH", b"PURGE", b"LABEL", b"MERGE", b"DELETE", b"SEARCH", b"UNLOCK", b"REPORT", b"UPDATE",
    b"NOTIFY", b"UNLINK", b"BDELETE", b"CONNECT", b"OPTIONS", b"CHECKIN", b"PROPFIND", b"CHECKOUT", b"CCM_POST",
    b"M-SEARCH", b"SUBSCRIBE", b"PROPPATCH", b"BPROPFIND", b"BPROPPATCH", b"UNCHECKOUT", b"MKACTIVITY",
    b"MKCALENDAR", b"MKWORKSPACE", b"RPC_CONNECT", b"RPC_IN_DATA", b"UNSUBSCRIBE", b"RPC_OUT_DATA",
    b"VERSION-CONTROL", b"BASELINE-CONTROL",
];

/// Whether a method announces something rather than asking for it (UPnP Device Architecture).
pub(super) fn notifies(method: &[u8]) -> bool {
    matches!(method, b"NOTIFY" | b"M-SEARCH" | b"SUBSCRIBE" | b"UNSUBSCRIBE")
}

/// The length of the first line with its end, and without.
pub(super) fn line_length(bytes: &[u8]) -> Option<(usize, usize)> {
    let end = memchr(b'\n', bytes)?;
    let text = bytes.get(..end)?;
    Some((end + 1, text.strip_suffix(b"\r").unwrap_or(text).len()))
}

/// What the first line says, where it is the one of a request or a response; a cut line counts as far as it goes.
pub(super) fn first_line(bytes: &[u8]) -> Option<StartLine<'_>> {
    let (length, end) = line_length(bytes).unwrap_or((bytes.len(), bytes.len()));
    let text = bytes.get(..end)?;
    let mut at = 0;
    let mut word = |last: bool| {
        let rest = text.get(at..)?;
        let skipped = rest.iter().take_while(|byte| **byte == b' ').count();
        let rest = rest.get(skipped..)?;
        let found = if last { rest.len() } else { memchr(b' ', rest).unwrap_or(rest.len()) };
        let line = HeadText { at: at + skipped, text: rest.get(..found)? };
        at += skipped + found;
        (!line.text.is_empty()).then_some(line)
    };
    if text.starts_with(b"HTTP/") || text.starts_with(b"ICY ") {
        let version = word(false)?;
        let code = word(false).unwrap_or(HeadText { at: end, text: &[] });
        let digits = code.text.get(..3).filter(|text| text.iter().all(u8::is_ascii_digit)).unwrap_or_default();
        let value = digits.iter().fold(0, |value, digit| value * 10 + u16::from(digit - b'0'));
        return Some(StartLine::Response {
            version,
            code: StatusCode { line: code, value },
            phrase: word(true),
            length,
        });
    }
    let method = word(false).filter(|method| method.at == 0 && METHODS.contains(&method.text))?;
    // The URI ends at the last blank: bad clients put blanks into it.
    let rest = word(true).unwrap_or(HeadText { at: end, text: &[] });
    let (uri, version) = match rest.text.iter().rposition(|byte| *byte == b' ') {
        Some(blank) if rest.text.get(blank + 1..).is_some_and(|text| text.starts_with(b"HTTP/")) => {
            let uri = rest.text.get(..blank).unwrap_or_default().trim_ascii_end();
            let version = HeadText { at: rest.at + blank + 1, text: rest.text.get(blank + 1..).unwrap_or_default() };
            (HeadText { at: rest.at, text: uri }, Some(version))
        }
        _ => (rest, None),
    };
    Some(StartLine::Request { method, uri, version, length })
}

/// One header field, with the lines that continue it (RFC 9112, section 5.2).
#[derive(Debug, Clone, Copy)]
pub(super) struct HeaderField<'a> {
    pub(super) at: usize,
    pub(super) length: usize,
    line: &'a [u8],
}

impl<'a> HeaderField<'a> {
    /// Whether it has this name, whatever the case of its letters.
    pub(super) fn is(&self, name: &[u8]) -> bool {
        let Some((begin, rest)) = self.line.split_at_checked(name.len()) else { return false };
        // Most begin with another letter.
        let letter = |text: &[u8]| text.first().map(u8::to_ascii_lowercase);
        letter(begin) == letter(name)
            && begin.eq_ignore_ascii_case(name)
            && matches!(rest.trim_ascii_start(), [] | [b':', ..])
    }

    /// Its name, without the blanks before the colon, and its value, without the blanks around it.
    pub(super) fn split(&self) -> (&'a [u8], HeadText<'a>) {
        let colon = memchr(b':', self.line).unwrap_or(self.line.len());
        let name = self.line.get(..colon).unwrap_or_default().trim_ascii_end();
        let value = self.line.get(colon + 1..).unwrap_or_default().trim_ascii_start();
        (name, HeadText { at: self.at + self.line.len() - value.len(), text: value.trim_ascii_end() })
    }

    /// Its value.
    pub(super) fn value(&self) -> &'a [u8] {
        self.split().1.text
    }
}

/// The header fields behind the first line, until the empty line.
pub(super) struct Headers<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Behind the empty line, once it was reached.
    pub(super) end: Option<usize>,
}

impl<'a> Headers<'a> {
    pub(super) fn new(bytes: &'a [u8], at: usize) -> Headers<'a> {
        Headers { bytes, at, end: None }
    }
}

impl<'a> Iterator for Headers<'a> {
    type Item = HeaderField<'a>;

    fn next(&mut self) -> Option<HeaderField<'a>> {
        let start = self.at;
        let rest = self.bytes.get(start..).filter(|rest| !rest.is_empty())?;
        let whole = line_length(rest);
        let (mut length, mut text) = whole.unwrap_or((rest.len(), rest.len()));
        if whole.is_some() && rest.get(..text).is_some_and(|line| line.iter().all(u8::is_ascii_whitespace)) {
            self.end = Some(start + length);
            return None;
        }
        while let Some(next @ [b' ' | b'\t', ..]) = rest.get(length..) {
            let (more, content) = line_length(next).unwrap_or((next.len(), next.len()));
            text = length + content;
            length += more;
        }
        self.at = start + length;
        Some(HeaderField { at: start, length, line: rest.get(..text)? })
    }
}

/// A first line as the packet list shows it: its end and every other white space is a blank.
pub(super) fn spaced(line: &[u8]) -> String {
    let mut text = String::new();
    let end = line.len() - line_length(line).map_or(0, |(whole, text)| whole - text);
    for piece in line.get(..end).unwrap_or_default().split_inclusive(u8::is_ascii_whitespace) {
        let word = piece.trim_ascii_end();
        crate::value::write_text(&mut text, word);
        if word.len() < piece.len() {
            text.push(' ');
        }
    }
    if end < line.len() {
        text.push(' ');
    }
    text
}

/// What status codes mean (IANA, "HTTP Status Code Registry").
pub(super) const CODES: Values = Values::Names(&[
    (100, "Continue"),
    (101, "Switching Protocols"),
    (102, "Processing"),
    (103, "Early Hints"),
    (200, "OK"),
    (201, "Created"),
    (202, "Accepted"),
    (203, "Non-authoritative Information"),
    (204, "No Content"),
    (205, "Reset Content"),
    (206, "Partial Content"),
    (207, "Multi-Status"),
    (208, "Already Reported"),
    (226, "IM Used"),
    (300, "Multiple Choices"),
    (301, "Moved Permanently"),
    (302, "Found"),
    (303, "See Other"),
    (304, "Not Modified"),
    (305, "Use Proxy"),
    (307, "Temporary Redirect"),
    (308, "Permanent Redirect"),
    (400, "Bad Request"),
    (401, "Unauthorized"),
    (402, "Payment Required"),
    (403, "Forbidden"),
    (404, "Not Found"),
    (405, "Method Not Allowed"),
    (406, "Not Acceptable"),
    (407, "Proxy Authentication Required"),
    (408, "Request Time-out"),
    (409, "Conflict"),
    (410, "Gone"),
    (411, "Length Required"),
    (412, "Precondition Failed"),
    (413, "Request Entity Too Large"),
    (414, "Request-URI Too Long"),
    (415, "Unsupported Media Type"),
    (416, "Requested Range Not Satisfiable"),
    (417, "Expectation Failed"),
    (418, "I'm a teapot"),
    (421, "Misdirected Request"),
    (422, "Unprocessable Entity"),
    (423, "Locked"),
    (424, "Failed Dependency"),
    (425, "Too Early"),
    (426, "Upgrade Required"),
    (428, "Precondition Required"),
    (429, "Too Many Requests"),
    (431, "Request Header Fields Too Large"),
    (451, "Unavailable For Legal Reasons"),
    (500, "Internal Server Error"),
    (501, "Not Implemented"),
    (502, "Bad Gateway"),
    (503, "Service Unavailable"),
    (504, "Gateway Time-out"),
    (505, "HTTP Version not supported"),
    (507, "Insufficient Storage"),
    (508, "Loop Detected"),
    (511, "Network Authentication Required"),
]);

#[cfg(test)]
mod tests {
    use super::*;

    fn uri_of(line: &[u8]) -> Option<(&[u8], bool)> {
        match first_line(line)? {
            StartLine::Request { uri, version, .. } => Some((uri.text, version.is_some())),
            StartLine::Response { .. } => None,
        }
    }

    #[test]
    fn a_uri_may_hold_blanks_and_a_version_may_miss() {
        assert_eq!(uri_of(b"GET /a b?c HTTP/1.1\r\n"), Some((&b"/a b?c"[..], true)));
        assert_eq!(uri_of(b"GET    /x\n"), Some((&b"/x"[..], false)));
        assert_eq!(uri_of(b"GETS /x HTTP/1.1\r\n"), None);
        assert_eq!(uri_of(b" GET /x HTTP/1.1\r\n"), None);
    }

    #[test]
    fn a_status_line_is_read_as_far_as_it_goes() {
        let code = |line: &'static [u8]| match first_line(line) {
            Some(StartLine::Response { code, phrase, .. }) => Some((code.value, phrase.map(|phrase| phrase.text))),
            _ => None,
        };
        assert_eq!(code(b"HTTP/1.1 404 Not Found\r\n"), Some((404, Some(&b"Not Found"[..]))));
        assert_eq!(code(b"HTTP/1.0 200\n"), Some((200, None)));
        assert_eq!(code(b"HTTP/1.1 2x0 OK\r\n"), Some((0, Some(&b"OK"[..]))));
    }

    #[test]
    fn headers_end_at_the_empty_line_and_may_go_on_in_the_next() {
        let bytes = b"A: 1\r\nB:\r\n  2\r\nbad line\r\n\r\nbody";
        let mut headers = Headers::new(bytes, 0);
        let read: Vec<_> = headers.by_ref().map(|header| (header.split().0, header.value())).collect();
        assert_eq!(read, [(&b"A"[..], &b"1"[..]), (b"B", b"2"), (b"bad line", b"")]);
        assert_eq!(headers.end, Some(bytes.len() - 4));
    }

    #[test]
    fn the_list_shows_white_space_as_blanks() {
        assert_eq!(spaced(b"GET  /\tx HTTP/1.1\r\n"), "GET  / x HTTP/1.1 ");
        assert_eq!(spaced(b"HTTP/1.1 200 \r\n"), "HTTP/1.1 200  ");
    }
}
