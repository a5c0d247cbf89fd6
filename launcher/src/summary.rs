//! What a capture holds, in a few words, as the analyzer reads it.

use crate::{
    content::size,
    error::{Error, quoted},
    report::duration,
};
use analyzer::capture::{Reader, Record, Timestamp};
use std::{fs::File, io::Read, path::Path, time::Duration};

/// What was found in a capture.
#[derive(Debug, Default)]
pub struct Summary {
    /// The packets that are whole.
    pub packets: u64,
    /// The file's length in bytes.
    pub length: u64,
    /// When the first and the last packet were captured, in file order.
    pub times: Option<(Timestamp, Timestamp)>,
    /// Why it is not whole, if it is not.
    pub problem: Option<String>,
}

/// Reads the capture at `path`, in pieces: it may be larger than the memory.
///
/// # Errors
/// `Error::Capture` if the file cannot be read. That it is no capture is an answer, not an error.
pub fn read(path: &Path) -> Result<Summary, Error> {
    let failed = |source| Error::Capture(format!("cannot read {}: {source}", quoted(path)));
    let mut file = File::open(path).map_err(failed)?;
    let mut found = Summary { length: file.metadata().map_err(failed)?.len(), ..Summary::default() };
    let mut reader = Reader::new();
    let mut chunk = vec![0; 1 << 20];
    let mut count = |record: Record<'_>| {
        found.packets += 1;
        if let Some(time) = record.time {
            found.times = Some((found.times.map_or(time, |(first, _)| first), time));
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
    let packets = match found.packets {
        0 => "no packet".to_owned(),
        1 => "1 packet".to_owned(),
        many => format!("{many} packets"),
    };
    let span = found.times.map_or_else(String::new, |(first, last)| {
        let seconds = last.since(first).0;
        let span = Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
        format!(", {} to {} UTC, {}", clock(first), clock(last), duration(span))
    });
    format!("  capture   {}\n            {packets}, {}{span}", path.display(), size(found.length))
}

/// The time of day.
fn clock(time: Timestamp) -> String {
    let second = time.seconds.rem_euclid(86_400);
    format!("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    /// A pcap with two packets of four bytes, at 14:03:11 and 14:24:40.
    fn capture() -> Vec<u8> {
        let mut bytes = vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0];
        for seconds in [50_591_u32, 51_880] {
            for number in [seconds, 0, 4, 4, 0x0403_0201] {
                bytes.extend(number.to_le_bytes());
            }
        }
        bytes
    }

    fn summary(bytes: &[u8]) -> Summary {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        read(file.path()).unwrap()
    }

    #[test]
    fn a_whole_capture_is_told_in_two_lines() {
        let found = summary(&capture());
        assert_eq!(found.problem, None);
        assert_eq!(
            lines(&found, Path::new("/lab/output.pcap")),
            "  capture   /lab/output.pcap\n            2 packets, 64 bytes, 14:03:11 to 14:24:40 UTC, 21 minutes"
        );
    }

    #[test]
    fn a_capture_without_packets_is_whole() {
        let found = summary(&capture()[..24]);
        assert_eq!((found.packets, &found.problem), (0, &None));
        assert!(lines(&found, Path::new("/x")).ends_with("no packet, 24 bytes"));
    }

    #[test]
    fn a_torn_capture_keeps_its_packets_and_tells() {
        let found = summary(&capture()[..60]);
        assert_eq!(found.packets, 1);
        assert!(found.problem.is_some());
    }

    #[test]
    fn a_file_that_something_else_wrote_is_named() {
        let found = summary(&[0; 64]);
        assert!(found.problem.unwrap().contains("something else wrote"));
    }
}
