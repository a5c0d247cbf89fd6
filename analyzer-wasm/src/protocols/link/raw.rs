//! Raw IP: packets that begin with their IP header (LINKTYPE_RAW, tcpdump.org/linktypes).

use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};

/// Raw IP. Captures written by BSD have the numbers 12 and 14 for it.
pub static PROTOCOL: Protocol = Protocol {
    name: "raw",
    title: "Raw packet data",
    column: "N/A",
    tables: &[("wtap_encap", Key::Numbers(&[101, 12, 14]))],
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { raw }

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    l.call(match l.peek(0, 1)? >> 4 {
        4 => Next::named("ip"),
        6 => Next::named("ipv6"),
        _ => return Err(Stop::Malformed("it is neither IPv4 nor IPv6")),
    });
    // It has no header: its bytes are the packet.
    Ok(Next::End)
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
    fn the_first_digit_decides() {
        assert_eq!(
            read(101, "4500001e12340000401154990a0000010a0000022b6756ce000a08406162").columns.info,
            "11111 → 22222 Len=2"
        );
        assert_eq!(
            read(12, "6000000000003b4020010db800000000000000000000000120010db8000000000000000000000002").columns.info,
            "IPv6 no next header"
        );
        assert_eq!(read(14, "12616263646566").row(), ["N/A", "N/A", "N/A", "Raw packet data[Malformed Packet]"]);
    }
}
