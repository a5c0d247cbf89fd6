//! The end of a run: what is in the capture, and whether it is whole.

use crate::{
    capture_file::{CaptureFile, State},
    error::{Error, quoted},
    report::duration,
    summary::{self, Summary},
    supervise::End,
    voice,
};
use serde::Serialize;
use std::{
    fmt,
    path::{Path, PathBuf},
    time::Duration,
};

/// What is said at the end.
#[derive(Debug, Serialize)]
pub struct TheEnd<'a> {
    /// How it came.
    pub how: &'a str,
    #[serde(rename = "seconds")]
    /// How long it ran, in seconds.
    pub after: u64,
    /// What the launcher ends with.
    pub exit_code: u8,
    /// Where the packets are.
    pub capture: &'a Path,
    /// And what is in there.
    pub summary: &'a Summary,
}

impl fmt::Display for TheEnd<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let after = duration(Duration::from_secs(self.after));
        write!(
            out,
            "tinycore: the VM has ended after {after}: {}\n{}",
            self.how,
            summary::lines(self.summary, self.capture)
        )
    }
}

/// Puts the capture back if need be, and looks at what is in it: where it is, and why it is not whole.
///
/// # Errors
/// `Error::Capture` if it cannot be read, or is lost.
pub fn conclude(end: &End, capture: &mut CaptureFile) -> Result<(Summary, PathBuf, Option<String>), Error> {
    let lost = |source| Error::Capture(format!("the capture is lost, and cannot be put back: {source}"));
    let path: PathBuf = match capture.state() {
        State::There(_) => capture.path.clone(),
        State::Gone => {
            let place = capture.rescue().map_err(lost)?;
            voice::warn(&format!("the capture had been deleted or replaced; its packets are in {}", quoted(&place)));
            place
        }
    };
    let mut found = summary::read(&path, end.limit)?;
    if end.limit.is_some_and(|limit| found.length > limit) && path == capture.path {
        // The packets that came before QEMU had heard that it was enough.
        match capture.cut(found.whole) {
            Ok(()) => found.length = found.whole,
            Err(error) => voice::warn(&format!("cannot cut the capture to its limit: {error}")),
        }
    }
    let whole = found.problem.is_none() && !end.dump_stopped;
    let problem = (!whole).then(|| match &found.problem {
        // QEMU writes the head of a capture before the first packet, so that this was not QEMU.
        Some(problem) if !found.is_capture => {
            format!("the capture is not whole: something else wrote to the file while the VM ran. {problem}")
        }
        Some(problem) => format!("the capture is not whole: {problem}"),
        None => "the capture is not whole: QEMU could not write all packets".to_owned(),
    });
    Ok((found, path, problem))
}
