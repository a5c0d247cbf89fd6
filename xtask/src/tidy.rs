//! `cargo xtask tidy`: format, and apply the corrections that the lints offer.

use anyhow::Result;

use crate::shell::{self, cargo};
use crate::tools;

/// Formats the source and lets clippy correct it, natively and for the browser.
pub fn run() -> Result<()> {
    tools::library_for(tools::WASM)?;
    let fix = ["--fix", "--allow-dirty", "--allow-staged"];
    shell::run(cargo(["clippy", "--workspace", "--all-targets"]).args(fix))?;
    shell::run(cargo(["clippy", "--target", tools::WASM, "-p", "www", "-p", "analyzer-wasm"]).args(fix))?;
    shell::run(&mut cargo(["fmt", "--all"]))
}
