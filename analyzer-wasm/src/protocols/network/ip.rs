//! Internet Protocol, version 4 (RFC 791).

mod options;

use crate::conversations::{Between, Conversing};
use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::field::{FieldId, SET, Values};
use crate::memory;
use crate::protocols::tables;
use crate::protocols::{numbers, reassembly};
use crate::value::Value;
use std::net::Ipv4Addr;

/// Internet Protocol, version 4.
pub static PROTOCOL: Protocol = Protocol {
    name: "ip",
    title: "Internet Protocol Version 4",
    column: "IPv4",
    tables: &[
        ("ethertype", Key::Number(0x0800)),
        ("wtap_encap", Key::Number(228)),
        ("ip.proto", Key::Number(4)),
        ("llc.dsap", Key::Number(0x06)),
        ("gre.proto", Key::Number(0x0800)),
        ("ppp.protocol", Key::Number(0x0021)),
    ],
    declares: &[tables::IP_PROTO],
    fields: FIELDS,
    ends: &[SRC, DST],
    dissect,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { ip
    VERSION "ip.version" U8 "Version";
    HDR_LEN "ip.hdr_len" U8 "Header Length";
    DSFIELD "ip.dsfield" X8 "Differentiated Services Field";
    DSFIELD_DSCP "ip.dsfield.dscp" U8 "Differentiated Services Codepoint" mask 0xfc values (numbers::CODEPOINTS);
    DSFIELD_ECN "ip.dsfield.ecn" U8 "Explicit Congestion Notification" mask 0x03 values (numbers::CONGESTION);
    LEN "ip.len" U16 "Total Length";
    ID "ip.id" XD16 "Identification";
    FLAGS "ip.flags" X8 "Flags" mask 0xe0;
    FLAGS_RB "ip.flags.rb" Bool(8) "Reserved bit" mask 0x80 values SET;
    FLAGS_DF "ip.flags.df" Bool(8) "Don't fragment" mask 0x40 values SET;
    FLAGS_MF "ip.flags.mf" Bool(8) "More fragments" mask 0x20 values SET;
    FRAG_OFFSET "ip.frag_offset" U16 "Fragment Offset" mask 0x1fff;
    TTL "ip.ttl" U8 "Time to Live";
    PROTO "ip.proto" U8 "Protocol" values (numbers::IP_PROTOCOLS);
    CHECKSUM "ip.checksum" X16 "Header Checksum";
    CHECKSUM_STATUS "ip.checksum.status" N8 "Header checksum status" values (numbers::CHECKSUM_STATES);
    SRC "ip.src" Ipv4 "Source Address" group ["ip.addr"];
    SRC_HOST "ip.src_host" Text "Source Host" group ["ip.host"] hidden true;
    DST "ip.dst" Ipv4 "Destination Address" group ["ip.addr"];
    DST_HOST "ip.dst_host" Text "Destination Host" group ["ip.host"] hidden true;
    CUR_RT "ip.cur_rt" Ipv4 "Current Route";
    REC_RT "ip.rec_rt" Ipv4 "Recorded Route";
    SRC_RT "ip.src_rt" Ipv4 "Source Route";
    EMPTY_RT "ip.empty_rt" Ipv4 "Empty Route";
    OPTIONS_EOL "ip.options.eol" Bytes "IP Option - End of Options List (EOL)";
    OPTIONS_NOP "ip.options.nop" Bytes "IP Option - No-Operation (NOP)";
    OPTIONS_SECURITY "ip.options.security" Bytes "IP Option - Security";
    OPTIONS_ROUTE "ip.options.route" Bytes "IP Option - Loose Source Route";
    OPTIONS_EXT_SECURITY "ip.options.ext_security" Bytes "IP Option - Extended Security";
    OPTIONS_TIMESTAMP "ip.options.timestamp" Bytes "IP Option - Time Stamp";
    OPTIONS_CIPSO "ip.options.cipso" Bytes "IP Option - Commercial Security";
    OPTIONS_RECORD_ROUTE "ip.options.record_route" Bytes "IP Option - Record Route";
    OPTIONS_SID "ip.options.sid" Bytes "IP Option - Stream ID";
    OPTIONS_SOURCE_ROUTE "ip.options.source_route" Bytes "IP Option - Strict Source Route";
    OPTIONS_MTU_PROBE "ip.options.mtu_probe" Bytes "IP Option - MTU Probe";
    OPTIONS_MTU_REPLY "ip.options.mtu_reply" Bytes "IP Option - MTU Reply";
    OPTIONS_TRACEROUTE "ip.options.traceroute" Bytes "IP Option - Traceroute";
    OPTIONS_ROUTERALERT "ip.options.routeralert" Bytes "IP Option - Router Alert";
    OPTIONS_SDB "ip.options.sdb" Bytes "IP Option - Selective Directed Broadcast";
    OPTIONS_QS "ip.options.qs" Bytes "IP Option - Quick-Start";
    OPT_TYPE "ip.opt.type" U8 "Type";
    OPT_TYPE_COPY "ip.opt.type.copy" Bool(8) "Copy on fragmentation" mask 0x80 values (crate::field::YES_NO);
    OPT_TYPE_CLASS "ip.opt.type.class" U8 "Class" mask 0x60 values (options::CLASSES);
    OPT_TYPE_NUMBER "ip.opt.type.number" U8 "Number" mask 0x1f values (options::NUMBERS);
    OPT_LEN "ip.opt.len" U8 "Length";
    OPT_PTR "ip.opt.ptr" U8 "Pointer";
    OPT_OVERFLOW "ip.opt.overflow" U8 "Overflow" mask 0xf0;
    OPT_FLAG "ip.opt.flag" X8 "Flag" mask 0x0f values (options::TIMESTAMP_KINDS);
    OPT_TIME_STAMP "ip.opt.time_stamp" U32 "Time stamp";
    OPT_TIME_STAMP_ADDR "ip.opt.time_stamp_addr" Ipv4 "Address";
    OPT_RA "ip.opt.ra" U16 "Router Alert" values (options::ALERTS);
    OPT_SEC_CL "ip.opt.sec_cl" X8 "Classification Level" values (options::CLASSIFICATIONS);
    OPT_SEC_PROT_AUTH_FLAGS "ip.opt.sec_prot_auth_flags" X8 "Protection Authority Flags";
    OPT_EXT_SEC_ADD_SEC_INFO_FORMAT_CODE "ip.opt.ext_sec_add_sec_info_format_code" X8 "Additional Security Info Format Code";
    OPT_EXT_SEC_ADD_SEC_INFO "ip.opt.ext_sec_add_sec_info" Bytes "Additional Security Info";
    OPT_SID "ip.opt.sid" U16 "Stream Identifier";
    OPT_MTU "ip.opt.mtu" U16 "MTU";
    OPT_ID_NUMBER "ip.opt.id_number" U16 "ID Number";
    OPT_OHC "ip.opt.ohc" U16 "Outbound Hop Count";
    OPT_RHC "ip.opt.rhc" U16 "Return Hop Count";
    OPT_ORIGINATOR "ip.opt.originator" Ipv4 "Originator IP Address";
    OPT_ADDR "ip.opt.addr" Ipv4 "IP Address";
    OPT_PADDING "ip.opt.padding" Bytes "Padding";
    OPT_QS_FUNC "ip.opt.qs_func" U8 "Function" mask 0xf0 values (options::QUICK_START);
    CIPSO_DOI "ip.cipso.doi" U32 "DOI";
    CIPSO_TAG_TYPE "ip.cipso.tag_type" U8 "Tag Type" values (options::CIPSO_TAGS);
    FRAGMENTS "ip.fragments" Bytes "IPv4 Fragments";
    FRAGMENT "ip.fragment" Frame "IPv4 Fragment";
    FRAGMENT_COUNT "ip.fragment.count" U32 "Fragment count";
    REASSEMBLED_IN "ip.reassembled_in" Frame "Reassembled IPv4 in frame";
    REASSEMBLED_LENGTH "ip.reassembled.length" U32 "Reassembled IPv4 length";
    REASSEMBLED_DATA "ip.reassembled.data" Bytes "Reassembled IPv4 data";
    NOP "ip.nop" None "4 NOP in a row - a router may have removed some options" expert (Warning, Protocol);
    BOGUS_IP_LENGTH "ip.bogus_ip_length" None "Bogus IP length" expert (Error, Protocol);
    TTL_LNCB "ip.ttl.lncb" None "Time To Live" expert (Note, Sequence);
    TTL_TOO_SMALL "ip.ttl.too_small" None "Time To Live" expert (Note, Sequence);
    BOGUS_IP_VERSION "ip.bogus_ip_version" None "Bogus IP version" expert (Error, Protocol);
    BOGUS_HEADER_LENGTH "ip.bogus_header_length" None "Bogus IP header length" expert (Error, Protocol);
    _ "ip.addr" Ipv4 "Source or Destination Address";
    _ "ip.host" Text "Source or Destination Host";
    _ "ip.tos" U8 "Type of Service" unread "Wireshark shows it only with a preference that is off by default";
    _ "ip.geoip.country" Text "Source or Destination GeoIP Country" unread "it needs a database of places, which Dropcap does not carry";
    _ "ip.geoip.country_iso" Text "Source or Destination GeoIP ISO Two Letter Country Code" unread "it needs a database of places, which Dropcap does not carry";
    _ "ip.geoip.city" Text "Source or Destination GeoIP City" unread "it needs a database of places, which Dropcap does not carry";
    _ "ip.geoip.asnum" U32 "Source or Destination GeoIP AS Number" unread "it needs a database of places, which Dropcap does not carry";
    _ "ip.geoip.org" Text "Source or Destination GeoIP AS Organization" unread "it needs a database of places, which Dropcap does not carry";
    _ "ip.geoip.lat" Double "Source or Destination GeoIP Latitude" unread "it needs a database of places, which Dropcap does not carry";
    _ "ip.geoip.lon" Double "Source or Destination GeoIP Longitude" unread "it needs a database of places, which Dropcap does not carry";
    _ "ip.geoip.src_summary" Text "Source GeoIP" unread "it needs a database of places, which Dropcap does not carry";
    _ "ip.geoip.src_country" Text "Source GeoIP Country" unread "it needs a database of places, which Dropcap does not carry";
    _ "ip.geoip.src_country_iso" Text "Source GeoIP ISO Two Letter Country Code" unread "it needs a database of places, which Dropcap does not carry";
    _ "ip.geoip.src_city" Text "Source GeoIP City" unread "it needs a database of places, which Dropcap does not carry";
    _ "ip.geoip.src_asnum" U32 "Source GeoIP AS Number" unread "it needs a database of places, which Dropcap does not carry";
    _ "ip.geoip.src_org" Text "Source GeoIP AS Organization" unread "it needs a database of places, which Dropcap does not carry";
    _ "ip.geoip.src_lat" Double "Source GeoIP Latitude" unread "it needs a database of places, which Dropcap does not carry";
    _ "ip.geoip.src_lon" Double "Source GeoIP Longitude" unread "it needs a database of places, which Dropcap does not carry";
    _ "ip.geoip.dst_summary" Text "Destination GeoIP" unread "it needs a database of places, which Dropcap does not carry";
    _ "ip.geoip.dst_country" Text "Destination GeoIP Country" unread "it needs a database of places, which Dropcap does not carry";
    _ "ip.geoip.dst_country_iso" Text "Destination GeoIP ISO Two Letter Country Code" unread "it needs a database of places, which Dropcap does not carry";
    _ "ip.geoip.dst_city" Text "Destination GeoIP City" unread "it needs a database of places, which Dropcap does not carry";
    _ "ip.geoip.dst_asnum" U32 "Destination GeoIP AS Number" unread "it needs a database of places, which Dropcap does not carry";
    _ "ip.geoip.dst_org" Text "Destination GeoIP AS Organization" unread "it needs a database of places, which Dropcap does not carry";
    _ "ip.geoip.dst_lat" Double "Destination GeoIP Latitude" unread "it needs a database of places, which Dropcap does not carry";
    _ "ip.geoip.dst_lon" Double "Destination GeoIP Longitude" unread "it needs a database of places, which Dropcap does not carry";
    _ "ip.flags.sf" Bool(8) "Security flag" mask 0x80 unread "Wireshark shows it only with a preference that is off by default";
    _ "ip.checksum_calculated" X16 "Calculated Checksum" unread "checksums are not verified, as in Wireshark by default";
    _ "ip.fragment.overlap" Bool(0) "Fragment overlap" unread "Dropcap does not compare fragments that overlap";
    _ "ip.fragment.overlap.conflict" Bool(0) "Conflicting data in fragment overlap" unread "Dropcap does not compare fragments that overlap";
    _ "ip.fragment.multipletails" Bool(0) "Multiple tail fragments found" unread "Dropcap does not compare fragments that overlap";
    _ "ip.fragment.toolongfragment" Bool(0) "Fragment too long" unread "Dropcap does not compare fragments that overlap";
    _ "ip.fragment.error" Frame "Defragmentation error" unread "Dropcap does not compare fragments that overlap";
    _ "ip.opt.len.invalid" None "Invalid length for option" unread "Dropcap does not look for what it warns of";
    _ "ip.opt.ptr.before_address" None "Pointer points before first address" unread "Dropcap does not look for what it warns of";
    _ "ip.opt.ptr.middle_address" None "Pointer points to middle of address" unread "Dropcap does not look for what it warns of";
    _ "ip.subopt_too_long" None "Suboption would go past end of option" unread "Dropcap does not look for what it warns of";
    _ "ip.evil_packet" None "Packet has evil intent" unread "Dropcap does not look for what it warns of";
    _ "ip.checksum_bad.expert" None "Bad checksum" unread "checksums are not verified, as in Wireshark by default";
}

/// The fields that describe a datagram that came in fragments.
const WHOLE: reassembly::FragmentFields = reassembly::FragmentFields {
    fragments: FRAGMENTS,
    fragment: FRAGMENT,
    count: FRAGMENT_COUNT,
    length: REASSEMBLED_LENGTH,
    data: REASSEMBLED_DATA,
    completed_in: REASSEMBLED_IN,
};

/// What the first byte of a group's address is (RFC 5771).
const MULTICAST: std::ops::Range<u8> = 224..240;
/// The addresses of groups that no router forwards: 224.0.0.0/24 (RFC 5771, section 4).
const LOCAL_CONTROL: u64 = 0x00e0_0000;
/// Routing protocols that speak to the next router only: OSPF and PIM.
const BETWEEN_NEIGHBOURS: [u8; 2] = [89, 103];
/// The shortest header, in bytes.
const SHORTEST: usize = 20;

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let start = l.at();
    let first = l.peek(0, 1)?;
    let (version, header) = (first >> 4, (first & 15) as usize * 4);
    l.note(VERSION, start, start + 1, Value::Uint(version));
    l.label(|| numbers::with_bits(first, 0xf0, 8, &format!("Version: {version}")));
    match version {
        4 => {}
        6 => return Ok(Next::named("ipv6")),
        _ => {
            l.remark(BOGUS_IP_VERSION, start, || "Bogus IPv4 version".into());
            return Ok(Next::End);
        }
    }
    l.note(HDR_LEN, start, start + 1, Value::Uint(header as u64));
    l.label(|| {
        let bogus = if header < SHORTEST { " (bogus, must be at least 20)" } else { "" };
        numbers::with_bits(first, 0x0f, 8, &format!("Header Length: {header} bytes ({}){bogus}", header / 4))
    });
    if header < SHORTEST {
        l.remark(BOGUS_HEADER_LENGTH, start, || "Bogus IP header length".into());
        return Ok(Next::End);
    }
    l.skip(1)?;
    let mark = l.mark();
    let class = l.flags(DSFIELD, 1, &[DSFIELD_DSCP, DSFIELD_ECN])? as u8;
    l.label_at(mark, || format!("Differentiated Services Field: 0x{class:02x} ({})", numbers::traffic_class(class)));
    let Some(length) = total_length(l, start, header)? else { return Ok(Next::End) };
    let identification = l.u16(ID)?;
    let fragment = fragment(l)?;
    let hops = l.u8(TTL)?;
    remark_hops(l, start + 8, hops);
    let protocol = l.u8(PROTO)?;
    let checksum = l.u16(CHECKSUM)?;
    l.label(|| format!("Header Checksum: 0x{checksum:04x} [validation disabled]"));
    l.generated_at(CHECKSUM_STATUS, start + 10, Value::Uint(2));
    let [source, destination] = addresses(l, start, header)?;
    l.converse(Conversing::Ipv4, Between::Ipv4([source, destination]), length - header);
    // The first fragment is worth reading where it is not whole, so that the others cannot be put to it.
    let first_alone = fragment.offset == 0 && start + length > l.end();
    let next = Next::table(&tables::IP_PROTO, protocol);
    if !(fragment.more || fragment.offset != 0) || first_alone {
        return Ok(next);
    }
    let endpoints = l.endpoints();
    let own = u64::from(identification) | u64::from(protocol) << 16 | u64::from(u32::from(source)) << 24;
    let key = memory::key_without_ports(&endpoints, "ip", own);
    let part = (key, u32::from(fragment.offset), fragment.more);
    reassembly::payload(l, part, &WHOLE, ("IPv4", "Reassembled IPv4"), next)
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    columns.protocol = PROTOCOL.column.into();
    columns.info.clear();
    let part = |field| view.uint(field).unwrap_or_default();
    let Some(version) = view.uint(VERSION) else { return };
    if version != 4 {
        if view.outer().is_some_and(|outer| outer.name == "frame") {
            columns.protocol = "IP".into();
            columns.info = format!("Bogus IP version ({version})");
        } else {
            columns.info = format!("Bogus IPv4 version ({version}, must be 4)");
        }
        return;
    }
    let (header, length) = (part(HDR_LEN), part(LEN));
    if header < SHORTEST as u64 {
        columns.info = format!("Bogus IP header length ({header}, must be at least {SHORTEST})");
        return;
    }
    if view.has(LEN) && length < header {
        columns.info = format!("Bogus IP length ({length}, less than header length {header})");
        return;
    }
    let destination = if view.has(DST) { DST } else { CUR_RT };
    if !view.has(destination) {
        return;
    }
    columns.source = view.written(SRC);
    columns.destination = view.written(destination);
    let protocol = part(PROTO);
    let offset = part(FRAG_OFFSET) * 8;
    let span = view.span();
    let whole = u64::from(span.start) + length <= u64::from(span.end);
    if (offset != 0 || part(FLAGS_MF) != 0 && whole) && !view.has(REASSEMBLED_LENGTH) {
        columns.info = format!(
            "Fragmented IP protocol (proto={} {protocol}, off={offset}, ID={:04x})",
            numbers::IP_PROTOCOLS.name(protocol).unwrap_or("Unknown"),
            part(ID)
        );
        if let Some(frame) = view.uint(REASSEMBLED_IN) {
            columns.info.push_str(&format!(" [Reassembled in #{frame}]"));
        }
    } else if length > header && !view.inner().is_some_and(|inner| inner.name.starts_with("_ws.")) {
        columns.info = format!("{} ({protocol})", numbers::IP_PROTOCOLS.name(protocol).unwrap_or("Unknown"));
    }
}

/// Tells where a packet can go no further than a few routers, and where one that must not leave its network has another
/// number of hops left than its receivers expect. The cursor stands behind the hops.
fn remark_hops(l: &mut Layer<'_, '_>, at: usize, hops: u8) {
    // Protocol, checksum and the sender's address stand between this and the receiver's.
    let Ok(receiver) = l.peek(7, 4) else { return };
    let protocol = l.peek(0, 1).unwrap_or_default() as u8;
    let [first, .., last] = (receiver as u32).to_be_bytes();
    if receiver >> 8 == LOCAL_CONTROL {
        let expected = match last {
            // VRRP, GLBP and mDNS (RFC 6762, section 11) prove by the largest number that no router was passed.
            18 | 102 | 251 => 255,
            // LLMNR does not say (RFC 4795).
            252 => return,
            _ => 1,
        };
        if hops != expected {
            l.remark(TTL_LNCB, at, || {
                format!(
                    "\"Time To Live\" != {expected} for a packet sent to the Local Network Control Block (see RFC 3171)"
                )
            });
        }
    } else if hops < 5 && !MULTICAST.contains(&first) && !BETWEEN_NEIGHBOURS.contains(&protocol) {
        l.remark(TTL_TOO_SMALL, at, || format!("\"Time To Live\" only {hops}"));
    }
}

/// The place of a packet's payload in its datagram (RFC 791, section 3.1).
struct IpFragment {
    /// Of the payload's first byte, in bytes.
    offset: u16,
    /// Whether others follow it.
    more: bool,
}

fn fragment(l: &mut Layer<'_, '_>) -> Result<IpFragment, Stop> {
    let start = l.at();
    let raw = l.peek(0, 2)?;
    let mark = l.mark();
    let flags = l.flags(FLAGS, 1, &[FLAGS_RB, FLAGS_DF, FLAGS_MF])?;
    l.label_at(mark, || {
        let mut text = format!("Flags: 0x{:x}", flags >> 5);
        for (bit, name) in [(0x80, "Reserved bit"), (0x40, "Don't fragment"), (0x20, "More fragments")] {
            if flags & bit != 0 {
                text.push_str(", ");
                text.push_str(name);
            }
        }
        numbers::with_bits(flags, 0xe0, 8, &text)
    });
    l.skip(1)?;
    // The field counts units of eight bytes.
    let offset = (raw & 0x1fff) * 8;
    l.note_uint(FRAG_OFFSET, start, 2, raw);
    l.label(|| numbers::with_bits(raw, 0x1fff, 16, &format!("Fragment Offset: {offset}")));
    Ok(IpFragment { offset: offset as u16, more: flags & 0x20 != 0 })
}

/// Reads the length of header and payload, and ends the layer there; nothing where it cannot be.
fn total_length(l: &mut Layer<'_, '_>, start: usize, header: usize) -> Result<Option<usize>, Stop> {
    let at = l.at();
    let raw = l.peek(0, 2)? as usize;
    if raw == 0 {
        // The sender's network card was to cut the packet: its length does not fit into the field.
        let length = l.left_on_wire() + at - start;
        l.skip(2)?;
        l.note(LEN, at, at + 2, Value::Uint(length as u64));
        l.label(|| {
            format!(
                "Total Length: {length} bytes (reported as 0, presumed to be because of \"TCP segmentation offload\" (TSO))"
            )
        });
        return Ok(Some(length));
    }
    l.u16(LEN)?;
    if raw < header {
        l.label(|| format!("Total Length: {raw} bytes (bogus, less than header length {header})"));
        l.remark(BOGUS_IP_LENGTH, at, || "Bogus IP length".into());
        return Ok(None);
    }
    l.close(raw);
    Ok(Some(raw))
}

/// Reads the addresses and what stands between them and the payload. Returns them, the sender's first.
fn addresses(l: &mut Layer<'_, '_>, start: usize, header: usize) -> Result<[Ipv4Addr; 2], Stop> {
    let at = l.at();
    let source = l.ipv4(SRC)?;
    host(l, SRC_HOST, at, source);
    // With a source route that is not through yet, the address in the header is only the next stop's.
    let route = options::destination(l.slice(start + SHORTEST, start + header));
    let next = l.ipv4(if route.is_some() { CUR_RT } else { DST })?;
    let destination = route.unwrap_or(next);
    host(l, DST_HOST, at + 4, destination);
    match route {
        None => l.set_addresses(source.into(), destination.into()),
        Some(_) => l.divert(source.into(), destination.into()),
    }
    l.title(|| {
        let via = if route.is_some() { format!(", Via: {next}") } else { String::new() };
        format!("Internet Protocol Version 4, Src: {source}, Dst: {destination}{via}")
    });
    options::read(l, header - SHORTEST)?;
    Ok([source, destination])
}

/// The address once more, as the name that a filter can compare text with.
fn host(l: &mut Layer<'_, '_>, field: FieldId, at: usize, address: Ipv4Addr) {
    if l.wants(field) {
        l.note_text(field, at, at + 4, address.to_string().as_bytes());
    }
}

#[cfg(test)]
mod tests;
