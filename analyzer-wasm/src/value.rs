//! One value: read from bytes, written for people.

use crate::field::{Base, Field, Kind, Look, Values};
use std::fmt::Write as _;
use std::net::{Ipv4Addr, Ipv6Addr};

/// The value of up to eight bytes, the most significant first.
pub fn big_endian(bytes: &[u8]) -> u64 {
    match *bytes {
        [one] => u64::from(one),
        [high, low] => u64::from(u16::from_be_bytes([high, low])),
        [a, b, c, d] => u64::from(u32::from_be_bytes([a, b, c, d])),
        _ => bytes.iter().fold(0, |value, byte| value << 8 | u64::from(*byte)),
    }
}

/// The value of a node. Bytes, text and addresses longer than eight bytes stay where they are and are read when they
/// are asked for, so that a value is small and holds no memory of its own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value {
    /// Present, and no more.
    None,
    /// Unsigned integers, booleans, characters, packet numbers, IPv4 addresses (in host order).
    Uint(u64),
    /// Signed integers.
    Int(i64),
    /// Floating point numbers.
    Float(f64),
    /// The node's own bytes: bytes, MAC and IPv6 addresses, text that stands literally in the packet.
    Bytes,
    /// Text that was put together, or an address or bytes that do not stand literally in the packet, in the arena of the
    /// nodes: `start`, `length`.
    Text(u32, u32),
    /// A point in time or a length of time: whole seconds, and nanoseconds that always count upwards from them.
    Time(i64, u32),
}

/// A node's value with the bytes or the text that it stands on: what filters compare and cells show.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Datum<'a> {
    /// Present, and no more.
    None,
    /// See [`Value::Uint`].
    Uint(u64),
    /// See [`Value::Int`].
    Int(i64),
    /// See [`Value::Float`].
    Float(f64),
    /// Bytes, MAC and IPv6 addresses, GUIDs.
    Bytes(&'a [u8]),
    /// Text, as UTF-8 where it is valid.
    Text(&'a [u8]),
    /// See [`Value::Time`].
    Time(i64, u32),
}

/// Appends a value the way `tshark -T fields` writes it.
pub fn write_plain(out: &mut String, field: &Field, datum: Datum<'_>) {
    match (field.kind, datum) {
        (Kind::Uint(bits, base), Datum::Uint(value)) => write_uint(out, value, bits, base),
        (Kind::Bytes, Datum::Bytes(&[])) => {
            out.push_str(if field.look == Look::Optional { "<none>" } else { "<MISSING>" });
        }
        (Kind::Bytes, Datum::Bytes(bytes)) => {
            write_hex(out, bytes, (field.look == Look::Colons).then_some(':'));
        }
        (Kind::Text | Kind::TextZ, Datum::Bytes(bytes) | Datum::Text(bytes)) => {
            write_characters(out, bytes, |c| matches!(c, '\n' | '\r' | '\t' | '\u{8}' | '\u{c}'));
        }
        // What is only present has no value, but a column must show that it is.
        (Kind::None, _) => out.push('1'),
        _ => write_datum(out, field, datum),
    }
}

/// Appends a value the way the tree and PDML show it: as [`write_plain`], with colons between bytes.
pub fn write_datum(out: &mut String, field: &Field, datum: Datum<'_>) {
    let _ = match (field.kind, datum) {
        (Kind::None, _) => Ok(()),
        (Kind::Uint(bits, base), Datum::Uint(value)) => {
            write_uint(out, value, bits, base);
            Ok(())
        }
        (Kind::Ipv4, Datum::Uint(value)) => write!(out, "{}", Ipv4Addr::from(value as u32)),
        (Kind::Ipv6, Datum::Bytes(bytes)) => match <[u8; 16]>::try_from(bytes) {
            Ok(octets) => {
                write_ipv6(out, Ipv6Addr::from(octets));
                Ok(())
            }
            Err(_) => Ok(()),
        },
        (Kind::Guid, Datum::Bytes(bytes)) => {
            for (i, byte) in bytes.iter().enumerate() {
                let _ = write!(out, "{}{byte:02x}", if matches!(i, 4 | 6 | 8 | 10) { "-" } else { "" });
            }
            Ok(())
        }
        (Kind::Text | Kind::TextZ, Datum::Bytes(bytes) | Datum::Text(bytes)) => {
            write_text(out, bytes);
            Ok(())
        }
        (Kind::Oid, Datum::Bytes(bytes)) => {
            write_oid(out, bytes);
            Ok(())
        }
        (_, Datum::Bytes(bytes)) => {
            write_hex(out, bytes, Some(':'));
            Ok(())
        }
        (_, Datum::Text(bytes)) => {
            write_text(out, bytes);
            Ok(())
        }
        (Kind::Char, Datum::Uint(value)) => write!(out, "0x{value:02x}"),
        (_, Datum::Uint(value)) => write!(out, "{value}"),
        (_, Datum::Int(value)) => write!(out, "{value}"),
        (_, Datum::Float(value)) => write!(out, "{value}"),
        (_, Datum::Time(seconds, nanoseconds)) if field.kind == Kind::Duration || field.look == Look::Seconds => {
            write_seconds(out, seconds, nanoseconds, 9);
            Ok(())
        }
        (_, Datum::Time(0, 0)) if field.look == Look::Nullable => out.write_str("NULL"),
        (_, Datum::Time(seconds, nanoseconds)) => {
            write_date(out, seconds, nanoseconds);
            Ok(())
        }
        (_, Datum::None) => Ok(()),
    };
}

/// Appends what a value is called, with the number behind it: `TCP (6)`, `Set`, `0x0800`, `1500 bytes`. Of a masked
/// integer, as many hexadecimal digits are written as the mask has bits for.
pub fn write_named(out: &mut String, field: &Field, datum: Datum<'_>) {
    let field = &match field.kind {
        Kind::Uint(_, base) if field.mask != 0 => {
            // From its highest bit to its lowest, with what lies between.
            let bits = u64::BITS - field.mask.leading_zeros() - field.mask.trailing_zeros();
            Field { kind: Kind::Uint(bits.next_multiple_of(4) as u8, base), ..*field }
        }
        _ => *field,
    };
    match (datum, field.values) {
        (Datum::Uint(value), Values::Flag(..)) => out.push_str(field.values.name(value).unwrap_or_default()),
        (Datum::Uint(value), _) if matches!(field.kind, Kind::Bool(_)) => {
            out.push_str(if value != 0 { "True" } else { "False" });
        }
        (Datum::Uint(value), Values::Names(_) | Values::Ranges(_)) => {
            out.push_str(field.values.name(value).unwrap_or("Unknown"));
            if matches!(field.kind, Kind::Uint(_, Base::Name)) {
                return;
            }
            out.push_str(" (");
            write_datum(out, field, datum);
            out.push(')');
        }
        (Datum::Int(value), Values::Names(_) | Values::Ranges(_)) => {
            let _ = write!(out, "{} ({value})", field.values.name(value as u64).unwrap_or("Unknown"));
        }
        (Datum::Bytes(&[]), _) if field.kind == Kind::Bytes => write_plain(out, field, datum),
        (Datum::Uint(value), _) if matches!(field.kind, Kind::Uint(_, Base::Oui)) => {
            let _ = write!(out, "{:02x}:{:02x}:{:02x}", value >> 16 & 255, value >> 8 & 255, value & 255);
        }
        (Datum::Uint(value), _) => {
            write_datum(out, field, datum);
            let _ = match field.kind {
                Kind::Uint(bits, Base::DecHex) => write!(out, " (0x{value:0width$x})", width = usize::from(bits) / 4),
                Kind::Uint(_, Base::HexDec) => write!(out, " ({value})"),
                _ => Ok(()),
            };
            if let Values::Unit(unit) = field.values {
                out.push_str(unit);
            }
        }
        (Datum::Time(..), _) if field.kind == Kind::Duration || field.look == Look::Seconds => {
            write_datum(out, field, datum);
            out.push_str(" seconds");
        }
        _ => {
            write_datum(out, field, datum);
            if let Values::Unit(unit) = field.values {
                out.push_str(unit);
            }
        }
    }
}

/// Appends the bits of a masked integer: `.... 0101 = `.
pub fn write_bits(out: &mut String, raw: u64, mask: u64, bits: u8) {
    for bit in (0..bits).rev() {
        let set = raw >> bit & 1 == 1;
        out.push(match (mask >> bit & 1 == 1, set) {
            (false, _) => '.',
            (true, true) => '1',
            (true, false) => '0',
        });
        if bit % 4 == 0 && bit != 0 {
            out.push(' ');
        }
    }
    out.push_str(" = ");
}

fn write_uint(out: &mut String, value: u64, bits: u8, base: Base) {
    let _ = match base {
        Base::Hex | Base::HexDec => write!(out, "0x{value:0width$x}", width = usize::from(bits) / 4),
        Base::Oct => write!(out, "{}{value:o}", if value == 0 { "" } else { "0" }),
        Base::Dec | Base::DecHex | Base::TcpPort | Base::UdpPort | Base::Oui | Base::Name => write!(out, "{value}"),
    };
}

/// Appends bytes as two hexadecimal digits each.
pub fn write_hex(out: &mut String, bytes: &[u8], between: Option<char>) {
    const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    for (i, byte) in bytes.iter().enumerate() {
        if let (Some(between), true) = (between, i > 0) {
            out.push(between);
        }
        for nibble in [byte >> 4, byte & 15] {
            out.push(DIGITS.get(usize::from(nibble)).copied().unwrap_or('0'));
        }
    }
}

/// Appends an object identifier, given as the content of its element (ITU-T X.690, section 8.19), as numbers with points
/// between them.
pub fn write_oid(out: &mut String, content: &[u8]) {
    let (before, mut arc) = (out.len(), 0u64);
    for byte in content {
        arc = arc << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            // The first two numbers are in one.
            let _ = match (out.len() > before, arc) {
                (true, _) => write!(out, ".{arc}"),
                (false, 0..80) => write!(out, "{}.{}", arc / 40, arc % 40),
                (false, _) => write!(out, "2.{}", arc - 80),
            };
            arc = 0;
        }
    }
    if out.len() == before {
        out.push('0');
    }
}

/// Appends an IPv6 address as RFC 5952 writes it; unlike the standard library's, with no dotted tail but for
/// IPv4-mapped (`::ffff:0:0/96`) and IPv4-compatible addresses, as Wireshark does.
pub fn write_ipv6(out: &mut String, address: Ipv6Addr) {
    let _ = match address.octets() {
        // The standard library has stopped to write these so.
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, a, b, c, d] if (a, b) != (0, 0) => write!(out, "::{a}.{b}.{c}.{d}"),
        _ => write!(out, "{address}"),
    };
}

/// Appends text; bytes that are no UTF-8 become U+FFFD, and control characters their C escapes, so that one value
/// stays on one line.
pub fn write_text(out: &mut String, bytes: &[u8]) {
    write_characters(out, bytes, char::is_control);
}

/// Appends text, in which some of the control characters of ASCII are written as C writes them.
fn write_characters(out: &mut String, bytes: &[u8], escaped: fn(char) -> bool) {
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                c if !c.is_ascii() || !escaped(c) => out.push(c),
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\t' => out.push_str("\\t"),
                '\u{7}' => out.push_str("\\a"),
                '\u{8}' => out.push_str("\\b"),
                '\u{b}' => out.push_str("\\v"),
                '\u{c}' => out.push_str("\\f"),
                c => {
                    let _ = write!(out, "\\{:03o}", c as u32);
                }
            }
        }
        for _ in chunk.invalid() {
            out.push('\u{fffd}');
        }
    }
}

/// Appends seconds with so many digits after the point, cut, not rounded. The nanoseconds count upwards from the seconds.
pub fn write_seconds(out: &mut String, seconds: i64, nanoseconds: u32, digits: usize) {
    let (sign, whole, part) = if seconds < 0 && nanoseconds > 0 {
        ("-", (seconds + 1).unsigned_abs(), 1_000_000_000 - nanoseconds)
    } else {
        (if seconds < 0 { "-" } else { "" }, seconds.unsigned_abs(), nanoseconds)
    };
    let part = part / 10u32.pow(9 - digits.min(9) as u32);
    let _ = write!(out, "{sign}{whole}.{part:0digits$}");
}

/// A length of time in words: `1 hour, 15 minutes`.
pub fn span(seconds: u32) -> String {
    if seconds == 0 {
        return "0 seconds".into();
    }
    let units = [(86_400, u32::MAX, "day"), (3600, 24, "hour"), (60, 60, "minute"), (1, 60, "second")];
    let counts = units.iter().map(|(length, most, unit)| (seconds / length % most, unit));
    let words = counts.filter(|(count, _)| *count != 0);
    let words = words.map(|(count, unit)| format!("{count} {unit}{}", if count == 1 { "" } else { "s" }));
    words.collect::<Vec<_>>().join(", ")
}

/// Appends a date as `Nov 23, 2026 09:30:01.123456789 UTC`.
pub fn write_date(out: &mut String, seconds: i64, nanoseconds: u32) {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (year, month, day) = civil(seconds.div_euclid(86_400));
    let rest = seconds.rem_euclid(86_400);
    let _ = write!(
        out,
        "{} {day:2}, {year} {:02}:{:02}:{:02}.{nanoseconds:09} UTC",
        MONTHS.get(month as usize - 1).unwrap_or(&"?"),
        rest / 3600,
        rest / 60 % 60,
        rest % 60
    );
}

/// Year, month and day of a number of days since 1970-01-01, in the Gregorian calendar: the year is taken to begin in
/// March, so that the leap day is its last.
fn civil(days: i64) -> (i64, u32, u32) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * shifted + 2) / 5 + 1) as u32;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 } as u32;
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// A text as a filter writes it.
pub(crate) fn write_quoted(out: &mut String, text: &[u8]) {
    out.push('"');
    for byte in text {
        match byte {
            b'"' | b'\\' => {
                out.push('\\');
                out.push(char::from(*byte));
            }
            0x20..=0x7e => out.push(char::from(*byte)),
            _ => {
                out.push_str("\\x");
                write_hex(out, std::slice::from_ref(byte), None);
            }
        }
    }
    out.push('"');
}

/// A sentence with a capital first letter.
pub(crate) fn capital(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_end_the_string_that_it_stands_in() {
        let mut quoted = String::new();
        write_quoted(&mut quoted, br#"a"b\c"#);
        assert_eq!(quoted, r#""a\"b\\c""#);
    }

    #[test]
    fn dates_are_written_as_wireshark_writes_them() {
        for (seconds, nanoseconds, text) in [
            (0, 0, "Jan  1, 1970 00:00:00.000000000 UTC"),
            (1_300_475_168, 713_296_000, "Mar 18, 2011 19:06:08.713296000 UTC"),
            (951_782_400, 1, "Feb 29, 2000 00:00:00.000000001 UTC"),
            (-1, 0, "Dec 31, 1969 23:59:59.000000000 UTC"),
        ] {
            let mut out = String::new();
            write_date(&mut out, seconds, nanoseconds);
            assert_eq!(out, text);
        }
    }

    #[test]
    fn seconds_keep_their_sign() {
        for (seconds, nanoseconds, digits, text) in [
            (1, 5, 9, "1.000000005"),
            (-1, 500_000_000, 6, "-0.500000"),
            (-2, 0, 6, "-2.000000"),
            (0, 999_999_999, 6, "0.999999"),
        ] {
            let mut out = String::new();
            write_seconds(&mut out, seconds, nanoseconds, digits);
            assert_eq!(out, text);
        }
    }
}
