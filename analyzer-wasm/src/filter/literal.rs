//! Turns what is written in a filter into a value of the kind that the other side of the test has.

use super::date;
use super::operand::Operand;
use super::parse::short;
use super::tree::Shape;
use crate::field::{Kind, Values};
use std::net::{Ipv4Addr, Ipv6Addr};

/// What a literal is to become.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    /// The kinds of the fields of this name; the first that takes the literal counts.
    pub kinds: Vec<Kind>,
    /// Names that the field's values have.
    pub labels: Vec<Values>,
    /// What messages call it.
    pub name: String,
    /// Whether a part of a MAC address will do, as in a search.
    pub part: bool,
}

/// A literal that was understood.
pub(crate) struct Literal {
    pub value: Operand<'static>,
    /// What only we accept.
    pub liberty: Option<Liberty>,
}

/// What only we accept, in words, and what to write instead where that is known.
pub(crate) struct Liberty {
    pub message: String,
    pub instead: Option<String>,
}

impl Liberty {
    /// An address in quotes.
    fn quotes(unquoted: &str) -> Option<Liberty> {
        Some(Liberty { message: "Wireshark wants addresses without quotes.".into(), instead: Some(unquoted.into()) })
    }
}

impl Target {
    pub(crate) fn of(kind: Kind, name: impl Into<String>) -> Target {
        Target { kinds: vec![kind], labels: Vec::new(), name: name.into(), part: false }
    }

    /// The value of a literal, or why it has none.
    pub(crate) fn convert(&self, literal: &Shape, negative: bool) -> Result<Literal, String> {
        let mut first = None;
        for kind in &self.kinds {
            match self.read(*kind, literal, negative) {
                Ok(value) => return Ok(value),
                Err(reason) => first = first.or(Some(reason)),
            }
        }
        Err(first.unwrap_or_else(|| format!("{} has no values to compare with.", self.name)))
    }

    fn read(&self, kind: Kind, literal: &Shape, negative: bool) -> Result<Literal, String> {
        let plain = |value| Ok(Literal { value, liberty: None });
        let bytes = |bytes: Vec<u8>| plain(Operand::Bytes(bytes.into()));
        let name = &self.name;
        let wants = |what: &str| Err(format!("{name} is {what}, not {}.", spoken(literal)));
        match (kind, literal) {
            (Kind::Uint(..) | Kind::Int(_) | Kind::Char | Kind::Frame | Kind::Bool(_), Shape::Text(text, _)) => {
                self.named(kind, &String::from_utf8_lossy(text))
            }
            (Kind::Bool(_), Shape::Word(word)) if word.eq_ignore_ascii_case("true") => plain(Operand::Integer(1)),
            (Kind::Bool(_), Shape::Word(word)) if word.eq_ignore_ascii_case("false") => plain(Operand::Integer(0)),
            (Kind::Uint(..) | Kind::Int(_) | Kind::Char | Kind::Frame | Kind::Bool(_), Shape::Word(word)) => {
                self.named(kind, word)
            }
            (Kind::Bool(_), Shape::Number(_)) if negative => wants("true or false"),
            (Kind::Bool(_), Shape::Number(written)) => match whole(written) {
                Some(value) => plain(Operand::Integer((value != 0).into())),
                None => wants("true or false"),
            },
            (Kind::Bool(_), Shape::Char(value)) => plain(Operand::Integer((*value != 0).into())),
            (Kind::Uint(..) | Kind::Int(_) | Kind::Char | Kind::Frame, Shape::Number(written)) => {
                let Some(value) = whole(written) else { return wants("a whole number") };
                self.in_range(kind, written, value, negative).and_then(plain)
            }
            (Kind::Uint(..) | Kind::Int(_) | Kind::Char | Kind::Frame, Shape::Char(value)) => {
                plain(Operand::Integer((*value).into()))
            }
            (Kind::Float | Kind::Double, Shape::Number(written)) => match real(written) {
                Some(value) => plain(Operand::Float(if negative { -value } else { value })),
                None => wants("a number"),
            },
            (Kind::Float | Kind::Double, Shape::Word(word)) => {
                let value = match word.to_ascii_lowercase().as_str() {
                    "inf" | "infinity" => f64::INFINITY,
                    "nan" => f64::NAN,
                    _ => return wants("a number"),
                };
                plain(Operand::Float(if negative { -value } else { value }))
            }
            (Kind::Float | Kind::Double, _) => wants("a number"),
            (Kind::Text | Kind::TextZ, Shape::Word(word)) => plain(Operand::Text(word.clone().into_bytes().into())),
            (Kind::Text | Kind::TextZ, Shape::Text(text, _)) => plain(Operand::Text(text.clone().into())),
            (Kind::Text | Kind::TextZ, Shape::Char(value)) => plain(Operand::Text(character(*value).into())),
            (Kind::Text | Kind::TextZ, Shape::Number(number)) => {
                Err(format!("{name} is text: write \"{number}\" in double quotes."))
            }
            (Kind::Ether | Kind::Eui64, Shape::Word(word) | Shape::Number(word)) => {
                let (what, length, example) = hardware(kind);
                match hex(word) {
                    Some(read) if read.len() == length || self.part && read.len() < length => bytes(read),
                    Some(read) if matches!(literal, Shape::Word(_)) => {
                        Err(format!("{what} has {length} bytes, {} has {}.", short(word), read.len()))
                    }
                    _ => wants(example),
                }
            }
            (Kind::Ether | Kind::Eui64, Shape::Text(text, _)) => {
                let (_, length, example) = hardware(kind);
                match std::str::from_utf8(text).ok().and_then(hex) {
                    Some(read) if read.len() == length => Ok(Literal {
                        value: Operand::Bytes(read.into()),
                        liberty: Liberty::quotes(&String::from_utf8_lossy(text)),
                    }),
                    _ => wants(example),
                }
            }
            (Kind::Ether | Kind::Eui64, _) => wants(hardware(kind).2),
            (Kind::Bytes | Kind::Protocol, Shape::Word(word)) => match hex(word) {
                Some(read) => bytes(read),
                None => Err(format!(
                    "{} is no byte string: write bytes as 48:45:41:44 and text in double quotes.",
                    short(word)
                )),
            },
            (Kind::Bytes | Kind::Protocol, Shape::Text(text, _)) => bytes(text.clone()),
            (Kind::Bytes | Kind::Protocol, Shape::Char(value)) => match u8::try_from(*value) {
                Ok(byte) => bytes(vec![byte]),
                Err(_) => Err("This character is more than one byte.".into()),
            },
            (Kind::Bytes, Shape::Number(written)) => match whole(written).map(u8::try_from) {
                Some(Ok(byte)) if !negative => bytes(vec![byte]),
                _ => Err(format!("{written} is no byte, which is 0 to 255; write several bytes as 48:45:41:44.")),
            },
            (Kind::Protocol, _) => wants("a protocol: compare one of its fields"),
            (Kind::Ipv4 | Kind::Ipv6, Shape::Word(word)) => self.address(kind, word).and_then(plain),
            (Kind::Ipv4 | Kind::Ipv6, Shape::Text(text, _)) => {
                let value = self.address(kind, &String::from_utf8_lossy(text))?;
                Ok(Literal { value, liberty: Liberty::quotes(&String::from_utf8_lossy(text)) })
            }
            (Kind::Ipv4, _) => wants("an IPv4 address"),
            (Kind::Ipv6, _) => wants("an IPv6 address"),
            (Kind::Time, Shape::Number(written)) => match date::seconds(written) {
                Some(value) => plain(Operand::Time(if negative { -value } else { value })),
                None => wants("a date and time"),
            },
            (Kind::Time, Shape::Word(word)) => date::parse(word).map(Operand::Time).and_then(plain),
            (Kind::Time, Shape::Text(text, _)) => {
                date::parse(&String::from_utf8_lossy(text)).map(Operand::Time).and_then(plain)
            }
            (Kind::Duration, Shape::Number(written)) => match date::seconds(written) {
                Some(value) => plain(Operand::Time(if negative { -value } else { value })),
                None => wants("a time in seconds"),
            },
            (Kind::Time, _) => wants("a date and time"),
            (Kind::Duration, _) => wants("a time in seconds"),
            (Kind::Guid, Shape::Word(word)) => match guid(word) {
                Some(read) => bytes(read),
                None => wants("a GUID, such as 12345678-1234-1234-1234-123456789abc"),
            },
            (Kind::Guid, _) => wants("a GUID"),
            (Kind::Oid, Shape::Word(word) | Shape::Number(word)) => match oid(word) {
                Some(read) => bytes(read),
                None => wants("an object identifier, such as 2.5.4.3"),
            },
            (Kind::Oid, _) => wants("an object identifier"),
            (Kind::None, _) => Err(format!("{name} has no value: it is only there or not.")),
            (_, _) => wants(&kind.words()),
        }
    }

    fn in_range(&self, kind: Kind, written: &str, value: u128, negative: bool) -> Result<Operand<'static>, String> {
        let bits = u32::from(kind.bits()).clamp(1, 64);
        let most = match kind {
            Kind::Int(_) if negative => 1u128 << (bits - 1),
            Kind::Int(_) => (1u128 << (bits - 1)) - 1,
            _ => (1u128 << bits) - 1,
        };
        if value > most {
            let (sign, bound) = if negative && matches!(kind, Kind::Int(_)) { ("-", "least") } else { ("", "most") };
            return Err(format!("{sign}{written} does not fit: {} is at {bound} {sign}{most}.", self.name));
        }
        let value = value as i128;
        Ok(Operand::Integer(if negative { -value } else { value }))
    }

    /// What a name stands for; it may be the part of one before its explanation, as `AAAA` for `AAAA (IPv6 Address)`.
    fn named(&self, kind: Kind, label: &str) -> Result<Literal, String> {
        let reason = match self.label(kind, label) {
            Ok(value) => return Ok(Literal { value, liberty: None }),
            Err(reason) => reason,
        };
        let begins = |name: &&str| {
            let (short, rest) = name.split_at_checked(label.len()).unwrap_or((name, ""));
            short.eq_ignore_ascii_case(label) && rest.starts_with(" (")
        };
        let names = self.labels.iter().flat_map(|labels| match labels {
            Values::Names(names) => *names,
            _ => &[],
        });
        let mut fitting: Vec<&str> = names.map(|(_, name)| *name).filter(begins).collect();
        fitting.dedup();
        let [name] = fitting.as_slice() else { return Err(reason) };
        let value = self.label(kind, name)?;
        let message = format!("Wireshark wants the whole name of this value: \"{name}\".");
        Ok(Literal { value, liberty: Some(Liberty { message, instead: Some(format!("\"{name}\"")) }) })
    }

    /// The number or numbers that a name stands for.
    fn label(&self, kind: Kind, label: &str) -> Result<Operand<'static>, String> {
        let mut ranges: Vec<(i128, i128)> = Vec::new();
        let mut add = |low: u64, high: u64, name: &str| {
            let range = (i128::from(low), i128::from(high));
            if name.eq_ignore_ascii_case(label) && !ranges.contains(&range) {
                ranges.push(range);
            }
        };
        // Truth values are also called by these, whatever their field calls them.
        let usual = matches!(kind, Kind::Bool(_)).then_some(&Values::Flag("True", "False"));
        for labels in self.labels.iter().chain(usual) {
            match labels {
                Values::Names(names) => names.iter().for_each(|(value, name)| add(*value, *value, name)),
                Values::Ranges(names) => names.iter().for_each(|(low, high, name)| add(*low, *high, name)),
                Values::Flag(yes, no) => {
                    add(1, 1, yes);
                    add(0, 0, no);
                }
                Values::None | Values::Unit(_) => {}
            }
        }
        if let (true, [Values::Flag(yes, no)]) = (ranges.is_empty(), self.labels.as_slice()) {
            return Err(format!("{} is \"{yes}\" or \"{no}\", not {}.", self.name, short(label)));
        }
        match ranges.as_slice() {
            [] if self.has_labels() => Err(format!("{} is no name of a value of {}.", short(label), self.name)),
            [] if matches!(kind, Kind::Bool(_)) => {
                Err(format!("{} is true or false, not {}.", self.name, short(label)))
            }
            [] => Err(format!("{} is a number, not {}.", self.name, short(label))),
            [(low, high)] if low == high => Ok(Operand::Integer(*low)),
            _ => Ok(Operand::Labelled(ranges)),
        }
    }

    /// Whether its values have names.
    pub(crate) fn has_labels(&self) -> bool {
        self.labels.iter().any(|labels| !matches!(labels, Values::None | Values::Unit(_)))
    }

    fn address(&self, kind: Kind, word: &str) -> Result<Operand<'static>, String> {
        let (address, prefix) = word.split_once('/').map_or((word, None), |(address, bits)| (address, Some(bits)));
        let (kind_words, example, widest) = match kind {
            Kind::Ipv6 => ("an IPv6 address", "fe80::1 or fe80::/10", 128u8),
            _ => ("an IPv4 address", "10.0.2.15 or 10.0.2.0/24", 32u8),
        };
        let bits = match prefix {
            None => widest,
            Some(bits) => match bits.parse::<u8>() {
                Ok(bits) if bits <= widest => bits,
                Ok(_) => return Err(format!("The prefix /{bits} is longer than the {widest} bits of the address.")),
                Err(_) => return Err(format!("The prefix is a number of bits, as in {example}.")),
            },
        };
        let wrong = || format!("{} is {kind_words}, such as {example}, not {}.", self.name, short(word));
        match kind {
            Kind::Ipv6 => address.parse::<Ipv6Addr>().map(|read| Operand::Ipv6(read.into(), bits)),
            _ => address.parse::<Ipv4Addr>().map(|read| Operand::Ipv4(read.into(), bits)),
        }
        .map_err(|_| wrong())
    }
}

/// What a hardware address of this kind is called, how many bytes it has, and how it is written.
fn hardware(kind: Kind) -> (&'static str, usize, &'static str) {
    match kind {
        Kind::Eui64 => ("An EUI-64 address", 8, "an EUI-64 address, such as 52:54:00:ff:fe:12:34:56"),
        _ => ("A MAC address", 6, "a MAC address, such as 52:54:00:12:34:56"),
    }
}

/// A literal as messages name it.
pub(crate) fn spoken(literal: &Shape) -> String {
    match literal {
        Shape::Word(word) | Shape::Number(word) | Shape::Name(word) => short(word),
        Shape::Text(text, _) => format!("the text {}", short(&String::from_utf8_lossy(text))),
        Shape::Char(_) => "a character".into(),
        _ => "this".into(),
    }
}

/// An integer as C writes it; nothing for a number with a point or an exponent.
pub(crate) fn whole(written: &str) -> Option<u128> {
    let lower = written.to_ascii_lowercase();
    if let Some(digits) = lower.strip_prefix("0x") {
        return u128::from_str_radix(digits, 16).ok();
    }
    if let Some(digits) = lower.strip_prefix("0b") {
        return u128::from_str_radix(digits, 2).ok();
    }
    match lower.strip_prefix('0') {
        Some(digits) if !digits.is_empty() => u128::from_str_radix(digits, 8).ok(),
        _ => lower.parse().ok(),
    }
}

/// A number with or without a point.
pub(crate) fn real(written: &str) -> Option<f64> {
    if let Some(value) = whole(written) {
        return Some(value as f64);
    }
    let Some(digits) = written.strip_prefix("0x").or_else(|| written.strip_prefix("0X")) else {
        return written.parse().ok();
    };
    let (mantissa, exponent) = digits.split_once(['p', 'P'])?;
    let exponent: i32 = exponent.parse().ok()?;
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digit = |value: f64, c: char| value * 16.0 + f64::from(c.to_digit(16).unwrap_or(0));
    let value = whole.chars().chain(part.chars()).fold(0.0, digit);
    Some(value * 2f64.powi(exponent.saturating_sub(4 * i32::try_from(part.len()).ok()?)))
}

/// Bytes written in hexadecimal, with or without something between them.
pub(crate) fn hex(written: &str) -> Option<Vec<u8>> {
    let written = written.strip_prefix(':').unwrap_or(written);
    let written = written.strip_suffix([':', '-', '.']).unwrap_or(written);
    let mut bytes = Vec::new();
    for group in written.split([':', '-', '.', ' ']) {
        if group.is_empty()
            || !group.bytes().all(|byte| byte.is_ascii_hexdigit())
            || group.len() > 1 && group.len() % 2 == 1
        {
            return None;
        }
        let digits = group.as_bytes().chunks(2);
        bytes.extend(digits.filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()));
    }
    Some(bytes)
}

fn guid(written: &str) -> Option<Vec<u8>> {
    let groups: Vec<usize> = written.split('-').map(str::len).collect();
    if groups != [8, 4, 4, 4, 12] { None } else { hex(written) }
}

/// An object identifier as BER encodes it (X.690, section 8.19).
fn oid(written: &str) -> Option<Vec<u8>> {
    let numbers: Vec<u64> = written.split('.').map(|number| number.parse().ok()).collect::<Option<_>>()?;
    let (first, second) = (*numbers.first()?, *numbers.get(1)?);
    let joined = first.checked_mul(40)?.checked_add(second)?;
    let mut bytes = Vec::new();
    for number in std::iter::once(joined).chain(numbers.into_iter().skip(2)) {
        let groups = (1..=10).find(|groups| number.checked_shr(7 * groups).unwrap_or(0) == 0)?;
        for group in (0..groups).rev() {
            let more = if group > 0 { 0x80 } else { 0 };
            bytes.push((number >> (7 * group) & 0x7f) as u8 | more);
        }
    }
    Some(bytes)
}

fn character(value: u32) -> Vec<u8> {
    match char::from_u32(value).filter(|c| !c.is_ascii() || value < 0x80) {
        Some(c) => c.to_string().into_bytes(),
        None => vec![value as u8],
    }
}
