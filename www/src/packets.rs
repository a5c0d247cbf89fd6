//! The packet list: as many rows in the document as fit the screen, whatever the number of packets.

mod hand;
mod head;
mod nothing;
mod row;
mod scroll;

use crate::dom;
use crate::page::Page;
use analyzer::message::Row;
use leptos::html::Div;
use leptos::prelude::*;
use row::Slot;
use scroll::Scroll;
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::rc::{Rc, Weak};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Event, HtmlElement, KeyboardEvent, MouseEvent};

/// Rows that are kept beyond those on screen.
const KEPT: usize = 4_000;
/// Milliseconds without movement after which the scroll bar takes its proper place.
const REST: i32 = 160;

type Listener = Closure<dyn Fn(Event)>;

/// The list. Its rows are recycled elements that are moved and filled by hand.
pub(crate) struct List {
    page: Page,
    me: Weak<List>,
    grid: HtmlElement,
    window: HtmlElement,
    layer: HtmlElement,
    sizer: HtmlElement,
    scroll: Cell<Scroll>,
    slots: RefCell<Vec<Slot>>,
    rows: RefCell<HashMap<u32, Row>>,
    marks: RefCell<HashSet<u32>>,
    /// Position of the selected row, where it is in the list.
    cursor: Cell<Option<u32>>,
    /// The cursor moved to a row that is still on its way.
    awaiting: Cell<bool>,
    /// A row to scroll to as soon as the list is on screen.
    wanted: Cell<Option<u32>>,
    drawing: Cell<bool>,
    /// Counts movements, to notice when there are no more.
    movement: Cell<u32>,
    listeners: RefCell<Vec<Listener>>,
}

/// The pane with the list.
#[component]
pub(crate) fn Packets(page: Page) -> impl IntoView {
    let host = NodeRef::<Div>::new();
    host.on_load(move |host| {
        if let Some(list) = List::build(page, &host) {
            page.list_is(list);
        }
    });
    let none = move || page.packets.get() > 0 && page.displayed.get() == 0 && page.phase.get().name() == "ready";
    view! {
        <div class="packets">
            <div
                id="packets"
                class="list"
                role="grid"
                tabindex="0"
                aria-label="Packets"
                aria-colcount="7"
                data-names=move || head::names_are_shown(page).to_string()
                aria-rowcount=move || (u64::from(page.displayed.get()) + 1).to_string()
                node_ref=host
            >
                <head::Head page=page />
            </div>
            <div class="none" id="nothing" hidden=move || !none()>
                <nothing::Nothing page=page />
            </div>
        </div>
    }
}

impl List {
    fn build(page: Page, grid: &HtmlElement) -> Option<Rc<List>> {
        let window = dom::element("div", "window")?;
        let layer = dom::element("div", "layer")?;
        let sizer = dom::element("div", "sizer")?;
        dom::set(&window, "role", "rowgroup");
        // The grid itself takes the keys; without this, browsers would stop at the scrolling part on the way with Tab.
        dom::set(&window, "tabindex", "-1");
        let _ = window.append_with_node_2(&layer, &sizer);
        let _ = grid.append_with_node_1(&window);
        let list = Rc::new_cyclic(|me| List {
            page,
            me: Weak::clone(me),
            grid: grid.clone(),
            window,
            layer,
            sizer,
            scroll: Cell::new(Scroll::new()),
            slots: RefCell::default(),
            rows: RefCell::default(),
            marks: RefCell::default(),
            cursor: Cell::new(None),
            awaiting: Cell::new(false),
            wanted: Cell::new(None),
            drawing: Cell::new(false),
            movement: Cell::new(0),
            listeners: RefCell::default(),
        });
        list.listen();
        let drawn = Rc::clone(&list);
        Effect::new(move |_| {
            page.displayed.track();
            page.selected.track();
            page.view.track();
            drawn.draw();
        });
        Some(list)
    }

    /// Every row may be another one now: a filter or a capture has changed.
    pub(crate) fn restart(&self) {
        self.rows.borrow_mut().clear();
        self.cursor.set(None);
        self.awaiting.set(false);
        self.wanted.set(None);
        if self.page.packets.get_untracked() == 0 {
            self.marks.borrow_mut().clear();
        }
        let mut scroll = self.scroll.get();
        scroll.reveal(0);
        self.scroll.set(scroll);
        self.window.set_scroll_top(scroll.settle() as i32);
        for slot in self.slots.borrow_mut().iter_mut() {
            slot.forget();
        }
        self.draw();
    }

    /// More is known of the rows now, such as names: those in sight are asked for again, and stay until then.
    pub(crate) fn renew(&self) {
        let seen = self.scroll.get().seen();
        self.rows.borrow_mut().retain(|position, _| seen.contains(position));
        if !seen.is_empty() {
            self.page.rows(seen.start, seen.end);
        }
    }

    /// Rows that arrived.
    pub(crate) fn take(&self, start: u32, rows: Vec<Row>) {
        if rows.is_empty() {
            // Asking again for what is not there yet would only go in circles.
            return;
        }
        {
            let mut known = self.rows.borrow_mut();
            if known.len() > KEPT {
                let seen = self.scroll.get().seen();
                let near = seen.start.saturating_sub(500)..seen.end + 500;
                known.retain(|position, _| near.contains(position));
            }
            known.extend((start..).zip(rows));
        }
        self.slots.borrow_mut().iter_mut().for_each(Slot::forget);
        if self.awaiting.get()
            && let Some(frame) = self.cursor.get().and_then(|position| self.frame(position))
        {
            self.awaiting.set(false);
            self.page.select(frame);
        }
        self.draw();
    }

    /// The selected packet stands at `position`; it is scrolled to when it was jumped to.
    pub(crate) fn stand(&self, position: Option<u32>, reveal: bool) {
        self.cursor.set(position);
        self.awaiting.set(false);
        if reveal || position.is_some() {
            self.wanted.set(position);
        }
        self.draw();
    }

    /// Fills the window anew before the next picture.
    fn draw(&self) {
        if self.drawing.replace(true) {
            return;
        }
        let me = Weak::clone(&self.me);
        dom::before_paint(move || {
            if let Some(list) = me.upgrade() {
                list.drawing.set(false);
                list.fill();
            }
        });
    }

    fn fill(&self) {
        let height = f64::from(self.window.client_height());
        if height <= 0.0 {
            return;
        }
        let mut scroll = self.scroll.get();
        let before = scroll;
        let row = dom::pixels(&self.grid, "--row").unwrap_or(22.0);
        scroll.fit(self.page.displayed.get_untracked(), row, height);
        if before.sizer() != scroll.sizer() {
            dom::style(&self.sizer, "height", &format!("{}px", scroll.sizer()));
        }
        if let Some(position) = self.wanted.take() {
            scroll.reveal(position);
            self.window.set_scroll_top(scroll.settle() as i32);
        } else if before.row() != scroll.row() {
            self.window.set_scroll_top(scroll.settle() as i32);
        }
        self.scroll.set(scroll);
        self.place(&scroll);
        self.ask(scroll.seen(), scroll.rows());
    }

    /// Gives every visible position a row of the pool: the same as before, so that scrolling by a row fills one row.
    fn place(&self, scroll: &Scroll) {
        let seen = scroll.seen();
        let mut slots = self.slots.borrow_mut();
        let needed = (scroll.view() / scroll.row()).ceil() as usize + 2;
        while slots.len() < needed {
            let Some(slot) = Slot::new(&self.layer) else { return };
            slots.push(slot);
        }
        let (rows, marks) = (self.rows.borrow(), self.marks.borrow());
        let selected = self.page.selected.get_untracked();
        let mut active = None;
        let pool = slots.len() as u32;
        for (index, slot) in (0..).zip(slots.iter_mut()) {
            // The one position of the window that falls to this row of the pool.
            let position = seen.start + (index + pool - seen.start % pool) % pool;
            if position >= seen.end {
                slot.hide();
                continue;
            }
            slot.put(f64::from(position) * scroll.row() - scroll.top());
            slot.fill(position, rows.get(&position));
            let frame = slot.frame();
            let chosen = frame != 0 && Some(frame) == selected;
            slot.mark(chosen, marks.contains(&frame));
            if chosen {
                active = Some(frame);
            }
        }
        match active {
            Some(frame) => dom::set(&self.grid, "aria-activedescendant", &format!("packet-{frame}")),
            None => {
                let _ = self.grid.remove_attribute("aria-activedescendant");
            }
        }
    }

    /// Asks for rows that are missing, and for those a window's height around them.
    fn ask(&self, seen: Range<u32>, all: u32) {
        let rows = self.rows.borrow();
        if seen.clone().all(|position| rows.contains_key(&position)) {
            return;
        }
        let ahead = (seen.end - seen.start).max(10);
        let near = seen.start.saturating_sub(ahead)..(seen.end + ahead).min(all);
        let missing = |position: &u32| !rows.contains_key(position);
        let start = near.clone().find(missing).unwrap_or(near.start);
        let end = near.clone().rev().find(missing).map_or(near.end, |last| last + 1);
        self.page.rows(start, end);
    }

    fn frame(&self, position: u32) -> Option<u32> {
        self.rows.borrow().get(&position).map(|row| row.frame)
    }

    /// Moves the cursor to `position`, and selects the packet there.
    fn move_to(&self, position: u32) {
        let Some(last) = self.scroll.get().rows().checked_sub(1) else { return };
        let position = position.min(last);
        self.cursor.set(Some(position));
        self.wanted.set(Some(position));
        match self.frame(position) {
            Some(frame) => {
                self.awaiting.set(false);
                self.page.select(frame);
            }
            None => self.awaiting.set(true),
        }
        self.draw();
    }

    fn scrolled(&self) {
        let mut scroll = self.scroll.get();
        scroll.moved(f64::from(self.window.scroll_top()));
        self.scroll.set(scroll);
        self.draw();
        let movement = self.movement.get().wrapping_add(1);
        self.movement.set(movement);
        let me = Weak::clone(&self.me);
        dom::after(REST, move || {
            if let Some(list) = me.upgrade().filter(|list| list.movement.get() == movement) {
                list.rest();
            }
        });
    }

    fn rest(&self) {
        let mut scroll = self.scroll.get();
        let bar = scroll.settle() as i32;
        self.scroll.set(scroll);
        if self.window.scroll_top() != bar {
            // The bar comes back with an event that moves nothing, because it is where it is expected.
            self.window.set_scroll_top(bar);
        }
    }

    fn listen(self: &Rc<Self>) {
        self.on(&self.window, "scroll", |list, _| list.scrolled());
        self.on(&self.window, "click", List::click);
        self.on(&self.grid, "keydown", |list, event| {
            if let Some(event) = event.dyn_ref::<KeyboardEvent>() {
                list.key(event);
            }
        });
        self.on(&self.window, "mousedown", |list, event| {
            // A press on a row is for the grid, which takes the keys; a second press may select text.
            if event.dyn_ref::<MouseEvent>().is_some_and(|event| event.detail() < 2) {
                event.prevent_default();
                let _ = list.grid.focus();
            }
        });
        let me = Rc::downgrade(self);
        dom::watch_size(&self.window, move |_, _| {
            if let Some(list) = me.upgrade() {
                // A row that was in sight stays there, as when the sheet with its fields opens.
                let seen = list.scroll.get().seen();
                if list.cursor.get().is_some_and(|cursor| seen.contains(&cursor)) {
                    list.wanted.set(list.cursor.get());
                }
                list.draw();
            }
        });
    }

    fn on(self: &Rc<Self>, target: &HtmlElement, name: &str, act: impl Fn(&List, &Event) + 'static) {
        let me = Rc::downgrade(self);
        let listener = Listener::new(move |event: Event| {
            if let Some(list) = me.upgrade() {
                act(&list, &event);
            }
        });
        let _ = target.add_event_listener_with_callback(name, listener.as_ref().unchecked_ref());
        self.listeners.borrow_mut().push(listener);
    }
}
