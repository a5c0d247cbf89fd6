//! Lookups: DNS questions with their answers, as the index pass sees them.

use super::Moment;
use super::choose::{Candidate, Known};
use crate::dissect::{Endpoints, name_or_number};
use crate::protocols;
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::Hasher;
use std::net::IpAddr;

/// One question of one client, with its answer.
#[derive(Debug, Clone)]
pub(super) struct Lookup {
    pub(super) name: String,
    pub(super) kind: u16,
    pub(super) client: IpAddr,
    pub(super) server: IpAddr,
    pub(super) query: Option<Moment>,
    pub(super) response: Option<Moment>,
    pub(super) rcode: u16,
    pub(super) addresses: Vec<(IpAddr, u32)>,
    pub(super) aliases: Vec<String>,
}

/// All lookups, in order of their first packet.
#[derive(Debug, Default)]
pub(super) struct Lookups {
    pub(super) all: Vec<Lookup>,
    /// The latest of each question, by what its answer repeats; the name by its hash, without its case.
    open: FxHashMap<(Endpoints, u16, u16, u64), usize>,
}

/// Records of an answer that are kept; more are hostile.
const MOST_ADDRESSES: usize = 256;

/// A DNS message, as its nodes tell.
#[derive(Debug)]
pub(super) struct Message<'a> {
    id: u16,
    pub(super) response: bool,
    pub(super) rcode: u16,
    pub(super) answers: u16,
    pub(super) name: &'a [u8],
    pub(super) kind: u16,
    pub(super) records: u16,
    pub(super) ttl: u32,
    addresses: Vec<(IpAddr, u32)>,
    aliases: Vec<String>,
}

impl<'a> Message<'a> {
    pub(super) fn new(id: u16) -> Message<'a> {
        Message {
            id,
            response: false,
            rcode: 0,
            answers: 0,
            name: b"",
            kind: 0,
            records: 0,
            ttl: 0,
            addresses: Vec::new(),
            aliases: Vec::new(),
        }
    }

    /// An address of the record that was begun last; only those of the answer section count.
    pub(super) fn address(&mut self, address: IpAddr) {
        if self.in_answers() && self.addresses.len() < MOST_ADDRESSES {
            self.addresses.push((address, self.ttl));
        }
    }

    /// The name that the record's owner stands for.
    pub(super) fn alias(&mut self, name: &[u8]) {
        if self.in_answers() && self.aliases.len() < MOST_ADDRESSES {
            self.aliases.push(String::from_utf8_lossy(name).into_owned());
        }
    }

    fn in_answers(&self) -> bool {
        self.response && self.records <= self.answers
    }
}

impl Lookups {
    /// Takes a whole message that went between these endpoints.
    pub(super) fn take(&mut self, message: Message<'_>, endpoints: &Endpoints, moment: Moment) {
        let name = String::from_utf8_lossy(message.name);
        if name.is_empty() && message.addresses.is_empty() {
            return;
        }
        let towards = if message.response { endpoints.reversed() } else { *endpoints };
        let key = (towards, message.id, message.kind, hash_of(message.name));
        let known = self.open.get(&key).copied();
        let known = known.filter(|index| self.all.get(*index).is_some_and(|l| l.name.eq_ignore_ascii_case(&name)));
        let answered = |lookups: &Lookups, index: usize| lookups.all.get(index).is_some_and(|l| l.response.is_some());
        let index = match known {
            // A question that was answered already is asked anew.
            Some(index) if message.response || !answered(self, index) => index,
            _ => {
                self.all.push(Lookup {
                    name: name.into_owned(),
                    kind: message.kind,
                    client: towards.source,
                    server: towards.destination,
                    query: None,
                    response: None,
                    rcode: message.rcode,
                    addresses: Vec::new(),
                    aliases: Vec::new(),
                });
                self.open.insert(key, self.all.len() - 1);
                self.all.len() - 1
            }
        };
        let Some(lookup) = self.all.get_mut(index) else { return };
        if !message.response {
            lookup.query.get_or_insert(moment);
        } else if lookup.response.is_none() {
            lookup.response = Some(moment);
            lookup.rcode = message.rcode;
            lookup.addresses = message.addresses;
            lookup.aliases = message.aliases;
        }
    }

    /// What the rule asks of lookups, by client and address.
    pub(super) fn known(&self) -> Known<'_> {
        let answered =
            self.all.iter().enumerate().filter_map(|(index, lookup)| Some((index, lookup, lookup.response?)));
        let candidates = answered.flat_map(|(index, lookup, answered)| {
            lookup.addresses.iter().map(move |(address, ttl)| {
                (lookup.client, *address, Candidate { index, answered, ttl: *ttl, name: &lookup.name })
            })
        });
        Known::new(candidates, self.all.iter().map(|lookup| lookup.server))
    }
}

/// The same for names that differ in case only.
fn hash_of(name: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    name.iter().for_each(|byte| hasher.write_u8(byte.to_ascii_lowercase()));
    hasher.finish()
}

/// The name of a record type, as `AAAA`.
pub(super) fn kind_name(kind: u16) -> String {
    let field = protocols::named("dns.qry.type").next().unwrap_or(protocols::TEXT);
    let name = protocols::field(field).values.name(kind.into());
    // Some names have an explanation behind them in parentheses.
    name.map_or_else(|| format!("TYPE{kind}"), |name| name.split(' ').next().unwrap_or(name).to_owned())
}

/// The name of a response code, as `No such name`.
pub(super) fn rcode_name(rcode: u16) -> String {
    let field = protocols::named("dns.flags.rcode").next().unwrap_or(protocols::TEXT);
    name_or_number(&protocols::field(field).values, rcode.into())
}
