//! Names to fields, literals to values, types to each other: all that can be wrong with a filter is found here.
//!
//! Longer than most files: each form of test and operand has its own rules of types, which read best side by side.

use super::functions::Function;
use super::literal::{self, Val};
use super::parse::{Compare, Expr, Operand, OperandKind, Test as Parsed, is_keyword};
use super::schema::{Schema, renamed};
use super::{About, Problem};
use crate::field::{Field, FieldId, FieldSet, Kind};
use regex::bytes::{Regex, RegexBuilder};

/// A filter that was checked.
// There are as many nodes as people type; their size is of no weight.
#[allow(clippy::large_enum_variant)]
#[derive(Debug)]
pub(super) enum Node {
    And(Vec<Node>),
    Or(Vec<Node>),
    Xor(Vec<Node>),
    Not(Box<Node>),
    Test(Test),
}

/// A test that was checked.
#[allow(clippy::large_enum_variant)]
#[derive(Debug)]
pub(super) enum Test {
    Present(Source),
    Truth(Source),
    Compare { op: Op, all: bool, left: Source, right: Source },
    Contains { all: bool, left: Source, right: Source },
    Matches { all: bool, left: Source, regex: Box<Regex> },
    In { all: bool, negated: bool, left: Source, items: Vec<(Source, Option<Source>)> },
}

/// A comparison of two single values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Op {
    Equal,
    Unequal,
    Greater,
    GreaterEqual,
    Less,
    LessEqual,
}

/// Where values come from.
#[allow(clippy::large_enum_variant)]
#[derive(Debug)]
pub(super) enum Source {
    Field(FieldSource),
    Constant(Val),
    Slice(Box<Source>, Vec<Piece>),
    Call(Function, Vec<Source>, Field),
    Arithmetic(char, Box<Source>, Box<Source>),
    Negative(Box<Source>),
}

/// A field, under whatever name.
#[derive(Debug)]
pub(super) struct FieldSource {
    /// With the field that stands for each one's protocol.
    pub(super) ids: Vec<(FieldId, FieldId)>,
    pub(super) row: Field,
    /// Members of a group with another kind: their values are written as text.
    pub(super) as_text: Vec<Field>,
    pub(super) raw: bool,
    pub(super) layers: Option<Vec<Piece>>,
}

/// A piece of a slice: from, and up to (not included); negative numbers count from the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece {
    Length(i64, i64),
    Until(i64, i64),
    From(i64),
}

/// An operand with the kind of its values; a literal has none of its own.
struct Typed {
    source: Source,
    field: Field,
}

pub(super) struct Checker<'s> {
    schema: &'s Schema,
    pub(super) needs: FieldSet,
    pub(super) advice: Vec<Problem>,
}

type Checked<T> = Result<T, Problem>;

/// A row that stands for values of a kind that no field has itself.
fn anonymous(kind: Kind, like: &Field) -> Field {
    Field { name: like.name, ..Field::new("", kind, "") }
}

impl<'s> Checker<'s> {
    pub(super) fn new(schema: &'s Schema, advice: Vec<Problem>) -> Checker<'s> {
        Checker { schema, needs: FieldSet::of([]), advice }
    }

    pub(super) fn node(&mut self, expr: &Expr) -> Checked<Node> {
        let mut all = |exprs: &[Expr]| exprs.iter().map(|expr| self.node(expr)).collect::<Checked<Vec<Node>>>();
        Ok(match expr {
            Expr::And(exprs) => Node::And(all(exprs)?),
            Expr::Or(exprs) => Node::Or(all(exprs)?),
            Expr::Xor(exprs) => Node::Xor(all(exprs)?),
            Expr::Not(inner) => Node::Not(Box::new(self.node(inner)?)),
            Expr::Test(test) => self.test(test)?,
        })
    }

    fn test(&mut self, test: &Parsed) -> Checked<Node> {
        match test {
            Parsed::Exists(operand) => self.exists(operand).map(Node::Test),
            Parsed::Compare { first, rest, quantifier } => {
                // A chain is the conjunction of its pairs; a quantifier before it has no effect.
                let quantifier = if rest.len() == 1 { *quantifier } else { None };
                let mut pairs = Vec::new();
                let mut left = first;
                for (compare, right) in rest {
                    pairs.push(Node::Test(self.compare(left, *compare, right, quantifier)?));
                    left = right;
                }
                Ok(if pairs.len() == 1 { pairs.remove(0) } else { Node::And(pairs) })
            }
            Parsed::Contains { left, right, quantifier } => {
                let typed = self.typed(left)?.ok_or_else(|| self.bare(left))?;
                let kind = typed.field.kind;
                let labelled =
                    matches!(kind, Kind::Uint(..) | Kind::Int(_) | Kind::Bool(_)) && has_labels(&typed.field);
                let (source, field) = if labelled {
                    (Source::Call(Function::Vals, vec![typed.source], typed.field), anonymous(Kind::Text, &typed.field))
                } else {
                    (typed.source, typed.field)
                };
                if !matches!(field.kind, Kind::Text | Kind::TextZ | Kind::Bytes | Kind::Ether | Kind::Protocol) {
                    return Err(self.unfit(left, &typed.field, "contains"));
                }
                // Part of an address is as good as all of it.
                let wanted = match field.kind {
                    Kind::Ether => anonymous(Kind::Bytes, &field),
                    _ => field,
                };
                let right = self.value(right, &wanted)?;
                Ok(Node::Test(Test::Contains { all: *quantifier == Some(true), left: source, right }))
            }
            Parsed::Matches { left, right, quantifier } => self.matches(left, right, *quantifier),
            Parsed::In { left, items, negated, quantifier } => {
                let plain = |operand: &Operand| {
                    matches!(operand.kind, OperandKind::Word(_) | OperandKind::Raw(_) | OperandKind::Layers(..))
                };
                if !plain(left) {
                    return Err(Problem::new("Only a field can be looked up in a set.", left.span.clone()));
                }
                let typed = self.typed(left)?.ok_or_else(|| self.bare(left))?;
                let items = items.iter().map(|(low, high)| {
                    let low = self.value(low, &typed.field)?;
                    let high = high.as_ref().map(|high| self.value(high, &typed.field)).transpose()?;
                    Ok((low, high))
                });
                let items = items.collect::<Checked<Vec<_>>>()?;
                let all = *quantifier == Some(true);
                Ok(Node::Test(Test::In { all, negated: *negated, left: typed.source, items }))
            }
        }
    }

    fn exists(&mut self, operand: &Operand) -> Checked<Test> {
        let Some(typed) = self.typed(operand)? else { return Err(self.bare(operand)) };
        Ok(match typed.source {
            source @ Source::Field(_) => Test::Present(source),
            Source::Constant(_) => return Err(self.bare(operand)),
            source => Test::Truth(source),
        })
    }

    fn compare(&mut self, left: &Operand, compare: Compare, right: &Operand, any_all: Option<bool>) -> Checked<Test> {
        let typed_left = self.typed(left)?;
        let typed_right = self.typed(right)?;
        let (left, right) = match (typed_left, typed_right) {
            (Some(typed), None) => {
                let value = self.value(right, &typed.field)?;
                (typed.source, value)
            }
            (None, Some(typed)) => (self.value(left, &typed.field)?, typed.source),
            (Some(a), Some(b)) => {
                self.compatible(&a.field, &b.field, right)?;
                let sliced = matches!(a.source, Source::Slice(..)) && a.field.kind == Kind::Bytes;
                let b_source = match b.source {
                    Source::Field(mut field) if sliced && !matches!(b.field.kind, Kind::Text | Kind::TextZ) => {
                        field.raw = true;
                        Source::Field(field)
                    }
                    source => source,
                };
                (a.source, b_source)
            }
            (None, None) => return Err(self.bare(left)),
        };
        let (op, all) = match compare {
            Compare::AnyEqual => (Op::Equal, false),
            Compare::AllEqual => (Op::Equal, true),
            Compare::AnyUnequal => (Op::Unequal, false),
            Compare::AllUnequal => (Op::Unequal, true),
            Compare::Greater => (Op::Greater, false),
            Compare::GreaterEqual => (Op::GreaterEqual, false),
            Compare::Less => (Op::Less, false),
            Compare::LessEqual => (Op::LessEqual, false),
        };
        Ok(Test::Compare { op, all: any_all.unwrap_or(all), left, right })
    }

    fn compatible(&self, a: &Field, b: &Field, right: &Operand) -> Checked<()> {
        let family = |kind: Kind| match kind {
            Kind::Uint(..) | Kind::Char | Kind::Frame | Kind::Int(_) => 1,
            Kind::Bool(_) => 2,
            Kind::Float | Kind::Double => 3,
            Kind::Text | Kind::TextZ => 4,
            Kind::Bytes | Kind::Ether => 5,
            Kind::Ipv4 => 6,
            Kind::Ipv6 => 7,
            Kind::Protocol => 8,
            Kind::Time => 9,
            Kind::Duration => 10,
            Kind::Guid => 11,
            Kind::Oid => 12,
            Kind::None => 13,
        };
        let (left, other) = (family(a.kind), family(b.kind));
        let sliced = left == 5 && matches!(other, 4..=8);
        if left == other && left != 13 || (left == 1 && other == 2) || sliced {
            return Ok(());
        }
        let message = format!(
            "{} and {} cannot be compared: one is {}, the other {}.",
            called(a),
            called(b),
            a.kind.words(),
            b.kind.words()
        );
        Err(Problem::new(&message, right.span.clone()))
    }

    fn matches(&mut self, left: &Operand, right: &Operand, quantifier: Option<bool>) -> Checked<Node> {
        let typed = self.typed(left)?.ok_or_else(|| self.bare(left))?;
        let kind = typed.field.kind;
        let labelled = matches!(kind, Kind::Uint(..) | Kind::Int(_) | Kind::Bool(_)) && has_labels(&typed.field);
        if !labelled && !matches!(kind, Kind::Text | Kind::TextZ | Kind::Bytes | Kind::Ether | Kind::Protocol) {
            return Err(self.unfit(left, &typed.field, "matches"));
        }
        let source =
            if labelled { Source::Call(Function::Vals, vec![typed.source], typed.field) } else { typed.source };
        let OperandKind::Text(pattern) = &right.kind else {
            return Err(Problem::new(
                "`matches` needs a regular expression between quotation marks.",
                right.span.clone(),
            ));
        };
        let pattern = String::from_utf8_lossy(pattern);
        let regex = RegexBuilder::new(&at_end(&pattern))
            .unicode(false)
            .case_insensitive(true)
            .size_limit(4 << 20)
            .build()
            .map_err(|error| Problem::new(&regex_problem(&pattern, &error), right.span.clone()))?;
        let regex = Box::new(regex);
        Ok(Node::Test(Test::Matches { all: quantifier == Some(true), left: source, regex }))
    }

    /// An operand whose kind is its own: a field, a call and so on; nothing for a literal.
    fn typed(&mut self, operand: &Operand) -> Checked<Option<Typed>> {
        match &operand.kind {
            OperandKind::Word(word) => Ok(self.field(word, operand)?),
            OperandKind::Text(_) | OperandKind::Char(_) => Ok(None),
            OperandKind::Raw(inner) => {
                let Some(Typed { source: Source::Field(mut source), field }) = self.typed(inner)? else {
                    return Err(self.unknown_or(inner, "`@` stands before a field."));
                };
                source.raw = true;
                Ok(Some(Typed { source: Source::Field(source), field: anonymous(Kind::Bytes, &field) }))
            }
            OperandKind::Layers(inner, layers) => {
                let Some(Typed { source: Source::Field(mut source), field }) = self.typed(inner)? else {
                    return Err(self.unknown_or(inner, "`#` stands behind a field."));
                };
                source.layers = Some(pieces(layers).map_err(|why| Problem::new(&why, operand.span.clone()))?);
                Ok(Some(Typed { source: Source::Field(source), field }))
            }
            OperandKind::Slice(inner, range) => {
                let Some(typed) = self.typed(inner)? else {
                    return Err(self.unknown_or(inner, "A slice in brackets stands behind a field."));
                };
                let kind = match typed.field.kind {
                    Kind::Text | Kind::TextZ => Kind::Text,
                    Kind::Bytes | Kind::Ether | Kind::Ipv4 | Kind::Ipv6 | Kind::Protocol => Kind::Bytes,
                    _ => {
                        let words = typed.field.kind.words();
                        let why = format!(
                            "{} is {words}, which has no slices. `@` before it takes its bytes.",
                            called(&typed.field)
                        );
                        return Err(Problem::new(&why, operand.span.clone()));
                    }
                };
                let pieces = pieces(range).map_err(|why| Problem::new(&why, operand.span.clone()))?;
                let field = anonymous(kind, &typed.field);
                Ok(Some(Typed { source: Source::Slice(Box::new(typed.source), pieces), field }))
            }
            OperandKind::Call(name, arguments) => self.call(name, arguments, operand).map(Some),
            OperandKind::Negative(inner) => {
                let Some(typed) = self.typed(inner)? else { return Ok(None) };
                let kind = match typed.field.kind {
                    Kind::Uint(..) | Kind::Int(_) | Kind::Frame | Kind::Char => Kind::Int(64),
                    kind @ (Kind::Float | Kind::Double | Kind::Time | Kind::Duration) => kind,
                    _ => return Err(self.unfit(inner, &typed.field, "-")),
                };
                let field = anonymous(kind, &typed.field);
                Ok(Some(Typed { source: Source::Negative(Box::new(typed.source)), field }))
            }
            OperandKind::Arithmetic(sign, left, right) => self.arithmetic(*sign, left, right),
        }
    }

    fn arithmetic(&mut self, sign: char, left: &Operand, right: &Operand) -> Checked<Option<Typed>> {
        let (a, b) = (self.typed(left)?, self.typed(right)?);
        let Some(field) = a.as_ref().or(b.as_ref()).map(|typed| typed.field) else { return Ok(None) };
        let whole = matches!(field.kind, Kind::Uint(..) | Kind::Int(_) | Kind::Frame | Kind::Char);
        let real = matches!(field.kind, Kind::Float | Kind::Double);
        let time = matches!(field.kind, Kind::Time | Kind::Duration);
        let fits = match sign {
            '&' => whole || matches!(field.kind, Kind::Bytes | Kind::Ether | Kind::Ipv4 | Kind::Ipv6),
            '+' | '-' => whole || real || time,
            '%' => whole,
            _ => whole || real || (field.kind == Kind::Duration && a.is_some()),
        };
        if !fits {
            return Err(self.unfit(if a.is_some() { left } else { right }, &field, &sign.to_string()));
        }
        let scalar = time && matches!(sign, '*' | '/');
        let mut side = |typed: Option<Typed>, operand: &Operand| match typed {
            Some(typed) => Ok(typed.source),
            None if scalar => self.value(operand, &Field::new("A factor", Kind::Double, "")),
            None => self.value(operand, &field),
        };
        let (a, b) = (side(a, left)?, side(b, right)?);
        if matches!(sign, '/' | '%') && matches!(b, Source::Constant(Val::Uint(0) | Val::Int(0))) {
            return Err(Problem::new("Nothing can be divided by zero.", right.span.clone()));
        }
        let kind = match field.kind {
            Kind::Uint(_, base) => Kind::Uint(64, base),
            Kind::Int(_) => Kind::Int(64),
            kind => kind,
        };
        let field = anonymous(kind, &field);
        Ok(Some(Typed { source: Source::Arithmetic(sign, Box::new(a), Box::new(b)), field }))
    }

    fn call(&mut self, name: &str, arguments: &[Operand], operand: &Operand) -> Checked<Typed> {
        let Some(function) = Function::named(name) else {
            return Err(Problem::new(&format!("There is no function `{name}`."), operand.span.clone()));
        };
        if arguments.is_empty() || (arguments.len() > 1 && !function.takes_many()) {
            let wanted = if function.takes_many() { "at least one argument" } else { "one argument" };
            return Err(Problem::new(&format!("`{name}` takes {wanted}."), operand.span.clone()));
        }
        let mut typed = Vec::new();
        for argument in arguments {
            typed.push(self.typed(argument)?);
        }
        let Some(field) = typed.iter().flatten().next().map(|typed| typed.field) else {
            let first = arguments.first().unwrap_or(operand);
            return Err(self.unknown_or(first, &format!("`{name}` takes a field.")));
        };
        let Some(kind) = function.result(field.kind) else {
            let why = format!("`{name}` does not take {}: {} is that.", field.kind.words(), called(&field));
            return Err(Problem::new(&why, operand.span.clone()));
        };
        let mut sources = Vec::new();
        for (typed, argument) in typed.into_iter().zip(arguments) {
            sources.push(match typed {
                Some(typed) => typed.source,
                None => self.value(argument, &field)?,
            });
        }
        Ok(Typed { source: Source::Call(function, sources, field), field: anonymous(kind, &field) })
    }

    /// The values of an operand that is compared with this field.
    fn value(&mut self, operand: &Operand, field: &Field) -> Checked<Source> {
        let wrong = |why: String| {
            let about =
                if field.kind == Kind::Protocol { About::Protocol(field.name.to_owned()) } else { About::Syntax };
            Problem::new(&why, operand.span.clone()).about(about)
        };
        let constant = match &operand.kind {
            OperandKind::Word(word) => match self.typed(operand)? {
                Some(typed) => {
                    self.compatible(field, &typed.field, operand)?;
                    return Ok(typed.source);
                }
                None => literal::word(field, word),
            },
            OperandKind::Text(text) => literal::text(field, text),
            OperandKind::Char(code) => literal::character(field, *code),
            OperandKind::Negative(inner) => {
                if let (OperandKind::Word(word), None) = (&inner.kind, self.typed(inner)?) {
                    return negative(field, word).map(Source::Constant).map_err(wrong);
                }
                let inner = self.value(inner, field)?;
                return Ok(Source::Negative(Box::new(inner)));
            }
            _ => match self.typed(operand)? {
                Some(typed) => {
                    self.compatible(field, &typed.field, operand)?;
                    return Ok(typed.source);
                }
                None => {
                    let OperandKind::Arithmetic(sign, left, right) = &operand.kind else {
                        return Err(self.bare(operand));
                    };
                    let (left, right) = (self.value(left, field)?, self.value(right, field)?);
                    return Ok(Source::Arithmetic(*sign, Box::new(left), Box::new(right)));
                }
            },
        };
        constant.map(Source::Constant).map_err(wrong)
    }

    fn field(&mut self, word: &str, operand: &Operand) -> Checked<Option<Typed>> {
        let forced = word.strip_prefix('.');
        let name = forced.unwrap_or(word);
        let Some(ids) = self.schema.named(name) else {
            return match forced {
                Some(_) => Err(unknown(name, operand)),
                None => Ok(None),
            };
        };
        if let Some(new) = renamed(name) {
            let message = format!("`{name}` is the old name of `{new}`.");
            let problem = Problem::new(&message, operand.span.clone());
            self.advice.push(problem.replacing(&format!("Use {new}"), &new));
        }
        let row = ids.first().and_then(|id| self.schema.row(*id)).copied();
        let row = row.unwrap_or(Field::new("", Kind::None, ""));
        let mut as_text = Vec::new();
        for id in ids {
            self.needs.insert(*id);
            if let Some(member) = self.schema.row(*id).filter(|member| differs(member.kind, row.kind)) {
                as_text.push(*member);
            }
        }
        let ids = ids.iter().map(|id| (*id, self.schema.protocol(*id))).collect();
        let source = Source::Field(FieldSource { ids, row, as_text, raw: false, layers: None });
        Ok(Some(Typed { source, field: row }))
    }

    /// What to say where a literal stands alone.
    fn bare(&self, operand: &Operand) -> Problem {
        match &operand.kind {
            OperandKind::Word(word) if looks_like_name(word) => unknown(word, operand),
            OperandKind::Word(word) => {
                let message = format!("`{word}` is a value. Name the field that has it.");
                Problem::new(&message, operand.span.clone()).about(About::Bare(word.clone()))
            }
            _ => Problem::new("There is no field here to test.", operand.span.clone()),
        }
    }

    fn unknown_or(&self, operand: &Operand, message: &str) -> Problem {
        match &operand.kind {
            OperandKind::Word(word) if looks_like_name(word) => unknown(word, operand),
            _ => Problem::new(message, operand.span.clone()),
        }
    }

    fn unfit(&self, operand: &Operand, field: &Field, operator: &str) -> Problem {
        let message = format!("`{operator}` does not work with {}: it is {}.", called(field), field.kind.words());
        Problem::new(&message, operand.span.clone())
    }
}

fn unknown(word: &str, operand: &Operand) -> Problem {
    let message = format!("`{word}` is neither a field nor a protocol.");
    Problem::new(&message, operand.span.clone()).about(About::Unknown(word.to_owned()))
}

/// Whether a word could be meant as a field: letters at its beginning, no address and no number.
fn looks_like_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && !word.contains([':', '/']) && !is_keyword(word)
}

fn called(field: &Field) -> String {
    if field.name.is_empty() { "this value".into() } else { format!("`{}`", field.name) }
}

fn has_labels(field: &Field) -> bool {
    matches!(
        field.values,
        crate::field::Values::Names(_) | crate::field::Values::Ranges(_) | crate::field::Values::Flag(..)
    )
}

/// Whether values of one kind must be written as text to be values of the other.
fn differs(member: Kind, group: Kind) -> bool {
    matches!(group, Kind::Text | Kind::TextZ) && !matches!(member, Kind::Text | Kind::TextZ)
}

fn negative(field: &Field, word: &str) -> Result<Val, String> {
    match field.kind {
        Kind::Float | Kind::Double => {
            word.parse::<f64>().map(|value| Val::Float(-value)).map_err(|_| format!("`{word}` is no number."))
        }
        Kind::Time | Kind::Duration => literal::duration(&format!("-{word}"))
            .map(|(seconds, nanoseconds)| Val::Time(seconds, nanoseconds))
            .ok_or_else(|| format!("`{word}` is no number of seconds.")),
        Kind::Uint(..) | Kind::Int(_) | Kind::Frame | Kind::Char => match literal::number(word).map(i64::try_from) {
            Some(Ok(value)) => Ok(Val::Int(-value)),
            _ => Err(format!("`{word}` is no number.")),
        },
        _ => Err(format!("{} takes {}, nothing negative.", called(field), field.kind.words())),
    }
}

/// The pieces of a slice or of a choice of layers.
fn pieces(text: &str) -> Result<Vec<Piece>, String> {
    text.split(',').map(|piece| self::piece(piece.trim())).collect()
}

fn piece(text: &str) -> Result<Piece, String> {
    let number = |text: &str| {
        let text = text.trim();
        let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
        let value =
            literal::number(digits).and_then(|value| i64::try_from(value).ok()).filter(|value| *value < 1 << 31);
        value.map(|value| sign * value).ok_or_else(|| format!("`{text}` in the brackets is no number."))
    };
    if let Some((start, length)) = text.split_once(':') {
        let start = if start.trim().is_empty() { 0 } else { number(start)? };
        if length.trim().is_empty() {
            return Ok(Piece::From(start));
        }
        let length = number(length)?;
        return if length > 0 {
            Ok(Piece::Length(start, length))
        } else {
            Err(format!("The slice `{text}` is empty: behind `:` stands its length."))
        };
    }
    // A minus that is not the first character is the sign of a range.
    if let Some(dash) =
        text.char_indices().skip(1).find(|(at, c)| *c == '-' && !text.get(..*at).is_none_or(str::is_empty))
    {
        let (start, end) =
            (number(text.get(..dash.0).unwrap_or_default())?, number(text.get(dash.0 + 1..).unwrap_or_default())?);
        return if (start < 0) == (end < 0) && end > start {
            Ok(Piece::Until(start, end))
        } else {
            Err(format!("The slice `{text}` is empty: behind `-` stands its last place."))
        };
    }
    number(text).map(|start| Piece::Length(start, 1))
}

/// A `$` at the end of a pattern also matches before a last line feed, as it does in Wireshark.
fn at_end(pattern: &str) -> String {
    match pattern.strip_suffix('$') {
        Some(rest) if !rest.ends_with('\\') => format!("{rest}(?:\\n?\\z)"),
        _ => pattern.to_owned(),
    }
}

fn regex_problem(pattern: &str, error: &regex::Error) -> String {
    let back_reference = pattern
        .as_bytes()
        .windows(2)
        .any(|pair| pair.first() == Some(&b'\\') && pair.get(1).is_some_and(|c| (b'1'..=b'9').contains(c)));
    if pattern.contains("(?=") || pattern.contains("(?!") || pattern.contains("(?<=") || pattern.contains("(?<!") {
        "Regular expressions here cannot look around (`(?=`, `(?!`, `(?<=`, `(?<!`). Use two tests instead.".into()
    } else if back_reference {
        "Regular expressions here cannot refer back to a group (`\\1`).".into()
    } else if matches!(error, regex::Error::CompiledTooBig(_)) {
        "This regular expression is too large. Shorten it.".into()
    } else {
        let words = error.to_string();
        let last = words.lines().last().unwrap_or_default().trim_start_matches("error: ");
        format!("This is no regular expression: {last}.")
    }
}
