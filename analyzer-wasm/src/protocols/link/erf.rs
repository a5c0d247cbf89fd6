//! Extensible Record Format: the records of Endace's cards (tcpdump.org/linktypes, LINKTYPE_ERF).

use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::field::Values;
use crate::protocols::numbers;

/// Extensible Record Format.
pub static PROTOCOL: Protocol = Protocol {
    name: "erf",
    title: "Extensible Record Format",
    column: "ERF",
    tables: &[("wtap_encap", Key::Number(197))],
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { erf
    TS "erf.ts" X64 "Timestamp";
    TYPES "erf.types" X8 "Record type";
    TYPES_TYPE "erf.types.type" U8 "Type" mask 0x7f values KINDS;
    TYPES_EXT_HEADER "erf.types.ext_header" U8 "Extension header present" mask 0x80;
    FLAGS "erf.flags" X8 "Flags";
    FLAGS_CAP "erf.flags.cap" U8 "Capture interface" mask 0x03;
    FLAGS_VLEN "erf.flags.vlen" U8 "Varying record length" mask 0x04;
    FLAGS_TRUNC "erf.flags.trunc" U8 "Truncated" mask 0x08;
    FLAGS_RXE "erf.flags.rxe" U8 "RX error" mask 0x10;
    FLAGS_DSE "erf.flags.dse" U8 "DS error" mask 0x20;
    FLAGS_RES "erf.flags.res" X8 "Reserved" mask 0xc0;
    RLEN "erf.rlen" U16 "Record length";
    LCTR "erf.lctr" U16 "Loss counter";
    COLOR "erf.color" X16 "Color";
    WLEN "erf.wlen" U16 "Wire length";
    EHDR_TYPES "erf.ehdr.types" U8 "Extension Header";
    EHDR_DATA "erf.ehdr.unknown.data" X64 "Data";
    ETH "erf.eth" None "Ethernet pad";
    ETH_OFF "erf.eth.off" U8 "Offset";
    ETH_PAD "erf.eth.pad" X8 "Padding";
}

const KINDS: Values = Values::Names(&[
    (0, "LEGACY"),
    (HDLC, "HDLC_POS"),
    (ETHERNET, "ETH"),
    (3, "ATM"),
    (4, "AAL5"),
    (5, "MC_HDLC"),
    (6, "MC_RAW"),
    (7, "MC_ATM"),
    (8, "MC_RAW_CHANNEL"),
    (9, "MC_AAL5"),
    (COLOR_HDLC, "COLOR_HDLC_POS"),
    (COLOR_ETHERNET, "COLOR_ETH"),
    (12, "MC_AAL2 "),
    (13, "IP_COUNTER"),
    (14, "TCP_FLOW_COUNTER"),
    (DSM_HDLC, "DSM_COLOR_HDLC_POS"),
    (DSM_ETHERNET, "DSM_COLOR_ETH "),
    (17, "COLOR_MC_HDLC_POS"),
    (18, "AAL2"),
    (HASH_HDLC, "COLOR_HASH_POS"),
    (HASH_ETHERNET, "COLOR_HASH_ETH"),
    (21, "INFINIBAND"),
    (IPV4, "IPV4"),
    (IPV6, "IPV6"),
    (24, "RAW_LINK"),
    (25, "INFINIBAND_LINK"),
    (27, "META"),
    (28, "OMNI-PATH_SNC"),
    (29, "OMNI-PATH"),
    (48, "PAD"),
]);

const HDLC: u64 = 1;
const ETHERNET: u64 = 2;
const COLOR_HDLC: u64 = 10;
const COLOR_ETHERNET: u64 = 11;
const DSM_HDLC: u64 = 15;
const DSM_ETHERNET: u64 = 16;
const HASH_HDLC: u64 = 19;
const HASH_ETHERNET: u64 = 20;
const IPV4: u64 = 22;
const IPV6: u64 = 23;

/// Of a type: whether another header follows this one.
const MORE: u64 = 0x80;

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    numbers::little_endian(l, TS, 8)?;
    let first = l.flags(TYPES, 1, &[TYPES_TYPE, TYPES_EXT_HEADER])?;
    let kind = first & !MORE;
    l.flags(FLAGS, 1, &[FLAGS_CAP, FLAGS_VLEN, FLAGS_TRUNC, FLAGS_RXE, FLAGS_DSE, FLAGS_RES])?;
    l.u16(RLEN)?;
    let colored = matches!(kind, COLOR_HDLC | COLOR_ETHERNET | DSM_HDLC | DSM_ETHERNET | HASH_HDLC | HASH_ETHERNET);
    l.u16(if colored { COLOR } else { LCTR })?;
    let length = usize::from(l.u16(WLEN)?);
    let mut more = first & MORE != 0;
    while more {
        more = l.peek(0, 1)? & MORE != 0;
        l.u8(EHDR_TYPES)?;
        l.uint(EHDR_DATA, 7)?;
    }
    Ok(match kind {
        ETHERNET | COLOR_ETHERNET | DSM_ETHERNET | HASH_ETHERNET => {
            l.branch(ETH, |l, _| {
                l.u8(ETH_OFF)?;
                l.u8(ETH_PAD)
            })?;
            // The card pads a record to a multiple of eight bytes.
            l.limit(l.at() - l.start() + length);
            Next::named("eth")
        }
        HDLC | COLOR_HDLC | DSM_HDLC | HASH_HDLC => Next::named("ppp"),
        IPV4 => Next::named("ip"),
        IPV6 => Next::named("ipv6"),
        _ => Next::Data,
    })
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    columns.protocol = PROTOCOL.column.into();
    let kind = view.uint(TYPES_TYPE).unwrap_or_default();
    columns.info = format!("ERF type {kind}: {}", KINDS.name(kind).unwrap_or("Unknown"));
}

#[cfg(test)]
mod tests {
    use crate::protocols::testing::read;

    #[test]
    fn headers_may_follow_the_first() {
        let inner = "4500001e12340000401154990a0000010a0000022b6756ce000a08406162";
        let eth = "021122334455021122334466 0800";
        for (header, stack) in [
            (format!("0000000000000000 02 05 0040 0000 002c c6a0 {eth}"), "erf:eth:ethertype:ip:udp:data"),
            (
                format!("0000000000000000 82 05 0040 0000 002c 0300000000000000 c6a0 {eth}"),
                "erf:eth:ethertype:ip:udp:data",
            ),
            ("0000000000000000 01 05 0040 0000 002c 0f000800".into(), "erf:ppp:chdlc:ip:udp:data"),
            ("0000000000000000 16 05 0040 0000 002c".into(), "erf:ip:udp:data"),
        ] {
            let packet = read(197, &format!("{header}{inner}").replace(' ', ""));
            assert_eq!(packet.of("frame.protocols"), [stack]);
        }
    }
}
