//! Address Resolution Protocol (RFC 826), with its reverse (RFC 903) and inverse (RFC 2390) kinds.

use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::field::{FieldId, Values};
use crate::memory::History;
use crate::protocols::numbers;
use crate::value::Value;
use std::net::Ipv4Addr;

/// Address Resolution Protocol.
pub static PROTOCOL: Protocol = Protocol {
    name: "arp",
    title: "Address Resolution Protocol",
    column: "ARP",
    tables: &[("ethertype", Key::Numbers(&[0x0806, 0x8035])), ("gre.proto", Key::Number(0x0806))],
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { arp
    HW_TYPE "arp.hw.type" U16 "Hardware type" values (numbers::HARDWARE_TYPES);
    PROTO_TYPE "arp.proto.type" X16 "Protocol type" values (numbers::ETHERTYPES);
    HW_SIZE "arp.hw.size" U8 "Hardware size";
    PROTO_SIZE "arp.proto.size" U8 "Protocol size";
    OPCODE "arp.opcode" U16 "Opcode" values OPCODES;
    IS_GRATUITOUS "arp.isgratuitous" Bool(0) "Is gratuitous";
    IS_PROBE "arp.isprobe" Bool(0) "Is probe";
    IS_ANNOUNCEMENT "arp.isannouncement" Bool(0) "Is announcement";
    SRC_HW "arp.src.hw" Bytes "Sender hardware address";
    SRC_HW_MAC "arp.src.hw_mac" Ether "Sender MAC address";
    SRC_PROTO "arp.src.proto" Bytes "Sender protocol address";
    SRC_PROTO_IPV4 "arp.src.proto_ipv4" Ipv4 "Sender IP address";
    DST_HW "arp.dst.hw" Bytes "Target hardware address";
    DST_HW_MAC "arp.dst.hw_mac" Ether "Target MAC address";
    DST_PROTO "arp.dst.proto" Bytes "Target protocol address";
    DST_PROTO_IPV4 "arp.dst.proto_ipv4" Ipv4 "Target IP address";
    DUPLICATE_ADDRESS_FRAME "arp.duplicate-address-frame" Frame "Frame showing earlier use of IP address";
    DUPLICATE_ADDRESS_DETECTED "arp.duplicate-address-detected" None "Duplicate IP address configured" expert (Warning, Sequence);
    SECONDS_SINCE_DUPLICATE_ADDRESS_FRAME "arp.seconds-since-duplicate-address-frame" U32 "Seconds since earlier frame seen";
    _ "arp.packet-storm-detected" None "ARP packet storm detected" unread "Wireshark shows it only with a preference that is off by default";
}

const OPCODES: Values = Values::Names(&[
    (0, "reserved"),
    (REQUEST, "request"),
    (REPLY, "reply"),
    (REVERSE_REQUEST, "reverse request"),
    (REVERSE_REPLY, "reverse reply"),
    (DRARP_REQUEST, "drarp request"),
    (DRARP_REPLY, "drarp reply"),
    (DRARP_ERROR, "drarp error"),
    (INVERSE_REQUEST, "inverse request"),
    (INVERSE_REPLY, "inverse reply"),
    (NAK, "arp nak"),
    (11, "mars request"),
    (12, "mars multi"),
    (13, "mars mserv"),
    (14, "mars join"),
    (15, "mars leave"),
    (16, "mars nak"),
    (17, "mars unserv"),
    (18, "mars sjoin"),
    (19, "mars sleave"),
    (20, "mars grouplist request"),
    (21, "mars grouplist reply"),
    (22, "mars redirect map"),
    (23, "mapos unarp"),
    (24, "experimental 1"),
    (25, "experimental 2"),
    (0xffff, "reserved"),
]);

const REQUEST: u64 = 1;
const REPLY: u64 = 2;
const REVERSE_REQUEST: u64 = 3;
const REVERSE_REPLY: u64 = 4;
const DRARP_REQUEST: u64 = 5;
const DRARP_REPLY: u64 = 6;
const DRARP_ERROR: u64 = 7;
const INVERSE_REQUEST: u64 = 8;
const INVERSE_REPLY: u64 = 9;
const NAK: u64 = 10;

/// Hardware types whose addresses of six bytes are MAC addresses: Ethernet, IEEE 802.
const WITH_MAC: [u16; 2] = [1, 6];
const IPV4: u16 = 0x0800;

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let hardware = l.u16(HW_TYPE)?;
    let protocol = l.u16(PROTO_TYPE)?;
    let hardware_size = usize::from(l.u8(HW_SIZE)?);
    let protocol_size = usize::from(l.u8(PROTO_SIZE)?);
    let opcode = u64::from(l.u16(OPCODE)?);
    l.close(8 + 2 * (hardware_size + protocol_size));
    let mac = WITH_MAC.contains(&hardware) && hardware_size == 6;
    let ipv4 = protocol == IPV4 && protocol_size == 4;
    let mut purpose = Purpose::Plain;
    if ipv4 && [REQUEST, REPLY].contains(&opcode) {
        let sender = l.peek(hardware_size, 4)?;
        let target = l.peek(2 * hardware_size + 4, 4)?;
        let unknown = l.slice(l.at() + hardware_size + 4, l.at() + 2 * hardware_size + 4).iter().all(|byte| *byte == 0);
        purpose = Purpose::of(opcode, sender, target, unknown);
    }
    match purpose {
        Purpose::Plain => {}
        Purpose::Probe => l.generated(IS_PROBE, Value::Uint(1)),
        Purpose::Gratuitous => l.generated(IS_GRATUITOUS, Value::Uint(1)),
        Purpose::Announcement => {
            l.generated(IS_GRATUITOUS, Value::Uint(1));
            l.generated(IS_ANNOUNCEMENT, Value::Uint(1));
        }
    }
    l.title(|| {
        let name = OPCODES.name(opcode).map_or_else(|| format!("opcode 0x{opcode:04x}"), str::to_owned);
        match purpose {
            Purpose::Plain => format!("Address Resolution Protocol ({name})"),
            Purpose::Probe => "Address Resolution Protocol (ARP Probe)".into(),
            Purpose::Announcement => "Address Resolution Protocol (ARP Announcement)".into(),
            Purpose::Gratuitous => format!("Address Resolution Protocol ({name}/gratuitous ARP)"),
        }
    });
    address(l, hardware_size, mac, SRC_HW_MAC, SRC_HW)?;
    address(l, protocol_size, ipv4, SRC_PROTO_IPV4, SRC_PROTO)?;
    address(l, hardware_size, mac, DST_HW_MAC, DST_HW)?;
    address(l, protocol_size, ipv4, DST_PROTO_IPV4, DST_PROTO)?;
    if mac && ipv4 && [REQUEST, REPLY].contains(&opcode) {
        claims(l, opcode);
    }
    Ok(Next::End)
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    let opcode = view.uint(OPCODE);
    columns.protocol = match opcode {
        Some(REVERSE_REQUEST | REVERSE_REPLY) => "RARP",
        Some(DRARP_REQUEST..=DRARP_ERROR) => "DRARP",
        Some(INVERSE_REQUEST | INVERSE_REPLY) => "Inverse ARP",
        Some(11..=22) => "MARS",
        Some(23) => "MAPOS",
        _ => PROTOCOL.column,
    }
    .into();
    columns.info.clear();
    let (Some(opcode), true) = (opcode, is_whole(view)) else { return };
    let source_hardware = either(view, SRC_HW_MAC, SRC_HW);
    let source = either(view, SRC_PROTO_IPV4, SRC_PROTO);
    let target_hardware = either(view, DST_HW_MAC, DST_HW);
    let target = either(view, DST_PROTO_IPV4, DST_PROTO);
    let gratuitous = view.has(IS_GRATUITOUS);
    columns.info = match opcode {
        REQUEST if view.has(IS_PROBE) => format!("Who has {target}? (ARP Probe)"),
        REQUEST if view.has(IS_ANNOUNCEMENT) => format!("ARP Announcement for {target}"),
        REQUEST if gratuitous => format!("Gratuitous ARP for {target} (Request)"),
        REQUEST => format!("Who has {target}? Tell {source}"),
        REPLY if gratuitous => format!("Gratuitous ARP for {source} (Reply)"),
        REPLY => format!("{source} is at {source_hardware}"),
        REVERSE_REQUEST | DRARP_REQUEST | INVERSE_REQUEST => {
            format!("Who is {target_hardware}? Tell {source_hardware}")
        }
        REVERSE_REPLY | DRARP_REPLY => format!("{target_hardware} is at {target}"),
        DRARP_ERROR => "DRARP Error".into(),
        INVERSE_REPLY => format!("{source_hardware} is at {source}"),
        NAK => "ARP NAK".into(),
        0 | 0xffff => format!("Reserved opcode {opcode}"),
        24 | 25 => format!("Experimental {} ( opcode {opcode} )", opcode - 23),
        11..=23 => format!("{} from {source_hardware} at {source}", multicast_request(opcode)),
        _ => format!("Unknown ARP opcode 0x{opcode:04x}"),
    };
    if let Some(address) = view.summarized() {
        columns.info.push_str(&format!(" (duplicate use of {address} detected!)"));
    }
}

/// What a request or reply is for, beyond resolving an address.
#[derive(Clone, Copy, PartialEq)]
enum Purpose {
    Plain,
    /// Is the address free (RFC 5227, section 2.1)?
    Probe,
    /// The address is taken from now on (RFC 5227, section 2.3).
    Announcement,
    /// Unasked for.
    Gratuitous,
}

impl Purpose {
    fn of(opcode: u64, sender: u64, target: u64, unknown: bool) -> Purpose {
        match (opcode, sender == target) {
            (REQUEST, true) if unknown => Purpose::Announcement,
            (_, true) => Purpose::Gratuitous,
            (REQUEST, false) if sender == 0 => Purpose::Probe,
            _ => Purpose::Plain,
        }
    }
}

/// Notes where hosts claim an address that is another host's: the sender, and in a reply the target.
fn claims(l: &mut Layer<'_, '_>, opcode: u64) {
    const SENDER: usize = 8;
    const TARGET: usize = 18;
    let host = |l: &Layer<'_, '_>, at: usize| -> Option<(Ipv4Addr, [u8; 6])> {
        let part = l.slice(l.start() + at, l.start() + at + 10);
        let (hardware, address) = (*part.first_chunk::<6>()?, Ipv4Addr::from(*part.last_chunk::<4>()?));
        let is_group = hardware.first().is_some_and(|first| first & 1 == 1);
        (!address.is_unspecified() && hardware != [0; 6] && !is_group).then_some((address, hardware))
    };
    let (sender, target) = (host(l, SENDER), host(l, TARGET));
    let mut disputed = sender.and_then(|sender| claim(l, sender));
    if let Some(target) = target.filter(|target| opcode == REPLY && Some(target.0) != sender.map(|sender| sender.0)) {
        disputed = claim(l, target);
    }
    l.summarize(|| disputed.map(|address| address.to_string()));
}

/// The word of a host that an address is its own.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Claim {
    hardware: [u8; 6],
    frame: u32,
}

/// By the address, of the host that was the first to claim it: each of its claims.
static CLAIMS: History<Ipv4Addr, Claim> = History::new(1 << 20);

/// Notes an address that belongs to another host than the one that claims it; returns it then.
fn claim(l: &mut Layer<'_, '_>, (address, hardware): (Ipv4Addr, [u8; 6])) -> Option<Ipv4Addr> {
    if l.quoted() {
        return None;
    }
    let claim = Claim { hardware, frame: l.packet().number };
    let earlier = match l.memory().before(&CLAIMS, &address) {
        Some(earlier) if earlier.hardware != hardware => *earlier,
        _ => {
            l.memory().append(&CLAIMS, address, claim);
            return None;
        }
    };
    // As a clock without parts of a second counts them.
    let clock = |l: &mut Layer<'_, '_>, frame: u32| l.memory().time(frame).div_euclid(1_000_000_000);
    let seconds = clock(l, claim.frame) - clock(l, earlier.frame);
    let at = l.start();
    l.beside(|l| {
        l.text(at, at, || {
            let (claims, owns) = (written(&hardware), written(&earlier.hardware));
            format!(
                "[Duplicate IP address detected for {address} ({claims}) - also in use by {owns} (frame {})]",
                earlier.frame
            )
        });
        l.below(|l| {
            l.generated(DUPLICATE_ADDRESS_FRAME, Value::Uint(u64::from(earlier.frame)));
            l.remark(DUPLICATE_ADDRESS_DETECTED, at, || format!("Duplicate IP address configured ({address})"));
            l.generated(SECONDS_SINCE_DUPLICATE_ADDRESS_FRAME, Value::Uint(u64::try_from(seconds).unwrap_or(0)));
        });
    });
    Some(address)
}

fn written(hardware: &[u8]) -> String {
    let mut out = String::new();
    crate::value::write_hex(&mut out, hardware, Some(':'));
    out
}

/// Requests of the Multicast Address Resolution Server (RFC 2022) and of MAPOS (RFC 2176).
fn multicast_request(opcode: u64) -> &'static str {
    match opcode {
        11 => "MARS request",
        12 => "MARS MULTI request",
        13 => "MARS MSERV request",
        14 => "MARS JOIN request",
        15 => "MARS LEAVE",
        16 => "MARS NAK",
        17 => "MARS UNSERV request",
        18 => "MARS SJOIN request",
        19 => "MARS SLEAVE",
        20 => "MARS grouplist request",
        21 => "MARS grouplist reply",
        22 => "MARS redirect map",
        _ => "MAPOS UNARP request",
    }
}

/// An address of `size` bytes: of the usual kind, or any other bytes. Nothing is noted of no bytes.
fn address(l: &mut Layer<'_, '_>, size: usize, usual: bool, known: FieldId, bytes: FieldId) -> Result<(), Stop> {
    match (size, usual) {
        (0, _) => {}
        (4, true) => {
            l.ipv4(known)?;
        }
        (_, true) => {
            l.ether(known)?;
        }
        (_, false) => {
            l.bytes(bytes, size)?;
        }
    }
    Ok(())
}

/// Whether all four addresses are there, as far as they have any bytes.
fn is_whole(view: &View<'_>) -> bool {
    let has = |size, known, bytes| view.uint(size) == Some(0) || view.has(known) || view.has(bytes);
    has(HW_SIZE, DST_HW_MAC, DST_HW) && has(PROTO_SIZE, DST_PROTO_IPV4, DST_PROTO)
}

/// The address in words: of the usual kind, or its bytes without colons.
fn either(view: &View<'_>, known: FieldId, bytes: FieldId) -> String {
    if view.has(known) { view.written(known) } else { view.written(bytes).replace(':', "") }
}

#[cfg(test)]
mod tests {
    use crate::protocols::testing::read;

    #[test]
    fn what_a_message_is_for_shows_in_its_addresses() {
        for (hex, protocol, info) in [
            (
                "02112233445500aabbccddee0806000108000604000100aabbccddee0a0000010000000000000a000002",
                "ARP",
                "Who has 10.0.0.2? Tell 10.0.0.1",
            ),
            (
                "02112233445500aabbccddee0806000108000604000200aabbccddee0a0000010000000000000a000002",
                "ARP",
                "10.0.0.1 is at 00:aa:bb:cc:dd:ee",
            ),
            (
                "02112233445500aabbccddee0806000108000604000300aabbccddee0a0000010000000000000a000002",
                "RARP",
                "Who is 00:00:00:00:00:00? Tell 00:aa:bb:cc:dd:ee",
            ),
            (
                "02112233445500aabbccddee0806000108000604000100aabbccddee0a0000010000000000000a000001",
                "ARP",
                "ARP Announcement for 10.0.0.1",
            ),
            (
                "02112233445500aabbccddee0806000108000604000100aabbccddee000000000000000000000a000001",
                "ARP",
                "Who has 10.0.0.1? (ARP Probe)",
            ),
            (
                "02112233445500aabbccddee0806000108000604000200aabbccddee0a0000010000000000000a000001",
                "ARP",
                "Gratuitous ARP for 10.0.0.1 (Reply)",
            ),
            (
                "02112233445500aabbccddee0806000108000604000100aabbccddee0a000001ffffffffffff0a000001",
                "ARP",
                "Gratuitous ARP for 10.0.0.1 (Request)",
            ),
            (
                "02112233445500aabbccddee08060001080006000003000102030405060708090a0b",
                "RARP",
                "Who is 06:07:08:09:0a:0b? Tell 00:01:02:03:04:05",
            ),
            ("02112233445500aabbccddee08060001080006040001000102030405060708090a0b", "ARP", "[Malformed Packet]"),
        ] {
            assert_eq!(read(1, hex).row(), ["00:aa:bb:cc:dd:ee", "02:11:22:33:44:55", protocol, info]);
        }
    }
}
