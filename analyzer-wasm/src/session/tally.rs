//! Counting what the open capture holds, a slice at a time, also while it is still read.

use crate::open::Open;
use crate::pace::Foremost;
use crate::pairs::{Gathered, NameId};
use crate::protocols::link::ethertype;
use crate::sharded::Sharded;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use std::cmp::Reverse;
use std::collections::VecDeque;
use std::hash::Hash;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Values of one field that are kept, the most frequent; nobody looks for others by name.
const MOST: usize = 2_000;
/// Values that are put into order in a step.
const AT_ONCE: u32 = 256;

/// Tallies of a capture, or of as much as had been read.
#[derive(Debug, Default)]
pub(super) struct Made {
    pub(super) packets: u32,
    pub(super) reading: bool,
    values: FxHashMap<&'static str, Vec<(String, u32)>>,
    protocols: FxHashMap<&'static str, u32>,
    /// By name, whatever its case: the addresses that answers gave for it.
    addresses: Sharded<NameId, SmallVec<[IpAddr; 1]>>,
}

impl Made {
    pub(super) fn addresses_of(&self, gathered: &Gathered, name: &str) -> Vec<IpAddr> {
        let names = gathered.all_names();
        let number = names.find(name.to_ascii_lowercase().as_bytes());
        number.and_then(|number| self.addresses.get(&names.folded(number))).map(|all| all.to_vec()).unwrap_or_default()
    }

    pub(super) fn values(&self, field: &str) -> Vec<(String, u32)> {
        self.values.get(field).cloned().unwrap_or_default()
    }

    pub(super) fn occurs(&self, protocol: &str) -> u32 {
        self.protocols.get(protocol).copied().unwrap_or(0)
    }
}

/// The tallies, and how far they came.
pub(super) struct Tallying {
    made: Made,
    stage: Stage,
    /// What the stage looks at next.
    next: u32,
    ipv4: Sides<Ipv4Addr>,
    ipv6: Sides<Ipv6Addr>,
    tcp: Sides<u16>,
    udp: Sides<u16>,
    /// By number of the stack: its packets.
    stacks: Vec<u32>,
    names: Tally<NameId>,
    kinds: Tally<u16>,
    aliases: Tally<NameId>,
    given_ipv4: Tally<Ipv4Addr>,
    given_ipv6: Tally<Ipv6Addr>,
    hosts: Tally<NameId>,
    servers: Tally<NameId>,
    paired: Tally<NameId>,
    lists: VecDeque<(&'static str, Box<dyn List>)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Conversations,
    Rows,
    Lookups,
    Servers,
    Pairs,
    Lists,
}

impl Tallying {
    /// For what was read so far.
    pub(super) fn new(open: &Open, reading: bool) -> Tallying {
        Tallying {
            made: Made { packets: open.packets(), reading, ..Made::default() },
            stage: Stage::Conversations,
            next: 0,
            ipv4: Sides::default(),
            ipv6: Sides::default(),
            tcp: Sides::default(),
            udp: Sides::default(),
            stacks: Vec::new(),
            names: Tally::default(),
            kinds: Tally::default(),
            aliases: Tally::default(),
            given_ipv4: Tally::default(),
            given_ipv6: Tally::default(),
            hosts: Tally::default(),
            servers: Tally::default(),
            paired: Tally::default(),
            lists: VecDeque::new(),
        }
    }

    /// Counts some more; the tallies once all is counted.
    pub(super) fn step(&mut self, open: &Open, units: u32) -> Option<Made> {
        let mut cost = 0;
        while cost < units {
            let next = self.next;
            self.next += 1;
            let spent = match self.stage {
                Stage::Conversations => self.count_conversation(open, next),
                Stage::Rows => self.count_row(open, next + 1),
                Stage::Lookups => self.count_lookup(open, next),
                Stage::Servers => self.count_server(open, next),
                Stage::Pairs => self.count_connection(open, next),
                Stage::Lists => {
                    let (name, list) = self.lists.front_mut()?;
                    let (spent, done) = list.step(open);
                    if let Some(values) = done {
                        self.made.values.insert(name, values);
                        self.lists.pop_front();
                    }
                    if self.lists.is_empty() {
                        return Some(std::mem::take(&mut self.made));
                    }
                    Some(spent)
                }
            };
            match spent {
                Some(spent) => cost += spent,
                None => self.turn_over(open),
            }
        }
        None
    }

    /// Ends a stage, and begins the next.
    fn turn_over(&mut self, open: &Open) {
        self.next = 0;
        self.stage = match self.stage {
            Stage::Conversations => Stage::Rows,
            Stage::Rows => {
                self.count_stacks(open);
                Stage::Lookups
            }
            Stage::Lookups => Stage::Servers,
            Stage::Servers => Stage::Pairs,
            Stage::Pairs | Stage::Lists => {
                self.list(open);
                Stage::Lists
            }
        };
    }

    fn count_conversation(&mut self, open: &Open, number: u32) -> Option<u32> {
        let (ends, conversation) = open.index.conversations.get(number)?;
        if !ends.known() {
            return Some(1);
        }
        let packets = conversation.packets;
        let of_addresses = match (ends.source, ends.destination) {
            (IpAddr::V4(source), IpAddr::V4(destination)) => self.ipv4.add([source, destination], packets),
            (IpAddr::V6(source), IpAddr::V6(destination)) => self.ipv6.add([source, destination], packets),
            _ => 0,
        };
        let ports = [ends.source_port, ends.destination_port];
        let of_ports = match (conversation.stream, conversation.datagrams) {
            (Some(_), _) => self.tcp.add(ports, packets),
            (None, Some(_)) => self.udp.add(ports, packets),
            (None, None) => 0,
        };
        Some(1 + of_addresses + of_ports)
    }

    fn count_row(&mut self, open: &Open, frame: u32) -> Option<u32> {
        let row = open.index.rows.get(frame).filter(|_| frame <= self.made.packets)?;
        let stack = usize::from(row.stack);
        if self.stacks.len() <= stack {
            self.stacks.resize(stack + 1, 0);
        }
        if let Some(count) = self.stacks.get_mut(stack) {
            *count += 1;
        }
        Some(1)
    }

    fn count_stacks(&mut self, open: &Open) {
        let protocols = open.protocols();
        for ((stack, ()), packets) in open.index.stacks.iter().zip(&self.stacks) {
            for (place, layer) in stack.iter().enumerate() {
                // It stands for no bytes of its own, and nobody looks for it.
                if protocols.get(layer.protocol()).fields.first == ethertype::SELF {
                    continue;
                }
                let again = stack.iter().take(place).any(|other| other.protocol() == layer.protocol());
                if !again {
                    *self.made.protocols.entry(protocols.get(layer.protocol()).name).or_default() += packets;
                }
            }
        }
    }

    fn count_lookup(&mut self, open: &Open, number: u32) -> Option<u32> {
        let gathered = &open.gathered;
        let lookup = gathered.named(number)?;
        let mut cost = self.names.add(lookup.name, lookup.packets) + self.kinds.add(lookup.kind, lookup.packets);
        for alias in lookup.aliases {
            cost += self.aliases.add(*alias, 1);
        }
        for address in lookup.addresses() {
            cost += match address {
                IpAddr::V4(address) => self.given_ipv4.add(address, 1),
                IpAddr::V6(address) => self.given_ipv6.add(address, 1),
            };
            // What a name leads through is at the same addresses.
            let called = std::iter::once(&lookup.name).chain(lookup.aliases);
            for name in called.filter(|name| name.is_some()) {
                let folded = gathered.all_names().folded(*name);
                let (known, spent) = self.made.addresses.value_at_cost(folded, SmallVec::new);
                cost += 4 + spent;
                if let Some(known) = known {
                    cost += known.len() as u32 / 8;
                    if !known.contains(&address) {
                        known.push(address);
                    }
                }
            }
        }
        Some(1 + cost)
    }

    fn count_server(&mut self, open: &Open, place: u32) -> Option<u32> {
        let (frame, name) = open.gathered.server_name(place)?;
        if !name.is_some() {
            return Some(1);
        }
        let index = &open.index;
        let stack = index.rows.get(frame).and_then(|row| index.stack_of(row)).unwrap_or_default();
        let over_tls = stack.iter().any(|layer| open.protocols().get(layer.protocol()).name == "tls");
        Some(2 + if over_tls { self.servers.add(name, 1) } else { self.hosts.add(name, 1) })
    }

    fn count_connection(&mut self, open: &Open, number: u32) -> Option<u32> {
        let pairs = open.pairs()?;
        if number >= pairs.counts().1 {
            return None;
        }
        Some(1 + pairs.name_at(number).map_or(0, |name| self.paired.add(name, 1)))
    }

    /// Begins to list what was counted.
    fn list(&mut self, open: &Open) {
        std::mem::take(&mut self.ipv4).list(["ip.addr", "ip.src", "ip.dst"], &mut self.lists);
        std::mem::take(&mut self.ipv6).list(["ipv6.addr", "ipv6.src", "ipv6.dst"], &mut self.lists);
        std::mem::take(&mut self.tcp).list(["tcp.port", "tcp.srcport", "tcp.dstport"], &mut self.lists);
        std::mem::take(&mut self.udp).list(["udp.port", "udp.srcport", "udp.dstport"], &mut self.lists);
        let mut names = vec![
            ("dns.qry.name", std::mem::take(&mut self.names)),
            ("dns.cname", std::mem::take(&mut self.aliases)),
            ("http.host", std::mem::take(&mut self.hosts)),
            ("tls.handshake.extensions_server_name", std::mem::take(&mut self.servers)),
        ];
        if let Some(pairs) = open.pairs() {
            self.made.protocols.insert("pair", pairs.packets());
            names.push(("pair.name", std::mem::take(&mut self.paired)));
        }
        let text = |open: &Open, name: NameId| open.gathered.all_names().text(name).into_owned();
        for (field, tally) in names {
            self.lists.push_back((field, tally.list(text, false)));
        }
        self.lists.push_back(("dns.qry.type", std::mem::take(&mut self.kinds).list(|_, kind| kind, false)));
        self.lists.push_back(("dns.a", std::mem::take(&mut self.given_ipv4).list(|_, address| address, false)));
        self.lists.push_back(("dns.aaaa", std::mem::take(&mut self.given_ipv6).list(|_, address| address, false)));
    }
}

/// Counts of values, by value.
struct Tally<T>(Sharded<T, u32>);

impl<T> Default for Tally<T> {
    fn default() -> Tally<T> {
        Tally(Sharded::default())
    }
}

impl<T: Hash + Eq + Copy + 'static> Tally<T> {
    /// Counts packets; what that cost.
    fn add(&mut self, value: T, packets: u32) -> u32 {
        if packets == 0 {
            return 0;
        }
        let (count, cost) = self.0.value_at_cost(value, || 0);
        if let Some(count) = count {
            *count += packets;
        }
        2 + cost
    }

    /// The values, the most frequent first. Lookups and connections are counted, not packets: there only the order is known.
    fn list<K: Ord + ToString + 'static>(self, write: fn(&Open, T) -> K, is_counted: bool) -> Box<dyn List> {
        Box::new(Listing { counts: self.0, next: 0, foremost: Some(Foremost::new(MOST)), write, is_counted })
    }
}

/// The most frequent values of a field on their way into order.
trait List {
    /// Goes on; what that cost, and the values once all is done.
    fn step(&mut self, open: &Open) -> (u32, Option<Vec<(String, u32)>>);
}

struct Listing<T, K> {
    counts: Sharded<T, u32>,
    /// The place of the next value in them.
    next: u32,
    foremost: Option<Foremost<(Reverse<u32>, K)>>,
    write: fn(&Open, T) -> K,
    is_counted: bool,
}

impl<T: Hash + Eq + Copy, K: Ord + ToString> List for Listing<T, K> {
    fn step(&mut self, open: &Open) -> (u32, Option<Vec<(String, u32)>>) {
        if self.counts.nth(self.next).is_none() {
            let values = self.foremost.take().map(Foremost::sorted).unwrap_or_default();
            let counted = |count| if self.is_counted { count } else { 0 };
            let values =
                values.into_iter().map(|(Reverse(count), value)| (value.to_string(), counted(count))).collect();
            return (MOST as u32 * 4, Some(values));
        }
        let behind = self.next.saturating_add(AT_ONCE);
        if let Some(foremost) = &mut self.foremost {
            let own = (self.next..behind).map_while(|place| self.counts.nth(place));
            own.for_each(|(value, count)| foremost.push((Reverse(*count), (self.write)(open, *value))));
        }
        self.next = behind;
        (AT_ONCE * 4, None)
    }
}

/// One kind of values: those of senders, of receivers, and of both.
struct Sides<T> {
    source: Tally<T>,
    destination: Tally<T>,
    either: Tally<T>,
}

impl<T> Default for Sides<T> {
    fn default() -> Sides<T> {
        Sides { source: Tally::default(), destination: Tally::default(), either: Tally::default() }
    }
}

impl<T: Hash + Ord + Copy + ToString + 'static> Sides<T> {
    /// Takes a conversation between two, with its packets there and back; what that cost.
    fn add(&mut self, ends: [T; 2], packets: [u32; 2]) -> u32 {
        let [from, to] = ends;
        let [there, back] = packets;
        let both = there.saturating_add(back);
        self.source.add(from, there)
            + self.source.add(to, back)
            + self.destination.add(to, there)
            + self.destination.add(from, back)
            + self.either.add(from, both)
            + if from != to { self.either.add(to, both) } else { 0 }
    }

    fn list(self, names: [&'static str; 3], lists: &mut VecDeque<(&'static str, Box<dyn List>)>) {
        let [either, source, destination] = names;
        lists.push_back((either, self.either.list(|_, value| value, true)));
        lists.push_back((source, self.source.list(|_, value| value, true)));
        lists.push_back((destination, self.destination.list(|_, value| value, true)));
    }
}
