//! The values that tests compare, with order and equality as filters mean them.

use crate::value::Datum;
use memchr::memmem;
use std::borrow::Cow;
use std::cmp::Ordering;

/// A value of a field, a literal, or what was computed of them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Operand<'a> {
    /// Present, and no more.
    Label,
    /// Every integer, boolean, character and packet number, so that signed and unsigned compare as numbers do.
    Integer(i128),
    Float(f64),
    /// UTF-8 where it is valid.
    Text(Cow<'a, [u8]>),
    /// Bytes, MAC addresses, GUIDs, object identifiers.
    Bytes(Cow<'a, [u8]>),
    /// IPv4 address and length of its prefix.
    Ipv4(u32, u8),
    /// IPv6 address and length of its prefix.
    Ipv6(u128, u8),
    /// Points in time and lengths of time, in nanoseconds.
    Time(i128),
    /// A protocol: its own bytes, and all bytes from there to the end of what it was handed.
    Protocol(&'a [u8], &'a [u8]),
    /// A literal only: the integers that a label stands for, both ends included.
    Labelled(Vec<(i128, i128)>),
}

impl<'a> Operand<'a> {
    /// The value of a node that is neither an address nor a protocol.
    pub(crate) fn plain(datum: Datum<'a>) -> Operand<'a> {
        match datum {
            Datum::None => Operand::Label,
            Datum::Uint(value) => Operand::Integer(value.into()),
            Datum::Int(value) => Operand::Integer(value.into()),
            Datum::Float(value) => Operand::Float(value),
            Datum::Bytes(bytes) => Operand::Bytes(bytes.into()),
            Datum::Text(bytes) => Operand::Text(bytes.into()),
            Datum::Time(seconds, nanoseconds) => {
                Operand::Time(i128::from(seconds) * 1_000_000_000 + i128::from(nanoseconds))
            }
        }
    }

    /// The same value, standing on this one.
    pub(crate) fn borrowed<'b>(&'b self) -> Operand<'b>
    where
        'a: 'b,
    {
        match self {
            Operand::Text(bytes) => Operand::Text(Cow::Borrowed(bytes)),
            Operand::Bytes(bytes) => Operand::Bytes(Cow::Borrowed(bytes)),
            other => other.clone(),
        }
    }

    /// The same value, standing on nothing; of a protocol, its own bytes.
    pub(crate) fn owned(self) -> Operand<'static> {
        match self {
            Operand::Label => Operand::Label,
            Operand::Integer(value) => Operand::Integer(value),
            Operand::Float(value) => Operand::Float(value),
            Operand::Text(bytes) => Operand::Text(bytes.into_owned().into()),
            Operand::Bytes(bytes) => Operand::Bytes(bytes.into_owned().into()),
            Operand::Ipv4(address, bits) => Operand::Ipv4(address, bits),
            Operand::Ipv6(address, bits) => Operand::Ipv6(address, bits),
            Operand::Time(value) => Operand::Time(value),
            Operand::Protocol(own, _) => Operand::Bytes(own.to_vec().into()),
            Operand::Labelled(ranges) => Operand::Labelled(ranges),
        }
    }

    /// The bytes that a slice, a search or a byte-wise comparison works on.
    pub(crate) fn bytes(&self) -> Option<Cow<'a, [u8]>> {
        Some(match self {
            Operand::Text(bytes) | Operand::Bytes(bytes) => bytes.clone(),
            Operand::Ipv4(address, _) => address.to_be_bytes().to_vec().into(),
            Operand::Ipv6(address, _) => address.to_be_bytes().to_vec().into(),
            Operand::Protocol(own, _) => Cow::Borrowed(own),
            _ => return None,
        })
    }

    /// Whether a bare value counts as true.
    pub(crate) fn is_true(&self) -> bool {
        match self {
            Operand::Label => true,
            Operand::Integer(value) | Operand::Time(value) => *value != 0,
            Operand::Float(value) => *value != 0.0,
            Operand::Text(bytes) => !bytes.is_empty(),
            Operand::Bytes(bytes) => bytes.iter().any(|byte| *byte != 0),
            Operand::Ipv4(address, _) => *address != 0,
            Operand::Ipv6(address, _) => *address != 0,
            Operand::Protocol(own, _) => !own.is_empty(),
            Operand::Labelled(_) => false,
        }
    }

    /// How it compares with another value; nothing where the two cannot be compared.
    pub(crate) fn order(&self, other: &Operand<'_>) -> Option<ValueOrder> {
        use Operand::{Bytes, Float, Integer, Ipv4, Ipv6, Labelled, Protocol, Text, Time};
        let ordering = match (self, other) {
            (Integer(a), Integer(b)) | (Time(a), Time(b)) => a.cmp(b),
            (Float(a), Float(b)) => match a.partial_cmp(b) {
                Some(ordering) => ordering,
                // As in Wireshark 4.6, what is no number equals itself and nothing else.
                None if a.is_nan() && b.is_nan() => Ordering::Equal,
                None => return Some(ValueOrder::Different),
            },
            (Text(a), Text(b)) | (Bytes(a), Bytes(b)) => a.as_ref().cmp(b.as_ref()),
            (Ipv4(a, long), Ipv4(b, wide)) => {
                let shift = 32 - u32::from(*long.min(wide)).min(32);
                a.checked_shr(shift).unwrap_or(0).cmp(&b.checked_shr(shift).unwrap_or(0))
            }
            (Ipv6(a, long), Ipv6(b, wide)) => {
                let shift = 128 - u32::from(*long.min(wide)).min(128);
                a.checked_shr(shift).unwrap_or(0).cmp(&b.checked_shr(shift).unwrap_or(0))
            }
            (Protocol(a, _), Protocol(b, _)) => shorter_first(a, b),
            (Protocol(a, _), Bytes(b)) => shorter_first(a, b),
            (Bytes(a), Protocol(b, _)) => shorter_first(a, b),
            (Integer(value), Labelled(ranges)) | (Labelled(ranges), Integer(value)) => {
                let inside = ranges.iter().any(|(low, high)| low <= value && value <= high);
                return Some(if inside { ValueOrder::Known(Ordering::Equal) } else { ValueOrder::Different });
            }
            _ => return None,
        };
        Some(ValueOrder::Known(ordering))
    }

    /// Whether the other value occurs in it; an empty text occurs in nothing, empty bytes everywhere.
    pub(crate) fn contains(&self, needle: &Operand<'_>) -> bool {
        let needle = match needle {
            Operand::Text(needle) | Operand::Bytes(needle) => needle.as_ref(),
            Operand::Protocol(own, _) => own,
            _ => return false,
        };
        match self {
            Operand::Text(hay) => !needle.is_empty() && memmem::find(hay, needle).is_some(),
            Operand::Bytes(hay) => memmem::find(hay, needle).is_some(),
            Operand::Protocol(_, rest) => !needle.is_empty() && memmem::find(rest, needle).is_some(),
            _ => false,
        }
    }

    /// The bytes that a regular expression is looked for in.
    pub(crate) fn searched(&self) -> Option<&[u8]> {
        match self {
            Operand::Text(bytes) | Operand::Bytes(bytes) => Some(bytes),
            Operand::Protocol(_, rest) => Some(rest),
            _ => None,
        }
    }
}

/// How two values compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ValueOrder {
    Known(Ordering),
    /// They differ, and neither comes first.
    Different,
}

impl ValueOrder {
    pub(crate) fn is_equal(self) -> bool {
        self == ValueOrder::Known(Ordering::Equal)
    }
}

/// Protocols compare by length before they compare by bytes.
fn shorter_first(a: &[u8], b: &[u8]) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}
