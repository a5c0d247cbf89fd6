//! Token Ring (IEEE 802.5; tcpdump.org/linktypes, LINKTYPE_IEEE802_5).

use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::field::Values;
use crate::value::Value;

/// Token Ring.
pub static PROTOCOL: Protocol = Protocol {
    name: "tr",
    title: "Token-Ring",
    column: "TR",
    tables: &[("wtap_encap", Key::Number(6))],
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { tr
    AC "tr.ac" X8 "Access Control";
    PRIORITY "tr.priority" U8 "Priority" mask 0xe0;
    FRAME "tr.frame" Bool(8) "Frame" mask 0x10 values (Values::Flag("Frame", "Token"));
    MONITOR_CNT "tr.monitor_cnt" U8 "Monitor Count" mask 0x08;
    PRIORITY_RESERVATION "tr.priority_reservation" U8 "Priority Reservation" mask 0x07;
    FC "tr.fc" X8 "Frame Control";
    FRAME_TYPE "tr.frame_type" U8 "Frame Type" mask 0xc0 values TYPES;
    FRAME_PCF "tr.frame_pcf" U8 "Frame PCF" mask 0x0f values CONTROLS;
    DST "tr.dst" Ether "Destination" group ["tr.addr"];
    SRC "tr.src" Ether "Source" group ["tr.addr"];
    SR "tr.sr" Bool(0) "Source Routed";
    RIF "tr.rif" Text "Ring-Bridge Pairs";
    _ "tr.addr" Ether "Source or Destination Address";
}

const TYPES: Values = Values::Names(&[(0, "MAC"), (LLC, "LLC"), (2, "Reserved")]);
const CONTROLS: Values = Values::Names(&[
    (0, "Normal buffer"),
    (1, "Express buffer"),
    (2, "Purge"),
    (3, "Claim Token"),
    (4, "Beacon"),
    (5, "Active Monitor Present"),
    (6, "Standby Monitor Present"),
]);
const LLC: u64 = 1;
/// Of the sender's first byte: a route stands behind the addresses, whose length is in the low bits of its first byte.
const ROUTED: u8 = 0x80;
const ROUTE_LENGTH: u64 = 0x1f;

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let mark = l.mark();
    let access = l.flags(AC, 1, &[PRIORITY, FRAME, MONITOR_CNT, PRIORITY_RESERVATION])?;
    l.label_at(mark, || {
        format!("Access Control: 0x{access:02x}, {}", if access & 0x10 != 0 { "Frame" } else { "Token" })
    });
    let mark = l.mark();
    let control = l.flags(FC, 1, &[FRAME_TYPE, FRAME_PCF])?;
    l.label_at(mark, || {
        let (kind, code) = (TYPES.name(control >> 6), CONTROLS.name(control & 0x0f));
        format!(
            "Frame Control: 0x{control:02x}, Frame Type: {}, Frame PCF: {}",
            kind.unwrap_or("Unknown"),
            code.unwrap_or("Unknown")
        )
    });
    l.ether(DST)?;
    let at = l.at();
    let sender = l.ether(SRC)?;
    let routed = sender.first().is_some_and(|first| first & ROUTED != 0);
    l.note(SR, at, at + 1, Value::Uint(u64::from(routed)));
    if routed {
        let (start, length) = (l.at(), (l.peek(0, 1)? & ROUTE_LENGTH) as usize);
        route(l, start, length)?;
    }
    Ok(if control >> 6 == LLC { Next::named("llc") } else { Next::Data })
}

/// Rings of twelve bits and the bridges between them of four (IEEE 802.1D, annex C).
fn route(l: &mut Layer<'_, '_>, start: usize, length: usize) -> Result<(), Stop> {
    l.skip(length)?;
    if length < 2 {
        return Ok(());
    }
    let mut text = String::new();
    for hop in l.slice(start + 2, start + length).chunks_exact(2) {
        let hop = crate::value::big_endian(hop);
        text.push_str(&format!("{:03X}-{:01X}-", hop >> 4, hop & 15));
    }
    // The last ring has no bridge behind it.
    text.truncate(text.len().saturating_sub(3));
    l.note_text(RIF, start + 2, start + length, text.as_bytes());
    Ok(())
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    columns.protocol = PROTOCOL.column.into();
    columns.destination = view.written(DST);
    columns.source = view.written(SRC);
    columns.info = format!("Token-Ring {}", view.name(FRAME_TYPE).unwrap_or("Unknown"));
}

#[cfg(test)]
mod tests {
    use crate::protocols::testing::read;

    #[test]
    fn a_route_may_stand_behind_the_addresses() {
        let inner = "aaaa0300000008004500001e12340000401154990a0000010a0000022b6756ce000a08406162";
        for (header, route) in [
            ("1040 002035012b59 0006291793f8", vec![]),
            ("1040 002035012b59 8006291793f8 0820 0011 0022 0030", vec!["001-1-002-2-003"]),
        ] {
            let packet = read(6, &format!("{header}{inner}").replace(' ', ""));
            assert_eq!((packet.of("frame.protocols"), packet.of("tr.rif")), (vec!["tr:llc:ip:udp:data"], route));
        }
        assert!(read(6, "1040002035012b598006291793f80001").of("tr.rif").is_empty());
    }
}
