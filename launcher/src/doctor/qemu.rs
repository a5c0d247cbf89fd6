//! Is QEMU here, is it of an age that was tried, and has it all its parts?

use super::{Check, Report, ask::ask, install, trial::Trial};
use crate::{host, options::Accel};
use std::path::Path;

/// The oldest version that was tried, and the newest major one.
const OLDEST: (u32, u32) = (6, 2);
const NEWEST: u32 = 11;

/// Checks QEMU, and starts the VMs that show whether one runs.
pub fn checks(report: &mut Report) -> Option<Trial> {
    let Some(qemu) = host::found(host::QEMU) else {
        let found = format!("{} is not installed, or not in your PATH", host::QEMU);
        let line = install(
            "qemu-system-x86 qemu-system-gui",
            "qemu-system-x86 qemu-ui-gtk",
            "qemu-system-x86 qemu-ui-gtk",
            "qemu",
        );
        report.say(&Check::problem("qemu", found, 5).line(line));
        return None;
    };
    // What takes longest goes first.
    let accel = match host::accels(Accel::Auto).0.first() {
        Some(&"tcg") | None => None,
        fast => fast.copied(),
    };
    let trial = Trial::start(&qemu, accel);
    report.say(&version(&qemu));
    report.say(&parts(&qemu));
    report.say(&match host::window(&qemu) {
        Ok(window) => {
            Check::ok("window", format!("the desktop answers, and QEMU opens a {} window", window.to_uppercase()))
        }
        Err(why) => Check::note("window", format!("none, but ssh works: {why}")).remedy_within(),
    });
    Some(trial)
}

fn version(qemu: &Path) -> Check {
    let upgrade = || install("qemu-system-x86", "qemu-system-x86", "qemu-system-x86", "qemu");
    let said = ask(qemu, &["--version"]).unwrap_or_default();
    let Some((major, minor, words)) = read_version(&said) else {
        let found = format!("{} does not tell its version; it says: {:?}", qemu.display(), said.trim());
        return Check::problem("qemu", found, 5).remedy("install it anew").line(upgrade());
    };
    let found = format!("version {words}, {}", qemu.display());
    let (oldest_major, oldest_minor) = OLDEST;
    if (major, minor) < OLDEST {
        return Check::problem(
            "qemu",
            format!("{found}: older than {oldest_major}.{oldest_minor}, which is needed"),
            5,
        )
        .remedy("upgrade the system, or QEMU alone")
        .line(upgrade());
    }
    if major > NEWEST {
        return Check::note("qemu", format!("{found}: newer than {NEWEST}, the newest that was tried"))
            .remedy("go on; if the VM does not start, this may be why");
    }
    Check::ok("qemu", found)
}

/// The first two numbers of the version, and the version in QEMU's words.
fn read_version(said: &str) -> Option<(u32, u32, &str)> {
    let words = said.lines().next()?.split("version ").nth(1)?.split_whitespace().next()?;
    let mut numbers = words.split(['.', '-']);
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?, words))
}

/// The network card and the network: each distribution leaves out what it likes.
fn parts(qemu: &Path) -> Check {
    let devices = ask(qemu, &["-device", "help"]).unwrap_or_default();
    let networks = ask(qemu, &["-netdev", "help"]).unwrap_or_default();
    let mut missing = Vec::new();
    if !devices.contains("name \"e1000\"") {
        missing.push("the network card e1000");
    }
    if !networks.lines().any(|line| line.trim() == "user") {
        missing.push("the user network (libslirp)");
    }
    if missing.is_empty() {
        return Check::ok("parts", "this QEMU has the network card e1000 and the user network");
    }
    Check::problem("parts", format!("this QEMU was built without {}", missing.join(" and without ")), 5)
        .remedy("install your system's own QEMU, and call no other by PATH")
        .line(install("qemu-system-x86", "qemu-system-x86", "qemu-system-x86", "qemu"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_distributions_write_them() {
        for (said, version) in [
            (
                "QEMU emulator version 10.0.2 (Debian 1:10.0.2+ds-2~bpo12+1)\nCopyright (c) 2003",
                Some((10, 0, "10.0.2")),
            ),
            ("QEMU emulator version 6.2.0 (Debian 1:6.2+dfsg-2ubuntu6)", Some((6, 2, "6.2.0"))),
            ("QEMU emulator version 9.2.0-rc1 (v9.2.0)", Some((9, 2, "9.2.0-rc1"))),
            ("QEMU emulator version 11.0", Some((11, 0, "11.0"))),
            ("", None),
            ("segmentation fault", None),
        ] {
            assert_eq!(read_version(said), version);
        }
        assert!((6, 1) < OLDEST && (6, 2) >= OLDEST && (10, 0) >= OLDEST);
    }
}
