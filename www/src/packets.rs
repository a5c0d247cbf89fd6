//! The packets view: the list, and the fields and bytes of the selected packet below it.

mod list;
mod nothing;

use crate::built::Unbuilt;
use crate::bytes::Bytes;
use crate::filter::icon;
use crate::keys;
use crate::menu::Menu;
use crate::page::{PACKETS, Page, Phase};
use crate::splitter::{Line, Splitter};
use crate::table;
use crate::tree::Tree;
use crate::views::{Panes, View};
use crate::words;
use analyzer::message;
use leptos::prelude::*;
use list::List;
use nothing::Nothing;
use std::sync::Arc;
use web_sys::KeyboardEvent;

/// The view.
pub(crate) const VIEW: View = View { name: PACKETS, title: "Packets", is_first_for: |_| true, make };

fn make(page: Page, menu: Menu) -> Panes {
    let list = List::new(page);
    let handle = window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| {
        let plain = !(event.ctrl_key() || event.meta_key() || event.alt_key());
        let free = plain && !keys::is_taken(&event) && !keys::is_typed(&event) && page.packets.get_untracked() > 0;
        if free && matches!(event.key().as_str(), "n" | "N") {
            list.switch_names();
            event.prevent_default();
        }
    });
    on_cleanup(move || handle.remove());
    let none = move || page.packets.get() > 0 && page.displayed.get() == 0 && page.phase.get() == Phase::Ready;
    let body = view! {
        <div class="packets">
            {table::show(list.table, list, Signal::stored(true))}
            <div class="none" id="nothing" hidden=move || !none()>
                <Nothing page=page />
            </div>
        </div>
        <Splitter line=Line::Across property="--low" label="Height of tree and bytes" usual=250.0 />
        <Low page=page menu=menu />
    };
    Panes { body: Unbuilt::new(body), status: Arc::new(move || status(page)) }
}

/// Tree and bytes, below the list or over it where there is no room below.
#[component]
fn Low(page: Page, menu: Menu) -> impl IntoView {
    let bytes_first = RwSignal::new(false);
    let switch = move |bytes: bool, word: &'static str| {
        view! {
            <button aria-pressed=move || (bytes_first.get() == bytes).to_string() on:click=move |_| bytes_first.set(bytes)>
                {word}
            </button>
        }
    };
    view! {
        <div
            class="low"
            data-shows=move || if bytes_first.get() { "bytes" } else { "tree" }
            data-open=move || page.sheet.get().to_string()
        >
            <div class="switch">
                {switch(false, "Fields")} {switch(true, "Bytes")}
                <button class="icon close" aria-label="Close" on:click=move |_| page.sheet.set(false)>
                    {icon("close")}
                </button>
            </div>
            <Tree page=page menu=menu />
            <Splitter line=Line::Upright property="--bytes" label="Width of the bytes" usual=560.0 />
            <Bytes page=page />
            <p class="hint" hidden=move || page.packet.with(Option::is_some)>
                "Select a packet to see its fields and bytes."
            </p>
        </div>
    }
}

/// Where the line of the tree under the pointer, or else the selected one, stands; and the filter for the selected one.
fn status(page: Page) -> AnyView {
    let at = |line: Option<usize>| page.packet.with(|packet| packet.as_ref()?.lines.get(line?).cloned());
    let chosen = page.line.get();
    let line = at(page.hovered.get().or(chosen));
    let filter = at(chosen).map(|line| line.filter).filter(|filter| !filter.is_empty());
    let button = filter.map(|filter| {
        let text = filter.clone();
        view! {
            <button class="link" title=filter.clone() on:click=move |_| page.apply(&filter)>
                {format!("filter as {text}")}
            </button>
        }
    });
    view! {
        <span class="place">{line.map(|line| place(&line)).unwrap_or_default()}</span>
        {button}
    }
    .into_any()
}

/// A line's field and bytes: `ip.dst · 4 bytes, 30–33`.
fn place(line: &message::TreeLine) -> String {
    let bytes = line.end.saturating_sub(line.start);
    let stands = match bytes {
        0 => "not in the bytes".to_owned(),
        1 => format!("1 byte, {}", line.start),
        _ => format!("{} bytes, {}–{}", words::count(u64::from(bytes)), line.start, line.end - 1),
    };
    [line.field.as_str(), stands.as_str()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}
