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
    programs: &[
        "qemu-system-x86_64",
        "qemu-img",
        "ip",
        "unshare",
        "openssl",
        "ssh",
        "ssh-keygen",
        "Xvfb",
        "dropbear",
        "strace",
    ],
    packages: &[
        "qemu-system-x86",
        "qemu-system-gui",
        "qemu-utils",
        "xvfb",
        "dropbear-bin",
        "strace",
        "ipxe-qemu",
        "seabios",
        "iproute2",
        "util-linux",
        "openssl",
        "openssh-client",
    ],
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
        let name = codename().context("this Debian does not say its name")?;
        let suite = format!("{name}-backports");
        println!("  trying again with packages from {suite}");
        let archives = archives();
        if !archives.iter().any(|(_, release)| *release == suite) {
            let own = archives.iter().find(|(_, release)| *release == name);
            let (address, _) = own.with_context(|| format!("apt knows no archive of {name}"))?;
            fs::write(BACKPORTS, format!("deb {address} {suite} main\n"))
                .with_context(|| format!("cannot write {BACKPORTS}"))?;
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

/// The archives that apt asks: their addresses, and the releases there.
fn archives() -> Vec<(String, String)> {
    let format = ["indextargets", "--format", "$(REPO_URI) $(RELEASE)", "Created-By: Packages"];
    let text = printed(&mut command("apt-get", format)).unwrap_or_default();
    let lines = text.lines().filter_map(|line| line.split_once(' '));
    lines.map(|(address, release)| (address.to_owned(), release.to_owned())).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_here_is_not_missing() {
        let need = Need { group: "g", purpose: "a test", programs: &["sh", "no-such-program"], packages: &["none"] };
        assert_eq!(need.missing(), ["no-such-program"]);
        let need = Need { group: "g", purpose: "a test", programs: &["sh"], packages: &["none"] };
        assert!(need.provide().is_ok());
    }

    #[test]
    fn the_sentence_fits_the_number() {
        assert_eq!(are(&["chromium"]), "chromium is");
        assert_eq!(are(&["chromium", "chromedriver"]), "chromium and chromedriver are");
    }
}
