//! Reads what stands between the brackets of a slice.

use crate::filter::tree::{Reach, SliceRange};

/// One range of a slice.
pub(super) fn slice_range(text: &str) -> Result<SliceRange, String> {
    let text = text.trim();
    let wrong = |what: &str| format!("{what} is not a number; a slice is written [first:length] or [first-last].");
    let integer = |part: &str| {
        let part = part.trim();
        let (sign, magnitude) = part.strip_prefix('-').map_or((1, part), |rest| (-1, rest));
        let (radix, digits) = match magnitude.strip_prefix("0x").or_else(|| magnitude.strip_prefix("0X")) {
            Some(digits) => (16, digits),
            None if magnitude.len() > 1 && magnitude.starts_with('0') => (8, &magnitude[1..]),
            None => (10, magnitude),
        };
        if !digits.starts_with(|c: char| c.is_digit(radix)) {
            return Err(wrong(if part.is_empty() { "Nothing" } else { part }));
        }
        i32::from_str_radix(digits, radix).map(|value| sign * i64::from(value)).map_err(|_| wrong(part))
    };
    if let Some((start, length)) = text.split_once(':') {
        let start = if start.trim().is_empty() { 0 } else { integer(start)? };
        if length.trim().is_empty() {
            return Ok(SliceRange { start, reach: Reach::Rest });
        }
        let length = integer(length)?;
        if length <= 0 {
            return Err("The length of a slice, behind the colon, is at least 1.".into());
        }
        return Ok(SliceRange { start, reach: Reach::Length(length) });
    }
    // A minus at the start is a sign; the next one joins first and last.
    if let Some(minus) = text.get(1..).and_then(|rest| rest.find('-')).map(|at| at + 1) {
        let (start, last) = (integer(&text[..minus])?, integer(&text[minus + 1..])?);
        if (start < 0) != (last < 0) {
            return Err("First and last of a slice count from the same end.".into());
        }
        if start >= last {
            return Err("The last element of a slice, behind the dash, comes after the first.".into());
        }
        return Ok(SliceRange { start, reach: Reach::Through(last) });
    }
    Ok(SliceRange { start: integer(text)?, reach: Reach::Length(1) })
}
