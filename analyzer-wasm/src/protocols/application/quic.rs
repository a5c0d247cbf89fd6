//! QUIC (RFC 8999, 9000, 9001, 9369) and the drafts of its version 1.
//!
//! Of what it encrypts, only Initial packets are read: their keys are no secret.

mod connection;
mod fields;
mod frames;
mod header;
mod keys;
mod long;
mod names;
mod short;
mod version;

use crate::dissect::{Columns, Layer, Next, Node, Protocol, Stop, View, variable_length};
use crate::field::FieldId;
use crate::protocols::agreed::AGREED;
use crate::value::{Datum, Value, write_hex};
use connection::{Identifier, Naming, PacketType, QuicConnection};
pub use fields::*;
use header::Long;

/// QUIC.
pub static PROTOCOL: Protocol = Protocol {
    name: "quic",
    title: "QUIC IETF",
    column: "QUIC",
    fields: FIELDS,
    dissect,
    summary,
    heuristics: &[("udp", header::looks)],
    ..Protocol::PLAIN
};

/// Packets of one datagram, one behind the other (RFC 9000, section 12.2).
fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    // What ends within its header holds nothing that identifies a connection.
    length(l)?;
    let datagram = l.rest();
    let first = Long::read(datagram);
    let naming = match &first {
        Some(long) => naming(l, long.packet_type, long.receiver(), long.sender()),
        None => naming(l, PacketType::OneRtt, datagram.get(1..).unwrap_or_default(), &[]),
    };
    let named = connection::of_datagram(l, &naming);
    l.set_conversation_dissector();
    information(l, named.as_ref());
    loop {
        let length = length(l)?;
        l.within(length, |l| packet(l, named.as_ref()))?;
        if l.left() == 0 {
            return Ok(Next::End);
        }
        l.again();
        let receiver = first.map_or(&[][..], |long| long.receiver());
        if !goes_on(l.rest(), receiver, named.as_ref()) {
            odd(l, COALESCED_PADDING_DATA, "(Random) padding data appended to the datagram");
            let end = l.end();
            l.seek(end)?;
            return Ok(Next::End);
        }
    }
}

/// Bytes of the packet at the cursor; with a short header, or where its own length is too great, all that are left.
fn length(l: &Layer<'_, '_>) -> Result<usize, Stop> {
    let rest = l.rest();
    let cut = || Stop::Short { needed: rest.len() + 1, at: l.at() };
    if !rest.first().is_some_and(|first| header::is_long(*first)) {
        return Ok(rest.len());
    }
    let long = Long::read(rest).ok_or_else(cut)?;
    match (long.packet_type, long.body) {
        (PacketType::Retry | PacketType::Other, _) => Ok(rest.len()),
        (_, Some((_, end))) => Ok(end.min(rest.len())),
        (_, None) => Err(cut()),
    }
}

fn naming<'a>(l: &Layer<'_, '_>, packet_type: PacketType, destination: &'a [u8], source: &'a [u8]) -> Naming<'a> {
    Naming { endpoints: l.endpoints(), packet_type, destination, source }
}

fn information(l: &mut Layer<'_, '_>, named: Option<&QuicConnection>) {
    let at = l.at();
    l.text(at, at, || "QUIC Connection information".into());
    l.below(|l| match named {
        Some(named) => l.generated(CONNECTION_NUMBER, Value::Uint(u64::from(named.number))),
        None => {
            odd(l, CONNECTION_UNKNOWN, "Unknown QUIC connection. Missing Initial Packet or migrated connection?");
        }
    });
}

/// Whether the bytes behind a packet are one too, and not padding: it names the same receiver.
fn goes_on(rest: &[u8], receiver: &[u8], named: Option<&QuicConnection>) -> bool {
    match rest.split_first() {
        Some((first, _)) if header::is_long(*first) => Long::read(rest).is_some_and(|long| long.receiver() == receiver),
        Some((_, rest)) => named.is_none_or(|named| {
            let length = named.receiver.len();
            length == receiver.len() && rest.get(..length) == Some(receiver)
        }),
        None => false,
    }
}

fn packet(l: &mut Layer<'_, '_>, named: Option<&QuicConnection>) -> Result<(), Stop> {
    let (start, length) = (l.at(), l.left());
    l.generated_at(PACKET_LENGTH, start, Value::Uint(length as u64));
    if header::is_long(l.peek(0, 1)? as u8) {
        long::dissect(l, named)?;
    } else {
        short::dissect(l, named)?;
    }
    if l.left() > 0 {
        l.bytes_left(REMAINING_PAYLOAD);
    }
    Ok(())
}

/// Notes what is odd about a packet, in words.
fn odd(l: &mut Layer<'_, '_>, field: FieldId, words: &str) {
    if l.wants(field) {
        let at = l.at();
        l.generated_at(field, at, Value::None);
        l.label(|| words.to_owned());
    }
}

/// Why a packet whose keys are secret is not read.
fn undecrypted(l: &mut Layer<'_, '_>, why: &str) {
    if l.wants(DECRYPTION_FAILED) {
        odd(l, DECRYPTION_FAILED, &format!("Failed to create decryption context: {why}"));
    }
}

const NO_SECRETS: &str = "Secrets are not available";

/// Whether both sides have agreed on a cipher, whose keys are then a secret.
fn has_cipher(l: &mut Layer<'_, '_>) -> bool {
    let stream = l.memory().stream();
    l.memory().before(&AGREED, &stream).is_some_and(|agreed| agreed.cipher != 0)
}

/// An integer of one to eight bytes (RFC 9000, section 16).
fn variable(l: &mut Layer<'_, '_>, field: FieldId) -> Result<u64, Stop> {
    let at = l.at();
    let (value, width) = variable_length(l.rest()).ok_or(Stop::Short { needed: 1, at })?;
    l.note(field, at, at + width, Value::Uint(value));
    l.skip(width)?;
    Ok(value)
}

/// The datagram's last packet speaks for all.
fn summary(view: &View<'_>, columns: &mut Columns) {
    columns.protocol = PROTOCOL.column.into();
    let mut info = String::new();
    for node in view.nodes() {
        match node.field {
            LONG_PACKET_TYPE | LONG_PACKET_TYPE_V2 | VN_UNUSED | SHORT => info = kind(node),
            DCID | SCID => {
                // What is longer than it may be is no identifier.
                if let Datum::Bytes(bytes) = view.datum(node)
                    && bytes.len() <= Identifier::LONGEST
                {
                    info.push_str(if node.field == DCID { ", DCID=" } else { ", SCID=" });
                    write_hex(&mut info, bytes, None);
                }
            }
            PACKET_NUMBER => info.push_str(&format!(", PKN: {}", uint(node))),
            FRAME_TYPE => info.push_str(frames::short_name(uint(node))),
            _ => {}
        }
    }
    if !info.is_empty() {
        columns.info = info;
    }
}

fn kind(node: &Node) -> String {
    let name = match node.field {
        LONG_PACKET_TYPE => names::PACKET_TYPES.name(uint(node)),
        LONG_PACKET_TYPE_V2 => names::PACKET_TYPES_V2.name(uint(node)),
        SHORT => Some("Protected Payload (KP0)"),
        _ => Some("Version Negotiation"),
    };
    name.unwrap_or_default().to_owned()
}

fn uint(node: &Node) -> u64 {
    match node.value {
        Value::Uint(value) => value,
        _ => 0,
    }
}
