//! The top bar: which capture is open, another one, keys, light or dark.

use crate::filter::icon;
use crate::keys::Keys;
use crate::page::{Page, Phase};
use crate::{dom, memory, words};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement};

/// The bar.
#[component]
pub(crate) fn Header(page: Page, keys: Keys) -> impl IntoView {
    let facts = move || {
        page.opened.with(|opened| {
            opened.as_ref().map(|opened| {
                [
                    words::counted(u64::from(opened.packets), "packet", "packets"),
                    words::duration(opened.duration),
                    words::size(opened.size),
                ]
                .join(" · ")
            })
        })
    };
    let loading = move || {
        let progress = page.progress.get();
        (page.phase.get() == Phase::Loading)
            .then(|| format!("{} of {}", words::size(progress.read), words::size(progress.size)))
    };
    let title = move || {
        page.opened
            .with(|opened| opened.as_ref().map(|opened| [opened.format.clone(), opened.start.clone()].join(", from ")))
    };
    let chosen = move |event: Event| {
        let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) else { return };
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            page.open(&file.name(), &file);
        }
        // The same file can be chosen again, after it has grown.
        input.set_value("");
    };
    view! {
        <header class="top">
            <div class="mark" aria-hidden="true">"D"</div>
            <h1>{move || if page.name.with(String::is_empty) { "Dropcap".to_owned() } else { page.name.get() }}</h1>
            <span class="facts" title=title>
                {move || facts().or_else(loading)}
            </span>
            <nav aria-label="Page">
                <input id="open" type="file" class="unseen" aria-label="Open a capture" on:change=chosen />
                <button on:click=move |_| choose()>"Open"</button>
                <button
                    class="icon"
                    aria-label="Keys"
                    title="All keys (?)"
                    on:click=move |_| keys.show()
                >
                    "?"
                </button>
                <button class="icon" aria-label="Light or dark" title="Light or dark" on:click=move |_| switch_theme()>
                    {icon("theme")}
                </button>
            </nav>
            <div class="bar" hidden=move || page.phase.get() != Phase::Loading>
                <div style:width=move || {
                    let progress = page.progress.get();
                    format!("{}%", words::share(progress.read, progress.size) * 100.0)
                }></div>
            </div>
        </header>
    }
}

/// Opens the browser's file dialog.
pub(crate) fn choose() {
    if let Some(input) = dom::by_id("open") {
        input.click();
    }
}

/// The theme of the last visit, or the system's.
pub(crate) fn recall_theme() {
    if let Some(theme) = memory::recall("theme") {
        set_theme(&theme);
    }
}

fn switch_theme() {
    let Some(root) = dom::document().and_then(|document| document.document_element()) else { return };
    let dark = root.get_attribute("data-theme").map_or_else(system_is_dark, |theme| theme == "dark");
    let theme = if dark { "light" } else { "dark" };
    memory::keep("theme", theme);
    set_theme(theme);
}

fn set_theme(theme: &str) {
    if let Some(root) = dom::document().and_then(|document| document.document_element()) {
        let _ = root.set_attribute("data-theme", theme);
    }
}

fn system_is_dark() -> bool {
    dom::window()
        .and_then(|window| window.match_media("(prefers-color-scheme: dark)").ok().flatten())
        .is_some_and(|query| query.matches())
}
