//! Keys that are numbered in order of appearance, with what is known of each.
//!
//! It holds millions, and must grow without a pause: entries lie in blocks that never move, and the table of their numbers
//! is many small ones, each of which grows for itself.

use crate::blocks::Blocks;
use crate::pace::Pace;
use crate::sharded::{SHARDS, place};
use hashbrown::HashTable;
use std::borrow::Borrow;
use std::hash::Hash;

/// The keys and their entries.
#[derive(Debug)]
pub struct Numbered<K, V = ()> {
    entries: Blocks<(K, V)>,
    /// Numbers by the hash of their keys; none before the first key.
    tables: Vec<HashTable<Slot>>,
}

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

impl<K, V> Default for Numbered<K, V> {
    fn default() -> Numbered<K, V> {
        Numbered { entries: Blocks::default(), tables: Vec::new() }
    }
}

impl<K: Hash + Eq, V> Numbered<K, V> {
    /// The number of a key, which gets the next one and the entry that `new` makes where it has none.
    pub fn number(&mut self, key: K, new: impl FnOnce() -> V) -> u32 {
        if self.tables.is_empty() {
            self.tables.resize_with(SHARDS, HashTable::new);
        }
        let (hash, shard) = place(&key);
        let hash = hash as u32;
        let next = self.entries.len() as u32;
        let Some(table) = self.tables.get_mut(shard) else { return next };
        let is_it = is_key(&self.entries, &key, hash);
        let entry = table.entry(Slot::spread(hash), is_it, |slot| Slot::spread(slot.hash));
        let number = entry.or_insert(Slot { number: next, hash }).get().number;
        if number == next {
            self.entries.push((key, new()));
        }
        number
    }

    /// The number of a key, if it has one.
    pub fn find<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<u32>
    where
        K: Borrow<Q>,
    {
        let (hash, shard) = place(key);
        let hash = hash as u32;
        let slot = self.tables.get(shard)?.find(Slot::spread(hash), is_key(&self.entries, key, hash))?;
        Some(slot.number)
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
    pub async fn free(self, pace: &Pace) {
        self.entries.free(pace).await;
        for table in self.tables {
            drop(table);
            pace.spend(100).await;
        }
    }

    /// All of them, in order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.entries.iter().map(|(key, entry)| (key, entry))
    }
}

/// Whether a slot is that of a key.
fn is_key<K: Borrow<Q>, V, Q: Eq + ?Sized>(entries: &Blocks<(K, V)>, key: &Q, hash: u32) -> impl Fn(&Slot) -> bool {
    move |slot| slot.hash == hash && entries.get(slot.number as usize).is_some_and(|(known, _)| known.borrow() == key)
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
    }
}
