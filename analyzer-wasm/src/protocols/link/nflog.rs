//! Packets that Linux's netfilter logged, as tagged values (tcpdump.org/linktypes, LINKTYPE_NFLOG).

use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::field::Values;
use crate::protocols::numbers;
use crate::value::Value;

/// Linux Netfilter NFLOG.
pub static PROTOCOL: Protocol = Protocol {
    name: "nflog",
    title: "Linux Netfilter NFLOG",
    column: "NFLOG",
    tables: &[("wtap_encap", Key::Number(239))],
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { nflog
    FAMILY "nflog.family" U8 "Family" values FAMILIES;
    VERSION "nflog.version" U8 "Version";
    RES_ID "nflog.res_id" U16 "Resource id";
    TLV "nflog.tlv" Bytes "TLV";
    TLV_LENGTH "nflog.tlv_length" U16 "Length";
    TLV_TYPE "nflog.tlv_type" U16 "Type" mask 0x7fff values KINDS;
    HW_PROTOCOL "nflog.protocol" X16 "HW protocol" values (numbers::ETHERTYPES);
    HOOK "nflog.hook" U8 "Netfilter hook" values HOOKS;
    IFINDEX_INDEV "nflog.ifindex_indev" U32 "IFINDEX_INDEV";
    IFINDEX_OUTDEV "nflog.ifindex_outdev" U32 "IFINDEX_OUTDEV";
    IFINDEX_PHYSINDEV "nflog.ifindex_physindev" U32 "IFINDEX_PHYSINDEV";
    IFINDEX_PHYSOUTDEV "nflog.ifindex_physoutdev" U32 "IFINDEX_PHYSOUTDEV";
    PREFIX "nflog.prefix" TextZ "Prefix";
    UID "nflog.uid" I32 "UID";
    GID "nflog.gid" I32 "GID";
    TIMESTAMP "nflog.timestamp" Time "Timestamp";
    TLV_VALUE "nflog.tlv_value" Bytes "Value";
}

const FAMILIES: Values = Values::Names(&[
    (0, "Unspecified"),
    (1, "IPv4/IPv6"),
    (2, "IPv4"),
    (3, "ARP"),
    (5, "Netdev"),
    (7, "Bridge"),
    (10, "IPv6"),
    (12, "DECNET"),
]);
const HOOKS: Values =
    Values::Names(&[(0, "Pre-routing"), (1, "Local in"), (2, "Forward"), (3, "Local out"), (4, "Post-routing")]);
/// What a value is (linux/netfilter/nfnetlink_log.h).
const KINDS: Values = Values::Names(&[
    (0, "NFULA_UNSPEC"),
    (1, "NFULA_PACKET_HDR"),
    (2, "NFULA_MARK"),
    (3, "NFULA_TIMESTAMP"),
    (4, "NFULA_IFINDEX_INDEV"),
    (5, "NFULA_IFINDEX_OUTDEV"),
    (6, "NFULA_IFINDEX_PHYSINDEV"),
    (7, "NFULA_IFINDEX_PHYSOUTDEV"),
    (8, "NFULA_HWADDR"),
    (PAYLOAD, "NFULA_PAYLOAD"),
    (10, "NFULA_PREFIX"),
    (11, "NFULA_UID"),
    (12, "NFULA_SEQ"),
    (13, "NFULA_SEQ_GLOBAL"),
    (14, "NFULA_GID"),
    (15, "NFULA_HWTYPE"),
    (16, "NFULA_HWHEADER"),
    (17, "NFULA_HWLEN"),
]);

const PAYLOAD: u64 = 9;
/// Length of a value's own header, in bytes; values begin at multiples of it.
const HEADER: usize = 4;

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let family = l.u8(FAMILY)?;
    l.u8(VERSION)?;
    l.u16(RES_ID)?;
    let mut payload = None;
    while l.left() > 0 {
        // Lengths and types are in the byte order of the machine that captured: no type is above 255.
        let swapped = l.peek(3, 1)? == 0;
        let read = |l: &Layer<'_, '_>, at| if swapped { numbers::peek_little_endian(l, at, 2) } else { l.peek(at, 2) };
        let (start, length, kind) = (l.at(), read(l, 0)? as usize, read(l, 2)? & 0x7fff);
        if length < HEADER {
            return Err(Stop::Malformed("the length of a value is shorter than its header"));
        }
        if kind == PAYLOAD {
            payload = Some((start + HEADER, start + length));
        }
        l.note(TLV, start, (start + length).min(l.end()), Value::Bytes);
        l.label(|| {
            let name = KINDS.name(kind).unwrap_or("Unknown");
            format!("TLV Type: {name} ({kind}), Length: {length}")
        });
        l.below(|l| {
            l.note(TLV_LENGTH, start, start + 2, Value::Uint(length as u64));
            l.note_uint(TLV_TYPE, start + 2, 2, kind);
            l.skip(HEADER)?;
            l.within(length - HEADER, |l| value(l, kind))
        })?;
        let padding = length.next_multiple_of(HEADER) - length;
        l.skip(padding.min(l.left()))?;
    }
    let Some((start, end)) = payload else { return Ok(Next::End) };
    let whole = l.at();
    l.seek(start)?;
    let next = match family {
        2 => Next::named("ip"),
        10 => Next::named("ipv6"),
        1 if l.peek(0, 1).is_ok_and(|first| first >> 4 == 4) => Next::named("ip"),
        1 if l.peek(0, 1).is_ok_and(|first| first >> 4 == 6) => Next::named("ipv6"),
        _ => Next::Data,
    };
    l.within(end - start, |l| {
        l.call(next);
        Ok(())
    })?;
    // The payload is one value among others.
    l.seek(whole)?;
    Ok(Next::End)
}

fn summary(_: &View<'_>, columns: &mut Columns) {
    columns.protocol = PROTOCOL.column.into();
    columns.info.clear();
}

/// Reads a value, from behind its header to its end.
fn value(l: &mut Layer<'_, '_>, kind: u64) -> Result<(), Stop> {
    let end = l.end();
    match kind {
        1 => {
            l.u16(HW_PROTOCOL)?;
            l.u8(HOOK)?;
        }
        3 => {
            let (start, seconds, microseconds) = (l.at(), l.peek(0, 8)?, l.peek(8, 8)?);
            // What is no part of a second is no time.
            let nanoseconds = microseconds.min(999_999) as u32 * 1000;
            l.note(TIMESTAMP, start, start + 16, Value::Time(seconds as i64, nanoseconds));
        }
        4 => drop(l.u32(IFINDEX_INDEV)?),
        5 => drop(l.u32(IFINDEX_OUTDEV)?),
        6 => drop(l.u32(IFINDEX_PHYSINDEV)?),
        7 => drop(l.u32(IFINDEX_PHYSOUTDEV)?),
        PAYLOAD => {}
        10 => drop(l.bytes_left(PREFIX)),
        11 => drop(l.u32(UID)?),
        14 => drop(l.u32(GID)?),
        _ => drop(l.bytes_left(TLV_VALUE)),
    }
    l.seek(end)
}

#[cfg(test)]
mod tests {
    use crate::protocols::testing::read;

    const INNER: &str = "4500001e12340000401154990a0000010a0000022b6756ce000a08406162";

    #[test]
    fn values_are_read_in_either_byte_order() {
        for header in [
            "02000014 0800010008000127 05000a0061000000 22000900",
            "02000014 0008000108000127 0005000a61000000 00220009",
        ] {
            let packet = read(239, &format!("{header}{INNER}0000").replace(' ', ""));
            assert_eq!(packet.of("frame.protocols"), ["nflog:ip:udp:data"]);
            assert_eq!((packet.of("nflog.hook"), packet.of("nflog.prefix")), (vec!["1"], vec!["a"]));
        }
        assert_eq!(read(239, "02000014 02000100".replace(' ', "").as_str()).of("_ws.malformed").len(), 1);
    }
}
