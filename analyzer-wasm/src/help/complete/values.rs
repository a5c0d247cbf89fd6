//! Values to choose from: those that have names, and those that the capture holds.

use super::Offer;
use super::context::Left;
use crate::field::{Kind, Values};
use crate::filter::terms::{is_integer, is_text};
use crate::filter::tree::Relation;
use crate::help::Guide;
use crate::message::Sort;

impl Guide<'_> {
    /// What the left side can be compared with; without a relation, the members of a set.
    pub(super) fn values(&self, typed: &str, left: Option<&Left>, relation: Option<Relation>) -> Vec<Offer> {
        let Some(left) = left else { return Vec::new() };
        let search = matches!(relation, Some(Relation::Contains | Relation::Matches));
        if search && !is_text(left.kind) {
            return Vec::new();
        }
        let query = typed.trim_start_matches(['r', 'R']).strip_prefix('"').map_or(typed, |inside| inside);
        // Who begins with a quotation mark wants the word, and not the number that it stands for.
        let is_quoted = query.len() < typed.len();
        let query = query.strip_suffix('"').unwrap_or(query);
        let equal = matches!(relation, None | Some(Relation::Equal(_) | Relation::Unequal(_)));
        let mut choices = Vec::new();
        let mut numbers = Vec::new();
        if let Some(name) = left.name {
            for (place, (value, packets)) in self.seen.values(name).into_iter().enumerate() {
                let number: Option<u64> = value.parse().ok();
                let label = number.and_then(|number| name_of(&left.labels, number));
                let fits =
                    [Some(value.as_str()), label].into_iter().flatten().filter_map(|text| fit(text, query)).min();
                numbers.extend(number);
                let Some(fit) = fits else { continue };
                let times = match packets {
                    0 => String::new(),
                    1 => "1 packet".to_owned(),
                    _ => format!("{packets} packets"),
                };
                let (text, title) = match label {
                    Some(label) if is_quoted => (quote(label), format!("{value} · {times}")),
                    Some(label) => (written(left.kind, &value, relation), format!("{label} · {times}")),
                    None => (written(left.kind, &value, relation), times),
                };
                choices.push(Offer::new(fit, value.len(), text, title, Sort::Seen).place(place));
            }
        }
        if let Kind::Bool(_) = left.kind {
            let (yes, no) = match left.labels.first() {
                Some(Values::Flag(yes, no)) => (*yes, *no),
                _ => ("", ""),
            };
            for (order, (word, title)) in [("True", yes), ("False", no)].into_iter().enumerate() {
                let fits =
                    [word, title].into_iter().filter(|text| !text.is_empty()).filter_map(|text| fit(text, query));
                choices.extend(fits.min().map(|fit| Offer::new(fit, order, word, title, Sort::Value)));
            }
        } else if is_integer(left.kind) {
            for (low, high, label) in labels(&left.labels) {
                // What the capture holds was offered already.
                if numbers.contains(&low) && low == high || !equal && low != high {
                    continue;
                }
                let Some(fit) = fit(label, query).or_else(|| fit(&low.to_string(), query)) else { continue };
                let (text, title) = if low != high {
                    (quote(label), format!("{low} to {high}"))
                } else if is_quoted {
                    (quote(label), low.to_string())
                } else {
                    (low.to_string(), label.to_owned())
                };
                choices.push(Offer::new(fit, usize::try_from(low).unwrap_or(usize::MAX), text, title, Sort::Value));
            }
        }
        choices
    }
}

/// The values that have names, with both ends of what a name stands for.
fn labels(all: &[Values]) -> Vec<(u64, u64, &'static str)> {
    let mut labels = Vec::new();
    for values in all {
        match values {
            Values::Names(names) => labels.extend(names.iter().map(|(value, name)| (*value, *value, *name))),
            Values::Ranges(names) => labels.extend(names.iter().copied()),
            Values::Flag(..) | Values::None | Values::Unit(_) => {}
        }
    }
    labels
}

fn name_of(labels: &[Values], value: u64) -> Option<&'static str> {
    labels.iter().find_map(|values| values.name(value))
}

/// How well a value fits what was typed: it begins with it, a word of it does, it holds it.
fn fit(value: &str, typed: &str) -> Option<u8> {
    let (value, typed) = (value.to_ascii_lowercase(), typed.to_ascii_lowercase());
    if value.starts_with(&typed) {
        return Some(0);
    }
    let at = value.find(&typed)?;
    let word = value.get(..at).is_some_and(|before| !before.ends_with(|c: char| c.is_alphanumeric()));
    match word {
        true => Some(1),
        false => (typed.len() > 1).then_some(2),
    }
}

/// A value as a filter writes it.
fn written(kind: Kind, value: &str, relation: Option<Relation>) -> String {
    match relation {
        Some(Relation::Matches) => quote(&regex_syntax::escape(value)),
        _ if is_text(kind) => quote(value),
        _ => value.to_owned(),
    }
}

/// Text in double quotes, with the escapes that it needs.
pub(in crate::help) fn quote(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_ascii_control() => out.push_str(&format!("\\x{:02x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
