//! Encapsulated Remote Switch Packet Analysis: the frames that a switch mirrors (draft-foschiano-erspan-03).

use crate::dissect::{Key, Layer, Next, Protocol, Stop};
use crate::field::Values;
use crate::protocols::tables;
use crate::value::Value;

/// Encapsulated Remote Switch Packet Analysis, types II and III; type I has no header.
pub static PROTOCOL: Protocol = Protocol {
    name: "erspan",
    title: "Encapsulated Remote Switch Packet ANalysis",
    column: "ERSPAN",
    tables: &[("gre.proto", Key::Numbers(&[0x88be, 0x22eb]))],
    fields: FIELDS,
    dissect,
    ..Protocol::PLAIN
};

crate::fields! { erspan
    VERSION "erspan.version" U16 "Version" mask 0xf000 values (Values::Names(&[(1, "Type II"), (2, "Type III")]));
    VLAN "erspan.vlan" U16 "Vlan" mask 0x0fff;
    COS "erspan.cos" U16 "COS" mask 0xe000;
    ENCAP "erspan.encap" U16 "Encap" mask 0x1800 values TAGS;
    BSO "erspan.bso" U16 "Bad/Short/Oversized" mask 0x1800 values INTEGRITY;
    TRUNCATED "erspan.truncated" U16 "Truncated" mask 0x0400 values (Values::Names(&[(0, "Not truncated"), (1, "Truncated")]));
    SPANID "erspan.spanid" U16 "SpanID" mask 0x03ff;
    RESERVED "erspan.reserved" U32 "Reserved" mask 0xfff0_0000;
    INDEX "erspan.index" U32 "Index" mask 0x000f_ffff;
    TIMESTAMP "erspan.timestamp" U32 "Timestamp" mask 0xffff_ffff;
    SGT "erspan.sgt" U16 "Security Group Tag" mask 0xffff;
    P "erspan.p" U16 "Has Ethernet PDU" mask 0x8000;
    FT "erspan.ft" U16 "Frame Type" mask 0x7c00 values (Values::Names(&[(0, "Ethernet"), (2, "IP")]));
    HW "erspan.hw" U16 "Hardware ID" mask 0x03f0;
    DIRECTION "erspan.direction" Bool(16) "Direction" mask 0x0008 values (Values::Flag("Egress", "Ingress"));
    GRA "erspan.gra" U16 "Timestamp granularity" mask 0x0006 values GRANULARITY;
    O "erspan.o" U16 "Optional Sub headers" mask 0x0001;
    PLATID "erspan.platid" U32 "Platform ID" mask 0xfc00_0000;
    VERSION_UNKNOWN "erspan.version.unknown" None "Unknown version, please report or test to use fake ERSPAN preference" expert (Warning, Undecoded);
}

const TAGS: Values = Values::Names(&[
    (0, "Originally without VLAN tag"),
    (1, "Originally ISL encapsulated"),
    (2, "Originally 802.1Q encapsulated"),
    (3, "VLAN tag preserved in frame"),
]);
const INTEGRITY: Values = Values::Names(&[
    (0, "Good or unknown integrity"),
    (1, "Short frame"),
    (2, "Oversized frame"),
    (3, "CRC or alignment error"),
]);
const GRANULARITY: Values =
    Values::Names(&[(0, "100 microseconds"), (1, "100 nanoseconds"), (2, "IEEE 1588"), (3, "Custom granularity")]);

/// Payload type of Ethernet frames in GRE.
const ETHERNET: u16 = 0x6558;
/// Length of what a switch's platform adds.
const PLATFORM: usize = 8;

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let start = l.at();
    let version = l.bits(2, &[VERSION, VLAN])? >> 12;
    let mut next = Next::table(&tables::GRE_PROTO, ETHERNET);
    match version {
        1 => {
            l.title(|| format!("{} Type II", PROTOCOL.title));
            l.bits(2, &[COS, ENCAP, TRUNCATED, SPANID])?;
            l.bits(4, &[RESERVED, INDEX])?;
        }
        2 => {
            l.title(|| format!("{} Type III", PROTOCOL.title));
            l.bits(2, &[COS, BSO, TRUNCATED, SPANID])?;
            l.u32(TIMESTAMP)?;
            l.u16(SGT)?;
            let last = l.bits(2, &[P, FT, HW, DIRECTION, GRA, O])?;
            if last & 1 == 1 {
                let at = l.at();
                let platform = l.peek(0, 4)?;
                l.skip(PLATFORM)?;
                l.note_uint(PLATID, at, 4, platform);
            }
            if last >> 10 & 0x1f == 2 {
                next = Next::table(&tables::GRE_PROTO, 0x0800_u16);
            }
        }
        _ => {
            l.note(VERSION_UNKNOWN, start, start + 2, Value::None);
            next = Next::Data;
        }
    }
    // The frame belongs to the line of the protocol that mirrors it.
    l.call(next);
    Ok(Next::End)
}
