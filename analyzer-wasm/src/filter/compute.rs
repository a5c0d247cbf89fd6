//! What filters compute of values: sums, slices and functions.

use super::Know;
use super::answer::{Unknown, each};
use super::operand::Operand;
use super::plan::{Block, Function, Term};
use super::tree::{Operator, Piece};
use crate::field::{Field, Kind};
use crate::value::{Datum, write_datum};
use std::fmt::Write as _;

/// Values of one sum that are looked at. Every pair of values of two operands makes one, so that a packet with
/// thousands of instances of a field could otherwise keep the filter busy for hours.
const MOST: usize = 65_536;

/// Visits every result of a sum; a pair without a result, such as a division by zero, makes none.
pub(super) fn sum<'k>(
    first: &'k Term,
    rest: &'k [(Operator, Term)],
    know: &'k dyn Know,
    visit: &mut dyn FnMut(Operand<'k>),
) -> Result<bool, Unknown> {
    let mut results = Vec::new();
    if !each(first, know, &mut |value| results.push(value))? {
        return Ok(false);
    }
    for (operator, term) in rest {
        let mut others = Vec::new();
        if !each(term, know, &mut |value| others.push(value))? {
            return Ok(false);
        }
        let pairs = results.iter().flat_map(|left| others.iter().map(move |right| (left, right)));
        results = pairs.filter_map(|(left, right)| calculate(*operator, left, right)).take(MOST).collect();
    }
    results.into_iter().for_each(visit);
    Ok(true)
}

/// The result of one operation; nothing where there is none that 64 bits can hold.
pub(super) fn calculate<'a>(operator: Operator, left: &Operand<'a>, right: &Operand<'a>) -> Option<Operand<'a>> {
    use Operand::{Float, Integer, Ipv4, Ipv6, Time};
    let whole = |a: i128, b: i128| match operator {
        Operator::BitAnd => Some(a & b),
        Operator::Add => a.checked_add(b),
        Operator::Subtract => a.checked_sub(b),
        Operator::Multiply => a.checked_mul(b),
        Operator::Divide => a.checked_div(b),
        Operator::Remainder => a.checked_rem(b),
    };
    let broken = |a: f64, b: f64| match operator {
        Operator::Add => Some(a + b),
        Operator::Subtract => Some(a - b),
        Operator::Multiply => Some(a * b),
        Operator::Divide => Some(a / b),
        Operator::BitAnd | Operator::Remainder => None,
    };
    match (left, right) {
        (Integer(a), Integer(b)) => whole(*a, *b).filter(|value| fits(*value)).map(Integer),
        (Float(a), Float(b)) => broken(*a, *b).map(Float),
        (Time(a), Time(b) | Integer(b)) => whole(*a, *b).map(Time),
        (Time(a), Float(b)) => broken(*a as f64, *b).filter(|value| value.is_finite()).map(|value| Time(value as i128)),
        (Ipv4(a, _), Ipv4(b, _)) => Some(Ipv4(a & b, 32)),
        (Ipv6(a, _), Ipv6(b, _)) => Some(Ipv6(a & b, 128)),
        (a, b) if operator == Operator::BitAnd => {
            let (a, b) = (a.bytes()?, b.bytes()?);
            let bytes: Vec<u8> = a.iter().zip(b.iter()).map(|(a, b)| a & b).collect();
            Some(Operand::Bytes(bytes.into()))
        }
        _ => None,
    }
}

/// The value with its sign turned.
pub(super) fn negative(value: Operand<'_>) -> Option<Operand<'_>> {
    match value {
        Operand::Integer(value) => Some(-value).filter(|value| fits(*value)).map(Operand::Integer),
        Operand::Time(value) => value.checked_neg().map(Operand::Time),
        Operand::Float(value) => Some(Operand::Float(-value)),
        _ => None,
    }
}

fn fits(value: i128) -> bool {
    (i128::from(i64::MIN)..=i128::from(u64::MAX)).contains(&value)
}

/// The pieces of a value joined; the first that reaches out of it ends them. Text is counted in code points.
pub(super) fn slice<'a>(value: &Operand<'a>, pieces: &[Piece]) -> Option<Operand<'a>> {
    if let Operand::Text(text) = value {
        // Where each character begins, and the end; bytes that are no UTF-8 count one each.
        let mut starts: Vec<usize> = Vec::with_capacity(text.len() + 1);
        let mut at = 0;
        for chunk in text.utf8_chunks() {
            starts.extend(chunk.valid().char_indices().map(|(index, _)| at + index));
            at += chunk.valid().len();
            starts.extend(at..at + chunk.invalid().len());
            at += chunk.invalid().len();
        }
        let length = starts.len();
        starts.push(at);
        let mut out = Vec::new();
        for piece in pieces {
            let range = piece.within(length).and_then(|range| Some(*starts.get(range.start)?..*starts.get(range.end)?));
            let Some(part) = range.and_then(|range| text.get(range)) else { break };
            out.extend_from_slice(part);
        }
        return Some(Operand::Text(out.into()));
    }
    let bytes = value.bytes()?;
    let mut out = Vec::new();
    for piece in pieces {
        let Some(part) = piece.within(bytes.len()).and_then(|range| bytes.get(range)) else { break };
        out.extend_from_slice(part);
    }
    Some(Operand::Bytes(out.into()))
}

/// Visits the results of a function.
pub(super) fn call<'k>(
    function: Function,
    arguments: &'k [Term],
    know: &'k dyn Know,
    visit: &mut dyn FnMut(Operand<'k>),
) -> Result<bool, Unknown> {
    let Some(first) = arguments.first() else { return Ok(false) };
    match function {
        Function::Count => {
            let mut count = 0;
            each(first, know, &mut |_| count += 1)?;
            visit(Operand::Integer(count));
            Ok(true)
        }
        Function::Max | Function::Min => {
            let mut best: Option<Operand<'k>> = None;
            for argument in arguments {
                each(argument, know, &mut |value| {
                    let better = best.as_ref().is_none_or(|best| match value.order(best) {
                        Some(super::operand::Order::Known(order)) if function == Function::Max => order.is_gt(),
                        Some(super::operand::Order::Known(order)) => order.is_lt(),
                        _ => false,
                    });
                    if better {
                        best = Some(value);
                    }
                })?;
            }
            Ok(best.map(visit).is_some())
        }
        _ => each(first, know, &mut |value| {
            if let Some(value) = map(function, value) {
                visit(value);
            }
        }),
    }
}

/// The functions of one value.
fn map(function: Function, value: Operand<'_>) -> Option<Operand<'_>> {
    let text = |text: String| Some(Operand::Text(text.into_bytes().into()));
    match (function, value) {
        (Function::Len, Operand::Text(text)) => {
            // Every byte but those that go on a character begins one.
            Some(Operand::Integer(text.iter().filter(|byte| **byte & 0xc0 != 0x80).count() as i128))
        }
        (Function::Len, value) => value.bytes().map(|bytes| Operand::Integer(bytes.len() as i128)),
        (Function::Lower, Operand::Text(text)) => Some(Operand::Text(text.to_ascii_lowercase().into())),
        (Function::Upper, Operand::Text(text)) => Some(Operand::Text(text.to_ascii_uppercase().into())),
        (Function::Abs, Operand::Integer(value)) => Some(Operand::Integer(value.abs())),
        (Function::Abs, Operand::Time(value)) => Some(Operand::Time(value.abs())),
        (Function::Abs, Operand::Float(value)) => Some(Operand::Float(value.abs())),
        (Function::Dec, Operand::Integer(value)) => text(value.to_string()),
        (Function::Hex(digits), Operand::Integer(value)) => {
            let mut out = String::new();
            let _ = write!(out, "0x{value:0width$x}", width = usize::from(digits));
            text(out)
        }
        (Function::Text(kind), value) => text(written(kind, &value)),
        (Function::Within(block), value) => Some(Operand::Integer(within(block, &value)?.into())),
        (Function::Double, value) => number(&value).map(Operand::Float),
        (Function::Float, value) => number(&value).map(|value| Operand::Float(f64::from(value as f32))),
        _ => None,
    }
}

fn number(value: &Operand<'_>) -> Option<f64> {
    match value {
        Operand::Integer(value) => Some(*value as f64),
        Operand::Float(value) => Some(*value),
        Operand::Time(value) => Some(*value as f64 / 1e9),
        _ => None,
    }
}

fn within(block: Block, address: &Operand<'_>) -> Option<bool> {
    Some(match *address {
        Operand::Ipv4(address, _) => match block {
            Block::LinkLocal => address >> 16 == 0xa9fe,
            Block::Multicast => address >> 28 == 0xe,
            Block::Private => address >> 24 == 10 || address >> 20 == 0xac1 || address >> 16 == 0xc0a8,
            Block::UniqueLocal => return None,
        },
        Operand::Ipv6(address, _) => match block {
            Block::LinkLocal => address >> 118 == 0xfe80 >> 6,
            Block::Multicast => address >> 120 == 0xff,
            Block::UniqueLocal => address >> 121 == 0xfc >> 1,
            Block::Private => return None,
        },
        _ => return None,
    })
}

/// A value as `string` writes it: integers in decimal, whatever the field's own form is.
fn written(kind: Kind, value: &Operand<'_>) -> String {
    let field = Field::new("", kind, "");
    let mut out = String::new();
    match value {
        Operand::Integer(value) => out.push_str(&value.to_string()),
        Operand::Float(value) => write_datum(&mut out, &field, Datum::Float(*value)),
        Operand::Ipv4(address, _) => write_datum(&mut out, &field, Datum::Uint((*address).into())),
        Operand::Ipv6(address, _) => write_datum(&mut out, &field, Datum::Bytes(&address.to_be_bytes())),
        Operand::Bytes(bytes) => write_datum(&mut out, &field, Datum::Bytes(bytes)),
        Operand::Text(bytes) => write_datum(&mut out, &field, Datum::Text(bytes)),
        _ => {}
    }
    out
}
