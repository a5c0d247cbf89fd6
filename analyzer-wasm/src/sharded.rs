//! A hash table that grows without a pause. It is made of many small tables, and only one of them has to grow at a time.

use crate::pace::Pace;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use rustc_hash::FxBuildHasher;
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

/// One of the small tables.
pub(crate) type Shard<K, V> = HashTable<(K, V)>;

/// The table.
#[derive(Debug)]
pub struct Sharded<K, V> {
    /// All small tables but the last one. The list is empty until the first key comes.
    shards: Vec<Shard<K, V>>,
    /// The last small table. It is not in the list, so that there is a table for every key even before the list is made.
    last: Shard<K, V>,
}

impl<K, V> Default for Sharded<K, V> {
    fn default() -> Sharded<K, V> {
        Sharded { shards: Vec::new(), last: HashTable::new() }
    }
}

impl<K: Hash + Eq, V> Sharded<K, V> {
    /// The value of a key.
    pub fn get(&self, key: &K) -> Option<&V> {
        let (hash, shard) = place(key);
        let entry = self.shards.get(shard).unwrap_or(&self.last).find(hash, |(known, _)| known == key)?;
        Some(&entry.1)
    }

    /// The value of a key, to change it.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let (hash, shard) = place(key);
        let entry = self.shards.get_mut(shard).unwrap_or(&mut self.last).find_mut(hash, |(known, _)| known == key)?;
        Some(&mut entry.1)
    }

    /// The value of a key, which gets the one that `new` makes where it has none.
    pub fn value(&mut self, key: K, new: impl FnOnce() -> V) -> &mut V {
        self.value_at_cost(key, new).0
    }

    /// As [`Sharded::value`]. Making room for the key counts as work of the step.
    pub async fn value_in_steps(&mut self, key: K, pace: &Pace, new: impl FnOnce() -> V) -> &mut V {
        let (value, cost) = self.value_at_cost(key, new);
        pace.spend(cost).await;
        value
    }

    /// As [`Sharded::value`], and what it cost to make room for the key.
    pub fn value_at_cost(&mut self, key: K, new: impl FnOnce() -> V) -> (&mut V, u32) {
        let (entry, cost) = self.entry(&key);
        (&mut entry.or_insert_with(|| (key, new())).into_mut().1, cost)
    }

    /// The place of a key, and what it cost to make room there.
    fn entry(&mut self, key: &K) -> (Entry<'_, (K, V)>, u32) {
        if self.shards.is_empty() {
            self.shards.resize_with(SHARDS - 1, HashTable::new);
        }
        let (hash, shard) = place(key);
        let shard = self.shards.get_mut(shard).unwrap_or(&mut self.last);
        let cost = if shard.len() < shard.capacity() { 0 } else { shard.len() as u32 / 2 };
        (shard.entry(hash, |(known, _)| known == key, |(known, _)| place(known).0), cost)
    }

    /// All entries, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.shards.iter().chain([&self.last]).flatten().map(|(key, value)| (key, value))
    }

    /// Its small tables.
    pub(crate) fn into_shards(self) -> impl Iterator<Item = Shard<K, V>> {
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
        match self.entry(&key).0 {
            Entry::Occupied(mut entry) => entry.get_mut().1 = value,
            Entry::Vacant(entry) => {
                entry.insert((key, value));
            }
        }
    }

    /// Takes a key and its value out.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        let (hash, shard) = place(key);
        let shard = self.shards.get_mut(shard).unwrap_or(&mut self.last);
        let entry = shard.find_entry(hash, |(known, _)| known == key).ok()?;
        Some(entry.remove().0.1)
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
        *sharded.value(77, || 0) += 1;
        assert_eq!(sharded.get(&77), Some(&155));
        if let Some(value) = sharded.get_mut(&78) {
            *value = 0;
        }
        assert_eq!((sharded.remove(&78), sharded.get(&78)), (Some(0), None));
        assert_eq!(sharded.iter().count(), 9999);
        assert_eq!(sharded.value_at_cost(5, || 0), (&mut 10, 0));
        assert!((79..10_000).all(|number| sharded.get(&number) == Some(&(number * 2))));
        let most = sharded.shards.iter().map(|shard| shard.len()).max().unwrap_or_default();
        assert!(most < 2 * 10_000 / SHARDS, "{most} of 10,000 are in one small table");
    }
}
