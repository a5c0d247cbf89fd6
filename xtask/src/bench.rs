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
/// The network of those who visit: its addresses begin so.
const VISITORS: [u8; 2] = [141, 142];
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
    let measured = |example: &str, rounds: u32| -> Result<Vec<(String, f64)>> {
        let mut best: Vec<(String, f64)> = Vec::new();
        for _ in 0..rounds.max(1) {
            let mut program = cargo(["run", "--quiet", "--release", "--package", "tests", "--example", example, "--"]);
            for (what, seconds) in answers(program.arg(&file).args([HEADER_FILTER, FIELD_FILTER]))? {
                match best.iter_mut().find(|(known, _)| *known == what) {
                    Some((_, shortest)) => *shortest = shortest.min(seconds),
                    None => best.push((what, seconds)),
                }
            }
        }
        Ok(best)
    };
    let mut opened = f64::INFINITY;
    for (what, seconds) in measured("session_speed", options.rounds)? {
        if what == "open" {
            opened = seconds;
        }
        row("native", &what, seconds);
    }
    row("native", "list", best(&inspect, &[])?);
    let filters = [("header filter", HEADER_FILTER), ("field filter", FIELD_FILTER)];
    let fields = ["-T", "fields", "-e", "frame.number", "-Y"];
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
    for (what, seconds) in measured("browser_speed", options.rounds)? {
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
    let file = target().join(format!("bench/networks-{megabytes}.pcap"));
    if !file.is_file() {
        println!("Making {}", file.display());
        let visit = fs::read(captures::folder().join(VISIT)).context("cannot read the visit")?;
        fs::create_dir_all(file.parent().unwrap_or(&root()))?;
        fs::write(&file, repeated(&visit, usize::try_from(megabytes)? * 1_000_000)?)?;
    }
    Ok(file)
}

/// A little-endian pcap repeated until it has at least so many bytes. Each round begins a minute after the one before
/// and is another network's visit, so that its connections and lookups are new ones.
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
            let packet = made.len() + 12;
            made.extend(record);
            for host in hosts(made.get_mut(packet..).unwrap_or_default()) {
                if host.starts_with(&VISITORS) {
                    let [.., high, low] = round.to_be_bytes();
                    host[1..3].copy_from_slice(&[high, low]);
                }
            }
            rest = others;
        }
        round += 1;
    }
    Ok(made)
}

/// The source and destination address of an Ethernet frame with an IPv4 packet.
fn hosts(frame: &mut [u8]) -> impl Iterator<Item = &mut [u8]> {
    let is_ipv4 = frame.get(12..14) == Some(&[0x08, 0x00]);
    frame.get_mut(26..34).filter(|_| is_ipv4).into_iter().flat_map(|both| both.chunks_mut(4))
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
