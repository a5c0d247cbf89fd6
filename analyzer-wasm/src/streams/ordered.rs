//! Bytes of one source in order: what comes early waits until what is before it came.

use super::Piece;

/// Parts that wait for an earlier one, of one source.
const MOST_EARLY: usize = 4096;

/// The parts of a byte source that came early. Offsets count from the source's first byte.
#[derive(Debug, Default)]
pub(crate) struct Ordered {
    /// In the order of their offsets.
    early: Vec<Part>,
    held: usize,
}

/// A part of a byte source.
#[derive(Debug)]
struct Part {
    offset: u64,
    piece: Piece,
    bytes: Vec<u8>,
}

impl Ordered {
    /// Keeps a part until what is before it has come. Whether there was room.
    pub(crate) fn wait(&mut self, offset: u64, piece: Piece, bytes: &[u8]) -> bool {
        if self.early.len() >= MOST_EARLY {
            return false;
        }
        let place = self.early.partition_point(|part| part.offset <= offset);
        self.early.insert(place, Part { offset, piece, bytes: bytes.to_vec() });
        self.held += bytes.len();
        true
    }

    /// The part that goes on at `next`, without what came before; parts that bring nothing new are dropped.
    pub(crate) fn next(&mut self, next: u64) -> Option<(Piece, Vec<u8>)> {
        while self.early.first().is_some_and(|part| part.offset <= next) {
            let Part { offset, piece, mut bytes } = self.early.remove(0);
            self.held -= bytes.len();
            let known = usize::try_from(next - offset).unwrap_or(usize::MAX);
            if known < bytes.len() {
                bytes.drain(..known);
                return Some((piece.behind(known as u32), bytes));
            }
        }
        None
    }

    /// Whether bytes are missing between `next` and the last part that waits.
    pub(crate) fn has_hole(&self, mut next: u64) -> bool {
        self.early.iter().any(|part| {
            let hole = part.offset > next;
            next = next.max(part.offset.saturating_add(part.bytes.len() as u64));
            hole
        })
    }

    /// Whether nothing waits.
    pub(crate) fn is_empty(&self) -> bool {
        self.early.is_empty()
    }

    /// Bytes that wait.
    pub(crate) fn held(&self) -> usize {
        self.held
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_come_out_in_order_and_once() {
        let mut ordered = Ordered::default();
        let piece = |frame, length| Piece::new(frame, 0, 54, length);
        ordered.wait(20, piece(3, 4), b"cccc");
        ordered.wait(10, piece(1, 6), b"aaaaaa");
        ordered.wait(12, piece(2, 8), b"aaaabbbb");
        ordered.wait(11, piece(4, 2), b"aa");
        assert!(ordered.has_hole(9) && !ordered.has_hole(10));
        assert_eq!(ordered.next(9), None);
        let (first, bytes) = ordered.next(10).unwrap();
        assert_eq!((first.frame, bytes.as_slice()), (1, &b"aaaaaa"[..]));
        let (second, bytes) = ordered.next(16).unwrap();
        assert_eq!((second.frame, second.offset(), bytes.as_slice()), (2, 58, &b"bbbb"[..]));
        assert_eq!(ordered.next(20).unwrap().1, b"cccc");
        assert!(ordered.is_empty());
    }
}
