//! The pairs view: each lookup, the connections that it led to, and the evidence for that.

mod entries;
mod evidence;
mod waterfall;

use crate::filter::icon;
use crate::page::Page;
use crate::splitter::{Line, Splitter};
use crate::{dom, words};
use analyzer::message::{Connection, Handshake, Lookup, Pairs};
use entries::Entry;
use evidence::Evidence;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use waterfall::{Axis, Origin, Phase};
use web_sys::{KeyboardEvent, MouseEvent};

/// Lines that are shown at once; a button brings as many more.
const AT_ONCE: usize = 300;

/// The titles of the columns, with the class that places them.
const COLUMNS: [(&str, &str); 6] = [
    ("name", "Name"),
    ("asked", "Asked"),
    ("answered", "Answered"),
    ("connected", "Connected"),
    ("after", "After"),
    ("status", "Status"),
];

/// The view: search, legend, table, evidence.
#[component]
pub(crate) fn PairsView(page: Page) -> impl IntoView {
    let search = RwSignal::new(String::new());
    let origin = RwSignal::new(Origin::Line);
    let chosen = RwSignal::new(None::<Entry>);
    let most = RwSignal::new(AT_ONCE);
    let found = Memo::new(move |_| {
        let search = search.get();
        page.pairs.with(|pairs| pairs.as_ref().map(|pairs| entries::entries(pairs, &search))).unwrap_or_default()
    });
    Effect::new(move |_| {
        page.pairs.track();
        search.set(String::new());
        most.set(AT_ONCE);
    });
    // The first line is chosen by itself, so that the evidence is there to be seen.
    Effect::new(move |_| {
        let lines = found.get().0;
        let kept = chosen.get_untracked().filter(|entry| lines.contains(entry));
        chosen.set(kept.or_else(|| lines.first().copied()));
    });
    let axis = Memo::new(move |_| {
        let lines = found.get().0;
        page.pairs.with(|pairs| pairs.as_ref().map(|pairs| Axis::new(origin.get(), pairs, &lines)))
    });
    let key = move |event: KeyboardEvent| {
        let lines = found.get_untracked().0;
        let at = chosen.get_untracked().and_then(|entry| lines.iter().position(|line| *line == entry)).unwrap_or(0);
        let last = lines.len().min(most.get_untracked()).saturating_sub(1);
        let to = match event.key().as_str() {
            _ if event.ctrl_key() || event.alt_key() || event.meta_key() => return,
            "ArrowDown" => (at + 1).min(last),
            "ArrowUp" => at.saturating_sub(1),
            "PageDown" => (at + 10).min(last),
            "PageUp" => at.saturating_sub(10),
            "Home" => 0,
            "End" => last,
            "Enter" => {
                event.prevent_default();
                dom::focus("evidence");
                return;
            }
            _ => return,
        };
        event.prevent_default();
        chosen.set(lines.get(to).copied());
        if let Some(line) = dom::by_id(&format!("pair-{to}")) {
            let options = web_sys::ScrollIntoViewOptions::new();
            options.set_block(web_sys::ScrollLogicalPosition::Nearest);
            line.scroll_into_view_with_scroll_into_view_options(&options);
        }
    };
    let active = move || {
        let entry = chosen.get()?;
        found.with(|(lines, _)| lines.iter().position(|line| *line == entry)).map(|at| format!("pair-{at}"))
    };
    view! {
        <div class="pairs-bar">
            <label class="search">
                {icon("search")}
                <input
                    type="search"
                    id="pairs-search"
                    placeholder="Find a site"
                    aria-label="Find a site by any part of its names or addresses"
                    autocomplete="off"
                    spellcheck="false"
                    prop:value=move || search.get()
                    on:input=move |event| search.set(event_target_value(&event))
                    on:keydown=move |event: KeyboardEvent| {
                        if event.key() == "Escape" && !search.with_untracked(String::is_empty) {
                            event.stop_propagation();
                            search.set(String::new());
                        }
                    }
                />
            </label>
            <div class="legend" aria-label="Legend">
                {Phase::ALL
                    .map(|phase| view! { <span>{waterfall::sample(phase)} {phase.name()}</span> })
                    .collect_view()}
            </div>
            <div class="origin" role="group" aria-label="The waterfall begins">
                <button
                    aria-pressed=move || (origin.get() == Origin::Line).to_string()
                    title="Each line begins at its own question, so that lengths can be compared"
                    on:click=move |_| origin.set(Origin::Line)
                >
                    "From the question"
                </button>
                <button
                    aria-pressed=move || (origin.get() == Origin::Capture).to_string()
                    title="All lines begin with the capture, so that it is seen when things happened"
                    on:click=move |_| origin.set(Origin::Capture)
                >
                    "In the capture"
                </button>
            </div>
        </div>
        <div
            id="pairs"
            class="table"
            role="grid"
            tabindex="0"
            aria-label="Lookups and connections"
            aria-activedescendant=active
            on:keydown=key
        >
            <div class="pair head" role="row">
                {COLUMNS
                    .map(|(class, title)| view! { <span class=class role="columnheader">{title}</span> })
                    .collect_view()}
                <span class="picture axis" role="columnheader">
                    <span>"0"</span>
                    <span>{move || axis.get().map(|axis| axis.end())}</span>
                </span>
            </div>
            {move || {
                let pairs = page.pairs.get()?;
                let axis = axis.get()?;
                let (lines, groups) = found.get();
                let most = most.get();
                Some(
                    groups
                        .into_iter()
                        .filter(|(_, range)| range.start < most)
                        .map(|(group, range)| {
                            let count = words::count(range.len() as u64);
                            let pairs = Arc::clone(&pairs);
                            let rows = lines
                                .get(range.start..range.end.min(most))
                                .unwrap_or_default()
                                .iter()
                                .zip(range.start..)
                                .map(|(line, at)| pair(page, &pairs, *line, at, axis, chosen))
                                .collect_view();
                            view! {
                                <div role="rowgroup" aria-label=group.title()>
                                    <div class="group" role="presentation">
                                        {group.title()} " · " {count}
                                    </div>
                                    {rows}
                                </div>
                            }
                        })
                        .collect_view(),
                )
            }}
            {move || {
                let (all, most_now) = (found.with(|(lines, _)| lines.len()), most.get());
                (all > most_now)
                    .then(|| {
                        view! {
                            <button class="link more" on:click=move |_| most.update(|most| *most += AT_ONCE)>
                                {format!("Show more: {} of {} are shown", words::count(most_now as u64), words::count(all as u64))}
                            </button>
                        }
                    })
            }}
            {move || nothing(page, found.with(|(lines, _)| lines.is_empty()), &search.get())
                .map(|words| view! { <p class="none">{words}</p> })}
        </div>
        <Splitter line=Line::Across property="--evidence" label="Height of the evidence" usual=210.0 />
        <Evidence page=page chosen=chosen />
    }
}

/// What stands in an empty table.
fn nothing(page: Page, empty: bool, search: &str) -> Option<&'static str> {
    if !empty {
        None
    } else if page.pairs.with(Option::is_none) {
        Some("The pairs are shown when the capture was read.")
    } else if search.is_empty() {
        Some("This capture has no DNS lookups and no beginnings of connections.")
    } else {
        Some("No name or address has this part.")
    }
}

/// One line of the table.
fn pair(
    page: Page,
    pairs: &Arc<Pairs>,
    line: Entry,
    at: usize,
    axis: Axis,
    chosen: RwSignal<Option<Entry>>,
) -> impl IntoView + use<> {
    let lookup = line.lookup.and_then(|index| pairs.lookups.get(index)).cloned();
    let connection = line.connection.and_then(|index| pairs.connections.get(index)).cloned();
    let is_chosen = Memo::new(move |_| chosen.get() == Some(line));
    let query = lookup.as_ref().and_then(|lookup| lookup.query).map(|(frame, _)| frame.to_string());
    let status = connection.as_ref().map_or("unused", |connection| connection.status.name());
    let words = match (&lookup, &connection) {
        (_, Some(connection)) => entries::status_words(connection.status),
        (Some(lookup), None) => entries::unused_words(lookup),
        (None, None) => String::new(),
    };
    let outcome = connection.as_ref().and_then(|connection| match connection.handshake {
        Handshake::Accepted => None,
        Handshake::Refused => Some("refused"),
        Handshake::Unanswered => Some("no reply"),
    });
    let frame = connection.as_ref().map(|connection| connection.frame.to_string());
    let picture = waterfall::drawing(pairs, line, axis);
    view! {
        <div
            id=format!("pair-{at}")
            class="pair"
            class:again=line.again
            role="row"
            aria-selected=move || is_chosen.get().to_string()
            data-frame=frame
            data-query=query
            data-status=status
            on:click=move |_| chosen.set(Some(line))
        >
            <span class="name" role="gridcell">
                {title(lookup.as_ref(), connection.as_ref(), line.again)}
            </span>
            <span class="asked" role="gridcell">
                {(!line.again).then(|| lookup.as_ref().map(|lookup| asked(page, lookup)))}
            </span>
            <span class="answered" role="gridcell">
                {(!line.again).then(|| lookup.as_ref().map(|lookup| answered(page, lookup)))}
            </span>
            <span class="connected" role="gridcell">
                {connection.as_ref().map(|connection| connected(page, connection))}
            </span>
            <span class="after" role="gridcell">
                {connection.as_ref().and_then(|connection| connection.delay).map(words::span)}
            </span>
            <span class="status" role="gridcell" title=words.clone()>
                <span class="dot" aria-hidden="true"></span>
                {words.clone()}
                {outcome.map(|outcome| view! { <em>{outcome}</em> })}
            </span>
            <span class="picture" role="gridcell">
                {picture}
            </span>
        </div>
    }
}

fn title(lookup: Option<&Lookup>, connection: Option<&Connection>, again: bool) -> impl IntoView + use<> {
    let (name, kind) = match (lookup, connection) {
        (Some(_), _) if again => ("again".to_owned(), String::new()),
        (Some(lookup), _) => (lookup.name.clone(), lookup.kind.clone()),
        (None, Some(connection)) => (connection.server.clone(), String::new()),
        (None, None) => (String::new(), String::new()),
    };
    let known = match (lookup, connection) {
        (None, Some(connection))
            if !connection.server_name.is_empty() && connection.server_name != connection.server =>
        {
            Some(connection.server_name.clone())
        }
        _ => None,
    };
    let hint = known.clone().unwrap_or_else(|| name.clone());
    view! {
        <span class="site" title=hint>
            {name}
        </span>
        <small>{kind}</small>
        {known.map(|known| view! { <small class="known">{known}</small> })}
    }
}

fn asked(page: Page, lookup: &Lookup) -> impl IntoView + use<> {
    lookup
        .query
        .map(|(frame, time)| (packet(page, frame), view! { <span class="plain">{format!(" {time:.3}")}</span> }))
}

fn answered(page: Page, lookup: &Lookup) -> impl IntoView + use<> {
    let waited = lookup.query.zip(lookup.response).map(|((_, asked), (_, answered))| words::span(answered - asked));
    let first = lookup.addresses.first().map(|address| address.address.clone());
    let others = lookup.addresses.len().saturating_sub(1);
    let all = lookup.addresses.iter().map(|address| format!("{}, good for {} s", address.address, address.ttl));
    let all = all.collect::<Vec<_>>().join("\n");
    lookup.response.map(|(frame, _)| {
        let parts = [waited, first].into_iter().flatten().collect::<Vec<_>>().join(" · ");
        (
            packet(page, frame),
            view! {
                <span class="plain" title=all>
                    {format!(" {parts}")}
                    {(others > 0).then(|| view! { <small>{format!(" +{others}")}</small> })}
                </span>
            },
        )
    })
}

fn connected(page: Page, connection: &Connection) -> impl IntoView + use<> {
    (packet(page, connection.frame), view! { <span class="plain">{format!(" :{}", connection.port)}</span> })
}

/// A packet's number that is a link to it.
pub(crate) fn packet(page: Page, frame: u32) -> impl IntoView {
    view! {
        <a
            class="packet"
            href=format!("#packet-{frame}")
            on:click=move |event: MouseEvent| {
                event.prevent_default();
                event.stop_propagation();
                page.go(frame);
                dom::focus("packets");
            }
            on:keydown=move |event: KeyboardEvent| {
                // Enter follows the link and is not for the table around it.
                if event.key() == "Enter" && event.target().is_some_and(|target| target.is_instance_of::<web_sys::Element>()) {
                    event.stop_propagation();
                }
            }
        >
            {words::count(u64::from(frame))}
        </a>
    }
}
