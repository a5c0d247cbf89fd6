//! The parts of a filter that must all hold, for saying which of them hid the packets.

use crate::filter::parse::parse;
use crate::filter::tree::{Logic, Relation, Shape, TextRange, Tree};
use crate::filter::{Language, macros, splice};

/// One part of a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Conjunct {
    /// Its text.
    pub text: String,
    /// The field or protocol that it is about, if it is about one.
    pub name: Option<String>,
    /// What the field is compared with, as it is written, and how.
    pub value: Option<(Comparison, String)>,
    span: TextRange,
    loose: bool,
}

/// How a part compares, as far as it matters for what could be tried instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    /// `==` and its kin.
    Equal,
    /// `contains`.
    Contains,
    /// Anything else.
    Other,
}

/// The parts of a filter that `and` joins, in order; the whole where nothing is joined, and none where it cannot be read.
pub(super) fn conjuncts(language: Language<'_>, text: &str) -> Vec<Conjunct> {
    let Ok(expanded) = macros::expand(language, text) else { return Vec::new() };
    if expanded.text != text {
        // The parts of what a macro stands for are nowhere in the text.
        return vec![Conjunct { text: text.to_owned(), name: None, value: None, span: 0..text.len(), loose: false }];
    }
    let parsed = parse(text);
    let (Some(tree), None) = (parsed.tree, parsed.problem) else { return Vec::new() };
    let mut conjuncts = Vec::new();
    gather(&tree, text, &mut conjuncts);
    conjuncts
}

/// The filter with all its parts joined by `or` in place of `and`; nothing where it has only one.
pub(super) fn any_of(conjuncts: &[Conjunct]) -> Option<String> {
    let texts: Vec<String> = conjuncts.iter().map(Conjunct::closed).collect();
    (texts.len() > 1).then(|| texts.join(" or "))
}

/// The filter without one of its parts; nothing where it has only one.
pub(super) fn without(conjuncts: &[Conjunct], left_out: usize) -> Option<String> {
    let others = conjuncts.iter().enumerate().filter(|(index, _)| *index != left_out);
    let texts: Vec<String> = others.map(|(_, conjunct)| conjunct.closed()).collect();
    (!texts.is_empty()).then(|| texts.join(" and "))
}

impl Conjunct {
    /// The filter with this part written in another way.
    pub(super) fn replaced(&self, text: &str, by: &str) -> String {
        splice(text, &self.span, by)
    }

    /// Its text, in parentheses where another operator beside it could take it apart.
    fn closed(&self) -> String {
        if self.loose { format!("({})", self.text) } else { self.text.clone() }
    }
}

fn gather(tree: &Tree, text: &str, parts: &mut Vec<Conjunct>) {
    if let Shape::Logic(Logic::And, inner) = &tree.shape {
        return inner.iter().for_each(|part| gather(part, text, parts));
    }
    let written = |span: &TextRange| text.get(span.clone()).unwrap_or_default().to_owned();
    let (name, value) = match &tree.shape {
        Shape::Compare(None, left, rest) => match rest.as_slice() {
            [(relation, right)] => {
                let comparison = match relation {
                    Relation::Equal(_) => Comparison::Equal,
                    Relation::Contains => Comparison::Contains,
                    _ => Comparison::Other,
                };
                (name_of(left), Some((comparison, written(&right.span))))
            }
            _ => (name_of(left), None),
        },
        Shape::Among(among) => (name_of(&among.value), None),
        _ => (name_of(tree), None),
    };
    let text = written(&tree.span);
    let loose = matches!(tree.shape, Shape::Logic(..)) && !text.starts_with('(');
    parts.push(Conjunct { text, name, value, span: tree.span.clone(), loose });
}

fn name_of(tree: &Tree) -> Option<String> {
    match &tree.shape {
        Shape::Word(name) | Shape::Name(name) => Some(name.clone()),
        Shape::Layer(inner, _) | Shape::Raw(inner) | Shape::Slice(inner, _) => name_of(inner),
        _ => None,
    }
}
