//! The answer of the analyzer about the pairs.

use analyzer::message::{Chosen, PairLine, PairsShown, PairsWanted};
use std::sync::Arc;

/// Lines of the pairs, and what they answer.
#[derive(Debug, Default)]
pub(crate) struct PairsAnswer {
    /// What was asked.
    pub(crate) wanted: PairsWanted,
    /// The lines, the first of which stands at `shown.start`.
    pub(crate) lines: Vec<Arc<PairLine>>,
    /// All else. Its own lines were moved out.
    pub(crate) shown: PairsShown,
}

impl PairsAnswer {
    /// What was asked and what was answered.
    pub(crate) fn new(wanted: PairsWanted, mut shown: PairsShown) -> PairsAnswer {
        let lines = std::mem::take(&mut shown.lines).into_iter().map(Arc::new).collect();
        PairsAnswer { wanted, lines, shown }
    }

    /// The line at a position, where it is among those of the answer.
    pub(crate) fn line(&self, position: u32) -> Option<&Arc<PairLine>> {
        self.lines.get(position.checked_sub(self.shown.start)? as usize)
    }

    /// Where a line stands, where it is among those of the answer.
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

#[cfg(test)]
mod tests {
    use super::*;
    use analyzer::message::PairGroup;

    #[test]
    fn an_answer_is_one_to_the_same_search_whatever_the_window() {
        let answer = PairsAnswer {
            wanted: PairsWanted { search: "a".to_owned(), end: 50, ..PairsWanted::default() },
            ..PairsAnswer::default()
        };
        assert!(answer.answers(&PairsWanted { search: "a".to_owned(), start: 50, end: 90, ..PairsWanted::default() }));
        assert!(!answer.answers(&PairsWanted { search: "b".to_owned(), ..PairsWanted::default() }));
    }

    #[test]
    fn lines_are_found_by_position_in_the_window() {
        let line =
            PairLine { group: PairGroup::Paired, again: false, lookup: None, twins: Vec::new(), connection: None };
        let shown = PairsShown { start: 40, groups: vec![(PairGroup::Paired, 90)], ..PairsShown::default() };
        let answer = PairsAnswer { lines: vec![Arc::new(line)], shown, ..PairsAnswer::default() };
        assert!(answer.line(40).is_some());
        assert!(answer.line(39).is_none() && answer.line(41).is_none());
        assert_eq!((answer.position(Chosen::default()), answer.count()), (Some(40), 90));
    }
}
