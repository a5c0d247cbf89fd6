//! The lines of the pairs view: grouped, searched, sorted, and as many as are on screen.

use super::Pairs;
use super::lookup::Lookup;
use super::names::NameId;
use super::pairing::Whole;
use super::search::Search;
use super::tell::is_paired;
use crate::message::{Load, PairClient, PairGroup, PairLine, PairOrder, PairStatus, PairsShown, PairsWanted};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use std::cmp::{Ordering, Reverse};
use std::net::IpAddr;

/// One line before it is put into words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entry {
    group: PairGroup,
    again: bool,
    lookup: Option<u32>,
    connection: Option<u32>,
}

/// All lines that answer a wish, in its order, and what is told of them together. It is kept for the next window of them.
#[derive(Debug)]
pub(super) struct Ordered {
    /// The wish, with no window.
    wanted: PairsWanted,
    entries: Vec<Entry>,
    groups: Vec<(PairGroup, u32)>,
    typical: f64,
    extent: (f64, f64),
    loads: Vec<Load>,
}

/// What lines stand together: a visit with its connections, or a connection alone.
#[derive(Debug)]
struct Together {
    group: PairGroup,
    visit: Option<u32>,
    connections: SmallVec<[u32; 2]>,
}

/// Seconds without the beginning of a lookup or a connection, after which another page is loaded.
const PAUSE: f64 = 2.0;
/// Lines of one reply at the most.
const MOST: u32 = 2000;

impl Pairs<'_> {
    /// The lines that are wanted, and what there is besides.
    pub fn lines(&self, wanted: &PairsWanted) -> PairsShown {
        let whole = PairsWanted { start: 0, end: 0, ..wanted.clone() };
        let kept = self.pairing.ordered.take().filter(|ordered| ordered.wanted == whole);
        let ordered = kept.unwrap_or_else(|| self.ordered(whole));
        let shown = self.shown(&ordered, wanted);
        self.pairing.ordered.replace(Some(ordered));
        shown
    }

    /// A window of lines.
    fn shown(&self, ordered: &Ordered, wanted: &PairsWanted) -> PairsShown {
        let entries = &ordered.entries;
        let end = wanted.end.min(wanted.start.saturating_add(MOST)).min(entries.len() as u32);
        let shown = entries.get(wanted.start.min(end) as usize..end as usize).unwrap_or_default();
        let Whole { statuses, clients } = self.whole();
        let connections = &self.pairing.connections;
        PairsShown {
            start: wanted.start,
            lines: shown.iter().map(|entry| self.line(entry)).collect(),
            groups: ordered.groups.clone(),
            typical: ordered.typical,
            extent: ordered.extent,
            statuses: statuses.clone(),
            loads: ordered.loads.clone(),
            clients: clients.clone(),
            lookups: self.gathered.lookups(),
            connections: connections.len() as u32,
            paired: connections.iter().filter(|paired| is_paired(paired.status)).count() as u32,
        }
    }

    fn ordered(&self, wanted: PairsWanted) -> Ordered {
        let found = self.sorted(self.found(&wanted), &wanted);
        let mut groups: Vec<(PairGroup, u32)> = Vec::new();
        let mut entries = Vec::new();
        for together in &found {
            let before = entries.len();
            self.entries(together, &mut entries);
            let lines = (entries.len() - before) as u32;
            match groups.last_mut().filter(|(group, _)| *group == together.group) {
                Some((_, count)) => *count += lines,
                None => groups.push((together.group, lines)),
            }
        }
        let Whole { clients, .. } = self.whole();
        let client = Some(wanted.client.as_str()).filter(|client| !client.is_empty());
        let client = client.or_else(|| clients.first().map(|client| client.address.as_str()));
        let client = client.and_then(|client| client.parse().ok());
        Ordered {
            typical: self.typical(&entries),
            extent: self.extent(&entries),
            loads: client.map(|client| self.loads(client)).unwrap_or_default(),
            wanted,
            entries,
            groups,
        }
    }

    /// What is told of the capture as a whole.
    fn whole(&self) -> &Whole {
        self.pairing.whole.get_or_init(|| Whole { statuses: self.statuses(), clients: self.clients() })
    }

    fn found(&self, wanted: &PairsWanted) -> Vec<Together> {
        let search = Search::new(&wanted.search, self);
        let client: Option<IpAddr> = wanted.client.parse().ok().map(|client| self.pairing.known.host(client));
        let of_client = |address: IpAddr| client.is_none_or(|client| self.pairing.known.host(address) == client);
        let within = |frame: u32| wanted.within.is_none_or(|(from, to)| (from..=to).contains(&self.seconds(1, frame)));
        let is_wanted = |index: u32| {
            self.connection(index).is_some_and(|paired| {
                (wanted.status.is_empty() || paired.status.name() == wanted.status)
                    && (client.is_none() || of_client(self.told(paired).ends.source))
                    && within(paired.begin)
            })
        };
        let mut found = Vec::new();
        for (number, visit) in (0..).zip(&self.pairing.visits) {
            let mut connections: SmallVec<[u32; 2]> =
                visit.lookups.iter().flat_map(|lookup| self.pairing.led_to(*lookup)).copied().collect();
            connections.sort_unstable();
            let unused = connections.is_empty();
            if unused {
                let asked = visit.lookups.first().and_then(|lookup| self.lookup(*lookup));
                let asked = asked.filter(|asked| of_client(asked.client) && within(asked.query.max(asked.response)));
                if asked.is_none() || !wanted.status.is_empty() || !search.finds(&visit.lookups, None) {
                    continue;
                }
            } else {
                connections.retain(|index| is_wanted(*index));
                if !search.finds(&visit.lookups, None) {
                    connections.retain(|index| search.finds(&visit.lookups, Some(*index)));
                }
                if connections.is_empty() {
                    continue;
                }
            }
            let group = if unused { PairGroup::Unused } else { PairGroup::Paired };
            found.push(Together { group, visit: Some(number), connections });
        }
        for (index, paired) in (0..).zip(&self.pairing.connections) {
            if paired.lookup.is_none() && is_wanted(index) && search.finds(&[], Some(index)) {
                let connections = SmallVec::from_slice(&[index]);
                found.push(Together { group: PairGroup::Without, visit: None, connections });
            }
        }
        found
    }

    /// Puts them in order: group by group, what has no value last in both directions.
    fn sorted(&self, found: Vec<Together>, wanted: &PairsWanted) -> Vec<Together> {
        let direction = |order: Ordering| if wanted.descending { order.reverse() } else { order };
        let mut keyed: Vec<(Key, Together)> =
            found.into_iter().map(|together| (self.key(&together, wanted), together)).collect();
        keyed.sort_by(|(one, _), (other, _)| {
            let value = one.number.total_cmp(&other.number).then_with(|| one.name.cmp(&other.name));
            one.group
                .cmp(&other.group)
                .then(one.is_missing.cmp(&other.is_missing))
                .then(direction(value))
                .then(one.began.cmp(&other.began))
        });
        keyed.into_iter().map(|(_, together)| together).collect()
    }

    fn key(&self, together: &Together, wanted: &PairsWanted) -> Key {
        let first = together.connections.first().and_then(|index| self.connection(*index));
        let lookup = self.main_lookup(together).and_then(|lookup| self.lookup(lookup));
        let began = self.began(together);
        let number = match wanted.order {
            // Connections without a lookup stand by their reasons, where nothing else is asked for.
            PairOrder::Time if together.group == PairGroup::Without && !wanted.descending => {
                first.map(|paired| f64::from(paired.status.number()))
            }
            PairOrder::Time => Some(f64::from(began)),
            PairOrder::Name => Some(0.0),
            PairOrder::Latency => lookup
                .filter(|lookup| lookup.query != 0 && lookup.response != 0)
                .map(|lookup| self.seconds(lookup.query, lookup.response)),
            PairOrder::Delay => first.zip(lookup).map(|(paired, lookup)| self.seconds(lookup.response, paired.begin)),
            PairOrder::Handshake => first.and_then(|paired| self.round_trip(self.told(paired).course)),
            PairOrder::Bytes => first.map(|_| {
                let connections = together.connections.iter().filter_map(|index| self.connection(*index));
                connections.flat_map(|paired| self.told(paired).course.bytes).sum::<u64>() as f64
            }),
            PairOrder::Status => first.map(|paired| f64::from(paired.status.number())),
        };
        let name = match wanted.order {
            PairOrder::Name => self.sorting_name(together),
            _ => Vec::new(),
        };
        let is_missing = number.is_none();
        Key { group: together.group, is_missing, number: number.unwrap_or_default(), name, began }
    }

    fn sorting_name(&self, together: &Together) -> Vec<u8> {
        let names = &self.gathered.names;
        let first = together.connections.first().and_then(|index| self.connection(*index));
        let lookup = self.main_lookup(together).and_then(|lookup| self.lookup(lookup));
        match (lookup, first.map(|paired| self.told(paired))) {
            (Some(lookup), _) => names.bytes(names.folded(lookup.name)).to_vec(),
            (None, Some(told)) => told.ends.destination.to_string().into_bytes(),
            (None, None) => Vec::new(),
        }
    }

    /// The first packet of what stands together.
    fn began(&self, together: &Together) -> u32 {
        let visit = together.visit.and_then(|visit| self.pairing.visits.get(visit as usize));
        let asked = visit.and_then(|visit| visit.lookups.first()).and_then(|lookup| self.lookup(*lookup));
        let asked = asked.map(Lookup::first);
        let begun = together.connections.first().and_then(|index| self.connection(*index)).map(|paired| paired.begin);
        asked.or(begun).unwrap_or_default()
    }

    /// The lookup that stands for all: the one that led to the first connection, else the one that tells most.
    fn main_lookup(&self, together: &Together) -> Option<u32> {
        let first = together.connections.first().and_then(|index| self.connection(*index));
        first.and_then(|paired| paired.lookup).or_else(|| {
            let visit = self.pairing.visits.get(together.visit? as usize)?;
            let tells = |index: &u32| {
                let lookup = self.lookup(*index);
                let addresses = lookup.map_or(0, |lookup| self.gathered.lookups.addresses(lookup).len().min(1));
                (addresses, lookup.is_some_and(|lookup| lookup.response != 0), Reverse(*index))
            };
            visit.lookups.iter().copied().max_by_key(tells)
        })
    }

    fn entries(&self, together: &Together, entries: &mut Vec<Entry>) {
        let group = together.group;
        if together.connections.is_empty() {
            entries.push(Entry { group, again: false, lookup: self.main_lookup(together), connection: None });
        }
        for (place, index) in together.connections.iter().enumerate() {
            let lookup = self.connection(*index).and_then(|paired| paired.lookup);
            entries.push(Entry { group, again: place > 0, lookup, connection: Some(*index) });
        }
    }

    fn line(&self, entry: &Entry) -> PairLine {
        let twins = entry.lookup.filter(|_| !entry.again).and_then(|lookup| self.visit_of(lookup)).unwrap_or_default();
        let twins = twins.iter().filter(|twin| Some(**twin) != entry.lookup);
        PairLine {
            group: entry.group,
            again: entry.again,
            lookup: entry.lookup.and_then(|lookup| self.lookup_message(lookup)),
            twins: twins.filter_map(|twin| self.lookup_message(*twin)).collect(),
            connection: entry.connection.and_then(|connection| self.connection_message(connection)),
        }
    }

    /// The first packet of a line, the one at which its waterfall ends, and its last.
    fn stretch(&self, entry: &Entry) -> Option<(u32, u32, u32)> {
        let lookup = entry.lookup.and_then(|lookup| self.lookup(lookup));
        let asked = lookup.map(Lookup::first);
        match entry.connection.and_then(|index| self.connection(index)) {
            Some(paired) => {
                let course = self.told(paired).course;
                let data = course.first_data();
                Some((asked.unwrap_or(paired.begin), data.max(course.accepted).max(paired.begin), course.last))
            }
            None => {
                asked.zip(lookup).map(|(asked, lookup)| (asked, lookup.response.max(asked), lookup.response.max(asked)))
            }
        }
    }

    /// The length at which most lines end. A few that are far longer than the others do not count, or else nothing would
    /// be seen of the others; nor do lookups alone, which are short and many.
    fn typical(&self, entries: &[Entry]) -> f64 {
        let connect = entries.iter().any(|entry| entry.connection.is_some());
        let counted = entries.iter().filter(|entry| !connect || entry.connection.is_some());
        let mut lengths: Vec<f64> =
            counted.filter_map(|entry| self.stretch(entry)).map(|(first, end, _)| self.seconds(first, end)).collect();
        lengths.sort_by(f64::total_cmp);
        let longest = lengths.last().copied().unwrap_or(1.0);
        let usual = lengths.get(lengths.len().saturating_sub(1) * 4 / 5).copied().unwrap_or(longest);
        lengths.iter().rev().find(|length| **length <= 2.0 * usual).copied().unwrap_or(longest)
    }

    fn extent(&self, entries: &[Entry]) -> (f64, f64) {
        let stretches = entries.iter().filter_map(|entry| self.stretch(entry));
        stretches
            .map(|(first, _, last)| (self.seconds(1, first), self.seconds(1, last)))
            .reduce(|all, next| (all.0.min(next.0), all.1.max(next.1)))
            .unwrap_or_default()
    }

    fn statuses(&self) -> Vec<(PairStatus, u32)> {
        let mut counts: Vec<(PairStatus, u32)> = Vec::new();
        for paired in &self.pairing.connections {
            match counts.iter_mut().find(|(status, _)| status.number() == paired.status.number()) {
                Some((_, count)) => *count += 1,
                None => counts.push((paired.status, 1)),
            }
        }
        counts.sort_by_key(|(status, _)| status.number());
        counts
    }

    fn clients(&self) -> Vec<PairClient> {
        let mut counts: FxHashMap<IpAddr, [u32; 2]> = FxHashMap::default();
        let hosts = &self.pairing.known;
        for lookup in self.gathered.lookups.all.iter().filter(|lookup| !lookup.client.is_unspecified()) {
            let [lookups, _] = counts.entry(hosts.host(lookup.client)).or_default();
            *lookups += 1;
        }
        for paired in &self.pairing.connections {
            let [_, connections] = counts.entry(hosts.host(self.told(paired).ends.source)).or_default();
            *connections += 1;
        }
        let mut clients: Vec<(IpAddr, [u32; 2])> = counts.into_iter().collect();
        clients.sort_by_key(|(address, [lookups, connections])| (Reverse(lookups + connections), *address));
        clients.truncate(MOST_CLIENTS);
        let told = |(address, [lookups, connections]): (IpAddr, [u32; 2])| PairClient {
            address: address.to_string(),
            lookups,
            connections,
        };
        clients.into_iter().map(told).collect()
    }

    /// What a client did in one go, again and again.
    fn loads(&self, client: IpAddr) -> Vec<Load> {
        let hosts = &self.pairing.known;
        let client = hosts.host(client);
        let mut begun: Vec<(u32, Option<NameId>, bool)> = Vec::new();
        for visit in &self.pairing.visits {
            let first = visit.lookups.first().and_then(|lookup| self.lookup(*lookup));
            let Some(first) = first.filter(|first| hosts.host(first.client) == client) else { continue };
            begun.push((first.first(), Some(first.name), false));
        }
        for paired in &self.pairing.connections {
            if hosts.host(self.told(paired).ends.source) == client {
                let name = paired.lookup.and_then(|lookup| self.lookup(lookup)).map(|lookup| lookup.name);
                begun.push((paired.begin, name, true));
            }
        }
        begun.sort_unstable();
        let mut loads: Vec<Load> = Vec::new();
        let mut is_named = false;
        for (frame, name, connects) in begun {
            let time = self.seconds(1, frame);
            if loads.last().is_none_or(|load| time - load.end > PAUSE) {
                is_named = false;
                loads.push(Load { start: time, end: time, name: String::new(), names: 0, connections: 0 });
            }
            let Some(load) = loads.last_mut() else { continue };
            load.end = load.end.max(time);
            load.names += u32::from(!connects);
            load.connections += u32::from(connects);
            if let Some(name) = name.filter(|_| load.name.is_empty() || connects && !is_named) {
                load.name = self.text(name);
                is_named = connects;
            }
        }
        loads
    }
}

/// By what what stands together is put in order.
#[derive(Debug)]
struct Key {
    group: PairGroup,
    is_missing: bool,
    number: f64,
    name: Vec<u8>,
    began: u32,
}

/// Clients of one reply at the most.
const MOST_CLIENTS: usize = 100;
