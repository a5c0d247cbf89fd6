//! Lines of the pairs on their way into the order that is wanted.

use crate::message::PairsWanted;
use crate::open::Open;
use crate::pace::Sliced;
use crate::pairs::OrderedPairs;
use std::rc::Rc;

/// A wish for lines, and how far their order is.
pub(super) struct Lines {
    /// The requests that wait for this order, each with its own window.
    pub(super) waiting: Vec<(u32, PairsWanted)>,
    work: Option<Sliced<Option<OrderedPairs>>>,
}

impl Lines {
    /// For a request; nothing is done yet.
    pub(super) fn new(serial: u32, wanted: PairsWanted) -> Lines {
        Lines { waiting: vec![(serial, wanted)], work: None }
    }

    /// Whether another window of the same order is wanted.
    pub(super) fn are_of(&self, wanted: &PairsWanted) -> bool {
        let whole = |wanted: &PairsWanted| PairsWanted { start: 0, end: 0, ..wanted.clone() };
        self.waiting.first().is_some_and(|(_, own)| whole(own) == whole(wanted))
    }

    /// Goes on with the order; it is there once all is done.
    pub(super) fn step(&mut self, open: &Rc<Open>, units: u32) -> Option<Option<OrderedPairs>> {
        let Some((_, wanted)) = self.waiting.first() else { return Some(None) };
        let begin = || {
            let (open, wanted) = (Rc::clone(open), wanted.clone());
            Sliced::new(async move |pace| Some(open.pairs()?.ordered(&wanted, &pace).await))
        };
        self.work.get_or_insert_with(begin).step(units)
    }
}
