//! A list that grows by blocks: never doubled, never moved, so that a large one needs no more memory than it holds.

use crate::pace::Pace;

/// Entries in a block.
const BLOCK: usize = 1 << 14;

/// The list.
#[derive(Debug)]
pub struct Blocks<T> {
    blocks: Vec<Vec<T>>,
}

impl<T> Default for Blocks<T> {
    fn default() -> Blocks<T> {
        Blocks { blocks: Vec::new() }
    }
}

impl<T> Blocks<T> {
    /// Number of entries.
    pub fn len(&self) -> usize {
        self.blocks.last().map_or(0, |last| (self.blocks.len() - 1) * BLOCK + last.len())
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// Adds an entry at the end.
    pub fn push(&mut self, entry: T) {
        match self.blocks.last_mut() {
            Some(last) if last.len() < BLOCK => last.push(entry),
            // The first block grows as it must: most captures are small.
            None => self.blocks.push(vec![entry]),
            Some(_) => {
                let mut block = Vec::with_capacity(BLOCK);
                block.push(entry);
                self.blocks.push(block);
            }
        }
    }

    /// The entry at this position.
    pub fn get(&self, index: usize) -> Option<&T> {
        self.blocks.get(index / BLOCK)?.get(index % BLOCK)
    }

    /// The entry at this position, to change it.
    pub fn get_mut(&mut self, index: usize) -> Option<&mut T> {
        self.blocks.get_mut(index / BLOCK)?.get_mut(index % BLOCK)
    }

    /// The last entry, to change it.
    pub fn last_mut(&mut self) -> Option<&mut T> {
        self.blocks.last_mut()?.last_mut()
    }

    /// Frees it in steps.
    pub async fn free(mut self, pace: &Pace) {
        while let Some(cost) = self.free_part() {
            pace.spend(cost).await;
        }
    }

    /// Frees the last of its blocks; what that cost, while there is one.
    pub fn free_part(&mut self) -> Option<u32> {
        let entries = self.blocks.pop()?.len() as u32;
        // Entries that hold memory of their own are freed one by one, the others with their block.
        Some(if std::mem::needs_drop::<T>() { entries } else { 1 + entries / 16 })
    }

    /// All entries in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.blocks.iter().flatten()
    }

    /// Position of the first entry for which `before` no longer holds; the list must be ordered by it.
    pub fn partition_point(&self, before: impl Fn(&T) -> bool) -> usize {
        let block = self.blocks.partition_point(|block| block.last().is_some_and(&before));
        block * BLOCK + self.blocks.get(block).map_or(0, |block| block.partition_point(before))
    }
}
