//! Compressed captures: gzip, zstd and lz4, unpacked as their bytes come.

mod gzip;
mod lz4;
mod zstd;

use super::framing::{Framing, FramingStep};
use super::recognise::Packing;

/// Why unpacking ended early.
#[derive(Debug)]
pub(super) enum Fault<E> {
    /// The compressed bytes make no sense: the reason, a clause.
    Damaged(String),
    /// Whoever takes the unpacked bytes wants no more.
    Taker(E),
}

/// What takes unpacked bytes, a piece at a time.
type Sink<'a, E> = dyn FnMut(&[u8]) -> Result<(), E> + 'a;

/// Unpacks one file.
#[derive(Debug)]
pub(super) struct Unpacker {
    framing: Framing,
    format: Decompressor,
}

/// The algorithm with its state.
#[derive(Debug)]
enum Decompressor {
    Gzip(gzip::Gzip),
    Zstd(Box<zstd::Zstd>),
    Lz4(lz4::Lz4),
}

impl Unpacker {
    /// For a file of this kind, of which no byte was seen.
    pub(super) fn new(packing: Packing) -> Unpacker {
        let format = match packing {
            Packing::Gzip => Decompressor::Gzip(gzip::Gzip::default()),
            Packing::Zstd => Decompressor::Zstd(Box::default()),
            Packing::Lz4 => Decompressor::Lz4(lz4::Lz4::default()),
        };
        Unpacker { framing: Framing::default(), format }
    }

    /// Takes the next bytes, and hands on what they unpack to in pieces of bounded size.
    pub(super) fn feed<E>(
        &mut self,
        chunk: &[u8],
        sink: &mut dyn FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), Fault<E>> {
        let format = &mut self.format;
        self.framing.feed(chunk, |_, bytes| format.next(bytes, sink))
    }

    /// Hands on what is unpacked already but was held back, where the rest of the file is missing or damaged.
    pub(super) fn abandon<E>(&mut self, sink: &mut dyn FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        match &mut self.format {
            Decompressor::Zstd(zstd) => zstd.abandon(sink),
            // These two hold nothing back.
            Decompressor::Gzip(_) | Decompressor::Lz4(_) => Ok(()),
        }
    }

    /// Whether the bytes so far are a whole file, and not the beginning of a longer one.
    pub(super) fn whole(&self) -> bool {
        self.framing.between()
            && match &self.format {
                Decompressor::Gzip(gzip) => gzip.between(),
                Decompressor::Zstd(zstd) => zstd.between(),
                Decompressor::Lz4(lz4) => lz4.between(),
            }
    }

    /// What people should know.
    pub(super) fn note(&self) -> Option<&'static str> {
        match &self.format {
            Decompressor::Gzip(gzip) if gzip.followed() => {
                Some("Bytes that follow the compressed data in the file are no part of it; they are ignored.")
            }
            _ => None,
        }
    }
}

impl Decompressor {
    fn next<E>(&mut self, bytes: &[u8], sink: &mut Sink<'_, E>) -> Result<FramingStep, Fault<E>> {
        match self {
            Decompressor::Gzip(gzip) => gzip.next(bytes, sink),
            Decompressor::Zstd(zstd) => zstd.next(bytes, sink),
            Decompressor::Lz4(lz4) => lz4.next(bytes, sink),
        }
    }
}

/// The length of a skippable frame that begins here, which zstd and lz4 have in common (RFC 8878, section 3.1.2): `None`
/// where the frame is of another kind.
fn skippable(bytes: &[u8]) -> Option<FramingStep> {
    let magic = u32::from_le_bytes(*bytes.first_chunk()?);
    if magic & 0xffff_fff0 != 0x184d_2a50 {
        return None;
    }
    let length = bytes.get(4..8).and_then(|length| length.first_chunk());
    Some(length.map_or(FramingStep::Need(8), |length| FramingStep::Skip(8 + u64::from(u32::from_le_bytes(*length)))))
}
