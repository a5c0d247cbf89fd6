//! What belongs together: the lookups of one visit, a question that was asked again over TCP, and connections that race.

use super::Gathered;
use super::names::NameId;
use super::observed::Way;
use super::pairing::{Pairing, facts_of};
use crate::index::Index;
use crate::message::Race;
use crate::pace::{Pace, sort};
use crate::sharded::Sharded;
use crate::times::Times;
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

/// Notes the lookups that asked over TCP, by those whose answers had been cut short, and the other way round.
pub(super) async fn retries(gathered: &Gathered, pairing: &mut Pairing, pace: &Pace) {
    let mut cut: Sharded<(IpAddr, IpAddr, NameId, u16), Option<u32>> = Sharded::default();
    for (number, lookup) in (0..).zip(gathered.lookups.all.iter()) {
        pace.spend(1).await;
        if !lookup.truncated && lookup.way != Way::Tcp {
            continue;
        }
        let question = (lookup.client, lookup.server, gathered.names.folded(lookup.name), lookup.kind);
        if lookup.truncated {
            cut.insert_in_steps(question, Some(number), pace).await;
        } else if let Some(first) = cut.get_mut(&question).and_then(Option::take) {
            pairing.retries.insert_in_steps(first, number, pace).await;
            pairing.retried.insert_in_steps(number, first, pace).await;
        }
        pace.spend(4).await;
    }
}

/// Notes all visits, and by lookup the visit that it belongs to.
pub(super) async fn visits(gathered: &Gathered, index: &Index, pairing: &mut Pairing, pace: &Pace) {
    let lookups = &gathered.lookups.all;
    let Pairing { visits, visit_of, retried, known, .. } = pairing;
    // By client and name: the latest visit, and when its last question was asked.
    let mut latest: Sharded<(IpAddr, NameId), (u32, i64)> = Sharded::default();
    for (number, lookup) in (0..).zip(lookups.iter()) {
        let time = index.rows.time(lookup.first());
        let key = (known.host(lookup.client), gathered.names.folded(lookup.name));
        let is_known = |visit: &Visit| {
            let mut kinds =
                visit.lookups.iter().filter_map(|other| lookups.get(*other as usize)).map(|other| other.kind);
            kinds.any(|kind| kind == lookup.kind)
        };
        let again = retried.get(&number).and_then(|first| visit_of.get(*first as usize)).copied();
        let together = latest.get(&key).filter(|(_, last)| time.saturating_sub(*last) <= TOGETHER).map(|known| known.0);
        let together = together.filter(|visit| visits.get(*visit as usize).is_some_and(|visit| !is_known(visit)));
        let visit = again.or(together).unwrap_or_else(|| {
            visits.push(Visit::default());
            visits.len() as u32 - 1
        });
        latest.insert_in_steps(key, (visit, time), pace).await;
        if let Some(visit) = visits.get_mut(visit as usize) {
            visit.lookups.push(number);
        }
        visit_of.push(visit);
        pace.spend(8).await;
    }
}

/// Marks connections to several addresses of one name that were tried side by side (RFC 8305): the one that was used, and
/// those that were not.
pub(super) async fn race(pairing: &mut Pairing, gathered: &Gathered, index: &Index, pace: &Pace) {
    // By client, name and port, in order of their beginnings.
    let mut attempts: Vec<((IpAddr, NameId, u16), u32)> = Vec::new();
    for (number, paired) in (0..).zip(&pairing.connections) {
        pace.spend(2).await;
        let Some(lookup) = paired.lookup.and_then(|lookup| gathered.lookups.all.get(lookup as usize)) else { continue };
        let ends = facts_of(paired.owner, gathered, index).ends;
        // A client's addresses of both versions are one client where one lookup was answered for both.
        let client = pairing.known.host(if lookup.to_all { ends.source } else { lookup.client });
        let name = gathered.names.folded(lookup.name);
        attempts.push(((client, name, ends.destination_port), number));
        pace.spend(4).await;
    }
    sort(&mut attempts, Ord::cmp, pace).await;
    let time = |number: u32| pairing.connections.get(number as usize).map_or(0, |paired| index.rows.time(paired.begin));
    let mut marks: Vec<(u32, Race)> = Vec::new();
    let mut near: Vec<(u32, IpAddr, bool)> = Vec::new();
    let mut rest = attempts.as_slice();
    // Runs of connections each of which began soon after the first of its run.
    while let Some(((attempt, first), _)) = rest.split_first() {
        near.clear();
        let began = time(*first);
        while let Some(((next, number), others)) = rest.split_first()
            && (near.is_empty() || next == attempt && time(*number).saturating_sub(began) <= RACING)
        {
            rest = others;
            near.extend(pairing.connections.get(*number as usize).map(|paired| {
                let facts = facts_of(paired.owner, gathered, index);
                let [sent, _] = facts.course.from_client(facts.course.data);
                (*number, facts.ends.destination, sent != 0)
            }));
            pace.spend(4).await;
        }
        mark(&near, &mut marks, pace).await;
    }
    for (number, race) in marks {
        if let Some(paired) = pairing.connections.get_mut(number as usize) {
            paired.race = Some(race);
        }
        pace.spend(1).await;
    }
}

/// Marks connections that were tried side by side, each with its server's address and whether it was used.
async fn mark(near: &[(u32, IpAddr, bool)], marks: &mut Vec<(u32, Race)>, pace: &Pace) {
    // Of the unused ones and of the used ones: an address, and whether there is another one.
    let mut sides: [(Option<IpAddr>, bool); 2] = [(None, false); 2];
    for (_, address, is_used) in near {
        let [unused, used] = &mut sides;
        let (first, several) = if *is_used { used } else { unused };
        *several |= first.is_some_and(|first| first != *address);
        first.get_or_insert(*address);
        pace.spend(1).await;
    }
    let [unused, used] = sides;
    // Whether there is another address: of several, one is another always.
    let other = |(first, several): (Option<IpAddr>, bool), address| several || first.is_some_and(|a| a != address);
    for (number, address, is_used) in near {
        let (lost, won) = (!is_used && other(used, *address), *is_used && other(unused, *address));
        marks.extend(lost.then_some((*number, Race::Lost)).or(won.then_some((*number, Race::Won))));
        pace.spend(1).await;
    }
}
