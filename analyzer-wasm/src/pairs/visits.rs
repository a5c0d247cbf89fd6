//! What belongs together: the lookups of one visit, a question that was asked again over TCP, and connections that race.

use super::Gathered;
use super::heard::Way;
use super::names::NameId;
use super::pairing::{Pairing, told};
use crate::index::Index;
use crate::message::Race;
use crate::times::Times;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use std::net::IpAddr;

/// Lookups of one client for one name, of different types, asked at the same time.
#[derive(Debug, Clone, Default)]
pub(super) struct Visit {
    /// In order of their first packets.
    pub(super) lookups: SmallVec<[u32; 2]>,
}

/// Nanoseconds between questions of one visit: programs ask for A and AAAA together, or one after the other.
const TOGETHER: i64 = 2_000_000_000;
/// Nanoseconds between the beginnings of connections that race: a program tries the next address after a quarter of a
/// second (RFC 8305, section 8), and an operating system its SYN again after one and three.
const RACING: i64 = 5_000_000_000;

/// The lookups that asked over TCP, by those whose answers had been cut short.
pub(super) fn retries(gathered: &Gathered) -> FxHashMap<u32, u32> {
    let mut cut: FxHashMap<(IpAddr, IpAddr, NameId, u16), u32> = FxHashMap::default();
    let mut retries = FxHashMap::default();
    for (number, lookup) in (0..).zip(&gathered.lookups.all) {
        let question = (lookup.client, lookup.server, gathered.names.folded(lookup.name), lookup.kind);
        if lookup.truncated {
            cut.insert(question, number);
        } else if lookup.way == Way::Tcp
            && let Some(first) = cut.remove(&question)
        {
            retries.insert(first, number);
        }
    }
    retries
}

/// All visits, and by lookup the visit that it belongs to.
pub(super) fn visits(gathered: &Gathered, index: &Index, pairing: &Pairing) -> (Vec<Visit>, Vec<u32>) {
    let lookups = &gathered.lookups.all;
    let mut visits: Vec<Visit> = Vec::new();
    let mut visit_of = vec![0; lookups.len()];
    // By client and name: the latest visit, and when its last question was asked.
    let mut latest: FxHashMap<(IpAddr, NameId), (u32, i64)> = FxHashMap::default();
    let retried: FxHashMap<u32, u32> = pairing.retries.iter().map(|(first, again)| (*again, *first)).collect();
    for (number, lookup) in (0..).zip(lookups) {
        let time = index.rows.time(lookup.first());
        let key = (pairing.known.host(lookup.client), gathered.names.folded(lookup.name));
        let is_known = |visit: &Visit| {
            let kinds = visit.lookups.iter().filter_map(|other| lookups.get(*other as usize)).map(|other| other.kind);
            kinds.into_iter().any(|kind| kind == lookup.kind)
        };
        let again = retried.get(&number).and_then(|first| visit_of.get(*first as usize)).copied();
        let together = latest.get(&key).filter(|(_, last)| time.saturating_sub(*last) <= TOGETHER).map(|known| known.0);
        let together = together.filter(|visit| visits.get(*visit as usize).is_some_and(|visit| !is_known(visit)));
        let visit = again.or(together).unwrap_or_else(|| {
            visits.push(Visit::default());
            visits.len() as u32 - 1
        });
        latest.insert(key, (visit, time));
        if let Some(visit) = visits.get_mut(visit as usize) {
            visit.lookups.push(number);
        }
        if let Some(of) = visit_of.get_mut(number as usize) {
            *of = visit;
        }
    }
    (visits, visit_of)
}

/// Marks connections to several addresses of one name that were tried side by side (RFC 8305): the one that was used, and
/// those that were not.
pub(super) fn race(pairing: &mut Pairing, gathered: &Gathered, index: &Index) {
    // By client, name and port, in order of their beginnings.
    let mut attempts: FxHashMap<(IpAddr, NameId, u16), Vec<u32>> = FxHashMap::default();
    for (number, paired) in (0..).zip(&pairing.connections) {
        let Some(lookup) = paired.lookup.and_then(|lookup| gathered.lookups.all.get(lookup as usize)) else { continue };
        let ends = told(paired.owner, gathered, index).ends;
        // A client's addresses of both versions are one client where one lookup was answered for both.
        let client = pairing.known.host(if lookup.to_all { ends.source } else { lookup.client });
        let name = gathered.names.folded(lookup.name);
        attempts.entry((client, name, ends.destination_port)).or_default().push(number);
    }
    let mut marks: Vec<(u32, Race)> = Vec::new();
    for side_by_side in attempts.values().filter(|attempts| attempts.len() > 1) {
        for near in near_each_other(side_by_side, pairing, index) {
            let seen = near.iter().filter_map(|number| {
                let paired = pairing.connections.get(*number as usize)?;
                let told = told(paired.owner, gathered, index);
                let [sent, _] = told.course.from_client(told.course.data);
                Some((*number, told.ends.destination, sent != 0))
            });
            let seen: SmallVec<[(u32, IpAddr, bool); 4]> = seen.collect();
            let [unused, used] = [false, true].map(|wanted| {
                let mut addresses = seen.iter().filter(|(.., used)| *used == wanted).map(|(_, address, _)| *address);
                let first = addresses.next();
                (first, addresses.any(|other| Some(other) != first))
            });
            // Whether there is another address: of several, one is another always.
            let other =
                |(first, several): (Option<IpAddr>, bool), address| several || first.is_some_and(|a| a != address);
            for (number, address, is_used) in &seen {
                let (lost, won) = (!is_used && other(used, *address), *is_used && other(unused, *address));
                marks.extend(lost.then_some((*number, Race::Lost)).or(won.then_some((*number, Race::Won))));
            }
        }
    }
    for (number, race) in marks {
        if let Some(paired) = pairing.connections.get_mut(number as usize) {
            paired.race = Some(race);
        }
    }
}

/// Runs of connections each of which began soon after the first of its run.
fn near_each_other<'n>(numbers: &'n [u32], pairing: &Pairing, index: &Index) -> Vec<&'n [u32]> {
    let time =
        |number: &u32| pairing.connections.get(*number as usize).map_or(0, |paired| index.rows.time(paired.begin));
    let mut runs = Vec::new();
    let mut rest = numbers;
    while let Some(first) = rest.first() {
        let length = rest.iter().take_while(|number| time(number).saturating_sub(time(first)) <= RACING).count();
        let (run, others) = rest.split_at(length.max(1));
        runs.push(run);
        rest = others;
    }
    runs
}
