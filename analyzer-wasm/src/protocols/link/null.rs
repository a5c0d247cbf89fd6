//! The loopback of BSD (LINKTYPE_NULL) and of OpenBSD (LINKTYPE_LOOP): an address family before the packet
//! (tcpdump.org/linktypes).

use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::field::Values;
use crate::protocols::numbers;
use crate::value::Value;

/// The loopback of BSD and of OpenBSD.
pub static PROTOCOL: Protocol = Protocol {
    name: "null",
    title: "Null/Loopback",
    column: "N/A",
    tables: &[("wtap_encap", Key::Numbers(&[0, OPENBSD as u32]))],
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { null
    FAMILY "null.family" U32 "Family" values FAMILIES;
    TYPE "null.type" X16 "Type" values (numbers::ETHERTYPES);
}

/// Address families. IPv6 has another number on each BSD.
const FAMILIES: Values = Values::Names(&[
    (2, "IP"),
    (7, "OSI"),
    (16, "Appletalk"),
    (23, "Netware IPX/SPX"),
    (24, "IPv6"),
    (28, "IPv6"),
    (30, "IPv6"),
]);

const OPENBSD: u16 = 108;
/// From here on the number is an Ethertype, which some captures have in the family's place.
const FIRST_ETHERTYPE: u32 = 1537;

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let start = l.at();
    let raw = l.peek(0, 4)? as u32;
    l.skip(4)?;
    // In the byte order of the machine that captured: families are small numbers, so that the order shows. OpenBSD's is
    // fixed.
    let family = match raw {
        _ if l.packet().link == OPENBSD => raw,
        _ if raw & 0xffff_0000 != 0 => raw.swap_bytes(),
        _ => raw,
    };
    if family >= FIRST_ETHERTYPE && l.packet().link != OPENBSD {
        let number = family as u16;
        l.note(TYPE, start, start + 4, Value::Uint(u64::from(number)));
        // Not by way of `Next::By`: there is no Ethertype layer of its own here.
        return Ok(match number {
            0x0800 => Next::named("ip"),
            0x86dd => Next::named("ipv6"),
            _ => Next::Data,
        });
    }
    l.note(FAMILY, start, start + 4, Value::Uint(u64::from(family)));
    Ok(match family {
        2 => Next::named("ip"),
        24 | 28 | 30 => Next::named("ipv6"),
        _ => Next::Data,
    })
}

fn summary(_: &View<'_>, columns: &mut Columns) {
    columns.source = PROTOCOL.column.into();
    columns.destination = PROTOCOL.column.into();
    columns.protocol = PROTOCOL.column.into();
    columns.info = PROTOCOL.title.into();
}

#[cfg(test)]
mod tests {
    use crate::protocols::testing::read;

    #[test]
    fn families_are_read_in_either_byte_order() {
        for (link, hex, family, protocol) in [
            (0, "020000004500001e12340000401154990a0000010a0000022b6756ce000a08406162", "2", "UDP"),
            (0, "000000024500001e12340000401154990a0000010a0000022b6756ce000a08406162", "2", "UDP"),
            (
                0,
                "1e0000006000000000003b4020010db800000000000000000000000120010db8000000000000000000000002",
                "30",
                "IPv6",
            ),
            (
                108,
                "0000001e6000000000003b4020010db800000000000000000000000120010db8000000000000000000000002",
                "30",
                "IPv6",
            ),
            (108, "0000006361626364", "99", "N/A"),
        ] {
            let packet = read(link, hex);
            assert_eq!((packet.of("null.family"), packet.columns.protocol.as_str()), (vec![family], protocol));
        }
    }
}
