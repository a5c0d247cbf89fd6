//! The pairs: the rule applied to every connection, once the capture was read.

use super::addresses::{Called, answers_secretly, called, is_local};
use super::beginning::Refusal;
use super::choose::{Attempt, Candidate, Otherwise, choose};
use super::known::{Before, Known, candidates};
use super::names::NameId;
use super::observed::ServerName;
use super::visits::{self, Visit};
use super::whole::Whole;
use super::{Gathered, Owner};
use crate::endpoints::Endpoints;
use crate::index::Index;
use crate::message::{PairStatus, Race};
use crate::pace::{Pace, at_once, sort};
use crate::sharded::Sharded;
use crate::streams::Course;
use crate::times::Times;
use smallvec::SmallVec;
use std::net::IpAddr;

/// What the rule says of all connections of a capture.
#[derive(Debug, Default)]
pub struct Pairing {
    /// In order of their beginnings.
    pub(super) connections: Vec<Paired>,
    /// In order of their first packets.
    pub(super) visits: Vec<Visit>,
    /// By lookup: its visit.
    pub(super) visit_of: Vec<u32>,
    /// By lookup that was cut short: the lookup that asked again over TCP.
    pub(super) retries: Sharded<u32, u32>,
    /// By lookup over TCP: the one that had been cut short.
    pub(super) retried: Sharded<u32, u32>,
    /// By lookup: its connections are those of [`Pairing::led`] from here on.
    led_from: Vec<u32>,
    led: Vec<u32>,
    /// The parts of pairs by their packets, in order.
    parts: Vec<(u32, PairPart)>,
    /// How many packets those are.
    packets: u32,
    /// By number of the TCP stream: the connection.
    of_tcp: Vec<u32>,
    /// By number of the UDP conversation: the connection.
    of_udp: Vec<u32>,
    /// By host: its first connection to a resolver for encrypted lookups.
    secretive: Sharded<IpAddr, u32>,
    pub(super) known: Known,
    pub(super) whole: Whole,
}

/// Stands for a stream or a conversation that is no connection.
const NO_CONNECTION: u32 = u32::MAX;

/// A part of a pair that stands in a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum PairPart {
    /// The question of a lookup, or its answer.
    Lookup(u32),
    /// The beginning of a connection.
    Connection(u32),
}

/// A connection with the lookup that led to it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paired {
    pub(super) owner: Owner,
    /// Its first packet: the first SYN, where one was seen.
    pub(super) begin: u32,
    pub(super) is_quic: bool,
    /// Whether it began before the capture: its SYN, or its Initial packet of QUIC, is not there.
    pub(super) begun_before: bool,
    pub(super) status: PairStatus,
    pub(super) lookup: Option<u32>,
    /// How many answers could have led here.
    pub(super) candidates: u32,
    pub(super) race: Option<Race>,
}

/// What is known of a connection besides its pair.
#[derive(Debug, Clone, Copy)]
pub(super) struct ConnectionFacts<'a> {
    pub(super) course: &'a Course,
    /// From the client's side.
    pub(super) ends: Endpoints,
    pub(super) server_name: Option<ServerName>,
    pub(super) refusal: Option<Refusal>,
}

impl ConnectionFacts<'_> {
    /// What the client called the server, where it did.
    pub(super) fn named(&self) -> Option<ServerName> {
        self.server_name.filter(|server| server.name.is_some())
    }
}

impl Pairing {
    /// Applies the rule to every connection of a capture that was read.
    pub fn new(gathered: &Gathered, index: &Index) -> Pairing {
        at_once(async |pace| Pairing::made(gathered, index, pace).await)
    }

    /// The same, in steps.
    pub async fn made(gathered: &Gathered, index: &Index, pace: &Pace) -> Pairing {
        let mut pairing = Pairing { known: Known::new(gathered, pace).await, ..Pairing::default() };
        pairing.gather_connections(gathered, index, pace).await;
        pairing.choose_all(gathered, index, pace).await;
        pairing.lead(gathered, pace).await;
        visits::retries(gathered, &mut pairing, pace).await;
        visits::visits(gathered, index, &mut pairing, pace).await;
        visits::race(&mut pairing, gathered, index, pace).await;
        pairing.index_parts(gathered, pace).await;
        pairing.whole = Whole::of(gathered, index, &pairing, pace).await;
        pairing
    }

    /// Frees them in steps.
    pub(crate) async fn free(self, pace: &Pace) {
        let Pairing { connections, visits, visit_of, led_from, led, parts, of_tcp, of_udp, secretive, known, .. } =
            self;
        drop(connections);
        pace.pause().await;
        drop((visits, visit_of));
        pace.pause().await;
        drop((led_from, led, parts));
        pace.pause().await;
        drop((of_tcp, of_udp));
        secretive.free(pace).await;
        known.free(pace).await;
    }

    async fn gather_connections(&mut self, gathered: &Gathered, index: &Index, pace: &Pace) {
        let stack = |frame: u32| index.rows.get(frame).and_then(|row| index.stack_of(row)).unwrap_or_default();
        let named = |frame: u32, names: &[&str]| {
            stack(frame).iter().any(|layer| names.contains(&index.tables.protocols().get(layer.protocol()).name))
        };
        let paired = |owner: Owner, begin: u32, is_quic: bool, begun_before: bool| Paired {
            owner,
            begin,
            is_quic,
            begun_before,
            status: PairStatus::UsedDirectly,
            lookup: None,
            candidates: 0,
            race: None,
        };
        let (mut streams, mut conversations) = (0, 0);
        for (number, course) in (0..).zip(index.facts.tcp()) {
            streams += 1;
            if course.first != 0 {
                let begin = if course.syn == 0 { course.first } else { course.syn };
                self.connections.push(paired(Owner::Tcp(number), begin, false, course.syn == 0));
            }
            pace.spend(1).await;
        }
        for (number, course) in (0..).zip(index.facts.udp()) {
            conversations += 1;
            pace.spend(2).await;
            if course.first == 0 || named(course.first, &["dns", "mdns", "llmnr"]) {
                continue;
            }
            let goes_on = gathered.going_on.contains(&number);
            let is_quic = goes_on || named(course.first, &["quic"]);
            // The server's first packet answers a client's.
            let side = index.rows.get(course.first).map_or(0, |row| row.flow % 2);
            let begun_before = goes_on || is_quic && side != u32::from(course.client);
            self.connections.push(paired(Owner::Udp(number), course.first, is_quic, begun_before));
        }
        sort(&mut self.connections, |one, other| one.begin.cmp(&other.begin), pace).await;
        (self.of_tcp, self.of_udp) = (vec![NO_CONNECTION; streams], vec![NO_CONNECTION; conversations]);
        for (index, paired) in (0..).zip(&self.connections) {
            let place = match paired.owner {
                Owner::Tcp(number) => self.of_tcp.get_mut(number as usize),
                Owner::Udp(number) => self.of_udp.get_mut(number as usize),
            };
            if let Some(place) = place {
                *place = index;
            }
            pace.spend(1).await;
        }
    }

    async fn choose_all(&mut self, gathered: &Gathered, index: &Index, pace: &Pace) {
        let Pairing { connections, known, secretive, .. } = self;
        for connection in connections {
            let facts = facts_of(connection.owner, gathered, index);
            let before = known.led_to(facts.ends.source, facts.ends.destination, connection.begin);
            let candidates = candidates(&before, gathered, index);
            let (client, server) = (known.host(facts.ends.source), facts.ends.destination);
            let name = facts.server_name.map_or(NameId::NONE, |server| gathered.names.folded(server.name));
            let called = facts.named().and_then(|named| called(gathered, named, server));
            let is_encrypted_resolver = answers_secretly(&facts, gathered);
            let attempt = Attempt { time: index.rows.time(connection.begin), server_name: name };
            let choice = choose(attempt, &candidates, || {
                let Before { later: answered_later, address, .. } = before;
                let before = |first: u32| (1..connection.begin).contains(&first);
                Otherwise {
                    answered_later,
                    to_other_client: before(known.first_with(address)),
                    is_resolver: known.answers(server) || facts.ends.destination_port == 53,
                    is_encrypted_resolver,
                    hint: known.hint(client, address).filter(|(frame, _)| before(*frame)).map(|(_, lookup)| lookup),
                    is_local: is_local(address) || gathered.hosts.is_for_all(server),
                    called_by_address: called == Some(Called::ByAddress),
                    encrypted_before: before(secretive.get(&client).copied().unwrap_or(0)),
                    begun_before: connection.begun_before,
                    answered_before: before(known.first_for(client)),
                    called_by_name: called == Some(Called::ByName),
                }
            });
            if is_encrypted_resolver {
                secretive.value_in_steps(client, pace, || connection.begin).await;
            }
            connection.status = choice.status;
            connection.lookup = choice.lookup;
            connection.candidates = before.count;
            pace.spend(12 + candidates.len() as u32 * 2).await;
        }
    }

    /// The latest answers that could have led to a connection, earliest first.
    pub(super) fn candidates(&self, paired: &Paired, gathered: &Gathered, index: &Index) -> SmallVec<[Candidate; 4]> {
        candidates(&self.before(paired, &facts_of(paired.owner, gathered, index).ends), gathered, index)
    }

    /// The address as which a connection's server was looked up, where it is another one.
    pub(super) fn looked_up_as(&self, paired: &Paired, ends: &Endpoints) -> Option<IpAddr> {
        Some(self.before(paired, ends).address).filter(|address| *address != ends.destination)
    }

    fn before(&self, paired: &Paired, ends: &Endpoints) -> Before {
        self.known.led_to(ends.source, ends.destination, paired.begin)
    }

    /// Sorts connections by the lookups that led to them.
    async fn lead(&mut self, gathered: &Gathered, pace: &Pace) {
        let mut led: Vec<(u32, u32)> = Vec::new();
        for (index, paired) in (0..).zip(&self.connections) {
            led.extend(paired.lookup.map(|lookup| (lookup, index)));
            pace.spend(1).await;
        }
        sort(&mut led, Ord::cmp, pace).await;
        let mut sorted = led.iter().peekable();
        for lookup in 0..=gathered.lookups.all.len() as u32 {
            while let Some((_, connection)) = sorted.next_if(|(of, _)| *of < lookup) {
                self.led.push(*connection);
                pace.spend(1).await;
            }
            self.led_from.push(self.led.len() as u32);
            pace.spend(1).await;
        }
    }

    /// The connections that a lookup led to, in order of their beginnings.
    pub(super) fn led_to(&self, lookup: u32) -> &[u32] {
        let from = |lookup: u32| self.led_from.get(lookup as usize).map_or(0, |from| *from as usize);
        self.led.get(from(lookup)..from(lookup + 1)).unwrap_or_default()
    }

    async fn index_parts(&mut self, gathered: &Gathered, pace: &Pace) {
        for (index, paired) in (0..).zip(&self.connections) {
            self.parts.push((paired.begin, PairPart::Connection(index)));
            pace.spend(1).await;
        }
        for (index, lookup) in (0..).zip(gathered.lookups.all.iter()) {
            let packets = [lookup.query, lookup.response].into_iter().filter(|frame| *frame != 0);
            self.parts.extend(packets.map(|frame| (frame, PairPart::Lookup(index))));
            pace.spend(1).await;
        }
        sort(&mut self.parts, Ord::cmp, pace).await;
        let mut last = 0;
        for (frame, _) in &self.parts {
            self.packets += u32::from(*frame != last);
            last = *frame;
            pace.spend(1).await;
        }
    }

    /// The parts of pairs that stand in a packet.
    pub(super) fn parts_of(&self, frame: u32) -> &[(u32, PairPart)] {
        let start = self.parts.partition_point(|(of, _)| *of < frame);
        let end = self.parts.partition_point(|(of, _)| *of <= frame);
        self.parts.get(start..end).unwrap_or_default()
    }

    /// Number of packets in which a part of a pair stands.
    pub(super) fn packets(&self) -> u32 {
        self.packets
    }

    /// The first connection of a host to a resolver for encrypted lookups; 0 for none.
    pub(super) fn asked_secretly(&self, host: IpAddr) -> u32 {
        self.secretive.get(&host).copied().unwrap_or(0)
    }

    /// The connection that a stream or a conversation is.
    pub(super) fn of_owner(&self, owner: Owner) -> Option<&Paired> {
        let connection = match owner {
            Owner::Tcp(number) => self.of_tcp.get(number as usize)?,
            Owner::Udp(number) => self.of_udp.get(number as usize)?,
        };
        self.connections.get(*connection as usize)
    }
}

/// What is known of a connection besides its pair.
pub(super) fn facts_of<'a>(owner: Owner, gathered: &Gathered, index: &'a Index) -> ConnectionFacts<'a> {
    static NOTHING: Course = Course::NOTHING;
    let course = match owner {
        Owner::Tcp(number) => index.facts.tcp_course(number),
        Owner::Udp(number) => index.facts.udp_course(number),
    };
    let course = course.unwrap_or(&NOTHING);
    let ends = index.conversations.get(course.conversation).map_or(Endpoints::NONE, |(ends, _)| *ends);
    ConnectionFacts {
        course,
        ends: if course.client == 0 { ends } else { ends.reversed() },
        server_name: gathered
            .servers
            .find(&owner)
            .and_then(|number| gathered.servers.get(number))
            .map(|(_, server)| *server),
        refusal: gathered.refusals.get(&owner).copied(),
    }
}
