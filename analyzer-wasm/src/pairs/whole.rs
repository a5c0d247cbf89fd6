//! The pairs of a capture as a whole: how many there are of each status, and the clients.

use super::Gathered;
use super::description::is_paired;
use super::pairing::{Pairing, facts_of};
use crate::index::Index;
use crate::message::{PairClient, PairStatus};
use crate::pace::{Foremost, Pace};
use crate::sharded::Sharded;
use std::cmp::Reverse;
use std::net::IpAddr;

/// Clients of one reply at the most.
const MOST_CLIENTS: usize = 100;

/// Counts over a capture.
#[derive(Debug, Default)]
pub(super) struct Whole {
    /// Every status that connections have, with their number.
    pub(super) statuses: Vec<(PairStatus, u32)>,
    /// The clients with the most lookups and connections, the busiest first.
    pub(super) clients: Vec<PairClient>,
    /// Connections that a lookup led to.
    pub(super) paired: u32,
}

impl Whole {
    /// Counts.
    pub(super) async fn of(gathered: &Gathered, index: &Index, pairing: &Pairing, pace: &Pace) -> Whole {
        let mut whole = Whole::default();
        let mut counts: Sharded<IpAddr, [u32; 2]> = Sharded::default();
        for lookup in gathered.lookups.all.iter() {
            if !lookup.client.is_unspecified() {
                let client = pairing.known.host(lookup.client);
                if let Some([lookups, _]) = counts.value_in_steps(client, pace, Default::default).await {
                    *lookups += 1;
                }
            }
            pace.spend(2).await;
        }
        for paired in &pairing.connections {
            let client = pairing.known.host(facts_of(paired.owner, gathered, index).ends.source);
            if let Some([_, connections]) = counts.value_in_steps(client, pace, Default::default).await {
                *connections += 1;
            }
            let number = paired.status.number();
            match whole.statuses.binary_search_by_key(&number, |(status, _)| status.number()) {
                Ok(known) => {
                    if let Some((_, count)) = whole.statuses.get_mut(known) {
                        *count += 1;
                    }
                }
                Err(place) => whole.statuses.insert(place, (paired.status, 1)),
            }
            whole.paired += u32::from(is_paired(paired.status));
            pace.spend(4).await;
        }
        let mut clients = Foremost::new(MOST_CLIENTS);
        for (address, [lookups, connections]) in counts.iter() {
            clients.push((Reverse(lookups + connections), *address, [*lookups, *connections]));
            pace.spend(1).await;
        }
        let client = |(_, address, [lookups, connections]): (Reverse<u32>, IpAddr, [u32; 2])| PairClient {
            address: address.to_string(),
            lookups,
            connections,
        };
        whole.clients = clients.sorted().into_iter().map(client).collect();
        whole
    }
}
