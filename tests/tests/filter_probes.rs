//! Filters about every rule of the language: how many packets they display, as real Wireshark was seen to do.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use analyzer::filter::{Filter, Language};
use analyzer::message::{Reply, Request};
use analyzer::session::schema;
use tests::analysis::Analysis;
use xtask::captures;
use xtask::golden::{REFUSED, table};
use xtask::shell::root;

/// Filters that Dropcap answers otherwise, with the reason.
const EXCEPTIONS: &[(&str, &str)] = &[
    (r#"http.request.method matches "^(?!GET)""#, "looking around needs more than linear time and is refused"),
    (r#"http.host matches "(?<n>m).*\\k<n>""#, "referring back needs more than linear time and is refused"),
    (r#"_ws.expert.severity == "Chat""#, "a request is an expert info, as up to Wireshark 4.2"),
    (r#"_ws.expert.group == "Sequence""#, "a request is an expert info, as up to Wireshark 4.2"),
    (r#"_ws.expert.message contains "HEAD""#, "a request is an expert info, as up to Wireshark 4.2"),
    ("frame[54:4] == http.request.method", "Wireshark crashes; the text is compared as its bytes"),
];

#[test]
fn filters_display_as_many_packets_as_in_wireshark() {
    let rows = table(&root().join("tests/filter_probes.tsv")).unwrap();
    assert!(rows.len() > 880);
    let mut wrong = Vec::new();
    let mut excepted = 0;
    for case in rows.chunk_by(|one, other| one[0] == other[0]) {
        let mut analysis = Analysis::open_file(&captures::folder().join("filter_probes").join(&case[0][0])).unwrap();
        for row in case {
            let [capture, selected, written, wanted, ..] = row.as_slice() else { panic!("{row:?}") };
            let filter = unquoted(written);
            let ours = displayed(&mut analysis, &filter, selected.parse().unwrap());
            let exception = EXCEPTIONS.iter().find(|(text, _)| *text == filter);
            match exception {
                Some((_, reason)) => {
                    excepted += 1;
                    if ours == *wanted {
                        wrong.push(format!("{capture}: {filter}: is no exception any more: {reason}"));
                    }
                }
                None if ours != *wanted => {
                    wrong.push(format!("{capture}: {filter}: Wireshark says {wanted}, we say {ours}"));
                }
                None => {}
            }
        }
    }
    assert_eq!(excepted, EXCEPTIONS.len());
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// The number of packets that a filter displays, or that it is refused where only what Wireshark knows is accepted.
fn displayed(analysis: &mut Analysis, filter: &str, selected: u32) -> String {
    if Filter::parse(Language::of(schema()), filter, true).is_err() {
        return REFUSED.to_owned();
    }
    let replies = analysis.ask(Request::Filter { text: filter.to_owned(), selected });
    let displayed = replies.iter().find_map(|reply| match reply {
        Reply::Filtered { displayed, .. } => Some(displayed.to_string()),
        _ => None,
    });
    displayed.unwrap_or_else(|| format!("{replies:?}"))
}

/// A filter as the table writes it.
fn unquoted(written: &str) -> String {
    match written.len() > 1 && written.starts_with('"') && written.ends_with('"') {
        true => serde_json::from_str(written).unwrap(),
        false => written.to_owned(),
    }
}
