//! Finds the connections that identifiers name, and writes down what their packets tell of each other.

use crate::dissect::Endpoints;
use crate::memory::{Identifier, Keep, Kept, Named, Naming, Piece, Progress, Role};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use std::net::IpAddr;

/// What is known of all connections afterwards.
#[derive(Debug, Default)]
pub(super) struct NamedFacts {
    connections: Vec<Connection>,
    /// By UDP conversation and direction: which packets belong to which connection, from a packet on.
    datagrams: FxHashMap<(u32, bool), Since<Option<Belongs>, 1>>,
}

/// What holds from a packet on.
type Since<T, const N: usize> = SmallVec<[(u32, T); N]>;

/// A packet of a connection: the frame that it is in and where.
type At = (u32, u32);

/// A connection, and the direction in which a datagram goes in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Belongs {
    connection: u32,
    from_server: bool,
}

#[derive(Debug)]
struct Connection {
    server: (IpAddr, u16),
    /// How it is named, from a packet on.
    names: Since<Names, 2>,
    /// The packet that gave up reading it; 0 for none.
    given_up: u32,
    /// The client's packets, and the server's.
    sides: [Side; 2],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Names {
    original: Identifier,
    client: Identifier,
    server: Option<Identifier>,
}

/// Where a kept packet is, and its number.
type KeptPiece = (Piece, u64);

#[derive(Debug, Default)]
struct Side {
    /// What holds behind a packet.
    progress: SmallVec<[(At, Progress); 2]>,
    /// Kept packets with their numbers; nothing where those before were let go.
    kept: Vec<(At, Option<KeptPiece>)>,
}

/// What only the index pass needs.
#[derive(Debug, Default)]
pub(super) struct NamedTracking {
    /// Connections by what their clients are called by, and their servers, and by what clients called servers first.
    clients: FxHashMap<Identifier, u32>,
    servers: FxHashMap<Identifier, u32>,
    originals: FxHashMap<Identifier, u32>,
    /// The connection that began last in a UDP conversation.
    latest: FxHashMap<u32, u32>,
    /// Connections whose client is to begin again.
    renewed: Vec<bool>,
    /// Which lengths identifiers have, a bit each.
    lengths: u32,
    /// Bytes of kept packets, by connection and side.
    kept: FxHashMap<(u32, bool), Vec<Kept>>,
    held: usize,
}

/// Which datagram is asked about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) frame: u32,
    pub(super) conversation: u32,
    pub(super) turned: bool,
}

/// A datagram's connection, for the questions that follow.
#[derive(Debug, Clone, Copy)]
pub(super) struct Current(Belongs);

/// Packets that are kept for one message at most; RFC 9000 needs but two, and who sends more is not waited for.
const MOST_KEPT: usize = 16;
/// Bytes that are kept at most while the capture is read.
const MOST_HELD: usize = 16 << 20;

impl NamedTracking {
    /// Finds the connection of a datagram, or begins it.
    pub(super) fn take(
        &mut self,
        facts: &mut NamedFacts,
        naming: &Naming<'_>,
        place: Place,
    ) -> Option<(Named, Current)> {
        let found = self.find(facts, naming, place.conversation);
        let belongs = self.update(facts, naming, found, place);
        let history = facts.datagrams.entry((place.conversation, place.turned)).or_default();
        if history.last().map(|(_, last)| *last) != Some(belongs) {
            history.push((place.frame, belongs));
        }
        facts.tell(belongs?, place.frame)
    }

    fn find(&self, facts: &NamedFacts, naming: &Naming<'_>, conversation: u32) -> Option<Belongs> {
        let by_port = |connection: u32| {
            let known = facts.connections.get(connection as usize)?;
            let from_server = known.server == (naming.endpoints.source, naming.endpoints.source_port);
            Some(Belongs { connection, from_server })
        };
        let latest = self.latest.get(&conversation).copied().and_then(by_port);
        if naming.role == Role::Short {
            let names = latest.and_then(|latest| facts.names(latest));
            let expected = latest.zip(names).filter(|(latest, names)| {
                let receiver = names.receiver(latest.from_server);
                naming.destination.starts_with(receiver.bytes())
            });
            return match expected {
                Some((latest, _)) => Some(latest),
                None => self.by_any_length(naming, by_port),
            };
        }
        let identifier = Identifier::of(naming.destination)?;
        let original = || {
            let connection = *self.originals.get(&identifier)?;
            Some(Belongs { connection, from_server: false })
        };
        match naming.role {
            _ if identifier.is_empty() => latest,
            Role::Early => original(),
            Role::Opening => {
                // What a client calls a server by that it does not know yet is a new connection.
                let named = self.by_identifier(&identifier, by_port).filter(|found| {
                    let names = facts.names(*found);
                    found.from_server
                        || names.is_some_and(|names| names.original == identifier || names.server == Some(identifier))
                });
                named.or_else(original)
            }
            _ => self.by_identifier(&identifier, by_port),
        }
    }

    fn by_identifier(&self, identifier: &Identifier, by_port: impl Fn(u32) -> Option<Belongs>) -> Option<Belongs> {
        match (self.clients.get(identifier), self.servers.get(identifier)) {
            (Some(connection), None) => Some(Belongs { connection: *connection, from_server: true }),
            (None, Some(connection)) => Some(Belongs { connection: *connection, from_server: false }),
            // Both sides chose the same.
            (Some(connection), Some(_)) => by_port(*connection),
            (None, None) => None,
        }
    }

    /// A packet whose addresses tell nothing: the client has moved, or the capture does not hold its beginning.
    fn by_any_length(&self, naming: &Naming<'_>, by_port: impl Fn(u32) -> Option<Belongs>) -> Option<Belongs> {
        let lengths = (1..=Identifier::LONGEST).rev().filter(|length| self.lengths >> length & 1 == 1);
        lengths
            .filter_map(|length| Identifier::of(naming.destination.get(..length)?))
            .find_map(|identifier| self.by_identifier(&identifier, &by_port))
    }

    fn update(
        &mut self,
        facts: &mut NamedFacts,
        naming: &Naming<'_>,
        found: Option<Belongs>,
        place: Place,
    ) -> Option<Belongs> {
        let (source, destination) = match naming.role {
            Role::Opening | Role::Again | Role::Agreeing => {
                (Identifier::of(naming.source)?, Identifier::of(naming.destination)?)
            }
            _ => return found,
        };
        let belongs = match found {
            None if naming.role == Role::Opening => {
                let connection = facts.connections.len() as u32;
                let server = (naming.endpoints.destination, naming.endpoints.destination_port);
                facts.connections.push(Connection {
                    server,
                    names: SmallVec::new(),
                    given_up: 0,
                    sides: Default::default(),
                });
                self.renewed.push(true);
                self.latest.insert(place.conversation, connection);
                Belongs { connection, from_server: false }
            }
            None => return None,
            Some(belongs) => belongs,
        };
        let connection = facts.connections.get_mut(belongs.connection as usize)?;
        let mut names = connection.names.last().map(|(_, names)| *names).unwrap_or_default();
        let renewed = self.renewed.get_mut(belongs.connection as usize)?;
        if belongs.from_server {
            // A Retry names the server anew, and the client will call it so in its next Initial.
            *renewed |= naming.role == Role::Again;
            if names.server.is_none() {
                names.server = Some(source);
                self.insert(&source, belongs, true);
            }
        } else if naming.role == Role::Opening && std::mem::take(renewed) {
            names = Names { original: destination, client: source, server: None };
            self.insert(&source, belongs, false);
            self.originals.insert(destination, belongs.connection);
        }
        if connection.names.last().map(|(_, names)| names) != Some(&names) {
            connection.names.push((place.frame, names));
        }
        Some(belongs)
    }

    fn insert(&mut self, identifier: &Identifier, belongs: Belongs, server: bool) {
        if !identifier.is_empty() {
            self.lengths |= 1 << identifier.len();
            let table = if server { &mut self.servers } else { &mut self.clients };
            table.insert(*identifier, belongs.connection);
        }
    }

    /// The packets that were kept for this side before a place.
    pub(super) fn kept(&self, Current(belongs): Current, before: At, facts: &NamedFacts) -> Vec<Kept> {
        let Some(kept) = self.kept.get(&(belongs.connection, belongs.from_server)) else { return Vec::new() };
        let count = facts.kept_before(belongs, before).count();
        kept.get(..count).unwrap_or_default().to_vec()
    }

    /// Takes note of how far a side has come.
    pub(super) fn advance(
        &mut self,
        facts: &mut NamedFacts,
        Current(belongs): Current,
        place: At,
        number: u64,
        read: u64,
        keep: Keep<'_>,
    ) {
        let Some(side) = facts.side_mut(belongs) else { return };
        let before = side.progress.last().map(|(_, progress)| *progress).unwrap_or_default();
        let progress = Progress { greatest: before.greatest.max(Some(number)), read: before.read.max(read) };
        if progress != before {
            side.progress.push((place, progress));
        }
        let key = (belongs.connection, belongs.from_server);
        match keep {
            Keep::Others => {}
            Keep::This(bytes) => {
                let kept = self.kept.entry(key).or_default();
                if kept.len() < MOST_KEPT && self.held + bytes.len() <= MOST_HELD {
                    self.held += bytes.len();
                    let (frame, offset) = place;
                    kept.push(Kept { frame, number, bytes: bytes.to_vec() });
                    side.kept.push((place, Some((Piece { frame, offset, length: bytes.len() as u32 }, number))));
                }
            }
            Keep::None => {
                if let Some(kept) = self.kept.remove(&key) {
                    self.held -= kept.iter().map(|kept| kept.bytes.len()).sum::<usize>();
                    side.kept.push((place, None));
                }
            }
        }
    }
}

impl Names {
    fn receiver(&self, from_server: bool) -> Identifier {
        if from_server { self.client } else { self.server.unwrap_or_default() }
    }
}

impl NamedFacts {
    /// The connection of a datagram, as it was found in file order.
    pub(super) fn know(&self, place: Place) -> Option<(Named, Current)> {
        let history = self.datagrams.get(&(place.conversation, place.turned))?;
        let known = history.partition_point(|(frame, _)| *frame <= place.frame);
        let (_, belongs) = history.get(known.checked_sub(1)?)?;
        self.tell((*belongs)?, place.frame)
    }

    fn tell(&self, belongs: Belongs, frame: u32) -> Option<(Named, Current)> {
        let connection = self.connections.get(belongs.connection as usize)?;
        let known = connection.names.partition_point(|(since, _)| *since <= frame);
        let (_, names) = connection.names.get(known.checked_sub(1)?)?;
        let named = Named {
            number: belongs.connection,
            from_server: belongs.from_server,
            original: names.original,
            receiver: names.receiver(belongs.from_server),
            given_up: connection.given_up != 0 && connection.given_up < frame,
        };
        Some((named, Current(belongs)))
    }

    fn names(&self, belongs: Belongs) -> Option<Names> {
        self.connections.get(belongs.connection as usize)?.names.last().map(|(_, names)| *names)
    }

    fn side(&self, belongs: Belongs) -> Option<&Side> {
        self.connections.get(belongs.connection as usize)?.sides.get(usize::from(belongs.from_server))
    }

    fn side_mut(&mut self, belongs: Belongs) -> Option<&mut Side> {
        self.connections.get_mut(belongs.connection as usize)?.sides.get_mut(usize::from(belongs.from_server))
    }

    /// How far a side had come before a place.
    pub(super) fn progress(&self, Current(belongs): Current, before: At) -> Progress {
        let progress = self.side(belongs).map(|side| side.progress.as_slice()).unwrap_or_default();
        let known = progress.partition_point(|(place, _)| *place < before);
        known.checked_sub(1).and_then(|last| progress.get(last)).map(|(_, progress)| *progress).unwrap_or_default()
    }

    /// The packets that were kept for this side before a place, with their numbers.
    pub(super) fn pieces(&self, Current(belongs): Current, before: At) -> Vec<KeptPiece> {
        self.kept_before(belongs, before).collect()
    }

    fn kept_before(&self, belongs: Belongs, before: At) -> impl Iterator<Item = KeptPiece> + '_ {
        let kept = self.side(belongs).map(|side| side.kept.as_slice()).unwrap_or_default();
        let kept = kept.get(..kept.partition_point(|(place, _)| *place < before)).unwrap_or_default();
        let since = kept.iter().rposition(|(_, packet)| packet.is_none()).map_or(0, |last| last + 1);
        kept.get(since..).unwrap_or_default().iter().filter_map(|(_, packet)| *packet)
    }

    /// Takes note that a connection's packets are no longer read.
    pub(super) fn give_up(&mut self, Current(belongs): Current, frame: u32) {
        if let Some(connection) = self.connections.get_mut(belongs.connection as usize)
            && connection.given_up == 0
        {
            connection.given_up = frame;
        }
    }
}

/// Whether the endpoints of a datagram are turned round in its conversation.
pub(super) fn turned(endpoints: &Endpoints) -> bool {
    endpoints.canonical().1
}
