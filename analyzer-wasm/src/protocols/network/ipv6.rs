//! Internet Protocol, version 6 (RFC 8200).

pub mod options;

use crate::conversations::{Between, Conversing};
use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::field::{FieldId, Look, Values};
use crate::protocols::numbers;
use crate::protocols::tables;
use crate::value::Value;
use std::net::Ipv6Addr;

/// Internet Protocol, version 6.
pub static PROTOCOL: Protocol = Protocol {
    name: "ipv6",
    title: "Internet Protocol Version 6",
    column: "IPv6",
    tables: &[
        ("ethertype", Key::Number(0x86dd)),
        ("wtap_encap", Key::Number(229)),
        ("ip.proto", Key::Number(41)),
        ("gre.proto", Key::Number(0x86dd)),
        ("ppp.protocol", Key::Number(0x0057)),
    ],
    family: "ipv6",
    declares: &[tables::IP_PROTO],
    has_parts: true,
    fields: FIELDS,
    ends: &[SRC, DST],
    dissect,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { ipv6
    VERSION "ipv6.version" U8 "Version" group ["ip.version"];
    TCLASS "ipv6.tclass" X32 "Traffic Class" mask 0x0ff0_0000;
    TCLASS_DSCP "ipv6.tclass.dscp" U32 "Differentiated Services Codepoint" mask 0x0fc0_0000 values (numbers::CODEPOINTS);
    TCLASS_ECN "ipv6.tclass.ecn" U32 "Explicit Congestion Notification" mask 0x0030_0000 values (numbers::CONGESTION);
    FLOW "ipv6.flow" X24 "Flow Label" mask 0x0f_ffff;
    PLEN "ipv6.plen" U16 "Payload Length";
    NXT "ipv6.nxt" U8 "Next Header" values (numbers::IP_PROTOCOLS);
    HLIM "ipv6.hlim" U8 "Hop Limit";
    SRC "ipv6.src" Ipv6 "Source Address" group ["ipv6.addr"];
    SRC_HOST "ipv6.src_host" Text "Source Host" group ["ipv6.host"] hidden true;
    SRC_SLAAC_MAC "ipv6.src_slaac_mac" Ether "Source SLAAC MAC" group ["ipv6.slaac_mac"];
    DST "ipv6.dst" Ipv6 "Destination Address" group ["ipv6.addr"];
    DST_HOST "ipv6.dst_host" Text "Destination Host" group ["ipv6.host"] hidden true;
    DST_SLAAC_MAC "ipv6.dst_slaac_mac" Ether "Destination SLAAC MAC" group ["ipv6.slaac_mac"];
    SRC_ISATAP_IPV4 "ipv6.src_isatap_ipv4" Ipv4 "Source ISATAP IPv4" group ["ipv6.isatap_ipv4"];
    DST_ISATAP_IPV4 "ipv6.dst_isatap_ipv4" Ipv4 "Destination ISATAP IPv4" group ["ipv6.isatap_ipv4"];
    SRC_6TO4_GW_IPV4 "ipv6.src_6to4_gw_ipv4" Ipv4 "Source 6to4 Gateway IPv4" group ["ipv6.6to4_gw_ipv4"];
    SRC_6TO4_SLA_ID "ipv6.src_6to4_sla_id" U16 "Source 6to4 SLA ID" group ["ipv6.6to4_sla_id"];
    DST_6TO4_GW_IPV4 "ipv6.dst_6to4_gw_ipv4" Ipv4 "Destination 6to4 Gateway IPv4" group ["ipv6.6to4_gw_ipv4"];
    DST_6TO4_SLA_ID "ipv6.dst_6to4_sla_id" U16 "Destination 6to4 SLA ID" group ["ipv6.6to4_sla_id"];
    SRC_EMBED_IPV4 "ipv6.src_embed_ipv4" Ipv4 "Source Embedded IPv4";
    DST_EMBED_IPV4 "ipv6.dst_embed_ipv4" Ipv4 "Destination Embedded IPv4";
    EMBED_IPV4_PREFIX "ipv6.embed_ipv4_prefix" Bytes "Embedded IPv4 Prefix";
    EMBED_IPV4 "ipv6.embed_ipv4" Ipv4 "Embedded IPv4";
    OPT "ipv6.opt" None "IPv6 Option";
    OPT_TYPE "ipv6.opt.type" X8 "Type" values (options::TYPES);
    OPT_TYPE_ACTION "ipv6.opt.type.action" U8 "Action" mask 0xc0 values (options::ACTIONS);
    OPT_TYPE_CHANGE "ipv6.opt.type.change" Bool(8) "May Change" mask 0x20 values (crate::field::YES_NO);
    OPT_TYPE_REST "ipv6.opt.type.rest" X8 "Low-Order Bits" mask 0x1f;
    OPT_LENGTH "ipv6.opt.length" U8 "Length";
    OPT_PAD1 "ipv6.opt.pad1" None "Pad1";
    OPT_PADN "ipv6.opt.padn" Bytes "PadN" look (Look::Optional);
    OPT_TEL "ipv6.opt.tel" U8 "Tunnel Encapsulation Limit";
    OPT_ROUTER_ALERT "ipv6.opt.router_alert" U16 "Router Alert" values (options::ALERTS);
    OPT_JUMBO "ipv6.opt.jumbo" U32 "Payload Length";
    OPT_HOME_ADDRESS "ipv6.opt.mipv6.home_address" Ipv6 "MIPv6 Home Address";
    OPT_EXPERIMENTAL "ipv6.opt.experimental" Bytes "Experimental Option";
    OPT_UNKNOWN "ipv6.opt.unknown" Bytes "Unknown Option Payload";
    FRAGMENTS "ipv6.fragments" None "IPv6 Fragments";
    FRAGMENT "ipv6.fragment" Frame "IPv6 Fragment";
    FRAGMENT_COUNT "ipv6.fragment.count" U32 "Fragment count";
    REASSEMBLED_IN "ipv6.reassembled.in" Frame "Reassembled IPv6 in frame";
    REASSEMBLED_LENGTH "ipv6.reassembled.length" U32 "Reassembled IPv6 length";
    REASSEMBLED_DATA "ipv6.reassembled.data" Bytes "Reassembled IPv6 data";
    _ "ipv6.addr" Ipv6 "Source or Destination Address";
    _ "ipv6.host" Text "Source or Destination Host";
    _ "ipv6.slaac_mac" Ether "SLAAC MAC";
    _ "ipv6.isatap_ipv4" Ipv4 "ISATAP IPv4";
    _ "ipv6.6to4_gw_ipv4" Ipv4 "6to4 Gateway IPv4";
    _ "ipv6.6to4_sla_id" U16 "6to4 SLA ID";
    _ "ipv6.geoip.country" Text "Source or Destination GeoIP Country" unread "it needs a database of places, which Dropcap does not carry";
    _ "ipv6.geoip.country_iso" Text "Source or Destination GeoIP ISO Two Letter Country Code" unread "it needs a database of places, which Dropcap does not carry";
    _ "ipv6.geoip.city" Text "Source or Destination GeoIP City" unread "it needs a database of places, which Dropcap does not carry";
    _ "ipv6.geoip.asnum" U32 "Source or Destination GeoIP AS Number" unread "it needs a database of places, which Dropcap does not carry";
    _ "ipv6.geoip.org" Text "Source or Destination GeoIP AS Organization" unread "it needs a database of places, which Dropcap does not carry";
    _ "ipv6.geoip.lat" Double "Source or Destination GeoIP Latitude" unread "it needs a database of places, which Dropcap does not carry";
    _ "ipv6.geoip.lon" Double "Source or Destination GeoIP Longitude" unread "it needs a database of places, which Dropcap does not carry";
    _ "ipv6.geoip.src_summary" Text "Source GeoIP" unread "it needs a database of places, which Dropcap does not carry";
    _ "ipv6.geoip.src_country" Text "Source GeoIP Country" unread "it needs a database of places, which Dropcap does not carry";
    _ "ipv6.geoip.src_country_iso" Text "Source GeoIP ISO Two Letter Country Code" unread "it needs a database of places, which Dropcap does not carry";
    _ "ipv6.geoip.src_city" Text "Source GeoIP City" unread "it needs a database of places, which Dropcap does not carry";
    _ "ipv6.geoip.src_asnum" U32 "Source GeoIP AS Number" unread "it needs a database of places, which Dropcap does not carry";
    _ "ipv6.geoip.src_org" Text "Source GeoIP AS Organization" unread "it needs a database of places, which Dropcap does not carry";
    _ "ipv6.geoip.src_lat" Double "Source GeoIP Latitude" unread "it needs a database of places, which Dropcap does not carry";
    _ "ipv6.geoip.src_lon" Double "Source GeoIP Longitude" unread "it needs a database of places, which Dropcap does not carry";
    _ "ipv6.geoip.dst_summary" Text "Destination GeoIP" unread "it needs a database of places, which Dropcap does not carry";
    _ "ipv6.geoip.dst_country" Text "Destination GeoIP Country" unread "it needs a database of places, which Dropcap does not carry";
    _ "ipv6.geoip.dst_country_iso" Text "Destination GeoIP ISO Two Letter Country Code" unread "it needs a database of places, which Dropcap does not carry";
    _ "ipv6.geoip.dst_city" Text "Destination GeoIP City" unread "it needs a database of places, which Dropcap does not carry";
    _ "ipv6.geoip.dst_asnum" U32 "Destination GeoIP AS Number" unread "it needs a database of places, which Dropcap does not carry";
    _ "ipv6.geoip.dst_org" Text "Destination GeoIP AS Organization" unread "it needs a database of places, which Dropcap does not carry";
    _ "ipv6.geoip.dst_lat" Double "Destination GeoIP Latitude" unread "it needs a database of places, which Dropcap does not carry";
    _ "ipv6.geoip.dst_lon" Double "Destination GeoIP Longitude" unread "it needs a database of places, which Dropcap does not carry";
    _ "ipv6.fragment.overlap" Bool(0) "Fragment overlap" unread "Dropcap does not compare fragments that overlap";
    _ "ipv6.fragment.overlap.conflict" Bool(0) "Conflicting data in fragment overlap" unread "Dropcap does not compare fragments that overlap";
    _ "ipv6.fragment.multipletails" Bool(0) "Multiple tail fragments found" unread "Dropcap does not compare fragments that overlap";
    _ "ipv6.fragment.toolongfragment" Bool(0) "Fragment too long" unread "Dropcap does not compare fragments that overlap";
    _ "ipv6.fragment.error" Frame "Defragmentation error" unread "Dropcap does not compare fragments that overlap";
    _ "ipv6.plen_exceeds_framing" None "IPv6 payload length does not match expected framing length" unread "Dropcap does not look for what it warns of";
    _ "ipv6.plen_zero" None "IPv6 payload length equals 0 (maybe because of \"TCP segmentation offload\" (TSO))" unread "Dropcap does not look for what it warns of";
    _ "ipv6.bogus_ipv6_version" None "Bogus IP version" unread "Dropcap does not look for what it warns of";
    _ "ipv6.invalid_header" None "Invalid IPv6 header" unread "Dropcap does not look for what it warns of";
}

/// Length of the header, in bytes.
const HEADER: usize = 40;
/// Next header: hop-by-hop options.
const HOP_BY_HOP: u8 = 0;
/// Next header: none (RFC 8200, section 4.7).
const NONE: u8 = 59;

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let start = l.at();
    let first = l.peek(0, 1)?;
    let version = first >> 4;
    if version != 6 && l.stack().count() > 2 {
        return Err(Stop::NotMine);
    }
    l.note(VERSION, start, start + 1, Value::Uint(version));
    l.label(|| numbers::with_bits(first, 0xf0, 8, &format!("Version: {version}")));
    if version != 6 {
        return Ok(Next::End);
    }
    let word = l.peek(0, 4)?;
    let mark = l.mark();
    let class = (word >> 20) as u8;
    l.flags(TCLASS, 4, &[TCLASS_DSCP, TCLASS_ECN])?;
    l.label_at(mark, || {
        let text = format!("Traffic Class: 0x{class:02x} ({})", numbers::traffic_class(class));
        numbers::with_bits(word, 0x0ff0_0000, 32, &text)
    });
    l.note_uint(FLOW, start + 1, 3, word & 0xff_ffff);
    l.label(|| {
        let flow = word & 0x0f_ffff;
        numbers::with_bits(word & 0xff_ffff, 0x0f_ffff, 24, &format!("Flow Label: 0x{flow:05x}"))
    });
    let length = usize::from(l.u16(PLEN)?);
    // A jumbogram's length stands in an option, as it does not fit here (RFC 2675).
    let jumbo = length == 0 && l.peek(0, 1)? == u64::from(HOP_BY_HOP);
    if jumbo {
        l.label(|| "Payload Length: 0 (Jumbogram)".into());
    }
    let next = l.u8(NXT)?;
    l.u8(HLIM)?;
    let source = address(l, SRC, SRC_HOST)?;
    let destination = address(l, DST, DST_HOST)?;
    embedded(l, &FROM, start + 8, source);
    embedded(l, &TO, start + 24, destination);
    l.set_addresses(source.into(), destination.into());
    l.converse(Conversing::Ipv6, Between::Ipv6([source, destination]), length);
    l.title(|| format!("Internet Protocol Version 6, Src: {source}, Dst: {destination}"));
    if !jumbo {
        l.close(HEADER + length);
    }
    Ok(following(next))
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    columns.protocol = PROTOCOL.column.into();
    columns.info.clear();
    if let Some(version) = view.uint(VERSION).filter(|version| *version != 6) {
        columns.info = format!("Bogus IPv6 version ({version}, must be 6)");
        return;
    }
    if !view.has(DST) {
        let length = view.span().end.saturating_sub(view.span().start);
        columns.info = format!("Invalid IPv6 header ({length} bytes, need exactly {HEADER})");
        return;
    }
    columns.source = view.written(SRC);
    columns.destination = view.written(DST);
    if view.uint(PLEN) != Some(0) || view.uint(NXT) == Some(u64::from(NONE)) {
        columns.info = following_text(view.uint(NXT).unwrap_or_default());
    }
}

/// What follows a header of IPv6 or an extension header that names `next`.
pub fn following(next: u8) -> Next {
    if next == NONE { Next::Data } else { Next::table(&tables::IP_PROTO, next) }
}

/// What the packet list says of a packet whose last known header names `next`: the protocols that follow overwrite it.
pub fn following_text(next: u64) -> String {
    if next == u64::from(NONE) {
        return "IPv6 no next header".into();
    }
    format!("Unknown IP Protocol: {} ({next})", numbers::IP_PROTOCOLS.name(next).unwrap_or("Unknown"))
}

/// Writes the columns of an extension header: what it is, while it is not whole, and else what it says of what follows.
pub fn extension_columns(view: &View<'_>, columns: &mut Columns, name: &str, next: FieldId) {
    columns.protocol = PROTOCOL.column.into();
    let cut = view.inner().is_some_and(|inner| inner.name.starts_with("_ws."));
    columns.info = if cut { name.into() } else { following_text(view.uint(next).unwrap_or_default()) };
}

fn address(l: &mut Layer<'_, '_>, field: FieldId, host: FieldId) -> Result<Ipv6Addr, Stop> {
    let start = l.at();
    let address = l.ipv6(field)?;
    if l.wants(host) {
        let mut name = String::new();
        crate::value::write_ipv6(&mut name, address);
        l.note_text(host, start, start + 16, name.as_bytes());
    }
    Ok(address)
}

/// What an address can be made of.
struct Embedded {
    /// A MAC address.
    mac: FieldId,
    /// The IPv4 address of a host that reaches IPv6 within its site.
    site: FieldId,
    /// The IPv4 address of a gateway to IPv6, and a network behind it.
    gateway: [FieldId; 2],
    /// The IPv4 address behind a translator.
    behind: FieldId,
}

const FROM: Embedded = Embedded {
    mac: SRC_SLAAC_MAC,
    site: SRC_ISATAP_IPV4,
    gateway: [SRC_6TO4_GW_IPV4, SRC_6TO4_SLA_ID],
    behind: SRC_EMBED_IPV4,
};
const TO: Embedded = Embedded {
    mac: DST_SLAAC_MAC,
    site: DST_ISATAP_IPV4,
    gateway: [DST_6TO4_GW_IPV4, DST_6TO4_SLA_ID],
    behind: DST_EMBED_IPV4,
};

/// Notes the addresses of which the host made its own: of a 6to4 gateway (RFC 3056, section 2), a MAC address (RFC 4291,
/// appendix A), an IPv4 address in its site (RFC 5214, section 6.1) or behind a translator (RFC 6052, section 2.1).
fn embedded(l: &mut Layer<'_, '_>, fields: &Embedded, start: usize, address: Ipv6Addr) {
    let octets = address.octets();
    if let [0x20, 0x02, a, b, c, d, e, f, ..] = octets {
        let [gateway, network] = fields.gateway;
        l.note(gateway, start + 2, start + 6, Value::Uint(u64::from(u32::from_be_bytes([a, b, c, d]))));
        l.note(network, start + 6, start + 8, Value::Uint(u64::from(u16::from_be_bytes([e, f]))));
    }
    if let [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, a, b, c, d] = octets {
        l.note(EMBED_IPV4_PREFIX, start, start + 12, Value::Bytes);
        for field in [fields.behind, EMBED_IPV4] {
            l.note(field, start + 12, start + 16, Value::Uint(u64::from(u32::from_be_bytes([a, b, c, d]))));
        }
    }
    match octets {
        [.., a, b, c, 0xff, 0xfe, d, e, f] if a & 2 == 2 => {
            l.note_text(fields.mac, start + 8, start + 16, &[a ^ 2, b, c, d, e, f]);
        }
        [.., 0..=3, 0, 0x5e, 0xfe, a, b, c, d] => {
            l.note(fields.site, start + 12, start + 16, Value::Uint(u64::from(u32::from_be_bytes([a, b, c, d]))));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::protocols::testing::read;

    #[test]
    fn extension_headers_lead_to_the_payload() {
        for (hex, destination, info, stack) in [
            (
                "02112233445500aabbccddee86dd600000000011004020010db800000000000000000000000120010db80000000000000000\
             0000000211000104000000002b6756ce0009123471",
                "2001:db8::2",
                "11111 → 22222 Len=1",
                "ipv6:ipv6.hopopts:udp:data",
            ),
            (
                "02112233445500aabbccddee86dd6000000000312b4020010db800000000000000000000000120010db80000000000000000\
             00000002110404010100000720010db800000000000000000000000920010db800000000000000000000000a2b6756ce0009\
             123471",
                "2001:db8::9",
                "11111 → 22222 Len=1",
                "ipv6:ipv6.routing:udp:data",
            ),
            (
                "02112233445500aabbccddee86dd600000000021334020010db800000000000000000000000120010db80000000000000000\
             000000021104000000000100000000056969696969696969696969692b6756ce0009123471",
                "2001:db8::2",
                "11111 → 22222 Len=1",
                "ipv6:ah:udp:data",
            ),
            (
                "02112233445500aabbccddee86dd6000000000102c4020010db800000000000000000000000120010db80000000000000000\
             000000020600002800001235696a6b6c6d6e6f70",
                "2001:db8::2",
                "IPv6 fragment (off=40 more=n ident=0x00001235 nxt=6)",
                "ipv6:ipv6.fraghdr:data",
            ),
            (
                "02112233445500aabbccddee86dd6000000000003b4020010db800000000000000000000000120010db80000000000000000\
             00000002",
                "2001:db8::2",
                "IPv6 no next header",
                "ipv6",
            ),
        ] {
            let packet = read(1, hex);
            assert_eq!((packet.columns.destination.as_str(), packet.columns.info.as_str()), (destination, info));
            assert_eq!(packet.of("frame.protocols"), [format!("eth:ethertype:{stack}")]);
        }
    }

    #[test]
    fn an_address_made_of_a_mac_address_tells_it() {
        let packet = read(
            1,
            "02112233445500aabbccddee86dd6000000000091140fe8000000000000002aabbfffeccddeeff0200000000000000000001\
             ff0000012b6756ce0009123471",
        );
        assert_eq!(packet.of("ipv6.src_slaac_mac"), ["00:aa:bb:cc:dd:ee"]);
        assert!(packet.of("ipv6.dst_slaac_mac").is_empty());
    }
}
