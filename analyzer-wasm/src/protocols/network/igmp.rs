//! Internet Group Management Protocol, version 1 (RFC 1112), version 2 (RFC 2236) and version 3 (RFC 3376).

use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::field::{TEXT, Values};
use crate::protocols::numbers::{self, checksum};
use crate::value::Value;
use etherparse::checksum::Sum16BitWords;
use std::net::{IpAddr, Ipv4Addr};

/// Internet Group Management Protocol.
pub static PROTOCOL: Protocol = Protocol {
    name: "igmp",
    title: "Internet Group Management Protocol",
    column: "IGMP",
    tables: &[("ip.proto", Key::Number(2))],
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { igmp
    VERSION "igmp.version" U8 "IGMP Version";
    TYPE "igmp.type" X8 "Type" values MESSAGES;
    RESERVED "igmp.reserved" Bytes "Reserved";
    MAX_RESP "igmp.max_resp" U8 "Max Resp Time";
    MAX_RESP_EXP "igmp.max_resp.exp" X8 "Exponent" mask 0x70;
    MAX_RESP_MANT "igmp.max_resp.mant" X8 "Mantissa" mask 0x0f;
    CHECKSUM "igmp.checksum" X16 "Checksum";
    CHECKSUM_STATUS "igmp.checksum.status" N8 "Checksum Status" values (numbers::CHECKSUM_STATES);
    BAD_CHECKSUM "igmp.bad_checksum" None "Bad checksum" expert (Error, Checksum);
    MADDR "igmp.maddr" Ipv4 "Multicast Address";
    S "igmp.s" Bool(8) "S" mask 0x08 values (Values::Flag("SUPPRESS router side processing", "Do not suppress router side processing"));
    QRV "igmp.qrv" U8 "QRV" mask 0x07;
    QQIC "igmp.qqic" U8 "QQIC";
    NUM_SRC "igmp.num_src" U16 "Num Src";
    SADDR "igmp.saddr" Ipv4 "Source Address";
    NUM_GRP_RECS "igmp.num_grp_recs" U16 "Num Group Records";
    RECORD_TYPE "igmp.record_type" U8 "Record Type" values RECORDS;
    AUX_DATA_LEN "igmp.aux_data_len" U8 "Aux Data Len";
    AUX_DATA "igmp.aux_data" Bytes "Aux Data";
}

const QUERY: u8 = 0x11;
const REPORT_1: u8 = 0x12;
const DVMRP: u8 = 0x13;
const PIM_1: u8 = 0x14;
const REPORT_2: u8 = 0x16;
const LEAVE: u8 = 0x17;
const TRACE_RESPONSE: u8 = 0x1e;
const TRACE: u8 = 0x1f;
const REPORT_3: u8 = 0x22;
/// The lowest of the types of the Router-port Group Management Protocol, and where its messages go.
const RGMP: u8 = 0xfc;
const ROUTERS_AND_SWITCHES: IpAddr = IpAddr::V4(Ipv4Addr::new(224, 0, 0, 25));

const MESSAGES: Values = Values::Names(&[
    (0x01, "Create Group Request"),
    (0x02, "Create Group Reply"),
    (0x03, "Join Group Request"),
    (0x04, "Join Group Reply"),
    (0x05, "Leave Group Request"),
    (0x06, "Leave Group Reply"),
    (0x07, "Confirm Group Request"),
    (0x08, "Confirm Group Reply"),
    (0x11, "Membership Query"),
    (0x12, "Membership Report"),
    (0x13, "DVMRP Protocol"),
    (0x14, "PIM Routing Message"),
    (0x16, "Membership Report"),
    (0x17, "Leave Group"),
    (0x1e, "Traceroute Response"),
    (0x1f, "Traceroute Query or Request"),
    (0x22, "Membership Report"),
]);

const RECORDS: Values = Values::Names(&[
    (1, "Mode Is Include"),
    (2, "Mode Is Exclude"),
    (3, "Change To Include Mode"),
    (4, "Change To Exclude Mode"),
    (5, "Allow New Sources"),
    (6, "Block Old Sources"),
]);

/// Length of a message of versions 1 and 2.
const SHORT: usize = 8;
/// Length of a query of version 3 without sources, which is told from others by being longer (RFC 3376, section 7.1).
const QUERY_3: usize = 12;
/// Length of a request to trace a route; the response has a block of 32 bytes a router behind it.
const TRACE_HEADER: u32 = 24;
const TRACE_BLOCK: u32 = 32;

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let kind = l.peek(0, 1)? as u8;
    let version = match kind {
        DVMRP | PIM_1 => return Err(Stop::NotMine),
        // Routers speak another protocol to switches (RFC 3488).
        RGMP.. if l.endpoints().destination == ROUTERS_AND_SWITCHES => return Err(Stop::NotMine),
        0..=0x0f => 0,
        REPORT_1 => 1,
        QUERY if l.left_on_wire() >= QUERY_3 => 3,
        QUERY if l.peek(1, 1)? == 0 => 1,
        QUERY | REPORT_2 | LEAVE => 2,
        REPORT_3 => 3,
        TRACE | TRACE_RESPONSE => {
            l.u8(TYPE)?;
            l.skip(1)?;
            sum(l)?;
            l.ipv4(MADDR)?;
            return Ok(Next::End);
        }
        _ => {
            l.u8(TYPE)?;
            return Ok(Next::End);
        }
    };
    l.generated(VERSION, Value::Uint(version));
    l.u8(TYPE)?;
    match version {
        0 => {}
        3 if kind == QUERY => query(l)?,
        3 => report(l)?,
        _ => l.within(SHORT - 1, |l| {
            if version == 1 {
                l.bytes(RESERVED, 1)?;
            } else {
                let time = l.u8(MAX_RESP)?;
                l.label(|| response_time(u32::from(time), time));
            }
            sum(l)?;
            l.ipv4(MADDR).map(|_| ())
        })?,
    }
    Ok(Next::End)
}

fn sum(l: &mut Layer<'_, '_>) -> Result<u16, Stop> {
    checksum::internet(l, [CHECKSUM, CHECKSUM_STATUS, BAD_CHECKSUM], Sum16BitWords::new())
}

/// How long hosts may take to answer, in tenths of a second.
fn response_time(tenths: u32, code: u8) -> String {
    format!("Max Resp Time: {}.{} sec (0x{code:02x})", tenths / 10, tenths % 10)
}

/// A query of version 3.
fn query(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    let (at, code) = (l.at(), l.peek(0, 1)? as u8);
    l.skip(1)?;
    // From the highest bit on it is a floating point number (RFC 3376, section 4.1.1).
    let is_float = code >= 0x80;
    let tenths = if is_float { u32::from(code & 0x0f | 0x10) << ((code >> 4 & 7) + 3) } else { u32::from(code) };
    l.note(MAX_RESP, at, at + 1, Value::Uint(u64::from(tenths)));
    l.label(|| response_time(tenths, code));
    if is_float {
        l.below(|l| {
            l.note_uint(MAX_RESP_EXP, at, 1, u64::from(code));
            l.note_uint(MAX_RESP_MANT, at, 1, u64::from(code));
        });
    }
    sum(l)?;
    l.ipv4(MADDR)?;
    l.bits(1, &[S, QRV])?;
    l.u8(QQIC)?;
    let sources = l.u16(NUM_SRC)?;
    for _ in 0..sources {
        l.ipv4(SADDR)?;
    }
    Ok(())
}

/// A report of version 3.
fn report(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    l.bytes(RESERVED, 1)?;
    sum(l)?;
    l.bytes(RESERVED, 2)?;
    let records = l.u16(NUM_GRP_RECS)?;
    for _ in 0..records {
        l.branch(TEXT, |l, line| {
            let kind = l.u8(RECORD_TYPE)?;
            let words = usize::from(l.u8(AUX_DATA_LEN)?);
            let sources = l.u16(NUM_SRC)?;
            let group = l.ipv4(MADDR)?;
            line.say(|| format!("Group Record : {group}  {}", RECORDS.name(u64::from(kind)).unwrap_or_default()));
            for _ in 0..sources {
                l.ipv4(SADDR)?;
            }
            if words > 0 {
                l.bytes(AUX_DATA, words * 4)?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    let version = view.uint(VERSION);
    columns.protocol =
        version.map_or_else(|| PROTOCOL.column.into(), |version| format!("{}v{version}", PROTOCOL.column));
    let Some(kind) = view.uint(TYPE) else { return };
    let group = view.written(MADDR);
    let length = view.span().end - view.span().start;
    columns.info = match (view.name(TYPE), kind as u8) {
        (Some(name), QUERY) if version == Some(1) || group.is_empty() => name.into(),
        (Some(name), QUERY) => {
            let whom = if group == "0.0.0.0" { "general".into() } else { format!("specific for group {group}") };
            let sources: Vec<String> = addresses(view, SADDR).collect();
            let listed = match sources.len() {
                0 => String::new(),
                1 => format!(", source {{{}}}", sources.join(", ")),
                _ => format!(", sources {{{}}}", sources.join(", ")),
            };
            format!("{name}, {whom}{listed}")
        }
        (Some(name), REPORT_2) => format!("{name} group {group}"),
        (Some(name), LEAVE) => format!("{name} {group}"),
        (Some(name), REPORT_3) if view.has(RECORD_TYPE) => name.to_owned() + &records(view),
        (Some(name), REPORT_3) => format!("{name} - General query"),
        (_, TRACE) if length > TRACE_HEADER => "Traceroute Request".into(),
        (_, TRACE) => "Traceroute Query".into(),
        (Some(name), TRACE_RESPONSE) => format!("{name}, {} blocks", length.saturating_sub(TRACE_HEADER) / TRACE_BLOCK),
        (Some(name), _) => name.into(),
        (None, _) => format!("Unknown Type:0x{kind:02x}"),
    };
}

/// The values of a field of addresses, as text.
fn addresses<'v>(view: &'v View<'_>, field: crate::field::FieldId) -> impl Iterator<Item = String> + 'v {
    view.nodes().filter(move |node| node.field == field).filter_map(|node| written(node.value))
}

fn written(address: Value) -> Option<String> {
    match address {
        Value::Uint(address) => Some(Ipv4Addr::from(address as u32).to_string()),
        _ => None,
    }
}

/// What a report says of each group.
fn records(view: &View<'_>) -> String {
    let mut all = String::new();
    let mut record: Option<(u64, String, Vec<String>)> = None;
    for node in view.nodes() {
        match (node.field, node.value, &mut record) {
            (RECORD_TYPE, Value::Uint(kind), _) => {
                if let Some((kind, group, sources)) = record.replace((kind, String::new(), Vec::new())) {
                    all.push_str(&said(kind, &group, &sources));
                }
            }
            (MADDR, address, Some((_, group, _))) => *group = written(address).unwrap_or_default(),
            (SADDR, address, Some((.., sources))) => sources.extend(written(address)),
            _ => {}
        }
    }
    if let Some((kind, group, sources)) = record {
        all.push_str(&said(kind, &group, &sources));
    }
    all
}

/// What a record says of its group: one that includes no source leaves it.
fn said(kind: u64, group: &str, sources: &[String]) -> String {
    let list = sources.join(", ");
    let plural = if sources.len() == 1 { "" } else { "s" };
    match (kind, sources.len()) {
        (1 | 3, 0) => format!(" / Leave group {group}"),
        (1 | 3, 1) => format!(" / Join group {group} for source {{{list}}}"),
        (1 | 3, _) => format!(" / Join group {group} for sources in {{{list}}}"),
        (2 | 4, 0) => format!(" / Join group {group} for any sources"),
        (2 | 4, 1) => format!(" / Join group {group}, for source not {{{list}}}"),
        (2 | 4, _) => format!(" / Join group {group}, for sources not in {{{list}}}"),
        (5, 0) => format!(" / Group {group}, ALLOW_NEW_SOURCES but no source specified (?)"),
        (5, _) => format!(" / Group {group}, new source{plural} {{{list}}}"),
        (6, 0) => format!(" / Group {group}, BLOCK_OLD_SOURCES but no source specified (?)"),
        (6, _) => format!(" / Group {group}, block source{plural} {{{list}}}"),
        _ => format!(" / Group {group}, unknown record type (?)"),
    }
}

#[cfg(test)]
mod tests {
    use super::said;

    #[test]
    fn a_record_without_sources_joins_or_leaves() {
        assert_eq!(said(4, "239.1.1.1", &[]), " / Join group 239.1.1.1 for any sources");
        assert_eq!(said(3, "239.1.1.1", &[]), " / Leave group 239.1.1.1");
        assert_eq!(said(6, "239.1.1.1", &["10.0.0.1".into()]), " / Group 239.1.1.1, block source {10.0.0.1}");
    }
}
