//! Secure Shell: its transport (RFC 4253) up to where it is encrypted, and version 1.

mod exchange;
mod fields;
mod names;
mod session;

use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::field::{FieldId, TEXT, Values};
use crate::memory::Measuring;
use crate::streams::Measure;
use crate::value::{Value, big_endian, write_text};
use exchange::KexMethod;
pub use fields::*;
use names::*;
use session::{ENCRYPTS, SshConnection, VERSION};

/// Secure Shell.
pub static PROTOCOL: Protocol = Protocol {
    name: "ssh",
    title: "SSH Protocol",
    column: "SSH",
    tables: &[("tcp.port", Key::Number(22))],
    fields: FIELDS,
    dissect,
    summary,
    pdu_length: Some(pdu_length),
    // A packet is called nothing before it is whole.
    begins: Some(|_| Some(String::new())),
    ..Protocol::PLAIN
};

/// The longest packet that is believed; RFC 4253, section 6.1, asks for 35000 bytes.
const LONGEST: usize = 0xffff;
const KEX_INIT: u8 = 20;
const NEW_KEYS: u8 = 21;

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    // The beginning of a packet that ends in a later segment.
    if l.left() == 0 {
        return Ok(Next::End);
    }
    let mut session = SshConnection::of(l);
    let mut summary = match session.version {
        1 => "SSHv1\t",
        2 => "SSHv2\t",
        _ => "SSH\t",
    }
    .to_owned();
    let start = l.at();
    let mut result = Ok(());
    while result.is_ok() && l.left() > 0 {
        result = if session.greets && is_greeting(l.rest()) {
            greeting(l, &mut session, &mut summary)
        } else {
            match session.version {
                1 => version_1(l, &mut session, &mut summary),
                2 => version_2(l, &mut session, &mut summary),
                _ => encrypted(l, &session, &mut summary),
            }
        };
    }
    if result.is_ok() {
        l.note(DIRECTION, start, start, Value::Uint(session.is_response.into()));
        l.label(|| {
            format!("[Direction: {}]", if session.is_response { "server-to-client" } else { "client-to-server" })
        });
    }
    l.summarize(|| Some(summary));
    result.map(|()| Next::End)
}

/// Adds words to the summary in the packet list.
fn append(summary: &mut String, words: &str) {
    if !summary.ends_with('\t') {
        summary.push_str(", ");
    }
    summary.push_str(words);
}

fn is_greeting(bytes: &[u8]) -> bool {
    bytes.get(..4).is_some_and(|start| start.eq_ignore_ascii_case(b"SSH-"))
}

/// The line with which a side begins (RFC 4253, section 4.2).
fn greeting(l: &mut Layer<'_, '_>, session: &mut SshConnection, summary: &mut String) -> Result<(), Stop> {
    let (rest, start) = (l.rest(), l.at());
    let length = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(rest.len());
    let line = rest.get(..length).unwrap_or_default();
    l.note(PROTOCOL_LINE, start, start + length, Value::Bytes);
    let mut words = String::from("Protocol (");
    write_text(&mut words, line);
    words.push(')');
    append(summary, &words);
    session.greeted(l, line);
    let end = match rest.get(length..) {
        Some([b'\r', b'\n', ..]) => 2,
        Some([_, ..]) => 1,
        _ => 0,
    };
    l.skip(length + end)
}

/// A packet of version 1: four bytes of length, padding to a multiple of eight, and what the sender's first packet is.
fn version_1(l: &mut Layer<'_, '_>, session: &mut SshConnection, summary: &mut String) -> Result<(), Stop> {
    l.branch(TEXT, |l, line| {
        line.add(|| "SSH Version 1".into());
        let length = l.u32(PACKET_LENGTH)? as usize;
        let (at, padding) = (l.at(), 8 - length % 8);
        l.skip(padding)?;
        l.note(PADDING_LENGTH, at, at + padding, Value::Uint(padding as u64));
        if session.encrypts() {
            append(summary, &format!("Encrypted packet (len={length})"));
            return l.bytes(PAYLOAD, length).map(|_| ());
        }
        let code = l.u8(MESSAGE_CODE)?;
        let name = message_code(l, code, &MESSAGES_1);
        append(summary, &name);
        session.encrypt(l);
        l.bytes(PAYLOAD, length.saturating_sub(1)).map(|_| ())
    })
}

/// A packet of version 2 (RFC 4253, section 6).
fn version_2(l: &mut Layer<'_, '_>, session: &mut SshConnection, summary: &mut String) -> Result<(), Stop> {
    l.branch(TEXT, |l, line| {
        line.add(|| format!("SSH Version 2{}", session.words()));
        if !session.encrypts() {
            return packet(l, session, summary);
        }
        if session.cipher().is_some_and(|cipher| DECRYPTED.iter().any(|known| cipher.starts_with(known))) {
            let end = l.end();
            return l.seek(end);
        }
        encrypted(l, session, summary)
    })
}

/// Ciphers that Wireshark decrypts where it has the key, and otherwise says nothing of.
const DECRYPTED: &[&str] = &["aes", "chacha20-poly1305@openssh.com"];

/// A packet that is not encrypted.
fn packet(l: &mut Layer<'_, '_>, session: &mut SshConnection, summary: &mut String) -> Result<(), Stop> {
    let length = l.u32(PACKET_LENGTH)? as usize;
    let padding = usize::from(l.u8(PADDING_LENGTH)?);
    let payload = length.checked_sub(padding + 1).ok_or(Stop::Malformed("a packet is shorter than its padding"))?;
    let method = session.method().map(str::to_owned);
    let mut number = 0;
    // The line of the message spans the padding too, which stands behind it.
    l.branch(TEXT, |l, line| {
        line.add(|| method.map_or("Key Exchange".into(), |method| format!("Key Exchange (method:{method})")));
        l.within(payload, |l| {
            let code = l.u8(MESSAGE_CODE)?;
            let names = if (30..40).contains(&code) { KexMethod::of(session).messages() } else { &MESSAGES };
            let name = message_code(l, code, names);
            append(summary, &name);
            match code {
                KEX_INIT => exchange::init(l, session)?,
                NEW_KEYS => {
                    number = session.number();
                    session.encrypt(l);
                }
                30..40 => number = exchange::message(l, session, code)?,
                _ => {}
            }
            if l.left() > 0 {
                l.bytes_left(PAYLOAD);
            }
            Ok(())
        })?;
        l.skip(padding)
    })?;
    let at = l.at();
    l.note(PADDING_STRING, at - padding, at, Value::Bytes);
    l.generated_at(SEQ_NUM, at, Value::Uint(number.into()));
    Ok(())
}

/// Names the message that was read last.
fn message_code(l: &mut Layer<'_, '_>, code: u8, names: &Values) -> String {
    let name = names.name(code.into());
    l.label(|| match name {
        Some(name) => format!("Message Code: {name} ({code})"),
        None => format!("Message Code: Unknown ({code})"),
    });
    name.map_or_else(|| format!("Unknown ({code})"), str::to_owned)
}

/// Bytes of which nobody knows where the packets in them end.
fn encrypted(l: &mut Layer<'_, '_>, session: &SshConnection, summary: &mut String) -> Result<(), Stop> {
    let length = l.left();
    append(summary, &format!("Encrypted packet (len={length})"));
    l.bytes(PACKET_LENGTH_ENCRYPTED, 4)?;
    let mac = session.mac().and_then(mac_length).filter(|mac| mac + 4 < length).unwrap_or_default();
    l.bytes(ENCRYPTED_PACKET, length - 4 - mac)?;
    if mac > 0 {
        l.bytes(MAC, mac)?;
    }
    Ok(())
}

/// Bytes of a MAC (RFC 4253, section 6.4, and RFC 6668).
fn mac_length(name: &str) -> Option<usize> {
    Some(match name.strip_suffix("-etm@openssh.com").unwrap_or(name) {
        "hmac-md5" => 16,
        "hmac-sha1" | "hmac-ripemd160" => 20,
        "hmac-sha1-96" | "hmac-md5-96" => 12,
        "hmac-sha2-256" => 32,
        "hmac-sha2-512" => 64,
        _ => return None,
    })
}

/// Where a line or a packet ends. Behind New Keys nobody knows.
fn pdu_length(bytes: &[u8], measuring: &Measuring<'_>) -> Measure {
    let version = measuring.before(&VERSION).copied().unwrap_or_default();
    let [client, server] = measuring.before(&ENCRYPTS).copied().unwrap_or_default();
    let is_request = measuring.carried(measuring.port, &[]).is_some_and(|(name, _)| name == PROTOCOL.name);
    let encrypts = if is_request { client } else { server };
    if is_greeting(bytes) {
        let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else { return Measure::More };
        // What stands behind the line in the same segment is of the version that the line says.
        return match bytes.get(end + 1..).map(|rest| (rest, length(rest))) {
            Some((rest, Measure::Whole(length))) if rest.get(5) == Some(&KEX_INIT) => Measure::Whole(end + 1 + length),
            _ => Measure::Whole(end + 1),
        };
    }
    match (version, bytes.get(..4).map(|length| big_endian(length) as usize)) {
        (1 | 2, None) => Measure::More,
        (1, Some(length @ ..=LONGEST)) => Measure::Whole(4 + 8 - length % 8 + length),
        (2, Some(_)) if !encrypts => length(bytes),
        _ => Measure::Unframed,
    }
}

/// The length of a packet of version 2 that is not encrypted.
fn length(bytes: &[u8]) -> Measure {
    let Some(length) = bytes.get(..4).map(|length| big_endian(length) as usize) else { return Measure::More };
    match bytes.get(5) {
        // What follows is encrypted, and goes with it.
        Some(&NEW_KEYS) if 4 + length < bytes.len() => Measure::Whole(bytes.len()),
        _ => Measure::Whole(4 + length),
    }
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    let Some((column, words)) = view.summarized().and_then(|summary| summary.split_once('\t')) else { return };
    columns.protocol = column.into();
    let from = match view.uint(DIRECTION) {
        Some(0) => "Client: ",
        Some(_) => "Server: ",
        None => "",
    };
    if columns.warning.is_empty() {
        columns.info = format!("{from}{words}");
    } else {
        columns.warning.insert_str(0, from);
        columns.info = if words.is_empty() { String::new() } else { format!(", {words}") };
    }
}

#[cfg(test)]
mod tests;
