//! `cargo xtask golden`: what tshark says of the captures, recorded beside them.
//!
//! A golden is a tab-separated file whose first lines, which begin with `#`, say what recorded it and how. The list is
//! what tshark's default columns show; the tree is its PDML reduced to one line a field.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::captures;
use crate::packages::ORACLE;
use crate::shell::{cargo, command, printed, root, run as started, target};

mod chance;
mod pdml;
mod random;
mod record;
pub mod taps;

/// The list's columns, as tshark names them: the number, and the cells in the order of the page.
pub const COLUMNS: [&str; 7] = [
    "frame.number",
    "_ws.col.Time",
    "_ws.col.Source",
    "_ws.col.Destination",
    "_ws.col.Protocol",
    "frame.len",
    "_ws.col.Info",
];

/// Stands in place of the packets where tshark does not accept the filter.
pub const REFUSED: &str = "refused";

/// What can be said to `cargo xtask golden`.
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Options {
    #[command(subcommand)]
    other: Option<Other>,
    /// Record only the captures whose name contains this.
    only: Option<String>,
}

#[derive(clap::Subcommand)]
enum Other {
    /// Record what the filters of `tests/filters.tsv` display, and nothing else.
    Filters,
    /// Record the statistics of the captures, and nothing else.
    Taps,
    /// Compare what filters made by chance display with what they display in tshark.
    Random(random::Options),
}

/// A line of a tree golden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The packet, from 1.
    pub frame: u32,
    /// 0 for a protocol; nothing where tshark has the field only for filters.
    pub depth: Option<u8>,
    /// The field's filter name.
    pub name: String,
    /// The value, as `tshark -T fields` prints it.
    pub value: String,
    /// The first byte; in reassembled bytes, from their start.
    pub position: u32,
    /// The number of bytes.
    pub size: u32,
    /// What the tree shows; nothing where tshark has the field only for filters.
    pub words: String,
}

/// The fields that goldens hold: those of the analyzer's own protocols, by the first part of their names.
pub struct Ours(BTreeSet<String>);

impl Ours {
    /// Reads what `inspect -G fields` prints.
    pub fn of(reference: &str) -> Ours {
        let names = reference.lines().filter_map(|line| line.split('\t').nth(2));
        Ours(names.map(|name| area(name).to_owned()).collect())
    }

    /// Asks the analyzer, which is built for it.
    fn ask() -> Result<Ours> {
        started(&mut cargo(["build", "--quiet", "--package", "analyzer-wasm", "--bin", "inspect"]))?;
        let text = printed(&mut command(target().join("debug/inspect"), ["-G", "fields"]));
        Ok(Ours::of(&text.context("inspect prints no fields")?))
    }

    /// Whether a field belongs to one of the analyzer's protocols.
    pub fn has(&self, field: &str) -> bool {
        self.0.contains(area(field))
    }
}

/// The first part of a field's name, which its protocol shares with others that go by the same name; what Wireshark says
/// of any packet (`_ws.malformed`) has two.
fn area(name: &str) -> &str {
    let parts = if name.starts_with("_ws.") { 2 } else { 1 };
    name.match_indices('.').nth(parts - 1).map_or(name, |(end, _)| name.get(..end).unwrap_or(name))
}

/// Records lists, trees, statistics, filters and the field reference, and fails where tshark is missing.
pub fn run(options: &Options) -> Result<()> {
    ORACLE.provide()?;
    let version = record::version()?;
    match &options.other {
        Some(Other::Filters) => return record::filters(&version, &root().join("tests/filters.tsv"), ""),
        Some(Other::Taps) => return captures::all()?.iter().try_for_each(|capture| taps::record(&version, capture)),
        Some(Other::Random(options)) => return random::compare(options),
        None => {}
    }
    let ours = Ours::ask()?;
    let only = options.only.as_deref().unwrap_or_default();
    let captures = captures::all()?;
    let chosen: Vec<&PathBuf> = captures.iter().filter(|capture| captures::name(capture).contains(only)).collect();
    if chosen.is_empty() {
        bail!("no capture's name contains {only:?}");
    }
    for capture in &chosen {
        println!("  {}", captures::name(capture));
        record::list(&version, capture)?;
        record::tree(&version, capture, &ours)?;
        taps::record(&version, capture)?;
    }
    record::filters(&version, &root().join("tests/filters.tsv"), only)?;
    record::fields(&version, &root().join("tests/fields.tsv"), &ours)?;
    println!("{} captures, recorded with {version}", chosen.len());
    Ok(())
}

/// The lines of a tab-separated file that are neither empty nor remarks, cut into cells.
pub fn table(file: &Path) -> Result<Vec<Vec<String>>> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    Ok(lines.map(|line| line.split('\t').map(str::to_owned).collect()).collect())
}

/// The rows of a list golden, in the order of [`COLUMNS`].
pub fn read_list(file: &Path) -> Result<Vec<Vec<String>>> {
    let rows = table(file)?;
    match rows.iter().position(|row| row.len() != COLUMNS.len()) {
        Some(wrong) => bail!("row {} of {} has not {} cells", wrong + 1, file.display(), COLUMNS.len()),
        None => Ok(rows),
    }
}

/// The fields of a tree golden.
pub fn read_tree(file: &Path) -> Result<Vec<Field>> {
    let rows = table(file)?;
    rows.iter().map(|row| field(row).with_context(|| format!("{}: not a field: {row:?}", file.display()))).collect()
}

fn field(row: &[String]) -> Option<Field> {
    let [frame, depth, name, value, position, size, words] = row else { return None };
    let depth = if depth == "-" { None } else { Some(depth.parse().ok()?) };
    let (frame, position, size) = (frame.parse().ok()?, position.parse().ok()?, size.parse().ok()?);
    Some(Field { frame, depth, name: name.clone(), value: value.clone(), position, size, words: words.clone() })
}
