//! Messages that several segments carry: where each begins and ends, decided once, in file order.

use crate::dissect::{Measure, Measuring};
use crate::memory::{Assembled, Piece, Plan, Segment};

/// Bytes of an unfinished message that the index pass keeps: enough for any head, whatever the body's length.
const KEPT: usize = 64 * 1024;
/// Segments of one message that wait for an earlier one.
const MOST_EARLY: usize = 4096;
/// Pieces of a message in which its first line is looked for.
const MOST_OPENING: usize = 8;

/// The message that one direction of a stream is in the middle of.
#[derive(Debug, Default)]
pub(super) struct Assembly {
    // Most streams have none at most times.
    pending: Option<Box<Pending>>,
}

#[derive(Debug)]
struct Pending {
    start: u32,
    pieces: Vec<Piece>,
    bytes: Vec<u8>,
    have: u32,
    total: Option<u32>,
    /// Where its length is still looked for, and what came from there on.
    resume: u32,
    tail: Vec<u8>,
    /// Whether it ends only when its sender closes.
    until_close: bool,
    message: u32,
    early: Vec<(u32, Piece, Vec<u8>)>,
}

/// What becomes of a segment.
#[derive(Debug, Default)]
pub(super) struct Step {
    /// How it is read.
    pub(super) plan: Plan,
    /// The message to which its last bytes belong, when a later segment completes that.
    pub(super) opened: Option<u32>,
    /// The message that it completes.
    pub(super) completed: Option<u32>,
    /// Where the first line of the message stands that it continues, when that message has no known length yet.
    pub(super) opening: Option<Vec<Piece>>,
}

/// How long a message is, by its bytes from its beginning or, resumed, from where [`Measure::Beyond`] said.
type MeasureBy<'m> = &'m dyn Fn(&[u8], bool) -> Measure;

/// Calls the protocol's measure with what the stream remembers.
pub(super) fn by(
    measure: fn(&[u8], &Measuring<'_>) -> Measure,
    measuring: Measuring<'_>,
) -> impl Fn(&[u8], bool) -> Measure {
    move |bytes, resumed| {
        let mut measuring = measuring;
        measuring.resumed = resumed;
        measure(bytes, &measuring)
    }
}

impl Assembly {
    /// Whether a message waits for the bytes with this sequence number.
    pub(super) fn waits_for(&self, sequence: u32) -> bool {
        self.pending.as_ref().is_some_and(|pending| match pending.ahead(sequence) {
            0 => true,
            ahead => pending.goes_on(ahead),
        })
    }

    /// Takes the next segment. `messages` counts the unfinished messages of the capture; `spare` are buffers to use again.
    pub(super) fn take(
        &mut self,
        segment: &Segment<'_>,
        frame: u32,
        measure: Option<MeasureBy<'_>>,
        messages: &mut u32,
        spare: &mut Vec<u8>,
    ) -> Step {
        let payload = segment.payload;
        let length = payload.len() as u32;
        let whole = Step { plan: Plan { end: length, ..Plan::default() }, ..Step::default() };
        let closes = segment.flags & 0x05 != 0;
        let Some(measure) = measure else { return whole };
        if payload.len() < segment.length as usize || !segment.in_frame {
            self.pending = None;
            return whole;
        }
        let mut at = 0usize;
        let mut step = Step::default();
        if let Some(mut pending) = self.pending.take() {
            let ahead = pending.ahead(segment.sequence);
            if ahead != 0 {
                if length > 0 && pending.goes_on(ahead) && pending.early.len() < MOST_EARLY {
                    let place = segment.sequence.wrapping_sub(pending.start);
                    let room = KEPT.saturating_sub(place as usize).min(payload.len());
                    let kept = payload.get(..room).unwrap_or_default().to_vec();
                    pending.early.push((place, Piece { frame, offset: segment.offset, length }, kept));
                    step.opened = Some(pending.message);
                    self.pending = Some(pending);
                    return step;
                }
                // A hole that cannot be filled: what waits is lost, and a message is taken to begin here.
            } else {
                let unknown = pending.total.is_none() && !pending.until_close;
                at = pending.append(payload, frame, segment.offset, measure);
                let complete = pending.total.is_some_and(|total| pending.have >= total);
                if complete || (closes && pending.until_close) {
                    step.completed = Some(pending.message);
                    step.plan.assembled = Some(Assembled { bytes: pending.bytes, pieces: pending.pieces });
                } else if length > 0 || !closes {
                    step.opened = (length > 0).then_some(pending.message);
                    step.opening = (unknown && length > 0).then(|| pending.opening());
                    step.plan.continues = step.opening.is_some();
                    self.pending = Some(pending);
                    return step;
                }
            }
        }
        step.plan.start = at as u32;
        loop {
            let rest = payload.get(at..).unwrap_or_default();
            if rest.is_empty() {
                break;
            }
            let measured = measure(rest, false);
            match measured {
                Measure::Whole(total) if total <= rest.len() => {
                    at += total.max(1);
                    continue;
                }
                Measure::Unframed => {
                    at = payload.len();
                    break;
                }
                Measure::UntilClose if closes => {
                    at = payload.len();
                    break;
                }
                _ => {}
            }
            let mut bytes = std::mem::take(spare);
            bytes.clear();
            bytes.extend_from_slice(rest.get(..rest.len().min(KEPT)).unwrap_or_default());
            *messages += 1;
            let have = rest.len() as u32;
            let mut pending = Box::new(Pending {
                start: segment.sequence.wrapping_add(at as u32),
                pieces: vec![Piece { frame, offset: segment.offset + at as u32, length: have }],
                bytes,
                have,
                total: None,
                resume: 0,
                // Only what does not tell yet is looked at again.
                tail: match measured {
                    Measure::More | Measure::Beyond(_) => rest.to_vec(),
                    _ => Vec::new(),
                },
                until_close: false,
                message: *messages,
                early: Vec::new(),
            });
            pending.measured(measured, measure);
            self.pending = Some(pending);
            step.opened = Some(*messages);
            step.plan.begins = true;
            break;
        }
        step.plan.end = at as u32;
        step
    }
}

impl Pending {
    /// How far a sequence number is ahead of what came, modulo 2^32.
    fn ahead(&self, sequence: u32) -> u32 {
        sequence.wrapping_sub(self.start).wrapping_sub(self.have)
    }

    /// Whether the message goes on so far ahead of what came.
    fn goes_on(&self, ahead: u32) -> bool {
        (ahead as i32) > 0
            && match self.total {
                Some(total) => ahead < total.saturating_sub(self.have),
                None => self.until_close,
            }
    }

    /// Adds what belongs to the message; returns how many bytes of the payload did.
    fn append(&mut self, payload: &[u8], frame: u32, offset: u32, measure: MeasureBy<'_>) -> usize {
        let before = self.have;
        let taken = self.push(payload, Piece { frame, offset, length: payload.len() as u32 }, measure);
        while let Some(index) = self.early.iter().position(|(place, ..)| *place == self.have) {
            let (_, piece, bytes) = self.early.swap_remove(index);
            self.push(&bytes, piece, measure);
        }
        taken.min((self.have - before) as usize)
    }

    /// Adds a piece, of whose bytes those may be missing that nobody looks at any more.
    fn push(&mut self, payload: &[u8], mut piece: Piece, measure: MeasureBy<'_>) -> usize {
        let room = KEPT - self.bytes.len().min(KEPT);
        self.bytes.extend_from_slice(payload.get(..payload.len().min(room)).unwrap_or_default());
        if self.total.is_none() && !self.until_close {
            let skipped = self.resume.saturating_sub(self.have) as usize;
            self.tail.extend_from_slice(payload.get(skipped..).unwrap_or_default());
            if !self.tail.is_empty() {
                self.measured(measure(&self.tail, self.resume > 0), measure);
            }
            // A message ends with the segment in which another would have to begin, or whose parts are too long to tell.
            if self.tail.len() > KEPT {
                self.total = self.have.checked_add(piece.length);
            }
        }
        let wanted = self.total.map_or(u32::MAX, |total| total.saturating_sub(self.have));
        piece.length = piece.length.min(wanted);
        self.have += piece.length;
        self.bytes.truncate(self.have as usize);
        if piece.length > 0 {
            self.pieces.push(piece);
        }
        piece.length as usize
    }

    /// Takes note of what the bytes of `tail` told of the message's length.
    fn measured(&mut self, mut measured: Measure, measure: MeasureBy<'_>) {
        while let Measure::Beyond(known @ 1..) = measured {
            self.resume = u32::try_from(known).map_or(u32::MAX, |known| self.resume.saturating_add(known));
            self.tail.drain(..known.min(self.tail.len()));
            if self.tail.is_empty() {
                return;
            }
            measured = measure(&self.tail, true);
        }
        match measured {
            Measure::Whole(total) => self.total = u32::try_from(total).ok().and_then(|t| self.resume.checked_add(t)),
            Measure::Unframed => self.total = self.resume.checked_add(self.tail.len() as u32),
            Measure::UntilClose => self.until_close = true,
            Measure::More | Measure::Beyond(_) => return,
        }
        self.tail = Vec::new();
    }

    /// The pieces that hold the first line, as far as it came.
    fn opening(&self) -> Vec<Piece> {
        let line = memchr::memchr(b'\n', &self.bytes).unwrap_or(usize::MAX) as u64;
        let mut end = 0;
        let before = self.pieces.iter().take_while(|piece| {
            let begins = end;
            end += u64::from(piece.length);
            begins <= line
        });
        before.take(MOST_OPENING).copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dissect::Endpoints;

    /// Parts of ten bytes, the last of which begins with a zero.
    fn tens(bytes: &[u8], resumed: bool) -> Measure {
        assert!(resumed == (bytes.first() != Some(&b'T')), "what was measured is not shown again");
        match bytes.iter().step_by(10).position(|first| *first == 0) {
            Some(last) => Measure::Whole(10 * last + 10),
            None => Measure::Beyond(bytes.len().div_ceil(10) * 10),
        }
    }

    fn segment(sequence: u32, payload: &[u8]) -> Segment<'_> {
        Segment {
            endpoints: Endpoints::NONE,
            sequence,
            acknowledgment: 0,
            flags: 0x10,
            window: 0,
            length: payload.len() as u32,
            payload,
            offset: 54,
            in_frame: true,
            window_scale: None,
            sacked: 0,
        }
    }

    #[test]
    fn a_message_of_unknown_length_ends_however_long_it_is() {
        let (mut assembly, mut messages, mut spare) = (Assembly::default(), 0, Vec::new());
        let mut take = |at: u32, frame, bytes: &[u8]| {
            assembly.take(&segment(at, bytes), frame, Some(&tens), &mut messages, &mut spare)
        };
        let first = take(0, 1, b"T");
        assert_eq!((first.plan.begins, first.opened), (true, Some(1)));
        let part = [7; 1007];
        let count = 2 * KEPT as u32 / 1007;
        for n in 0..count {
            let step = take(1 + n * 1007, 2 + n, &part);
            assert!(step.plan.continues && step.opened == Some(1) && step.completed.is_none(), "{n}");
        }
        let end = 1 + count * 1007;
        let total = end.div_ceil(10) * 10 + 10;
        let last = take(end, 9999, &vec![0; (total - end) as usize]);
        let whole = last.plan.assembled.unwrap();
        assert_eq!(last.completed, Some(1));
        assert_eq!(whole.bytes.len(), KEPT);
        let length: u32 = whole.pieces.iter().map(|piece| piece.length).sum();
        assert_eq!(length, total);
    }

    #[test]
    fn what_comes_behind_a_hole_waits_where_the_length_is_known() {
        let measure: MeasureBy<'_> = &|_, _| Measure::Whole(30);
        let (mut assembly, mut messages, mut spare) = (Assembly::default(), 0, Vec::new());
        let mut take =
            |at: u32, bytes: &[u8]| assembly.take(&segment(at, bytes), at, Some(measure), &mut messages, &mut spare);
        take(0, &[1; 10]);
        assert_eq!(take(20, &[3; 10]).opened, Some(1));
        let whole = take(10, &[2; 10]).plan.assembled.unwrap();
        assert_eq!(whole.bytes, [[1; 10], [2; 10], [3; 10]].concat());
    }
}
