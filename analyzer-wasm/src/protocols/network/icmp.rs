//! Internet Control Message Protocol (RFC 792, RFC 950, RFC 1256, RFC 8335).

mod echo;
mod extensions;
mod names;

use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::field::SET;
use crate::protocols::numbers::{self, checksum};
use crate::value::Value;
use etherparse::checksum::Sum16BitWords;

/// Internet Control Message Protocol.
pub static PROTOCOL: Protocol = Protocol {
    name: "icmp",
    title: "Internet Control Message Protocol",
    column: "ICMP",
    tables: &[("ip.proto", Key::Number(1))],
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { icmp
    TYPE "icmp.type" U8 "Type";
    CODE "icmp.code" U8 "Code";
    CHECKSUM "icmp.checksum" X16 "Checksum";
    CHECKSUM_STATUS "icmp.checksum.status" N8 "Checksum Status" values (numbers::CHECKSUM_STATES);
    UNUSED "icmp.unused" Bytes "Unused";
    IDENT "icmp.ident" DX16 "Identifier (BE)";
    IDENT_LE "icmp.ident_le" DX16 "Identifier (LE)";
    SEQ "icmp.seq" DX16 "Sequence Number (BE)";
    SEQ_LE "icmp.seq_le" DX16 "Sequence Number (LE)";
    MTU "icmp.mtu" U16 "MTU of next hop";
    NUM_ADDRS "icmp.num_addrs" U8 "Number of addresses";
    ADDR_ENTRY_SIZE "icmp.addr_entry_size" U8 "Address entry size";
    LIFETIME "icmp.lifetime" U16 "Lifetime";
    POINTER "icmp.pointer" U32 "Pointer";
    ROUTER_ADDRESS "icmp.router_address" Ipv4 "Router address";
    PREF_LEVEL "icmp.pref_level" I32 "Preference level";
    ORIGINATE_TIMESTAMP "icmp.originate_timestamp" U32 "Originate Timestamp";
    RECEIVE_TIMESTAMP "icmp.receive_timestamp" U32 "Receive Timestamp";
    TRANSMIT_TIMESTAMP "icmp.transmit_timestamp" U32 "Transmit Timestamp";
    ADDRESS_MASK "icmp.address_mask" Ipv4 "Address Mask";
    REDIR_GW "icmp.redir_gw" Ipv4 "Gateway Address";
    LENGTH "icmp.length" U8 "Length";
    LENGTH_ORIGINAL_DATAGRAM "icmp.length.original_datagram" U8 "Length of original datagram";
    RESP_IN "icmp.resp_in" Frame "Response frame";
    NO_RESP "icmp.no_resp" None "No response seen" expert (Warning, Sequence);
    RESP_TO "icmp.resp_to" Frame "Request frame";
    RESPTIME "icmp.resptime" Double "Response time";
    DATA_TIME "icmp.data_time" Time "Timestamp from icmp data";
    DATA_TIME_RELATIVE "icmp.data_time_relative" Duration "Timestamp from icmp data (relative)";
    EXT_ECHO_SEQ "icmp.ext.echo.seq" DX8 "Sequence Number";
    EXT_ECHO_REQ_RES "icmp.ext.echo.req.res" X8 "Reserved" mask 0xfe;
    EXT_ECHO_REQ_LOCAL "icmp.ext.echo.req.local" Bool(8) "Local bit" mask 0x01 values SET;
    EXT_ECHO_RSP_STATE "icmp.ext.echo.rsp.state" U8 "State" mask 0xe0 values (names::NEIGHBOUR_STATES);
    EXT_ECHO_RSP_RES "icmp.ext.echo.rsp.res" X8 "Reserved" mask 0x18;
    EXT_ECHO_RSP_ACTIVE "icmp.ext.echo.rsp.active" Bool(8) "Active bit" mask 0x04 values SET;
    EXT_ECHO_RSP_IPV4 "icmp.ext.echo.rsp.ipv4" Bool(8) "IPv4 bit" mask 0x02 values SET;
    EXT_ECHO_RSP_IPV6 "icmp.ext.echo.rsp.ipv6" Bool(8) "IPv6 bit" mask 0x01 values SET;
    EXT "icmp.ext" None "ICMP Extensions";
    EXT_VERSION "icmp.ext.version" U8 "Version";
    EXT_RES "icmp.ext.res" X16 "Reserved" mask 0x0fff;
    EXT_CHECKSUM "icmp.ext.checksum" X16 "Checksum";
    EXT_CHECKSUM_STATUS "icmp.ext.checksum.status" N8 "Checksum Status" values (numbers::CHECKSUM_STATES);
    EXT_LENGTH "icmp.ext.length" U16 "Length";
    EXT_CLASS "icmp.ext.class" U8 "Class" values (names::OBJECT_CLASSES);
    EXT_CTYPE "icmp.ext.ctype" U8 "C-Type";
    EXT_DATA "icmp.ext.data" Bytes "Data";
    EXT_CHECKSUM_BAD "icmp.ext.checksum_bad" None "Bad checksum" expert (Warning, Checksum);
    INT_IDENT_NAME "icmp.int_ident.name" Text "Name";
    INT_IDENT_INDEX "icmp.int_ident.index" U32 "Interface Index";
    INT_IDENT_AFI "icmp.int_ident.afi" U16 "Address Family Identifier" values (names::ADDRESS_FAMILIES);
    INT_IDENT_ADDR_LENGTH "icmp.int_ident.addr_length" U8 "Address Length";
    INT_IDENT_RESERVED "icmp.int_ident.reserved" Bytes "Reserved";
    INT_IDENT_IPV4 "icmp.int_ident.ipv4" Ipv4 "Address";
    INT_IDENT_IPV6 "icmp.int_ident.ipv6" Ipv6 "Address";
    INT_IDENT_ADDRESS "icmp.int_ident.address" Bytes "Address";
    MPLS_LABEL "icmp.mpls.label" U24 "Label" mask 0xff_fff0;
    MPLS_EXP "icmp.mpls.exp" U24 "Experimental" mask 0x0e;
    MPLS_S "icmp.mpls.s" Bool(24) "Stack bit" mask 0x01 values SET;
    MPLS_TTL "icmp.mpls.ttl" U8 "Time to live";
    CHECKSUM_BAD "icmp.checksum_bad" None "Bad checksum" expert (Warning, Checksum);
    _ "icmp.reserved" Bytes "Reserved" unread "the bytes that it is a part of are shown as one field";
    _ "icmp.resp_not_found" None "Response not found" unread "Dropcap does not look for what it warns of";
}

/// The name of the code with which a message says that a destination cannot be reached.
pub fn why_unreachable(code: u8) -> Option<String> {
    names::code(UNREACHABLE, code)
}

const ECHO_REPLY: u8 = 0;
const UNREACHABLE: u8 = 3;
const SOURCE_QUENCH: u8 = 4;
const REDIRECT: u8 = 5;
const ECHO_REQUEST: u8 = 8;
const ROUTER_ADVERTISEMENT: u8 = 9;
const TIME_EXCEEDED: u8 = 11;
const PARAMETER_PROBLEM: u8 = 12;
const TIMESTAMP: u8 = 13;
const TIMESTAMP_REPLY: u8 = 14;
const INFORMATION: u8 = 15;
const INFORMATION_REPLY: u8 = 16;
const MASK: u8 = 17;
const MASK_REPLY: u8 = 18;
const EXTENDED_ECHO: u8 = 42;
const EXTENDED_ECHO_REPLY: u8 = 43;
/// The code of [`UNREACHABLE`] that comes with the largest packet that fits (RFC 1191).
const FRAGMENTATION_NEEDED: u8 = 4;

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let kind = l.u8(TYPE)?;
    l.label(|| format!("Type: {kind} ({})", names::kind(kind)));
    let code = l.u8(CODE)?;
    l.label(|| {
        names::code(kind, code).map_or_else(|| format!("Code: {code}"), |name| format!("Code: {code} ({name})"))
    });
    let sum = checksum::internet(l, [CHECKSUM, CHECKSUM_STATUS, CHECKSUM_BAD], Sum16BitWords::new())?;
    match kind {
        ECHO_REQUEST | ECHO_REPLY => {
            let (identifier, sequence) = identifier_and_sequence(l)?;
            echo::link(l, kind == ECHO_REQUEST, sum, identifier, sequence);
            echo::data(l)?;
        }
        INFORMATION | INFORMATION_REPLY => {
            identifier_and_sequence(l)?;
        }
        TIMESTAMP | TIMESTAMP_REPLY => {
            identifier_and_sequence(l)?;
            l.u32(ORIGINATE_TIMESTAMP)?;
            l.u32(RECEIVE_TIMESTAMP)?;
            l.u32(TRANSMIT_TIMESTAMP)?;
        }
        MASK | MASK_REPLY => {
            identifier_and_sequence(l)?;
            l.ipv4(ADDRESS_MASK)?;
        }
        EXTENDED_ECHO | EXTENDED_ECHO_REPLY => {
            both_orders(l, IDENT, IDENT_LE)?;
            l.u8(EXT_ECHO_SEQ)?;
            l.bits(
                1,
                if kind == EXTENDED_ECHO {
                    &[EXT_ECHO_REQ_RES, EXT_ECHO_REQ_LOCAL]
                } else {
                    &[EXT_ECHO_RSP_STATE, EXT_ECHO_RSP_RES, EXT_ECHO_RSP_ACTIVE, EXT_ECHO_RSP_IPV4, EXT_ECHO_RSP_IPV6]
                },
            )?;
            if kind == EXTENDED_ECHO && l.left() >= extensions::HEADER {
                extensions::read(l)?;
            }
        }
        ROUTER_ADVERTISEMENT => routers(l)?,
        REDIRECT => {
            l.ipv4(REDIR_GW)?;
            original(l, 0)?;
        }
        SOURCE_QUENCH => {
            l.skip(4)?;
            original(l, 0)?;
        }
        UNREACHABLE | TIME_EXCEEDED | PARAMETER_PROBLEM => {
            let length = error(l, kind, code)?;
            original(l, length)?;
        }
        _ => {}
    }
    l.skip(l.left())?;
    Ok(Next::End)
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    columns.protocol = PROTOCOL.column.into();
    columns.info.clear();
    let (Some(kind), Some(code)) = (view.uint(TYPE), view.uint(CODE)) else { return };
    // Shorter ones are no messages that the type could be believed of.
    if view.span().end - view.span().start < 6 {
        return;
    }
    let (kind, code) = (kind as u8, code as u8);
    columns.info = format!("{:<20}", names::kind(kind));
    if let Some(name) = names::code(kind, code) {
        columns.info.push_str(&format!(" ({name})"));
    }
    if let (Some(identifier), Some(sequence)) = (view.uint(IDENT), view.uint(SEQ)) {
        let swapped = (sequence as u16).swap_bytes();
        columns.info.push_str(&format!(" id=0x{identifier:04x}, seq={sequence}/{swapped}"));
        if let Some(hops) = view.outer_uint("ip.ttl") {
            columns.info.push_str(&format!(", ttl={hops}"));
        }
    }
    if let Some(frame) = view.uint(RESP_TO) {
        columns.info.push_str(&format!(" (request in {frame})"));
    } else if let Some(frame) = view.uint(RESP_IN) {
        columns.info.push_str(&format!(" (reply in {frame})"));
    } else if view.has(NO_RESP) {
        columns.info.push_str(" (no response found!)");
    }
}

/// Two bytes, read both ways: senders do not agree on the order.
fn both_orders(l: &mut Layer<'_, '_>, big: crate::field::FieldId, little: crate::field::FieldId) -> Result<u16, Stop> {
    let at = l.at();
    let value = l.u16(big)?;
    l.note(little, at, at + 2, Value::Uint(u64::from(value.swap_bytes())));
    Ok(value)
}

fn identifier_and_sequence(l: &mut Layer<'_, '_>) -> Result<(u16, u16), Stop> {
    Ok((both_orders(l, IDENT, IDENT_LE)?, both_orders(l, SEQ, SEQ_LE)?))
}

/// The routers that a router advertises (RFC 1256).
fn routers(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    let count = l.u8(NUM_ADDRS)?;
    let size = usize::from(l.u8(ADDR_ENTRY_SIZE)?) * 4;
    l.u16(LIFETIME)?;
    if size < 8 {
        return Ok(());
    }
    for _ in 0..count {
        l.within(size, |l| {
            l.ipv4(ROUTER_ADDRESS)?;
            l.u32(PREF_LEVEL)?;
            l.skip(l.left())
        })?;
    }
    Ok(())
}

/// The four bytes before the quoted packet: where the error is, the packet's length where extensions follow it (RFC
/// 4884, in words of four bytes), and the largest packet that fits. Returns the length in bytes, 0 if the message does
/// not hold it.
fn error(l: &mut Layer<'_, '_>, kind: u8, code: u8) -> Result<usize, Stop> {
    let length = l.peek(1, 1)? as usize * 4;
    let note_length = |l: &mut Layer<'_, '_>| {
        let at = l.at();
        l.u8(LENGTH)?;
        l.note(LENGTH_ORIGINAL_DATAGRAM, at, at + 1, Value::Uint(length as u64));
        Ok(())
    };
    let rest = match (kind, length) {
        (PARAMETER_PROBLEM, 0) => {
            l.uint(POINTER, 1)?;
            3
        }
        (PARAMETER_PROBLEM, _) => {
            l.uint(POINTER, 1)?;
            note_length(l)?;
            2
        }
        (_, 0) => 4,
        _ => {
            l.bytes(UNUSED, 1)?;
            note_length(l)?;
            2
        }
    };
    if kind == UNREACHABLE && code == FRAGMENTATION_NEEDED {
        if rest > 2 {
            l.bytes(UNUSED, rest - 2)?;
        }
        l.u16(MTU)?;
    } else {
        l.bytes(UNUSED, rest)?;
    }
    Ok(length)
}

/// The packet that the message is about, and the extensions behind it.
fn original(l: &mut Layer<'_, '_>, length: usize) -> Result<(), Stop> {
    let quoted = extensions::offset(l, length).unwrap_or(l.left());
    l.within(quoted, |l| {
        l.quote(Next::named("ip"));
        Ok(())
    })?;
    if l.left() > 0 { extensions::read(l) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use crate::protocols::testing::{IndexPass, read};

    #[test]
    fn a_reply_finds_its_request() {
        let mut reader = IndexPass::default();
        let request = reader
            .read(1, "02112233445500aabbccddee08004500001f00070000400100000a0000010a0000020800339a00010002616263");
        assert_eq!(request.columns.info, "Echo (ping) request  id=0x0001, seq=2/512, ttl=64");
        let reply = reader
            .read(1, "02112233445500aabbccddee08004500001f00070000400100000a0000010a00000200003b9a00010002616263");
        assert_eq!(reply.columns.info, "Echo (ping) reply    id=0x0001, seq=2/512, ttl=64 (request in 1)");
        assert_eq!((reply.of("icmp.resp_to"), reply.of("icmp.resptime")), (vec!["1"], vec!["1.85"]));
        assert_eq!(reply.of("icmp.checksum.status"), ["1"]);
    }

    #[test]
    fn an_error_quotes_its_packet_and_keeps_its_own_row() {
        let packet = read(
            1,
            "02112233445500aabbccddee08004500003c00070000400100000a0000010a00000203040b40000005dc4500002012340000\
             401154970a0000010a0000022b6756ce000ca4d761626364",
        );
        assert_eq!(packet.row(), ["10.0.0.1", "10.0.0.2", "ICMP", "Destination unreachable (Fragmentation needed)"]);
        assert_eq!((packet.of("icmp.mtu"), packet.of("udp.dstport")), (vec!["1500"], vec!["22222"]));
        assert_eq!(packet.of("ip.proto"), ["1", "17"]);
    }

    #[test]
    fn label_stacks_follow_the_quoted_packet() {
        let packet = read(
            1,
            "02112233445500aabbccddee0800450000a800070000400100000a0000010a0000020b00e6b5002000004500002012340000\
             401154970a0000010a0000022b6756ce000ca4d7616263640000000000000000000000000000000000000000000000000000\
             0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000\
             0000000000000000000000000000000000000000200000000008010100010140",
        );
        assert_eq!(packet.of("icmp.length.original_datagram"), ["128"]);
        assert_eq!((packet.of("icmp.mpls.label"), packet.of("icmp.mpls.ttl")), (vec!["16"], vec!["64"]));
    }

    #[test]
    fn a_wrong_checksum_is_reported_with_the_right_one() {
        let packet = read(
            1,
            &"02112233445500aabbccddee08004500001f00070000400100000a0000010a0000020800339a00010002616263"
                .replace("339a", "339b"),
        );
        assert_eq!(packet.of("icmp.checksum.status"), ["0"]);
        assert!(packet.labels.contains(&"Checksum: 0x339b incorrect, should be 0x339a".into()));
    }
}
