//! A line between two panes that can be dragged, moved by keys, and that remembers where it was put.

use crate::{dom, memory};
use leptos::html::Div;
use leptos::prelude::*;
use web_sys::{HtmlElement, KeyboardEvent, PointerEvent};

/// Pixels that an arrow key moves.
const STEP: f64 = 24.0;

/// Which way the line runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Line {
    /// Between upper and lower pane; the lower one's height is kept.
    Across,
    /// Between left and right pane; the right one's width is kept.
    Upright,
}

/// The line. `property` is the custom property that holds the size of the pane after it.
#[component]
pub(crate) fn Splitter(line: Line, property: &'static str, label: &'static str, usual: f64) -> impl IntoView {
    let handle = NodeRef::<Div>::new();
    let size = RwSignal::new(memory::recall(property).and_then(|kept| kept.parse().ok()).unwrap_or(usual));
    let dragged = StoredValue::new(None::<f64>);
    Effect::new(move |_| {
        let size: f64 = size.get();
        if let Some(root) = root() {
            dom::style(&root, property, &format!("{size}px"));
        }
    });
    let resize = move |to: f64| {
        let most = handle.get_untracked().map_or(f64::MAX, |handle| room(&handle, line));
        size.set(to.clamp(80.0, most.max(80.0)).round());
    };
    let keep = move || memory::keep(property, &size.get_untracked().to_string());
    let along = move |event: &PointerEvent| match line {
        Line::Across => f64::from(event.client_y()),
        Line::Upright => f64::from(event.client_x()),
    };
    let down = move |event: PointerEvent| {
        event.prevent_default();
        if let Some(handle) = handle.get_untracked() {
            let _ = handle.set_pointer_capture(event.pointer_id());
        }
        dragged.set_value(Some(along(&event) + size.get_untracked()));
    };
    let moved = move |event: PointerEvent| {
        if let Some(from) = dragged.get_value() {
            resize(from - along(&event));
        }
    };
    let up = move |_: PointerEvent| {
        if dragged.try_update_value(Option::take).flatten().is_some() {
            keep();
        }
    };
    let key = move |event: KeyboardEvent| {
        let by = match (line, event.key().as_str()) {
            (Line::Across, "ArrowUp") | (Line::Upright, "ArrowLeft") => STEP,
            (Line::Across, "ArrowDown") | (Line::Upright, "ArrowRight") => -STEP,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        resize(size.get_untracked() + by);
        keep();
    };
    view! {
        <div
            class=match line {
                Line::Across => "splitter across",
                Line::Upright => "splitter upright",
            }
            role="separator"
            tabindex="0"
            aria-label=label
            aria-orientation=match line {
                Line::Across => "horizontal",
                Line::Upright => "vertical",
            }
            aria-valuenow=move || size.get().to_string()
            aria-valuemin="80"
            node_ref=handle
            on:pointerdown=down
            on:pointermove=moved
            on:pointerup=up
            on:pointercancel=up
            on:dblclick=move |_| {
                resize(usual);
                keep();
            }
            on:keydown=key
        ></div>
    }
}

/// How large the pane can become with something left of the other one.
fn room(handle: &HtmlElement, line: Line) -> f64 {
    handle.parent_element().map_or(f64::MAX, |parent| match line {
        Line::Across => f64::from(parent.client_height()) - 90.0,
        Line::Upright => f64::from(parent.client_width()) - 200.0,
    })
}

fn root() -> Option<HtmlElement> {
    use wasm_bindgen::JsCast;
    dom::document()?.document_element()?.dyn_into().ok()
}
