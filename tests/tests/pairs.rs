//! Which lookup led to which connection: real visits judged by hand, and every status in captures written by hand.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::net::{Ipv4Addr, SocketAddrV4};

use analyzer::message::{Connection, Handshake, PairStatus, Pairs};
use tests::analysis::Analysis;
use tests::packet::{ACK, RST, SYN, Tape, answer, question, tcp, udp};
use xtask::captures;
use xtask::golden::table;
use xtask::shell::root;

const CLIENT: Ipv4Addr = Ipv4Addr::new(10, 0, 2, 15);
const OTHER: Ipv4Addr = Ipv4Addr::new(10, 0, 2, 16);
const RESOLVER: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::new(10, 0, 2, 3), 53);
const SERVER: Ipv4Addr = Ipv4Addr::new(93, 184, 216, 34);
const SECOND: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 7);

#[test]
fn real_visits_have_the_pairs_that_were_found_by_hand() {
    let mut judged = 0;
    let mut wrong = Vec::new();
    let rows = table(&root().join("tests/pairs.tsv")).unwrap();
    for case in rows.chunk_by(|one, other| one[0] == other[0]) {
        let capture = captures::folder().join(&case[0][0]);
        let pairs = Analysis::open_file(&capture).unwrap().pairs().unwrap();
        assert_eq!(pairs.connections.len(), case.len(), "connections of {}", case[0][0]);
        for (row, connection) in case.iter().zip(&pairs.connections) {
            let ours = written(&pairs, connection);
            judged += 1;
            if row[1..] != ours {
                wrong.push(format!("{}: {:?} by hand, {ours:?} by the analyzer", row[0], &row[1..]));
            }
        }
    }
    assert!(judged >= 9);
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn an_answer_leads_to_the_connection() {
    let mut tape = Tape::default();
    let (query, response) = lookup(&mut tape, 0, CLIENT, 1, "www.example.com", &[], &[(SERVER, 60)]);
    let syn = connect(&mut tape, 100, CLIENT, SERVER, 40_000);
    let pairs = pairs(&tape);
    let connection = only(&pairs);
    assert_eq!(connection.frame, syn);
    assert_eq!(connection.status, PairStatus::Paired);
    assert_eq!(chosen(&pairs, connection), Some(("www.example.com", query, response)));
    assert!((connection.delay.unwrap() - 0.09).abs() < 1e-6, "{:?}", connection.delay);
    assert_eq!((connection.client.as_str(), connection.server.as_str()), ("10.0.2.15", "93.184.216.34"));
    assert_eq!((connection.client_port, connection.port, connection.transport.as_str()), (40_000, 80, "tcp"));
}

#[test]
fn the_name_that_was_asked_for_stands_not_its_alias() {
    let mut tape = Tape::default();
    lookup(&mut tape, 0, CLIENT, 1, "cdn.example.net", &["edge7.example.org"], &[(SERVER, 60)]);
    connect(&mut tape, 100, CLIENT, SERVER, 40_000);
    let pairs = pairs(&tape);
    assert_eq!(chosen(&pairs, only(&pairs)).unwrap().0, "cdn.example.net");
    assert_eq!(pairs.lookups[0].aliases, ["edge7.example.org"]);
}

#[test]
fn of_two_names_on_one_address_the_later_one_is_chosen() {
    let mut tape = Tape::default();
    lookup(&mut tape, 0, CLIENT, 1, "one.example", &[], &[(SERVER, 60)]);
    lookup(&mut tape, 50, CLIENT, 2, "two.example", &[], &[(SERVER, 60)]);
    connect(&mut tape, 100, CLIENT, SERVER, 40_000);
    let pairs = pairs(&tape);
    let connection = only(&pairs);
    assert_eq!(connection.status, PairStatus::Ambiguous { candidates: 2 });
    assert_eq!(chosen(&pairs, connection).unwrap().0, "two.example");
    assert_eq!(connection.candidates.len(), 2);
}

#[test]
fn an_answer_that_is_still_good_goes_before_a_later_one_that_is_not() {
    let mut tape = Tape::default();
    lookup(&mut tape, 0, CLIENT, 1, "long.example", &[], &[(SERVER, 600)]);
    lookup(&mut tape, 1000, CLIENT, 2, "short.example", &[], &[(SERVER, 1)]);
    connect(&mut tape, 60_000, CLIENT, SERVER, 40_000);
    let pairs = pairs(&tape);
    assert_eq!(chosen(&pairs, only(&pairs)).unwrap().0, "long.example");
}

#[test]
fn an_answer_whose_time_is_over_is_named_with_how_long() {
    let mut tape = Tape::default();
    lookup(&mut tape, 0, CLIENT, 1, "www.example.com", &[], &[(SERVER, 5)]);
    connect(&mut tape, 30_010, CLIENT, SERVER, 40_000);
    let pairs = pairs(&tape);
    let connection = only(&pairs);
    let PairStatus::Expired { over } = connection.status else { panic!("{:?}", connection.status) };
    // Times to live are whole seconds, so an answer may count as good for up to a second longer.
    assert!((24.0..=25.0).contains(&over), "{over}");
    assert_eq!(chosen(&pairs, connection).unwrap().0, "www.example.com");
}

#[test]
fn another_clients_answer_is_not_ours() {
    let mut tape = Tape::default();
    lookup(&mut tape, 0, CLIENT, 1, "mine.example", &[], &[(SECOND, 60)]);
    lookup(&mut tape, 50, OTHER, 2, "theirs.example", &[], &[(SERVER, 60)]);
    connect(&mut tape, 100, CLIENT, SERVER, 40_000);
    let pairs = pairs(&tape);
    assert_eq!(only(&pairs).status, PairStatus::OtherClient);
    assert_eq!(chosen(&pairs, only(&pairs)), None);
}

#[test]
fn an_answer_after_the_syn_cannot_have_led_there() {
    let mut tape = Tape::default();
    lookup(&mut tape, 0, CLIENT, 1, "early.example", &[], &[(SECOND, 60)]);
    connect(&mut tape, 100, CLIENT, SERVER, 40_000);
    lookup(&mut tape, 200, CLIENT, 2, "late.example", &[], &[(SERVER, 60)]);
    let pairs = pairs(&tape);
    assert_eq!(only(&pairs).status, PairStatus::AnsweredLater);
    assert_eq!(chosen(&pairs, only(&pairs)), None);
}

#[test]
fn a_connection_without_a_lookup_says_why() {
    let mut tape = Tape::default();
    connect(&mut tape, 0, CLIENT, SECOND, 39_999);
    lookup(&mut tape, 100, CLIENT, 1, "www.example.com", &[], &[(SERVER, 60)]);
    connect(&mut tape, 200, CLIENT, Ipv4Addr::new(192, 168, 1, 1), 40_000);
    connect(&mut tape, 300, CLIENT, *RESOLVER.ip(), 40_001);
    connect(&mut tape, 400, CLIENT, Ipv4Addr::new(203, 0, 113, 9), 40_002);
    let statuses: Vec<PairStatus> = pairs(&tape).connections.iter().map(|connection| connection.status).collect();
    let expected = [PairStatus::BeforeLookups, PairStatus::LocalAddress, PairStatus::Resolver, PairStatus::NoLookup];
    assert_eq!(statuses, expected);
}

#[test]
fn a_repeated_syn_is_the_same_connection() {
    let mut tape = Tape::default();
    lookup(&mut tape, 0, CLIENT, 1, "www.example.com", &[], &[(SERVER, 60)]);
    let syn = connect(&mut tape, 100, CLIENT, SERVER, 40_000);
    connect(&mut tape, 1100, CLIENT, SERVER, 40_000);
    connect(&mut tape, 3100, CLIENT, SERVER, 40_000);
    let pairs = pairs(&tape);
    assert_eq!(only(&pairs).frame, syn);
    assert_eq!(only(&pairs).handshake, Handshake::Unanswered);
}

#[test]
fn the_servers_reply_to_the_syn_is_seen() {
    let (client, server) = (SocketAddrV4::new(CLIENT, 40_000), SocketAddrV4::new(SERVER, 80));
    for (flags, expected) in [(SYN | ACK, Handshake::Accepted), (RST | ACK, Handshake::Refused)] {
        let mut tape = Tape::default();
        lookup(&mut tape, 0, CLIENT, 1, "www.example.com", &[], &[(SERVER, 60)]);
        connect(&mut tape, 100, CLIENT, SERVER, 40_000);
        tape.add(120, &tcp(server, client, flags, 5000, 1001));
        assert_eq!(only(&pairs(&tape)).handshake, expected);
    }
}

#[test]
fn an_answer_to_another_question_is_no_answer() {
    let mut tape = Tape::default();
    let client = SocketAddrV4::new(CLIENT, 50_000);
    tape.add(0, &udp(client, RESOLVER, &question(7, "www.example.com")));
    tape.add(10, &udp(RESOLVER, client, &answer(8, "www.example.com", &[], &[(SERVER, 60)])));
    tape.add(20, &udp(RESOLVER, client, &answer(7, "evil.example", &[], &[(SERVER, 60)])));
    let pairs = pairs(&tape);
    let asked = pairs.lookups.iter().find(|lookup| lookup.query.is_some()).unwrap();
    assert_eq!((asked.name.as_str(), asked.response), ("www.example.com", None));
}

#[test]
fn names_are_compared_without_their_case() {
    let mut tape = Tape::default();
    let client = SocketAddrV4::new(CLIENT, 50_000);
    tape.add(0, &udp(client, RESOLVER, &question(7, "wWw.eXample.com")));
    tape.add(10, &udp(RESOLVER, client, &answer(7, "www.example.com", &[], &[(SERVER, 60)])));
    assert_eq!(pairs(&tape).lookups[0].response.map(|(frame, _)| frame), Some(2));
}

#[test]
fn a_name_that_does_not_exist_is_a_lookup_without_addresses() {
    let mut tape = Tape::default();
    lookup(&mut tape, 0, CLIENT, 1, "no.example", &[], &[]);
    let pairs = pairs(&tape);
    assert_eq!(pairs.lookups.len(), 1);
    assert!(pairs.lookups[0].addresses.is_empty());
    assert_ne!(pairs.lookups[0].rcode, "");
    assert!(pairs.connections.is_empty());
}

fn lookup(
    tape: &mut Tape,
    milliseconds: u32,
    client: Ipv4Addr,
    id: u16,
    name: &str,
    aliases: &[&str],
    addresses: &[(Ipv4Addr, u32)],
) -> (u32, u32) {
    let client = SocketAddrV4::new(client, 50_000 + id);
    let query = tape.add(milliseconds, &udp(client, RESOLVER, &question(id, name)));
    let response = tape.add(milliseconds + 10, &udp(RESOLVER, client, &answer(id, name, aliases, addresses)));
    (query, response)
}

fn connect(tape: &mut Tape, milliseconds: u32, client: Ipv4Addr, server: Ipv4Addr, port: u16) -> u32 {
    let syn = tcp(SocketAddrV4::new(client, port), SocketAddrV4::new(server, 80), SYN, 1000, 0);
    tape.add(milliseconds, &syn)
}

fn pairs(tape: &Tape) -> Pairs {
    Analysis::open("written by hand", tape.bytes()).unwrap().pairs().unwrap()
}

fn only(pairs: &Pairs) -> &Connection {
    assert_eq!(pairs.connections.len(), 1);
    &pairs.connections[0]
}

fn chosen<'a>(pairs: &'a Pairs, connection: &Connection) -> Option<(&'a str, u32, u32)> {
    let lookup = pairs.lookups.get(usize::try_from(connection.lookup?).ok()?)?;
    Some((&lookup.name, lookup.query?.0, lookup.response?.0))
}

/// A connection as a row of `pairs.tsv`, without the capture.
fn written(pairs: &Pairs, connection: &Connection) -> [String; 5] {
    let status = match connection.status {
        PairStatus::Paired => "paired".to_owned(),
        PairStatus::Ambiguous { candidates } => format!("ambiguous {candidates}"),
        PairStatus::Expired { .. } => "expired".to_owned(),
        PairStatus::OtherClient => "other client".to_owned(),
        PairStatus::AnsweredLater => "answered later".to_owned(),
        PairStatus::LocalAddress => "local address".to_owned(),
        PairStatus::Resolver => "resolver".to_owned(),
        PairStatus::BeforeLookups => "before lookups".to_owned(),
        PairStatus::NoLookup => "no lookup".to_owned(),
    };
    let (name, query, response) = chosen(pairs, connection)
        .map_or(("-".to_owned(), "-".to_owned(), "-".to_owned()), |(name, query, response)| {
            (name.to_owned(), query.to_string(), response.to_string())
        });
    [connection.frame.to_string(), query, response, name, status]
}
