//! What filters compute of values: sums and slices.

use super::Know;
use super::answer::{Undecided, each};
use super::operand::Operand;
use super::plan::Term;
use super::tree::{Operator, SliceRange};

/// Values of one sum that are looked at. Every pair of values of two operands makes one, so that a packet with
/// thousands of instances of a field could otherwise keep the filter busy for hours.
const MOST: usize = 65_536;

/// Visits every result of a sum; a pair without a result, such as a division by zero, makes none.
pub(super) fn sum<'k>(
    first: &'k Term,
    rest: &'k [(Operator, Term)],
    know: &'k dyn Know,
    visit: &mut dyn FnMut(Operand<'k>),
) -> Result<bool, Undecided> {
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
pub(super) fn slice<'a>(value: &Operand<'a>, pieces: &[SliceRange]) -> Option<Operand<'a>> {
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
