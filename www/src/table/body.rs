//! The elements of a table: one for each group, and in it rows that are filled again and again.

use super::Cursor;
use super::cell::{self, Views};
use super::lines::{Lines, id};
use super::place::Section;
use crate::{dom, words};
use std::ops::Range;
use web_sys::HtmlElement;

/// What is drawn of a group.
pub(super) struct Drawn {
    /// The positions of the lines that are drawn.
    pub(super) lines: Range<u32>,
    /// Rows that are needed for any window of this height.
    pub(super) pool: usize,
    /// The pixels of the body that the group takes.
    pub(super) span: (f64, f64),
    /// The pixels of the body at which the first of these lines begins, and those that each takes.
    pub(super) first: f64,
    pub(super) row: f64,
}

/// The element of a group.
pub(super) struct Part {
    element: HtmlElement,
    heading: HtmlElement,
    slots: Vec<Slot>,
    heads: Option<(String, u32)>,
    span: Option<(f64, f64)>,
}

impl Part {
    /// A group at the end of the body.
    pub(super) fn new(body: &HtmlElement) -> Option<Part> {
        let (element, heading) = (dom::element("div", "section")?, dom::element("div", "group")?);
        dom::set(&element, "role", "rowgroup");
        dom::set(&heading, "role", "presentation");
        heading.set_hidden(true);
        let _ = element.append_with_node_1(&heading);
        let _ = body.append_with_node_1(&element);
        Some(Part { element, heading, slots: Vec::new(), heads: None, span: None })
    }

    /// Takes the group out of the document.
    pub(super) fn remove(self) {
        self.element.remove();
    }

    /// What its rows show may have changed under them.
    pub(super) fn forget(&mut self) {
        self.slots.iter_mut().for_each(|slot| slot.shows = None);
    }

    /// Shows a group. Every line has its own row of the pool, so that scrolling by a line fills one row.
    pub(super) fn draw(&mut self, section: &Section, drawn: &Drawn, lines: &dyn Lines, cursor: Cursor) {
        if self.heads.as_ref().is_none_or(|(title, count)| *title != section.title || *count != section.count) {
            self.heads = Some((section.title.clone(), section.count));
            if !section.title.is_empty() {
                dom::set(&self.element, "aria-label", &section.title);
            }
            let words = format!("{} · {}", section.title, words::count(u64::from(section.count)));
            self.heading.set_text_content(Some(&words));
            self.heading.set_hidden(section.title.is_empty());
        }
        if self.span != Some(drawn.span) {
            self.span = Some(drawn.span);
            let (top, bottom) = drawn.span;
            dom::style(&self.element, "top", &format!("{top}px"));
            dom::style(&self.element, "height", &format!("{}px", bottom - top));
        }
        while self.slots.len() < drawn.pool.min(section.count as usize) {
            let Some(slot) = Slot::new(&self.element, lines) else { return };
            self.slots.push(slot);
        }
        let pool = self.slots.len() as u32;
        for (index, slot) in (0..).zip(self.slots.iter_mut()) {
            // The one position of the window that falls to this row of the pool.
            let from = drawn.lines.start;
            let position = from + (index + pool - (from - section.start) % pool) % pool;
            if position >= drawn.lines.end {
                slot.hide(lines);
                continue;
            }
            slot.put(drawn.first + f64::from(position - from) * drawn.row - drawn.span.0);
            slot.fill(position, lines);
            slot.mark(lines.state(position, cursor));
        }
    }
}

/// A row of the pool.
struct Slot {
    element: HtmlElement,
    cells: Vec<HtmlElement>,
    views: Option<Views>,
    /// The line that it shows, by position and stamp.
    shows: Option<(u32, u32)>,
    top: Option<f64>,
    chosen: Option<bool>,
    marked: bool,
}

impl Slot {
    fn new(part: &HtmlElement, lines: &dyn Lines) -> Option<Slot> {
        let element = dom::element("div", &format!("row {}", lines.look().row))?;
        dom::set(&element, "role", "row");
        let mut cells = Vec::new();
        for class in lines.classes() {
            let cell = dom::element("span", class)?;
            dom::set(&cell, "role", "gridcell");
            let _ = element.append_with_node_1(&cell);
            cells.push(cell);
        }
        element.set_hidden(true);
        let _ = part.append_with_node_1(&element);
        Some(Slot { element, cells, views: None, shows: None, top: None, chosen: None, marked: false })
    }

    /// Takes the row off the screen, and out of the reach of those who look for its line.
    fn hide(&mut self, lines: &dyn Lines) {
        if self.top.take().is_some() {
            self.element.set_hidden(true);
            self.empty(lines);
        }
    }

    /// Moves the row to `top` pixels from the group's upper edge.
    fn put(&mut self, top: f64) {
        if self.top.is_none() {
            self.element.set_hidden(false);
        }
        if self.top != Some(top) {
            self.top = Some(top);
            dom::style(&self.element, "transform", &format!("translateY({top}px)"));
        }
    }

    /// Shows the line at `position`, or nothing while it is on its way.
    fn fill(&mut self, position: u32, lines: &dyn Lines) {
        let shows = Some((position, lines.stamp(position)));
        if self.shows == shows {
            return;
        }
        let number = lines.number(position);
        if number.is_none() {
            self.empty(lines);
        }
        self.shows = shows;
        dom::set(&self.element, "aria-rowindex", &(u64::from(position) + 2).to_string());
        let Some(number) = number else { return };
        let look = lines.look();
        self.element.set_id(&id(look, Some(number), None));
        lines.dress(&self.element, position);
        self.views = None;
        let classes = if look.cells { lines.classes() } else { Vec::new() };
        let mut classes = classes.into_iter();
        for (element, cell) in self.cells.iter().zip(lines.cells(position)) {
            if let Some(class) = classes.next() {
                element.set_id(&id(look, Some(number), Some(class)));
            }
            cell::fill(element, cell, &mut self.views);
        }
    }

    /// Whether the line is chosen, and whether it is marked.
    fn mark(&mut self, (chosen, marked): (bool, bool)) {
        if self.chosen != Some(chosen) {
            self.chosen = Some(chosen);
            dom::set(&self.element, "aria-selected", if chosen { "true" } else { "false" });
        }
        if self.marked != marked {
            self.marked = marked;
            let _ = self.element.class_list().toggle_with_force("marked", marked);
        }
    }

    fn empty(&mut self, lines: &dyn Lines) {
        self.shows = None;
        self.views = None;
        self.element.set_id("");
        lines.undress(&self.element);
        for cell in &self.cells {
            cell.set_text_content(None);
            cell.set_id("");
        }
    }
}
