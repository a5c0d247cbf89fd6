//! Cuts a stream of chunks into pieces: the one place that knows what to do when a piece lies across chunks.

/// The answer of a format to the bytes that it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FramingStep {
    /// Too few to decide: show at least so many, from the same point on. More than was shown.
    Need(usize),
    /// A piece of so many bytes is done. At most what was shown.
    Piece(usize),
    /// So many bytes are of no interest; they may be far more than was shown.
    Skip(u64),
    /// Nothing after this point can be read.
    Stop,
}

/// The bytes between two pieces, and what they wait for.
///
/// Memory is bounded by what a format asks for, and grows only with bytes that really came: a length field alone never
/// reserves anything.
#[derive(Debug, Default)]
pub(super) struct Framing {
    /// The beginning of a piece that was not whole when its chunk ended.
    tail: Vec<u8>,
    /// How long `tail` must be before it is worth showing again.
    need: usize,
    /// Bytes to ignore before the next piece.
    skip: u64,
    /// Where these begin.
    skipped: u64,
    /// Where the next piece begins in the stream.
    at: u64,
    stopped: bool,
}

impl Framing {
    /// Takes a chunk, and shows `next` each piece with its place in the stream.
    pub(super) fn feed<E>(
        &mut self,
        mut chunk: &[u8],
        mut next: impl FnMut(u64, &[u8]) -> Result<FramingStep, E>,
    ) -> Result<(), E> {
        while !self.stopped {
            if self.skip > 0 {
                let ignored = usize::try_from(self.skip).unwrap_or(usize::MAX).min(chunk.len());
                chunk = chunk.get(ignored..).unwrap_or_default();
                self.skip -= ignored as u64;
                self.at += ignored as u64;
                if self.skip > 0 {
                    return Ok(());
                }
            }
            if self.tail.is_empty() {
                if chunk.is_empty() {
                    return Ok(());
                }
                match next(self.at, chunk)? {
                    FramingStep::Need(need) => {
                        self.tail.extend_from_slice(chunk);
                        self.need = need.max(chunk.len() + 1);
                        return Ok(());
                    }
                    FramingStep::Piece(taken) => {
                        chunk = chunk.get(taken..).unwrap_or_default();
                        self.at += taken as u64;
                    }
                    FramingStep::Skip(skip) => (self.skip, self.skipped) = (skip, self.at),
                    FramingStep::Stop => self.stopped = true,
                }
            } else {
                let wanted = self.need.saturating_sub(self.tail.len());
                let (more, rest) = chunk.split_at_checked(wanted).unwrap_or((chunk, &[]));
                self.tail.extend_from_slice(more);
                chunk = rest;
                if self.tail.len() < self.need {
                    return Ok(());
                }
                self.look_at_tail(&mut next)?;
            }
        }
        Ok(())
    }

    /// The stream is over: shows `next` what remains. True if the stream ended where a piece ends.
    pub(super) fn finish<E>(&mut self, mut next: impl FnMut(u64, &[u8]) -> Result<FramingStep, E>) -> Result<bool, E> {
        while !self.stopped && !self.tail.is_empty() {
            let before = self.tail.len();
            self.look_at_tail(&mut next)?;
            if self.tail.len() == before {
                break;
            }
        }
        Ok(self.between())
    }

    /// Whether the stream so far ends where a piece ends.
    pub(super) fn between(&self) -> bool {
        self.tail.is_empty() && self.skip == 0
    }

    /// How many bytes from the stream's beginning are whole pieces.
    pub(super) fn whole(&self) -> u64 {
        if self.skip > 0 { self.skipped } else { self.at }
    }

    /// Whether a format stopped, as nothing more can be read.
    pub(super) fn stopped(&self) -> bool {
        self.stopped
    }

    fn look_at_tail<E>(&mut self, next: &mut impl FnMut(u64, &[u8]) -> Result<FramingStep, E>) -> Result<(), E> {
        match next(self.at, &self.tail)? {
            FramingStep::Need(need) => self.need = need.max(self.tail.len() + 1),
            FramingStep::Piece(taken) => {
                self.tail.drain(..taken.min(self.tail.len()));
                self.need = 0;
                self.at += taken as u64;
            }
            FramingStep::Skip(skip) => {
                let ignored = usize::try_from(skip).unwrap_or(usize::MAX).min(self.tail.len());
                self.tail.drain(..ignored);
                self.need = 0;
                (self.skip, self.skipped) = (skip - ignored as u64, self.at);
                self.at += ignored as u64;
            }
            FramingStep::Stop => self.stopped = true,
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pieces that begin with their length; 0 skips 300 bytes, 255 stops.
    fn cut(stream: &[u8], size: usize) -> (Vec<(u64, Vec<u8>)>, bool) {
        let mut framing = Framing::default();
        let mut pieces = Vec::new();
        let mut next = |at: u64, bytes: &[u8]| -> Result<FramingStep, ()> {
            Ok(match bytes[0] {
                0 => FramingStep::Skip(300),
                255 => FramingStep::Stop,
                length if bytes.len() < usize::from(length) => FramingStep::Need(usize::from(length)),
                length => {
                    pieces.push((at, bytes[..usize::from(length)].to_vec()));
                    FramingStep::Piece(usize::from(length))
                }
            })
        };
        for chunk in stream.chunks(size) {
            framing.feed(chunk, &mut next).unwrap();
        }
        let whole = framing.finish(&mut next).unwrap();
        (pieces, whole)
    }

    #[test]
    fn pieces_do_not_depend_on_chunks() {
        let mut stream = vec![3, 1, 2, 1, 5, 9, 9, 9, 9];
        stream.extend([0; 300]);
        stream.extend([2, 7, 4, 1, 1]);
        let expected = cut(&stream, stream.len());
        assert_eq!(expected.0.len(), 4);
        assert_eq!(expected.0[3], (309, vec![2, 7]));
        assert!(!expected.1, "the last piece lacks a byte");
        for size in 1..stream.len() {
            assert_eq!(cut(&stream, size), expected, "chunks of {size}");
        }
    }

    #[test]
    fn a_stop_is_final() {
        assert_eq!(cut(&[1, 255, 1, 1], 1).0.len(), 1);
        assert_eq!(cut(&[1, 255, 1, 1], 4).0.len(), 1);
    }

    #[test]
    fn an_unfinished_skip_is_no_end() {
        assert!(!cut(&[0, 1], 2).1);
        let mut framing = Framing::default();
        framing
            .feed(&[7, 7], |at, _| Ok::<_, ()>(if at == 0 { FramingStep::Piece(1) } else { FramingStep::Skip(9) }))
            .unwrap();
        assert_eq!((framing.whole(), framing.between()), (1, false));
        assert!(cut(&[2, 1], 1).1);
    }
}
