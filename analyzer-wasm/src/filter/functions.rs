//! The functions: which there are, what they take and what they make of it.

use super::answer::{Unknown, each};
use super::check::{Checker, fail, incomparable};
use super::literal::Target;
use super::operand::{Operand, Order};
use super::parse::short;
use super::plan::{Block, Function, Source, Term, View};
use super::special::{special, within};
use super::terms::{Typed, compatible, is_float, is_integer, is_number, is_text, type_words};
use super::tree::{Shape, Tree};
use super::{Know, Problem};
use crate::field::{Base, Field, Kind};
use crate::value::{Datum, write_datum};
use std::fmt::Write as _;

/// A function: its name, how many arguments it takes at least and at most.
pub(super) const FUNCTIONS: &[(&str, usize, usize)] = &[
    ("len", 1, 1),
    ("count", 1, 1),
    ("string", 1, 1),
    ("lower", 1, 1),
    ("upper", 1, 1),
    ("max", 1, usize::MAX),
    ("min", 1, usize::MAX),
    ("abs", 1, 1),
    ("vals", 1, 1),
    ("dec", 1, 1),
    ("hex", 1, 1),
    ("float", 1, 1),
    ("double", 1, 1),
    ("ip_linklocal", 1, 1),
    ("ip_multicast", 1, 1),
    ("ip_rfc1918", 1, 1),
    ("ip_ula", 1, 1),
    ("ip_special_name", 1, 1),
    ("ip_special_mask", 1, 1),
];

impl Checker<'_> {
    /// The function of this name over its arguments, and the kind of its result.
    pub(super) fn call(&mut self, tree: &Tree, wish: Option<&Target>) -> Result<Typed, Problem> {
        let Shape::Call(name, place, arguments) = &tree.shape else {
            return fail(&tree.place, "A function is wanted here.");
        };
        let Some((_, least, most)) = FUNCTIONS.iter().find(|(known, _, _)| known == name) else {
            let names: Vec<&str> = FUNCTIONS.iter().map(|(name, _, _)| *name).collect();
            let message = format!("There is no function {}; there are {}.", short(name), names.join(", "));
            return fail(place, message);
        };
        let argument = match arguments.as_slice() {
            [first, ..] if (*least..=*most).contains(&arguments.len()) => first,
            _ if *most == 1 => return fail(&tree.place, format!("{name} takes one argument.")),
            _ => return fail(&tree.place, format!("{name} takes at least one argument.")),
        };
        if matches!(name.as_str(), "max" | "min") {
            let function = if name == "max" { Function::Max } else { Function::Min };
            return self.extreme(tree, function, arguments, wish);
        }
        let text = Target::of(Kind::Text, format!("{name}(…)"));
        let typed = match name.as_str() {
            "lower" | "upper" => self.term(argument, Some(&text))?,
            "abs" => self.term(argument, wish)?,
            _ if self.is_constant(argument) => {
                if let Shape::Word(word) = &argument.shape {
                    return self.unknown(argument, word);
                }
                return fail(&argument.place, format!("{name} wants a field."));
            }
            _ => self.term(argument, None)?,
        };
        if matches!(typed.term, Term::Reference(_)) && name != "abs" {
            let message = format!("Wireshark does not take {name} of a value of the selected packet.");
            self.liberties.push(Problem::new(message, argument.place.clone()));
        }
        let kind = typed.kind();
        let integer = Kind::Uint(32, Base::Dec);
        let is_field = matches!(typed.term, Term::Source(_));
        let unsigned = matches!(kind, Kind::Uint(..));
        let address = matches!(kind, Kind::Ipv4 | Kind::Ipv6);
        let (fits, function, result) = match name.as_str() {
            "len" => (typed.can_be_sliced(), Function::Len, integer),
            "count" => (is_field, Function::Count, integer),
            "string" => {
                let scalar = is_integer(kind) && kind != Kind::Char
                    || is_float(kind)
                    || matches!(kind, Kind::Ipv4 | Kind::Ipv6 | Kind::Ether | Kind::Eui64 | Kind::Guid | Kind::Oid);
                (scalar, Function::Text(kind), Kind::Text)
            }
            "lower" => (is_text(kind), Function::Lower, Kind::Text),
            "upper" => (is_text(kind), Function::Upper, Kind::Text),
            "abs" => (is_number(kind) && kind != Kind::Time, Function::Abs, kind),
            "dec" => (is_field && unsigned, Function::Dec, Kind::Text),
            "hex" => (is_field && unsigned, Function::Hex(kind.bits() / 4), Kind::Text),
            "float" => (is_number(kind), Function::Float, Kind::Float),
            "double" => (is_number(kind), Function::Double, Kind::Double),
            "ip_linklocal" => (address, Function::Within(Block::LinkLocal), Kind::Bool(8)),
            "ip_multicast" => (address, Function::Within(Block::Multicast), Kind::Bool(8)),
            "ip_rfc1918" => (kind == Kind::Ipv4, Function::Within(Block::Private), Kind::Bool(8)),
            "ip_special_name" => (address, Function::SpecialName, Kind::Text),
            "ip_special_mask" => (address, Function::SpecialMask, integer),
            "ip_ula" => (kind == Kind::Ipv6, Function::Within(Block::UniqueLocal), Kind::Bool(8)),
            _ => {
                // vals: the names of the values, in place of the values.
                let labels = typed.target.has_labels();
                return match typed.term {
                    Term::Source(source) if labels => {
                        let term = Term::Source(Source { view: View::Label, ..source });
                        Ok(Typed::new(term, text, tree))
                    }
                    _ => fail(&argument.place, format!("The values of {} have no names.", typed.target.name)),
                };
            }
        };
        if !fits {
            let message = format!("{name} is not for {} ({}).", typed.target.name, type_words(kind));
            return fail(&argument.place, message);
        }
        Ok(Typed::new(Term::Call(function, vec![typed.term]), Target::of(result, format!("{name}(…)")), tree))
    }

    /// `max` and `min`: arguments of one kind, which fixed ones take over.
    fn extreme(
        &mut self,
        tree: &Tree,
        function: Function,
        arguments: &[Tree],
        wish: Option<&Target>,
    ) -> Result<Typed, Problem> {
        let leading = match arguments.iter().find(|argument| !self.is_constant(argument)) {
            Some(argument) => Some(self.term(argument, None)?),
            None => None,
        };
        let Some(target) = leading.as_ref().map(|typed| &typed.target).or(wish).cloned() else {
            return fail(&tree.place, "This is the same for every packet: a test needs a field.");
        };
        let mut terms = Vec::new();
        for argument in arguments {
            let typed = self.term(argument, Some(&target))?;
            if let Some(leading) = &leading
                && !compatible(leading.kind(), typed.kind())
            {
                return fail(&argument.place, incomparable(leading, &typed));
            }
            terms.push(typed.term);
        }
        Ok(Typed::new(Term::Call(function, terms), Target { labels: Vec::new(), ..target }, tree))
    }
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
                        Some(Order::Known(order)) if function == Function::Max => order.is_gt(),
                        Some(Order::Known(order)) => order.is_lt(),
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
        (Function::SpecialName, value) => Some(Operand::Text(special(&value)?.0.as_bytes().into())),
        (Function::SpecialMask, value) => Some(Operand::Integer(special(&value)?.1.into())),
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
