//! The evidence in words: sentences in which `#12` names packet 12, the rule that was applied, and filters that show the same.

use super::Pairs;
use super::description::{filter, handshake, kind_name, rcode_name, transport};
use super::lookup::{ANYONE, DnsLookup};
use super::observed::Way;
use super::pairing::{ConnectionFacts, Paired};
use super::reasons::rule;
use crate::capture::grouped;
use crate::message::{Chosen, Evidence, Handshake, PairStatus, Race, Usage};
use crate::pace::sort_few;
use crate::streams::Course;
use crate::value::write_quoted;
use std::fmt::Write;
use std::net::IpAddr;

impl Pairs<'_> {
    /// Why a connection was paired as it was, or what became of a lookup.
    pub fn evidence(&self, chosen: Chosen) -> Evidence {
        let connection = chosen.connection.and_then(|index| self.connection(index));
        let (words, rule) = match (connection, chosen.lookup) {
            (Some(paired), _) => (self.of_connection(paired), rule(paired.status).to_owned()),
            (None, Some(lookup)) => (self.of_lookup(lookup), String::new()),
            (None, None) => (String::new(), String::new()),
        };
        let others = connection.map(|paired| self.others(paired)).unwrap_or_default();
        Evidence { chosen, words, rule, others, filters: self.filters(chosen) }
    }

    fn of_connection(&self, paired: &Paired) -> String {
        let facts = self.facts(paired);
        let mut words = match paired.lookup.and_then(|index| Some((index, self.lookup(index)?))) {
            Some((index, lookup)) if paired.candidates > 0 => self.paired(paired, &facts, index, lookup),
            hint => self.unpaired(paired, &facts, hint.map(|(_, lookup)| lookup)),
        };
        words.push_str(&self.course(paired, &facts));
        words
    }

    fn paired(&self, paired: &Paired, facts: &ConnectionFacts<'_>, index: u32, lookup: &DnsLookup) -> String {
        let ends = facts.ends;
        let name = self.text(lookup.name);
        let mut words = self.asked(index, lookup);
        let looked_up = self.inside(paired).unwrap_or(ends.destination.to_canonical());
        let latency = match lookup.query {
            0 => String::new(),
            query => format!(", {} later,", span(self.seconds(query, lookup.response))),
        };
        let given = self.gathered.lookups.addresses(lookup).iter();
        let ttl = given.filter(|given| given.address.to_canonical() == looked_up).map(|given| given.ttl).max();
        let _ = write!(
            words,
            " {} in #{}{latency} gave {looked_up}, good for {} s.",
            self.answer(lookup),
            lookup.response,
            ttl.unwrap_or_default()
        );
        let aliases = self.gathered.lookups.aliases(lookup);
        if !aliases.is_empty() {
            let path: Vec<String> = aliases.iter().map(|alias| self.text(*alias)).collect();
            let _ = write!(words, " It led there through other names: {name} → {}.", path.join(" → "));
        }
        if looked_up != ends.destination {
            let way = if ends.destination.to_canonical() == looked_up { "IPv4-mapped" } else { "NAT64" };
            let _ = write!(words, " {} stands for that address ({way}).", ends.destination);
        } else if let Some(inside) = self.pairing.known.inside(looked_up) {
            let _ = write!(words, " That address stands for {inside} (NAT64).");
        }
        let first = first_packet(paired);
        let _ = write!(
            words,
            " {first} to it, {} port {}, followed {} later in #{}.",
            transport(paired).to_uppercase(),
            ends.destination_port,
            span(self.seconds(lookup.response, paired.begin)),
            paired.begin
        );
        if lookup.to_all && differs(lookup.client, ends.source) {
            words.push_str(" The answer went to every host of the link.");
        } else if differs(lookup.client, ends.source) {
            let _ = write!(
                words,
                " It asked as {} and connected as {}: both send from the same hardware address.",
                lookup.client, ends.source
            );
        }
        let named = facts.named();
        words.push_str(&match (paired.status, named) {
            (PairStatus::Expired { over }, _) => {
                let latest = self.pairing.candidates(paired, self.gathered, self.index).last().map(|latest| latest.lookup);
                let why = match latest == paired.lookup {
                    true => "no later answer gave it",
                    false => "no other answer was still good; of all, the server's name that the client sent decides",
                };
                format!(" The address was then no longer good, by {over:.0} s, and {why}.")
            }
            (PairStatus::Ambiguous { candidates }, None) => format!(
                " Answers for {candidates} names had given this client the same address: the latest is taken, as the client sent no server's name."
            ),
            (PairStatus::Ambiguous { candidates }, Some(server)) => format!(
                " Answers for {candidates} names had given this client the same address: the latest is taken, as the server's name that the client sent in #{}, {}, is none of them.",
                server.frame,
                self.text(server.name)
            ),
            (PairStatus::PairedByName, Some(server)) => format!(
                " Answers for other names had given the same address; the server's name that the client sent in #{} decides.",
                server.frame
            ),
            _ if paired.candidates > 1 => " All answers that were still good were for this name; the latest counts.".into(),
            _ => " No other answer to this client had given that address.".into(),
        });
        let is_explained = matches!(paired.status, PairStatus::PairedByName | PairStatus::Ambiguous { .. });
        if let Some(server) = named.filter(|_| !is_explained) {
            let frame = server.frame;
            words.push_str(&if self.gathered.names.same(lookup.name, server.name) {
                format!(" The server's name that the client sent in #{frame} is the same.")
            } else {
                format!(
                    " The server's name that the client sent in #{frame} differs: {}. That happens where several sites share a server or a connection; it does not change what was looked up.",
                    self.text(server.name)
                )
            });
        }
        words
    }

    /// How the connection went.
    fn course(&self, paired: &Paired, facts: &ConnectionFacts<'_>) -> String {
        let course = facts.course;
        let mut words = match handshake(paired, facts) {
            Handshake::Accepted if course.accepted != 0 => {
                format!(
                    " The server accepted in #{} after {}.",
                    course.accepted,
                    span(self.seconds(paired.begin, course.accepted))
                )
            }
            Handshake::Accepted => String::new(),
            Handshake::Reset => format!(
                " It was accepted in #{} and reset in #{}, before the server sent anything.",
                course.accepted, course.reset
            ),
            Handshake::Refused => format!(" The server refused in #{}.", course.reset),
            Handshake::Unreachable => self.unreachable(facts),
            Handshake::Unanswered => " No answer of the server is in the capture.".into(),
            Handshake::NotSeen if paired.is_quic => " Its Initial packet is not in the capture.".into(),
            Handshake::NotSeen => " Its SYN is not in the capture.".into(),
            Handshake::None => String::new(),
        };
        if course.syns > 1 {
            let _ = write!(words, " The SYN was sent {} times.", grouped(u64::from(course.syns)));
        }
        words.push_str(match paired.race {
            Some(Race::Won) => " Another address of the same name was tried beside it; this one was used.",
            Some(Race::Lost) => " Another address of the same name was tried beside it, and used instead.",
            None => "",
        });
        if course.has(Course::SIMULTANEOUS) {
            words.push_str(" Both sides sent a SYN: the connection was opened from both.");
        }
        if course.has(Course::PORTS_USED_AGAIN) {
            words.push_str(" Its ports had been those of an earlier connection.");
        }
        words
    }

    fn unreachable(&self, facts: &ConnectionFacts<'_>) -> String {
        let Some(refusal) = facts.refusal else { return String::new() };
        let sender = self.index.rows.get(refusal.frame).and_then(|row| self.index.flow_of(row)).map(|ends| ends.source);
        let sender = match sender.filter(|sender| *sender != facts.ends.destination) {
            Some(sender) => format!("{sender}, on the way there,"),
            None => "The server itself".to_owned(),
        };
        format!(" {sender} reported over ICMP in #{}: “{}”.", refusal.frame, refusal.why.name())
    }

    /// What gave the addresses, as the beginning of a sentence.
    fn answer(&self, lookup: &DnsLookup) -> String {
        match lookup.way {
            _ if lookup.client == ANYONE => "The announcement".to_owned(),
            Way::Mdns | Way::Llmnr => format!("The answer of {}", lookup.server),
            Way::Udp | Way::Tcp => "The answer".to_owned(),
        }
    }

    /// Who asked for what.
    fn asked(&self, index: u32, lookup: &DnsLookup) -> String {
        let (name, kind) = (self.text(lookup.name), kind_name(lookup.kind));
        let mut words = match lookup.query {
            0 if lookup.client == ANYONE => format!("{} announced the {kind} record of {name} unasked.", lookup.server),
            0 => format!("The question for the {kind} record of {name} is not in the capture."),
            query => {
                let (whom, way) = match lookup.way {
                    Way::Udp => (lookup.server.to_string(), ""),
                    Way::Tcp => (lookup.server.to_string(), ", over TCP"),
                    // Whoever knows the answer gives it.
                    Way::Mdns => ("all hosts of the link".to_owned(), ", over mDNS"),
                    Way::Llmnr => ("all hosts of the link".to_owned(), ", over LLMNR"),
                };
                format!("{} asked {whom} for the {kind} record of {name} in #{query}{way}.", lookup.client)
            }
        };
        if lookup.repeats > 0 {
            let _ = write!(words, " The question was sent again {}.", times(lookup.repeats));
        }
        let first = self.pairing.retried.get(&index).and_then(|first| self.lookup(*first));
        if let Some(first) = first {
            let _ =
                write!(words, " The answer in #{} had been cut short, so it was asked again over TCP.", first.response);
        }
        words
    }

    fn of_lookup(&self, index: u32) -> String {
        let Some(lookup) = self.lookup(index) else { return String::new() };
        let mut words = self.asked(index, lookup);
        let addresses: Vec<String> =
            self.gathered.lookups.addresses(lookup).iter().map(|given| given.address.to_string()).collect();
        let response = lookup.response;
        let _ = match self.usage(index, lookup) {
            Usage::NoAnswer => write!(words, " No answer is in the capture."),
            _ if lookup.truncated => write!(words, " The answer in #{response} was cut short."),
            _ if lookup.rcode != 0 => write!(words, " The answer in #{response} is “{}”.", rcode_name(lookup.rcode)),
            _ if addresses.is_empty() => write!(words, " The answer in #{response} holds no address."),
            _ => write!(words, " The answer in #{response} gave {}.", addresses.join(", ")),
        };
        let led = self.pairing.led_to(index).first().and_then(|first| self.connection(*first));
        let _ = match (self.usage(index, lookup), led) {
            (Usage::NeverUsed, _) => write!(words, " No connection in the capture used it."),
            (Usage::TwinUsed, _) => write!(words, " A lookup of another type for the same name was used instead."),
            (Usage::Retried, _) => {
                let retry = self.pairing.retries.get(&index).and_then(|retry| self.lookup(*retry));
                write!(words, " The same was asked again over TCP, in #{}.", retry.map_or(0, |retry| retry.query))
            }
            (_, Some(first)) => write!(words, " The first connection that used it began in #{}.", first.begin),
            _ => Ok(()),
        };
        words
    }

    /// Other lookups that could have led to a connection: name, type, packet with the answer.
    fn others(&self, paired: &Paired) -> Vec<(String, String, u32)> {
        let candidates = self.pairing.candidates(paired, self.gathered, self.index);
        let others = candidates.iter().rev().filter(|candidate| Some(candidate.lookup) != paired.lookup);
        let others = others.take(MOST_OTHERS);
        let lookups = others.filter_map(|candidate| self.lookup(candidate.lookup));
        lookups.map(|lookup| (self.text(lookup.name), kind_name(lookup.kind), lookup.response)).collect()
    }

    /// Display filters that show the same in Wireshark, each with what it selects.
    pub(super) fn filters(&self, chosen: Chosen) -> Vec<(String, String)> {
        let connection = chosen.connection.and_then(|index| self.connection(index));
        let lookup = connection.and_then(|paired| paired.lookup).or(chosen.lookup).and_then(|index| self.lookup(index));
        let mut frames: Vec<u32> = lookup.into_iter().flat_map(|lookup| [lookup.query, lookup.response]).collect();
        frames.extend(connection.into_iter().flat_map(|paired| {
            let facts = self.facts(paired);
            let course = facts.course;
            let outcome = match handshake(paired, &facts) {
                Handshake::Unreachable => facts.refusal.map_or(0, |refusal| refusal.frame),
                Handshake::Refused | Handshake::Reset => course.reset,
                _ => 0,
            };
            [paired.begin, course.accepted, outcome]
        }));
        frames.retain(|frame| *frame != 0);
        sort_few(&mut frames, Ord::cmp);
        frames.dedup();
        let frames: Vec<String> = frames.iter().map(u32::to_string).collect();
        let asked = lookup.map(|lookup| {
            let mut filter = "dns.qry.name == ".to_owned();
            write_quoted(&mut filter, self.gathered.names.bytes(lookup.name));
            filter
        });
        let led = connection.map(filter);
        let server = connection.map(|paired| address_filter(self.facts(paired).ends.destination));
        let both = asked.as_ref().zip(led.as_ref()).map(|(asked, led)| format!("{asked} || {led}"));
        [
            (
                "These packets",
                Some(format!("frame.number in {{{}}}", frames.join(", "))).filter(|_| !frames.is_empty()),
            ),
            ("The name and the connection", both),
            ("The name", asked),
            ("The connection", led),
            ("The server's address", server),
        ]
        .into_iter()
        .filter_map(|(what, filter)| Some((what.to_owned(), filter?)))
        .collect()
    }
}

/// Other lookups that are named, the latest.
const MOST_OTHERS: usize = 10;

fn differs(one: IpAddr, other: IpAddr) -> bool {
    one != ANYONE && one.to_canonical() != other.to_canonical()
}

/// What the first packet of a connection is.
fn first_packet(paired: &Paired) -> &'static str {
    match transport(paired) {
        _ if paired.begun_before => "The first packet in the capture",
        "tcp" => "The SYN",
        "quic" => "The Initial packet",
        _ => "The first datagram",
    }
}

/// The filter that selects what goes to or from an address.
pub(crate) fn address_filter(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => format!("ip.addr == {address}"),
        IpAddr::V6(address) => format!("ipv6.addr == {address}"),
    }
}

fn times(count: u32) -> String {
    if count == 1 { "once".to_owned() } else { format!("{} times", grouped(u64::from(count))) }
}

/// A length of time in words.
pub(super) fn span(seconds: f64) -> String {
    match seconds.abs() {
        under if under < 1e-3 => format!("{:.3} ms", seconds * 1e3),
        under if under < 1.0 => format!("{:.1} ms", seconds * 1e3),
        _ => format!("{seconds:.1} s"),
    }
}
