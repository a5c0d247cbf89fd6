//! ARCNET, as BSD and Linux capture it (RFC 1051, RFC 1201; LINKTYPE_ARCNET_BSD and LINKTYPE_ARCNET_LINUX).

use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::field::Values;

/// ARCNET.
pub static PROTOCOL: Protocol = Protocol {
    name: "arcnet",
    title: "ARCNET",
    column: "ARCNET",
    tables: &[("wtap_encap", Key::Numbers(&[BSD as u32, LINUX as u32]))],
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { arcnet
    SRC "arcnet.src" X8 "Source";
    DST "arcnet.dst" X8 "Dest";
    OFFSET "arcnet.offset" Bytes "Offset";
    PROT_ID "arcnet.protID" X8 "Protocol ID" values PROTOCOLS;
    SPLIT_FLAG "arcnet.split_flag" U8 "Split Flag";
    EXCEPTION_FLAG "arcnet.exception_flag" X8 "Exception Flag";
    SEQUENCE "arcnet.sequence" U16 "Sequence";
    PADDING "arcnet.padding" X16 "Padding";
}

const PROTOCOLS: Values = Values::Names(&[
    (0x00, "Datapoint boot"),
    (0x01, "Datapoint mount"),
    (0x08, "PowerLAN beacon"),
    (0x80, "Diagnose"),
    (0xc4, "IPv6"),
    (0xcd, "BACnet"),
    (0xd4, "RFC 1201 IP"),
    (0xd5, "RFC 1201 ARP"),
    (0xd6, "RFC 1201 RARP"),
    (0xdd, "Appletalk"),
    (0xe8, "Encapsulated Ethernet"),
    (0xec, "Novell of some sort"),
    (0xf0, "RFC 1051 IP"),
    (0xf1, "RFC 1051 ARP"),
    (0xf3, "PowerLAN beacon2"),
    (0xf7, "Banyan VINES"),
    (0xfa, "IPX"),
]);

const BSD: u16 = 7;
const LINUX: u16 = 129;
/// Protocols that do not split packets, and thus do without the fields for it (RFC 1051).
const UNSPLIT: [u8; 5] = [0xf0, 0xf1, 0xcd, 0x80, 0x08];
/// In place of the split flag: an exception frame, whose own header follows (RFC 1201, section "Exception Frames").
const EXCEPTION: u64 = 0xff;

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    l.u8(SRC)?;
    l.u8(DST)?;
    if l.packet().link == LINUX {
        l.bytes(OFFSET, 2)?;
    }
    let protocol = l.u8(PROT_ID)?;
    let mut part = 0;
    if !UNSPLIT.contains(&protocol) {
        if l.packet().link == BSD && l.peek(0, 1) == Ok(EXCEPTION) {
            l.u8(EXCEPTION_FLAG)?;
            l.u16(PADDING)?;
            l.u8(PROT_ID)?;
        }
        part = l.u8(SPLIT_FLAG)?;
        l.u16(SEQUENCE)?;
    }
    Ok(match protocol {
        // Parts of a packet are not put together.
        _ if part != 0 => Next::Data,
        0xf0 | 0xd4 => Next::named("ip"),
        0xf1 | 0xd5 | 0xd6 => Next::named("arp"),
        0xc4 => Next::named("ipv6"),
        _ => Next::Data,
    })
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    let address = |field| view.uint(field).map(|station| format!("0x{station:02x}")).unwrap_or_default();
    columns.source = address(SRC);
    columns.destination = address(DST);
    columns.protocol = PROTOCOL.column.into();
    let protocol = view.uint(PROT_ID).unwrap_or_default();
    columns.info = PROTOCOLS.name(protocol).map_or_else(|| format!("0x{protocol:02x}"), str::to_owned);
}

#[cfg(test)]
mod tests {
    use crate::protocols::testing::read;

    const INNER: &str = "4500001e12340000401154990a0000010a0000022b6756ce000a08406162";

    #[test]
    fn both_systems_write_the_header_of_either_rfc() {
        for (link, header, stack) in [
            (129, "50be0608f0", "arcnet:ip:udp:data"),
            (129, "50bef053d4 00016b", "arcnet:ip:udp:data"),
            (7, "50bed4 00016b", "arcnet:ip:udp:data"),
            (7, "50bed4 ffffffd4 00016b", "arcnet:ip:udp:data"),
            (7, "50bed4 01016b", "arcnet:data"),
        ] {
            let packet = read(link, &format!("{header}{INNER}").replace(' ', ""));
            assert_eq!(packet.of("frame.protocols"), [stack]);
        }
    }
}
