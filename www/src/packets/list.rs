//! The list of packets: its columns, what a line of it does, and the names beside addresses.

use crate::built::Unbuilt;
use crate::page::{Listed, Page};
use crate::table::{Cell, Column, Content, Cursor, Group, Look, Table};
use crate::{dom, memory};
use analyzer::message::{PacketRow, Reply, Request, Tint};
use leptos::prelude::*;
use std::collections::HashSet;
use web_sys::{Event, HtmlElement, KeyboardEvent};

/// The state of the list. Copies are handles to the same one.
#[derive(Clone, Copy)]
pub(super) struct List {
    page: Page,
    /// Its lines.
    pub(super) table: Table<PacketRow>,
    /// Packets that the user marked.
    marks: StoredValue<HashSet<u32>>,
    /// Whether names stand beside addresses.
    names: RwSignal<bool>,
}

impl List {
    /// The list of the page's displayed packets.
    pub(super) fn new(page: Page) -> List {
        let list = List {
            page,
            table: Table::new(),
            marks: StoredValue::new(HashSet::new()),
            names: RwSignal::new(memory::recall("names").as_deref() != Some("off")),
        };
        Effect::new(move |_| list.table.count(vec![Group { title: String::new(), lines: page.displayed.get() }]));
        Effect::new(move |before: Option<Listed>| {
            let now = page.listed.get();
            let before = before.unwrap_or_default();
            if before.list != now.list {
                if page.packets.get_untracked() == 0 {
                    list.marks.update_value(HashSet::clear);
                }
                list.table.restart();
            }
            if before.found != now.found {
                list.table.stand(now.position);
            }
            now
        });
        // Names stand beside addresses only once every pair is known.
        Effect::new(move |_| {
            if page.opened.with(Option::is_some) {
                list.table.renew();
            }
        });
        Effect::new(move |_| {
            page.selected.track();
            page.view.track();
            list.table.draw();
        });
        list
    }

    /// Shows the names beside addresses, or hides them.
    pub(super) fn switch_names(self) {
        self.names.update(|names| *names = !*names);
        memory::keep("names", if self.names.get_untracked() { "on" } else { "off" });
    }

    /// Whether names stand beside addresses.
    fn names_are_shown(self) -> bool {
        self.names_are_known() && self.names.get()
    }

    /// Whether any packet could have a name.
    fn names_are_known(self) -> bool {
        self.page.paired.get() > 0
    }

    fn toggle_mark(self) {
        if let Some(frame) = self.page.selected.get_untracked() {
            self.marks.update_value(|marks| {
                if !marks.remove(&frame) {
                    marks.insert(frame);
                }
            });
        }
        self.table.draw();
    }
}

/// A column whose title does not sort.
const fn column(class: &'static str, title: &'static str, cell: fn(&List, &PacketRow) -> Cell) -> Column<List> {
    Column { class, title, says: "", sorts: false, cell }
}

impl Content for List {
    type Row = PacketRow;

    const LOOK: Look =
        Look { id: "packets", class: "list", label: "Packets", row: "packet", wide: false, cells: false, near: 0 };
    const COLUMNS: &'static [Column<List>] = &[
        column("no", "No.", |_, row| Cell::Text(row.frame.to_string())),
        column("time", "Time", |_, row| Cell::Text(row.time.clone())),
        column("source", "Source", |_, row| address(&row.source, row, true)),
        column("destination", "Destination", |_, row| address(&row.destination, row, false)),
        column("protocol", "Protocol", |_, row| Cell::Text(row.protocol.clone())),
        column("length", "Length", |_, row| Cell::Text(row.length.to_string())),
        column("info", "Info", |_, row| Cell::Text(row.info.clone())),
    ];

    fn want(&self, start: u32, end: u32) {
        let Self { page, table, .. } = *self;
        page.want(Request::Rows { start, end }, move |reply| match reply {
            Reply::Rows { start, rows } => table.put(start, rows),
            reply => page.refused(reply),
        });
    }

    fn choose(&self, _position: u32, row: &PacketRow) {
        self.page.select(row.frame);
    }

    fn number(&self, _position: u32, row: &PacketRow) -> u32 {
        row.frame
    }

    fn dress(&self, element: &HtmlElement, line: Option<(u32, &PacketRow)>) {
        match line {
            Some((_, row)) => {
                dom::set(element, "data-frame", &row.frame.to_string());
                dom::set(element, "data-tint", name(row.tint));
            }
            None => dom::unset(element, &["data-frame", "data-tint"]),
        }
    }

    fn is_chosen(&self, _position: u32, row: &PacketRow, _cursor: Cursor) -> bool {
        self.page.selected.get_untracked() == Some(row.frame)
    }

    fn is_marked(&self, row: &PacketRow) -> bool {
        self.marks.with_value(|marks| marks.contains(&row.frame))
    }

    fn click(&self, _event: &Event, _row: &PacketRow, _before: bool) {
        self.page.sheet.set(true);
    }

    fn enter(&self, _row: Option<&PacketRow>, _cell: Option<(usize, HtmlElement)>) {
        self.page.sheet.set(true);
        dom::focus("tree");
    }

    fn key(&self, event: &KeyboardEvent) -> bool {
        let marks = matches!(event.key().as_str(), "m" | "M");
        if marks {
            self.toggle_mark();
        }
        marks
    }

    fn names(&self) -> Option<bool> {
        Some(self.names_are_shown())
    }

    fn behind_titles(&self) -> Option<Unbuilt> {
        let list = *self;
        let button = view! {
            <button
                id="names"
                hidden=move || !list.names_are_known()
                aria-pressed=move || list.names.get().to_string()
                title="Beside an address, the name that the client had looked up for this connection (N)"
                on:click=move |_| list.switch_names()
            >
                "Names"
            </button>
        };
        Some(Unbuilt::new(button))
    }
}

/// An address, and the name beside it.
fn address(address: &str, row: &PacketRow, is_source: bool) -> Cell {
    let name = if row.named_source == is_source { row.name.clone() } else { String::new() };
    Cell::Beside(address.to_owned(), name)
}

/// The tint as the stylesheet calls it.
fn name(tint: Tint) -> &'static str {
    match tint {
        Tint::Plain => "plain",
        Tint::Bad => "bad",
        Tint::Control => "control",
        Tint::IcmpError => "icmp-error",
        Tint::Arp => "arp",
        Tint::Icmp => "icmp",
        Tint::Reset => "reset",
        Tint::Http => "http",
        Tint::Tls => "tls",
        Tint::SynFin => "syn-fin",
        Tint::Tcp => "tcp",
        Tint::Udp => "udp",
        Tint::Broadcast => "broadcast",
    }
}
