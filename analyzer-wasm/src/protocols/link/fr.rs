//! Frame Relay (ITU-T Q.922), with the multiprotocol header of RFC 2427 or Cisco's Ethertype.

use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::field::Values;
use crate::protocols::numbers;
use crate::protocols::tables;
use crate::value::Value;

/// Frame Relay.
pub static PROTOCOL: Protocol = Protocol {
    name: "fr",
    title: "Frame Relay",
    column: "FR",
    tables: &[("wtap_encap", Key::Number(107)), ("gre.proto", Key::Number(0x6559))],
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { fr
    FIRST_ADDR_OCTET "fr.first_addr_octet" X8 "First address octet";
    UPPER_DLCI "fr.upper_dlci" X8 "Upper DLCI" mask 0xfc;
    CR "fr.cr" Bool(8) "CR" mask 0x02 values (Values::Flag("Command", "Response"));
    EA "fr.ea" Bool(8) "EA" mask 0x01 values (Values::Flag("Last Octet", "More Follows"));
    SECOND_ADDR_OCTET "fr.second_addr_octet" X8 "Second address octet";
    SECOND_DLCI "fr.second_dlci" X8 "Second DLCI" mask 0xf0;
    FECN "fr.fecn" Bool(8) "FECN" mask 0x08;
    BECN "fr.becn" Bool(8) "BECN" mask 0x04;
    DE "fr.de" Bool(8) "DE" mask 0x02;
    THIRD_ADDR_OCTET "fr.third_addr_octet" X8 "Third address octet";
    THIRD_DLCI "fr.third_dlci" X8 "Third DLCI" mask 0xfe;
    LOWER_DLCI "fr.lower_dlci" X8 "Lower DLCI" mask 0xfc;
    DLCI "fr.dlci" U32 "DLCI";
    CONTROL "fr.control" X8 "Control Field";
    NLPID "fr.nlpid" X8 "NLPID" values PROTOCOLS;
    SNAP_OUI "fr.snap.oui" OUI "Organization Code";
    SNAP_PID "fr.snap.pid" X16 "Protocol ID";
    SNAPTYPE "fr.snaptype" X16 "Type" values (numbers::ETHERTYPES);
    CHDLCTYPE "fr.chdlctype" X16 "Type" values (numbers::CHDLC_PROTOCOLS);
}

/// Network layer protocol identifiers (ISO/IEC TR 9577), as far as they are met here.
const PROTOCOLS: Values = Values::Names(&[
    (0x00, "NULL"),
    (0x80, "SNAP"),
    (0x81, "CLNP"),
    (0x82, "ESIS"),
    (0x83, "ISIS"),
    (0x8e, "IPv6"),
    (0xb0, "Data compression protocol"),
    (0xb1, "FRF.12"),
    (0xcc, "IP"),
    (0xcf, "PPP"),
]);

/// A control field of unnumbered information, which the multiprotocol header begins with.
const UNNUMBERED: u64 = 0x03;

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    address(l)?;
    // Where there is no control field, Cisco's routers write an Ethertype.
    if l.peek(0, 1)? != UNNUMBERED {
        let number = l.u16(CHDLCTYPE)?;
        return Ok(Next::table(&tables::GRE_PROTO, number));
    }
    l.u8(CONTROL)?;
    l.label(|| "Control field: U, func=UI (0x03)".into());
    if l.peek(0, 1)? == 0 {
        // A byte for alignment.
        l.skip(1)?;
    }
    Ok(match l.u8(NLPID)? {
        0xcc => Next::named("ip"),
        0x8e => Next::named("ipv6"),
        0xcf => Next::named("ppp"),
        0x80 if l.u24(SNAP_OUI)? == 0 => {
            let number = l.u16(SNAPTYPE)?;
            Next::table(&tables::GRE_PROTO, number)
        }
        0x80 => {
            l.u16(SNAP_PID)?;
            Next::Data
        }
        _ => Next::Data,
    })
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    columns.source = "N/A".into();
    columns.destination = "N/A".into();
    columns.protocol = PROTOCOL.column.into();
    columns.info = view.uint(DLCI).map(|number| format!("DLCI {number}")).unwrap_or_default();
}

/// Reads an address of two to four bytes, the last of which is odd (ITU-T Q.922, section 3.3).
fn address(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    let start = l.at();
    let first = l.flags(FIRST_ADDR_OCTET, 1, &[UPPER_DLCI, CR, EA])?;
    if first & 1 == 1 {
        return Err(Stop::Malformed("the address has one byte only"));
    }
    let mark = l.mark();
    let second = l.flags(SECOND_ADDR_OCTET, 1, &[SECOND_DLCI, FECN, BECN, DE, EA])?;
    l.label_at(mark, || {
        let set = [(8, "FECN"), (4, "BECN"), (2, "DE"), (1, "EA")].into_iter().filter(|(bit, _)| second & bit != 0);
        set.fold(format!("Second address octet: 0x{second:02x}"), |text, (_, name)| format!("{text}, {name}"))
    });
    let mut number = first >> 2 << 4 | second >> 4;
    let mut last = second;
    if last & 1 == 0 && l.peek(0, 1)? & 1 == 0 {
        last = l.flags(THIRD_ADDR_OCTET, 1, &[THIRD_DLCI, EA])?;
        number = number << 7 | last >> 1;
    }
    if last & 1 == 0 {
        let lower = l.bits(1, &[LOWER_DLCI, EA])?;
        number = number << 6 | lower >> 2;
    }
    l.note(DLCI, start, l.at(), Value::Uint(number));
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::protocols::testing::read;

    const INNER: &str = "4500001e12340000401154990a0000010a0000022b6756ce000a08406162";

    #[test]
    fn addresses_of_every_length_and_headers_of_every_kind_are_read() {
        for (header, number) in [
            ("18610800", "102"),
            ("1861 03cc", "102"),
            ("1861 0300 80 000000 0800", "102"),
            ("1860 19 03cc", "6534"),
            ("1860 02 19 03cc", "835654"),
        ] {
            let packet = read(107, &format!("{header}{INNER}").replace(' ', ""));
            assert_eq!(packet.of("fr.dlci"), [number]);
            assert_eq!(packet.of("frame.protocols"), ["fr:ip:udp:data"]);
        }
    }
}
