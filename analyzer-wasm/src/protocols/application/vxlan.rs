//! Virtual eXtensible Local Area Network (RFC 7348), with group policies (draft-smith-vxlan-group-policy) and with payloads
//! of several protocols (draft-ietf-nvo3-vxlan-gpe).

use crate::dissect::{Key, Layer, Next, Protocol, Stop};
use crate::field::Values;
use crate::protocols::numbers;

/// Virtual eXtensible Local Area Network: Ethernet, or with VXLAN-GPE another protocol, in UDP.
pub static PROTOCOL: Protocol = Protocol {
    name: "vxlan",
    title: "Virtual eXtensible Local Area Network",
    column: "VxLAN",
    tables: &[("udp.port", Key::Numbers(&[PLAIN as u32, EXTENDED as u32]))],
    fields: FIELDS,
    dissect,
    ..Protocol::PLAIN
};

crate::fields! { vxlan
    FLAGS "vxlan.flags" X16 "Flags";
    FLAG_G "vxlan.flag_g" Bool(16) "GBP Extension" mask 0x8000 values (Values::Flag("Defined", "Not defined"));
    FLAG_I "vxlan.flag_i" Bool(16) "VXLAN Network ID (VNI)" mask 0x0800;
    FLAG_D "vxlan.flag_d" Bool(16) "Don't Learn" mask 0x0040;
    FLAG_A "vxlan.flag_a" Bool(16) "Policy Applied" mask 0x0008;
    FLAGS_RESERVED "vxlan.flags_reserved" X16 "Reserved(R)" mask 0x77b7;
    VER "vxlan.ver" U8 "Version" mask 0x30;
    I_BIT "vxlan.i_bit" U8 "Instance" mask 0x08;
    P_BIT "vxlan.p_bit" U8 "Next Protocol Bit" mask 0x04;
    O_BIT "vxlan.o_bit" U8 "OAM bit" mask 0x01;
    GBP "vxlan.gbp" U16 "Group Policy ID";
    RESERVED_16 "vxlan.reserved_16" U16 "Reserved";
    NEXT_PROTO "vxlan.next_proto" U8 "Next Protocol" values NEXT;
    VNI "vxlan.vni" U24 "VXLAN Network Identifier (VNI)";
    RESERVED_8 "vxlan.reserved8" U8 "Reserved";
}

const NEXT: Values =
    Values::Names(&[(1, "IPv4"), (2, "IPv6"), (3, "Ethernet"), (4, "Network Service Header"), (5, "MPLS")]);

const PLAIN: u16 = 4789;
const EXTENDED: u16 = 4790;

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let ends = l.endpoints();
    let mark = l.mark();
    // The lower port decides, as it does for what UDP carries.
    let next = if ends.source_port != PLAIN && ends.destination_port != PLAIN {
        l.flags(FLAGS, 1, &[VER, I_BIT, P_BIT, O_BIT])?;
        l.u16(RESERVED_16)?;
        numbers::service_payload(l.u8(NEXT_PROTO)?)
    } else {
        let flags = l.flags(FLAGS, 2, &[FLAG_G, FLAG_I, FLAG_D, FLAG_A, FLAGS_RESERVED])?;
        l.label_at(mark, || {
            let named = [
                (0x8000, "GBP Extension"),
                (0x0800, "VXLAN Network ID (VNI)"),
                (0x0040, "Don't Learn"),
                (0x0008, "Policy Applied"),
            ];
            let set = named.iter().filter(|(bit, _)| flags & bit != 0).map(|(_, name)| format!(", {name}"));
            format!("Flags: 0x{flags:04x}{}", set.collect::<String>())
        });
        l.u16(GBP)?;
        Next::named("eth")
    };
    l.u24(VNI)?;
    l.u8(RESERVED_8)?;
    Ok(next)
}

#[cfg(test)]
mod tests {
    use crate::protocols::testing::read;

    const INNER: &str = "4500001e12340000401154990a0000010a0000022b6756ce000a08406162";

    #[test]
    fn the_port_tells_which_header_it_is() {
        for (port, rest, stack) in [
            ("12b5", "0800000000006400 021122334455021122334466 0800", "vxlan:eth:ethertype:ip:udp:data"),
            ("12b6", "0c00000100006400", "vxlan:ip:udp:data"),
            ("12b6", "0c00000300006400 021122334455021122334466 0800", "vxlan:eth:ethertype:ip:udp:data"),
            ("12b6", "0c000004ffffff00 0002020100030907", "vxlan:nsh:ip:udp:data"),
        ] {
            let inside = format!("{rest}{INNER}").replace(' ', "");
            let length = 8 + inside.len() / 2;
            let packet =
                read(101, &format!("4500000000010000401100000a0000010a000002c000{port}{length:04x}0000{inside}"));
            assert_eq!(packet.of("frame.protocols"), [format!("raw:ip:udp:{stack}")]);
        }
    }
}
