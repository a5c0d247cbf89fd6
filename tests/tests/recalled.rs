//! What the index pass learns is recalled for any packet, in any order.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;

use tests::recalled::differences;
use xtask::captures::{all, name};

#[test]
fn every_packet_is_the_same_alone_as_in_the_index_pass() {
    let mut packets = 0;
    let mut found = Vec::new();
    for (seed, capture) in (1..).zip(all().unwrap()) {
        // What is no capture has no packets.
        if let Ok(differences) = differences(&name(&capture), &fs::read(&capture).unwrap(), seed) {
            packets += 1;
            found.extend(differences.into_iter().map(|difference| (name(&capture), difference)));
        }
    }
    assert!(packets > 50, "only {packets} captures were read");
    assert!(found.is_empty(), "{} packets differ, such as {:#?}", found.len(), found.first());
}
