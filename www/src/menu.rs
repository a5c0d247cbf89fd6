//! A menu that opens where it is asked for: hosts of a capture, what can be done with a value.

use crate::dom;
use crate::filter::closed;
use crate::page::Page;
use leptos::html::Div;
use leptos::prelude::*;
use std::fmt;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

/// What choosing an item does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Act {
    /// Applies this filter.
    Filter(String),
    /// Puts this text on the clipboard.
    Copy(String),
    /// Jumps to this packet.
    Go(u32),
    /// Does what the pane that offers it can do.
    Do(Deed),
}

/// Something that a pane can do.
#[derive(Clone)]
pub(crate) struct Deed(Arc<dyn Fn() + Send + Sync>);

impl Deed {
    /// Calls this when it is chosen.
    pub(crate) fn new(call: impl Fn() + Send + Sync + 'static) -> Deed {
        Deed(Arc::new(call))
    }
}

impl PartialEq for Deed {
    fn eq(&self, other: &Deed) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Deed {}

impl fmt::Debug for Deed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Deed")
    }
}

/// A line of the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    /// What it says.
    pub(crate) label: String,
    /// What stands behind it, in grey.
    pub(crate) note: String,
    /// What it does.
    pub(crate) act: Act,
}

/// What can be done with a filter, beside the one that is applied: alone, turned round, and joined with that one.
pub(crate) fn ways(label: &str, filter: &str, applied: &str) -> Vec<Item> {
    let item =
        |label: &str, filter: String| Item { label: label.to_owned(), note: filter.clone(), act: Act::Filter(filter) };
    let (part, whole) = (closed(filter), closed(applied));
    let mut items = vec![item(label, filter.to_owned()), item("Filter all others", format!("!({filter})"))];
    if !applied.is_empty() && applied != filter {
        items.push(item("And, with the filter now", format!("{whole} && {part}")));
        items.push(item("But not, with the filter now", format!("{whole} && !({filter})")));
        items.push(item("Or, with the filter now", format!("{whole} || {part}")));
    }
    items
}

/// A line that puts text on the clipboard.
pub(crate) fn to_copy(label: &str, text: &str) -> Item {
    Item { label: label.to_owned(), note: String::new(), act: Act::Copy(text.to_owned()) }
}

/// The one menu of the page.
#[derive(Clone, Copy)]
pub(crate) struct Menu {
    open: RwSignal<Option<Open>>,
}

#[derive(Debug, Clone, PartialEq)]
struct Open {
    items: Vec<Item>,
    left: f64,
    top: f64,
    /// The element that gets the keyboard back.
    opener: String,
}

impl Menu {
    /// A menu that is closed.
    pub(crate) fn new() -> Menu {
        Menu { open: RwSignal::new(None) }
    }

    /// Opens below the element with this id.
    pub(crate) fn below(self, opener: &str, items: Vec<Item>) {
        if let Some(element) = dom::by_id(opener) {
            let place = element.get_bounding_client_rect();
            self.at(place.left(), place.bottom() + 2.0, opener, items);
        }
    }

    /// Opens at a place of the window.
    pub(crate) fn at(self, left: f64, top: f64, opener: &str, items: Vec<Item>) {
        if !items.is_empty() {
            self.open.set(Some(Open { items, left, top, opener: opener.to_owned() }));
        }
    }

    fn close(self) {
        if let Some(open) = self.open.get_untracked() {
            self.open.set(None);
            dom::focus(&open.opener);
        }
    }
}

/// Where the menu appears.
#[component]
pub(crate) fn MenuPlace(page: Page, menu: Menu) -> impl IntoView {
    // What it offers is about the capture that was there when it opened.
    Effect::new(move |_| {
        page.name.track();
        menu.open.set(None);
    });
    move || menu.open.get().map(|open| view! { <MenuBox page=page menu=menu open=open /> })
}

#[component]
fn MenuBox(page: Page, menu: Menu, open: Open) -> impl IntoView {
    let place = NodeRef::<Div>::new();
    let (left, top) = (open.left, open.top);
    place.on_load(move |place| {
        // The element is measured once it is in the document.
        dom::before_paint(move || {
            let (width, height) = (f64::from(place.offset_width()), f64::from(place.offset_height()));
            let (right, bottom) = edges();
            dom::style(&place, "left", &format!("{}px", left.min(right - width - 8.0).max(8.0)));
            let above = top + height > bottom - 8.0;
            dom::style(&place, "top", &format!("{}px", if above { bottom - height - 8.0 } else { top }.max(8.0)));
            step(&place, 0);
        });
    });
    let key = move |event: KeyboardEvent| {
        event.stop_propagation();
        let Some(place) = place.get_untracked() else { return };
        match event.key().as_str() {
            "ArrowDown" => step(&place, 1),
            "ArrowUp" => step(&place, -1),
            "Home" => step(&place, 0),
            "End" => step(&place, i32::MAX),
            "Escape" | "Tab" => menu.close(),
            _ => return,
        }
        event.prevent_default();
    };
    let items = open
        .items
        .into_iter()
        .map(|item| {
            let act = item.act;
            view! {
                <button
                    role="menuitem"
                    tabindex="-1"
                    on:click=move |_| {
                        menu.close();
                        match &act {
                            Act::Filter(filter) => page.apply(filter),
                            Act::Copy(text) => copy(text),
                            Act::Go(frame) => page.go(*frame),
                            Act::Do(deed) => (deed.0)(),
                        }
                    }
                >
                    <span>{item.label}</span>
                    <small>{item.note}</small>
                </button>
            }
        })
        .collect_view();
    view! {
        <div class="veil" on:click=move |_| menu.close() on:contextmenu=move |event| event.prevent_default()></div>
        <div class="menu" role="menu" node_ref=place on:keydown=key>
            {items}
        </div>
    }
}

/// Puts text on the clipboard.
pub(crate) fn copy(text: &str) {
    if let Some(window) = dom::window() {
        // A browser that refuses says so itself.
        let _ = window.navigator().clipboard().write_text(text);
    }
}

/// Moves the keyboard by so many items; 0 goes to the first, a very large step to the last.
fn step(place: &HtmlElement, by: i32) {
    let items = place.children();
    let count = items.length() as i32;
    let active = dom::document().and_then(|document| document.active_element());
    let at = (0..count).find(|index| active.is_some() && items.item(*index as u32) == active);
    let to = match (at, by) {
        (_, 0) => 0,
        (Some(at), by) => at.saturating_add(by).clamp(0, count - 1),
        (None, _) => 0,
    };
    if let Some(item) = items.item(to.max(0) as u32).and_then(|item| item.dyn_into::<HtmlElement>().ok()) {
        let _ = item.focus();
    }
}

fn edges() -> (f64, f64) {
    let number = |value: Result<wasm_bindgen::JsValue, _>| value.ok().and_then(|value| value.as_f64());
    dom::window().map_or((0.0, 0.0), |window| {
        (number(window.inner_width()).unwrap_or(0.0), number(window.inner_height()).unwrap_or(0.0))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filters(applied: &str) -> Vec<String> {
        let filters = ways("Filter", "a == 1 or b", applied).into_iter().map(|item| item.note);
        filters.collect()
    }

    #[test]
    fn a_filter_is_joined_with_the_one_that_is_applied() {
        assert_eq!(filters(""), ["a == 1 or b", "!(a == 1 or b)"]);
        let joined = filters("tcp && ip");
        assert_eq!(joined[2], "(tcp && ip) && (a == 1 or b)");
        assert_eq!(joined[3], "(tcp && ip) && !(a == 1 or b)");
        assert_eq!(joined[4], "(tcp && ip) || (a == 1 or b)");
    }
}
