//! Tests of one filter that no packet can fulfil together.

use super::{Traps, note};
use crate::field::Kind;
use crate::filter::terms::is_integer;
use crate::filter::tree::{Logic, Relation, Shape, TextRange, Tree};
use crate::filter::{literal, splice};
use crate::help::Advice;
use std::ops::RangeInclusive;

impl Traps<'_> {
    /// Tests joined by `and` of which no packet can fulfil all.
    pub(super) fn contradiction(&self, logic: Logic, parts: &[Tree]) -> Option<Advice> {
        if logic != Logic::And || parts.len() > MOST_JOINED {
            return None;
        }
        let tests: Vec<Bound> = parts.iter().filter_map(|part| self.bound(part)).collect();
        for (index, later) in tests.iter().enumerate() {
            let Some(earlier) = tests.iter().take(index).find(|earlier| earlier.excludes(later)) else { continue };
            let name = later.name.clone();
            let mut fixes = Vec::new();
            if let (Some(one), Some(other)) = (&earlier.equal, &later.equal)
                && parts.len() == 2
            {
                let (a, b) = (self.written(&earlier.span), self.written(&later.span));
                let (either, set) = (format!("{a} or {b}"), format!("{name} in {{{one}, {other}}}"));
                let span = earlier.span.start..later.span.end;
                fixes = [either, set].map(|test| (format!("Use {test}"), splice(self.text, &span, &test))).to_vec();
            }
            let span = later.span.clone();
            let message = format!(
                "No packet has both values of {name}, unless it has the field several times; or asks for either."
            );
            return note(&span, message, fixes);
        }
        None
    }

    /// What a test says of a field that packets have once.
    fn bound(&self, tree: &Tree) -> Option<Bound> {
        let Shape::Compare(None, left, rest) = &tree.shape else { return None };
        let (Shape::Word(name), [(relation, right)]) = (&left.shape, rest.as_slice()) else { return None };
        let known = self.guide.language.schema.find(name)?;
        if known.fields.len() > 1 {
            return None;
        }
        let written = self.written(&right.span).to_owned();
        let equal = matches!(relation, Relation::Equal(_));
        if let (true, Shape::Number(number)) = (is_integer(known.row.kind), &right.shape) {
            let value = i128::try_from(literal::whole(number)?).ok()?;
            let range = match relation {
                Relation::Equal(_) if self.is_once(name) => value..=value,
                Relation::Greater => value + 1..=i128::MAX,
                Relation::GreaterEqual => value..=i128::MAX,
                Relation::Less => i128::MIN..=value - 1,
                Relation::LessEqual => i128::MIN..=value,
                _ => return None,
            };
            let equal = equal.then_some(written);
            return Some(Bound { name: name.clone(), span: tree.span.clone(), range: Some(range), equal });
        }
        // Networks overlap; whole addresses do not.
        let whole = matches!(known.row.kind, Kind::Ipv4 | Kind::Ipv6 | Kind::Ether) && !written.contains('/');
        let constant = self.is_constant(right);
        (equal && whole && constant && self.is_once(name)).then(|| Bound {
            name: name.clone(),
            span: tree.span.clone(),
            range: None,
            equal: Some(written),
        })
    }

    /// Whether packets seldom have a field twice: one end of their way, or what is known of every packet.
    fn is_once(&self, name: &str) -> bool {
        let idioms = self.guide.idioms;
        let ends = [&idioms.ipv4, &idioms.ipv6, &idioms.ether]
            .into_iter()
            .any(|fields| fields.iter().skip(1).any(|end| *end == name));
        let ports =
            idioms.port.iter().any(|port| ["srcport", "dstport"].iter().any(|side| port.replace("port", side) == name));
        let whole = name.strip_prefix(idioms.whole).is_some_and(|rest| rest.starts_with('.'));
        ends || ports || whole
    }
}

/// Longer rows of tests are not held against each other.
const MOST_JOINED: usize = 50;

/// A test of a field: the numbers that fulfil it, or its one value.
struct Bound {
    name: String,
    span: TextRange,
    range: Option<RangeInclusive<i128>>,
    /// The value as it was written, if it must be equal.
    equal: Option<String>,
}

impl Bound {
    fn excludes(&self, other: &Bound) -> bool {
        self.name == other.name
            && match (&self.range, &other.range, &self.equal, &other.equal) {
                (Some(a), Some(b), ..) => a.start() > b.end() || b.start() > a.end(),
                (None, None, Some(a), Some(b)) => !a.eq_ignore_ascii_case(b),
                _ => false,
            }
    }
}
