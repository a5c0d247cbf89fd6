//! A search for a site by any part of any of its names and addresses.

use super::Pairs;
use super::names::NameId;
use crate::pace::Pace;
use memchr::memmem;
use std::net::IpAddr;

/// The words of a search.
pub(super) struct Search<'a> {
    pairs: &'a Pairs<'a>,
    words: Vec<Word>,
}

struct Word {
    finder: memmem::Finder<'static>,
    /// By name: whether the word is a part of it.
    names: Vec<bool>,
    /// Whether it can be a part of an address.
    may_be_address: bool,
}

impl<'a> Search<'a> {
    /// For words, each of which must be found.
    pub(super) async fn new(text: &str, pairs: &'a Pairs<'a>, pace: &Pace) -> Search<'a> {
        let mut words = Vec::new();
        for word in text.split_whitespace() {
            let lower = word.to_ascii_lowercase();
            let finder = memmem::Finder::new(lower.as_bytes()).into_owned();
            let mut names = Vec::new();
            for name in pairs.gathered.names.all_folded() {
                names.push(finder.find(name).is_some());
                pace.spend(2).await;
            }
            let may_be_address = lower.bytes().all(|c| c.is_ascii_hexdigit() || matches!(c, b'.' | b':'));
            words.push(Word { finder, names, may_be_address });
        }
        Search { pairs, words }
    }

    /// What one look costs, in units of [`Pace`]: addresses are compared as text.
    pub(super) fn cost(&self) -> u32 {
        self.words.iter().map(|word| if word.may_be_address { 16 } else { 2 }).sum()
    }

    /// Whether every word is found in these lookups or in this connection.
    pub(super) fn finds(&self, lookups: &[u32], connection: Option<u32>) -> bool {
        self.words.iter().all(|word| {
            lookups.iter().any(|lookup| self.in_lookup(word, *lookup))
                || connection.is_some_and(|connection| self.in_connection(word, connection))
        })
    }

    fn in_lookup(&self, word: &Word, lookup: u32) -> bool {
        let Some(lookup) = self.pairs.lookup(lookup) else { return false };
        let lookups = &self.pairs.gathered.lookups;
        word.names(lookup.name)
            || lookups.aliases(lookup).iter().any(|alias| word.names(*alias))
            || word.may_be_address
                && (word.is_part_of(lookup.client)
                    || lookups.addresses(lookup).iter().any(|a| word.is_part_of(a.address)))
    }

    fn in_connection(&self, word: &Word, connection: u32) -> bool {
        let Some(paired) = self.pairs.connection(connection) else { return false };
        let facts = self.pairs.facts(paired);
        let port =
            |port: u16| word.finder.needle().strip_prefix(b":").is_some_and(|p| p == port.to_string().as_bytes());
        facts.server_name.is_some_and(|server| word.names(server.name))
            || word.may_be_address
                && (word.is_part_of(facts.ends.source)
                    || word.is_part_of(facts.ends.destination)
                    || port(facts.ends.destination_port))
    }
}

impl Word {
    fn names(&self, name: NameId) -> bool {
        self.names.get(name.index()).copied().unwrap_or_default()
    }

    fn is_part_of(&self, address: IpAddr) -> bool {
        self.finder.find(address.to_string().as_bytes()).is_some()
    }
}
