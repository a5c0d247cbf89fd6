//! Programs that tests run: our own, built as the tests are, and whether others may be expected.

use std::env;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use anyhow::{Context, Result, bail};
use xtask::shell;

/// Whether a group of tests is left out because its programs are not on this machine. Says so.
pub fn skipped(group: &str) -> bool {
    let named = env::var(xtask::test::SKIP).unwrap_or_default();
    let skipped = named.split(',').any(|name| name == group);
    if skipped {
        println!("skipped: {} names the group {group}", xtask::test::SKIP);
    }
    skipped
}

/// Runs `inspect` in the folder of the captures.
///
/// # Errors
/// Why it cannot be built or started.
pub fn inspect(arguments: &[&str]) -> Result<Output> {
    static BUILT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let program = BUILT.get_or_init(|| build("analyzer-wasm", "inspect").map_err(|error| format!("{error:#}")));
    let program = program.as_ref().map_err(|words| anyhow::anyhow!("{words}"))?;
    let mut command = Command::new(program);
    command.args(arguments).current_dir(xtask::captures::folder()).stdin(Stdio::null());
    command.output().with_context(|| format!("cannot start {}", program.display()))
}

/// Builds a program of this workspace as the tests are built, so that little is built twice.
fn build(package: &str, program: &str) -> Result<PathBuf> {
    let arguments = ["build", "--quiet", "--profile", "test", "--package", package, "--bin", program];
    let output = shell::cargo(arguments).output().context("cannot start cargo")?;
    if !output.status.success() {
        bail!("cannot build {program}: {}", String::from_utf8_lossy(&output.stderr));
    }
    // Cargo puts the test profile's programs where it puts the development profile's.
    Ok(shell::target().join("debug").join(program))
}
