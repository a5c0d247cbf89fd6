//! Walks one packet, layer after layer, and notes the fields that are wanted.
//!
//! A protocol's `dissect` reads its header with the [`Layer`] cursor and says in [`Next`] what follows; the walker looks
//! that up among the protocols and goes on. A packet never makes an error: what was read stays, and one last node says
//! what was wrong.

mod decode_as;
mod exchange;
mod found;
mod layer;
mod line;
mod stream;
mod tables;

pub use exchange::{Between, Conversing, Exchange};
pub use found::{DataSource, Ends, Found, Node, Span, View};
pub use layer::{Layer, Mark};
pub use line::Line;
pub use stream::note_afterwards;
pub use tables::{Heuristic, Key, KeyKind, Name, Protocols, Special, Table, Tables};

use crate::capture::{Custom, Record};
use crate::field::{FieldId, FieldSet, Fields, Values};
use crate::memory::{Memory, PduLength};
use std::hash::{Hash, Hasher};
use std::net::{IpAddr, Ipv4Addr};

/// One protocol: what its file exports as `PROTOCOL`.
pub struct Protocol {
    /// Filter name, Wireshark's: `udp`.
    pub name: &'static str,
    /// Title in the tree: `User Datagram Protocol`.
    pub title: &'static str,
    /// What the packet list's Protocol column says: `UDP`.
    pub column: &'static str,
    /// In which dissector tables it stands, by their names, and under which keys.
    pub tables: &'static [(&'static str, Key)],
    /// In which lists of heuristics it stands, and whether bytes look like it: `tcp` and `udp`, where no port decides.
    pub heuristics: &'static [(&'static str, Heuristic)],
    /// The dissector tables in which it looks up what follows.
    pub declares: &'static [Table],
    /// Shared by protocols that note each other's fields; empty for one that notes only its own.
    pub family: &'static str,
    /// Whether it is a part of the protocol before it, below whose line the tree shows it: an extension header.
    pub part: bool,
    /// What it contains.
    pub fields: Fields,
    /// Fields whose values are the endpoints that it sets: of the sender, of the receiver. A filter on them is
    /// answered once for all packets between the same endpoints.
    pub ends: &'static [FieldId],
    /// Fields that are the bits of the key that it sets, by their masks. A filter on them is answered once for all
    /// packets with the same protocols and keys.
    pub keyed: &'static [FieldId],
    /// How it is read.
    pub dissect: fn(&mut Layer<'_, '_>) -> Result<Next, Stop>,
    /// What it writes into the packet list.
    pub summary: fn(&View<'_>, &mut Columns),
    /// Whether `summary` reads the tree's own texts, which are otherwise made for the tree alone.
    pub reads_labels: bool,
    /// For what streams carry: how long the PDU is that begins with these bytes.
    pub pdu_length: Option<PduLength>,
    /// For what TCP carries: what the packet list says of a message that begins with these bytes and ends in a later
    /// segment; without it, TCP's own words stand.
    pub begins: Option<Beginning>,
}

impl Protocol {
    /// What a protocol is that says nothing of itself: a file names only what differs.
    pub const PLAIN: Protocol = Protocol {
        name: "",
        title: "",
        column: "",
        tables: &[],
        heuristics: &[],
        declares: &[],
        family: "",
        part: false,
        fields: Fields::NONE,
        ends: &[],
        keyed: &[],
        dissect: |_| Ok(Next::End),
        summary: name_only,
        reads_labels: false,
        pdu_length: None,
        begins: None,
    };
}

/// Says what the packet list shows of a message by its first bytes; nothing where TCP's own words stand.
pub type Beginning = fn(&[u8]) -> Option<String>;

/// Index of a protocol in the list of protocols.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProtocolId(pub u16);

/// What follows the part that a protocol has read, from the cursor to the layer's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Nothing, or nothing that is looked up: left-over bytes are not shown.
    End,
    /// Bytes of no known protocol.
    Data,
    /// The protocol of this name, which no number tells.
    Named(Name),
    /// The protocol that stands in a table under this number.
    Number(&'static Table, u32),
    /// The protocol that stands in a table under one of two ports: the lower one, then the higher one, then by its looks.
    Ports(&'static Table, u16, u16),
    /// A protocol that was looked up already.
    Protocol(ProtocolId),
}

impl Next {
    /// The protocol of this name, which no number tells: `ip` behind a label of MPLS.
    pub const fn named(protocol: &str) -> Next {
        Next::Named(Name::new(protocol))
    }

    /// The protocol that stands in a table under this number.
    pub fn table(table: &'static Table, number: impl Into<u32>) -> Next {
        Next::Number(table, number.into())
    }

    /// The protocol that stands in a table of ports under one of these, or recognises the bytes.
    pub const fn ports(table: &'static Table, source: u16, destination: u16) -> Next {
        Next::Ports(table, source, destination)
    }
}

/// Why a protocol stopped reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// The bytes ended: so many were needed at this offset.
    Short {
        /// Bytes that were needed.
        needed: usize,
        /// Where, from the data source's start.
        at: usize,
    },
    /// A value that cannot be, in words.
    Malformed(&'static str),
    /// The bytes are not this protocol at all; what was noted is taken back and the next candidate is tried.
    NotMine,
    /// The bytes are this protocol's to judge, and it has nothing to say of them: what was noted is taken back, and no
    /// other is tried.
    Unsaid,
}

/// A packet with all that is known of it from the capture file.
#[derive(Debug, Clone, Copy)]
pub struct Packet<'p> {
    /// Captured bytes.
    pub bytes: &'p [u8],
    /// Number in the capture, from 1.
    pub number: u32,
    /// Bytes on the wire.
    pub length: u32,
    /// LINKTYPE_ value of its interface.
    pub link: u16,
    /// When it was captured: seconds since 1970 and nanoseconds.
    pub time: Option<(i64, u32)>,
    /// Seconds since the first packet.
    pub since_first: (i64, u32),
    /// Seconds since the packet before; nothing for the first.
    pub since_previous: Option<(i64, u32)>,
    /// Seconds since the displayed packet before.
    pub since_displayed: (i64, u32),
    /// Index of its interface.
    pub interface: u32,
    /// Name of its interface; empty where the capture has none.
    pub interface_name: &'p str,
    /// Index of its section.
    pub section: u32,
    /// Whether the capture is a pcapng, whose packets have interfaces and sections.
    pub pcapng: bool,
    /// Comments on it in the capture file.
    pub comments: &'p [String],
    /// Whose it is, where it is no packet but a pcapng Custom Block.
    pub custom: Option<Custom>,
}

impl<'p> Packet<'p> {
    /// A packet as its record tells, before anything is known of the others.
    pub fn alone(record: &Record<'p>, number: u32) -> Packet<'p> {
        Packet {
            bytes: record.bytes,
            number,
            length: record.length,
            link: record.link.0,
            time: record.time.map(|time| (time.seconds, time.nanoseconds)),
            since_first: (0, 0),
            since_previous: None,
            since_displayed: (0, 0),
            interface: record.interface,
            interface_name: "",
            section: record.section,
            pcapng: false,
            comments: &[],
            custom: record.extra.as_ref().and_then(|extra| extra.custom),
        }
    }
}

/// What a protocol writes into the packet list.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Columns {
    /// Source address.
    pub source: String,
    /// Destination address.
    pub destination: String,
    /// Name of the innermost protocol.
    pub protocol: String,
    /// What the packet says.
    pub info: String,
    /// What TCP analysis puts before `info`, whatever protocols above TCP write there.
    pub warning: String,
    /// Whether an earlier layer of the same protocol has written into `info`: several messages in one packet share the
    /// line.
    pub continued: bool,
}

/// Addresses and ports of the innermost layers that have them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Endpoints {
    /// Network address of the sender.
    pub source: IpAddr,
    /// Network address of the receiver.
    pub destination: IpAddr,
    /// Transport port of the sender; 0 without one.
    pub source_port: u16,
    /// Transport port of the receiver; 0 without one.
    pub destination_port: u16,
}

// Several tables are asked for every packet: an address is hashed as one number, not byte by byte.
impl Hash for Endpoints {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        for address in [self.source, self.destination] {
            match address {
                IpAddr::V4(address) => hasher.write_u32(address.to_bits()),
                IpAddr::V6(address) => hasher.write_u128(address.to_bits()),
            }
        }
        hasher.write_u32(u32::from(self.source_port) << 16 | u32::from(self.destination_port));
    }
}

impl Default for Endpoints {
    fn default() -> Endpoints {
        Endpoints::NONE
    }
}

impl Endpoints {
    /// No addresses known.
    pub const NONE: Endpoints = Endpoints {
        source: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        destination: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        source_port: 0,
        destination_port: 0,
    };

    /// The same in the other direction.
    pub fn reversed(&self) -> Endpoints {
        Endpoints {
            source: self.destination,
            destination: self.source,
            source_port: self.destination_port,
            destination_port: self.source_port,
        }
    }

    /// Whether the addresses are known.
    pub fn known(&self) -> bool {
        !(self.source.is_unspecified() && self.destination.is_unspecified())
    }

    /// In the order that both directions share, and whether they were turned round for it.
    pub fn canonical(&self) -> (Endpoints, bool) {
        if self.is_turned() { (self.reversed(), true) } else { (*self, false) }
    }

    /// Whether the sender comes second in the order that both directions share.
    pub fn is_turned(&self) -> bool {
        (self.source, self.source_port) > (self.destination, self.destination_port)
    }
}

/// Walks a packet and notes the wanted fields in `found`, which is emptied first. `tables` say which protocol follows.
pub fn dissect<'m>(
    tables: &'m Tables,
    packet: &'m Packet<'m>,
    memory: &'m mut Memory<'m>,
    wanted: &'m FieldSet,
    found: &'m mut Found,
) {
    found.clear(tables.protocols());
    layer::walk(tables, packet, memory, wanted, found);
}

/// What the packet list shows of a packet that was dissected with all fields.
pub fn columns(packet: &Packet<'_>, found: &Found) -> Columns {
    let mut columns = Columns::default();
    for (index, span) in found.layers.iter().enumerate() {
        if !span.quoted && !span.inside {
            let protocol = found.protocols().get(span.protocol);
            let earlier = found.layers.get(..index).unwrap_or_default();
            columns.continued = earlier.iter().any(|other| other.protocol == span.protocol && !other.quoted);
            (protocol.summary)(&View { found, packet, index }, &mut columns);
        }
    }
    columns.info.insert_str(0, &columns.warning);
    columns
}

/// A `summary` that only names the protocol.
pub fn name_only(view: &View<'_>, columns: &mut Columns) {
    columns.protocol.clear();
    columns.protocol.push_str(view.protocol().column);
}

/// A `summary` that leaves the columns as they are.
pub fn silent(_: &View<'_>, _: &mut Columns) {}

/// The value of up to eight bytes, the most significant first.
pub fn big_endian(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |value, byte| value << 8 | u64::from(*byte))
}

/// The integer of one to eight bytes that these begin with, and how many it has (RFC 9000, section 16).
pub fn variable_length(bytes: &[u8]) -> Option<(u64, usize)> {
    let width = 1 << (bytes.first()? >> 6);
    let value = big_endian(bytes.get(..width)?);
    // The first two bits are the width.
    Some((value & (u64::MAX >> (66 - 8 * width as u32)), width))
}

/// The name of an integer in a table of names, or its number.
pub fn name_or_number(values: &Values, value: u64) -> String {
    values.name(value).map_or_else(|| format!("Unknown ({value})"), str::to_owned)
}
