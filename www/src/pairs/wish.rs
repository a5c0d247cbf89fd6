//! What the pairs view wants to see: search, filters, order and window, and the line that is chosen.

use super::answer::{PairsAnswer, chosen_of};
use super::report::Reports;
use super::say;
use crate::dom;
use crate::menu::Menu;
use crate::page::Page;
use crate::table::{Cursor, Group, Table};
use analyzer::message::{Chosen, Evidence, Load, PairLine, PairOrder, PairsShown, PairsWanted, Reply, Request};
use leptos::prelude::*;
use std::sync::Arc;

/// Lines that are asked for before the table was measured.
const FIRST: u32 = 48;
/// Lines of which the picture of a page load is made: as many as are drawn without a pause that is felt.
const PICTURED: u32 = 150;
/// Milliseconds without typing after which a search begins.
const PAUSE: i32 = 150;
/// Seconds by which a page load is widened, against rounding.
const SLACK: f64 = 1e-6;

/// How lines are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// As a table; each line's waterfall begins at its own first packet, so that lengths can be compared.
    Line,
    /// As a table; all waterfalls begin with the capture, so that it is seen when things happened.
    Capture,
    /// As the picture of one page load.
    Load,
}

/// The state of the view. Copies are handles to the same one.
#[derive(Clone, Copy)]
pub(crate) struct Wish {
    /// The page.
    pub(crate) page: Page,
    /// The page's menu.
    pub(crate) menu: Menu,
    /// What is typed into the search box.
    pub(crate) typed: RwSignal<String>,
    /// What is searched for.
    pub(crate) search: RwSignal<String>,
    /// The status that is wanted; empty for all.
    pub(crate) status: RwSignal<String>,
    /// The client that is wanted; empty for all.
    pub(crate) client: RwSignal<String>,
    /// The order, and whether it is turned round.
    pub(crate) order: RwSignal<(PairOrder, bool)>,
    /// How lines are shown.
    pub(crate) mode: RwSignal<Mode>,
    /// The lines that are asked for.
    pub(crate) window: RwSignal<(u32, u32)>,
    /// The table of the lines.
    pub(crate) table: Table<Arc<PairLine>>,
    /// The latest answer.
    answer: RwSignal<Option<Arc<PairsAnswer>>>,
    /// Why the chosen line is as it is.
    pub(crate) evidence: RwSignal<Option<Arc<Evidence>>>,
    /// The hand-ins that are being written.
    pub(super) reports: Reports,
    /// The chosen line.
    pub(crate) line: RwSignal<Option<Arc<PairLine>>>,
    /// The page load that was chosen, by its index.
    pub(crate) chosen_load: RwSignal<Option<usize>>,
    /// Whose page load is shown and what it is near to: the line that was chosen before.
    near: RwSignal<Option<(String, f64)>>,
}

impl Wish {
    /// A view of all lines.
    pub(crate) fn new(page: Page, menu: Menu) -> Wish {
        let wish = Wish {
            page,
            menu,
            typed: RwSignal::default(),
            search: RwSignal::default(),
            status: RwSignal::default(),
            client: RwSignal::default(),
            order: RwSignal::default(),
            mode: RwSignal::new(Mode::Line),
            window: RwSignal::new((0, FIRST)),
            table: Table::new(),
            answer: RwSignal::new(None),
            evidence: RwSignal::new(None),
            reports: Reports::new(page),
            line: RwSignal::new(None),
            chosen_load: RwSignal::new(None),
            near: RwSignal::new(None),
        };
        let capture =
            Memo::new(move |_| page.opened.with(|opened| opened.as_ref().map(Arc::as_ptr).map(|at| at as usize)));
        Effect::new(move |_| {
            capture.track();
            wish.forget();
        });
        let wanted = Memo::new(move |_| wish.wanted());
        Effect::new(move |_| {
            let wanted = wanted.get();
            if capture.get().is_some() {
                wish.ask(wanted);
            }
        });
        // Other lines are seen from their beginning.
        Effect::new(move |before: Option<(String, String, String, (PairOrder, bool))>| {
            let now = (wish.search.get(), wish.status.get(), wish.client.get(), wish.order.get());
            if before.is_some_and(|before| before != now) {
                wish.table.rewind();
            }
            now
        });
        wish
    }

    fn ask(self, wanted: PairsWanted) {
        self.page.want(Request::Pairs(wanted.clone()), move |reply| match reply {
            Reply::Pairs(shown) => self.hear(wanted.clone(), shown),
            reply => self.page.refused(reply),
        });
    }

    fn hear(self, wanted: PairsWanted, shown: PairsShown) {
        let answer = Arc::new(PairsAnswer::new(wanted, shown));
        let before = self.answer.get_untracked().filter(|before| before.answers(&answer.wanted));
        if self.page.paired.get_untracked() != answer.shown.paired {
            self.page.paired.set(answer.shown.paired);
        }
        self.answer.set(Some(Arc::clone(&answer)));
        self.keep(&answer, before.is_some());
        if answer.wanted.within.is_none() {
            let group = |(group, lines): &_| Group { title: say::group(*group).to_owned(), lines: *lines };
            self.table.count(answer.shown.groups.iter().map(group).collect());
            let lines = answer.lines.iter().cloned();
            match before {
                Some(_) => self.table.put(answer.shown.start, lines),
                None => self.table.replace(answer.shown.start, lines),
            }
        }
    }

    /// Asks why a line is as it is.
    pub(crate) fn explain(self, chosen: Chosen) {
        self.page.want(Request::Evidence(chosen), move |reply| match reply {
            Reply::Evidence(evidence) => self.evidence.set(Some(Arc::new(evidence))),
            reply => self.page.refused(reply),
        });
    }

    /// The latest answer.
    pub(crate) fn answer(self) -> Option<Arc<PairsAnswer>> {
        self.answer.get()
    }

    /// Searches for what is typed, once nothing more is typed for a moment.
    pub(crate) fn type_search(self, text: String) {
        self.typed.set(text.clone());
        dom::after(PAUSE, move || {
            let typed = self.typed.try_get_untracked();
            if typed.as_ref() == Some(&text) && self.search.get_untracked() != text {
                self.search.set(text);
                self.restart();
            }
        });
    }

    /// Wants only this status, or all again.
    pub(crate) fn want_status(self, name: &str) {
        let again = self.status.with_untracked(|status| status == name);
        self.status.set(if again { String::new() } else { name.to_owned() });
        self.restart();
    }

    /// Wants only this client.
    pub(crate) fn want_client(self, address: String) {
        self.client.set(address);
        self.near.set(None);
        self.chosen_load.set(None);
        self.restart();
    }

    /// Sorts by this; again, the other way round.
    pub(crate) fn sort(self, order: PairOrder) {
        self.order.update(|(now, turned)| {
            *turned = *now == order && !*turned;
            *now = order;
        });
        self.restart();
    }

    /// Shows lines in another way. The first page load to be seen is that of the chosen line.
    pub(crate) fn show(self, mode: Mode) {
        if mode == Mode::Load && self.mode.get_untracked() != Mode::Load {
            self.near.set(self.line.with_untracked(|line| line.as_deref().and_then(beginning)));
            self.chosen_load.set(None);
        }
        if mode != Mode::Load && self.mode.get_untracked() == Mode::Load {
            // The chosen line is kept where it is among those in sight.
            self.window.set(self.table.near().unwrap_or((0, FIRST)));
        }
        self.mode.set(mode);
    }

    /// Chooses a line of the latest answer.
    pub(crate) fn choose(self, chosen: Chosen) {
        let found = self.answer.with_untracked(|answer| {
            let (answer, position) = (answer.as_ref()?, answer.as_ref()?.position(chosen)?);
            self.table.cursor.set(Cursor { line: Some(position), ..Cursor::default() });
            answer.line(position).cloned()
        });
        if let Some(found) = found {
            self.line.set(Some(found));
        }
    }

    /// The client whose page loads are shown.
    pub(crate) fn loader(self) -> String {
        let client = self.client.get();
        if !client.is_empty() {
            return client;
        }
        let near = self.near.with(|near| near.as_ref().map(|(client, _)| client.clone()));
        near.unwrap_or_else(|| self.busiest())
    }

    /// The page loads of that client, once they are known.
    pub(crate) fn loads(self) -> Option<Vec<Load>> {
        let loader = self.loader();
        self.answer.with(|answer| {
            let answer = answer.as_ref()?;
            let of = &answer.wanted.client;
            let known = *of == loader || (of.is_empty() && *answer.shown.clients.first()?.address == loader);
            known.then(|| answer.shown.loads.clone())
        })
    }

    /// The page load that is shown, by its index.
    pub(crate) fn load(self) -> Option<usize> {
        let loads = self.loads()?;
        let near = self.near.with(|near| near.as_ref().map(|(_, time)| *time));
        self.chosen_load.get().filter(|index| *index < loads.len()).or_else(|| best(&loads, near))
    }

    fn busiest(self) -> String {
        let first = |answer: &Arc<PairsAnswer>| answer.shown.clients.first().map(|client| client.address.clone());
        self.answer.with(|answer| answer.as_ref().and_then(first)).unwrap_or_default()
    }

    fn wanted(self) -> PairsWanted {
        let (search, status) = (self.search.get(), self.status.get());
        if self.mode.get() == Mode::Load {
            let load = self.load().and_then(|index| self.loads()?.get(index).cloned());
            return PairsWanted {
                search,
                status,
                client: self.loader(),
                within: load.map(|load| (load.start - SLACK, load.end + SLACK)),
                end: PICTURED,
                ..PairsWanted::default()
            };
        }
        let ((order, descending), (start, end)) = (self.order.get(), self.window.get());
        PairsWanted { search, status, client: self.client.get(), within: None, order, descending, start, end }
    }

    /// Other lines are wanted: they are seen from their beginning.
    fn restart(self) {
        self.window.set((0, FIRST));
    }

    /// Another capture.
    fn forget(self) {
        self.typed.set(String::new());
        self.search.set(String::new());
        self.status.set(String::new());
        self.client.set(String::new());
        self.order.set((PairOrder::Time, false));
        self.near.set(None);
        self.chosen_load.set(None);
        self.line.set(None);
        self.answer.set(None);
        self.evidence.set(None);
        self.reports.forget();
        self.table.count(Vec::new());
        self.table.restart();
        if self.mode.get_untracked() == Mode::Load {
            self.mode.set(Mode::Line);
        }
        self.restart();
    }

    /// Keeps the chosen line among other lines, or chooses the first, so that its evidence is there to be seen.
    fn keep(self, answer: &PairsAnswer, same: bool) {
        let chosen = self.line.with_untracked(|line| line.as_deref().map(chosen_of));
        if same && answer.count() > 0 && chosen.is_some() {
            // Only the window moved.
            return;
        }
        let kept = chosen.and_then(|chosen| answer.position(chosen));
        let at = kept.unwrap_or(answer.shown.start);
        self.table.cursor.update(|cursor| cursor.line = Some(at));
        self.line.set(answer.line(at).cloned());
    }
}

/// The client of a line, and when it began.
fn beginning(line: &PairLine) -> Option<(String, f64)> {
    let looked_up = line.lookup.as_ref().and_then(|lookup| {
        let (_, time) = lookup.query.or(lookup.response)?;
        Some((lookup.client.clone(), time))
    });
    let connected = || line.connection.as_ref().map(|connection| (connection.client.clone(), connection.begin.1));
    // A connection may come long after the lookup that it used; it is what belongs to a page.
    connected().or(looked_up).filter(|(client, _)| !client.is_empty())
}

/// The load that a moment falls into, or else the one with the most connections.
fn best(loads: &[Load], near: Option<f64>) -> Option<usize> {
    let holds = |load: &Load| near.is_some_and(|time| (load.start - SLACK..=load.end + SLACK).contains(&time));
    let most =
        || (0..loads.len()).rev().max_by_key(|index| loads.get(*index).map(|load| (load.connections, load.names)));
    loads.iter().position(holds).or_else(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(start: f64, end: f64, connections: u32) -> Load {
        Load { start, end, name: String::new(), names: 1, connections }
    }

    #[test]
    fn the_first_load_to_be_seen_is_the_chosen_lines_or_the_busiest() {
        let loads = [load(0.0, 1.0, 2), load(10.0, 12.0, 9), load(20.0, 21.0, 9)];
        assert_eq!(best(&loads, Some(0.5)), Some(0));
        assert_eq!(best(&loads, Some(5.0)), Some(1));
        assert_eq!(best(&loads, None), Some(1));
        assert_eq!(best(&[], None), None);
    }
}
