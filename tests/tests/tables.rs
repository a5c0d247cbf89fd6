//! What protocols say of dissector tables, and of each other's names, leads somewhere.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use analyzer::dissect::{Key, KeyKind, Table, Tables};
use analyzer::field::ProtocolId;
use analyzer::protocols;
use analyzer::protocols::tables::{ETHERTYPE, MEDIA_TYPE, TCP_PORT};
use xtask::shell::root;

/// The text of every file below a folder.
fn sources(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, text);
        } else {
            text.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}

/// The literals that stand behind a call in the sources of the analyzer.
fn literals(call: &str) -> BTreeSet<String> {
    let mut text = String::new();
    sources(&root().join("analyzer-wasm/src"), &mut text);
    let behind = text.split(call).skip(1).filter_map(|rest| rest.strip_prefix('"')?.split('"').next());
    behind.map(str::to_owned).collect()
}

fn table(name: &str) -> Option<Table> {
    protocols::standard().tables().iter().find(|table| table.name == name).copied()
}

#[test]
fn who_stands_in_a_table_stands_where_somebody_looks() {
    let mut keys: BTreeMap<(&str, String), &str> = BTreeMap::new();
    for protocol in protocols::standard().all() {
        for (name, key) in protocol.tables {
            let Some(table) = table(name) else { panic!("{} stands in {name}, which nobody declares", protocol.name) };
            let (kind, texts): (KeyKind, Vec<String>) = match key {
                Key::Number(number) => (KeyKind::Number, vec![number.to_string()]),
                Key::Numbers(numbers) => (KeyKind::Number, numbers.iter().map(u32::to_string).collect()),
                Key::Text(text) => (KeyKind::Text, vec![text.to_ascii_lowercase()]),
                Key::Texts(texts) => (KeyKind::Text, texts.iter().map(|text| text.to_ascii_lowercase()).collect()),
            };
            assert_eq!(kind, table.keys, "{} in {name}", protocol.name);
            for text in texts {
                let other = keys.insert((name, text.clone()), protocol.name);
                assert_eq!(other, None, "{} stands in {name} under {text} too", protocol.name);
            }
        }
        for (list, _) in protocol.heuristics {
            let asked = protocols::standard().tables().iter().any(|table| table.heuristics == *list);
            assert!(asked, "no table asks the heuristics {list}, in which {} stands", protocol.name);
        }
    }
    assert!(keys.len() > 100, "{}", keys.len());
}

#[test]
fn where_somebody_looks_somebody_stands() {
    for table in protocols::standard().tables() {
        assert!(protocols::standard().in_table(table.name).next().is_some(), "nobody stands in {}", table.name);
        let shown = table.shown_as;
        assert!(shown.is_empty() || protocols::standard().named(shown).is_some(), "{} is shown as {shown}", table.name);
        let same = protocols::standard().tables().iter().filter(|other| other.name == table.name).count();
        assert_eq!(same, 1, "{} is declared in several ways", table.name);
    }
    // A handle that nobody declares would find nothing that others can see.
    for call in ["Table::numbers(", "Table::texts("] {
        let handles = literals(call);
        assert!(!handles.is_empty());
        for name in handles.iter().filter(|name| !name.is_empty()) {
            assert!(table(name).is_some(), "{name} is looked up and not declared");
        }
    }
}

#[test]
fn a_protocol_that_is_called_by_name_is_in_the_list() {
    let mut names = literals("Next::named(");
    names.extend(literals("protocols.named("));
    names.extend(literals("= Name::new("));
    assert!(names.len() > 5, "{names:?}");
    // An empty name stands for none.
    for name in names.iter().filter(|name| !name.is_empty()) {
        assert!(protocols::standard().named(name).is_some(), "no protocol is called {name}");
    }
}

/// The protocol that was found in a table.
fn found(tables: &Tables, id: Option<ProtocolId>) -> &'static str {
    id.map_or("", |id| tables.protocols().get(id).name)
}

#[test]
fn the_last_line_on_a_key_counts_and_other_keys_stay() {
    let mut tables = Tables::of(protocols::standard());
    for line in ["tcp.port==8000-8010,tls", "tcp.port == 8005:2 , http", "ethertype==0x1234,ip", "media_type==a/b,json"]
    {
        assert_eq!(tables.decode_as(line), Ok(()), "{line}");
    }
    let tcp = |port: u16| found(&tables, tables.find(&TCP_PORT, port));
    assert_eq!(
        [7999, 8000, 8004, 8005, 8006, 8007, 8010, 8011, 53].map(tcp),
        ["", "tls", "tls", "http", "http", "tls", "tls", "", "dns"]
    );
    assert_eq!(found(&tables, tables.find(&ETHERTYPE, 0x1234_u16)), "ip");
    assert_eq!(found(&tables, tables.find_text(&MEDIA_TYPE, "A/B")), "json");
}

#[test]
fn a_port_that_is_laid_over_comes_before_a_lower_one_that_is_not() {
    let mut tables = Tables::of(protocols::standard());
    let names = |tables: &Tables| -> Vec<_> {
        tables.find_ports(&TCP_PORT, 443, 80).map(|id| tables.protocols().get(id).name).collect()
    };
    assert_eq!(names(&tables), ["http", "tls"]);
    assert_eq!(tables.decode_as("tcp.port==443,dns"), Ok(()));
    assert_eq!(names(&tables), ["dns", "http"]);
}

#[test]
fn what_is_wrong_with_a_line_is_said() {
    let mut tables = Tables::of(protocols::standard());
    for (line, word) in [
        ("tcp.port=80,http", "does not say what to decode as what"),
        ("tcp.port==80", "does not say what to decode as what"),
        ("tcp.prt==80,http", "There are: ethertype, gre.proto, ip.proto,"),
        ("tcp.port==80,frame", "frame does not stand in tcp.port. In tcp.port stand: dns, ftp, "),
        ("tcp.port==80,htp", "There is no protocol \"htp\". In tcp.port stand: dns, ftp, "),
        ("tcp.port==10-5,http", "\"10-5\" is no key of tcp.port"),
        ("tcp.port==x,http", "\"x\" is no key of tcp.port"),
        ("tcp.port==4294967295:2,http", "is no key of tcp.port"),
    ] {
        let error = tables.decode_as(line).unwrap_err();
        assert!(error.contains(word), "{line}: {error}");
    }
}
