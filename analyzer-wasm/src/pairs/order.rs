//! The order of the pairs view: what is found, what stands together, and by what it is sorted.

use super::Pairs;
use super::lookup::DnsLookup;
use super::names::NameId;
use super::search::Search;
use crate::message::{PairGroup, PairOrder, PairsWanted};
use crate::pace::{Pace, free, sort};
use std::borrow::Cow;
use std::cmp::{Ordering, Reverse};
use std::net::IpAddr;
use std::ops::Range;

/// What was found, each with its connections.
#[derive(Debug, Default)]
pub(super) struct PairsFound {
    pub(super) all: Vec<Together>,
    /// The connections of all, one's behind the other's.
    connections: Vec<u32>,
}

/// What lines stand together: a visit with its connections, or a connection alone.
#[derive(Debug, Clone, Copy)]
pub(super) struct Together {
    pub(super) group: PairGroup,
    visit: Option<u32>,
    /// Its part of [`PairsFound::connections`].
    connections: (u32, u32),
}

impl PairsFound {
    /// The connections of what stands together, in order of their beginnings.
    pub(super) fn connections(&self, together: &Together) -> &[u32] {
        let (from, to) = together.connections;
        self.connections.get(from as usize..to as usize).unwrap_or_default()
    }

    /// Frees them in steps.
    pub(super) async fn free(self, pace: &Pace) {
        free(self.all, pace).await;
        free(self.connections, pace).await;
    }

    /// How many lines there are at the most.
    pub(super) fn most_lines(&self) -> usize {
        self.all.len() + self.connections.len()
    }

    fn push(&mut self, group: PairGroup, visit: Option<u32>, connections: Range<usize>) {
        self.all.push(Together { group, visit, connections: (connections.start as u32, connections.end as u32) });
    }
}

impl Pairs<'_> {
    /// What is wanted, in the order that is wanted.
    pub(super) async fn sorted(&self, wanted: &PairsWanted, pace: &Pace) -> PairsFound {
        let mut found = self.found(wanted, pace).await;
        let ranks = match wanted.order {
            PairOrder::Name => self.ranks(&found, pace).await,
            _ => Vec::new(),
        };
        // Long lists have their room from the beginning: to move one is more than a step.
        let mut keyed: Vec<(u128, u32)> = Vec::with_capacity(found.all.len());
        for (place, together) in (0..).zip(&found.all) {
            keyed.push((self.key(&found, together, ranks.get(place as usize), wanted), place));
            // Payload is summed up over connections.
            pace.spend(6 + found.connections(together).len() as u32).await;
        }
        sort(&mut keyed, |(one, _), (other, _)| one.cmp(other), pace).await;
        let mut all = Vec::with_capacity(keyed.len());
        for (_, place) in &keyed {
            all.extend(found.all.get(*place as usize).copied());
            pace.spend(1).await;
        }
        free(keyed, pace).await;
        free(std::mem::replace(&mut found.all, all), pace).await;
        found
    }

    async fn found(&self, wanted: &PairsWanted, pace: &Pace) -> PairsFound {
        let search = Search::new(&wanted.search, self, pace).await;
        let client: Option<IpAddr> = wanted.client.parse().ok().map(|client| self.pairing.known.host(client));
        let of_client = |address: IpAddr| client.is_none_or(|client| self.pairing.known.host(address) == client);
        let within = |frame: u32| wanted.within.is_none_or(|(from, to)| (from..=to).contains(&self.seconds(1, frame)));
        let is_wanted = |index: u32| {
            self.connection(index).is_some_and(|paired| {
                (wanted.status.is_empty() || paired.status.name() == wanted.status)
                    && (client.is_none() || of_client(self.facts(paired).ends.source))
                    && within(paired.begin)
            })
        };
        let mut found = PairsFound::default();
        for (number, visit) in (0..).zip(&self.pairing.visits) {
            pace.spend(4 + search.cost()).await;
            let led = || visit.lookups.iter().map(|lookup| self.pairing.led_to(*lookup));
            if led().all(<[u32]>::is_empty) {
                let asked = visit.lookups.first().and_then(|lookup| self.lookup(*lookup));
                let asked = asked.filter(|asked| of_client(asked.client) && within(asked.query.max(asked.response)));
                if asked.is_some() && wanted.status.is_empty() && search.finds(&visit.lookups, None) {
                    found.push(PairGroup::Unused, Some(number), 0..0);
                }
                continue;
            }
            let start = found.connections.len();
            let by_lookups = search.finds(&visit.lookups, None);
            for index in led().flatten().copied() {
                pace.spend(if by_lookups { 2 } else { 4 + search.cost() }).await;
                if is_wanted(index) && (by_lookups || search.finds(&visit.lookups, Some(index))) {
                    found.connections.push(index);
                }
            }
            // Those of each lookup are in order already.
            found.connections.get_mut(start..).unwrap_or_default().sort();
            let end = found.connections.len();
            if end > start {
                found.push(PairGroup::Paired, Some(number), start..end);
            }
        }
        for (index, paired) in (0..).zip(&self.pairing.connections) {
            pace.spend(2).await;
            if paired.lookup.is_none() {
                pace.spend(4 + search.cost()).await;
                if is_wanted(index) && search.finds(&[], Some(index)) {
                    let start = found.connections.len();
                    found.connections.push(index);
                    found.push(PairGroup::Without, None, start..start + 1);
                }
            }
        }
        found
    }

    /// What the order is by, as one number: group by group, what has no value last in both directions, then the value, then
    /// the first packet.
    fn key(&self, found: &PairsFound, together: &Together, rank: Option<&u32>, wanted: &PairsWanted) -> u128 {
        let connections = found.connections(together);
        let first = connections.first().and_then(|index| self.connection(*index));
        let lookup = self.main_lookup(together, connections).and_then(|lookup| self.lookup(lookup));
        let began = self.began(together, connections);
        let number = match wanted.order {
            // Connections without a lookup stand by their reasons, where nothing else is asked for.
            PairOrder::Time if together.group == PairGroup::Without && !wanted.descending => {
                first.map(|paired| f64::from(paired.status.number()))
            }
            PairOrder::Time => Some(f64::from(began)),
            PairOrder::Name => rank.map(|rank| f64::from(*rank)),
            PairOrder::Latency => lookup
                .filter(|lookup| lookup.query != 0 && lookup.response != 0)
                .map(|lookup| self.seconds(lookup.query, lookup.response)),
            PairOrder::Delay => first.zip(lookup).map(|(paired, lookup)| self.seconds(lookup.response, paired.begin)),
            PairOrder::Handshake => first.and_then(|paired| self.round_trip(self.facts(paired).course)),
            PairOrder::Bytes => first.map(|_| {
                let connections = connections.iter().filter_map(|index| self.connection(*index));
                connections.flat_map(|paired| self.facts(paired).course.bytes).sum::<u64>() as f64
            }),
            PairOrder::Status => first.map(|paired| f64::from(paired.status.number())),
        };
        let value = ordinal(number.unwrap_or_default());
        let value = if wanted.descending { !value } else { value };
        (together.group as u128) << 97
            | u128::from(number.is_none()) << 96
            | u128::from(value) << 32
            | u128::from(began)
    }

    /// By place among what was found: the place of its name among all names, the same for the same name.
    async fn ranks(&self, found: &PairsFound, pace: &Pace) -> Vec<u32> {
        let mut titles: Vec<(u128, Title, u32)> = Vec::with_capacity(found.all.len());
        for (place, together) in (0..).zip(&found.all) {
            let title = self.title(together, found.connections(together));
            titles.push((beginning(&self.written(title)), title, place));
            pace.spend(8).await;
        }
        // What begins differently needs no further look.
        let compare = |one: &(u128, Title, u32), other: &(u128, Title, u32)| {
            let rest = || match one.1 == other.1 {
                true => Ordering::Equal,
                false => self.written(one.1).cmp(&self.written(other.1)),
            };
            one.0.cmp(&other.0).then_with(rest)
        };
        sort(&mut titles, compare, pace).await;
        let mut ranks = vec![0; titles.len()];
        let (mut rank, mut last) = (0, None);
        for title in &titles {
            rank += u32::from(last.is_some_and(|last| compare(last, title) != Ordering::Equal));
            last = Some(title);
            if let Some(place) = ranks.get_mut(title.2 as usize) {
                *place = rank;
            }
            pace.spend(1).await;
        }
        ranks
    }

    fn title(&self, together: &Together, connections: &[u32]) -> Title {
        let first = connections.first().and_then(|index| self.connection(*index));
        let lookup = self.main_lookup(together, connections).and_then(|lookup| self.lookup(lookup));
        match (lookup, first) {
            (Some(lookup), _) => Title::Name(self.gathered.names.folded(lookup.name)),
            (None, Some(paired)) => Title::Server(self.facts(paired).ends.destination),
            (None, None) => Title::Name(NameId::NONE),
        }
    }

    fn written(&self, title: Title) -> Cow<'_, [u8]> {
        match title {
            Title::Name(name) => Cow::Borrowed(self.gathered.names.bytes(name)),
            Title::Server(address) => Cow::Owned(address.to_string().into_bytes()),
        }
    }

    /// The first packet of what stands together.
    fn began(&self, together: &Together, connections: &[u32]) -> u32 {
        let visit = together.visit.and_then(|visit| self.pairing.visits.get(visit as usize));
        let asked = visit.and_then(|visit| visit.lookups.first()).and_then(|lookup| self.lookup(*lookup));
        let asked = asked.map(DnsLookup::first);
        let begun = connections.first().and_then(|index| self.connection(*index)).map(|paired| paired.begin);
        asked.or(begun).unwrap_or_default()
    }

    /// The lookup that stands for all: the one that led to the first connection, else the one of which most is known.
    pub(super) fn main_lookup(&self, together: &Together, connections: &[u32]) -> Option<u32> {
        let first = connections.first().and_then(|index| self.connection(*index));
        first.and_then(|paired| paired.lookup).or_else(|| {
            let visit = self.pairing.visits.get(together.visit? as usize)?;
            let known = |index: &u32| {
                let lookup = self.lookup(*index);
                let addresses = lookup.map_or(0, |lookup| self.gathered.lookups.addresses(lookup).len().min(1));
                (addresses, lookup.is_some_and(|lookup| lookup.response != 0), Reverse(*index))
            };
            visit.lookups.iter().copied().max_by_key(known)
        })
    }
}

/// What a line is called where lines are sorted by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Title {
    /// The name that was looked up.
    Name(NameId),
    /// The server of a connection without a lookup.
    Server(IpAddr),
}

/// The first bytes as a number that sorts as they do.
fn beginning(bytes: &[u8]) -> u128 {
    let mut first = [0; 16];
    for (to, from) in first.iter_mut().zip(bytes) {
        *to = *from;
    }
    u128::from_be_bytes(first)
}

/// A number that sorts as `total_cmp` does.
pub(super) fn ordinal(number: f64) -> u64 {
    let bits = number.to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_sort_as_their_ordinals_do() {
        let numbers = [f64::NEG_INFINITY, -1.5, -0.0, 0.0, 1e-9, 2.0, f64::INFINITY, f64::NAN];
        for pair in numbers.windows(2) {
            assert!(ordinal(pair[0]) < ordinal(pair[1]), "{pair:?}");
        }
        for (one, other) in [("a", "b"), ("a.example", "a.examplf"), ("", "a"), ("Z", "a"), ("10.0.0.1", "9.9.9.9")] {
            assert!(beginning(one.as_bytes()) < beginning(other.as_bytes()), "{one} {other}");
        }
    }
}
