//! A QEMU process: started paused, given its orders, heard, and ended.

use crate::{
    command::{self, DUMP, Machine, NETDEV, Start},
    error::Error,
};
use qmp::{Message, Qmp};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use std::{
    io::{self, BufRead, BufReader},
    os::{
        fd::AsRawFd,
        unix::{net::UnixStream, process::CommandExt},
    },
    path::Path,
    process::{Child, ChildStderr, Command, ExitStatus, Stdio},
    sync::mpsc::{Receiver, Sender, channel},
    thread::{self, JoinHandle},
};

mod qmp;

/// Something that happened to the VM.
#[derive(Debug)]
pub enum Event {
    /// QEMU tells why the VM ends: whether the guest wanted it, and QEMU's word for the reason.
    Shutdown {
        /// The guest itself asked for it.
        guest: bool,
        /// One of QEMU's reasons, such as `guest-shutdown`.
        reason: String,
    },
    /// QEMU wrote a line to its standard error.
    Said(String),
    /// The launcher received a signal.
    Signal(i32),
    /// QEMU closed its socket: it has ended, or is about to.
    Closed,
}

/// A QEMU that has started and waits for `run`.
#[derive(Debug)]
pub struct Vm {
    process: Process,
    qmp: Qmp,
    /// What it was offered.
    accels: Vec<&'static str>,
    stderr: JoinHandle<()>,
    events: Receiver<Event>,
    sender: Sender<Event>,
}

/// A process that does not outlive its owner.
#[derive(Debug)]
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        if let Ok(None) = self.0.try_wait() {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }
}

/// A QEMU that ended before it was ready.
#[derive(Debug)]
pub struct Refusal {
    /// What it wrote to its standard error.
    pub said: String,
}

impl Vm {
    /// Starts QEMU, paused, with everything but the capture in place.
    ///
    /// # Errors
    /// `Ok(Err(refusal))` if QEMU ended by itself, with its own words; `Error::Qemu` if it cannot be executed or
    /// does not answer.
    pub fn start(qemu: &Path, machine: &Machine) -> Result<Result<Self, Refusal>, Error> {
        let unexecuted = |source: io::Error| Error::Qemu(format!("cannot start {}: {source}", qemu.display()));
        let (ours, theirs) = UnixStream::pair().map_err(unexecuted)?;
        // The one descriptor that QEMU shall inherit; ours closes when QEMU is executed.
        rustix::io::fcntl_setfd(&theirs, rustix::io::FdFlags::empty()).map_err(|error| unexecuted(error.into()))?;

        let mut command = Command::new(qemu);
        command
            .args(command::arguments(machine, Start::Supervised { orders: theirs.as_raw_fd() }))
            // QEMU stamps packets with the local time, as if it were UTC.
            .env("TZ", "UTC")
            .env_remove(crate::detach::BACKGROUND)
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            // A group of its own, so that Ctrl-C reaches the launcher alone, which then ends the VM gently.
            .process_group(0);
        die_with_us(&mut command);
        let mut process = Process(command.spawn().map_err(unexecuted)?);
        drop(theirs);

        let (sender, events) = channel();
        let stderr = listen(process.0.stderr.take(), sender.clone());
        match Qmp::open(ours) {
            Ok(qmp) => Ok(Ok(Self { process, qmp, accels: machine.accels.clone(), stderr, events, sender })),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                process.0.wait().map_err(unexecuted)?;
                let _ = stderr.join();
                drop(sender);
                let said = events.iter().filter_map(|event| match event {
                    Event::Said(line) => Some(line),
                    _ => None,
                });
                Ok(Err(Refusal { said: said.collect::<Vec<_>>().join("\n") }))
            }
            Err(error) => Err(Error::Qemu(format!("QEMU started, but does not answer: {error}"))),
        }
    }

    /// The port of 127.0.0.1 that leads to the VM's ssh.
    ///
    /// # Errors
    /// `Error::Qemu` if QEMU does not tell.
    pub fn ssh_port(&mut self) -> Result<u16, Error> {
        let list =
            self.qmp.ask("human-monitor-command", json!({ "command-line": "info usernet" })).map_err(unanswered)?;
        list.as_str()
            .and_then(qmp::forwarded_port)
            .ok_or_else(|| Error::Qemu(format!("QEMU does not tell the port for ssh; it says: {list}")))
    }

    /// Whether the processor itself executes the VM's code.
    ///
    /// # Errors
    /// `Error::Qemu` if QEMU does not tell.
    pub fn is_accelerated(&mut self) -> Result<bool, Error> {
        // Of HVF, QEMU tells nothing.
        if cfg!(target_os = "macos") {
            return Ok(self.accels.first() == Some(&"hvf"));
        }
        let answer = self.qmp.ask("query-kvm", json!({})).map_err(unanswered)?;
        Ok(answer.get("enabled").and_then(serde_json::Value::as_bool).unwrap_or(false))
    }

    /// Opens the capture, which overwrites it, and lets the VM run.
    ///
    /// # Errors
    /// `Error::Capture` with QEMU's reason; `Error::Qemu` if it does not answer.
    pub fn run(&mut self, capture: &Path, snaplen: Option<u32>) -> Result<(), Error> {
        let mut dump = json!({ "qom-type": "filter-dump", "id": DUMP, "netdev": NETDEV, "file": capture.to_str() });
        if let (Some(bytes), Some(dump)) = (snaplen, dump.as_object_mut()) {
            dump.insert("maxlen".to_owned(), bytes.into());
        }
        match self.qmp.ask("object-add", dump) {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::Other => return Err(Error::Capture(error.to_string())),
            Err(error) => return Err(unanswered(error)),
        }
        self.qmp.ask("cont", json!({})).map_err(unanswered)?;
        let sender = self.sender.clone();
        self.qmp.listen(move |message| {
            let event = match message {
                Some(Message::Shutdown { guest, reason }) => Event::Shutdown { guest, reason },
                Some(Message::Other) => return true,
                None => Event::Closed,
            };
            sender.send(event).is_ok()
        });
        Ok(())
    }

    /// Where the launcher's signals are to be sent, so that one place hears all.
    pub fn sender(&self) -> Sender<Event> {
        self.sender.clone()
    }

    /// What happens to the VM, in order.
    pub fn events(&self) -> &Receiver<Event> {
        &self.events
    }

    /// Ends the capture; the VM goes on.
    pub fn stop_capture(&mut self) {
        self.qmp.order("object-del", json!({ "id": DUMP }));
    }

    /// The process itself.
    pub fn process(&self) -> Option<crate::process::Process> {
        crate::process::Process::of(i32::try_from(self.process.0.id()).ok()?)
    }

    /// Presses the VM's power button; not every guest listens to it.
    pub fn press_power_button(&mut self) {
        self.qmp.order("system_powerdown", json!({}));
    }

    /// Cuts the VM's power: QEMU ends in good order.
    pub fn cut_power(&mut self) {
        self.qmp.order("quit", json!({}));
    }

    /// Asks the QEMU process to end.
    pub fn terminate(&mut self) {
        // Until `wait` has seen its end, the process keeps its number, so no other can be meant.
        let _ = kill_process(Pid::from_child(&self.process.0), Signal::TERM);
    }

    /// Ends the QEMU process, whatever it does.
    pub fn kill(&mut self) {
        let _ = self.process.0.kill();
    }

    /// Whether the QEMU process has ended, and how.
    ///
    /// # Errors
    /// The system's.
    pub fn ended(&mut self) -> io::Result<Option<ExitStatus>> {
        self.process.0.try_wait()
    }

    /// What happened last, after the process has ended.
    pub fn last_events(self) -> Vec<Event> {
        let _ = self.stderr.join();
        self.events.try_iter().collect()
    }
}

fn unanswered(error: io::Error) -> Error {
    Error::Qemu(format!("QEMU does not do as it is told: {error}"))
}

/// Sends each line of QEMU's standard error as an event.
fn listen(stderr: Option<ChildStderr>, sender: Sender<Event>) -> JoinHandle<()> {
    thread::spawn(move || {
        for line in stderr.into_iter().flat_map(|stderr| BufReader::new(stderr).split(b'\n')).map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line).trim_end().to_owned();
            if sender.send(Event::Said(line)).is_err() {
                break;
            }
        }
    })
}

/// Lets the kernel end QEMU when the launcher is killed, so that no VM runs on unseen. Files that QEMU makes are
/// for its user only.
///
/// The kernel minds the thread that started the process: this one has to be the main one. macOS has nothing like it:
/// there, a VM whose launcher was killed by force has to be ended by hand.
#[allow(unsafe_code, reason = "std has no safe way to do something between fork and exec")]
pub fn die_with_us(command: &mut Command) {
    #[cfg(target_os = "linux")]
    let us = rustix::process::getpid();
    // SAFETY: between fork and exec only system calls are made; nothing is allocated and no lock is taken.
    unsafe {
        command.pre_exec(move || {
            rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
            #[cfg(target_os = "linux")]
            {
                rustix::process::set_parent_process_death_signal(Some(Signal::TERM))?;
                // The launcher may have ended just before.
                if rustix::process::getppid() != Some(us) {
                    return Err(io::ErrorKind::Interrupted.into());
                }
            }
            Ok(())
        });
    }
}
