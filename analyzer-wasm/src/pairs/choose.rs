//! The rule: which lookup led to a connection, or why none did.
//!
//! Candidates are the answers to the same client that contain the address and came before the connection. The latest that
//! is still good wins, else the latest that is no longer. Where answers for several names are still good, the name of the
//! server that the client sent decides between them; without one the choice is ambiguous. Otherwise that name is only a
//! check: it never replaces what was looked up.

use super::names::NameId;
use crate::message::PairStatus;
use crate::pace::sort_few;

/// An attempt to connect.
#[derive(Debug, Clone, Copy)]
pub(super) struct Attempt {
    /// When, in nanoseconds.
    pub(super) time: i64,
    /// The server's name that the client sent afterwards, folded.
    pub(super) server_name: NameId,
}

/// An answer to the client that contains the address, and came before the attempt.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Candidate {
    /// Which lookup.
    pub(super) lookup: u32,
    /// The packet with the answer.
    pub(super) frame: u32,
    /// When it came, in nanoseconds.
    pub(super) time: i64,
    /// Seconds for which the address is good.
    pub(super) ttl: u32,
    /// The name that was asked for, folded.
    pub(super) name: NameId,
}

/// What is known where there is no candidate.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Otherwise {
    /// The client was given the address after the attempt.
    pub(super) answered_later: bool,
    /// Another client was given the address before.
    pub(super) to_other_client: bool,
    /// The server answers lookups.
    pub(super) is_resolver: bool,
    /// The server answers encrypted lookups.
    pub(super) is_encrypted_resolver: bool,
    /// A lookup before whose answer only hints at the address.
    pub(super) hint: Option<u32>,
    /// The address is private, of the link, multicast or broadcast.
    pub(super) is_local: bool,
    /// The client called the server by its address.
    pub(super) called_by_address: bool,
    /// The client had connected to an encrypted resolver before.
    pub(super) encrypted_before: bool,
    /// The connection itself began before the capture.
    pub(super) begun_before: bool,
    /// The client was answered something before.
    pub(super) answered_before: bool,
    /// The client called the server by a name.
    pub(super) called_by_name: bool,
}

/// What the rule says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Choice {
    /// What is known.
    pub(super) status: PairStatus,
    /// The chosen lookup.
    pub(super) lookup: Option<u32>,
}

/// Seconds that an answer may be used longer: clients count whole seconds, and from when the answer reached them.
const GRACE: f64 = 1.0;

/// Applies the rule to the candidates, earliest answer first.
pub(super) fn choose(attempt: Attempt, candidates: &[Candidate], otherwise: impl FnOnce() -> Otherwise) -> Choice {
    let Some(latest) = candidates.last() else { return without(&otherwise()) };
    let is_good = |candidate: &&Candidate| over(candidate, attempt) <= GRACE;
    let latest_good = candidates.iter().rev().find(is_good);
    let among = || candidates.iter().filter(|candidate| latest_good.is_none() || is_good(candidate));
    let named = among().rev().find(|candidate| candidate.name == attempt.server_name);
    let chosen = named.or(latest_good).unwrap_or(latest);
    let others = among().any(|candidate| candidate.name != chosen.name);
    let status = match (latest_good, named) {
        (None, _) => PairStatus::Expired { over: over(chosen, attempt) },
        (Some(_), _) if !others => PairStatus::Paired,
        (Some(_), Some(_)) => PairStatus::PairedByName,
        (Some(_), None) => PairStatus::Ambiguous { candidates: count_names(among()) },
    };
    Choice { status, lookup: Some(chosen.lookup) }
}

/// Why there is no candidate: the first reason that holds.
fn without(known: &Otherwise) -> Choice {
    // Answers that are in the capture say nothing of what began before it.
    let begun = !known.begun_before;
    let status = if known.answered_later && begun {
        PairStatus::AnsweredLater
    } else if known.to_other_client && begun {
        PairStatus::OtherClient
    } else if known.is_resolver {
        PairStatus::Resolver
    } else if known.is_encrypted_resolver {
        PairStatus::EncryptedDns
    } else if known.hint.is_some() {
        PairStatus::HttpsHint
    } else if known.is_local {
        PairStatus::LocalAddress
    } else if known.called_by_address {
        PairStatus::UsedDirectly
    } else if known.encrypted_before {
        PairStatus::EncryptedDns
    } else if known.begun_before || !known.answered_before || known.called_by_name {
        PairStatus::CaptureBeganLater
    } else {
        PairStatus::UsedDirectly
    };
    Choice { status, lookup: known.hint.filter(|_| status == PairStatus::HttpsHint) }
}

/// Seconds by which the time to live of an answer was over.
fn over(candidate: &Candidate, attempt: Attempt) -> f64 {
    attempt.time.saturating_sub(candidate.time) as f64 / 1e9 - f64::from(candidate.ttl)
}

fn count_names<'c>(candidates: impl Iterator<Item = &'c Candidate>) -> u32 {
    let mut names: Vec<NameId> = candidates.map(|candidate| candidate.name).collect();
    sort_few(&mut names, Ord::cmp);
    names.dedup();
    names.len() as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pairs::names::Names;

    /// Answers as seconds, TTL and name; when the client connects, and what it calls the server; the status, and which
    /// answer is chosen.
    type Case = (&'static [(i64, u32, &'static str)], i64, &'static str, PairStatus, usize);

    const CASES: &[Case] = &[
        (&[(0, 60, "a")], 1, "", PairStatus::Paired, 0),
        (&[(0, 60, "a")], 61, "", PairStatus::Paired, 0),
        (&[(0, 60, "a")], 62, "", PairStatus::Expired { over: 2.0 }, 0),
        // A zero is good for the second in which it came.
        (&[(0, 0, "a")], 1, "", PairStatus::Paired, 0),
        (&[(0, 60, "a"), (5, 60, "a")], 6, "", PairStatus::Paired, 1),
        // What is good goes before what is later.
        (&[(0, 60, "a"), (5, 1, "b")], 20, "", PairStatus::Paired, 0),
        (&[(0, 1, "a"), (5, 2, "b")], 20, "", PairStatus::Expired { over: 13.0 }, 1),
        (&[(0, 60, "a"), (5, 60, "b")], 6, "", PairStatus::Ambiguous { candidates: 2 }, 1),
        (&[(0, 60, "a"), (1, 60, "b"), (2, 60, "a"), (3, 60, "c")], 6, "", PairStatus::Ambiguous { candidates: 3 }, 3),
        (&[(0, 60, "a"), (5, 60, "b")], 6, "a", PairStatus::PairedByName, 0),
        (&[(0, 60, "a"), (1, 60, "a"), (5, 60, "b")], 6, "a", PairStatus::PairedByName, 1),
        // A server's name is no lookup: it decides between answers, and never replaces one.
        (&[(0, 60, "a"), (5, 60, "b")], 6, "c", PairStatus::Ambiguous { candidates: 2 }, 1),
        (&[(0, 60, "a")], 6, "c", PairStatus::Paired, 0),
        // Of what is over, the server's name decides too, but not between that and what is good.
        (&[(0, 1, "a"), (5, 2, "b")], 20, "a", PairStatus::Expired { over: 19.0 }, 0),
        (&[(0, 1, "a"), (5, 60, "b")], 20, "a", PairStatus::Paired, 1),
    ];

    #[test]
    fn the_rule_chooses_among_answers() {
        let mut names = Names::default();
        for (answers, connects, server_name, status, chosen) in CASES {
            let candidates: Vec<Candidate> = (0..)
                .zip(*answers)
                .map(|(lookup, (answered, ttl, name))| Candidate {
                    lookup,
                    frame: lookup + 1,
                    time: answered * 1_000_000_000,
                    ttl: *ttl,
                    name: names.number(name.as_bytes()),
                })
                .collect();
            let attempt = Attempt { time: connects * 1_000_000_000, server_name: names.number(server_name.as_bytes()) };
            let choice = choose(attempt, &candidates, || unreachable!("there are candidates"));
            let expected = Choice { status: *status, lookup: Some(*chosen as u32) };
            assert_eq!(choice, expected, "{answers:?} at {connects} as {server_name:?}");
        }
    }

    #[test]
    fn without_an_answer_the_first_reason_counts() {
        let attempt = Attempt { time: 0, server_name: NameId::NONE };
        let nothing = Otherwise { answered_before: true, ..Otherwise::default() };
        let cases = [
            (nothing, PairStatus::UsedDirectly),
            (Otherwise { answered_before: false, ..nothing }, PairStatus::CaptureBeganLater),
            (Otherwise { called_by_name: true, ..nothing }, PairStatus::CaptureBeganLater),
            (Otherwise { encrypted_before: true, called_by_name: true, ..nothing }, PairStatus::EncryptedDns),
            (Otherwise { called_by_address: true, encrypted_before: true, ..nothing }, PairStatus::UsedDirectly),
            (Otherwise { is_local: true, answered_before: false, ..nothing }, PairStatus::LocalAddress),
            (Otherwise { hint: Some(7), is_local: true, ..nothing }, PairStatus::HttpsHint),
            (Otherwise { is_encrypted_resolver: true, ..nothing }, PairStatus::EncryptedDns),
            (Otherwise { is_resolver: true, is_local: true, ..nothing }, PairStatus::Resolver),
            (Otherwise { to_other_client: true, is_resolver: true, ..nothing }, PairStatus::OtherClient),
            (Otherwise { answered_later: true, to_other_client: true, ..nothing }, PairStatus::AnsweredLater),
            (Otherwise { answered_later: true, begun_before: true, ..nothing }, PairStatus::CaptureBeganLater),
        ];
        for (otherwise, status) in cases {
            let choice = choose(attempt, &[], || otherwise);
            let lookup = (status == PairStatus::HttpsHint).then_some(7);
            assert_eq!(choice, Choice { status, lookup }, "{otherwise:?}");
        }
    }
}
