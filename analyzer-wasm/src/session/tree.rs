//! The detail tree and the bytes of one packet.

use crate::dissect::{Found, Node, Packet};
use crate::field::{Field, Kind, Look};
use crate::message::{self, Line, Nature};
use crate::value::{Datum, Value, write_bits, write_datum, write_hex, write_named, write_quoted};

/// Bytes of a value that a filter is made of; more make no filter that anybody wants.
const MOST_FILTER_BYTES: usize = 64;
/// Characters of a value in the tree.
const MOST_TEXT: usize = 240;

/// The packet for the page.
pub(super) fn packet(packet: &Packet<'_>, found: &Found) -> message::Packet {
    let visible = found.nodes.iter().filter(|node| !found.protocols().field(node.field).hidden);
    let lines = visible.map(|node| line(packet, found, node)).collect();
    let frame = message::Bytes { name: format!("Frame ({} bytes)", packet.bytes.len()), bytes: packet.bytes.to_vec() };
    let others = found.sources.iter().map(|source| message::Bytes {
        name: format!("{} ({} bytes)", source.name, source.bytes.len()),
        bytes: source.bytes.clone(),
    });
    message::Packet { frame: packet.number, lines, sources: std::iter::once(frame).chain(others).collect() }
}

fn line(packet: &Packet<'_>, found: &Found, node: &Node) -> Line {
    let row = found.protocols().field(node.field);
    let datum = found.datum(packet, node);
    let mut text = found.own_label(node).map_or_else(|| text(row, node, datum), str::to_owned);
    if node.generated && !text.starts_with('[') {
        text = format!("[{text}]");
    }
    let nature = match row.kind {
        Kind::Protocol if row.name.starts_with("_ws.") => Nature::Trouble,
        Kind::Protocol => Nature::Protocol,
        _ if node.generated => Nature::Generated,
        _ => Nature::Field,
    };
    Line {
        depth: node.depth,
        text,
        field: row.name.to_owned(),
        filter: filter(row, datum),
        source: node.source,
        start: node.start,
        end: node.end,
        link: match (row.kind, node.value) {
            (Kind::Frame, Value::Uint(frame)) => frame as u32,
            _ => 0,
        },
        nature,
    }
}

/// The text that the field's row makes: bits, title, value, name.
fn text(row: &Field, node: &Node, datum: Datum<'_>) -> String {
    let mut text = String::new();
    if let (Value::Uint(value), true) = (node.value, row.mask != 0) {
        write_bits(&mut text, value << row.mask.trailing_zeros(), row.mask, bits(row, node));
    }
    text.push_str(row.title);
    if matches!(row.kind, Kind::None | Kind::Protocol) {
        return text;
    }
    text.push_str(": ");
    match (row.kind, datum) {
        (Kind::Bytes, Datum::Bytes(bytes)) if !bytes.is_empty() => {
            write_hex(&mut text, bytes.get(..MOST_TEXT / 2).unwrap_or(bytes), None)
        }
        _ => write_named(&mut text, row, datum),
    }
    if let Some((end, _)) = text.char_indices().nth(MOST_TEXT) {
        text.truncate(end);
        text.push('…');
    }
    text
}

/// How many bits the picture of a masked value has.
fn bits(row: &Field, node: &Node) -> u8 {
    match row.kind.bits() {
        0 => (node.end - node.start).min(8) as u8 * 8,
        bits => bits,
    }
}

/// The filter that selects packets with this value; empty where none can.
fn filter(row: &Field, datum: Datum<'_>) -> String {
    let name = row.name;
    if name.is_empty() {
        return String::new();
    }
    let mut value = String::new();
    match (row.kind, datum) {
        (Kind::None | Kind::Protocol, _) | (_, Datum::None) => return name.to_owned(),
        (Kind::Text | Kind::TextZ, Datum::Text(text) | Datum::Bytes(text)) => write_quoted(&mut value, text),
        (Kind::Time, _) if row.look != Look::Seconds => {
            value.push('"');
            // A filter knows no word for no point in time.
            write_datum(&mut value, &Field { look: Look::Plain, ..*row }, datum);
            value.push('"');
        }
        (_, Datum::Bytes(bytes)) if bytes.is_empty() || bytes.len() > MOST_FILTER_BYTES => return name.to_owned(),
        (Kind::Bytes, Datum::Bytes(bytes)) => {
            write_hex(&mut value, bytes, Some(':'));
            if bytes.len() == 1 {
                value.push(':');
            }
        }
        _ => write_datum(&mut value, row, datum),
    }
    format!("{name} == {value}")
}
