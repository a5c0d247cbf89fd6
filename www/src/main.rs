//! The page of Dropcap: panes around one capture, which a worker reads.
// Leptos' component macro writes `pub` items beside each component, whatever the component's own visibility.
#![allow(unreachable_pub)]

mod analyzer;
mod bytes;
mod complete;
mod dom;
mod filter;
mod header;
mod keys;
mod memory;
mod menu;
mod opening;
mod packets;
mod page;
mod pairs;
mod saved;
mod splitter;
mod status;
mod tree;
mod welcome;
mod words;

use keys::Keys;
use leptos::mount::mount_to_body;
use leptos::prelude::*;
use menu::Menu;
use page::{Page, Phase, View};
use splitter::{Line, Splitter};
use web_sys::KeyboardEvent;

fn main() {
    console_error_panic_hook::set_once();
    header::recall_theme();
    if let Some(words) = dom::by_id("starting") {
        words.remove();
    }
    mount_to_body(Dropcap);
}

/// The whole page.
#[component]
fn Dropcap() -> impl IntoView {
    let page = Page::new();
    let menu = Menu::new();
    let keys = Keys::new();
    let handle = window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| keys.press(page, &event));
    on_cleanup(move || handle.remove());
    opening::from_address(page);
    let empty = Memo::new(move |_| matches!(page.phase.get(), Phase::Empty | Phase::Failed));
    view! {
        <div class="page" data-view=move || page.view.get().name() data-empty=move || empty.get().to_string()>
            <header::Header page=page keys=keys />
            <Show when=move || empty.get()>
                <welcome::Welcome page=page />
            </Show>
            <filter::Filter page=page menu=menu />
            <Notes page=page />
            <main class="work">
                <Rail page=page />
                <PacketsView page=page menu=menu />
                <section
                    class="view"
                    id="pairs-view"
                    role="tabpanel"
                    aria-labelledby="tab-pairs"
                    hidden=move || page.view.get() != View::Pairs
                >
                    <pairs::PairsView page=page menu=menu />
                </section>
            </main>
            <status::Status page=page />
        </div>
        <opening::DropCover page=page />
        <menu::MenuPlace page=page menu=menu />
        <keys::Dialogs page=page keys=keys />
    }
}

/// The tabs of the views.
#[component]
fn Rail(page: Page) -> impl IntoView {
    let turn = move |event: KeyboardEvent| {
        let by = match event.key().as_str() {
            "ArrowDown" | "ArrowRight" => 1,
            "ArrowUp" | "ArrowLeft" => View::ALL.len() - 1,
            _ => return,
        };
        if event.alt_key() || event.ctrl_key() {
            return;
        }
        event.prevent_default();
        let at = View::ALL.iter().position(|view| *view == page.view.get_untracked()).unwrap_or(0);
        if let Some(view) = View::ALL.get((at + by) % View::ALL.len()) {
            page.show(*view);
            dom::focus(&format!("tab-{}", view.name()));
        }
    };
    view! {
        <div class="rail" role="tablist" aria-label="Views" on:keydown=turn>
            {View::ALL
                .map(|view| {
                    let shown = move || page.view.get() == view;
                    view! {
                        <button
                            role="tab"
                            id=format!("tab-{}", view.name())
                            data-view=view.name()
                            aria-selected=move || shown().to_string()
                            aria-controls=format!("{}-view", view.name())
                            tabindex=move || if shown() { "0" } else { "-1" }
                            on:click=move |_| page.show(view)
                        >
                            {view.title()}
                        </button>
                    }
                })
                .collect_view()}
        </div>
    }
}

/// The list with tree and bytes below it, or over it where there is no room below.
#[component]
fn PacketsView(page: Page, menu: Menu) -> impl IntoView {
    let bytes_first = RwSignal::new(false);
    let switch = move |bytes: bool, word: &'static str| {
        view! {
            <button aria-pressed=move || (bytes_first.get() == bytes).to_string() on:click=move |_| bytes_first.set(bytes)>
                {word}
            </button>
        }
    };
    view! {
        <section
            class="view"
            id="packets-view"
            role="tabpanel"
            aria-labelledby="tab-packets"
            data-sheet=move || page.sheet.get().to_string()
            hidden=move || page.view.get() != View::Packets
        >
            <packets::Packets page=page />
            <Splitter line=Line::Across property="--low" label="Height of tree and bytes" usual=250.0 />
            <div class="low" data-shows=move || if bytes_first.get() { "bytes" } else { "tree" }>
                <div class="switch">
                    {switch(false, "Fields")} {switch(true, "Bytes")}
                    <button class="icon close" aria-label="Close" on:click=move |_| page.sheet.set(false)>
                        {filter::icon("close")}
                    </button>
                </div>
                <tree::Tree page=page menu=menu />
                <Splitter line=Line::Upright property="--bytes" label="Width of the bytes" usual=560.0 />
                <bytes::Bytes page=page />
                <p class="hint" hidden=move || page.packet.with(Option::is_some)>
                    "Select a packet to see its fields and bytes."
                </p>
            </div>
        </section>
    }
}

/// What the user should know of the file.
#[component]
fn Notes(page: Page) -> impl IntoView {
    let read = RwSignal::new(false);
    Effect::new(move |_| {
        page.opened.track();
        read.set(false);
    });
    let notes =
        move || page.opened.with(|opened| opened.as_ref().map(|opened| opened.notes.clone()).unwrap_or_default());
    move || {
        let notes = notes();
        (!notes.is_empty() && !read.get()).then(|| {
            view! {
                <aside class="notes">
                    {filter::icon("caution")}
                    <div>{notes.into_iter().map(|note| view! { <p>{note}</p> }).collect_view()}</div>
                    <button class="icon" aria-label="Close this note" on:click=move |_| read.set(true)>
                        {filter::icon("close")}
                    </button>
                </aside>
            }
        })
    }
}
