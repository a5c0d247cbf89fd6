//! The pairs: the rule applied to every connection, once the capture was read.

use super::addresses::{Called, Translated, answers_secretly, called, is_local};
use super::beginning::Refusal;
use super::choose::{Attempt, Candidate, Otherwise, choose};
use super::heard::ServerName;
use super::lines::Ordered;
use super::lookup::{ANYONE, Lookup};
use super::names::NameId;
use super::visits::{self, Visit};
use super::{Gathered, Owner};
use crate::dissect::Endpoints;
use crate::index::Index;
use crate::message::{PairClient, PairStatus, Race};
use crate::streams::{Course, Times};
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;
use std::cell::{OnceCell, RefCell};
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
    pub(super) retries: FxHashMap<u32, u32>,
    /// By lookup: its connections are those of [`Pairing::led`] from here on.
    led_from: Vec<u32>,
    led: Vec<u32>,
    /// Packets that tell of a pair, in their order.
    told: Vec<(u32, Teller)>,
    /// By owner: the connection.
    owners: FxHashMap<Owner, u32>,
    pub(super) known: Known,
    /// What the page is told of the capture as a whole, once it asks.
    pub(super) whole: OnceCell<Whole>,
    /// The lines that the page was told last, as it scrolls through them.
    pub(super) ordered: RefCell<Option<Ordered>>,
}

/// Counts over a capture.
#[derive(Debug)]
pub(super) struct Whole {
    pub(super) statuses: Vec<(PairStatus, u32)>,
    pub(super) clients: Vec<PairClient>,
}

/// Which packet of a pair it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Teller {
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

/// All that a connection tells of itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told<'a> {
    pub(super) course: &'a Course,
    /// From the client's side.
    pub(super) ends: Endpoints,
    pub(super) server_name: Option<ServerName>,
    pub(super) refusal: Option<Refusal>,
}

impl Told<'_> {
    /// What the client called the server, where it did.
    pub(super) fn named(&self) -> Option<ServerName> {
        self.server_name.filter(|server| server.name.is_some())
    }
}

/// The packet with an answer, and its lookup.
type Answer = (u32, u32);

/// Answers that gave a client an address before a packet.
struct Before {
    /// The latest of them, in order.
    latest: SmallVec<[Answer; 4]>,
    /// How many there were.
    count: u32,
    /// Whether there were others afterwards.
    later: bool,
    /// The address that they gave.
    address: IpAddr,
}

/// Answers that the rule looks at for one connection, the latest. A host that asks for the same name for days has more, and
/// those before were over long ago.
const MOST_CANDIDATES: usize = 64;

/// What is known of answers.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Who was given which address by which lookup, in order of the answers.
    given: FxHashMap<(IpAddr, IpAddr), SmallVec<[Answer; 2]>>,
    /// The same of addresses that were only hinted at.
    hinted: FxHashMap<(IpAddr, IpAddr), Answer>,
    /// The packet with the earliest answer to anyone, by address.
    first_with: FxHashMap<IpAddr, u32>,
    /// The packet with the earliest answer, by client.
    first_for: FxHashMap<IpAddr, u32>,
    /// Who answers lookups.
    servers: FxHashSet<IpAddr>,
    translated: Translated,
    /// By address: the one that stands for all addresses of its host, where it is another one.
    stand_ins: FxHashMap<IpAddr, IpAddr>,
}

impl Known {
    fn new(gathered: &Gathered) -> Known {
        let mut known = Known { stand_ins: gathered.hosts.stand_ins(), ..Known::default() };
        let lookups = &gathered.lookups;
        // Lookups stand in the order of their questions, which is not that of their answers.
        let mut answered: Vec<(u32, u32)> =
            (0..).zip(&lookups.all).filter(|(_, l)| l.response != 0).map(|(index, l)| (l.response, index)).collect();
        answered.sort_unstable();
        for lookup in &lookups.all {
            if !lookup.server.is_multicast() {
                known.servers.insert(lookup.server);
            }
        }
        for (frame, index) in answered {
            let Some(lookup) = lookups.all.get(index as usize) else { continue };
            let client = known.host(lookup.client);
            if client != ANYONE {
                known.first_for.entry(client).or_insert(frame);
            }
            let client = if lookup.to_all { ANYONE } else { client };
            let translates = gathered.names.bytes(gathered.names.folded(lookup.name)) == b"ipv4only.arpa";
            for given in lookups.addresses(lookup) {
                let address = given.address.to_canonical();
                if translates {
                    known.translated.learn(address);
                }
                if given.hint {
                    known.hinted.entry((client, address)).or_insert((frame, index));
                    continue;
                }
                known.first_with.entry(address).or_insert(frame);
                let same = known.given.entry((client, address)).or_default();
                // One answer can name an address twice.
                if same.last().is_none_or(|(_, last)| *last != index) {
                    same.push((frame, index));
                }
            }
        }
        known
    }

    /// The packet with the first answer that gave the address to the client, or without one to anyone; 0 for none.
    pub(super) fn first_given(&self, client: Option<IpAddr>, address: IpAddr) -> u32 {
        let own = |client| self.given.get(&(client, address)).and_then(|given| given.first()).map(|(frame, _)| *frame);
        match client {
            Some(client) => [self.host(client), ANYONE].into_iter().filter_map(own).min(),
            None => self.first_with.get(&address).copied(),
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
        latest.sort_unstable();
        latest.drain(..latest.len().saturating_sub(MOST_CANDIDATES));
        Before { latest, count: count as u32, later, address }
    }

    /// The same of a connection's server: IPv4 addresses inside IPv6 ones are themselves.
    fn led_to(&self, client: IpAddr, server: IpAddr, frame: u32) -> Before {
        let address = server.to_canonical();
        let before = self.before(client, address, frame);
        let inside = self.translated.inside(address).filter(|_| before.count == 0);
        let within = inside.map(|inside| self.before(client, inside, frame));
        within.filter(|within| within.count > 0 || within.later).unwrap_or(before)
    }
}

impl Pairing {
    /// Applies the rule to every connection of a capture that was read.
    pub fn new(gathered: &Gathered, index: &Index) -> Pairing {
        let mut pairing = Pairing { known: Known::new(gathered), ..Pairing::default() };
        pairing.take_connections(gathered, index);
        pairing.choose_all(gathered, index);
        pairing.lead(gathered);
        pairing.retries = visits::retries(gathered);
        (pairing.visits, pairing.visit_of) = visits::visits(gathered, index, &pairing);
        visits::race(&mut pairing, gathered, index);
        pairing.tell(gathered);
        pairing
    }

    fn take_connections(&mut self, gathered: &Gathered, index: &Index) {
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
        let tcp = (0..).zip(index.facts.tcp()).filter(|(_, course)| course.first != 0);
        self.connections.extend(tcp.map(|(number, course)| {
            let begin = if course.syn == 0 { course.first } else { course.syn };
            paired(Owner::Tcp(number), begin, false, course.syn == 0)
        }));
        let udp = (0..).zip(index.facts.udp()).filter(|(_, course)| course.first != 0);
        self.connections.extend(udp.filter_map(|(number, course)| {
            let is_lookup = named(course.first, &["dns", "mdns", "llmnr"]);
            let goes_on = gathered.going_on.contains(&number);
            let is_quic = goes_on || named(course.first, &["quic"]);
            // The server's first packet answers a client's.
            let side = index.rows.get(course.first).map_or(0, |row| row.flow % 2);
            let begun_before = goes_on || is_quic && side != u32::from(course.client);
            (!is_lookup).then(|| paired(Owner::Udp(number), course.first, is_quic, begun_before))
        }));
        self.connections.sort_by_key(|connection| connection.begin);
        self.owners = (0..).zip(&self.connections).map(|(index, paired)| (paired.owner, index)).collect();
    }

    fn choose_all(&mut self, gathered: &Gathered, index: &Index) {
        let mut encrypted: FxHashMap<IpAddr, u32> = FxHashMap::default();
        let mut connections = std::mem::take(&mut self.connections);
        for connection in &mut connections {
            let told = told(connection.owner, gathered, index);
            let before = self.known.led_to(told.ends.source, told.ends.destination, connection.begin);
            let candidates = candidates(&before, gathered, index);
            let (client, server) = (self.known.host(told.ends.source), told.ends.destination);
            let name = told.server_name.map_or(NameId::NONE, |server| gathered.names.folded(server.name));
            let called = told.named().and_then(|named| called(gathered, named, server));
            let is_encrypted_resolver = answers_secretly(&told, gathered);
            let attempt = Attempt { time: index.rows.time(connection.begin), server_name: name };
            let choice = choose(attempt, &candidates, || {
                let Before { later: answered_later, address, .. } = before;
                let before = |first: Option<&u32>| first.is_some_and(|first| *first < connection.begin);
                let hint = |client| self.known.hinted.get(&(client, address)).copied();
                Otherwise {
                    answered_later,
                    to_other_client: before(self.known.first_with.get(&address)),
                    is_resolver: self.known.answers(server) || told.ends.destination_port == 53,
                    is_encrypted_resolver,
                    hint: hint(client).filter(|(frame, _)| before(Some(frame))).map(|(_, lookup)| lookup),
                    is_local: is_local(address) || gathered.hosts.is_for_all(server),
                    called_by_address: called == Some(Called::ByAddress),
                    encrypted_before: before(encrypted.get(&client)),
                    begun_before: connection.begun_before,
                    answered_before: before(self.known.first_for.get(&client)),
                    called_by_name: called == Some(Called::ByName),
                }
            });
            if is_encrypted_resolver {
                encrypted.entry(client).or_insert(connection.begin);
            }
            connection.status = choice.status;
            connection.lookup = choice.lookup;
            connection.candidates = before.count;
        }
        self.connections = connections;
    }

    /// The latest answers that could have led to a connection, earliest first.
    pub(super) fn candidates(&self, paired: &Paired, gathered: &Gathered, index: &Index) -> SmallVec<[Candidate; 4]> {
        candidates(&self.before(paired, &told(paired.owner, gathered, index).ends), gathered, index)
    }

    /// The address as which a connection's server was looked up, where it is another one.
    pub(super) fn looked_up_as(&self, paired: &Paired, ends: &Endpoints) -> Option<IpAddr> {
        Some(self.before(paired, ends).address).filter(|address| *address != ends.destination)
    }

    fn before(&self, paired: &Paired, ends: &Endpoints) -> Before {
        self.known.led_to(ends.source, ends.destination, paired.begin)
    }

    /// Sorts connections by the lookups that led to them.
    fn lead(&mut self, gathered: &Gathered) {
        let mut led: Vec<(u32, u32)> =
            (0..).zip(&self.connections).filter_map(|(index, paired)| Some((paired.lookup?, index))).collect();
        led.sort_unstable();
        self.led_from = (0..=gathered.lookups.all.len() as u32)
            .map(|lookup| led.partition_point(|(of, _)| *of < lookup) as u32)
            .collect();
        self.led = led.into_iter().map(|(_, connection)| connection).collect();
    }

    /// The connections that a lookup led to, in order of their beginnings.
    pub(super) fn led_to(&self, lookup: u32) -> &[u32] {
        let from = |lookup: u32| self.led_from.get(lookup as usize).map_or(0, |from| *from as usize);
        self.led.get(from(lookup)..from(lookup + 1)).unwrap_or_default()
    }

    fn tell(&mut self, gathered: &Gathered) {
        let connections = (0..).zip(&self.connections).map(|(index, paired)| (paired.begin, Teller::Connection(index)));
        let packets = |lookup: &Lookup| [lookup.query, lookup.response].into_iter().filter(|frame| *frame != 0);
        let lookups = (0..).zip(&gathered.lookups.all);
        let lookups =
            lookups.flat_map(|(index, lookup)| packets(lookup).map(move |frame| (frame, Teller::Lookup(index))));
        self.told = connections.chain(lookups).collect();
        self.told.sort_unstable();
    }

    /// What a packet tells of pairs.
    pub(super) fn told(&self, frame: u32) -> &[(u32, Teller)] {
        let start = self.told.partition_point(|(of, _)| *of < frame);
        let end = self.told.partition_point(|(of, _)| *of <= frame);
        self.told.get(start..end).unwrap_or_default()
    }

    /// Number of packets that tell of pairs.
    pub(super) fn packets(&self) -> u32 {
        self.told.chunk_by(|(one, _), (other, _)| one == other).count() as u32
    }

    /// The connection that a stream or a conversation is.
    pub(super) fn of_owner(&self, owner: Owner) -> Option<&Paired> {
        self.connections.get(*self.owners.get(&owner)? as usize)
    }
}

fn candidates(before: &Before, gathered: &Gathered, index: &Index) -> SmallVec<[Candidate; 4]> {
    let candidate = |(frame, number): &Answer| {
        let lookup = gathered.lookups.all.get(*number as usize)?;
        let given = gathered.lookups.addresses(lookup).iter();
        let ttl = given.filter(|given| given.address.to_canonical() == before.address).map(|given| given.ttl).max()?;
        let name = gathered.names.folded(lookup.name);
        Some(Candidate { lookup: *number, frame: *frame, time: index.rows.time(*frame), ttl, name })
    };
    before.latest.iter().filter_map(candidate).collect()
}

/// What is known of a connection besides its pair.
pub(super) fn told<'a>(owner: Owner, gathered: &Gathered, index: &'a Index) -> Told<'a> {
    static NOTHING: Course = Course::NOTHING;
    let course = match owner {
        Owner::Tcp(number) => index.facts.tcp_course(number),
        Owner::Udp(number) => index.facts.udp_course(number),
    };
    let course = course.unwrap_or(&NOTHING);
    let ends = index.conversations.get(course.conversation).map_or(Endpoints::NONE, |(ends, _)| *ends);
    Told {
        course,
        ends: if course.client == 0 { ends } else { ends.reversed() },
        server_name: gathered.servers.get(&owner).copied(),
        refusal: gathered.refusals.get(&owner).copied(),
    }
}
