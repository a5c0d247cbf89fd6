//! Requests and what is agreed on: options (RFC 2347) for the size of blocks (RFC 2348), the size of the file (RFC 2349)
//! and windows (RFC 7440, MS-TFTP as Microsoft's servers have them).

use super::transfer::{HIGHEST, REQUESTS, TERMS, TransferEnds, TransferRequest, USUAL, agree, terms};
use super::{
    BLOCKSIZE_RANGE, DESTINATION_FILE, MSFTWINDOW_UNRECOGNIZED, OPTION_NAME, OPTION_VALUE, SOURCE_FILE, TYPE,
    WINDOWSIZE_RANGE, odd,
};
use crate::dissect::{Layer, Next, Stop};
use crate::field::{FieldId, TEXT};
use crate::value::write_text;
use std::ops::RangeInclusive;

/// The sizes of blocks that can be agreed on (RFC 2348).
const BLOCK_SIZES: RangeInclusive<i64> = 8..=65_464;
/// The sizes of windows that can be agreed on (RFC 7440).
const WINDOW_SIZES: RangeInclusive<i64> = 1..=65_535;
/// By what a client asks for Microsoft's windows, and by what a server grants them.
const WINDOW_ASKED: &[u8] = b"31416";
const WINDOW_GRANTED: &[u8] = b"27182";

/// A request to read or to write a file; `known` is whether an earlier one between the same ends was credible.
pub(super) fn asked(l: &mut Layer<'_, '_>, ends: TransferEnds, writes: bool, known: bool) -> Result<Next, Stop> {
    let file = text(l, if writes { DESTINATION_FILE } else { SOURCE_FILE })?;
    text(l, TYPE)?;
    let mut request = TransferRequest {
        writes,
        file: file.to_vec(),
        frame: l.packet().number,
        credible: !file.is_empty() && file.iter().all(|byte| matches!(byte, b' '..=b'~')),
        asks_size: false,
    };
    let read = options(l, |l, name, value| {
        if name.eq_ignore_ascii_case(b"tsize") {
            request.asks_size = !writes && number(value) == 0;
        } else if name.eq_ignore_ascii_case(b"msftwindow") && value != WINDOW_ASKED {
            odd(l, MSFTWINDOW_UNRECOGNIZED, "Unrecognized msftwindow option");
        }
    });
    request.credible = known || request.credible && read.is_ok();
    if !l.quoted() {
        let memory = l.memory();
        memory.append(&REQUESTS, ends, request);
        memory.append(&TERMS, ends, USUAL);
        memory.append(&HIGHEST, ends, 0);
    }
    read.map(|()| Next::End)
}

/// The options that the server agrees to.
pub(super) fn granted(
    l: &mut Layer<'_, '_>,
    ends: TransferEnds,
    request: Option<&TransferRequest>,
) -> Result<(), Stop> {
    let mut terms = terms(l, ends);
    let read = options(l, |l, name, value| {
        let size = number(value);
        if name.eq_ignore_ascii_case(b"blksize") {
            if BLOCK_SIZES.contains(&size) {
                terms.block = size as u16;
            } else {
                odd(l, BLOCKSIZE_RANGE, "TFTP blocksize out of range");
            }
        } else if name.eq_ignore_ascii_case(b"windowsize") && WINDOW_SIZES.contains(&size) {
            terms.window = size as u16;
        } else if name.eq_ignore_ascii_case(b"msftwindow") {
            if value == WINDOW_GRANTED {
                terms.microsoft = true;
            } else {
                odd(l, MSFTWINDOW_UNRECOGNIZED, "Unrecognized msftwindow option");
            }
        } else if name.eq_ignore_ascii_case(b"tsize") {
            terms.size_known = request.is_some_and(|request| request.asks_size);
        }
    });
    agree(l, ends, terms);
    read
}

/// Reads options to the layer's end: names and values in turns. `each` looks at one, while its line is the innermost.
fn options(l: &mut Layer<'_, '_>, mut each: impl FnMut(&mut Layer<'_, '_>, &[u8], &[u8])) -> Result<(), Stop> {
    while l.left() > 0 {
        let name = length(l, 0)?;
        length(l, name)?;
        l.branch(TEXT, |l, line| {
            let name = text(l, OPTION_NAME)?;
            let value = text(l, OPTION_VALUE)?;
            line.add(|| {
                let mut words = "Option: ".to_owned();
                write_text(&mut words, name);
                words.push_str(" = ");
                write_text(&mut words, value);
                words
            });
            if name.eq_ignore_ascii_case(b"windowsize") && !WINDOW_SIZES.contains(&number(value)) {
                odd(l, WINDOWSIZE_RANGE, "TFTP windowsize out of range");
            }
            each(l, name, value);
            Ok(())
        })?;
    }
    Ok(())
}

/// Reads a text that a zero byte ends, and returns it without that byte.
pub(super) fn text<'p>(l: &mut Layer<'p, '_>, field: FieldId) -> Result<&'p [u8], Stop> {
    let length = length(l, 0)?;
    let bytes = l.bytes(field, length)?;
    Ok(bytes.split_last().map_or(bytes, |(_, text)| text))
}

/// Bytes of the text that begins so many bytes behind the cursor, with the zero byte that ends it.
fn length(l: &Layer<'_, '_>, offset: usize) -> Result<usize, Stop> {
    let rest = l.rest().get(offset..).unwrap_or_default();
    let end = rest.iter().position(|byte| *byte == 0);
    end.map(|end| end + 1).ok_or(Stop::Short { needed: rest.len() + 1, at: l.at() + offset })
}

/// The number with which a text begins; 0 without one.
fn number(text: &[u8]) -> i64 {
    let text = text.trim_ascii_start();
    let (sign, digits) = match text.split_first() {
        Some((b'-', digits)) => (-1, digits),
        Some((b'+', digits)) => (1, digits),
        _ => (1, text),
    };
    let digits = digits.iter().take_while(|byte| byte.is_ascii_digit());
    sign * digits.fold(0_i64, |number, digit| number.saturating_mul(10).saturating_add(i64::from(digit - b'0')))
}
