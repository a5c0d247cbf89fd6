//! Connections, which identifiers name, whatever the addresses of their datagrams (RFC 9000, section 5.1).

use crate::dissect::Layer;
use crate::endpoints::Endpoints;
use crate::memory::{History, Stream};
use std::net::IpAddr;

/// What names a connection to one of its sides, who chose it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct Identifier {
    bytes: [u8; Identifier::LONGEST],
    length: u8,
}

impl Identifier {
    /// Bytes that one has at most (RFC 9000, section 17.2).
    pub(super) const LONGEST: usize = 20;

    /// The identifier that these bytes are; nothing where they are too many.
    pub(super) fn of(bytes: &[u8]) -> Option<Identifier> {
        let mut identifier = Identifier { bytes: [0; Identifier::LONGEST], length: bytes.len() as u8 };
        identifier.bytes.get_mut(..bytes.len())?.copy_from_slice(bytes);
        Some(identifier)
    }

    /// Its bytes.
    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.len()).unwrap_or_default()
    }

    /// How many bytes it has.
    pub(super) fn len(&self) -> usize {
        usize::from(self.length)
    }

    /// Whether it is the one that says nothing.
    fn is_empty(&self) -> bool {
        self.length == 0
    }
}

/// The type of a packet (RFC 9000, section 17.2 and 17.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PacketType {
    /// The first packets of either side.
    Initial,
    /// The client's data before any answer.
    ZeroRtt,
    /// The two sides agree on keys.
    Handshake,
    /// The server asks the client to begin again.
    Retry,
    /// A long header of another type, which names both sides.
    Other,
    /// A short header: it holds the identifier of the receiver, without its length.
    OneRtt,
}

/// The first packet in a datagram, by what names its connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Naming<'a> {
    /// Addresses and ports of the datagram.
    pub(super) endpoints: Endpoints,
    /// What it is to its connection.
    pub(super) packet_type: PacketType,
    /// What names the connection to the receiver; of a packet that does not say how long it is, all bytes that can be.
    pub(super) destination: &'a [u8],
    /// What names the connection to the sender.
    pub(super) source: &'a [u8],
}

/// A connection at one of its datagrams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct QuicConnection {
    /// Its number, counted from 0 in order of appearance.
    pub(super) number: u32,
    /// Whether the datagram goes to the client.
    pub(super) from_server: bool,
    /// What the client called the server by before the server named itself.
    pub(super) original: Identifier,
    /// What the datagram's receiver calls it by.
    pub(super) receiver: Identifier,
    /// Whether an earlier packet called [`give_up`].
    pub(super) given_up: bool,
}

/// The connection identifiers of both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct ConnectionIds {
    original: Identifier,
    client: Identifier,
    server: Option<Identifier>,
}

impl ConnectionIds {
    fn receiver(&self, from_server: bool) -> Identifier {
        if from_server { self.client } else { self.server.unwrap_or_default() }
    }
}

const MOST: usize = 1 << 20;

/// How many connections there are, and which lengths their identifiers have, a bit each.
static COUNT: History<(), u32> = History::new(MOST);
static LENGTHS: History<(), u32> = History::new(64);
/// Connections by what their clients are called by, and their servers, and by what clients called servers first.
static CLIENTS: History<Identifier, u32> = History::new(MOST);
static SERVERS: History<Identifier, u32> = History::new(MOST);
static ORIGINALS: History<Identifier, u32> = History::new(MOST);
/// The connection that began last in a UDP conversation.
static LATEST: History<Stream, u32> = History::new(MOST);
/// By connection: the server's address and port, the names, whether the client is to begin again, whether it was given up.
static SERVER: History<u32, (IpAddr, u16)> = History::new(MOST);
static NAMES: History<u32, ConnectionIds> = History::new(MOST);
static RENEWED: History<u32, bool> = History::new(MOST);
static GIVEN_UP: History<u32, bool> = History::new(MOST);
/// By connection and side: the greatest number of its packets.
static GREATEST: History<(u32, bool), u64> = History::new(1 << 22);

/// A connection, and the direction in which a datagram goes in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Belongs {
    connection: u32,
    from_server: bool,
}

/// The connection of a datagram, which it may begin; nothing where it is none that began in the capture.
pub(super) fn of_datagram(l: &mut Layer<'_, '_>, naming: &Naming<'_>) -> Option<QuicConnection> {
    let found = find(l, naming);
    let Belongs { connection, from_server } = update(l, naming, found)?;
    let names = names(l, connection)?;
    let frame = l.packet().number;
    let given_up = l.memory().before_at(&GIVEN_UP, &connection).is_some_and(|(place, _)| place.frame < frame);
    Some(QuicConnection {
        number: connection,
        from_server,
        original: names.original,
        receiver: names.receiver(from_server),
        given_up,
    })
}

/// Says that what a connection encrypts will not be read.
pub(super) fn give_up(l: &mut Layer<'_, '_>, named: &QuicConnection) {
    l.memory().append(&GIVEN_UP, named.number, true);
}

/// The greatest number of the packets that the sender sent before.
pub(super) fn greatest(l: &mut Layer<'_, '_>, named: &QuicConnection) -> Option<u64> {
    l.memory().before(&GREATEST, &(named.number, named.from_server)).copied()
}

/// Says that the sender sent the packet with this number.
pub(super) fn sent(l: &mut Layer<'_, '_>, named: &QuicConnection, number: u64) {
    if greatest(l, named).is_none_or(|greatest| greatest < number) {
        l.memory().append(&GREATEST, (named.number, named.from_server), number);
    }
}

fn names(l: &mut Layer<'_, '_>, connection: u32) -> Option<ConnectionIds> {
    l.memory().before(&NAMES, &connection).copied()
}

/// The connection, with the direction that the addresses show.
fn by_port(l: &mut Layer<'_, '_>, naming: &Naming<'_>, connection: u32) -> Option<Belongs> {
    let server = *l.memory().before(&SERVER, &connection)?;
    let from_server = server == (naming.endpoints.source, naming.endpoints.source_port);
    Some(Belongs { connection, from_server })
}

fn find(l: &mut Layer<'_, '_>, naming: &Naming<'_>) -> Option<Belongs> {
    let stream = l.memory().stream();
    let latest = l.memory().before(&LATEST, &stream).copied();
    let latest = latest.and_then(|connection| by_port(l, naming, connection));
    if naming.packet_type == PacketType::OneRtt {
        let expected = latest.filter(|latest| {
            names(l, latest.connection)
                .is_some_and(|names| naming.destination.starts_with(names.receiver(latest.from_server).bytes()))
        });
        return expected.or_else(|| by_any_length(l, naming));
    }
    let identifier = Identifier::of(naming.destination)?;
    let original = |l: &mut Layer<'_, '_>| {
        let connection = *l.memory().before(&ORIGINALS, &identifier)?;
        Some(Belongs { connection, from_server: false })
    };
    match naming.packet_type {
        _ if identifier.is_empty() => latest,
        PacketType::ZeroRtt => original(l),
        PacketType::Initial => {
            // What a client calls a server by that it does not know yet is a new connection.
            let named = by_identifier(l, naming, &identifier).filter(|found| {
                let names = names(l, found.connection);
                found.from_server
                    || names.is_some_and(|names| names.original == identifier || names.server == Some(identifier))
            });
            named.or_else(|| original(l))
        }
        _ => by_identifier(l, naming, &identifier),
    }
}

fn by_identifier(l: &mut Layer<'_, '_>, naming: &Naming<'_>, identifier: &Identifier) -> Option<Belongs> {
    let client = l.memory().before(&CLIENTS, identifier).copied();
    match (client, l.memory().before(&SERVERS, identifier).copied()) {
        (Some(connection), None) => Some(Belongs { connection, from_server: true }),
        (None, Some(connection)) => Some(Belongs { connection, from_server: false }),
        // Both sides chose the same.
        (Some(connection), Some(_)) => by_port(l, naming, connection),
        (None, None) => None,
    }
}

/// A packet of unknown addresses: the client has moved, or the capture does not hold its beginning.
fn by_any_length(l: &mut Layer<'_, '_>, naming: &Naming<'_>) -> Option<Belongs> {
    let lengths = l.memory().before(&LENGTHS, &()).copied().unwrap_or_default();
    let lengths = (1..=Identifier::LONGEST).rev().filter(|length| lengths >> length & 1 == 1);
    lengths
        .filter_map(|length| Identifier::of(naming.destination.get(..length)?))
        .find_map(|identifier| by_identifier(l, naming, &identifier))
}

/// Takes note of what a datagram names its connection by, which it begins where there is none.
fn update(l: &mut Layer<'_, '_>, naming: &Naming<'_>, found: Option<Belongs>) -> Option<Belongs> {
    let (source, destination) = match naming.packet_type {
        PacketType::Initial | PacketType::Retry | PacketType::Handshake => {
            (Identifier::of(naming.source)?, Identifier::of(naming.destination)?)
        }
        _ => return found,
    };
    let belongs = match found {
        Some(belongs) => belongs,
        None if naming.packet_type == PacketType::Initial => begin(l, naming),
        None => return None,
    };
    let Belongs { connection, from_server } = belongs;
    let before = names(l, connection);
    let mut names = before.unwrap_or_default();
    let renewed = l.memory().before(&RENEWED, &connection).copied().unwrap_or_default();
    if from_server {
        // A Retry names the server anew, and the client will call it so in its next Initial.
        if naming.packet_type == PacketType::Retry {
            l.memory().append(&RENEWED, connection, true);
        }
        if names.server.is_none() {
            names.server = Some(source);
            insert(l, &SERVERS, &source, connection);
        }
    } else if naming.packet_type == PacketType::Initial && renewed {
        l.memory().append(&RENEWED, connection, false);
        names = ConnectionIds { original: destination, client: source, server: None };
        insert(l, &CLIENTS, &source, connection);
        l.memory().append(&ORIGINALS, destination, connection);
    }
    if before != Some(names) {
        l.memory().append(&NAMES, connection, names);
    }
    Some(belongs)
}

fn begin(l: &mut Layer<'_, '_>, naming: &Naming<'_>) -> Belongs {
    let stream = l.memory().stream();
    let connection = l.memory().before(&COUNT, &()).copied().unwrap_or_default();
    let server = (naming.endpoints.destination, naming.endpoints.destination_port);
    l.memory().append(&COUNT, (), connection + 1);
    l.memory().append(&SERVER, connection, server);
    l.memory().append(&RENEWED, connection, true);
    l.memory().append(&LATEST, stream, connection);
    Belongs { connection, from_server: false }
}

fn insert(l: &mut Layer<'_, '_>, table: &'static History<Identifier, u32>, identifier: &Identifier, connection: u32) {
    if !identifier.is_empty() {
        let lengths = l.memory().before(&LENGTHS, &()).copied().unwrap_or_default();
        l.memory().append(&LENGTHS, (), lengths | 1 << identifier.len());
        l.memory().append(table, *identifier, connection);
    }
}
