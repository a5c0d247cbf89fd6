//! What `inspect` says of lookups and connections, beside what the tables say.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Result, ensure};
use serde_json::{Map, Value};

use crate::programs::inspect;

/// One lookup or one connection, as `inspect` prints it.
pub type Said = Map<String, Value>;

/// Stands in a table where there is nothing.
const NOTHING: &str = "-";
/// Seconds by which two numbers may differ that are the same.
const ROUNDING: f64 = 1e-6;

/// The connections of a capture.
///
/// # Errors
/// Why `inspect` cannot read it, or what it printed instead of JSON.
pub fn connections(capture: &Path) -> Result<Vec<Said>> {
    lines(capture, "pairs")
}

/// The lookups of a capture.
///
/// # Errors
/// Why `inspect` cannot read it, or what it printed instead of JSON.
pub fn lookups(capture: &Path) -> Result<Vec<Said>> {
    lines(capture, "lookups")
}

fn lines(capture: &Path, what: &str) -> Result<Vec<Said>> {
    let output = inspect(&["-r", &capture.to_string_lossy(), "-T", what])?;
    ensure!(output.status.success(), "-T {what}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(serde_json::Deserializer::from_slice(&output.stdout).into_iter().collect::<Result<_, _>>()?)
}

/// A number of packet under a key; 0 where there is none.
pub fn packet(said: &Said, key: &str) -> u64 {
    said.get(key).and_then(Value::as_u64).unwrap_or_default()
}

/// A text under a key; empty where there is none.
pub fn text<'a>(said: &'a Said, key: &str) -> &'a str {
    said.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// What a row expects under each key: its cells under the names of the columns, and `key=value` in the last cell.
pub fn expected(row: &[String], columns: &[&'static str]) -> Vec<(String, String)> {
    let named = columns.iter().map(|column| (*column).to_owned()).zip(row.iter().skip(1).cloned());
    let more = row.get(columns.len() + 1).map(String::as_str).unwrap_or_default();
    let more = more.split(' ').filter_map(|pair| pair.split_once('='));
    let more = more.map(|(key, value)| (key.to_owned(), value.to_owned()));
    let mut all: Vec<(String, String)> = named.chain(more).collect();
    // The number of names stands behind the status.
    let counted = all.iter_mut().find_map(|(key, value)| {
        let (status, names) = value.split_once(' ').filter(|_| key == "status")?;
        let names = names.to_owned();
        *value = status.to_owned();
        Some(("candidates".to_owned(), names))
    });
    all.extend(counted);
    all
}

/// What is said otherwise than expected: key, and both in words.
pub fn differences(expected: &[(String, String)], said: &Said) -> Vec<String> {
    let other = expected.iter().filter(|(key, value)| !is(said.get(key), value));
    other
        .map(|(key, value)| match said.get(key) {
            Some(said) => format!("{key} is {value}, not {said}"),
            None => format!("{key} is {value}, and nothing is said of it"),
        })
        .collect()
}

/// Whether what is said is what is expected. The case of a name does not count.
fn is(said: Option<&Value>, expected: &str) -> bool {
    match said {
        Some(Value::Null) => expected == NOTHING || expected == "null",
        Some(Value::String(text)) => text.eq_ignore_ascii_case(expected),
        Some(Value::Bool(flag)) => flag.to_string() == expected,
        Some(Value::Number(number)) => {
            let both = number.as_f64().zip(expected.parse::<f64>().ok());
            both.is_some_and(|(said, expected)| (said - expected).abs() < ROUNDING)
        }
        // Candidates are counted by their names: the same one may have been asked for several times.
        Some(Value::Array(candidates)) => {
            let names = candidates.iter().filter_map(|candidate| candidate.get("name")?.as_str());
            let names: BTreeSet<String> = names.map(str::to_lowercase).collect();
            names.len().to_string() == expected
        }
        _ => false,
    }
}
