//! NetBIOS Name Service: names of hosts and services without DNS (RFC 1002, section 4.2).

mod fields;
mod names;
mod record;

pub use fields::*;
use names::*;

use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::field::{FieldId, Kind};
use crate::protocols::domain_name::{self, CLASSES};
use crate::protocols::netbios_name::{self, NetbiosName};
use crate::protocols::{self, TEXT};

/// NetBIOS Name Service.
pub static PROTOCOL: Protocol = Protocol {
    name: "nbns",
    title: "NetBIOS Name Service",
    column: "NBNS",
    tables: &[("udp.port", Key::Number(137))],
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

const RESPONSE: u64 = 0x8000;
const WAIT_FOR_ACKNOWLEDGMENT: u64 = 7;

/// A message, and its text in the packet list.
struct NbnsMessage<'p> {
    /// The whole message, into which the pointers in names lead.
    bytes: &'p [u8],
    start: usize,
    response: bool,
    /// Whether it asks to wait, with the flags of the request in place of addresses.
    waits: bool,
    /// Whether the packet list shows what is read: the questions of a request, the answers of a response.
    in_column: bool,
    words: String,
}

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let (bytes, start) = (l.rest(), l.at());
    l.u16(ID)?;
    let flags = read_flags(l, true)?;
    let (response, waits) = (flags & RESPONSE != 0, opcode(flags) == WAIT_FOR_ACKNOWLEDGMENT);
    let mut message = NbnsMessage { bytes, start, response, waits, in_column: false, words: String::new() };
    let result = sections(l, &mut message);
    l.summarize(|| Some(message.words));
    result
}

fn sections(l: &mut Layer<'_, '_>, message: &mut NbnsMessage<'_>) -> Result<Next, Stop> {
    let counts = [l.u16(COUNT_QUERIES)?, l.u16(COUNT_ANSWERS)?, l.u16(COUNT_AUTH_RR)?, l.u16(COUNT_ADD_RR)?];
    let titles = ["Queries", "Answers", "Authoritative nameservers", "Additional records"];
    for (place, (title, count)) in titles.into_iter().zip(counts).enumerate().filter(|(_, (_, count))| *count > 0) {
        l.branch(TEXT, |l, line| {
            line.add(|| title.to_owned());
            (0..count).try_for_each(|_| {
                message.in_column = l.wants_all() && place == usize::from(message.response);
                if place == 0 { question(l, message) } else { record::record(l, message) }
            })
        })?;
    }
    Ok(Next::End)
}

fn opcode(flags: u64) -> u64 {
    flags >> 11 & 15
}

fn read_flags(l: &mut Layer<'_, '_>, of_message: bool) -> Result<u64, Stop> {
    let response = l.peek(0, 2)? & RESPONSE != 0;
    let flags = match RESPONSE_FLAGS.split_last() {
        _ if !response => &QUERY_FLAGS[..],
        Some((_, flags)) if !of_message => flags,
        _ => &RESPONSE_FLAGS,
    };
    bits(l, FLAGS, flags, |_| String::new())
}

/// Reads two bytes of flags, and says which are set and what the numbers among them mean.
fn bits(
    l: &mut Layer<'_, '_>,
    field: FieldId,
    bits: &[FieldId],
    more: impl FnOnce(u64) -> String,
) -> Result<u64, Stop> {
    let mark = l.mark();
    let raw = l.flags(field, 2, bits)?;
    l.label_at(mark, || {
        let mut text = format!("{}: 0x{raw:04x}", protocols::field(field).title);
        for row in bits.iter().map(|bit| protocols::field(*bit)) {
            let value = row.masked(raw);
            if !matches!(row.kind, Kind::Bool(_)) {
                text += &format!(", {}: {}", row.title, row.values.name(value).unwrap_or("Unknown"));
            } else if value != 0 {
                text += &format!(", {}", row.title);
            }
        }
        text + &more(raw)
    });
    Ok(raw)
}

/// Reads the name at the cursor.
fn name(l: &mut Layer<'_, '_>, message: &NbnsMessage<'_>) -> Result<NetbiosName, Stop> {
    let encoded = domain_name::decode(message.bytes, message.start, l.at() - message.start)?;
    l.skip(encoded.wire)?;
    Ok(if l.wants(NAME) { netbios_name::decode(encoded.text()) } else { NetbiosName::default() })
}

/// Reads type and class, and says what they are called.
fn kind(l: &mut Layer<'_, '_>) -> Result<(&'static str, &'static str), Stop> {
    let [kind, class] = [(TYPE, TYPES), (CLASS, CLASSES)].map(|(field, names)| {
        let number = l.u16(field)?;
        Ok(names.name(u64::from(number)).unwrap_or("Unknown"))
    });
    Ok((kind?, class?))
}

fn question(l: &mut Layer<'_, '_>, message: &mut NbnsMessage<'_>) -> Result<(), Stop> {
    l.branch(TEXT, |l, line| {
        let start = l.at();
        let name = name(l, message)?;
        l.note_text(NAME, start, l.at(), name.text.as_bytes());
        l.label(|| format!("Name: {}", name.described()));
        let (kind, class) = kind(l)?;
        line.add(|| format!("{}: type {kind}, class {class}", name.text));
        if message.in_column {
            message.words += &format!(" {kind} {}", name.text);
        }
        Ok(())
    })
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    columns.protocol = PROTOCOL.column.into();
    columns.info.clear();
    let Some(flags) = view.uint(FLAGS) else { return };
    let (opcode, response) = (opcode(flags), flags & RESPONSE != 0);
    let info = &mut columns.info;
    *info = OPCODES.name(opcode).map_or_else(|| format!("Unknown operation ({opcode})"), str::to_owned);
    if response {
        info.push_str(" response");
        if flags & 15 != 0 {
            info.push_str(", ");
            info.push_str(RCODES.name(flags & 15).unwrap_or("Unknown error"));
        }
    }
    info.push_str(view.summarized().unwrap_or_default());
}

#[cfg(test)]
mod tests;
