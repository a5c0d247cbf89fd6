//! The table of the pairs: its columns, and what is done with its lines, cells and values.

use super::value::{self, Value};
use super::waterfall::{self, Axis};
use super::wish::{Mode, Wish};
use super::{cells, go};
use crate::built::Unbuilt;
use crate::dom;
use crate::table::{Cell, Column, Content, Look, Of};
use analyzer::message::{PairLine, PairOrder};
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, MouseEvent};

/// What the table shows. Copies are handles to the same.
#[derive(Clone, Copy)]
pub(super) struct List {
    wish: Wish,
    /// The axis of the waterfalls, where they have one.
    axis: Memo<Option<Axis>>,
}

impl List {
    /// The lines that are wished for.
    pub(super) fn new(wish: Wish) -> List {
        let axis = Memo::new(move |_| {
            let mode = wish.mode.get();
            (mode != Mode::Load).then(|| wish.answer().map(|answer| Axis::new(mode, &answer))).flatten()
        });
        List { wish, axis }
    }

    /// Opens what can be done with values of a line, or with the line.
    fn open(self, line: &PairLine, values: &[Value], (left, top): (f64, f64)) {
        let applied = self.wish.page.applied.get_untracked();
        let deeds: Vec<_> = values.iter().flat_map(|value| value.deeds(line, &applied)).collect();
        let items = if deeds.is_empty() { value::whole(line) } else { deeds };
        self.wish.menu.at(left, top, "pairs", items);
    }
}

/// What the columns sort by; nothing for one that does not sort.
const ORDERS: [Option<PairOrder>; 9] = [
    Some(PairOrder::Name),
    Some(PairOrder::Time),
    Some(PairOrder::Latency),
    Some(PairOrder::Delay),
    Some(PairOrder::Handshake),
    None,
    Some(PairOrder::Bytes),
    Some(PairOrder::Status),
    None,
];

/// The values in the columns, the main one first.
const VALUES: [&[Value]; 9] = [
    &[Value::Name, Value::Kind],
    &[Value::Asked],
    &[Value::Latency, Value::Address],
    &[Value::Port, Value::Delay],
    &[Value::Handshake],
    &[Value::ServerName],
    &[Value::Bytes],
    &[Value::Status],
    &[],
];

impl Content for List {
    type Row = Arc<PairLine>;

    const LOOK: Look = Look {
        id: "pairs",
        class: "visits",
        label: "Lookups and connections",
        row: "pair",
        wide: true,
        cells: true,
        near: 24,
    };
    const COLUMNS: &'static [Column<List>] = &[
        Column {
            class: "name",
            title: "Name",
            says: "The name that was looked up, and the types of record",
            sorts: true,
            cell: |_, line| Cell::view(cells::name(line)),
        },
        Column {
            class: "asked",
            title: "Asked",
            says: "The packet with the question, and its time",
            sorts: true,
            cell: |_, line| Cell::view(line.lookup.as_ref().filter(|_| !line.again).map(cells::asked)),
        },
        Column {
            class: "answered",
            title: "Answered",
            says: "The packet with the answer, how long it took, the address, and for how many seconds it is good (TTL)",
            sorts: true,
            cell: |_, line| Cell::view(cells::answered(line)),
        },
        Column {
            class: "connected",
            title: "Connected",
            says: "The first packet of the connection, its port, and how long after the answer it came",
            sorts: true,
            cell: |_, line| Cell::view(line.connection.as_ref().map(cells::connected)),
        },
        Column {
            class: "handshake",
            title: "Handshake",
            says: "How the connection began, the packet with SYN and ACK, and the round trip",
            sorts: true,
            cell: |_, line| Cell::view(line.connection.as_ref().map(cells::handshake)),
        },
        Column {
            class: "server",
            title: "Server name",
            says: "Whether the name that the client sent to the server is the one that was looked up",
            sorts: false,
            cell: |_, line| Cell::view(line.connection.as_ref().map(cells::server_name)),
        },
        Column {
            class: "payload",
            title: "Bytes",
            says: "Payload, both ways together",
            sorts: true,
            cell: |_, line| Cell::view(line.connection.as_ref().map(cells::bytes)),
        },
        Column {
            class: "status",
            title: "Status",
            says: "What is known of the lookup that led to the connection",
            sorts: true,
            cell: |_, line| Cell::view(cells::status(line)),
        },
        Column {
            class: "picture",
            title: "",
            says: "Waterfall",
            sorts: false,
            cell: |list, line| {
                let (axis, line) = (list.axis, Arc::clone(line));
                let drawn = move || axis.get().map(|axis| waterfall::drawing(&line, axis));
                Cell::view(drawn)
            },
        },
    ];

    fn want(&self, start: u32, end: u32) {
        if self.wish.window.get_untracked() != (start, end) {
            self.wish.window.set((start, end));
        }
    }

    fn choose(&self, _position: u32, line: &Arc<PairLine>) {
        self.wish.line.set(Some(Arc::clone(line)));
    }

    fn dress(&self, element: &HtmlElement, line: Option<(u32, &Arc<PairLine>)>) {
        dom::unset(element, &["data-at", "data-query", "data-frame", "data-status"]);
        let Some((at, line)) = line else { return };
        let _ = element.class_list().toggle_with_force("again", line.again);
        let query = line.lookup.as_ref().and_then(|lookup| lookup.query).map(|(frame, _)| frame);
        let frame = line.connection.as_ref().map(|connection| connection.begin.0);
        for (name, number) in [("data-at", Some(at)), ("data-query", query), ("data-frame", frame)] {
            if let Some(number) = number {
                dom::set(element, name, &number.to_string());
            }
        }
        let status = line.connection.as_ref().map_or("unused", |connection| connection.status.name());
        dom::set(element, "data-status", status);
    }

    fn click(&self, event: &Event, line: &Arc<PairLine>, before: bool) {
        let Some(event) = event.dyn_ref::<MouseEvent>() else { return };
        if go(self.wish.page, event) || !before {
            return;
        }
        // The first click chooses the line; the values of the chosen line open what can be done with them.
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let value = target.and_then(|target| target.closest("[data-value]").ok().flatten());
        let name = value.and_then(|value| value.get_attribute("data-value"));
        if let Some(value) = name.and_then(|name| Value::named(&name)) {
            self.open(line, &[value], (f64::from(event.client_x()), f64::from(event.client_y())));
        }
    }

    /// Follows the link of the cell, or opens what can be done with it; goes on to the evidence.
    fn enter(&self, line: Option<&Arc<PairLine>>, cell: Option<(usize, HtmlElement)>) {
        let (Some(line), Some((column, cell))) = (line, cell) else {
            dom::focus("evidence");
            return;
        };
        let link = cell.query_selector("a[data-go]").ok().flatten();
        match link.and_then(|link| link.get_attribute("data-go")).and_then(|frame| frame.parse().ok()) {
            Some(frame) => {
                self.wish.page.go(frame);
                dom::focus("packets");
            }
            None => {
                let place = cell.get_bounding_client_rect();
                self.offer(line, Of::Cell(column), (place.left() + 8.0, place.bottom()));
            }
        }
    }

    fn offer(&self, line: &Arc<PairLine>, of: Of, place: (f64, f64)) {
        match of {
            Of::Value(name) => self.open(line, Value::named(&name).as_slice(), place),
            Of::Cell(column) => self.open(line, VALUES.get(column).copied().unwrap_or_default(), place),
            Of::Line => self.open(line, &[], place),
        }
    }

    fn sort(&self, column: usize) {
        if let Some(order) = ORDERS.get(column).copied().flatten() {
            self.wish.sort(order);
        }
    }

    fn sorted(&self, column: usize) -> Option<bool> {
        let (order, turned) = self.wish.order.get();
        (ORDERS.get(column).copied().flatten() == Some(order)).then_some(turned)
    }

    fn beside_title(&self, column: usize) -> Option<Unbuilt> {
        let axis = self.axis;
        let end =
            move |last: bool| axis.get().map(|axis| axis.ends()).map(|(first, end)| if last { end } else { first });
        let is_picture = Self::COLUMNS.get(column).is_some_and(|column| column.class == "picture");
        is_picture
            .then(|| view! { <span>{move || end(false)}</span> <span>{move || end(true)}</span> })
            .map(Unbuilt::new)
    }

    fn below_lines(&self) -> Option<Unbuilt> {
        let wish = self.wish;
        Some(Unbuilt::new(move || nothing(wish).map(|words| view! { <p class="none">{words}</p> })))
    }
}

/// What stands in an empty table.
fn nothing(wish: Wish) -> Option<String> {
    let Some(answer) = wish.answer() else {
        return Some("The pairs are shown when the capture was read.".to_owned());
    };
    if answer.count() > 0 {
        return None;
    }
    if !answer.wanted.search.is_empty() {
        let beside = match (answer.wanted.status.is_empty(), answer.wanted.client.is_empty()) {
            (true, true) => "",
            _ => " among those that are chosen above",
        };
        return Some(format!("No name and no address has “{}” as a part{beside}.", answer.wanted.search));
    }
    if !answer.wanted.status.is_empty() || !answer.wanted.client.is_empty() {
        return Some("Nothing has this status and this client. Choose others above.".to_owned());
    }
    Some("This capture has no lookups and no connections.".to_owned())
}
