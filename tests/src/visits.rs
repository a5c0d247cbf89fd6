//! The captures of `tests/captures/pairs` that are made here: one for every way in which a lookup leads to a connection, or
//! does not. What is to be said of each is in `tests/pairs.tsv` and `tests/lookups.tsv`.
#![allow(clippy::unwrap_used, reason = "the addresses are written here")]

use std::net::{IpAddr, SocketAddr};

use crate::packet::{A, AAAA, ACK, ALERT, FIN, Message, NO_CONTENT, PSH, RST, Record, SYN, Tape, routed, tcp, udp};

mod beginnings;
mod choices;
mod lookups;
mod reasons;

/// A host.
const CLIENT: &str = "10.0.2.15";
/// The same host's other address: both end in the same byte.
const CLIENT6: &str = "2001:db8:2::f";
/// Its neighbour.
const OTHER: &str = "10.0.2.16";
/// Whom both ask, in IPv4 and in IPv6.
const RESOLVER: &str = "10.0.2.3:53";
const RESOLVER6: &str = "[2001:db8:2::3]:53";

/// All captures, each with its name.
pub fn all() -> Vec<(&'static str, Tape)> {
    let scenes = [choices::SCENES, reasons::SCENES, lookups::SCENES, beginnings::SCENES].concat();
    let act = |(name, play): (&'static str, fn(&mut Scene))| {
        let mut scene = Scene::default();
        play(&mut scene);
        (name, scene.tape)
    };
    scenes.into_iter().map(act).collect()
}

/// A capture's name, and what happens in it.
type Named = (&'static str, fn(&mut Scene));

/// A capture in which hosts act one after the other. Times are milliseconds.
#[derive(Default)]
struct Scene {
    tape: Tape,
    lookups: u16,
    connections: u16,
    /// Whether the hosts are behind a router of their own.
    routed: bool,
}

impl Scene {
    /// A packet goes by.
    fn add(&mut self, at: u32, packet: &[u8]) {
        let hosts: &[IpAddr] = if self.routed { &[ip(CLIENT), ip(OTHER)] } else { &[] };
        self.tape.add(at, &routed(packet.to_vec(), hosts));
    }

    /// A client asks for a name's addresses, and 10 ms later hears of these, each with its seconds to live.
    fn lookup(&mut self, at: u32, client: &str, name: &str, addresses: &[(&str, u32)]) {
        let kind = if addresses.iter().any(|(address, _)| ip(address).is_ipv6()) { AAAA } else { A };
        let records: Vec<Record> =
            addresses.iter().map(|(address, ttl)| Record::address(name, *ttl, ip(address))).collect();
        self.exchange(at, client, name, kind, &records);
    }

    /// A client asks for records of a name, and 10 ms later has them.
    fn exchange(&mut self, at: u32, client: &str, name: &str, kind: u16, records: &[Record]) {
        let (id, [here, resolver]) = self.ask(client);
        let question = Message::asks(id, name, kind);
        self.add(at, &udp(here, resolver, &question.bytes()));
        self.add(at + 10, &udp(resolver, here, &question.answered(records).bytes()));
    }

    /// The id of a client's next question, its port, and whom it asks.
    fn ask(&mut self, client: &str) -> (u16, [SocketAddr; 2]) {
        self.lookups += 1;
        let resolver = if ip(client).is_ipv6() { RESOLVER6 } else { RESOLVER };
        (self.lookups, [SocketAddr::new(ip(client), 50_000 + self.lookups), end(resolver)])
    }

    /// A connection from the client's next port.
    fn talk(&mut self, client: &str, server: &str) -> Talk {
        self.connections += 1;
        let client = SocketAddr::new(ip(client), 40_000 + self.connections);
        Talk { client, server: end(server), sent: 1000, received: 5000 }
    }

    /// A client knocks, and the capture has no answer.
    fn knock(&mut self, at: u32, client: &str, server: &str) {
        let talk = self.talk(client, server);
        self.add(at, &talk.syn());
    }

    /// A client connects, says something first, and is answered: five packets.
    fn visit(&mut self, at: u32, client: &str, server: &str, first: &[u8]) -> Talk {
        let mut talk = self.talk(client, server);
        self.hold(at, &mut talk, first);
        talk
    }

    /// A conversation of five packets.
    fn hold(&mut self, at: u32, talk: &mut Talk, first: &[u8]) {
        self.add(at, &talk.syn());
        self.add(at + 20, &talk.accept());
        self.add(at + 21, &talk.acknowledge());
        self.add(at + 22, &talk.send(first));
        let answer = if first.first() == Some(&22) { ALERT } else { NO_CONTENT };
        self.add(at + 42, &talk.receive(answer));
    }
}

/// A TCP connection that is acted out.
struct Talk {
    client: SocketAddr,
    server: SocketAddr,
    sent: u32,
    received: u32,
}

impl Talk {
    fn syn(&self) -> Vec<u8> {
        tcp(self.client, self.server, SYN, (self.sent, 0), &[])
    }

    fn accept(&mut self) -> Vec<u8> {
        self.sent += 1;
        self.received += 1;
        tcp(self.server, self.client, SYN | ACK, (self.received - 1, self.sent), &[])
    }

    fn refuse(&self) -> Vec<u8> {
        tcp(self.server, self.client, RST | ACK, (0, self.sent + 1), &[])
    }

    fn acknowledge(&self) -> Vec<u8> {
        tcp(self.client, self.server, ACK, (self.sent, self.received), &[])
    }

    fn send(&mut self, bytes: &[u8]) -> Vec<u8> {
        let segment = tcp(self.client, self.server, PSH | ACK, (self.sent, self.received), bytes);
        self.sent += bytes.len() as u32;
        segment
    }

    fn receive(&mut self, bytes: &[u8]) -> Vec<u8> {
        let segment = tcp(self.server, self.client, PSH | ACK, (self.received, self.sent), bytes);
        self.received += bytes.len() as u32;
        segment
    }

    /// The client gives up.
    fn abandon(&self) -> Vec<u8> {
        tcp(self.client, self.server, RST | ACK, (self.sent, self.received), &[])
    }

    /// The server gives up.
    fn reset(&self) -> Vec<u8> {
        tcp(self.server, self.client, RST | ACK, (self.received, self.sent), &[])
    }

    /// Both sides end: three packets.
    fn close(&mut self) -> [Vec<u8>; 3] {
        let bye = tcp(self.client, self.server, FIN | ACK, (self.sent, self.received), &[]);
        self.sent += 1;
        let too = tcp(self.server, self.client, FIN | ACK, (self.received, self.sent), &[]);
        self.received += 1;
        [bye, too, self.acknowledge()]
    }
}

fn ip(written: &str) -> IpAddr {
    written.parse().unwrap()
}

/// An address with a port.
fn end(written: &str) -> SocketAddr {
    written.parse().unwrap()
}
