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
pub struct Syn<'a> {
    /// Its packet.
    pub moment: Moment,
    /// Who connects.
    pub client: IpAddr,
    /// To which address.
    pub server: IpAddr,
    /// The server's name that the client sent afterwards; empty without one.
    pub server_name: &'a str,
}

/// An answer that contains an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Which lookup.
    pub index: usize,
    /// Who asked.
    pub client: IpAddr,
    /// The packet with the answer.
    pub answered: Moment,
    /// Seconds for which the address is good.
    pub ttl: u32,
    /// The name that was asked for.
    pub name: String,
}

/// What the rule says.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// Why.
    pub status: PairStatus,
    /// The chosen lookup.
    pub lookup: Option<usize>,
    /// All candidates, earliest answer first.
    pub candidates: Vec<usize>,
    /// Whether the server name decided.
    pub by_server_name: bool,
}

/// All answers, by address.
#[derive(Debug, Default)]
pub(super) struct Known {
    by_address: FxHashMap<IpAddr, Vec<Candidate>>,
    servers: FxHashSet<IpAddr>,
    first_answer: FxHashMap<IpAddr, u32>,
}

impl Known {
    pub(super) fn new(
        answers: impl Iterator<Item = (IpAddr, Candidate)>,
        servers: impl Iterator<Item = IpAddr>,
    ) -> Known {
        let mut known = Known { servers: servers.collect(), ..Known::default() };
        for (address, candidate) in answers {
            let first = known.first_answer.entry(candidate.client).or_insert(candidate.answered.frame);
            *first = (*first).min(candidate.answered.frame);
            let of_address = known.by_address.entry(address).or_default();
            // One answer can name an address twice.
            if of_address.last().is_none_or(|last| last.index != candidate.index) {
                of_address.push(candidate);
            }
        }
        for of_address in known.by_address.values_mut() {
            of_address.sort_by_key(|candidate| candidate.answered.frame);
        }
        known
    }

    /// Applies the rule.
    pub(super) fn choose(&self, syn: &Syn<'_>) -> Choice {
        let of_address = self.by_address.get(&syn.server).map(Vec::as_slice).unwrap_or_default();
        let any_answer = self.first_answer.get(&syn.client).is_some_and(|first| *first < syn.moment.frame);
        choose(syn, of_address, self.servers.contains(&syn.server), any_answer)
    }
}

/// Applies the rule to the answers that contain the server's address, earliest first. `resolver`: whether the server
/// answers lookups itself. `any_answer`: whether the client had any answer with an address before.
pub fn choose(syn: &Syn<'_>, answers: &[Candidate], resolver: bool, any_answer: bool) -> Choice {
    let earlier = |candidate: &&Candidate| candidate.answered.frame < syn.moment.frame;
    let own: Vec<&Candidate> = answers.iter().filter(|c| c.client == syn.client).filter(earlier).collect();
    let indices = own.iter().map(|candidate| candidate.index).collect();
    let Some(latest) = own.last() else {
        let status = if answers.iter().any(|candidate| candidate.client == syn.client) {
            PairStatus::AnsweredLater
        } else if answers.iter().any(|candidate| earlier(&candidate)) {
            PairStatus::OtherClient
        } else if resolver {
            PairStatus::Resolver
        } else if is_local(syn.server) {
            PairStatus::LocalAddress
        } else if !any_answer {
            PairStatus::BeforeLookups
        } else {
            PairStatus::NoLookup
        };
        return Choice { status, lookup: None, candidates: indices, by_server_name: false };
    };
    let good: Vec<&Candidate> = own.iter().copied().filter(|candidate| over(candidate, syn) <= 0.0).collect();
    let among = if good.is_empty() { &own } else { &good };
    let named = among.iter().rev().find(|candidate| same_name(&candidate.name, syn.server_name));
    let newest = among.last().unwrap_or(latest);
    let names: FxHashSet<String> = among.iter().map(|candidate| candidate.name.to_ascii_lowercase()).collect();
    let chosen = named.unwrap_or(newest);
    let status = if good.is_empty() {
        PairStatus::Expired { over: over(chosen, syn) }
    } else if names.len() > 1 && named.is_none() {
        PairStatus::Ambiguous { candidates: names.len() as u32 }
    } else {
        PairStatus::Paired
    };
    Choice {
        status,
        lookup: Some(chosen.index),
        candidates: indices,
        by_server_name: names.len() > 1 && named.is_some(),
    }
}

/// Seconds by which the time to live was over.
fn over(candidate: &Candidate, syn: &Syn<'_>) -> f64 {
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
