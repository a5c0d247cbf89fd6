//! Pairs of addresses, numbered in order of appearance, whatever the direction.

use crate::blocks::Blocks;
use rustc_hash::FxHashMap;
use std::hash::Hash;

/// The pairs of one kind of address. Each address is kept once, by its own number.
#[derive(Debug)]
pub(super) struct AddressPairs<A> {
    addresses: Blocks<A>,
    by_address: FxHashMap<A, u32>,
    pairs: Blocks<[u32; 2]>,
    by_pair: FxHashMap<[u32; 2], u32>,
    /// Pairs that were asked for lately, by a few bits of both addresses: most packets belong to one of them.
    recent: Vec<Option<([A; 2], u32)>>,
}

/// How many recent pairs are kept.
const RECENT: usize = 1 << RECENT_BITS;
const RECENT_BITS: u32 = 8;

/// An odd number without a pattern, which spreads what differs in the low bits over the high ones (Knuth's).
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// An address of any layer, as a number.
pub(super) trait Address: Copy + Ord + Hash {
    /// Its last bytes, in which neighbours differ.
    fn lowest(self) -> u64;
}

impl Address for u32 {
    fn lowest(self) -> u64 {
        u64::from(self)
    }
}

impl Address for u64 {
    fn lowest(self) -> u64 {
        self
    }
}

impl Address for u128 {
    fn lowest(self) -> u64 {
        self as u64
    }
}

impl<A> Default for AddressPairs<A> {
    fn default() -> AddressPairs<A> {
        AddressPairs {
            addresses: Blocks::default(),
            by_address: FxHashMap::default(),
            pairs: Blocks::default(),
            by_pair: FxHashMap::default(),
            recent: Vec::new(),
        }
    }
}

impl<A: Address> AddressPairs<A> {
    /// The number of a pair, and the sender's side of it: 0 for the lower address.
    pub(super) fn number(&mut self, [source, destination]: [A; 2]) -> (u32, usize) {
        let (pair, side) = if source <= destination { ([source, destination], 0) } else { ([destination, source], 1) };
        let mixed = (pair[0].lowest() ^ pair[1].lowest().rotate_left(32)).wrapping_mul(SPREAD);
        let slot = (mixed >> (u64::BITS - RECENT_BITS)) as usize;
        if let Some(Some((known, number))) = self.recent.get(slot)
            && *known == pair
        {
            return (*number, side);
        }
        let key = pair.map(|address| self.address(address));
        let next = self.pairs.len() as u32;
        let number = *self.by_pair.entry(key).or_insert(next);
        if number == next {
            self.pairs.push(key);
        }
        if self.recent.is_empty() {
            self.recent.resize(RECENT, None);
        }
        if let Some(recent) = self.recent.get_mut(slot) {
            *recent = Some((pair, number));
        }
        (number, side)
    }

    /// The addresses of a pair, the lower first.
    pub(super) fn get(&self, number: u32) -> Option<[A; 2]> {
        let [lower, higher] = *self.pairs.get(number as usize)?;
        Some([*self.addresses.get(lower as usize)?, *self.addresses.get(higher as usize)?])
    }

    fn address(&mut self, address: A) -> u32 {
        let next = self.addresses.len() as u32;
        let number = *self.by_address.entry(address).or_insert(next);
        if number == next {
            self.addresses.push(address);
        }
        number
    }
}
