//! How connections begin, and to which address.

use super::{CLIENT, CLIENT6, Named, Scene, end, ip};
use crate::packet::{ACK, ALERT, SYN, hello, quic_handshake, quic_short, tcp, udp, unreachable};

pub(super) const SCENES: &[Named] = &[
    ("first_family_unanswered", first_family_unanswered),
    ("first_family_wins", first_family_wins),
    ("race_of_addresses", race_of_addresses),
    ("handshakes", handshakes),
    ("port_reused", port_reused),
    ("nat64", nat64),
    ("mapped", mapped),
    ("datagrams", datagrams),
    ("unreachable_servers", unreachable_servers),
    ("quic_goes_on", quic_goes_on),
];

const NAME: &str = "www.example.com";

/// Asked for both families over IPv4; IPv6 goes first, and IPv4 answers (RFC 8305).
fn first_family_unanswered(scene: &mut Scene) {
    scene.lookup(0, CLIENT, NAME, &[("2001:db8:34::34", 60)]);
    scene.lookup(10, CLIENT, NAME, &[("93.184.216.34", 60)]);
    let six = scene.talk(CLIENT6, "[2001:db8:34::34]:443");
    scene.add(30, &six.syn());
    scene.visit(280, CLIENT, "93.184.216.34:443", &hello(NAME, "h2"));
    scene.add(1030, &six.syn());
}

/// Both families answer; the first to do so is kept, the other closed at once.
fn first_family_wins(scene: &mut Scene) {
    scene.lookup(0, CLIENT, NAME, &[("2001:db8:34::34", 60)]);
    scene.lookup(20, CLIENT, NAME, &[("93.184.216.34", 60)]);
    let mut six = scene.talk(CLIENT6, "[2001:db8:34::34]:443");
    let mut four = scene.talk(CLIENT, "93.184.216.34:443");
    scene.add(50, &six.syn());
    scene.add(300, &four.syn());
    scene.add(310, &six.accept());
    scene.add(311, &six.acknowledge());
    scene.add(312, &six.send(&hello(NAME, "h2")));
    scene.add(320, &four.accept());
    scene.add(321, &four.abandon());
    scene.add(600, &six.receive(ALERT));
}

/// Two addresses of one family: the race needs no second one. A connection after it is not part of it.
fn race_of_addresses(scene: &mut Scene) {
    scene.lookup(0, CLIENT, NAME, &[("93.184.216.34", 60), ("93.184.216.35", 60), ("93.184.216.36", 60)]);
    scene.knock(100, CLIENT, "93.184.216.34:443");
    scene.visit(350, CLIENT, "93.184.216.35:443", &hello(NAME, "h2"));
    scene.knock(9000, CLIENT, "93.184.216.36:443");
}

/// Unanswered three times, refused, accepted and then reset, opened from both sides, accepted.
fn handshakes(scene: &mut Scene) {
    scene.lookup(0, CLIENT, NAME, &[("93.184.216.34", 600)]);
    let silent = scene.talk(CLIENT, "93.184.216.34:81");
    for at in [100, 1100, 3100] {
        scene.add(at, &silent.syn());
    }
    let refused = scene.talk(CLIENT, "93.184.216.34:82");
    scene.add(4000, &refused.syn());
    scene.add(4020, &refused.refuse());
    let mut reset = scene.talk(CLIENT, "93.184.216.34:83");
    scene.add(5000, &reset.syn());
    scene.add(5020, &reset.accept());
    scene.add(5021, &reset.acknowledge());
    scene.add(5040, &reset.reset());
    let (here, there) = (end("10.0.2.15:40100"), end("93.184.216.34:84"));
    scene.add(6000, &tcp(here, there, SYN, (1000, 0), &[]));
    scene.add(6005, &tcp(there, here, SYN, (5000, 0), &[]));
    scene.add(6006, &tcp(here, there, SYN | ACK, (1000, 5001), &[]));
    scene.add(6020, &tcp(there, here, SYN | ACK, (5000, 1001), &[]));
    scene.visit(7000, CLIENT, "93.184.216.34:443", &hello(NAME, "h2"));
}

/// The same ports and addresses twice, after another lookup each.
fn port_reused(scene: &mut Scene) {
    scene.lookup(0, CLIENT, "one.example", &[("93.184.216.34", 1)]);
    let mut talk = scene.visit(30, CLIENT, "93.184.216.34:443", &hello("one.example", "h2"));
    for (at, segment) in (100..).zip(talk.close()) {
        scene.add(at, &segment);
    }
    scene.lookup(60_000, CLIENT, "two.example", &[("93.184.216.34", 60)]);
    (talk.sent, talk.received) = (900_000, 700_000);
    scene.hold(60_030, &mut talk, &hello("two.example", "h2"));
}

/// A host with IPv6 only reaches IPv4 through a translator: by its resolver's answers, and by putting addresses together
/// itself, with the prefix that is the same everywhere (RFC 6052) and with one that it asked for (RFC 7050).
fn nat64(scene: &mut Scene) {
    scene.lookup(0, CLIENT6, "one.example", &[("64:ff9b::93.184.216.34", 60)]);
    scene.knock(30, CLIENT6, "[64:ff9b::93.184.216.34]:443");
    scene.lookup(100, CLIENT6, "two.example", &[("203.0.113.9", 60)]);
    scene.knock(130, CLIENT6, "[64:ff9b::203.0.113.9]:443");
    scene.lookup(200, CLIENT6, "ipv4only.arpa", &[("2001:db8:64::192.0.0.170", 60), ("2001:db8:64::192.0.0.171", 60)]);
    scene.lookup(300, CLIENT6, "three.example", &[("203.0.113.10", 60)]);
    scene.knock(330, CLIENT6, "[2001:db8:64::203.0.113.10]:443");
    scene.knock(400, CLIENT6, "[2001:db8:65::203.0.113.10]:443");
}

/// An IPv4 address in the clothes of IPv6 is that address: in the packets, and in an answer.
fn mapped(scene: &mut Scene) {
    scene.lookup(0, CLIENT, "one.example", &[("93.184.216.34", 60)]);
    scene.knock(30, "::ffff:10.0.2.15", "[::ffff:93.184.216.34]:443");
    scene.lookup(100, CLIENT, "two.example", &[("::ffff:198.51.100.7", 60)]);
    scene.knock(130, CLIENT, "198.51.100.7:443");
}

/// A flow of datagrams begins with its first.
fn datagrams(scene: &mut Scene) {
    scene.lookup(0, CLIENT, "game.example", &[("93.184.216.34", 60)]);
    let (here, there) = (end("10.0.2.15:47100"), end("93.184.216.34:47001"));
    scene.add(30, &udp(here, there, b"I am here"));
    scene.add(50, &udp(there, here, b"so am I"));
    scene.add(10_000, &udp(here, there, b"still here"));
    scene.add(10_100, &udp(here, end("93.184.216.34:47002"), b"another flow"));
}

/// The router says that a host is not there, that it may not be called, and of one that it reaches after all; the server
/// says that nobody listens on a port, in both families. That a packet is too large says nothing of whom it reaches.
fn unreachable_servers(scene: &mut Scene) {
    scene.lookup(0, CLIENT, NAME, &[("93.184.216.34", 60)]);
    scene.lookup(20, CLIENT6, NAME, &[("2001:db8:34::34", 60)]);
    let (router, server, server6) = (ip("10.0.2.2"), ip("93.184.216.34"), ip("2001:db8:34::34"));
    let absent = scene.talk(CLIENT, "93.184.216.34:81").syn();
    scene.add(100, &absent);
    scene.add(150, &unreachable(router, 1, &absent));
    scene.add(1100, &absent);
    scene.add(1150, &unreachable(router, 1, &absent));
    let forbidden = scene.talk(CLIENT, "93.184.216.34:82").syn();
    scene.add(2000, &forbidden);
    scene.add(2001, &unreachable(router, 13, &forbidden));
    let mut late = scene.talk(CLIENT, "93.184.216.34:83");
    scene.add(3000, &late.syn());
    scene.add(3001, &unreachable(router, 0, &late.syn()));
    scene.hold(4000, &mut late, &hello(NAME, "h2"));
    let large = scene.talk(CLIENT, "93.184.216.34:84").syn();
    scene.add(5000, &large);
    scene.add(5001, &unreachable(router, 4, &large));
    let datagram = udp(end("10.0.2.15:47100"), end("93.184.216.34:47001"), b"I am here");
    scene.add(6000, &datagram);
    scene.add(6020, &unreachable(server, 3, &datagram));
    let knock = scene.talk(CLIENT6, "[2001:db8:34::34]:85").syn();
    scene.add(7000, &knock);
    scene.add(7020, &unreachable(server6, 4, &knock));
}

/// Of connections over QUIC that began before: the first packet is one of the handshake, or one without a long header. A
/// datagram to the same port that begins otherwise is none of QUIC.
fn quic_goes_on(scene: &mut Scene) {
    scene.lookup(0, CLIENT, NAME, &[("93.184.216.34", 60)]);
    let (here, there) = (end("10.0.2.15:47200"), end("93.184.216.34:443"));
    scene.add(30, &udp(here, there, &quic_handshake()));
    scene.add(31, &udp(here, there, &quic_short()));
    scene.add(100, &udp(end("203.0.113.9:443"), end("10.0.2.15:47201"), &quic_short()));
    scene.add(110, &udp(end("10.0.2.15:47202"), end("203.0.113.9:443"), b"\x16\xfe\xfd as DTLS begins, and not QUIC"));
}
