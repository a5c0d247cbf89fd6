//! Which of the lookups that gave a client an address is chosen.

use super::{CLIENT, Named, OTHER, Scene, ip};
use crate::packet::{A, Record, get, hello};

pub(super) const SCENES: &[Named] = &[
    ("shared_address", shared_address),
    ("paired", paired),
    ("aliases", aliases),
    ("names_by_sni", names_by_sni),
    ("names_by_host", names_by_host),
    ("ambiguous", ambiguous),
    ("server_name_differs", server_name_differs),
    ("expired", expired),
    ("long_and_short", long_and_short),
    ("other_client", other_client),
    ("behind_router", behind_router),
    ("answered_later", answered_later),
];

/// Two clients, and an address that two names share: a table of names that is the same for all is wrong three times.
fn shared_address(scene: &mut Scene) {
    scene.knock(0, CLIENT, "93.184.216.34:443");
    let edge = [
        Record::alias("www.shop.example", 60, "edge7.cdn.example"),
        Record::address("edge7.cdn.example", 60, ip("93.184.216.34")),
    ];
    scene.exchange(1000, CLIENT, "www.shop.example", A, &edge);
    scene.knock(1030, CLIENT, "93.184.216.34:443");
    scene.lookup(2000, OTHER, "evil.example", &[("93.184.216.34", 60)]);
    scene.knock(2030, CLIENT, "93.184.216.34:443");
    scene.knock(2040, OTHER, "93.184.216.34:443");
}

fn paired(scene: &mut Scene) {
    scene.lookup(0, CLIENT, "www.example.com", &[("93.184.216.34", 60)]);
    scene.visit(30, CLIENT, "93.184.216.34:443", &hello("www.example.com", "h2"));
}

/// The answer leads through two aliases to two addresses; one connection is for the name, another for an alias.
fn aliases(scene: &mut Scene) {
    let records = [
        Record::alias("www.example.com", 300, "www.example.com.cdn.example"),
        Record::alias("www.example.com.cdn.example", 300, "edge7.cdn.example"),
        Record::address("edge7.cdn.example", 60, ip("93.184.216.34")),
        Record::address("edge7.cdn.example", 60, ip("93.184.216.35")),
    ];
    scene.exchange(0, CLIENT, "www.example.com", A, &records);
    scene.visit(30, CLIENT, "93.184.216.35:443", &hello("www.example.com", "h2"));
    scene.visit(100, CLIENT, "93.184.216.34:443", &hello("edge7.cdn.example", ""));
}

fn names_by_sni(scene: &mut Scene) {
    scene.lookup(0, CLIENT, "one.example", &[("93.184.216.34", 60)]);
    scene.lookup(20, CLIENT, "two.example", &[("93.184.216.34", 60)]);
    scene.visit(100, CLIENT, "93.184.216.34:443", &hello("one.example", "h2"));
    scene.visit(200, CLIENT, "93.184.216.34:443", &hello("two.example", "h2"));
    scene.visit(300, CLIENT, "93.184.216.34:443", &hello("three.example", "h2"));
}

/// A host may be written in capitals, with a port, and with the root's dot.
fn names_by_host(scene: &mut Scene) {
    scene.lookup(0, CLIENT, "one.example", &[("93.184.216.34", 60)]);
    scene.lookup(20, CLIENT, "two.example", &[("93.184.216.34", 60)]);
    scene.visit(100, CLIENT, "93.184.216.34:80", &get("ONE.example"));
    scene.visit(200, CLIENT, "93.184.216.34:8080", &get("one.example:8080"));
    scene.visit(300, CLIENT, "93.184.216.34:80", &get("one.example."));
}

fn ambiguous(scene: &mut Scene) {
    scene.lookup(0, CLIENT, "one.example", &[("93.184.216.34", 60)]);
    scene.lookup(20, CLIENT, "two.example", &[("93.184.216.34", 60)]);
    scene.knock(100, CLIENT, "93.184.216.34:443");
    scene.lookup(200, CLIENT, "one.example", &[("93.184.216.34", 60)]);
    scene.knock(300, CLIENT, "93.184.216.34:443");
}

fn server_name_differs(scene: &mut Scene) {
    scene.lookup(0, CLIENT, "www.example.com", &[("93.184.216.34", 60)]);
    scene.visit(100, CLIENT, "93.184.216.34:443", &hello("other.example", "h2"));
}

/// Times to live are whole seconds: an answer counts as good for one more.
fn expired(scene: &mut Scene) {
    scene.lookup(0, CLIENT, "one.example", &[("93.184.216.34", 5)]);
    scene.lookup(10, CLIENT, "two.example", &[("198.51.100.7", 5)]);
    scene.lookup(1000, CLIENT, "three.example", &[("198.51.100.7", 5)]);
    scene.knock(5_910, CLIENT, "93.184.216.34:443");
    scene.knock(6_010, CLIENT, "93.184.216.34:443");
    scene.knock(6_011, CLIENT, "93.184.216.34:443");
    scene.knock(30_010, CLIENT, "93.184.216.34:443");
    scene.knock(40_010, CLIENT, "198.51.100.7:443");
    scene.visit(50_010, CLIENT, "198.51.100.7:443", &hello("two.example", "h2"));
}

fn long_and_short(scene: &mut Scene) {
    scene.lookup(0, CLIENT, "long.example", &[("93.184.216.34", 600)]);
    scene.lookup(1000, CLIENT, "short.example", &[("93.184.216.34", 1)]);
    scene.knock(60_000, CLIENT, "93.184.216.34:443");
}

fn other_client(scene: &mut Scene) {
    scene.lookup(0, CLIENT, "mine.example", &[("198.51.100.7", 60)]);
    scene.lookup(20, OTHER, "theirs.example", &[("93.184.216.34", 60)]);
    scene.knock(100, CLIENT, "93.184.216.34:443");
    scene.knock(110, OTHER, "93.184.216.34:443");
}

/// A router's Ethernet address stands for many hosts: it makes no two of them the same client.
fn behind_router(scene: &mut Scene) {
    scene.routed = true;
    other_client(scene);
}

fn answered_later(scene: &mut Scene) {
    scene.lookup(0, CLIENT, "early.example", &[("198.51.100.7", 60)]);
    scene.knock(100, CLIENT, "93.184.216.34:443");
    scene.lookup(200, CLIENT, "late.example", &[("93.184.216.34", 60)]);
    scene.knock(300, CLIENT, "93.184.216.34:443");
}
