//! The views: which there are, the tabs that choose among them, and the places that they are shown in.

use crate::menu::Menu;
use crate::page::Page;
use crate::{dom, packets, pairs};
use analyzer::message::Opened;
use leptos::prelude::*;
use std::sync::Arc;
use web_sys::KeyboardEvent;

/// All views, in the order of their tabs and keys. A new view is a folder and its line here.
pub(crate) const VIEWS: &[View] = &[pairs::VIEW, packets::VIEW];

/// One way to look at a capture.
pub(crate) struct View {
    /// What the document, the stylesheet and the page's memory call it.
    pub(crate) name: &'static str,
    /// What its tab says.
    pub(crate) title: &'static str,
    /// Whether a capture is best seen in it first; of several views the first counts.
    pub(crate) is_first_for: fn(&Opened) -> bool,
    /// Makes its panes, and with them the state that is theirs alone.
    pub(crate) make: fn(Page, Menu) -> Panes,
}

/// A view that was made.
pub(crate) struct Panes {
    /// What fills its place.
    pub(crate) body: AnyView,
    /// What the bottom line says while it is shown.
    pub(crate) status: Status,
}

/// What the bottom line says, made anew whenever something that it depends on changes.
pub(crate) type Status = Arc<dyn Fn() -> AnyView + Send + Sync>;

/// The view with this name.
pub(crate) fn named(name: &str) -> Option<&'static View> {
    VIEWS.iter().find(|view| view.name == name)
}

/// The view in which a capture is shown to a user who never chose one.
pub(crate) fn first_for(opened: &Opened) -> &'static View {
    VIEWS.iter().find(|view| (view.is_first_for)(opened)).unwrap_or(&packets::VIEW)
}

/// The tabs, in the order of the views.
#[component]
pub(crate) fn Rail(page: Page) -> impl IntoView {
    let turn = move |event: KeyboardEvent| {
        let by = match event.key().as_str() {
            "ArrowDown" | "ArrowRight" => 1,
            "ArrowUp" | "ArrowLeft" => VIEWS.len() - 1,
            _ => return,
        };
        if event.alt_key() || event.ctrl_key() {
            return;
        }
        event.prevent_default();
        let at = VIEWS.iter().position(|view| view.name == page.view.get_untracked()).unwrap_or(0);
        if let Some(view) = VIEWS.get((at + by) % VIEWS.len()) {
            page.show(view.name);
            dom::focus(&format!("tab-{}", view.name));
        }
    };
    let tab = |view: &'static View| {
        let shown = move || page.view.get() == view.name;
        view! {
            <button
                role="tab"
                id=format!("tab-{}", view.name)
                data-view=view.name
                aria-selected=move || shown().to_string()
                aria-controls=format!("{}-view", view.name)
                tabindex=move || if shown() { "0" } else { "-1" }
                on:click=move |_| page.show(view.name)
            >
                {view.title}
            </button>
        }
    };
    view! {
        <div class="rail" role="tablist" aria-label="Views" on:keydown=turn>
            {VIEWS.iter().map(tab).collect_view()}
        </div>
    }
}

/// The place of a view, which is there while another one is shown, too.
pub(crate) fn place(page: Page, view: &'static View, body: AnyView) -> impl IntoView {
    view! {
        <section
            class="view"
            id=format!("{}-view", view.name)
            role="tabpanel"
            aria-labelledby=format!("tab-{}", view.name)
            hidden=move || page.view.get() != view.name
        >
            {body}
        </section>
    }
}
