//! The packet list, and the fields of packets with `-T fields`.

use super::failure::Failure;
use super::options::Options;
use analyzer::dissect::{Found, Packet};
use analyzer::field::FieldSet;
use analyzer::filter::Filter;
use analyzer::open::Open;
use analyzer::protocols;
use analyzer::session::cells::{Cell, Column, PacketColumns, write_fields};
use analyzer::session::sieve::Sieve;
use std::io::Write;

/// Prints one line a packet that the filter displays.
pub(super) fn list(
    options: &Options,
    capture: &Open,
    filter: Option<Filter>,
    cells: Option<&[Cell]>,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let mut wanted = FieldSet::of([]);
    match cells {
        Some(cells) => cells.iter().for_each(|cell| cell.want(protocols::standard(), &mut wanted)),
        None => wanted = FieldSet::values(),
    }
    let mut sieve = filter.map(Sieve::new);
    let mut previous = 0;
    let mut text = String::new();
    for frame in 1..=capture.packets().min(options.count.unwrap_or(u32::MAX)) {
        let Some(row) = capture.index.rows.get(frame) else { break };
        if let Some(sieve) = &mut sieve
            && !sieve.displays(capture, frame, previous, options.two_passes)?
        {
            continue;
        }
        text.clear();
        let digits = capture.digits(row);
        capture.look(frame, previous, &wanted, options.two_passes, |packet, found| match cells {
            Some(cells) => write_cells(&mut text, packet, found, cells, digits),
            None => write_line(&mut text, packet, found, digits),
        })?;
        previous = frame;
        text.push('\n');
        out.write_all(text.as_bytes())?;
    }
    Ok(())
}

/// The fields and columns of these names.
pub(super) fn cells(names: &[String]) -> Result<Vec<Cell>, Failure> {
    let named = |name: &str| Cell::named(protocols::standard(), name);
    let unknown: Vec<&str> = names.iter().map(String::as_str).filter(|name| named(name).is_none()).collect();
    if !unknown.is_empty() {
        return Err(Failure::Input(format!("Some fields are not known: {}.", unknown.join(", "))));
    }
    Ok(names.iter().filter_map(|name| named(name)).collect())
}

fn write_cells(out: &mut String, packet: &Packet<'_>, found: &Found, cells: &[Cell], digits: usize) {
    let columns = cells.iter().any(|cell| matches!(cell, Cell::Column(_)));
    let line = columns.then(|| PacketColumns::of(packet, found, digits));
    for (index, cell) in cells.iter().enumerate() {
        if index > 0 {
            out.push('\t');
        }
        match (cell, &line) {
            (Cell::Fields(fields), _) => write_fields(out, packet, found, fields),
            (Cell::Column(column), Some(line)) => match column {
                Column::Number => out.push_str(&packet.number.to_string()),
                Column::Time => out.push_str(&line.time),
                Column::Source => out.push_str(&line.columns.source),
                Column::Destination => out.push_str(&line.columns.destination),
                Column::Protocol => out.push_str(&line.columns.protocol),
                Column::Length => out.push_str(&packet.length.to_string()),
                Column::Info => out.push_str(&line.columns.info),
            },
            (Cell::Column(_), None) => {}
        }
    }
}

fn write_line(out: &mut String, packet: &Packet<'_>, found: &Found, digits: usize) {
    let line = PacketColumns::of(packet, found, digits);
    let PacketColumns { columns, time } = &line;
    out.push_str(&format!(
        "{:>5} {:>10} {:>12} → {:<12} {} {} {}",
        packet.number, time, columns.source, columns.destination, columns.protocol, packet.length, columns.info
    ));
}
