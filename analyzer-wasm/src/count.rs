//! A capture in numbers, for who has little memory: packets, lookups and connections, counted record by record. There is
//! no index, and each packet is read as if there were no others.

mod distinct;

use crate::capture::{Record, Timestamp};
use crate::dissect::{Found, Node, Packet, Tables, dissect};
use crate::field::FieldSet;
use crate::field::ProtocolId;
use crate::memory::Memory;
use crate::protocols;
use crate::protocols::application::{dhcp, dns};
use crate::protocols::transport::tcp;
use crate::streams::Segment;
use crate::value::{Datum, Value};
use distinct::Distinct;
use rustc_hash::FxHasher;
use std::collections::VecDeque;
use std::fmt::{self, Write};
use std::hash::{Hash, Hasher};
use std::net::{IpAddr, Ipv4Addr};

/// The most connections that are told apart: their hashes take some ten megabytes.
pub const MOST_CONNECTIONS: usize = 500_000;
/// The most names that are told apart.
pub const MOST_NAMES: usize = 50_000;
/// How many of the names are kept: the first ones.
pub const NAMES_KEPT: usize = 1000;
/// How many of the latest names are kept with their times.
pub const LATEST: usize = 16;

/// The host as a VM with QEMU's user network sees it, from which everything comes that is forwarded to the VM.
pub const HOST: Ipv4Addr = Ipv4Addr::new(10, 0, 2, 2);
/// The port of ssh in the VM.
pub const SSH_PORT: u16 = 22;

const DNS_PORT: u16 = 53;

/// What was counted.
#[derive(Debug, Default, Clone)]
pub struct Count {
    /// Records.
    pub packets: u64,
    /// Bytes that were captured of them.
    pub bytes: u64,
    /// The earliest and the latest time.
    pub span: Option<(Timestamp, Timestamp)>,
    /// Packets that ask a DNS server something, over UDP or TCP: `dns.flags.response == 0`. One that is sent again counts
    /// again; one that is quoted in an ICMP error, or that several TCP segments carry, does not.
    pub queries: u64,
    /// Distinct names that were asked for, in whatever case.
    pub names: Number,
    /// The first [`NAMES_KEPT`] of them, as [`written`] writes them.
    pub first_names: Vec<String>,
    /// The names that were asked for last, each once, the latest at the end.
    pub latest: VecDeque<QueriedName>,
    /// TCP connections: distinct first segments, by addresses, ports and initial sequence number.
    pub connections: Number,
    /// The address in the last DHCP acknowledgement.
    pub address: Option<Ipv4Addr>,
    /// Packets of ssh from the host of a VM: `ip.addr == 10.0.2.2 && tcp.port == 22`.
    pub ssh: u64,
}

/// How many of something there are, told apart up to a limit.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Number {
    /// So many.
    pub count: u64,
    /// And perhaps more: of what came after, it is not known whether it is new.
    pub more: bool,
}

/// A name that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueriedName {
    /// As [`written`] writes it.
    pub name: String,
    /// When, the last time.
    pub time: Option<Timestamp>,
}

/// Counts a capture.
pub struct Counter {
    count: Count,
    connections: Distinct,
    names: Distinct,
    tables: Tables,
    wanted: FieldSet,
    found: Found,
    tcp: ProtocolId,
    dns: ProtocolId,
}

impl Default for Counter {
    fn default() -> Counter {
        let protocols = protocols::standard();
        let wanted = [tcp::SEQ_RAW, dns::FLAGS_RESPONSE, dns::QRY_NAME, dhcp::IP_YOUR, dhcp::DHCP];
        Counter {
            count: Count::default(),
            connections: Distinct::up_to(MOST_CONNECTIONS),
            names: Distinct::up_to(MOST_NAMES),
            tables: Tables::of(protocols),
            wanted: FieldSet::of(wanted),
            found: Found::default(),
            tcp: protocols.owner(tcp::SELF),
            dns: protocols.owner(dns::SELF),
        }
    }
}

impl Counter {
    /// What was counted so far.
    pub fn count(&self) -> &Count {
        &self.count
    }

    /// Takes the next record.
    pub fn take(&mut self, record: &Record<'_>) {
        self.count.packets += 1;
        self.count.bytes += record.bytes.len() as u64;
        if let Some(time) = record.time {
            let (first, last) = self.count.span.unwrap_or((time, time));
            self.count.span = Some((first.min(time), last.max(time)));
        }
        let packet = Packet::alone(record, u32::try_from(self.count.packets).unwrap_or(u32::MAX));
        dissect(&self.tables, &packet, &mut Memory::alone(is_query), &self.wanted, &mut self.found);
        self.segments();
        self.messages(&packet, record.time);
    }

    /// Looks for what TCP's header tells.
    fn segments(&mut self) {
        let ends = self.found.endpoints;
        for (index, span) in self.found.layers.iter().enumerate() {
            if span.protocol != self.tcp || span.quoted {
                continue;
            }
            let at_host = [ends.source, ends.destination].contains(&IpAddr::V4(HOST));
            let at_ssh = [ends.source_port, ends.destination_port].contains(&SSH_PORT);
            self.count.ssh += u64::from(at_host && at_ssh);
            let flags = span.key.unwrap_or_default();
            let mut own = self.found.of(tcp::SEQ_RAW).filter(|node| usize::from(node.layer) == index);
            if flags & (SYN | ACK) == SYN
                && let Some(Node { value: Value::Uint(sequence), .. }) = own.next()
            {
                self.connections.insert(hash(&(ends, sequence)));
                self.count.connections = self.connections.number();
            }
        }
    }

    /// Looks for lookups and leases.
    fn messages(&mut self, packet: &Packet<'_>, time: Option<Timestamp>) {
        let (mut asks, mut asking, mut offered) = (false, None, None);
        for node in &self.found.nodes {
            let Some(layer) = self.found.layers.get(usize::from(node.layer)).filter(|layer| !layer.quoted) else {
                continue;
            };
            match (node.field, node.value) {
                (dns::FLAGS_RESPONSE, Value::Uint(response)) if layer.protocol == self.dns => {
                    asking = (response == 0).then_some(node.layer);
                    asks |= response == 0;
                }
                (dns::QRY_NAME, _) if asking == Some(node.layer) => {
                    if let Datum::Text(name) | Datum::Bytes(name) = self.found.datum(packet, node) {
                        self.count.asked(name, time, &mut self.names);
                    }
                }
                (dhcp::IP_YOUR, Value::Uint(address)) => offered = u32::try_from(address).ok(),
                (dhcp::DHCP, Value::Uint(DHCP_ACK)) => {
                    let address = offered.filter(|address| *address != 0).map(Ipv4Addr::from);
                    self.count.address = address.or(self.count.address);
                }
                _ => {}
            }
        }
        self.count.queries += u64::from(asks);
    }
}

const SYN: u16 = 0x02;
const ACK: u16 = 0x10;
/// RFC 2132, section 9.6.
const DHCP_ACK: u64 = 5;

impl Count {
    fn asked(&mut self, name: &[u8], time: Option<Timestamp>, known: &mut Distinct) {
        let name = written(name);
        if known.insert(hash(&name.to_ascii_lowercase())) && self.first_names.len() < NAMES_KEPT {
            self.first_names.push(name.clone());
        }
        self.names = known.number();
        self.latest.retain(|asked| !asked.name.eq_ignore_ascii_case(&name));
        if self.latest.len() >= LATEST {
            self.latest.pop_front();
        }
        self.latest.push_back(QueriedName { name, time });
    }
}

/// A name in the letters of ASCII that can be seen; all others, which can do harm on a terminal, and the backslash stand as
/// zone files have them (RFC 4343, section 2.1).
pub fn written(name: &[u8]) -> String {
    let mut text = String::with_capacity(name.len());
    for byte in name {
        match byte {
            b'\\' => text.push_str("\\\\"),
            0x21..=0x7e => text.push(char::from(*byte)),
            _ => drop(write!(text, "\\{byte:03}")),
        }
    }
    text
}

fn hash(what: &impl Hash) -> u64 {
    let mut hasher = FxHasher::default();
    what.hash(&mut hasher);
    hasher.finish()
}

impl fmt::Display for Number {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = crate::capture::grouped(self.count);
        write!(out, "{}{count}", if self.more { "more than " } else { "" })
    }
}

/// Whether a segment of TCP is sent to a DNS server: of what TCP carries, nothing else is counted.
fn is_query(segment: &Segment<'_>) -> bool {
    segment.endpoints.destination_port == DNS_PORT
}

#[cfg(test)]
mod tests;
