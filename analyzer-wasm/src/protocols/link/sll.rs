//! Linux cooked-mode captures, versions 1 and 2 (LINKTYPE_LINUX_SLL and LINKTYPE_LINUX_SLL2, tcpdump.org/linktypes).

use super::eth::trailer;
use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::field::Values;
use crate::protocols::numbers;
use crate::protocols::tables;

/// Linux cooked-mode captures.
pub static PROTOCOL: Protocol = Protocol {
    name: "sll",
    title: "Linux cooked-mode capture",
    column: "SLL",
    tables: &[("wtap_encap", Key::Numbers(&[VERSION_1 as u32, VERSION_2 as u32]))],
    family: "eth",
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { sll
    PKTTYPE "sll.pkttype" U16 "Packet type" values PACKET_TYPES;
    HATYPE "sll.hatype" U16 "Link-layer address type" values (numbers::HARDWARE_TYPES);
    HALEN "sll.halen" U16 "Link-layer address length";
    IFINDEX "sll.ifindex" U32 "Interface index";
    SRC_ETH "sll.src.eth" Ether "Source";
    SRC_IPV4 "sll.src.ipv4" Ipv4 "Source";
    SRC_OTHER "sll.src.other" Bytes "Source";
    UNUSED "sll.unused" Bytes "Unused";
    ETYPE "sll.etype" X16 "Protocol" values (numbers::ETHERTYPES);
    LTYPE "sll.ltype" X16 "Protocol" values LINUX_TYPES;
    GRETYPE "sll.gretype" X16 "Protocol" values (numbers::ETHERTYPES);
    TRAILER "sll.trailer" Bytes "Trailer";
}

const PACKET_TYPES: Values = Values::Names(&[
    (0, "Unicast to us"),
    (1, "Broadcast"),
    (2, "Multicast"),
    (3, "Unicast to another host"),
    (4, "Sent by us"),
]);
const LINUX_TYPES: Values = Values::Names(&[
    (0x01, "Raw 802.3"),
    (0x03, "Ethernet"),
    (0x04, "802.2 LLC"),
    (0x07, "PPP (HDLC)"),
    (0x0c, "CAN"),
    (0x0d, "CAN FD"),
    (0x17, "IrDA LAP"),
    (0xf5, "ISI"),
    (0xf6, "IEEE 802.15.4"),
]);

const VERSION_1: u16 = 113;
const VERSION_2: u16 = 276;
/// Linux's hardware type of GRE tunnels over IPv4 (linux/if_arp.h).
const GRE: u16 = 778;
/// Room for the address.
const ADDRESS: usize = 8;
/// Up to here the protocol is one of Linux's own numbers instead of an Ethertype.
const LONGEST: u16 = 1500;

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let header = if l.packet().link == VERSION_2 {
        l.title(|| "Linux cooked capture v2".into());
        let hardware = l.peek(8, 2)? as u16;
        let protocol = protocol(l, hardware)?;
        // Two bytes are reserved.
        l.skip(2)?;
        l.u32(IFINDEX)?;
        l.u16(HATYPE)?;
        l.uint(PKTTYPE, 1)?;
        let length = l.uint(HALEN, 1)? as usize;
        address(l, length)?;
        let header = l.at();
        payload(l, hardware, protocol);
        header
    } else {
        l.title(|| "Linux cooked capture v1".into());
        l.u16(PKTTYPE)?;
        let hardware = l.u16(HATYPE)?;
        let length = usize::from(l.u16(HALEN)?);
        address(l, length)?;
        let protocol = protocol(l, hardware)?;
        let header = l.at();
        payload(l, hardware, protocol);
        header
    };
    trailer::note(l, TRAILER, None);
    l.seek(header)?;
    Ok(Next::End)
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    columns.protocol = PROTOCOL.column.into();
    columns.source = [SRC_ETH, SRC_IPV4, SRC_OTHER].into_iter().map(|field| view.written(field)).collect();
    columns.destination.clear();
    let kind = view.uint(PKTTYPE);
    columns.info = kind.map(|kind| PACKET_TYPES.name(kind).unwrap_or("Unknown").to_owned()).unwrap_or_default();
    if let Some(number) = view.uint(ETYPE) {
        numbers::ethertype_columns(columns, number);
    }
}

/// The sender's address, in as many of the eight bytes as it has.
fn address(l: &mut Layer<'_, '_>, length: usize) -> Result<(), Stop> {
    let taken = length.min(ADDRESS);
    match taken {
        0 => {}
        4 => {
            l.ipv4(SRC_IPV4)?;
        }
        6 => {
            l.ether(SRC_ETH)?;
        }
        _ => {
            l.bytes(SRC_OTHER, taken)?;
        }
    }
    if taken < ADDRESS {
        l.bytes(UNUSED, ADDRESS - taken)?;
    }
    Ok(())
}

fn protocol(l: &mut Layer<'_, '_>, hardware: u16) -> Result<u16, Stop> {
    match l.peek(0, 2)? as u16 {
        _ if hardware == GRE => l.u16(GRETYPE),
        0..=LONGEST => l.u16(LTYPE),
        _ => l.u16(ETYPE),
    }
}

fn payload(l: &mut Layer<'_, '_>, hardware: u16, protocol: u16) {
    l.call(match protocol {
        _ if hardware == GRE && protocol == 0x0800 => Next::named("ip"),
        _ if hardware == GRE && protocol == 0x86dd => Next::named("ipv6"),
        3 => Next::named("eth"),
        4 => Next::named("llc"),
        0..=LONGEST => Next::Data,
        _ => Next::table(&tables::ETHERTYPE, protocol),
    });
}

#[cfg(test)]
mod tests {
    use crate::protocols::testing::read;

    #[test]
    fn both_versions_name_the_sender() {
        for (link, hex, stack) in [
            (
                113,
                "00000001000600aabbccddee000008004500001e12340000401154990a0000010a0000022b6756ce000a08406162",
                "sll:ethertype:ip:udp:data",
            ),
            (
                276,
                "08000000000000020001000600aabbccddee00004500001e12340000401154990a0000010a0000022b6756ce000a08406162",
                "sll:ethertype:ip:udp:data",
            ),
            (
                113,
                "00000001000600aabbccddee00000004aaaa0300000008004500001e12340000401154990a0000010a0000022b6756ce000a\
             08406162",
                "sll:llc:ip:udp:data",
            ),
        ] {
            let packet = read(link, hex);
            assert_eq!(packet.of("sll.src.eth"), ["00:aa:bb:cc:dd:ee"]);
            assert_eq!(packet.of("frame.protocols"), [stack]);
        }
        let packet = read(113, "00040001000600aabbccddee000088b5616263");
        assert_eq!(packet.row(), ["00:aa:bb:cc:dd:ee", "", "0x88b5", "Local Experimental Ethertype 1"]);
    }
}
