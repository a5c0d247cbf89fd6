//! Pairs of addresses, numbered in order of appearance, whatever the direction.

use crate::blocks::Blocks;
use rustc_hash::FxHashMap;
use std::hash::Hash;
use std::net::{Ipv4Addr, Ipv6Addr};

/// The pairs of one kind of address. Each address is kept once, by its own number.
#[derive(Debug)]
pub(super) struct AddressPairs<A> {
    addresses: Blocks<A>,
    by_address: FxHashMap<A, u32>,
    pairs: Blocks<[u32; 2]>,
    by_pair: FxHashMap<[u32; 2], u32>,
    /// Pairs that were asked for lately, by their lowest bits: most packets belong to a few.
    recent: [Option<([A; 2], u32)>; RECENT],
}

/// How many recent pairs are kept, a power of two.
const RECENT: usize = 16;

/// An address of any layer.
pub(super) trait Address: Copy + Ord + Hash {
    /// The bits in which neighbours differ most.
    fn lowest(self) -> usize;
}

impl Address for [u8; 6] {
    fn lowest(self) -> usize {
        usize::from(self[5])
    }
}

impl Address for Ipv4Addr {
    fn lowest(self) -> usize {
        self.to_bits() as usize
    }
}

impl Address for Ipv6Addr {
    fn lowest(self) -> usize {
        self.to_bits() as usize
    }
}

impl<A> Default for AddressPairs<A> {
    fn default() -> AddressPairs<A> {
        AddressPairs {
            addresses: Blocks::default(),
            by_address: FxHashMap::default(),
            pairs: Blocks::default(),
            by_pair: FxHashMap::default(),
            recent: [const { None }; RECENT],
        }
    }
}

impl<A: Address> AddressPairs<A> {
    /// The number of a pair, and the sender's side of it: 0 for the lower address.
    pub(super) fn number(&mut self, [source, destination]: [A; 2]) -> (u32, usize) {
        let (pair, side) = if source <= destination { ([source, destination], 0) } else { ([destination, source], 1) };
        let slot = (pair[0].lowest() ^ pair[1].lowest()) % RECENT;
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
