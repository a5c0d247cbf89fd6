//! Goldens of statistics: what `tshark -q -z` prints of a capture.
//!
//! Behind a line `# -z NAME` stands what is printed for it, and nothing where that is a table without rows.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::{read_list, record};
use crate::captures;

/// The statistics of every capture. Besides them there are those of [`interval`] and of [`FURTHER`].
const EVERYWHERE: [&str; 11] = [
    "conv,eth",
    "conv,ip",
    "conv,ipv6",
    "conv,tcp",
    "conv,udp",
    "endpoints,eth",
    "endpoints,ip",
    "endpoints,ipv6",
    "endpoints,tcp",
    "endpoints,udp",
    "io,phs",
];

/// Statistics of single captures: filters, intervals of other lengths, and streams that are followed.
const FURTHER: [(&str, &[&str]); 7] = [
    (
        "pairs/wikipedia.pcap",
        &[
            "conv,tcp,tcp.len > 300",
            "conv,ip,ip.addr in {208.80.152.2, 208.80.152.3}",
            "endpoints,udp,dns",
            "endpoints,eth,arp || ipv6",
            "io,phs,ip.len > 200",
            "io,stat,0",
            "io,stat,0.5,dns,tcp",
            "io,stat,0.25,,tcp.flags.syn == 1",
            "io,stat,2,tcp.port == 80 && tcp.flags.syn == 1 && tcp.flags.ack == 0 && ip.src == 141.142.220.118 && ip.ttl == 64",
        ],
    ),
    ("tunnel/geneve.pcap", &["conv,ip,icmp", "endpoints,tcp,udp.dstport == 6081", "io,stat,0.01"]),
    ("tunnel/gre.pcap", &["conv,eth,gre", "io,phs,ppp"]),
    (
        "tcp/retransmission_timeout.pcapng",
        &["io,stat,0.5", "io,stat,100", "follow,tcp,ascii,0", "follow,tcp,hex,0", "follow,tcp,raw,0"],
    ),
    ("http/quickstart.pcap", &["follow,tcp,ascii,0", "follow,tcp,hex,0", "follow,tcp,raw,0", "follow,tcp,ascii,7"]),
    ("imap/fetch.pcap", &["follow,tcp,ascii,0", "follow,tcp,hex,0"]),
    ("ipv6/ah_ipcomp.pcap", &["follow,tcp,hex,0"]),
];

/// Captures of up to so many seconds are counted by seconds, and longer ones as a whole.
const BY_SECONDS: f64 = 60.0;

/// A statistic as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tap {
    /// What stands behind `-z`.
    pub name: String,
    /// What is printed; empty for a table without rows.
    pub text: String,
}

/// The golden of a capture.
pub fn file(capture: &Path) -> PathBuf {
    captures::golden(capture, "taps").with_extension("txt")
}

/// Records the statistics of a capture whose list is recorded already.
pub(super) fn record(version: &str, capture: &Path) -> Result<()> {
    if let Some((gone, _)) = FURTHER.iter().find(|(name, _)| !captures::folder().join(name).is_file()) {
        bail!("there is no capture {gone}, of which further statistics are wanted");
    }
    let name = captures::name(capture);
    let mut names: Vec<&str> = EVERYWHERE.to_vec();
    names.push(interval(capture)?);
    names.extend(FURTHER.iter().filter(|(other, _)| *other == name).flat_map(|(_, further)| *further));
    let mut arguments = vec!["-q"];
    // The last is printed first.
    arguments.extend(names.iter().rev().flat_map(|name| ["-z", name]));
    let answer = record::ask(capture, &arguments)?;
    let parts = split(&answer.text);
    if parts.len() != names.len() {
        bail!("tshark prints {} statistics of {name}, not {}", parts.len(), names.len());
    }
    let mut text = format!("# {version}, default preferences: tshark -n -q -r {name}\n");
    for (name, part) in names.iter().zip(&parts) {
        let shown = if rows(part).next().is_some() { part.as_str() } else { "" };
        write!(text, "# -z {name}\n{shown}")?;
    }
    let file = file(capture);
    fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))
}

/// The statistics that were recorded of a capture.
pub fn read(capture: &Path) -> Result<Vec<Tap>> {
    let file = file(capture);
    let text = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut taps: Vec<Tap> = Vec::new();
    for line in text.split_inclusive('\n').skip(1) {
        match (line.strip_prefix("# -z "), taps.last_mut()) {
            (Some(name), _) => taps.push(Tap { name: name.trim_end().to_owned(), text: String::new() }),
            (None, Some(tap)) => tap.text.push_str(line),
            (None, None) => bail!("{} does not begin with the name of a statistic", file.display()),
        }
    }
    Ok(taps)
}

/// Cuts what is printed of several statistics into one text each.
pub fn split(printed: &str) -> Vec<String> {
    let lines: Vec<&str> = printed.split_inclusive('\n').collect();
    let is_border = |line: &str| line.len() > 20 && line.trim_end().bytes().all(|byte| byte == b'=');
    let begins = |at: usize| {
        let title = lines.get(at + 1).copied().unwrap_or_default().trim_end();
        let known =
            ["Conversations", "Endpoints", "Protocol Hierarchy Statistics"].iter().any(|end| title.ends_with(end));
        is_border(lines[at]) && (known || title.starts_with("| IO Statistics") || title.starts_with("Follow: "))
    };
    let mut parts: Vec<String> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        // Some begin with an empty line.
        let after_empty = at > 0 && lines[at - 1] == "\n";
        if begins(at) && !after_empty || *line == "\n" && at + 1 < lines.len() && begins(at + 1) {
            parts.push(String::new());
        }
        if let Some(part) = parts.last_mut() {
            part.push_str(line);
        }
    }
    parts
}

/// The rows of a table of conversations or endpoints, or of the protocols; every line of another statistic.
pub fn rows(text: &str) -> impl Iterator<Item = &str> {
    let head = match text.lines().nth(1).unwrap_or_default() {
        title if title.ends_with(" Conversations") => 5,
        title if title.ends_with(" Endpoints") => 4,
        _ => 0,
    };
    let tail = usize::from(head > 0);
    let lines = text.lines().count();
    text.lines().skip(head).take(lines.saturating_sub(head + tail))
}

/// Which intervals are counted in a capture.
fn interval(capture: &Path) -> Result<&'static str> {
    let list = read_list(&captures::golden(capture, "list"))?;
    let long = list.iter().filter_map(|row| row.get(1)?.parse::<f64>().ok()).any(|seconds| seconds > BY_SECONDS);
    Ok(if long { "io,stat,0" } else { "io,stat,1" })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "\
================================================================================
UDP Endpoints
Filter:<No Filter>
                       |  Port  ||  Packets  |
ROW================================================================================
";
    const TREE: &str = "
===================================================================
Protocol Hierarchy Statistics
Filter: 

eth                                      frames:1 bytes:14
===================================================================
";

    #[test]
    fn what_is_printed_is_cut_where_the_next_statistic_begins() {
        let [full, empty] = ["10.0.0.1\n", ""].map(|row| TABLE.replace("ROW", row));
        let printed = format!("{TREE}{full}{TREE}{TREE}{empty}{empty}");
        assert_eq!(split(&printed), [TREE, &full, TREE, TREE, &empty, &empty]);
    }

    #[test]
    fn a_table_can_be_without_rows() {
        assert_eq!(rows(&TABLE.replace("ROW", "")).count(), 0);
        assert_eq!(rows(&TABLE.replace("ROW", "10.0.0.1\n")).collect::<Vec<_>>(), ["10.0.0.1"]);
    }
}
