//! A launcher that a test started: what it says, which process its QEMU is, and its end, with a time limit for each.

use rustix::process::{Pid, Signal, kill_process};
use std::{
    ffi::OsStr,
    fs,
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex, PoisonError},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// How long a test waits for anything: a busy machine is slow, a failure is for ever.
const PATIENCE: Duration = Duration::from_secs(60);

/// A launcher at work, which ends with this value.
#[derive(Debug)]
pub struct Launched {
    child: Child,
    said: Arc<Mutex<String>>,
    listeners: Vec<JoinHandle<()>>,
}

impl Launched {
    /// Starts `launcher` with these arguments.
    ///
    /// # Panics
    /// If it cannot be executed.
    pub fn start<Word: AsRef<OsStr>>(launcher: &Path, words: impl IntoIterator<Item = Word>) -> Self {
        Self::command(Command::new(launcher).args(words))
    }

    /// Starts a prepared command.
    ///
    /// # Panics
    /// If it cannot be executed.
    #[allow(clippy::panic, reason = "a test cannot go on without")]
    pub fn command(command: &mut Command) -> Self {
        let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let said = Arc::default();
        let mut listeners = Vec::new();
        if let Some(stdout) = child.stdout.take() {
            listeners.push(listen(stdout, Arc::clone(&said)));
        }
        if let Some(stderr) = child.stderr.take() {
            listeners.push(listen(stderr, Arc::clone(&said)));
        }
        Self { child, said, listeners }
    }

    /// All that it has said so far, on both streams.
    pub fn said(&self) -> String {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The process's number.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits until it has said `words`.
    ///
    /// # Panics
    /// If it ends or much time passes before.
    #[allow(clippy::panic, reason = "that is how a test fails")]
    pub fn hear(&mut self, words: &str) {
        self.wait_until(&format!("{words:?} was said"), |this| this.said().contains(words));
    }

    /// Waits until the capture has at least this many bytes.
    ///
    /// # Panics
    /// If it ends or much time passes before.
    pub fn await_capture(&mut self, path: &Path, bytes: u64) {
        self.wait_until(&format!("{} had {bytes} bytes", path.display()), |_| {
            fs::metadata(path).is_ok_and(|about| about.len() >= bytes)
        });
    }

    /// The ssh port that it named.
    ///
    /// # Panics
    /// If it names none.
    #[allow(clippy::panic, reason = "that is how a test fails")]
    pub fn ssh_port(&mut self) -> u16 {
        self.hear("  stop ");
        let said = self.said();
        let port =
            said.split("ssh -p ").nth(1).and_then(|rest| rest.split(' ').next()).and_then(|port| port.parse().ok());
        port.unwrap_or_else(|| panic!("no ssh port in:\n{said}"))
    }

    /// The number of the QEMU process that it started.
    ///
    /// # Panics
    /// If there is none.
    #[allow(clippy::panic, reason = "that is how a test fails")]
    pub fn qemu(&self) -> u32 {
        let children = fs::read_to_string(format!("/proc/{0}/task/{0}/children", self.pid())).unwrap_or_default();
        children
            .split_whitespace()
            .find_map(|pid| pid.parse().ok())
            .unwrap_or_else(|| panic!("no QEMU:\n{}", self.said()))
    }

    /// Sends a signal to the launcher.
    pub fn signal(&self, signal: Signal) {
        send(self.pid(), signal);
    }

    /// Presses Ctrl-C twice, which cuts the VM's power, and waits for the end.
    ///
    /// # Panics
    /// If it does not end.
    pub fn interrupt_twice(&mut self) -> ExitStatus {
        self.signal(Signal::INT);
        self.hear("powering the VM off");
        self.signal(Signal::INT);
        self.end()
    }

    /// Waits for the end, and for the last words.
    ///
    /// # Panics
    /// If it does not end.
    #[allow(clippy::panic, reason = "that is how a test fails")]
    pub fn end(&mut self) -> ExitStatus {
        let until = Instant::now() + PATIENCE;
        loop {
            if let Ok(Some(status)) = self.child.try_wait() {
                for listener in self.listeners.drain(..) {
                    let _ = listener.join();
                }
                return status;
            }
            assert!(Instant::now() < until, "the launcher did not end; it said:\n{}", self.said());
            thread::sleep(Duration::from_millis(20));
        }
    }

    #[allow(clippy::panic, reason = "that is how a test fails")]
    fn wait_until(&mut self, what: &str, done: impl Fn(&Self) -> bool) {
        let until = Instant::now() + PATIENCE;
        while !done(self) {
            if let Ok(Some(status)) = self.child.try_wait() {
                // The last words may still be on their way.
                for listener in self.listeners.drain(..) {
                    let _ = listener.join();
                }
                assert!(done(self), "the launcher ended ({status}) before {what}; it said:\n{}", self.said());
                return;
            }
            assert!(Instant::now() < until, "much time passed before {what}; the launcher said:\n{}", self.said());
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Launched {
    fn drop(&mut self) {
        // QEMU ends with its launcher.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a signal to a process that this test knows to be its own.
pub fn send(pid: u32, signal: Signal) {
    if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
        let _ = kill_process(pid, signal);
    }
}

/// Whether a process is gone, or is but a record of its end.
pub fn gone(pid: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    status.rsplit(')').next().is_none_or(|rest| rest.is_empty() || rest.trim_start().starts_with('Z'))
}

fn listen(stream: impl Read + Send + 'static, said: Arc<Mutex<String>>) -> JoinHandle<()> {
    thread::spawn(move || {
        for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
            let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
            said.push_str(&String::from_utf8_lossy(&line));
            said.push('\n');
        }
    })
}
