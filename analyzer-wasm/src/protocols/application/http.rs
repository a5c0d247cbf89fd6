//! Hypertext Transfer Protocol, version 1 (RFC 9112).

mod body;
mod exchange;
mod fields;
mod head;
mod headers;
mod measure;
mod tunnel;

use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::memory::{self, Transaction};
use crate::protocols::tables;
use crate::value::{Datum, Value};
pub use fields::*;
use head::{HeadText, StartLine};

/// Hypertext Transfer Protocol.
pub static PROTOCOL: Protocol = Protocol {
    name: "http",
    title: "Hypertext Transfer Protocol",
    column: "HTTP",
    tables: &[("tcp.port", Key::Numbers(PORTS))],
    family: "http",
    declares: &[tables::MEDIA_TYPE],
    fields: FIELDS,
    dissect,
    summary,
    heuristics: &[("tcp", measure::looks)],
    pdu_length: Some(measure::pdu_length),
    begins: Some(begins),
    ..Protocol::PLAIN
};

/// The ports of HTTP, of proxies for it and of protocols that are HTTP.
const PORTS: &[u32] = &[80, 631, 1900, 2710, 2869, 3128, 3132, 3689, 5985, 8080, 8088, 11371];

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    if let Some(port) = tunnel::port(l) {
        l.generated(PROXY_CONNECT_PORT, Value::Uint(port.into()));
        return Ok(tunnel::inside(l, port));
    }
    if tunnel::upgraded(l) {
        return Err(Stop::NotMine);
    }
    message(l, true)
}

/// A message, of HTTP or of a protocol that looks like it.
pub(super) fn message(l: &mut Layer<'_, '_>, linked: bool) -> Result<Next, Stop> {
    let Some(message) = head::first_line(l.rest()) else {
        // Where no request came before, bytes that are no message are nothing of HTTP.
        if linked && !exchange::has_request(l) {
            return Err(Stop::NotShown);
        }
        let (start, end) = (l.at(), l.end());
        l.note(FILE_DATA, start, end, Value::Bytes);
        l.label(|| format!("File Data: {} bytes", end - start));
        l.call_below(Next::Data);
        return Ok(Next::End);
    };
    let head = headers::read(l, &message, !linked)?;
    let full_uri = if l.wants(REQUEST_FULL_URI) { head.full_uri(&message) } else { None };
    match &message {
        StartLine::Request { method, .. } => {
            if let Some(uri) = &full_uri {
                l.generated_text(REQUEST_FULL_URI, uri.as_bytes());
                l.label(|| format!("[Full request URI: {uri}]"));
            }
            l.generated(if head::notifies(method.text) { NOTIFICATION } else { REQUEST }, Value::Uint(1));
        }
        StartLine::Response { .. } => l.generated(RESPONSE, Value::Uint(1)),
    }
    if linked && !l.quoted() {
        link(l, &message, head.upgrade);
    }
    body::read(l, &message, &head)
}

/// Numbers the message among those of its direction, and links request and response: the n-th belongs to the n-th.
fn link(l: &mut Layer<'_, '_>, message: &StartLine<'_>, upgrade: bool) {
    let endpoints = l.endpoints();
    match message {
        StartLine::Request { method, uri, .. } => {
            let number = exchange::next(l, &exchange::REQUESTS);
            exchange::requested(l, method.text, uri.text);
            let key = memory::key(&endpoints, PROTOCOL.name, number.into());
            let linked = l.memory().transaction(Transaction { key, response: false });
            let total = if linked.hindsight { exchange::total(l, &exchange::REQUESTS) } else { number };
            l.generated(REQUEST_NUMBER, Value::Uint(number.into()));
            l.label(|| format!("[HTTP request {number}/{total}]"));
            if l.wants(PREV_REQUEST_IN)
                && let Some(frame) = exchange::request_before(l, number)
            {
                l.generated(PREV_REQUEST_IN, Value::Uint(frame.into()));
            }
            exchange::remember_request(l, number);
            if let Some(response) = linked.response {
                l.generated(RESPONSE_IN, Value::Uint(response.into()));
            }
        }
        StartLine::Response { code, .. } => {
            let before = if l.wants(PREV_RESPONSE_IN) { exchange::response_before(l) } else { None };
            let number = exchange::next(l, &exchange::RESPONSES);
            let key = memory::key(&endpoints, PROTOCOL.name, number.into());
            let linked = l.memory().transaction(Transaction { key, response: true });
            let total = if linked.hindsight { exchange::total(l, &exchange::RESPONSES) } else { number };
            l.generated(RESPONSE_NUMBER, Value::Uint(number.into()));
            l.label(|| format!("[HTTP response {number}/{total}]"));
            let request = if l.wants(PREV_REQUEST_IN) { exchange::request_before(l, number) } else { None };
            for (field, frame) in [(PREV_REQUEST_IN, request), (PREV_RESPONSE_IN, before)] {
                if let Some(frame) = frame {
                    l.generated(field, Value::Uint(frame.into()));
                }
            }
            if let (Some(request), Some((seconds, nanoseconds))) = (linked.request, linked.time) {
                l.generated(TIME, Value::Time(seconds, nanoseconds));
                l.generated(REQUEST_IN, Value::Uint(request.into()));
            }
            exchange::responded(l, code.value, upgrade);
        }
    }
}

pub(super) fn summary(view: &View<'_>, columns: &mut Columns) {
    // What a tunnel carries speaks for itself.
    if view.has(PROXY_CONNECT_PORT) {
        return;
    }
    let info = match view.node(CHAT).map(|node| view.datum(node)) {
        Some(Datum::Bytes(line)) => head::spaced(line),
        _ => "Continuation".to_owned(),
    };
    columns.protocol = PROTOCOL.column.into();
    if columns.continued {
        columns.info.push_str(&info);
    } else {
        columns.info = info;
    }
}

/// What the packet list says of a message whose end comes later.
fn begins(bytes: &[u8]) -> Option<String> {
    let line = head::first_line(bytes)?;
    head::line_length(bytes)?;
    Some(head::spaced(bytes.get(..line.length())?))
}

/// The place of a part of a line in the data source.
fn place(start: usize, line: HeadText<'_>) -> (usize, usize) {
    (start + line.at, start + line.at + line.text.len())
}

#[cfg(test)]
mod tests {
    use crate::protocols::testing::{IndexPass, Read};

    /// Reads the text as the payload of a TCP segment to port 80, in raw IPv4.
    fn read(payload: &[u8]) -> Read {
        let mut bytes = vec![0x45, 0, 0, 0, 0, 0, 0, 0, 64, 6, 0, 0, 192, 0, 2, 1, 198, 51, 100, 1];
        bytes[2..4].copy_from_slice(&((40 + payload.len()) as u16).to_be_bytes());
        bytes.extend([0xc0, 0, 0, 80, 0, 0, 0, 1, 0, 0, 0, 1, 0x50, 0x18, 4, 0, 0, 0, 0, 0]);
        bytes.extend_from_slice(payload);
        IndexPass::default().read_bytes(101, &bytes)
    }

    #[test]
    fn a_request_has_its_parts_and_its_address() {
        let read = read(
            b"GET /a?x=1&y HTTP/1.1\r\nHost: www.example.org\r\nCookie: a=1; b=2\r\n\
              Authorization: Basic dXNlcjpwYXNz\r\nX-Own: 1\r\n\r\n",
        );
        for (field, values) in [
            ("http.request.method", &["GET"][..]),
            ("http.request.uri", &["/a?x=1&y"]),
            ("http.request.uri.path", &["/a"]),
            ("http.request.uri.query.parameter", &["x=1", "y"]),
            ("http.host", &["www.example.org"]),
            ("http.cookie_pair", &["a=1", "b=2"]),
            ("http.authbasic", &["user:pass"]),
            ("http.request.full_uri", &["http://www.example.org/a?x=1&y"]),
            ("http.request_number", &["1"]),
        ] {
            assert_eq!(read.of(field), values, "{field}");
        }
        assert_eq!(read.of("http.request.line").len(), 4);
        assert_eq!(read.row()[2..], ["HTTP", "GET /a?x=1&y HTTP/1.1 "]);
    }

    #[test]
    fn a_chunked_body_is_put_together_and_read_by_its_type() {
        let read = read(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\n\
              Transfer-Encoding: chunked\r\n\r\n4\r\n{\"a\"\r\n3\r\n:1}\r\n0\r\n\r\n",
        );
        assert_eq!(read.of("http.chunk_size"), ["4", "3", "0"]);
        assert_eq!(read.of("http.file_data"), ["{\"a\":1}"]);
        assert_eq!(read.row()[2..], ["HTTP/JSON", "HTTP/1.1 200 OK , JavaScript Object Notation (application/json)"]);
    }

    #[test]
    fn two_messages_in_a_segment_are_both_read() {
        let read = read(b"HEAD /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n");
        assert_eq!(read.of("http.request.uri"), ["/1", "/2"]);
        assert_eq!(read.row()[3], "HEAD /1 HTTP/1.1 GET /2 HTTP/1.1 ");
    }

    #[test]
    fn a_compressed_body_is_unpacked() {
        use std::io::Write;
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(b"unpacked text").unwrap();
        let body = packer.finish().unwrap();
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        let read = read(&[head.as_bytes(), &body].concat());
        assert_eq!(read.of("http.file_data"), ["unpacked text"]);
        assert_eq!(read.row()[3], "HTTP/1.1 200 OK  (text/plain)");
    }
}
