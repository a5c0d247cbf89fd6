//! What the pairs view wants to see: search, filters, order and window, and the line that is chosen.

use super::place::Place;
use crate::dom;
use crate::menu::Menu;
use crate::page::Page;
use crate::page::pairs::{Told, chosen_of};
use analyzer::message::{Load, PairLine, PairOrder, PairsWanted};
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

/// Where the keyboard stands in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Cursor {
    /// The position of the line.
    pub(crate) line: u32,
    /// Whether it stands on the titles of the columns instead.
    pub(crate) head: bool,
    /// The column, or the line as a whole.
    pub(crate) column: Option<usize>,
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
    /// The lines in sight.
    pub(crate) window: RwSignal<(u32, u32)>,
    /// Where the keyboard stands.
    pub(crate) cursor: RwSignal<Cursor>,
    /// The chosen line.
    pub(crate) line: RwSignal<Option<Arc<PairLine>>>,
    /// The page load that was chosen, by its index.
    pub(crate) chosen_load: RwSignal<Option<usize>>,
    /// Whose page load is shown and what it is near to: the line that was chosen before.
    near: RwSignal<Option<(String, f64)>>,
    /// Where the lines of the table stand.
    pub(crate) place: RwSignal<Place>,
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
            cursor: RwSignal::default(),
            line: RwSignal::new(None),
            chosen_load: RwSignal::new(None),
            near: RwSignal::new(None),
            place: RwSignal::default(),
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
                page.want_pairs(wanted);
            }
        });
        Effect::new(move |before: Option<Option<Arc<Told>>>| {
            let told = page.pairs.get();
            if let Some(told) = &told {
                wish.take(told, before.flatten().as_deref());
            }
            told
        });
        wish
    }

    /// The lines that were told last.
    pub(crate) fn told(self) -> Option<Arc<Told>> {
        self.page.pairs.get()
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
        self.mode.set(mode);
    }

    /// Chooses the line at a position.
    pub(crate) fn choose(self, line: u32, column: Option<usize>) {
        self.cursor.set(Cursor { line, head: false, column });
        let found = self.page.pairs.with_untracked(|told| told.as_ref().and_then(|told| told.line(line).cloned()));
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
        self.page.pairs.with(|told| {
            let told = told.as_ref()?;
            let of = &told.wanted.client;
            let known = *of == loader || (of.is_empty() && *told.shown.clients.first()?.address == loader);
            known.then(|| told.shown.loads.clone())
        })
    }

    /// The page load that is shown, by its index.
    pub(crate) fn load(self) -> Option<usize> {
        let loads = self.loads()?;
        let near = self.near.with(|near| near.as_ref().map(|(_, time)| *time));
        self.chosen_load.get().filter(|index| *index < loads.len()).or_else(|| best(&loads, near))
    }

    fn busiest(self) -> String {
        let first = |told: &Arc<Told>| told.shown.clients.first().map(|client| client.address.clone());
        self.page.pairs.with(|told| told.as_ref().and_then(first)).unwrap_or_default()
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
        self.cursor.set(Cursor::default());
        if self.mode.get_untracked() == Mode::Load {
            self.mode.set(Mode::Line);
        }
        self.restart();
    }

    /// Keeps the chosen line among other lines, or chooses the first, so that its evidence is there to be seen.
    fn take(self, told: &Told, before: Option<&Told>) {
        let cursor = self.cursor.get_untracked();
        let chosen = self.line.with_untracked(|line| line.as_deref().map(chosen_of));
        if before.is_some_and(|before| before.answers(&told.wanted)) && told.count() > 0 && chosen.is_some() {
            // Only the window moved: the line that the keyboard went to may have come.
            if told.line(cursor.line).is_some_and(|line| Some(chosen_of(line)) != chosen) {
                self.choose(cursor.line, cursor.column);
            }
            return;
        }
        let kept = chosen.and_then(|chosen| told.position(chosen));
        let at = kept.unwrap_or(told.shown.start);
        self.cursor.update(|cursor| cursor.line = at);
        self.line.set(told.line(at).cloned());
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
