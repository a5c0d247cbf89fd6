//! The filter box: what is typed, what can be said of it, and the filters that are a click away.

mod complete;
mod draft;
mod saved;

use crate::menu::{Act, Item, Menu};
use crate::page::{Page, Phase};
use crate::{dom, words};
use analyzer::message::{FilterState, Fix};
use complete::{ChoiceList, Choices};
pub(crate) use draft::Draft;
use leptos::html::{Div, Input};
use leptos::prelude::*;
use saved::Saved;
pub(crate) use saved::closed;
use web_sys::KeyboardEvent;

/// Filters of the exercise: the button's word and what it stands for.
const CHIPS: [(&str, &str); 2] = [("http", "tcp.port == 80"), ("dns", "udp.port == 53")];

/// Fixes that the line has room for.
const FIXES: usize = 3;

/// The box, the line below it and the buttons.
#[component]
pub(crate) fn Filter(page: Page, draft: Draft, menu: Menu) -> impl IntoView {
    let input = NodeRef::<Input>::new();
    let mirror = NodeRef::<Div>::new();
    let state = move || draft.verdict.with(|verdict| verdict.state);
    let choices = Choices::new(draft, input);
    let typed = move |_| {
        if let Some(input) = input.get_untracked() {
            draft.write(&input.value());
            choices.ask();
        }
    };
    // The text behind the box, which carries the mark, follows the box when a long filter scrolls in it.
    let follow = move || {
        if let (Some(input), Some(mirror)) = (input.get_untracked(), mirror.get_untracked()) {
            mirror.set_scroll_left(input.scroll_left());
        }
    };
    Effect::new(move |_| {
        draft.verdict.track();
        draft.text.track();
        dom::before_paint(follow);
    });
    let key = move |event: KeyboardEvent| match event.key().as_str() {
        "Enter" => {
            event.prevent_default();
            match untrack(|| choices.active()) {
                Some(index) => choices.take(index),
                None => page.apply(&draft.text.get_untracked()),
            }
        }
        "Tab" => match untrack(|| choices.active()) {
            Some(index) if !event.shift_key() => {
                event.prevent_default();
                choices.take(index);
            }
            _ => choices.close(),
        },
        "Escape" => {
            event.stop_propagation();
            if untrack(|| choices.is_open()) { choices.close() } else { draft.step_back() }
        }
        "ArrowUp" if untrack(|| choices.is_open()) => {
            event.prevent_default();
            choices.step(-1);
        }
        "ArrowDown" => {
            event.prevent_default();
            let applied = page.applied.get_untracked();
            if untrack(|| choices.is_open()) {
                choices.step(1);
            } else if !applied.is_empty() && draft.text.with_untracked(|text| text.trim() == applied) {
                // What was applied is in the list: that is where to go on.
                dom::focus("packets");
            } else {
                choices.ask();
            }
        }
        " " if event.ctrl_key() => {
            event.prevent_default();
            choices.ask();
        }
        "ArrowLeft" | "ArrowRight" | "Home" | "End" => choices.close(),
        _ => {}
    };
    view! {
        <search class="filter" data-verdict=move || name(state())>
            <div class="box">
                <div class="mirror" aria-hidden="true" node_ref=mirror>
                    {move || marked(draft)}
                </div>
                <input
                    id="filter"
                    type="text"
                    role="combobox"
                    placeholder="Filter, as tcp.port == 80"
                    aria-label="Display filter"
                    aria-autocomplete="list"
                    aria-controls="filter-choices"
                    aria-expanded=move || choices.is_open().to_string()
                    aria-activedescendant=move || choices.active().map(complete::id)
                    aria-describedby="filter-message"
                    aria-invalid=move || if state() == FilterState::Invalid { "true" } else { "false" }
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    node_ref=input
                    prop:value=move || draft.text.get()
                    on:input=typed
                    on:keydown=key
                    on:blur=move |_| choices.close()
                    on:mousedown=move |_| choices.close()
                    on:scroll=move |_| follow()
                />
                <span class="verdict" aria-hidden="true">
                    {move || sign(state()).map(|(symbol, word)| view! { {icon(symbol)} <span>{word}</span> })}
                </span>
                <button
                    class="icon"
                    aria-label="Clear the filter"
                    title="Clear the filter (Esc)"
                    disabled=move || draft.text.with(String::is_empty) && page.applied.with(String::is_empty)
                    on:click=move |_| {
                        page.apply("");
                        dom::focus("filter");
                    }
                >
                    {icon("close")}
                </button>
                <Saved page=page draft=draft />
                <ChoiceList choices=choices />
            </div>
            <div class="say">
                <Said page=page draft=draft />
                <div class="chips" role="group" aria-label="Filters of the exercise">
                    {CHIPS
                        .map(|(word, filter)| {
                            view! {
                                <button
                                    class="chip"
                                    title=filter
                                    aria-pressed=move || page.applied.with(|applied| applied == filter).to_string()
                                    on:click=move |_| page.apply(filter)
                                >
                                    {word}
                                </button>
                            }
                        })
                        .collect_view()}
                    <Hosts page=page menu=menu />
                </div>
            </div>
        </search>
    }
}

/// The line below the box: what is read, filtered, displayed, wrong, and how to mend it.
#[component]
fn Said(page: Page, draft: Draft) -> impl IntoView {
    let count = move || match page.phase.get() {
        Phase::Loading => {
            let progress = page.progress.get();
            format!("Reading {}", words::percent(progress.read, progress.size))
        }
        Phase::Filtering => {
            let share = words::percent(u64::from(page.examined.get()), u64::from(page.packets.get()));
            format!("Filtering {share}")
        }
        _ => {
            let (some, all) = (u64::from(page.displayed.get()), u64::from(page.packets.get()));
            if page.applied.with(String::is_empty) {
                words::counted(all, "packet", "packets")
            } else {
                format!("{} of {}", words::count(some), words::count(all))
            }
        }
    };
    let busy = move || matches!(page.phase.get(), Phase::Loading | Phase::Filtering);
    let detail = move || match page.phase.get() {
        Phase::Loading => words::counted(u64::from(page.packets.get()), "packet", "packets"),
        Phase::Filtering => {
            format!(
                "{} of {}",
                words::count(u64::from(page.displayed.get())),
                words::count(u64::from(page.packets.get()))
            )
        }
        _ => String::new(),
    };
    let message = move || {
        if let Some(notice) = page.notice.get() {
            return notice;
        }
        if page.hidden.get() {
            let frame = u64::from(page.selected.get().unwrap_or_default());
            return format!("Packet {} is hidden by the filter.", words::count(frame));
        }
        let said = draft.verdict.with(|verdict| match verdict.message.as_str() {
            "" => capital(&verdict.reading),
            message => message.to_owned(),
        });
        let waits = draft.text.with(|text| page.applied.with(|applied| text.trim() != applied));
        let valid = draft.verdict.with(|verdict| verdict.state == FilterState::Valid);
        match said.as_str() {
            "" if waits && !busy() => "Enter applies it.".to_owned(),
            _ if waits && valid && !busy() => format!("{said}. Enter applies it."),
            _ => said,
        }
    };
    view! {
        <div class="first">
        <b class="count">{count}</b>
        <span class="detail" hidden=move || !busy()>
            {detail}
        </span>
        <button class="link" hidden=move || !busy() on:click=move |_| page.cancel()>
            "Cancel"
        </button>
        </div>
        <div class="words">
        <span id="filter-message" role="status" title=message>
            {move || words::coded(&message())}
        </span>
        <button class="link" hidden=move || !page.hidden.get() on:click=move |_| page.apply("")>
            "Show all packets"
        </button>
        {move || {
            let fixes = draft.verdict.with(|verdict| verdict.fixes.clone());
            let button = |fix: Fix| {
                let label = fix.label.clone();
                view! {
                    <button class="fix" title=fix.text.clone() on:click=move |_| page.mend(&fix)>
                        {label}
                    </button>
                }
            };
            fixes.into_iter().take(FIXES).map(button).collect_view()
        }}
        </div>
    }
}

/// The menu of addresses.
#[component]
fn Hosts(page: Page, menu: Menu) -> impl IntoView {
    let hosts =
        move || page.opened.with(|opened| opened.as_ref().map(|opened| opened.hosts.clone()).unwrap_or_default());
    let open = move |_| {
        let items = hosts()
            .into_iter()
            .map(|host| Item {
                label: host.address,
                note: words::counted(u64::from(host.packets), "packet", "packets"),
                act: Act::Filter(host.filter),
            })
            .collect();
        menu.below("host-menu", items);
    };
    view! {
        <button
            class="chip"
            id="host-menu"
            aria-haspopup="menu"
            title="Packets from or to one address"
            disabled=move || hosts().is_empty()
            on:click=open
        >
            "host"
            {icon("down")}
        </button>
    }
}

/// The draft with the span that the message is about in a mark. Spans count bytes; one that fits no character is left.
fn marked(draft: Draft) -> impl IntoView {
    let text = draft.text.get();
    let span = draft.verdict.with(|verdict| verdict.span);
    let parts = span.and_then(|(start, end)| {
        let (start, end) = (start as usize, (end as usize).min(text.len()));
        Some((text.get(..start)?.to_owned(), text.get(start..end)?.to_owned(), text.get(end..)?.to_owned()))
    });
    parts.map(|(before, mark, after)| view! { {before} <mark>{mark}</mark> {after} })
}

/// With a capital first letter, unless the word has its own way with letters (mDNS).
fn capital(words: &str) -> String {
    if words.split(' ').next().is_some_and(|first| first.chars().any(char::is_uppercase)) {
        return words.to_owned();
    }
    let mut chars = words.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

fn name(state: FilterState) -> &'static str {
    match state {
        FilterState::Empty => "empty",
        FilterState::Valid => "valid",
        FilterState::Caution => "caution",
        FilterState::Invalid => "invalid",
    }
}

fn sign(state: FilterState) -> Option<(&'static str, &'static str)> {
    match state {
        FilterState::Empty => None,
        FilterState::Valid => Some(("check", "valid")),
        FilterState::Caution => Some(("caution", "caution")),
        FilterState::Invalid => Some(("cross", "not valid")),
    }
}

/// A symbol of the page's own set, see `index.html`.
pub(crate) fn icon(symbol: &'static str) -> impl IntoView {
    view! {
        <svg class="symbol" viewBox="0 0 16 16" aria-hidden="true">
            <use href=format!("#i-{symbol}")></use>
        </svg>
    }
}
