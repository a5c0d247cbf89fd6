//! Lists and trees of real captures, held against what tshark says of them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use analyzer::field::FieldSet;
use analyzer::message::{Nature, PacketDetails, PacketRow, TreeLine};
use analyzer::session::tree;
use tests::analysis::Analysis;
use tests::differences::{Aspect, Difference, Known};
use tests::programs::inspect;
use tests::told_again::open;
use xtask::captures::{all, golden, name};
use xtask::golden::{COLUMNS, Field, read_list, read_tree, table};
use xtask::shell::root;

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
fn every_field_of_tshark_is_known() {
    let fields = ours();
    let mut found = Vec::new();
    let mut names = BTreeSet::new();
    for capture in all().unwrap() {
        let golden = values(&read_tree(&golden(&capture, "tree")).unwrap());
        names.extend(golden.keys().map(|(_, field)| field.clone()));
        found.extend(missing(&capture, &golden, &fields));
    }
    println!("{} fields in goldens, {} missing in captures", names.len(), found.len());
    assert!(names.len() > 500);
    let words = Known::read(Aspect::Missing).unwrap().judge(&found);
    assert!(words.is_empty(), "\n{words}");
}

#[test]
fn the_tree_says_what_it_says_in_tshark_and_as_deep() {
    let fields: BTreeSet<String> = ours().into_iter().collect();
    let (mut depths, mut words) = (Vec::new(), Vec::new());
    let mut compared = 0;
    // Where the values differ, as an entry explains, the words and the number of lines differ too.
    let values = Known::read(Aspect::Value).unwrap();
    for capture in all().unwrap() {
        let Ok(open) = open(&name(&capture), &fs::read(&capture).unwrap()) else {
            continue; // the other tests name it
        };
        let golden = read_tree(&golden(&capture, "tree")).unwrap();
        let shown = golden.iter().filter(|field| field.depth.is_some() && fields.contains(&field.name));
        let mut theirs: BTreeMap<(u32, &str), Vec<&Field>> = BTreeMap::new();
        for field in shown {
            theirs.entry((field.frame, &field.name)).or_default().push(field);
        }
        let mut packet = None;
        for ((frame, field), theirs) in theirs {
            if packet.as_ref().is_none_or(|packet: &PacketDetails| packet.frame != frame) {
                // Without hindsight: the trees were recorded in one pass.
                packet = open.look(frame, frame - 1, &FieldSet::all(), false, tree::packet).ok();
            }
            let Some(packet) = &packet else { panic!("{} has no packet {frame}", name(&capture)) };
            let ours: Vec<&TreeLine> = packet.lines.iter().filter(|line| line.field == field).collect();
            if ours.len() != theirs.len() {
                let (theirs, ours) = (format!("{} lines", theirs.len()), format!("{} lines", ours.len()));
                let found = difference(Aspect::Depth, &capture, field, frame, &theirs, &ours);
                depths.extend((!values.explains(&found)).then_some(found));
            }
            for (ours, theirs) in ours.iter().zip(&theirs) {
                compared += 1;
                if Some(ours.depth) != theirs.depth {
                    let (theirs, ours) = (theirs.depth.unwrap_or_default().to_string(), ours.depth.to_string());
                    depths.push(difference(Aspect::Depth, &capture, field, frame, &theirs, &ours));
                }
                let said = ours.text.replace('\t', "\\t").replace('\n', "\\n");
                // Of a protocol's line that stands where others' fields do, PDML has no words.
                if !theirs.words.is_empty() && said != theirs.words && without_brackets(&said) != theirs.words {
                    let found = difference(Aspect::Words, &capture, field, frame, &theirs.words, &said);
                    words.extend((!values.explains(&found)).then_some(found));
                }
            }
        }
    }
    println!("{compared} lines, {} of another depth, {} of other words", depths.len(), words.len());
    assert!(compared > 10_000);
    let (depths, words) =
        (Known::read(Aspect::Depth).unwrap().judge(&depths), Known::read(Aspect::Words).unwrap().judge(&words));
    assert!(depths.is_empty() && words.is_empty(), "\n{depths}\n{words}");
}

/// The words of a line that was found out: PDML leaves out the brackets round them.
fn without_brackets(said: &str) -> &str {
    said.strip_prefix('[').and_then(|said| said.strip_suffix(']')).unwrap_or(said)
}

#[test]
fn every_protocol_occurs_in_a_golden() {
    // Only what Wireshark has can occur in tshark's goldens; that nothing is ours alone by mistake is held by the field
    // reference.
    let reference = table(&root().join("tests/fields.tsv")).unwrap();
    let theirs: BTreeSet<&str> = reference.iter().filter(|row| row[2] == "-").map(|row| row[0].as_str()).collect();
    let mut seen = BTreeSet::new();
    for capture in all().unwrap() {
        for field in read_tree(&golden(&capture, "tree")).unwrap() {
            if field.name == "frame.protocols" {
                seen.extend(field.value.split(':').map(str::to_owned));
            }
            seen.insert(field.name);
        }
    }
    let all = analyzer::protocols::standard().all();
    let checked: Vec<&str> = all.iter().map(|protocol| protocol.name).filter(|name| theirs.contains(name)).collect();
    assert!(checked.len() > 60, "only {} protocols are Wireshark's", checked.len());
    let missing: Vec<&&str> = checked.iter().filter(|name| !seen.contains(**name)).collect();
    assert!(missing.is_empty(), "no capture in tests/captures has {missing:?}");
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

/// The fields that the analyzer knows and goldens hold: all but those that Wireshark lacks.
fn ours() -> Vec<String> {
    let reference = table(&root().join("tests/fields.tsv")).unwrap();
    let theirs: BTreeSet<&str> = reference.iter().map(|row| row[0].as_str()).collect();
    let text = String::from_utf8(inspect(&["-G", "fields"]).unwrap().stdout).unwrap();
    let names = text.lines().filter_map(|line| line.split('\t').nth(2));
    let mut names: Vec<String> = names.filter(|name| theirs.contains(name)).map(str::to_owned).collect();
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
        .map(|(field, key)| difference(Aspect::Missing, capture, field, key.0, words(key), "(no such field)"))
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

fn cells_of(row: &PacketRow) -> [String; 7] {
    let PacketRow { frame, time, source, destination, protocol, length, info, .. } = row.clone();
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
