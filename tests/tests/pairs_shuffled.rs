//! What others do in the meantime never changes a pair: their packets are shuffled into every capture made here.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use tests::packet::{A, ACK, Message, Record, SYN, hello, tcp, udp};
use tests::pairs::{Said, connections, packet, text};
use tests::visits;

/// What must stay of a pair; packets are compared beside it, as their numbers change.
const KEPT: [&str; 6] = ["status", "name", "server_name", "agrees", "handshake", "race"];
/// Times that each capture is shuffled. There are more than thirty captures.
const TIMES: u32 = 6;

/// A packet: seconds, microseconds, bytes.
type Packet = (u32, u32, Vec<u8>);

/// What somebody else does: a lookup, and perhaps a connection to the address that it gave.
#[derive(Debug, Clone)]
struct Stranger {
    /// Whether it is the client of the capture who does this.
    same_client: bool,
    name: u8,
    ttl: u32,
    connects: bool,
    /// Where its packets go, in parts of the capture.
    places: [f64; 5],
}

#[test]
fn unrelated_flows_never_change_a_pair() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shuffled.pcap");
    let strangers = proptest::collection::vec(stranger(), 1..12);
    let mut cases = 0;
    for (name, tape) in visits::all() {
        let packets = packets(tape.bytes());
        fs::write(&file, tape.bytes()).unwrap();
        let before = connections(&file).unwrap();
        let config = ProptestConfig { cases: TIMES, failure_persistence: None, ..ProptestConfig::default() };
        let outcome = TestRunner::new(config).run(&strangers, |strangers| {
            let (bytes, numbers) = shuffled(&packets, &before, &strangers);
            fs::write(&file, bytes).unwrap();
            let after = connections(&file).unwrap();
            for pair in &before {
                let moved = |key| match packet(pair, key) {
                    0 => 0,
                    number => numbers[usize::try_from(number).unwrap() - 1],
                };
                let same = after.iter().find(|other| packet(other, "frame") == moved("frame"));
                let Some(same) = same else { panic!("{name}: the connection of {} is gone", packet(pair, "frame")) };
                for key in KEPT {
                    prop_assert_eq!(pair.get(key), same.get(key), "{}: {} of {}", name, key, packet(pair, "frame"));
                }
                for key in ["query", "response"] {
                    prop_assert_eq!(moved(key), packet(same, key), "{}: {} of {}", name, key, packet(pair, "frame"));
                }
            }
            Ok(())
        });
        if let Err(failure) = outcome {
            panic!("{name}: {failure}");
        }
        cases += TIMES;
    }
    assert!(cases >= 128, "only {cases}");
}

fn stranger() -> impl Strategy<Value = Stranger> {
    let places = proptest::array::uniform5(0.0..1.0);
    (any::<bool>(), any::<u8>(), 0_u32..600, any::<bool>(), places).prop_map(
        |(same_client, name, ttl, connects, places)| {
            let mut places: [f64; 5] = places;
            places.sort_by(f64::total_cmp);
            Stranger { same_client, name, ttl, connects, places }
        },
    )
}

/// The capture with what strangers do in it, and the new numbers of its packets, from 1.
fn shuffled(packets: &[Packet], pairs: &[Said], strangers: &[Stranger]) -> (Vec<u8>, Vec<u64>) {
    // What a client does besides is unrelated only once it has heard an answer: before, that answer would be its first.
    let heard = |pair: &&Said| packet(pair, "response") != 0 && text(pair, "client").parse::<Ipv4Addr>().is_ok();
    let client = pairs.iter().filter(heard).min_by_key(|pair| packet(pair, "response"));
    let mut all: Vec<(usize, Option<usize>, &[u8])> = Vec::new();
    let done: Vec<Vec<Vec<u8>>> = (0..)
        .zip(strangers)
        .map(|(n, stranger)| {
            let same = client.filter(|_| stranger.same_client).map(|pair| text(pair, "client").parse().unwrap());
            acts(n, stranger, same)
        })
        .collect();
    for (stranger, acts) in strangers.iter().zip(&done) {
        let first = client.filter(|_| stranger.same_client).map_or(0, |pair| packet(pair, "response") as usize);
        for (act, place) in acts.iter().zip(stranger.places) {
            let place = first + (place * (packets.len() + 1 - first) as f64) as usize;
            all.push((place, None, act));
        }
    }
    all.extend(packets.iter().enumerate().map(|(at, packet)| (at, Some(at), packet.2.as_slice())));
    // Of equal places a stranger's packet goes first; the order of each flow stays, as sorting is stable.
    all.sort_by_key(|(place, own, _)| (*place, own.is_some()));
    let mut bytes = visits::all()[0].1.bytes()[..24].to_vec();
    let mut numbers = vec![0; packets.len()];
    let mut time = packets.first().map(|(seconds, micros, _)| (*seconds, *micros)).unwrap();
    for (number, (_, own, packet)) in (1..).zip(all) {
        if let Some(at) = own {
            numbers[at] = number;
            time = (packets[at].0, packets[at].1);
        }
        let length = packet.len() as u32;
        bytes.extend([time.0, time.1, length, length].map(u32::to_le_bytes).concat());
        bytes.extend(packet);
    }
    (bytes, numbers)
}

/// A lookup at a resolver of its own for a name and an address that nothing else in the capture has, and a connection.
fn acts(n: u8, stranger: &Stranger, same_client: Option<Ipv4Addr>) -> Vec<Vec<u8>> {
    let client = same_client.unwrap_or(Ipv4Addr::new(10, 0, 7, 100 + n));
    let from = |port: u16| SocketAddr::new(IpAddr::from(client), port + u16::from(n));
    let resolver = SocketAddr::from(([10, 0, 7, 3], 53));
    let server = Ipv4Addr::new(192, 0, 2, 1 + n);
    let name = format!("stranger{}.example.org", stranger.name);
    let question = Message::asks(u16::from(stranger.name), &name, A);
    let answer = question.answered(&[Record::address(&name, stranger.ttl, server)]);
    let mut acts = vec![udp(from(20_000), resolver, &question.bytes()), udp(resolver, from(20_000), &answer.bytes())];
    if stranger.connects {
        let (here, there) = (from(30_000), SocketAddr::new(server.into(), 443));
        acts.push(tcp(here, there, SYN, (1, 0), &[]));
        acts.push(tcp(there, here, SYN | ACK, (1, 2), &[]));
        acts.push(tcp(here, there, ACK, (2, 2), &hello(&name, "h2")));
    }
    acts
}

/// The packets of a capture that was made here.
fn packets(bytes: &[u8]) -> Vec<Packet> {
    let mut packets = Vec::new();
    let mut rest = &bytes[24..];
    while let Some((head, after)) = rest.split_first_chunk::<16>() {
        let word = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
        let (packet, after) = after.split_at(word(8) as usize);
        packets.push((word(0), word(4), packet.to_vec()));
        rest = after;
    }
    packets
}
