//! `tinycore stop`: powers a VM off and says so once it is gone, not before.

use crate::{error::Error, options, record, record::Record, report::duration, voice};
use rustix::process::Signal;
use serde::Serialize;
use std::{
    fmt,
    time::{Duration, Instant},
};

/// The signal by which a launcher is asked to power its VM off.
pub const POWER_OFF: Signal = Signal::USR1;
/// The signal by which a launcher is asked to cut its VM's power.
pub const CUT_POWER: Signal = Signal::USR2;
/// How long a launcher may take beyond the time that its VM has: QEMU's end, and reading the capture.
const MORE: Duration = Duration::from_secs(120);
/// After this time it is said that the VM takes its time.
const LONG: Duration = Duration::from_secs(2);
/// How long each of the last means may take.
const END: Duration = Duration::from_secs(5);

/// A VM that is gone.
#[derive(Debug, Serialize)]
struct Stopped {
    name: String,
    how: String,
    capture: String,
}

/// Stops a VM.
///
/// # Errors
/// `Error::NoVm`, `Error::Elsewhere`; `Error::Qemu` if the process does not end.
pub fn stop(asked: &options::Stop) -> Result<u8, Error> {
    let record = record::running(asked.vm.name.as_deref(), "stop")?;
    let unheard = |source| Error::System { doing: "signal", path: format!("process {}", record.launcher.pid), source };
    let begun = Instant::now();
    if record.launcher.lives() {
        record.launcher.send(if asked.now { CUT_POWER } else { POWER_OFF }).map_err(unheard)?;
        // One that was suspended, by Ctrl-Z, hears nothing before it goes on.
        record.launcher.send(Signal::CONT).map_err(unheard)?;
        if !record.launcher.ends_within(LONG) {
            voice::warn(&format!("asked the VM {:?} to power off; waiting until it is gone", record.name));
            record.launcher.ends_within(Duration::from_secs(record.patience) + MORE);
        }
    }
    // A launcher takes its QEMU with it; what is left of either was left by something else.
    for signal in [Signal::TERM, Signal::KILL] {
        for process in [&record.qemu, &record.launcher] {
            if !process.ends_within(Duration::from_millis(200)) {
                process.send(signal).map_err(unheard)?;
                process.ends_within(END);
            }
        }
    }
    if record.qemu.lives() || record.launcher.lives() {
        let pid = if record.qemu.lives() { record.qemu.pid } else { record.launcher.pid };
        return Err(Error::Qemu(format!("the VM {:?} is NOT stopped: process {pid} does not end", record.name)));
    }
    let last = last(&record).unwrap_or(record);
    let (how, capture) = match &last.ended {
        Some(ended) => (ended.how.clone(), ended.capture.clone()),
        None => (record::last_words(&last), format!("  capture   {}", last.capture)),
    };
    let how = format!("{how} ({} after it was asked)", duration(begun.elapsed()));
    voice::answer("stopped", &Stopped { name: last.name.clone(), how, capture });
    Ok(last.ended.filter(|ended| ended.exit_code == 4).map_or(0, |ended| ended.exit_code))
}

/// What its launcher wrote down last.
fn last(record: &Record) -> Option<Record> {
    record::all().into_iter().find(|other| other.launcher == record.launcher)
}

impl fmt::Display for Stopped {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "tinycore: the VM {} is stopped: {}\n{}", self.name, self.how, self.capture)
    }
}
