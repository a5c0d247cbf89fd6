//! What a capture holds, in a few words, as the analyzer counts it; and what can be saved of one that is not whole.

mod fix;
mod growing;
mod words;

pub use growing::{Growing, Step};
pub use words::{counts, lines, packets};

use crate::{
    error::{Error, quoted},
    options, record, voice,
};
use analyzer::{
    capture::Reader,
    count::{Count, Counter},
};
use serde::Serialize;
use std::{
    fmt,
    fs::File,
    io::{ErrorKind, Read},
    path::Path,
};
use words::Numbers;

/// What was found in a capture.
#[derive(Debug, Default)]
pub struct Summary {
    /// What was counted.
    pub count: Count,
    /// The file's length in bytes.
    pub length: u64,
    /// How much of it are whole packets, in bytes from its beginning.
    pub whole: u64,
    /// Why it is not whole, if it is not: a sentence.
    pub problem: Option<String>,
    /// The file is a capture at all.
    pub is_capture: bool,
    /// Its format; empty where it is no capture.
    pub format: String,
    /// It is compressed, so that `whole` is all of it or nothing.
    pub is_compressed: bool,
    /// The VM that is still writing it.
    pub writer: Option<String>,
}

/// How much is read at a time: more is not faster, and all of it stays in memory.
const CHUNK: usize = 256 << 10;

/// Reads the capture at `path`, up to `limit` bytes of it. A packet that goes beyond the limit is no problem: it is left
/// out, and `whole` ends before it.
///
/// # Errors
/// `Error::Capture` if the file cannot be read. That it is no capture is an answer, not an error.
pub fn read(path: &Path, limit: Option<u64>) -> Result<Summary, Error> {
    let failed = |source| Error::Capture(format!("cannot read {}: {source}", quoted(path)));
    let file = File::open(path).map_err(failed)?;
    let about = file.metadata().map_err(failed)?;
    if about.is_dir() {
        return Err(Error::Capture(format!("{} is a folder; name a capture in it", quoted(path))));
    }
    let is_limited = limit.is_some_and(|limit| about.len() > limit);
    let mut file = file.take(limit.unwrap_or(u64::MAX));
    let (mut reader, mut counter) = (Reader::passing(), Counter::default());
    let (mut chunk, mut length) = (vec![0; CHUNK], 0);
    let outcome = loop {
        let read = match file.read(&mut chunk) {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            read => read.map_err(failed)?,
        };
        let mut each = |record: analyzer::capture::Record<'_>| counter.add(&record);
        let fed = match chunk.get(..read).filter(|bytes| !bytes.is_empty()) {
            None if is_limited => break Ok(()),
            None => break reader.finish(&mut each),
            Some(bytes) => reader.feed(bytes, &mut each),
        };
        length += read as u64;
        if fed.is_err() || reader.stopped() {
            break fed;
        }
    };
    let packets = counter.count().packets;
    let problem = match &outcome {
        Err(unreadable) => Some(unreadable.0.clone()),
        Ok(()) => reader.bad_end().map(|end| format!("it {end}; {}", words::saved(packets))),
    };
    // What is no ordinary file has no length.
    let length = length.max(about.len());
    Ok(Summary {
        count: counter.count().clone(),
        length,
        whole: reader.whole().unwrap_or(length),
        problem,
        is_capture: outcome.is_ok(),
        format: if outcome.is_ok() { reader.format() } else { String::new() },
        is_compressed: reader.whole().is_none(),
        writer: None,
    })
}

/// Sums a capture up, and writes its whole packets to another file if asked to.
///
/// # Errors
/// `Error::Capture` if it is no capture, not whole and not to be fixed, or cannot be fixed.
pub fn summary(asked: &options::Summary) -> Result<u8, Error> {
    let path = &asked.file;
    let mut found = read(path, None)?;
    found.writer = writer(path).filter(|_| found.is_capture);
    if found.writer.is_some() {
        // The rest of its last packet comes any moment.
        found.problem = None;
    }
    if found.is_capture || voice::is_json() {
        voice::answer("summary", &Told { capture: &path.to_string_lossy(), found: &found, path });
    }
    match &found.problem {
        None => {
            if asked.fix {
                voice::warn(&format!("{} needs no fix", quoted(path)));
            }
            Ok(0)
        }
        Some(problem) if !found.is_capture => Err(Error::Capture(format!("{}: {problem}", quoted(path)))),
        Some(_) if asked.fix => {
            voice::answer("fixed", &fix::fix(&found, path)?);
            Ok(0)
        }
        Some(problem) => Err(Error::Capture(format!("{} is not whole: {problem}", quoted(path)))),
    }
}

/// The VM of this machine that writes to the file.
fn writer(path: &Path) -> Option<String> {
    let path = path.canonicalize().ok()?;
    let mut all = record::all().into_iter();
    all.find(|vm| Path::new(&vm.capture) == path && vm.state() == record::State::Running).map(|vm| vm.name)
}

/// What is told of a file.
#[derive(Debug, Serialize)]
struct Told<'a> {
    capture: &'a str,
    #[serde(flatten)]
    found: &'a Summary,
    #[serde(skip)]
    path: &'a Path,
}

impl fmt::Display for Told<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&lines(self.found, self.path))
    }
}

impl Serialize for Summary {
    fn serialize<To: serde::Serializer>(&self, to: To) -> Result<To::Ok, To::Error> {
        Numbers::of(self).serialize(to)
    }
}

#[cfg(test)]
mod tests;
