//! Pairs of addresses, numbered in order of appearance, whatever the direction.

use crate::numbered::Numbered;
use crate::pace::Pace;
use std::hash::Hash;

/// The pairs of one kind of address.
#[derive(Debug)]
pub(super) struct AddressPairs<A> {
    pairs: Numbered<[A; 2]>,
    /// Pairs that were asked for lately, with their numbers, by a few bits of both addresses: most packets belong to one of
    /// them. A place that is not used has the number [`NOBODY`].
    recent: Vec<([A; 2], u32)>,
}

/// The number of no pair.
const NOBODY: u32 = u32::MAX;
/// How many recent pairs are kept.
const RECENT: usize = 1 << RECENT_BITS;
const RECENT_BITS: u32 = 8;

/// An odd number without a pattern, which spreads what differs in the low bits over the high ones (Knuth's).
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// An address of any layer, as a number.
pub(super) trait AddressNumber: Copy + Ord + Hash {
    /// Its last bytes, in which neighbours differ.
    fn lowest(self) -> u64;
}

impl AddressNumber for u32 {
    fn lowest(self) -> u64 {
        u64::from(self)
    }
}

impl AddressNumber for u64 {
    fn lowest(self) -> u64 {
        self
    }
}

impl AddressNumber for u128 {
    fn lowest(self) -> u64 {
        self as u64
    }
}

impl<A> Default for AddressPairs<A> {
    fn default() -> AddressPairs<A> {
        AddressPairs { pairs: Numbered::default(), recent: Vec::new() }
    }
}

impl<A: AddressNumber> AddressPairs<A> {
    /// The number of a pair, and the sender's side of it: 0 for the lower address.
    #[inline]
    pub(super) fn number(&mut self, [source, destination]: [A; 2]) -> (u32, usize) {
        let (pair, side) = if source <= destination { ([source, destination], 0) } else { ([destination, source], 1) };
        let mixed = (pair[0].lowest() ^ pair[1].lowest().rotate_left(32)).wrapping_mul(SPREAD);
        let slot = (mixed >> (u64::BITS - RECENT_BITS)) as usize;
        if let Some((known, number)) = self.recent.get(slot)
            && *known == pair
            && *number != NOBODY
        {
            return (*number, side);
        }
        (self.number_anew(pair, slot), side)
    }

    /// The number of a pair that was not asked for lately.
    #[cold]
    #[inline(never)]
    fn number_anew(&mut self, pair: [A; 2], slot: usize) -> u32 {
        let number = self.pairs.number(pair, || ());
        if self.recent.is_empty() {
            self.recent.resize(RECENT, (pair, NOBODY));
        }
        if let Some(recent) = self.recent.get_mut(slot) {
            *recent = (pair, number);
        }
        number
    }

    /// Frees them in steps.
    pub(super) async fn free(self, pace: &Pace) {
        self.pairs.free(pace).await;
    }

    /// The addresses of a pair, the lower first.
    pub(super) fn get(&self, number: u32) -> Option<[A; 2]> {
        self.pairs.get(number).map(|(pair, ())| *pair)
    }
}
