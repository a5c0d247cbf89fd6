//! A capture that is read while something writes it.

use analyzer::{
    capture::Reader,
    count::{Count, Counter},
};
use std::{
    fmt,
    fs::File,
    io::{self, ErrorKind},
    os::unix::fs::FileExt,
};

/// A capture that grows, read along.
pub struct Growing {
    file: File,
    at: u64,
    reader: Reader,
    counter: Counter,
    chunk: Vec<u8>,
    /// Nothing in it can be read any more.
    is_lost: bool,
    is_cut_told: bool,
}

/// How far reading along has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// All that is there was read.
    UpToDate,
    /// There is more, for the next time.
    Behind,
    /// The file has become shorter than what was read of it, so that reading begins anew. This is told once.
    Cut,
}

/// The most that is read at a time: what takes a tenth of a second at worst.
const MOST: u64 = 32 << 20;

impl Growing {
    /// Reads this file, from its beginning.
    pub fn new(file: File) -> Self {
        let (reader, counter) = (Reader::passing(), Counter::default());
        let chunk = vec![0; super::CHUNK];
        Self { file, at: 0, reader, counter, chunk, is_lost: false, is_cut_told: false }
    }

    /// Takes in what has come since, and waits for nothing: a packet of which only a part is there counts the next time.
    pub fn read_on(&mut self) -> Step {
        if self.file.metadata().is_ok_and(|about| about.len() < self.at) {
            (self.reader, self.counter) = (Reader::passing(), Counter::default());
            (self.at, self.is_lost) = (0, false);
            if !self.is_cut_told {
                self.is_cut_told = true;
                return Step::Cut;
            }
        }
        let until = self.at.saturating_add(MOST);
        while self.at < until && !self.is_lost {
            match self.read() {
                Ok(0) => return Step::UpToDate,
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                // It may pass, as on a network; at the end, the file is read again and errors are told.
                Err(_) => return Step::UpToDate,
            }
        }
        if self.is_lost { Step::UpToDate } else { Step::Behind }
    }

    fn read(&mut self) -> io::Result<usize> {
        let read = self.file.read_at(&mut self.chunk, self.at)?;
        let (bytes, counter) = (self.chunk.get(..read).unwrap_or_default(), &mut self.counter);
        let fed = self.reader.feed(bytes, &mut |record| counter.add(&record));
        self.is_lost = fed.is_err() || self.reader.stopped();
        self.at += read as u64;
        Ok(read)
    }

    /// What it holds so far.
    pub fn count(&self) -> &Count {
        self.counter.count()
    }

    /// How many bytes were read of it.
    pub fn length(&self) -> u64 {
        self.at
    }
}

impl fmt::Debug for Growing {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Growing").field("at", &self.at).field("count", self.count()).finish_non_exhaustive()
    }
}
