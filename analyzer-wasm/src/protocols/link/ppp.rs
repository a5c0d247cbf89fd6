//! Point-to-Point Protocol (RFC 1661, RFC 1662).

use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, Table, View};
use crate::field::Values;
use crate::value::Value;

/// Point-to-Point Protocol.
pub static PROTOCOL: Protocol = Protocol {
    name: "ppp",
    title: "Point-to-Point Protocol",
    column: "PPP",
    tables: &[("gre.proto", Key::Number(0x880b)), ("wtap_encap", Key::Number(9))],
    declares: &[BY_PROTOCOL],
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

/// By the protocol number (IANA, "Point-to-Point (PPP) Protocol Field Assignments").
const BY_PROTOCOL: Table = Table::numbers("ppp.protocol");

crate::fields! { ppp
    ADDRESS "ppp.address" X8 "Address";
    CONTROL "ppp.control" X8 "Control";
    PROTOCOL_NUMBER "ppp.protocol" X16 "Protocol" values PROTOCOLS;
}

/// What PPP carries (IANA, PPP DLL Protocol Numbers), as far as it is met.
const PROTOCOLS: Values = Values::Names(&[
    (0x0021, "Internet Protocol version 4"),
    (0x0023, "OSI Network Layer"),
    (0x0029, "Appletalk"),
    (0x002b, "Novell IPX"),
    (0x002d, "Van Jacobson Compressed TCP/IP"),
    (0x002f, "Van Jacobson Uncompressed TCP/IP"),
    (0x0031, "Bridging PDU"),
    (0x003d, "Multi-Link"),
    (0x0053, "Encryption"),
    (0x0057, "Internet Protocol version 6"),
    (0x00fb, "Single link compression in multilink"),
    (0x00fd, "Compressed datagram"),
    (0x0207, "Cisco Discovery Protocol"),
    (0x0281, "MPLS Unicast"),
    (0x0283, "MPLS Multicast"),
    (0x8021, "Internet Protocol Control Protocol"),
    (0x8023, "OSI Network Layer Control Protocol"),
    (0x8031, "Bridging NCP"),
    (0x803d, "Multi-Link Control Protocol"),
    (0x8053, "Encryption Control Protocol"),
    (0x8057, "IPv6 Control Protocol"),
    (0x80fb, "Single link compression in multilink control"),
    (0x80fd, "Compression Control Protocol"),
    (0x8207, "Cisco Discovery Protocol Control Protocol"),
    (0x8281, "MPLS Control Protocol"),
    (0xc021, "Link Control Protocol"),
    (0xc023, "Password Authentication Protocol"),
    (0xc025, "Link Quality Report"),
    (0xc029, "Callback Control Protocol (CBCP)"),
    (0xc02b, "BACP Bandwidth Allocation Control Protocol"),
    (0xc02d, "BAP Bandwidth Allocation Protocol"),
    (0xc223, "Challenge Handshake Authentication Protocol"),
    (0xc227, "Extensible Authentication Protocol"),
]);

/// Address and control field as they always are, which the two sides can agree to leave out.
const ALL_STATIONS: u64 = 0xff03;

/// Address and control field of Cisco's own HDLC, which some write under PPP's link type.
const CISCO: [u64; 2] = [0x0f00, 0x8f00];

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    if l.peek(0, 2).is_ok_and(|first| CISCO.contains(&first)) {
        return Ok(Next::named("chdlc"));
    }
    if l.peek(0, 2) == Ok(ALL_STATIONS) {
        l.u8(ADDRESS)?;
        l.u8(CONTROL)?;
    }
    let (start, first) = (l.at(), l.peek(0, 1)?);
    // Only the last byte of a number is odd: a high byte of zero can be left out.
    let width = if first & 1 == 1 { 1 } else { 2 };
    let number = l.peek(0, width)?;
    l.skip(width)?;
    l.note(PROTOCOL_NUMBER, start, start + width, Value::Uint(number));
    Ok(Next::table(&BY_PROTOCOL, number as u16))
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    columns.protocol = PROTOCOL.column.into();
    columns.info.clear();
    if view.has(PROTOCOL_NUMBER) {
        columns.info = view.name(PROTOCOL_NUMBER).unwrap_or("Unknown").into();
    }
}
