//! Lookups: DNS questions with their answers, as the index pass sees them.

use super::names::{NameId, Names};
use super::observed::{A, AAAA, Message, Rdata, ResourceRecord, Way};
use crate::blocks::Blocks;
use crate::endpoints::Endpoints;
use crate::pace::{Pace, sort_few};
use crate::sharded::Sharded;
use rustc_hash::FxHasher;
use smallvec::SmallVec;
use std::hash::{Hash, Hasher};
use std::net::{IpAddr, Ipv4Addr};
use std::ops::Range;

/// One question of one client, with its answer. Packets are named by their numbers; 0 stands for one that was not seen.
#[derive(Debug, Clone)]
pub(super) struct DnsLookup {
    pub(super) name: NameId,
    pub(super) kind: u16,
    pub(super) way: Way,
    pub(super) rcode: u16,
    /// Whether the answer says that it is not whole (RFC 1035, section 4.1.1).
    pub(super) truncated: bool,
    /// Who asked; nobody in particular where an answer to all was not asked for.
    pub(super) client: IpAddr,
    pub(super) server: IpAddr,
    pub(super) query: u32,
    /// How often the question was sent again.
    pub(super) repeats: u32,
    pub(super) response: u32,
    /// How often the answer came again.
    pub(super) duplicates: u32,
    /// Its part of [`Lookups::addresses`].
    addresses: Range<u32>,
    /// Its parts of [`Lookups::names`].
    aliases: Range<u32>,
    alpn: Range<u32>,
    /// Whether the answer went to every host of the link.
    pub(super) to_all: bool,
}

/// An address of an answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Given {
    pub(super) address: IpAddr,
    /// Seconds for which it may be used.
    pub(super) ttl: u32,
    /// Whether it is only a hint (RFC 9460, section 7.3).
    pub(super) hint: bool,
}

impl DnsLookup {
    /// Its first packet: the question, where that was seen.
    pub(super) fn first(&self) -> u32 {
        if self.query == 0 { self.response } else { self.query }
    }
}

/// All lookups, in order of their first packet.
#[derive(Debug, Default)]
pub(super) struct Lookups {
    pub(super) all: Blocks<DnsLookup>,
    /// The addresses of all answers, one answer's behind the other's.
    addresses: Vec<Given>,
    /// Names that answers lead through, and protocols that servers speak.
    names: Vec<NameId>,
    /// The latest of each question, by what its answer repeats.
    open: Sharded<u64, PendingQuery>,
    /// Questions of multicast DNS that wait for an answer, by name and type: it answers all who asked.
    waiting: Sharded<(NameId, u16), SmallVec<[PendingQuery; 1]>>,
}

/// The questions of a capture that is being read.
#[derive(Debug, Default)]
pub struct PendingQueries {
    open: Sharded<u64, PendingQuery>,
    waiting: Sharded<(NameId, u16), SmallVec<[PendingQuery; 1]>>,
}

impl PendingQueries {
    /// Frees them in steps.
    pub async fn free(self, pace: &Pace) {
        self.open.free(pace).await;
        self.waiting.free(pace).await;
    }
}

/// A question that can be sent again, or answered.
#[derive(Debug, Clone, Copy)]
struct PendingQuery {
    lookup: u32,
    /// When it was sent last, in nanoseconds.
    asked: i64,
}

impl PendingQuery {
    /// Whether what comes now still belongs to the question.
    fn lasts(&self, now: i64) -> bool {
        now.saturating_sub(self.asked) <= RETRYING
    }
}

/// Where a message stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct MessageOrigin<'a> {
    pub(super) frame: u32,
    /// When it was captured, in nanoseconds.
    pub(super) time: i64,
    /// Between whom it goes.
    pub(super) ends: &'a Endpoints,
    /// The number of their conversation.
    pub(super) conversation: u32,
}

/// Nanoseconds after which the same question is another lookup. Stub resolvers send theirs again after some seconds, and
/// wait 30 at the most: that is the greatest `timeout` of resolv.conf(5), and RFC 1035, section 4.2.1, speaks of 2 to 5.
const RETRYING: i64 = 30_000_000_000;

/// Hosts that wait for the same answer of multicast DNS; more are hostile.
const MOST_WAITING: usize = 64;

/// Nobody in particular.
pub(super) const ANYONE: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

impl Lookups {
    /// Takes a whole message of a packet.
    pub(super) fn add(&mut self, message: &Message<'_>, origin: MessageOrigin<'_>, names: &mut Names) {
        // Updates, notifications and the like ask for nothing (RFC 6895, section 2.2).
        if message.opcode != 0 {
            return;
        }
        match (message.response, message.way) {
            (false, _) => self.ask(message, origin, names),
            (true, Way::Mdns) => self.announce(message, origin, names),
            (true, _) => self.answer(message, origin, names),
        }
    }

    /// The addresses of an answer.
    pub(super) fn addresses(&self, lookup: &DnsLookup) -> &[Given] {
        self.addresses.get(lookup.addresses.start as usize..lookup.addresses.end as usize).unwrap_or_default()
    }

    /// Names that an answer leads through, in order.
    pub(super) fn aliases(&self, lookup: &DnsLookup) -> &[NameId] {
        self.names.get(lookup.aliases.start as usize..lookup.aliases.end as usize).unwrap_or_default()
    }

    /// Protocols that the server speaks (RFC 9460, section 7.1).
    pub(super) fn alpn(&self, lookup: &DnsLookup) -> &[NameId] {
        self.names.get(lookup.alpn.start as usize..lookup.alpn.end as usize).unwrap_or_default()
    }

    fn ask(&mut self, message: &Message<'_>, origin: MessageOrigin<'_>, names: &mut Names) {
        for (name, kind) in &message.questions {
            let name = names.number(name);
            if message.way == Way::Mdns {
                self.ask_all(message, (name, *kind), origin, names.folded(name));
                continue;
            }
            let key = key(message, origin, *kind);
            let open = self.open.get_mut(&key).filter(|open| open.lasts(origin.time));
            let known = open.and_then(|open| Some((self.all.get_mut(open.lookup as usize)?, open)));
            match known.filter(|(known, _)| known.client == origin.ends.source && names.same(known.name, name)) {
                // A question that was answered already is asked anew.
                Some((known, open)) if known.response == 0 => {
                    known.repeats += 1;
                    open.asked = origin.time;
                }
                _ => {
                    let lookup = self.begin(message, (name, *kind), origin.ends, origin.frame);
                    self.open.insert(key, PendingQuery { lookup, asked: origin.time });
                }
            }
        }
    }

    /// Takes a question of multicast DNS.
    fn ask_all(&mut self, message: &Message<'_>, asked: (NameId, u16), origin: MessageOrigin<'_>, folded: NameId) {
        let Some(waiting) = self.waiting.value((folded, asked.1), SmallVec::new) else { return };
        waiting.retain(|open| open.lasts(origin.time));
        let all = &mut self.all;
        let has_room = waiting.len() < MOST_WAITING;
        let own =
            |open: &&mut PendingQuery| all.get(open.lookup as usize).is_some_and(|l| l.client == origin.ends.source);
        match waiting.iter_mut().find(own) {
            Some(open) => {
                open.asked = origin.time;
                if let Some(known) = all.get_mut(open.lookup as usize) {
                    known.repeats += 1;
                }
            }
            None if has_room => {
                waiting.push(PendingQuery { lookup: all.len() as u32, asked: origin.time });
                self.begin(message, asked, origin.ends, origin.frame);
            }
            None => {}
        }
    }

    fn answer(&mut self, message: &Message<'_>, origin: MessageOrigin<'_>, names: &mut Names) {
        // Some servers leave the question out: the first record is for it.
        let first = message.records.first().map(|record| (record.owner, record.kind));
        let unasked = first.filter(|_| message.questions.is_empty());
        for (name, kind) in message.questions.iter().copied().chain(unasked) {
            // Of several questions, each is answered by the records of its type.
            let alone = message.questions.len() < 2;
            let answers = message.records.iter().filter(|record| record.answers);
            let answers =
                answers.filter(|record| alone || record.kind == kind || matches!(record.rdata, Rdata::Alias(_)));
            let records: SmallVec<[&ResourceRecord<'_>; 8]> = answers.collect();
            let index = self.asked(message, (name, kind), origin, names);
            self.close(index, message, origin, &records, names);
        }
    }

    /// The lookup whose answer has come; a new one where its question was not seen.
    fn asked(
        &mut self,
        message: &Message<'_>,
        asked: (&[u8], u16),
        origin: MessageOrigin<'_>,
        names: &mut Names,
    ) -> u32 {
        let ((name, kind), towards) = (asked, origin.ends.reversed());
        let key = key(message, MessageOrigin { ends: &towards, ..origin }, kind);
        let fits = |known: &DnsLookup| known.client == towards.source && names.is(known.name, name);
        let known = self.open.get(&key).map(|open| open.lookup);
        known.filter(|lookup| self.all.get(*lookup as usize).is_some_and(fits)).unwrap_or_else(|| {
            let lookup = self.begin(message, (names.number(name), kind), &towards, 0);
            // A question that waits for its own answer goes on to wait.
            self.open.value(key, || PendingQuery { lookup, asked: origin.time });
            lookup
        })
    }

    /// Takes an answer of multicast DNS: to whoever asked, or to nobody in particular (RFC 6762, sections 5 and 8.3).
    fn announce(&mut self, message: &Message<'_>, origin: MessageOrigin<'_>, names: &mut Names) {
        let mut records: SmallVec<[&ResourceRecord<'_>; 8]> = message.records.iter().collect();
        sort_few(&mut records, |one, other| about(one).cmp(&about(other)));
        for same in records.chunk_by(|one, other| about(one) == about(other)) {
            let Some(first) = same.first() else { continue };
            let (owner, kind) = about(first);
            let name = names.number(owner);
            // What is announced long afterwards answers nobody: it comes of itself, or to someone who was not heard.
            let waiting = self.waiting.get_mut(&(names.folded(name), kind)).map(std::mem::take).unwrap_or_default();
            let mut waiting: SmallVec<[u32; 1]> =
                waiting.iter().filter(|open| open.lasts(origin.time)).map(|open| open.lookup).collect();
            // What was not asked for is worth keeping where it names an address.
            if waiting.is_empty() && matches!(kind, A | AAAA) {
                let from = Endpoints { source: ANYONE, destination: origin.ends.source, ..*origin.ends };
                waiting.push(self.begin(message, (name, kind), &from, 0));
            }
            for index in waiting {
                self.close(index, message, origin, same, names);
            }
        }
    }

    fn begin(&mut self, message: &Message<'_>, asked: (NameId, u16), towards: &Endpoints, query: u32) -> u32 {
        self.all.push(DnsLookup {
            name: asked.0,
            kind: asked.1,
            way: message.way,
            rcode: 0,
            truncated: false,
            client: towards.source,
            server: towards.destination,
            query,
            repeats: 0,
            response: 0,
            duplicates: 0,
            addresses: 0..0,
            aliases: 0..0,
            alpn: 0..0,
            to_all: false,
        });
        self.all.len() as u32 - 1
    }

    fn close(
        &mut self,
        index: u32,
        message: &Message<'_>,
        origin: MessageOrigin<'_>,
        records: &[&ResourceRecord<'_>],
        names: &mut Names,
    ) {
        let Some(lookup) = self.all.get_mut(index as usize) else { return };
        if lookup.response != 0 {
            lookup.duplicates += u32::from(lookup.response != origin.frame);
            return;
        }
        lookup.response = origin.frame;
        lookup.server = origin.ends.source;
        lookup.to_all = message.way == Way::Mdns && origin.ends.destination.is_multicast();
        lookup.rcode = message.rcode;
        lookup.truncated = message.truncated;
        let (first, first_alias) = (self.addresses.len() as u32, self.names.len() as u32);
        for record in records {
            match record.rdata {
                Rdata::Address(address) => self.addresses.push(Given { address, ttl: record.ttl, hint: false }),
                Rdata::Hint(address) => self.addresses.push(Given { address, ttl: record.ttl, hint: true }),
                Rdata::Alias(name) => self.names.push(names.number(name)),
                Rdata::Alpn(_) | Rdata::Other => {}
            }
        }
        let first_alpn = self.names.len() as u32;
        for record in records {
            if let Rdata::Alpn(name) = record.rdata {
                self.names.push(names.number(name));
            }
        }
        lookup.addresses = first..self.addresses.len() as u32;
        lookup.aliases = first_alias..first_alpn;
        lookup.alpn = first_alpn..self.names.len() as u32;
    }

    /// Frees them in steps.
    pub(super) async fn free(self, pace: &Pace) {
        self.all.free(pace).await;
        pace.pause().await;
        drop(self.addresses);
        drop(self.names);
        pace.pause().await;
    }

    /// Hands over what only the reading needed.
    pub(super) fn finish(&mut self) -> PendingQueries {
        PendingQueries { open: std::mem::take(&mut self.open), waiting: std::mem::take(&mut self.waiting) }
    }
}

/// What a record answers: an alias stands for the address behind it.
fn about<'a>(record: &ResourceRecord<'a>) -> (&'a [u8], u16) {
    (record.owner, if matches!(record.rdata, Rdata::Alias(_)) { A } else { record.kind })
}

/// What a question has in common with its answer, but for the name, which is compared where the lookup is found.
fn key(message: &Message<'_>, origin: MessageOrigin<'_>, kind: u16) -> u64 {
    if message.way == Way::Llmnr {
        // A question to all is answered by one, in another conversation (RFC 4795, section 2).
        let mut hasher = FxHasher::default();
        (origin.ends.source, origin.ends.source_port, message.id, kind).hash(&mut hasher);
        // Of another conversation than there can be, but for the very last.
        return hasher.finish() | 0xffff_ffff << 32;
    }
    u64::from(origin.conversation) << 32 | u64::from(message.id) << 16 | u64::from(kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000_000;

    /// The lookups, each with how often it was sent again, of the same question asked at these seconds.
    fn asked_at(way: Way, seconds: &[i64]) -> Vec<u32> {
        let (mut lookups, mut names) = (Lookups::default(), Names::default());
        let client = IpAddr::V4(Ipv4Addr::new(10, 0, 2, 15));
        let ends = Endpoints { source: client, destination: ANYONE, source_port: 50_001, destination_port: 53 };
        for (frame, second) in (1..).zip(seconds) {
            let mut message = Message::default();
            message.way = way;
            message.questions.push((b"www.example.com", A));
            lookups.add(
                &message,
                MessageOrigin { frame, time: second * SECOND, ends: &ends, conversation: 0 },
                &mut names,
            );
        }
        lookups.all.iter().map(|lookup| lookup.repeats).collect()
    }

    #[test]
    fn a_question_after_a_long_silence_is_another_lookup() {
        for way in [Way::Udp, Way::Tcp, Way::Mdns, Way::Llmnr] {
            // Each time counts from the one before.
            assert_eq!(asked_at(way, &[0, 5, 35, 65]), [3], "{way:?}");
            assert_eq!(asked_at(way, &[0, 5, 36, 37]), [1, 1], "{way:?}");
            assert_eq!(asked_at(way, &[0, 31, 62]), [0, 0, 0], "{way:?}");
        }
    }
}
