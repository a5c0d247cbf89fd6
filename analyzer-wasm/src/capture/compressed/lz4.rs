//! The LZ4 frame format: our framing finds the blocks, lz4_flex unpacks each when it is whole.

use std::fmt;
use std::io::{BufRead, Read};

use lz4_flex::frame::FrameDecoder;

use super::super::framing::FramingStep;
use super::{Fault, Sink, skippable};

const MAGIC: u32 = 0x184d_2204;

/// The largest block that the format has.
const LARGEST_BLOCK: usize = 4 << 20;

/// An lz4 file that is being unpacked.
#[derive(Default)]
pub(super) struct Lz4 {
    frame: Option<Frame>,
}

/// A frame whose head was read.
struct Frame {
    decoder: FrameDecoder<Queue>,
    /// Bytes of checksum after each block.
    block_checksum: usize,
    /// Bytes of checksum after the frame.
    frame_checksum: usize,
}

/// Bytes that the decoder may pull: always what it needs for its next block, so that it never sees an end.
#[derive(Default)]
struct Queue {
    bytes: Vec<u8>,
    at: usize,
}

impl Read for Queue {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let mut rest = self.bytes.get(self.at..).unwrap_or_default();
        let read = rest.read(into)?;
        self.at += read;
        Ok(read)
    }
}

impl Queue {
    fn push(&mut self, bytes: &[u8]) {
        self.bytes.drain(..self.at.min(self.bytes.len()));
        self.at = 0;
        self.bytes.extend_from_slice(bytes);
    }
}

impl fmt::Debug for Lz4 {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Lz4").field("in_frame", &self.frame.is_some()).finish_non_exhaustive()
    }
}

impl Lz4 {
    /// Unpacks what stands here: a frame's head, or a block.
    pub(super) fn next<E>(&mut self, bytes: &[u8], sink: &mut Sink<'_, E>) -> Result<FramingStep, Fault<E>> {
        let Some(frame) = &mut self.frame else { return self.begin(bytes) };
        let Some(size) = bytes.first_chunk() else { return Ok(FramingStep::Need(4)) };
        // The highest bit says that the block is stored as it is; a size of zero ends the frame.
        let size = (u32::from_le_bytes(*size) & 0x7fff_ffff) as usize;
        if size > LARGEST_BLOCK {
            return Err(Fault::Damaged("a block of the lz4 data is longer than any can be".to_owned()));
        }
        let last = size == 0 && bytes.starts_with(&[0; 4]);
        let length = 4 + size + if last { frame.frame_checksum } else { frame.block_checksum };
        let Some(whole) = bytes.get(..length) else { return Ok(FramingStep::Need(length)) };
        frame.decoder.get_mut().push(whole);
        let piece =
            frame.decoder.fill_buf().map_err(|_| Fault::Damaged("the lz4 data cannot be unpacked".to_owned()))?;
        let taken = sink(piece);
        let made = piece.len();
        frame.decoder.consume(made);
        taken.map_err(Fault::Taker)?;
        if last {
            self.frame = None;
        }
        Ok(FramingStep::Piece(length))
    }

    /// Whether a file may end here.
    pub(super) fn between(&self) -> bool {
        self.frame.is_none()
    }

    fn begin<E>(&mut self, bytes: &[u8]) -> Result<FramingStep, Fault<E>> {
        if let Some(step) = skippable(bytes) {
            return Ok(step);
        }
        let (Some(magic), Some(&flags)) = (bytes.first_chunk(), bytes.get(4)) else { return Ok(FramingStep::Need(5)) };
        if u32::from_le_bytes(*magic) != MAGIC {
            return Err(Fault::Damaged("something that is not lz4 data follows an lz4 frame".to_owned()));
        }
        let checksum = |flag| if flags & flag != 0 { 4 } else { 0 };
        let size = if flags & 0x08 != 0 { 8 } else { 0 };
        let dictionary = if flags & 0x01 != 0 { 4 } else { 0 };
        if dictionary > 0 {
            return Err(Fault::Damaged("the lz4 data needs a dictionary that is not in the file".to_owned()));
        }
        let length = 6 + size + dictionary + 1;
        let Some(head) = bytes.get(..length) else { return Ok(FramingStep::Need(length)) };
        let mut queue = Queue::default();
        queue.push(head);
        let decoder = FrameDecoder::new(queue);
        self.frame = Some(Frame { decoder, block_checksum: checksum(0x10), frame_checksum: checksum(0x04) });
        Ok(FramingStep::Piece(length))
    }
}
