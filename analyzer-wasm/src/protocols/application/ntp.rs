//! Network Time Protocol (RFC 5905), with its control messages (RFC 9327) and those in mode 7.

mod control;
mod names;
mod private;

use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::field::{FieldId, Look, SET, Values};
use crate::memory::{History, key};
use crate::value::{Value, big_endian};

/// Network Time Protocol.
pub static PROTOCOL: Protocol = Protocol {
    name: "ntp",
    title: "Network Time Protocol",
    column: "NTP",
    tables: &[("udp.port", Key::Number(123))],
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { ntp
    FLAGS "ntp.flags" X8 "Flags";
    LI "ntp.flags.li" U8 "Leap Indicator" mask 0xc0 values (names::LEAPS);
    VN "ntp.flags.vn" U8 "Version number" mask 0x38 values (names::VERSIONS);
    MODE "ntp.flags.mode" U8 "Mode" mask 0x07 values (names::MODES);
    STRATUM "ntp.stratum" U8 "Peer Clock Stratum" values (names::STRATA);
    PPOLL "ntp.ppoll" U8 "Peer Polling Interval";
    PRECISION "ntp.precision" U8 "Peer Clock Precision";
    ROOTDELAY "ntp.rootdelay" U32 "Root Delay";
    ROOTDISPERSION "ntp.rootdispersion" U32 "Root Dispersion";
    REFID "ntp.refid" Bytes "Reference ID";
    REFTIME "ntp.reftime" Time "Reference Timestamp" look (Look::Nullable);
    ORG "ntp.org" Time "Origin Timestamp" look (Look::Nullable);
    REC "ntp.rec" Time "Receive Timestamp" look (Look::Nullable);
    XMT "ntp.xmt" Time "Transmit Timestamp" look (Look::Nullable);
    KEYID "ntp.keyid" Bytes "Key ID";
    MAC "ntp.mac" Bytes "Message Authentication Code";
    RESPONSE_IN "ntp.response_in" Frame "Response In";
    REQUEST_IN "ntp.request_in" Frame "Request In";
    DELTA_TIME "ntp.delta_time" Duration "Delta Time";
    EXT "ntp.ext" None "Extension";
    EXT_TYPE "ntp.ext.type" X16 "Field Type" values (names::EXTENSIONS);
    EXT_LENGTH "ntp.ext.length" U16 "Length";
    EXT_VALUE "ntp.ext.value" Bytes "Value";
    CTRL_FLAGS2 "ntp.ctrl.flags2" X8 "Flags 2";
    CTRL_R "ntp.ctrl.flags2.r" U8 "Response bit" mask 0x80 values (names::DIRECTIONS);
    CTRL_ERROR "ntp.ctrl.flags2.error" U8 "Error bit" mask 0x40;
    CTRL_MORE "ntp.ctrl.flags2.more" U8 "More bit" mask 0x20;
    CTRL_OPCODE "ntp.ctrl.flags2.opcode" U8 "Opcode" mask 0x1f values (names::OPCODES);
    CTRL_SEQUENCE "ntp.ctrl.sequence" U16 "Sequence";
    CTRL_STATUS "ntp.ctrl.status" X16 "Status";
    CTRL_ERR_STATUS "ntp.ctrl.err_status" U16 "Error Status Word" mask 0xff00 values (names::ERRORS);
    SYS_LI "ntp.ctrl.sys_status.li" U16 "Leap Indicator" mask 0xc000 values (names::LEAPS);
    SYS_CLKSRC "ntp.ctrl.sys_status.clksrc" U16 "Clock Source" mask 0x3f00 values (names::SOURCES);
    SYS_COUNT "ntp.ctrl.sys_status.count" U16 "System Event Counter" mask 0xf0;
    SYS_CODE "ntp.ctrl.sys_status.code" U16 "System Event Code" mask 0x0f values (names::SYSTEM_EVENTS);
    PEER_CONFIG "ntp.ctrl.peer_status.config" Bool(16) "Peer Status" mask 0x8000 values (Values::Flag("configured (peer.config)", "not configured (peer.config)"));
    PEER_AUTHENABLE "ntp.ctrl.peer_status.authenable" Bool(16) "Peer Status" mask 0x4000 values (Values::Flag("authentication enabled (peer.authenable)", "authentication disabled (peer.authenable)"));
    PEER_AUTHENTIC "ntp.ctrl.peer_status.authentic" Bool(16) "Peer Status" mask 0x2000 values (Values::Flag("authentication okay (peer.authentic)", "authentication not okay (peer.authentic)"));
    PEER_REACH "ntp.ctrl.peer_status.reach" Bool(16) "Peer Status" mask 0x1000 values (Values::Flag("reachability okay (peer.reach != 0)", "reachability not okay (peer.reach != 0)"));
    PEER_BCAST "ntp.ctrl.peer_status.bcast" Bool(16) "Peer Status broadcast association" mask 0x800 values SET;
    PEER_SELECTION "ntp.ctrl.peer_status.selection" U16 "Peer Selection" mask 0x700 values (names::SELECTIONS);
    PEER_COUNT "ntp.ctrl.peer_status.count" U16 "Peer Event Counter" mask 0xf0;
    PEER_CODE "ntp.ctrl.peer_status.code" U16 "Peer Event Code" mask 0x0f values (names::PEER_EVENTS);
    CLOCK_STATUS "ntp.ctrl.clock_status.status" U16 "Clock Status" mask 0xff00 values (names::CLOCKS);
    CLOCK_CODE "ntp.ctrl.clock_status.code" U16 "Clock Event Code" mask 0xff;
    CTRL_DATA "ntp.ctrl.data" None "Data";
    CTRL_ITEM "ntp.ctrl.item" None "Item";
    CTRL_ASSOCID "ntp.ctrl.associd" U16 "AssociationID";
    CTRL_OFFSET "ntp.ctrl.offset" U16 "Offset";
    CTRL_COUNT "ntp.ctrl.count" U16 "Count";
    CTRL_TRAPMSG "ntp.ctrl.trapmsg" Text "Trap message";
    CTRL_CONFIGURATION "ntp.ctrl.configuration" Text "Configuration";
    CTRL_MRU "ntp.ctrl.mru" Text "MRU";
    CTRL_ORDLIST "ntp.ctrl.ordlist" Text "Ordered List";
    CTRL_NONCE "ntp.ctrl.nonce" Text "Nonce";
    PRIV_R "ntp.priv.flags.r" U8 "Response bit" mask 0x80 values (names::DIRECTIONS);
    PRIV_MORE "ntp.priv.flags.more" U8 "More bit" mask 0x40;
    PRIV_AUTH_SEQ "ntp.priv.auth_seq" U8 "Auth, sequence";
    PRIV_AUTH "ntp.priv.auth" U8 "Auth bit" mask 0x80;
    PRIV_SEQ "ntp.priv.seq" U8 "Sequence number" mask 0x7f;
    PRIV_IMPL "ntp.priv.impl" U8 "Implementation" values (names::IMPLEMENTATIONS);
    PRIV_REQCODE "ntp.priv.reqcode" U8 "Request code" values (names::REQUESTS);
    PRIV_ERR "ntp.priv.err" X8 "Err" values (names::PRIVATE_ERRORS);
    PRIV_NUMITEMS "ntp.priv.numitems" U16 "Number of data items";
    PRIV_RESERVED "ntp.priv.reserved" X8 "Reserved";
    PRIV_ITEMSIZE "ntp.priv.itemsize" U16 "Size of data item";
    PRIV_ITEM "ntp.priv.mode7.item" TextZ "Mode7 item";
    MONLIST_AVGINT "ntp.priv.monlist.avgint" U32 "avgint";
    MONLIST_LSINT "ntp.priv.monlist.lsint" U32 "lsint";
    MONLIST_RESTR "ntp.priv.monlist.restr" X32 "restr";
    MONLIST_COUNT "ntp.priv.monlist.count" U32 "count";
    MONLIST_REMOTE "ntp.priv.monlist.remote_address" Ipv4 "remote address";
    MONLIST_LOCAL "ntp.priv.monlist.local_address" Ipv4 "local address";
    MONLIST_FLAGS "ntp.priv.monlist.flags" X32 "flags";
    MONLIST_PORT "ntp.priv.monlist.port" U16 "port";
    MONLIST_MODE "ntp.priv.monlist.mode" U8 "mode";
    MONLIST_VERSION "ntp.priv.monlist.version" U8 "version";
    MONLIST_IPV6 "ntp.priv.monlist.ipv6" X32 "ipv6";
    MONLIST_UNUSED "ntp.priv.monlist.unused" X32 "unused";
    MONLIST_REMOTE6 "ntp.priv.monlist.addr6" Ipv6 "ipv6 remote addr";
    MONLIST_LOCAL6 "ntp.priv.monlist.daddr6" Ipv6 "ipv6 local addr";
}

const CLIENT: u64 = 3;
const SERVER: u64 = 4;
const CONTROL: u64 = 6;
const PRIVATE: u64 = 7;

/// Seconds from 1900, where NTP's first era begins, to 1970.
const TO_1970: i64 = 2_208_988_800;
/// Seconds of an era.
const ERA: i64 = 1 << 32;
/// A message authentication code with its key has as many bytes or more; less is no code (RFC 7822, section 3).
const SHORTEST_MAC: usize = 20;
/// An extension field has as many bytes or more.
const SHORTEST_EXTENSION: usize = 16;

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let first = l.peek(0, 1)?;
    let (version, mode) = (first >> 3 & 7, first & 7);
    l.title(|| {
        format!("Network Time Protocol ({}, {})", named(names::VERSIONS, version), named(names::SHORT_MODES, mode))
    });
    let mark = l.mark();
    let bits = if mode == PRIVATE { [PRIV_R, PRIV_MORE, VN, MODE].as_slice() } else { &[LI, VN, MODE] };
    l.flags(FLAGS, 1, bits)?;
    l.label_at(mark, || {
        let what = match mode {
            PRIVATE => format!("Response bit: {}", named(names::DIRECTIONS, first >> 7)),
            _ => format!("Leap Indicator: {}", named(names::LEAPS, first >> 6)),
        };
        let (version, mode) = (named(names::VERSIONS, version), named(names::MODES, mode));
        format!("Flags: 0x{first:02x}, {what}, Version number: {version}, Mode: {mode}")
    });
    match mode {
        CONTROL => control::message(l)?,
        PRIVATE => private::message(l, first >> 7 == 1)?,
        _ => time(l, mode)?,
    }
    Ok(Next::End)
}

/// The name of a value that a row of names has, or would have.
fn named(names: Values, value: u64) -> &'static str {
    names.name(value).unwrap_or("Unknown")
}

/// What tells the time or asks for it.
fn time(l: &mut Layer<'_, '_>, mode: u64) -> Result<(), Stop> {
    // The server sends back as origin when the client says that it sent the request.
    let (origin, transmitted) = (l.peek(23, 8).unwrap_or_default(), l.peek(39, 8).unwrap_or_default());
    match mode {
        CLIENT => link(l, transmitted, false),
        SERVER => link(l, origin, true),
        _ => {}
    }
    let stratum = l.u8(STRATUM)?;
    let poll = l.u8(PPOLL)?;
    l.label(|| match poll {
        4..=17 => format!("Peer Polling Interval: {poll} ({} seconds)", 1_u32 << poll),
        _ => format!("Peer Polling Interval: invalid ({poll})"),
    });
    let precision = l.u8(PRECISION)?;
    l.label(|| format!("Peer Clock Precision: {:.6} seconds", f64::from(precision as i8).exp2()));
    for (field, title) in [(ROOTDELAY, "Root Delay"), (ROOTDISPERSION, "Root Dispersion")] {
        let value = l.u32(field)?;
        l.label(|| format!("{title}: {:.6} seconds", f64::from(value) / 65536.0));
    }
    let id = l.bytes(REFID, 4)?;
    l.label(|| format!("Reference ID: {}", reference(stratum, id)));
    for field in [REFTIME, ORG, REC, XMT] {
        timestamp(l, field)?;
    }
    while l.left() > 0 {
        if !is_extension(l.rest()) {
            l.bytes(KEYID, 4)?;
            if l.left() > 0 {
                l.bytes_left(MAC);
            }
        } else if !l.branch(EXT, |l, _| extension(l))? {
            return Ok(());
        }
    }
    Ok(())
}

/// What a clock is set by: another server, or a source of time that four letters stand for.
fn reference(stratum: u8, id: &[u8]) -> String {
    match *id {
        [0, 0, 0, 0] => "NULL".into(),
        [a, b, c, d] if stratum > 1 => format!("{a}.{b}.{c}.{d}"),
        _ => match names::CLOCKS_BY_CODE.iter().find(|(code, _)| code.as_slice() == id) {
            Some((_, name)) => (*name).into(),
            None => {
                let code: String = id.iter().take_while(|byte| **byte != 0).map(|byte| char::from(*byte)).collect();
                format!("Unidentified reference source '{code}'")
            }
        },
    }
}

/// Seconds since 1900 or, as their highest bit tells, since 2036, and their fraction.
fn timestamp(l: &mut Layer<'_, '_>, field: FieldId) -> Result<(), Stop> {
    let (at, raw) = (l.at(), l.peek(0, 8)?);
    l.skip(8)?;
    let (seconds, fraction) = ((raw >> 32) as i64, raw & 0xffff_ffff);
    let since_1970 = match raw {
        0 => 0,
        _ if seconds < ERA / 2 => seconds + ERA - TO_1970,
        _ => seconds - TO_1970,
    };
    l.note(field, at, at + 8, Value::Time(since_1970, ((fraction * 1_000_000_000) >> 32) as u32));
    Ok(())
}

/// Whether these bytes begin with an extension field, behind which is nothing, a code, or another extension field.
fn is_extension(bytes: &[u8]) -> bool {
    let length = |bytes: &[u8]| bytes.get(2..4).map_or(0, big_endian) as usize;
    let behind = bytes.get(length(bytes)..).filter(|_| length(bytes) >= SHORTEST_EXTENSION);
    behind.is_some_and(|rest| {
        let more = SHORTEST_EXTENSION..=rest.len();
        rest.is_empty() || rest.len() >= SHORTEST_MAC || more.contains(&length(rest))
    })
}

/// An extension field (RFC 7822); returns whether what follows can be found.
fn extension(l: &mut Layer<'_, '_>) -> Result<bool, Stop> {
    l.u16(EXT_TYPE)?;
    let length = usize::from(l.u16(EXT_LENGTH)?);
    if length % 4 == 0 {
        l.bytes(EXT_VALUE, length.saturating_sub(4))?;
    }
    Ok(length % 4 == 0)
}

/// The last request with a key.
static REQUESTS: History<u64, u32> = History::new(1 << 20);
/// The first response to a request, by the packets of both.
static RESPONSES: History<u32, u32> = History::new(1 << 20);

/// Notes the other side of a request or response, by what both contain. As later packets tell it, too, it is noted with
/// hindsight only.
fn link(l: &mut Layer<'_, '_>, id: u64, response: bool) {
    if l.quoted() {
        return;
    }
    let (key, frame) = (key(&l.endpoints(), "ntp", id), l.packet().number);
    let noted = l.memory().has_hindsight();
    if !response {
        l.memory().append(&REQUESTS, key, frame);
        let answer = l.memory().last(&RESPONSES, &frame).copied();
        if let Some(answer) = answer.filter(|_| noted) {
            l.generated(RESPONSE_IN, Value::Uint(u64::from(answer)));
        }
        return;
    }
    let Some(request) = l.memory().before(&REQUESTS, &key).copied() else { return };
    if l.memory().before(&RESPONSES, &request).is_none() {
        l.memory().append(&RESPONSES, request, frame);
    }
    if noted {
        let (seconds, nanoseconds) = l.memory().since(request);
        l.generated(REQUEST_IN, Value::Uint(u64::from(request)));
        l.generated(DELTA_TIME, Value::Time(seconds, nanoseconds));
    }
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    columns.protocol = PROTOCOL.column.into();
    let (Some(version), Some(mode)) = (view.uint(VN), view.uint(MODE)) else { return };
    columns.info = format!("{}, {}", named(names::VERSIONS, version), named(names::SHORT_MODES, mode));
    if let (PRIVATE, Some(direction), Some(request)) = (mode, view.name(PRIV_R), view.uint(PRIV_REQCODE)) {
        columns.info.push_str(&format!(", {direction}, {}", named(names::REQUESTS, request)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extension_field_is_told_from_a_code() {
        let field = [1, 4, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        let code = [0, 0, 0, 1, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9];
        assert!(is_extension(&field));
        assert!(is_extension(&[field, field].concat()));
        assert!(is_extension(&[&field[..], &code].concat()));
        assert!(!is_extension(&[&field[..], &[0, 0, 0, 1]].concat()));
        assert!(!is_extension(&code));
        assert!(!is_extension(&field[..12]));
    }

    #[test]
    fn a_reference_is_a_server_or_a_source_of_time() {
        for (stratum, id, words) in [
            (2, b"GPS\0", "71.80.83.0"),
            (1, b"GPS\0", "Global Position System"),
            (1, b"GOOG", "Unidentified reference source 'GOOG'"),
            (0, b"\0\0\0\0", "NULL"),
        ] {
            assert_eq!(reference(stratum, id), words);
        }
    }
}
