//! Messages that several segments carry: where each begins and ends, decided once, in file order.

use crate::dissect::{Measure, Measuring};
use crate::memory::{Assembled, Piece, Plan, Segment};

/// Bytes of an unfinished message that the index pass keeps: enough for any head, whatever the body's length.
const KEPT: usize = 64 * 1024;
/// Segments of one message that wait for an earlier one.
const MOST_EARLY: usize = 256;

/// The message that one direction of a stream is in the middle of.
#[derive(Debug, Default)]
pub(super) struct Assembly {
    pending: Option<Pending>,
}

#[derive(Debug)]
struct Pending {
    start: u32,
    pieces: Vec<Piece>,
    bytes: Vec<u8>,
    have: u32,
    total: Option<u32>,
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
}

type MeasureBy<'m> = Option<&'m dyn Fn(&[u8]) -> Measure>;

/// Calls the protocol's measure with what the stream remembers.
pub(super) fn by(measure: fn(&[u8], &Measuring) -> Measure, measuring: Measuring) -> impl Fn(&[u8]) -> Measure {
    move |bytes| measure(bytes, &measuring)
}

impl Assembly {
    /// Takes the next segment. `messages` counts the unfinished messages of the capture; `spare` are buffers to use again.
    pub(super) fn take(
        &mut self,
        segment: &Segment<'_>,
        frame: u32,
        measure: MeasureBy<'_>,
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
            let ahead = segment.sequence.wrapping_sub(pending.start).wrapping_sub(pending.have);
            if ahead != 0 {
                let inside =
                    (ahead as i32) > 0 && pending.total.is_some_and(|total| ahead < total.saturating_sub(pending.have));
                if length > 0 && inside && pending.early.len() < MOST_EARLY {
                    let place = segment.sequence.wrapping_sub(pending.start);
                    pending.early.push((place, Piece { frame, offset: segment.offset, length }, payload.to_vec()));
                    step.opened = Some(pending.message);
                    self.pending = Some(pending);
                    return step;
                }
                // A hole that cannot be filled: what waits is lost, and a message is taken to begin here.
            } else {
                at = pending.append(payload, frame, segment.offset, measure);
                let complete = pending.total.is_some_and(|total| pending.have >= total);
                if complete || (closes && pending.until_close) {
                    step.completed = Some(pending.message);
                    step.plan.assembled = Some(Assembled { bytes: pending.bytes, pieces: pending.pieces });
                } else if length > 0 || !closes {
                    step.opened = (length > 0).then_some(pending.message);
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
            let total = match measure(rest) {
                Measure::Whole(total) if total <= rest.len() => {
                    at += total.max(1);
                    continue;
                }
                Measure::Unframed => {
                    at = payload.len();
                    break;
                }
                Measure::Whole(total) => u32::try_from(total).ok(),
                Measure::UntilClose if closes => {
                    at = payload.len();
                    break;
                }
                Measure::More | Measure::UntilClose => None,
            };
            let until_close = measure(rest) == Measure::UntilClose;
            let mut bytes = std::mem::take(spare);
            bytes.clear();
            bytes.extend_from_slice(rest.get(..rest.len().min(KEPT)).unwrap_or_default());
            *messages += 1;
            let have = rest.len() as u32;
            self.pending = Some(Pending {
                start: segment.sequence.wrapping_add(at as u32),
                pieces: vec![Piece { frame, offset: segment.offset + at as u32, length: have }],
                bytes,
                have,
                total,
                until_close,
                message: *messages,
                early: Vec::new(),
            });
            step.opened = Some(*messages);
            step.plan.begins = true;
            break;
        }
        step.plan.end = at as u32;
        step
    }
}

impl Pending {
    /// Adds what belongs to the message; returns how many bytes of the payload did.
    fn append(&mut self, payload: &[u8], frame: u32, offset: u32, measure: &dyn Fn(&[u8]) -> Measure) -> usize {
        let before = self.have;
        let taken = self.push(payload, Piece { frame, offset, length: payload.len() as u32 }, measure);
        while let Some(index) = self.early.iter().position(|(place, ..)| *place == self.have) {
            let (_, piece, bytes) = self.early.swap_remove(index);
            self.push(&bytes, piece, measure);
        }
        taken.min((self.have - before) as usize)
    }

    fn push(&mut self, payload: &[u8], mut piece: Piece, measure: &dyn Fn(&[u8]) -> Measure) -> usize {
        let kept = self.bytes.len();
        let room = KEPT - kept.min(KEPT);
        self.bytes.extend_from_slice(payload.get(..payload.len().min(room)).unwrap_or_default());
        if self.total.is_none() && room > 0 {
            match measure(&self.bytes) {
                Measure::Whole(total) => self.total = u32::try_from(total.max(kept)).ok(),
                Measure::Unframed => self.total = u32::try_from(self.have as usize + payload.len()).ok(),
                Measure::UntilClose => self.until_close = true,
                Measure::More => {}
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
}
