//! The table: as many lines in the document as are near to what is seen, whatever the number of pairs.

use super::cells::{self, COLUMNS};
use super::place::{Place, Section};
use super::value::{self, Value};
use super::waterfall::{self, Axis};
use super::wish::{Cursor, Mode, Wish};
use super::{go, say};
use crate::{dom, words};
use analyzer::message::{PairLine, PairOrder};
use leptos::html::Div;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, KeyboardEvent, MouseEvent};

/// A line of the table: what makes it another one when it changes is its key.
type Key = (u32, u32, Option<u32>, Option<u32>);

/// The table.
#[component]
pub(crate) fn Table(wish: Wish) -> impl IntoView {
    let table = NodeRef::<Div>::new();
    let measures = RwSignal::new((28.0, 30.0));
    let groups = Memo::new(move |_| wish.told().map(|told| told.shown.groups.clone()).unwrap_or_default());
    Effect::new(move |_| {
        let (row, heading) = measures.get();
        wish.place.set(groups.with(|groups| Place::new(groups, row, heading)));
    });
    let look = move || {
        let Some(table) = table.get_untracked().filter(|table| table.client_height() > 0) else { return };
        let (top, view) = (f64::from(table.scroll_top()), f64::from(table.client_height()));
        let window = wish.place.with_untracked(|place| place.window(top, view));
        let window = (window.start, window.end);
        if wish.window.get_untracked() != window {
            wish.window.set(window);
        }
    };
    table.on_load(move |table| {
        let measured = table.clone();
        dom::watch_size(&table, move |_, _| {
            let pixels = |property, usual| dom::pixels(&measured, property).unwrap_or(usual);
            let now = (pixels("--pair", 28.0), pixels("--heading", 30.0));
            if measures.get_untracked() != now {
                measures.set(now);
            }
            look();
        });
    });
    // Other lines are seen from their beginning.
    Effect::new(move |before: Option<(String, String, String, (PairOrder, bool))>| {
        let now = (wish.search.get(), wish.status.get(), wish.client.get(), wish.order.get());
        if before.is_some_and(|before| before != now)
            && let Some(table) = table.get_untracked()
        {
            table.set_scroll_top(0);
        }
        now
    });
    Effect::new(move |_| {
        wish.place.track();
        look();
    });
    let axis = Memo::new(move |_| {
        let mode = wish.mode.get();
        (mode != Mode::Load).then(|| wish.told().map(|told| Axis::new(mode, &told))).flatten()
    });
    let sections = move || wish.place.with(|place| place.sections().to_vec());
    let active = move || {
        let cursor = wish.cursor.get();
        match cursor.column {
            Some(column) => cells::id((!cursor.head).then_some(cursor.line), column),
            None => format!("pair-{}", cursor.line),
        }
    };
    outline(active);
    view! {
        <div
            id="pairs"
            class="table"
            role="grid"
            tabindex="0"
            aria-label="Lookups and connections"
            aria-rowcount=move || (wish.place.with(Place::lines) + 1).to_string()
            aria-colcount=(COLUMNS.len() + 1).to_string()
            aria-activedescendant=active
            hidden=move || wish.mode.get() == Mode::Load
            node_ref=table
            on:scroll=move |_| look()
            on:click=move |event| click(wish, &event)
            on:contextmenu=move |event| context(wish, &event)
            on:keydown=move |event| key(wish, table, &event)
        >
            <Head wish=wish axis=axis />
            <div
                class="body"
                style=("--before", move || wish.place.with(Place::lines).to_string())
                style=("--headings", move || wish.place.with(|place| place.sections().len()).to_string())
            >
                <For
                    each=sections
                    key=|section| (section.group as u8, section.index, section.start, section.count)
                    children=move |section| view! { <Group wish=wish section=section axis=axis /> }
                />
            </div>
            {move || nothing(wish).map(|words| view! { <p class="none">{words}</p> })}
        </div>
    }
}

/// The titles of the columns.
#[component]
fn Head(wish: Wish, axis: Memo<Option<Axis>>) -> impl IntoView {
    let titles = (0..)
        .zip(&COLUMNS)
        .map(|(index, column)| {
            let sorted = move || {
                let (order, turned) = wish.order.get();
                (Some(order) == column.order).then_some(if turned { "descending" } else { "ascending" })
            };
            let sort = column.order.map(|order| order as u8 + 1).unwrap_or_default();
            view! {
                <span
                    class=column.class
                    role="columnheader"
                    id=cells::id(None, index)
                    title=column.says
                    aria-sort=sorted
                    data-sort=(sort > 0).then(|| index.to_string())
                >
                    {column.title}
                    <span class="sorted" aria-hidden="true">
                        {move || sorted().map(|way| if way == "ascending" { "↑" } else { "↓" })}
                    </span>
                </span>
            }
        })
        .collect_view();
    let end = move |last: bool| axis.get().map(|axis| axis.ends()).map(|(first, end)| if last { end } else { first });
    view! {
        <div class="pair head" role="row" aria-rowindex="1">
            {titles}
            <span class="picture axis" role="columnheader" id=cells::id(None, COLUMNS.len()) aria-label="Waterfall">
                <span>{move || end(false)}</span>
                <span>{move || end(true)}</span>
            </span>
        </div>
    }
}

/// A group with those of its lines that were told.
#[component]
fn Group(wish: Wish, section: Section, axis: Memo<Option<Axis>>) -> impl IntoView {
    let Section { group, index, start, count } = section;
    let lines = move || {
        let told = wish.told();
        let range = told.map(|told| {
            let lines = (told.shown.start..).zip(told.lines.iter().cloned());
            lines.filter(|(at, line)| (start..start + count).contains(at) && line.group == group).collect::<Vec<_>>()
        });
        range.unwrap_or_default()
    };
    let key = move |(at, line): &(u32, Arc<PairLine>)| -> Key {
        let chosen = crate::page::pairs::chosen_of(line);
        (*at, start, chosen.lookup, chosen.connection)
    };
    view! {
        <div
            class="section"
            role="rowgroup"
            aria-label=say::group(group)
            style=("--before", start.to_string())
            style=("--headings", index.to_string())
            style=("--lines", count.to_string())
        >
            <div class="group" role="presentation">
                {say::group(group)} " · " {words::count(u64::from(count))}
            </div>
            <For each=lines key=key children=move |(at, line)| pair(wish, &line, at, at - start, axis) />
        </div>
    }
}

/// One line.
fn pair(wish: Wish, line: &Arc<PairLine>, at: u32, inside: u32, axis: Memo<Option<Axis>>) -> impl IntoView + use<> {
    let chosen = Memo::new(move |_| wish.cursor.with(|cursor| cursor.line == at));
    let query = line.lookup.as_ref().and_then(|lookup| lookup.query).map(|(frame, _)| frame.to_string());
    let frame = line.connection.as_ref().map(|connection| connection.begin.0.to_string());
    let status = line.connection.as_ref().map_or("unused", |connection| connection.status.name());
    let drawn = Arc::clone(line);
    view! {
        <div
            id=format!("pair-{at}")
            class="pair"
            class:again=line.again
            role="row"
            aria-rowindex=(at + 2).to_string()
            aria-selected=move || chosen.get().to_string()
            style=("--inside", inside.to_string())
            data-at=at.to_string()
            data-frame=frame
            data-query=query
            data-status=status
        >
            {cells::cells(line, at)}
            <span class="picture" role="gridcell" id=cells::id(Some(at), COLUMNS.len())>
                {move || axis.get().map(|axis| waterfall::drawing(&drawn, axis))}
            </span>
        </div>
    }
}

/// What stands in an empty table.
fn nothing(wish: Wish) -> Option<String> {
    let Some(told) = wish.told() else {
        return Some("The pairs are shown when the capture was read.".to_owned());
    };
    if told.count() > 0 {
        return None;
    }
    if !told.wanted.search.is_empty() {
        let beside = match (told.wanted.status.is_empty(), told.wanted.client.is_empty()) {
            (true, true) => "",
            _ => " among those that are chosen above",
        };
        return Some(format!("No name and no address has “{}” as a part{beside}.", told.wanted.search));
    }
    if !told.wanted.status.is_empty() || !told.wanted.client.is_empty() {
        return Some("Nothing has this status and this client. Choose others above.".to_owned());
    }
    Some("This capture has no lookups and no connections.".to_owned())
}

/// Draws the outline around the cell that the keyboard stands on.
pub(super) fn outline(active: impl Fn() -> String + Send + Sync + 'static) {
    Effect::new(move |before: Option<String>| {
        let now = active();
        let mark = |id: &str, on: bool| {
            if let Some(element) = dom::by_svg_id(id) {
                let _ = element.class_list().toggle_with_force("active", on);
            }
        };
        if let Some(before) = before {
            mark(&before, false);
        }
        mark(&now, true);
        now
    });
}

fn target(event: &Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

/// The nearest element around the target that has this attribute, by its value.
fn around(event: &Event, attribute: &str) -> Option<String> {
    target(event)?.closest(&format!("[{attribute}]")).ok()??.get_attribute(attribute)
}

fn click(wish: Wish, event: &MouseEvent) {
    if let Some(column) = around(event, "data-sort").and_then(|index| index.parse::<usize>().ok()) {
        if let Some(order) = COLUMNS.get(column).and_then(|column| column.order) {
            wish.sort(order);
        }
        return;
    }
    let Some(at) = around(event, "data-at").and_then(|at| at.parse().ok()) else { return };
    let chosen = wish.cursor.with_untracked(|cursor| cursor.line == at);
    wish.choose(at, None);
    if go(wish.page, event) {
        return;
    }
    // The first click chooses the line; the values of the chosen line open what can be done with them.
    if chosen && let Some(value) = around(event, "data-value").and_then(|name| Value::named(&name)) {
        open(wish, Some(&[value]), (f64::from(event.client_x()), f64::from(event.client_y())));
    }
}

fn context(wish: Wish, event: &MouseEvent) {
    let Some(at) = around(event, "data-at").and_then(|at| at.parse().ok()) else { return };
    event.prevent_default();
    wish.choose(at, None);
    let value = around(event, "data-value").and_then(|name| Value::named(&name));
    let place = (f64::from(event.client_x()), f64::from(event.client_y()));
    open(wish, value.as_ref().map(std::slice::from_ref), place);
}

/// Opens what can be done with values of the chosen line, or with the line.
fn open(wish: Wish, values: Option<&[Value]>, (left, top): (f64, f64)) {
    let Some(line) = wish.line.get_untracked() else { return };
    let applied = wish.page.applied.get_untracked();
    let deeds: Vec<_> = values.into_iter().flatten().flat_map(|value| value.deeds(&line, &applied)).collect();
    let items = if deeds.is_empty() { value::whole(&line) } else { deeds };
    wish.menu.at(left, top, "pairs", items);
}

fn key(wish: Wish, table: NodeRef<Div>, event: &KeyboardEvent) {
    if event.ctrl_key() || event.alt_key() || event.meta_key() {
        return;
    }
    let cursor = wish.cursor.get_untracked();
    let (lines, page) = wish.place.with_untracked(|place| {
        let view = table.get_untracked().map_or(0.0, |table| f64::from(table.client_height()));
        (place.lines(), place.fit(view))
    });
    let last = lines.saturating_sub(1);
    let to_line = |line: u32| move_to(wish, table, line.min(last), cursor.column);
    match event.key().as_str() {
        "ArrowDown" if cursor.head => to_line(0),
        "ArrowDown" => to_line(cursor.line.saturating_add(1)),
        "ArrowUp" if cursor.head => {}
        "ArrowUp" if cursor.line == 0 => {
            let column = cursor.column.or(Some(0));
            wish.cursor.set(Cursor { head: true, column, ..cursor });
        }
        "ArrowUp" => to_line(cursor.line - 1),
        "PageDown" => to_line(cursor.line.saturating_add(page)),
        "PageUp" => to_line(cursor.line.saturating_sub(page)),
        "Home" => to_line(0),
        "End" => to_line(last),
        "ArrowRight" => wish.cursor.set(Cursor { column: beside(cursor, true), ..cursor }),
        "ArrowLeft" => wish.cursor.set(Cursor { column: beside(cursor, false), ..cursor }),
        "Enter" | " " => enter(wish, cursor),
        "ContextMenu" => menu(wish, cursor),
        "F10" if event.shift_key() => menu(wish, cursor),
        _ => return,
    }
    event.prevent_default();
}

/// The next column that is on screen; before the first stands the line as a whole.
fn beside(cursor: Cursor, right: bool) -> Option<usize> {
    let line = (!cursor.head).then_some(cursor.line);
    let shown = |column: &usize| dom::by_id(&cells::id(line, *column)).is_some_and(|cell| cell.offset_width() > 0);
    match (cursor.column, right) {
        (None, true) => (0..=COLUMNS.len()).find(shown),
        (Some(at), true) => (at + 1..=COLUMNS.len()).find(shown).or(Some(at)),
        (Some(at), false) => (0..at).rev().find(shown).or(cursor.head.then_some(at)),
        (None, false) => None,
    }
}

fn move_to(wish: Wish, table: NodeRef<Div>, line: u32, column: Option<usize>) {
    wish.choose(line, column);
    let Some(table) = table.get_untracked() else { return };
    let head = dom::pixels(&table, "--head").unwrap_or_default();
    let (top, view) = (f64::from(table.scroll_top()), f64::from(table.client_height()) - head);
    let to = wish.place.with_untracked(|place| place.reveal(line, top, view));
    if to != top {
        table.set_scroll_top(to.ceil() as i32);
    }
}

/// Follows the link of the cell, or opens what can be done with it; sorts; goes on to the evidence.
fn enter(wish: Wish, cursor: Cursor) {
    let Some(column) = cursor.column else {
        dom::focus("evidence");
        return;
    };
    if cursor.head {
        if let Some(order) = COLUMNS.get(column).and_then(|column| column.order) {
            wish.sort(order);
        }
        return;
    }
    let cell = dom::by_id(&cells::id(Some(cursor.line), column));
    let link = cell.and_then(|cell| cell.query_selector("a[data-go]").ok().flatten());
    match link.and_then(|link| link.get_attribute("data-go")).and_then(|frame| frame.parse().ok()) {
        Some(frame) => {
            wish.page.go(frame);
            dom::focus("packets");
        }
        None => menu(wish, cursor),
    }
}

fn menu(wish: Wish, cursor: Cursor) {
    if cursor.head {
        return;
    }
    let id =
        cursor.column.map_or_else(|| format!("pair-{}", cursor.line), |column| cells::id(Some(cursor.line), column));
    let Some(place) = dom::by_id(&id).map(|cell| cell.get_bounding_client_rect()) else { return };
    let values = cursor.column.and_then(|column| COLUMNS.get(column)).map(|column| column.values);
    open(wish, values, (place.left() + 8.0, place.bottom()));
}
