//! The page of Dropcap: panes around one capture, which a worker reads.
// Leptos' component macro writes `pub` items beside each component, whatever the component's own visibility.
#![allow(unreachable_pub)]

mod ask;
mod bytes;
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
mod splitter;
mod status;
mod table;
mod tree;
mod views;
mod welcome;
mod words;

use keys::Keys;
use leptos::mount::mount_to_body;
use leptos::prelude::*;
use menu::Menu;
use page::{Page, Phase};
use views::VIEWS;
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
    let draft = filter::Draft::new(page);
    let handle =
        window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| keys.press(page, draft, &event));
    on_cleanup(move || handle.remove());
    opening::from_address(page);
    let (places, lines): (Vec<_>, Vec<_>) = VIEWS
        .iter()
        .map(|view| {
            let panes = (view.make)(page, menu);
            (views::place(page, view, panes.body), (view.name, panes.status))
        })
        .unzip();
    let empty = Memo::new(move |_| matches!(page.phase.get(), Phase::Empty | Phase::Failed));
    view! {
        <div class="page" data-view=move || page.view.get() data-empty=move || empty.get().to_string()>
            <header::Header page=page keys=keys />
            <Show when=move || empty.get()>
                <welcome::Welcome page=page />
            </Show>
            <filter::Filter page=page draft=draft menu=menu />
            <Notes page=page />
            <main class="work">
                <views::Rail page=page />
                {places}
            </main>
            <status::Status page=page lines=lines />
        </div>
        <opening::DropCover page=page />
        <menu::MenuPlace page=page menu=menu />
        <keys::Dialogs page=page keys=keys />
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
