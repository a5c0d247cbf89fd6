//! Running other programs: where the tree is, what is run and how it ended.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// The workspace's folder.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// The folder of everything that is built: Cargo's own, so that `cargo clean` removes it.
pub fn target() -> PathBuf {
    // A relative CARGO_TARGET_DIR is meant from where Cargo was started, and the workspace's root is our best guess.
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |named| root().join(named))
}

/// Cargo, with the workspace as its folder and the tools that we installed on its path.
pub fn cargo<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Command {
    command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()), arguments)
}

/// A program with the workspace as its folder and the tools that we installed on its path.
pub fn command<S: AsRef<OsStr>>(program: impl AsRef<OsStr>, arguments: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(root()).env("PATH", path());
    command
}

/// Says what is run, runs it with our own input and output, and fails unless it succeeds.
pub fn run(command: &mut Command) -> Result<()> {
    println!("  $ {}", written(command));
    let status = command.status().with_context(|| format!("cannot start `{}`", program(command)))?;
    if !status.success() {
        bail!("`{}` ended with {status}", written(command));
    }
    Ok(())
}

/// What a program prints, or nothing when it cannot be run or fails. Its complaints are not shown.
pub fn printed(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Where on the path, or among the tools that we installed, a program is.
pub fn find(program: &str) -> Option<PathBuf> {
    env::split_paths(&path()).map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// A command as one would type it.
pub fn written(command: &Command) -> String {
    let words = command.get_args().map(|word| {
        let word = word.to_string_lossy();
        if word.is_empty() || word.contains([' ', '\'', '"', '$', '*']) {
            format!("'{word}'")
        } else {
            word.into_owned()
        }
    });
    std::iter::once(program(command)).chain(words).collect::<Vec<_>>().join(" ")
}

fn program(command: &Command) -> String {
    let path = Path::new(command.get_program());
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

fn path() -> OsString {
    let earlier = env::var_os("PATH").unwrap_or_default();
    let ours = target().join("tools");
    let folders = [ours.join("bin"), ours.join("node_modules/.bin")];
    env::join_paths(folders.into_iter().chain(env::split_paths(&earlier))).unwrap_or(earlier)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_written_as_it_would_be_typed() {
        let command = command("/usr/bin/tshark", ["-Y", "tcp.port == 80", ""]);
        assert_eq!(written(&command), "tshark -Y 'tcp.port == 80' ''");
    }

    #[test]
    fn a_failing_program_prints_nothing_that_counts() {
        assert_eq!(printed(&mut command("false", [""; 0])), None);
        assert_eq!(printed(&mut command("no-such-program-anywhere", [""; 0])), None);
        assert!(run(&mut command("false", [""; 0])).is_err());
    }
}
