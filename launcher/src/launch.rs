//! One run, from the options to the exit code: check, start, tell, wait, report.

use crate::{
    capture_file::{CaptureFile, Place},
    claim::{self, Claim, Kind},
    command::{self, Machine, Screen, Start},
    content::Content,
    error::{Error, quoted},
    host,
    image::Image,
    options::{Display, Options},
    report::{self, Started},
    shell, summary,
    vm::{Event, Vm},
    voice,
    watch::{self, End},
};
use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGTERM},
    iterator::Signals,
};
use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process, thread,
    time::{Instant, SystemTime, UNIX_EPOCH},
};

/// Below this much room, a warning: a download of this size fills it.
const LITTLE_ROOM: u64 = 200_000_000;

/// Does what the options ask for, and returns the exit code.
///
/// # Errors
/// Whatever kept the VM from running, or its capture from being whole.
pub fn launch(options: &Options) -> Result<u8, Error> {
    if options.dry_run {
        return dry_run(options);
    }
    let (image, place) = check(options)?;
    let qemu = host::qemu()?;
    // From here on a signal is an order to end the VM in good order.
    let signals = Signals::new([SIGINT, SIGTERM, SIGHUP]).map_err(|source| Error::System {
        doing: "catch",
        path: "signals".to_owned(),
        source,
    })?;

    let note = note(&image.path, &place.path);
    let kind = if options.throwaway || image.read_only { Kind::ReadOnlyImage } else { Kind::Image };
    let _claim = Claim::take(kind, image.id, &note)?
        .map_err(|theirs| Error::Image(format!("{} is in use: {theirs}", quoted(&image.path))))?;
    let mut capture = place.open(&note)?;
    warn_of_little_room(&capture.path);

    let mut machine = machine(options, &image, Some(&qemu))?;
    let running = match run(&qemu, &mut machine, options, &capture.path) {
        Ok(running) => running,
        Err(error) => {
            capture.abandon();
            return Err(error);
        }
    };
    supervise(running, signals, options, &machine, &place, &mut capture)
}

/// Prints the line that does the same by hand. What would be refused is told, but the line is printed all the same.
fn dry_run(options: &Options) -> Result<u8, Error> {
    let checked = check(options);
    let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let (image, capture) = match &checked {
        Ok((image, place)) => (Image { path: image.path.clone(), ..*image }, place.path.clone()),
        Err(_) => (Image { path: absolute(&options.image), id: (0, 0), read_only: false }, absolute(&options.capture)),
    };
    let qemu = host::qemu();
    let machine = machine(options, &image, qemu.as_deref().ok())?;
    let program = qemu.as_deref().map_or(OsStr::new(host::QEMU), Path::as_os_str);
    let words = command::arguments(&machine, Start::ByHand { capture: &capture });
    voice::tell(&format!("TZ=UTC {} {}", shell::word(program), shell::line(words)));
    checked?;
    qemu?;
    Ok(0)
}

/// Checks both files, touching neither.
fn check(options: &Options) -> Result<(Image, Place), Error> {
    let image = Image::open(&options.image);
    let place = Place::look(&options.capture);
    let names = || (quoted(&options.image), quoted(&options.capture));
    match (&image, &place) {
        (Ok(image), Ok(place)) if place.id == Some(image.id) => {
            let (image, capture) = names();
            Err(Error::SameFile { image, capture })
        }
        (Err(_), Ok(place)) if place.content == Content::Qcow2 => {
            let (image, capture) = names();
            // The same file under both names is told apart here, as it may be a broken image.
            match same_file(&options.image, &options.capture) {
                true => Err(Error::SameFile { image, capture }),
                false => Err(Error::Swapped { image, capture }),
            }
        }
        _ if same_file(&options.image, &options.capture) => {
            let (image, capture) = names();
            Err(Error::SameFile { image, capture })
        }
        _ => {
            let (image, place) = (image?, place?);
            place.may_be_overwritten()?;
            Ok((image, place))
        }
    }
}

fn same_file(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| fs::canonicalize(path).or_else(|_| std::path::absolute(path)).ok();
    real(one).is_some_and(|path| Some(path) == real(other))
}

/// Makes every choice that was left open, and says aloud which and why.
fn machine(options: &Options, image: &Image, qemu: Option<&Path>) -> Result<Machine, Error> {
    let (accels, note) = host::accels(options.accel);
    note.iter().for_each(|note| voice::warn(note));
    if image.read_only && !options.throwaway {
        voice::warn("the image is read-only: what the VM writes to its disk is dropped at its end");
    }
    Ok(Machine {
        name: image.path.file_stem().unwrap_or(OsStr::new("vm")).to_owned(),
        image: image.path.clone(),
        throwaway: options.throwaway || image.read_only,
        accels,
        screen: screen(options.display, qemu)?,
        memory: options.memory,
        nic: options.nic,
        disk: options.disk,
        ssh_port: options.ssh_port,
        more: options.qemu.clone(),
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
    ssh_port: u16,
    kvm: bool,
}

/// Starts QEMU, a second time with a port of the kernel's choice if the wanted one is taken.
fn run(qemu: &Path, machine: &mut Machine, options: &Options, capture: &Path) -> Result<Running, Error> {
    let mut vm = loop {
        match Vm::start(qemu, machine)? {
            Ok(vm) => break vm,
            Err(refusal) if machine.ssh_port != 0 && refusal.said.contains("host forwarding") => machine.ssh_port = 0,
            Err(refusal) => return Err(report::refusal(&refusal.said, &machine.image)),
        }
    };
    let ssh_port = vm.ssh_port()?;
    if options.ssh_port != 0 && ssh_port != options.ssh_port {
        voice::warn(&format!("port {} is taken, or not yours to take; using {ssh_port}", options.ssh_port));
    }
    let kvm = vm.uses_kvm()?;
    vm.run(capture)?;
    Ok(Running { vm, ssh_port, kvm })
}

/// Tells where the VM is, waits for its end, and reports.
fn supervise(
    Running { vm, ssh_port, kvm }: Running,
    mut signals: Signals,
    options: &Options,
    machine: &Machine,
    place: &Place,
    capture: &mut CaptureFile,
) -> Result<u8, Error> {
    let began = Instant::now();
    let sender = vm.sender();
    thread::spawn(move || signals.forever().all(|signal| sender.send(Event::Signal(signal)).is_ok()));
    voice::tell(&report::started(&Started {
        name: &machine.name.to_string_lossy(),
        kvm,
        memory: machine.memory,
        ssh_port,
        user: &options.user,
        capture: &capture.path,
        earlier: place.earlier.map(|earlier| (earlier.length, earlier.age)),
        vnc: match &machine.screen {
            Screen::Vnc(socket) => Some(socket),
            _ => None,
        },
    }));
    let end = watch::watch(vm, capture, kvm).map_err(|source| Error::System {
        doing: "wait for",
        path: "QEMU".to_owned(),
        source,
    })?;
    if let Screen::Vnc(socket) = &machine.screen {
        let _ = fs::remove_file(socket);
    }
    voice::tell(&format!(
        "tinycore: the VM has ended after {}: {}",
        report::duration(began.elapsed()),
        report::ending(&end)
    ));
    conclude(&end, capture)
}

/// Puts the capture back if need be, says what is in it, and decides on the exit code.
fn conclude(end: &End, capture: &mut CaptureFile) -> Result<u8, Error> {
    let lost = |source| Error::Capture(format!("the capture is lost, and cannot be put back: {source}"));
    let path: PathBuf = match capture.state() {
        crate::capture_file::State::There(_) => capture.path.clone(),
        crate::capture_file::State::Gone => {
            let place = capture.rescue().map_err(lost)?;
            voice::warn(&format!("the capture had been deleted or replaced; its packets are in {}", quoted(&place)));
            place
        }
    };
    let found = summary::read(&path)?;
    voice::tell(&summary::lines(&found, &path));
    if end.dump_stopped || found.problem.is_some() {
        return Err(Error::Capture(format!(
            "the capture is not whole{}",
            found.problem.map_or_else(String::new, |problem| format!(": {problem}"))
        )));
    }
    Ok(report::exit_code(end))
}

/// What another launcher says about this one, when it wants the same image or capture.
fn note(image: &Path, capture: &Path) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let clock = format!("{:02}:{:02} UTC", now / 3600 % 24, now / 60 % 60);
    let process = process::id();
    format!(
        "tinycore (process {process}, since {clock}) runs {} and writes {}; to end it: kill {process}",
        quoted(image),
        quoted(capture)
    )
}

fn warn_of_little_room(capture: &Path) {
    let Some(Ok(room)) = capture.parent().map(rustix::fs::statvfs) else { return };
    let bytes = room.f_bavail.saturating_mul(room.f_frsize);
    if bytes < LITTLE_ROOM {
        voice::warn(&format!(
            "only {} are free for the capture, which a single download can fill",
            crate::content::size(bytes)
        ));
    }
}
