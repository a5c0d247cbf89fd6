//! Asking tshark, and writing down its answers.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::{COLUMNS, Ours, REFUSED, pdml};
use crate::captures;
use crate::shell::{command, written};

/// Between the values of one field in tshark's answer: no value contains it.
const UNIT: char = '\u{1f}';

/// The first line that tshark prints of itself.
pub(super) fn version() -> Result<String> {
    let text =
        crate::shell::printed(&mut command("tshark", ["--version"])).context("tshark does not say its version")?;
    Ok(text.lines().next().unwrap_or_default().trim_end_matches('.').to_owned())
}

/// Records the packet list.
pub(super) fn list(version: &str, capture: &Path) -> Result<()> {
    // Two passes, as in Wireshark's own list: a packet may know of later ones.
    let mut arguments = vec!["-2", "-T", "fields"];
    arguments.extend(COLUMNS.iter().flat_map(|column| ["-e", column]));
    let answer = ask(capture, &arguments)?;
    let mut text = head(version, &answer, &COLUMNS);
    text.push_str(&answer.text);
    write(&captures::golden(capture, "list"), &text)
}

/// Records the fields of all packets.
pub(super) fn tree(version: &str, capture: &Path, ours: &Ours) -> Result<()> {
    let answer = ask(capture, &["-T", "pdml"])?;
    let mut fields = pdml::fields(&answer.text);
    fields.retain(|field| ours.has(&field.name));
    let mut names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let values = values(capture, &names)?;

    let mut text = head(version, &answer, &["frame", "depth", "name", "value", "position", "size", "words"]);
    let mut seen: HashMap<(u32, &str), usize> = HashMap::new();
    for field in &fields {
        let nth = seen.entry((field.frame, &field.name)).or_default();
        // PDML writes values in another way than `-T fields`, which is what filters and people see.
        let value = values.get(&(field.frame, field.name.as_str())).and_then(|all| all.get(*nth));
        *nth += 1;
        let on_one_line = |text: &str| text.replace('\t', "\\t").replace('\n', "\\n");
        let value = value.cloned().unwrap_or_else(|| on_one_line(&field.value));
        let depth = field.depth.map_or_else(|| "-".to_owned(), |depth| depth.to_string());
        let (frame, name) = (field.frame, &field.name);
        let words = field.depth.map_or(String::new(), |_| on_one_line(&field.words));
        writeln!(text, "{frame}\t{depth}\t{name}\t{value}\t{}\t{}\t{words}", field.position, field.size)?;
    }
    write(&captures::golden(capture, "tree"), &text)
}

/// Records which packets each filter selects: reads the first two columns, and writes the third anew.
pub(super) fn filters(version: &str, file: &Path, only: &str) -> Result<()> {
    let old = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut text = String::new();
    for line in old.lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        match cells.as_slice() {
            _ if line.starts_with("# recorded with") => writeln!(text, "# recorded with {version}")?,
            // The filters of other captures stay as they are.
            [capture, ..] if !line.starts_with('#') && !capture.contains(only) => writeln!(text, "{line}")?,
            [capture, filter, ..] if !line.starts_with('#') => {
                let file = captures::folder().join(capture);
                let frames = match displayed(&file, filter) {
                    Ok(frames) => frames,
                    Err(error) => {
                        println!("  refused: {filter}: {error:#}");
                        REFUSED.to_owned()
                    }
                };
                writeln!(text, "{capture}\t{filter}\t{frames}")?;
            }
            _ => writeln!(text, "{line}")?,
        }
    }
    write(file, &text)
}

/// The packets that a filter displays.
///
/// # Errors
/// Why tshark refuses it.
pub(super) fn displayed(capture: &Path, filter: &str) -> Result<String> {
    let answer = ask(capture, &["-Y", filter, "-T", "fields", "-e", "frame.number"])?;
    Ok(answer.text.lines().collect::<Vec<_>>().join(" "))
}

/// Records name, title, type, base and mask of the fields of our protocols.
pub(super) fn fields(version: &str, file: &Path, ours: &Ours) -> Result<()> {
    let text = crate::shell::printed(&mut command("tshark", ["-G", "fields"])).context("tshark prints no fields")?;
    let mut kept = format!("# recorded with {version}: tshark -G fields\n# name\ttitle\ttype\tbase\tmask\n");
    let mut lines: Vec<&str> = text.lines().collect();
    // tshark prints some tables in another order each time.
    lines.sort_by_key(|line| line.split('\t').nth(2));
    for line in lines {
        match line.split('\t').collect::<Vec<_>>().as_slice() {
            // What is registered as a protocol has another type inside tshark than a list of protocols can say.
            ["P", title, name, ..] if ours.has(name) => writeln!(kept, "{name}\t{title}\t-\t\t")?,
            ["F", title, name, kind, _, base, mask, ..] if ours.has(name) => {
                writeln!(kept, "{name}\t{title}\t{kind}\t{base}\t{mask}")?;
            }
            _ => {}
        }
    }
    write(file, &kept)
}

/// The values of fields, by packet and name.
fn values<'a>(capture: &Path, names: &[&'a str]) -> Result<HashMap<(u32, &'a str), Vec<String>>> {
    if names.is_empty() {
        return Ok(HashMap::new()); // tshark refuses to print no field
    }
    let aggregator = format!("aggregator={UNIT}");
    let mut arguments = vec!["-T", "fields", "-E", &aggregator];
    arguments.extend(names.iter().flat_map(|name| ["-e", name]));
    let answer = ask(capture, &arguments)?;
    let mut values = HashMap::new();
    for (line, frame) in answer.text.lines().zip(1..) {
        for (cell, name) in line.split('\t').zip(names) {
            values.insert((frame, *name), cell.split(UNIT).map(str::to_owned).collect());
        }
    }
    Ok(values)
}

pub(super) struct Answer {
    asked: String,
    pub(super) text: String,
    remark: Option<&'static str>,
}

/// What tshark prints of a capture with its default preferences, in UTC and in a neutral language.
pub(super) fn ask(capture: &Path, arguments: &[&str]) -> Result<Answer> {
    let name = captures::name(capture);
    let mut tshark = command("tshark", [OsStr::new("-n"), OsStr::new("-r"), OsStr::new(&name)]);
    tshark.args(arguments).current_dir(captures::folder()).env("TZ", "UTC").env("LC_ALL", "C.UTF-8");
    // An empty folder instead of the user's own: their preferences must not reach the goldens.
    tshark.env("WIRESHARK_CONFIG_DIR", captures::folder().join("no-preferences"));
    let output = tshark.output().context("cannot start tshark")?;
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    let cut = complaint.contains("cut short");
    if !output.status.success() && !cut {
        bail!("tshark cannot answer for {name}: {}", complaint.trim());
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let remark = cut.then_some("the capture is cut short in the middle of a packet");
    let asked = if arguments.len() > 20 { "-T fields".to_owned() } else { written(&tshark) };
    Ok(Answer { asked, text, remark })
}

fn head(version: &str, answer: &Answer, columns: &[&str]) -> String {
    let mut text = format!("# {version}, default preferences: {}\n", answer.asked);
    if let Some(remark) = answer.remark {
        text.push_str(&format!("# {remark}\n"));
    }
    text.push_str(&format!("# {}\n", columns.join("\t")));
    text
}

fn write(file: &Path, text: &str) -> Result<()> {
    fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
}
