//! A process that may be another's child, told from a later one with the same number.

use rustix::process::{Pid, Signal, kill_process};
use serde::{Deserialize, Serialize};
use std::{
    io, thread,
    time::{Duration, Instant},
};

/// How often a process is looked at whose end is waited for.
const GLANCE: Duration = Duration::from_millis(30);

/// A process, also after its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Process {
    /// Its number.
    pub pid: i32,
    /// What tells it from other processes that had, or will have, the same number: when it began, and since when the
    /// machine runs.
    began: String,
}

impl Process {
    /// The process with this number, if there is one.
    pub fn of(pid: i32) -> Option<Self> {
        began(pid).map(|began| Self { pid, began })
    }

    /// This process itself.
    pub fn current() -> Option<Self> {
        Self::of(rustix::process::getpid().as_raw_nonzero().get())
    }

    /// Whether it still is.
    pub fn lives(&self) -> bool {
        Self::of(self.pid).is_some_and(|now| now == *self)
    }

    /// Whether the machine has not been started anew since it began.
    pub fn is_of_this_boot(&self) -> bool {
        let boot = |process: &Self| process.began.split_once(' ').map(|(_, boot)| boot.to_owned());
        Self::current().is_some_and(|us| boot(&us) == boot(self))
    }

    /// Sends a signal, if it still is.
    ///
    /// # Errors
    /// The system's, such as for another user's process.
    pub fn send(&self, signal: Signal) -> io::Result<()> {
        match Pid::from_raw(self.pid) {
            Some(pid) if self.lives() => Ok(kill_process(pid, signal)?),
            _ => Ok(()),
        }
    }

    /// Waits for its end; tells whether it came in time.
    pub fn ends_within(&self, time: Duration) -> bool {
        let until = Instant::now() + time;
        while self.lives() {
            if Instant::now() > until {
                return false;
            }
            thread::sleep(GLANCE);
        }
        true
    }
}

/// When a process began, in words that are the same as long as it lives; nothing for one that has ended.
#[cfg(target_os = "linux")]
fn began(pid: i32) -> Option<String> {
    use std::fs::read_to_string;
    // The name, in parentheses, may hold anything; behind it stand the state (field 3) and so on (proc_pid_stat(5)).
    let stat = read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut fields = stat.rsplit(')').next()?.split_whitespace();
    let state = fields.next()?;
    let ticks = fields.nth(18)?;
    let boot = read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    // What has ended and was not yet waited for keeps its number.
    (!matches!(state, "Z" | "X")).then(|| format!("{ticks} {}", boot.trim()))
}

/// When a process began, in words that are the same as long as it lives; nothing for one that has ended.
#[cfg(not(target_os = "linux"))]
fn began(pid: i32) -> Option<String> {
    let told = std::process::Command::new("ps").args(["-o", "lstart=", "-p", &pid.to_string()]).output().ok()?;
    let words = String::from_utf8(told.stdout).ok()?.trim().to_owned();
    (!words.is_empty()).then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    #[test]
    fn a_process_lives_until_its_end() {
        let mut child = Command::new("sleep").arg("60").spawn().unwrap();
        let process = Process::of(i32::try_from(child.id()).unwrap()).unwrap();
        assert!(process.lives() && !process.ends_within(Duration::ZERO));
        process.send(Signal::TERM).unwrap();
        assert!(process.ends_within(Duration::from_secs(10)), "it has ended, although nobody has waited for it");
        child.wait().unwrap();
        assert!(!process.lives());
    }

    #[test]
    fn a_later_process_with_the_same_number_is_another() {
        let us = Process::current().unwrap();
        assert!(us.lives() && us.is_of_this_boot());
        let earlier = Process { began: "0".to_owned(), ..us };
        assert!(!earlier.lives());
        // It is not sent what was meant for the other.
        earlier.send(Signal::KILL).unwrap();
    }
}
