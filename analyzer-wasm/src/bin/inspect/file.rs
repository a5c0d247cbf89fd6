//! The capture as a file on disk.

use super::failure::Failure;
use analyzer::capture::{ReadError, Source};
use analyzer::dissect::Tables;
use analyzer::open::Open;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::Mutex;

/// A file on disk.
struct FileSource {
    file: Mutex<File>,
    size: u64,
}

impl Source for FileSource {
    fn size(&self) -> u64 {
        self.size
    }

    fn read(&self, at: u64, into: &mut [u8]) -> Result<(), ReadError> {
        let mut file = self.file.lock().map_err(|_| ReadError("The file is gone.".into()))?;
        file.seek(SeekFrom::Start(at))
            .and_then(|_| file.read_exact(into))
            .map_err(|error| ReadError(format!("The file cannot be read: {error}.")))
    }
}

/// Reads a capture, or its first packets.
pub(super) fn open(name: &str, count: Option<u32>, tables: &Tables) -> Result<Open, Failure> {
    let problem = |error: io::Error| Failure::Input(format!("{name} cannot be opened: {error}."));
    let mut file = File::open(name).map_err(problem)?;
    if file.metadata().map_err(problem)?.is_dir() {
        return Err(Failure::Input(format!("{name} is a folder, not a capture.")));
    }
    let size = file.metadata().map_err(problem)?.len();
    let source = FileSource { file: Mutex::new(file.try_clone().map_err(problem)?), size };
    let mut capture = Open::new(name, Box::new(source), tables.clone());
    let unreadable = |why: analyzer::capture::Unreadable| Failure::Input(format!("{name}: {}", why.0));
    let mut chunk = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut chunk).map_err(problem)?;
        if read == 0 || count.is_some_and(|count| capture.packets() >= count) {
            break;
        }
        capture.feed(chunk.get(..read).unwrap_or_default()).map_err(unreadable)?;
    }
    capture.end().map_err(unreadable)?;
    Ok(capture)
}

/// Says that a capture ends within a packet.
pub(super) fn warn(name: &str, capture: &Open, out: &mut impl Write) -> Result<(), Failure> {
    if capture.reader.cut_short() {
        out.flush()?;
        let _ = writeln!(io::stderr(), "inspect: {name} was cut short: {}", capture.reader.notes().join(" "));
    }
    Ok(())
}
