//! The pairs view: each lookup, the connections that it led to, and the evidence for that.

mod answer;
mod axis;
mod cells;
mod chart;
mod evidence;
mod list;
mod load;
mod picture;
mod report;
mod say;
#[cfg(test)]
mod testing;
mod value;
mod waterfall;
mod wish;

use crate::built::Unbuilt;
use crate::filter::icon;
use crate::menu::Menu;
use crate::page::Page;
use crate::splitter::{Line, Splitter};
use crate::views::{Panes, View};
use crate::{dom, table, words};
use analyzer::message::{PairClient, PairOrder, PairStatus};
use evidence::EvidencePane;
use leptos::prelude::*;
use list::List;
use load::LoadPicture;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use waterfall::Phase;
use web_sys::{Element, KeyboardEvent, MouseEvent};
use wish::{Mode, Wish};

/// The ways to show lines: what the button says, and what it means.
const MODES: [(Mode, &str, &str); 3] = [
    (Mode::Line, "From the question", "Each line begins at its own question, so that lengths can be compared"),
    (Mode::Capture, "In the capture", "All lines begin with the capture, so that it is seen when things happened"),
    (Mode::Load, "Page load", "A picture of one page load: which names led to which connections, in time"),
];

/// The orders, for where no column has a title.
const ORDERS: [(PairOrder, &str); 7] = [
    (PairOrder::Time, "by time"),
    (PairOrder::Name, "by name"),
    (PairOrder::Latency, "by how long the answer took"),
    (PairOrder::Delay, "by how late the connection came"),
    (PairOrder::Handshake, "by how long the handshake took"),
    (PairOrder::Bytes, "by bytes"),
    (PairOrder::Status, "by status"),
];

/// The view: search, filters, table or picture, evidence.
pub(crate) const VIEW: View = View { name: "pairs", title: "Pairs", is_first_for: |opened| opened.lookups > 0, make };

fn make(page: Page, menu: Menu) -> Panes {
    let wish = Wish::new(page, menu);
    let shown = Signal::derive(move || wish.mode.get() != Mode::Load);
    let body = view! {
        <div class="pairs-bar">
            <Search wish=wish />
            <Clients wish=wish />
            <Orders wish=wish />
            <div class="modes" role="group" aria-label="Lines are shown">
                {MODES
                    .map(|(mode, words, says)| {
                        view! {
                            <button
                                aria-pressed=move || (wish.mode.get() == mode).to_string()
                                title=says
                                on:click=move |_| wish.show(mode)
                            >
                                {words}
                            </button>
                        }
                    })
                    .collect_view()}
            </div>
        </div>
        <div class="pairs-bar second">
            <Statuses wish=wish />
            <div class="legend" aria-label="Legend">
                {Phase::ALL
                    .map(|phase| view! { <span>{waterfall::sample(phase)} {phase.name()}</span> })
                    .collect_view()}
            </div>
        </div>
        {table::show(wish.table, List::new(wish), shown)}
        <LoadPicture wish=wish />
        <Splitter line=Line::Across property="--evidence" label="Height of the evidence" usual=210.0 />
        <EvidencePane wish=wish />
    };
    Panes { body: Unbuilt::new(body), status: Arc::new(move || status(wish)) }
}

/// What was found in the whole capture.
fn status(wish: Wish) -> AnyView {
    let words = wish.answer().map(|answer| {
        format!(
            "{} · {} · {} paired",
            words::counted(u64::from(answer.shown.lookups), "lookup", "lookups"),
            words::counted(u64::from(answer.shown.connections), "connection", "connections"),
            words::count(u64::from(answer.shown.paired))
        )
    });
    view! { <span class="place">{words.unwrap_or_default()}</span> }.into_any()
}

#[component]
fn Search(wish: Wish) -> impl IntoView {
    view! {
        <label class="search">
            {icon("search")}
            <input
                type="search"
                id="pairs-search"
                placeholder="Find a site"
                aria-label="Find a site by any part of its names or addresses"
                autocomplete="off"
                spellcheck="false"
                prop:value=move || wish.typed.get()
                on:input=move |event| wish.type_search(event_target_value(&event))
                on:keydown=move |event: KeyboardEvent| match event.key().as_str() {
                    "Escape" if !wish.typed.with_untracked(String::is_empty) => {
                        event.stop_propagation();
                        wish.type_search(String::new());
                    }
                    "ArrowDown" | "Enter" => {
                        event.prevent_default();
                        dom::focus(if wish.mode.get_untracked() == Mode::Load { "load" } else { "pairs" });
                    }
                    _ => {}
                }
            />
        </label>
    }
}

/// The choice of a client, where there are several.
#[component]
fn Clients(wish: Wish) -> impl IntoView {
    let clients = Memo::new(move |_| wish.answer().map(|answer| answer.shown.clients.clone()).unwrap_or_default());
    let option = move |client: &PairClient| {
        let lookups = words::counted(u64::from(client.lookups), "lookup", "lookups");
        let connections = words::counted(u64::from(client.connections), "connection", "connections");
        let address = client.address.clone();
        let chosen = address.clone();
        view! {
            <option value=address.clone() selected=move || wish.client.with(|client| *client == chosen)>
                {format!("{address} · {lookups}, {connections}")}
            </option>
        }
    };
    view! {
        <select
            id="pairs-client"
            aria-label="Client"
            hidden=move || clients.with(|clients| clients.len() < 2)
            on:change=move |event| wish.want_client(event_target_value(&event))
        >
            <option value="" selected=move || wish.client.with(String::is_empty)>
                "All clients"
            </option>
            {move || clients.with(|clients| clients.iter().map(option).collect_view())}
        </select>
    }
}

/// The order, where lines are cards and no column has a title to click on.
#[component]
fn Orders(wish: Wish) -> impl IntoView {
    view! {
        <select
            id="pairs-order"
            aria-label="Order"
            hidden=move || wish.mode.get() == Mode::Load
            on:change=move |event| {
                let chosen = event_target_value(&event).parse::<usize>().ok();
                if let Some((order, _)) = chosen.and_then(|index| ORDERS.get(index)) {
                    wish.sort(*order);
                }
            }
        >
            {ORDERS
                .iter()
                .enumerate()
                .map(|(index, (order, words))| {
                    view! {
                        <option value=index.to_string() selected=move || wish.order.get().0 == *order>
                            {*words}
                        </option>
                    }
                })
                .collect_view()}
        </select>
    }
}

/// The statuses of the capture, each a filter.
#[component]
fn Statuses(wish: Wish) -> impl IntoView {
    let statuses = Memo::new(move |_| wish.answer().map(|answer| answer.shown.statuses.clone()).unwrap_or_default());
    let chip = move |(status, count): (PairStatus, u32)| {
        let name = status.name();
        view! {
            <button
                class="status-chip"
                data-status=name
                aria-pressed=move || wish.status.with(|chosen| chosen == name).to_string()
                title=format!("Only connections with this status: {}", say::kind(status))
                on:click=move |_| wish.want_status(name)
            >
                <span class="dot" aria-hidden="true"></span>
                {say::kind(status)}
                " "
                <b>{words::count(u64::from(count))}</b>
            </button>
        }
    };
    view! {
        <div class="statuses" role="group" aria-label="Status">
            {move || statuses.get().into_iter().map(chip).collect_view()}
        </div>
    }
}

/// Goes to the packet that a click was on, where it was on one.
fn go(page: Page, event: &MouseEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let link = target.and_then(|target| target.closest("[data-go]").ok().flatten());
    let Some(frame) = link.and_then(|link| link.get_attribute("data-go")?.parse().ok()) else { return false };
    event.prevent_default();
    page.go(frame);
    dom::focus("packets");
    true
}
