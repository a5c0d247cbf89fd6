//! A hand-in on its way: the capture's bytes are read once more for their hash, a slice at a time.

use crate::capture::ReadError;
use crate::message::{Chosen, Reply, ReportFormat};
use crate::open::Open;
use crate::pairs::{File, Report};
use sha2::{Digest, Sha256};

/// Bytes that a slice reads.
const SLICE: u64 = 1 << 20;

/// The hand-in, and how far it came.
pub struct HandIn {
    pub(super) serial: u32,
    chosen: Chosen,
    format: ReportFormat,
    hash: Sha256,
    read: u64,
    buffer: Vec<u8>,
}

impl HandIn {
    /// For a pair; `serial` is its request's.
    pub fn new(serial: u32, chosen: Chosen, format: ReportFormat) -> HandIn {
        HandIn { serial, chosen, format, hash: Sha256::new(), read: 0, buffer: Vec::new() }
    }

    /// Reads some more; the hand-in when all was read.
    ///
    /// # Errors
    /// That the file cannot be read any more.
    pub fn slice(&mut self, open: &Open) -> Result<Reply, ReadError> {
        let size = open.size;
        let length = (size - self.read).min(SLICE);
        self.buffer.resize(length as usize, 0);
        open.read_file(self.read, &mut self.buffer)?;
        self.hash.update(&self.buffer);
        self.read += length;
        if self.read < size {
            return Ok(Reply::Reporting { read: self.read, size });
        }
        let pairs = open.pairs().ok_or_else(|| ReadError("The capture is still being read. Try again then.".into()))?;
        // The terminal opens files by their paths.
        let name = open.name.rsplit(['/', '\\']).next().unwrap_or(&open.name);
        let file = File { name, size, hash: self.hash.clone().finalize().into() };
        Ok(Reply::Report(Report::new(&pairs, file, self.chosen).written(self.format)))
    }
}
