//! A variable and its value (RFC 3416, section 3).

use super::fields::*;
use crate::dissect::{Layer, Line, Stop};
use crate::field::{FieldId, Kind};
use crate::protocols::ber::{self, Element, Tag, application, context};
use crate::protocols::{TEXT, object_identifier};
use crate::value::{Value, write_hex, write_ipv6};
use std::net::{Ipv4Addr, Ipv6Addr};

/// Names and descriptions of a system are shown as texts, too.
const TEXTS: [&[u8]; 2] = [&[0x2b, 6, 1, 2, 1, 1, 1, 0], &[0x2b, 6, 1, 2, 1, 1, 5, 0]];

const COUNTER_64: Tag = application(6);
const IP_ADDRESS: Tag = application(0);

/// What stands in place of a value, by the numbers of their tags.
const EXCEPTIONS: [(FieldId, &str); 3] =
    [(NO_SUCH_OBJECT, "noSuchObject"), (NO_SUCH_INSTANCE, "noSuchInstance"), (END_OF_MIB_VIEW, "endOfMibView")];

/// The fields for values of each type.
const VALUES: [(Tag, FieldId); 10] = [
    (ber::INTEGER, VALUE_INT),
    (ber::OCTET_STRING, VALUE_OCTETS),
    (ber::OBJECT_IDENTIFIER, VALUE_OID),
    (application(1), VALUE_COUNTER),
    (application(2), VALUE_G32),
    (application(3), VALUE_TIMETICKS),
    (application(4), VALUE_OPAQUE),
    (application(5), VALUE_NSAP),
    (COUNTER_64, VALUE_COUNTER),
    (application(7), VALUE_U32),
];

/// Reads a variable's name and value.
pub(super) fn binding(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    l.branch(TEXT, |l, line| {
        let name = Element::read(l, l.at())?;
        if name.tag != ber::OBJECT_IDENTIFIER {
            return Err(Stop::Malformed("the name of a variable is no object identifier"));
        }
        let identifier = name.bytes(l);
        name.within(l, |l| {
            ber::note_oid(l, NAME);
            Ok(())
        })?;
        line.add(|| {
            let dotted = object_identifier::dotted(identifier);
            object_identifier::known(&dotted)
                .map_or_else(|| format!("{dotted}: "), |known| format!("{known} ({dotted}): "))
        });
        let element = Element::read(l, l.at())?;
        if element.constructed {
            return Err(Stop::Malformed("the value of a variable is made of elements"));
        }
        element.within(l, |l| {
            value(l, &element, line);
            let (start, end) = (l.at(), l.end());
            if start < end && TEXTS.contains(&identifier) {
                l.below(|l| l.note(VAR_BIND_STR, start, end, Value::Bytes));
            }
            Ok(())
        })
    })
}

fn value(l: &mut Layer<'_, '_>, element: &Element, line: &mut Line) {
    let (start, end, content) = (l.at(), l.end(), l.rest());
    if element.tag == ber::NULL {
        l.note(VALUE_NULL, start, end, Value::None);
        line.add(|| "Value (Null)".into());
        return;
    }
    let exception = EXCEPTIONS.get(element.tag.1 as usize).filter(|_| element.tag.0 == context(0).0);
    if let Some((field, words)) = exception {
        l.note(*field, start, end, Value::None);
        l.remark(VARBIND_RESPONSE, start, || (*words).into());
        line.add(|| (*words).into());
        return;
    }
    let field = VALUES.iter().find(|(tag, _)| *tag == element.tag).map_or(VALUE_UNK, |(_, field)| *field);
    let field = match (element.tag, content.len()) {
        (IP_ADDRESS, 4) => VALUE_IPV4,
        (IP_ADDRESS, 16) => VALUE_IPV6,
        (IP_ADDRESS, _) => VALUE_ADDR,
        _ => field,
    };
    let row = l.protocols().field(field);
    let whole = || if content.is_empty() { "<MISSING>".to_owned() } else { hex(content) };
    let shown = match row.kind {
        Kind::Oid => {
            ber::note_oid(l, field);
            object_identifier::described(&object_identifier::dotted(content))
        }
        Kind::Uint(..) | Kind::Int(_) if content.is_empty() => {
            l.text(start, end, || "Integral value is zero-length".into());
            l.remark(INTEGRAL_VALUE0, start, || "Integral value is zero-length".into());
            return;
        }
        Kind::Uint(..) | Kind::Int(_) => {
            // A number without a sign can begin with a byte that only says so.
            let zero = usize::from(content.len() > 8 && content.first() == Some(&0));
            let number = ber::integer(row.kind, content);
            l.note(field, start + zero, end, number);
            match number {
                Value::Int(number) => number.to_string(),
                Value::Uint(number) => number.to_string(),
                _ => String::new(),
            }
        }
        Kind::Ipv4 => {
            let address = content.try_into().map(u32::from_be_bytes).unwrap_or_default();
            l.note(field, start, end, Value::Uint(u64::from(address)));
            Ipv4Addr::from(address).to_string()
        }
        Kind::Ipv6 => {
            l.note(field, start, end, Value::Bytes);
            let mut text = String::new();
            write_ipv6(&mut text, Ipv6Addr::from(<[u8; 16]>::try_from(content).unwrap_or_default()));
            text
        }
        _ => {
            l.note(field, start, end, Value::Bytes);
            if field == VALUE_OCTETS && printable(content) {
                let text = format!("\"{}\"", String::from_utf8_lossy(content));
                l.label(|| format!("{}: {text}", row.title));
                text
            } else {
                whole()
            }
        }
    };
    if element.tag == COUNTER_64 {
        l.label(|| format!("Value (Counter64): {shown}"));
    }
    line.add(|| shown);
}

fn printable(content: &[u8]) -> bool {
    !content.is_empty() && content.iter().all(|byte| (0x20..0x7f).contains(byte))
}

fn hex(content: &[u8]) -> String {
    let mut text = String::new();
    write_hex(&mut text, content, None);
    text
}
