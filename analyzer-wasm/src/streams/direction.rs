//! One direction of a byte source: put in order, and cut into PDUs.

use super::framed::{Framed, MeasureBy, Shared, Step};
use super::ordered::Ordered;
use super::{Assembled, Piece, Plan};

/// Bytes that a packet hands over.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Chunk<'a> {
    /// The bytes.
    pub(crate) bytes: &'a [u8],
    /// Where they are.
    pub(crate) piece: Piece,
    /// Whether their sender closes behind them.
    pub(crate) closes: bool,
}

/// One direction of a byte source.
#[derive(Debug, Default)]
pub(crate) struct Direction {
    /// Offset of the byte that comes next; of TCP, its sequence number, which goes on behind 2^32 here.
    next: u64,
    framed: Framed,
    // Hardly any source has one.
    ordered: Option<Box<Ordered>>,
}

impl Direction {
    /// Whether it is in the middle of no PDU, and nothing waits.
    pub(crate) fn is_idle(&self) -> bool {
        !self.framed.is_open() && self.ordered.as_ref().is_none_or(|ordered| ordered.is_empty())
    }

    /// Whether the PDU in the middle of which the direction is waits for the bytes with this sequence number.
    pub(crate) fn waits_for(&self, sequence: u32) -> bool {
        match self.ahead(sequence) {
            0 => self.framed.is_open(),
            ahead => (ahead as i32) > 0 && self.framed.goes_on(ahead),
        }
    }

    /// How far a sequence number is ahead of what came, modulo 2^32.
    fn ahead(&self, sequence: u32) -> u32 {
        sequence.wrapping_sub(self.next as u32)
    }

    /// Forgets what is not whole.
    pub(crate) fn clear(&mut self, shared: &mut Shared) {
        self.framed.clear(shared);
        self.drop_early(shared);
    }

    fn drop_early(&mut self, shared: &mut Shared) {
        if let Some(ordered) = self.ordered.take() {
            shared.held = shared.held.saturating_sub(ordered.held());
        }
    }

    /// Takes a segment of TCP. What comes early waits only within a PDU whose length is known, as captures miss segments;
    /// behind a hole that cannot be filled, a PDU is taken to begin.
    pub(crate) fn segment(
        &mut self,
        sequence: u32,
        chunk: Chunk<'_>,
        measure: MeasureBy<'_>,
        shared: &mut Shared,
    ) -> Step {
        let Chunk { bytes, piece, closes } = chunk;
        let mut step = Step::default();
        let mut at = 0;
        if self.framed.is_open() {
            let ahead = self.ahead(sequence);
            if ahead == 0 {
                let unmeasured = self.framed.is_unmeasured();
                at = self.continue_pdu(chunk, measure, shared);
                if !self.framed.end(closes, &mut step, shared) && (!bytes.is_empty() || !closes) {
                    if !bytes.is_empty() {
                        self.framed.leave_open(unmeasured, &mut step);
                    }
                    return step;
                }
                self.drop_early(shared);
            } else if !bytes.is_empty() && (ahead as i32) > 0 && self.framed.goes_on(ahead) {
                let ordered = self.ordered.get_or_insert_default();
                if shared.wait(ordered, self.next + u64::from(ahead), piece, bytes) {
                    step.opened = self.framed.number();
                    return step;
                }
            }
        }
        self.clear(shared);
        self.framed.cut((bytes, &[piece], closes), at, measure, &mut step, shared);
        self.next = u64::from(sequence) + u64::from(piece.length());
        step
    }

    /// Whether the byte with this sequence number came before.
    pub(crate) fn has_seen(&self, sequence: u32) -> bool {
        (self.ahead(sequence) as i32) < 0
    }

    /// Takes a segment that came before. What begins before the PDU in the middle of which the direction is, is read
    /// anew, as far as its PDUs are whole.
    pub(crate) fn repeat(
        &mut self,
        sequence: u32,
        chunk: Chunk<'_>,
        measure: MeasureBy<'_>,
        shared: &mut Shared,
    ) -> Step {
        let mut step = Step::default();
        if self.framed.has(self.ahead(sequence).wrapping_neg()) {
            step.plan.repeated = true;
            return step;
        }
        let mut alone = Framed::default();
        alone.cut((chunk.bytes, &[chunk.piece], chunk.closes), 0, measure, &mut step, shared);
        alone.clear(shared);
        (step.plan.begins, step.opened) = (false, None);
        step
    }

    /// Adds a chunk to the PDU, and what waited for it; returns how many of the chunk's bytes belong to the PDU.
    fn continue_pdu(&mut self, chunk: Chunk<'_>, measure: MeasureBy<'_>, shared: &mut Shared) -> usize {
        let own = self.framed.append(chunk.bytes, chunk.piece, measure, shared);
        self.next += own as u64;
        while own == chunk.bytes.len()
            && let Some((piece, bytes)) = self.ordered.as_mut().and_then(|ordered| shared.next(ordered, self.next))
        {
            let more = self.framed.append(&bytes, piece, measure, shared);
            self.next += more as u64;
            if more < bytes.len() {
                break;
            }
        }
        own
    }

    /// Takes bytes of a source that loses none: what comes early waits, whatever it belongs to. `offset` counts from the
    /// source's first byte; without one, the bytes come next. `pieces` are where they are.
    pub(crate) fn feed(
        &mut self,
        offset: Option<u64>,
        bytes: &[u8],
        pieces: &[Piece],
        measure: MeasureBy<'_>,
        shared: &mut Shared,
    ) -> Step {
        let mut step = Step::default();
        let offset = offset.unwrap_or(self.next);
        let overlap = usize::try_from(self.next.saturating_sub(offset)).unwrap_or(usize::MAX).min(bytes.len());
        let bytes = bytes.get(overlap..).unwrap_or_default();
        if bytes.is_empty() {
            // That a PDU is over can be told without another byte.
            self.framed.measure_again(measure);
            step.plan.repeated = !self.framed.end(false, &mut step, shared);
            return step;
        }
        step.plan.overlap = overlap as u32;
        let mut pieces = behind(pieces, overlap as u32);
        let mut joined: Option<Vec<u8>> = None;
        if offset > self.next || self.ordered.as_ref().is_some_and(|ordered| !ordered.is_empty()) {
            let ordered = self.ordered.get_or_insert_default();
            let mut at = 0;
            for piece in &pieces {
                let length = piece.length() as usize;
                let part = bytes.get(at..at + length).unwrap_or_default();
                shared.wait(ordered, offset.max(self.next) + at as u64, *piece, part);
                at += length;
            }
            // Nothing is delivered before a hole is filled, so that what was sent together is read together.
            if ordered.has_hole(self.next) {
                step.plan.waits = true;
                return step;
            }
            let mut run = Vec::new();
            pieces.clear();
            while let Some((piece, bytes)) = shared.next(ordered, self.next + run.len() as u64) {
                pieces.push(piece);
                run.extend_from_slice(&bytes);
            }
            joined = Some(run);
        }
        let all = joined.as_deref().unwrap_or(bytes);
        self.next += all.len() as u64;
        self.deliver(all, &pieces, measure, shared, &mut step);
        step.plan.joined = joined.map(|bytes| Assembled { bytes, pieces, handed: Vec::new() });
        step
    }

    /// Cuts bytes that are in order into PDUs.
    fn deliver(
        &mut self,
        bytes: &[u8],
        pieces: &[Piece],
        measure: MeasureBy<'_>,
        shared: &mut Shared,
        step: &mut Step,
    ) {
        let mut at = 0;
        if self.framed.is_open() {
            let unmeasured = self.framed.is_unmeasured();
            for piece in pieces {
                let part = bytes.get(at..at + piece.length() as usize).unwrap_or_default();
                let own = self.framed.append(part, *piece, measure, shared);
                at += own;
                if own < part.len() {
                    break;
                }
            }
            if !self.framed.end(false, step, shared) {
                return self.framed.leave_open(unmeasured, step);
            }
        }
        self.framed.cut((bytes, pieces, false), at, measure, step, shared);
    }
}

/// Pieces without their first bytes.
fn behind(pieces: &[Piece], mut bytes: u32) -> Vec<Piece> {
    let mut rest = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let behind = piece.behind(bytes);
        bytes = bytes.saturating_sub(piece.length());
        if behind.length() > 0 {
            rest.push(behind);
        }
    }
    rest
}

impl Plan {
    /// Of bytes that are all whole PDUs.
    pub(crate) fn whole(length: usize) -> Plan {
        Plan { end: length as u32, ..Plan::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Measure;
    use super::*;

    /// Parts of ten bytes, the last of which begins with a zero.
    fn tens(bytes: &[u8], resumed: bool) -> Measure {
        assert!(resumed == (bytes.first() != Some(&b'T')), "what was measured is not shown again");
        match bytes.iter().step_by(10).position(|first| *first == 0) {
            Some(last) => Measure::Whole(10 * last + 10),
            None => Measure::Beyond(bytes.len().div_ceil(10) * 10),
        }
    }

    fn chunk(frame: u32, bytes: &[u8]) -> Chunk<'_> {
        Chunk { bytes, piece: Piece::new(frame, 0, 54, bytes.len() as u32), closes: false }
    }

    #[test]
    fn a_pdu_of_unknown_length_ends_however_long_it_is() {
        let (mut direction, mut shared) = (Direction::default(), Shared::default());
        let mut take = |at: u32, frame, bytes: &[u8]| direction.segment(at, chunk(frame, bytes), &tens, &mut shared);
        let first = take(0, 1, b"T");
        assert_eq!((first.plan.begins, first.opened), (true, Some(1)));
        let part = [7; 1007];
        let count = 200;
        for n in 0..count {
            let step = take(1 + n * 1007, 2 + n, &part);
            assert!(step.plan.continues == Some(1) && step.opened == Some(1) && step.completed.is_none(), "{n}");
        }
        let end = 1 + count * 1007;
        let total = end.div_ceil(10) * 10 + 10;
        let last = take(end, 9999, &vec![0; (total - end) as usize]);
        let whole = last.plan.assembled.unwrap();
        assert_eq!(last.completed, Some(1));
        assert_eq!(whole.bytes.len(), total as usize);
        assert_eq!(whole.pieces.iter().map(Piece::length).sum::<u32>(), total);
        assert_eq!(shared.held, 0);
    }

    #[test]
    fn what_comes_once_more_is_read_alone() {
        let measure: MeasureBy<'_> = &|bytes, _| Measure::Whole(bytes.first().map_or(1, |length| usize::from(*length)));
        let (mut direction, mut shared) = (Direction::default(), Shared::default());
        direction.segment(100, chunk(1, &[2, 0, 2, 0]), measure, &mut shared);
        direction.segment(104, chunk(2, &[2, 0, 6, 0]), measure, &mut shared);
        assert!(direction.has_seen(104) && !direction.has_seen(108));
        let first = direction.repeat(100, chunk(3, &[2, 0, 2, 0]), measure, &mut shared);
        assert_eq!((first.plan.end, first.plan.repeated, first.opened), (4, false, None));
        let second = direction.repeat(104, chunk(4, &[2, 0, 6, 0]), measure, &mut shared);
        assert_eq!((second.plan.end, second.plan.begins, second.opened), (2, false, None));
        assert!(direction.repeat(106, chunk(5, &[6, 0]), measure, &mut shared).plan.repeated);
        let last = direction.segment(108, chunk(6, &[0, 0, 0, 0]), measure, &mut shared);
        assert_eq!(last.plan.assembled.unwrap().bytes, [6, 0, 0, 0, 0, 0]);
        assert_eq!(shared.held, 0);
    }

    #[test]
    fn what_comes_behind_a_hole_waits_where_the_length_is_known() {
        let measure: MeasureBy<'_> = &|_, _| Measure::Whole(30);
        let (mut direction, mut shared) = (Direction::default(), Shared::default());
        let mut take = |at: u32, bytes: &[u8]| direction.segment(at, chunk(at, bytes), measure, &mut shared);
        take(0, &[1; 10]);
        assert_eq!(take(20, &[3; 10]).opened, Some(1));
        let whole = take(10, &[2; 10]).plan.assembled.unwrap();
        assert_eq!(whole.bytes, [[1; 10], [2; 10], [3; 10]].concat());
        assert_eq!(shared.held, 0);
    }

    #[test]
    fn sequence_numbers_go_around() {
        let measure: MeasureBy<'_> = &|_, _| Measure::Whole(30);
        let (mut direction, mut shared) = (Direction::default(), Shared::default());
        let start = u32::MAX - 14;
        let mut take =
            |at: u32, bytes: &[u8]| direction.segment(start.wrapping_add(at), chunk(at, bytes), measure, &mut shared);
        take(0, &[1; 10]);
        take(20, &[3; 10]);
        assert_eq!(take(10, &[2; 10]).plan.assembled.unwrap().bytes.len(), 30);
        assert_eq!(take(30, &[4; 30]).plan.end, 30);
    }

    #[test]
    fn bytes_that_are_held_are_bounded_and_the_first_ones() {
        let measure: MeasureBy<'_> = &|_, _| Measure::Whole(100);
        let mut shared = Shared { room: 25, ..Shared::default() };
        let mut direction = Direction::default();
        for at in 0..9 {
            direction.segment(at * 10, chunk(at, &[at as u8; 10]), measure, &mut shared);
            assert!(shared.held <= 25);
        }
        let whole = direction.segment(90, chunk(9, &[9; 10]), measure, &mut shared).plan.assembled.unwrap();
        assert_eq!(whole.bytes, [vec![0; 10], vec![1; 10], vec![2; 5]].concat());
        assert_eq!(whole.pieces.len(), 3);
        assert!(shared.cut);
        assert_eq!(shared.held, 0);
    }

    #[test]
    fn a_source_that_loses_nothing_waits_for_what_is_missing() {
        // PDUs of 14 bytes.
        let measure: MeasureBy<'_> = &|_, _| Measure::Whole(14);
        let message: Vec<u8> = (0..28).collect();
        let (mut direction, mut shared) = (Direction::default(), Shared::default());
        let mut feed = |frame, range: std::ops::Range<usize>| {
            let pieces = [Piece::new(frame, 0, 54, range.len() as u32)];
            direction.feed(Some(range.start as u64), &message[range], &pieces, measure, &mut shared).plan
        };
        let first = feed(1, 0..3);
        assert_eq!((first.start, first.end, first.begins), (0, 0, true));
        assert!(feed(1, 10..14).waits);
        assert!(feed(2, 3..6).waits, "the hole is not filled");
        assert!(feed(2, 0..3).repeated);
        let filled = feed(3, 5..20);
        assert_eq!(filled.assembled.unwrap().bytes, message[..14]);
        let joined = filled.joined.unwrap();
        assert_eq!(joined.bytes, message[3..20]);
        assert_eq!(joined.parts(), [(2, 3), (3, 14)]);
        assert_eq!((filled.start, filled.end, filled.begins), (11, 11, true));
        assert_eq!(feed(4, 18..28).overlap, 2);
        assert!(feed(5, 0..28).repeated);
        assert_eq!(shared.held, 0);
    }
}
