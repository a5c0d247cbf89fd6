//! Ethernet (IEEE 802.3).

pub mod trailer;

use crate::conversations::{Between, Conversing};
use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::field::{FieldId, Values};
use crate::protocols::tables;
use crate::protocols::{expert, numbers};
use crate::value::big_endian;

/// Ethernet.
pub static PROTOCOL: Protocol = Protocol {
    name: "eth",
    title: "Ethernet",
    column: "Ethernet",
    tables: &[("wtap_encap", Key::Number(1)), ("ethertype", Key::Number(0x6558)), ("gre.proto", Key::Number(0x6558))],
    family: "eth",
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { eth
    DST "eth.dst" Ether "Destination" group ["eth.addr"];
    DST_RESOLVED "eth.dst_resolved" Text "Destination (resolved)" group ["eth.addr_resolved"] hidden true;
    DST_OUI "eth.dst.oui" OUI "Destination OUI" group ["eth.addr.oui"] hidden true;
    DST_LG "eth.dst.lg" Bool(24) "LG bit" group ["eth.lg"] mask 0x02_0000 values ADMINISTRATION;
    DST_IG "eth.dst.ig" Bool(24) "IG bit" group ["eth.ig"] mask 0x01_0000 values RECEIVERS;
    SRC "eth.src" Ether "Source" group ["eth.addr"];
    SRC_RESOLVED "eth.src_resolved" Text "Source (resolved)" group ["eth.addr_resolved"] hidden true;
    SRC_OUI "eth.src.oui" OUI "Source OUI" group ["eth.addr.oui"] hidden true;
    SRC_LG "eth.src.lg" Bool(24) "LG bit" group ["eth.lg"] mask 0x02_0000 values ADMINISTRATION;
    SRC_IG "eth.src.ig" Bool(24) "IG bit" group ["eth.ig"] mask 0x01_0000 values RECEIVERS;
    TYPE "eth.type" X16 "Type" values (numbers::ETHERTYPES);
    LEN "eth.len" U16 "Length";
    INVALID_LENTYPE "eth.invalid_lentype" XD16 "Invalid length/type";
    PADDING "eth.padding" Bytes "Padding";
    TRAILER "eth.trailer" Bytes "Trailer";
    FCS "eth.fcs" X32 "Frame check sequence";
    FCS_STATUS "eth.fcs.status" N8 "FCS Status" values (numbers::CHECKSUM_STATES);
    INVALID_LENTYPE_EXPERT "eth.invalid_lentype.expert" None "Invalid length/type" expert (Warning, Protocol);
    LEN_PAST_END "eth.len.past_end" None "Length field value goes past the end of the payload" expert (Error, Malformed);
    PADDING_BAD "eth.padding_bad" None "Padding identification may be inaccurate and impact trailer dissector" expert (Note, Protocol);
    _ "eth.addr" Ether "Address";
    _ "eth.addr_resolved" Text "Address (resolved)";
    _ "eth.addr.oui" OUI "Address OUI";
    _ "eth.lg" Bool(24) "LG bit" mask 0x02_0000 values ADMINISTRATION;
    _ "eth.ig" Bool(24) "IG bit" mask 0x01_0000 values RECEIVERS;
    _ "eth.dst.oui_resolved" Text "Destination OUI (resolved)" unread "it needs a table of manufacturers, which Dropcap does not carry";
    _ "eth.src.oui_resolved" Text "Source OUI (resolved)" unread "it needs a table of manufacturers, which Dropcap does not carry";
    _ "eth.addr.oui_resolved" Text "Address OUI (resolved)" unread "it needs a table of manufacturers, which Dropcap does not carry";
    _ "eth.src_not_group" None "Source MAC must not be a group address: IEEE 802.3-2002, Section 3.2.3(b)" unread "Dropcap does not look for what it warns of";
    _ "eth.fcs_bad" None "Bad checksum" unread "Dropcap does not look for what it warns of";
}

const ADMINISTRATION: Values = Values::Flag(
    "Locally administered address (this is NOT the factory default)",
    "Globally unique address (factory default)",
);
const RECEIVERS: Values = Values::Flag("Group address (multicast/broadcast)", "Individual address (unicast)");

/// The longest payload that the field after the addresses can give as a length; from [`FIRST_ETHERTYPE`] on it is an
/// Ethertype (IEEE 802.3, section 3.2.6).
const LONGEST: u16 = 1500;
const FIRST_ETHERTYPE: u16 = 1536;
/// Bytes of two addresses and a type.
const HEADER: usize = 14;

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let destination = address(l, DST, [DST_RESOLVED, DST_OUI, DST_LG, DST_IG])?;
    let source = address(l, SRC, [SRC_RESOLVED, SRC_OUI, SRC_LG, SRC_IG])?;
    let number = l.peek(0, 2)? as u16;
    l.converse(Conversing::Ethernet, Between::Ether([source, destination]), l.left_on_wire().saturating_sub(2));
    let kind = match number {
        1..=LONGEST if l.peek(2, 2) == Ok(0xffff) => "IEEE 802.3 Ethernet Raw",
        1..=LONGEST => "IEEE 802.3 Ethernet",
        0 | FIRST_ETHERTYPE.. => "Ethernet II",
        _ => "Ethernet Unknown",
    };
    l.title(|| match number {
        1..=LONGEST => format!("{kind} "),
        _ => format!("{kind}, Src: {}, Dst: {}", written(&source), written(&destination)),
    });
    match number {
        // Novell's first frames have no LLC header; IPX, which they carry, is not among our protocols.
        1..=LONGEST if l.peek(2, 2) == Ok(0xffff) => {
            l.u16(LEN)?;
            call_within(l, usize::from(number), Next::Data);
        }
        1..=LONGEST => {
            l.u16(LEN)?;
            let past_end = usize::from(number) > l.left_on_wire();
            if past_end {
                l.remark(LEN_PAST_END, 12 + l.start(), || "The length goes past the end of the frame".into());
            }
            call_within(l, usize::from(number), Next::named("llc"));
            if past_end {
                expert::malformed(l);
            }
        }
        0 | FIRST_ETHERTYPE.. => {
            l.u16(TYPE)?;
            l.call(Next::table(&tables::ETHERTYPE, number));
        }
        _ => {
            l.u16(INVALID_LENTYPE)?;
            l.remark(INVALID_LENTYPE_EXPERT, 12 + l.start(), || "This is neither a length nor an Ethertype".into());
            l.call(Next::Data);
        }
    }
    trailer::note(l, TRAILER, Some((FCS, FCS_STATUS)));
    // The protocol's own bytes are its header.
    let header = l.start() + HEADER.min(l.end() - l.start());
    l.seek(header)?;
    Ok(Next::End)
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    columns.protocol = PROTOCOL.column.into();
    if view.has(DST) {
        columns.destination = view.written(DST);
        columns.source = view.written(SRC);
        columns.info.clear();
    }
    if let Some(number) = view.uint(TYPE) {
        columns.info.push_str("Ethernet II");
        numbers::ethertype_columns(columns, number);
    } else if let Some(number) = view.uint(INVALID_LENTYPE) {
        columns.info = format!("Ethernet Unknown: Invalid length/type: 0x{number:04x} ({number})");
    } else if view.has(LEN) {
        columns.info.push_str("IEEE 802.3 Ethernet");
    }
}

/// An address, and below it what its first bytes say: the vendor, and the two bits that are sent first.
fn address(l: &mut Layer<'_, '_>, field: FieldId, parts: [FieldId; 4]) -> Result<[u8; 6], Stop> {
    let start = l.at();
    let address = l.ether(field)?;
    let [resolved, vendor, administration, receivers] = parts;
    l.below(|l| {
        if l.wants(resolved) {
            l.note_text(resolved, start, start + 6, written(&address).as_bytes());
        }
        let first = big_endian(address.get(..3).unwrap_or_default());
        for part in [vendor, administration, receivers] {
            l.note_uint(part, start, 3, first);
        }
    });
    Ok(address)
}

/// Runs what follows on as many bytes as the length field says, and no more than there are.
fn call_within(l: &mut Layer<'_, '_>, length: usize, next: Next) {
    // A length that goes past the end is no reason to show nothing.
    let _ = l.within(length, |l| {
        l.call(next);
        Ok(())
    });
}

fn written(address: &[u8]) -> String {
    let mut out = String::new();
    crate::value::write_hex(&mut out, address, Some(':'));
    out
}

#[cfg(test)]
mod tests {
    use crate::protocols::testing::read;

    #[test]
    fn the_number_after_the_addresses_says_what_kind_of_frame_it_is() {
        for (hex, protocol, info) in [
            ("02112233445500aabbccddee88b568656c6c6f20776f726c64", "0x88b5", "Local Experimental Ethertype 1"),
            (
                "02112233445500aabbccddee05e67878787878787878787878787878787878787878",
                "Ethernet",
                "Ethernet Unknown: Invalid length/type: 0x05e6 (1510)",
            ),
            (
                "02112233445500aabbccddee0003e0e003747261696c747261696c747261696c747261696c747261696c747261696c747261\
             696c747261696c747261696c747261696c",
                "LLC",
                "U, func=UI; DSAP NetWare Individual, SSAP NetWare Command",
            ),
        ] {
            assert_eq!(read(1, hex).row(), ["00:aa:bb:cc:dd:ee", "02:11:22:33:44:55", protocol, info]);
        }
    }

    #[test]
    fn zeros_up_to_the_shortest_frame_are_padding_and_four_more_bytes_the_check_sequence() {
        let packet = read(
            1,
            "02112233445500aabbccddee08004500001e12340000401154990a0000010a0000022b6756ce000a08406162000000000000\
             0000000000000000000001020304",
        );
        assert_eq!(packet.of("eth.padding"), ["00000000000000000000000000000000"]);
        assert_eq!(packet.of("eth.fcs"), ["0x01020304"]);
        assert!(packet.of("eth.trailer").is_empty());
    }

    #[test]
    fn other_bytes_behind_the_payload_are_a_trailer() {
        let packet = read(
            1,
            "02112233445500aabbccddee08004500001e12340000401154990a0000010a0000022b6756ce000a084061627a7a7a7a7a7a\
             7a7a7a7a7a7a7a7a7a7a",
        );
        assert_eq!(packet.of("eth.trailer"), ["7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a"]);
        assert!(packet.of("eth.padding").is_empty() && packet.of("eth.fcs").is_empty());
    }

    #[test]
    fn a_frame_that_ends_within_its_addresses_shows_those_it_has() {
        let packet = read(1, "02112233445500aa");
        assert_eq!(packet.row(), ["", "02:11:22:33:44:55", "Ethernet", "[Malformed Packet]"]);
    }
}
