//! Finds the names that come near one that is none.

use super::schema::Schema;

/// Names longer than this are no slips of the pen.
const LONGEST: usize = 64;

/// Up to three names, the nearest first.
pub(super) fn names(schema: &Schema, wrong: &str) -> Vec<&'static str> {
    if wrong.is_empty() || wrong.len() > LONGEST || !wrong.is_ascii() {
        return Vec::new();
    }
    let lower = wrong.to_ascii_lowercase();
    let last = lower.rsplit('.').next().unwrap_or_default();
    let allowed = if lower.len() < 4 { 1 } else { 2 };
    let mut near: Vec<(usize, usize, &'static str)> = Vec::new();
    for name in schema.names() {
        let rank = if name == lower {
            0
        } else if !lower.contains('.') && name.split_once('.').is_some_and(|(_, rest)| rest == lower) {
            1
        } else {
            match distance(&lower, name, allowed) {
                Some(distance) => 1 + distance,
                None if !lower.contains('.') && lower.len() > 2 && name.rsplit('.').next() == Some(last) => 4,
                None if last.len() > 3 && lower.contains('.') && name.rsplit('.').next() == Some(last) => 5,
                None => continue,
            }
        };
        let prefix = name.bytes().zip(lower.bytes()).take_while(|(a, b)| a == b).count();
        near.push((rank, LONGEST.saturating_sub(prefix), name));
    }
    near.sort_unstable();
    let best = near.first().map_or(0, |(rank, _, _)| *rank);
    near.into_iter().filter(|(rank, _, _)| *rank <= best + 1).take(3).map(|(_, _, name)| name).collect()
}

/// Letters to insert, delete, change or swap with their neighbour, if no more than `most`.
fn distance(a: &str, b: &str, most: usize) -> Option<usize> {
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
