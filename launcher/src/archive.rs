//! The course's download: unpacked beside itself, once.

use crate::error::Error;
use std::path::{Path, PathBuf};

/// The image in the archive.
///
/// # Errors
/// `Error::Image`.
pub fn unpacked(archive: &Path) -> Result<PathBuf, Error> {
    Err(Error::Image(archive.display().to_string()))
}
