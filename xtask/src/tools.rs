//! The build's own tools: which versions are needed, whether they are here, and how they are installed.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::shell::{cargo, command, find, printed, root, run, target};

/// Newer ones need a newer Rust than the one that `rust-toolchain.toml` names.
const TRUNK: &str = "0.21.14";
/// The npm package that holds `wasm-opt`.
const BINARYEN: &str = "132.0.0";
/// What the browser runs.
pub const WASM: &str = "wasm32-unknown-unknown";
/// Programs for this need nothing of the machine that they run on but its kernel.
pub const STATIC: &str = "x86_64-unknown-linux-musl";
/// Where the launcher is built, or says why it does not run, without a test on such a machine.
pub const OTHERS: [&str; 2] = ["aarch64-apple-darwin", "x86_64-pc-windows-gnu"];

/// Makes sure that the page can be built: the wasm target, Trunk and wasm-bindgen at the versions that fit.
pub fn for_page() -> Result<()> {
    library_for(WASM)?;
    let bindgen = locked_version("wasm-bindgen")?;
    // The command-line tool's lock file names crates that a registry may have withdrawn, Trunk's names what it needs.
    installed("wasm-bindgen", "wasm-bindgen-cli", &bindgen, &["--no-default-features"])?;
    installed("trunk", "trunk", TRUNK, &["--locked", "--no-default-features", "--features", "rustls"])
}

/// `wasm-opt`, from the path or from npm; nothing where neither is to be had: the page is only a little larger then.
pub fn wasm_opt() -> Option<PathBuf> {
    if let Some(found) = find("wasm-opt") {
        return Some(found);
    }
    find("npm")?;
    println!("  wasm-opt is missing: installing binaryen {BINARYEN} from npm into {}", folder().display());
    let package = format!("binaryen@{BINARYEN}");
    let mut npm = command("npm", ["install", "--silent", "--no-audit", "--no-fund", "--prefix"]);
    run(npm.arg(folder()).arg(package)).ok()?;
    find("wasm-opt")
}

fn folder() -> PathBuf {
    target().join("tools")
}

/// Makes sure that Rust can build for a target.
pub fn library_for(target: &str) -> Result<()> {
    let library = printed(&mut command("rustc", ["--print", "target-libdir", "--target", target]));
    if library.is_some_and(|folder| PathBuf::from(folder).is_dir()) {
        return Ok(());
    }
    println!("  the target {target} is missing: adding it with rustup");
    run(&mut command("rustup", ["target", "add", target]))
        .with_context(|| format!("Rust's standard library for {target} is missing; install it and try again"))
}

/// Makes sure that `program` says that it is `version`, and builds it from `package` if it does not.
fn installed(program: &str, package: &str, version: &str, options: &[&str]) -> Result<()> {
    if is_version(program, version) {
        return Ok(());
    }
    println!("  {program} {version} is missing: building it into {} (once, a few minutes)", folder().display());
    let mut install = cargo(["install", package, "--version", version, "--root"]);
    install.arg(folder()).args(options);
    // These programs spend their time waiting for rustc: building them quickly is worth more than their own speed.
    install.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1").env("CARGO_PROFILE_RELEASE_LTO", "off");
    install.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16").env("CARGO_TARGET_DIR", folder().join("build"));
    run(&mut install)?;
    if !is_version(program, version) {
        bail!("{program} was installed, yet does not answer that it is version {version}");
    }
    Ok(())
}

fn is_version(program: &str, version: &str) -> bool {
    let Some(path) = find(program) else { return false };
    printed(&mut command(path, ["--version"])).is_some_and(|said| said.split_whitespace().nth(1) == Some(version))
}

/// The version of a crate in `Cargo.lock`: wasm-bindgen's crate and command-line tool must be of one version.
fn locked_version(name: &str) -> Result<String> {
    let lock = fs::read_to_string(root().join("Cargo.lock")).context("cannot read Cargo.lock")?;
    version_in(&lock, name).with_context(|| format!("Cargo.lock names no version of {name}"))
}

fn version_in(lock: &str, name: &str) -> Option<String> {
    let mut lines = lock.lines().skip_while(|line| *line != format!("name = \"{name}\""));
    lines.nth(1)?.strip_prefix("version = \"")?.strip_suffix('"').map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_file_names_the_version() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.80\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(version_in(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(version_in(lock, "wasm"), None);
    }

    #[test]
    fn another_version_is_not_the_right_one() {
        assert!(!is_version("cargo", "0.0.1"));
        assert!(!is_version("no-such-program-anywhere", "0.0.1"));
    }
}
