//! Functions of the filter language.

use super::literal::Val;
use crate::field::{Field, Kind};
use crate::value::{Datum, write_datum, write_hex};

/// A function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    Len,
    Count,
    String,
    Lower,
    Upper,
    Max,
    Min,
    Abs,
    Vals,
    Dec,
    Hex,
}

impl Function {
    /// The function with this name.
    pub(super) fn named(name: &str) -> Option<Function> {
        Some(match name {
            "len" => Function::Len,
            "count" => Function::Count,
            "string" => Function::String,
            "lower" => Function::Lower,
            "upper" => Function::Upper,
            "max" => Function::Max,
            "min" => Function::Min,
            "abs" => Function::Abs,
            "vals" => Function::Vals,
            "dec" => Function::Dec,
            "hex" => Function::Hex,
            _ => return None,
        })
    }

    /// Whether it takes any number of arguments rather than one.
    pub(super) fn takes_many(self) -> bool {
        matches!(self, Function::Max | Function::Min)
    }

    /// The kind of its result, from the kind of its argument; nothing where it does not take that.
    pub(super) fn result(self, argument: Kind) -> Option<Kind> {
        use crate::field::kinds::U32;
        let text = matches!(argument, Kind::Text | Kind::TextZ);
        let bytes = matches!(argument, Kind::Bytes | Kind::Ether | Kind::Ipv4 | Kind::Ipv6 | Kind::Protocol);
        let whole = matches!(argument, Kind::Uint(..) | Kind::Int(_) | Kind::Frame);
        let number = whole || matches!(argument, Kind::Char | Kind::Float | Kind::Double | Kind::Duration);
        let ordered = number || text || bytes || argument == Kind::Time;
        match self {
            Function::Len if text || bytes => Some(U32),
            Function::Count => Some(U32),
            Function::String
                if number || matches!(argument, Kind::Ipv4 | Kind::Ipv6 | Kind::Ether | Kind::Guid | Kind::Oid) =>
            {
                Some(Kind::Text)
            }
            Function::Lower | Function::Upper if text => Some(Kind::Text),
            Function::Max | Function::Min if ordered => Some(argument),
            Function::Abs if number => Some(argument),
            Function::Vals if whole || matches!(argument, Kind::Bool(_)) => Some(Kind::Text),
            Function::Dec | Function::Hex if matches!(argument, Kind::Uint(..)) => Some(Kind::Text),
            _ => None,
        }
    }

    /// What it makes of one value; `field` is the row of the field that the value is of.
    pub(super) fn of(self, val: &Val, field: &Field) -> Option<Val> {
        let text = |text: String| Some(Val::Text(text.into_bytes()));
        match (self, val) {
            (Function::Len, Val::Text(text)) => Some(Val::Uint(String::from_utf8_lossy(text).chars().count() as u64)),
            (Function::Len, Val::Bytes(bytes) | Val::Protocol(bytes)) => Some(Val::Uint(bytes.len() as u64)),
            (Function::Len, Val::Ipv4(..)) => Some(Val::Uint(4)),
            (Function::Len, Val::Ipv6(..)) => Some(Val::Uint(16)),
            (Function::Lower, Val::Text(text)) => Some(Val::Text(text.to_ascii_lowercase())),
            (Function::Upper, Val::Text(text)) => Some(Val::Text(text.to_ascii_uppercase())),
            (Function::Abs, Val::Int(value)) => Some(Val::Uint(value.unsigned_abs())),
            (Function::Abs, Val::Float(value)) => Some(Val::Float(value.abs())),
            (Function::Abs, Val::Time(seconds, nanoseconds)) if *seconds < 0 => Some(match nanoseconds {
                0 => Val::Time(-seconds, 0),
                _ => Val::Time(-seconds - 1, 1_000_000_000 - nanoseconds),
            }),
            (Function::Abs, val) => Some(val.clone()),
            (Function::Vals, Val::Uint(value)) => text(field.values.name(*value)?.to_owned()),
            (Function::Vals, Val::Int(value)) => text(field.values.name(*value as u64)?.to_owned()),
            (Function::Dec, Val::Uint(value)) => text(value.to_string()),
            (Function::Hex, Val::Uint(value)) => {
                text(format!("0x{value:0width$x}", width = usize::from(field.kind.bits()) / 4))
            }
            (Function::String, Val::Uint(value)) => text(value.to_string()),
            (Function::String, Val::Int(value)) => text(value.to_string()),
            (Function::String, Val::Float(value)) => text(value.to_string()),
            (Function::String, Val::Ipv4(address, _)) => text(std::net::Ipv4Addr::from(*address).to_string()),
            (Function::String, Val::Ipv6(address, _)) => text(std::net::Ipv6Addr::from(*address).to_string()),
            (Function::String, Val::Bytes(bytes)) => {
                let mut out = String::new();
                match field.kind {
                    Kind::Guid => write_datum(&mut out, field, Datum::Bytes(bytes)),
                    _ => write_hex(&mut out, bytes, Some(':')),
                }
                text(out)
            }
            (Function::String, Val::Time(seconds, nanoseconds)) => {
                let mut out = String::new();
                write_datum(&mut out, field, Datum::Time(*seconds, *nanoseconds));
                text(out)
            }
            _ => None,
        }
    }
}
