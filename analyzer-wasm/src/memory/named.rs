//! Connections that identifiers name, whatever the addresses of their datagrams (QUIC, RFC 9000, section 5.1).

use crate::dissect::Endpoints;

/// What names a connection to one of its sides, who chose it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Identifier {
    bytes: [u8; Identifier::LONGEST],
    length: u8,
}

impl Identifier {
    /// Bytes that one has at most (RFC 9000, section 17.2).
    pub const LONGEST: usize = 20;

    /// The identifier that these bytes are; nothing where they are too many.
    pub fn of(bytes: &[u8]) -> Option<Identifier> {
        let mut identifier = Identifier { bytes: [0; Identifier::LONGEST], length: bytes.len() as u8 };
        identifier.bytes.get_mut(..bytes.len())?.copy_from_slice(bytes);
        Some(identifier)
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.len()).unwrap_or_default()
    }

    /// How many bytes it has.
    pub fn len(&self) -> usize {
        usize::from(self.length)
    }

    /// Whether it is the one that says nothing.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }
}

/// What a packet is to its connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The first ones of either side (Initial).
    Opening,
    /// The client's data before any answer (0-RTT).
    Early,
    /// It agrees on keys (Handshake).
    Agreeing,
    /// The server asks the client to begin again (Retry).
    Again,
    /// It names both sides, and is none of those.
    Other,
    /// It only names its receiver, and not with how many bytes (1-RTT).
    Short,
}

/// The first packet in a datagram, by what names its connection.
#[derive(Debug, Clone, Copy)]
pub struct Naming<'a> {
    /// Addresses and ports of the datagram.
    pub endpoints: Endpoints,
    /// What it is to its connection.
    pub role: Role,
    /// What names the connection to the receiver; of a packet that does not say how long it is, all bytes that can be.
    pub destination: &'a [u8],
    /// What names the connection to the sender.
    pub source: &'a [u8],
}

/// A connection, as one of its datagrams finds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named {
    /// Its number, counted from 0 in order of appearance.
    pub number: u32,
    /// Whether the datagram goes to the client.
    pub from_server: bool,
    /// What the client called the server by before the server named itself.
    pub original: Identifier,
    /// What the datagram's receiver calls it by.
    pub receiver: Identifier,
    /// Whether an earlier packet told [`super::Memory::give_up`].
    pub given_up: bool,
}

/// How far a side of a connection had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// The greatest number of its packets; nothing before the first.
    pub greatest: Option<u64>,
    /// Bytes of its handshake that whole messages took.
    pub read: u64,
}

/// A packet that was kept for those that go on with the same message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The packet of the capture that it is in.
    pub frame: u32,
    /// Its own number.
    pub number: u64,
    /// Its bytes, as captured.
    pub bytes: Vec<u8>,
}

/// What becomes of the packets that a side's message is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep<'a> {
    /// Those before this one are still needed, and this one is not.
    Others,
    /// This one is needed too; its bytes stand in the frame where [`super::Memory::advance`] is told.
    This(&'a [u8]),
    /// None is needed any more.
    None,
}
