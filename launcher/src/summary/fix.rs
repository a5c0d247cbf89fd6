//! The whole packets of a capture that is torn, in a file of their own.

use super::{Summary, words::packets};
use crate::{
    content::size,
    error::{Error, quoted},
    shell,
};
use serde::Serialize;
use std::{
    fmt,
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Read},
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

/// A capture that was fixed.
#[derive(Debug, Serialize)]
pub(super) struct Fixed {
    /// Where the whole packets are.
    fixed: String,
    packets: u64,
    length: u64,
    /// Bytes behind the last whole packet.
    left_out: u64,
    #[serde(skip)]
    path: PathBuf,
}

/// Writes the whole packets of the capture at `path` to a new file beside it.
///
/// # Errors
/// `Error::Capture` if it is compressed, that file exists already or cannot be written.
pub(super) fn fix(found: &Summary, path: &Path) -> Result<Fixed, Error> {
    if found.is_compressed {
        return Err(Error::Capture(format!(
            "{} is compressed, and is only fixed unpacked; gzip -dc, zstd -dc or lz4 -dc unpack what can be had of it",
            quoted(path)
        )));
    }
    let mut name = path.as_os_str().to_owned();
    name.push(".fixed");
    let fixed = PathBuf::from(name);
    let failed = |doing: &str, which: &Path, source: io::Error| {
        let advice = match source.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => format!("; it takes {}", size(found.whole)),
            _ => String::new(),
        };
        Error::Capture(format!("cannot {doing} {}: {source}{advice}", quoted(which)))
    };
    let torn = File::open(path).map_err(|source| failed("read", path, source))?;
    let mode = torn.metadata().map_or(0o600, |about| about.mode() & 0o777);
    let into = OpenOptions::new().write(true).create_new(true).mode(mode).open(&fixed);
    let mut into = into.map_err(|source| match source.kind() {
        ErrorKind::AlreadyExists => {
            Error::Capture(format!("{} exists already and is not overwritten; move it away first", quoted(&fixed)))
        }
        _ => failed("write", &fixed, source),
    })?;
    // Over a network, that there is no room can be told as late as when all is to be on the disk.
    let copied = io::copy(&mut torn.take(found.whole), &mut into).and_then(|copied| into.sync_all().map(|()| copied));
    match copied {
        Ok(copied) if copied == found.whole => {}
        other => {
            let _ = fs::remove_file(&fixed);
            let source = other.err().unwrap_or_else(|| io::Error::other("it has become shorter meanwhile"));
            return Err(failed("write", &fixed, source));
        }
    }
    Ok(Fixed {
        fixed: fixed.to_string_lossy().into_owned(),
        packets: found.count.packets,
        length: found.whole,
        left_out: found.length.saturating_sub(found.whole),
        path: std::path::absolute(&fixed).unwrap_or(fixed),
    })
}

impl fmt::Display for Fixed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (word, left_out) = (shell::word(self.path.as_os_str()), size(self.left_out));
        write!(
            out,
            "  fixed     {word}\n            complete: {}, {}; {left_out} behind the last of them are left out",
            packets(self.packets),
            size(self.length)
        )
    }
}
