//! Walks a plan and answers it from what is known of a packet.

use super::operand::{Operand, ValueOrder};
use super::plan::{Aspect, FilterPlan, Instances, Reference, SetItem, Term};
use super::tree::{Logic, Quantifier, Reach, Relation, SliceRange};
use super::{Decision, Instance, Know, compute, functions};
use crate::field::Kind;
use crate::value::{Datum, write_plain};
use std::cmp::Ordering;

/// The values are not known at this depth.
pub(super) struct Undecided;

/// Whether there were values at all: without them a test is false, whatever it asks.
type Presence = Result<bool, Undecided>;

/// Takes values one by one.
type EachValue<'v, 'k> = &'v mut dyn FnMut(Operand<'k>);

/// The answer of a plan.
pub(super) fn answer(plan: &FilterPlan, know: &dyn Know) -> Decision {
    let truth = |test: Result<bool, Undecided>| match test {
        Ok(holds) => holds.into(),
        Err(Undecided) => Decision::Ask,
    };
    match plan {
        FilterPlan::Everything => Decision::Yes,
        FilterPlan::Not(inner) => !answer(inner, know),
        FilterPlan::Logic(logic, parts) => join(*logic, parts, know),
        FilterPlan::Present(source) => present(source, know),
        FilterPlan::Truth(term) => truth(is_true(term, know)),
        FilterPlan::Compare { left, relation, quantifier, right } => {
            truth(compare(left, *relation, *quantifier, right, know))
        }
        FilterPlan::Matches { left, quantifier, pattern } => {
            let mut verdict = Quantified::new(*quantifier);
            let seen = each(left, know, &mut |value| {
                verdict.note(|| value.searched().map(|bytes| pattern.is_in(bytes)));
            });
            truth(seen.map(|seen| seen && verdict.holds))
        }
        FilterPlan::Among { source, negated, quantifier, items } => {
            truth(among(source, *negated, *quantifier, items, know))
        }
    }
}

/// Joined tests, decided as early as the known ones allow.
fn join(logic: Logic, parts: &[FilterPlan], know: &dyn Know) -> Decision {
    let (decisive, mut result) = match logic {
        Logic::And => (Some(Decision::No), Decision::Yes),
        Logic::Or => (Some(Decision::Yes), Decision::No),
        Logic::Xor => (None, Decision::No),
    };
    for part in parts {
        let next = answer(part, know);
        if Some(next) == decisive {
            return next;
        }
        if next == Decision::Ask {
            result = Decision::Ask;
            if decisive.is_none() {
                return result;
            }
        } else if logic == Logic::Xor && next == Decision::Yes {
            result = !result;
        }
    }
    result
}

/// Whether a field occurs.
fn present(source: &Instances, know: &dyn Know) -> Decision {
    if let ([member], None) = (source.members.as_slice(), &source.layers)
        && member.id == member.owner
    {
        return know.occurs(member.owner);
    }
    match fetch(source, know, &mut |_| {}) {
        Ok(seen) => seen.into(),
        Err(Undecided) => Decision::Ask,
    }
}

/// Whether some value is true by itself: a piece of a slice by being there, all else by being no zero.
fn is_true(term: &Term, know: &dyn Know) -> Result<bool, Undecided> {
    let slice = matches!(term, Term::Slice(..));
    let mut found = false;
    each(term, know, &mut |value| {
        found |= match &value {
            Operand::Bytes(bytes) | Operand::Text(bytes) if slice => !bytes.is_empty(),
            value => value.is_true(),
        };
    })?;
    Ok(found)
}

/// Counts pairs of values towards *any* or *all*.
struct Quantified {
    quantifier: Quantifier,
    holds: bool,
}

impl Quantified {
    fn new(quantifier: Quantifier) -> Quantified {
        Quantified { quantifier, holds: quantifier == Quantifier::All }
    }

    /// Whether no further pair can change it.
    fn is_decided(&self) -> bool {
        self.holds == (self.quantifier == Quantifier::Any)
    }

    /// Notes a pair; one that cannot be compared neither satisfies *any* nor breaks *all*.
    fn note(&mut self, test: impl FnOnce() -> Option<bool>) {
        match self.quantifier {
            Quantifier::Any if !self.holds => self.holds = test() == Some(true),
            Quantifier::All if self.holds => self.holds = test() != Some(false),
            _ => {}
        }
    }
}

fn compare(left: &Term, relation: Relation, quantifier: Quantifier, right: &Term, know: &dyn Know) -> Presence {
    let mut verdict = Quantified::new(quantifier);
    if let Term::Constant(constant) = right {
        let seen = each(left, know, &mut |value| verdict.note(|| holds(relation, &value, constant)))?;
        return Ok(seen && verdict.holds);
    }
    let mut others = Vec::new();
    // The left side is asked first, as it is the one whose absence most often decides.
    let mut values = Vec::new();
    if !each(left, know, &mut |value| values.push(value))? || !each(right, know, &mut |value| others.push(value))? {
        return Ok(false);
    }
    for value in &values {
        for other in &others {
            verdict.note(|| holds(relation, value, other));
        }
        if verdict.is_decided() {
            break;
        }
    }
    Ok(verdict.holds)
}

/// Whether two values satisfy a relation; nothing where they cannot be compared.
fn holds(relation: Relation, left: &Operand<'_>, right: &Operand<'_>) -> Option<bool> {
    if relation == Relation::Contains {
        return Some(left.contains(right));
    }
    let order = left.order(right)?;
    let is = |wanted: &[Ordering]| matches!(order, ValueOrder::Known(ordering) if wanted.contains(&ordering));
    Some(match relation {
        Relation::Equal(_) => order.is_equal(),
        Relation::Unequal(_) => !order.is_equal(),
        Relation::Greater => is(&[Ordering::Greater]),
        Relation::GreaterEqual => is(&[Ordering::Greater, Ordering::Equal]),
        Relation::Less => is(&[Ordering::Less]),
        Relation::LessEqual => is(&[Ordering::Less, Ordering::Equal]),
        Relation::Contains | Relation::Matches => return None,
    })
}

/// Membership: a value equals a member, or lies in one range, its ends included. Members that are absent are skipped.
fn among(source: &Instances, negated: bool, quantifier: Quantifier, items: &[SetItem], know: &dyn Know) -> Presence {
    let mut ends: Vec<(Vec<Operand<'_>>, Option<Vec<Operand<'_>>>)> = Vec::new();
    let collected = |term| {
        let mut values = Vec::new();
        each(term, know, &mut |value| values.push(value)).map(|_| values)
    };
    for item in items {
        ends.push(match item {
            SetItem::One(Term::Constant(_)) | SetItem::Range(Term::Constant(_), Term::Constant(_)) => continue,
            SetItem::One(term) => (collected(term)?, None),
            SetItem::Range(low, high) => (collected(low)?, Some(collected(high)?)),
        });
    }
    let equal = |value: &Operand<'_>, other: &Operand<'_>| value.order(other).is_some_and(ValueOrder::is_equal);
    let inside = |value: &Operand<'_>, low: &Operand<'_>, high: &Operand<'_>| {
        holds(Relation::GreaterEqual, value, low) == Some(true) && holds(Relation::LessEqual, value, high) == Some(true)
    };
    let member = |value: &Operand<'_>| {
        items.iter().any(|item| match item {
            SetItem::One(Term::Constant(one)) => equal(value, one),
            SetItem::Range(Term::Constant(low), Term::Constant(high)) => inside(value, low, high),
            _ => false,
        }) || ends.iter().any(|(low, high)| match high {
            None => low.iter().any(|one| equal(value, one)),
            Some(high) => low.iter().any(|low| high.iter().any(|high| inside(value, low, high))),
        })
    };
    // `not in` holds where no value is a member.
    let mut verdict = Quantified::new(if negated { Quantifier::Any } else { quantifier });
    let seen = fetch(source, know, &mut |value| verdict.note(|| Some(member(&value))))?;
    Ok(seen && verdict.holds != negated)
}

/// Visits the values of a term; says whether it is there at all, which computing that yields nothing does not change.
pub(super) fn each<'k>(term: &'k Term, know: &'k dyn Know, visit: EachValue<'_, 'k>) -> Presence {
    match term {
        Term::Constant(value) => {
            visit(value.borrowed());
            Ok(true)
        }
        Term::Instances(source) => fetch(source, know, visit),
        Term::Reference(reference) => {
            reference.values.iter().for_each(|value| visit(value.borrowed()));
            Ok(!reference.values.is_empty())
        }
        Term::Slice(inner, pieces) => each(inner, know, &mut |value| {
            if let Some(value) = compute::slice(&value, pieces) {
                visit(value);
            }
        }),
        Term::AsBytes(inner) => each(inner, know, &mut |value| {
            if let Some(bytes) = value.bytes() {
                visit(Operand::Bytes(bytes));
            }
        }),
        Term::Negative(inner) => each(inner, know, &mut |value| {
            if let Some(value) = compute::negative(value) {
                visit(value);
            }
        }),
        Term::Sum(first, rest) => compute::sum(first, rest, know, visit),
        Term::Call(function, kind, arguments) => functions::results(function, *kind, arguments, know, visit),
    }
}

/// Takes the values that a reference stands for; where they are not known, it stands for none.
pub(super) fn refer(reference: &mut Reference, know: &dyn Know) {
    let mut values = Vec::new();
    let known = fetch(&reference.source, know, &mut |value| values.push(value.owned()));
    reference.values = if known.is_ok() { values } else { Vec::new() };
}

/// Visits the values of a field.
fn fetch<'k>(source: &'k Instances, know: &'k dyn Know, visit: EachValue<'_, 'k>) -> Presence {
    let mut seen = false;
    let deepest = match &source.layers {
        Some(pieces) if pieces.iter().any(counts_from_end) => deepest(source, know)?,
        _ => 0,
    };
    for member in &source.members {
        let mut bytes_known = true;
        let known = know.values(member.id, &mut |instance: Instance<'k>| {
            if let Some(pieces) = &source.layers
                && !pieces.iter().any(|piece| selects(piece, instance.layer, deepest))
            {
                return;
            }
            let value = match (source.view, member.row.kind, instance.datum) {
                (Aspect::Raw, ..) => match instance.bytes {
                    Some(bytes) => Operand::Bytes(bytes.into()),
                    None => return bytes_known = false,
                },
                (Aspect::Label, _, datum) => {
                    let number = match datum {
                        Datum::Uint(value) => value,
                        Datum::Int(value) => value as u64,
                        _ => return,
                    };
                    // A value without a name contributes nothing.
                    let Some(name) = member.row.values.name(number) else { return };
                    Operand::Text(name.as_bytes().into())
                }
                (_, Kind::Protocol, _) => Operand::Protocol(instance.bytes.unwrap_or_default(), instance.rest),
                (_, _, datum) if member.as_text => {
                    let mut text = String::new();
                    write_plain(&mut text, member.row, datum);
                    Operand::Text(text.into_bytes().into())
                }
                (_, Kind::Bool(_), Datum::Uint(value)) => Operand::Integer((value != 0).into()),
                (_, Kind::Ipv4, Datum::Uint(value)) => Operand::Ipv4(value as u32, 32),
                (_, Kind::Ipv6, Datum::Bytes(bytes)) => match <[u8; 16]>::try_from(bytes) {
                    Ok(octets) => Operand::Ipv6(u128::from_be_bytes(octets), 128),
                    Err(_) => return,
                },
                (_, _, datum) => Operand::plain(datum),
            };
            seen = true;
            visit(value);
        });
        if !known || !bytes_known {
            return Err(Undecided);
        }
    }
    Ok(seen)
}

fn counts_from_end(piece: &SliceRange) -> bool {
    piece.start < 0 || matches!(piece.reach, Reach::Through(last) if last < 0)
}

/// Number of the innermost layer in which the field occurs.
fn deepest(source: &Instances, know: &dyn Know) -> Result<u32, Undecided> {
    let mut deepest = 0;
    for member in &source.members {
        if !know.values(member.id, &mut |instance| deepest = deepest.max(instance.layer)) {
            return Err(Undecided);
        }
    }
    Ok(deepest)
}

/// Whether a choice of layers has this one; layers count from 1, and -1 is the innermost.
fn selects(piece: &SliceRange, layer: u32, deepest: u32) -> bool {
    let from_start = |number: i64| if number < 0 { number + i64::from(deepest) + 1 } else { number };
    let start = from_start(piece.start);
    let last = match piece.reach {
        Reach::Length(count) => start.saturating_add(count - 1),
        Reach::Through(last) => from_start(last),
        Reach::Rest => i64::MAX,
    };
    (start..=last).contains(&i64::from(layer))
}
