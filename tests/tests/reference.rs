//! Every field's name, title and type, held against `tshark -G fields`.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use tests::differences::{Aspect, Difference, Known};
use tests::programs::inspect;
use xtask::golden::table;
use xtask::shell::root;

#[test]
fn fields_are_described_as_in_tshark() {
    let theirs = table(&root().join("tests/fields.tsv")).unwrap();
    let theirs: BTreeMap<&str, &[String]> = theirs.iter().map(|row| (row[0].as_str(), &row[1..])).collect();
    assert!(theirs.len() > 2000);
    let output = inspect(&["-G", "fields"]).unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let mut found = Vec::new();
    let mut compared = 0;
    for line in text.lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        let (name, title, kind) = match cells.as_slice() {
            ["P", title, name, ..] => (*name, *title, "-"),
            ["F", title, name, kind, ..] => (*name, *title, *kind),
            _ => panic!("neither a field nor a protocol: {line:?}"),
        };
        compared += 1;
        let theirs = theirs.get(name).map(|cells| (cells[0].as_str(), cells[1].as_str()));
        let fits = theirs.is_some_and(|theirs| theirs.0 == title && (theirs.1 == kind || theirs.1 == "-"));
        if !fits {
            let words = format!("tshark says {theirs:?}, we say {:?}", (title, kind));
            found.push(Difference {
                aspect: Aspect::Reference,
                capture: "-".to_owned(),
                field: name.to_owned(),
                words,
            });
        }
    }
    println!("{compared} fields, {} described otherwise", found.len());
    assert!(compared > 1500);
    let words = Known::read(Aspect::Reference).unwrap().judge(&found);
    assert!(words.is_empty(), "\n{words}");
}
