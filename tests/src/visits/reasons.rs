//! Why a connection has no lookup.

use super::{CLIENT, CLIENT6, Named, OTHER, RESOLVER, Scene, end};
use crate::packet::{AAAA, HTTPS, Message, Record, get, hello, udp};

pub(super) const SCENES: &[Named] = &[
    ("began_later", began_later),
    ("local", local),
    ("resolver", resolver),
    ("encrypted_dns", encrypted_dns),
    ("encrypted_dns_by_name", encrypted_dns_by_name),
    ("https_hint", https_hint),
    ("used_directly", used_directly),
];

/// A SYN before any answer, connections whose beginning is not in the capture, and one to a server whose name was known.
fn began_later(scene: &mut Scene) {
    scene.knock(0, CLIENT, "203.0.113.9:443");
    let mut old = scene.talk(CLIENT, "203.0.113.10:30001");
    scene.add(10, &old.receive(b"more of what was asked for before"));
    scene.add(11, &old.acknowledge());
    scene.lookup(100, CLIENT, "www.example.com", &[("93.184.216.34", 60)]);
    scene.visit(200, CLIENT, "203.0.113.11:443", &hello("known.example", "h2"));
    scene.visit(300, CLIENT, "203.0.113.12:80", &get("known.example"));
    let mut old = scene.talk(CLIENT, "203.0.113.13:30001");
    scene.add(400, &old.send(b"more questions"));
    scene.add(420, &old.receive(b"more answers"));
    let mut lost = scene.talk(CLIENT, "93.184.216.34:443");
    scene.add(500, &lost.acknowledge());
    scene.add(501, &lost.send(&hello("www.example.com", "h2")));
}

/// Addresses that need no lookup; only the last was looked up.
fn local(scene: &mut Scene) {
    scene.lookup(0, CLIENT, "www.example.com", &[("93.184.216.34", 60)]);
    let link = "fe80::f";
    let from = |port: u16| std::net::SocketAddr::new(super::ip(CLIENT), port);
    for (at, server) in (100..).step_by(10).zip(["192.168.1.1:80", "172.16.0.1:80", "169.254.1.1:80", "127.0.0.1:80"]) {
        scene.knock(at, CLIENT, server);
    }
    scene.knock(200, CLIENT6, "[fd00::1]:80");
    scene.knock(210, link, "[fe80::1]:80");
    scene.add(300, &udp(from(47_100), end("239.1.2.3:47001"), b"to a group"));
    scene.add(310, &udp(from(47_100), end("239.1.2.3:47001"), b"to a group again"));
    scene.add(320, &udp(from(47_101), end("255.255.255.255:47001"), b"to all"));
    scene.add(330, &udp(end("[fe80::f]:47102"), end("[ff02::4701]:47001"), b"to a group"));
    scene.lookup(400, CLIENT, "printer.home.example", &[("192.168.1.20", 60)]);
    scene.knock(430, CLIENT, "192.168.1.20:80");
}

/// Resolvers that answered, that were only asked, and that the port alone tells.
fn resolver(scene: &mut Scene) {
    scene.lookup(0, CLIENT, "www.example.com", &[("93.184.216.34", 60)]);
    let resolver = end(RESOLVER).ip();
    scene.knock(100, CLIENT, &format!("{resolver}:8080"));
    let question = Message::asks(77, "www.example.net", AAAA).bytes();
    scene.add(200, &udp(end("10.0.2.15:50077"), end("198.51.100.53:53"), &question));
    scene.knock(300, CLIENT, "198.51.100.53:443");
    scene.knock(400, CLIENT, "198.51.100.54:53");
}

/// Resolvers that are asked in secret, and what is then not known of later connections of the same client.
fn encrypted_dns(scene: &mut Scene) {
    scene.lookup(0, CLIENT, "www.example.com", &[("93.184.216.34", 60)]);
    scene.lookup(20, OTHER, "www.example.com", &[("93.184.216.34", 60)]);
    scene.knock(50, CLIENT, "203.0.113.9:443");
    scene.visit(100, CLIENT, "1.1.1.1:853", &hello("", "dot"));
    scene.knock(200, CLIENT, "203.0.113.9:443");
    scene.knock(210, OTHER, "203.0.113.10:443");
    scene.visit(300, CLIENT, "203.0.113.53:443", &hello("dns.google", "h2"));
    scene.visit(400, OTHER, "203.0.113.54:853", &hello("", ""));
    scene.visit(500, OTHER, "203.0.113.11:443", &hello("hidden.example", "h2"));
}

/// The name of a resolver can be asked for like any other.
fn encrypted_dns_by_name(scene: &mut Scene) {
    scene.lookup(0, CLIENT, "dns.google", &[("8.8.8.8", 60), ("8.8.4.4", 60)]);
    scene.visit(30, CLIENT, "8.8.4.4:443", &hello("dns.google", "h2"));
    scene.visit(100, CLIENT, "203.0.113.9:443", &hello("hidden.example", "h2"));
}

/// A browser may take the addresses that come with the answer for HTTPS.
fn https_hint(scene: &mut Scene) {
    let name = "www.example.com";
    let hint = Record::https(name, 300, [203, 0, 113, 20].into(), [0x2001, 0xdb8, 0x20, 0, 0, 0, 0, 1].into());
    scene.exchange(0, CLIENT, name, HTTPS, &[hint]);
    scene.lookup(20, CLIENT, name, &[("203.0.113.21", 60)]);
    scene.visit(100, CLIENT, "203.0.113.20:443", &hello(name, "h2"));
    scene.knock(200, CLIENT, "203.0.113.21:443");
}

/// The host is the address: before any lookup and after, with and without a port, in both families.
fn used_directly(scene: &mut Scene) {
    scene.visit(0, CLIENT, "203.0.113.9:80", &get("203.0.113.9"));
    scene.lookup(100, CLIENT, "www.example.com", &[("93.184.216.34", 60)]);
    scene.visit(200, CLIENT, "203.0.113.9:8080", &get("203.0.113.9:8080"));
    scene.visit(300, CLIENT6, "[2001:db8:9::9]:80", &get("[2001:db8:9::9]"));
    scene.knock(400, CLIENT, "203.0.113.10:443");
}
