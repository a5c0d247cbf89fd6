//! Long work: one queue of jobs, of which each step takes up the newest that can go on.

use super::explain::Explain;
use super::hand_in::HandIn;
use super::lines::Lines;
use super::run::Run;
use super::settle::Settle;
use super::tally::Tallying;
use crate::message::Request;
use crate::pace::Sliced;

/// What a step may cost, in units of [`crate::pace::Pace`].
pub(super) const STEP: u32 = 25_000;

/// Work that goes on in steps.
pub(super) enum Job {
    /// What is to be known once all packets were read.
    Settle(Settle),
    /// Counting what the capture holds.
    Tally(Box<Tallying>),
    /// A filter on its way through the packets.
    Run(Box<Run>),
    /// Why a filter displays nothing, before anything was tried.
    Why(Why),
    /// Why a filter displays nothing.
    Explain(Explain),
    /// Lines of the pairs being put in order.
    Lines(Lines),
    /// A hand-in about a pair.
    HandIn(HandIn),
    /// Freeing what nobody needs any more.
    Free(Sliced<()>),
    /// A request that waits for what the capture holds.
    Ask(u32, Request),
}

/// A filter that displays nothing.
pub(super) struct Why {
    pub(super) serial: u32,
    pub(super) text: String,
    pub(super) selected: u32,
    /// Whether it takes values from a packet that is not selected.
    pub(super) unselected: bool,
}

impl Job {
    /// Whether a newer one takes the place of this one.
    fn is_replaced_by(&self, newer: &Job) -> bool {
        match (self, newer) {
            (Job::Free(_), Job::Free(_)) => false,
            (Job::Ask(_, asked), Job::Ask(_, wanted)) => {
                std::mem::discriminant(asked) == std::mem::discriminant(wanted)
            }
            _ => std::mem::discriminant(self) == std::mem::discriminant(newer),
        }
    }

    /// Whether it is for a filter that is being applied.
    pub(super) fn is_of_filter(&self) -> bool {
        matches!(self, Job::Run(_) | Job::Why(_) | Job::Explain(_) | Job::Ask(_, Request::Filter { .. }))
    }
}

/// All jobs, the newest last.
#[derive(Default)]
pub(super) struct Jobs {
    queue: Vec<Job>,
}

impl Jobs {
    /// Begins a job; one of its kind that it makes worthless is abandoned.
    pub(super) fn push(&mut self, job: Job) {
        self.queue.retain(|older| !older.is_replaced_by(&job));
        self.queue.push(job);
    }

    /// Begins a job for which nobody waits.
    pub(super) fn push_last(&mut self, job: Job) {
        let freeing = self.queue.iter().take_while(|job| matches!(job, Job::Free(_))).count();
        self.queue.insert(freeing, job);
    }

    /// Begins to free something, behind all other work.
    pub(super) fn free(&mut self, freeing: Sliced<()>) {
        self.queue.insert(0, Job::Free(freeing));
    }

    /// Abandons all of them but the freeing.
    pub(super) fn abandon(&mut self) {
        self.queue.retain(|job| matches!(job, Job::Free(_)));
    }

    /// The newest that can go on, taken out of the queue, with its place there.
    pub(super) fn next(&mut self, can_go_on: impl Fn(&Job) -> bool) -> Option<(usize, Job)> {
        let place = self.queue.iter().rposition(can_go_on)?;
        Some((place, self.queue.remove(place)))
    }

    /// Puts a job back to its place.
    pub(super) fn put_back(&mut self, place: usize, job: Job) {
        self.queue.insert(place.min(self.queue.len()), job);
    }

    /// Takes out those of a kind.
    pub(super) fn remove(&mut self, which: impl Fn(&Job) -> bool) -> Vec<Job> {
        let (taken, kept) = std::mem::take(&mut self.queue).into_iter().partition(|job| which(job));
        self.queue = kept;
        taken
    }

    /// All jobs, the newest last.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &Job> {
        self.queue.iter()
    }

    /// All jobs, to change them.
    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Job> {
        self.queue.iter_mut()
    }
}
