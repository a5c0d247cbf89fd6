//! `cargo xtask bench`: how fast captures are opened and filtered, natively and in the browser, beside tshark.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::packages::{BROWSER, ORACLE};
use crate::shell::{self, cargo, command, root, target};
use crate::{captures, page};

/// A real visit, small, whose packets are repeated until the file is large.
const VISIT: &str = "pairs/wikipedia.pcap";
const HEADER_FILTER: &str = "tcp.port == 80";
const FIELD_FILTER: &str = "http.request.method == \"GET\"";

/// What can be said to `cargo xtask bench`.
#[derive(clap::Args)]
pub struct Options {
    /// Measure this capture instead of a made one.
    #[arg(long, value_name = "FILE")]
    capture: Option<PathBuf>,
    /// Size of the made capture, in millions of bytes.
    #[arg(long, default_value_t = 100)]
    megabytes: u64,
    /// How often everything is measured; the shortest time counts.
    #[arg(long, default_value_t = 3)]
    rounds: u32,
    /// Leave out the browser.
    #[arg(long)]
    no_browser: bool,
}

/// Measures, and prints a table.
pub fn run(options: &Options) -> Result<()> {
    let file = match &options.capture {
        Some(file) => fs::canonicalize(file).with_context(|| format!("cannot find {}", file.display()))?,
        None => made(options.megabytes)?,
    };
    shell::run(&mut cargo(["build", "--release", "--package", "analyzer-wasm", "--bin", "inspect"]))?;
    let inspect = target().join("release/inspect");
    let size = fs::metadata(&file)?.len();
    let packets = lines(command(&inspect, ["-n", "-T", "fields", "-e", "frame.number", "-r"]).arg(&file))?;
    println!("\n{}: {packets} packets, {:.1} MB", file.display(), size as f64 / 1e6);
    println!("{:<10} {:<14} {:>8} {:>14} {:>10}", "", "", "s", "packets/s", "MB/s");

    let row = |who: &str, what: &str, seconds: f64| {
        let (rate, bytes) = (packets as f64 / seconds, size as f64 / 1e6 / seconds);
        println!("{who:<10} {what:<14} {seconds:>8.3} {rate:>14.0} {bytes:>10.1}");
    };
    let best = |program: &Path, arguments: &[&str]| -> Result<f64> {
        let mut best = f64::INFINITY;
        for _ in 0..options.rounds.max(1) {
            best = best.min(timed(command(program, ["-n", "-r"]).arg(&file).args(arguments))?);
        }
        Ok(best)
    };
    // What both programs do for the list is the same work plus text; our pairs need the index alone, as opening does.
    let fields = ["-T", "fields", "-e", "frame.number", "-Y"];
    let filters = [("header filter", HEADER_FILTER), ("field filter", FIELD_FILTER)];
    let opened = best(&inspect, &["-T", "pairs"])?;
    row("native", "open", opened);
    row("native", "list", best(&inspect, &[])?);
    for (what, filter) in filters {
        row("native", what, best(&inspect, &[&fields[..], &[filter]].concat())?);
    }
    if ORACLE.missing().is_empty() {
        let tshark = shell::find("tshark").context("tshark was here a moment ago")?;
        let listed = best(&tshark, &[])?;
        row("tshark", "list", listed);
        for (what, filter) in filters {
            row("tshark", what, best(&tshark, &[&fields[..], &[filter]].concat())?);
        }
        println!("opening is {:.1} times as fast as `tshark -r`", listed / opened);
    } else {
        println!("tshark is not here to be compared with");
    }
    if options.no_browser {
        return Ok(());
    }
    BROWSER.provide()?;
    page::build()?;
    let mut browser = cargo(["run", "--quiet", "--package", "tests", "--example", "browser_speed", "--"]);
    for (what, seconds) in answers(browser.arg(&file).arg(HEADER_FILTER).arg(FIELD_FILTER))? {
        row("browser", &what, seconds);
    }
    Ok(())
}

/// How long a program runs, in seconds; what it prints is thrown away.
fn timed(command: &mut Command) -> Result<f64> {
    let begun = Instant::now();
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    let seconds = begun.elapsed().as_secs_f64();
    if !status.success() {
        bail!("`{}` ended with {status}", shell::written(command));
    }
    Ok(seconds)
}

fn lines(command: &mut Command) -> Result<usize> {
    let text = shell::printed(command).with_context(|| format!("`{}` failed", shell::written(command)))?;
    Ok(text.lines().count())
}

/// Lines of a measure's name and seconds, with a tab between them.
fn answers(command: &mut Command) -> Result<Vec<(String, f64)>> {
    let output = command.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        bail!("`{}` ended with {}", shell::written(command), output.status);
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let answers = text.lines().filter_map(|line| line.split_once('\t'));
    answers.map(|(what, seconds)| Ok((what.to_owned(), seconds.parse()?))).collect()
}

/// A capture of so many millions of bytes: one visit after the other, each with its own times.
fn made(megabytes: u64) -> Result<PathBuf> {
    let file = target().join(format!("bench/visits-{megabytes}.pcap"));
    if !file.is_file() {
        println!("Making {}", file.display());
        let visit = fs::read(captures::folder().join(VISIT)).context("cannot read the visit")?;
        fs::create_dir_all(file.parent().unwrap_or(&root()))?;
        fs::write(&file, repeated(&visit, usize::try_from(megabytes)? * 1_000_000)?)?;
    }
    Ok(file)
}

/// A little-endian pcap repeated until it has at least so many bytes; each round begins a minute after the one before.
fn repeated(visit: &[u8], size: usize) -> Result<Vec<u8>> {
    let (head, records) = visit.split_at_checked(24).context("the visit has no head")?;
    if !head.starts_with(&[0xd4, 0xc3, 0xb2, 0xa1]) {
        bail!("the visit is no little-endian pcap");
    }
    let mut made = head.to_vec();
    let mut round = 0_u32;
    while made.len() < size {
        let mut rest = records;
        while let Some((seconds, behind)) = rest.split_first_chunk::<4>() {
            let length = behind.get(4..8).and_then(|bytes| bytes.try_into().ok()).map_or(0, u32::from_le_bytes);
            let (record, others) = behind.split_at_checked(12 + length as usize).context("the visit is cut short")?;
            made.extend((u32::from_le_bytes(*seconds) + round * 60).to_le_bytes());
            made.extend(record);
            rest = others;
        }
        round += 1;
    }
    Ok(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_made_capture_is_whole_and_its_times_go_on() {
        let visit = fs::read(captures::folder().join(VISIT)).unwrap();
        let made = repeated(&visit, visit.len() * 2).unwrap();
        assert_eq!(made.len() - 24, (visit.len() - 24) * 3);
        let time = |at: usize| u32::from_le_bytes(made[at..at + 4].try_into().unwrap());
        assert_eq!(time(24) + 60, time(visit.len()));
    }
}
