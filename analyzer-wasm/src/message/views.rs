//! What a pane asks for, its order and its window, and the lines that it shows.

use super::{Connection, Lookup, PairStatus};
use serde::{Deserialize, Serialize};

/// Which lines of the pairs are wanted, and in which order.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PairsWanted {
    /// Words, each of which must be part of a name or an address of the visit or the connection; empty for all.
    pub search: String,
    /// Only connections with this status, as [`PairStatus::name`] has it; empty for all.
    pub status: String,
    /// Only this client; empty for all.
    pub client: String,
    /// Only what began within these seconds since the first packet: from, to.
    pub within: Option<(f64, f64)>,
    /// In which order, inside each group.
    pub order: PairOrder,
    /// Whether the order is turned round.
    pub descending: bool,
    /// Position of the first line that is wanted, of all groups together.
    pub start: u32,
    /// Position after the last.
    pub end: u32,
}

/// In which order visits stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum PairOrder {
    /// When they began.
    #[default]
    Time,
    /// By name.
    Name,
    /// How long the answer took.
    Latency,
    /// How long after the answer the first connection began.
    Delay,
    /// How long the first connection's handshake took.
    Handshake,
    /// Bytes of payload of all connections.
    Bytes,
    /// By status.
    Status,
}

/// Lines of the pairs, and what there is besides.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PairsShown {
    /// Position of the first line.
    pub start: u32,
    /// As many as exist of those that were asked for.
    pub lines: Vec<PairLine>,
    /// The groups that have lines, in order, with the number of their lines.
    pub groups: Vec<(PairGroup, u32)>,
    /// Seconds of an axis on which most lines, each from its own beginning, are seen whole.
    pub typical: f64,
    /// Seconds since the first packet at which the first of all found lines begins, and at which the last ends.
    pub extent: (f64, f64),
    /// Every status that connections have, with their number: of the whole capture.
    pub statuses: Vec<(PairStatus, u32)>,
    /// Every client with lookups or connections, the busiest first: of the whole capture.
    pub clients: Vec<PairClient>,
    /// The page loads of the client that was asked for, or else of the busiest, in order of time.
    pub loads: Vec<Load>,
    /// Number of lookups of the whole capture.
    pub lookups: u32,
    /// Number of connections of the whole capture.
    pub connections: u32,
    /// Number of connections of the whole capture that a lookup led to.
    pub paired: u32,
}

/// A host that looks up names or connects.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PairClient {
    /// Its address.
    pub address: String,
    /// Number of its lookups.
    pub lookups: u32,
    /// Number of its connections.
    pub connections: u32,
}

/// What a client did in one go: lookups and connections that began without a pause between them, as when a page is loaded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Load {
    /// Seconds since the first packet when it began.
    pub start: f64,
    /// Seconds since the first packet when the last of its lookups and connections began.
    pub end: f64,
    /// The first name that led to a connection, or else the first that was looked up.
    pub name: String,
    /// Number of names that were looked up.
    pub names: u32,
    /// Number of connections.
    pub connections: u32,
}

/// A group of lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum PairGroup {
    /// Lookups with the connections that they led to.
    Paired,
    /// Connections that no lookup led to.
    Without,
    /// Lookups that led to no connection.
    Unused,
}

/// One line: a visit with its first connection, a further connection of the visit before, or one of the two alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PairLine {
    /// Its group.
    pub group: PairGroup,
    /// Whether it is a further connection of the line before.
    pub again: bool,
    /// The lookup that led to the connection; of a visit without connections, the one that tells most.
    pub lookup: Option<Lookup>,
    /// The other lookups of the visit: of other types for the same name.
    pub twins: Vec<Lookup>,
    /// The connection.
    pub connection: Option<Connection>,
}
