//! Protocol Independent Multicast, version 2 (RFC 7761): the header, and the packets that routers register.
//!
//! The fields of other messages are not read.

use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::field::{Values, YES_NO};
use crate::protocols::numbers::{self, checksum};
use etherparse::checksum::Sum16BitWords;

/// Protocol Independent Multicast.
pub static PROTOCOL: Protocol = Protocol {
    name: "pim",
    title: "Protocol Independent Multicast",
    column: "PIM",
    tables: &[("ip.proto", Key::Number(103))],
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { pim
    VERSION "pim.version" U8 "Version" mask 0xf0;
    TYPE "pim.type" U8 "Type" mask 0x0f values MESSAGES;
    RES_BYTES "pim.res_bytes" Bytes "Reserved byte(s)";
    CKSUM "pim.cksum" X16 "Checksum";
    CKSUM_STATUS "pim.cksum.status" N8 "Checksum Status" values (numbers::CHECKSUM_STATES);
    BAD_CHECKSUM "pim.bad_checksum" None "Bad checksum" expert (Error, Checksum);
    OPTION "pim.option" None "PIM Options";
    REGISTER_FLAG "pim.register_flag" X32 "Flags";
    REGISTER_BORDER "pim.register_flag.border" Bool(32) "Border" mask 0x8000_0000 values YES_NO;
    REGISTER_NULL "pim.register_flag.null_register" Bool(32) "Null-Register" mask 0x4000_0000 values YES_NO;
    IP_VERSION "pim.ip_version" U8 "IP Version" mask 0xf0 values (Values::Names(&[(0, "Dummy Header"), (4, "IPv4"), (6, "IPv6")]));
}

const MESSAGES: Values = Values::Names(&[
    (0, "Hello"),
    (REGISTER, "Register"),
    (2, "Register-stop"),
    (3, "Join/Prune"),
    (4, "Bootstrap"),
    (5, "Assert"),
    (6, "Graft"),
    (7, "Graft-Ack"),
    (8, "Candidate-RP-Advertisement"),
    (9, "State-Refresh"),
    (10, "DF election"),
    (11, "ECMP redirect"),
    (12, "PFM source discovery"),
]);

const REGISTER: u64 = 1;
/// Bytes of a Register's own, over which alone its checksum is (RFC 7761, section 4.9).
const REGISTER_HEADER: usize = 8;

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let first = l.bits(1, &[VERSION, TYPE])?;
    let (version, kind) = (first >> 4, first & 0x0f);
    if version != 2 {
        return Ok(Next::Data);
    }
    l.bytes(RES_BYTES, 1)?;
    let sum = |l: &mut Layer<'_, '_>| checksum::internet(l, [CKSUM, CKSUM_STATUS, BAD_CHECKSUM], Sum16BitWords::new());
    if l.endpoints().source.is_ipv6() {
        // It counts the addresses of IPv6 in, which stand in another layer.
        l.u16(CKSUM)?;
    } else if kind == REGISTER {
        let at = l.at();
        l.within(REGISTER_HEADER - 2, |l| sum(l).map(|_| ()))?;
        l.seek(at + 2)?;
    } else {
        sum(l)?;
    }
    if kind != REGISTER {
        let (start, end) = (l.at(), l.end());
        if start < end {
            l.note(OPTION, start, end, crate::value::Value::None);
        }
        l.seek(end)?;
        return Ok(Next::End);
    }
    let inner = l.branch(OPTION, |l, _| {
        l.flags(REGISTER_FLAG, 4, &[REGISTER_BORDER, REGISTER_NULL])?;
        let (at, first) = (l.at(), l.peek(0, 1)?);
        l.note_uint(IP_VERSION, at, 1, first);
        Ok(first >> 4)
    })?;
    l.call(match inner {
        4 => Next::named("ip"),
        6 => Next::named("ipv6"),
        _ => Next::End,
    });
    Ok(Next::End)
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    columns.protocol = view.uint(VERSION).map(|version| format!("{}v{version}", PROTOCOL.column)).unwrap_or_default();
    columns.info = view.name(TYPE).unwrap_or("Unknown").into();
}

#[cfg(test)]
mod tests {
    use crate::protocols::testing::read;

    #[test]
    fn a_registered_packet_is_read() {
        let inner = "4500001e12340000401154990a0000010a0000022b6756ce000a08406162";
        let packet =
            read(101, &format!("45000000000100004067000 0 0a0000010a000002 2100deff00000000 {inner}").replace(' ', ""));
        assert_eq!(packet.of("frame.protocols"), ["raw:ip:pim:ip:udp:data"]);
        assert_eq!(packet.of("pim.cksum.status"), ["1"]);
    }
}
