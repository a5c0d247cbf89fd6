//! Transport Layer Security and its ancestors: SSL 2.0 (its hello), SSL 3.0 (RFC 6101), TLS 1.0 to 1.3 (RFC 2246, 4346,
//! 5246, 8446).

mod ciphers;
mod extensions;
mod fields;
mod handshake;
mod ja3;
mod keys;
mod measure;
mod messages;
mod names;
mod parameters;
mod session;
mod ssl2;

use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::protocols::tables;
use crate::value::Value;
pub use fields::*;
use session::TlsConnection;

/// Transport Layer Security.
pub static PROTOCOL: Protocol = Protocol {
    name: "tls",
    title: "Transport Layer Security",
    column: "SSL",
    tables: &[("tcp.port", Key::Numbers(PORTS))],
    fields: FIELDS,
    dissect,
    summary,
    reads_labels: true,
    heuristics: &[("tcp", measure::looks)],
    pdu_length: Some(measure::pdu_length),
    // A record is called nothing before it is whole.
    begins: Some(|_| Some(String::new())),
    ..Protocol::PLAIN
};

/// The ports of protocols that begin with TLS (IANA, "Service Name and Transport Protocol Port Number Registry").
const PORTS: &[u32] = &[
    443, 324, 465, 636, 802, 853, 993, 995, 1300, 2221, 2443, 3249, 3250, 3251, 3252, 3496, 5061, 5671, 5684, 5868,
    8883, 11207, 19999, 27017,
];

const CHANGE_CIPHER: u8 = 20;
const ALERT: u8 = 21;
const HANDSHAKES: u8 = 22;
const APPLICATION: u8 = 23;
const HEARTBEATS: u8 = 24;

const SSL_2: u16 = 0x0002;
const SSL_3: u16 = 0x0300;
const TLS_1: u16 = 0x0301;
const TLS_1_2: u16 = 0x0303;
const TLS_1_3: u16 = 0x0304;

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let mut session = TlsConnection::of(l);
    if let Some(source) = l.enclosed() {
        return messages::of_source(l, &mut session, source).map(|()| Next::End);
    }
    while l.left() > 0 {
        if ssl2::is_client_hello(l.rest()) || session.version() == Some(SSL_2) {
            ssl2::record(l, &mut session)?;
            continue;
        }
        let content_type = l.peek(0, 1)? as u8;
        let known = matches!(content_type, CHANGE_CIPHER..=HEARTBEATS);
        match session.version() {
            Some(version @ TLS_1..=TLS_1_2) if !known => {
                let (start, end) = (l.at(), l.end());
                l.note(IGNORED_UNKNOWN_RECORD, start, end, Value::Uint(version.into()));
                l.label(|| "Ignored Unknown Record".into());
                l.seek(end)?;
            }
            None if !measure::is_header(l.rest()) => {
                // Other protocols on ports of TLS: a request for a tunnel, say.
                if l.recognise(&tables::TCP_PORT).is_some() {
                    return Err(Stop::NotMine);
                }
                l.summarize(|| Some("Continuation Data".into()));
                let end = l.end();
                l.seek(end)?;
            }
            _ => record(l, &mut session)?,
        }
    }
    Ok(Next::End)
}

/// One record (RFC 8446, section 5.1).
fn record(l: &mut Layer<'_, '_>, session: &mut TlsConnection) -> Result<(), Stop> {
    let mark = l.mark();
    let next_byte = l.peek(5, 1).unwrap_or_default() as u8;
    let (content_type, own) = (l.peek(0, 1)? as u8, l.peek(1, 2)? as u16);
    let version = session.record(l, content_type, own, next_byte);
    l.nest(RECORD, |l| {
        let hidden = version == TLS_1_3 && content_type == APPLICATION;
        l.u8(if hidden { OPAQUE_TYPE } else { CONTENT_TYPE })?;
        l.u16(RECORD_VERSION)?;
        let length = usize::from(l.u16(RECORD_LENGTH)?);
        let name = session::short_name(version);
        let mut what = String::new();
        let result = l.within(length, |l| {
            what = match content_type {
                CHANGE_CIPHER => change_cipher_spec(l, session),
                ALERT => alert(l, length)?,
                HANDSHAKES => messages::of_record(l, session)?,
                APPLICATION => application_data(l, session),
                HEARTBEATS => heartbeat(l, session)?,
                _ => String::new(),
            };
            Ok(())
        });
        l.label_at(mark, || format!("{name} Record Layer: {what}"));
        result
    })
}

fn change_cipher_spec(l: &mut Layer<'_, '_>, session: &mut TlsConnection) -> String {
    l.bytes_left(CHANGE_CIPHER_SPEC);
    l.label(|| "Change Cipher Spec Message".into());
    session.change_cipher_spec(l);
    words(l, || "Change Cipher Spec Protocol: Change Cipher Spec".into())
}

fn alert(l: &mut Layer<'_, '_>, length: usize) -> Result<String, Stop> {
    if length != 2 {
        l.bytes_left(ALERT_MESSAGE);
        l.label(|| "Alert Message: Encrypted Alert".into());
        return Ok(words(l, || "Encrypted Alert".into()));
    }
    l.nest(ALERT_MESSAGE, |l| {
        let level = l.u8(ALERT_LEVEL)?;
        let description = l.u8(ALERT_DESC)?;
        Ok(words(l, || alert_text(u64::from(level), u64::from(description))))
    })
}

fn alert_text(level: u64, description: u64) -> String {
    let level = names::ALERT_LEVELS.name(level).unwrap_or("Unknown");
    let description = crate::protocols::numbers::TLS_ALERTS.name(description).unwrap_or("Unknown");
    format!("Alert (Level: {level}, Description: {description})")
}

fn application_data(l: &mut Layer<'_, '_>, session: &TlsConnection) -> String {
    if l.left() > 0 {
        l.bytes_left(APP_DATA);
    }
    match session.application(l) {
        Some(application) => {
            l.generated_text(APP_DATA_PROTO, application.as_bytes());
            words(l, || format!("Application Data Protocol: {application}"))
        }
        None => words(l, || "Application Data Protocol: Application Data".into()),
    }
}

/// A heartbeat (RFC 6520, section 4); an encrypted one has no type that makes sense.
fn heartbeat(l: &mut Layer<'_, '_>, session: &TlsConnection) -> Result<String, Stop> {
    let kind = l.peek(0, 1)?;
    let length = l.peek(1, 2).unwrap_or_default() as usize;
    let clear = !session.is_encrypted() || (matches!(kind, 1 | 2) && length + 3 <= l.left());
    let Some(name) = names::HEARTBEAT_TYPES.name(kind).filter(|_| clear) else {
        l.bytes_left(HEARTBEAT_MESSAGE);
        l.label(|| "Encrypted Heartbeat Message".into());
        return Ok(words(l, || "Encrypted Heartbeat".into()));
    };
    l.nest(HEARTBEAT_MESSAGE, |l| {
        l.u8(HEARTBEAT_TYPE)?;
        let length = usize::from(l.u16(HEARTBEAT_PAYLOAD_LENGTH)?).min(l.left());
        l.bytes(HEARTBEAT_PAYLOAD, length)?;
        l.label(|| format!("Payload ({length} bytes)"));
        let padding = l.left();
        if padding > 0 {
            l.bytes_left(HEARTBEAT_PADDING);
            l.label(|| format!("Padding and HMAC ({padding} bytes)"));
        }
        Ok(words(l, || format!("Heartbeat {name}")))
    })
}

/// Text that only people read: empty where none is wanted, and then without an allocation.
fn words(l: &Layer<'_, '_>, text: impl FnOnce() -> String) -> String {
    if l.wants_labels() { text() } else { String::new() }
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    // Where no record is whole yet, the packet list has TCP's words.
    if view.span().start == view.span().end {
        return;
    }
    let mut version = "SSL".to_owned();
    let mut parts: Vec<String> = Vec::new();
    let value = |node: &crate::dissect::Node| match node.value {
        Value::Uint(value) => value,
        _ => 0,
    };
    let mut level = 0;
    let mut server_hello = false;
    for node in view.nodes() {
        match node.field {
            RECORD => {
                let (name, what) = view.label(node).and_then(|l| l.split_once(" Record Layer: ")).unwrap_or_default();
                name.clone_into(&mut version);
                if version == "SSLv2" || what.contains("Heartbeat") {
                    parts.push(what.to_owned());
                }
            }
            HANDSHAKE => {
                let label = view.label(node).unwrap_or_default();
                server_hello = label.ends_with("Server Hello") || label.ends_with("Hello Retry Request");
                if !label.ends_with("fragment)") {
                    parts.push(label.trim_start_matches("Handshake Protocol: ").to_owned());
                }
            }
            VERSION | EXT_SUPPORTED_VERSION if server_hello => {
                session::short_name(session::settled(value(node) as u16)).clone_into(&mut version);
            }
            CHANGE_CIPHER_SPEC => parts.push("Change Cipher Spec".to_owned()),
            ALERT_MESSAGE if view.label(node).is_some() => parts.push("Encrypted Alert".to_owned()),
            ALERT_LEVEL => level = value(node),
            ALERT_DESC => parts.push(alert_text(level, value(node))),
            APP_DATA => parts.push("Application Data".to_owned()),
            IGNORED_UNKNOWN_RECORD => {
                session::short_name(value(node) as u16).clone_into(&mut version);
                parts.push("Ignored Unknown Record".to_owned());
            }
            _ => {}
        }
    }
    parts.extend(view.summarized().map(str::to_owned));
    columns.protocol = version;
    if columns.continued || !columns.warning.is_empty() {
        if !columns.continued {
            columns.info.clear();
        }
        parts.insert(0, std::mem::take(&mut columns.info));
    }
    columns.info = parts.join(", ");
}
