//! `cargo xtask bench`: how fast captures are opened and filtered, natively and in the browser, beside tshark, what the index
//! keeps of packets and connections, and how fast the launcher sums captures up.

mod launcher;

use std::fs;
use std::path::PathBuf;
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
/// What headers tell, what only some protocols' bytes tell, and what every byte must be looked at for.
const FILTERS: [&str; 7] = [
    "ip.addr == 91.198.174.192",
    "tcp.port == 80",
    "dns",
    "tcp.flags.syn == 1 && tcp.flags.ack == 0",
    "dns.qry.name contains \"wiki\"",
    "http.request.method == \"GET\"",
    "frame contains \"wikipedia\"",
];

/// The program that measures what pairing costs.
const PAIRING: [&str; 8] = ["run", "--quiet", "--release", "--package", "tests", "--example", "pairing_cost", "--"];

/// What can be said to `cargo xtask bench`.
#[derive(clap::Args)]
pub struct Options {
    /// Measure this capture instead of a made one.
    #[arg(long, value_name = "FILE")]
    capture: Option<PathBuf>,
    /// Size of the made capture, in millions of bytes.
    #[arg(long, default_value_t = 200)]
    megabytes: u64,
    /// How often everything of ours is measured, and how often tshark lists; the shortest time counts.
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
    let measured = |example: &str| -> Result<Vec<Measured>> {
        let mut best: Vec<Measured> = Vec::new();
        for _ in 0..options.rounds.max(1) {
            let mut program = cargo(["run", "--quiet", "--release", "--package", "tests", "--example", example, "--"]);
            for next in answers(program.arg(&file).args(FILTERS))? {
                match best.iter_mut().find(|known| known.what == next.what) {
                    Some(known) => *known = known.better(&next),
                    None => best.push(next),
                }
            }
        }
        Ok(best)
    };
    let native = measured("session_speed")?;
    let tshark = if ORACLE.missing().is_empty() { shell::find("tshark") } else { None };
    let in_browser = if options.no_browser {
        Vec::new()
    } else {
        BROWSER.provide()?;
        page::build()?;
        measured("browser_speed")?
    };
    let oracle = |arguments: &[&str], rounds: u32| -> Result<Option<f64>> {
        let Some(tshark) = &tshark else { return Ok(None) };
        let mut best = f64::INFINITY;
        for _ in 0..rounds.max(1) {
            best = best.min(timed(command(tshark, ["-n", "-r"]).arg(&file).args(arguments))?);
        }
        Ok(Some(best))
    };
    println!("milliseconds; `first` is the first row that the page shows; `times` is tshark beside the page");
    println!("{:<42} {:>8} {:>8} {:>8} {:>8} {:>8}", "", "native", "page", "first", "tshark", "times");
    let cell = |value: Option<f64>| value.map_or("-".into(), |value| format!("{:.0}", value * 1000.0));
    for Measured { what, seconds, .. } in &native {
        let page = in_browser.iter().find(|other| other.what == *what);
        let theirs = match what.as_str() {
            "open" => oracle(&[], options.rounds)?,
            "pairs" | "further pairs" | "completion" => None,
            filter => oracle(&["-T", "fields", "-e", "frame.number", "-Y", filter], 1)?,
        };
        let ours = page.map_or(*seconds, |page| page.seconds);
        println!(
            "{what:<42} {:>8} {:>8} {:>8} {:>8} {:>8}",
            cell(Some(*seconds)),
            cell(page.map(|page| page.seconds)),
            cell(page.and_then(|page| page.first)),
            cell(theirs),
            theirs.map_or("-".into(), |theirs| format!("{:.1}", theirs / ours)),
        );
    }
    let costs = answers(cargo(PAIRING).arg(&file))?;
    let cost = |what: &str| costs.iter().find(|cost| cost.what == what).map_or(f64::NAN, |cost| cost.seconds);
    let (without, with, rule) = (cost("index pass without pairing"), cost("index pass"), cost("the rule"));
    println!(
        "pairing: the index pass takes {:.1} % longer with it ({:.0} for {:.0} ms), the rule {:.0} ms afterwards",
        (with / without - 1.0) * 100.0,
        with * 1000.0,
        without * 1000.0,
        rule * 1000.0,
    );
    if let Some(opened) = native.first() {
        let (rate, bytes) = (packets as f64 / opened.seconds, size as f64 / 1e6 / opened.seconds);
        println!("opened natively: {rate:.0} packets/s, {bytes:.1} MB/s");
    }
    steps()?;
    memory()?;
    launcher::summary(&file, options.rounds)?;
    launcher::start()
}

/// Prints the longest that the session works at a stretch, in a capture of a million lookups and as many connections.
fn steps() -> Result<()> {
    let mut program = cargo(["run", "--quiet", "--release", "--package", "tests", "--example", "session_steps"]);
    // The C library joins small pieces of memory that were freed in one go, a million of them at once, and hands large ones
    // back to the system page by page. No browser's memory is kept that way.
    let tunables = ["mxfast=0", "mmap_threshold=4000000000", "trim_threshold=100000000000"];
    program.env("GLIBC_TUNABLES", tunables.map(|tunable| format!("glibc.malloc.{tunable}")).join(":"));
    let text = shell::printed(&mut program).context("the steps of long work were not measured")?;
    println!(
        "\na million lookups and connections; milliseconds: the request itself, the longest step, until the answer"
    );
    println!("{:<62} {:>8} {:>8} {:>8}", "", "request", "step", "answer");
    for line in text.lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        if let [what, request, step, answer] = cells.as_slice() {
            println!("{what:<62} {request:>8} {step:>8} {answer:>8}");
        }
    }
    Ok(())
}

/// Prints what the index keeps of two million packets, and of a million connections.
fn memory() -> Result<()> {
    let mut program = cargo(["run", "--quiet", "--release", "--package", "tests", "--example", "memory_cost"]);
    let text = shell::printed(&mut program).context("the memory of the index was not measured")?;
    println!("\ntwo million packets, a million connections: bytes kept, bytes held meanwhile, nanoseconds");
    println!("{:<62} {:>8} {:>8} {:>8}", "", "kept", "held", "time");
    for line in text.lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        if let [what, kept, held, time] = cells.as_slice() {
            println!("{what:<62} {kept:>8} {held:>8} {time:>8}");
        }
    }
    Ok(())
}

/// One measure, in seconds.
struct Measured {
    what: String,
    seconds: f64,
    /// Until something was shown.
    first: Option<f64>,
}

impl Measured {
    fn better(&self, other: &Measured) -> Measured {
        let first = match (self.first, other.first) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        Measured { what: self.what.clone(), seconds: self.seconds.min(other.seconds), first }
    }
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

/// Lines of a measure's name, its seconds and the seconds until something was shown, with tabs between them.
fn answers(command: &mut Command) -> Result<Vec<Measured>> {
    let output = command.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        bail!("`{}` ended with {}", shell::written(command), output.status);
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut answers = Vec::new();
    for line in text.lines() {
        let mut cells = line.split('\t');
        let (Some(what), Some(seconds)) = (cells.next(), cells.next()) else { continue };
        let first = cells.next().and_then(|first| first.parse().ok());
        answers.push(Measured { what: what.to_owned(), seconds: seconds.parse()?, first });
    }
    Ok(answers)
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
