//! Where the lines of a table stand: below each other, in groups with a heading each or in a single one without.

use std::ops::Range;

/// Lines that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Group {
    /// What the heading says; empty for none.
    pub(crate) title: String,
    /// Number of its lines.
    pub(crate) lines: u32,
}

/// A group's place among the lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Section {
    /// What the heading says; empty for none.
    pub(crate) title: String,
    /// Position of its first line.
    pub(crate) start: u32,
    /// Number of its lines.
    pub(crate) count: u32,
}

impl Section {
    /// The positions of its lines.
    pub(super) fn lines(&self) -> Range<u32> {
        self.start..self.start + self.count
    }
}

/// The heights of a table, in pixels.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Place {
    row: f64,
    heading: f64,
    sections: Vec<Section>,
}

impl Place {
    /// A table of these groups, with lines and headings of these heights.
    pub(super) fn new(groups: &[Group], row: f64, heading: f64) -> Place {
        let mut start = 0_u32;
        let mut sections = Vec::new();
        for Group { title, lines } in groups {
            let count = (*lines).min(u32::MAX - start);
            sections.push(Section { title: title.clone(), start, count });
            start += count;
        }
        Place { row: row.max(1.0), heading, sections }
    }

    /// The groups.
    pub(super) fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// Height of a line.
    pub(super) fn row(&self) -> f64 {
        self.row
    }

    /// Number of lines.
    pub(super) fn lines(&self) -> u32 {
        self.sections.iter().map(|section| section.count).sum()
    }

    /// Height of all.
    pub(super) fn height(&self) -> f64 {
        let headings: f64 = self.sections.iter().map(|section| self.above(section)).sum();
        headings + f64::from(self.lines()) * self.row
    }

    /// Lines that fit a window whole, below a heading.
    pub(super) fn fit(&self, view: f64) -> u32 {
        let heading = if self.sections.iter().any(|section| self.above(section) > 0.0) { self.heading } else { 0.0 };
        (((view - heading) / self.row) as u32).max(1)
    }

    /// Lines that are seen at least in part when `top` pixels are above a window, which is `view` pixels high.
    pub(super) fn seen(&self, top: f64, view: f64) -> Range<u32> {
        let (end, last) = (top + view, self.lines());
        let mut seen = last..0;
        for (section, above) in self.tops() {
            let first = above + self.above(section);
            let line = |pixels: f64| ((pixels - first) / self.row).clamp(0.0, f64::from(section.count));
            let (from, to) = (line(top) as u32, line(end).ceil() as u32);
            if from < to {
                seen = seen.start.min(section.start + from)..seen.end.max(section.start + to);
            }
        }
        if seen.start < seen.end { seen } else { 0..0 }
    }

    /// The pixels that a line takes: its upper edge, and its lower one.
    pub(super) fn span(&self, line: u32) -> (f64, f64) {
        let found = self.tops().find(|(section, _)| section.lines().contains(&line));
        let top = found.map_or_else(
            || self.height(),
            |(section, above)| above + self.above(section) + f64::from(line - section.start) * self.row,
        );
        (top, top + self.row)
    }

    /// The pixels that a group takes, by its place among the groups.
    pub(super) fn extent(&self, index: usize) -> (f64, f64) {
        self.tops().nth(index).map_or((0.0, 0.0), |(section, above)| {
            (above, above + self.above(section) + f64::from(section.count) * self.row)
        })
    }

    /// Height of the heading over a line.
    pub(super) fn heading(&self, line: u32) -> f64 {
        self.sections.iter().find(|section| section.lines().contains(&line)).map_or(0.0, |section| self.above(section))
    }

    /// Height of a group's heading.
    fn above(&self, section: &Section) -> f64 {
        if section.title.is_empty() { 0.0 } else { self.heading }
    }

    /// The groups, each with the pixels above it.
    fn tops(&self) -> impl Iterator<Item = (&Section, f64)> {
        let mut above = 0.0;
        self.sections.iter().map(move |section| {
            let top = above;
            above += self.above(section) + f64::from(section.count) * self.row;
            (section, top)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(title: &str, lines: u32) -> Group {
        Group { title: title.to_owned(), lines }
    }

    fn place() -> Place {
        Place::new(&[group("one", 100), group("two", 1_000)], 28.0, 30.0)
    }

    #[test]
    fn what_is_seen_is_counted_without_headings() {
        assert_eq!(place().seen(0.0, 400.0), 0..14);
        assert_eq!(place().seen(30.0 + 28.0 * 60.0, 400.0), 60..75);
        assert_eq!(place().seen(30.0 + 28.0 * 99.0, 28.0 + 30.0 + 1.0), 99..101);
        assert_eq!(place().seen(30.0 + 28.0 * 100.0, 20.0), 0..0);
        assert_eq!(place().seen(1e9, 400.0), 0..0);
    }

    #[test]
    fn headings_stand_between_lines() {
        let place = place();
        assert_eq!(place.span(0), (30.0, 58.0));
        assert_eq!(place.span(100).0 - place.span(99).0, 58.0);
        assert_eq!(place.extent(1), (2_830.0, 2_830.0 + 30.0 + 28_000.0));
        assert_eq!((place.height(), place.lines()), (30_860.0, 1_100));
        assert_eq!(place.fit(400.0), 13);
    }

    #[test]
    fn a_single_group_without_a_title_has_no_heading() {
        let place = Place::new(&[group("", 1_000)], 22.0, 30.0);
        assert_eq!((place.seen(110.0, 440.0), place.fit(440.0)), (5..25, 20));
        assert_eq!((place.height(), place.heading(3)), (22_000.0, 0.0));
    }

    #[test]
    fn a_table_has_no_more_lines_than_can_be_counted() {
        assert_eq!(Place::new(&[group("", 100), group("", u32::MAX)], 28.0, 30.0).lines(), u32::MAX);
    }
}
