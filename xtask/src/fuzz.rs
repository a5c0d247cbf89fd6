//! `cargo xtask fuzz`: hostile input for the analyzer, by cargo-fuzz, where that and nightly Rust are.

use std::process::Command;

use anyhow::{Result, bail};

use crate::shell::{self, command, find, printed, target};

/// Every target: a function in `tests/fuzz/src/lib.rs`.
const TARGETS: [&str; 4] = ["file", "packet", "filter", "messages"];

/// What can be said to `cargo xtask fuzz`.
#[derive(clap::Args)]
pub struct Options {
    /// Run this target only.
    #[arg(value_name = "TARGET", value_parser = TARGETS)]
    target: Option<String>,
    /// Seconds for each target.
    #[arg(value_name = "SECONDS", default_value_t = 60)]
    seconds: u32,
}

/// Runs one target, or all of them; ends with the first that fails.
pub fn run(options: &Options) -> Result<()> {
    let missing = missing();
    if !missing.is_empty() {
        bail!("fuzzing needs more than is here. Type:\n  {}", missing.join("\n  "));
    }
    let only = options.target.as_deref();
    for name in TARGETS.into_iter().filter(|name| only.is_none_or(|only| only == *name)) {
        println!("\nFuzz {name} for {} s", options.seconds);
        let mut fuzz = nightly(["fuzz", "run", "--fuzz-dir", "tests/fuzz", "--features", "fuzzer", "--target-dir"]);
        // Fat link-time optimization would take longer than the fuzzing.
        fuzz.env("CARGO_PROFILE_RELEASE_LTO", "off").env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
        fuzz.arg(target().join("fuzz")).args([name, "--"]).arg(format!("-max_total_time={}", options.seconds));
        shell::run(&mut fuzz)?;
    }
    Ok(())
}

/// The lines to type for what is missing.
fn missing() -> Vec<&'static str> {
    let mut missing = Vec::new();
    if printed(&mut nightly(["--version"])).is_none() {
        missing.push("rustup toolchain install nightly");
    }
    if find("cargo-fuzz").is_none() {
        missing.push("cargo install cargo-fuzz --root target/tools");
    }
    missing
}

/// Nightly's cargo.
fn nightly<const N: usize>(arguments: [&str; N]) -> Command {
    // `rustup run` needs no proxy of the same name before the real one on the path.
    let mut command = command("rustup", ["run", "nightly", "cargo"]);
    command.args(arguments).env_remove("RUSTUP_TOOLCHAIN").env_remove("CARGO").env_remove("RUSTC");
    command
}
