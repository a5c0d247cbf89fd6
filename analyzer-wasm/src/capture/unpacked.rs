//! The unpacked bytes of a compressed capture, kept in memory because compressed bytes cannot be read at a place.

use std::cell::RefCell;
use std::rc::Rc;

use super::{ReadError, Source};

/// Bytes in one block. Blocks never move: growing costs no copy, and never twice the memory.
const BLOCK: usize = 1 << 20;

/// The most bytes that are kept by default: on 32 bits there must be room for the index and the page's needs.
#[cfg(target_pointer_width = "32")]
pub(super) const LIMIT: u64 = 3 << 29;
/// The most bytes that are kept by default.
#[cfg(not(target_pointer_width = "32"))]
pub(super) const LIMIT: u64 = 16 << 30;

/// A capture's unpacked bytes. Clones share them, so that packets can be read while the capture still grows.
#[derive(Debug, Clone, Default)]
pub struct Unpacked {
    bytes: Rc<RefCell<UnpackedBlocks>>,
}

#[derive(Debug, Default)]
struct UnpackedBlocks {
    /// All full but the last.
    blocks: Vec<Vec<u8>>,
    size: u64,
}

impl Unpacked {
    /// Adds bytes at the end up to `limit` bytes in all, and returns how many there was room for.
    pub(super) fn push(&self, mut bytes: &[u8], limit: u64) -> usize {
        let mut kept = self.bytes.borrow_mut();
        let room = usize::try_from(limit.saturating_sub(kept.size)).unwrap_or(usize::MAX);
        bytes = bytes.get(..room).unwrap_or(bytes);
        let mut pushed = 0;
        while !bytes.is_empty() {
            let UnpackedBlocks { blocks, size } = &mut *kept;
            let block = match blocks.last_mut() {
                Some(block) if block.len() < BLOCK => block,
                _ => {
                    let mut block = Vec::new();
                    if block.try_reserve_exact(BLOCK).is_err() {
                        return pushed;
                    }
                    blocks.push(block);
                    continue;
                }
            };
            let (part, rest) = bytes.split_at_checked(BLOCK - block.len()).unwrap_or((bytes, &[]));
            block.extend_from_slice(part);
            *size += part.len() as u64;
            pushed += part.len();
            bytes = rest;
        }
        pushed
    }
}

impl Source for Unpacked {
    fn size(&self) -> u64 {
        self.bytes.borrow().size
    }

    fn read(&self, at: u64, into: &mut [u8]) -> Result<(), ReadError> {
        let kept = self.bytes.borrow();
        if at.checked_add(into.len() as u64).is_none_or(|end| end > kept.size) {
            return Err(ReadError("These bytes lie beyond the end of the unpacked capture.".to_owned()));
        }
        let (mut block, mut start) = ((at / BLOCK as u64) as usize, (at % BLOCK as u64) as usize);
        let mut into = into;
        while !into.is_empty() {
            let bytes = kept.blocks.get(block).and_then(|bytes| bytes.get(start..)).unwrap_or_default();
            let length = bytes.len().min(into.len());
            let (now, later) = into.split_at_mut(length);
            now.copy_from_slice(bytes.get(..length).unwrap_or_default());
            into = later;
            block += 1;
            start = 0;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_across_blocks() {
        let unpacked = Unpacked::default();
        let bytes: Vec<u8> = (0..3 * BLOCK + 77).map(|at| (at % 251) as u8).collect();
        for part in bytes.chunks(99_991) {
            assert_eq!(unpacked.push(part, u64::MAX), part.len());
        }
        assert_eq!(unpacked.size(), bytes.len() as u64);
        for (at, length) in [(0, 1), (BLOCK - 1, 2), (BLOCK - 5, 2 * BLOCK), (bytes.len(), 0), (0, bytes.len())] {
            let mut into = vec![0; length];
            unpacked.read(at as u64, &mut into).unwrap();
            assert_eq!(into, bytes[at..at + length]);
        }
        assert!(unpacked.read(bytes.len() as u64, &mut [0]).is_err());
        assert!(unpacked.read(u64::MAX, &mut [0]).is_err());
    }

    #[test]
    fn no_more_is_kept_than_the_limit() {
        let unpacked = Unpacked::default();
        assert_eq!(unpacked.push(&[1; 60], 100), 60);
        assert_eq!(unpacked.push(&[2; 60], 100), 40);
        assert_eq!(unpacked.push(&[3; 60], 100), 0);
        assert_eq!(unpacked.size(), 100);
    }
}
