//! Generic Routing Encapsulation (RFC 2784, RFC 2890; with source routes RFC 1701, for PPTP RFC 2637).

use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::field::{Values, YES_NO};
use crate::protocols::numbers::{self, checksum};
use crate::protocols::tables;
use crate::value::Value;
use etherparse::checksum::Sum16BitWords;

/// Generic Routing Encapsulation.
pub static PROTOCOL: Protocol = Protocol {
    name: "gre",
    title: "Generic Routing Encapsulation",
    column: "GRE",
    tables: &[("ip.proto", Key::Number(47))],
    declares: &[tables::GRE_PROTO],
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { gre
    FLAGS_AND_VERSION "gre.flags_and_version" X16 "Flags and Version";
    FLAGS_CHECKSUM "gre.flags.checksum" Bool(16) "Checksum Bit" mask 0x8000 values YES_NO;
    FLAGS_ROUTING "gre.flags.routing" Bool(16) "Routing Bit" mask 0x4000 values YES_NO;
    FLAGS_KEY "gre.flags.key" Bool(16) "Key Bit" mask 0x2000 values YES_NO;
    FLAGS_SEQUENCE_NUMBER "gre.flags.sequence_number" Bool(16) "Sequence Number Bit" mask 0x1000 values YES_NO;
    FLAGS_STRICT_SOURCE_ROUTE "gre.flags.strict_source_route" Bool(16) "Strict Source Route Bit" mask 0x0800 values YES_NO;
    FLAGS_RECURSION_CONTROL "gre.flags.recursion_control" U16 "Recursion control" mask 0x0700;
    FLAGS_ACK "gre.flags.ack" Bool(16) "Acknowledgment" mask 0x0080 values YES_NO;
    FLAGS_RESERVED "gre.flags.reserved" U16 "Flags (Reserved)" mask 0x00f8;
    FLAGS_VERSION "gre.flags.version" U16 "Version" mask 0x0007 values VERSIONS;
    PROTO "gre.proto" X16 "Protocol Type" values PAYLOADS;
    CHECKSUM "gre.checksum" X16 "Checksum";
    CHECKSUM_STATUS "gre.checksum.status" N8 "Checksum Status" values (numbers::CHECKSUM_STATES);
    CHECKSUM_INCORRECT "gre.checksum.incorrect" None "Incorrect GRE Checksum" expert (Warning, Protocol);
    OFFSET "gre.offset" U16 "Offset";
    KEY "gre.key" X32 "Key";
    KEY_PAYLOAD_LENGTH "gre.key.payload_length" U16 "Payload Length";
    KEY_CALL_ID "gre.key.call_id" U16 "Call ID";
    SEQUENCE_NUMBER "gre.sequence_number" U32 "Sequence Number";
    ACK_NUMBER "gre.ack_number" U32 "Acknowledgment Number";
    ROUTING "gre.routing" None "Routing";
    ROUTING_ADDRESS_FAMILY "gre.routing.address_family" U16 "Address Family";
    ROUTING_SRE_OFFSET "gre.routing.sre_offset" U8 "SRE Offset";
    ROUTING_SRC_LENGTH "gre.routing.src_length" U8 "SRE Length";
    WCCP_REDIRECT_HEADER "gre.wccp.redirect_header" None "Redirect Header";
    WCCP_DYNAMIC_SERVICE "gre.wccp.dynamic_service" Bool(8) "Dynamic Service" mask 0x01 values (Values::Flag("Dynamic service", "Well-known service"));
    WCCP_ALTERNATIVE_BUCKET_USED "gre.wccp.alternative_bucket_used" Bool(8) "Alternative bucket used" mask 0x02 values (Values::Flag("Alternative bucket used", "Primary bucket used"));
    WCCP_REDIRECT_HEADER_VALID "gre.wccp.redirect_header_valid" Bool(8) "WCCP Redirect header is valid" mask 0x04 values (Values::Flag("Header is present, but ignore contents", "Header contents are valid"));
    WCCP_SERVICE_ID "gre.wccp.service_id" U8 "Service ID" values (Values::Names(&[(0, "HTTP")]));
    WCCP_ALTERNATIVE_BUCKET "gre.wccp.alternative_bucket" U8 "Alternative Bucket";
    WCCP_PRIMARY_BUCKET "gre.wccp.primary_bucket" U8 "Primary Bucket";
    ROUTING_INFORMATION "gre.routing.information" Bytes "Routing Information";
}

const VERSIONS: Values = Values::Names(&[(0, "GRE"), (1, "Enhanced GRE")]);
const PAYLOADS: Values = Values::Names(&[
    (0x0000, "Possible GRE keepalive packet"),
    (0x00fe, "OSI"),
    (IPV4 as u64, "IP"),
    (0x0806, "ARP"),
    (0x2000, "CDP (Cisco)"),
    (0x2001, "NHRP"),
    (0x22eb, "ERSPAN III"),
    (0x6400, "MIKROTIK EoIP"),
    (ETHERNET as u64, "Transparent Ethernet bridging"),
    (0x6559, "Frame Relay"),
    (0x8137, "IPX"),
    (0x8240, "ARUBA WLAN"),
    (0x86dd, "IPv6"),
    (PPP as u64, "PPP"),
    (REDIRECTED as u64, "WCCP"),
    (0x8847, "MPLS label switched packet"),
    (0x8881, "CDMA2000 A10 Unstructured byte stream"),
    (MIRRORED as u64, "ERSPAN"),
    (0x88d2, "CDMA2000 A10 3GPP2 Packet"),
    (0x8909, "CiscoMetaData"),
    (0x894f, "Network Service Header"),
    (0x9000, "ARUBA WLAN"),
    (0xb7ea, "Huawei GRE bonding"),
    (0xfeae, "AIROHIVE AP AP"),
]);

const ETHERNET: u16 = 0x6558;
/// The payload of PPTP: its header has another key, and acknowledgments.
const PPP: u16 = 0x880b;
const IPV4: u16 = 0x0800;
/// Packets of IPv4 that a router redirects to a cache.
const REDIRECTED: u16 = 0x883e;
/// Frames that a switch mirrors.
const MIRRORED: u16 = 0x88be;

const HAS_CHECKSUM: u64 = 0x8000;
const HAS_ROUTING: u64 = 0x4000;
const HAS_KEY: u64 = 0x2000;
const HAS_SEQUENCE: u64 = 0x1000;
const HAS_ACKNOWLEDGMENT: u64 = 0x0080;

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let enhanced = l.peek(2, 2)? as u16 == PPP;
    let flags = flags(l, enhanced)?;
    let payload = l.u16(PROTO)?;
    l.title(|| format!("Generic Routing Encapsulation ({})", name(payload)));
    if flags & HAS_CHECKSUM != 0 {
        checksum::internet(l, [CHECKSUM, CHECKSUM_STATUS, CHECKSUM_INCORRECT], Sum16BitWords::new())?;
        l.u16(OFFSET)?;
    } else if flags & HAS_ROUTING != 0 {
        // The checksum's place is there, without a checksum.
        let at = l.at();
        let value = l.u16(CHECKSUM)?;
        l.label(|| format!("Checksum: 0x{value:04x} [unverified]"));
        l.generated_at(CHECKSUM_STATUS, at, Value::Uint(2));
        l.u16(OFFSET)?;
    }
    if flags & HAS_KEY != 0 {
        if enhanced {
            l.u16(KEY_PAYLOAD_LENGTH)?;
            l.u16(KEY_CALL_ID)?;
        } else {
            l.u32(KEY)?;
        }
    }
    if flags & HAS_SEQUENCE != 0 {
        l.u32(SEQUENCE_NUMBER)?;
    }
    if enhanced && flags & HAS_ACKNOWLEDGMENT != 0 {
        l.u32(ACK_NUMBER)?;
    }
    if flags & HAS_ROUTING != 0 {
        routing(l)?;
    }
    if payload == REDIRECTED {
        redirect(l)?;
    }
    Ok(Next::table(
        &tables::GRE_PROTO,
        match payload {
            REDIRECTED => IPV4,
            // Mirrored frames that are not numbered have no header of their own.
            MIRRORED if flags & HAS_SEQUENCE == 0 => ETHERNET,
            _ => payload,
        },
    ))
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    columns.protocol = PROTOCOL.column.into();
    columns.info.clear();
    if let Some(payload) = view.uint(PROTO) {
        columns.info = format!(
            "Encapsulated {}",
            PAYLOADS.name(payload).map_or_else(|| format!("0x{payload:04X} (unknown)"), str::to_owned,)
        );
    }
}

fn flags(l: &mut Layer<'_, '_>, enhanced: bool) -> Result<u64, Stop> {
    let start = l.at();
    let common = [
        FLAGS_CHECKSUM,
        FLAGS_ROUTING,
        FLAGS_KEY,
        FLAGS_SEQUENCE_NUMBER,
        FLAGS_STRICT_SOURCE_ROUTE,
        FLAGS_RECURSION_CONTROL,
    ];
    let flags = l.flags(FLAGS_AND_VERSION, 2, &common)?;
    l.below(|l| {
        if enhanced {
            let reserved = flags >> 3 & 0x0f;
            l.note_uint(FLAGS_ACK, start, 2, flags);
            l.note(FLAGS_RESERVED, start, start + 2, Value::Uint(reserved));
            l.label(|| numbers::with_bits(flags, 0x0078, 16, &format!("Flags (Reserved): {reserved}")));
        } else {
            l.note_uint(FLAGS_RESERVED, start, 2, flags);
        }
        l.note_uint(FLAGS_VERSION, start, 2, flags);
    });
    Ok(flags)
}

/// What a router says of a packet that it hands to a cache (draft-mclaggan-wccp-v2rev1, section 4.12.2). The first
/// version has no header for it: the packet follows.
fn redirect(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    if l.peek(0, 1)? >> 4 == 4 {
        return Ok(());
    }
    l.branch(WCCP_REDIRECT_HEADER, |l, _| {
        l.bits(1, &[WCCP_DYNAMIC_SERVICE, WCCP_ALTERNATIVE_BUCKET_USED, WCCP_REDIRECT_HEADER_VALID])?;
        l.u8(WCCP_SERVICE_ID)?;
        l.u8(WCCP_ALTERNATIVE_BUCKET)?;
        l.u8(WCCP_PRIMARY_BUCKET)?;
        Ok(())
    })
}

/// Source routes, the last of which is empty (RFC 1701).
fn routing(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    loop {
        let (start, length) = (l.at(), l.peek(3, 1)? as usize);
        l.note(ROUTING, start, start + 4 + length, Value::None);
        let family = l.u16(ROUTING_ADDRESS_FAMILY)?;
        l.u8(ROUTING_SRE_OFFSET)?;
        l.u8(ROUTING_SRC_LENGTH)?;
        if family == 0 && length == 0 {
            return Ok(());
        }
        l.bytes(ROUTING_INFORMATION, length)?;
    }
}

fn name(payload: u16) -> String {
    PAYLOADS.name(u64::from(payload)).map_or_else(|| format!("0x{payload:04X} - unknown"), str::to_owned)
}

#[cfg(test)]
mod tests {
    use crate::protocols::testing::read;

    /// An IPv4 header before what follows.
    const OUTER: &str = "4500003200010000402f00000a0000010a000002";
    /// A datagram with two bytes.
    const INNER: &str = "4500001e12340000401154990a0000010a0000022b6756ce000a08406162";

    #[test]
    fn what_is_carried_is_read_as_if_it_stood_alone() {
        for (header, stack) in [
            ("00000800", "raw:ip:gre:ip:udp:data"),
            ("300008000000000100000002", "raw:ip:gre:ip:udp:data"),
            ("40000800000000000800000401020304 00000000", "raw:ip:gre:ip:udp:data"),
            ("000088be0211223344550211223344660800", "raw:ip:gre:eth:ethertype:ip:udp:data"),
            ("00006558021122334455021122334466 0800", "raw:ip:gre:eth:ethertype:ip:udp:data"),
            (
                "100088be000000011064000500000001021122334455021122334466 0800",
                "raw:ip:gre:erspan:eth:ethertype:ip:udp:data",
            ),
            ("0000883e", "raw:ip:gre:ip:udp:data"),
            ("0000883e05590048", "raw:ip:gre:ip:udp:data"),
            ("00008847000121fe", "raw:ip:gre:mpls:ip:udp:data"),
            ("3081880b0020000700000005000000 06ff030021", "raw:ip:gre:ppp:ip:udp:data"),
        ] {
            let outer = OUTER.replace("0032", "0000");
            let packet = read(101, &format!("{outer}{header}{INNER}").replace(' ', ""));
            assert_eq!(packet.of("frame.protocols"), [stack]);
            assert_eq!(packet.columns.info, "11111 → 22222 Len=2");
        }
    }

    #[test]
    fn what_is_not_known_is_named() {
        for (rest, info) in [
            ("000012346162", "Encapsulated 0x1234 (unknown)"),
            ("00000000", "Encapsulated Possible GRE keepalive packet"),
        ] {
            let packet = read(101, &format!("{OUTER}{rest}").replace("0032", "0000"));
            assert_eq!((packet.columns.protocol.as_str(), packet.columns.info.as_str()), ("GRE", info));
        }
    }

    #[test]
    fn a_wrong_checksum_is_reported() {
        let packet = read(101, &format!("{OUTER}8000080000010000{INNER}").replace("0032", "0000"));
        assert_eq!(packet.of("gre.checksum.status"), ["0"]);
    }
}
