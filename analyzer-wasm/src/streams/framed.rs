//! Cuts a byte source that is in order into PDUs: where each begins and ends is decided once, in file order.

use super::ordered::Ordered;
use super::{Assembled, Piece};

/// Bytes of one PDU that are put together at most; of a longer one, these are its first.
const LONGEST: usize = 16 << 20;
/// Bytes in which the length of a PDU is looked for. One whose first bytes do not tell it ends with its segment.
const LONGEST_HEAD: usize = 64 << 10;
/// Pieces of a PDU in which its first line is looked for.
const MOST_OPENING: usize = 8;

/// How long a PDU is whose first bytes are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// So many bytes, whether they are here already or not.
    Whole(usize),
    /// The bytes at hand do not tell yet.
    More,
    /// More than so many bytes, whether they are here already or not: what comes behind them tells, and they are not
    /// looked at again.
    Beyond(usize),
    /// It goes on until the sender closes.
    UntilClose,
    /// No PDU begins here: the rest of the segment is taken as it is.
    Unframed,
}

/// How long the PDU is that begins with these bytes or, resumed, of which these come behind [`Measure::Beyond`].
pub(crate) type MeasureBy<'m> = &'m dyn Fn(&[u8], bool) -> Measure;

/// How the bytes that were handed over are to be read: the end of a PDU that began earlier, whole PDUs, and the beginning
/// of one that ends later.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// A PDU whose last byte is here and whose first is not.
    pub assembled: Option<Assembled>,
    /// Where whole PDUs begin.
    pub start: u32,
    /// Where they end; what follows belongs to a PDU that later bytes complete.
    pub end: u32,
    /// The packet that completes that PDU, where it is known.
    pub completed_in: Option<u32>,
    /// Whether that PDU begins here.
    pub begins: bool,
    /// The number of that PDU, where it began earlier and its length was not known before: see
    /// [`crate::memory::Memory::opening`].
    pub continues: Option<u32>,
    /// Whether the bytes were seen before, and are not read again.
    pub repeated: bool,
    /// How many of the first bytes came before.
    pub overlap: u32,
    /// Whether the bytes wait for others that come before them in their source.
    pub waits: bool,
    /// Bytes that came early and follow in order now, with those handed over before them: `start` and `end` count in these.
    pub joined: Option<Assembled>,
}

/// What becomes of bytes.
#[derive(Debug, Default)]
pub(crate) struct Step {
    /// How they are read.
    pub(crate) plan: Plan,
    /// The unfinished PDU to which the last of them belong.
    pub(crate) opened: Option<u32>,
    /// The PDU that they complete.
    pub(crate) completed: Option<u32>,
    /// Where the first line of the PDU stands that they continue, when that has no known length yet.
    pub(crate) opening: Option<Vec<Piece>>,
}

/// What all byte sources share while the capture is read.
#[derive(Debug)]
pub(crate) struct Shared {
    /// Unfinished PDUs so far, which numbers them.
    pub(crate) pdus: u32,
    /// Bytes that unfinished PDUs hold.
    pub(crate) held: usize,
    /// Whether a PDU was longer than what is put together, or there was no more room.
    pub(crate) cut: bool,
    /// A buffer to use again.
    pub(crate) spare: Vec<u8>,
    pub(super) room: usize,
}

impl Default for Shared {
    fn default() -> Shared {
        Shared { pdus: 0, held: 0, cut: false, spare: Vec::new(), room: Shared::ROOM }
    }
}

impl Shared {
    /// Bytes that all unfinished PDUs, and all bytes that wait, hold together at most.
    const ROOM: usize = 64 << 20;

    /// Lets bytes wait, where there is room.
    pub(super) fn wait(&mut self, ordered: &mut Ordered, offset: u64, piece: Piece, bytes: &[u8]) -> bool {
        let waits = self.held + bytes.len() <= self.room && ordered.wait(offset, piece, bytes);
        self.cut |= !waits;
        self.held += if waits { bytes.len() } else { 0 };
        waits
    }

    /// Takes the bytes that go on at `next` out of those that wait.
    pub(super) fn next(&mut self, ordered: &mut Ordered, next: u64) -> Option<(Piece, Vec<u8>)> {
        let before = ordered.held();
        let part = ordered.next(next);
        self.held = self.held.saturating_sub(before - ordered.held());
        part
    }
}

/// The PDU in the middle of which a byte source is.
#[derive(Debug, Default)]
pub(crate) struct Framed {
    // Most sources have none at most times.
    pdu: Option<Box<Pdu>>,
}

/// A PDU that is not whole yet.
#[derive(Debug)]
struct Pdu {
    number: u32,
    pieces: Vec<Piece>,
    bytes: Vec<u8>,
    /// Bytes that came, kept or not.
    have: u32,
    total: Option<u32>,
    /// Where its length is still looked for, and what came from there on.
    resume: u32,
    tail: Vec<u8>,
    /// Whether it ends only when its sender closes.
    until_close: bool,
    /// Whether bytes were left out.
    is_cut: bool,
}

impl Framed {
    /// Whether the source is in the middle of a PDU.
    pub(crate) fn is_open(&self) -> bool {
        self.pdu.is_some()
    }

    /// The number of the PDU in the middle of which the source is.
    pub(crate) fn number(&self) -> Option<u32> {
        self.pdu.as_ref().map(|pdu| pdu.number)
    }

    /// Whether the PDU goes on so many bytes ahead of what came.
    pub(crate) fn goes_on(&self, ahead: u32) -> bool {
        self.pdu.as_ref().is_some_and(|pdu| match pdu.total {
            Some(total) => ahead < total.saturating_sub(pdu.have),
            None => pdu.until_close,
        })
    }

    /// Whether the PDU has so many bytes or more.
    pub(crate) fn has(&self, bytes: u32) -> bool {
        self.pdu.as_ref().is_some_and(|pdu| bytes <= pdu.have)
    }

    /// Forgets the PDU.
    pub(crate) fn clear(&mut self, shared: &mut Shared) {
        if let Some(pdu) = self.pdu.take() {
            shared.held = shared.held.saturating_sub(pdu.bytes.len());
        }
    }

    /// Adds bytes to the PDU in the middle of which the source is; returns how many of them belong to it.
    pub(crate) fn append(&mut self, bytes: &[u8], piece: Piece, measure: MeasureBy<'_>, shared: &mut Shared) -> usize {
        self.pdu.as_mut().map_or(0, |pdu| pdu.push(bytes, piece, measure, shared))
    }

    /// Asks for the length of the PDU where what came did not tell it.
    pub(crate) fn measure_again(&mut self, measure: MeasureBy<'_>) {
        if let Some(pdu) = self.pdu.as_mut().filter(|pdu| pdu.total.is_none() && pdu.resume == pdu.have) {
            pdu.measured(measure(&[], true), measure);
        }
    }

    /// Whether the length of the PDU is not known yet.
    pub(crate) fn is_unmeasured(&self) -> bool {
        self.pdu.as_ref().is_some_and(|pdu| pdu.total.is_none() && !pdu.until_close)
    }

    /// Ends the PDU if it is whole, or if it goes on until the sender closes and that happened.
    pub(crate) fn end(&mut self, closes: bool, step: &mut Step, shared: &mut Shared) -> bool {
        let whole = |pdu: &Pdu| pdu.total.is_some_and(|total| pdu.have >= total) || closes && pdu.until_close;
        let Some(pdu) = self.pdu.take_if(|pdu| whole(pdu)) else { return false };
        shared.held = shared.held.saturating_sub(pdu.bytes.len());
        step.completed = Some(pdu.number);
        step.plan.assembled = Some(Assembled { bytes: pdu.bytes, pieces: pdu.pieces, handed: Vec::new() });
        true
    }

    /// Says that bytes belong to a PDU that later ones complete.
    pub(crate) fn leave_open(&self, unmeasured: bool, step: &mut Step) {
        if let Some(pdu) = &self.pdu {
            step.opened = Some(pdu.number);
            step.opening = unmeasured.then(|| pdu.opening());
            step.plan.continues = unmeasured.then_some(pdu.number);
        }
    }

    /// Cuts the bytes from `at` on, where a PDU begins: whole ones, and one that later bytes complete. `pieces` are where
    /// all of the bytes are, and `closes` is whether their sender closes behind them.
    pub(crate) fn cut(
        &mut self,
        (bytes, pieces, closes): (&[u8], &[Piece], bool),
        mut at: usize,
        measure: MeasureBy<'_>,
        step: &mut Step,
        shared: &mut Shared,
    ) {
        step.plan.start = at as u32;
        loop {
            let rest = bytes.get(at..).unwrap_or_default();
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
                    at = bytes.len();
                    break;
                }
                Measure::UntilClose if closes => {
                    at = bytes.len();
                    break;
                }
                _ => {}
            }
            shared.pdus += 1;
            let mut pdu = Box::new(Pdu {
                number: shared.pdus,
                pieces: Vec::new(),
                bytes: std::mem::take(&mut shared.spare),
                have: 0,
                total: None,
                resume: 0,
                tail: Vec::new(),
                until_close: false,
                is_cut: false,
            });
            pdu.bytes.clear();
            let mut skip = at as u32;
            for piece in pieces {
                let (whole, behind) = (piece.length(), piece.behind(skip));
                skip = skip.saturating_sub(whole);
                if behind.length() > 0 {
                    let from = pdu.have as usize;
                    pdu.keep(rest.get(from..from + behind.length() as usize).unwrap_or_default(), behind, shared);
                }
            }
            // Only what does not tell yet is looked at again.
            if matches!(measured, Measure::More | Measure::Beyond(_)) {
                pdu.tail = rest.to_vec();
            }
            pdu.measured(measured, measure);
            step.opened = Some(pdu.number);
            step.plan.begins = true;
            self.pdu = Some(pdu);
            break;
        }
        step.plan.end = at as u32;
    }
}

impl Pdu {
    /// Takes note of bytes that belong to the PDU, and keeps them where there is room.
    fn keep(&mut self, bytes: &[u8], piece: Piece, shared: &mut Shared) {
        self.have = self.have.saturating_add(piece.length());
        // Kept bytes are the first ones: behind what was left out, nothing is kept.
        if self.is_cut {
            return;
        }
        let room = LONGEST.saturating_sub(self.bytes.len()).min(shared.room.saturating_sub(shared.held));
        let kept = piece.first(room.min(bytes.len()) as u32);
        self.is_cut = kept.length() < piece.length();
        shared.cut |= self.is_cut;
        if kept.length() > 0 {
            self.bytes.extend_from_slice(bytes.get(..kept.length() as usize).unwrap_or_default());
            shared.held += kept.length() as usize;
            self.pieces.push(kept);
        }
    }

    /// Adds bytes; returns how many of them belong to the PDU.
    fn push(&mut self, bytes: &[u8], piece: Piece, measure: MeasureBy<'_>, shared: &mut Shared) -> usize {
        if self.total.is_none() && !self.until_close {
            let skipped = self.resume.saturating_sub(self.have) as usize;
            self.tail.extend_from_slice(bytes.get(skipped..).unwrap_or_default());
            if !self.tail.is_empty() {
                self.measured(measure(&self.tail, self.resume > 0), measure);
            }
            if self.tail.len() > LONGEST_HEAD {
                self.total = self.have.checked_add(piece.length());
            }
        }
        let wanted = self.total.map_or(u32::MAX, |total| total.saturating_sub(self.have));
        let own = piece.first(wanted);
        if own.length() > 0 {
            self.keep(bytes, own, shared);
        }
        own.length() as usize
    }

    /// Takes note of what the bytes of `tail` told of the PDU's length.
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
            end += u64::from(piece.length());
            begins <= line
        });
        before.take(MOST_OPENING).copied().collect()
    }
}
