//! Lookups and connections described: as messages, and as the fields of packets.

use super::lookup::{ANYONE, DnsLookup};
use super::names::NameId;
use super::observed::{NamedBy, Way};
use super::pairing::{ConnectionFacts, PairPart, Paired, facts_of};
use super::{Owner, Pairs};
use crate::dissect::name_or_number;
use crate::index::between;
use crate::message::{self, AnswerAddress, Handshake, Moment, PairStatus, Usage};
use crate::protocols;
use crate::protocols::application::dns;
use crate::protocols::pseudo::pair::Pair;
use crate::streams::Course;
use crate::times::Times;
use smallvec::SmallVec;
use std::net::IpAddr;

/// Connections of one lookup that its packets describe.
const MOST_LED: usize = 100;
/// Seconds after which a connection is said to use a lookup later.
const LATER: f64 = 1.0;

impl<'a> Pairs<'a> {
    /// The pairs of a packet: for the beginning of a connection of its own one, a question or an answer of every
    /// connection that it led to.
    pub fn of_packet(&self, frame: u32) -> SmallVec<[Pair; 1]> {
        let mut pairs = SmallVec::new();
        for (_, part) in self.pairing.parts_of(frame) {
            match *part {
                PairPart::Connection(index) => {
                    pairs.extend(self.connection(index).map(|paired| self.of_paired(paired)))
                }
                PairPart::Lookup(index) => {
                    let led = self.pairing.led_to(index);
                    let led = led.get(..MOST_LED).unwrap_or(led);
                    let usage = self.lookup(index).map(|lookup| self.usage(index, lookup).number());
                    let of_led = led.iter().filter_map(|index| self.connection(*index)).map(|c| self.of_paired(c));
                    pairs.extend(of_led.map(|pair| Pair { usage, ..pair }));
                    if led.is_empty() {
                        let alone = self.lookup(index).map(|lookup| self.of_lookup_alone(lookup));
                        pairs.extend(alone.map(|pair| Pair { usage, ..pair }));
                    }
                }
            }
        }
        pairs
    }

    fn of_lookup_alone(&self, lookup: &DnsLookup) -> Pair {
        let name = self.gathered.names.bytes(lookup.name).to_vec();
        Pair { name, query: lookup.query, response: lookup.response, ..Pair::default() }
    }

    fn of_paired(&self, paired: &Paired) -> Pair {
        let lookup = paired.lookup.and_then(|lookup| self.lookup(lookup));
        let time = |frame: u32| self.index.rows.time(frame);
        Pair {
            status: Some(paired.status.number()),
            syn: if paired.begun_before { 0 } else { paired.begin },
            delay: self.waited(paired).map(|lookup| between(time(lookup.response), time(paired.begin))),
            candidates: Some(paired.candidates),
            agrees: lookup.and_then(|lookup| self.agrees(paired, lookup)),
            ..lookup.map(|lookup| self.of_lookup_alone(lookup)).unwrap_or_default()
        }
    }

    /// The name that was looked up for the connection that a packet belongs to, and whether the packet comes from there.
    pub fn name_of(&self, frame: u32, ends: &crate::endpoints::Endpoints) -> Option<(String, bool)> {
        let facts = &self.index.facts;
        let owner = match facts.stream_of(frame) {
            Some(stream) => Owner::Tcp(stream),
            None => Owner::Udp(facts.datagram_of(frame)?),
        };
        let paired = self.pairing.of_owner(owner)?;
        let lookup = self.lookup(paired.lookup?)?;
        let server = self.facts(paired).ends.destination;
        let from_server = ends.source == server;
        (from_server || ends.destination == server).then(|| (self.text(lookup.name), from_server))
    }

    pub(super) fn lookup(&self, index: u32) -> Option<&'a DnsLookup> {
        self.gathered.lookups.all.get(index as usize)
    }

    pub(super) fn connection(&self, index: u32) -> Option<&'a Paired> {
        self.pairing.connections.get(index as usize)
    }

    pub(super) fn facts(&self, paired: &Paired) -> ConnectionFacts<'a> {
        facts_of(paired.owner, self.gathered, self.index)
    }

    pub(super) fn text(&self, name: NameId) -> String {
        self.gathered.names.text(name).into_owned()
    }

    /// A packet with its seconds since the first one; nothing for 0.
    pub(super) fn moment(&self, frame: u32) -> Option<Moment> {
        (frame != 0).then(|| (frame, self.seconds(1, frame)))
    }

    /// Seconds from one packet to another.
    pub(super) fn seconds(&self, from: u32, to: u32) -> f64 {
        let time = |frame: u32| self.index.rows.time(frame);
        time(to).saturating_sub(time(from)) as f64 / 1e9
    }

    /// The lookup since whose answer a connection's beginning is counted; nothing where that was not seen.
    fn waited(&self, paired: &Paired) -> Option<&'a DnsLookup> {
        paired.lookup.filter(|_| !paired.begun_before).and_then(|lookup| self.lookup(lookup))
    }

    /// Whether the server's name that the client sent is the one that was looked up; nothing where it sent none.
    pub(super) fn agrees(&self, paired: &Paired, lookup: &DnsLookup) -> Option<bool> {
        let server = self.facts(paired).named()?;
        Some(self.gathered.names.same(lookup.name, server.name))
    }

    /// What became of a lookup.
    pub(super) fn usage(&self, index: u32, lookup: &DnsLookup) -> Usage {
        let first = self.pairing.led_to(index).first().and_then(|first| self.connection(*first));
        let led = |index: &u32| !self.pairing.led_to(*index).is_empty();
        match first.map(|paired| self.seconds(lookup.response, paired.begin)) {
            Some(delay) if delay > LATER => Usage::UsedLater(delay),
            Some(_) => Usage::Used,
            None if lookup.response == 0 => Usage::NoAnswer,
            None if self.pairing.retries.contains(&index) => Usage::Retried,
            None if self.visit_of(index).is_some_and(|visit| visit.iter().any(led)) => Usage::TwinUsed,
            None if self.gathered.lookups.addresses(lookup).is_empty() => Usage::NoAddress,
            None => Usage::NeverUsed,
        }
    }

    /// The lookups of the visit that a lookup belongs to.
    pub(super) fn visit_of(&self, lookup: u32) -> Option<&'a [u32]> {
        let visit = *self.pairing.visit_of.get(lookup as usize)?;
        self.pairing.visits.get(visit as usize).map(|visit| visit.lookups.as_slice())
    }

    pub(super) fn lookup_message(&self, index: u32) -> Option<message::Lookup> {
        let lookup = self.lookup(index)?;
        let lookups = &self.gathered.lookups;
        let given = lookups.addresses(lookup).iter();
        Some(message::Lookup {
            index,
            name: self.text(lookup.name),
            kind: kind_name(lookup.kind),
            way: way_name(lookup.way).to_owned(),
            client: if lookup.client == ANYONE { String::new() } else { lookup.client.to_string() },
            server: lookup.server.to_string(),
            query: self.moment(lookup.query),
            repeats: lookup.repeats,
            response: self.moment(lookup.response),
            duplicates: lookup.duplicates,
            rcode: if lookup.response == 0 { String::new() } else { rcode_name(lookup.rcode) },
            truncated: lookup.truncated,
            retry: self.pairing.retries.get(&index).and_then(|retry| self.lookup(*retry)).map(|retry| retry.query),
            addresses: given
                .map(|given| AnswerAddress { address: given.address.to_string(), ttl: given.ttl, hint: given.hint })
                .collect(),
            aliases: lookups.aliases(lookup).iter().map(|alias| self.text(*alias)).collect(),
            alpn: lookups.alpn(lookup).iter().map(|alpn| self.text(*alpn)).collect(),
            usage: self.usage(index, lookup),
        })
    }

    pub(super) fn connection_message(&self, index: u32) -> Option<message::Connection> {
        let paired = self.connection(index)?;
        let facts = self.facts(paired);
        let ConnectionFacts { course, ends, .. } = facts;
        let lookup = paired.lookup.and_then(|lookup| self.lookup(lookup));
        let [sent, received] = course.from_client(course.bytes);
        let named = facts.named();
        let handshake = handshake(paired, &facts);
        let refusal = facts.refusal.filter(|_| handshake == Handshake::Unreachable);
        Some(message::Connection {
            index,
            begin: self.moment(paired.begin).unwrap_or_default(),
            transport: transport(paired).to_owned(),
            client: ends.source.to_string(),
            client_port: ends.source_port,
            server: ends.destination.to_string(),
            port: ends.destination_port,
            inside: self.inside(paired).map_or_else(String::new, |address| address.to_string()),
            status: paired.status,
            name: lookup.map_or_else(String::new, |lookup| self.text(lookup.name)),
            delay: self.waited(paired).map(|lookup| self.seconds(lookup.response, paired.begin)),
            candidates: paired.candidates,
            server_name: named.map_or_else(String::new, |server| self.text(server.name)),
            server_name_frame: named.map_or(0, |server| server.frame),
            is_host: named.is_some_and(|server| server.by == NamedBy::Host),
            agrees: lookup.and_then(|lookup| self.agrees(paired, lookup)),
            handshake,
            repeats: course.syns.saturating_sub(1),
            accepted: self.moment(course.accepted),
            round_trip: self.round_trip(course),
            data: self.moment(course.first_data()),
            reset: self.moment(course.reset),
            unreachable: refusal.and_then(|refusal| Some((self.moment(refusal.frame)?, refusal.why.name()))),
            last: self.moment(course.last).unwrap_or_default(),
            sent,
            received,
            race: paired.race,
            simultaneous: course.has(Course::SIMULTANEOUS),
            ports_used_again: course.has(Course::PORTS_USED_AGAIN),
            filter: filter(paired),
        })
    }

    /// Seconds from SYN to SYN and ACK; nothing where it is not known to which SYN it belongs.
    pub(super) fn round_trip(&self, course: &Course) -> Option<f64> {
        (course.syns == 1 && course.accepted > course.syn).then(|| self.seconds(course.syn, course.accepted))
    }

    /// The IPv4 address for which the server's address stands.
    pub(super) fn inside(&self, paired: &Paired) -> Option<IpAddr> {
        self.pairing.looked_up_as(paired, &self.facts(paired).ends)
    }
}

/// How the beginning of a connection went.
pub(super) fn handshake(paired: &Paired, facts: &ConnectionFacts<'_>) -> Handshake {
    let course = facts.course;
    let [_, from_server] = course.from_client(course.data);
    match paired.owner {
        _ if paired.begun_before => Handshake::NotSeen,
        Owner::Udp(_) if from_server == 0 && facts.refusal.is_some() => Handshake::Unreachable,
        Owner::Udp(_) => Handshake::None,
        Owner::Tcp(_) if course.accepted != 0 && course.reset != 0 && from_server == 0 => Handshake::Reset,
        Owner::Tcp(_) if course.accepted != 0 || from_server != 0 => Handshake::Accepted,
        Owner::Tcp(_) if course.reset != 0 && !course.has(Course::RESET_BY_CLIENT) => Handshake::Refused,
        Owner::Tcp(_) if facts.refusal.is_some() => Handshake::Unreachable,
        Owner::Tcp(_) => Handshake::Unanswered,
    }
}

pub(super) fn transport(paired: &Paired) -> &'static str {
    match paired.owner {
        Owner::Tcp(_) => "tcp",
        Owner::Udp(_) if paired.is_quic => "quic",
        Owner::Udp(_) => "udp",
    }
}

/// The filter that selects a connection's packets.
pub(super) fn filter(paired: &Paired) -> String {
    match paired.owner {
        Owner::Tcp(number) => format!("tcp.stream == {number}"),
        Owner::Udp(number) => format!("udp.stream == {number}"),
    }
}

pub(super) fn way_name(way: Way) -> &'static str {
    match way {
        Way::Udp => "DNS",
        Way::Tcp => "DNS over TCP",
        Way::Mdns => "mDNS",
        Way::Llmnr => "LLMNR",
    }
}

/// The name of a record type, as `AAAA`.
pub(super) fn kind_name(kind: u16) -> String {
    let name = protocols::field(dns::QRY_TYPE).values.name(kind.into());
    // Some names have an explanation behind them in parentheses.
    name.map_or_else(|| format!("TYPE{kind}"), |name| name.split(' ').next().unwrap_or(name).to_owned())
}

/// The name of a response code, as `No such name`.
pub(super) fn rcode_name(rcode: u16) -> String {
    name_or_number(&protocols::field(dns::FLAGS_RCODE).values, rcode.into())
}

/// Whether it is known which lookup led to a connection.
pub(super) fn is_paired(status: PairStatus) -> bool {
    matches!(status, PairStatus::Paired | PairStatus::PairedByName)
}
