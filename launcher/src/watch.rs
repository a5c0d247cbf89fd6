//! `tinycore watch`: what a capture receives while it grows.

use crate::{error::Error, options};

/// Watches.
///
/// # Errors
/// None.
pub fn watch(_asked: &options::Watch) -> Result<u8, Error> {
    Ok(0)
}
