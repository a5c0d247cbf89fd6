//! Cells: the texts of the packet list, and values by field name as `-T fields` prints them.

use crate::dissect::{Columns, Found, Packet, Protocols, columns};
use crate::field::{Field, FieldId, FieldSet, Kind};
use crate::value::{write_datum, write_plain, write_seconds};

/// One thing that can be asked of every packet by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// The values of fields: one name can stand for several.
    Fields(Vec<FieldId>),
    /// A column of the packet list.
    Column(Column),
}

/// A column of the packet list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Column {
    Number,
    Time,
    Source,
    Destination,
    Protocol,
    Length,
    Info,
}

impl Cell {
    /// The cell with this name: a field, an either-direction name, a protocol, or `_ws.col.Info` and its like.
    pub fn named(protocols: &Protocols, name: &str) -> Option<Cell> {
        if let Some(column) = name.strip_prefix("_ws.col.") {
            let column = match column.to_ascii_lowercase().as_str() {
                "no." | "number" => Column::Number,
                "time" => Column::Time,
                "source" => Column::Source,
                "destination" => Column::Destination,
                "protocol" => Column::Protocol,
                "length" => Column::Length,
                "info" => Column::Info,
                _ => return None,
            };
            return Some(Cell::Column(column));
        }
        let fields = fields_named(protocols, name);
        (!fields.is_empty()).then_some(Cell::Fields(fields))
    }

    /// Adds the fields that the cell is made of.
    pub fn want(&self, protocols: &Protocols, wanted: &mut FieldSet) {
        let is_shown = |row: &Field| row.kind == Kind::Protocol || row.of_experts;
        match self {
            // A protocol is shown by its line in the tree, which is made only where text for people is; expert infos are
            // such lines too.
            Cell::Fields(fields) if fields.iter().any(|field| is_shown(protocols.field(*field))) => {
                *wanted = FieldSet::all();
            }
            Cell::Fields(fields) => fields.iter().for_each(|field| wanted.insert(*field)),
            Cell::Column(Column::Number | Column::Time | Column::Length) => {}
            Cell::Column(_) if wanted.has_labels() => {}
            Cell::Column(_) => *wanted = FieldSet::values(),
        }
    }
}

/// The fields whose values are found under a name: those of that name, and the members of an either-direction name.
pub fn fields_named(protocols: &Protocols, name: &str) -> Vec<FieldId> {
    let rows = protocols.fields().iter().enumerate().skip(1);
    rows.filter(|(_, row)| row.name == name || row.groups.contains(&name)).map(|(id, _)| FieldId(id as u16)).collect()
}

/// The packet list's texts of one packet.
pub struct PacketColumns {
    /// Source, destination, protocol and info.
    pub columns: Columns,
    /// Seconds since the first packet.
    pub time: String,
}

impl PacketColumns {
    /// The line of a packet that was dissected with all fields.
    pub fn of(packet: &Packet<'_>, found: &Found, digits: usize) -> PacketColumns {
        PacketColumns { columns: columns(packet, found), time: time(packet, digits) }
    }
}

/// The time of a packet as the list shows it.
pub fn time(packet: &Packet<'_>, digits: usize) -> String {
    let mut out = String::new();
    if packet.time.is_some() {
        write_seconds(&mut out, packet.since_first.0, packet.since_first.1, digits);
    }
    out
}

/// Appends the values of the fields, with commas between them.
pub fn write_fields(out: &mut String, packet: &Packet<'_>, found: &Found, fields: &[FieldId]) {
    let mut first = true;
    for node in found.nodes.iter().filter(|node| fields.contains(&node.field)) {
        if !first {
            out.push(',');
        }
        first = false;
        let row = found.protocols().field(node.field);
        match (row.kind, found.datum(packet, node)) {
            (Kind::Protocol, _) => out.push_str(found.own_label(node).unwrap_or(row.name)),
            (_, datum) => write_plain(out, row, datum),
        }
    }
}

/// A node's value in text, as the tree shows it.
pub fn shown(packet: &Packet<'_>, found: &Found, node: &crate::dissect::Node) -> String {
    let mut out = String::new();
    write_datum(&mut out, found.protocols().field(node.field), found.datum(packet, node));
    out
}
