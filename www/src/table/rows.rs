//! The lines of a table that are known.

use std::collections::HashMap;
use std::ops::Range;

/// Lines that are kept beyond those on screen, and how far around them when there are more.
const KEPT: usize = 4_000;
const AROUND: u32 = 500;

/// Lines by their position, each with a stamp that it keeps as long as it says the same.
pub(super) struct Rows<R> {
    known: HashMap<u32, (u32, R)>,
    stamps: u32,
}

impl<R> Default for Rows<R> {
    fn default() -> Self {
        Rows { known: HashMap::new(), stamps: 0 }
    }
}

impl<R: PartialEq> Rows<R> {
    /// The line at a position, with its stamp.
    pub(super) fn get(&self, position: u32) -> Option<(u32, &R)> {
        self.known.get(&position).map(|(stamp, row)| (*stamp, row))
    }

    /// Takes lines from `start` on; whether there were any. Of more than can be kept, those near to `seen` stay.
    pub(super) fn put(&mut self, start: u32, rows: impl IntoIterator<Item = R>, seen: Range<u32>) -> bool {
        if self.known.len() > KEPT {
            self.keep(&(seen.start.saturating_sub(AROUND)..seen.end.saturating_add(AROUND)));
        }
        let mut any = false;
        for (position, row) in (start..).zip(rows) {
            any = true;
            if self.known.get(&position).is_none_or(|(_, known)| *known != row) {
                self.stamps = self.stamps.wrapping_add(1).max(1);
                self.known.insert(position, (self.stamps, row));
            }
        }
        any
    }

    /// Forgets all lines but these.
    pub(super) fn keep(&mut self, positions: &Range<u32>) {
        self.known.retain(|position, _| positions.contains(position));
    }

    /// The lines that are missing among `drawn`, and around it as far as `ahead`, where there are `all`.
    pub(super) fn missing(&self, drawn: &Range<u32>, ahead: u32, all: u32) -> Option<Range<u32>> {
        let missing = |position: &u32| !self.known.contains_key(position);
        if !drawn.clone().any(|position| missing(&position)) {
            return None;
        }
        let near = drawn.start.saturating_sub(ahead)..drawn.end.saturating_add(ahead).min(all);
        let start = near.clone().find(missing).unwrap_or(near.start);
        let end = near.clone().rev().find(missing).map_or(near.end, |last| last + 1);
        Some(start..end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_says_the_same_keeps_its_stamp() {
        let mut rows = Rows::default();
        assert!(rows.put(0, ["a", "b"], 0..2));
        let before = rows.get(0).map(|(stamp, _)| stamp);
        assert!(rows.put(0, ["a", "c"], 0..2));
        assert_eq!(rows.get(0).map(|(stamp, _)| stamp), before);
        assert_eq!(rows.get(1), Some((3, &"c")));
        assert!(!rows.put(7, [], 0..2));
    }

    #[test]
    fn what_is_missing_is_asked_for_with_what_is_near() {
        let mut rows = Rows::default();
        rows.put(90, 90..110, 90..110);
        assert_eq!(rows.missing(&(95..105), 20, 1_000), None);
        assert_eq!(rows.missing(&(105..115), 10, 1_000), Some(110..125));
        assert_eq!(rows.missing(&(80..95), 10, 1_000), Some(70..90));
        assert_eq!(rows.missing(&(105..115), 10, 112), Some(110..112));
    }

    #[test]
    fn of_many_lines_those_near_to_the_window_are_kept() {
        let mut rows = Rows::default();
        rows.put(0, 0..4_001, 0..20);
        rows.put(10_000, [1], 3_000..3_020);
        assert!(rows.get(0).is_none() && rows.get(2_600).is_some() && rows.get(10_000).is_some());
    }
}
