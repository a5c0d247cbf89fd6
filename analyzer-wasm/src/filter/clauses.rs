//! The parts of a filter that must all hold, for saying which of them hid the packets.

use super::parse::parse;
use super::tree::{Logic, Place, Relation, Shape, Tree};
use super::{Language, macros, splice};

/// One part of a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its text.
    pub text: String,
    /// The field or protocol that it is about, if it is about one.
    pub name: Option<String>,
    /// What the field is compared with, as it is written, and how.
    pub value: Option<(Comparison, String)>,
    place: Place,
    loose: bool,
}

/// How a part compares, as far as it matters for what could be tried instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `==` and its kin.
    Equal,
    /// `contains`.
    Contains,
    /// Anything else.
    Other,
}

impl Language<'_> {
    /// The parts of a filter that `and` joins, in order; the whole where nothing is joined, and none where it cannot be
    /// read.
    pub fn parts(&self, text: &str) -> Vec<Part> {
        let Ok(expanded) = macros::expand(*self, text) else { return Vec::new() };
        if expanded.text != text {
            // The parts of what a macro stands for are nowhere in the text.
            return vec![Part { text: text.to_owned(), name: None, value: None, place: 0..text.len(), loose: false }];
        }
        let parsed = parse(text);
        let (Some(tree), None) = (parsed.tree, parsed.problem) else { return Vec::new() };
        let mut parts = Vec::new();
        gather(&tree, text, &mut parts);
        parts
    }

    /// The filter with one of its parts written in another way.
    pub fn with(&self, text: &str, part: &Part, by: &str) -> String {
        splice(text, &part.place, by)
    }

    /// The filter with all its parts joined by `or` in place of `and`; nothing where it has only one.
    pub fn any_of(&self, parts: &[Part]) -> Option<String> {
        let texts: Vec<String> = parts.iter().map(Part::closed).collect();
        (texts.len() > 1).then(|| texts.join(" or "))
    }

    /// The filter without one of its parts; nothing where it has only one.
    pub fn without(&self, parts: &[Part], left_out: usize) -> Option<String> {
        let others = parts.iter().enumerate().filter(|(index, _)| *index != left_out);
        let texts: Vec<String> = others.map(|(_, part)| part.closed()).collect();
        (!texts.is_empty()).then(|| texts.join(" and "))
    }
}

impl Part {
    /// Its text, in parentheses where another operator beside it could take it apart.
    fn closed(&self) -> String {
        if self.loose { format!("({})", self.text) } else { self.text.clone() }
    }
}

fn gather(tree: &Tree, text: &str, parts: &mut Vec<Part>) {
    if let Shape::Logic(Logic::And, inner) = &tree.shape {
        return inner.iter().for_each(|part| gather(part, text, parts));
    }
    let written = |place: &Place| text.get(place.clone()).unwrap_or_default().to_owned();
    let (name, value) = match &tree.shape {
        Shape::Compare(None, left, rest) => match rest.as_slice() {
            [(relation, right)] => {
                let comparison = match relation {
                    Relation::Equal(_) => Comparison::Equal,
                    Relation::Contains => Comparison::Contains,
                    _ => Comparison::Other,
                };
                (name_of(left), Some((comparison, written(&right.place))))
            }
            _ => (name_of(left), None),
        },
        Shape::Among(among) => (name_of(&among.value), None),
        _ => (name_of(tree), None),
    };
    let text = written(&tree.place);
    let loose = matches!(tree.shape, Shape::Logic(..)) && !text.starts_with('(');
    parts.push(Part { text, name, value, place: tree.place.clone(), loose });
}

fn name_of(tree: &Tree) -> Option<String> {
    match &tree.shape {
        Shape::Word(name) | Shape::Name(name) => Some(name.clone()),
        Shape::Layer(inner, _) | Shape::Raw(inner) | Shape::Slice(inner, _) => name_of(inner),
        _ => None,
    }
}
