//! The rule: which lookup led to a connection, or why none did.
//!
//! Candidates are the answers to the same client that contain the address and came before the SYN. The latest one that is
//! still good wins, else the latest one that is no longer. Where answers for several names are still good, the server name
//! that the client sent decides between them; without one the choice stays ambiguous.

use super::Moment;
use crate::message::PairStatus;
use rustc_hash::{FxHashMap, FxHashSet};
use std::net::IpAddr;

/// The beginning of a connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Syn<'a> {
    /// Its packet.
    pub(super) moment: Moment,
    /// Who connects.
    pub(super) client: IpAddr,
    /// To which address.
    pub(super) server: IpAddr,
    /// The server's name that the client sent afterwards; empty without one.
    pub(super) server_name: &'a str,
}

/// An answer to the client that contains the address.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate<'a> {
    /// Which lookup.
    pub(super) index: usize,
    /// The packet with the answer.
    pub(super) answered: Moment,
    /// Seconds for which the address is good.
    pub(super) ttl: u32,
    /// The name that was asked for.
    pub(super) name: &'a str,
}

/// What the rule says.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Choice {
    /// Why.
    pub(super) status: PairStatus,
    /// The chosen lookup.
    pub(super) lookup: Option<usize>,
    /// All candidates, earliest answer first.
    pub(super) candidates: Vec<usize>,
    /// Whether the server name decided.
    pub(super) by_server_name: bool,
}

/// All answers.
#[derive(Debug, Default)]
pub(super) struct Known<'a> {
    /// By client and address, earliest first.
    answers: FxHashMap<(IpAddr, IpAddr), Vec<Candidate<'a>>>,
    /// The packet with the earliest answer to anyone, by address.
    first_with_address: FxHashMap<IpAddr, u32>,
    /// The packet with the earliest answer, by client.
    first_for_client: FxHashMap<IpAddr, u32>,
    /// Who answers lookups.
    servers: FxHashSet<IpAddr>,
}

impl<'a> Known<'a> {
    /// Takes answers as client, address and the rest.
    pub(super) fn new(
        answers: impl Iterator<Item = (IpAddr, IpAddr, Candidate<'a>)>,
        servers: impl Iterator<Item = IpAddr>,
    ) -> Known<'a> {
        let mut known = Known { servers: servers.collect(), ..Known::default() };
        let earliest = |of: &mut FxHashMap<IpAddr, u32>, key: IpAddr, frame: u32| {
            let first = of.entry(key).or_insert(frame);
            *first = (*first).min(frame);
        };
        for (client, address, candidate) in answers {
            earliest(&mut known.first_for_client, client, candidate.answered.frame);
            earliest(&mut known.first_with_address, address, candidate.answered.frame);
            let same = known.answers.entry((client, address)).or_default();
            // One answer can name an address twice.
            if same.last().is_none_or(|last| last.index != candidate.index) {
                same.push(candidate);
            }
        }
        for same in known.answers.values_mut() {
            same.sort_by_key(|candidate| candidate.answered.frame);
        }
        known
    }

    /// Applies the rule.
    pub(super) fn choose(&self, syn: &Syn<'_>) -> Choice {
        let answers = self.answers.get(&(syn.client, syn.server)).map(Vec::as_slice).unwrap_or_default();
        let own = answers.get(..answers.partition_point(|answer| answer.answered.frame < syn.moment.frame));
        let own = own.unwrap_or_default();
        if own.is_empty() {
            let status = self.none(syn, !answers.is_empty());
            return Choice { status, lookup: None, candidates: Vec::new(), by_server_name: false };
        }
        choose(syn, own)
    }

    /// Why there is no candidate. `later`: whether there are answers after the SYN.
    fn none(&self, syn: &Syn<'_>, later: bool) -> PairStatus {
        let before = |first: Option<&u32>| first.is_some_and(|first| *first < syn.moment.frame);
        if later {
            PairStatus::AnsweredLater
        } else if before(self.first_with_address.get(&syn.server)) {
            PairStatus::OtherClient
        } else if self.servers.contains(&syn.server) {
            PairStatus::Resolver
        } else if is_local(syn.server) {
            PairStatus::LocalAddress
        } else if !before(self.first_for_client.get(&syn.client)) {
            PairStatus::BeforeLookups
        } else {
            PairStatus::NoLookup
        }
    }
}

/// Applies the rule to the candidates, earliest first.
fn choose(syn: &Syn<'_>, own: &[Candidate<'_>]) -> Choice {
    let good: Vec<&Candidate<'_>> = own.iter().filter(|candidate| over(candidate, syn) <= 0.0).collect();
    let among = if good.is_empty() { own.iter().collect() } else { good.clone() };
    let named = among.iter().rev().find(|candidate| same_name(candidate.name, syn.server_name));
    let chosen = named.or(among.last());
    let other = |candidate: &&&Candidate<'_>| chosen.is_some_and(|chosen| !same_name(candidate.name, chosen.name));
    let others: FxHashSet<String> = among.iter().filter(other).map(|other| other.name.to_ascii_lowercase()).collect();
    let status = if good.is_empty() {
        PairStatus::Expired { over: chosen.map_or(0.0, |chosen| over(chosen, syn)) }
    } else if !others.is_empty() && named.is_none() {
        PairStatus::Ambiguous { candidates: others.len() as u32 + 1 }
    } else {
        PairStatus::Paired
    };
    Choice {
        status,
        lookup: chosen.map(|chosen| chosen.index),
        candidates: own.iter().map(|candidate| candidate.index).collect(),
        by_server_name: !others.is_empty() && named.is_some(),
    }
}

/// Seconds by which the time to live was over.
fn over(candidate: &Candidate<'_>, syn: &Syn<'_>) -> f64 {
    let passed = syn.moment.time.saturating_sub(candidate.answered.time) as f64 / 1e9;
    // Clients count whole seconds, and wait for the answer to reach them.
    passed - f64::from(candidate.ttl) - 1.0
}

/// Whether two names are the same, whatever their case and a dot at the end.
pub(super) fn same_name(a: &str, b: &str) -> bool {
    !b.is_empty() && a.trim_end_matches('.').eq_ignore_ascii_case(b.trim_end_matches('.'))
}

/// Whether an address needs no lookup: private, link-local, loopback, multicast, broadcast.
fn is_local(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(a) => {
            a.is_private()
                || a.is_loopback()
                || a.is_link_local()
                || a.is_multicast()
                || a.is_broadcast()
                || a.is_unspecified()
        }
        IpAddr::V6(a) => {
            a.is_loopback()
                || a.is_unique_local()
                || a.is_unicast_link_local()
                || a.is_multicast()
                || a.is_unspecified()
        }
    }
}
