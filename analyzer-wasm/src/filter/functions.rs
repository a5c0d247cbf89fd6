//! The functions of filters: each is one definition, from its name to the words that it is read aloud in.

mod addresses;
mod call;

pub(super) use call::results;

use super::operand::{Operand, ValueOrder};
use super::plan::{Aspect, Term};
use super::terms::{Typed, is_float, is_integer, is_number, is_text};
use crate::field::{Base, Field, Kind};
use crate::value::{Datum, write_datum};
use addresses::{Block, special, within};
use std::cmp::Ordering;

/// A function: its arguments, its result, and its description.
#[derive(Debug)]
pub(crate) struct Function {
    pub name: &'static str,
    pub arguments: Arguments,
    /// Whether it is for such an argument; not asked where it takes several.
    pub fits: fn(&Typed) -> bool,
    pub result: ResultKind,
    pub action: Action,
    pub words: Words,
}

/// How many arguments a function takes, and what a fixed value among them is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arguments {
    /// One, which a field must occur in.
    Field,
    /// One, where a fixed value is text.
    Text,
    /// One, where a fixed value is what the result is compared with.
    Same,
    /// One or more of one kind, fixed values too.
    Several,
}

/// The kind of a function's results.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ResultKind {
    /// Always this one.
    Kind(Kind),
    /// That of its argument.
    Same,
}

/// What a function computes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Action {
    /// Makes a value of each value of its argument, whose kind it gets; nothing where there is none.
    Each(for<'k> fn(Kind, Operand<'k>) -> Option<Operand<'k>>),
    /// Makes one value of all values of all arguments, one after the other, beginning with this number or with nothing.
    Fold(Option<i128>, for<'k> fn(Option<Operand<'k>>, Operand<'k>) -> Operand<'k>),
    /// Looks at its field in another way.
    Aspect(Aspect),
}

/// The description of a function; `{}` stands for its arguments.
#[derive(Debug)]
pub(crate) struct Words {
    /// What it yields, for whoever looks for one.
    pub meaning: &'static str,
    /// Its result as a part of a sentence.
    pub noun: &'static str,
    /// The same for more than one argument.
    pub of_several: &'static str,
    /// The same for a protocol.
    pub of_protocol: Option<&'static str>,
    /// What its argument is where the result is true.
    pub holds: Option<&'static str>,
    /// The message about an argument that it is not for; `{name}` is the function's and `{kind}` the argument's.
    pub refusal: &'static str,
}

impl Words {
    const fn new(meaning: &'static str, noun: &'static str) -> Words {
        Words {
            meaning,
            noun,
            of_several: noun,
            of_protocol: None,
            holds: None,
            refusal: "{name} is not for {} ({kind}).",
        }
    }
}

/// Results that are counted.
const NUMBER: ResultKind = ResultKind::Kind(Kind::Uint(32, Base::Dec));
const TEXT: ResultKind = ResultKind::Kind(Kind::Text);
const TRUTH: ResultKind = ResultKind::Kind(Kind::Bool(8));

/// All functions.
pub(crate) static FUNCTIONS: &[Function] = &[
    Function {
        name: "len",
        arguments: Arguments::Field,
        fits: Typed::can_be_sliced,
        result: NUMBER,
        action: Action::Each(length),
        words: Words::new("how long a value is", "the length of {}"),
    },
    Function {
        name: "count",
        arguments: Arguments::Field,
        fits: is_field,
        result: NUMBER,
        action: Action::Fold(Some(0), |count, _| match count {
            Some(Operand::Integer(count)) => Operand::Integer(count + 1),
            _ => Operand::Integer(1),
        }),
        words: Words {
            of_protocol: Some("the number of {} layers"),
            ..Words::new("how often a field occurs", "the number of values of {}")
        },
    },
    Function {
        name: "string",
        arguments: Arguments::Field,
        fits: |argument| {
            let kind = argument.kind();
            let named = matches!(kind, Kind::Ipv4 | Kind::Ipv6 | Kind::Ether | Kind::Eui64 | Kind::Guid | Kind::Oid);
            named || is_float(kind) || is_integer(kind) && kind != Kind::Char
        },
        result: TEXT,
        action: Action::Each(|kind, value| text(written(kind, &value))),
        words: Words::new("a value as text", "{} as text"),
    },
    Function {
        name: "lower",
        arguments: Arguments::Text,
        fits: |argument| is_text(argument.kind()),
        result: TEXT,
        action: Action::Each(|_, value| match value {
            Operand::Text(text) => Some(Operand::Text(text.to_ascii_lowercase().into())),
            _ => None,
        }),
        words: Words::new("text in small letters", "{} in small letters"),
    },
    Function {
        name: "upper",
        arguments: Arguments::Text,
        fits: |argument| is_text(argument.kind()),
        result: TEXT,
        action: Action::Each(|_, value| match value {
            Operand::Text(text) => Some(Operand::Text(text.to_ascii_uppercase().into())),
            _ => None,
        }),
        words: Words::new("text in capitals", "{} in capitals"),
    },
    Function {
        name: "max",
        arguments: Arguments::Several,
        fits: |_| true,
        result: ResultKind::Same,
        action: Action::Fold(None, |best, value| better(best, value, Ordering::Greater)),
        words: Words { of_several: "the greatest of {}", ..Words::new("the greatest value", "the greatest {}") },
    },
    Function {
        name: "min",
        arguments: Arguments::Several,
        fits: |_| true,
        result: ResultKind::Same,
        action: Action::Fold(None, |best, value| better(best, value, Ordering::Less)),
        words: Words { of_several: "the least of {}", ..Words::new("the least value", "the least {}") },
    },
    Function {
        name: "abs",
        arguments: Arguments::Same,
        fits: |argument| is_number(argument.kind()) && argument.kind() != Kind::Time,
        result: ResultKind::Same,
        action: Action::Each(|_, value| match value {
            Operand::Integer(value) => Some(Operand::Integer(value.abs())),
            Operand::Time(value) => Some(Operand::Time(value.abs())),
            Operand::Float(value) => Some(Operand::Float(value.abs())),
            _ => None,
        }),
        words: Words::new("a number without its sign", "the magnitude of {}"),
    },
    Function {
        name: "vals",
        arguments: Arguments::Field,
        fits: |argument| is_field(argument) && argument.target.has_labels(),
        result: TEXT,
        action: Action::Aspect(Aspect::Label),
        words: Words {
            refusal: "The values of {} have no names.",
            ..Words::new("the name of a value", "the name of {}")
        },
    },
    Function {
        name: "dec",
        arguments: Arguments::Field,
        fits: is_unsigned_field,
        result: TEXT,
        action: Action::Each(|_, value| text(integer(&value)?.to_string())),
        words: Words::new("a number in decimal digits, as text", "{} in decimal digits"),
    },
    Function {
        name: "hex",
        arguments: Arguments::Field,
        fits: is_unsigned_field,
        result: TEXT,
        action: Action::Each(|kind, value| {
            let digits = usize::from(kind.bits() / 4);
            text(format!("0x{:0digits$x}", integer(&value)?))
        }),
        words: Words::new("a number in hexadecimal digits, as text", "{} in hexadecimal digits"),
    },
    Function {
        name: "float",
        arguments: Arguments::Field,
        fits: |argument| is_number(argument.kind()),
        result: ResultKind::Kind(Kind::Float),
        action: Action::Each(|_, value| Some(Operand::Float(f64::from(number(&value)? as f32)))),
        words: Words::new("a number with a point", "{}"),
    },
    Function {
        name: "double",
        arguments: Arguments::Field,
        fits: |argument| is_number(argument.kind()),
        result: ResultKind::Kind(Kind::Double),
        action: Action::Each(|_, value| number(&value).map(Operand::Float)),
        words: Words::new("a number with a point", "{}"),
    },
    Function {
        name: "ip_linklocal",
        arguments: Arguments::Field,
        fits: is_address,
        result: TRUTH,
        action: Action::Each(|_, value| lies_in(Block::LinkLocal, &value)),
        words: Words {
            holds: Some("link-local"),
            ..Words::new("whether an address is link-local", "ip_linklocal of {}")
        },
    },
    Function {
        name: "ip_multicast",
        arguments: Arguments::Field,
        fits: is_address,
        result: TRUTH,
        action: Action::Each(|_, value| lies_in(Block::Multicast, &value)),
        words: Words {
            holds: Some("multicast"),
            ..Words::new("whether an address is of a group", "ip_multicast of {}")
        },
    },
    Function {
        name: "ip_rfc1918",
        arguments: Arguments::Field,
        fits: |argument| argument.kind() == Kind::Ipv4,
        result: TRUTH,
        action: Action::Each(|_, value| lies_in(Block::Private, &value)),
        words: Words { holds: Some("private"), ..Words::new("whether an IPv4 address is private", "ip_rfc1918 of {}") },
    },
    Function {
        name: "ip_ula",
        arguments: Arguments::Field,
        fits: |argument| argument.kind() == Kind::Ipv6,
        result: TRUTH,
        action: Action::Each(|_, value| lies_in(Block::UniqueLocal, &value)),
        words: Words {
            holds: Some("unique local"),
            ..Words::new("whether an IPv6 address is unique local", "ip_ula of {}")
        },
    },
    Function {
        name: "ip_special_name",
        arguments: Arguments::Field,
        fits: is_address,
        result: TEXT,
        action: Action::Each(|_, value| Some(Operand::Text(special(&value)?.0.as_bytes().into()))),
        words: Words::new("what a special address is for", "ip_special_name of {}"),
    },
    Function {
        name: "ip_special_mask",
        arguments: Arguments::Field,
        fits: is_address,
        result: NUMBER,
        action: Action::Each(|_, value| Some(Operand::Integer(special(&value)?.1.into()))),
        words: Words::new("the properties of a special address, as bits", "ip_special_mask of {}"),
    },
];

impl Function {
    /// The function of this name.
    pub(crate) fn named(name: &str) -> Option<&'static Function> {
        FUNCTIONS.iter().find(|function| function.name == name)
    }
}

fn is_field(argument: &Typed) -> bool {
    matches!(argument.term, Term::Instances(_))
}

fn is_unsigned_field(argument: &Typed) -> bool {
    is_field(argument) && matches!(argument.kind(), Kind::Uint(..))
}

fn is_address(argument: &Typed) -> bool {
    matches!(argument.kind(), Kind::Ipv4 | Kind::Ipv6)
}

fn text<'k>(text: String) -> Option<Operand<'k>> {
    Some(Operand::Text(text.into_bytes().into()))
}

/// Characters of text, bytes of all else.
fn length<'k>(_: Kind, value: Operand<'k>) -> Option<Operand<'k>> {
    let length = match &value {
        // Every byte but those that go on a character begins one.
        Operand::Text(text) => text.iter().filter(|byte| **byte & 0xc0 != 0x80).count(),
        value => value.bytes()?.len(),
    };
    Some(Operand::Integer(length as i128))
}

/// The value, if it stands so to the best before it.
fn better<'k>(best: Option<Operand<'k>>, value: Operand<'k>, wanted: Ordering) -> Operand<'k> {
    match best {
        Some(best) if value.order(&best) != Some(ValueOrder::Known(wanted)) => best,
        _ => value,
    }
}

fn lies_in<'k>(block: Block, value: &Operand<'_>) -> Option<Operand<'k>> {
    Some(Operand::Integer(within(block, value)?.into()))
}

fn integer(value: &Operand<'_>) -> Option<i128> {
    match value {
        Operand::Integer(value) => Some(*value),
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
