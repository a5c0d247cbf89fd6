//! Keys that are numbered in order of appearance, with what is known of each.
//!
//! It holds millions, and must grow without a pause: entries lie in blocks that never move, and the table of their numbers
//! is many small ones, each of which grows for itself.

use crate::blocks::Blocks;
use crate::pace::Pace;
use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;
use std::borrow::Borrow;
use std::hash::{BuildHasher, Hash};

/// The keys and their entries.
#[derive(Debug)]
pub struct Numbered<K, V = ()> {
    entries: Blocks<(K, V)>,
    numbers: SlotTables,
}

impl<K, V> Default for Numbered<K, V> {
    fn default() -> Numbered<K, V> {
        Numbered { entries: Blocks::default(), numbers: SlotTables::default() }
    }
}

impl<K: Hash + Eq, V> Numbered<K, V> {
    /// The number of a key, which gets the next one and the entry that `new` makes where it has none.
    pub fn number(&mut self, key: K, new: impl FnOnce() -> V) -> u32 {
        self.number_at_cost(key, new).0
    }

    /// As [`Numbered::number`], and what it cost to make room for the key.
    pub fn number_at_cost(&mut self, key: K, new: impl FnOnce() -> V) -> (u32, u32) {
        let hash = FxBuildHasher.hash_one(&key);
        if let Some(number) = self.numbers.find(hash, is_key(&self.entries, &key)) {
            return (number, 0);
        }
        let number = self.entries.len() as u32;
        let cost = self.numbers.push(hash, number);
        self.entries.push((key, new()));
        (number, cost)
    }

    /// The number of a key, if it has one.
    pub fn find<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<u32>
    where
        K: Borrow<Q>,
    {
        self.numbers.find(FxBuildHasher.hash_one(key), is_key(&self.entries, key))
    }

    /// A key and its entry, by its number.
    pub fn get(&self, number: u32) -> Option<(&K, &V)> {
        self.entries.get(number as usize).map(|(key, entry)| (key, entry))
    }

    /// The entry of a number, to change it.
    pub fn get_mut(&mut self, number: u32) -> Option<&mut V> {
        self.entries.get_mut(number as usize).map(|(_, entry)| entry)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Frees them in steps.
    pub async fn free(mut self, pace: &Pace) {
        while let Some(cost) = self.free_part() {
            pace.spend(cost).await;
        }
    }

    /// Frees a part of them; what that cost, while there is one. Nothing else may be asked from then on.
    pub fn free_part(&mut self) -> Option<u32> {
        self.entries.free_part().or_else(|| self.numbers.tables.pop().map(|_| 100))
    }

    /// All of them, in order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.entries.iter().map(|(key, entry)| (key, entry))
    }
}

/// Whether a number is that of a key.
fn is_key<K: Borrow<Q>, V, Q: Eq + ?Sized>(entries: &Blocks<(K, V)>, key: &Q) -> impl Fn(u32) -> bool {
    move |number| entries.get(number as usize).is_some_and(|(known, _)| known.borrow() == key)
}

/// The numbers of keys, by their hashes. Keys are no part of it, so that one and the same code serves all kinds of them: what
/// makes a hash table grow is much to download.
#[derive(Debug, Default)]
struct SlotTables {
    /// None before the first number.
    tables: Vec<HashTable<Slot>>,
}

/// How many small tables there are.
const SHARDS: usize = 1 << 6;
/// How far a hash is shifted to get the number of a small table. The small table itself places a number by other bits of
/// the hash: were they the same for all of its numbers, these would crowd.
const SHIFT: u32 = 48;

/// A number with a part of its key's hash, so that a table grows without a look at keys, which lie anywhere.
#[derive(Debug, Clone, Copy)]
struct Slot {
    number: u32,
    hash: u32,
}

impl Slot {
    /// The hash that a table sees: it takes the place from the low bits, and a tag from the highest.
    fn spread(hash: u32) -> u64 {
        u64::from(hash) << 32 | u64::from(hash)
    }
}

impl SlotTables {
    fn shard(hash: u64) -> usize {
        (hash >> SHIFT) as usize % SHARDS
    }

    /// The number whose key has this hash and is the right one.
    #[inline]
    fn find(&self, hash: u64, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        let (table, hash) = (self.tables.get(SlotTables::shard(hash))?, hash as u32);
        table.find(Slot::spread(hash), |slot| slot.hash == hash && is_it(slot.number)).map(|slot| slot.number)
    }

    /// Adds the number of a key with this hash; what it cost to make room for it.
    #[inline(never)]
    fn push(&mut self, hash: u64, number: u32) -> u32 {
        if self.tables.is_empty() {
            self.tables.resize_with(SHARDS, HashTable::new);
        }
        let Some(table) = self.tables.get_mut(SlotTables::shard(hash)) else { return 0 };
        let cost = if table.len() < table.capacity() { 0 } else { table.len() as u32 / 2 };
        let hash = hash as u32;
        table.insert_unique(Slot::spread(hash), Slot { number, hash }, |slot| Slot::spread(slot.hash));
        cost
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_numbered_in_order_and_found_again() {
        let mut numbered: Numbered<u64, u64> = Numbered::default();
        assert_eq!((numbered.find(&7), numbered.get(0), numbered.len()), (None, None, 0));
        let key = |number: u64| number.wrapping_mul(0x1_0001);
        for round in 0..2 {
            for number in 0..50_000 {
                assert_eq!(u64::from(numbered.number(key(number), || number * 2)), number, "round {round}");
            }
        }
        assert_eq!(numbered.len(), 50_000);
        assert_eq!(numbered.find(&key(123)), Some(123));
        assert_eq!(numbered.get(123), Some((&key(123), &246)));
        if let Some(entry) = numbered.get_mut(123) {
            *entry = 1;
        }
        assert_eq!(numbered.iter().nth(123), Some((&key(123), &1)));
        assert_eq!(numbered.find(&3), None);
        assert_eq!(numbered.number_at_cost(key(5), || 0), (5, 0));
        let most = numbered.numbers.tables.iter().map(HashTable::len).max().unwrap_or_default();
        assert!(most < 2 * 50_000 / SHARDS, "{most} of 50,000 are in one small table");
    }
}
