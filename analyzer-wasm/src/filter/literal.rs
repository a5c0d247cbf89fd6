//! Literals: text in a filter to the value that a field of a kind compares with.

use crate::field::{Field, Kind};
use std::net::{Ipv4Addr, Ipv6Addr};

/// A value in a filter, or of a field while a filter is answered.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Val {
    Uint(u64),
    Int(i64),
    Float(f64),
    Text(Vec<u8>),
    Bytes(Vec<u8>),
    /// A protocol's bytes: compared by length first.
    Protocol(Vec<u8>),
    /// Address and prefix length.
    Ipv4(u32, u8),
    Ipv6(u128, u8),
    Time(i64, u32),
    Nothing,
}

/// Reads a word (no quotes) as a value of a field.
pub(super) fn word(field: &Field, word: &str) -> Result<Val, String> {
    match field.kind {
        Kind::Uint(bits, _) => match number(word) {
            Some(value) => in_range(value, bits, word).map(Val::Uint),
            None => label(field, word.as_bytes()).ok_or_else(|| no_number(field, word)),
        },
        Kind::Frame => number(word).map(Val::Uint).ok_or_else(|| no_number(field, word)),
        Kind::Char => number(word).map(Val::Uint).ok_or_else(|| no_number(field, word)),
        Kind::Int(bits) => match number(word) {
            Some(value) if value < 1 << (bits.clamp(1, 64) - 1) => Ok(Val::Int(value as i64)),
            Some(_) => Err(format!("{word} is too large for a signed integer of {bits} bits.")),
            None => label(field, word.as_bytes()).ok_or_else(|| no_number(field, word)),
        },
        Kind::Bool(_) => boolean(field, word),
        Kind::Float | Kind::Double => {
            word.parse().map(Val::Float).map_err(|_| format!("`{word}` is no number; {} takes one.", field.name))
        }
        Kind::Text | Kind::TextZ | Kind::Oid => match number(word) {
            Some(_) if field.kind != Kind::Oid => {
                Err(format!("{} is text. Put the value between quotation marks.", field.name))
            }
            _ => Ok(Val::Text(word.as_bytes().to_vec())),
        },
        Kind::Bytes | Kind::Ether | Kind::Guid => {
            let bytes = byte_string(word).ok_or_else(|| {
                let example = if field.kind == Kind::Ether { "52:54:00:12:34:56" } else { "0a:ff:1b" };
                format!("`{word}` is no row of bytes; {} takes them as `{example}`.", field.name)
            })?;
            match (field.kind, bytes.len()) {
                (Kind::Ether, length) if length != 6 => {
                    Err(format!("{} takes a MAC address of six bytes; `{word}` has {length}.", field.name))
                }
                _ => Ok(Val::Bytes(bytes)),
            }
        }
        Kind::Protocol => byte_string(word).map(Val::Protocol).ok_or_else(|| {
            format!("{} is a protocol, with no value to compare with `{word}`. Name one of its fields.", field.name)
        }),
        Kind::Ipv4 => ipv4(word).map_err(|why| why.unwrap_or_else(|| address(field, word, "IPv4", "192.0.2.7"))),
        Kind::Ipv6 => ipv6(word).map_err(|why| why.unwrap_or_else(|| address(field, word, "IPv6", "2001:db8::7"))),
        Kind::Time => moment(word).map(|(s, n)| Val::Time(s, n)).ok_or_else(|| no_time(field, word)),
        Kind::Duration => {
            duration(word).map(|(s, n)| Val::Time(s, n)).ok_or_else(|| format!("`{word}` is no number of seconds."))
        }
        Kind::None => Err(format!("{} has no value: it is only present or absent.", field.name)),
    }
}

/// Reads a quoted text as a value of a field.
pub(super) fn text(field: &Field, text: &[u8]) -> Result<Val, String> {
    let shown = String::from_utf8_lossy(text);
    match field.kind {
        Kind::Text | Kind::TextZ | Kind::Oid => Ok(Val::Text(text.to_vec())),
        Kind::Bytes => Ok(Val::Bytes(text.to_vec())),
        Kind::Protocol => Ok(Val::Protocol(text.to_vec())),
        Kind::Time => moment(&shown).map(|(s, n)| Val::Time(s, n)).ok_or_else(|| no_time(field, &shown)),
        Kind::Duration => {
            duration(&shown).map(|(s, n)| Val::Time(s, n)).ok_or_else(|| format!("`{shown}` is no number of seconds."))
        }
        Kind::Bool(_) => boolean(field, &shown),
        Kind::Ipv4 | Kind::Ipv6 | Kind::Ether => {
            Err(format!("{} takes {} without quotation marks.", field.name, field.kind.words()))
        }
        Kind::None => Err(format!("{} has no value: it is only present or absent.", field.name)),
        _ => label(field, text).ok_or_else(|| {
            format!("{} takes {}; it has no value with the name `{shown}`.", field.name, field.kind.words())
        }),
    }
}

/// Reads a character as a value of a field.
pub(super) fn character(field: &Field, code: u32) -> Result<Val, String> {
    match field.kind {
        Kind::Uint(bits, _) => in_range(code.into(), bits, "The character").map(Val::Uint),
        Kind::Char | Kind::Frame => Ok(Val::Uint(code.into())),
        Kind::Bool(_) => Ok(Val::Uint(u64::from(code != 0))),
        Kind::Int(_) => Ok(Val::Int(code.into())),
        Kind::Text | Kind::TextZ => {
            Ok(Val::Text(char::from_u32(code).map(|c| c.to_string().into_bytes()).unwrap_or_default()))
        }
        Kind::Bytes => Ok(Val::Bytes(vec![code as u8])),
        Kind::Protocol => Ok(Val::Protocol(vec![code as u8])),
        _ => Err(format!("{} takes {}, no character.", field.name, field.kind.words())),
    }
}

/// A number in any base: decimal, `0x`, `0b`, or octal with a leading zero.
pub(super) fn number(word: &str) -> Option<u64> {
    let lower = word.to_ascii_lowercase();
    let (digits, base) = if let Some(hex) = lower.strip_prefix("0x") {
        (hex, 16)
    } else if let Some(binary) = lower.strip_prefix("0b") {
        (binary, 2)
    } else if lower.len() > 1 && lower.starts_with('0') {
        (lower.trim_start_matches('0'), 8)
    } else {
        (lower.as_str(), 10)
    };
    if digits.is_empty() && base == 8 {
        return Some(0);
    }
    (!digits.starts_with('+')).then(|| u64::from_str_radix(digits, base).ok()).flatten()
}

fn in_range(value: u64, bits: u8, shown: &str) -> Result<u64, String> {
    let most = if bits >= 64 { u64::MAX } else { (1 << bits) - 1 };
    if value > most { Err(format!("{shown} is too large for this field; the largest is {most}.")) } else { Ok(value) }
}

fn no_number(field: &Field, word: &str) -> String {
    let labels =
        if matches!(field.values, crate::field::Values::Names(_)) { ", or the name of one of its values" } else { "" };
    format!("{} takes a number{labels}; `{word}` is none.", field.name)
}

fn no_time(field: &Field, word: &str) -> String {
    format!("`{word}` is no date and time; {} takes one as `2026-11-23 14:03:00` or in seconds since 1970.", field.name)
}

fn address(field: &Field, word: &str, version: &str, example: &str) -> String {
    let quad = word.split('/').next().unwrap_or(word);
    let parts: Vec<&str> = quad.split('.').collect();
    let too_large = parts.len() == 4 && parts.iter().all(|part| part.bytes().all(|c| c.is_ascii_digit()));
    if version == "IPv4" && too_large {
        return format!("`{word}` is no IPv4 address: each of its four numbers is 0 to 255, without leading zeros.");
    }
    format!("{} takes an {version} address, as `{example}` or `{example}/24`; `{word}` is none.", field.name)
}

fn boolean(field: &Field, word: &str) -> Result<Val, String> {
    match word.to_ascii_lowercase().as_str() {
        "true" => Ok(Val::Uint(1)),
        "false" => Ok(Val::Uint(0)),
        _ => match number(word) {
            Some(value) => Ok(Val::Uint(u64::from(value != 0))),
            None => label(field, word.as_bytes())
                .ok_or_else(|| format!("{} is true or false: compare it with 1 or 0.", field.name)),
        },
    }
}

/// The value with this name.
fn label(field: &Field, text: &[u8]) -> Option<Val> {
    let wanted = std::str::from_utf8(text).ok()?;
    // Names can have an explanation in parentheses behind them, which people leave out.
    let same = |name: &str| {
        name.eq_ignore_ascii_case(wanted)
            || name.split_once(" (").is_some_and(|(short, _)| short.eq_ignore_ascii_case(wanted))
    };
    match field.values {
        crate::field::Values::Names(names) => names
            .iter()
            .find(|(_, name)| name.eq_ignore_ascii_case(wanted))
            .or_else(|| names.iter().find(|(_, name)| same(name)))
            .map(|(value, _)| match field.kind {
                Kind::Int(_) => Val::Int(*value as i64),
                _ => Val::Uint(*value),
            }),
        crate::field::Values::Ranges(ranges) => {
            ranges.iter().find(|(low, high, name)| low == high && same(name)).map(|(value, ..)| Val::Uint(*value))
        }
        crate::field::Values::Flag(yes, no) => {
            if same(yes) {
                Some(Val::Uint(1))
            } else {
                same(no).then_some(Val::Uint(0))
            }
        }
        crate::field::Values::None | crate::field::Values::Unit(_) => None,
    }
}

/// Bytes: pairs of hexadecimal digits with `:`, `-` or `.` between them or none, or one number up to 255.
pub(super) fn byte_string(word: &str) -> Option<Vec<u8>> {
    let is_number = word.bytes().all(|c| c.is_ascii_digit()) || word.starts_with("0x") || word.starts_with("0b");
    if is_number && let Some(value) = number(word) {
        return u8::try_from(value).ok().map(|byte| vec![byte]);
    }
    let word = word.strip_prefix(':').unwrap_or(word);
    let mut bytes = Vec::new();
    for group in word.trim_end_matches(':').split([':', '-', '.', ' ']) {
        if group.is_empty()
            || !group.bytes().all(|c| c.is_ascii_hexdigit())
            || (group.len() > 1 && group.len() % 2 == 1)
        {
            return None;
        }
        if group.len() == 1 {
            bytes.push(u8::from_str_radix(group, 16).ok()?);
        }
        for pair in group.as_bytes().chunks_exact(2) {
            bytes.push(u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?);
        }
    }
    (!bytes.is_empty()).then_some(bytes)
}

/// An IPv4 address with or without a prefix length. An error without words means that it is no address at all.
fn ipv4(word: &str) -> Result<Val, Option<String>> {
    let (address, prefix) = prefix(word, 32)?;
    address.parse::<Ipv4Addr>().map(|address| Val::Ipv4(address.into(), prefix)).map_err(|_| None)
}

fn ipv6(word: &str) -> Result<Val, Option<String>> {
    let (address, prefix) = prefix(word, 128)?;
    address.parse::<Ipv6Addr>().map(|address| Val::Ipv6(address.into(), prefix)).map_err(|_| None)
}

fn prefix(word: &str, most: u8) -> Result<(&str, u8), Option<String>> {
    match word.split_once('/') {
        None => Ok((word, most)),
        Some((address, bits)) => match bits.parse::<u8>() {
            Ok(bits) if bits <= most => Ok((address, bits)),
            Ok(bits) => Err(Some(format!("The prefix length can be {most} at the most, not {bits}."))),
            Err(_) => Err(None),
        },
    }
}

/// Seconds with a fraction.
pub(super) fn duration(word: &str) -> Option<(i64, u32)> {
    let (negative, plain) = word.strip_prefix('-').map_or((false, word), |plain| (true, plain));
    let (whole, part) = plain.split_once('.').unwrap_or((plain, ""));
    let seconds: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    if part.len() > 9 || !part.bytes().all(|c| c.is_ascii_digit()) || (whole.is_empty() && part.is_empty()) {
        return None;
    }
    let nanoseconds: u32 = format!("{part:0<9}").parse().ok()?;
    Some(match (negative, nanoseconds) {
        (false, _) => (seconds, nanoseconds),
        (true, 0) => (-seconds, 0),
        (true, _) => (-seconds - 1, 1_000_000_000 - nanoseconds),
    })
}

/// A date and time (UTC unless a zone is given), or seconds since 1970.
fn moment(text: &str) -> Option<(i64, u32)> {
    if let Some(seconds) = duration(text) {
        return Some(seconds);
    }
    let text = text.trim();
    let (date, time) = if text.as_bytes().first()?.is_ascii_digit() {
        let (date, time) = text.split_once(['T', ' ']).unwrap_or((text, ""));
        let mut parts = date.splitn(3, '-').map(|part| part.parse::<i64>().ok());
        ((parts.next()??, parts.next()??, parts.next()??), time)
    } else {
        const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
        let (month, rest) = text.split_once(' ')?;
        let month = MONTHS.iter().position(|name| month.eq_ignore_ascii_case(name))? as i64 + 1;
        let (day, rest) = rest.trim_start().split_once(',')?;
        let rest = rest.trim_start();
        let (year, time) = rest.split_once(' ').unwrap_or((rest, ""));
        ((year.parse().ok()?, month, day.trim().parse().ok()?), time)
    };
    let (clock, offset) = zone(time.trim())?;
    let mut parts = clock.splitn(3, ':');
    let hour = parts.next().filter(|part| !part.is_empty()).map_or(Some(0), |part| part.parse::<i64>().ok())?;
    let minute = parts.next().map_or(Some(0), |part| part.parse::<i64>().ok())?;
    let (second, nanoseconds) = parts.next().map_or(Some((0, 0)), duration)?;
    let (year, month, day) = date;
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 24 || minute > 59 || second > 60 {
        return None;
    }
    let days = days(year, month, day);
    Some((days * 86_400 + hour * 3600 + minute * 60 + second - offset, nanoseconds))
}

/// The time without its zone, and the zone's seconds east of UTC.
fn zone(time: &str) -> Option<(&str, i64)> {
    for name in ["UTC", "GMT", "Z"] {
        if let Some(clock) = time.strip_suffix(name) {
            return Some((clock.trim_end(), 0));
        }
    }
    let Some(at) = time.rfind(['+', '-']) else { return Some((time, 0)) };
    let (clock, zone) = time.split_at(at);
    let digits: String = zone.chars().filter(char::is_ascii_digit).collect();
    let number: i64 = digits.parse().ok()?;
    let minutes = if digits.len() <= 2 { number * 60 } else { number / 100 * 60 + number % 100 };
    Some((clock.trim_end(), if zone.starts_with('-') { -minutes } else { minutes } * 60))
}

/// Days since 1970-01-01 in the Gregorian calendar.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted = (month + 9) % 12;
    let day_of_year = (153 * shifted + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}
