//! Captures written by hand, for what no small public capture shows: Ethernet, IP, UDP and TCP, just enough of each.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

mod dns;
mod web;

pub use dns::{A, AAAA, CNAME, HTTPS, Message, PTR, Record, question};
pub use web::{ALERT, NO_CONTENT, get, hello, quic_handshake, quic_short};

/// FIN, in TCP's flags (RFC 9293, section 3.1).
pub const FIN: u8 = 0x01;
/// SYN.
pub const SYN: u8 = 0x02;
/// RST.
pub const RST: u8 = 0x04;
/// PSH.
pub const PSH: u8 = 0x08;
/// ACK.
pub const ACK: u8 = 0x10;

/// ICMP's, ICMPv6's, TCP's and UDP's numbers among IP's protocols, and where their checksums stand.
const TCP: (u8, usize) = (6, 16);
const UDP: (u8, usize) = (17, 6);
const ICMP: (u8, usize) = (1, 2);
const ICMPV6: (u8, usize) = (58, 2);

/// A pcap that grows, with times in milliseconds since a moment in 2023.
#[derive(Clone)]
pub struct Tape {
    bytes: Vec<u8>,
    packets: u32,
}

impl Default for Tape {
    fn default() -> Tape {
        let mut bytes = Vec::new();
        bytes.extend(0xa1b2_c3d4_u32.to_le_bytes());
        bytes.extend([2, 0, 4, 0]);
        bytes.extend([0; 8]);
        bytes.extend(0x0004_0000_u32.to_le_bytes());
        bytes.extend(1_u32.to_le_bytes());
        Tape { bytes, packets: 0 }
    }
}

impl Tape {
    /// Adds a packet captured so many milliseconds after a moment in 2023, and returns its number.
    pub fn add(&mut self, milliseconds: u32, packet: &[u8]) -> u32 {
        let length = u32::try_from(packet.len()).unwrap_or(u32::MAX);
        let seconds = 1_700_000_000 + milliseconds / 1000;
        for number in [seconds, milliseconds % 1000 * 1000, length, length] {
            self.bytes.extend(number.to_le_bytes());
        }
        self.bytes.extend(packet);
        self.packets += 1;
        self.packets
    }

    /// The capture.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The capture, for who keeps it.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// A UDP datagram in Ethernet.
pub fn udp(from: impl Into<SocketAddr>, to: impl Into<SocketAddr>, payload: &[u8]) -> Vec<u8> {
    let (from, to) = (from.into(), to.into());
    let mut datagram = [from.port(), to.port(), short(8 + payload.len()), 0].map(u16::to_be_bytes).concat();
    datagram.extend(payload);
    ip(UDP, from.ip(), to.ip(), datagram)
}

/// A TCP segment without options in Ethernet.
pub fn tcp(from: SocketAddr, to: SocketAddr, flags: u8, numbers: (u32, u32), payload: &[u8]) -> Vec<u8> {
    let mut segment = [from.port(), to.port()].map(u16::to_be_bytes).concat();
    segment.extend(numbers.0.to_be_bytes());
    segment.extend(numbers.1.to_be_bytes());
    segment.extend([0x50, flags, 0xfa, 0xf0, 0, 0, 0, 0]);
    segment.extend(payload);
    ip(TCP, from.ip(), to.ip(), segment)
}

/// What ICMP tells the sender of a packet in Ethernet: that it does not reach its destination (RFC 792, RFC 4443).
pub fn unreachable(from: IpAddr, code: u8, packet: &[u8]) -> Vec<u8> {
    let quoted = &packet[14..];
    let (kind, number, quoted) = match from {
        // The header and eight bytes more.
        IpAddr::V4(_) => (3, ICMP, &quoted[..28]),
        IpAddr::V6(_) => (1, ICMPV6, quoted),
    };
    let to: IpAddr = match from {
        IpAddr::V4(_) => <[u8; 4]>::try_from(&quoted[12..16]).map(IpAddr::from),
        IpAddr::V6(_) => <[u8; 16]>::try_from(&quoted[8..24]).map(IpAddr::from),
    }
    .unwrap_or(from);
    let mut message = vec![kind, code];
    message.resize(8, 0);
    message.extend(quoted);
    ip(number, from, to, message)
}

/// A packet of hosts that a router of their own separates from this network: in Ethernet there is only the router.
pub fn routed(mut packet: Vec<u8>, hosts: &[IpAddr]) -> Vec<u8> {
    for place in [0..6, 6..12] {
        if hosts.iter().any(|host| packet[place.clone()] == interface(*host)) {
            packet.splice(place, INNER_ROUTER);
        }
    }
    packet
}

/// The router that leads out of the hosts' network.
const ROUTER: [u8; 6] = [2, 0, 0, 0, 0, 1];
const INNER_ROUTER: [u8; 6] = [2, 0, 0, 0, 0, 2];

/// The Ethernet address of the interface that has an address: a host's addresses of both families are on one interface,
/// and all addresses outside its network are behind the router.
fn interface(address: IpAddr) -> [u8; 6] {
    match address {
        IpAddr::V4(a) if a.is_multicast() => [0x01, 0x00, 0x5e, a.octets()[1] & 0x7f, a.octets()[2], a.octets()[3]],
        IpAddr::V4(Ipv4Addr::BROADCAST) => [0xff; 6],
        IpAddr::V4(a) if a.octets()[..2] == [10, 0] => [2, 0, 10, 0, a.octets()[2], a.octets()[3]],
        IpAddr::V6(a) if a.is_multicast() => {
            let [.., one, two, three, four] = a.octets();
            [0x33, 0x33, one, two, three, four]
        }
        IpAddr::V6(a) => match (a.segments(), a.to_ipv4_mapped()) {
            (_, Some(inside)) => interface(inside.into()),
            ([0x2001, 0xdb8, 2, .., host] | [0xfe80, .., host], _) => [2, 0, 10, 0, 2, host.to_be_bytes()[1]],
            _ => ROUTER,
        },
        IpAddr::V4(_) => ROUTER,
    }
}

/// Wraps in IPv4 or IPv6 and in Ethernet what has its checksum at a place.
fn ip((protocol, place): (u8, usize), from: IpAddr, to: IpAddr, mut payload: Vec<u8>) -> Vec<u8> {
    let octets = |address: IpAddr| match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    };
    let ends = [octets(from), octets(to)].concat();
    let length = short(payload.len());
    // The checksum also counts the addresses, the length and the protocol (RFC 9293, section 3.1; RFC 8200, section 8.1).
    let counted = match (protocol, place) {
        // But for that of ICMP (RFC 792).
        ICMP => payload.clone(),
        _ => [&ends[..], &[0, protocol], &length.to_be_bytes(), &payload].concat(),
    };
    payload.splice(place..place + 2, checksum(&counted).to_be_bytes());
    // Who hears a group on the link trusts only what no router has passed on (RFC 6762, section 11).
    let hops = if to.is_multicast() { 255 } else { 64 };
    let mut packet = [interface(to), interface(from)].concat();
    if from.is_ipv4() {
        packet.extend([8, 0]);
        let mut head = [0x45, 0].to_vec();
        head.extend((20 + length).to_be_bytes());
        head.extend([0, 0, 0x40, 0, hops, protocol, 0, 0]);
        head.extend(ends);
        head.splice(10..12, checksum(&head).to_be_bytes());
        packet.extend(head);
    } else {
        packet.extend([0x86, 0xdd, 0x60, 0, 0, 0]);
        packet.extend(length.to_be_bytes());
        packet.extend([protocol, hops]);
        packet.extend(ends);
    }
    packet.extend(payload);
    packet
}

/// The Internet checksum (RFC 1071).
fn checksum(bytes: &[u8]) -> u16 {
    let words = bytes.chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair.get(1).copied().unwrap_or_default()]));
    let mut sum: u32 = words.map(u32::from).sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !(sum as u16)
}

fn short(number: usize) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}
