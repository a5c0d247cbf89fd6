//! The lines of the pairs table: which connections stand under which lookup, and what is found by a search.

use analyzer::message::{Connection, Lookup, PairStatus, Pairs};
use std::ops::Range;

/// A group of lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    /// Lookups with the connections that they led to.
    Paired,
    /// Connections that no lookup led to.
    Without,
    /// Lookups that led to no connection.
    Unused,
}

impl Group {
    /// What stands above the group.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Group::Paired => "Lookups and their connections",
            Group::Without => "Connections without a lookup",
            Group::Unused => "Lookups never used",
        }
    }
}

/// A line: indices into the lists of `Pairs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Entry {
    /// The lookup; none for a connection that has none.
    pub(crate) lookup: Option<usize>,
    /// The connection; none for a lookup that was never used.
    pub(crate) connection: Option<usize>,
    /// Whether the line before it shows the same lookup.
    pub(crate) again: bool,
}

/// The lines in order, and which of them belong to which group. Groups that are empty are left out.
pub(crate) fn entries(pairs: &Pairs, search: &str) -> (Vec<Entry>, Vec<(Group, Range<usize>)>) {
    let mut led: Vec<Vec<usize>> = vec![Vec::new(); pairs.lookups.len()];
    let mut without = Vec::new();
    for (index, connection) in pairs.connections.iter().enumerate() {
        match connection.lookup.and_then(|lookup| led.get_mut(lookup as usize)) {
            Some(connections) => connections.push(index),
            None => without.push(index),
        }
    }
    let words: Vec<String> = search.split_whitespace().map(str::to_lowercase).collect();
    let found = |lookup: Option<usize>, connection: Option<usize>| {
        let lookup = lookup.and_then(|index| pairs.lookups.get(index));
        let connection = connection.and_then(|index| pairs.connections.get(index));
        words.iter().all(|word| {
            lookup.is_some_and(|lookup| names_lookup(lookup, word))
                || connection.is_some_and(|connection| names_connection(connection, word))
        })
    };
    let (mut paired, mut unused) = (Vec::new(), Vec::new());
    for (lookup, connections) in led.iter().enumerate() {
        if connections.is_empty() && found(Some(lookup), None) {
            unused.push(Entry { lookup: Some(lookup), connection: None, again: false });
        }
        let mut again = false;
        for &connection in connections.iter().filter(|&&connection| found(Some(lookup), Some(connection))) {
            paired.push(Entry { lookup: Some(lookup), connection: Some(connection), again });
            again = true;
        }
    }
    let without = without.into_iter().filter(|&connection| found(None, Some(connection)));
    let without: Vec<Entry> =
        without.map(|connection| Entry { lookup: None, connection: Some(connection), again: false }).collect();
    let mut lines = Vec::new();
    let mut groups = Vec::new();
    for (group, entries) in [(Group::Paired, paired), (Group::Without, without), (Group::Unused, unused)] {
        let start = lines.len();
        lines.extend(entries);
        if lines.len() > start {
            groups.push((group, start..lines.len()));
        }
    }
    (lines, groups)
}

fn names_lookup(lookup: &Lookup, word: &str) -> bool {
    let has = |text: &str| text.to_lowercase().contains(word);
    has(&lookup.name)
        || lookup.aliases.iter().any(|alias| has(alias))
        || lookup.addresses.iter().any(|address| has(&address.address))
        || lookup.kind.to_lowercase() == word
}

fn names_connection(connection: &Connection, word: &str) -> bool {
    connection.server.to_lowercase().contains(word)
        || connection.server_name.to_lowercase().contains(word)
        || connection.client.to_lowercase().contains(word)
        || format!(":{}", connection.port) == word
}

/// The status in words.
pub(crate) fn status_words(status: PairStatus) -> String {
    match status {
        PairStatus::Paired => "paired".to_owned(),
        PairStatus::Ambiguous { candidates } => format!("paired, the latest of {candidates}"),
        PairStatus::Expired { over } => format!("paired, {} after the answer expired", crate::words::span(over)),
        PairStatus::OtherClient => "looked up by another client".to_owned(),
        PairStatus::AnsweredLater => "answered only after the SYN".to_owned(),
        PairStatus::LocalAddress => "local address, needs no lookup".to_owned(),
        PairStatus::Resolver => "the name server itself".to_owned(),
        PairStatus::BeforeLookups => "before the first lookup".to_owned(),
        PairStatus::NoLookup => "address used directly".to_owned(),
    }
}

/// What became of a lookup that led to no connection.
pub(crate) fn unused_words(lookup: &Lookup) -> String {
    if lookup.query.is_none() {
        "answered, question not captured".to_owned()
    } else if lookup.response.is_none() {
        "no answer".to_owned()
    } else if !lookup.rcode.is_empty() && lookup.rcode != "No error" {
        lookup.rcode.to_lowercase()
    } else if lookup.addresses.is_empty() {
        "no address in the answer".to_owned()
    } else {
        "never used".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use analyzer::message::{Address, Handshake};

    fn lookup(name: &str, address: &str) -> Lookup {
        Lookup {
            name: name.to_owned(),
            kind: "A".to_owned(),
            client: "10.0.2.15".to_owned(),
            server: "10.0.2.3".to_owned(),
            query: Some((1, 0.0)),
            response: Some((2, 0.01)),
            rcode: "No error".to_owned(),
            addresses: vec![Address { address: address.to_owned(), ttl: 60 }],
            aliases: vec!["edge.example".to_owned()],
        }
    }

    fn connection(server: &str, lookup: Option<u32>) -> Connection {
        Connection {
            frame: 3,
            time: 0.02,
            transport: "tcp".to_owned(),
            client: "10.0.2.15".to_owned(),
            client_port: 49_152,
            server: server.to_owned(),
            port: 80,
            status: if lookup.is_some() { PairStatus::Paired } else { PairStatus::NoLookup },
            lookup,
            delay: None,
            candidates: Vec::new(),
            accepted: None,
            data: None,
            handshake: Handshake::Unanswered,
            server_name: String::new(),
            server_name_frame: 0,
            sent: 0,
            received: 0,
            filter: String::new(),
        }
    }

    fn pairs() -> Pairs {
        Pairs {
            lookups: vec![lookup("unused.example", "192.0.2.9"), lookup("www.example.com", "192.0.2.1")],
            connections: vec![
                connection("192.0.2.1", Some(1)),
                connection("198.51.100.7", None),
                connection("192.0.2.1", Some(1)),
            ],
        }
    }

    #[test]
    fn connections_stand_under_their_lookup() {
        let (lines, groups) = entries(&pairs(), "");
        let expected = [
            Entry { lookup: Some(1), connection: Some(0), again: false },
            Entry { lookup: Some(1), connection: Some(2), again: true },
            Entry { lookup: None, connection: Some(1), again: false },
            Entry { lookup: Some(0), connection: None, again: false },
        ];
        assert_eq!(lines, expected);
        assert_eq!(groups, [(Group::Paired, 0..2), (Group::Without, 2..3), (Group::Unused, 3..4)]);
    }

    #[test]
    fn a_search_finds_any_part_of_any_name() {
        assert_eq!(entries(&pairs(), "EXAMPLE.com").0.len(), 2);
        assert_eq!(entries(&pairs(), "edge").0.len(), 3);
        assert_eq!(entries(&pairs(), "198.51").1, [(Group::Without, 0..1)]);
        assert_eq!(entries(&pairs(), "www nothing").0, []);
    }

    #[test]
    fn a_lookup_that_does_not_exist_loses_no_connection() {
        let mut odd = pairs();
        odd.connections[0].lookup = Some(99);
        assert_eq!(entries(&odd, "").1, [(Group::Paired, 0..1), (Group::Without, 1..3), (Group::Unused, 3..4)]);
    }
}
