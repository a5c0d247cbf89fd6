//! Zstandard (RFC 8878): frames of blocks. Our framing finds the blocks, ruzstd unpacks each when it is whole.

use std::fmt;

use ruzstd::decoding::errors::FrameDecoderError;
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use super::super::framing::FramingStep;
use super::{Fault, Sink, skippable};

/// The largest window that is granted: what the zstd program grants too by default.
const LARGEST_WINDOW: u64 = 128 << 20;

const MAGIC: u32 = 0xfd2f_b528;

/// A zstd file that is being unpacked.
#[derive(Default)]
pub(super) struct Zstd {
    decoder: FrameDecoder,
    /// Within a frame, whether a checksum ends it.
    frame: Option<bool>,
    piece: Vec<u8>,
}

impl fmt::Debug for Zstd {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Zstd").field("frame", &self.frame).finish_non_exhaustive()
    }
}

impl Zstd {
    /// Unpacks what stands here: a frame's head, or a block.
    pub(super) fn next<E>(&mut self, bytes: &[u8], sink: &mut Sink<'_, E>) -> Result<FramingStep, Fault<E>> {
        match self.frame {
            None => self.begin(bytes),
            Some(checked) => self.block(checked, bytes, sink),
        }
    }

    /// Whether a file may end here.
    pub(super) fn between(&self) -> bool {
        self.frame.is_none()
    }

    /// No more bytes come, or none that make sense: hands on what the decoder still holds back for a frame that will not
    /// end. The only way to have it is to end the frame, by a last block without contents and any checksum.
    pub(super) fn abandon<E>(&mut self, sink: &mut Sink<'_, E>) -> Result<(), E> {
        if self.frame.take().is_some() {
            let mut end = &[1, 0, 0, 0, 0, 0, 0][..];
            let _ = self.decoder.decode_blocks(&mut end, BlockDecodingStrategy::UptoBlocks(1));
            self.piece.clear();
            let _ = self.decoder.collect_to_writer(&mut self.piece);
            sink(&self.piece)?;
        }
        Ok(())
    }

    fn begin<E>(&mut self, bytes: &[u8]) -> Result<FramingStep, Fault<E>> {
        if let Some(step) = skippable(bytes) {
            return Ok(step);
        }
        let (Some(magic), Some(&descriptor)) = (bytes.first_chunk(), bytes.get(4)) else {
            return Ok(FramingStep::Need(5));
        };
        if u32::from_le_bytes(*magic) != MAGIC {
            return Err(Fault::Damaged("something that is not zstd data follows a zstd frame".to_owned()));
        }
        // The descriptor holds which optional parts the header has (section 3.1.1.1).
        let single = descriptor & 0x20 != 0;
        let dictionary = [0, 1, 2, 4].get(usize::from(descriptor & 3)).copied().unwrap_or_default();
        let size = [usize::from(single), 2, 4, 8].get(usize::from(descriptor >> 6)).copied().unwrap_or_default();
        let length = 5 + usize::from(!single) + dictionary + size;
        let Some(mut head) = bytes.get(..length) else { return Ok(FramingStep::Need(length)) };
        self.decoder.set_max_window_size(LARGEST_WINDOW);
        self.decoder.init(&mut head).map_err(|error| {
            Fault::Damaged(match error {
                FrameDecoderError::DictNotProvided { .. } => {
                    "the zstd data needs a dictionary that is not in the file".to_owned()
                }
                FrameDecoderError::WindowSizeTooBig { .. } => {
                    "the zstd data needs more than 128 MiB of memory to unpack".to_owned()
                }
                _ => "the head of the zstd data makes no sense".to_owned(),
            })
        })?;
        self.frame = Some(descriptor & 4 != 0);
        Ok(FramingStep::Piece(length))
    }

    fn block<E>(&mut self, checked: bool, bytes: &[u8], sink: &mut Sink<'_, E>) -> Result<FramingStep, Fault<E>> {
        let Some(&[a, b, c]) = bytes.first_chunk() else { return Ok(FramingStep::Need(3)) };
        // Last block, type, size (section 3.1.1.2); the run of one byte stores only that byte.
        let head = u32::from_le_bytes([a, b, c, 0]);
        let (last, kind, size) = (head & 1 != 0, head >> 1 & 3, (head >> 3) as usize);
        let stored = if kind == 1 { 1 } else { size };
        let length = 3 + stored + if last && checked { 4 } else { 0 };
        let Some(mut whole) = bytes.get(..length) else { return Ok(FramingStep::Need(length)) };
        self.decoder
            .decode_blocks(&mut whole, BlockDecodingStrategy::UptoBlocks(1))
            .map_err(|_| Fault::Damaged("the zstd data cannot be unpacked".to_owned()))?;
        self.piece.clear();
        // Writing into a Vec cannot fail.
        let _ = self.decoder.collect_to_writer(&mut self.piece);
        sink(&self.piece).map_err(Fault::Taker)?;
        if last {
            self.frame = None;
            if checked && self.decoder.get_checksum_from_data() != self.decoder.get_calculated_checksum() {
                return Err(Fault::Damaged("the checksum of the zstd data is wrong".to_owned()));
            }
        }
        Ok(FramingStep::Piece(length))
    }
}
