//! Finds the names that come near one that is none.

use super::{Advice, Guide};
use crate::filter::parse::short;
use crate::filter::tree::TextRange;
use crate::filter::{lex, splice};
use crate::pace::Foremost;

/// Names longer than this are no slips of the pen.
const LONGEST: usize = 64;

/// The advice about a name that is unknown, with those that could be meant.
pub(super) fn unknown(guide: Guide<'_>, text: &str, span: &TextRange, wrong: &str) -> Advice {
    // What one of a protocol's fields is compared with goes with it.
    let unread = guide.unread(wrong);
    let more = unread.and_then(|_| text.get(span.end..)).map_or(0, compared_length);
    let replaced = span.start..span.end + more;
    let (message, names) = match unread {
        Some((protocol, tests)) => (format!("Wireshark has {protocol}; Dropcap does not read it yet."), tests.to_vec()),
        None => {
            let compared = text.get(span.end..).is_some_and(begins_with_relation);
            let mut names: Vec<&str> = usual(guide, wrong, compared);
            if names.is_empty() {
                names = self::names(guide, wrong);
            }
            (describe(wrong, &names), names)
        }
    };
    let advice = Advice { unknown: true, ..Advice::new(message, span.clone()) };
    let fixed = |advice: Advice, name: &&str| advice.fixed(format!("Use {name}"), splice(text, &replaced, name));
    names.iter().fold(advice, fixed)
}

/// That a name is none, and which could be meant.
pub(super) fn describe(wrong: &str, names: &[&str]) -> String {
    match names {
        [] => format!("{} is no field or protocol.", short(wrong)),
        [one] => format!("{} is no field or protocol. Did you mean {one}?", short(wrong)),
        [most @ .., last] => {
            format!("{} is no field or protocol. Did you mean {} or {last}?", short(wrong), most.join(", "))
        }
    }
}

/// The length of the relation and the value behind a word, where they are one token each.
fn compared_length(rest: &str) -> usize {
    let near: String = rest.chars().take(LONGEST).collect();
    match lex::tokens(&near).as_slice() {
        [lex::Token { kind: lex::TokenKind::Relation(_) | lex::TokenKind::Assign, .. }, value, ..] => value.span.end,
        _ => 0,
    }
}

/// Whether what stands behind a word compares it.
fn begins_with_relation(rest: &str) -> bool {
    let relates = |kind: &lex::TokenKind| {
        matches!(
            kind,
            lex::TokenKind::Relation(_) | lex::TokenKind::Assign | lex::TokenKind::Retired | lex::TokenKind::In
        )
    };
    // Enough for the longest operator; the whole rest need not be cut into tokens.
    let rest: String = rest.chars().take(24).collect();
    lex::tokens(&rest).first().is_some_and(|token| relates(&token.kind))
}

/// What people are known to mean by a name: tests only where it stands alone.
fn usual(guide: Guide<'_>, wrong: &str, compared: bool) -> Vec<&'static str> {
    let lower = wrong.to_ascii_lowercase();
    if guide.schema().knows(&lower) {
        return Vec::new();
    }
    let known = guide.idioms.meant.iter().find(|(name, _)| *name == lower);
    let meant = known.map_or(&[][..], |(_, meant)| meant);
    let is_test = |meant: &&&str| meant.contains(' ');
    meant.iter().filter(|meant| !compared || !is_test(meant)).copied().collect()
}

/// Up to three names, the nearest first.
pub(super) fn names(guide: Guide<'_>, wrong: &str) -> Vec<&'static str> {
    if wrong.is_empty() || wrong.len() > LONGEST || !wrong.is_ascii() {
        return Vec::new();
    }
    let lower = wrong.to_ascii_lowercase();
    let last = lower.rsplit('.').next().unwrap_or_default();
    let host = guide.is_host(&lower);
    // Of three letters, two are too many to be slips of the pen.
    let allowed = |name: &str| if lower.len().min(name.len()) < 4 { 1 } else { 2 };
    let mut near: Foremost<(usize, usize, &'static str)> = Foremost::new(3);
    for name in guide.schema().names() {
        let rank = if name == lower {
            0
        } else if !lower.contains('.') && name.split_once('.').is_some_and(|(_, rest)| rest == lower) {
            1
        } else {
            match distance(&lower, name, allowed(name)) {
                Some(distance) => 1 + distance,
                None if !lower.contains('.') && lower.len() > 2 && name.rsplit('.').next() == Some(last) => 4,
                None if !host && last.len() > 3 && lower.contains('.') && name.rsplit('.').next() == Some(last) => 5,
                None => continue,
            }
        };
        let prefix = name.bytes().zip(lower.bytes()).take_while(|(a, b)| a == b).count();
        near.push((rank, LONGEST.saturating_sub(prefix), name));
    }
    let near = near.sorted();
    let best = near.first().map_or(0, |(rank, _, _)| *rank);
    near.into_iter()
        .filter(|(rank, _, _)| *rank <= best + usize::from(lower.len() > 5))
        .map(|(_, _, name)| name)
        .collect()
}

/// Letters to insert, delete, change or swap with their neighbour, if no more than `most`.
pub(super) fn distance(a: &str, b: &str, most: usize) -> Option<usize> {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    let at = |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX / 2);
    for (i, x) in a.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let mut best = (at(&row, j) + usize::from(x != y)).min(at(&row, j + 1) + 1).min(at(&next, j) + 1);
            if i > 0 && j > 0 && Some(x) == b.get(j - 1) && a.get(i - 1) == Some(y) {
                best = best.min(at(&before, j - 1) + 1);
            }
            next.push(best);
        }
        if next.iter().all(|cost| *cost > most) {
            return None;
        }
        before = std::mem::replace(&mut row, next);
    }
    row.last().copied().filter(|cost| *cost <= most)
}
