//! TCP options (RFC 9293 section 3.2, RFC 7323, RFC 2018, and the IANA list).

use super::*;
use crate::field::FieldId;
use crate::value::big_endian;

/// The options that have a value, up to the first that is wrong.
fn values(options: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    let mut rest = options;
    std::iter::from_fn(move || {
        while let [0 | 1, behind @ ..] = rest {
            rest = behind;
        }
        let [kind, size, behind @ ..] = rest else { return None };
        let (value, behind) = behind.split_at_checked(usize::from(*size).checked_sub(2)?)?;
        rest = behind;
        Some((*kind, value))
    })
}

/// Whether these options hold the maximum segment size.
pub(super) fn has_segment_size(options: &[u8]) -> bool {
    values(options).any(|(kind, value)| kind == 2 && value.len() == 2)
}

/// The window scale shift in these options, and how many bytes behind the acknowledged ones they say to have come:
/// needed before the options are reached.
pub(super) fn scan(options: &[u8], acknowledgment: u32) -> (Option<u8>, u32) {
    let (mut scale, mut sacked) = (None, 0u32);
    for (kind, value) in values(options) {
        match (kind, value) {
            (3, [shift]) => scale = scale.or(Some(*shift)),
            (5, blocks) => {
                for block in blocks.chunks_exact(8) {
                    let (left, right) = block.split_at(4);
                    let [left, right] = [left, right].map(|edge| big_endian(edge) as u32);
                    // A block that was acknowledged already reports a duplicate (RFC 2883).
                    if (left.wrapping_sub(acknowledgment) as i32) > 0 {
                        sacked = sacked.saturating_add(right.wrapping_sub(left));
                    }
                }
            }
            _ => {}
        }
    }
    (scale, sacked)
}

/// Reads `length` bytes of options.
pub(super) fn dissect(l: &mut Layer<'_, '_>, length: usize, base: u32, acknowledged: u32) -> Result<(), Stop> {
    let start = l.at();
    let mark = l.mark();
    l.note(OPTIONS, start, (start + length).min(l.end()), Value::Bytes);
    let options = l.slice(start, start + length);
    l.label_at(mark, || {
        let mut text = format!("Options: ({length} bytes){}", names(options));
        text.truncate(MOST_NAMES);
        text
    });
    l.below(|l| {
        l.within(length, |l| {
            // Where the options in a row begin that say nothing.
            let mut idle = None;
            while l.left() > 0 {
                let kind = l.peek(0, 1)? as u8;
                idle = if kind == 1 { idle.or(Some(l.at() - start)) } else { None };
                if kind <= 1 {
                    let (field, mark) = (if kind == 0 { OPTION_EOL } else { OPTION_NOP }, l.mark());
                    l.nest(field, |l| l.u8(OPTION_KIND))?;
                    l.label_at(mark, || title(field).to_owned());
                    // Such as fill up a word behind another option are usual; a whole word of them is not.
                    if idle.is_some_and(|idle| idle % 4 == 0 && l.at() - start == idle + 4) {
                        l.generated_at(NOP, l.at(), Value::None);
                    }
                    continue;
                }
                let size = l.peek(1, 1)? as usize;
                if size < 2 {
                    // The options cannot be separated any more; what TCP carries can.
                    let (at, end) = (l.at(), l.end());
                    let name =
                        OPTION_KINDS.name(kind.into()).map_or_else(|| format!("Unknown (0x{kind:02x})"), str::to_owned);
                    l.text(at, end, || {
                        format!(
                            "{name} (with too-short option length = {size} byte{})",
                            if size == 1 { "" } else { "s" }
                        )
                    });
                    return l.seek(end);
                }
                option(l, kind, size.min(l.left()), base, acknowledged)?;
            }
            Ok(())
        })
    })
}

/// Bytes of a line with the names of the options; what has no room is left out.
const MOST_NAMES: usize = 239;

/// The names of all options, each behind a comma.
fn names(options: &[u8]) -> String {
    let (mut text, mut rest) = (String::new(), options);
    while let [kind, behind @ ..] = rest {
        let size = if *kind > 1 { usize::from(behind.first().copied().unwrap_or_default()) } else { 1 };
        if size == 0 || text.len() >= MOST_NAMES {
            break;
        }
        let usual = match kind {
            3 => 3,
            4 => 2,
            8 => 10,
            19 => 18,
            2 | 28 => 4,
            _ => 6,
        };
        let title = title(field(*kind, usual)).trim_start_matches("TCP Option - ");
        text.push_str(", ");
        text.push_str(if *kind == 30 { "MPTCP" } else { title });
        rest = rest.get(size..).unwrap_or_default();
    }
    text
}

/// What the field is called.
fn title(field: FieldId) -> &'static str {
    ROWS.get(usize::from(field.0 - SELF.0 - 1)).map_or("", |row| row.title)
}

/// The field that stands for the whole of an option.
fn field(kind: u8, size: usize) -> FieldId {
    match (kind, size) {
        (0, _) => OPTION_EOL,
        (1, _) => OPTION_NOP,
        (2, 4) => OPTION_MSS,
        (3, 3) => OPTION_WSCALE,
        (4, 2) => OPTION_SACK_PERM,
        (5, _) => OPTION_SACK,
        (6 | 7, 6) => OPTION_ECHO,
        (8, 10) => OPTION_TIMESTAMP,
        (11..=13, 6) => OPTION_CC,
        (19, 18) => OPTION_MD5,
        (28, 4) => OPTION_USER_TIMEOUT,
        (29, _) => OPTION_AO,
        (34, _) => OPTION_FAST_OPEN,
        (253 | 254, _) => OPTION_EXPERIMENTAL,
        _ => OPTION_UNKNOWN,
    }
}

fn option(l: &mut Layer<'_, '_>, kind: u8, size: usize, base: u32, acknowledged: u32) -> Result<(), Stop> {
    let (field, mark) = (field(kind, size), l.mark());
    let mut line = l.line();
    line.add(|| title(field).to_owned());
    l.nest(field, |l| {
        l.within(size, |l| {
            l.u8(OPTION_KIND)?;
            l.u8(OPTION_LEN)?;
            match field {
                OPTION_MSS => {
                    let size = l.u16(MSS)?;
                    line.add(|| format!(": {size} bytes"));
                    Ok(())
                }
                OPTION_WSCALE => {
                    let at = l.at();
                    let shift = l.u8(WSCALE_SHIFT)?;
                    if shift > 14 {
                        l.below(|l| l.generated(WSCALE_INVALID, Value::None));
                    }
                    let multiplier = 1 << shift.min(14);
                    l.note(WSCALE_MULTIPLIER, at, at + 1, Value::Uint(multiplier));
                    line.add(|| format!(": {shift} (multiply by {multiplier})"));
                    Ok(())
                }
                OPTION_SACK => {
                    let (start, mut count) = (l.at(), 0);
                    let duplicate = duplicate(blocks(l.rest(), base), acknowledged);
                    while l.left() >= 8 {
                        for (edge, name, before) in [(SACK_LEFT, "left", ' '), (SACK_RIGHT, "right", '-')] {
                            let at = l.at();
                            let value = (l.peek(0, 4)? as u32).wrapping_sub(base);
                            l.note(edge, at, at + 4, Value::Uint(u64::from(value)));
                            l.label(|| format!("{name} edge = {value} (relative)"));
                            line.add(|| format!("{before}{value}"));
                            l.skip(4)?;
                        }
                        count += 1;
                    }
                    l.generated(SACK_COUNT, Value::Uint(count));
                    if let Some([left, right]) = duplicate {
                        let right_at = start + 4;
                        for (field, name, at, edge) in
                            [(DSACK_LEFT, "Left", start, left), (DSACK_RIGHT, "Right", right_at, right)]
                        {
                            // They stand on the bytes of the edges, although they were found out.
                            l.note(field, at, at + 4, Value::Uint(edge.into()));
                            l.label(|| format!("[D-SACK {name} Edge = {edge} (relative)]"));
                        }
                        l.text(start, start, || "D-SACK Sequence".into());
                        l.below(|l| l.generated_at(DSACK, start, Value::None));
                    }
                    Ok(())
                }
                OPTION_TIMESTAMP => {
                    let value = l.u32(TIMESTAMP_VALUE)?;
                    let echo = l.u32(TIMESTAMP_ECHO)?;
                    line.add(|| format!(": TSval {value}, TSecr {echo}"));
                    Ok(())
                }
                OPTION_ECHO => l.u32(ECHO_VALUE).map(drop),
                OPTION_CC => l.u32(CC_VALUE).map(drop),
                OPTION_MD5 => l.bytes(MD5_DIGEST, 16).map(drop),
                OPTION_USER_TIMEOUT => l.bits(2, &[USER_TIMEOUT_UNIT, USER_TIMEOUT]).map(drop),
                OPTION_AO if l.left() >= 2 => {
                    l.u8(AO_KEY_ID)?;
                    l.u8(AO_NEXT_KEY)?;
                    l.bytes_left(AO_MAC);
                    Ok(())
                }
                OPTION_UNKNOWN if kind == 30 => l.bits(1.min(l.left()), &[MPTCP_SUBTYPE]).map(drop),
                OPTION_FAST_OPEN if l.left() == 0 => {
                    l.generated(FAST_OPEN_REQUEST, Value::None);
                    Ok(())
                }
                OPTION_FAST_OPEN => {
                    l.bytes_left(FAST_OPEN_COOKIE);
                    Ok(())
                }
                OPTION_UNKNOWN if l.left() > 0 => {
                    l.bytes_left(OPTION_UNKNOWN_PAYLOAD);
                    Ok(())
                }
                _ => Ok(()),
            }?;
            l.seek(l.end())
        })
    })?;
    if let Some(text) = line.written() {
        l.label_at(mark, || text);
    }
    Ok(())
}

/// The blocks of a SACK option, relative to this number.
fn blocks(bytes: &[u8], base: u32) -> impl Iterator<Item = [u32; 2]> {
    let (numbers, _) = bytes.as_chunks::<4>();
    let (blocks, _) = numbers.as_chunks::<2>();
    blocks.iter().map(move |block| block.map(|number| u32::from_be_bytes(number).wrapping_sub(base)))
}

/// The first block, where it reports bytes that came once more: those that are acknowledged already, or that the second
/// block holds too (RFC 2883, section 4).
fn duplicate(mut blocks: impl Iterator<Item = [u32; 2]>, acknowledged: u32) -> Option<[u32; 2]> {
    let (first, second) = (blocks.next()?, blocks.next());
    let [left, right] = first;
    let is_acknowledged = before(left, acknowledged) && !before(acknowledged, right);
    let is_within = second.is_some_and(|[from, to]| !before(left, from) && !before(to, right));
    (is_acknowledged || is_within).then_some(first)
}

/// Whether a number comes before another one, in numbers that begin anew.
fn before(one: u32, other: u32) -> bool {
    one != other && other.wrapping_sub(one) < 1 << 31
}

/// The text of the options in the Info column.
pub(super) fn summary(view: &View<'_>, out: &mut String) {
    use std::fmt::Write as _;
    for node in view.nodes() {
        let Value::Uint(value) = node.value else {
            if node.field == OPTION_SACK_PERM {
                out.push_str(" SACK_PERM");
            }
            continue;
        };
        let _ = match node.field {
            MSS => write!(out, " MSS={value}"),
            WSCALE_MULTIPLIER => write!(out, " WS={value}"),
            TIMESTAMP_VALUE => write!(out, " TSval={value}"),
            TIMESTAMP_ECHO => write!(out, " TSecr={value}"),
            SACK_LEFT => write!(out, " SLE={value}"),
            SACK_RIGHT => write!(out, " SRE={value}"),
            ECHO_VALUE => write!(out, " ECHO={value}"),
            CC_VALUE => write!(out, " CC={value}"),
            _ => Ok(()),
        };
    }
}
