//! The detail tree and the bytes of one packet.

use crate::dissect::{Found, Node, Packet};
use crate::field::{Field, Kind, Look};
use crate::message::{self, Nature, TreeLine};
use crate::value::{Datum, Value, write_bits, write_datum, write_hex, write_named, write_plain, write_quoted};

/// Bytes of a value that a filter is made of; more make no filter that anybody wants.
const MOST_FILTER_BYTES: usize = 64;
/// Bytes of a value that the tree shows.
const MOST_BYTES: usize = 36;
/// Bytes of a line of the tree, as UTF-8; a longer one is cut, and says so.
const MOST_TEXT: usize = 238;
/// What a line that was cut says.
const CUT: &str = " [truncated]";

/// The packet for the page.
pub fn packet(packet: &Packet<'_>, found: &Found) -> message::PacketDetails {
    // What is hidden, as another line says it, is shown where it has words of its own.
    let is_visible = |node: &&Node| !found.protocols().field(node.field).hidden || found.own_label(node).is_some();
    let visible = found.nodes.iter().filter(is_visible);
    let mut lines = Vec::with_capacity(found.nodes.len());
    for node in visible {
        lines.push(line(packet, found, node));
    }
    let frame = message::Bytes { name: format!("Frame ({} bytes)", packet.bytes.len()), bytes: packet.bytes.to_vec() };
    let others = found.sources.iter().map(|source| message::Bytes {
        name: format!("{} ({} bytes)", source.name, source.bytes.len()),
        bytes: source.bytes.clone(),
    });
    message::PacketDetails { frame: packet.number, lines, sources: std::iter::once(frame).chain(others).collect() }
}

fn line(packet: &Packet<'_>, found: &Found, node: &Node) -> TreeLine {
    let row = found.protocols().field(node.field);
    let datum = found.datum(packet, node);
    let mut text = found.own_label(node).map_or_else(|| text(row, node, datum), |text| cut(text.to_owned(), 0));
    if node.generated && !text.starts_with('[') {
        text = format!("[{text}]");
    }
    let nature = match row.kind {
        Kind::Protocol if row.of_experts => Nature::Generated,
        Kind::Protocol if row.name.starts_with("_ws.") => Nature::Trouble,
        Kind::Protocol => Nature::Protocol,
        _ if node.generated => Nature::Generated,
        _ => Nature::Field,
    };
    TreeLine {
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
    let titled = text.len();
    text.push_str(": ");
    match (row.kind, datum) {
        (Kind::Bytes, Datum::Bytes(bytes)) if !bytes.is_empty() => {
            write_plain(&mut text, row, Datum::Bytes(bytes.get(..MOST_BYTES).unwrap_or(bytes)));
            if bytes.len() > MOST_BYTES {
                text.push('…');
            }
        }
        _ => write_named(&mut text, row, datum),
    }
    cut(text, titled)
}

/// A text that is no longer than a line of the tree may be; one that was cut says so at this place.
fn cut(mut text: String, at: usize) -> String {
    if text.len() > MOST_TEXT + 1 {
        text.truncate(text.floor_char_boundary(MOST_TEXT - CUT.len()));
        text.insert_str(at.min(text.len()), CUT);
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
