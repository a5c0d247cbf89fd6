//! What can be written at a place of a filter: names, operators, values, and what joins tests.

mod context;
mod names;
mod values;

pub(super) use values::quote;

use super::Guide;
use crate::field::Kind;
use crate::filter::LONGEST;
use crate::filter::terms::{is_bytes, is_number, is_text};
use crate::message::{Completion, Completions, Sort};
use context::{Left, Standing, Wish, standing};

/// Choices that are offered at once.
const MOST: usize = 50;

/// A choice with what decides its place: the lower comes first.
struct Offer {
    /// How well it fits what was typed.
    fit: u8,
    /// How often the capture has it, most often first.
    rare: u32,
    /// Its place where nothing else decides.
    order: usize,
    item: Completion,
}

impl Offer {
    fn new(fit: u8, order: usize, text: impl Into<String>, title: impl Into<String>, sort: Sort) -> Offer {
        Offer { fit, rare: u32::MAX, order, item: Completion { text: text.into(), title: title.into(), sort } }
    }

    /// The choice at a place among those that the capture holds.
    fn place(self, place: usize) -> Offer {
        Offer { rare: u32::try_from(place).unwrap_or(u32::MAX - 1), ..self }
    }

    /// The choice, which so many packets of the capture have.
    fn seen(self, packets: u32) -> Offer {
        Offer { rare: u32::MAX - packets, ..self }
    }
}

impl Guide<'_> {
    /// What can be written at a place of a text, in bytes; a place inside a character counts as the one before it.
    pub fn complete(&self, text: &str, at: usize) -> Completions {
        let at = (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        if text.len() > LONGEST {
            return Completions { start: at as u32, end: at as u32, items: Vec::new() };
        }
        let Standing { mut word, typed, wish, open } = standing(self.schema(), text, at);
        let mut choices = match &wish {
            Wish::Test => {
                let mut choices = self.names(&typed);
                choices.extend(self.functions(&typed));
                choices.extend(words(&typed, &[("not", "what the next test does not display")]));
                choices
            }
            Wish::Operand => {
                let mut choices = self.names(&typed);
                choices.extend(self.functions(&typed));
                choices
            }
            Wish::Operator(left) => operators(&typed, left.as_ref(), open),
            Wish::Value(left, relation) => self.values(&typed, left.as_ref(), *relation),
            Wish::Member => words(&typed, &[(",", "another member"), ("..", "up to"), ("}", "the end of the set")]),
            Wish::Set(left) => match left {
                Some(_) if typed.is_empty() => words(&typed, &[("{", "a set")]),
                _ => Vec::new(),
            },
            Wish::Joint => joints(&typed, open),
            Wish::Reference => {
                let (start, choices) = self.references(text, &word, &typed);
                word.end += usize::from(text.get(word.end..).is_some_and(|rest| rest.starts_with('}')));
                word.start = start;
                choices
            }
            Wish::Nothing => Vec::new(),
        };
        choices.retain(|choice| choice.item.text != typed);
        choices.sort_by(|a, b| {
            let key = |choice: &Offer| (choice.fit, choice.rare, choice.order);
            key(a).cmp(&key(b)).then_with(|| a.item.text.cmp(&b.item.text))
        });
        let mut items: Vec<Completion> = Vec::new();
        for choice in choices {
            if items.len() == MOST {
                break;
            }
            if !items.iter().any(|item| item.text == choice.item.text) {
                items.push(choice.item);
            }
        }
        Completions { start: word.start as u32, end: word.end as u32, items }
    }
}

/// Operators and words that begin with what was typed, in the order given.
fn words(typed: &str, words: &[(&str, &str)]) -> Vec<Offer> {
    let fitting = words.iter().enumerate().filter(|(_, (word, _))| word.starts_with(typed));
    fitting.map(|(order, (word, title))| Offer::new(0, order, *word, *title, Sort::Operator)).collect()
}

/// What goes on after a test.
fn joints(typed: &str, open: bool) -> Vec<Offer> {
    let mut choices = words(
        typed,
        &[
            ("and", "both tests hold"),
            ("or", "at least one of the tests holds"),
            ("xor", "exactly one of the tests holds"),
        ],
    );
    if !typed.is_empty() {
        choices.extend(words(typed, &[("&&", "both tests hold"), ("||", "at least one of the tests holds")]));
    } else if open {
        let choices_end = choices.len();
        let close = words(typed, &[(")", "the end of what ( began")]);
        choices.extend(close.into_iter().map(|choice| Offer { order: choices_end, ..choice }));
    }
    choices
}

/// What goes on after something that can be compared.
fn operators(typed: &str, left: Option<&Left>, open: bool) -> Vec<Offer> {
    let Some(left) = left else { return joints(typed, open) };
    let mut offered: Vec<(&str, &str)> = Vec::new();
    let symbols = !typed.is_empty();
    let compared = !matches!(left.kind, Kind::None | Kind::Protocol);
    if compared {
        offered.extend([("==", "is equal, for at least one value"), ("!=", "differs, for every value")]);
    }
    let searched = is_text(left.kind) || is_bytes(left.kind) || left.kind == Kind::Protocol;
    if searched {
        offered.extend([("contains", "contains, in the same case"), ("matches", "matches a regular expression")]);
    }
    if compared && left.name.is_some() {
        offered.push(("in", "is one of a set"));
    }
    let ordered = is_number(left.kind) || matches!(left.kind, Kind::Ipv4 | Kind::Ipv6);
    if ordered || compared && symbols && !matches!(left.kind, Kind::Bool(_)) {
        offered.extend([
            (">", "is greater"),
            ("<", "is less"),
            (">=", "is greater or equal"),
            ("<=", "is less or equal"),
        ]);
    }
    if compared && symbols {
        offered.extend([("===", "every value is equal"), ("!==", "at least one value differs")]);
    }
    if compared && symbols && left.name.is_some() {
        offered.push(("not in", "is none of a set"));
    }
    let tests = offered.len();
    let mut choices = words(typed, &offered);
    let after = if compared { tests } else { 0 };
    choices.extend(joints(typed, open).into_iter().map(|choice| Offer { order: after + choice.order, ..choice }));
    if !compared {
        let tests = choices.iter_mut().filter(|choice| offered.iter().any(|(word, _)| *word == choice.item.text));
        tests.for_each(|choice| choice.order += 10);
    }
    choices
}
