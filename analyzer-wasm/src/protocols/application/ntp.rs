//! Network Time Protocol (RFC 5905), with its control messages (RFC 9327) and those in mode 7.

mod control;
mod exchange;
mod fields;
mod names;
mod private;
mod time;

use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::field::Values;
pub use fields::*;

/// Network Time Protocol.
pub static PROTOCOL: Protocol = Protocol {
    name: "ntp",
    title: "Network Time Protocol",
    column: "NTP",
    tables: &[("udp.port", Key::Number(123))],
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

const CONTROL: u64 = 6;
const PRIVATE: u64 = 7;

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let first = l.peek(0, 1)?;
    let (version, mode) = (first >> 3 & 7, first & 7);
    l.title(|| {
        format!("Network Time Protocol ({}, {})", named(names::VERSIONS, version), named(names::SHORT_MODES, mode))
    });
    let mark = l.mark();
    let bits = if mode == PRIVATE { [PRIV_R, PRIV_MORE, VN, MODE].as_slice() } else { &[LI, VN, MODE] };
    l.flags(FLAGS, 1, bits)?;
    l.label_at(mark, || {
        let what = match mode {
            PRIVATE => format!("Response bit: {}", named(names::DIRECTIONS, first >> 7)),
            _ => format!("Leap Indicator: {}", named(names::LEAPS, first >> 6)),
        };
        let (version, mode) = (named(names::VERSIONS, version), named(names::MODES, mode));
        format!("Flags: 0x{first:02x}, {what}, Version number: {version}, Mode: {mode}")
    });
    match mode {
        CONTROL => control::message(l)?,
        PRIVATE => private::message(l, first >> 7 == 1)?,
        _ => time::message(l, mode)?,
    }
    Ok(Next::End)
}

/// The name of a value that a row of names has, or would have.
fn named(names: Values, value: u64) -> &'static str {
    names.name(value).unwrap_or("Unknown")
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    columns.protocol = PROTOCOL.column.into();
    let (Some(version), Some(mode)) = (view.uint(VN), view.uint(MODE)) else { return };
    columns.info = format!("{}, {}", named(names::VERSIONS, version), named(names::SHORT_MODES, mode));
    if let (PRIVATE, Some(direction), Some(request)) = (mode, view.name(PRIV_R), view.uint(PRIV_REQCODE)) {
        columns.info.push_str(&format!(", {direction}, {}", named(private::names::REQUESTS, request)));
    }
}
