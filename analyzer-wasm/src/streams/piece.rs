//! Parts of messages that several packets carry.

/// A stretch of bytes in one data source of one packet.
///
/// Twelve bytes, as large captures have one for each segment of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// The packet.
    pub frame: u32,
    offset: u32,
    /// The length, and the data source in the highest bits.
    packed: u32,
}

/// Bits of the length: more than any data source has bytes.
const LENGTH: u32 = 26;

impl Piece {
    /// Bytes that a piece has at most.
    pub const LONGEST: usize = (1 << LENGTH) - 1;
    /// Data sources that are numbered; of the ones behind, no message is put together.
    pub const SOURCES: u8 = 1 << (32 - LENGTH);

    /// A piece of a packet: `source` is 0 for the frame and *n* for the n-th other data source, `offset` counts from the
    /// source's start.
    pub fn new(frame: u32, source: u8, offset: u32, length: u32) -> Piece {
        let length = length.min(Piece::LONGEST as u32);
        Piece { frame, offset, packed: u32::from(source.min(Piece::SOURCES - 1)) << LENGTH | length }
    }

    /// The data source: 0 for the frame, *n* for the n-th other one.
    pub fn source(&self) -> u8 {
        (self.packed >> LENGTH) as u8
    }

    /// Offset of the first byte from the start of the data source.
    pub fn offset(&self) -> u32 {
        self.offset
    }

    /// Number of bytes.
    pub fn length(&self) -> u32 {
        self.packed & Piece::LONGEST as u32
    }

    /// Its first `length` bytes.
    pub fn first(&self, length: u32) -> Piece {
        Piece::new(self.frame, self.source(), self.offset, length.min(self.length()))
    }

    /// What is behind its first `bytes` bytes.
    pub fn behind(&self, bytes: u32) -> Piece {
        let bytes = bytes.min(self.length());
        Piece::new(self.frame, self.source(), self.offset + bytes, self.length() - bytes)
    }
}

/// Bytes that several packets carried, put together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Assembled {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Where they came from, in order.
    pub pieces: Vec<Piece>,
    /// The packets that handed them over, and how many bytes each; empty where the pieces tell it.
    pub handed: Vec<(u32, u32)>,
}

impl Assembled {
    /// Bytes that have only pieces.
    pub(crate) fn of_pieces(bytes: Vec<u8>, pieces: &[Piece]) -> Assembled {
        Assembled { bytes, pieces: pieces.to_vec(), handed: Vec::new() }
    }

    /// The packets that handed the bytes over, and how many bytes each.
    pub fn parts(&self) -> Vec<(u32, u32)> {
        match self.handed.as_slice() {
            [] => self.pieces.iter().map(|piece| (piece.frame, piece.length())).collect(),
            handed => handed.to_vec(),
        }
    }
}
