//! `tinycore doctor`: can this machine run the VM?

use crate::{error::Error, options};

/// Checks.
///
/// # Errors
/// None.
pub fn doctor(_asked: &options::Doctor) -> Result<u8, Error> {
    Ok(0)
}
