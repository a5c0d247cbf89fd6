//! What keys and clicks do in a table.

use super::grid::Grid;
use super::{Cursor, Of, lines};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, KeyboardEvent, MouseEvent};

impl Grid {
    pub(super) fn press(&self, event: &Event) {
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let (page, cells) = (self.place.borrow().fit(self.scroll.get().view()), self.lines.look().cells);
        let cursor = self.cursor.get_untracked();
        let at = cursor.line.unwrap_or_else(|| self.seen().start);
        let to = |line: u32| self.move_to(line, cursor.column);
        match event.key().as_str() {
            "ArrowDown" if cursor.head => to(0),
            "ArrowDown" => to(if cursor.line.is_none() { at } else { at.saturating_add(1) }),
            "ArrowUp" if cursor.head => {}
            "ArrowUp" if cells && at == 0 => {
                let column = cursor.column.or(Some(0));
                self.cursor.set(Cursor { head: true, column, ..cursor });
            }
            "ArrowUp" => to(at.saturating_sub(1)),
            "PageDown" => to(at.saturating_add(page)),
            "PageUp" => to(at.saturating_sub(page)),
            "Home" => to(0),
            "End" => to(u32::MAX),
            "ArrowRight" if cells => self.cursor.set(Cursor { column: self.beside(cursor, true), ..cursor }),
            "ArrowLeft" if cells => self.cursor.set(Cursor { column: self.beside(cursor, false), ..cursor }),
            "Enter" => self.enter(cursor),
            " " if cells => self.enter(cursor),
            "ContextMenu" if cells => self.menu(cursor),
            "F10" if cells && event.shift_key() => self.menu(cursor),
            _ if self.lines.key(event) => {}
            _ => return,
        }
        event.prevent_default();
    }

    /// The next column that is on screen; before the first stands the line as a whole.
    fn beside(&self, cursor: Cursor, right: bool) -> Option<usize> {
        let count = self.lines.classes().len();
        let shown = |column: &usize| self.cell(cursor, *column).is_some_and(|cell| cell.offset_width() > 0);
        match (cursor.column, right) {
            (None, true) => (0..count).find(shown),
            (Some(at), true) => (at + 1..count).find(shown).or(Some(at)),
            (Some(at), false) => (0..at).rev().find(shown).or(cursor.head.then_some(at)),
            (None, false) => None,
        }
    }

    fn cell(&self, cursor: Cursor, column: usize) -> Option<web_sys::HtmlElement> {
        let class = self.lines.classes().get(column).copied()?;
        let number = match cursor.head {
            true => None,
            false => Some(self.lines.number(cursor.line?)?),
        };
        lines::element(self.lines.look(), number, Some(class))
    }

    fn enter(&self, cursor: Cursor) {
        match (cursor.head, cursor.column) {
            (true, Some(column)) if self.lines.sorts(column) => self.lines.sort(column),
            (true, _) => {}
            (false, column) => {
                let cell = column.and_then(|column| Some((column, self.cell(cursor, column)?)));
                self.lines.enter(cursor.line, cell);
            }
        }
    }

    fn menu(&self, cursor: Cursor) {
        let Some(line) = cursor.line.filter(|_| !cursor.head) else { return };
        let element = match cursor.column {
            Some(column) => self.cell(cursor, column),
            None => self.lines.number(line).and_then(|number| lines::element(self.lines.look(), Some(number), None)),
        };
        if let Some(place) = element.map(|element| element.get_bounding_client_rect()) {
            self.lines.offer(line, cursor.column.map_or(Of::Line, Of::Cell), (place.left() + 8.0, place.bottom()));
        }
    }

    pub(super) fn click(&self, event: &Event) {
        if let Some(column) = around(event, "data-sort").and_then(|column| column.parse().ok()) {
            self.lines.sort(column);
        } else if let Some(line) = line(event) {
            let cursor = self.cursor.get_untracked();
            let before = self.lines.state(line, cursor).0;
            self.move_to(line, None);
            self.lines.click(event, line, before);
        }
    }

    pub(super) fn context(&self, event: &Event) {
        let Some(line) = line(event).filter(|_| self.lines.look().cells) else { return };
        let Some(mouse) = event.dyn_ref::<MouseEvent>() else { return };
        event.prevent_default();
        self.move_to(line, None);
        let of = around(event, "data-value").map_or(Of::Line, Of::Value);
        self.lines.offer(line, of, (f64::from(mouse.client_x()), f64::from(mouse.client_y())));
    }

    /// A press on a row is for the grid, which takes the keys; a second press may select text. In cells it always may.
    pub(super) fn hold(&self, event: &Event) {
        if self.lines.look().cells {
            return;
        }
        if event.dyn_ref::<MouseEvent>().is_some_and(|event| event.detail() < 2) {
            event.prevent_default();
            let _ = self.host.focus();
        }
    }
}

/// The line that an event is about.
fn line(event: &Event) -> Option<u32> {
    let index = around(event, "aria-rowindex")?.parse::<u32>().ok()?;
    index.checked_sub(2)
}

/// The nearest element around the target that has this attribute, by its value.
fn around(event: &Event, attribute: &str) -> Option<String> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    target.closest(&format!("[{attribute}]")).ok()??.get_attribute(attribute)
}
