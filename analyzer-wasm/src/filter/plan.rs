//! A filter that is ready to be answered: names are fields, literals are values.

use super::functions::Function;
use super::operand::Operand;
use super::schema::FilterField;
use super::search::Pattern;
use super::tree::{Logic, Operator, Quantifier, Relation, SliceRange};
use crate::field::Kind;

/// A test, or tests joined.
#[derive(Debug)]
pub(crate) enum FilterPlan {
    /// The blank filter.
    Everything,
    Logic(Logic, Vec<FilterPlan>),
    Not(Box<FilterPlan>),
    /// Whether the field occurs.
    Present(Instances),
    /// Whether some value is neither zero nor empty.
    Truth(Term),
    /// Whether the pairs of values satisfy a relation.
    Compare {
        left: Term,
        relation: Relation,
        quantifier: Quantifier,
        right: Term,
    },
    /// Whether the values match a regular expression.
    Matches {
        left: Term,
        quantifier: Quantifier,
        pattern: Box<Pattern>,
    },
    /// Whether values are members of a set.
    Among {
        source: Instances,
        negated: bool,
        quantifier: Quantifier,
        items: Vec<SetItem>,
    },
}

impl FilterPlan {
    /// Whether every field is asked for together with its counterpart, in tests that do not depend on which value is
    /// whose: then a packet and one the other way round get the same answer.
    pub(crate) fn is_even(&self, even: &dyn Fn(&Instances) -> bool) -> bool {
        match self {
            FilterPlan::Everything => true,
            FilterPlan::Logic(_, parts) => parts.iter().all(|part| part.is_even(even)),
            FilterPlan::Not(inner) => inner.is_even(even),
            FilterPlan::Present(source)
            | FilterPlan::Compare { left: Term::Instances(source), right: Term::Constant(_), .. }
            | FilterPlan::Compare { left: Term::Constant(_), right: Term::Instances(source), .. } => even(source),
            FilterPlan::Among { source, items, .. } => {
                let fixed = |item: &SetItem| match item {
                    SetItem::One(one) => matches!(one, Term::Constant(_)),
                    SetItem::Range(low, high) => matches!((low, high), (Term::Constant(_), Term::Constant(_))),
                };
                items.iter().all(fixed) && even(source)
            }
            FilterPlan::Truth(_) | FilterPlan::Compare { .. } | FilterPlan::Matches { .. } => false,
        }
    }

    /// Visits every reference to the selected packet.
    pub(crate) fn references(&mut self, visit: &mut dyn FnMut(&mut Reference)) {
        match self {
            FilterPlan::Everything | FilterPlan::Present(_) => {}
            FilterPlan::Logic(_, parts) => parts.iter_mut().for_each(|part| part.references(visit)),
            FilterPlan::Not(inner) => inner.references(visit),
            FilterPlan::Truth(term) | FilterPlan::Matches { left: term, .. } => term.references(visit),
            FilterPlan::Compare { left, right, .. } => {
                left.references(visit);
                right.references(visit);
            }
            FilterPlan::Among { items, .. } => items.iter_mut().for_each(|item| match item {
                SetItem::One(term) => term.references(visit),
                SetItem::Range(low, high) => {
                    low.references(visit);
                    high.references(visit);
                }
            }),
        }
    }
}

impl Term {
    fn references(&mut self, visit: &mut dyn FnMut(&mut Reference)) {
        match self {
            Term::Constant(_) | Term::Instances(_) => {}
            Term::Reference(reference) => visit(reference),
            Term::Slice(inner, _) | Term::Negative(inner) | Term::AsBytes(inner) => inner.references(visit),
            Term::Sum(first, rest) => {
                first.references(visit);
                rest.iter_mut().for_each(|(_, term)| term.references(visit));
            }
            Term::Call(_, _, arguments) => arguments.iter_mut().for_each(|term| term.references(visit)),
        }
    }
}

/// A member of a set.
#[derive(Debug)]
pub(crate) enum SetItem {
    One(Term),
    Range(Term, Term),
}

/// What yields values.
#[derive(Debug)]
pub(crate) enum Term {
    Constant(Operand<'static>),
    Instances(Instances),
    Reference(Reference),
    Slice(Box<Term>, Vec<SliceRange>),
    Sum(Box<Term>, Vec<(Operator, Term)>),
    Negative(Box<Term>),
    /// A function over its arguments, and the kind of these.
    Call(&'static Function, Kind, Vec<Term>),
    /// The bytes of values that are no bytes, to compare them with a slice.
    AsBytes(Box<Term>),
}

/// A field's instances.
#[derive(Debug)]
pub(crate) struct Instances {
    pub members: Vec<FilterField>,
    /// Only those of these layers.
    pub layers: Option<Vec<SliceRange>>,
    pub view: Aspect,
}

/// A field's values in the selected packet, taken once before the filter is answered.
#[derive(Debug)]
pub(crate) struct Reference {
    pub source: Instances,
    /// None before they are taken, or where the packet lacks the field.
    pub values: Vec<Operand<'static>>,
}

/// What of an instance is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aspect {
    Value,
    /// `@`: the bytes that stand in the packet.
    Raw,
    /// The name of the value.
    Label,
}
