//! Puts the fragments of IP datagrams together.

use crate::pace::Pace;
use crate::sharded::Sharded;
use crate::streams::{Assembled, Piece};
use rustc_hash::FxHashMap;

/// A fragment of an IP datagram.
#[derive(Debug, Clone, Copy)]
pub struct Fragment<'a> {
    /// What all fragments of the datagram have in common, and no others of their time.
    pub key: u64,
    /// Of its first byte in the datagram.
    pub offset: u32,
    /// Whether others follow it in the datagram.
    pub more: bool,
    /// What it carries, whole.
    pub payload: &'a [u8],
    /// Where the payload is.
    pub piece: Piece,
}

/// What became of a fragment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fate {
    /// The datagram, where this was the last fragment missing.
    pub assembled: Option<Assembled>,
    /// The packet that completes the datagram, where this one does not and the other is known.
    pub completed_in: Option<u32>,
}

/// What is known of fragments afterwards.
#[derive(Debug, Default)]
pub(super) struct FragmentFacts {
    /// By packet and number of the fragment in it: the datagram that it completes.
    defragmented: Sharded<(u32, u32), Box<[Piece]>>,
    /// By packet and key: the packet that completes the datagram of a fragment.
    completed: Sharded<(u32, u64), u32>,
}

impl FragmentFacts {
    /// Frees them in steps.
    pub(super) async fn free(self, pace: &Pace) {
        self.defragmented.free(pace).await;
        self.completed.free(pace).await;
    }

    /// Takes note of a fragment.
    pub(super) fn learn(&mut self, tracking: &mut Fragments, fragment: &Fragment<'_>, place: (u32, u32)) -> Fate {
        let frame = place.0;
        let assembled = tracking.add(fragment);
        if let Some(assembled) = &assembled {
            let others = assembled.pieces.iter().filter(|piece| piece.frame != frame);
            others.for_each(|piece| self.completed.insert((piece.frame, fragment.key), frame));
            self.defragmented.insert(place, assembled.pieces.as_slice().into());
        }
        Fate { assembled, completed_in: None }
    }

    /// What became of a fragment.
    pub(super) fn recall(
        &self,
        fragment: &Fragment<'_>,
        place: (u32, u32),
        hindsight: bool,
        gather: &dyn Fn(&[Piece]) -> Vec<u8>,
    ) -> Fate {
        let own = (place.0, fragment.key);
        let pieces = self.defragmented.get(&place);
        Fate {
            assembled: pieces.map(|pieces| Assembled::of_pieces(gather(pieces), pieces)),
            completed_in: hindsight.then(|| self.completed.get(&own).copied()).flatten(),
        }
    }
}

/// The datagrams that are not whole yet, with the bytes that came of them.
#[derive(Debug, Default)]
pub(super) struct Fragments {
    open: FxHashMap<u64, UnfinishedDatagram>,
    held: usize,
    cut: bool,
}

#[derive(Debug, Default)]
struct UnfinishedDatagram {
    /// Where each part begins in the datagram, which packet has it, and its bytes; in order, without overlaps.
    parts: Vec<(u32, Piece, Vec<u8>)>,
    /// Length of the datagram, once its last fragment was seen.
    total: Option<u32>,
}

/// Bytes that are held at most. Who sends more unfinished fragments than this is not waited for.
const MOST: usize = 16 << 20;

impl Fragments {
    /// Whether unfinished datagrams were given up, as they were too many.
    pub(super) fn is_cut(&self) -> bool {
        self.cut
    }

    /// Takes a fragment of this packet. Where it was the last one missing: the datagram, and the pieces that it consists of.
    pub(super) fn add(&mut self, fragment: &Fragment<'_>) -> Option<Assembled> {
        if self.held + fragment.payload.len() > MOST {
            self.open.clear();
            self.held = 0;
            self.cut = true;
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
                && start + piece.length() > at
            {
                at = start + piece.length();
                continue;
            }
            let until = open.parts.get(place).map_or(end, |(start, ..)| end.min(*start));
            let (from, length) = (at - fragment.offset, until - at);
            let bytes = fragment.payload.get(from as usize..(from + length) as usize)?.to_vec();
            let piece = fragment.piece.behind(from).first(length);
            self.held += bytes.len();
            open.parts.insert(place, (at, piece, bytes));
            at = until;
        }
        let total = open.total?;
        let within = |start: u32, length: u32| (start + length).min(total).saturating_sub(start);
        let gathered: u32 = open.parts.iter().map(|(start, piece, _)| within(*start, piece.length())).sum();
        if gathered != total {
            return None;
        }
        let open = self.open.remove(&fragment.key)?;
        self.held -= open.parts.iter().map(|(.., bytes)| bytes.len()).sum::<usize>();
        let mut assembled = Assembled::default();
        for (start, piece, bytes) in open.parts {
            let piece = piece.first(within(start, piece.length()));
            if piece.length() > 0 {
                assembled.bytes.extend_from_slice(bytes.get(..piece.length() as usize).unwrap_or_default());
                assembled.pieces.push(piece);
            }
        }
        Some(assembled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fragment(frame: u32, offset: u32, more: bool, payload: &[u8]) -> Fragment<'_> {
        Fragment { key: 7, offset, more, payload, piece: Piece::new(frame, 0, 34, payload.len() as u32) }
    }

    #[test]
    fn a_datagram_is_whole_with_its_last_missing_fragment_in_any_order() {
        let mut fragments = Fragments::default();
        assert_eq!(fragments.add(&fragment(1, 16, false, b"end")), None);
        assert_eq!(fragments.add(&fragment(2, 0, true, b"01234567")), None);
        let whole = fragments.add(&fragment(3, 8, true, b"89abcdef")).unwrap();
        assert_eq!(whole.bytes, b"0123456789abcdefend");
        assert_eq!(whole.pieces.iter().map(|piece| piece.frame).collect::<Vec<_>>(), [2, 3, 1]);
        assert_eq!((fragments.open.len(), fragments.held), (0, 0));
    }

    #[test]
    fn what_was_there_already_is_not_replaced() {
        let mut fragments = Fragments::default();
        fragments.add(&fragment(1, 0, true, b"01234567"));
        assert_eq!(fragments.add(&fragment(2, 0, true, b"XXXXXXXX")), None);
        assert_eq!(fragments.add(&fragment(3, 16, false, b"GH")), None);
        assert_eq!(fragments.add(&fragment(4, 4, true, b"YYYYYYYY")), None);
        let whole = fragments.add(&fragment(5, 0, true, b"ZZZZZZZZZZZZZZZZZZ")).unwrap();
        assert_eq!(whole.bytes, b"01234567YYYYZZZZGH");
        assert_eq!(
            whole.pieces.iter().map(|piece| (piece.frame, piece.offset())).collect::<Vec<_>>(),
            [(1, 34), (4, 38), (5, 46), (3, 34)]
        );
        assert_eq!(fragments.held, 0);
    }

    #[test]
    fn what_goes_past_the_end_is_left_out() {
        let mut fragments = Fragments::default();
        fragments.add(&fragment(1, 0, true, b"01234567XXXX"));
        let whole = fragments.add(&fragment(2, 8, false, b"89")).unwrap();
        assert_eq!(whole.bytes, b"01234567XX");
        assert_eq!((fragments.open.len(), fragments.held), (0, 0));
    }

    #[test]
    fn unfinished_datagrams_do_not_pile_up() {
        let mut fragments = Fragments::default();
        let payload = vec![0; 1 << 20];
        for key in 0..100 {
            fragments.add(&Fragment { key, ..fragment(1, 8, true, &payload) });
            assert!(fragments.held <= MOST);
        }
    }
}
