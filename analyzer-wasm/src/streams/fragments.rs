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
        let end = fragment.offset.checked_add(fragment.payload.len() as u32)?;
        if !fragment.more && open.total.is_none() {
            open.total = Some(end);
        }
        // What came first stays: of a fragment that overlaps others, what fills the holes between them is taken.
        let mut at = fragment.offset;
        while at < end {
            let place = open.parts.partition_point(|(start, ..)| *start <= at);
            let before = place.checked_sub(1).and_then(|before| open.parts.get(before));
            if let Some((start, piece, _)) = before
                && start + piece.length > at
            {
                at = start + piece.length;
                continue;
            }
            let until = open.parts.get(place).map_or(end, |(start, ..)| end.min(*start));
            let (from, length) = (at - fragment.offset, until - at);
            let bytes = fragment.payload.get(from as usize..(from + length) as usize)?.to_vec();
            let piece = Piece { frame, offset: fragment.at + from, length };
            self.held += bytes.len();
            open.parts.insert(place, (at, piece, bytes));
            at = until;
        }
        let total = open.total?;
        let within = |start: u32, length: u32| (start + length).min(total).saturating_sub(start);
        let gathered: u32 = open.parts.iter().map(|(start, piece, _)| within(*start, piece.length)).sum();
        if gathered != total {
            return None;
        }
        let open = self.open.remove(&fragment.key)?;
        self.held -= open.parts.iter().map(|(.., bytes)| bytes.len()).sum::<usize>();
        let mut assembled = Assembled::default();
        for (start, mut piece, bytes) in open.parts {
            piece.length = within(start, piece.length);
            if piece.length > 0 {
                assembled.bytes.extend_from_slice(bytes.get(..piece.length as usize).unwrap_or_default());
                assembled.pieces.push(piece);
            }
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
        assert_eq!(fragments.take(&fragment(16, false, b"GH"), 3), None);
        assert_eq!(fragments.take(&fragment(4, true, b"YYYYYYYY"), 4), None);
        let whole = fragments.take(&fragment(0, true, b"ZZZZZZZZZZZZZZZZZZ"), 5).unwrap();
        assert_eq!(whole.bytes, b"01234567YYYYZZZZGH");
        assert_eq!(
            whole.pieces.iter().map(|piece| (piece.frame, piece.offset)).collect::<Vec<_>>(),
            [(1, 34), (4, 38), (5, 46), (3, 34)]
        );
        assert_eq!(fragments.held, 0);
    }

    #[test]
    fn what_goes_past_the_end_is_left_out() {
        let mut fragments = Fragments::default();
        fragments.take(&fragment(0, true, b"01234567XXXX"), 1);
        let whole = fragments.take(&fragment(8, false, b"89"), 2).unwrap();
        assert_eq!(whole.bytes, b"01234567XX");
        assert_eq!((fragments.open.len(), fragments.held), (0, 0));
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
