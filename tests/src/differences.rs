//! What we say otherwise than tshark, and why: `tests/known_differences.toml`.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result};
use serde::Deserialize;
use xtask::shell::root;

/// Kinds of differences that are shown at once.
const MOST_KINDS: usize = 200;

/// What of a field is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Aspect {
    /// A cell of the packet list.
    Cell,
    /// The values that `-T fields` prints.
    Value,
    /// That there is such a field at all.
    Missing,
    /// The bytes that are highlighted.
    Place,
    /// How often and how deep in the tree a field stands.
    Depth,
    /// What the tree says of it.
    Words,
    /// Name, title and type in the field reference.
    Reference,
    /// A statistic of the whole capture, by its `-z`.
    Tap,
}

/// Something that we say otherwise than tshark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What of the field differs.
    pub aspect: Aspect,
    /// The capture, as `dns/srv.pcap`.
    pub capture: String,
    /// The field's name, or the column's.
    pub field: String,
    /// Where and how: the packet, what tshark says, what we say.
    pub words: String,
}

/// The differences of the file that concern one aspect.
pub struct Known {
    aspect: Aspect,
    entries: Vec<(Entry, Cell<bool>)>,
}

#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    difference: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    aspect: Aspect,
    /// A capture's name; `*` at its end or alone stands for anything.
    capture: String,
    /// A field's name; `*` at its end or alone stands for anything.
    field: String,
    reason: String,
}

impl Known {
    /// Reads the file.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn read(aspect: Aspect) -> Result<Known> {
        let file = root().join("tests/known_differences.toml");
        let text = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        Known::parse(aspect, &text)
    }

    fn parse(aspect: Aspect, text: &str) -> Result<Known> {
        let document: Document = toml::from_str(text).context("known_differences.toml cannot be understood")?;
        let entries = document.difference.into_iter().filter(|entry| entry.aspect == aspect);
        Ok(Known { aspect, entries: entries.map(|entry| (entry, Cell::new(false))).collect() })
    }

    /// What must be mended: differences that no entry explains, and entries that explain none. Empty when all is well.
    pub fn judge(&self, found: &[Difference]) -> String {
        let unknown: Vec<&Difference> = found.iter().filter(|difference| !self.explains(difference)).collect();
        let mut words = String::new();
        // What differs in numbers only is of one kind, of which the first stands for all.
        let mut kinds: BTreeMap<(&str, String), Vec<&Difference>> = BTreeMap::new();
        for difference in &unknown {
            let shape = difference.words.split(|letter: char| letter.is_ascii_hexdigit());
            let shape: Vec<&str> = shape.filter(|part| !part.is_empty()).collect();
            kinds.entry((&difference.field, shape.join("#"))).or_default().push(difference);
        }
        let mut kinds: Vec<Vec<&Difference>> = kinds.into_values().collect();
        kinds.sort_by_key(|kind| std::cmp::Reverse(kind.len()));
        for kind in kinds.iter().take(MOST_KINDS) {
            let Difference { capture, field, words: how, .. } = kind[0];
            words.push_str(&format!("{:>6} {capture} {field}: {how}\n", kind.len()));
        }
        if kinds.len() > MOST_KINDS {
            words.push_str(&format!("... and {} kinds more\n", kinds.len() - MOST_KINDS));
        }
        let mut fields: Vec<&str> = unknown.iter().map(|difference| difference.field.as_str()).collect();
        fields.sort_unstable();
        let counts = fields.chunk_by(|one, other| one == other).map(|same| format!("{} {}", same.len(), same[0]));
        if !unknown.is_empty() {
            words.push_str(&format!("{:?}: {}\n", self.aspect, counts.collect::<Vec<_>>().join(", ")));
        }
        for (entry, used) in &self.entries {
            if entry.reason.trim().is_empty() {
                words.push_str(&format!("no reason is given for {} {}\n", entry.capture, entry.field));
            }
            if !used.get() {
                words.push_str(&format!("no longer needed: {:?} {} {}\n", self.aspect, entry.capture, entry.field));
            }
        }
        words
    }

    /// Whether an entry explains a difference, be it of this aspect or of another that follows from it.
    pub fn explains(&self, difference: &Difference) -> bool {
        let mut explained = false;
        for (entry, used) in &self.entries {
            if fits(&entry.capture, &difference.capture) && fits(&entry.field, &difference.field) {
                used.set(true);
                explained = true;
            }
        }
        explained
    }
}

fn fits(pattern: &str, name: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == name, |start| name.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
        [[difference]]
        aspect = "value"
        capture = "dns/*"
        field = "dns.time"
        reason = "It is rounded."
    "#;

    fn difference(capture: &str, field: &str) -> Difference {
        let words = "1: `2` is not `3`".to_owned();
        Difference { aspect: Aspect::Value, capture: capture.to_owned(), field: field.to_owned(), words }
    }

    #[test]
    fn a_known_difference_is_accepted_and_an_unknown_one_named() {
        let known = Known::parse(Aspect::Value, TEXT).unwrap();
        assert_eq!(known.judge(&[difference("dns/a.pcap", "dns.time")]), "");
        assert!(known.judge(&[difference("tcp/a.pcap", "dns.time")]).contains("tcp/a.pcap dns.time: 1:"));
    }

    #[test]
    fn an_entry_that_explains_nothing_is_named() {
        let known = Known::parse(Aspect::Value, TEXT).unwrap();
        assert!(known.judge(&[]).contains("no longer needed: Value dns/* dns.time"));
        assert_eq!(Known::parse(Aspect::Cell, TEXT).unwrap().judge(&[]), "");
    }
}
