//! Filters made by chance, answered by tshark and by `inspect`: they must display the same packets.
//!
//! Fields, kinds and values come from the trees that lie beside the captures, so that filters fit and some hit. What
//! Wireshark changed after the recorded version is left out, as are fields that are known to be read otherwise.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::chance::Chance;
use super::{read_tree, record, table};
use crate::captures;
use crate::packages::ORACLE;
use crate::shell::{cargo, command, root, run, target};

/// Captures with larger trees would only take longer.
const LARGEST: u64 = 2_000_000;

/// Comparisons in signs and in words.
const COMPARISONS: &[&str] =
    &["==", "eq", "!=", "ne", "===", "!==", ">", "gt", "<", "lt", ">=", "ge", "<=", "le", "any_eq", "all_ne"];
/// What may stand before a comparison; mostly nothing does.
const QUANTIFIERS: &[&str] = &["", "", "", "any ", "all "];

/// What can be said to `cargo xtask golden random`.
#[derive(clap::Args)]
pub(super) struct Options {
    /// Where chance begins: the same number makes the same filters.
    #[arg(default_value_t = 1)]
    seed: u64,
    /// How many filters to compare.
    #[arg(default_value_t = 1000)]
    count: u32,
    /// Print each filter as a line of `tests/filters.tsv`.
    #[arg(long)]
    print: bool,
}

/// A field of a capture with its values.
struct Subject {
    name: String,
    kind: String,
    values: Vec<String>,
}

/// Compares, and fails where an answer differs.
pub(super) fn compare(options: &Options) -> Result<()> {
    ORACLE.provide()?;
    run(&mut cargo(["build", "--quiet", "--package", "analyzer-wasm", "--bin", "inspect"]))?;
    let captures = subjects()?;
    let mut chance = Chance::new(options.seed);
    let mut different = 0;
    let mut hits = 0;
    for _ in 0..options.count {
        let (capture, fields) = chance.one_of(&captures);
        let filter = tests(&mut chance, fields, 2);
        let theirs = match record::displayed(capture, &filter) {
            Ok(frames) => frames,
            Err(error) => {
                println!("tshark refuses\t{}\t{filter}\t{error:#}", captures::name(capture));
                different += 1;
                continue;
            }
        };
        let ours = displayed(capture, &filter)?;
        hits += u32::from(!theirs.is_empty());
        if ours != theirs {
            println!("{}\t{filter}\n    tshark: {theirs}\n    ours:   {ours}", captures::name(capture));
            different += 1;
        } else if options.print {
            println!("{}\t{filter}\t{theirs}", captures::name(capture));
        }
    }
    println!("{} filters from seed {}, {hits} display packets, {different} differ", options.count, options.seed);
    if different > 0 {
        bail!("{different} filters display other packets than in tshark");
    }
    Ok(())
}

/// The packets that `inspect` displays, or why it displays none.
fn displayed(capture: &Path, filter: &str) -> Result<String> {
    let mut inspect = command(target().join("debug/inspect"), ["-n", "-r"]);
    inspect.arg(capture).args(["--strict", "-T", "fields", "-e", "frame.number", "-Y", filter]);
    let output = inspect.output().context("cannot start inspect")?;
    let text = String::from_utf8_lossy(if output.status.code() == Some(2) { &output.stderr } else { &output.stdout });
    Ok(text.lines().collect::<Vec<_>>().join(" "))
}

/// The fields of all captures that are small enough, with their values.
fn subjects() -> Result<Vec<(PathBuf, Vec<Subject>)>> {
    let mut kinds: BTreeMap<String, String> = BTreeMap::new();
    for row in table(&root().join("tests/fields.tsv"))? {
        let [name, _, kind, ..] = row.as_slice() else { continue };
        // A name that stands for fields of several kinds is typed in another way by every version.
        let same = |known: &mut String| {
            if known != kind {
                known.clear();
            }
        };
        kinds.entry(name.clone()).and_modify(same).or_insert_with(|| kind.clone());
    }
    let known = differences()?;
    let mut all = Vec::new();
    for capture in captures::all()? {
        let tree = captures::golden(&capture, "tree");
        if fs::metadata(&tree).map_or(LARGEST, |tree| tree.len()) >= LARGEST {
            continue;
        }
        let mut fields: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for field in read_tree(&tree)? {
            let values = fields.entry(field.name).or_default();
            if !values.contains(&field.value) {
                values.push(field.value);
            }
        }
        let name = captures::name(&capture);
        let same = |field: &String| !known.iter().any(|(c, f)| matches(c, &name) && matches(f, field));
        let subject = |(name, values): (String, Vec<String>)| {
            let kind = kinds.get(&name)?.clone();
            Some(Subject { name, kind, values })
        };
        let fields: Vec<Subject> =
            fields.into_iter().filter(|(name, _)| same(name)).filter_map(subject).filter(Subject::is_settled).collect();
        if !fields.is_empty() {
            all.push((capture, fields));
        }
    }
    Ok(all)
}

/// Captures and fields that are known to be read otherwise.
fn differences() -> Result<HashSet<(String, String)>> {
    let text = fs::read_to_string(root().join("tests/known_differences.toml"))?;
    let entry = |block: &str| {
        let value = |key: &str| {
            let line = block.lines().find_map(|line| line.strip_prefix(key)?.trim().strip_prefix('='))?;
            Some(line.trim().trim_matches('"').to_owned())
        };
        Some((value("capture")?, value("field")?))
    };
    Ok(text.split("[[difference]]").filter_map(entry).collect())
}

/// Whether a name is this one, where a `*` at its end stands for anything.
fn matches(pattern: &str, name: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == name || pattern == "-", |start| name.starts_with(start))
}

impl Subject {
    /// Whether all versions since the recorded one agree on it.
    fn is_settled(&self) -> bool {
        let changed = ["frame.time_epoch", "frame.time_delta", "frame.time_delta_displayed", "frame.file_off"];
        !changed.contains(&self.name.as_str()) && !self.name.starts_with("_ws")
    }

    fn is_integer(&self) -> bool {
        self.kind.starts_with("FT_UINT") || self.kind == "FT_FRAMENUM"
    }

    fn is_text(&self) -> bool {
        self.kind.starts_with("FT_STRING")
    }
}

/// Tests joined at random, at most so deep.
fn tests(chance: &mut Chance, fields: &[Subject], depth: u32) -> String {
    if depth == 0 || chance.below(3) == 0 {
        let test = test(chance, fields);
        return if chance.below(6) == 0 { format!("not {test}") } else { test };
    }
    let (left, right) = (tests(chance, fields, depth - 1), tests(chance, fields, depth - 1));
    let operator = *chance.one_of(&["and", "or", "&&", "||"]);
    match chance.below(3) {
        0 => format!("{left} {operator} {right}"),
        1 => format!("({left}) {operator} ({right})"),
        _ => format!("!({left} {operator} {right})"),
    }
}

/// One test of one field.
fn test(chance: &mut Chance, fields: &[Subject]) -> String {
    let field = chance.one_of(fields);
    let name = field.name.as_str();
    let value = chance.one_of(&field.values).clone();
    let made = match field.kind.as_str() {
        _ if chance.below(12) == 0 => Some(layer(chance, name)),
        _ if field.is_integer() => integer(chance, fields, field, &value),
        _ if field.is_text() => text(chance, name, &value),
        "FT_BOOLEAN" => boolean(chance, name),
        "FT_IPv4" | "FT_IPv6" => address(chance, field, &value),
        "FT_ETHER" => ether(chance, field, &value),
        "FT_BYTES" => bytes(chance, name, &value),
        "FT_RELATIVE_TIME" | "FT_DOUBLE" => number(chance, name, &value),
        "FT_ABSOLUTE_TIME" => None,
        "-" => protocol(chance, name),
        _ => None,
    };
    made.unwrap_or_else(|| name.to_owned())
}

fn layer(chance: &mut Chance, name: &str) -> String {
    let layer = *chance.one_of(&["#1", "#2", "#[1-2]", "#[-1]", "#[1:]"]);
    format!("{name}{layer}")
}

fn comparison(chance: &mut Chance) -> &'static str {
    chance.one_of::<&str>(COMPARISONS)
}

fn quantifier(chance: &mut Chance) -> &'static str {
    chance.one_of::<&str>(QUANTIFIERS)
}

fn integer(chance: &mut Chance, fields: &[Subject], field: &Subject, value: &str) -> Option<String> {
    let bits: u32 = field.kind.trim_start_matches("FT_UINT").parse().unwrap_or(32);
    let most = u64::MAX >> (64 - bits);
    let value = match value.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok()?,
        None => value.parse().ok()?,
    };
    let value = match chance.below(4) {
        0 => value.saturating_add(1).min(most),
        1 => value.saturating_sub(1),
        _ => value,
    };
    let name = &field.name;
    let written = match chance.below(4) {
        0 => format!("{value:#x}"),
        1 => format!("0{value:o}"),
        _ => value.to_string(),
    };
    let compared = comparison(chance);
    let small = bits <= 32 && value < most / 4;
    Some(match chance.below(11) {
        0 => format!("{name} in {{{written}, {}..{}}}", value.saturating_sub(3), value.saturating_sub(1)),
        1 => format!("{name} in {{{written}..{most}}}"),
        2 if bits <= 32 => format!("{name} & {:#x}", 1 << chance.below(u64::from(bits))),
        3 if bits <= 32 => format!("{name} & {:#x} {compared} {}", most / 2, value & (most / 2)),
        4 if small => format!("{name} + 1 {compared} {}", value + 1),
        5 if small => format!("{name} * 2 {compared} {}", value * 2),
        6 if bits <= 32 => format!("{name} % 7 {compared} {}", value % 7),
        7 if bits != 24 => {
            format!("string({name}) {} \"{value}\"", chance.one_of(&["==", "contains", "matches", "!="]))
        }
        8 => format!("{}({name}) {compared} {written}", chance.one_of(&["max", "min"])),
        9 => {
            let others: Vec<&Subject> = fields.iter().filter(|other| other.kind == field.kind).collect();
            format!("{}{name} {compared} {}", quantifier(chance), chance.one_of(&others).name)
        }
        _ => format!("{}{name} {compared} {written}", quantifier(chance)),
    })
}

fn boolean(chance: &mut Chance, name: &str) -> Option<String> {
    let value = *chance.one_of(&["1", "0", "True", "False", "TRUE", "FALSE"]);
    let compared = *chance.one_of(&["==", "!=", "eq", "ne", "===", "!=="]);
    Some(format!("{}{name} {compared} {value}", quantifier(chance)))
}

fn address(chance: &mut Chance, field: &Subject, value: &str) -> Option<String> {
    let (name, six) = (&field.name, field.kind == "FT_IPv6");
    if six != value.contains(':') {
        return None;
    }
    let widest = if six { 128 } else { 32 };
    let compared = comparison(chance);
    Some(match chance.below(6) {
        0 => format!("{name} {} {value}/{}", chance.one_of(&["==", "!=", "==="]), chance.below(widest + 1)),
        1 => format!("{name} in {{{value}, {}}}", chance.one_of(&field.values)),
        2 => format!("string({name}) contains \"{}\"", part(chance, value)),
        3 => format!("{name}[{}:2] {} 00:01", chance.below(5), chance.one_of(&["==", "!="])),
        4 => format!("len({name}) == {}", widest / 8),
        _ => format!("{}{name} {compared} {value}", quantifier(chance)),
    })
}

fn ether(chance: &mut Chance, field: &Subject, value: &str) -> Option<String> {
    let name = &field.name;
    let compared = comparison(chance);
    Some(match chance.below(5) {
        0 => format!("{name}[{}:2] == {}", chance.below(6), value.get(..5)?),
        1 => format!("{name}[0:3] {} {}", chance.one_of(&["==", "!="]), value.get(..8)?),
        2 => format!("{name} contains {}", value.get(6..11)?),
        3 => format!("{name} in {{{value}, {}}}", chance.one_of(&field.values)),
        _ => format!("{}{name} {compared} {value}", quantifier(chance)),
    })
}

fn bytes(chance: &mut Chance, name: &str, value: &str) -> Option<String> {
    let digits: String = value.chars().filter(char::is_ascii_hexdigit).collect();
    if digits.len() < 4 || digits.len() % 2 == 1 || digits.len() > 80 || digits.len() + 20 < value.len() {
        return None;
    }
    let pairs: Vec<&str> = (0..digits.len() / 2).filter_map(|at| digits.get(2 * at..2 * at + 2)).collect();
    let start = chance.below(pairs.len() as u64 - 1) as usize;
    let two = pairs.get(start..start + 2)?.join(":");
    Some(match chance.below(5) {
        0 => format!("{name} contains {two}"),
        1 => format!("{name}[{start}:2] == {two}"),
        2 => format!("len({name}) == {}", pairs.len()),
        3 => format!("{name}[-2:] {} {two}", chance.one_of(&["==", "!="])),
        _ => format!("{name} {} {}", chance.one_of(&["==", "!=", "==="]), pairs.join(":")),
    })
}

fn number(chance: &mut Chance, name: &str, value: &str) -> Option<String> {
    let plain =
        value.starts_with(|c: char| c.is_ascii_digit()) && value.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    plain.then(|| format!("{}{name} {} {value}", quantifier(chance), chance.one_of(&[">", "<", ">=", "<="])))
}

fn text(chance: &mut Chance, name: &str, value: &str) -> Option<String> {
    // Text is counted in bytes by the recorded version, and -T fields writes what is no plain text in its own way.
    if value.is_empty() || value.len() > 60 || !value.bytes().all(|b| matches!(b, b' '..=b'~') && b != b'\\') {
        return None;
    }
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\\\""));
    let piece = part(chance, value).to_owned();
    let pattern: String =
        piece.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_string() } else { ".".to_owned() }).collect();
    Some(match chance.below(8) {
        0 => format!("{name} contains {}", quoted(&piece)),
        1 => format!("{name} matches \"{pattern}\""),
        2 => format!("{name} matches \"(?i)^{pattern}|{pattern}$\""),
        3 => format!("lower({name}) == {}", quoted(&value.to_ascii_lowercase())),
        4 => format!("upper({name}) contains {}", quoted(&piece)),
        5 => format!("len({name}) {} {}", comparison(chance), value.len()),
        6 => format!("{name} in {{{}, \"x\"}}", quoted(value)),
        _ => format!("{}{name} {} {}", quantifier(chance), comparison(chance), quoted(value)),
    })
}

fn protocol(chance: &mut Chance, name: &str) -> Option<String> {
    if name.contains('.') {
        return None;
    }
    Some(match chance.below(4) {
        0 => format!("{name} contains \"{}\"", chance.one_of(&["com", "GET", "a", "www", "HTTP"])),
        1 => format!("{name} contains {}", chance.one_of(&["00:01", "c0:a8", "0a:00", "00:00:00"])),
        2 => format!("{name} matches \"{}\"", chance.one_of(&["ww+", "^.{8}", "http/1", "[a-f]{3}"])),
        _ => return None,
    })
}

/// A piece of a value.
fn part<'v>(chance: &mut Chance, value: &'v str) -> &'v str {
    let start = chance.below(value.len() as u64) as usize;
    let end = start + 1 + chance.below((value.len() - start) as u64) as usize;
    value.get(start..end.min(value.len())).unwrap_or(value)
}
