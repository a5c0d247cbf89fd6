//! Where a list of millions of rows stands, when the browser's own scrolling ends after some million pixels.
//!
//! The true list has a height of rows times the height of a row, and a true offset in it. The browser scrolls a sizer that
//! is as high as the list, but never higher than browsers allow. Small movements of the bar move the list by just as many
//! pixels, so that a wheel or a finger feels the same in every list; large ones are leaps to a share of the list.

use std::ops::Range;

/// The highest sizer. Firefox ends at 17.8 million pixels, Chromium and Safari at 33.5 million.
const TALLEST: f64 = 12_000_000.0;

/// The list's measures and its true offset, all in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Scroll {
    rows: u32,
    row: f64,
    view: f64,
    top: f64,
    bar: f64,
}

impl Scroll {
    /// An empty list.
    pub(crate) fn new() -> Scroll {
        Scroll { rows: 0, row: 22.0, view: 0.0, top: 0.0, bar: 0.0 }
    }

    /// Takes the number of rows, the height of one and the height of the window on them. The first visible row stays.
    pub(crate) fn fit(&mut self, rows: u32, row: f64, view: f64) {
        let first = self.top / self.row;
        self.rows = rows;
        self.row = row.max(1.0);
        self.view = view;
        self.top = (first * self.row).clamp(0.0, self.last());
    }

    /// Height of the sizer.
    pub(crate) fn sizer(&self) -> f64 {
        self.height().min(TALLEST)
    }

    /// The true offset of the window.
    pub(crate) fn top(&self) -> f64 {
        self.top
    }

    /// Height of the window.
    pub(crate) fn view(&self) -> f64 {
        self.view
    }

    /// Height of a row.
    pub(crate) fn row(&self) -> f64 {
        self.row
    }

    /// Number of rows.
    pub(crate) fn rows(&self) -> u32 {
        self.rows
    }

    /// Rows that fit the window whole.
    pub(crate) fn page(&self) -> u32 {
        ((self.view / self.row) as u32).max(1)
    }

    /// Rows that are seen at least in part.
    pub(crate) fn seen(&self) -> Range<u32> {
        let start = (self.top / self.row) as u32;
        let end = ((self.top + self.view) / self.row).ceil() as u32;
        start.min(self.rows)..end.min(self.rows)
    }

    /// The browser's bar stands at `bar` now.
    pub(crate) fn moved(&mut self, bar: f64) {
        let by = bar - self.bar;
        self.bar = bar;
        let track = self.track();
        self.top = if bar <= 0.0 {
            0.0
        } else if bar >= track - 0.5 {
            self.last()
        } else if self.height() <= TALLEST {
            bar
        } else if by.abs() < self.view {
            self.top + by
        } else {
            bar / track * self.last()
        }
        .clamp(0.0, self.last());
    }

    /// Moves the window so that row `position` is seen whole, by as little as possible, or to the middle from afar.
    pub(crate) fn reveal(&mut self, position: u32) {
        let (start, end) = (f64::from(position) * self.row, f64::from(position + 1) * self.row);
        if start < self.top - self.view || end > self.top + 2.0 * self.view {
            self.top = start - (self.view - self.row) / 2.0;
        } else if start < self.top {
            self.top = start;
        } else if end > self.top + self.view {
            self.top = end - self.view;
        }
        self.top = self.top.clamp(0.0, self.last());
    }

    /// Where the bar belongs. It is set when nothing moves, so that small movements never pile up to a wrong place.
    pub(crate) fn settle(&mut self) -> f64 {
        let last = self.last();
        self.bar = if self.height() <= TALLEST {
            self.top
        } else if last > 0.0 {
            // Only the ends of the list may stand at the ends of the bar.
            let inside = (self.top / last * self.track()).clamp(1.0, self.track() - 1.0);
            if self.top <= 0.0 {
                0.0
            } else if self.top >= last {
                self.track()
            } else {
                inside
            }
        } else {
            0.0
        };
        self.bar
    }

    fn height(&self) -> f64 {
        f64::from(self.rows) * self.row
    }

    fn last(&self) -> f64 {
        (self.height() - self.view).max(0.0)
    }

    fn track(&self) -> f64 {
        (self.sizer() - self.view).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(rows: u32) -> Scroll {
        let mut scroll = Scroll::new();
        scroll.fit(rows, 22.0, 440.0);
        scroll
    }

    #[test]
    fn a_short_list_scrolls_as_the_browser_does() {
        let mut scroll = list(1_000);
        scroll.moved(110.0);
        assert_eq!(scroll.top(), 110.0);
        assert_eq!(scroll.seen(), 5..25);
        scroll.moved(20_000.0);
        assert_eq!(scroll.seen(), 909..930);
        assert_eq!(scroll.settle(), 20_000.0);
    }

    #[test]
    fn a_long_list_moves_by_pixels_and_leaps_by_shares() {
        let mut scroll = list(10_000_000);
        assert_eq!(scroll.sizer(), TALLEST);
        scroll.moved(100.0);
        assert_eq!(scroll.top(), 100.0);
        scroll.moved((TALLEST - 440.0) / 2.0);
        assert!(scroll.seen().contains(&5_000_000));
        let before = scroll.top();
        scroll.moved((TALLEST - 440.0) / 2.0 + 22.0);
        assert_eq!(scroll.top(), before + 22.0);
    }

    #[test]
    fn both_ends_of_a_long_list_are_reached() {
        let mut scroll = list(10_000_000);
        scroll.moved(TALLEST - 440.0);
        assert_eq!(scroll.seen().end, 10_000_000);
        scroll.moved(0.0);
        assert_eq!(scroll.seen(), 0..20);
    }

    #[test]
    fn settling_keeps_the_place_and_leaves_room_at_the_ends() {
        let mut scroll = list(10_000_000);
        scroll.moved(300.0);
        let top = scroll.top();
        assert!(scroll.settle() >= 1.0);
        assert_eq!(scroll.top(), top);
        scroll.reveal(9_999_999);
        assert_eq!(scroll.settle(), TALLEST - 440.0);
    }

    #[test]
    fn revealing_moves_as_little_as_possible() {
        let mut scroll = list(1_000);
        scroll.reveal(19);
        assert_eq!(scroll.top(), 0.0);
        scroll.reveal(20);
        assert_eq!(scroll.top(), 22.0);
        scroll.reveal(500);
        assert_eq!(scroll.top(), 500.0 * 22.0 - 209.0);
    }

    #[test]
    fn higher_rows_keep_the_first_one_in_place() {
        let mut scroll = list(1_000);
        scroll.moved(2_200.0);
        scroll.fit(1_000, 44.0, 440.0);
        assert_eq!(scroll.seen().start, 100);
    }

    #[test]
    fn an_empty_list_shows_nothing() {
        let mut scroll = list(0);
        scroll.moved(10.0);
        scroll.reveal(0);
        assert_eq!(scroll.seen(), 0..0);
        assert_eq!(scroll.settle(), 0.0);
    }
}
