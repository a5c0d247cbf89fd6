//! Answers a checked filter from what is known: one evaluator for every depth of knowledge.
//!
//! Longer than most files: it is one walk, and what values do to each other is needed nowhere else.

use super::check::{FieldSource, Node, Op, Piece, Source, Test};
use super::functions::Function;
use super::literal::Val;
use super::{Answer, Instance, Know};
use crate::field::{Field, Kind};
use crate::value::{Datum, write_datum};
use std::cmp::Ordering;

/// The values of an operand.
#[derive(Debug, Default)]
struct Values {
    all: Vec<Val>,
    /// A field that it needs does not occur: whatever is asked of it is false.
    absent: bool,
}

impl From<bool> for Answer {
    fn from(yes: bool) -> Answer {
        if yes { Answer::Yes } else { Answer::No }
    }
}

pub(super) fn node(node: &Node, know: &dyn Know) -> Answer {
    match node {
        Node::And(nodes) => settle(nodes, know, Answer::No, Answer::Yes),
        Node::Or(nodes) => settle(nodes, know, Answer::Yes, Answer::No),
        Node::Xor(nodes) => nodes.iter().fold(Answer::No, |sum, inner| match (sum, self::node(inner, know)) {
            (Answer::Ask, _) | (_, Answer::Ask) => Answer::Ask,
            (a, b) => Answer::from(a != b),
        }),
        Node::Not(inner) => match self::node(inner, know) {
            Answer::No => Answer::Yes,
            Answer::Yes => Answer::No,
            Answer::Ask => Answer::Ask,
        },
        Node::Test(test) => self::test(test, know),
    }
}

/// The answer that settles the matter if any gives it, else the other one, unless one must ask.
fn settle(nodes: &[Node], know: &dyn Know, settles: Answer, other: Answer) -> Answer {
    let mut result = other;
    for inner in nodes {
        match node(inner, know) {
            answer if answer == settles => return settles,
            Answer::Ask => result = Answer::Ask,
            _ => {}
        }
    }
    result
}

fn test(test: &Test, know: &dyn Know) -> Answer {
    let one = |source: &Source| values(source, know);
    match test {
        Test::Present(Source::Field(field)) => present(field, know),
        // Bytes that a mask left are true where any is not zero; a slice is, where it is not empty.
        Test::Present(source @ Source::Arithmetic(..)) | Test::Truth(source @ Source::Arithmetic(..)) => {
            answer(one(source), |values| {
                values
                    .iter()
                    .any(|val| is_true(val) && bytes_of(val).is_none_or(|bytes| bytes.iter().any(|byte| *byte != 0)))
            })
        }
        Test::Present(source) | Test::Truth(source) => answer(one(source), |values| values.iter().any(is_true)),
        Test::Compare { op, all, left, right } => match (one(left), one(right)) {
            (Some(left), Some(right)) if left.absent || right.absent => Answer::No,
            (Some(left), Some(right)) => quantify(*all, &left.all, &right.all, |a, b| compare(*op, a, b)).into(),
            (Some(known), None) | (None, Some(known)) if known.absent => Answer::No,
            _ => Answer::Ask,
        },
        Test::Contains { all, left, right } => match (reaching(left, know), one(right)) {
            (Some(left), _) if left.absent => Answer::No,
            (Some(left), Some(right)) if !right.absent => {
                quantify(*all, &left.all, &right.all, |a, b| Some(contains(a, b))).into()
            }
            (_, Some(right)) if right.absent => Answer::No,
            _ => Answer::Ask,
        },
        Test::Matches { all, left, regex } => answer(reaching(left, know), |values| {
            let found = |val: &Val| bytes_of(val).is_some_and(|bytes| regex.is_match(bytes));
            if *all { values.iter().all(found) } else { values.iter().any(found) }
        }),
        Test::In { all, negated, left, items } => {
            let Some(left) = one(left) else { return Answer::Ask };
            if left.absent {
                return Answer::No;
            }
            let mut sets = Vec::new();
            for (low, high) in items {
                let (Some(low), Some(high)) = (one(low), high.as_ref().map_or(Some(None), |high| one(high).map(Some)))
                else {
                    return Answer::Ask;
                };
                sets.push((low, high));
            }
            let member = |val: &Val| {
                sets.iter().any(|(low, high)| match high {
                    None => low.all.iter().any(|low| compare(Op::Equal, val, low) == Some(true)),
                    Some(high) => {
                        low.all.iter().any(|low| compare(Op::GreaterEqual, val, low) == Some(true))
                            && high.all.iter().any(|high| compare(Op::LessEqual, val, high) == Some(true))
                    }
                })
            };
            let within = if *all { left.all.iter().all(member) } else { left.all.iter().any(member) };
            Answer::from(within != *negated)
        }
    }
}

fn answer(values: Option<Values>, holds: impl FnOnce(&[Val]) -> bool) -> Answer {
    match values {
        None => Answer::Ask,
        Some(values) => Answer::from(!values.absent && holds(&values.all)),
    }
}

/// Applies a test to all pairs; an undefined pair neither satisfies nor breaks it.
fn quantify(all: bool, left: &[Val], right: &[Val], holds: impl Fn(&Val, &Val) -> Option<bool>) -> bool {
    let mut pairs = left.iter().flat_map(|a| right.iter().map(move |b| (a, b)));
    if all { pairs.all(|(a, b)| holds(a, b) != Some(false)) } else { pairs.any(|(a, b)| holds(a, b) == Some(true)) }
}

fn present(field: &FieldSource, know: &dyn Know) -> Answer {
    let mut result = Answer::No;
    for (id, protocol) in &field.ids {
        let stack = if id == protocol { know.occurs(*id) } else { know.carries(*protocol) };
        let here = match stack {
            Answer::No => Answer::No,
            Answer::Yes if id == protocol && field.layers.is_none() => Answer::Yes,
            _ => {
                let mut any = false;
                let known = know.values(*id, &mut |instance| any |= chosen(field, &instance, None));
                if known { any.into() } else { Answer::Ask }
            }
        };
        match here {
            Answer::Yes => return Answer::Yes,
            Answer::Ask => result = Answer::Ask,
            Answer::No => {}
        }
    }
    match (result, &field.layers) {
        // Layers that count from the last one need all instances.
        (Answer::No, Some(_)) => match gather(field, know, false) {
            Some(values) => Answer::from(!values.absent),
            None => Answer::Ask,
        },
        _ => result,
    }
}

/// Whether an instance stands in a chosen layer.
fn chosen(field: &FieldSource, instance: &Instance<'_>, last: Option<u32>) -> bool {
    let Some(layers) = &field.layers else { return true };
    let Some(last) = last else { return false };
    let layer = i64::from(instance.layer);
    let absolute = |number: i64| if number < 0 { i64::from(last) + 1 + number } else { number };
    layers.iter().any(|piece| match *piece {
        Piece::Length(start, length) => (absolute(start)..absolute(start) + length).contains(&layer),
        Piece::Until(start, end) => (absolute(start)..=absolute(end)).contains(&layer),
        Piece::From(start) => layer >= absolute(start),
    })
}

/// The values of an operand; nothing where they are not known.
fn values(source: &Source, know: &dyn Know) -> Option<Values> {
    match source {
        Source::Field(field) => gather(field, know, false),
        Source::Constant(val) => Some(Values { all: vec![val.clone()], absent: false }),
        Source::Slice(inner, pieces) => {
            let inner = values(inner, know)?;
            let all = inner.all.iter().map(|val| slice(val, pieces)).collect();
            Some(Values { all, absent: inner.absent })
        }
        Source::Negative(inner) => {
            let inner = values(inner, know)?;
            let all = inner.all.iter().filter_map(negated).collect();
            Some(Values { all, absent: inner.absent })
        }
        Source::Arithmetic(sign, a, b) => {
            let (a, b) = (values(a, know)?, values(b, know)?);
            let pairs = a.all.iter().flat_map(|x| b.all.iter().map(move |y| (x, y)));
            let all = pairs.filter_map(|(x, y)| arithmetic(*sign, x, y)).collect();
            Some(Values { all, absent: a.absent || b.absent })
        }
        Source::Call(function, arguments, field) => call(*function, arguments, field, know),
    }
}

/// As [`values`], but a protocol reaches to the end of what it was handed: `contains` and `matches` look there too.
fn reaching(source: &Source, know: &dyn Know) -> Option<Values> {
    match source {
        Source::Field(field) => gather(field, know, true),
        other => values(other, know),
    }
}

fn call(function: Function, arguments: &[Source], field: &Field, know: &dyn Know) -> Option<Values> {
    let mut gathered = Vec::new();
    for argument in arguments {
        gathered.push(values(argument, know)?);
    }
    match function {
        Function::Count => {
            let count = gathered.iter().map(|values| values.all.len() as u64).sum();
            Some(Values { all: vec![Val::Uint(count)], absent: false })
        }
        Function::Max | Function::Min => {
            let wanted = if function == Function::Max { Op::Greater } else { Op::Less };
            let best = gathered
                .into_iter()
                .flat_map(|values| values.all)
                .reduce(|best, val| if compare(wanted, &val, &best) == Some(true) { val } else { best });
            Some(Values { absent: best.is_none(), all: best.into_iter().collect() })
        }
        _ => {
            let inner = gathered.into_iter().next().unwrap_or_default();
            let all: Vec<Val> = inner.all.iter().filter_map(|val| function.of(val, field)).collect();
            // A value without a name has none to compare.
            let absent = inner.absent || (function == Function::Vals && all.is_empty());
            Some(Values { all, absent })
        }
    }
}

fn gather(field: &FieldSource, know: &dyn Know, reaching: bool) -> Option<Values> {
    let mut all = Vec::new();
    let mut last = 0;
    // The last layer is known only when all instances were seen.
    if field.layers.is_some() {
        for (id, protocol) in &field.ids {
            if know.carries(*protocol) != Answer::No
                && !know.values(*id, &mut |instance| last = last.max(instance.layer))
            {
                return None;
            }
        }
    }
    for (index, (id, protocol)) in field.ids.iter().enumerate() {
        let stack = if id == protocol { know.occurs(*id) } else { know.carries(*protocol) };
        if stack == Answer::No {
            continue;
        }
        let member = index.checked_sub(1).and_then(|member| field.as_text.get(member));
        let known = know.values(*id, &mut |instance| {
            if chosen(field, &instance, Some(last)) {
                all.push(match member {
                    Some(row) if !field.raw => as_text(row, &instance),
                    _ => val(field, &instance, reaching),
                });
            }
        });
        if !known {
            return None;
        }
    }
    Some(Values { absent: all.is_empty(), all })
}

fn as_text(row: &Field, instance: &Instance<'_>) -> Val {
    let mut out = String::new();
    write_datum(&mut out, row, instance.datum);
    Val::Text(out.into_bytes())
}

fn val(field: &FieldSource, instance: &Instance<'_>, reaching: bool) -> Val {
    if field.raw {
        return Val::Bytes(instance.bytes.to_vec());
    }
    match (field.row.kind, instance.datum) {
        (Kind::Protocol, _) => Val::Protocol(if reaching { instance.rest } else { instance.bytes }.to_vec()),
        (Kind::Ipv4, Datum::Uint(value)) => Val::Ipv4(value as u32, 32),
        (Kind::Ipv6, Datum::Bytes(bytes)) => {
            <[u8; 16]>::try_from(bytes).map_or(Val::Nothing, |octets| Val::Ipv6(u128::from_be_bytes(octets), 128))
        }
        (Kind::Text | Kind::TextZ, Datum::Bytes(bytes) | Datum::Text(bytes)) => Val::Text(bytes.to_vec()),
        (Kind::Oid, _) => as_text(&field.row, instance),
        (_, Datum::Uint(value)) => Val::Uint(value),
        (_, Datum::Int(value)) => Val::Int(value),
        (_, Datum::Float(value)) => Val::Float(value),
        (_, Datum::Time(seconds, nanoseconds)) => Val::Time(seconds, nanoseconds),
        (_, Datum::Bytes(bytes)) => Val::Bytes(bytes.to_vec()),
        (_, Datum::Text(text)) => Val::Text(text.to_vec()),
        (_, Datum::None) => Val::Nothing,
    }
}

fn bytes_of(val: &Val) -> Option<&[u8]> {
    match val {
        Val::Text(bytes) | Val::Bytes(bytes) | Val::Protocol(bytes) => Some(bytes),
        _ => None,
    }
}

fn contains(haystack: &Val, needle: &Val) -> bool {
    match (bytes_of(haystack), bytes_of(needle)) {
        (Some(_), Some([])) => matches!(haystack, Val::Bytes(_)),
        (Some(haystack), Some(needle)) => memchr::memmem::find(haystack, needle).is_some(),
        _ => false,
    }
}

/// Compares two values; nothing where they cannot be.
fn compare(op: Op, a: &Val, b: &Val) -> Option<bool> {
    let order = order(a, b)?;
    Some(match op {
        Op::Equal => order == Ordering::Equal,
        Op::Unequal => order != Ordering::Equal,
        Op::Greater => order == Ordering::Greater,
        Op::GreaterEqual => order != Ordering::Less,
        Op::Less => order == Ordering::Less,
        Op::LessEqual => order != Ordering::Greater,
    })
}

fn order(a: &Val, b: &Val) -> Option<Ordering> {
    let whole = |val: &Val| match val {
        Val::Uint(value) => Some(i128::from(*value)),
        Val::Int(value) => Some(i128::from(*value)),
        _ => None,
    };
    if let (Some(a), Some(b)) = (whole(a), whole(b)) {
        return Some(a.cmp(&b));
    }
    match (a, b) {
        (Val::Float(a), Val::Float(b)) => a.partial_cmp(b),
        (Val::Time(a, x), Val::Time(b, y)) => Some((a, x).cmp(&(b, y))),
        (Val::Ipv4(a, x), Val::Ipv4(b, y)) => {
            let shift = 32 - u32::from(*x.min(y));
            Some(a.checked_shr(shift).unwrap_or(0).cmp(&b.checked_shr(shift).unwrap_or(0)))
        }
        (Val::Ipv6(a, x), Val::Ipv6(b, y)) => {
            let shift = 128 - u32::from(*x.min(y));
            Some(a.checked_shr(shift).unwrap_or(0).cmp(&b.checked_shr(shift).unwrap_or(0)))
        }
        (Val::Protocol(a), Val::Protocol(b)) => Some(a.len().cmp(&b.len()).then_with(|| a.cmp(b))),
        (Val::Bytes(a), b) => Some(a.as_slice().cmp(bytes_of(b)?)),
        (a, b) => Some(bytes_of(a)?.cmp(bytes_of(b)?)),
    }
}

fn is_true(val: &Val) -> bool {
    match val {
        Val::Uint(value) => *value != 0,
        Val::Int(value) => *value != 0,
        Val::Float(value) => *value != 0.0,
        Val::Text(text) => !text.is_empty(),
        Val::Bytes(bytes) | Val::Protocol(bytes) => bytes.iter().any(|byte| *byte != 0) || !bytes.is_empty(),
        Val::Ipv4(address, _) => *address != 0,
        Val::Ipv6(address, _) => *address != 0,
        Val::Time(seconds, nanoseconds) => *seconds != 0 || *nanoseconds != 0,
        Val::Nothing => true,
    }
}

/// The pieces of a value, joined. The first piece that does not lie within ends it.
fn slice(val: &Val, pieces: &[Piece]) -> Val {
    if let Val::Text(text) = val {
        let text: Vec<char> = String::from_utf8_lossy(text).chars().collect();
        return Val::Text(cut(&text, pieces).into_iter().collect::<String>().into_bytes());
    }
    let octets;
    let bytes = match val {
        Val::Ipv4(address, _) => {
            octets = address.to_be_bytes().to_vec();
            octets.as_slice()
        }
        Val::Ipv6(address, _) => {
            octets = address.to_be_bytes().to_vec();
            octets.as_slice()
        }
        other => bytes_of(other).unwrap_or_default(),
    };
    Val::Bytes(cut(bytes, pieces))
}

fn cut<T: Copy>(whole: &[T], pieces: &[Piece]) -> Vec<T> {
    let length = whole.len() as i64;
    let from_end = |number: i64| if number < 0 { length + number } else { number };
    let mut out = Vec::new();
    for piece in pieces {
        let (start, end) = match *piece {
            Piece::Length(start, count) => (from_end(start), from_end(start) + count),
            Piece::Until(start, end) => (from_end(start), from_end(end) + 1),
            Piece::From(start) => (from_end(start), length),
        };
        let place = usize::try_from(start).ok().zip(usize::try_from(end).ok());
        match place.and_then(|(start, end)| whole.get(start..end)) {
            Some(part) => out.extend_from_slice(part),
            None => break,
        }
    }
    out
}

fn negated(val: &Val) -> Option<Val> {
    match val {
        Val::Uint(value) => i64::try_from(*value).ok().map(|value| Val::Int(-value)),
        Val::Int(value) => value.checked_neg().map(Val::Int),
        Val::Float(value) => Some(Val::Float(-value)),
        Val::Time(seconds, 0) => seconds.checked_neg().map(|seconds| Val::Time(seconds, 0)),
        Val::Time(seconds, nanoseconds) => Some(Val::Time(-seconds.checked_add(1)?, 1_000_000_000 - nanoseconds)),
        _ => None,
    }
}

fn arithmetic(sign: char, a: &Val, b: &Val) -> Option<Val> {
    match (a, b) {
        (Val::Uint(_) | Val::Int(_), Val::Uint(_) | Val::Int(_)) => {
            let number = |val: &Val| match val {
                Val::Uint(value) => i128::from(*value),
                Val::Int(value) => i128::from(*value),
                _ => 0,
            };
            let (x, y) = (number(a), number(b));
            let result = match sign {
                '&' => x & y,
                '+' => x + y,
                '-' => x - y,
                '*' => x.checked_mul(y)?,
                '/' => x.checked_div(y)?,
                _ => x.checked_rem(y)?,
            };
            u64::try_from(result).map(Val::Uint).or_else(|_| i64::try_from(result).map(Val::Int)).ok()
        }
        (Val::Float(x), Val::Float(y)) => Some(Val::Float(match sign {
            '+' => x + y,
            '-' => x - y,
            '*' => x * y,
            _ => x / y,
        })),
        (Val::Time(..), Val::Time(..)) | (Val::Time(..), Val::Float(_)) => {
            let total = |val: &Val| match val {
                Val::Time(seconds, nanoseconds) => i128::from(*seconds) * 1_000_000_000 + i128::from(*nanoseconds),
                _ => 0,
            };
            let result = match (sign, b) {
                ('+', _) => total(a) + total(b),
                ('-', _) => total(a) - total(b),
                ('*', Val::Float(factor)) => (total(a) as f64 * factor) as i128,
                ('/', Val::Float(factor)) if *factor != 0.0 => (total(a) as f64 / factor) as i128,
                _ => return None,
            };
            let seconds = i64::try_from(result.div_euclid(1_000_000_000)).ok()?;
            Some(Val::Time(seconds, result.rem_euclid(1_000_000_000) as u32))
        }
        (Val::Ipv4(x, _), Val::Ipv4(y, _)) => Some(Val::Ipv4(x & y, 32)),
        (Val::Ipv6(x, _), Val::Ipv6(y, _)) => Some(Val::Ipv6(x & y, 128)),
        (Val::Bytes(x), Val::Bytes(y)) => Some(masked(x, y)),
        _ => None,
    }
}

/// Bytes and a mask; all zeros count as nothing.
fn masked(bytes: &[u8], mask: &[u8]) -> Val {
    let result: Vec<u8> = bytes.iter().zip(mask).map(|(byte, mask)| byte & mask).collect();
    Val::Bytes(result)
}
