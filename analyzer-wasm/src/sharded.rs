//! A hash table that grows without a pause. It is made of many small tables, and only one of them has to grow at a time.

use crate::pace::Pace;
use rustc_hash::{FxBuildHasher, FxHashMap};
use std::collections::hash_map::Entry;
use std::hash::{BuildHasher, Hash};

/// How many small tables there are.
pub(crate) const SHARDS: usize = 1 << 6;
/// How far a hash is shifted to get the number of a small table. The small table itself places a key by the highest and
/// the lowest bits of the hash: were they the same for all of its keys, these would crowd.
const SHIFT: u32 = 48;

/// The hash of a key, and which of the small tables is its.
pub(crate) fn place<K: Hash + ?Sized>(key: &K) -> (u64, usize) {
    let hash = FxBuildHasher.hash_one(key);
    (hash, (hash >> SHIFT) as usize % SHARDS)
}

/// The table.
#[derive(Debug)]
pub struct Sharded<K, V> {
    /// All small tables but the last one. The list is empty until the first key comes.
    shards: Vec<FxHashMap<K, V>>,
    /// The last small table. It is not in the list, so that there is a table for every key even before the list is made.
    last: FxHashMap<K, V>,
}

impl<K, V> Default for Sharded<K, V> {
    fn default() -> Sharded<K, V> {
        Sharded { shards: Vec::new(), last: FxHashMap::default() }
    }
}

impl<K: Hash + Eq, V> Sharded<K, V> {
    /// The value of a key.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.shards.get(place(key).1).unwrap_or(&self.last).get(key)
    }

    /// The value of a key, to change it.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.shards.get_mut(place(key).1).unwrap_or(&mut self.last).get_mut(key)
    }

    /// The place of a key, to fill or to change.
    pub fn entry(&mut self, key: K) -> Entry<'_, K, V> {
        if self.shards.is_empty() {
            self.shards.resize_with(SHARDS - 1, FxHashMap::default);
        }
        self.shards.get_mut(place(&key).1).unwrap_or(&mut self.last).entry(key)
    }

    /// The place of a key, to fill or to change. Making room for it counts as work of the step.
    pub async fn entry_in_steps(&mut self, key: K, pace: &Pace) -> Entry<'_, K, V> {
        let cost = self.make_room(&key);
        pace.spend(cost).await;
        self.entry(key)
    }

    /// The value of a key, a new one where it has none, and what it cost to make room for it.
    pub fn value(&mut self, key: K) -> (&mut V, u32)
    where
        V: Default,
    {
        let cost = self.make_room(&key);
        (self.entry(key).or_default(), cost)
    }

    /// Makes room for a key; what that cost.
    fn make_room(&mut self, key: &K) -> u32 {
        let shard = self.shards.get_mut(place(key).1).unwrap_or(&mut self.last);
        if shard.len() < shard.capacity() {
            return 0;
        }
        shard.reserve(1);
        shard.len() as u32 / 2
    }

    /// All entries, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.shards.iter().chain([&self.last]).flatten()
    }

    /// Its small tables.
    pub fn into_shards(self) -> impl Iterator<Item = FxHashMap<K, V>> {
        self.shards.into_iter().chain([self.last])
    }

    /// Frees it in steps.
    pub async fn free(mut self, pace: &Pace) {
        while let Some(entries) = self.free_part() {
            pace.spend(entries).await;
        }
    }

    /// Frees a part of it; how many entries that had, while there is one.
    pub fn free_part(&mut self) -> Option<u32> {
        if self.shards.is_empty() && self.last.is_empty() {
            return None;
        }
        let part = self.shards.pop().unwrap_or_else(|| std::mem::take(&mut self.last));
        Some(part.len() as u32)
    }

    /// Gives a key a value.
    pub fn insert(&mut self, key: K, value: V) {
        match self.entry(key) {
            Entry::Occupied(mut entry) => {
                entry.insert(value);
            }
            Entry::Vacant(entry) => {
                entry.insert(value);
            }
        }
    }

    /// Takes a key and its value out.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        self.shards.get_mut(place(key).1).unwrap_or(&mut self.last).remove(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_holds_what_a_table_holds() {
        let mut sharded = Sharded::default();
        assert_eq!(sharded.get(&1), None);
        assert_eq!(sharded.remove(&1), None);
        for number in 0..10_000_u32 {
            sharded.insert(number, number * 2);
        }
        *sharded.entry(77).or_default() += 1;
        assert_eq!(sharded.get(&77), Some(&155));
        if let Some(value) = sharded.get_mut(&78) {
            *value = 0;
        }
        assert_eq!((sharded.remove(&78), sharded.get(&78)), (Some(0), None));
        assert_eq!(sharded.iter().count(), 9999);
        assert_eq!(sharded.value(5), (&mut 10, 0));
        assert!((79..10_000).all(|number| sharded.get(&number) == Some(&(number * 2))));
        let most = sharded.shards.iter().map(|shard| shard.len()).max().unwrap_or_default();
        assert!(most < 2 * 10_000 / SHARDS, "{most} of 10,000 are in one small table");
    }
}
