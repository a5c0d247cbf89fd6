//! Cisco HDLC: a frame of HDLC with an Ethertype (tcpdump.org/linktypes, LINKTYPE_C_HDLC).

use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::field::Values;
use crate::protocols::{numbers, tables};

/// Cisco HDLC.
pub static PROTOCOL: Protocol = Protocol {
    name: "chdlc",
    title: "Cisco HDLC",
    column: "CHDLC",
    tables: &[("wtap_encap", Key::Number(104))],
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { chdlc
    ADDRESS "chdlc.address" X8 "Address" values (Values::Names(&[(0x0f, "Unicast"), (0x8f, "Multicast")]));
    CONTROL "chdlc.control" X8 "Control";
    PROTOCOL_NUMBER "chdlc.protocol" X16 "Protocol" values (numbers::CHDLC_PROTOCOLS);
}

/// What is RARP on Ethernet: here routers learn their address by it, in another form.
const ADDRESS_RESOLUTION: u16 = 0x8035;

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    l.u8(ADDRESS)?;
    l.u8(CONTROL)?;
    let number = l.u16(PROTOCOL_NUMBER)?;
    // Not by way of an Ethertype: there is no such layer of its own here.
    Ok(match number {
        ADDRESS_RESOLUTION => Next::Data,
        _ => Next::table(&tables::GRE_PROTO, number),
    })
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    columns.source = "N/A".into();
    columns.destination = "N/A".into();
    columns.protocol = PROTOCOL.column.into();
    columns.info = view.name(PROTOCOL_NUMBER).unwrap_or_default().into();
}

#[cfg(test)]
mod tests {
    use crate::protocols::testing::read;

    const INNER: &str = "4500001e12340000401154990a0000010a0000022b6756ce000a08406162";

    #[test]
    fn it_is_known_on_its_own_and_where_ppp_is_expected() {
        assert_eq!(read(104, &format!("0f000800{INNER}")).of("frame.protocols"), ["chdlc:ip:udp:data"]);
        assert_eq!(read(9, &format!("8f000800{INNER}")).of("frame.protocols"), ["ppp:chdlc:ip:udp:data"]);
        assert_eq!(read(104, "8f008035000000020000").of("frame.protocols"), ["chdlc:data"]);
    }
}
