//! The command line for QEMU: a pure function of what was asked for and what was found.

use crate::options::{Disk, Nic};
use std::{
    ffi::{OsStr, OsString},
    os::unix::ffi::{OsStrExt, OsStringExt},
    path::{Path, PathBuf},
};

/// The name under which QEMU knows the VM's network.
pub const NETDEV: &str = "net0";

/// The name under which QEMU knows what writes the capture.
pub const DUMP: &str = "dump0";

/// A VM, with every choice made.
#[derive(Debug, Clone)]
pub struct Machine {
    /// What the VM's window is called.
    pub name: OsString,
    /// The disk's absolute path.
    pub image: PathBuf,
    /// Writes to the disk are dropped at the end.
    pub throwaway: bool,
    /// What may execute the VM's code, the best first, in QEMU's words.
    pub accels: Vec<&'static str>,
    /// Where the screen is shown.
    pub screen: Screen,
    /// In MiB.
    pub memory: u32,
    /// Number of processors.
    pub cpus: u32,
    /// The network card.
    pub nic: Nic,
    /// The disk's bus.
    pub disk: Disk,
    /// The network has IPv6.
    pub ipv6: bool,
    /// The network leads nowhere.
    pub isolated: bool,
    /// Captured bytes of each packet, at most; QEMU's own limit otherwise.
    pub snaplen: Option<u32>,
    /// The port on 127.0.0.1 that leads to the VM's ssh; 0 lets the kernel choose.
    pub ssh_port: u16,
    /// The user's own arguments, which come last.
    pub more: Vec<OsString>,
}

/// Where the VM's screen is shown, decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Screen {
    /// A window, by the name of QEMU's display.
    Window(&'static str),
    /// A VNC server on this socket.
    Vnc(PathBuf),
    /// Nowhere.
    None,
}

/// Who starts the VM.
#[derive(Debug, Clone, Copy)]
pub enum Start<'a> {
    /// A person, from a shell: QEMU opens the capture itself, and runs at once.
    ByHand {
        /// The capture's absolute path.
        capture: &'a Path,
    },
    /// The launcher: QEMU waits, paused, for orders on the socket that it inherits. The capture is one of the
    /// orders, so that an earlier capture is overwritten only when all else has succeeded.
    Supervised {
        /// The number of the inherited socket.
        orders: i32,
    },
}

/// What QEMU is called with, its own name left out.
pub fn arguments(machine: &Machine, start: Start<'_>) -> Vec<OsString> {
    let mut line = Line(Vec::new());
    line.add("-no-user-config", &[]);
    line.add("-name", &[&doubled(&machine.name)]);
    for accel in &machine.accels {
        line.add("-accel", &[accel.as_ref()]);
    }
    line.add("-m", &[machine.memory.to_string().as_ref()]);
    if machine.cpus > 1 {
        line.add("-smp", &[machine.cpus.to_string().as_ref()]);
    }
    drive(&mut line, machine);
    let ipv6 = if machine.ipv6 { "" } else { ",ipv6=off" };
    let restrict = if machine.isolated { ",restrict=on" } else { "" };
    let port = machine.ssh_port;
    line.add("-netdev", &[format!("user,id={NETDEV}{ipv6}{restrict},hostfwd=tcp:127.0.0.1:{port}-:22").as_ref()]);
    line.add("-device", &[format!("{},netdev={NETDEV}", machine.nic.device()).as_ref()]);
    match &machine.screen {
        Screen::Window(display) => line.add("-display", &[display.as_ref()]),
        // Without the word "none", QEMU would open a VNC server on a TCP port, with no password.
        Screen::None => line.add("-display", &["none".as_ref()]),
        Screen::Vnc(socket) => {
            line.add("-display", &["none".as_ref()]);
            line.add("-vnc", &["unix:".as_ref(), &doubled(socket.as_os_str())]);
        }
    }
    if cfg!(target_os = "linux") {
        line.add("-sandbox", &[sandbox(&machine.screen).as_ref()]);
    }
    match start {
        Start::ByHand { capture } => {
            let most = machine.snaplen.map_or_else(String::new, |bytes| format!("maxlen={bytes},"));
            let dump = format!("filter-dump,id={DUMP},netdev={NETDEV},{most}file=");
            line.add("-object", &[dump.as_ref(), &doubled(capture.as_os_str())]);
        }
        Start::Supervised { orders } => {
            line.add("-S", &[]);
            line.add("-chardev", &[format!("socket,id=orders,fd={orders}").as_ref()]);
            line.add("-mon", &["chardev=orders,mode=control".as_ref()]);
        }
    }
    line.0.extend(machine.more.iter().cloned());
    line.0
}

/// The disk, always as qcow2: QEMU's guess would make any other file, such as a capture, a disk to write to.
fn drive(line: &mut Line, machine: &Machine) {
    let bus = match machine.disk {
        Disk::Ide => "ide",
        Disk::Virtio => "virtio",
        Disk::Sata => "none",
    };
    let rest = if machine.throwaway { ",snapshot=on" } else { "" };
    line.add(
        "-drive",
        &[
            "file=".as_ref(),
            &doubled(machine.image.as_os_str()),
            format!(",format=qcow2,id=disk0,if={bus}{rest}").as_ref(),
        ],
    );
    if machine.disk == Disk::Sata {
        line.add("-device", &["ahci,id=sata0".as_ref()]);
        line.add("-device", &["ide-hd,drive=disk0,bus=sata0.0".as_ref()]);
    }
}

/// The system calls that QEMU gives up. A window needs more of them than a VM without one: its libraries
/// start other programs and place their threads.
fn sandbox(screen: &Screen) -> &'static str {
    match screen {
        Screen::Window(_) => "on,obsolete=deny,elevateprivileges=deny",
        Screen::Vnc(_) | Screen::None => "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny",
    }
}

/// A text inside a list of QEMU's options, where a comma would end it.
fn doubled(text: &OsStr) -> OsString {
    let mut bytes = Vec::with_capacity(text.len());
    for byte in text.as_bytes() {
        bytes.push(*byte);
        if *byte == b',' {
            bytes.push(b',');
        }
    }
    OsString::from_vec(bytes)
}

/// A command line that grows by options.
struct Line(Vec<OsString>);

impl Line {
    /// Adds an option, and its value if it has one: the parts, joined.
    fn add(&mut self, option: &str, value: &[&OsStr]) {
        self.0.push(option.into());
        if !value.is_empty() {
            self.0.push(value.iter().copied().collect());
        }
    }
}

#[cfg(test)]
mod tests;
