//! What ARCHITECTURE.md promises of the source tree, held by reading it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "invariants/names.rs"]
mod names;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use analyzer::dissect::Protocol;
use analyzer::protocols;
use xtask::shell::root;

/// The exceptions: protocols that are another one under another name and read its message, extension headers, which are
/// parts of IPv6, and link layers with Ethernet's trailer.
const FAMILIES: [(&str, &str); 10] = [
    ("mdns", "dns"),
    ("llmnr", "dns"),
    ("ssdp", "http"),
    ("hopopts", "ipv6"),
    ("dstopts", "ipv6"),
    ("fraghdr", "ipv6"),
    ("routing", "ipv6"),
    ("vlan", "eth"),
    ("ieee8021ad", "eth"),
    ("sll", "eth"),
];

/// Every Rust file of a folder, with its path from the workspace's root.
fn sources(folder: &str) -> Vec<(String, String)> {
    let mut files = Vec::new();
    gather(&root().join(folder), &mut files);
    assert!(!files.is_empty(), "there is no source in {folder}");
    files.sort();
    let named = files.into_iter().map(|file| (relative(&file), fs::read_to_string(&file).unwrap()));
    named.collect()
}

fn gather(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("target") && !path.ends_with("dist") {
            gather(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
}

fn relative(file: &Path) -> String {
    file.strip_prefix(root()).unwrap().to_string_lossy().into_owned()
}

/// A file's code: without remarks, and without the tests at its end.
fn code(text: &str) -> String {
    without_remarks(text.split("#[cfg(test)]").next().unwrap_or_default())
}

fn without_remarks(text: &str) -> String {
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// The name of the protocol's module that a file of `protocols/` belongs to.
fn protocol(path: &str) -> &str {
    let below = path.strip_prefix("analyzer-wasm/src/protocols/").unwrap();
    let mut parts = below.split(['/', '.']);
    let folder = parts.next().unwrap();
    parts.next().filter(|_| below.contains('/')).unwrap_or(folder)
}

#[test]
fn a_protocol_names_no_other_protocol() {
    let files = sources("analyzer-wasm/src/protocols");
    // What several protocols share, such as tables of numbers, describes no protocol itself.
    let protocols = files.iter().filter(|(_, text)| text.contains("PROTOCOL: Protocol"));
    let modules: BTreeSet<&str> = protocols.map(|(path, _)| protocol(path)).collect();
    assert!(modules.len() > 10);
    for (path, text) in &files {
        let code = code(text);
        let shared = |other: &str| FAMILIES.contains(&(protocol(path), other));
        for other in modules.iter().filter(|other| **other != protocol(path) && !shared(other)) {
            let folders = ["link", "network", "transport", "application", "content", "pseudo"];
            let paths = folders.map(|folder| format!("{folder}::{other}"));
            for way in [format!("super::{other}::"), format!("super::super::{other}::")].iter().chain(&paths) {
                assert!(!code.contains(way.as_str()), "{path} names {way}");
            }
            let braced = code.split("use super::{").skip(1).filter_map(|rest| rest.split("};").next());
            let mut names =
                braced.flat_map(|list| list.split([',', ' ', '\n'])).filter_map(|name| name.split("::").next());
            assert!(!names.any(|name| name == *other), "{path} uses {other}");
        }
    }
}

/// Where a protocol asks for another by its name all the same: IP alone in a frame says so in the list.
const ASKED: [(&str, &str); 1] = [("ip", "frame")];

#[test]
fn a_protocol_asks_for_no_other_by_a_text() {
    let names: BTreeSet<&str> = protocols::standard().all().iter().map(|protocol| protocol.name).collect();
    let mut asked = BTreeSet::new();
    for (path, text) in sources("analyzer-wasm/src/protocols") {
        if path.ends_with("/tests.rs") || path.ends_with("/testing.rs") {
            continue;
        }
        for line in code(&text).lines() {
            let parts: Vec<&str> = line.split('"').collect();
            for (index, literal) in parts.iter().enumerate().skip(1).step_by(2) {
                let (before, after) =
                    (parts[index - 1].trim_end(), parts.get(index + 1).map_or("", |after| after.trim()));
                // Titles and names of values are in tables; a question compares, or is the arm of a match.
                let compared = ["==", "!=", "Some(", "|"].iter().any(|sign| before.ends_with(sign));
                let question = compared || ["=>", "|", "if "].iter().any(|sign| after.starts_with(sign));
                let other = names.contains(literal) && *literal != protocol(&path);
                if question && other {
                    let known = ASKED.iter().find(|known| **known == (protocol(&path), *literal));
                    asked.insert(*known.unwrap_or_else(|| panic!("{path} asks for {literal}")));
                }
            }
        }
    }
    assert_eq!(asked.len(), ASKED.len(), "only {asked:?} are still asked for");
}

#[test]
fn a_module_imports_only_from_those_below_it() {
    let map = fs::read_to_string(root().join("analyzer-wasm/src/lib.rs")).unwrap();
    let floors: Vec<&str> = map
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod "))
        .filter_map(|name| name.strip_suffix(';'))
        .collect();
    let floor = |module: &str| floors.iter().position(|name| *name == module);
    let mut imports = 0;
    for (path, text) in sources("analyzer-wasm/src") {
        let below = path.strip_prefix("analyzer-wasm/src/").unwrap();
        let Some(own) = floor(below.split(['/', '.']).next().unwrap()) else { continue };
        for (number, line) in without_remarks(&text).lines().enumerate() {
            for named in line.split("crate::").skip(1) {
                let named =
                    named.split(|letter: char| letter != '_' && !letter.is_ascii_alphanumeric()).next().unwrap();
                let Some(other) = floor(named) else { continue };
                imports += 1;
                assert!(
                    other <= own,
                    "{path}:{}: {named} stands above {} in analyzer-wasm/src/lib.rs",
                    number + 1,
                    floors[own]
                );
            }
        }
    }
    assert!(imports > 300, "only {imports} imports were found");
}

#[test]
fn the_filter_names_no_protocol() {
    for (path, text) in sources("analyzer-wasm/src") {
        if path.starts_with("analyzer-wasm/src/filter") {
            let code = code(&text);
            for word in ["protocols", "crate::index", "crate::session", "crate::capture"] {
                assert!(!code.contains(word), "{path} names {word}");
            }
        }
    }
    assert!(root().join("analyzer-wasm/src/filter.rs").is_file());
}

#[test]
fn the_filter_stands_on_fields_and_values_and_never_asks_for_help() {
    let mut named = BTreeSet::new();
    for (path, text) in sources("analyzer-wasm/src") {
        if !path.starts_with("analyzer-wasm/src/filter") {
            continue;
        }
        // Its tests too: help is tested where help is.
        let code = without_remarks(&text);
        for way in code.split("crate::").skip(1) {
            let module = way.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
            assert!(["field", "value", "filter"].contains(&module), "{path} names crate::{module}");
            named.insert(module.to_owned());
        }
        assert!(!code.contains("help::"), "{path} asks for help");
    }
    assert_eq!(named.len(), 3, "the filter names {named:?}");
}

#[test]
fn the_analyzer_knows_the_browser_only_in_the_worker_and_never_prints() {
    for (path, text) in sources("analyzer-wasm/src") {
        let code = code(&text);
        if !path.starts_with("analyzer-wasm/src/bin/worker") {
            for word in ["web_sys", "js_sys", "wasm_bindgen"] {
                assert!(!code.contains(word), "{path} names {word}");
            }
        }
        if !path.starts_with("analyzer-wasm/src/bin/")
            && !path.contains("/tests/")
            && !path.ends_with("/tests.rs")
            && !path.ends_with("/testing.rs")
        {
            // Panics in constants stop the build, not the analyzer; the lints forbid all others.
            for word in ["println!", "eprintln!", "print!", "dbg!", ".unwrap()", ".expect("] {
                assert!(!code.contains(word), "{path} has {word}");
            }
        }
    }
}

#[test]
fn only_messages_are_serialized() {
    for (path, text) in sources("analyzer-wasm/src") {
        // What is written for other programs is no message.
        let written = ["analyzer-wasm/src/pairs/json.rs"];
        if !path.starts_with("analyzer-wasm/src/message/") && !written.contains(&path.as_str()) {
            let code = code(&text);
            assert!(!code.contains("serde"), "{path} names serde");
            assert!(!code.contains("postcard"), "{path} names postcard");
        }
    }
}

#[test]
fn only_one_room_of_the_page_talks_to_the_worker() {
    for (path, text) in sources("www/src") {
        if path != "www/src/ask.rs" && !path.starts_with("www/src/ask/") {
            let code = code(&text);
            for word in ["post_message", "Worker::new", "message::encode", "Envelope", "Ask::start"] {
                let starts = word == "Ask::start" && path == "www/src/page.rs";
                assert!(starts || !code.contains(word), "{path} has {word}");
            }
        }
    }
}

#[test]
fn what_a_packet_says_is_never_set_as_markup() {
    for (path, text) in sources("www/src") {
        let code = code(&text);
        for word in ["inner_html", "set_inner_html", "insert_adjacent_html", "set_outer_html", "document.write"] {
            assert!(!code.contains(word), "{path} has {word}");
        }
    }
}

#[test]
fn the_pages_policy_allows_nothing_from_elsewhere() {
    let page = fs::read_to_string(root().join("www/index.html")).unwrap();
    let policy = page.split("Content-Security-Policy").nth(1).and_then(|rest| rest.split("content=\"").nth(1));
    let policy = policy.and_then(|rest| rest.split('"').next()).unwrap_or_else(|| panic!("the page has no policy"));
    let mut rules = policy.split(';').map(str::trim).filter(|rule| !rule.is_empty());
    assert!(rules.clone().any(|rule| rule == "default-src 'none'"), "{policy}");
    for rule in rules.by_ref() {
        for source in rule.split_whitespace().skip(1) {
            assert!(["'none'", "'self'", "'wasm-unsafe-eval'", "data:", "blob:"].contains(&source), "{rule}");
        }
    }
    assert!(policy.contains("connect-src 'self'") && policy.contains("form-action 'none'"), "{policy}");
}

#[test]
fn a_field_is_described_once() {
    let mut described: BTreeMap<&str, Vec<&Protocol>> = BTreeMap::new();
    for protocol in protocols::standard().all() {
        let mut seen = BTreeSet::new();
        for row in protocol.fields.rows {
            let kind = format!("{:?} {:x}", row.kind, row.mask);
            assert!(seen.insert((row.name, kind.clone())), "{} describes {} twice as {kind}", protocol.name, row.name);
            described.entry(row.name).or_default().push(protocol);
        }
    }
    assert!(described.len() > 1000, "only {} fields were found", described.len());
    for (name, by) in described {
        let first = by[0];
        for other in &by[1..] {
            let family = first.name == other.name || !first.family.is_empty() && first.family == other.family;
            assert!(family, "{} and {} both describe {name}, and are of no family", first.name, other.name);
        }
    }
}

#[test]
fn a_fields_name_stands_only_where_it_is_described() {
    let fields: BTreeSet<&str> =
        protocols::standard().all().iter().flat_map(|protocol| protocol.fields.rows).map(|row| row.name).collect();
    // The rows are found, so that a name outside of them would be, too.
    let mut rows = 0;
    for (path, text) in sources("analyzer-wasm/src/protocols") {
        if path.ends_with("/tests.rs") || path.ends_with("/testing.rs") {
            continue;
        }
        let code = code(&text);
        let (inside, outside) = described(&code);
        // Dissector tables and byte sources bear the names of fields, and a summary asks the layer around it.
        let outside = outside
            .lines()
            .filter(|line| !["outer_uint(", "Key::", "Table::", "name: \""].iter().any(|word| line.contains(word)));
        let outside = outside.collect::<Vec<_>>().join("\n");
        rows += literals(&inside).filter(|literal| fields.contains(literal)).count();
        for literal in literals(&outside).filter(|literal| literal.contains('.')) {
            let own = protocols::standard().all().iter().any(|protocol| protocol.name == literal);
            assert!(own || !fields.contains(literal), "{path} names the field {literal} outside of its rows");
        }
    }
    assert!(rows > 1000, "only {rows} rows were found");
}

/// What stands in the rows of `fields!`, and what stands around them.
fn described(code: &str) -> (String, String) {
    let (mut inside, mut outside) = (String::new(), String::new());
    let mut rest = code;
    while let Some((before, after)) = rest.split_once("fields! {") {
        let (rows, behind) = after.split_once("\n}").unwrap_or((after, ""));
        outside.push_str(before);
        inside.push_str(rows);
        rest = behind;
    }
    outside.push_str(rest);
    (inside, outside)
}

/// The literal texts of some code.
fn literals(code: &str) -> impl Iterator<Item = &str> {
    code.lines().flat_map(|line| line.split('"').skip(1).step_by(2))
}

#[test]
fn files_begin_with_a_sentence_and_stay_short_or_say_why() {
    for folder in ["analyzer-wasm/src", "www/src", "launcher/src", "tests/src", "tests/tests", "xtask/src"] {
        for (path, text) in sources(folder) {
            let first = text.lines().next().unwrap_or_default();
            assert!(first.starts_with("//! "), "{path} does not begin with a sentence");
            assert!(!text.contains("TODO") || path.ends_with("invariants.rs"), "{path} has a TODO");
            let head = text.lines().take_while(|line| line.starts_with("//!")).count();
            let lines = text.lines().count();
            assert!(lines <= 400 || head > 1, "{path} has {lines} lines, and no reason for it at its head");
        }
    }
}

#[test]
fn no_file_hides_behind_mod_rs() {
    for folder in ["analyzer-wasm", "www", "launcher", "tests", "xtask"] {
        for (path, _) in sources(folder) {
            assert!(!path.ends_with("/mod.rs"), "{path} should bear its folder's name");
        }
    }
}

#[test]
fn the_documents_name_only_paths_that_exist() {
    for document in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"] {
        let text = fs::read_to_string(root().join(document)).unwrap_or_else(|error| panic!("{document}: {error}"));
        let mut paths = 0;
        for word in text.split('`').skip(1).step_by(2) {
            let starts = ["analyzer-wasm/", "www/", "launcher/", "tests/", "xtask/", ".ci/", ".cargo/"];
            if starts.iter().any(|start| word.starts_with(start)) && !word.contains(['*', '<', ' ', '…']) {
                paths += 1;
                assert!(root().join(word).exists() || is_built(word), "{document} names {word}, which is not there");
            }
        }
        assert!(paths > 0 || document == "README.md", "{document} names no path");
    }
}

#[test]
fn the_readme_begins_with_the_two_commands() {
    let text = fs::read_to_string(root().join("README.md")).unwrap();
    let demo = text.find("cargo xtask demo").unwrap_or_else(|| panic!("the README does not name the demo"));
    let test = text.find("cargo xtask test").unwrap_or_else(|| panic!("the README does not name the tests"));
    assert!(demo < test);
    assert!(text[..demo].lines().count() < 20, "the commands stand too far below");
}

/// What a build makes is not in a fresh tree.
fn is_built(path: &str) -> bool {
    path.starts_with("www/dist") || path.starts_with("target/")
}
