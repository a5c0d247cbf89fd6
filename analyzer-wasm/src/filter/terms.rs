//! Checks what yields values: fields, literals, slices and sums, and which kinds go together.

use super::Problem;
use super::check::{Checker, fail, incomparable};
use super::compute;
use super::literal::Target;
use super::operand::Operand;
use super::plan::{Reference, Term};
use super::tree::{Operator, Shape, TextRange, Tree};
use crate::field::Kind;

/// A term with what its values are.
#[derive(Debug)]
pub(crate) struct Typed {
    pub term: Term,
    /// What a literal beside it becomes.
    pub target: Target,
    pub span: TextRange,
}

impl Typed {
    pub(crate) fn new(term: Term, target: Target, tree: &Tree) -> Typed {
        Typed { term, target, span: tree.span.clone() }
    }

    pub(crate) fn kind(&self) -> Kind {
        self.target.kinds.first().copied().unwrap_or(Kind::None)
    }

    /// Whether its values are bytes, or are sent as such.
    pub(crate) fn can_be_sliced(&self) -> bool {
        let kind = self.kind();
        is_text(kind) || is_bytes(kind) || matches!(kind, Kind::Ipv4 | Kind::Ipv6 | Kind::Guid | Kind::Protocol)
    }
}

impl Checker<'_> {
    /// Whether no field occurs in it, so that it has one value for all packets.
    pub(crate) fn is_constant(&self, tree: &Tree) -> bool {
        tree.is_constant(&|name| self.is_field_name(name))
    }

    /// The value of a term without fields, beside one of this kind.
    pub(crate) fn constant(&mut self, tree: &Tree, target: &Target) -> Result<Term, Problem> {
        let value = match &tree.shape {
            Shape::Braces(inner) => return self.constant(inner, target),
            Shape::Sign(minus, inner) => match (&inner.shape, self.constant_kind(target)) {
                (Shape::Number(_), _) => self.literal(inner, target, *minus)?,
                (_, true) => match self.constant(inner, target)? {
                    Term::Constant(value) if *minus => {
                        let Some(value) = compute::negative(value) else {
                            return fail(&tree.span, "This number does not fit into 64 bits.");
                        };
                        value
                    }
                    other => return Ok(other),
                },
                _ => {
                    let words = type_words(target.kinds.first().copied().unwrap_or(Kind::None));
                    return fail(&tree.span, format!("{} is {words}, which has no sign.", target.name));
                }
            },
            Shape::Sum(first, rest) => {
                let mut value = self.constant(first, target)?;
                let kind = target.kinds.first().copied().unwrap_or(Kind::None);
                for (operator, part) in rest {
                    if !allows(kind, *operator) {
                        let message =
                            format!("{} is {}: {} is not for it.", target.name, type_words(kind), sign(*operator));
                        return fail(&tree.span, message);
                    }
                    let other = self.constant(part, target)?;
                    let (Term::Constant(a), Term::Constant(b)) = (&value, &other) else {
                        return fail(&part.span, "This cannot be computed beforehand.");
                    };
                    let zero = matches!(b, Operand::Integer(0));
                    let Some(result) = compute::calculate(*operator, a, b) else {
                        return fail(
                            &tree.span,
                            match operator {
                                Operator::Divide | Operator::Remainder if zero => "Here is a division by zero.",
                                _ => "This has no result that fits into 64 bits.",
                            },
                        );
                    };
                    value = Term::Constant(result);
                }
                return Ok(value);
            }
            Shape::Call(..) => return self.call(tree, Some(target)).map(|typed| typed.term),
            _ => self.literal(tree, target, false)?,
        };
        Ok(Term::Constant(value))
    }

    fn constant_kind(&self, target: &Target) -> bool {
        target.kinds.iter().any(|kind| is_number(*kind))
    }

    fn literal(&mut self, tree: &Tree, target: &Target, negative: bool) -> Result<Operand<'static>, Problem> {
        match target.convert(&tree.shape, negative) {
            Ok(literal) => {
                if let Some(liberty) = literal.liberty {
                    let problem = Problem::new(liberty.message, tree.span.clone());
                    self.liberties.push(match liberty.instead {
                        Some(instead) => problem.instead(format!("Use {instead}"), instead),
                        None => problem,
                    });
                }
                Ok(literal.value)
            }
            Err(reason) => fail(&tree.span, reason),
        }
    }

    /// A term in which a field occurs; a literal only where `wish` says what it becomes.
    pub(crate) fn term(&mut self, tree: &Tree, wish: Option<&Target>) -> Result<Typed, Problem> {
        if let Some(wish) = wish
            && self.is_constant(tree)
        {
            return Ok(Typed::new(self.constant(tree, wish)?, wish.clone(), tree));
        }
        match &tree.shape {
            Shape::Word(_) | Shape::Name(_) | Shape::Layer(..) | Shape::Raw(_) => {
                let (source, target) = self.source(tree)?;
                Ok(Typed::new(Term::Instances(source), target, tree))
            }
            Shape::Reference(field) => self.reference(tree, field),
            Shape::Braces(inner) => self.term(inner, wish),
            Shape::Slice(inner, pieces) => {
                let word = matches!(&inner.shape, Shape::Word(_));
                if !word && self.is_constant(inner) {
                    return fail(&inner.span, "Only a field can be sliced.");
                }
                let typed = self.term(inner, None)?;
                if !typed.can_be_sliced() {
                    let (name, words) = (&typed.target.name, type_words(typed.kind()));
                    return fail(&inner.span, format!("{name} is {words} and has no slices; @{name} has."));
                }
                let kind = if is_text(typed.kind()) { Kind::Text } else { Kind::Bytes };
                let target = Target::of(kind, format!("a slice of {}", typed.target.name));
                Ok(Typed::new(Term::Slice(Box::new(typed.term), pieces.clone()), target, tree))
            }
            Shape::Sign(minus, inner) => {
                let typed = self.term(inner, wish)?;
                if !is_number(typed.kind()) {
                    let words = type_words(typed.kind());
                    return fail(&inner.span, format!("{} is {words}, which has no sign.", typed.target.name));
                }
                let target = Target { labels: Vec::new(), ..typed.target };
                let term = if *minus { Term::Negative(Box::new(typed.term)) } else { typed.term };
                Ok(Typed::new(term, target, tree))
            }
            Shape::Sum(first, rest) => self.sum(tree, first, rest),
            Shape::Call(..) => self.call(tree, wish),
            Shape::Number(_) | Shape::Text(..) | Shape::Char(_) | Shape::Missing => {
                fail(&tree.span, "A field is wanted here, not a fixed value.")
            }
            _ => fail(&tree.span, "The result of a test is no value to compute or compare with."),
        }
    }

    /// The values of a field in the selected packet.
    fn reference(&mut self, tree: &Tree, field: &Tree) -> Result<Typed, Problem> {
        // The packets that are filtered need not have the field noted: only the selected one does.
        let needed = std::mem::take(&mut self.needs);
        let found = self.source(field);
        let referred = std::mem::replace(&mut self.needs, needed);
        let (source, target) = found?;
        self.refers.extend(referred);
        if matches!(target.kinds.as_slice(), [Kind::Protocol] | [Kind::None]) {
            let words = type_words(target.kinds.first().copied().unwrap_or(Kind::None));
            return fail(&field.span, format!("{} is {words}: a reference names a field with a value.", target.name));
        }
        Ok(Typed::new(Term::Reference(Reference { source, values: Vec::new() }), target, tree))
    }

    /// Operations of one precedence; their kind is that of the first operand with a field.
    fn sum(&mut self, tree: &Tree, first: &Tree, rest: &[(Operator, Tree)]) -> Result<Typed, Problem> {
        let operands = || std::iter::once(first).chain(rest.iter().map(|(_, tree)| tree));
        let Some(leading) = operands().find(|operand| !self.is_constant(operand)) else {
            return fail(&tree.span, "This is the same for every packet: a test needs a field.");
        };
        let leading = self.term(leading, None)?;
        let kind = leading.kind();
        let target = Target { labels: Vec::new(), ..leading.target.clone() };
        let mut part = |operand: &Tree, operator: Option<Operator>| -> Result<Term, Problem> {
            let scalar = matches!(operator, Some(Operator::Multiply | Operator::Divide))
                && matches!(kind, Kind::Time | Kind::Duration);
            let scale = Target { kinds: vec![Kind::Int(64), Kind::Double], ..target.clone() };
            if self.is_constant(operand) {
                return self.constant(operand, if scalar { &scale } else { &target });
            }
            let typed = self.term(operand, None)?;
            let fits = if scalar { is_integer(typed.kind()) } else { adds(kind, typed.kind()) };
            if fits { Ok(typed.term) } else { fail(&operand.span, incomparable(&leading, &typed)) }
        };
        let start = part(first, None)?;
        let mut parts = Vec::new();
        for (operator, operand) in rest {
            if !allows(kind, *operator) {
                let message = format!("{} is {}: {} is not for it.", target.name, type_words(kind), sign(*operator));
                return fail(&leading.span, message);
            }
            parts.push((*operator, part(operand, Some(*operator))?));
        }
        Ok(Typed::new(Term::Sum(Box::new(start), parts), target, tree))
    }
}

pub(crate) fn is_integer(kind: Kind) -> bool {
    matches!(kind, Kind::Uint(..) | Kind::Int(_) | Kind::Char | Kind::Frame)
}

pub(crate) fn is_float(kind: Kind) -> bool {
    matches!(kind, Kind::Float | Kind::Double)
}

pub(crate) fn is_number(kind: Kind) -> bool {
    is_integer(kind) || is_float(kind) || matches!(kind, Kind::Time | Kind::Duration)
}

pub(crate) fn is_text(kind: Kind) -> bool {
    matches!(kind, Kind::Text | Kind::TextZ)
}

pub(crate) fn is_bytes(kind: Kind) -> bool {
    matches!(kind, Kind::Bytes | Kind::Ether | Kind::Eui64 | Kind::Oid)
}

/// Whether values of two fields can be compared; a truth value counts as a number only on the right.
pub(crate) fn compatible(a: Kind, b: Kind) -> bool {
    is_integer(a) && (is_integer(b) || matches!(b, Kind::Bool(_)))
        || matches!((a, b), (Kind::Bool(_), Kind::Bool(_)))
        || is_float(a) && is_float(b)
        || is_text(a) && is_text(b)
        || is_bytes(a) && is_bytes(b)
        || a == b && a != Kind::None
}

/// Whether two kinds can stand in one sum.
fn adds(a: Kind, b: Kind) -> bool {
    compatible(a, b) || a == Kind::Time && b == Kind::Duration
}

fn allows(kind: Kind, operator: Operator) -> bool {
    match operator {
        Operator::BitAnd => is_integer(kind) || is_bytes(kind) || matches!(kind, Kind::Ipv4 | Kind::Ipv6),
        Operator::Remainder => is_integer(kind),
        _ => is_number(kind),
    }
}

fn sign(operator: Operator) -> &'static str {
    match operator {
        Operator::BitAnd => "&",
        Operator::Add => "+",
        Operator::Subtract => "-",
        Operator::Multiply => "*",
        Operator::Divide => "/",
        Operator::Remainder => "%",
    }
}

/// A kind as messages name it, with its article.
pub(crate) fn type_words(kind: Kind) -> String {
    let words = kind.words();
    match (kind, words.chars().next()) {
        (Kind::Text | Kind::TextZ | Kind::Bytes | Kind::Bool(_), _) => words,
        (Kind::Uint(..), _) => format!("an {words}"),
        (_, Some('I' | 'o')) => format!("an {words}"),
        _ => format!("a {words}"),
    }
}
