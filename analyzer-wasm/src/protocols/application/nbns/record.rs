//! Records of NBNS: addresses, and the status that a host reports.

use super::fields::*;
use super::{NbnsMessage, bits, kind, name, read_flags};
use crate::dissect::{Layer, Stop};
use crate::protocols::{TEXT, netbios_name};
use crate::value::span;

/// Records with addresses, and with what a host is called and how busy it is.
const NB: u16 = 32;
const NBSTAT: u16 = 33;

/// Reads one record.
pub(super) fn record(l: &mut Layer<'_, '_>, message: &mut NbnsMessage<'_>) -> Result<(), Stop> {
    l.branch(TEXT, |l, line| {
        let start = l.at();
        let name = name(l, message)?;
        let number = l.peek(0, 2)? as u16;
        let shown = if number == NB { name.described() } else { name.text.clone() };
        l.note_text(NAME, start + 1, l.at(), shown.as_bytes());
        let (kind, class) = kind(l)?;
        line.add(|| format!("{}: type {kind}, class {class}", name.text));
        let seconds = l.u32(TTL)?;
        l.label(|| format!("Time to live: {}", span(seconds)));
        if message.in_column && number != NB {
            message.words += &format!(" {kind}");
        }
        let length = usize::from(l.u16(DATA_LENGTH)?);
        l.within(length, |l| match number {
            NB if message.waits => flags_of_request(l),
            NB => addresses(l, message),
            NBSTAT => status(l),
            _ => {
                l.bytes_left(DATA);
                Ok(())
            }
        })
    })
}

fn flags_of_request(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    while l.left_on_wire() > 0 {
        whole(l, 2)?;
        read_flags(l, false)?;
    }
    Ok(())
}

/// Reads addresses, of which the packet list shows the first.
fn addresses(l: &mut Layer<'_, '_>, message: &mut NbnsMessage<'_>) -> Result<(), Stop> {
    const NODES: [&str; 4] = ["B", "P", "M", "H"];
    while l.left_on_wire() > 0 {
        whole(l, 2)?;
        bits(l, NB_FLAGS, &[NB_FLAGS_GROUP, NB_FLAGS_ONT], |raw| {
            let node = NODES.get((raw >> 13 & 3) as usize).copied().unwrap_or_default();
            format!(" ({node}-node, {})", if raw & 0x8000 != 0 { "group" } else { "unique" })
        })?;
        whole(l, 4)?;
        let address = l.ipv4(ADDR)?;
        if std::mem::take(&mut message.in_column) {
            message.words += &format!(" NB {address}");
        }
    }
    Ok(())
}

fn status(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    whole(l, 1)?;
    for _ in 0..l.u8(NUMBER_OF_NAMES)? {
        whole(l, netbios_name::LENGTH)?;
        let start = l.at();
        let name = l.slice(start, start + netbios_name::LENGTH);
        l.skip(name.len())?;
        if l.wants(NETBIOS_NAME) {
            l.note_text(NETBIOS_NAME, start, l.at(), netbios_name::characters(name).as_bytes());
            l.label(|| format!("Name: {}", netbios_name::plain(name).described()));
        }
        whole(l, 2)?;
        bits(l, NAME_FLAGS, &OWNED, |_| String::new())?;
    }
    whole(l, 6)?;
    l.ether(UNIT_ID)?;
    for (field, width) in STATISTICS {
        whole(l, width)?;
        l.uint(field, width)?;
    }
    Ok(())
}

/// Stops where a record ends within one of its entries.
fn whole(l: &mut Layer<'_, '_>, length: usize) -> Result<(), Stop> {
    if l.left_on_wire() >= length {
        return Ok(());
    }
    let at = l.at();
    l.text(at, l.end(), || "incomplete entry".into());
    l.remark(INCOMPLETE_ENTRY, at, || "incomplete entry".into());
    Err(Stop::Malformed("an entry is longer than the record that it stands in"))
}
