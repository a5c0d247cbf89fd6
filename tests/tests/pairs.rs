//! Which lookup led to which connection: held against what was found by hand, and against another program.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use analyzer::message::{Chosen, Evidence, PairsWanted, Reply, Request};
use tests::analysis::Analysis;
use tests::pairs::{Said, connections, differences, expected, lookups, packet, text};
use tests::visits;
use xtask::captures::{folder, golden};
use xtask::golden::{read_tree, table};
use xtask::shell::root;

const CONNECTION: [&str; 5] = ["frame", "query", "response", "name", "status"];
const LOOKUP: [&str; 5] = ["query", "response", "name", "type", "use"];
/// Every status; each has its capture.
const STATUSES: [&str; 12] = [
    "paired",
    "paired-by-name",
    "ambiguous",
    "expired",
    "answered-later",
    "other-client",
    "resolver",
    "encrypted-dns",
    "https-hint",
    "local-address",
    "capture-began-later",
    "used-directly",
];

#[test]
fn connections_have_the_lookups_that_were_found_by_hand() {
    let rows = table(&root().join("tests/pairs.tsv")).unwrap();
    let statuses: BTreeSet<&str> = rows.iter().filter_map(|row| row[5].split(' ').next()).collect();
    assert_eq!(statuses, BTreeSet::from(STATUSES));
    compare(&rows, &CONNECTION, &connections_by_key);
}

#[test]
fn lookups_were_used_as_was_found_by_hand() {
    compare(&table(&root().join("tests/lookups.tsv")).unwrap(), &LOOKUP, &lookups_by_key);
}

/// `tests/pairs_words.tsv`: the evidence for connections and lookups, sentence by sentence.
#[test]
fn the_evidence_is_written_in_these_words() {
    let rows = table(&root().join("tests/pairs_words.tsv")).unwrap();
    let mut wrong = Vec::new();
    let mut statuses = BTreeSet::new();
    for case in rows.chunk_by(|one, other| one[0] == other[0]) {
        let mut analysis = Analysis::open_file(&folder().join(&case[0][0])).unwrap();
        let lines = analysis.pairs(PairsWanted { end: 1000, ..PairsWanted::default() }).unwrap().lines;
        for row in case {
            let [name, about, words, rule] = row.as_slice() else { panic!("{row:?}") };
            let chosen = match about.split_once(' ').unwrap() {
                ("connection", frame) => {
                    lines.iter().filter_map(|line| line.connection.as_ref()).find_map(|connection| {
                        statuses.extend((connection.begin.0.to_string() == frame).then(|| connection.status.name()));
                        let chosen = Chosen { connection: Some(connection.index), lookup: None };
                        (connection.begin.0.to_string() == frame).then_some(chosen)
                    })
                }
                (_, frame) => lines.iter().flat_map(|line| line.lookup.iter().chain(&line.twins)).find_map(|lookup| {
                    let first = lookup.query.or(lookup.response).unwrap_or_default().0.to_string();
                    (first == frame).then_some(Chosen { connection: None, lookup: Some(lookup.index) })
                }),
            };
            let said = chosen.map(|chosen| evidence(&mut analysis, chosen)).unwrap_or_default();
            // A lookup alone has no rule.
            let said_rule = if said.rule.is_empty() { "-" } else { &said.rule };
            if (said.words.as_str(), said_rule) != (words, rule) {
                wrong.push(format!("{name}\t{about}\t{}\t{said_rule}", said.words));
            }
        }
    }
    assert!(wrong.is_empty(), "said otherwise:\n{}", wrong.join("\n"));
    assert_eq!(statuses, BTreeSet::from(STATUSES));
}

fn evidence(analysis: &mut Analysis, chosen: Chosen) -> Evidence {
    let mut replies = analysis.ask(Request::Evidence(chosen)).into_iter();
    replies
        .find_map(|reply| if let Reply::Evidence(evidence) = reply { Some(evidence) } else { None })
        .unwrap_or_default()
}

/// What became of a lookup is a field of its packets, as `tests/lookups.tsv` has it; a status is one of a connection's.
#[test]
fn packets_are_filtered_by_what_became_of_their_pair() {
    for (file, field, frames, cell) in [("lookups.tsv", "pair.use", 1..3, 5), ("pairs.tsv", "pair.status", 1..2, 5)] {
        let rows = table(&root().join("tests").join(file)).unwrap();
        for case in rows.chunk_by(|one, other| one[0] == other[0]) {
            let mut analysis = Analysis::open_file(&folder().join(&case[0][0])).unwrap();
            let mut expected: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
            for row in case {
                let value = row[cell].split(' ').next().unwrap();
                expected
                    .entry(value)
                    .or_default()
                    .extend(row[frames.clone()].iter().filter_map(|f| f.parse::<u32>().ok()));
            }
            for (value, expected) in expected {
                let of_lookups = if field == "pair.status" { " && !pair.use" } else { "" };
                let displayed = analysis.filter(&format!("{field} == \"{value}\"{of_lookups}")).unwrap();
                let displayed: BTreeSet<u32> = displayed.into_iter().collect();
                assert_eq!(displayed, expected, "{}: {field} is {value}", case[0][0]);
            }
        }
    }
}

#[test]
fn every_capture_made_here_is_as_it_was_made_and_has_its_truth() {
    let judged = |file: &str| -> BTreeSet<String> {
        table(&root().join("tests").join(file)).unwrap().into_iter().map(|row| row[0].clone()).collect()
    };
    let (pairs, lookups) = (judged("pairs.tsv"), judged("lookups.tsv"));
    for (name, tape) in visits::all() {
        let capture = format!("pairs/{name}.pcap");
        let is_same = fs::read(folder().join(&capture)).unwrap() == tape.bytes();
        assert!(is_same, "{capture} is not what `cargo run -p tests --example pair_captures` makes");
        assert!(pairs.contains(&capture) && lookups.contains(&capture), "{capture} is not judged");
    }
}

/// `tests/pairs_oracle.tsv`: whatever another program pairs, is paired; and wherever the server's name is a candidate's,
/// it is the name that is chosen, in 99 of 100 cases at least.
#[test]
fn what_another_program_pairs_is_paired_and_has_the_name_of_the_server() {
    let rows = table(&root().join("tests/pairs_oracle.tsv")).unwrap();
    let (mut paired, mut named, mut agreeing) = (0, 0, 0);
    let mut wrong = Vec::new();
    for of_capture in rows.chunk_by(|one, other| one[0] == other[0]) {
        let capture = folder().join(&of_capture[0][0]);
        let connections = connections(&capture).unwrap();
        let candidates = names_by_answer(&capture);
        for row in of_capture {
            let [name, syn, answer, ..] = row.as_slice() else { panic!("{row:?}") };
            let connection = connections.iter().find(|connection| packet(connection, "frame").to_string() == *syn);
            let Some(connection) = connection else {
                wrong.push(format!("{name}: {syn} is no connection"));
                continue;
            };
            if answer != "-" {
                paired += 1;
                if packet(connection, "response") == 0 {
                    wrong.push(format!("{name}: {syn} is not paired, but goes with {answer}"));
                }
            }
            let [client, server, name] =
                ["client", "server", "server_name"].map(|key| text(connection, key).to_lowercase());
            let candidate = candidates.get(&(client, server, name.clone()));
            if candidate.is_some_and(|answer| u64::from(*answer) < packet(connection, "frame")) {
                named += 1;
                agreeing += usize::from(text(connection, "name").eq_ignore_ascii_case(&name));
            }
        }
    }
    println!("{paired} paired, {agreeing} of {named} with the server's name where a candidate has it");
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(paired >= 20 && named >= 15, "{paired} paired, {named} with a candidate that has the server's name");
    assert!(agreeing * 100 >= named * 99, "only {agreeing} of {named} have the server's name");
}

/// The first answer that gave a client an address under a name, as tshark has it in the golden of a capture.
fn names_by_answer(capture: &Path) -> BTreeMap<(String, String, String), u32> {
    let fields = read_tree(&golden(capture, "tree")).unwrap();
    let mut first = BTreeMap::new();
    for packet in fields.chunk_by(|one, other| one.frame == other.frame) {
        let all = |names: [&'static str; 2]| {
            packet
                .iter()
                .filter(move |field| names.contains(&field.name.as_str()))
                .map(|field| field.value.to_lowercase())
        };
        for client in all(["ip.dst", "ipv6.dst"]) {
            for address in all(["dns.a", "dns.aaaa"]) {
                for name in all(["dns.qry.name", "dns.qry.name"]) {
                    first.entry((client.clone(), address.clone(), name)).or_insert(packet[0].frame);
                }
            }
        }
    }
    first
}

type ByKey = BTreeMap<String, Said>;

/// Compares the rows of a table, capture by capture, with what is said: of each the same ones, and of each the same.
fn compare(rows: &[Vec<String>], columns: &[&'static str], said: &dyn Fn(&Path) -> ByKey) {
    let mut wrong = Vec::new();
    for case in rows.chunk_by(|one, other| one[0] == other[0]) {
        let name = &case[0][0];
        let mut said = said(&folder().join(name));
        for row in case {
            let key = row[1..4].join(" ");
            let key = if columns == CONNECTION { row[1].clone() } else { format!("{key} {}", row[4]).to_lowercase() };
            match said.remove(&key) {
                Some(said) => {
                    let other = differences(&expected(row, columns), &said);
                    wrong.extend(other.iter().map(|words| format!("{name}: {key}: {words}")));
                }
                None => wrong.push(format!("{name}: {key} is not there")),
            }
        }
        wrong.extend(said.keys().map(|key| format!("{name}: {key} should not be there")));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn connections_by_key(capture: &Path) -> ByKey {
    let connections = connections(capture).unwrap().into_iter();
    connections.map(|connection| (packet(&connection, "frame").to_string(), connection)).collect()
}

/// Several questions can stand in one message.
fn lookups_by_key(capture: &Path) -> ByKey {
    let lookups = lookups(capture).unwrap().into_iter();
    let keyed = lookups.map(|lookup| {
        let number = |key| match packet(&lookup, key) {
            0 => "-".to_owned(),
            number => number.to_string(),
        };
        let key = [&number("query"), &number("response"), text(&lookup, "name"), text(&lookup, "type")].join(" ");
        (key.to_lowercase(), lookup)
    });
    keyed.collect()
}
