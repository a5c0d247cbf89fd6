//! What a capture holds, in a few words.

use crate::{
    content::{Content, size},
    error::{Error, quoted},
};
use std::{fs::File, path::Path};

/// What was found in a capture.
#[derive(Debug)]
pub struct Summary {
    /// The file's length in bytes.
    pub length: u64,
    /// Why it is not whole, if it is not.
    pub problem: Option<String>,
}

/// Reads the capture at `path`.
///
/// # Errors
/// `Error::Capture` if it cannot be read at all.
pub fn read(path: &Path) -> Result<Summary, Error> {
    let failed = |source| Error::Capture(format!("cannot read {}: {source}", quoted(path)));
    let file = File::open(path).map_err(failed)?;
    let problem = match Content::of(&file).map_err(failed)? {
        Content::Capture => None,
        _ => Some("something else wrote to the file while the VM ran".to_owned()),
    };
    Ok(Summary { length: file.metadata().map_err(failed)?.len(), problem })
}

/// The lines at the end.
pub fn lines(found: &Summary, path: &Path) -> String {
    format!("  capture   {}: {}", path.display(), size(found.length))
}
