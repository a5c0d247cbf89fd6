//! What a protocol says of itself, what it says of the bytes behind its own, and why it stops.

use super::{Columns, Heuristic, Key, Layer, Name, Table, View, name_only};
use crate::field::{FieldId, Fields, ProtocolId};
use crate::memory::PduLength;

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
    /// Whether it has such parts.
    pub has_parts: bool,
    /// Whether it is a part of a protocol that has parts, and stands for itself behind any other: IP's authentication.
    pub joins: bool,
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
    /// For what TCP carries: whether the tree names the protocol, and nothing more, where a message that begins with these
    /// bytes begins or goes on and a later segment ends it. The packet list keeps TCP's words.
    pub named_early: Option<Heuristic>,
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
        has_parts: false,
        joins: false,
        fields: Fields::NONE,
        ends: &[],
        keyed: &[],
        dissect: |_| Ok(Next::End),
        summary: name_only,
        reads_labels: false,
        pdu_length: None,
        begins: None,
        named_early: None,
    };
}

/// Says what the packet list shows of a message by its first bytes; nothing where TCP's own words stand.
pub type Beginning = fn(&[u8]) -> Option<String>;

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
    NotShown,
}
