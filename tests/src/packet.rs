//! Captures written by hand, for what no small public capture shows: Ethernet, IPv4, UDP, TCP and DNS, just enough of each.

use std::net::{Ipv4Addr, SocketAddrV4};

/// SYN, in TCP's flags (RFC 9293, section 3.1).
pub const SYN: u8 = 0x02;
/// ACK.
pub const ACK: u8 = 0x10;
/// RST.
pub const RST: u8 = 0x04;

/// A pcap that grows, with times in microseconds.
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
}

/// A UDP datagram in Ethernet.
pub fn udp(from: SocketAddrV4, to: SocketAddrV4, payload: &[u8]) -> Vec<u8> {
    let mut segment = Vec::new();
    for number in [from.port(), to.port(), short(8 + payload.len()), 0] {
        segment.extend(number.to_be_bytes());
    }
    segment.extend(payload);
    ipv4(17, *from.ip(), *to.ip(), &segment)
}

/// A TCP segment without options in Ethernet.
pub fn tcp(from: SocketAddrV4, to: SocketAddrV4, flags: u8, sequence: u32, acknowledgment: u32) -> Vec<u8> {
    let mut segment = Vec::new();
    segment.extend(from.port().to_be_bytes());
    segment.extend(to.port().to_be_bytes());
    segment.extend(sequence.to_be_bytes());
    segment.extend(acknowledgment.to_be_bytes());
    segment.extend([0x50, flags, 0xfa, 0xf0, 0, 0, 0, 0]);
    ipv4(6, *from.ip(), *to.ip(), &segment)
}

/// A DNS question for addresses (RFC 1035, section 4.1).
pub fn question(id: u16, name: &str) -> Vec<u8> {
    let mut message = dns_head(id, 0x0100, 0);
    message.extend(dns_name(name));
    message.extend([0, 1, 0, 1]);
    message
}

/// The answer to a DNS question: aliases that lead from the name to another, then addresses of the last.
pub fn answer(id: u16, name: &str, aliases: &[&str], addresses: &[(Ipv4Addr, u32)]) -> Vec<u8> {
    let code = if aliases.is_empty() && addresses.is_empty() { 0x8183 } else { 0x8180 };
    let mut message = dns_head(id, code, short(aliases.len() + addresses.len()));
    message.extend(dns_name(name));
    message.extend([0, 1, 0, 1]);
    let mut owner = dns_name(name);
    for alias in aliases {
        let target = dns_name(alias);
        message.extend(record(&owner, 5, 300, &target));
        owner = target;
    }
    for (address, ttl) in addresses {
        message.extend(record(&owner, 1, *ttl, &address.octets()));
    }
    message
}

fn record(owner: &[u8], kind: u16, ttl: u32, contents: &[u8]) -> Vec<u8> {
    let mut record = owner.to_vec();
    record.extend(kind.to_be_bytes());
    record.extend([0, 1]);
    record.extend(ttl.to_be_bytes());
    record.extend(short(contents.len()).to_be_bytes());
    record.extend(contents);
    record
}

fn dns_head(id: u16, flags: u16, answers: u16) -> Vec<u8> {
    [id, flags, 1, answers, 0, 0].into_iter().flat_map(u16::to_be_bytes).collect()
}

fn dns_name(name: &str) -> Vec<u8> {
    let mut encoded = Vec::new();
    for label in name.split('.') {
        encoded.push(label.len().to_le_bytes()[0]);
        encoded.extend(label.as_bytes());
    }
    encoded.push(0);
    encoded
}

fn ipv4(protocol: u8, from: Ipv4Addr, to: Ipv4Addr, payload: &[u8]) -> Vec<u8> {
    let mut packet = vec![2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0];
    packet.extend([0x45, 0]);
    packet.extend(short(20 + payload.len()).to_be_bytes());
    packet.extend([0, 0, 0x40, 0, 64, protocol, 0, 0]);
    packet.extend(from.octets());
    packet.extend(to.octets());
    packet.extend(payload);
    packet
}

fn short(number: usize) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}
