//! Cisco MetaData: the security group of a frame's sender (Cisco TrustSec).

use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::protocols::numbers;
use crate::protocols::tables;

/// Cisco MetaData.
pub static PROTOCOL: Protocol = Protocol {
    name: "cmd",
    title: "Cisco MetaData",
    column: "CMD",
    tables: &[("ethertype", Key::Number(0x8909)), ("gre.proto", Key::Number(0x8909))],
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { cmd
    VERSION "cmd.version" U8 "Version";
    LENGTH "cmd.length" U8 "Length";
    OPTIONS "cmd.options" X16 "Options";
    SGT "cmd.sgt" U16 "SGT";
    TYPE "cmd.type" X16 "Type" values (numbers::ETHERTYPES);
}

const FIRST_ETHERTYPE: u64 = 1536;

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    // In GRE the type stands first; no Ethertype is as low as version and length in its place.
    let ahead = l.peek(0, 2)? >= FIRST_ETHERTYPE;
    let before = if ahead { Some(l.u16(TYPE)?) } else { None };
    l.u8(VERSION)?;
    l.u8(LENGTH)?;
    l.u16(OPTIONS)?;
    l.u16(SGT)?;
    let number = match before {
        Some(number) => number,
        None => l.u16(TYPE)?,
    };
    // Not by way of an Ethertype: there is no such layer of its own here.
    Ok(Next::table(&tables::GRE_PROTO, number))
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    columns.protocol = PROTOCOL.column.into();
    columns.info.clear();
    if let Some(number) = view.uint(TYPE) {
        numbers::ethertype_columns(columns, number);
    }
}

#[cfg(test)]
mod tests {
    use crate::protocols::testing::read;

    #[test]
    fn the_type_stands_first_or_last() {
        let inner = "4500001e12340000401154990a0000010a0000022b6756ce000a08406162";
        for (header, stack) in [
            ("021122334455021122334466 8909 0101000100020800", "eth:ethertype:cmd:ip:udp:data"),
            (
                "021122334455021122334466 0800 4500000000010000402f00000a0000010a000002 00008909 0800010100010002",
                "eth:ethertype:ip:gre:cmd:ip:udp:data",
            ),
        ] {
            let packet = read(1, &format!("{header}{inner}").replace(' ', ""));
            assert_eq!((packet.of("frame.protocols"), packet.of("cmd.sgt")), (vec![stack], vec!["2"]));
        }
    }
}
