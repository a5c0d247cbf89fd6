//! The hand-ins, which tell others about a line: they are written one at a time, in the order in which they were asked for.

use super::wish::Wish;
use crate::filter::icon;
use crate::menu::{Act, Deed, Item};
use crate::page::Page;
use crate::{dom, words};
use analyzer::message::{Chosen, Reply, ReportFormat, Request};
use leptos::prelude::*;

/// What a hand-in can be written as. The first is what a click gives: it opens everywhere, prints as it looks, and needs
/// no program to be read.
const FORMATS: [(&str, &str, ReportFormat); 3] = [
    ("HTML, to read and print", ".html", ReportFormat::Html),
    ("Markdown", ".md", ReportFormat::Markdown),
    ("JSON", ".json", ReportFormat::Json),
];

/// A hand-in: about which line, in which format.
type Wanted = (Chosen, ReportFormat);

/// The hand-ins that were asked for. Copies are handles to the same ones.
#[derive(Clone, Copy)]
pub(super) struct Reports {
    page: Page,
    /// Bytes of the file that were read for the one that is being written, and all.
    read: RwSignal<Option<(u64, u64)>>,
    /// The one that is being written.
    under_way: RwSignal<Option<Wanted>>,
    waiting: RwSignal<Vec<Wanted>>,
}

impl Reports {
    /// None yet.
    pub(super) fn new(page: Page) -> Reports {
        Reports { page, read: RwSignal::new(None), under_way: RwSignal::new(None), waiting: RwSignal::new(Vec::new()) }
    }

    /// Another capture: nobody waits any more.
    pub(super) fn forget(self) {
        self.read.set(None);
        self.under_way.set(None);
        self.waiting.set(Vec::new());
    }

    /// Asks for a hand-in about a line; while another one is made, this one waits for it.
    fn ask(self, chosen: Chosen, format: ReportFormat) {
        let wanted = (chosen, format);
        if self.under_way.with_untracked(Option::is_some) {
            self.waiting.update(|waiting| {
                if !waiting.contains(&wanted) {
                    waiting.push(wanted);
                }
            });
            self.page.announced.set("This report follows the one that is being written.".to_owned());
            return;
        }
        self.under_way.set(Some(wanted));
        self.read.set(Some((0, 0)));
        self.page.begin(Request::Report { chosen, format }, move |reply| match reply {
            Reply::Reporting { read, size } => self.read.set(Some((read, size))),
            Reply::Report(file) => {
                dom::save(&file.name, &file.media, &file.text);
                self.page.announced.set(format!("{} was saved.", file.name));
                self.go_on();
            }
            reply => {
                self.page.refused(reply);
                self.go_on();
            }
        });
    }

    /// What was under way is done with; goes on with the hand-in that waits.
    fn go_on(self) {
        self.read.set(None);
        self.under_way.set(None);
        let mut next = None;
        self.waiting.update(|waiting| next = (!waiting.is_empty()).then(|| waiting.remove(0)));
        if let Some((chosen, format)) = next {
            self.ask(chosen, format);
        }
    }

    /// Whether one about this line is being written.
    fn is_under_way(self, chosen: Chosen) -> bool {
        self.under_way.get().is_some_and(|(about, _)| about == chosen)
    }

    /// Whether one about this line waits for another one.
    fn is_waiting(self, chosen: Chosen) -> bool {
        self.waiting.with(|waiting| waiting.iter().any(|(about, _)| *about == chosen))
    }
}

/// The button for a hand-in, with the formats beside it.
#[component]
pub(super) fn ReportButton(wish: Wish, chosen: Chosen) -> impl IntoView {
    let reports = wish.reports;
    let open = move |_| {
        let items = FORMATS.map(|(label, note, format)| Item {
            label: label.to_owned(),
            note: note.to_owned(),
            act: Act::Do(Deed::new(move || reports.ask(chosen, format))),
        });
        wish.menu.below("report-menu", items.to_vec());
    };
    let is_own = move || reports.is_under_way(chosen);
    let waits = move || reports.is_waiting(chosen);
    let words = move || match reports.read.get() {
        _ if waits() => "Waits for another report".to_owned(),
        Some((_, 0)) if is_own() => "Report…".to_owned(),
        Some((read, size)) if is_own() => format!("Reading {}", words::percent(read, size)),
        _ => "Report".to_owned(),
    };
    let busy = move || is_own() || waits();
    view! {
        <div class="report" role="group" aria-label="Hand-in about this visit">
            <button
                id="report"
                title="Save a hand-in about this visit as HTML: packets, times, addresses, and the capture’s SHA-256"
                disabled=busy
                on:click=move |_| reports.ask(chosen, ReportFormat::Html)
            >
                {words}
            </button>
            <button
                id="report-menu"
                class="icon"
                aria-label="Other formats of the report"
                title="Other formats of the report"
                aria-haspopup="menu"
                disabled=busy
                on:click=open
            >
                {icon("down")}
            </button>
        </div>
    }
}
