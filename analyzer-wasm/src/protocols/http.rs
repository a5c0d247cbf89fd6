//! Hypertext Transfer Protocol, version 1 (RFC 9112).

mod body;
mod fields;
mod head;
mod headers;
mod measure;
mod number;
mod tunnel;

use crate::dissect::{Columns, Layer, Next, On, Protocol, Stop, View};
use crate::memory::{self, Slot, Transaction};
use crate::value::{Datum, Value};
pub use fields::*;
use head::{Line, Message};

/// Hypertext Transfer Protocol.
pub const PROTOCOL: Protocol = Protocol {
    name: "http",
    title: "Hypertext Transfer Protocol",
    column: "HTTP",
    on: PORTS,
    fields: FIELDS,
    dissect,
    summary,
    looks_in_tcp: Some(measure::looks),
    measure: Some(measure::measure),
    begins: Some(begins),
    ..Protocol::PLAIN
};

/// The ports of HTTP, of proxies for it and of protocols that are HTTP.
const PORTS: &[On] = &[
    On::TcpPort(80),
    On::TcpPort(631),
    On::TcpPort(1900),
    On::TcpPort(2710),
    On::TcpPort(2869),
    On::TcpPort(3128),
    On::TcpPort(3132),
    On::TcpPort(3689),
    On::TcpPort(5985),
    On::TcpPort(8080),
    On::TcpPort(8088),
    On::TcpPort(11371),
];

/// The method after whose request a response has no body, and the one that asks for a tunnel: [`Slot::HttpMethod`].
const OTHER: u64 = 0;
const HEAD: u64 = 1;
const CONNECT: u64 = 2;
const TUNNEL: u64 = 3;

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    if let Some(port) = tunnel::port(l) {
        l.generated(PROXY_CONNECT_PORT, Value::Uint(port.into()));
        return Ok(tunnel::inside(l, port));
    }
    message(l, true)
}

/// A message, of HTTP or of a protocol that looks like it.
pub(super) fn message(l: &mut Layer<'_, '_>, linked: bool) -> Result<Next, Stop> {
    let Some(message) = head::first_line(l.rest()) else {
        let (start, end) = (l.at(), l.end());
        l.note(FILE_DATA, start, end, Value::Bytes);
        l.label(|| format!("File Data: {} bytes", end - start));
        return Ok(Next::Data);
    };
    let head = headers::read(l, &message)?;
    let full_uri = head.full_uri(&message);
    match &message {
        Message::Request { method, .. } => {
            if let Some(uri) = &full_uri {
                l.generated_text(REQUEST_FULL_URI, uri.as_bytes());
                l.label(|| format!("[Full request URI: {uri}]"));
            }
            l.generated(if head::notifies(method.text) { NOTIFICATION } else { REQUEST }, Value::Uint(1));
        }
        Message::Response { .. } => l.generated(RESPONSE, Value::Uint(1)),
    }
    if linked && !l.quoted() {
        link(l, &message);
    }
    body::read(l, &message, &head)
}

/// Numbers the message among those of its direction, and links request and response: the n-th belongs to the n-th.
fn link(l: &mut Layer<'_, '_>, message: &Message<'_>) {
    let endpoints = l.endpoints();
    match message {
        Message::Request { method, uri, .. } => {
            let number = number::next(l, Slot::HttpRequests);
            let kind = match method.text {
                b"HEAD" => HEAD,
                b"CONNECT" => CONNECT | u64::from(tunnel::port_of(uri.text)) << 8,
                _ => OTHER,
            };
            if kind != l.memory().recall(Slot::HttpMethod).unwrap_or(OTHER) {
                l.memory().remember(Slot::HttpMethod, kind);
            }
            let key = memory::key(&endpoints, PROTOCOL.name, number.into());
            let linked = l.memory().transaction(Transaction { key, response: false });
            let total = if linked.hindsight { number::total(l, Slot::HttpRequests) } else { number };
            l.generated(REQUEST_NUMBER, Value::Uint(number.into()));
            l.label(|| format!("[HTTP request {number}/{total}]"));
            if let Some(response) = linked.response {
                l.generated(RESPONSE_IN, Value::Uint(response.into()));
            }
        }
        Message::Response { code, .. } => {
            let number = number::next(l, Slot::HttpResponses);
            let key = memory::key(&endpoints, PROTOCOL.name, number.into());
            let linked = l.memory().transaction(Transaction { key, response: true });
            let total = if linked.hindsight { number::total(l, Slot::HttpResponses) } else { number };
            l.generated(RESPONSE_NUMBER, Value::Uint(number.into()));
            l.label(|| format!("[HTTP response {number}/{total}]"));
            if let (Some(request), Some((seconds, nanoseconds))) = (linked.request, linked.time) {
                l.generated(TIME, Value::Time(seconds, nanoseconds));
                l.generated(REQUEST_IN, Value::Uint(request.into()));
            }
            tunnel::opened(l, code.value);
        }
    }
}

pub(super) fn summary(view: &View<'_>, columns: &mut Columns) {
    // What a tunnel carries speaks for itself.
    if view.has(PROXY_CONNECT_PORT) {
        return;
    }
    let mut info = match view.node(CHAT).map(|node| view.datum(node)) {
        Some(Datum::Bytes(line)) => head::spaced(line),
        _ => "Continuation".to_owned(),
    };
    if let Some(body) = view.node(FILE_DATA)
        && view.has(CHAT)
    {
        let body = match view.datum(body) {
            Datum::Bytes(bytes) | Datum::Text(bytes) => bytes,
            _ => &[],
        };
        info.push_str(&body::suffix(&view.written(CONTENT_TYPE), body));
    }
    columns.protocol = PROTOCOL.column.into();
    if columns.continued {
        columns.info.push_str(&info);
    } else {
        columns.info = info;
    }
}

/// What the packet list says of a message whose end comes later.
fn begins(bytes: &[u8]) -> Option<String> {
    let Some(line) = head::first_line(bytes) else {
        // Through a tunnel come messages of another protocol.
        let mut others = crate::protocols::that_look_like_tcp(bytes).filter_map(|id| crate::protocols::get(id).begins);
        return others.next()?(bytes);
    };
    head::line_length(bytes)?;
    Some(head::spaced(bytes.get(..line.length())?))
}

/// The place of a part of a line in the data source.
fn place(start: usize, line: Line<'_>) -> (usize, usize) {
    (start + line.at, start + line.at + line.text.len())
}
