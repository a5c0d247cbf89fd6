//! What the open capture holds, as its index and its lookups tell: for advice and completion, without reading bytes again.

use super::Capture;
use super::open::Open;
use crate::filter::Seen;
use crate::index::Index;
use crate::message::Host;
use crate::pairs::{Gathered, address_filter};
use crate::protocols::link::ethertype;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::cmp::Reverse;
use std::hash::Hash;
use std::net::IpAddr;

/// Values of one field that are kept, the most frequent; nobody looks for others by name.
const MOST: usize = 2_000;
/// Addresses that the page is told of.
const MOST_HOSTS: usize = 20;

/// The tallies, made when they are first asked for.
#[derive(Debug, Default)]
pub(super) struct Tallies {
    made: RefCell<Option<Made>>,
}

/// Tallies of a capture, or of as much as had been read.
#[derive(Debug)]
struct Made {
    packets: u32,
    reading: bool,
    values: FxHashMap<&'static str, Vec<(String, u32)>>,
    protocols: FxHashMap<&'static str, u32>,
    addresses: FxHashMap<String, Vec<IpAddr>>,
}

impl Seen for Capture {
    fn addresses_of(&self, name: &str) -> Vec<IpAddr> {
        self.tallied(|made| made.addresses.get(&name.to_ascii_lowercase()).cloned().unwrap_or_default())
    }

    fn values(&self, field: &str) -> Vec<(String, u32)> {
        self.tallied(|made| made.values.get(field).cloned().unwrap_or_default())
    }

    fn occurs(&self, protocol: &str) -> u32 {
        self.tallied(|made| made.protocols.get(protocol).copied().unwrap_or(0))
    }
}

impl Capture {
    /// Makes the tallies, unless they are there.
    pub(super) fn tally(&self) {
        self.tallied(|_| ());
    }

    /// Looks at the tallies, which are made anew when they are out of date.
    fn tallied<T>(&self, look: impl FnOnce(&Made) -> T) -> T {
        let packets = self.open.packets();
        // While the capture is read, tallies of half of it do.
        let good = |made: &Made| match made.reading {
            true => self.reading && packets / 2 <= made.packets,
            false => made.packets == packets,
        };
        let mut made = self.tallies.made.borrow_mut();
        if !made.as_ref().is_some_and(good) {
            *made = None;
        }
        look(made.get_or_insert_with(|| Made::of(&self.open, self.reading)))
    }

    /// The addresses with the most packets, the busiest first.
    pub(super) fn hosts(&self) -> Vec<Host> {
        let mut packets: FxHashMap<IpAddr, u32> = FxHashMap::default();
        for (endpoints, conversation) in self.open.index.conversations.iter().filter(|(ends, _)| ends.known()) {
            let ends = [endpoints.source, endpoints.destination];
            let distinct = if ends[0] == ends[1] { &ends[..1] } else { &ends[..] };
            // Nobody is behind an address that stands for many, or for none.
            for address in distinct.iter().filter(|address| is_host(**address)) {
                *packets.entry(*address).or_default() += conversation.packets.iter().sum::<u32>();
            }
        }
        let mut hosts: Vec<(IpAddr, u32)> = packets.into_iter().collect();
        hosts.sort_by_key(|(address, packets)| (Reverse(*packets), *address));
        let host = |(address, packets): &(IpAddr, u32)| Host {
            address: address.to_string(),
            packets: *packets,
            filter: address_filter(*address),
        };
        hosts.iter().take(MOST_HOSTS).map(host).collect()
    }
}

fn is_host(address: IpAddr) -> bool {
    let broadcast = matches!(address, IpAddr::V4(address) if address.is_broadcast());
    !(address.is_unspecified() || address.is_multicast() || broadcast)
}

/// Counts of values, by value.
struct Tally<T>(FxHashMap<T, u32>);

impl<T: Hash + Eq + Ord + ToString> Tally<T> {
    fn new() -> Tally<T> {
        Tally(FxHashMap::default())
    }

    fn add(&mut self, value: T, packets: u32) {
        if packets > 0 {
            *self.0.entry(value).or_default() += packets;
        }
    }

    /// The values, the most frequent first.
    fn list(self) -> Vec<(String, u32)> {
        let mut counts: Vec<(T, u32)> = self.0.into_iter().collect();
        counts.sort_unstable_by(|(a, some), (b, more)| (Reverse(some), a).cmp(&(Reverse(more), b)));
        counts.into_iter().take(MOST).map(|(value, packets)| (value.to_string(), packets)).collect()
    }

    /// The values in the same order, where only that is known: lookups and connections are counted, not packets.
    fn order(self) -> Vec<(String, u32)> {
        self.list().into_iter().map(|(value, _)| (value, 0)).collect()
    }
}

/// One kind of values: those of senders, of receivers, and of both.
struct Sides<T> {
    source: Tally<T>,
    destination: Tally<T>,
    either: Tally<T>,
}

impl<T: Hash + Eq + Ord + Copy + ToString> Sides<T> {
    fn new() -> Sides<T> {
        Sides { source: Tally::new(), destination: Tally::new(), either: Tally::new() }
    }

    /// Takes a conversation between two, with its packets there and back.
    fn add(&mut self, ends: [T; 2], packets: [u32; 2]) {
        let [from, to] = ends;
        let [there, back] = packets;
        self.source.add(from, there);
        self.source.add(to, back);
        self.destination.add(to, there);
        self.destination.add(from, back);
        self.either.add(from, there.saturating_add(back));
        if from != to {
            self.either.add(to, there.saturating_add(back));
        }
    }

    fn put(self, names: [&'static str; 3], values: &mut FxHashMap<&'static str, Vec<(String, u32)>>) {
        let [either, source, destination] = names;
        values.insert(either, self.either.list());
        values.insert(source, self.source.list());
        values.insert(destination, self.destination.list());
    }
}

impl Made {
    fn of(open: &Open, reading: bool) -> Made {
        let index = &open.index;
        let mut made = Made {
            packets: index.rows.len(),
            reading,
            values: FxHashMap::default(),
            protocols: FxHashMap::default(),
            addresses: FxHashMap::default(),
        };
        made.take_conversations(index);
        made.take_stacks(index);
        made.take_names(index, &open.gathered);
        if let Some(pairs) = open.pairs() {
            made.protocols.insert("pair", pairs.packets());
            let mut paired = Tally::new();
            pairs.names().for_each(|name| paired.add(name, 1));
            made.values.insert("pair.name", paired.order());
        }
        made
    }

    fn take_conversations(&mut self, index: &Index) {
        let (mut ipv4, mut ipv6) = (Sides::new(), Sides::new());
        let (mut tcp, mut udp) = (Sides::new(), Sides::new());
        for (ends, conversation) in index.conversations.iter().filter(|(ends, _)| ends.known()) {
            match (ends.source, ends.destination) {
                (IpAddr::V4(source), IpAddr::V4(destination)) => {
                    ipv4.add([source, destination], conversation.packets);
                }
                (IpAddr::V6(source), IpAddr::V6(destination)) => {
                    ipv6.add([source, destination], conversation.packets);
                }
                _ => {}
            }
            let ports = [ends.source_port, ends.destination_port];
            if conversation.stream.is_some() {
                tcp.add(ports, conversation.packets);
            } else if conversation.datagrams.is_some() {
                udp.add(ports, conversation.packets);
            }
        }
        ipv4.put(["ip.addr", "ip.src", "ip.dst"], &mut self.values);
        ipv6.put(["ipv6.addr", "ipv6.src", "ipv6.dst"], &mut self.values);
        tcp.put(["tcp.port", "tcp.srcport", "tcp.dstport"], &mut self.values);
        udp.put(["udp.port", "udp.srcport", "udp.dstport"], &mut self.values);
    }

    fn take_stacks(&mut self, index: &Index) {
        let mut packets = vec![0u32; index.stacks.len()];
        for row in index.rows.iter() {
            if let Some(count) = packets.get_mut(usize::from(row.stack)) {
                *count += 1;
            }
        }
        let protocols = index.tables.protocols();
        for (stack, packets) in index.stacks.iter().zip(packets) {
            for (place, layer) in stack.iter().enumerate() {
                // It stands for no bytes of its own, and nobody looks for it.
                if protocols.get(layer.protocol()).fields.first == ethertype::SELF {
                    continue;
                }
                let again = stack.iter().take(place).any(|other| other.protocol() == layer.protocol());
                if !again {
                    *self.protocols.entry(protocols.get(layer.protocol()).name).or_default() += packets;
                }
            }
        }
    }

    fn take_names(&mut self, index: &Index, gathered: &Gathered) {
        let (mut names, mut kinds, mut aliases) = (Tally::new(), Tally::new(), Tally::new());
        let (mut ipv4, mut ipv6) = (Tally::new(), Tally::new());
        for lookup in gathered.names() {
            names.add(lookup.name.clone(), lookup.packets);
            kinds.add(lookup.kind, lookup.packets);
            lookup.aliases.iter().for_each(|alias| aliases.add(alias.clone(), 1));
            for address in &lookup.addresses {
                match address {
                    IpAddr::V4(address) => ipv4.add(*address, 1),
                    IpAddr::V6(address) => ipv6.add(*address, 1),
                }
                // What a name leads through is at the same addresses.
                let called = std::iter::once(&lookup.name).chain(&lookup.aliases);
                for name in called.filter(|name| !name.is_empty()) {
                    let known = self.addresses.entry(name.to_ascii_lowercase()).or_default();
                    if !known.contains(address) {
                        known.push(*address);
                    }
                }
            }
        }
        let protocols = index.tables.protocols();
        let (mut hosts, mut servers) = (Tally::new(), Tally::new());
        for (frame, name) in gathered.server_names() {
            let stack = index.rows.get(frame).and_then(|row| index.stack_of(row)).unwrap_or_default();
            let over_tls = stack.iter().any(|layer| protocols.get(layer.protocol()).name == "tls");
            if over_tls { servers.add(name, 1) } else { hosts.add(name, 1) }
        }
        self.values.insert("dns.qry.name", names.order());
        self.values.insert("dns.qry.type", kinds.order());
        self.values.insert("dns.cname", aliases.order());
        self.values.insert("dns.a", ipv4.order());
        self.values.insert("dns.aaaa", ipv6.order());
        self.values.insert("http.host", hosts.order());
        self.values.insert("tls.handshake.extensions_server_name", servers.order());
    }
}
