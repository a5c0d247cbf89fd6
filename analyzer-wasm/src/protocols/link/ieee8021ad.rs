//! Provider bridges: the outer of two VLAN tags (IEEE 802.1ad, now part of IEEE 802.1Q).

use super::eth::trailer;
use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::protocols::numbers;
use crate::protocols::tables;
use crate::value::Value;

/// The service tag of provider bridges.
pub static PROTOCOL: Protocol = Protocol {
    name: "ieee8021ad",
    title: "IEEE 802.1ad",
    column: "802.1ad",
    tables: &[("ethertype", Key::Number(0x88a8))],
    family: "eth",
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { ieee8021ad
    PRIORITY "ieee8021ad.priority" U16 "Priority" mask 0xe000;
    DEI "ieee8021ad.dei" U16 "DEI" mask 0x1000;
    ID "ieee8021ad.id" U16 "ID" mask 0x0fff;
    ETYPE "ieee8021ah.etype" X16 "Type" values (numbers::ETHERTYPES);
    TRAILER "ieee8021ah.trailer" Bytes "Trailer";
}

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let start = l.at();
    let tag = l.peek(0, 2)?;
    l.note(PRIORITY, start, start + 1, Value::Uint(tag >> 13));
    l.note(DEI, start, start + 1, Value::Uint(tag >> 12 & 1));
    l.uint(ID, 2)?;
    l.title(|| format!("IEEE 802.1ad, ID: {}", tag & 0xfff));
    let number = l.u16(ETYPE)?;
    let header = l.at();
    l.call(Next::table(&tables::ETHERTYPE, number));
    trailer::note(l, TRAILER, None);
    l.seek(header)?;
    Ok(Next::End)
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    columns.protocol = PROTOCOL.column.into();
    let part = |field| view.uint(field).unwrap_or_default();
    columns.info = format!("PRI: {} DROP: {} ID: {}", part(PRIORITY), part(DEI), part(ID));
    if let Some(number) = view.uint(ETYPE) {
        numbers::ethertype_columns(columns, number);
    }
}

#[cfg(test)]
mod tests {
    use crate::protocols::testing::read;

    #[test]
    fn both_tags_are_read() {
        let packet = read(
            1,
            "02112233445500aabbccddee88a860648100300508004500001e12340000401154990a0000010a0000022b6756ce000a0840\
             6162",
        );
        assert_eq!(packet.of("ieee8021ad.id"), ["100"]);
        assert_eq!(
            (packet.of("vlan.id"), packet.of("vlan.dei"), packet.of("vlan.priority")),
            (vec!["5"], vec!["1"], vec!["1"])
        );
        assert_eq!(packet.of("frame.protocols"), ["eth:ethertype:ieee8021ad:ethertype:vlan:ethertype:ip:udp:data"]);
    }
}
