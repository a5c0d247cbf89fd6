//! 802.1Q Virtual LAN (IEEE 802.1Q).

use super::eth::trailer;
use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::field::Values;
use crate::protocols::numbers;
use crate::protocols::tables;

/// 802.1Q Virtual LAN, and the older stacking of its tags (0x9100).
pub static PROTOCOL: Protocol = Protocol {
    name: "vlan",
    title: "802.1Q Virtual LAN",
    column: "VLAN",
    tables: &[("ethertype", Key::Numbers(&[0x8100, 0x9100]))],
    family: "eth",
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { vlan
    PRIORITY "vlan.priority" U16 "Priority" mask 0xe000 values PRIORITIES;
    DEI "vlan.dei" Bool(16) "DEI" mask 0x1000 values (Values::Flag("Eligible", "Ineligible"));
    ID "vlan.id" U16 "ID" mask 0x0fff;
    ETYPE "vlan.etype" X16 "Type" values (numbers::ETHERTYPES);
    LEN "vlan.len" U16 "Length";
    TRAILER "vlan.trailer" Bytes "Trailer";
    _ "vlan.cfi" Bool(16) "CFI" mask 0x1000 values (Values::Flag("Non-canonical", "Canonical")) unread "Wireshark shows it only with a preference that is off by default";
    _ "vlan.id_name" Text "Name" unread "it needs a table of the names of networks";
    _ "vlan.len.past_end" None "Length field value goes past the end of the payload" unread "Dropcap does not look for what it warns of";
    _ "vlan.too_many_tags" None "Too many nested VLAN tags" unread "Dropcap does not look for what it warns of";
}

const PRIORITIES: Values = Values::Names(&[
    (0, "Best Effort (default)"),
    (1, "Background"),
    (2, "Excellent Effort"),
    (3, "Critical Applications"),
    (4, "Video, < 100ms latency and jitter"),
    (5, "Voice, < 10ms latency and jitter"),
    (6, "Internetwork Control"),
    (7, "Network Control"),
]);

/// Up to here the field after the tag is a length (IEEE 802.3, section 3.2.6).
const LONGEST: u64 = 1500;

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let tag = l.bits(2, &[PRIORITY, DEI, ID])?;
    l.title(|| format!("802.1Q Virtual LAN, {}", tag_text(tag, ", ")));
    let number = l.peek(0, 2)?;
    let header = l.at() + 2;
    if number > LONGEST {
        l.u16(ETYPE)?;
        l.call(Next::table(&tables::ETHERTYPE, number as u16));
    } else {
        let length = usize::from(l.u16(LEN)?);
        let next = if l.peek(0, 2) == Ok(0xffff) { Next::Data } else { Next::named("llc") };
        // A length that goes past the end is no reason to show nothing.
        let _ = l.within(length, |l| {
            l.call(next);
            Ok(())
        });
    }
    trailer::note(l, TRAILER, None);
    l.seek(header)?;
    Ok(Next::End)
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    columns.protocol = PROTOCOL.column.into();
    columns.info.clear();
    if let (Some(priority), Some(eligible), Some(id)) = (view.uint(PRIORITY), view.uint(DEI), view.uint(ID))
        && view.has(ETYPE) | view.has(LEN)
    {
        columns.info = tag_text(priority << 13 | eligible << 12 | id, " ");
    }
    if let Some(number) = view.uint(ETYPE) {
        numbers::ethertype_columns(columns, number);
    }
}

fn tag_text(tag: u64, between: &str) -> String {
    format!("PRI: {}{between}DEI: {}{between}ID: {}", tag >> 13 & 7, tag >> 12 & 1, tag & 0xfff)
}
