//! Says in words what a filter displays: from its tree and the titles of its fields.
//!
//! A test becomes what follows "packets" ("whose Name is …", "to or from …"); protocols go before it ("DNS packets").
//! Which tests belong together is shown by "either … or" and "both … and", and in deeper nests by parentheses.

mod nouns;
mod part;
mod single;

use super::Guide;
use crate::filter::tree::{Logic, Shape, Tree};
use part::{Phrase, Wording};

/// Longer filters are not read: nobody would listen.
const LONGEST: usize = 2_000;
/// Longer readings are harder to read than the filter itself.
const MOST_SAID: usize = 400;

/// What a checked filter displays, in words; empty where they would be too many.
pub(super) fn reading(guide: Guide<'_>, tree: &Tree) -> String {
    if tree.span.len() > LONGEST {
        return String::new();
    }
    let said = Narrator { guide }.part(tree).packets();
    if said.chars().count() > MOST_SAID { String::new() } else { said }
}

/// Reads one filter.
struct Narrator<'g> {
    guide: Guide<'g>,
}

impl Narrator<'_> {
    /// What a test, or tests joined, say of packets.
    fn part(&self, tree: &Tree) -> Phrase {
        match &tree.shape {
            Shape::Logic(logic, parts) => {
                let parts = parts.iter().map(|part| self.part(part));
                match logic {
                    Logic::And => Phrase::all(parts),
                    Logic::Or => Phrase::any(parts),
                    Logic::Xor => Phrase::Odd(parts.collect()),
                }
            }
            Shape::Not(inner) => match self.part(inner) {
                Phrase::Not(part) => *part,
                // What is none of several things is said more easily.
                Phrase::Any(parts) => Phrase::all(parts.into_iter().map(|part| Phrase::Not(Box::new(part)))),
                part => Phrase::Not(Box::new(part)),
            },
            Shape::Compare(quantifier, first, rest) => self.chain(*quantifier, first, rest),
            Shape::Among(among) => self.among(among),
            _ => self.bare(tree),
        }
    }
}

/// Words in a row: `a, b or c`.
fn list(words: &[String], last: &str) -> String {
    match words {
        [] => String::new(),
        [word] => word.clone(),
        [most @ .., end] => format!("{} {last} {end}", most.join(", ")),
    }
}
