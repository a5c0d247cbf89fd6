//! Where lines stand in a table that holds only those in sight.

use analyzer::message::PairGroup;
use std::ops::Range;

/// The tallest table, in pixels: browsers end at some 17 million.
const TALLEST: f64 = 12_000_000.0;
/// Lines that are at hand above and below those in sight; windows begin and end at a multiple of it.
const NEAR: u32 = 24;

/// A group and where its lines are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Section {
    /// The group.
    pub(crate) group: PairGroup,
    /// Groups before it.
    pub(crate) index: u32,
    /// Position of its first line.
    pub(crate) start: u32,
    /// Number of its lines.
    pub(crate) count: u32,
}

/// The heights of a table, in pixels.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Place {
    row: f64,
    heading: f64,
    sections: Vec<Section>,
}

impl Place {
    /// A table of these groups, with lines and headings of these heights. Lines that no browser could show are left out.
    pub(crate) fn new(groups: &[(PairGroup, u32)], row: f64, heading: f64) -> Place {
        let row = row.max(1.0);
        let mut left = (TALLEST / row) as u32;
        let mut start = 0;
        let mut sections = Vec::new();
        for (index, &(group, count)) in (0..).zip(groups) {
            let count = count.min(left);
            left -= count;
            sections.push(Section { group, index, start, count });
            start += count;
        }
        Place { row, heading, sections }
    }

    /// The groups.
    pub(crate) fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// The group of a line.
    pub(crate) fn section(&self, line: u32) -> Option<Section> {
        self.sections.iter().find(|section| (section.start..section.start + section.count).contains(&line)).copied()
    }

    /// Number of lines.
    pub(crate) fn lines(&self) -> u32 {
        self.sections.iter().map(|section| section.count).sum()
    }

    /// Lines that fit between two edges.
    pub(crate) fn fit(&self, view: f64) -> u32 {
        (((view - self.heading) / self.row) as u32).max(1)
    }

    /// The lines to ask for when `top` pixels are above the window, which is `view` pixels high.
    pub(crate) fn window(&self, top: f64, view: f64) -> Range<u32> {
        let first = self.at(top).saturating_sub(NEAR) / NEAR * NEAR;
        let last = (self.at(top + view) + 1 + NEAR).next_multiple_of(NEAR);
        first..last
    }

    /// How far the window must be scrolled to show a line whole, below its group's heading.
    pub(crate) fn reveal(&self, line: u32, top: f64, view: f64) -> f64 {
        let start = self.top(line);
        let (least, most) = (start + self.row - view, start - self.heading);
        if most < top { most.max(0.0) } else { top.max(least) }
    }

    /// Pixels above a line.
    fn top(&self, line: u32) -> f64 {
        let headings = self.section(line).map_or(self.sections.len() as u32, |section| section.index + 1);
        f64::from(headings) * self.heading + f64::from(line) * self.row
    }

    /// The line at so many pixels.
    fn at(&self, pixels: f64) -> u32 {
        let mut above = 0.0;
        for section in &self.sections {
            let height = self.heading + f64::from(section.count) * self.row;
            if pixels < above + height {
                return section.start + ((pixels - above - self.heading) / self.row).max(0.0) as u32;
            }
            above += height;
        }
        self.lines().saturating_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> Place {
        Place::new(&[(PairGroup::Paired, 100), (PairGroup::Unused, 1_000)], 28.0, 30.0)
    }

    #[test]
    fn a_window_holds_what_is_seen_and_what_is_near() {
        assert_eq!(place().window(0.0, 400.0), 0..48);
        assert_eq!(place().window(30.0 + 28.0 * 60.0, 400.0), 24..120);
        assert_eq!(place().window(1e9, 400.0).end, 1_128);
    }

    #[test]
    fn headings_stand_between_lines() {
        let place = place();
        for line in [0, 1, 99, 100, 101, 1_099] {
            assert_eq!(place.at(place.top(line)), line);
        }
        assert_eq!(place.top(100) - place.top(99), 58.0);
        assert_eq!(place.section(100).map(|section| section.group), Some(PairGroup::Unused));
    }

    #[test]
    fn a_line_is_revealed_by_as_little_as_possible_and_below_its_heading() {
        let place = place();
        assert_eq!(place.reveal(5, 0.0, 400.0), 0.0);
        assert_eq!(place.reveal(20, 0.0, 400.0), place.top(20) + 28.0 - 400.0);
        assert_eq!(place.reveal(5, 1_000.0, 400.0), place.top(5) - 30.0);
        assert_eq!(place.reveal(0, 1_000.0, 400.0), 0.0);
    }

    #[test]
    fn no_table_is_taller_than_browsers_allow() {
        let place = Place::new(&[(PairGroup::Paired, 100), (PairGroup::Without, u32::MAX)], 28.0, 30.0);
        assert!(f64::from(place.lines()) * 28.0 <= TALLEST);
    }
}
