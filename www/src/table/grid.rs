//! The table in the document: what is in sight, what is drawn of it, and what is asked for.

use super::Cursor;
use super::body::{Drawn, Part};
use super::lines::{self, Lines};
use super::place::{Group, Place};
use super::scroll::Scroll;
use crate::dom;
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::rc::{Rc, Weak};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Event, HtmlElement};

/// Milliseconds without movement after which the scroll bar takes its proper place.
const REST: i32 = 160;
/// Lines that are at least asked for at a time.
const LEAST: u32 = 10;

type Listener = Closure<dyn Fn(Event)>;

/// The table's elements. Its rows are moved and filled by hand.
pub(super) struct Grid {
    pub(super) lines: Rc<dyn Lines>,
    me: Weak<Grid>,
    pub(super) host: HtmlElement,
    window: HtmlElement,
    body: HtmlElement,
    parts: RefCell<Vec<Part>>,
    pub(super) place: RefCell<Place>,
    /// What the place was made of.
    measures: RefCell<(Vec<Group>, f64, f64)>,
    pub(super) scroll: Cell<Scroll>,
    pub(super) cursor: RwSignal<Cursor>,
    groups: RwSignal<Vec<Group>>,
    /// The cursor moved to a line that is still on its way.
    awaiting: Cell<bool>,
    /// A line to scroll to as soon as the table is on screen.
    wanted: Cell<Option<u32>>,
    /// The element that the keyboard stands on.
    active: RefCell<Option<HtmlElement>>,
    drawing: Cell<bool>,
    /// Counts movements, to notice when there are no more.
    movement: Cell<u32>,
    listeners: RefCell<Vec<Listener>>,
}

impl Grid {
    pub(super) fn build(
        lines: Rc<dyn Lines>,
        host: &HtmlElement,
        cursor: RwSignal<Cursor>,
        groups: RwSignal<Vec<Group>>,
    ) -> Option<Rc<Grid>> {
        let (window, body) = (dom::element("div", "window")?, dom::element("div", "body")?);
        // The grid itself takes the keys; without this, browsers would stop at the scrolling part on the way with Tab.
        dom::set(&window, "tabindex", "-1");
        let (head, below) = (host.query_selector(".head").ok()?, host.query_selector(".below").ok()?);
        if let Some(head) = head.filter(|_| lines.look().wide) {
            let _ = window.append_with_node_1(&head);
        }
        let _ = window.append_with_node_1(&body);
        if let Some(below) = below {
            let _ = window.append_with_node_1(&below);
        }
        let _ = host.append_with_node_1(&window);
        let grid = Rc::new_cyclic(|me| Grid {
            lines,
            me: Weak::clone(me),
            host: host.clone(),
            window,
            body,
            parts: RefCell::default(),
            place: RefCell::default(),
            measures: RefCell::default(),
            scroll: Cell::default(),
            cursor,
            groups,
            awaiting: Cell::new(false),
            wanted: Cell::new(None),
            active: RefCell::default(),
            drawing: Cell::new(false),
            movement: Cell::new(0),
            listeners: RefCell::default(),
        });
        grid.listen();
        let drawn = Rc::clone(&grid);
        Effect::new(move |_| {
            groups.track();
            cursor.track();
            drawn.draw();
        });
        Some(grid)
    }

    /// The lines in sight.
    pub(super) fn seen(&self) -> Range<u32> {
        let scroll = self.scroll.get();
        self.place.borrow().seen(scroll.top(), scroll.view())
    }

    /// The lines that are drawn: those in sight, and those near to them.
    pub(super) fn near(&self) -> Range<u32> {
        let (seen, near) = (self.seen(), self.lines.look().near);
        if seen.is_empty() {
            return 0..0;
        }
        seen.start.saturating_sub(near)..seen.end.saturating_add(near).min(self.place.borrow().lines())
    }

    /// Every line is another one, seen from the first.
    pub(super) fn restart(&self) {
        self.awaiting.set(false);
        self.wanted.set(None);
        self.parts.borrow_mut().iter_mut().for_each(Part::forget);
        self.rewind();
    }

    /// Shows the first lines.
    pub(super) fn rewind(&self) {
        let mut scroll = self.scroll.get();
        scroll.rewind();
        self.scroll.set(scroll);
        self.window.set_scroll_top(0);
        self.draw();
    }

    /// Wants the lines in sight again.
    pub(super) fn renew(&self) {
        let seen = self.seen();
        if !seen.is_empty() {
            self.lines.want(seen);
        }
    }

    /// Lines came: perhaps the one to which the cursor moved.
    pub(super) fn arrived(&self) {
        if self.awaiting.get()
            && let Some(line) = self.cursor.get_untracked().line
            && self.lines.choose(line)
        {
            self.awaiting.set(false);
        }
        self.draw();
    }

    /// The cursor stands at `line` now, which is to be seen.
    pub(super) fn stand(&self, line: Option<u32>) {
        self.awaiting.set(false);
        self.wanted.set(line);
        self.draw();
    }

    /// Moves the cursor to a line, and chooses it.
    pub(super) fn move_to(&self, line: u32, column: Option<usize>) {
        let Some(last) = self.place.borrow().lines().checked_sub(1) else { return };
        let line = line.min(last);
        self.cursor.set(Cursor { line: Some(line), head: false, column });
        self.wanted.set(Some(line));
        self.awaiting.set(!self.lines.choose(line));
        self.draw();
    }

    /// Fills the window anew before the next picture.
    pub(super) fn draw(&self) {
        if self.drawing.replace(true) {
            return;
        }
        let me = Weak::clone(&self.me);
        dom::before_paint(move || {
            if let Some(grid) = me.upgrade() {
                grid.drawing.set(false);
                grid.fill();
            }
        });
    }

    fn fill(&self) {
        let pixels = |property, usual| dom::pixels(&self.host, property).unwrap_or(usual);
        let look = self.lines.look();
        let head = if look.wide { pixels("--head", 0.0) } else { 0.0 };
        let view = f64::from(self.window.client_height()) - head;
        if view <= 0.0 {
            return;
        }
        let mut scroll = self.scroll.get();
        let resized = self.measure(pixels("--row", 22.0), pixels("--heading", 0.0));
        let place = self.place.borrow();
        let top = scroll.top() * resized.unwrap_or(1.0);
        scroll.fit(place.height(), view, top);
        if let Some(line) = self.wanted.take() {
            scroll.reveal(place.span(line), place.heading(line));
        }
        // The body must be as high as the bar is to go.
        let height = format!("{}px", scroll.body());
        if self.body.style().get_property_value("height").is_ok_and(|known| known != height) {
            dom::style(&self.body, "height", &height);
        }
        if scroll.top() != self.scroll.get().top() || resized.is_some() {
            self.window.set_scroll_top(scroll.settle().ceil() as i32);
        }
        self.scroll.set(scroll);
        let (seen, drawn) = (self.seen(), self.near());
        self.fill_parts(&place, &scroll, &drawn);
        self.activate();
        let ahead = (seen.end - seen.start).max(LEAST);
        if let Some(missing) = self.lines.missing(&drawn, ahead, place.lines()) {
            self.lines.want(missing);
        }
    }

    /// Takes the sizes of rows and headings and the groups; how much higher rows are than before, where they are others.
    fn measure(&self, row: f64, heading: f64) -> Option<f64> {
        let mut known = self.measures.borrow_mut();
        let before = known.1;
        let changed = before != row || known.2 != heading || self.groups.with_untracked(|groups| *groups != known.0);
        if changed {
            *known = (self.groups.get_untracked(), row, heading);
            self.place.replace(Place::new(&known.0, row, heading));
        }
        (before > 0.0 && before != row).then(|| row / before)
    }

    fn fill_parts(&self, place: &Place, scroll: &Scroll, drawn: &Range<u32>) {
        let mut parts = self.parts.borrow_mut();
        let sections = place.sections();
        while parts.len() > sections.len()
            && let Some(part) = parts.pop()
        {
            part.remove();
        }
        while parts.len() < sections.len() {
            let Some(part) = Part::new(&self.body) else { return };
            parts.push(part);
        }
        let cursor = self.cursor.get_untracked();
        let pool = (scroll.view() / place.row()).ceil() as usize + 2 + 2 * self.lines.look().near as usize;
        for ((index, section), part) in (0..).zip(sections).zip(parts.iter_mut()) {
            let own = section.lines();
            let start = drawn.start.clamp(own.start, own.end);
            let lines = start..drawn.end.clamp(start, own.end);
            let (top, bottom) = place.extent(index);
            let span = (scroll.inside(top).max(0.0), scroll.inside(bottom).min(scroll.body()));
            let span = (span.0.min(scroll.body()), span.1.max(span.0.min(scroll.body())));
            let first = scroll.inside(place.span(start).0);
            let drawn = Drawn { lines, pool, span, first, row: place.row() };
            part.draw(section, &drawn, &*self.lines, cursor);
        }
    }

    /// Tells where the keyboard stands, where that is drawn.
    fn activate(&self) {
        let (look, cursor) = (self.lines.look(), self.cursor.get_untracked());
        let class = cursor.column.and_then(|column| self.lines.classes().get(column).copied());
        let number = cursor.line.and_then(|line| self.lines.number(line));
        let element = match (cursor.head, cursor.line) {
            (true, _) => lines::element(look, None, class),
            (false, Some(line)) if self.lines.state(line, cursor).0 => {
                number.and_then(|number| lines::element(look, Some(number), class))
            }
            _ => None,
        };
        match &element {
            Some(element) => dom::set(&self.host, "aria-activedescendant", &element.id()),
            None => {
                let _ = self.host.remove_attribute("aria-activedescendant");
            }
        }
        if look.cells {
            let before = self.active.replace(element.clone());
            for (element, on) in before.iter().map(|element| (element, false)).chain(element.iter().map(|e| (e, true)))
            {
                let _ = element.class_list().toggle_with_force("active", on);
            }
        }
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
            if let Some(grid) = me.upgrade().filter(|grid| grid.movement.get() == movement) {
                grid.rest();
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
        self.on(&self.window, "scroll", |grid, _| grid.scrolled());
        self.on(&self.host, "click", Grid::click);
        self.on(&self.host, "contextmenu", Grid::context);
        self.on(&self.host, "keydown", Grid::press);
        self.on(&self.window, "mousedown", Grid::hold);
        self.on(&self.window, "focus", |grid, _| drop(grid.host.focus()));
        let me = Rc::downgrade(self);
        dom::watch_size(&self.window, move |_, _| {
            if let Some(grid) = me.upgrade() {
                // A row that was in sight stays there, as when a sheet opens over the table.
                let line = grid.cursor.get_untracked().line;
                if line.is_some_and(|line| grid.seen().contains(&line)) {
                    grid.wanted.set(line);
                }
                grid.draw();
            }
        });
    }

    fn on(self: &Rc<Self>, target: &HtmlElement, name: &str, act: impl Fn(&Grid, &Event) + 'static) {
        let me = Rc::downgrade(self);
        let listener = Listener::new(move |event: Event| {
            if let Some(grid) = me.upgrade() {
                act(&grid, &event);
            }
        });
        let _ = target.add_event_listener_with_callback(name, listener.as_ref().unchecked_ref());
        self.listeners.borrow_mut().push(listener);
    }
}
