//! The list of options: code, length, value (RFC 2132, section 2).

use super::fields::*;
use super::table::{self, OptionFormat};
use super::{FILE_LENGTH, SERVER_LENGTH, message_name, special};
use crate::dissect::{Layer, Stop};
use crate::field::FieldId;
use crate::protocols;
use crate::value::{Value, span, write_hex};
use std::net::Ipv4Addr;

pub(super) const PAD: u8 = 0;
pub(super) const OVERLOAD: u8 = 52;
pub(super) const MESSAGE_TYPE: u8 = 53;
pub(super) const END: u8 = 255;

/// The options that decide how the fields in front of them are read.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct ScannedOptions {
    pub(super) message: Option<u8>,
    pub(super) server_overloaded: bool,
    pub(super) file_overloaded: bool,
}

/// Looks through the bytes from the magic cookie on.
pub(super) fn scan(area: &[u8]) -> ScannedOptions {
    let mut known = ScannedOptions::default();
    let Some((&[0x63, 0x82, 0x53, 0x63], mut rest)) = area.split_at_checked(4) else { return known };
    while let [code, after @ ..] = rest {
        match (*code, after) {
            (PAD, _) => rest = after,
            (END, _) => break,
            (code, [length, after @ ..]) => {
                let Some((value, next)) = after.split_at_checked(usize::from(*length)) else { break };
                match (code, value) {
                    (MESSAGE_TYPE, [number, ..]) => known.message = Some(*number),
                    (OVERLOAD, [which, ..]) => {
                        known.file_overloaded = matches!(which, 1 | 3);
                        known.server_overloaded = matches!(which, 2 | 3);
                    }
                    _ => {}
                }
                rest = next;
            }
            _ => break,
        }
    }
    known
}

/// Reads the options from the cursor to the end of the message. The places of server name and boot file name, which can
/// hold options too, begin at `names`.
pub(super) fn options(l: &mut Layer<'_, '_>, names: usize) -> Result<(), Stop> {
    let mut ended = false;
    while !ended && l.left_on_wire() > 0 {
        ended = option(l, Some(names))?;
    }
    if !ended {
        l.note(END_MISSING, l.start(), l.at(), Value::None);
    } else if l.left() > 0 {
        l.bytes_left(OPTION_PADDING);
    }
    Ok(())
}

/// Reads one option, or all the padding before the next; whether it was the end.
fn option(l: &mut Layer<'_, '_>, names: Option<usize>) -> Result<bool, Stop> {
    let start = l.at();
    let code = l.peek(0, 1)? as u8;
    if code == PAD || code == END {
        // The end's own value is 0 in Wireshark.
        l.note(OPTION_TYPE, start, start + 1, Value::Uint(0));
        l.label(|| format!("Option: ({code}) {}", table::name(code)));
        let length = if code == PAD { l.rest().iter().take_while(|byte| **byte == PAD).count() } else { 1 };
        l.below(|l| match code {
            PAD => l.bytes(OPTION_PADDING, length).map(drop),
            _ => l.u8(OPTION_END).map(drop),
        })?;
        return Ok(code == END);
    }
    let length = l.peek(1, 1)? as usize;
    let value = l.slice(start + 2, start + 2 + length);
    let end = start + 2 + value.len();
    l.note(OPTION_TYPE, start, end, Value::Uint(u64::from(code)));
    l.label(|| format!("Option: ({code}) {}{}", table::name(code), detail(code, value)));
    l.skip(1)?;
    l.below(|l| {
        l.u8(OPTION_LENGTH)?;
        l.note(OPTION_VALUE, start + 2, end, Value::Bytes);
        let read = l.within(length, |l| content(l, code));
        if value.len() < length {
            return Err(Stop::Short { needed: 2 + length, at: start });
        }
        // A value that ends too soon is the option's own fault: the next option is read none the less.
        if read == Ok(false) {
            l.text(start + 2, end, || {
                let mut text = String::from("Value: ");
                write_hex(&mut text, value, None);
                text
            });
        }
        if let (OVERLOAD, Some(names), Some(which)) = (code, names, value.first()) {
            overload(l, names, *which)?;
        }
        l.seek(end)
    })?;
    Ok(false)
}

/// What the option's line says of its value.
fn detail(code: u8, value: &[u8]) -> String {
    match (code, table::reading(code), value) {
        (MESSAGE_TYPE, _, [number, ..]) => format!(" ({})", message_name(u64::from(*number))),
        (_, OptionFormat::Address(_), [a, b, c, d]) => format!(" ({})", Ipv4Addr::new(*a, *b, *c, *d)),
        _ => String::new(),
    }
}

/// Reads a value that fills the layer; whether it was understood.
fn content(l: &mut Layer<'_, '_>, code: u8) -> Result<bool, Stop> {
    let length = l.left();
    match table::reading(code) {
        OptionFormat::Address(field) if length == 4 => l.ipv4(field).map(|_| true),
        OptionFormat::Addresses(field) if length > 0 && length.is_multiple_of(4) => {
            (0..length / 4).try_for_each(|_| l.ipv4(field).map(drop))?;
            Ok(true)
        }
        OptionFormat::Pairs(first, second) if length > 0 && length.is_multiple_of(8) => {
            (0..length / 8).try_for_each(|_| l.ipv4(first).and(l.ipv4(second)).map(drop))?;
            Ok(true)
        }
        OptionFormat::Text(field) => l.bytes(field, length).map(|_| true),
        OptionFormat::Number(field, width) if length == width => l.uint(field, width).map(|_| true),
        OptionFormat::Numbers(field, width) if length > 0 && length.is_multiple_of(width) => {
            (0..length / width).try_for_each(|_| l.uint(field, width).map(drop))?;
            Ok(true)
        }
        OptionFormat::Seconds(field) if length == 4 => seconds(l, field).map(|()| true),
        OptionFormat::Special => special::read(l, code),
        _ => Ok(false),
    }
}

fn seconds(l: &mut Layer<'_, '_>, field: FieldId) -> Result<(), Stop> {
    let raw = l.u32(field)?;
    l.label(|| {
        let title = protocols::field(field).title;
        if field == TIME_OFFSET {
            let (offset, sign) = (raw as i32, if (raw as i32) < 0 { "-" } else { "" });
            return format!("{title}: ({offset}s) {sign}{}", span(offset.unsigned_abs()));
        }
        format!("{title}: ({raw}s) {}", if raw == u32::MAX { "infinity".into() } else { span(raw) })
    });
    Ok(())
}

/// Reads the options in the places of server name and boot file name (RFC 2131, section 4.1).
fn overload(l: &mut Layer<'_, '_>, names: usize, which: u8) -> Result<(), Stop> {
    let places = [
        (matches!(which, 2 | 3), names, SERVER_LENGTH, "Server host name option overload"),
        (matches!(which, 1 | 3), names + SERVER_LENGTH, FILE_LENGTH, "Boot file name option overload"),
    ];
    for (_, start, length, title) in places.into_iter().filter(|(used, ..)| *used) {
        l.seek(start)?;
        l.text(start, start + length, || title.into());
        // Options that go on beyond the place are wrong, but those after it are not.
        let _ = l.below(|l| {
            l.within(length, |l| {
                while l.left() > 0 && !option(l, None)? {}
                Ok(())
            })
        });
    }
    Ok(())
}
