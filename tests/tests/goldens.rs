//! Lists and trees of real captures, held against what tshark says of them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use analyzer::message::{Nature, Row};
use tests::analysis::Analysis;
use tests::differences::{Aspect, Difference, Known};
use tests::programs::inspect;
use xtask::captures::{all, golden, name};
use xtask::golden::{COLUMNS, Field, PROTOCOLS, read_list, read_tree};

#[test]
fn lists_are_those_of_tshark() {
    let mut found = Vec::new();
    let mut cells = 0;
    for capture in all().unwrap() {
        let golden = read_list(&golden(&capture, "list")).unwrap();
        let rows = match Analysis::open_file(&capture) {
            Ok(mut analysis) => analysis.rows(),
            Err(words) => {
                found.push(unread(Aspect::Cell, &capture, &words));
                continue;
            }
        };
        if rows.len() != golden.len() {
            let (theirs, ours) = (golden.len().to_string(), rows.len().to_string());
            found.push(difference(Aspect::Cell, &capture, "number of packets", 0, &theirs, &ours));
        }
        for (row, golden) in rows.iter().zip(&golden) {
            for ((column, ours), theirs) in COLUMNS.iter().zip(cells_of(row)).zip(golden) {
                cells += 1;
                if ours != *theirs {
                    found.push(difference(Aspect::Cell, &capture, column, row.frame, theirs, &ours));
                }
            }
        }
    }
    println!("{cells} cells, {} of them other than tshark's", found.len());
    assert!(cells > 1000);
    let words = Known::read(Aspect::Cell).unwrap().judge(&found);
    assert!(words.is_empty(), "\n{words}");
}

#[test]
fn values_are_those_of_tshark() {
    let fields = ours();
    let mut found = Vec::new();
    let mut compared = 0;
    for capture in all().unwrap() {
        let golden = values(&read_tree(&golden(&capture, "tree")).unwrap());
        found.extend(missing(&capture, &golden, &fields));
        let lines = match printed(&capture, &fields) {
            Ok(lines) => lines,
            Err(words) => {
                found.push(unread(Aspect::Value, &capture, &words));
                continue;
            }
        };
        for (frame, cells) in (1..).zip(lines) {
            for (field, ours) in fields.iter().zip(cells) {
                let theirs = golden.get(&(frame, field.clone())).cloned().unwrap_or_default();
                compared += usize::from(!theirs.is_empty());
                // For some protocols tshark has no text but their name; then all that counts is whether they are there.
                let name_only = !theirs.is_empty() && theirs.split(',').all(|name| name == field);
                if if name_only { ours.is_empty() } else { ours != theirs } {
                    found.push(difference(Aspect::Value, &capture, field, frame, &theirs, &ours));
                }
            }
        }
    }
    println!("{compared} fields with values, {} differences", found.len());
    assert!(compared > 10_000);
    let words = Known::read(Aspect::Value).unwrap().judge(&found);
    assert!(words.is_empty(), "\n{words}");
}

#[test]
fn fields_stand_on_the_bytes_on_which_they_stand_in_tshark() {
    let fields: BTreeSet<String> = ours().into_iter().collect();
    let mut found = Vec::new();
    let mut compared = 0;
    for capture in all().unwrap() {
        let mut analysis = match Analysis::open_file(&capture) {
            Ok(analysis) => analysis,
            Err(words) => {
                found.push(unread(Aspect::Place, &capture, &words));
                continue;
            }
        };
        let golden = read_tree(&golden(&capture, "tree")).unwrap();
        // What stands on no bytes, or is there for filters only, has no place.
        let golden =
            golden.iter().filter(|field| field.size > 0 && field.depth.is_some() && fields.contains(&field.name));
        let mut theirs: BTreeMap<(u32, &str), Vec<(u32, u32)>> = BTreeMap::new();
        for field in golden {
            theirs.entry((field.frame, &field.name)).or_default().push((field.position, field.size));
        }
        let frames: BTreeSet<u32> = theirs.keys().map(|(frame, _)| *frame).collect();
        for frame in frames {
            let Some(packet) = analysis.packet(frame) else { panic!("{} has no packet {frame}", name(&capture)) };
            let of_frame = theirs.range((frame, "")..(frame + 1, ""));
            for ((_, field), places) in of_frame {
                compared += places.len();
                let lines = packet.lines.iter().filter(|line| line.field == *field && line.start < line.end);
                let lines = lines.filter(|line| line.nature != Nature::Generated);
                let mut ours: Vec<(u32, u32)> = lines.map(|line| (line.start, line.end - line.start)).collect();
                let mut places = places.clone();
                ours.sort_unstable();
                places.sort_unstable();
                if ours != places {
                    let (theirs, ours) = (format!("{places:?}"), format!("{ours:?}"));
                    found.push(difference(Aspect::Place, &capture, field, frame, &theirs, &ours));
                }
            }
        }
    }
    println!("{compared} places, {} differences", found.len());
    assert!(compared > 10_000);
    let words = Known::read(Aspect::Place).unwrap().judge(&found);
    assert!(words.is_empty(), "\n{words}");
}

/// The fields that the analyzer knows and goldens hold.
fn ours() -> Vec<String> {
    let text = String::from_utf8(inspect(&["-G", "fields"]).unwrap().stdout).unwrap();
    let names = text.lines().filter_map(|line| line.split('\t').nth(2).map(str::to_owned));
    let mut names: Vec<String> =
        names.filter(|name| PROTOCOLS.contains(&name.split('.').next().unwrap_or_default())).collect();
    names.sort();
    names.dedup();
    names
}

/// All values of a golden, by packet and field, as `-T fields` joins them.
fn values(golden: &[Field]) -> BTreeMap<(u32, String), String> {
    let mut values: BTreeMap<(u32, String), String> = BTreeMap::new();
    for field in golden {
        let key = (field.frame, field.name.clone());
        values.entry(key).and_modify(|all| *all = format!("{all},{}", field.value)).or_insert(field.value.clone());
    }
    values
}

/// Fields that tshark finds and the analyzer does not know at all: one difference a field and capture.
fn missing(capture: &Path, golden: &BTreeMap<(u32, String), String>, fields: &[String]) -> Vec<Difference> {
    let known: BTreeSet<&String> = fields.iter().collect();
    let missing: BTreeMap<&String, &(u32, String)> =
        golden.keys().rev().filter(|(_, field)| !known.contains(field)).map(|key| (&key.1, key)).collect();
    let words = |key| golden.get(key).map(String::as_str).unwrap_or_default();
    let differences = missing.into_iter();
    differences
        .map(|(field, key)| difference(Aspect::Value, capture, field, key.0, words(key), "(no such field)"))
        .collect()
}

/// What `inspect` prints of fields: a line a packet, a cell a field.
fn printed(capture: &Path, fields: &[String]) -> Result<Vec<Vec<String>>, String> {
    let capture = name(capture);
    let mut arguments = vec!["-n", "-r", &capture, "-T", "fields"];
    arguments.extend(fields.iter().flat_map(|field| ["-e", field]));
    let output = inspect(&arguments).unwrap();
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let text = String::from_utf8(output.stdout).unwrap();
    Ok(text.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect())
}

fn cells_of(row: &Row) -> [String; 7] {
    let Row { frame, time, source, destination, protocol, length, info, .. } = row.clone();
    [frame.to_string(), time, source, destination, protocol, length.to_string(), info]
}

/// A capture that tshark reads and the analyzer does not.
fn unread(aspect: Aspect, capture: &Path, words: &str) -> Difference {
    Difference { aspect, capture: name(capture), field: "capture".to_owned(), words: words.to_owned() }
}

fn difference(aspect: Aspect, capture: &Path, field: &str, frame: u32, theirs: &str, ours: &str) -> Difference {
    let words = format!("packet {frame}: tshark says {theirs:?}, we say {ours:?}");
    Difference { aspect, capture: name(capture), field: field.to_owned(), words }
}
