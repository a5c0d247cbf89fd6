//! What the page knows and what can be done on it: the state that the panes show, and the verbs that they call.

mod heard;
mod history;
pub(crate) mod pairs;
mod typing;

use crate::analyzer::Analyzer;
use crate::memory;
use crate::packets::List;
use analyzer::message::{Completions, Evidence, FilterState, Fix, Nothing, Opened, Packet, Progress, Verdict};
use history::History;
use leptos::prelude::*;
use pairs::{Asked, Reports, Told};
use std::rc::Rc;
use std::sync::Arc;
use web_sys::Blob;

/// What the page is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Waiting for a capture.
    Empty,
    /// Reading one.
    Loading,
    /// Showing one.
    Ready,
    /// Looking for the packets that a filter selects.
    Filtering,
    /// The file was no capture, or could not be read.
    Failed,
}

impl Phase {
    /// The value of `data-state`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Phase::Empty => "empty",
            Phase::Loading => "loading",
            Phase::Ready => "ready",
            Phase::Filtering => "filtering",
            Phase::Failed => "failed",
        }
    }
}

/// The views of the rail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum View {
    /// Lookups and the connections that they led to.
    Pairs,
    /// The packet list with tree and bytes.
    Packets,
}

impl View {
    /// All views in the rail's order.
    pub(crate) const ALL: [View; 2] = [View::Pairs, View::Packets];

    /// The value of `data-view`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            View::Pairs => "pairs",
            View::Packets => "packets",
        }
    }

    /// What the rail says.
    pub(crate) fn title(self) -> &'static str {
        match self {
            View::Pairs => "Pairs",
            View::Packets => "Packets",
        }
    }
}

/// The state, in signals, and the analyzer behind it. Copies are handles to the same page.
#[derive(Clone, Copy)]
pub(crate) struct Page {
    analyzer: StoredValue<Option<Analyzer>, LocalStorage>,
    list: StoredValue<Option<Rc<List>>, LocalStorage>,
    /// What the page is doing.
    pub(crate) phase: RwSignal<Phase>,
    /// The file's name.
    pub(crate) name: RwSignal<String>,
    /// How far the reading is.
    pub(crate) progress: RwSignal<Progress>,
    /// The capture, once it was read.
    pub(crate) opened: RwSignal<Option<Arc<Opened>>>,
    /// Packets of the capture and packets in the list.
    pub(crate) packets: RwSignal<u32>,
    /// Packets that the filter lets through; all without one.
    pub(crate) displayed: RwSignal<u32>,
    /// Packets that a running filter has looked at.
    pub(crate) examined: RwSignal<u32>,
    /// Why there is no capture.
    pub(crate) failure: RwSignal<Option<String>>,
    /// Something that went wrong beside that, in a sentence.
    pub(crate) notice: RwSignal<Option<String>>,
    /// The view that is shown.
    pub(crate) view: RwSignal<View>,
    /// The text in the filter box.
    pub(crate) draft: RwSignal<String>,
    /// The filter that the list obeys.
    pub(crate) applied: RwSignal<String>,
    /// What can be said of the draft.
    pub(crate) verdict: RwSignal<Verdict>,
    /// What can be written where the cursor stands, while that is shown.
    pub(crate) completions: RwSignal<Option<Completions>>,
    /// Filters that were applied, the latest first.
    pub(crate) recent: RwSignal<Vec<String>>,
    /// Why the filter displays nothing.
    pub(crate) nothing: RwSignal<Option<Arc<Nothing>>>,
    /// The selected packet's number.
    pub(crate) selected: RwSignal<Option<u32>>,
    /// The selected packet in full.
    pub(crate) packet: RwSignal<Option<Arc<Packet>>>,
    /// The selected line of the tree.
    pub(crate) line: RwSignal<Option<usize>>,
    /// The line of the tree under the pointer, in the tree or in the bytes.
    pub(crate) hovered: RwSignal<Option<usize>>,
    /// Whether the selected packet was jumped to but is hidden by the filter.
    pub(crate) hidden: RwSignal<bool>,
    /// Whether tree and bytes are open where they cover the list (narrow screens).
    pub(crate) sheet: RwSignal<bool>,
    /// The lines of the pairs that were told last.
    pub(crate) pairs: RwSignal<Option<Arc<Told>>>,
    /// Why a line of the pairs is as it is.
    pub(crate) evidence: RwSignal<Option<Arc<Evidence>>>,
    /// Hand-ins that are being written.
    pub(crate) reports: Reports,
    /// Whether names stand beside addresses in the packet list.
    pub(crate) names: RwSignal<bool>,
    /// What a screen reader is told.
    pub(crate) announced: RwSignal<String>,
    asked: StoredValue<Asked>,
    pending: StoredValue<Pending>,
    history: StoredValue<History>,
}

/// What is asked of the analyzer and not answered yet.
#[derive(Default)]
struct Pending {
    /// The filter that was asked for.
    filter: String,
    /// Whether the filter waits for the capture's end.
    queued: bool,
    /// Whether the list already shows the packets of the new filter.
    begun: bool,
    /// Packets displayed before.
    before: u32,
    /// Whether the packet that is being located was jumped to.
    jump: bool,
    /// Whether the box waits for what can be written in it.
    completing: bool,
    /// Whether the user chose a view or a packet while the capture was read.
    settled: bool,
}

impl Page {
    /// An empty page with its analyzer starting up.
    pub(crate) fn new() -> Page {
        let page = Page {
            analyzer: StoredValue::new_local(None),
            list: StoredValue::new_local(None),
            phase: RwSignal::new(Phase::Empty),
            name: RwSignal::new(String::new()),
            progress: RwSignal::new(Progress { read: 0, size: 0, packets: 0 }),
            opened: RwSignal::new(None),
            packets: RwSignal::new(0),
            displayed: RwSignal::new(0),
            examined: RwSignal::new(0),
            failure: RwSignal::new(None),
            notice: RwSignal::new(None),
            view: RwSignal::new(View::Packets),
            draft: RwSignal::new(String::new()),
            applied: RwSignal::new(String::new()),
            verdict: RwSignal::new(silence()),
            completions: RwSignal::new(None),
            recent: RwSignal::new(memory::recent()),
            nothing: RwSignal::new(None),
            selected: RwSignal::new(None),
            packet: RwSignal::new(None),
            line: RwSignal::new(None),
            hovered: RwSignal::new(None),
            hidden: RwSignal::new(false),
            sheet: RwSignal::new(false),
            pairs: RwSignal::new(None),
            evidence: RwSignal::new(None),
            reports: Reports::new(),
            names: RwSignal::new(memory::recall("names").as_deref() != Some("off")),
            announced: RwSignal::new(String::new()),
            asked: StoredValue::new(Asked::default()),
            pending: StoredValue::new(Pending::default()),
            history: StoredValue::new(History::default()),
        };
        page.analyzer.set_value(Some(Analyzer::start(move |heard| page.hear(heard))));
        page
    }

    /// Opens a file in place of what is open.
    pub(crate) fn open(self, name: &str, blob: &Blob) {
        self.forget();
        self.phase.set(Phase::Loading);
        self.name.set(name.to_owned());
        self.progress.set(Progress { read: 0, size: blob.size() as u64, packets: 0 });
        self.announced.set(format!("Reading {name}."));
        self.ask(|analyzer| analyzer.open(name, blob));
    }

    /// Says that a capture could not be opened, in place of what is open.
    pub(crate) fn fail(self, words: String) {
        self.forget();
        self.name.set(String::new());
        self.failure.set(Some(words.clone()));
        self.phase.set(Phase::Failed);
        self.announced.set(words);
    }

    /// Shows a view, and remembers that it was chosen.
    pub(crate) fn show(self, view: View) {
        self.pending.update_value(|pending| pending.settled = true);
        memory::keep("view", view.name());
        self.view.set(view);
    }

    /// Applies a filter; an empty one displays all packets.
    pub(crate) fn apply(self, text: &str) {
        if self.draft.with_untracked(|draft| draft != text) {
            // What was said is about another text.
            self.verdict.set(silence());
            self.draft(text);
        }
        self.hush();
        self.notice.set(None);
        self.nothing.set(None);
        self.hidden.set(false);
        let loading = self.phase.get_untracked() == Phase::Loading;
        self.pending.update_value(|pending| {
            pending.filter = text.to_owned();
            pending.queued = loading;
            pending.begun = false;
            pending.before = self.displayed.get_untracked();
        });
        if !text.trim().is_empty() {
            // Who filters wants to see packets; that does not make theirs the view to begin with.
            self.view.set(View::Packets);
        }
        if !loading && self.opened.with_untracked(Option::is_some) {
            self.examined.set(0);
            self.phase.set(Phase::Filtering);
            let selected = self.selected.get_untracked().unwrap_or(0);
            self.ask(|analyzer| analyzer.filter(text, selected));
        }
    }

    /// Makes the mending change to the filter, and applies it.
    pub(crate) fn mend(self, fix: &Fix) {
        self.apply(&fix.text);
    }

    /// Stops reading or filtering.
    pub(crate) fn cancel(self) {
        if matches!(self.phase.get_untracked(), Phase::Loading | Phase::Filtering) {
            self.ask(Analyzer::cancel);
        }
    }

    /// Selects a packet that the user sees in the list.
    pub(crate) fn select(self, frame: u32) {
        self.pending.update_value(|pending| pending.settled = true);
        self.hidden.set(false);
        if self.selected.get_untracked() != Some(frame) {
            self.selected.set(Some(frame));
            self.ask(|analyzer| analyzer.packet(frame));
        }
    }

    /// Jumps to a packet, wherever the user is.
    pub(crate) fn go(self, frame: u32) {
        if frame == 0 || frame > self.packets.get_untracked() {
            return;
        }
        let from = self.selected.get_untracked();
        self.history.update_value(|history| history.push(from, frame));
        self.jump(frame);
    }

    /// Goes back to where the last jump came from, or forward again.
    pub(crate) fn travel(self, back: bool) {
        let mut to = None;
        self.history.update_value(|history| to = history.travel(back));
        if let Some(frame) = to {
            self.jump(frame);
        }
    }

    fn jump(self, frame: u32) {
        self.show(View::Packets);
        self.select(frame);
        self.pending.update_value(|pending| pending.jump = true);
        self.locate();
    }

    /// Scrolls the list to the selected packet.
    fn locate(self) {
        let Some(frame) = self.selected.get_untracked() else { return };
        if self.applied.with_untracked(String::is_empty) {
            self.located(frame, Some(frame - 1));
        } else {
            self.ask(|analyzer| analyzer.locate(frame));
        }
    }

    fn located(self, frame: u32, position: Option<u32>) {
        let mut jump = false;
        self.pending.update_value(|pending| jump = std::mem::take(&mut pending.jump));
        if self.selected.get_untracked() != Some(frame) {
            return;
        }
        self.hidden.set(position.is_none() && jump);
        self.on_list(|list| list.stand(position, jump));
    }

    /// Selects a line of the tree.
    pub(crate) fn point(self, line: Option<usize>) {
        self.line.set(line);
    }

    /// Introduces the list, which asks for rows and is told of them.
    pub(crate) fn list_is(self, list: Rc<List>) {
        self.list.set_value(Some(list));
    }

    /// Shows the names beside addresses in the packet list, or hides them.
    pub(crate) fn switch_names(self) {
        self.names.update(|names| *names = !*names);
        memory::keep("names", if self.names.get_untracked() { "on" } else { "off" });
    }

    /// Asks for the rows `start..end` of the list.
    pub(crate) fn rows(self, start: u32, end: u32) {
        self.ask(|analyzer| analyzer.rows(start, end));
    }

    fn ask(self, request: impl FnOnce(&Analyzer)) {
        self.analyzer.with_value(|analyzer| {
            if let Some(analyzer) = analyzer {
                request(analyzer);
            }
        });
    }

    fn on_list(self, tell: impl FnOnce(&List)) {
        // A clone, because the list may come back with a wish of its own.
        if let Some(list) = self.list.get_value() {
            tell(&list);
        }
    }

    /// Back to a page without a capture.
    fn forget(self) {
        self.pending.set_value(Pending::default());
        self.history.set_value(History::default());
        self.opened.set(None);
        self.pairs.set(None);
        self.asked.set_value(Asked::default());
        self.evidence.set(None);
        self.reports.forget();
        self.packets.set(0);
        self.displayed.set(0);
        self.failure.set(None);
        self.notice.set(None);
        self.hidden.set(false);
        self.sheet.set(false);
        self.draft.set(String::new());
        self.applied.set(String::new());
        self.verdict.set(silence());
        self.completions.set(None);
        self.nothing.set(None);
        self.selected.set(None);
        self.packet.set(None);
        self.line.set(None);
        self.hovered.set(None);
        self.on_list(List::restart);
    }
}

/// The verdict on a filter of which nothing is said.
fn silence() -> Verdict {
    Verdict { state: FilterState::Empty, message: String::new(), span: None, fixes: Vec::new(), reading: String::new() }
}
