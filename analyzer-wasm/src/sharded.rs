//! A hash table that grows without a pause: its keys are numbered, and their values lie in blocks that never move.

use crate::numbered::Numbered;
use crate::pace::Pace;
use std::hash::Hash;

/// The table.
#[derive(Debug)]
pub struct Sharded<K, V>(Numbered<K, V>);

impl<K, V> Default for Sharded<K, V> {
    fn default() -> Sharded<K, V> {
        Sharded(Numbered::default())
    }
}

impl<K: Hash + Eq, V> Sharded<K, V> {
    /// The value of a key.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.nth(self.0.find(key)?).map(|(_, value)| value)
    }

    /// Whether a key has a value.
    pub fn contains(&self, key: &K) -> bool {
        self.0.find(key).is_some()
    }

    /// The value of a key, to change it.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.0.get_mut(self.0.find(key)?)
    }

    /// The value of a key, which gets the one that `new` makes where it has none; nothing where the table holds as many keys as
    /// can be numbered.
    pub fn value(&mut self, key: K, new: impl FnOnce() -> V) -> Option<&mut V> {
        self.value_at_cost(key, new).0
    }

    /// As [`Sharded::value`]. Making room for the key counts as work of the step.
    pub async fn value_in_steps(&mut self, key: K, pace: &Pace, new: impl FnOnce() -> V) -> Option<&mut V> {
        let (value, cost) = self.value_at_cost(key, new);
        pace.spend(cost).await;
        value
    }

    /// As [`Sharded::value`], and what it cost to make room for the key.
    pub fn value_at_cost(&mut self, key: K, new: impl FnOnce() -> V) -> (Option<&mut V>, u32) {
        let (number, cost) = self.0.number_at_cost(key, new);
        (self.0.get_mut(number), cost)
    }

    /// Gives a key a value.
    pub fn insert(&mut self, key: K, value: V) {
        match self.get_mut(&key) {
            Some(known) => *known = value,
            None => {
                self.0.number(key, || value);
            }
        }
    }

    /// As [`Sharded::insert`]. Making room for the key counts as work of the step.
    pub async fn insert_in_steps(&mut self, key: K, value: V, pace: &Pace)
    where
        V: Copy,
    {
        if let Some(own) = self.value_in_steps(key, pace, || value).await {
            *own = value;
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A key and its value, by its place in the order in which the keys came.
    pub fn nth(&self, place: u32) -> Option<(&K, &V)> {
        self.0.get(place)
    }

    /// All keys and their values, in the order in which they came.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.0.iter()
    }

    /// Frees it in steps.
    pub async fn free(self, pace: &Pace) {
        self.0.free(pace).await;
    }

    /// Frees a part of it; what that cost, while there is one. Nothing else may be asked from then on.
    pub fn free_part(&mut self) -> Option<u32> {
        self.0.free_part()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_holds_what_a_table_holds() {
        let mut sharded = Sharded::default();
        assert_eq!(sharded.get(&1), None);
        for number in 0..10_000_u32 {
            sharded.insert(number, number * 2);
        }
        if let Some(value) = sharded.value(77, || 0) {
            *value += 1;
        }
        assert_eq!(sharded.get(&77), Some(&155));
        if let Some(value) = sharded.get_mut(&78) {
            *value = 0;
        }
        sharded.insert(79, 3);
        assert_eq!((sharded.get(&78), sharded.get(&79)), (Some(&0), Some(&3)));
        assert_eq!(sharded.iter().count(), 10_000);
        assert_eq!(sharded.value_at_cost(5, || 0), (Some(&mut 10), 0));
        assert_eq!((sharded.nth(5), sharded.nth(10_000)), (Some((&5, &10)), None));
        assert!((80..10_000).all(|number| sharded.get(&number) == Some(&(number * 2))));
    }
}
