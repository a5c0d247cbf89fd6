//! Runs one datagram through the analyzer, for the tests of what UDP carries.

use crate::dissect::{self, Endpoints, Found, Packet, columns};
use crate::field::FieldSet;
use crate::memory::{ConversationFacts, Linked, Memory, Segment, SegmentFacts, Slot, Transaction};

/// Knows nothing of other packets.
struct Nothing;

impl Memory for Nothing {
    fn segment(&mut self, _: &Segment<'_>) -> SegmentFacts {
        SegmentFacts::default()
    }
    fn give_back(&mut self, _: Vec<u8>) {}
    fn conversation(&mut self, _: &Endpoints) -> ConversationFacts {
        ConversationFacts::default()
    }
    fn transaction(&mut self, _: Transaction) -> Linked {
        Linked::default()
    }
    fn remember(&mut self, _: Slot, _: u64) {}
    fn recall(&self, _: Slot) -> Option<u64> {
        None
    }
}

/// The bytes of hexadecimal digits.
pub(super) fn bytes(hexadecimal: &str) -> Vec<u8> {
    let digits: Vec<u8> = hexadecimal.chars().filter_map(|c| c.to_digit(16)).map(|digit| digit as u8).collect();
    digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect()
}

/// An IPv4 packet with a UDP datagram around a message.
fn datagram(message: &[u8], ports: [u16; 2]) -> Vec<u8> {
    let length = 28 + message.len() as u16;
    let mut packet = vec![0x45, 0];
    packet.extend(length.to_be_bytes());
    packet.extend([0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]);
    packet.extend(ports.iter().flat_map(|port| port.to_be_bytes()));
    packet.extend((length - 20).to_be_bytes());
    packet.extend([0, 0]);
    packet.extend(message);
    packet
}

/// What is found in a message that goes from one port to the other, and what the list shows of it.
pub(super) fn read(message: &[u8], ports: [u16; 2], each: impl FnOnce(&Packet<'_>, &Found)) {
    let bytes = datagram(message, ports);
    let packet = Packet {
        bytes: &bytes,
        number: 1,
        length: bytes.len() as u32,
        link: 101,
        time: None,
        since_first: (0, 0),
        since_previous: None,
        since_displayed: (0, 0),
        interface: 0,
        interface_name: "",
        section: 0,
        pcapng: false,
        comments: &[],
    };
    let mut found = Found::default();
    dissect::dissect(&packet, &mut Nothing, &FieldSet::all(), &mut found);
    each(&packet, &found);
}

/// What the list says of a message.
pub(super) fn info(message: &[u8], ports: [u16; 2]) -> String {
    let mut info = String::new();
    read(message, ports, |packet, found| info = columns(packet, found).info);
    info
}

/// Holds that every node lies inside the packet.
pub(super) fn inside(packet: &Packet<'_>, found: &Found) {
    for node in &found.nodes {
        assert!(node.start <= node.end && node.end as usize <= packet.bytes.len());
    }
}
