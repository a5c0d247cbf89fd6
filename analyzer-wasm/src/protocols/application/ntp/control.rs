//! Control messages: questions to a server about itself, and its answers (RFC 9327).

pub(super) mod names;

use super::exchange::link;
use super::fields::*;
use super::named;
use super::names::DIRECTIONS;
use crate::dissect::{Layer, Stop};
use crate::field::{FieldId, Values};

const READ_STATUS: u64 = 1;
const WRITE_VARIABLES: u64 = 3;
const READ_CLOCK: u64 = 4;
const WRITE_CLOCK: u64 = 5;
const ASYNCHRONOUS: u64 = 7;

pub(super) fn message(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    let mark = l.mark();
    let flags = l.flags(CTRL_FLAGS2, 1, &[CTRL_R, CTRL_ERROR, CTRL_MORE, CTRL_OPCODE])?;
    let (response, opcode) = (flags & 0x80 != 0, flags & 0x1f);
    l.label_at(mark, || {
        let (direction, opcode) = (named(DIRECTIONS, flags >> 7), named(names::OPCODES, opcode));
        format!("Flags 2: 0x{flags:02x}, Response bit: {direction}, Opcode: {opcode}")
    });
    let sequence = l.u16(CTRL_SEQUENCE)?;
    link(l, u64::from(sequence), response);
    let association = l.peek(2, 2)?;
    match (response, opcode) {
        (true, _) if flags & 0x40 != 0 => status(l, &[CTRL_ERR_STATUS])?,
        (true, READ_STATUS..=WRITE_VARIABLES | ASYNCHRONOUS) if association == 0 => status(l, SYSTEM)?,
        (true, READ_STATUS..=WRITE_VARIABLES | ASYNCHRONOUS) => status(l, PEER)?,
        (true, READ_CLOCK | WRITE_CLOCK) => status(l, &[CLOCK_STATUS, CLOCK_CODE])?,
        _ => {
            l.u16(CTRL_STATUS)?;
        }
    }
    l.u16(CTRL_ASSOCID)?;
    l.u16(CTRL_OFFSET)?;
    let count = usize::from(l.u16(CTRL_COUNT)?);
    if count == 0 {
        return Ok(());
    }
    let start = l.at();
    let states = opcode == READ_STATUS && association == 0 && flags & 0x40 == 0;
    l.branch(CTRL_DATA, |l, _| {
        l.within(count, |l| match opcode {
            READ_STATUS if states => associations(l),
            READ_STATUS..=WRITE_CLOCK => {
                variables(l);
                Ok(())
            }
            _ => {
                let field = match opcode {
                    ASYNCHRONOUS => CTRL_TRAPMSG,
                    8 | 9 => CTRL_CONFIGURATION,
                    10 => CTRL_MRU,
                    11 => CTRL_ORDLIST,
                    12 => CTRL_NONCE,
                    _ => return Ok(()),
                };
                l.bytes_left(field);
                Ok(())
            }
        })
    })?;
    if states {
        let end = l.at();
        for item in (start..end).step_by(4) {
            l.seek(item + 2)?;
            status(l, PEER)?;
        }
    }
    Ok(())
}

const SYSTEM: &[FieldId] = &[SYS_LI, SYS_CLKSRC, SYS_COUNT, SYS_CODE];
const PEER: &[FieldId] =
    &[PEER_CONFIG, PEER_AUTHENABLE, PEER_AUTHENTIC, PEER_REACH, PEER_BCAST, PEER_SELECTION, PEER_COUNT, PEER_CODE];

/// A status word. Its line says which flags are set, and the names of what has names.
fn status(l: &mut Layer<'_, '_>, bits: &[FieldId]) -> Result<(), Stop> {
    let mark = l.mark();
    let word = l.flags(CTRL_STATUS, 2, bits)?;
    let protocols = l.protocols();
    l.label_at(mark, || {
        let mut text = format!("Status: 0x{word:04x}");
        for row in bits.iter().map(|field| protocols.field(*field)) {
            let value = row.masked(word);
            match row.values {
                Values::Flag(..) if value != 0 => text.push_str(&format!(", {}", row.title)),
                Values::Names(_) => text.push_str(&format!(", {}: {}", row.title, named(row.values, value))),
                _ => {}
            }
        }
        text
    });
    Ok(())
}

/// The associations of the server, each with its status, which the tree shows behind them all.
fn associations(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    while l.left() > 0 {
        l.branch(CTRL_ITEM, |l, _| {
            l.u16(CTRL_ASSOCID)?;
            l.skip(2)
        })?;
    }
    Ok(())
}

/// Variables with their values, as text between commas; a quoted value may contain some.
fn variables(l: &mut Layer<'_, '_>) {
    let (start, bytes) = (l.at(), l.rest());
    let mut quoted = false;
    let split = |byte: &u8| {
        quoted ^= *byte == b'"';
        *byte == b',' && !quoted
    };
    let mut at = start;
    for part in bytes.split(split) {
        let text = part.trim_ascii_start();
        let begin = at + (part.len() - text.len());
        at += part.len() + 1;
        if !text.is_empty() {
            l.text(begin, begin + text.len(), || String::from_utf8_lossy(text).trim_end_matches(['\r', '\n']).into());
        }
    }
}
