//! A VM without a disk, started to see whether one runs: its network card's boot ROM asks for an address, which only
//! happens where the VM's code is executed. That /dev/kvm can be opened does not say so.

use super::{Check, Report, install};
use crate::{claim, host, vm};
use std::{
    fs::File,
    io::{self, Read},
    path::Path,
    process::{Child, Command, Stdio},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// How long a boot ROM may take until it asks; seen were two to three seconds, with and without KVM.
const LIMIT: Duration = Duration::from_secs(8);
/// How often it is looked.
const GLANCE: Duration = Duration::from_millis(30);
/// A capture with this many bytes has a packet behind its header.
const HEADER: u64 = 24;

/// VMs that are being tried.
#[derive(Debug)]
pub struct Trial {
    /// By the processor, if it offers that.
    fast: Option<&'static str>,
    outcomes: JoinHandle<(Option<Outcome>, Outcome)>,
}

/// What became of a VM.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Outcome {
    /// It asked for an address after this time.
    Asked(Duration),
    /// It ran, and sent nothing.
    Silent,
    /// QEMU ended, with these words.
    Ended(String),
}

impl Trial {
    /// Starts a VM that QEMU translates, and one that the processor executes. Both at once, since each needs seconds.
    pub fn start(qemu: &Path, fast: Option<&'static str>) -> Self {
        let begun = |accel| Attempt::start(qemu, accel).map_err(|error| Outcome::Ended(error.to_string()));
        let attempts = (fast.map(begun), begun("tcg"));
        // Only the waiting is another thread's: QEMU ends with the thread that started it.
        let outcomes = thread::spawn(move || {
            let until = Instant::now() + LIMIT;
            let (mut fast, mut slow) = attempts;
            loop {
                let by_fast = fast.as_mut().and_then(Attempt::look);
                let by_slow = Attempt::look(&mut slow);
                let late = Instant::now() > until;
                match (by_fast, by_slow) {
                    (Some(Outcome::Asked(after)), _) => return (Some(Outcome::Asked(after)), Outcome::Silent),
                    (by_fast, Some(by_slow)) if late || fast.is_none() || by_fast.is_some() => {
                        return (fast.map(|_| by_fast.unwrap_or(Outcome::Silent)), by_slow);
                    }
                    (by_fast, None) if late => {
                        return (fast.map(|_| by_fast.unwrap_or(Outcome::Silent)), Outcome::Silent);
                    }
                    _ => thread::sleep(GLANCE),
                }
            }
        });
        Self { fast, outcomes }
    }

    /// Waits for what becomes of them, and tells it.
    pub fn checks(self, report: &mut Report) {
        let lost = |_| (None, Outcome::Ended("the trial was lost".to_owned()));
        let (fast, slow) = self.outcomes.join().unwrap_or_else(lost);
        let name = if self.fast == Some("hvf") { "hvf" } else { "kvm" };
        let (check, option) = match (&fast, &slow) {
            (None, _) => {
                let (_, why) = host::accels(crate::options::Accel::Auto);
                (Check::note(name, why.unwrap_or_default()).remedy_within(), None)
            }
            (Some(fast), slow) => of_fast(name, fast, slow),
        };
        report.options.extend(option);
        report.say(&of_any(fast.as_ref(), &slow));
        report.say(&check);
    }
}

/// What is to be said of the fast way, and the option that a run needs.
fn of_fast(name: &'static str, fast: &Outcome, slow: &Outcome) -> (Check, Option<&'static str>) {
    let title = name.to_uppercase();
    match (fast, slow) {
        (Outcome::Asked(_), _) => (Check::ok(name, format!("{title} runs a VM")), None),
        // QEMU then goes on without it.
        (Outcome::Ended(words), _) => (
            Check::note(
                name,
                format!("QEMU cannot use {title}, and translates the VM's code, which is slower: {words}"),
            ),
            None,
        ),
        (Outcome::Silent, Outcome::Asked(after)) => {
            let found = format!(
                "{title} opens, but does not run a VM: it sent nothing in {} s, while without {title} one did after {:.1} s",
                LIMIT.as_secs(),
                after.as_secs_f32()
            );
            (Check::note(name, found).remedy("start it with --accel tcg, as below"), Some("--accel tcg"))
        }
        (Outcome::Silent, _) => {
            (Check::note(name, format!("{title} opens; whether it runs a VM was not to be seen")), None)
        }
    }
}

/// Whether any VM runs.
fn of_any(fast: Option<&Outcome>, slow: &Outcome) -> Check {
    match (fast, slow) {
        (Some(Outcome::Asked(after)), _) | (_, Outcome::Asked(after)) => {
            Check::ok("start", format!("a VM started, and asked for its address after {:.1} s", after.as_secs_f32()))
        }
        (_, Outcome::Ended(words)) => {
            let check = Check::problem("start", format!("no VM starts; QEMU says: {words}"), 5);
            match words {
                _ if words.contains("romfile") => {
                    check.line(install("ipxe-qemu", "ipxe-roms-qemu", "qemu-system-x86-firmware", "qemu"))
                }
                _ if words.contains("bios") => {
                    check.line(install("seabios", "seabios-bin seavgabios-bin", "seabios", "qemu"))
                }
                _ => check.remedy("install QEMU anew").line(install(
                    "--reinstall qemu-system-x86 qemu-system-data seabios ipxe-qemu",
                    "qemu-system-x86",
                    "qemu-system-x86",
                    "qemu",
                )),
            }
        }
        (_, Outcome::Silent) => Check::note(
            "start",
            format!("a VM started, but sent nothing in {} s: this machine is slow, or busy", LIMIT.as_secs()),
        )
        .remedy("end what keeps it busy, and ask again"),
    }
}

/// A VM, and the file without a name that receives its packets, so that nothing is left of either.
#[derive(Debug)]
struct Attempt {
    child: Child,
    capture: File,
    begun: Instant,
}

impl Attempt {
    fn start(qemu: &Path, accel: &str) -> io::Result<Self> {
        let capture = match claim::private_folder() {
            Ok(folder) => tempfile::tempfile_in(folder)?,
            Err(_) => tempfile::tempfile()?,
        };
        let mut command = Command::new(qemu);
        command.args(["-no-user-config", "-accel", accel, "-m", "64", "-display", "none", "-boot", "n"]);
        // Nothing of it leaves this machine.
        command.args(["-netdev", "user,id=net0,restrict=on", "-device", "e1000,netdev=net0"]);
        command.args(["-object", "filter-dump,id=dump0,netdev=net0,file=/dev/stdout"]);
        command.stdin(Stdio::null()).stdout(capture.try_clone()?).stderr(Stdio::piped());
        vm::die_with_us(&mut command);
        Ok(Self { child: command.spawn()?, capture, begun: Instant::now() })
    }

    /// What has become of it, if anything has. Once that is known, it is ended.
    fn look(attempt: &mut Result<Self, Outcome>) -> Option<Outcome> {
        let outcome = match attempt {
            Ok(running) => running.heard()?,
            Err(outcome) => return Some(outcome.clone()),
        };
        *attempt = Err(outcome.clone());
        Some(outcome)
    }

    fn heard(&mut self) -> Option<Outcome> {
        if self.capture.metadata().is_ok_and(|about| about.len() > HEADER) {
            return Some(Outcome::Asked(self.begun.elapsed()));
        }
        self.child.try_wait().ok()??;
        let mut words = Vec::new();
        self.child.stderr.take()?.read_to_end(&mut words).ok()?;
        Some(Outcome::Ended(told(&String::from_utf8_lossy(&words))))
    }
}

/// QEMU's words in one line, without its name and its warnings.
fn told(words: &str) -> String {
    let lines = words.lines().map(|line| line.trim_start_matches("qemu-system-x86_64: ").trim());
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty() && !line.starts_with("warning:")).collect();
    if lines.is_empty() { "nothing".to_owned() } else { lines.join("; ") }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Mark;

    #[test]
    fn only_a_vm_that_sends_something_runs() {
        let (asked, ended) = (Outcome::Asked(Duration::from_secs(3)), Outcome::Ended("no".to_owned()));
        let fast = |fast: &Outcome, slow: &Outcome| {
            let (check, option) = of_fast("kvm", fast, slow);
            (check.mark, option)
        };
        assert_eq!(fast(&asked, &Outcome::Silent), (Mark::Ok, None));
        assert_eq!(fast(&Outcome::Silent, &asked), (Mark::Note, Some("--accel tcg")));
        assert_eq!(fast(&Outcome::Silent, &Outcome::Silent), (Mark::Note, None));
        assert_eq!(fast(&ended, &asked), (Mark::Note, None));
        let any = |fast: Option<&Outcome>, slow: &Outcome| of_any(fast, slow).mark;
        assert_eq!(any(Some(&asked), &Outcome::Silent), Mark::Ok);
        assert_eq!(any(Some(&ended), &asked), Mark::Ok);
        assert_eq!(any(None, &ended), Mark::Problem);
        assert_eq!(any(Some(&Outcome::Silent), &Outcome::Silent), Mark::Note);
    }

    #[test]
    fn a_missing_rom_is_told_with_its_package() {
        let words = told(
            "qemu-system-x86_64: warning: x\nqemu-system-x86_64: -device e1000,netdev=n: failed to find romfile \"efi-e1000.rom\"\n",
        );
        assert!(!words.contains("warning"));
        let check = of_any(None, &Outcome::Ended(words));
        assert!(check.to_string().contains("ipxe"), "{check}");
        let bios = told("qemu: could not load PC BIOS 'bios-256k.bin'");
        assert!(of_any(None, &Outcome::Ended(bios)).to_string().contains("seabios"));
        assert_eq!(told(""), "nothing");
    }

    #[test]
    fn a_qemu_that_cannot_be_executed_is_a_problem() {
        let trial = Trial::start(Path::new("/nonexistent/qemu"), Some("kvm"));
        let mut report = Report::default();
        trial.checks(&mut report);
        assert_eq!(report.exit_code, 5);
    }
}
