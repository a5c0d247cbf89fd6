//! Reads single packets for the tests of protocols, as if there were no others.

use crate::conversations::Conversations;
use crate::dissect::{Columns, Found, Packet, Tables, columns, dissect};
use crate::field::FieldSet;
use crate::memory::{Facts, Memory, Tracking};
use crate::protocols;
use crate::times::Times;
use crate::value::write_plain;

/// What was found in a packet, as text.
pub(crate) struct Read {
    /// Each node's filter name and value, as `tshark -T fields` writes it.
    pub(crate) values: Vec<(&'static str, String)>,
    /// Each line of the tree that a protocol worded itself.
    pub(crate) labels: Vec<String>,
    /// The packet list's columns.
    pub(crate) columns: Columns,
}

/// An index pass over packets, one after the other.
#[derive(Default)]
pub(crate) struct IndexPass {
    number: u32,
    facts: Facts,
    tracking: Tracking,
    conversations: Conversations,
}

/// Nanoseconds from one packet to the next.
const BETWEEN: i64 = 1_850_000;

/// Packets in equal distances.
struct Regular;

impl Times for Regular {
    fn time(&self, frame: u32) -> i64 {
        1_700_000_000_000_000_000 + i64::from(frame) * BETWEEN
    }
}

impl Read {
    /// The values of a field, in order.
    pub(crate) fn of(&self, name: &str) -> Vec<&str> {
        self.values.iter().filter(|(field, _)| *field == name).map(|(_, value)| value.as_str()).collect()
    }

    /// Source, destination, protocol and info.
    pub(crate) fn row(&self) -> [&str; 4] {
        let Columns { source, destination, protocol, info, .. } = &self.columns;
        [source, destination, protocol, info]
    }
}

impl IndexPass {
    /// Reads the next packet, of this link type, given as hexadecimal digits.
    pub(crate) fn read(&mut self, link: u16, hex: &str) -> Read {
        self.read_bytes(link, &bytes(hex))
    }

    /// Reads the next packet.
    pub(crate) fn read_bytes(&mut self, link: u16, bytes: &[u8]) -> Read {
        self.read_in(&Tables::of(protocols::standard()), link, bytes)
    }

    /// As [`IndexPass::read_bytes`], with the protocols of these tables.
    pub(crate) fn read_in(&mut self, tables: &Tables, link: u16, bytes: &[u8]) -> Read {
        self.number += 1;
        let packet = Packet {
            bytes,
            number: self.number,
            length: bytes.len() as u32,
            link,
            time: Some((1_700_000_000, 0)),
            since_first: (0, 0),
            since_previous: None,
            since_displayed: (0, 0),
            interface: 0,
            interface_name: "",
            section: 0,
            pcapng: false,
            comments: &[],
            custom: None,
        };
        let mut found = Found::default();
        let IndexPass { number, facts, tracking, conversations } = self;
        let mut memory = Memory::learn(facts, tracking, conversations, &Regular, *number);
        dissect(tables, &packet, &mut memory, &FieldSet::all(), &mut found);
        let values = found.nodes.iter().map(|node| {
            assert!(node.source != 0 || node.start <= node.end && node.end as usize <= bytes.len());
            let field = tables.protocols().field(node.field);
            let mut text = String::new();
            write_plain(&mut text, field, found.datum(&packet, node));
            (field.name, text)
        });
        Read {
            values: values.collect(),
            labels: found.nodes.iter().filter_map(|node| found.own_label(node)).map(str::to_owned).collect(),
            columns: columns(&packet, &found),
        }
    }
}

/// Reads one packet alone.
pub(crate) fn read(link: u16, hex: &str) -> Read {
    IndexPass::default().read(link, hex)
}

/// The bytes that hexadecimal digits stand for.
pub(crate) fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter_map(|c| (c as char).to_digit(16)).map(|digit| digit as u8).collect();
    digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

/// An IPv4 packet, from 10.0.0.1 to 10.0.0.2, with a UDP datagram around a message.
pub(crate) fn datagram(ports: [u16; 2], message: &[u8]) -> Vec<u8> {
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

/// Reads one UDP message alone.
pub(crate) fn read_datagram(ports: [u16; 2], message: &[u8]) -> Read {
    IndexPass::default().read_bytes(101, &datagram(ports, message))
}

/// An IPv4 packet with a segment of TCP. Who has the higher port is 192.0.2.1, the other one 198.51.100.1.
pub(crate) fn tcp((source, destination): (u16, u16), sequence: u32, payload: &[u8]) -> Vec<u8> {
    let (client, server) = ([192, 0, 2, 1], [198, 51, 100, 1]);
    let (from, to) = if source > destination { (client, server) } else { (server, client) };
    let mut bytes = vec![0x45, 0, 0, 0, 0, 0, 0, 0, 64, 6, 0, 0];
    bytes.extend(from);
    bytes.extend(to);
    bytes[2..4].copy_from_slice(&((40 + payload.len()) as u16).to_be_bytes());
    bytes.extend(source.to_be_bytes());
    bytes.extend(destination.to_be_bytes());
    bytes.extend(sequence.to_be_bytes());
    bytes.extend([0, 0, 0, 1, 0x50, 0x18, 4, 0, 0, 0, 0, 0]);
    bytes.extend_from_slice(payload);
    bytes
}

/// Segments of one connection, one after the other.
pub(crate) struct Talk {
    reader: IndexPass,
    port: u16,
    sent: [u32; 2],
}

impl Talk {
    /// A connection to this port.
    pub(crate) fn to(port: u16) -> Talk {
        Talk { reader: IndexPass::default(), port, sent: [1, 1] }
    }

    /// Reads the next segment of the client.
    pub(crate) fn client(&mut self, payload: &str) -> Read {
        self.next(0, (40000, self.port), payload)
    }

    /// Reads the next segment of the server.
    pub(crate) fn server(&mut self, payload: &str) -> Read {
        self.next(1, (self.port, 40000), payload)
    }

    fn next(&mut self, side: usize, ports: (u16, u16), payload: &str) -> Read {
        let sequence = self.sent[side];
        self.sent[side] += payload.len() as u32;
        self.reader.read_bytes(101, &tcp(ports, sequence, payload.as_bytes()))
    }
}
