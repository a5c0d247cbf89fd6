//! Network Service Header (RFC 8300).

use crate::dissect::{Key, Layer, Next, Protocol, Stop};
use crate::field::Values;
use crate::protocols::numbers;

/// Network Service Header.
pub static PROTOCOL: Protocol = Protocol {
    name: "nsh",
    title: "Network Service Header",
    column: "NSH",
    tables: &[("ethertype", Key::Number(0x894f)), ("gre.proto", Key::Number(0x894f))],
    fields: FIELDS,
    dissect,
    ..Protocol::PLAIN
};

crate::fields! { nsh
    VERSION "nsh.version" DX16 "Version" mask 0xc000;
    O_BIT "nsh.Obit" U16 "O Bit" mask 0x2000;
    C_BIT "nsh.CBit" U16 "C Bit" mask 0x1000;
    TTL "nsh.ttl" X16 "Time to live" mask 0x0fc0;
    LENGTH "nsh.length" DX16 "Length" mask 0x003f;
    MDTYPE "nsh.mdtype" DX8 "MD Type";
    NEXTPROTO "nsh.nextproto" DX8 "Next Protocol" values NEXT;
    SPI "nsh.spi" U24 "SPI";
    SI "nsh.si" DX8 "SI";
    CONTEXTHEADER "nsh.contextheader" Bytes "Context Header";
    METADATACLASS "nsh.metadataclass" DX16 "TLV Class";
    METADATATYPE "nsh.metadatatype" DX8 "Type";
    METADATAUNASSIGNEDBIT "nsh.metadataunassignedbit" X8 "Unassigned Bit" mask 0x80;
    METADATALEN "nsh.metadatalen" X8 "Length" mask 0x7f;
    METADATA "nsh.metadata" Bytes "Variable Metadata";
    LENGTH_INVALID "nsh.length.invalid" None "Invalid total length" expert (Error, Malformed);
}

const NEXT: Values = Values::Names(&[
    (0, "None"),
    (1, "IPv4"),
    (2, "IPv6"),
    (3, "Ethernet"),
    (4, "NSH"),
    (5, "MPLS"),
    (254, "Experiment 1"),
    (255, "Experiment 2"),
]);

/// Four context headers of four bytes (RFC 8300, section 2.4).
const FIXED: u8 = 1;
/// Any number of typed context headers (section 2.5).
const VARIABLE: u8 = 2;
/// Length of the base header and the service path header, in bytes.
const SHORTEST: usize = 8;

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let start = l.at();
    let length = (l.bits(2, &[VERSION, O_BIT, C_BIT, TTL, LENGTH])? & 0x3f) as usize * 4;
    let kind = l.u8(MDTYPE)?;
    let next = l.u8(NEXTPROTO)?;
    let path = l.u24(SPI)?;
    l.label(|| format!("SPI: {path} (0x{path:06x})"));
    l.u8(SI)?;
    let Some(context) = length.checked_sub(SHORTEST) else {
        l.remark(LENGTH_INVALID, start, || "The length is shorter than the header".into());
        return Err(Stop::Malformed("the length is shorter than the header"));
    };
    l.within(context, |l| {
        match kind {
            FIXED => {
                for _ in 0..4 {
                    l.bytes(CONTEXTHEADER, 4)?;
                }
            }
            VARIABLE => {
                while l.left() > 0 {
                    l.u16(METADATACLASS)?;
                    l.u8(METADATATYPE)?;
                    let length = (l.bits(1, &[METADATAUNASSIGNEDBIT, METADATALEN])? & 0x7f) as usize;
                    if length > 0 {
                        l.bytes(METADATA, length)?;
                    }
                    l.skip(length.next_multiple_of(4) - length)?;
                }
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(numbers::service_payload(next))
}

#[cfg(test)]
mod tests {
    use crate::protocols::testing::read;

    #[test]
    fn context_of_either_kind_is_passed_over() {
        let inner = "4500001e12340000401154990a0000010a0000022b6756ce000a08406162";
        for header in [
            "0006010100030907 00000001000000020000000300000004",
            "0004020100030907 00010201ff000000",
            "0002020100030907",
        ] {
            let packet = read(1, &format!("021122334455021122334466894f{header}{inner}").replace(' ', ""));
            assert_eq!(packet.of("frame.protocols"), ["eth:ethertype:nsh:ip:udp:data"]);
        }
        let packet = read(1, &format!("021122334455021122334466894f0001020100030907{inner}"));
        assert_eq!((packet.of("nsh.length.invalid").len(), packet.of("_ws.malformed").len()), (1, 1));
    }
}
