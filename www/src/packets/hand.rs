//! What keys and clicks do in the list.

use super::List;
use crate::dom;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, KeyboardEvent};

impl List {
    pub(super) fn key(&self, event: &KeyboardEvent) {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let scroll = self.scroll.get();
        let at = self.cursor.get().unwrap_or(scroll.seen().start);
        let none = self.cursor.get().is_none();
        match event.key().as_str() {
            "ArrowDown" => self.move_to(if none { at } else { at.saturating_add(1) }),
            "ArrowUp" => self.move_to(at.saturating_sub(1)),
            "PageDown" => self.move_to(at.saturating_add(scroll.page())),
            "PageUp" => self.move_to(at.saturating_sub(scroll.page())),
            "Home" => self.move_to(0),
            "End" => self.move_to(u32::MAX),
            "Enter" => {
                self.page.sheet.set(true);
                dom::focus("tree");
            }
            "m" | "M" => self.toggle_mark(),
            _ => return,
        }
        event.prevent_default();
    }

    fn toggle_mark(&self) {
        if let Some(frame) = self.page.selected.get_untracked() {
            let mut marks = self.marks.borrow_mut();
            if !marks.remove(&frame) {
                marks.insert(frame);
            }
        }
        self.draw();
    }

    pub(super) fn click(&self, event: &Event) {
        let row = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
            .and_then(|target| target.closest("[data-frame]").ok().flatten());
        let Some(row) = row else { return };
        let position = row.get_attribute("aria-rowindex").and_then(|index| index.parse::<u32>().ok());
        if let Some(position) = position.and_then(|index| index.checked_sub(2)) {
            self.move_to(position);
            self.page.sheet.set(true);
        }
    }
}
