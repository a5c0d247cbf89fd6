//! Internet Control Message Protocol, version 6 (RFC 4443), with Neighbor Discovery (RFC 4861) and Multicast Listener
//! Discovery (RFC 2710, RFC 3810).

mod listeners;
mod names;
mod options;

use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::field::{Look, SET};
use crate::memory::{self, Transaction};
use crate::protocols::numbers::{self, checksum};
use crate::value::Value;
use etherparse::checksum::Sum16BitWords;
use std::net::IpAddr;

/// Internet Control Message Protocol, version 6.
pub static PROTOCOL: Protocol = Protocol {
    name: "icmpv6",
    title: "Internet Control Message Protocol v6",
    column: "ICMPv6",
    tables: &[("ip.proto", Key::Number(NUMBER as u32))],
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { icmpv6
    TYPE "icmpv6.type" U8 "Type" values (names::KINDS);
    CODE "icmpv6.code" U8 "Code";
    CHECKSUM "icmpv6.checksum" X16 "Checksum";
    CHECKSUM_STATUS "icmpv6.checksum.status" N8 "Checksum Status" values (numbers::CHECKSUM_STATES);
    RESERVED "icmpv6.reserved" Bytes "Reserved";
    DATA "icmpv6.data" Bytes "Data";
    MTU "icmpv6.mtu" U32 "MTU";
    POINTER "icmpv6.pointer" U32 "Pointer";
    ECHO_IDENTIFIER "icmpv6.echo.identifier" X16 "Identifier";
    ECHO_SEQUENCE_NUMBER "icmpv6.echo.sequence_number" U16 "Sequence";
    RESP_IN "icmpv6.resp_in" Frame "Response In";
    NO_RESP "icmpv6.no_resp" None "No response seen" expert (Warning, Sequence);
    RESP_TO "icmpv6.resp_to" Frame "Response To";
    RESPTIME "icmpv6.resptime" Double "Response Time";
    ND_RA_CUR_HOP_LIMIT "icmpv6.nd.ra.cur_hop_limit" U8 "Cur hop limit";
    ND_RA_FLAG "icmpv6.nd.ra.flag" X8 "Flags";
    ND_RA_FLAG_M "icmpv6.nd.ra.flag.m" Bool(8) "Managed address configuration" mask 0x80 values SET;
    ND_RA_FLAG_O "icmpv6.nd.ra.flag.o" Bool(8) "Other configuration" mask 0x40 values SET;
    ND_RA_FLAG_H "icmpv6.nd.ra.flag.h" Bool(8) "Home Agent" mask 0x20 values SET;
    ND_RA_FLAG_PRF "icmpv6.nd.ra.flag.prf" U8 "Prf (Default Router Preference)" mask 0x18 values (names::PREFERENCES);
    ND_RA_FLAG_P "icmpv6.nd.ra.flag.p" Bool(8) "Proxy" mask 0x04 values SET;
    ND_RA_FLAG_RSV "icmpv6.nd.ra.flag.rsv" U8 "Reserved" mask 0x03;
    ND_RA_ROUTER_LIFETIME "icmpv6.nd.ra.router_lifetime" U16 "Router lifetime (s)";
    ND_RA_REACHABLE_TIME "icmpv6.nd.ra.reachable_time" U32 "Reachable time (ms)";
    ND_RA_RETRANS_TIMER "icmpv6.nd.ra.retrans_timer" U32 "Retrans timer (ms)";
    ND_NS_TARGET_ADDRESS "icmpv6.nd.ns.target_address" Ipv6 "Target Address";
    ND_NA_FLAG "icmpv6.nd.na.flag" X32 "Flags";
    ND_NA_FLAG_R "icmpv6.nd.na.flag.r" Bool(32) "Router" mask 0x8000_0000 values SET;
    ND_NA_FLAG_S "icmpv6.nd.na.flag.s" Bool(32) "Solicited" mask 0x4000_0000 values SET;
    ND_NA_FLAG_O "icmpv6.nd.na.flag.o" Bool(32) "Override" mask 0x2000_0000 values SET;
    ND_NA_FLAG_RSV "icmpv6.nd.na.flag.rsv" U32 "Reserved" mask 0x1fff_ffff;
    ND_NA_TARGET_ADDRESS "icmpv6.nd.na.target_address" Ipv6 "Target Address";
    ND_RD_TARGET_ADDRESS "icmpv6.nd.rd.target_address" Ipv6 "Target Address";
    RD_DESTINATION_ADDRESS "icmpv6.rd.na.destination_address" Ipv6 "Destination Address";
    OPT "icmpv6.opt" None "ICMPv6 Option";
    OPT_TYPE "icmpv6.opt.type" U8 "Type" values (names::OPTIONS);
    OPT_LENGTH "icmpv6.opt.length" U8 "Length";
    OPT_RESERVED "icmpv6.opt.reserved" None "Reserved";
    OPT_PADDING "icmpv6.opt.padding" None "Padding";
    OPT_LINKADDR "icmpv6.opt.linkaddr" Bytes "Link-layer address" look (Look::Colons);
    OPT_SRC_LINKADDR "icmpv6.opt.src_linkaddr" Bytes "Source Link-layer address" look (Look::Colons) hidden true;
    OPT_TARGET_LINKADDR "icmpv6.opt.target_linkaddr" Bytes "Target Link-layer address" look (Look::Colons) hidden true;
    OPT_PREFIX_LENGTH "icmpv6.opt.prefix.length" U8 "Prefix Length";
    OPT_PREFIX_FLAG "icmpv6.opt.prefix.flag" X8 "Flag";
    OPT_PREFIX_FLAG_L "icmpv6.opt.prefix.flag.l" Bool(8) "On-link flag(L)" mask 0x80 values SET;
    OPT_PREFIX_FLAG_A "icmpv6.opt.prefix.flag.a" Bool(8) "Autonomous address-configuration flag(A)" mask 0x40 values SET;
    OPT_PREFIX_FLAG_R "icmpv6.opt.prefix.flag.r" Bool(8) "Router address flag(R)" mask 0x20 values SET;
    OPT_PREFIX_FLAG_RESERVED "icmpv6.opt.prefix.flag.reserved" U8 "Reserved" mask 0x1f;
    OPT_PREFIX_VALID_LIFETIME "icmpv6.opt.prefix.valid_lifetime" U32 "Valid Lifetime";
    OPT_PREFIX_PREFERRED_LIFETIME "icmpv6.opt.prefix.preferred_lifetime" U32 "Preferred Lifetime";
    OPT_PREFIX "icmpv6.opt.prefix" Ipv6 "Prefix";
    OPT_NONCE "icmpv6.opt.nonce" Bytes "Nonce";
    OPT_ROUTE_INFO_FLAG "icmpv6.opt.route_info.flag" X8 "Flag";
    OPT_ROUTE_INFO_FLAG_ROUTE_PREFERENCE "icmpv6.opt.route_info.flag.route_preference" U8 "Route Preference" mask 0x18 values (names::PREFERENCES);
    OPT_ROUTE_INFO_FLAG_RESERVED "icmpv6.opt.route_info.flag.reserved" U8 "Reserved" mask 0xe7;
    OPT_ROUTE_LIFETIME "icmpv6.opt.route_lifetime" U32 "Route Lifetime";
    OPT_REDIRECTED_PACKET "icmpv6.opt.redirected_packet" None "Redirected Packet";
    OPT_MTU "icmpv6.opt.mtu" U32 "MTU";
    OPT_ADVERTISEMENT_INTERVAL "icmpv6.opt.advertisement_interval" U32 "Advertisement Interval";
    OPT_HOME_AGENT_PREFERENCE "icmpv6.opt.home_agent_preference" U16 "Home Agent Preference";
    OPT_HOME_AGENT_LIFETIME "icmpv6.opt.home_agent_lifetime" U16 "Home Agent Preference";
    OPT_RDNSS_LIFETIME "icmpv6.opt.rdnss.lifetime" U32 "Lifetime";
    OPT_RDNSS "icmpv6.opt.rdnss" Ipv6 "Recursive DNS Servers";
    OPT_DNSSL_LIFETIME "icmpv6.opt.dnssl.lifetime" U32 "Lifetime";
    OPT_DNSSL "icmpv6.opt.dnssl" Text "Domain Names";
    OPT_CAPTIVE_PORTAL "icmpv6.opt.captive_portal" Text "Captive Portal";
    OPT_PREF64_SCALED_LIFETIME "icmpv6.opt.pref64.scaled_lifetime" U16 "Scaled Lifetime" mask 0xfff8;
    OPT_PREF64_PLC "icmpv6.opt.pref64.plc" X16 "PLC (Prefix Length Code)" mask 0x0007 values (names::PREFIX_LENGTHS);
    OPT_PREF64_PREFIX "icmpv6.opt.pref64.prefix" Ipv6 "Prefix";
    MLD_MAXIMUM_RESPONSE_DELAY "icmpv6.mld.maximum_response_delay" U16 "Maximum Response Delay [ms]";
    MLD_MAXIMUM_RESPONSE_CODE "icmpv6.mld.maximum_response_code" U16 "Maximum Response Code";
    MLD_MULTICAST_ADDRESS "icmpv6.mld.multicast_address" Ipv6 "Multicast Address";
    MLD_FLAG "icmpv6.mld.flag" X8 "Flags";
    MLD_FLAG_S "icmpv6.mld.flag.s" Bool(8) "Suppress Router-Side Processing" mask 0x08;
    MLD_FLAG_QRV "icmpv6.mld.flag.qrv" U8 "QRV (Querier's Robustness Variable)" mask 0x07;
    MLD_FLAG_RESERVED "icmpv6.mld.flag.reserved" U8 "Reserved" mask 0xf0;
    MLD_QQI "icmpv6.mld.qqi" U8 "QQIC (Querier's Query Interval Code)";
    MLD_NB_SOURCES "icmpv6.mld.nb_sources" U16 "Number of Sources";
    MLD_SOURCE_ADDRESS "icmpv6.mld.source_address" Ipv6 "Source Address";
    MLDR_NB_MCAST_RECORDS "icmpv6.mldr.nb_mcast_records" U16 "Number of Multicast Address Records";
    MLDR_MAR "icmpv6.mldr.mar" None "Multicast Address Record";
    MLDR_MAR_RECORD_TYPE "icmpv6.mldr.mar.record_type" U8 "Record Type" values (names::RECORDS);
    MLDR_MAR_AUX_DATA_LEN "icmpv6.mldr.mar.aux_data_len" U8 "Aux Data Len";
    MLDR_MAR_NB_SOURCES "icmpv6.mldr.mar.nb_sources" U16 "Number of Sources";
    MLDR_MAR_MULTICAST_ADDRESS "icmpv6.mldr.mar.multicast_address" Ipv6 "Multicast Address";
    MLDR_MAR_SOURCE_ADDRESS "icmpv6.mldr.mar.source_address" Ipv6 "Source Address";
    MLDR_MAR_AUXILIARY_DATA "icmpv6.mldr.mar.auxiliary_data" Bytes "Auxiliary Data";
    NI_QTYPE "icmpv6.ni.qtype" U16 "Qtype" values (names::QUERIES);
    NI_NONCE "icmpv6.ni.nonce" X64 "Nonce";
    CHECKSUM_BAD_EXPERT "icmpv6.checksum_bad.expert" None "Bad checksum" expert (Warning, Checksum);
}

/// ICMPv6 among IP protocols, which its checksum covers.
const NUMBER: u8 = 58;

const UNREACHABLE: u8 = 1;
const PACKET_TOO_BIG: u8 = 2;
const TIME_EXCEEDED: u8 = 3;
const PARAMETER_PROBLEM: u8 = 4;
const ECHO_REQUEST: u8 = 128;
const ECHO_REPLY: u8 = 129;
const LISTENER_QUERY: u8 = 130;
const LISTENER_REPORT: u8 = 131;
const LISTENER_DONE: u8 = 132;
const ROUTER_SOLICITATION: u8 = 133;
const ROUTER_ADVERTISEMENT: u8 = 134;
const NEIGHBOR_SOLICITATION: u8 = 135;
const NEIGHBOR_ADVERTISEMENT: u8 = 136;
const REDIRECT: u8 = 137;
const INFORMATION_QUERY: u8 = 139;
const INFORMATION_REPLY: u8 = 140;
const INVERSE_SOLICITATION: u8 = 141;
const INVERSE_ADVERTISEMENT: u8 = 142;
const LISTENER_REPORT_2: u8 = 143;

/// The name of the code with which a message says that a destination cannot be reached.
pub fn why_unreachable(code: u8) -> Option<String> {
    names::code(UNREACHABLE, code)
}

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let kind = l.u8(TYPE)?;
    let code = l.u8(CODE)?;
    l.label(|| {
        names::code(kind, code).map_or_else(|| format!("Code: {code}"), |name| format!("Code: {code} ({name})"))
    });
    let pseudo = pseudo_header(l);
    checksum::internet(l, [CHECKSUM, CHECKSUM_STATUS, CHECKSUM_BAD_EXPERT], pseudo)?;
    match kind {
        UNREACHABLE | TIME_EXCEEDED => {
            l.bytes(RESERVED, 4)?;
            original(l);
        }
        PACKET_TOO_BIG => {
            l.u32(MTU)?;
            original(l);
        }
        PARAMETER_PROBLEM => {
            l.u32(POINTER)?;
            original(l);
        }
        ECHO_REQUEST | ECHO_REPLY => {
            let identifier = l.u16(ECHO_IDENTIFIER)?;
            let sequence = l.u16(ECHO_SEQUENCE_NUMBER)?;
            link(l, kind == ECHO_REQUEST, identifier, sequence);
            l.quote(Next::Data);
        }
        LISTENER_QUERY | LISTENER_REPORT | LISTENER_DONE => listeners::message(l, kind == LISTENER_QUERY)?,
        LISTENER_REPORT_2 => listeners::report(l)?,
        ROUTER_SOLICITATION | INVERSE_SOLICITATION | INVERSE_ADVERTISEMENT => {
            l.bytes(RESERVED, 4)?;
            options::read(l)?;
        }
        ROUTER_ADVERTISEMENT => {
            router(l)?;
            options::read(l)?;
        }
        NEIGHBOR_SOLICITATION => {
            l.bytes(RESERVED, 4)?;
            l.ipv6(ND_NS_TARGET_ADDRESS)?;
            options::read(l)?;
        }
        NEIGHBOR_ADVERTISEMENT => {
            let mark = l.mark();
            let flags = l.flags(ND_NA_FLAG, 4, &[ND_NA_FLAG_R, ND_NA_FLAG_S, ND_NA_FLAG_O, ND_NA_FLAG_RSV])?;
            l.label_at(mark, || {
                let names = [(0x8000_0000, "Router"), (0x4000_0000, "Solicited"), (0x2000_0000, "Override")];
                names::flags(&format!("Flags: 0x{flags:08x}"), flags, &names)
            });
            l.ipv6(ND_NA_TARGET_ADDRESS)?;
            options::read(l)?;
        }
        REDIRECT => {
            l.bytes(RESERVED, 4)?;
            l.ipv6(ND_RD_TARGET_ADDRESS)?;
            l.ipv6(RD_DESTINATION_ADDRESS)?;
            options::read(l)?;
        }
        INFORMATION_QUERY | INFORMATION_REPLY => {
            l.u16(NI_QTYPE)?;
            l.skip(2)?;
            l.u64(NI_NONCE)?;
        }
        _ if l.left() > 0 => {
            l.bytes_left(DATA);
        }
        _ => {}
    }
    l.skip(l.left())?;
    Ok(Next::End)
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    columns.protocol = PROTOCOL.column.into();
    let Some(kind) = view.uint(TYPE).map(|kind| kind as u8) else { return columns.info.clear() };
    columns.info = names::KINDS.name(u64::from(kind)).map_or_else(|| format!("Unknown ({kind})"), str::to_owned);
    if let Some(name) = view.uint(CODE).and_then(|code| names::code(kind, code as u8)) {
        columns.info.push_str(&format!(" ({name})"));
    }
    match kind {
        ECHO_REQUEST | ECHO_REPLY => echo_summary(view, columns),
        NEIGHBOR_SOLICITATION if view.has(ND_NS_TARGET_ADDRESS) => {
            columns.info.push_str(&format!(" for {}", view.written(ND_NS_TARGET_ADDRESS)));
        }
        NEIGHBOR_ADVERTISEMENT if view.has(ND_NA_TARGET_ADDRESS) => {
            let flags = [(ND_NA_FLAG_R, "rtr"), (ND_NA_FLAG_S, "sol"), (ND_NA_FLAG_O, "ovr")];
            let flags: Vec<&str> =
                flags.iter().filter(|(flag, _)| view.uint(*flag) == Some(1)).map(|(_, name)| *name).collect();
            let flags = if flags.is_empty() { "none".to_owned() } else { flags.join(", ") };
            columns.info.push_str(&format!(" {} ({flags})", view.written(ND_NA_TARGET_ADDRESS)));
        }
        _ => {}
    }
    for node in view.nodes() {
        let whose = match node.field {
            OPT_SRC_LINKADDR => " from ",
            OPT_TARGET_LINKADDR => " is at ",
            _ => continue,
        };
        columns.info.push_str(whose);
        crate::value::write_datum(&mut columns.info, view.protocols().field(node.field), view.datum(node));
    }
}

fn echo_summary(view: &View<'_>, columns: &mut Columns) {
    let (Some(identifier), Some(sequence)) = (view.uint(ECHO_IDENTIFIER), view.uint(ECHO_SEQUENCE_NUMBER)) else {
        return;
    };
    columns.info.push_str(&format!(" id=0x{identifier:04x}, seq={sequence}"));
    if let Some(hops) = view.outer_uint("ipv6.hlim") {
        columns.info.push_str(&format!(", hop limit={hops}"));
    }
    if let Some(frame) = view.uint(RESP_TO) {
        columns.info.push_str(&format!(" (request in {frame})"));
    } else if let Some(frame) = view.uint(RESP_IN) {
        columns.info.push_str(&format!(" (reply in {frame})"));
    } else if view.has(NO_RESP) {
        columns.info.push_str(if columns.destination.starts_with("ff") {
            " (multicast)"
        } else {
            " (no response found!)"
        });
    }
}

/// What the checksum covers besides the message (RFC 8200, section 8.1).
fn pseudo_header(l: &Layer<'_, '_>) -> Sum16BitWords {
    let length = (l.left_on_wire() + l.at() - l.start()) as u32;
    let mut sum = Sum16BitWords::new();
    for address in [l.endpoints().source, l.endpoints().destination] {
        sum = match address {
            IpAddr::V4(address) => sum.add_4bytes(address.octets()),
            IpAddr::V6(address) => sum.add_16bytes(address.octets()),
        };
    }
    sum.add_4bytes(length.to_be_bytes()).add_2bytes([0, NUMBER])
}

/// The packet that the message is about.
fn original(l: &mut Layer<'_, '_>) {
    l.quote(Next::named("ipv6"));
}

/// Links a request and its reply.
fn link(l: &mut Layer<'_, '_>, request: bool, identifier: u16, sequence: u16) {
    if l.quoted() {
        return;
    }
    let id = u64::from(identifier) << 16 | u64::from(sequence);
    let endpoints = l.endpoints();
    let linked = l
        .memory()
        .transaction(Transaction { key: memory::key_without_ports(&endpoints, "icmpv6", id), response: !request });
    if request {
        if let Some(frame) = linked.response {
            l.generated(RESP_IN, Value::Uint(u64::from(frame)));
        } else if linked.hindsight {
            l.generated(NO_RESP, Value::None);
        }
    } else if let Some(frame) = linked.request {
        l.generated(RESP_TO, Value::Uint(u64::from(frame)));
        if let Some((seconds, nanoseconds)) = linked.time {
            let milliseconds = seconds as f64 * 1e3 + f64::from(nanoseconds) / 1e6;
            l.generated(RESPTIME, Value::Float(milliseconds));
            l.label(|| format!("Response Time: {milliseconds:.3} ms"));
        }
    }
}

fn router(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    l.u8(ND_RA_CUR_HOP_LIMIT)?;
    let mark = l.mark();
    let flags = l.flags(
        ND_RA_FLAG,
        1,
        &[ND_RA_FLAG_M, ND_RA_FLAG_O, ND_RA_FLAG_H, ND_RA_FLAG_PRF, ND_RA_FLAG_P, ND_RA_FLAG_RSV],
    )?;
    l.label_at(mark, || {
        let names = [(0x80, "Managed address configuration"), (0x40, "Other configuration"), (0x20, "Home Agent")];
        let mut text = names::flags(&format!("Flags: 0x{flags:02x}"), flags, &names);
        let preference = names::PREFERENCES.name(flags >> 3 & 3).unwrap_or_default();
        text.push_str(&format!(", Prf (Default Router Preference): {preference}"));
        if flags & 4 != 0 {
            text.push_str(", Proxy");
        }
        text
    });
    l.u16(ND_RA_ROUTER_LIFETIME)?;
    l.u32(ND_RA_REACHABLE_TIME)?;
    l.u32(ND_RA_RETRANS_TIMER)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::protocols::testing::{IndexPass, read};

    #[test]
    fn a_reply_finds_its_request() {
        let mut reader = IndexPass::default();
        reader.read(
            1,
            "02112233445500aabbccddee86dd60000000000b3afffe8000000000000002aabbfffeccddeefe8000000000000000000000\
             00000009800022e300010003616263",
        );
        let reply = reader.read(
            1,
            "02112233445500aabbccddee86dd60000000000b3afffe800000000000000000000000000009fe8000000000000002aabbff\
             feccddee810021e300010003616263",
        );
        assert_eq!(reply.columns.info, "Echo (ping) reply id=0x0001, seq=3, hop limit=255 (request in 1)");
        assert_eq!(reply.of("icmpv6.checksum.status"), ["1"]);
    }

    #[test]
    fn neighbours_and_routers_are_read_with_their_options() {
        let neighbour = read(
            1,
            "02112233445500aabbccddee86dd6000000000203afffe8000000000000002aabbfffeccddeeff0200000000000000000000\
             000000018800e3c960000000fe800000000000000000000000000009020100aabbccddee",
        );
        assert_eq!(neighbour.columns.info, "Neighbor Advertisement fe80::9 (sol, ovr) is at 00:aa:bb:cc:dd:ee");
        let router = read(
            1,
            "02112233445500aabbccddee86dd6000000000303afffe8000000000000002aabbfffeccddeeff0200000000000000000000\
             0000000186009d9a40c807080000000000000000030440c000015180000038400000000020010db800010000000000000000\
             0000",
        );
        assert_eq!(router.of("icmpv6.opt.prefix"), ["2001:db8:1::"]);
        assert!(router.labels.contains(&"ICMPv6 Option (Prefix information : 2001:db8:1::/64)".into()));
        let router = read(
            1,
            "02112233445500aabbccddee86dd6000000000303afffe8000000000000002aabbfffeccddeeff0200000000000000000000\
             000000018600d59e40c8070800000000000000001f04000000000258076578616d706c6503636f6d0003666f6f0000000000\
             0000",
        );
        assert_eq!(router.of("icmpv6.opt.dnssl"), ["example.com", "foo"]);
        let router = read(
            1,
            "02112233445500aabbccddee86dd6000000000203afffe8000000000000002aabbfffeccddeeff0200000000000000000000\
             000000018600672e40c80708000000000000000026020bba0064ff9b0000000000000000",
        );
        assert_eq!(router.of("icmpv6.opt.pref64.prefix"), ["64:ff9b::"]);
    }

    #[test]
    fn listeners_report_every_group() {
        let report = read(
            1,
            "02112233445500aabbccddee86dd6000000000543afffe8000000000000002aabbfffeccddeeff0200000000000000000000\
             000000018f00d1030000000304000000ff0200000000000000000000000000fb03000000ff02000000000000000000000000\
             00fc01000001ff0200000000000000000000000000fdfe800000000000000000000000000001",
        );
        assert_eq!(report.of("icmpv6.mldr.mar.multicast_address"), ["ff02::fb", "ff02::fc", "ff02::fd"]);
        assert_eq!(report.of("icmpv6.mldr.mar.source_address"), ["fe80::1"]);
    }
}
