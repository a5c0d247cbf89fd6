//! What the page asks about pairs, and what it was told.

use super::Page;
use crate::analyzer::Analyzer;
use crate::dom;
use analyzer::message::{Chosen, PairLine, PairsShown, PairsWanted, ReportFile, ReportFormat};
use leptos::prelude::*;
use std::sync::Arc;

/// Lines of the pairs, and what they answer.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// What was asked.
    pub(crate) wanted: PairsWanted,
    /// The lines, the first of which stands at `shown.start`.
    pub(crate) lines: Vec<Arc<PairLine>>,
    /// All else. Its own lines were moved out.
    pub(crate) shown: PairsShown,
}

impl Told {
    /// The line at a position, where it is among those that were told.
    pub(crate) fn line(&self, position: u32) -> Option<&Arc<PairLine>> {
        self.lines.get(position.checked_sub(self.shown.start)? as usize)
    }

    /// Where a line stands, where it is among those that were told.
    pub(crate) fn position(&self, chosen: Chosen) -> Option<u32> {
        let at = self.lines.iter().position(|line| chosen_of(line) == chosen)?;
        Some(self.shown.start + at as u32)
    }

    /// Number of lines of all groups.
    pub(crate) fn count(&self) -> u32 {
        self.shown.groups.iter().map(|(_, lines)| *lines).sum()
    }

    /// Whether it answers this, except for which of the lines.
    pub(crate) fn answers(&self, wanted: &PairsWanted) -> bool {
        PairsWanted { start: 0, end: 0, ..self.wanted.clone() } == PairsWanted { start: 0, end: 0, ..wanted.clone() }
    }
}

/// What a line is called by.
pub(crate) fn chosen_of(line: &PairLine) -> Chosen {
    Chosen {
        lookup: line.lookup.as_ref().map(|lookup| lookup.index),
        connection: line.connection.as_ref().map(|connection| connection.index),
    }
}

/// Pairs are asked for one request at a time: while one is under way, only the newest wish is kept.
#[derive(Default)]
pub(super) struct Asked {
    under_way: Option<PairsWanted>,
    next: Option<PairsWanted>,
}

/// A hand-in: about which line, in which format.
type Wanted = (Chosen, ReportFormat);

/// Hand-ins are written one at a time, in the order in which they were asked for.
#[derive(Clone, Copy)]
pub(crate) struct Reports {
    /// Bytes of the file that were read for the one that is being written, and all.
    pub(crate) read: RwSignal<Option<(u64, u64)>>,
    /// The one that is being written.
    under_way: RwSignal<Option<Wanted>>,
    waiting: RwSignal<Vec<Wanted>>,
}

impl Reports {
    pub(super) fn new() -> Reports {
        Reports { read: RwSignal::new(None), under_way: RwSignal::new(None), waiting: RwSignal::new(Vec::new()) }
    }

    pub(super) fn forget(self) {
        self.read.set(None);
        self.under_way.set(None);
        self.waiting.set(Vec::new());
    }

    /// Whether one about this line is being written.
    pub(crate) fn is_under_way(self, chosen: Chosen) -> bool {
        self.under_way.get().is_some_and(|(about, _)| about == chosen)
    }

    /// Whether one about this line waits for another one.
    pub(crate) fn is_waiting(self, chosen: Chosen) -> bool {
        self.waiting.with(|waiting| waiting.iter().any(|(about, _)| *about == chosen))
    }
}

impl Page {
    /// Asks for lines of the pairs.
    pub(crate) fn want_pairs(self, wanted: PairsWanted) {
        let mut ask = false;
        self.asked.update_value(|asked| {
            ask = asked.under_way.is_none();
            *(if ask { &mut asked.under_way } else { &mut asked.next }) = Some(wanted.clone());
        });
        if ask {
            self.ask(|analyzer| analyzer.pairs(wanted));
        }
    }

    /// Takes lines of the pairs.
    pub(super) fn pairs_came(self, mut shown: PairsShown) {
        let lines = std::mem::take(&mut shown.lines).into_iter().map(Arc::new).collect();
        let wanted = self.next_pairs().unwrap_or_default();
        self.pairs.set(Some(Arc::new(Told { wanted, lines, shown })));
    }

    /// What was under way was answered; asks for what is wanted meanwhile.
    pub(super) fn next_pairs(self) -> Option<PairsWanted> {
        let (mut done, mut next) = (None, None);
        self.asked.update_value(|asked| {
            done = asked.under_way.take();
            next = asked.next.take();
        });
        if let Some(next) = next {
            self.want_pairs(next);
        }
        done
    }

    /// Asks why a line is as it is.
    pub(crate) fn explain(self, chosen: Chosen) {
        self.ask(|analyzer| analyzer.evidence(chosen));
    }

    /// Asks for a hand-in about a line; while another one is made, this one waits for it.
    pub(crate) fn report(self, chosen: Chosen, format: ReportFormat) {
        let Reports { read, under_way, waiting } = self.reports;
        let wanted = (chosen, format);
        if under_way.with_untracked(Option::is_some) {
            waiting.update(|waiting| {
                if !waiting.contains(&wanted) {
                    waiting.push(wanted);
                }
            });
            self.announced.set("This report follows the one that is being written.".to_owned());
            return;
        }
        under_way.set(Some(wanted));
        read.set(Some((0, 0)));
        self.ask(|analyzer: &Analyzer| analyzer.report(chosen, format));
    }

    /// Hands the hand-in to the user.
    pub(super) fn reported(self, file: &ReportFile) {
        dom::save(&file.name, &file.media, &file.text);
        self.announced.set(format!("{} was saved.", file.name));
        self.next_report();
    }

    /// What was under way is done with; goes on with the hand-in that waits.
    pub(super) fn next_report(self) {
        let Reports { read, under_way, waiting } = self.reports;
        read.set(None);
        under_way.set(None);
        let mut next = None;
        waiting.update(|waiting| next = (!waiting.is_empty()).then(|| waiting.remove(0)));
        if let Some((chosen, format)) = next {
            self.report(chosen, format);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use analyzer::message::PairGroup;

    #[test]
    fn an_answer_is_one_to_the_same_search_whatever_the_window() {
        let told = Told {
            wanted: PairsWanted { search: "a".to_owned(), end: 50, ..PairsWanted::default() },
            ..Told::default()
        };
        assert!(told.answers(&PairsWanted { search: "a".to_owned(), start: 50, end: 90, ..PairsWanted::default() }));
        assert!(!told.answers(&PairsWanted { search: "b".to_owned(), ..PairsWanted::default() }));
    }

    #[test]
    fn lines_are_found_by_position_in_the_window() {
        let line =
            PairLine { group: PairGroup::Paired, again: false, lookup: None, twins: Vec::new(), connection: None };
        let shown = PairsShown { start: 40, groups: vec![(PairGroup::Paired, 90)], ..PairsShown::default() };
        let told = Told { lines: vec![Arc::new(line)], shown, ..Told::default() };
        assert!(told.line(40).is_some());
        assert!(told.line(39).is_none() && told.line(41).is_none());
        assert_eq!((told.position(Chosen::default()), told.count()), (Some(40), 90));
    }
}
