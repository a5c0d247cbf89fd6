//! From the start of the VM to its end: hears what happens, ends the VM step by step when asked to, minds the capture.

use crate::{
    capture_file::{CaptureFile, State},
    vm::{Event, Vm},
    voice,
};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use std::{
    io,
    process::ExitStatus,
    sync::mpsc::RecvTimeoutError,
    time::{Duration, Instant},
};

/// How often the capture and the process are looked at.
const TICK: Duration = Duration::from_millis(500);
/// How long a guest may take to power off: Ctrl-C can be pressed again, so there is no hurry.
const POWER_OFF: Duration = Duration::from_secs(15);
/// The same when a session ends or a machine shuts down, which soon kill what remains.
const HASTY_POWER_OFF: Duration = Duration::from_secs(4);
/// How long QEMU itself may take to end.
const END: Duration = Duration::from_secs(4);
/// After this time a VM that runs has sent something.
const FIRST_PACKET: Duration = Duration::from_secs(20);
/// The length of a capture with no packet in it (the header of the classic format).
const NO_PACKET: u64 = 24;

/// How a VM ended.
#[derive(Debug)]
pub struct End {
    /// How the QEMU process ended.
    pub status: ExitStatus,
    /// QEMU's reason, and whether the guest wanted it.
    pub shutdown: Option<(bool, String)>,
    /// The first signal that asked the launcher to end the VM.
    pub signal: Option<i32>,
    /// The guest did not power off by itself, so its power was cut.
    pub power_cut: bool,
    /// QEMU could not write a packet, and has written none since.
    pub dump_stopped: bool,
    /// QEMU's last words.
    pub last_words: Option<String>,
}

/// How far the ending of the VM has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
enum Step {
    PowerButton,
    CutPower,
    Terminate,
    Kill,
}

/// Waits for the VM's end.
///
/// # Errors
/// The system's, if it loses the process.
pub fn watch(mut vm: Vm, capture: &CaptureFile, kvm: bool) -> io::Result<End> {
    let mut watch = Watch {
        kvm,
        started: Instant::now(),
        stopping: None,
        capture_gone: false,
        silence_told: false,
        shutdown: None,
        signal: None,
        power_cut: false,
        dump_stopped: false,
        last_words: None,
    };
    let status = loop {
        let patience =
            watch.stopping.map_or(TICK, |(_, until)| TICK.min(until.saturating_duration_since(Instant::now())));
        match vm.events().recv_timeout(patience) {
            Ok(event) => watch.hear(event, &mut vm),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
        }
        if let Some(status) = vm.ended()? {
            break status;
        }
        watch.look(capture);
        watch.press_on(&mut vm);
    };
    for event in vm.last_events() {
        watch.note(event);
    }
    let Watch { shutdown, signal, power_cut, dump_stopped, last_words, .. } = watch;
    Ok(End { status, shutdown, signal, power_cut, dump_stopped, last_words })
}

/// What is known while the VM runs.
#[derive(Debug)]
struct Watch {
    kvm: bool,
    started: Instant,
    stopping: Option<(Step, Instant)>,
    capture_gone: bool,
    silence_told: bool,
    shutdown: Option<(bool, String)>,
    signal: Option<i32>,
    power_cut: bool,
    dump_stopped: bool,
    last_words: Option<String>,
}

impl Watch {
    /// Takes in an event and acts on it.
    fn hear(&mut self, event: Event, vm: &mut Vm) {
        let full_before = self.dump_stopped;
        match event {
            Event::Signal(signal) => self.obey(signal, vm),
            other => self.note(other),
        }
        if self.dump_stopped && !full_before {
            voice::warn("QEMU can no longer write to the capture (is the disk full?); powering the VM off");
            self.step(Step::PowerButton, POWER_OFF, vm);
        }
    }

    /// Takes in an event.
    fn note(&mut self, event: Event) {
        match event {
            // The first reason is the true one: what comes later is how it was carried out.
            Event::Shutdown { guest, reason } => self.shutdown = self.shutdown.take().or(Some((guest, reason))),
            Event::Said(line) => {
                // QEMU reports this nowhere else, and its exit code will be 0.
                self.dump_stopped |= line.contains("network dump write error");
                if !line.is_empty() {
                    voice::warn(&line);
                    self.last_words = Some(line);
                }
            }
            Event::Signal(_) | Event::Closed => {}
        }
    }

    /// The first request presses the power button, a second one cuts the power.
    fn obey(&mut self, signal: i32, vm: &mut Vm) {
        let patience = if signal == SIGINT { POWER_OFF } else { HASTY_POWER_OFF };
        let asked_before = self.signal.is_some();
        self.signal.get_or_insert(signal);
        if asked_before || self.stopping.is_some_and(|(step, _)| step > Step::PowerButton) {
            self.step(Step::CutPower, END, vm);
        } else {
            voice::warn(match signal {
                SIGINT => "powering the VM off; Ctrl-C again cuts its power",
                SIGHUP => "the terminal is gone: powering the VM off",
                SIGTERM => "asked to end: powering the VM off",
                _ => "powering the VM off",
            });
            self.step(Step::PowerButton, patience, vm);
        }
    }

    /// Goes on to the next step when one took too long.
    fn press_on(&mut self, vm: &mut Vm) {
        let Some((step, until)) = self.stopping else { return };
        if Instant::now() < until {
            return;
        }
        match step {
            Step::PowerButton => {
                voice::warn("the VM does not listen to its power button; cutting its power");
                self.step(Step::CutPower, END, vm);
            }
            Step::CutPower => self.step(Step::Terminate, END, vm),
            Step::Terminate | Step::Kill => self.step(Step::Kill, END, vm),
        }
    }

    /// Takes a step, but never one back.
    fn step(&mut self, step: Step, patience: Duration, vm: &mut Vm) {
        if self.stopping.is_some_and(|(taken, _)| taken > step) {
            return;
        }
        self.stopping = Some((step, Instant::now() + patience));
        self.power_cut |= step > Step::PowerButton;
        match step {
            Step::PowerButton => vm.press_power_button(),
            Step::CutPower => vm.cut_power(),
            Step::Terminate => vm.terminate(),
            Step::Kill => vm.kill(),
        }
    }

    /// Looks after the capture, and says aloud, once, what only the user can mend.
    fn look(&mut self, capture: &CaptureFile) {
        let state = capture.state();
        if state == State::Gone && !self.capture_gone {
            self.capture_gone = true;
            voice::warn(
                "the capture was deleted or replaced while the VM writes it; it will be put back at the VM's end",
            );
        }
        if !self.silence_told && self.started.elapsed() > FIRST_PACKET {
            self.silence_told = true;
            if matches!(state, State::There(length) if length <= NO_PACKET) {
                voice::warn(match self.kvm {
                    true => "nothing from the VM yet; if this stays so, try --accel tcg, or another --nic or --disk",
                    false => "nothing from the VM yet; if this stays so, try another --nic or --disk, or more --memory",
                });
            }
        }
    }
}
