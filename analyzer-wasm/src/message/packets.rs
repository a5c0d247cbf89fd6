//! The capture, the lines of the packet list, and one packet in full.

use serde::{Deserialize, Serialize};

/// What a capture is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    /// The file's name.
    pub name: String,
    /// Bytes of the file.
    pub size: u64,
    /// Its format in words, as `pcap, gzip-compressed`.
    pub format: String,
    /// Number of packets.
    pub packets: u32,
    /// Seconds from the earliest packet to the latest.
    pub duration: f64,
    /// When the first packet was captured, in words (UTC); empty without packets.
    pub start: String,
    /// Number of DNS lookups.
    pub lookups: u32,
    /// Number of connections: TCP streams, and conversations of UDP other than lookups.
    pub connections: u32,
    /// The busiest addresses, busiest first, at most twenty.
    pub hosts: Vec<Host>,
    /// What the user should know of the file, a sentence each: cut short, unknown blocks, limits.
    pub notes: Vec<String>,
}

/// One address of the capture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Host {
    /// The address in text.
    pub address: String,
    /// Packets from or to it.
    pub packets: u32,
    /// The filter that selects them.
    pub filter: String,
}

/// One line of the packet list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PacketRow {
    /// Number in the capture, from 1.
    pub frame: u32,
    /// Seconds since the first packet, with six or nine digits.
    pub time: String,
    /// Source address.
    pub source: String,
    /// Destination address.
    pub destination: String,
    /// Innermost protocol.
    pub protocol: String,
    /// Bytes on the wire.
    pub length: u32,
    /// What the packet says.
    pub info: String,
    /// Its colour, after Wireshark's default rules.
    pub tint: Tint,
    /// The name that the client had looked up for its connection; empty without one.
    pub name: String,
    /// Whether that name is the source's, and not the destination's.
    pub named_source: bool,
}

/// Colour of a packet, after the names of Wireshark's default colouring rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Tint {
    /// No rule applies.
    Plain,
    /// Malformed, or TCP in trouble (retransmissions, lost segments and the like).
    Bad,
    /// Routing and link control: HSRP, STP, OSPF and their kin.
    Control,
    /// ICMP errors.
    IcmpError,
    /// ARP.
    Arp,
    /// ICMP and ICMPv6.
    Icmp,
    /// TCP resets.
    Reset,
    /// HTTP, and TCP to and from port 80.
    Http,
    /// TLS, and TCP to and from port 443.
    Tls,
    /// Beginnings and ends of TCP connections.
    SynFin,
    /// Other TCP.
    Tcp,
    /// UDP.
    Udp,
    /// Broadcast and multicast.
    Broadcast,
}

/// One packet in full.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PacketDetails {
    /// Number in the capture, from 1.
    pub frame: u32,
    /// The detail tree in depth-first order.
    pub lines: Vec<TreeLine>,
    /// The frame's bytes, then those of what was reassembled or unpacked from it.
    pub sources: Vec<Bytes>,
}

/// Bytes with a name, shown as one tab of the byte view.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bytes {
    /// As `Frame (74 bytes)`.
    pub name: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// One line of the detail tree.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TreeLine {
    /// 0 for a protocol, 1 for its fields, and so on.
    pub depth: u8,
    /// What is shown.
    pub text: String,
    /// The field's filter name; empty for a line without one.
    pub field: String,
    /// The filter that selects packets with this value; empty where there is none.
    pub filter: String,
    /// Index into [`PacketDetails::sources`].
    pub source: u8,
    /// First byte, from the source's start.
    pub start: u32,
    /// Byte after the last; equal to `start` where the line stands on no bytes.
    pub end: u32,
    /// The packet that this line names; 0 for none.
    pub link: u32,
    /// What the line is.
    pub nature: Nature,
}

/// What a line of the tree is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Nature {
    /// A protocol's own line.
    Protocol,
    /// A field that stands in the bytes.
    Field,
    /// Something that the analyzer found out, shown in brackets.
    Generated,
    /// Something that is wrong with the packet, or cut off.
    Trouble,
}
