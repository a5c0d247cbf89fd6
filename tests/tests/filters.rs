//! Filters: what they select, held against tshark.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use analyzer::filter::{Filter, Language};
use analyzer::session::schema;
use tests::analysis::Analysis;
use xtask::captures;
use xtask::golden::{REFUSED, table};
use xtask::shell::root;

#[test]
fn filters_select_what_they_select_in_tshark() {
    let rows = table(&root().join("tests/filters.tsv")).unwrap();
    assert!(rows.len() > 900);
    assert!(rows.iter().filter(|row| row[2] == REFUSED).count() > 150);
    let mut wrong = Vec::new();
    for case in rows.chunk_by(|one, other| one[0] == other[0]) {
        let mut analysis = Analysis::open_file(&captures::folder().join(&case[0][0])).unwrap();
        for row in case {
            if row[2] == REFUSED {
                if Filter::parse(Language::of(schema()), &row[1], true).is_ok() {
                    wrong.push(format!("{}: {}: tshark refuses it, and so should --strict", row[0], row[1]));
                }
                continue;
            }
            let ours = match analysis.filter(&row[1]) {
                Ok(frames) => frames.iter().map(u32::to_string).collect::<Vec<_>>().join(" "),
                Err(words) => {
                    println!("{}: {words}", row[1]);
                    REFUSED.to_owned()
                }
            };
            if ours != row[2] {
                wrong.push(format!("{}: {}: tshark says {:?}, we say {ours:?}", row[0], row[1], row[2]));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn a_wrong_filter_leaves_the_earlier_one_in_force() {
    let mut analysis = Analysis::open_file(&captures::folder().join("http/quickstart.pcap")).unwrap();
    let displayed = analysis.filter("http.request").unwrap();
    assert!(!displayed.is_empty());
    assert!(analysis.filter("http.request ==").is_err());
    let rows: Vec<u32> = analysis.rows().into_iter().map(|row| row.frame).collect();
    assert_eq!(rows, displayed);
    assert_eq!(analysis.filter("").unwrap().len() as u32, analysis.opened.packets);
}
