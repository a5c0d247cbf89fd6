//! What the launcher costs: until the VM runs and its port is known, beside QEMU alone; and to sum a capture up.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::packages::MACHINE;
use crate::shell::{self, cargo, target};

/// How often each is started; the median counts.
const STARTS: usize = 9;

/// Measures, and prints a line; without QEMU, nothing.
pub(super) fn start() -> Result<()> {
    if !MACHINE.missing().is_empty() {
        return Ok(());
    }
    shell::run(&mut cargo(["build", "--release", "--package", "launcher"]))?;
    let folder = target().join("bench-launcher");
    fs::create_dir_all(&folder)?;
    let image = folder.join("empty.qcow2");
    shell::run(shell::command("qemu-img", ["create", "-q", "-f", "qcow2"]).arg(&image).arg("16M"))?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        ours.push(launched(&image, &folder)?);
        theirs.push(alone()?);
    }
    let (ours, theirs) = (median(ours), median(theirs));
    println!(
        "launcher: the VM runs and its port is known after {} ms, QEMU alone answers after {} ms: {} ms are the launcher's",
        ours.as_millis(),
        theirs.as_millis(),
        ours.saturating_sub(theirs).as_millis()
    );
    Ok(())
}

/// Measures how fast a capture is summed up, and the memory that it takes at most, and prints a line.
pub(super) fn summary(file: &Path, rounds: u32) -> Result<()> {
    shell::run(&mut cargo(["build", "--release", "--package", "launcher"]))?;
    let (mut best, mut most) = (f64::INFINITY, None);
    for _ in 0..rounds.max(1) {
        let begun = Instant::now();
        let mut summary = shell::command(target().join("release/tinycore"), ["summary"]);
        let mut running = summary.arg(file).stdout(Stdio::null()).spawn()?;
        let status = loop {
            // The system tells it only of what still runs.
            most = most.max(peak(running.id()));
            match running.try_wait()? {
                Some(status) => break status,
                None => thread::sleep(Duration::from_millis(1)),
            }
        };
        if !status.success() {
            bail!("`{}` ended with {status}", shell::written(&summary));
        }
        best = best.min(begun.elapsed().as_secs_f64());
    }
    let memory = most.map_or_else(String::new, |most| format!(", with at most {:.1} MB of memory", most as f64 / 1e6));
    println!("launcher: a capture is summed up at {:.0} MB/s{memory}", fs::metadata(file)?.len() as f64 / 1e6 / best);
    Ok(())
}

/// The most memory that a process has had so far, in bytes (proc_pid_status(5)); nothing where the system does not tell.
fn peak(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

/// From the launcher's start until it says where the VM is.
fn launched(image: &Path, folder: &Path) -> Result<Duration> {
    let begun = Instant::now();
    let mut launcher = Ended(
        Command::new(target().join("release/tinycore"))
            .arg("-f")
            .arg(image)
            .arg("-c")
            .arg(folder.join("output.pcap"))
            .args(["--accel", "tcg", "--display", "none", "--json"])
            .env("XDG_STATE_HOME", folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start the launcher")?,
    );
    let said = launcher.0.stdout.take().context("the launcher says nothing")?;
    BufReader::new(said)
        .lines()
        .map_while(Result::ok)
        .find(|line| line.contains("\"event\":\"started\""))
        .context("the launcher did not start the VM")?;
    Ok(begun.elapsed())
}

/// From QEMU's start, with the same machine, until it takes orders.
fn alone() -> Result<Duration> {
    let begun = Instant::now();
    let mut qemu = Ended(
        Command::new("qemu-system-x86_64")
            .args(["-accel", "tcg", "-display", "none", "-m", "256", "-S", "-qmp", "stdio"])
            .args(["-netdev", "user,id=net0", "-device", "e1000,netdev=net0"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start QEMU")?,
    );
    let mut orders = qemu.0.stdin.take().context("QEMU takes no orders")?;
    writeln!(orders, "{{\"execute\":\"qmp_capabilities\"}}")?;
    let said = qemu.0.stdout.take().context("QEMU says nothing")?;
    BufReader::new(said).lines().nth(1).context("QEMU ended")??;
    Ok(begun.elapsed())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// A process that ends with its owner; a launcher takes its QEMU with it.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
