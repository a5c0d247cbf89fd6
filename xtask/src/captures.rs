//! The captures that the tests read, and the goldens beside them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::shell::root;

/// Endings of what lies beside captures and is none.
const OTHERS: [&str; 4] = ["tsv", "md", "toml", "txt"];

/// The folder of all captures.
pub fn folder() -> PathBuf {
    root().join("tests/captures")
}

/// All captures, in order of their names.
pub fn all() -> Result<Vec<PathBuf>> {
    within(&folder())
}

/// The captures in a folder and below it, in order of their names.
pub fn within(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    gather(folder, &mut found)?;
    found.sort();
    Ok(found)
}

/// A capture's name: its path under the folder, as `dns/srv.pcap`.
pub fn name(capture: &Path) -> String {
    let folder = folder();
    capture.strip_prefix(&folder).unwrap_or(capture).to_string_lossy().replace('\\', "/")
}

/// The golden that lies beside a capture: `list` or `tree`.
pub fn golden(capture: &Path, what: &str) -> PathBuf {
    // A compressed capture has two endings: only the name before the first one is the case's.
    let file = capture.file_name().unwrap_or_default().to_string_lossy();
    let case = file.split('.').next().unwrap_or_default();
    capture.with_file_name(format!("{case}.{what}.tsv"))
}

fn gather(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            gather(&path, found)?;
        } else if !path.extension().is_some_and(|ending| OTHERS.iter().any(|other| ending == *other)) {
            found.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_golden_has_its_captures_name() {
        let capture = folder().join("dns/srv.pcap.gz");
        assert_eq!(name(&capture), "dns/srv.pcap.gz");
        assert_eq!(golden(&capture, "list"), folder().join("dns/srv.list.tsv"));
    }

    #[test]
    fn there_are_captures_and_no_two_share_a_golden() {
        let all = all().unwrap();
        assert!(all.len() > 30, "only {} captures", all.len());
        let mut goldens: Vec<PathBuf> = all.iter().map(|capture| golden(capture, "list")).collect();
        goldens.sort();
        goldens.dedup();
        assert_eq!(goldens.len(), all.len());
    }
}
