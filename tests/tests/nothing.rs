//! What is said of filters that display nothing.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use tests::analysis::Analysis;
use xtask::captures;
use xtask::golden::table;
use xtask::shell::root;

#[test]
fn a_filter_that_displays_nothing_is_explained() {
    let mut wrong = Vec::new();
    for row in table(&root().join("tests/filter_nothing.tsv")).unwrap() {
        let [capture, filter, parts, message, fixes] = row.as_slice() else { panic!("{row:?}") };
        let mut analysis = Analysis::open_file(&captures::folder().join(capture)).unwrap();
        let Some(nothing) = analysis.nothing(filter) else {
            wrong.push(format!("{capture}: {filter}: nothing is said"));
            continue;
        };
        let counted: Vec<String> = nothing
            .clauses
            .iter()
            .map(|clause| format!("{} ({}, {})", clause.text, clause.alone, clause.left))
            .collect();
        let offered: Vec<&str> = nothing.fixes.iter().map(|fix| fix.text.as_str()).collect();
        let shown = |texts: &str| if texts.is_empty() { "-".to_owned() } else { texts.to_owned() };
        let ours = [shown(&counted.join("; ")), shown(&nothing.message), shown(&offered.join("; "))];
        if ours[0] != *parts || !ours[1].contains(message) || ours[2] != *fixes {
            wrong.push(format!("{capture}\t{filter}\t{}", ours.join("\t")));
        }
        for fix in &nothing.fixes {
            assert!(!analysis.filter(&fix.text).unwrap().is_empty(), "{filter}: {} displays nothing either", fix.text);
        }
    }
    assert!(wrong.is_empty(), "what is said now:\n{}", wrong.join("\n"));
}
