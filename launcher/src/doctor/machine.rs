//! What a VM needs of the machine around QEMU.

use super::{Check, Report, install, nameserver};
use crate::{claim, detach, host, record, shell};
use std::{env, fs, net::TcpListener, path::Path};

/// What a VM takes unless told otherwise, and QEMU around it, in MiB.
const VM: u64 = 256;
const QEMU: u64 = 128;

/// Checks all of it.
pub fn checks(report: &mut Report) {
    report.say(&memory());
    report.say(&nameserver::check());
    report.say(&port());
    report.say(&match host::found("ssh") {
        Some(path) => Check::ok("ssh", format!("an ssh client is installed, {}", path.display())),
        None => Check::note("ssh", "no ssh is installed: tinycore ssh does not work").line(install(
            "openssh-client",
            "openssh-clients",
            "openssh",
            "openssh",
        )),
    });
    report.say(&private());
    report.say(&records());
    if let Some(words) = detach::killed_at_logout() {
        let (found, line) = words.split_once("; ").unwrap_or((words, ""));
        report.say(&Check::note("logout", found).remedy(line));
    }
    report.say(&program());
}

fn memory() -> Check {
    let about = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    match available(&about) {
        None => Check::ok("memory", format!("the VM takes {VM} MiB")),
        Some(free) if free < VM + QEMU => Check::note(
            "memory",
            format!("only {free} MiB are available, and the VM with its QEMU takes {} MiB", VM + QEMU),
        )
        .remedy("end other programs, or start it with --memory 128"),
        Some(free) => Check::ok("memory", format!("{free} MiB are available; the VM takes {VM} MiB")),
    }
}

/// The memory that programs can have without swapping, in MiB (proc_meminfo(5)).
fn available(about: &str) -> Option<u64> {
    let line = about.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kib| kib >> 10)
}

fn port() -> Check {
    match TcpListener::bind(("127.0.0.1", 0)) {
        Ok(_) => {
            let range = fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range").unwrap_or_default();
            let range: Vec<&str> = range.split_whitespace().collect();
            match range[..] {
                [first, last] => {
                    Check::ok("port", format!("127.0.0.1 has free ports for the VM's ssh, from {first} to {last}"))
                }
                _ => Check::ok("port", "127.0.0.1 has free ports for the VM's ssh"),
            }
        }
        Err(error) => Check::problem("port", format!("no port of 127.0.0.1 can be had for the VM's ssh: {error}"), 1)
            .remedy("is the loopback interface up?")
            .line("sudo ip link set lo up"),
    }
}

fn private() -> Check {
    match claim::private_folder() {
        Ok(path) => Check::ok("private", format!("{}, for locks and sockets, is yours alone", path.display())),
        Err(error) => {
            let user = rustix::process::geteuid().as_raw();
            Check::error("private", &error)
                .remedy("if it is yours, remove it while no VM runs; else ask the one whom it belongs to")
                .line(format!("ls -ld /tmp/tinycore-{user} && rm -r /tmp/tinycore-{user}"))
        }
    }
}

fn records() -> Check {
    let lost = "list, ssh and stop do not find your VMs";
    let remedy = "name a folder of your own before the start";
    let line = "export XDG_STATE_HOME=/tmp/tinycore-state-$USER";
    let Some(folder) = record::folder() else {
        return Check::note("records", format!("neither HOME nor XDG_STATE_HOME is set: {lost}"))
            .remedy(remedy)
            .line(line);
    };
    // It is made by the first start; what is looked at is what it will be made in.
    let existing = folder.ancestors().find(|folder| folder.is_dir()).unwrap_or(Path::new("/"));
    match tempfile::tempfile_in(existing) {
        Ok(_) => {
            Check::ok("records", format!("{}, which tells list, ssh and stop where your VMs are", folder.display()))
        }
        Err(error) => Check::note("records", format!("cannot write to {}: {error}; so {lost}", existing.display()))
            .remedy(remedy)
            .line(line),
    }
}

fn program() -> Check {
    let me = env::current_exe().and_then(fs::canonicalize).ok();
    let mine = me.as_deref().map_or("tinycore".into(), |me| shell::word(me.as_os_str()));
    match host::found("tinycore") {
        None => Check::note("program", format!("tinycore is not in your PATH: call it as {mine}"))
            .remedy("or put it where your shell finds it after your next log-in")
            .line(format!("mkdir -p ~/.local/bin && cp {mine} ~/.local/bin/")),
        Some(found) if me.is_some() && fs::canonicalize(&found).ok() != me => Check::note(
            "program",
            format!("the tinycore of your PATH is another one: {}; this one is {mine}", found.display()),
        )
        .remedy("remove the one that you do not want"),
        Some(found) => Check::ok("program", format!("tinycore {}, {}", env!("CARGO_PKG_VERSION"), found.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn available_memory_is_read() {
        assert_eq!(available("MemTotal: 9 kB\nMemAvailable:    2048 kB\n"), Some(2));
        assert_eq!(available("MemTotal: 9 kB\n"), None);
        assert_eq!(available(""), None);
    }
}
