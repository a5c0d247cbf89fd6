//! One run, from the options to the exit code: check, start, tell, wait, report.

mod conclusion;
mod files;

pub use files::default_image;

use crate::{
    capture_file::{CaptureFile, Place},
    claim::{self, Claim, Kind},
    command::{self, Machine, Screen, Start},
    detach,
    error::{Error, quoted},
    host,
    image::Image,
    name::Name,
    options::{Accel, Display, Run},
    process::Process,
    record::{self, Ended, Keeper, Record},
    report::{self, Started},
    shell, stop, summary,
    supervise::{self, Orders},
    vm::{Event, Vm},
    voice,
};
use conclusion::{TheEnd, conclude};
use files::{check, image_name, used_elsewhere};
use serde::Serialize;
use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGTERM},
    iterator::Signals,
};
use std::{ffi::OsStr, fmt, fs, path::Path, process, thread, time::Instant};

/// Does what the options ask for, and returns the exit code.
///
/// # Errors
/// Whatever kept the VM from running, or its capture from being whole.
pub fn launch(run: &Run) -> Result<u8, Error> {
    if run.dry_run {
        return dry_run(run);
    }
    match (run.detach, detach::is_background()) {
        (true, false) => return detach::detach(run),
        (true, true) => detach::leave_terminal(),
        (false, _) => {}
    }
    let (image, place) = check(run)?;
    let qemu = host::qemu()?;
    // From here on a signal is an order to end the VM in good order.
    let mut all = vec![SIGINT, SIGTERM, stop::POWER_OFF.as_raw(), stop::CUT_POWER.as_raw()];
    // As `nohup` wants it.
    if !host::ignores_hang_up() {
        all.push(SIGHUP);
    }
    let listen =
        || Signals::new(&all).map_err(|source| Error::System { doing: "catch", path: "signals".to_owned(), source });
    let mut signals = listen()?;

    record::forget();
    let name = Name::take(run.name.as_deref(), &image.path)?;
    let note = record::note(&name.name, process::id(), record::now());
    used_elsewhere(run, &image, &place)?;
    let kind = if run.throwaway || image.read_only { Kind::ReadOnlyImage(image.id) } else { Kind::Image(image.id) };
    let _claim = Claim::take(kind, &note)?.map_err(|theirs| {
        // Of several that only read it, the words of the last are left, which may have ended.
        let theirs = record::user_of(&image.path).unwrap_or(theirs);
        Error::Image(format!("{} is in use: {theirs}; or copy the image and start the copy", quoted(&image.path)))
    })?;
    let mut capture = place.open(&note)?;

    let mut kvm_fails = record::kvm_fails();
    let mut machine = machine(run, &image, Some(&qemu), kvm_fails)?;
    machine.name = name.name.clone().into();
    loop {
        let running = match start(&qemu, &mut machine, run, &mut capture) {
            Ok(running) => running,
            Err(error) => {
                capture.abandon();
                return Err(error);
            }
        };
        let port = running.ssh_port;
        match oversee(running, signals, run, &machine, &place, &mut capture, kvm_fails)? {
            Outcome::Ended(code) => return Ok(code),
            Outcome::NotBegun => {
                voice::warn("KVM cannot run this VM on this machine: starting it again without");
                kvm_fails = true;
                machine.accels = vec!["tcg"];
                // The line for ssh that was printed stays true.
                machine.ssh_port = port;
                signals = listen()?;
            }
        }
    }
}

/// What became of a VM.
enum Outcome {
    /// It ended, and the launcher does with this exit code.
    Ended(u8),
    /// KVM gave up before the VM had sent anything, and nobody had insisted on KVM.
    NotBegun,
}

/// Prints the line that does the same by hand. What would be refused is told, but the line is printed all the same.
fn dry_run(run: &Run) -> Result<u8, Error> {
    let checked = check(run);
    let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let (image, capture) = match &checked {
        Ok((image, place)) => (Image { path: image.path.clone(), ..*image }, place.path.clone()),
        Err(_) => (Image { path: absolute(&image_name(run)), id: (0, 0), read_only: false }, absolute(&run.capture)),
    };
    let qemu = host::qemu();
    let machine = machine(run, &image, qemu.as_deref().ok(), record::kvm_fails())?;
    let program = qemu.as_deref().map_or(OsStr::new(host::QEMU), Path::as_os_str);
    let words = command::arguments(&machine, Start::ByHand { capture: &capture });
    voice::answer("dry_run", &Line { line: format!("TZ=UTC {} {}", shell::word(program), shell::line(words)) });
    checked?;
    qemu?;
    Ok(0)
}

/// A line for a shell.
#[derive(Debug, Serialize)]
struct Line {
    line: String,
}

impl fmt::Display for Line {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.line)
    }
}

/// Makes every choice that was left open, and says aloud which and why.
fn machine(run: &Run, image: &Image, qemu: Option<&Path>, kvm_fails: bool) -> Result<Machine, Error> {
    let (accels, note) = match kvm_fails && run.accel == Accel::Auto {
        true => {
            let words = "KVM did not run your last VM on this machine, so QEMU translates the VM's code; --accel kvm tries again";
            (vec!["tcg"], Some(words.to_owned()))
        }
        false => host::accels(run.accel),
    };
    note.iter().for_each(|note| voice::warn(note));
    if image.read_only && !run.throwaway {
        voice::warn("the image is read-only: what the VM writes to its disk is dropped at its end");
    }
    if run.memory < LITTLE_MEMORY {
        voice::warn(&format!(
            "{} MiB are little: many systems do not start with less than {LITTLE_MEMORY}",
            run.memory
        ));
    }
    if !run.isolated && !host::has_nameserver() {
        voice::warn("this machine has no nameserver (/etc/resolv.conf): names will not resolve in the VM");
    }
    Ok(Machine {
        name: image.path.file_stem().unwrap_or(OsStr::new("vm")).to_owned(),
        image: image.path.clone(),
        throwaway: run.throwaway || image.read_only,
        accels,
        screen: screen(run.display, qemu)?,
        memory: run.memory,
        cpus: run.cpus,
        nic: run.nic,
        disk: run.disk,
        ipv6: !run.no_ipv6,
        isolated: run.isolated,
        snaplen: run.snaplen,
        ssh_port: run.ssh_port.or_else(|| record::last_port(&image.path)).unwrap_or(0),
        more: run.qemu.clone(),
    })
}

fn screen(asked: Display, qemu: Option<&Path>) -> Result<Screen, Error> {
    Ok(match asked {
        Display::None => Screen::None,
        Display::Gtk => Screen::Window("gtk"),
        Display::Sdl => Screen::Window("sdl"),
        Display::Vnc => Screen::Vnc(claim::private_folder()?.join(format!("vnc-{}", process::id()))),
        Display::Auto => match qemu.map(host::window) {
            Some(Ok(window)) => Screen::Window(window),
            Some(Err(why)) => {
                voice::warn(&format!("the VM has no window, but ssh works: {why}"));
                Screen::None
            }
            None => Screen::None,
        },
    })
}

/// A VM that runs, and what was learnt when it started.
struct Running {
    vm: Vm,
    process: Process,
    ssh_port: u16,
    accelerated: bool,
}

/// Starts QEMU, a second time with a port of the kernel's choice if the wanted one is taken.
fn start(qemu: &Path, machine: &mut Machine, run: &Run, capture: &mut CaptureFile) -> Result<Running, Error> {
    let mut vm = loop {
        match Vm::start(qemu, machine)? {
            Ok(vm) => break vm,
            Err(refusal) if machine.ssh_port != 0 && refusal.said.contains("host forwarding") => {
                if run.strict_port {
                    return Err(Error::Qemu(format!(
                        "port {} is taken on {}, or not yours to take; name another with --ssh-port",
                        machine.ssh_port,
                        host::name()
                    )));
                }
                machine.ssh_port = 0;
            }
            Err(refusal) => return Err(report::refusal(&refusal.said, &machine.image)),
        }
    };
    let ssh_port = vm.ssh_port()?;
    if let Some(asked) = run.ssh_port.filter(|port| *port != 0 && *port != ssh_port) {
        voice::warn(&format!("port {asked} is taken on {}, or not yours to take; using {ssh_port}", host::name()));
    }
    let accelerated = vm.is_accelerated()?;
    let process = vm.process().ok_or_else(|| Error::Qemu("QEMU ended at once".to_owned()))?;
    capture.set_aside(run.keep_old)?;
    vm.run(&capture.path, run.snaplen)?;
    Ok(Running { vm, process, ssh_port, accelerated })
}

/// Tells where the VM is, waits for its end, and reports.
fn oversee(
    Running { vm, process, ssh_port, accelerated }: Running,
    mut signals: Signals,
    run: &Run,
    machine: &Machine,
    place: &Place,
    capture: &mut CaptureFile,
    kvm_fails: bool,
) -> Result<Outcome, Error> {
    let began = Instant::now();
    let (sender, ears) = (vm.sender(), signals.handle());
    thread::spawn(move || signals.forever().all(|signal| sender.send(Event::Signal(signal)).is_ok()));
    let now = record::now();
    let launcher =
        Process::current().ok_or_else(|| Error::Qemu("this system does not tell its processes".to_owned()))?;
    let mut keeper = Keeper::new(Record {
        name: machine.name.to_string_lossy().into_owned(),
        host: host::name(),
        launcher,
        qemu: process,
        began: now,
        seen: now,
        ssh_port,
        user: run.user.clone(),
        image: machine.image.to_string_lossy().into_owned(),
        capture: capture.path.to_string_lossy().into_owned(),
        accelerated,
        memory: machine.memory,
        vnc: match &machine.screen {
            Screen::Vnc(socket) => Some(socket.to_string_lossy().into_owned()),
            _ => None,
        },
        patience: run.timeout,
        detached: run.detach,
        guest: None,
        // Where KVM is tried again, the old word does not hold.
        kvm_fails: kvm_fails && !accelerated,
        packets: 0,
        ended: None,
    });
    if let Some(log) = record::log(&keeper.record.name, &keeper.record.host) {
        match run.detach {
            true => voice::log_to(&log),
            // What an earlier VM of this name had to say.
            false => drop(fs::remove_file(log)),
        }
    }
    let earlier = place.earlier.map(|earlier| (earlier.length, earlier.age));
    voice::answer("started", &Started::new(&keeper.record, earlier, run.keep_old > 0));

    let orders = Orders { run, window: matches!(machine.screen, Screen::Window(_)) };
    let end = supervise::supervise(vm, capture, &mut keeper, &orders).map_err(|source| Error::System {
        doing: "wait for",
        path: "QEMU".to_owned(),
        source,
    })?;
    if let Screen::Vnc(socket) = &machine.screen {
        let _ = fs::remove_file(socket);
    }
    ears.close();
    if end.kvm_failed && !end.asked && keeper.record.packets == 0 && run.accel == Accel::Auto {
        return Ok(Outcome::NotBegun);
    }
    let (found, path, problem) = conclude(&end, capture)?;
    let how = report::ending(&end);
    let exit_code = if problem.is_some() { 4 } else { report::exit_code(&end) };
    let ended = TheEnd { how: &how, after: began.elapsed().as_secs(), exit_code, capture: &path, summary: &found };
    voice::report("ended", &ended);
    let mut words = summary::lines(&found, &path);
    if let Some(problem) = &problem {
        words.push_str(&format!("\n            {problem}"));
    }
    keeper.record.packets = found.count.packets;
    keeper.record.seen = record::now();
    keeper.record.ended = Some(Ended { at: record::now(), how, capture: words, exit_code });
    keeper.write();
    problem.map_or(Ok(Outcome::Ended(exit_code)), |problem| Err(Error::Capture(problem)))
}

/// With less memory, in MiB, a small Linux was seen to hang before it said anything.
const LITTLE_MEMORY: u32 = 96;
