//! What is known of answers: who was given which address by which lookup, and when.

use super::Gathered;
use super::addresses::Translated;
use super::choose::Candidate;
use super::lookup::ANYONE;
use crate::index::Index;
use crate::pace::{Pace, sort, sort_few};
use crate::sharded::Sharded;
use crate::times::Times;
use smallvec::SmallVec;
use std::net::IpAddr;

/// The packet with an answer, and its lookup.
pub(super) type Answer = (u32, u32);

/// Answers that gave a client an address before a packet.
pub(super) struct Before {
    /// The latest of them, in order.
    latest: SmallVec<[Answer; 4]>,
    /// How many there were.
    pub(super) count: u32,
    /// Whether there were others afterwards.
    pub(super) later: bool,
    /// The address that they gave.
    pub(super) address: IpAddr,
}

/// Answers that the rule looks at for one connection, the latest. A host that asks for the same name for days has more, and
/// those before were over long ago.
const MOST_CANDIDATES: usize = 64;

/// What is known of answers.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Who was given which address by which lookup, in order of the answers.
    given: Sharded<(IpAddr, IpAddr), SmallVec<[Answer; 2]>>,
    /// The same of addresses that were only hinted at.
    hinted: Sharded<(IpAddr, IpAddr), Answer>,
    /// The packet with the earliest answer to anyone, by address.
    first_with: Sharded<IpAddr, u32>,
    /// The packet with the earliest answer, by client.
    first_for: Sharded<IpAddr, u32>,
    /// Who answers lookups.
    servers: Sharded<IpAddr, ()>,
    translated: Translated,
    /// By address: the one that stands for all addresses of its host, where it is another one.
    stand_ins: Sharded<IpAddr, IpAddr>,
}

impl Known {
    /// Frees it in steps.
    pub(super) async fn free(self, pace: &Pace) {
        self.given.free(pace).await;
        self.hinted.free(pace).await;
        self.first_with.free(pace).await;
        self.first_for.free(pace).await;
        self.servers.free(pace).await;
        self.stand_ins.free(pace).await;
    }

    pub(super) async fn new(gathered: &Gathered, pace: &Pace) -> Known {
        let mut known = Known { stand_ins: gathered.hosts.stand_ins(pace).await, ..Known::default() };
        let lookups = &gathered.lookups;
        // Lookups stand in the order of their questions, which is not that of their answers.
        let mut answered: Vec<Answer> = Vec::new();
        for (index, lookup) in (0..).zip(lookups.all.iter()) {
            if lookup.response != 0 {
                answered.push((lookup.response, index));
            }
            if !lookup.server.is_multicast() {
                known.servers.insert_in_steps(lookup.server, (), pace).await;
            }
            pace.spend(1).await;
        }
        sort(&mut answered, Ord::cmp, pace).await;
        for (frame, index) in answered {
            let Some(lookup) = lookups.all.get(index as usize) else { continue };
            let client = known.host(lookup.client);
            if client != ANYONE {
                known.first_for.value_in_steps(client, pace, || frame).await;
            }
            let client = if lookup.to_all { ANYONE } else { client };
            let translates = gathered.names.bytes(gathered.names.folded(lookup.name)) == b"ipv4only.arpa";
            for given in lookups.addresses(lookup) {
                let address = given.address.to_canonical();
                if translates {
                    known.translated.learn(address);
                }
                if given.hint {
                    known.hinted.value_in_steps((client, address), pace, || (frame, index)).await;
                    continue;
                }
                known.first_with.value_in_steps(address, pace, || frame).await;
                // One answer can name an address twice.
                if let Some(same) = known.given.value_in_steps((client, address), pace, SmallVec::new).await
                    && same.last().is_none_or(|(_, last)| *last != index)
                {
                    same.push((frame, index));
                }
                pace.spend(8).await;
            }
            pace.spend(4).await;
        }
        known
    }

    /// The packet with the first answer to anyone that gave the address; 0 for none.
    pub(super) fn first_with(&self, address: IpAddr) -> u32 {
        self.first_with.get(&address).copied().unwrap_or(0)
    }

    /// The packet with the first answer to a host; 0 for none.
    pub(super) fn first_for(&self, host: IpAddr) -> u32 {
        self.first_for.get(&host).copied().unwrap_or(0)
    }

    /// The answer that first hinted at an address, and its lookup.
    pub(super) fn hint(&self, host: IpAddr, address: IpAddr) -> Option<Answer> {
        self.hinted.get(&(host, address)).copied()
    }

    /// The packet with the first answer that gave the address to the client, or without one to anyone; 0 for none.
    pub(super) fn first_given(&self, client: Option<IpAddr>, address: IpAddr) -> u32 {
        let own = |client| self.given.get(&(client, address)).and_then(|given| given.first()).map(|(frame, _)| *frame);
        match client {
            Some(client) => [self.host(client), ANYONE].into_iter().filter_map(own).min(),
            None => return self.first_with(address),
        }
        .unwrap_or(0)
    }

    /// Whether a host answers lookups.
    pub(super) fn answers(&self, server: IpAddr) -> bool {
        self.servers.contains(&server)
    }

    /// The IPv4 address for which an address stands behind a translator.
    pub(super) fn inside(&self, address: IpAddr) -> Option<IpAddr> {
        self.translated.inside(address)
    }

    /// The one address by which a host is known here.
    pub(super) fn host(&self, address: IpAddr) -> IpAddr {
        let address = address.to_canonical();
        self.stand_ins.get(&address).copied().unwrap_or(address)
    }

    /// The answers that gave the client the address before the packet.
    fn before(&self, client: IpAddr, address: IpAddr, frame: u32) -> Before {
        let of = |client| self.given.get(&(client, address)).map(SmallVec::as_slice).unwrap_or_default();
        let (own, all) = (of(self.host(client)), of(ANYONE));
        let parts = [own, all].map(|given| given.split_at(given.partition_point(|(answer, _)| *answer < frame)));
        let count: usize = parts.iter().map(|(before, _)| before.len()).sum();
        let later = parts.iter().any(|(_, later)| !later.is_empty());
        let mut latest: SmallVec<[Answer; 4]> =
            parts.iter().flat_map(|(before, _)| before.iter().rev().take(MOST_CANDIDATES)).copied().collect();
        sort_few(&mut latest, Ord::cmp);
        latest.drain(..latest.len().saturating_sub(MOST_CANDIDATES));
        Before { latest, count: count as u32, later, address }
    }

    /// The same of a connection's server: IPv4 addresses inside IPv6 ones are themselves.
    pub(super) fn led_to(&self, client: IpAddr, server: IpAddr, frame: u32) -> Before {
        let address = server.to_canonical();
        let before = self.before(client, address, frame);
        let inside = self.translated.inside(address).filter(|_| before.count == 0);
        let within = inside.map(|inside| self.before(client, inside, frame));
        within.filter(|within| within.count > 0 || within.later).unwrap_or(before)
    }
}

/// The latest answers that could have led to a connection, earliest first.
pub(super) fn candidates(before: &Before, gathered: &Gathered, index: &Index) -> SmallVec<[Candidate; 4]> {
    let candidate = |(frame, number): &Answer| {
        let lookup = gathered.lookups.all.get(*number as usize)?;
        let given = gathered.lookups.addresses(lookup).iter();
        let ttl = given.filter(|given| given.address.to_canonical() == before.address).map(|given| given.ttl).max()?;
        let name = gathered.names.folded(lookup.name);
        Some(Candidate { lookup: *number, frame: *frame, time: index.rows.time(*frame), ttl, name })
    };
    before.latest.iter().filter_map(candidate).collect()
}
