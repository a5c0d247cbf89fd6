//! What the tests need from the system: which programs, which Debian packages hold them, and how they are installed.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::shell::{command, find, printed, run};

/// Programs that some tests need, and the Debian packages that hold them.
pub struct Need {
    /// One word for the tests that need them, as `DROPCAP_SKIP` spells it.
    pub group: &'static str,
    /// What cannot be done without them.
    pub purpose: &'static str,
    /// The programs.
    pub programs: &'static [&'static str],
    /// The packages.
    pub packages: &'static [&'static str],
}

/// A browser and the program that steers it.
pub const BROWSER: Need = Need {
    group: "page",
    purpose: "the tests of the page in a browser",
    programs: &["chromium", "chromedriver"],
    packages: &["chromium", "chromium-driver"],
};

/// A virtual machine, and what its test image is made with.
pub const MACHINE: Need = Need {
    group: "launcher",
    purpose: "the tests of the launcher with a virtual machine",
    programs: &["qemu-system-x86_64", "qemu-img"],
    packages: &["qemu-system-x86", "qemu-utils", "ipxe-qemu", "seabios"],
};

/// The program that goldens are recorded from.
pub const ORACLE: Need = Need {
    group: "oracle",
    purpose: "recording goldens and comparing speeds",
    programs: &["tshark", "mergecap"],
    packages: &["tshark", "wireshark-common"],
};

const BACKPORTS: &str = "/etc/apt/sources.list.d/dropcap-backports.list";

impl Need {
    /// Those of the programs that are not on this machine.
    pub fn missing(&self) -> Vec<&'static str> {
        self.programs.iter().copied().filter(|program| find(program).is_none()).collect()
    }

    /// Makes sure that the programs are here: installs their packages where this is Debian and we are root.
    ///
    /// # Errors
    /// What is missing, and the line to type.
    pub fn provide(&self) -> Result<()> {
        let missing = self.missing();
        if missing.is_empty() {
            return Ok(());
        }
        println!("  {} needs {}", self.purpose, missing.join(" and "));
        let line = format!("apt-get install -y --no-install-recommends {}", self.packages.join(" "));
        if find("apt-get").is_none() {
            bail!("{} missing, and there is no apt-get here; on Debian it is: {line}", are(&missing));
        }
        if !is_root() {
            bail!("{} missing; type: sudo {line}", are(&missing));
        }
        self.install()
            .with_context(|| format!("{} missing, and could not be installed; type: {line}", are(&missing)))?;
        let missing = self.missing();
        if !missing.is_empty() {
            bail!("{} still missing after installing {}", are(&missing), self.packages.join(" "));
        }
        Ok(())
    }

    fn install(&self) -> Result<()> {
        run(&mut apt(&["update", "-qq"]))?;
        if run(&mut self.apt_install(None)).is_ok() {
            return Ok(());
        }
        // Where one package was taken from the backports, those that belong to it are to be had only from there too.
        let suite = format!("{}-backports", codename().context("this Debian does not say its name")?);
        println!("  trying again with packages from {suite}");
        if !knows(&suite) {
            let line = format!("deb http://deb.debian.org/debian {suite} main\n");
            fs::write(BACKPORTS, line).with_context(|| format!("cannot write {BACKPORTS}"))?;
            run(&mut apt(&["update", "-qq"]))?;
        }
        run(&mut self.apt_install(Some(&suite)))
    }

    fn apt_install(&self, suite: Option<&str>) -> Command {
        let mut install = apt(&["install", "-y", "-qq", "--no-install-recommends"]);
        if let Some(suite) = suite {
            install.args(["-t", suite]);
        }
        install.args(self.packages);
        install
    }
}

fn apt(arguments: &[&str]) -> Command {
    let mut apt = command("apt-get", arguments);
    apt.env("DEBIAN_FRONTEND", "noninteractive");
    apt
}

fn knows(suite: &str) -> bool {
    printed(&mut command("apt-cache", ["policy"])).is_some_and(|policy| policy.contains(&format!("{suite}/")))
}

fn is_root() -> bool {
    printed(&mut command("id", ["-u"])).as_deref() == Some("0")
}

fn codename() -> Option<String> {
    let release = fs::read_to_string(Path::new("/etc/os-release")).ok()?;
    release.lines().find_map(|line| line.strip_prefix("VERSION_CODENAME=")).map(str::to_owned)
}

fn are(missing: &[&str]) -> String {
    format!("{} {}", missing.join(" and "), if missing.len() == 1 { "is" } else { "are" })
}
