//! Long work in steps: an `async` function that rests when its share of work is done, and goes on with the next step.
//!
//! Nothing here waits for anything: such a function is polled once a step, and rests only where it says what it spends. So
//! the code of long work reads from top to bottom, and gives the same result in one go as in a thousand steps.

use std::cell::Cell;
use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// What is left to spend in a step. A unit stands for some fifty nanoseconds: one turn of a plain loop.
#[derive(Debug)]
pub struct Pace {
    left: Cell<i64>,
}

impl Pace {
    /// Says that so much was done; rests where the step's share is spent.
    pub fn spend(&self, units: u32) -> Rest {
        let left = self.left.get() - i64::from(units);
        self.left.set(left);
        Rest { due: left <= 0 }
    }
}

impl Pace {
    /// Ends the step: behind something large that is done or freed in one go.
    pub fn pause(&self) -> Rest {
        self.left.set(0);
        Rest { due: true }
    }
}

/// Ends a step where one is due.
#[derive(Debug)]
pub struct Rest {
    due: bool,
}

impl Future for Rest {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if std::mem::take(&mut self.due) { Poll::Pending } else { Poll::Ready(()) }
    }
}

/// Work that was begun, and goes on a step at a time. Dropping it abandons it.
pub struct Sliced<T> {
    pace: Rc<Pace>,
    /// Nothing once it is done.
    work: Option<Pin<Box<dyn Future<Output = T>>>>,
}

impl<T> Sliced<T> {
    /// Work that is told its pace; nothing of it is done yet.
    pub fn new<F: Future<Output = T> + 'static>(work: impl FnOnce(Rc<Pace>) -> F) -> Sliced<T> {
        let pace = Rc::new(Pace { left: Cell::new(0) });
        let work = Box::pin(work(Rc::clone(&pace)));
        Sliced { pace, work: Some(work) }
    }

    /// Does work worth so many units; what came of all of it, once it is done.
    pub fn step(&mut self, units: u32) -> Option<T> {
        self.pace.left.set(units.into());
        let polled = self.work.as_mut()?.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        match polled {
            Poll::Ready(done) => {
                self.work = None;
                Some(done)
            }
            Poll::Pending => None,
        }
    }
}

/// Does all of the work now.
pub fn at_once<T>(work: impl AsyncFnOnce(&Pace) -> T) -> T {
    let pace = Pace { left: Cell::new(i64::MAX) };
    let mut work = pin!(work(&pace));
    loop {
        if let Poll::Ready(done) = work.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return done;
        }
    }
}

/// Items that are sorted at once, before sorted runs are merged.
const RUN: usize = 16;
/// Items that are merged between two looks at what is left to spend.
const BATCH: usize = 256;
/// Items that are copied between two such looks.
const COPIED: usize = 1 << 12;
/// Items of a list that is freed at the end of a step.
const LONG: usize = 1 << 16;

/// Sorts as `sort_by` does: what is equal stays in its order.
// The library's sort is made anew for each type and order, and is much to download.
pub async fn sort<T: Copy>(items: &mut Vec<T>, compare: impl Fn(&T, &T) -> Ordering, pace: &Pace) {
    for run in items.chunks_mut(RUN) {
        sort_few(run, &compare);
        pace.spend(run.len() as u32).await;
    }
    let mut merged: Vec<T> = Vec::with_capacity(if items.len() > RUN { items.len() } else { 0 });
    let mut width = RUN;
    while width < items.len() {
        for both in items.chunks(2 * width) {
            let (mut left, mut right) = both.split_at(width.min(both.len()));
            // Much is in order already: what was counted in file order, of a capture in order of time.
            if let (Some(one), Some(other)) = (left.last(), right.first())
                && compare(one, other) != Ordering::Greater
            {
                for batch in both.chunks(COPIED) {
                    merged.extend_from_slice(batch);
                    pace.spend(1 + batch.len() as u32 / 4).await;
                }
                continue;
            }
            while !(left.is_empty() && right.is_empty()) {
                let mut batch = 0;
                while batch < BATCH {
                    let from = match (left.first(), right.first()) {
                        (Some(one), Some(other)) if compare(one, other) == Ordering::Greater => &mut right,
                        (Some(_), _) => &mut left,
                        _ => &mut right,
                    };
                    let Some((next, rest)) = from.split_first() else { break };
                    merged.push(*next);
                    *from = rest;
                    batch += 1;
                }
                pace.spend(batch as u32 / 4).await;
            }
        }
        std::mem::swap(items, &mut merged);
        merged.clear();
        width *= 2;
    }
    free(merged, pace).await;
}

/// Frees a list that holds no memory beside its own, behind which the step ends where it is long: to hand its memory back
/// takes its time.
pub async fn free<T: Copy>(list: Vec<T>, pace: &Pace) {
    let is_long = list.capacity() > LONG;
    drop(list);
    if is_long {
        pace.pause().await;
    }
}

/// Sorts a few items, as `sort_by` does.
// Written for little code, like [`sort`]; the time grows with the square of their number.
pub fn sort_few<T>(items: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    for mut end in 1..items.len() {
        while let Some([one, other]) = end.checked_sub(1).and_then(|start| items.get_mut(start..=end))
            && compare(one, other) == Ordering::Greater
        {
            std::mem::swap(one, other);
            end -= 1;
        }
    }
}

/// The first few of many items in their order, without sorting the others.
#[derive(Debug)]
pub struct Foremost<T> {
    most: usize,
    kept: BinaryHeap<T>,
}

impl<T: Ord> Foremost<T> {
    /// For at most so many.
    pub fn new(most: usize) -> Foremost<T> {
        Foremost { most, kept: BinaryHeap::new() }
    }

    /// Takes one more item.
    pub fn push(&mut self, item: T) {
        if self.kept.len() < self.most {
            self.kept.push(item);
        } else if let Some(mut last) = self.kept.peek_mut()
            && item < *last
        {
            *last = item;
        }
    }

    /// Those that stand first, in order.
    pub fn sorted(self) -> Vec<T> {
        self.kept.into_sorted_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers in no order, with many equal ones, each with its place.
    fn shuffled(count: u32) -> Vec<(u32, u32)> {
        (0..count).map(|place| (place.wrapping_mul(2_654_435_761) >> 20, place)).collect()
    }

    #[test]
    fn sorting_in_steps_keeps_equal_items_in_their_order() {
        for count in [0, 1, 1023, 1024, 1025, 5000, 100_000] {
            let (mut sorted, mut expected) = (shuffled(count), shuffled(count));
            expected.sort_by_key(|(number, _)| *number);
            at_once(async |pace| sort(&mut sorted, |one, other| one.0.cmp(&other.0), pace).await);
            assert_eq!(sorted, expected, "{count} items");
        }
    }

    #[test]
    fn work_rests_when_its_share_is_spent_and_gives_the_same_in_any_steps() {
        for (units, least) in [(1, 100), (10, 10), (1000, 1)] {
            let mut work = Sliced::new(async |pace| {
                let mut sum = 0;
                for number in 0..100 {
                    sum += number;
                    pace.spend(1).await;
                }
                sum
            });
            let mut steps = 1;
            let sum = loop {
                if let Some(sum) = work.step(units) {
                    break sum;
                }
                steps += 1;
            };
            assert_eq!(sum, 4950);
            assert!(steps >= least, "{steps} steps of {units} units");
            assert_eq!(work.step(units), None, "what is done gives nothing more");
        }
    }

    #[test]
    fn the_foremost_are_those_that_sorting_puts_first() {
        for most in [0, 1, 7, 5000] {
            let mut foremost = Foremost::new(most);
            let mut all = shuffled(3000);
            all.iter().for_each(|item| foremost.push(*item));
            all.sort_unstable();
            all.truncate(most);
            assert_eq!(foremost.sorted(), all, "the first {most}");
        }
    }
}
