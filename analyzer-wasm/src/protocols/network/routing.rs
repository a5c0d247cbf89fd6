//! IPv6 routing headers (RFC 8200, section 4.4; RFC 5095, RFC 6275, RFC 8754).

use super::ipv6;
use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::field::{FieldId, Values};
use crate::protocols::numbers;
use crate::value::Value;

/// IPv6 routing headers.
pub static PROTOCOL: Protocol = Protocol {
    name: "ipv6.routing",
    title: "Routing Header for IPv6",
    column: "IPv6 Routing",
    tables: &[("ip.proto", Key::Number(43))],
    part: true,
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { routing
    NXT "ipv6.routing.nxt" U8 "Next Header" values (numbers::IP_PROTOCOLS);
    LEN "ipv6.routing.len" U8 "Length";
    LEN_OCT "ipv6.routing.len_oct" U16 "Length";
    TYPE "ipv6.routing.type" U8 "Type" values TYPES;
    SEGLEFT "ipv6.routing.segleft" U8 "Segments Left";
    SRC_RESERVED "ipv6.routing.src.reserved" Bytes "Reserved";
    SRC_ADDR "ipv6.routing.src.addr" Ipv6 "Address";
    MIPV6_RESERVED "ipv6.routing.mipv6.reserved" Bytes "Reserved";
    MIPV6_HOME_ADDRESS "ipv6.routing.mipv6.home_address" Ipv6 "Home Address";
    SRH_LAST_ENTRY "ipv6.routing.srh.last_entry" U8 "Last Entry";
    SRH_FLAGS "ipv6.routing.srh.flags" X8 "Flags";
    SRH_TAG "ipv6.routing.srh.tag" Bytes "Tag";
    SRH_ADDR "ipv6.routing.srh.addr" Ipv6 "Address";
    DEPRECATED "ipv6.routing.deprecated" None "Routing header type is deprecated" expert (Note, Deprecated);
    UNKNOWN_DATA "ipv6.routing.unknown_data" Bytes "Type-Specific Data";
}

const TYPES: Values = Values::Names(&[
    (0, "Source Route"),
    (1, "Nimrod"),
    (2, "Type 2 Routing"),
    (3, "RPL Source Route"),
    (4, "Segment Routing"),
    (5, "Compact Routing Header 16"),
    (6, "Compact Routing Header 32"),
    (253, "Experiment 1"),
    (254, "Experiment 2"),
]);

/// Deprecated, as anybody could abuse it (RFC 5095).
const SOURCE_ROUTE: u8 = 0;
const MOBILE: u8 = 2;
const SEGMENTS: u8 = 4;

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let next = l.u8(NXT)?;
    let at = l.at();
    let size = (usize::from(l.u8(LEN)?) + 1) * 8;
    l.note(LEN_OCT, at, at + 1, Value::Uint(size as u64));
    l.label(|| format!("Length: {size} bytes"));
    let kind = l.u8(TYPE)?;
    l.title(|| format!("Routing Header for IPv6 ({})", TYPES.name(u64::from(kind)).unwrap_or("Unknown")));
    if kind == SOURCE_ROUTE {
        l.remark(DEPRECATED, at + 1, || "Routing header type is deprecated".into());
    }
    let left = l.u8(SEGLEFT)?;
    let list = l.within(size - 4, |l| {
        let list = match kind {
            SOURCE_ROUTE => {
                l.bytes(SRC_RESERVED, 4)?;
                addresses(l, SRC_ADDR, 1)?
            }
            MOBILE => {
                l.bytes(MIPV6_RESERVED, 4)?;
                addresses(l, MIPV6_HOME_ADDRESS, 1)?
            }
            SEGMENTS => {
                l.u8(SRH_LAST_ENTRY)?;
                l.u8(SRH_FLAGS)?;
                l.bytes(SRH_TAG, 2)?;
                addresses(l, SRH_ADDR, 0)?
            }
            _ => None,
        };
        if l.left() > 0 {
            l.bytes_left(UNKNOWN_DATA);
        }
        Ok(list)
    })?;
    if let (Some((first, last)), 1..) = (list, left) {
        let source = l.endpoints().source;
        l.divert(source, if kind == SEGMENTS { first } else { last }.into());
    }
    l.join();
    Ok(ipv6::following(next))
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    ipv6::extension_columns(view, columns, "IPv6 routing", NXT);
    if view.uint(SEGLEFT).unwrap_or_default() > 0 {
        // Segments stand in reverse order.
        let first = view.nodes().find(|node| node.field == SRH_ADDR);
        let last = view.nodes().filter(|node| [SRC_ADDR, MIPV6_HOME_ADDRESS].contains(&node.field)).last();
        if let Some(node) = first.or(last) {
            columns.destination.clear();
            crate::value::write_datum(&mut columns.destination, view.protocols().field(node.field), view.datum(node));
        }
    }
}

type FirstAndLast = Option<(std::net::Ipv6Addr, std::net::Ipv6Addr)>;

/// As many addresses as there are; the first and the last of them.
fn addresses(l: &mut Layer<'_, '_>, field: FieldId, base: usize) -> Result<FirstAndLast, Stop> {
    let mut ends: FirstAndLast = None;
    let mut index = base;
    while l.left() >= 16 {
        let address = l.ipv6(field)?;
        l.label(|| format!("Address[{index}]: {address}"));
        ends = Some((ends.map_or(address, |(first, _)| first), address));
        index += 1;
    }
    Ok(ends)
}
