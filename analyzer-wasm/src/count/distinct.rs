//! How many different things there were, up to a limit.

use super::Number;
use rustc_hash::FxHashSet;

/// Hashes of what there was. Two things with the same one of 64 bits are taken for one, which is rarer than a miscount
/// matters.
pub(super) struct Distinct {
    /// Several tables, so that not all are copied at the same time when they grow.
    parts: [FxHashSet<u64>; PARTS],
    count: usize,
    most: usize,
    more: bool,
}

const PARTS: usize = 64;

impl Distinct {
    /// Tells so many apart.
    pub(super) fn up_to(most: usize) -> Distinct {
        Distinct { parts: [(); PARTS].map(|()| FxHashSet::default()), count: 0, most, more: false }
    }

    /// Takes a hash. Whether it is known to be new: beyond the limit it never is.
    pub(super) fn insert(&mut self, hash: u64) -> bool {
        let Some(part) = self.parts.get_mut(hash as usize % PARTS) else { return false };
        if self.count >= self.most {
            self.more |= !part.contains(&hash);
            return false;
        }
        let new = part.insert(hash);
        self.count += usize::from(new);
        new
    }

    /// How many there were.
    pub(super) fn number(&self) -> Number {
        Number { count: self.count as u64, more: self.more }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_are_kept_apart_up_to_the_limit() {
        let mut distinct = Distinct::up_to(1000);
        assert!((0..1000).all(|hash| distinct.insert(hash)));
        assert!(!(0..1000).any(|hash| distinct.insert(hash)));
        assert_eq!(distinct.number(), Number { count: 1000, more: false });
        assert!(!distinct.insert(1000) && !distinct.insert(5));
        assert_eq!(distinct.number(), Number { count: 1000, more: true });
    }
}
