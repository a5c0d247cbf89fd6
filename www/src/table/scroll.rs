//! Where a table of millions of lines stands, when the browser's own scrolling ends after some million pixels.
//!
//! The true table has a height, and a true offset in it. The browser scrolls a body that is as high as the table, but
//! never higher than browsers allow. Small movements of the bar move the table by just as many pixels, so that a wheel or
//! a finger feels the same in every table; large ones are leaps to a share of the table.

/// The highest body. Firefox ends at 17.8 million pixels, Chromium and Safari at 33.5 million.
pub(super) const TALLEST: f64 = 12_000_000.0;

/// The table's measures and its true offset, all in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Scroll {
    height: f64,
    view: f64,
    top: f64,
    bar: f64,
}

impl Scroll {
    /// Takes the table's height, the height of the window on it, and what is to be at the window's upper edge.
    pub(super) fn fit(&mut self, height: f64, view: f64, top: f64) {
        (self.height, self.view) = (height, view);
        self.top = top.clamp(0.0, self.last());
    }

    /// Height of the body.
    pub(super) fn body(&self) -> f64 {
        self.height.min(TALLEST)
    }

    /// Moves the window to the table's beginning.
    pub(super) fn rewind(&mut self) {
        (self.top, self.bar) = (0.0, 0.0);
    }

    /// The true offset of the window.
    pub(super) fn top(&self) -> f64 {
        self.top
    }

    /// Height of the window.
    pub(super) fn view(&self) -> f64 {
        self.view
    }

    /// Where in the body something stands whose true offset is `pixels`.
    pub(super) fn inside(&self, pixels: f64) -> f64 {
        // Where all of it fits, nothing that stands in the body ever moves.
        if self.height <= TALLEST { pixels } else { pixels - self.top + self.bar }
    }

    /// The browser's bar stands at `bar` now.
    pub(super) fn moved(&mut self, bar: f64) {
        let by = bar - self.bar;
        self.bar = bar;
        let track = self.track();
        self.top = if bar <= 0.0 {
            0.0
        } else if bar >= track - 0.5 {
            self.last()
        } else if self.height <= TALLEST {
            bar
        } else if by.abs() < self.view {
            self.top + by
        } else {
            bar / track * self.last()
        }
        .clamp(0.0, self.last());
    }

    /// Moves the window so that what stands between two offsets is seen, below `above` more pixels when it stood above
    /// the window: by as little as possible, or to the middle from afar.
    pub(super) fn reveal(&mut self, (start, end): (f64, f64), above: f64) {
        if start < self.top - self.view || end > self.top + 2.0 * self.view {
            self.top = start - (self.view - (end - start)) / 2.0;
        } else if start - above < self.top {
            self.top = start - above;
        } else if end > self.top + self.view {
            self.top = end - self.view;
        }
        self.top = self.top.clamp(0.0, self.last());
    }

    /// Where the bar belongs. It is set when nothing moves, so that small movements never pile up to a wrong place.
    pub(super) fn settle(&mut self) -> f64 {
        let last = self.last();
        self.bar = if self.height <= TALLEST {
            self.top
        } else if last > 0.0 {
            // Only the ends of the table may stand at the ends of the bar.
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

    fn last(&self) -> f64 {
        (self.height - self.view).max(0.0)
    }

    fn track(&self) -> f64 {
        (self.body() - self.view).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(rows: u32) -> Scroll {
        let mut scroll = Scroll::default();
        scroll.fit(f64::from(rows) * 22.0, 440.0, 0.0);
        scroll
    }

    fn row(position: u32) -> (f64, f64) {
        (f64::from(position) * 22.0, f64::from(position + 1) * 22.0)
    }

    #[test]
    fn a_short_list_scrolls_as_the_browser_does() {
        let mut scroll = list(1_000);
        scroll.moved(110.0);
        assert_eq!((scroll.top(), scroll.inside(220.0)), (110.0, 220.0));
        scroll.moved(20_000.0);
        assert_eq!(scroll.top(), 20_000.0);
        assert_eq!(scroll.settle(), 20_000.0);
    }

    #[test]
    fn a_long_list_moves_by_pixels_and_leaps_by_shares() {
        let mut scroll = list(10_000_000);
        assert_eq!(scroll.body(), TALLEST);
        scroll.moved(100.0);
        assert_eq!(scroll.top(), 100.0);
        scroll.moved((TALLEST - 440.0) / 2.0);
        assert!((scroll.top()..scroll.top() + 440.0).contains(&row(5_000_000).0));
        let before = scroll.top();
        scroll.moved((TALLEST - 440.0) / 2.0 + 22.0);
        assert_eq!(scroll.top(), before + 22.0);
        assert_eq!(scroll.inside(scroll.top()), (TALLEST - 440.0) / 2.0 + 22.0, "the window's edge is the bar's place");
    }

    #[test]
    fn both_ends_of_a_long_list_are_reached() {
        let mut scroll = list(10_000_000);
        scroll.moved(TALLEST - 440.0);
        assert_eq!(scroll.inside(row(9_999_999).1), TALLEST);
        scroll.moved(0.0);
        assert_eq!((scroll.top(), scroll.inside(0.0)), (0.0, 0.0));
    }

    #[test]
    fn settling_keeps_the_place_and_leaves_room_at_the_ends() {
        let mut scroll = list(10_000_000);
        scroll.moved(300.0);
        let top = scroll.top();
        assert!(scroll.settle() >= 1.0);
        assert_eq!(scroll.top(), top);
        scroll.reveal(row(9_999_999), 0.0);
        assert_eq!(scroll.settle(), TALLEST - 440.0);
    }

    #[test]
    fn revealing_moves_as_little_as_possible() {
        let mut scroll = list(1_000);
        scroll.reveal(row(19), 0.0);
        assert_eq!(scroll.top(), 0.0);
        scroll.reveal(row(20), 0.0);
        assert_eq!(scroll.top(), 22.0);
        scroll.reveal(row(500), 0.0);
        assert_eq!(scroll.top(), 500.0 * 22.0 - 209.0);
        scroll.reveal(row(490), 30.0);
        assert_eq!(scroll.top(), 490.0 * 22.0 - 30.0, "what is revealed stands below its heading");
    }

    #[test]
    fn an_empty_list_shows_nothing() {
        let mut scroll = list(0);
        scroll.moved(10.0);
        scroll.reveal(row(0), 0.0);
        assert_eq!((scroll.top(), scroll.settle()), (0.0, 0.0));
    }
}
