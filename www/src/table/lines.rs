//! A pane's lines as the grid sees them: by their position, whatever they hold.

use super::{Cell, Content, Cursor, Look, Of, Table};
use crate::dom;
use leptos::prelude::WithValue;
use std::ops::Range;
use web_sys::{Event, HtmlElement, KeyboardEvent};

/// What the grid asks of a pane. One grid serves all panes, so that it is in the page once.
pub(super) trait Lines {
    fn look(&self) -> &'static Look;
    fn classes(&self) -> Vec<&'static str>;
    fn sorts(&self, column: usize) -> bool;
    /// The stamp of a line; 0 while it is on its way.
    fn stamp(&self, position: u32) -> u32;
    /// The number in the id of a line; nothing while it is on its way.
    fn number(&self, position: u32) -> Option<u32>;
    fn dress(&self, element: &HtmlElement, position: u32);
    fn undress(&self, element: &HtmlElement);
    fn cells(&self, position: u32) -> Vec<Cell>;
    /// Whether a line is chosen, and whether it is marked.
    fn state(&self, position: u32, cursor: Cursor) -> (bool, bool);
    fn missing(&self, drawn: &Range<u32>, ahead: u32, all: u32) -> Option<Range<u32>>;
    fn want(&self, positions: Range<u32>);
    /// Whether the line was there to be chosen.
    fn choose(&self, position: u32) -> bool;
    fn click(&self, event: &Event, position: u32, before: bool);
    fn enter(&self, position: Option<u32>, cell: Option<(usize, HtmlElement)>);
    fn offer(&self, position: u32, of: Of, place: (f64, f64));
    fn key(&self, event: &KeyboardEvent) -> bool;
    fn sort(&self, column: usize);
}

/// The lines of a pane, with what it does with them.
pub(super) struct Kept<C: Content> {
    table: Table<C::Row>,
    content: C,
}

impl<C: Content> Kept<C> {
    pub(super) fn new(table: Table<C::Row>, content: C) -> Kept<C> {
        Kept { table, content }
    }
}

impl<C: Content> Lines for Kept<C> {
    fn look(&self) -> &'static Look {
        &C::LOOK
    }

    fn classes(&self) -> Vec<&'static str> {
        C::COLUMNS.iter().map(|column| column.class).collect()
    }

    fn sorts(&self, column: usize) -> bool {
        C::COLUMNS.get(column).is_some_and(|column| column.sorts)
    }

    fn stamp(&self, position: u32) -> u32 {
        self.table.rows.with_value(|rows| rows.get(position).map_or(0, |(stamp, _)| stamp))
    }

    fn number(&self, position: u32) -> Option<u32> {
        self.table.with_row(position, |row| self.content.number(position, row))
    }

    fn dress(&self, element: &HtmlElement, position: u32) {
        self.table.with_row(position, |row| self.content.dress(element, Some((position, row))));
    }

    fn undress(&self, element: &HtmlElement) {
        self.content.dress(element, None);
    }

    fn cells(&self, position: u32) -> Vec<Cell> {
        let cells = |row: &C::Row| C::COLUMNS.iter().map(|column| (column.cell)(&self.content, row)).collect();
        self.table.with_row(position, cells).unwrap_or_default()
    }

    fn state(&self, position: u32, cursor: Cursor) -> (bool, bool) {
        let state = |row: &C::Row| (self.content.is_chosen(position, row, cursor), self.content.is_marked(row));
        self.table.with_row(position, state).unwrap_or_default()
    }

    fn missing(&self, drawn: &Range<u32>, ahead: u32, all: u32) -> Option<Range<u32>> {
        self.table.rows.with_value(|rows| rows.missing(drawn, ahead, all))
    }

    fn want(&self, positions: Range<u32>) {
        self.content.want(positions.start, positions.end);
    }

    fn choose(&self, position: u32) -> bool {
        self.table.with_row(position, |row| self.content.choose(position, row)).is_some()
    }

    fn click(&self, event: &Event, position: u32, before: bool) {
        self.table.with_row(position, |row| self.content.click(event, row, before));
    }

    fn enter(&self, position: Option<u32>, cell: Option<(usize, HtmlElement)>) {
        self.table.rows.with_value(|rows| {
            let row = position.and_then(|position| rows.get(position));
            self.content.enter(row.map(|(_, row)| row), cell);
        });
    }

    fn offer(&self, position: u32, of: Of, place: (f64, f64)) {
        self.table.with_row(position, |row| self.content.offer(row, of, place));
    }

    fn key(&self, event: &KeyboardEvent) -> bool {
        self.content.key(event)
    }

    fn sort(&self, column: usize) {
        self.content.sort(column);
    }
}

/// The id of a row, or of one of its cells; that of a title where there is no line.
pub(super) fn id(look: &Look, number: Option<u32>, class: Option<&str>) -> String {
    let row = number.map_or_else(|| format!("{}-head", look.row), |number| format!("{}-{number}", look.row));
    class.map_or_else(|| row.clone(), |class| format!("{row}-{class}"))
}

/// The element of a row or of one of its cells.
pub(super) fn element(look: &Look, number: Option<u32>, class: Option<&str>) -> Option<HtmlElement> {
    dom::by_id(&id(look, number, class))
}
