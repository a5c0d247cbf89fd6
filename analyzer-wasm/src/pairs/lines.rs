//! The lines of the pairs view: grouped, searched, sorted, and as many as are on screen.

use super::Pairs;
use super::lookup::DnsLookup;
use super::order::{PairsFound, Together, ordinal};
use crate::message::{Load, PairGroup, PairLine, PairsShown, PairsWanted};
use crate::pace::{Pace, at_once, sort};

/// One line before it is put into words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entry {
    group: PairGroup,
    again: bool,
    lookup: Option<u32>,
    connection: Option<u32>,
}

/// All lines that answer a wish, in its order, and what they have in common.
#[derive(Debug)]
pub struct OrderedPairs {
    /// The wish, with no window.
    wanted: PairsWanted,
    entries: Vec<Entry>,
    groups: Vec<(PairGroup, u32)>,
    typical: f64,
    extent: (f64, f64),
    loads: Vec<Load>,
}

impl OrderedPairs {
    /// Whether these are the lines of a wish, whatever its window.
    pub fn answers(&self, wanted: &PairsWanted) -> bool {
        self.wanted == whole(wanted)
    }
}

/// A wish without its window.
fn whole(wanted: &PairsWanted) -> PairsWanted {
    PairsWanted { start: 0, end: 0, ..wanted.clone() }
}

/// Lines of one reply at the most.
const MOST: u32 = 2000;

impl Pairs<'_> {
    /// The lines that are wanted, and what there is besides, all at once.
    pub fn lines(&self, wanted: &PairsWanted) -> PairsShown {
        self.window(&at_once(async |pace| self.ordered(wanted, pace).await), wanted)
    }

    /// A window of lines that were put in order.
    pub fn window(&self, ordered: &OrderedPairs, wanted: &PairsWanted) -> PairsShown {
        let entries = &ordered.entries;
        let end = wanted.end.min(wanted.start.saturating_add(MOST)).min(entries.len() as u32);
        let shown = entries.get(wanted.start.min(end) as usize..end as usize).unwrap_or_default();
        let whole = &self.pairing.whole;
        PairsShown {
            start: wanted.start,
            lines: shown.iter().map(|entry| self.line(entry)).collect(),
            groups: ordered.groups.clone(),
            typical: ordered.typical,
            extent: ordered.extent,
            statuses: whole.statuses.clone(),
            loads: ordered.loads.clone(),
            clients: whole.clients.clone(),
            lookups: self.gathered.lookups(),
            connections: self.pairing.connections.len() as u32,
            paired: whole.paired,
        }
    }

    /// All lines that answer a wish, in steps.
    pub async fn ordered(&self, wanted: &PairsWanted, pace: &Pace) -> OrderedPairs {
        let found = self.sorted(wanted, pace).await;
        let mut groups: Vec<(PairGroup, u32)> = Vec::new();
        let mut entries = Vec::with_capacity(found.most_lines());
        for together in &found.all {
            let before = entries.len();
            self.entries(&found, together, &mut entries, pace).await;
            let lines = (entries.len() - before) as u32;
            match groups.last_mut().filter(|(group, _)| *group == together.group) {
                Some((_, count)) => *count += lines,
                None => groups.push((together.group, lines)),
            }
        }
        found.free(pace).await;
        let client = Some(wanted.client.as_str()).filter(|client| !client.is_empty());
        let client = client.or_else(|| self.pairing.whole.clients.first().map(|client| client.address.as_str()));
        let loads = match client.and_then(|client| client.parse().ok()) {
            Some(client) => self.loads(client, pace).await,
            None => Vec::new(),
        };
        let (typical, extent) = (self.typical(&entries, pace).await, self.extent(&entries, pace).await);
        OrderedPairs { wanted: whole(wanted), entries, groups, typical, extent, loads }
    }

    async fn entries(&self, found: &PairsFound, together: &Together, entries: &mut Vec<Entry>, pace: &Pace) {
        let (group, connections) = (together.group, found.connections(together));
        if connections.is_empty() {
            let lookup = self.main_lookup(together, connections);
            entries.push(Entry { group, again: false, lookup, connection: None });
            pace.spend(2).await;
        }
        for (place, index) in connections.iter().enumerate() {
            let lookup = self.connection(*index).and_then(|paired| paired.lookup);
            entries.push(Entry { group, again: place > 0, lookup, connection: Some(*index) });
            pace.spend(1).await;
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
        let asked = lookup.map(DnsLookup::first);
        match entry.connection.and_then(|index| self.connection(index)) {
            Some(paired) => {
                let course = self.facts(paired).course;
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
    async fn typical(&self, entries: &[Entry], pace: &Pace) -> f64 {
        let mut connect = false;
        for entry in entries {
            connect |= entry.connection.is_some();
            pace.spend(1).await;
        }
        let mut lengths: Vec<f64> = Vec::new();
        for entry in entries {
            if let Some((first, end, _)) = self.stretch(entry).filter(|_| !connect || entry.connection.is_some()) {
                lengths.push(self.seconds(first, end));
            }
            pace.spend(4).await;
        }
        sort(&mut lengths, |one, other| ordinal(*one).cmp(&ordinal(*other)), pace).await;
        let longest = lengths.last().copied().unwrap_or(1.0);
        let usual = lengths.get(lengths.len().saturating_sub(1) * 4 / 5).copied().unwrap_or(longest);
        let usual_end = lengths.partition_point(|length| *length <= 2.0 * usual);
        usual_end.checked_sub(1).and_then(|last| lengths.get(last)).copied().unwrap_or(longest)
    }

    async fn extent(&self, entries: &[Entry], pace: &Pace) -> (f64, f64) {
        let mut extent: Option<(f64, f64)> = None;
        for entry in entries {
            pace.spend(4).await;
            let Some((first, _, last)) = self.stretch(entry) else { continue };
            let (start, end) = (self.seconds(1, first), self.seconds(1, last));
            extent = Some(extent.map_or((start, end), |all| (all.0.min(start), all.1.max(end))));
        }
        extent.unwrap_or_default()
    }
}
