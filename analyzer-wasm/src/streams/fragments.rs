//! Puts the fragments of IP datagrams together.

use crate::memory::{Assembled, Fragment, Piece};
use rustc_hash::FxHashMap;

/// The datagrams that are not whole yet, with the bytes that came of them.
#[derive(Debug, Default)]
pub(super) struct Fragments {
    open: FxHashMap<u64, Open>,
    held: usize,
}

#[derive(Debug, Default)]
struct Open {
    /// Where each part begins in the datagram, which packet has it, and its bytes; in order, without overlaps.
    parts: Vec<(u32, Piece, Vec<u8>)>,
    /// Length of the datagram, once its last fragment was seen.
    total: Option<u32>,
}

/// Bytes that are held at most. Who sends more unfinished fragments than this is not waited for.
const MOST: usize = 16 << 20;

impl Fragments {
    /// Takes a fragment of this packet. Where it was the last one missing: the datagram, and the pieces that it consists of.
    pub(super) fn take(&mut self, fragment: &Fragment<'_>, frame: u32) -> Option<Assembled> {
        if self.held + fragment.payload.len() > MOST {
            self.open.clear();
            self.held = 0;
        }
        let open = self.open.entry(fragment.key).or_default();
        let length = fragment.payload.len() as u32;
        let end = fragment.offset.checked_add(length)?;
        let place = open.parts.partition_point(|(start, ..)| *start < fragment.offset);
        let before = place.checked_sub(1).and_then(|before| open.parts.get(before));
        let overlaps = before.is_some_and(|(start, piece, _)| start + piece.length > fragment.offset)
            || open.parts.get(place).is_some_and(|(start, ..)| *start < end);
        if overlaps || length == 0 {
            return None;
        }
        if !fragment.more {
            open.total = Some(end);
        }
        self.held += fragment.payload.len();
        let piece = Piece { frame, offset: fragment.at, length };
        open.parts.insert(place, (fragment.offset, piece, fragment.payload.to_vec()));
        let gathered: u32 = open.parts.iter().map(|(_, piece, _)| piece.length).sum();
        if open.total != Some(gathered) {
            return None;
        }
        let open = self.open.remove(&fragment.key)?;
        self.held -= gathered as usize;
        let mut assembled = Assembled::default();
        for (_, piece, bytes) in open.parts {
            assembled.bytes.extend_from_slice(&bytes);
            assembled.pieces.push(piece);
        }
        Some(assembled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fragment(offset: u32, more: bool, payload: &[u8]) -> Fragment<'_> {
        Fragment { key: 7, offset, more, payload, at: 34 }
    }

    #[test]
    fn a_datagram_is_whole_with_its_last_missing_fragment_in_any_order() {
        let mut fragments = Fragments::default();
        assert_eq!(fragments.take(&fragment(16, false, b"end"), 1), None);
        assert_eq!(fragments.take(&fragment(0, true, b"01234567"), 2), None);
        let whole = fragments.take(&fragment(8, true, b"89abcdef"), 3).unwrap();
        assert_eq!(whole.bytes, b"0123456789abcdefend");
        assert_eq!(whole.pieces.iter().map(|piece| piece.frame).collect::<Vec<_>>(), [2, 3, 1]);
        assert_eq!((fragments.open.len(), fragments.held), (0, 0));
    }

    #[test]
    fn what_was_there_already_is_not_replaced() {
        let mut fragments = Fragments::default();
        fragments.take(&fragment(0, true, b"01234567"), 1);
        assert_eq!(fragments.take(&fragment(0, true, b"XXXXXXXX"), 2), None);
        assert_eq!(fragments.take(&fragment(4, true, b"YYYYYYYY"), 3), None);
        assert_eq!(fragments.take(&fragment(8, false, b"89"), 4).unwrap().bytes, b"0123456789");
    }

    #[test]
    fn unfinished_datagrams_do_not_pile_up() {
        let mut fragments = Fragments::default();
        let payload = vec![0; 1 << 20];
        for key in 0..100 {
            fragments.take(&Fragment { key, ..fragment(8, true, &payload) }, 1);
            assert!(fragments.held <= MOST);
        }
    }
}
