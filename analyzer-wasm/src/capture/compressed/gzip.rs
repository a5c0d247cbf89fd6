//! gzip (RFC 1952): members one after the other, each a head, deflated data, and a checksum.

use std::fmt;

use flate2::{Crc, Decompress, FlushDecompress, Status};

use super::super::framing::FramingStep;
use super::{Fault, Sink};

/// How many unpacked bytes are handed on at once.
const PIECE: usize = 64 << 10;

/// A head longer than this is none: a file name and a comment are in it, no more.
const LONGEST_HEAD: usize = 1 << 20;

/// A gzip file that is being unpacked.
pub(super) struct Gzip {
    step: GzipStep,
    inflate: Decompress,
    checksum: Crc,
    piece: Vec<u8>,
}

/// What is read next (RFC 1952, section 2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum GzipStep {
    /// The first member's header.
    Begin,
    Data,
    Checksum,
    /// Another member, or the end.
    Between,
    /// Bytes that belong to no member.
    Beyond,
}

impl Default for Gzip {
    fn default() -> Gzip {
        Gzip { step: GzipStep::Begin, inflate: Decompress::new(false), checksum: Crc::new(), piece: Vec::new() }
    }
}

impl fmt::Debug for Gzip {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Gzip").field("place", &self.step).finish_non_exhaustive()
    }
}

impl Gzip {
    /// Unpacks what stands here.
    pub(super) fn next<E>(&mut self, bytes: &[u8], sink: &mut Sink<'_, E>) -> Result<FramingStep, Fault<E>> {
        match self.step {
            GzipStep::Begin | GzipStep::Between => match head(bytes) {
                MemberHeader::Whole(length) => {
                    self.step = GzipStep::Data;
                    self.inflate.reset(false);
                    self.checksum.reset();
                    Ok(FramingStep::Piece(length))
                }
                MemberHeader::Open(need) if need <= LONGEST_HEAD => Ok(FramingStep::Need(need)),
                // gzip itself ignores what follows the last member: tapes and block devices pad files.
                _ if self.step == GzipStep::Between => {
                    self.step = GzipStep::Beyond;
                    Ok(FramingStep::Stop)
                }
                _ => Err(Fault::Damaged("the head of the gzip data makes no sense".to_owned())),
            },
            GzipStep::Data => self.inflate(bytes, sink),
            GzipStep::Checksum => {
                let Some((sum, length)) = bytes.split_first_chunk::<4>() else { return Ok(FramingStep::Need(8)) };
                let Some(length) = length.first_chunk::<4>() else { return Ok(FramingStep::Need(8)) };
                if u32::from_le_bytes(*sum) != self.checksum.sum()
                    || u32::from_le_bytes(*length) != self.checksum.amount()
                {
                    return Err(Fault::Damaged("the checksum of the gzip data is wrong".to_owned()));
                }
                self.step = GzipStep::Between;
                Ok(FramingStep::Piece(8))
            }
            GzipStep::Beyond => Ok(FramingStep::Stop),
        }
    }

    /// Whether a file may end here.
    pub(super) fn between(&self) -> bool {
        matches!(self.step, GzipStep::Between | GzipStep::Beyond)
    }

    /// Whether bytes follow that belong to no member.
    pub(super) fn followed(&self) -> bool {
        self.step == GzipStep::Beyond
    }

    fn inflate<E>(&mut self, bytes: &[u8], sink: &mut Sink<'_, E>) -> Result<FramingStep, Fault<E>> {
        let mut at = 0;
        self.piece.resize(PIECE, 0);
        loop {
            let (before_in, before_out) = (self.inflate.total_in(), self.inflate.total_out());
            let input = bytes.get(at..).unwrap_or_default();
            let status = self
                .inflate
                .decompress(input, &mut self.piece, FlushDecompress::None)
                .map_err(|_| Fault::Damaged("the gzip data cannot be unpacked".to_owned()))?;
            let taken = (self.inflate.total_in() - before_in) as usize;
            let made = (self.inflate.total_out() - before_out) as usize;
            at += taken;
            let piece = self.piece.get(..made).unwrap_or_default();
            self.checksum.update(piece);
            sink(piece).map_err(Fault::Taker)?;
            if status == Status::StreamEnd {
                self.step = GzipStep::Checksum;
                return Ok(FramingStep::Piece(at));
            }
            // A full piece means that more may wait inside, even if all input was taken.
            if made < PIECE && at == bytes.len() {
                return Ok(FramingStep::Piece(at));
            }
            if made == 0 && taken == 0 {
                return Err(Fault::Damaged("the gzip data cannot be unpacked".to_owned()));
            }
        }
    }
}

/// The length of a member's header.
enum MemberHeader {
    Whole(usize),
    /// It needs at least so many bytes.
    Open(usize),
    /// These bytes are none.
    None,
}

/// Measures a member's header (RFC 1952, section 2.3).
fn head(bytes: &[u8]) -> MemberHeader {
    const MAGIC: [u8; 3] = [0x1f, 0x8b, 8];
    if !bytes.iter().zip(&MAGIC).all(|(byte, expected)| byte == expected) {
        return MemberHeader::None;
    }
    let Some(flags) = bytes.get(3) else { return MemberHeader::Open(10) };
    let mut at = 10;
    if flags & 0x04 != 0 {
        let Some(extra) = bytes.get(at..).and_then(|rest| rest.first_chunk()) else {
            return MemberHeader::Open(at + 2);
        };
        at += 2 + usize::from(u16::from_le_bytes(*extra));
    }
    // The file's name and a comment, each up to a zero byte.
    for flag in [0x08, 0x10] {
        if flags & flag != 0 {
            let rest = bytes.get(at..).unwrap_or_default();
            match rest.iter().position(|&byte| byte == 0) {
                Some(end) => at += end + 1,
                None => return MemberHeader::Open(bytes.len().max(at) + 1),
            }
        }
    }
    if flags & 0x02 != 0 {
        at += 2;
    }
    if at <= bytes.len() { MemberHeader::Whole(at) } else { MemberHeader::Open(at) }
}
