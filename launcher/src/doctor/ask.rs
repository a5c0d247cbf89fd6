//! Other programs' answers, which have to come soon.

use std::{
    io::{Read, Seek},
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// How long a program may take to tell about itself; one that asks a dead file server never answers.
const LIMIT: Duration = Duration::from_secs(3);

/// What a program writes to its standard output, whatever its exit code; nothing if it cannot be run or takes long.
pub fn ask(program: &Path, words: &[&str]) -> Option<String> {
    // A file takes all that comes, where a pipe would have to be read meanwhile.
    let mut said = tempfile::tempfile().ok()?;
    let mut command = Command::new(program);
    command.args(words).env("LC_ALL", "C").stdin(Stdio::null()).stderr(Stdio::null()).stdout(said.try_clone().ok()?);
    let mut child = command.spawn().ok()?;
    let until = Instant::now() + LIMIT;
    while child.try_wait().ok()?.is_none() {
        if Instant::now() > until {
            let _ = child.kill();
            let _ = child.wait();
            return None;
        }
        thread::sleep(Duration::from_millis(10));
    }
    said.rewind().ok()?;
    let mut bytes = Vec::new();
    said.read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_heard_or_given_up() {
        assert_eq!(ask(Path::new("echo"), &["one", "two"]).as_deref(), Some("one two\n"));
        assert_eq!(ask(Path::new("/nonexistent"), &[]), None);
        let begun = Instant::now();
        assert_eq!(ask(Path::new("sleep"), &["60"]), None);
        assert!(begun.elapsed() < Duration::from_secs(30));
    }
}
