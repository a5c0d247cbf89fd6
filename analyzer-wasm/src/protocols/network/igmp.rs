//! Internet Group Management Protocol, version 1 (RFC 1112), version 2 (RFC 2236) and version 3 (RFC 3376).

mod version_3;
mod words;

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
    summary: words::summary,
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
    RECORD_TYPE "igmp.record_type" U8 "Record Type" values (version_3::RECORDS);
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

/// Length of a message of versions 1 and 2.
const SHORT: usize = 8;
/// Length of a query of version 3 without sources, which is longer than the queries of other versions (RFC 3376,
/// section 7.1).
const QUERY_3: usize = 12;
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
        3 if kind == QUERY => version_3::query(l)?,
        3 => version_3::report(l)?,
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
