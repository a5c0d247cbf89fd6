//! `cargo xtask bench`.

use anyhow::Result;

/// What can be said to `cargo xtask bench`.
#[derive(clap::Args)]
pub struct Options {}

/// Measures.
pub fn run(_options: &Options) -> Result<()> {
    Ok(())
}
