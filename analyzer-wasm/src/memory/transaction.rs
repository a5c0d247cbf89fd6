//! Requests and their responses.

use crate::endpoints::Endpoints;
use crate::pace::Pace;
use crate::sharded::Sharded;
use crate::times::{Times, seconds};
use rustc_hash::FxHasher;
use smallvec::SmallVec;
use std::hash::{Hash, Hasher};

/// One side of a request and its response.
///
/// A request begins a new transaction where the last one of its key was answered, or began five seconds ago or more;
/// else it repeats that one's request. A response belongs to the last transaction of its key; where that is answered
/// already, the response repeats the first one and has neither request nor time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transaction {
    /// What both have in common: a hash of the protocol, the conversation (in either direction) and the identifier.
    pub key: u64,
    /// Whether this is the response.
    pub response: bool,
}

/// The two sides of a transaction, as far as they are known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Linked {
    /// The packet with the request.
    pub request: Option<u32>,
    /// The packet with the response; of a request, only where later packets may be known already.
    pub response: Option<u32>,
    /// Seconds from request to response.
    pub time: Option<(i64, u32)>,
    /// The earlier packet that this one repeats.
    pub repeats: Option<u32>,
    /// Whether packets after this one may be known: else a missing response means nothing.
    pub hindsight: bool,
}

/// The key of a transaction: the same for both directions of a conversation.
pub fn key(endpoints: &Endpoints, protocol: &str, id: u64) -> u64 {
    let source = (endpoints.source, endpoints.source_port);
    let destination = (endpoints.destination, endpoints.destination_port);
    let mut hasher = FxHasher::default();
    (source.min(destination), source.max(destination), protocol, id).hash(&mut hasher);
    hasher.finish()
}

/// As [`key`], for what goes between hosts: the ports of a tunnel around it are none of its own.
pub fn key_without_ports(endpoints: &Endpoints, protocol: &str, id: u64) -> u64 {
    key(&Endpoints { source_port: 0, destination_port: 0, ..*endpoints }, protocol, id)
}

/// Nanoseconds after which a request that was not answered is no longer repeated, but made anew.
const ANEW: i64 = 5_000_000_000;

/// The packets of a request and of its response; 0 for a response that was not seen.
#[derive(Debug, Clone, Copy)]
struct TransactionFrames {
    request: u32,
    response: u32,
}

/// All transactions, by their keys.
#[derive(Debug, Default)]
pub(super) struct Transactions {
    // Most have one entry, or a few that fit where a `Vec` would keep its address.
    by_key: Sharded<u64, SmallVec<[TransactionFrames; 2]>>,
}

/// Who asks: a packet at its time.
#[derive(Clone, Copy)]
pub(super) struct Asker<'a> {
    pub(super) frame: u32,
    pub(super) now: i64,
    pub(super) times: &'a dyn Times,
    pub(super) hindsight: bool,
}

impl Transactions {
    /// Frees them in steps.
    pub(super) async fn free(self, pace: &Pace) {
        self.by_key.free(pace).await;
    }

    /// Takes note of a request or a response.
    pub(super) fn learn(&mut self, part: Transaction, asker: Asker<'_>) {
        let Some(exchanges) = self.by_key.value(part.key, SmallVec::new) else { return };
        let Asker { frame, now, times, .. } = asker;
        if part.response {
            if let Some(last) = exchanges.last_mut().filter(|last| last.response == 0) {
                last.response = frame;
            }
        } else {
            let repeats = exchanges
                .last()
                .is_some_and(|last| last.response == 0 && now.saturating_sub(times.time(last.request)) < ANEW);
            if !repeats {
                exchanges.push(TransactionFrames { request: frame, response: 0 });
            }
        }
    }

    /// The transaction to which a packet belongs: the last one that did not begin after it.
    pub(super) fn recall(&self, part: Transaction, asker: Asker<'_>) -> Linked {
        let Asker { frame, now, times, hindsight } = asker;
        let mut linked = Linked { hindsight, ..Linked::default() };
        let exchanges = self.by_key.get(&part.key).map(SmallVec::as_slice).unwrap_or_default();
        let known = exchanges.partition_point(|exchange| exchange.request <= frame);
        let Some(exchange) = known.checked_sub(1).and_then(|last| exchanges.get(last)) else { return linked };
        let TransactionFrames { request, response } = *exchange;
        if part.response && response != frame {
            linked.repeats = (response != 0 && response < frame).then_some(response);
            return linked;
        }
        linked.request = Some(request);
        if part.response {
            linked.response = Some(frame);
            linked.time = Some(seconds(now - times.time(request)));
        } else {
            linked.repeats = (request != frame).then_some(request);
            if hindsight && response != 0 {
                linked.response = Some(response);
                linked.time = Some(seconds(times.time(response) - times.time(request)));
            }
        }
        linked
    }
}
