//! Histories: values of any type that a protocol keeps for later packets, each under a key and at its place.
//!
//! A protocol declares a history in its own file, as a `static`:
//!
//! ```
//! use analyzer::memory::{History, Stream};
//!
//! /// The greeting of the server of a stream.
//! static GREETING: History<Stream, String> = History::new(1 << 16);
//! ```
//!
//! The answer to a question depends on the place of the one who asks, and on nothing else, so that the index pass and
//! every later dissection of the same packet get the same answer, in any order.

use crate::pace::Pace;
use crate::sharded::Sharded;
use smallvec::SmallVec;
use std::any::Any;
use std::hash::Hash;
use std::marker::PhantomData;

/// A place in the capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The packet, by its number.
    pub frame: u32,
    /// How many values the dissection of this packet had appended before, to any history.
    pub step: u32,
}

/// What can be a key or a value of a history.
pub trait Kept: Clone + PartialEq + Send + Sync + 'static {}
impl<T: Clone + PartialEq + Send + Sync + 'static> Kept for T {}

/// A history. It must be a `static`: its address is its identity.
#[derive(Debug)]
pub struct History<K, V> {
    most: usize,
    types: PhantomData<fn(K) -> V>,
}

impl<K: Kept + Eq + Hash, V: Kept> History<K, V> {
    /// A history that keeps at most so many values under all keys together. What comes after is not kept, and a remark
    /// on the capture says so.
    pub const fn new(most: usize) -> History<K, V> {
        // A history without any byte would share its address with others.
        History { most, types: PhantomData }
    }
}

/// Values with their places, in order.
type PlacedValues<V> = SmallVec<[(Place, V); 1]>;

/// The values of one history.
struct Timeline<K, V> {
    by_key: Sharded<K, PlacedValues<V>>,
    count: usize,
}

/// The values of any history.
trait AnyTimeline: Any + Send + Sync {
    /// Frees a part of them; how many keys that had, while there is one.
    fn free_part(&mut self) -> Option<u32>;
}

impl<K: Kept + Eq + Hash, V: Kept> AnyTimeline for Timeline<K, V> {
    fn free_part(&mut self) -> Option<u32> {
        self.by_key.free_part()
    }
}

/// The values of all histories.
#[derive(Default)]
pub struct Histories {
    /// By the history's address. There are few.
    timelines: Vec<(usize, Box<dyn AnyTimeline>)>,
    full: bool,
}

impl std::fmt::Debug for Histories {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Histories({})", self.timelines.len())
    }
}

fn address<K, V>(history: &'static History<K, V>) -> usize {
    std::ptr::from_ref(history) as usize
}

impl Histories {
    /// Frees them in steps.
    pub(super) async fn free(self, pace: &Pace) {
        for (_, mut timeline) in self.timelines {
            while let Some(entries) = timeline.free_part() {
                pace.spend(entries).await;
            }
        }
    }

    fn timeline<K: Kept + Eq + Hash, V: Kept>(&self, history: &'static History<K, V>) -> Option<&Timeline<K, V>> {
        let own = address(history);
        let (_, timeline) = self.timelines.iter().find(|(address, _)| *address == own)?;
        (&**timeline as &dyn Any).downcast_ref()
    }

    fn values<K: Kept + Eq + Hash, V: Kept>(&self, history: &'static History<K, V>, key: &K) -> &[(Place, V)] {
        self.timeline(history).and_then(|timeline| timeline.by_key.get(key)).map(SmallVec::as_slice).unwrap_or_default()
    }

    /// The last value under this key strictly before a place, with its own place.
    pub(super) fn before<K: Kept + Eq + Hash, V: Kept>(
        &self,
        history: &'static History<K, V>,
        key: &K,
        place: Place,
    ) -> Option<(Place, &V)> {
        let values = self.values(history, key);
        // While the capture is read, all values are before the place.
        let known = match values.last() {
            Some((last, _)) if *last < place => values.len(),
            _ => values.partition_point(|(at, _)| *at < place),
        };
        known.checked_sub(1).and_then(|last| values.get(last)).map(|(at, value)| (*at, value))
    }

    /// The last value under this key.
    pub(super) fn last<K: Kept + Eq + Hash, V: Kept>(
        &self,
        history: &'static History<K, V>,
        key: &K,
    ) -> Option<(Place, &V)> {
        self.values(history, key).last().map(|(place, value)| (*place, value))
    }

    /// The timeline of the history at an address, which `begin` makes where there is none.
    fn timeline_mut(&mut self, own: usize, begin: fn() -> Box<dyn AnyTimeline>) -> Option<&mut dyn Any> {
        let known = self.timelines.iter().position(|(address, _)| *address == own);
        let index = known.unwrap_or_else(|| {
            self.timelines.push((own, begin()));
            self.timelines.len() - 1
        });
        self.timelines.get_mut(index).map(|(_, timeline)| &mut **timeline as &mut dyn Any)
    }

    /// Appends a value, which must come after all others under this key. One that is equal to the last is not kept.
    pub(super) fn append<K: Kept + Eq + Hash, V: Kept>(
        &mut self,
        history: &'static History<K, V>,
        key: K,
        place: Place,
        value: V,
    ) {
        let begin = || Box::new(Timeline::<K, V> { by_key: Sharded::default(), count: 0 }) as Box<dyn AnyTimeline>;
        let timeline = self.timeline_mut(address(history), begin);
        let Some(Timeline::<K, V> { by_key, count }) = timeline.and_then(|timeline| timeline.downcast_mut()) else {
            return;
        };
        if *count >= history.most {
            self.full = true;
            return;
        }
        if let Some(values) = by_key.value(key, PlacedValues::<V>::new)
            && values.last().is_none_or(|(_, last)| *last != value)
        {
            values.push((place, value));
            *count += 1;
        }
    }

    /// Whether a history had no room for a value.
    pub fn is_full(&self) -> bool {
        self.full
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static NUMBERS: History<u32, u8> = History::new(4);
    static WORDS: History<u32, String> = History::new(4);

    fn at(frame: u32, step: u32) -> Place {
        Place { frame, step }
    }

    #[test]
    fn a_value_is_known_strictly_behind_its_place() {
        let mut histories = Histories::default();
        histories.append(&NUMBERS, 7, at(2, 0), 1);
        histories.append(&NUMBERS, 7, at(2, 1), 2);
        histories.append(&WORDS, 7, at(3, 0), "three".to_owned());
        let before = |place| histories.before(&NUMBERS, &7, place).map(|(_, value)| *value);
        assert_eq!([at(2, 0), at(2, 1), at(2, 2), at(9, 0)].map(before), [None, Some(1), Some(2), Some(2)]);
        assert_eq!(histories.last(&WORDS, &7), Some((at(3, 0), &"three".to_owned())));
        assert_eq!(histories.last(&WORDS, &8), None);
    }

    #[test]
    fn equal_values_are_kept_once_and_too_many_not_at_all() {
        let mut histories = Histories::default();
        for frame in 0..9 {
            histories.append(&NUMBERS, 0, at(frame, 0), 5);
        }
        assert!(!histories.is_full());
        for frame in 9..19 {
            histories.append(&NUMBERS, 0, at(frame, 0), frame as u8);
        }
        assert!(histories.is_full());
        assert_eq!(histories.last(&NUMBERS, &0), Some((at(11, 0), &11)));
    }
}
