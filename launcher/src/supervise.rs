//! From the start of the VM to its end: hears what happens, ends the VM step by step when asked to, minds the capture.

use crate::{
    capture_file::{CaptureFile, State},
    content::size,
    error::quoted,
    host,
    options::Run,
    record::{Guest, HEARTBEAT, Keeper},
    stop::CUT_POWER,
    summary::{self, Growing},
    vm::{Event, Vm},
    voice,
};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use std::{
    fmt, io,
    process::ExitStatus,
    sync::mpsc::RecvTimeoutError,
    time::{Duration, Instant},
};

/// How often the capture and the process are looked at.
const TICK: Duration = Duration::from_millis(500);
/// The same where the capture has a limit, or the system in the VM is waited for.
const SHORT_TICK: Duration = Duration::from_millis(50);
/// How long a guest may take to power off when a session ends or a machine shuts down, which soon kill what remains.
const HASTY_POWER_OFF: Duration = Duration::from_secs(4);
/// How long QEMU itself may take to end.
const END: Duration = Duration::from_secs(4);
/// After this time a VM that runs has sent something.
const FIRST_PACKET: Duration = Duration::from_secs(20);
/// How often the room for the capture is looked at.
const ROOM: Duration = Duration::from_secs(5);
/// Below this much room, a warning: a download of this size fills it.
pub const LITTLE_ROOM: u64 = 200_000_000;

/// How a VM ended.
#[derive(Debug)]
pub struct End {
    /// How the QEMU process ended.
    pub status: ExitStatus,
    /// QEMU's reason, and whether the guest wanted it.
    pub shutdown: Option<(bool, String)>,
    /// The first signal that asked the launcher to end the VM.
    pub signal: Option<i32>,
    /// The user asked for the end.
    pub asked: bool,
    /// The capture had reached the size that was asked for.
    pub limit: Option<u64>,
    /// It had a window.
    pub window: bool,
    /// The guest did not power off by itself, so its power was cut.
    pub power_cut: bool,
    /// QEMU could not write a packet, and has written none since.
    pub dump_stopped: bool,
    /// KVM gave up: the VM stood still, and its power was cut.
    pub kvm_failed: bool,
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

/// A step that was taken: when, and how long it may take.
#[derive(Debug, Clone, Copy)]
struct Stopping {
    step: Step,
    since: Instant,
    until: Instant,
}

/// What the supervision goes by.
#[derive(Debug)]
pub struct Orders<'a> {
    /// What was asked for.
    pub run: &'a Run,
    /// The VM has a window.
    pub window: bool,
}

/// Waits for the VM's end.
///
/// # Errors
/// The system's, if it loses the process.
pub fn supervise(mut vm: Vm, capture: &mut CaptureFile, keeper: &mut Keeper, orders: &Orders<'_>) -> io::Result<End> {
    let now = Instant::now();
    let mut watch = Watch {
        orders,
        keeper,
        growing: capture.reading().ok().map(Growing::new),
        started: now,
        beat: now,
        room_looked_at: None,
        little_room: false,
        stopping: None,
        capture_gone: false,
        silence_told: false,
        shutdown: None,
        signal: None,
        asked: false,
        power_cut: false,
        dump_stopped: false,
        limited: false,
        kvm_failed: false,
        last_words: None,
    };
    let status = loop {
        let tick = watch.tick();
        let patience =
            watch.stopping.map_or(tick, |stopping| tick.min(stopping.until.saturating_duration_since(Instant::now())));
        match vm.events().recv_timeout(patience) {
            Ok(event) => watch.hear(event, &mut vm),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
        }
        if let Some(status) = vm.ended()? {
            break status;
        }
        watch.look(capture, &mut vm);
        watch.press_on(&mut vm);
    };
    for event in vm.last_events() {
        watch.note(event);
    }
    let Watch { shutdown, signal, asked, power_cut, dump_stopped, limited, kvm_failed, last_words, .. } = watch;
    let limit = orders.run.max_size.filter(|_| limited);
    Ok(End {
        status,
        shutdown,
        signal,
        asked,
        limit,
        window: orders.window,
        power_cut,
        dump_stopped,
        kvm_failed,
        last_words,
    })
}

/// What is known while the VM runs.
#[derive(Debug)]
struct Watch<'a> {
    orders: &'a Orders<'a>,
    keeper: &'a mut Keeper,
    growing: Option<Growing>,
    started: Instant,
    beat: Instant,
    room_looked_at: Option<Instant>,
    little_room: bool,
    stopping: Option<Stopping>,
    capture_gone: bool,
    silence_told: bool,
    shutdown: Option<(bool, String)>,
    signal: Option<i32>,
    asked: bool,
    power_cut: bool,
    dump_stopped: bool,
    limited: bool,
    kvm_failed: bool,
    last_words: Option<String>,
}

impl Watch<'_> {
    fn tick(&self) -> Duration {
        let close = self.orders.run.max_size.is_some_and(|_| !self.limited) || self.keeper.record.guest.is_none();
        if close { SHORT_TICK } else { TICK }
    }

    fn patience(&self) -> Duration {
        Duration::from_secs(self.orders.run.timeout)
    }

    /// Takes in an event and acts on it.
    fn hear(&mut self, event: Event, vm: &mut Vm) {
        let (full_before, failed_before) = (self.dump_stopped, self.kvm_failed);
        match event {
            Event::Signal(signal) => self.obey(signal, vm),
            other => self.note(other),
        }
        if self.kvm_failed && !failed_before {
            self.step(Step::CutPower, END, vm);
        }
        if self.dump_stopped && !full_before {
            if self.orders.run.keep_going {
                voice::warn(
                    "QEMU can no longer write to the capture (is the disk full?); the VM goes on without, as asked",
                );
            } else {
                voice::warn("QEMU can no longer write to the capture (is the disk full?); powering the VM off");
                self.step(Step::PowerButton, self.patience(), vm);
            }
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
                // The VM stands still from here on, and what follows is for KVM's developers.
                self.kvm_failed |= line.contains("KVM internal error");
                if !line.is_empty() && !self.kvm_failed {
                    voice::warn(&line);
                    self.last_words = Some(line);
                }
            }
            Event::Signal(_) | Event::Closed => {}
        }
    }

    /// The first request presses the power button, a second one cuts the power.
    fn obey(&mut self, signal: i32, vm: &mut Vm) {
        let asked_before = self.asked;
        self.asked = true;
        let (words, patience) = match signal {
            SIGINT => ("powering the VM off; Ctrl-C again cuts its power", self.patience()),
            SIGHUP => ("the terminal is gone: powering the VM off", HASTY_POWER_OFF),
            SIGTERM => ("asked to end: powering the VM off", HASTY_POWER_OFF),
            _ => ("`tinycore stop` was said: powering the VM off", self.patience()),
        };
        if matches!(signal, SIGINT | SIGHUP | SIGTERM) {
            self.signal.get_or_insert(signal);
        }
        let at_once = signal == CUT_POWER.as_raw();
        if at_once || asked_before || self.stopping.is_some_and(|stopping| stopping.step > Step::PowerButton) {
            self.step(Step::CutPower, END, vm);
        } else {
            voice::warn(words);
            self.step(Step::PowerButton, patience, vm);
        }
    }

    /// Goes on to the next step when one took too long.
    fn press_on(&mut self, vm: &mut Vm) {
        let Some(Stopping { step, since, until }) = self.stopping else { return };
        if Instant::now() < until {
            return;
        }
        match step {
            Step::PowerButton => {
                voice::warn(&format!(
                    "the VM did not power off in {} s: it does not listen to its power button. Cutting its power (the \
                     capture is safe, unsaved files in the VM are not)",
                    until.saturating_duration_since(since).as_secs()
                ));
                self.step(Step::CutPower, END, vm);
            }
            Step::CutPower => self.step(Step::Terminate, END, vm),
            Step::Terminate | Step::Kill => self.step(Step::Kill, END, vm),
        }
    }

    /// Takes a step, but never one back.
    fn step(&mut self, step: Step, patience: Duration, vm: &mut Vm) {
        if self.stopping.is_some_and(|taken| taken.step > step) {
            return;
        }
        let since = Instant::now();
        self.stopping = Some(Stopping { step, since, until: since + patience });
        self.power_cut |= step > Step::PowerButton;
        match step {
            Step::PowerButton => vm.press_power_button(),
            Step::CutPower => vm.cut_power(),
            Step::Terminate => vm.terminate(),
            Step::Kill => vm.kill(),
        }
    }

    /// Looks after the capture, and says aloud, once, what only the user can mend.
    fn look(&mut self, capture: &mut CaptureFile, vm: &mut Vm) {
        let state = capture.state();
        if state == State::Gone && !self.capture_gone {
            self.capture_gone = true;
            // Now, as nothing is left of it once QEMU is gone; and again at the end, with what has come since.
            voice::warn(&match capture.rescue() {
                Ok(place) => format!(
                    "the capture was deleted or replaced while the VM writes it; its packets so far are in {}, and all \
                     will be at the VM's end",
                    quoted(&place)
                ),
                Err(error) => format!(
                    "the capture was deleted or replaced while the VM writes it, and cannot be copied back yet \
                     ({error}); that is tried again at the VM's end"
                ),
            });
        }
        if let (State::There(length), Some(limit)) = (state, self.orders.run.max_size)
            && length >= limit
            && !self.limited
        {
            self.limited = true;
            vm.stop_capture();
            voice::warn(&format!("the capture has {}, as much as it may: it ends here, the VM goes on", size(limit)));
        }
        self.read_along();
        self.look_at_room(capture);
        if self.beat.elapsed() > HEARTBEAT {
            self.write_down();
        }
    }

    /// Reads what the capture has received: the first sign of life, and the address that the system was given.
    fn read_along(&mut self) {
        let Some(growing) = &mut self.growing else { return };
        if growing.read_on() == summary::Step::Cut {
            voice::warn(
                "the capture was emptied or cut by something else while the VM writes it; its earlier packets are lost",
            );
        }
        let (packets, address) = (growing.count().packets, growing.count().address);
        self.keeper.record.packets = packets;
        self.keeper.record.kvm_fails &= packets == 0 || !self.keeper.record.accelerated;
        if let (None, Some(address)) = (&self.keeper.record.guest, address) {
            let guest = Guest { address: address.to_string(), after: self.started.elapsed().as_secs() };
            voice::answer("up", &guest);
            self.keeper.record.guest = Some(guest);
            self.write_down();
        }
        if !self.silence_told && self.started.elapsed() > FIRST_PACKET {
            self.silence_told = true;
            if packets == 0 {
                self.keeper.record.kvm_fails |= self.keeper.record.accelerated;
                voice::warn(match self.keeper.record.accelerated {
                    true => {
                        "nothing from the VM yet; if this stays so, try --accel tcg (the next start does so by itself), \
                             or another --nic or --disk"
                    }
                    false => "nothing from the VM yet; if this stays so, try another --nic or --disk, or more --memory",
                });
            }
        }
    }

    fn write_down(&mut self) {
        self.beat = Instant::now();
        self.keeper.record.seen = crate::record::now();
        self.keeper.write();
    }

    fn look_at_room(&mut self, capture: &CaptureFile) {
        if self.little_room || self.room_looked_at.is_some_and(|then| then.elapsed() < ROOM) {
            return;
        }
        self.room_looked_at = Some(Instant::now());
        let Some(bytes) = capture.path.parent().and_then(host::room) else { return };
        if bytes < LITTLE_ROOM {
            self.little_room = true;
            let free = size(bytes);
            voice::warn(&format!("only {free} are free for the capture, which a single download can fill"));
        }
    }
}

impl fmt::Display for Guest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "tinycore: the VM is up after {} s, with the address {}", self.after, self.address)
    }
}
