//! What the user may ask for on the command line.

use clap::{Parser, ValueEnum};
use std::{ffi::OsString, fmt, path::PathBuf};

/// Starts the course's VM, writes every packet of its network to a capture, and waits for its end.
#[derive(Debug, Clone, Parser)]
#[command(name = "tinycore", version, args_override_self = true, after_help = AFTER_HELP)]
pub struct Options {
    /// The VM's disk: a qcow2 image, such as tc.qcow2
    #[arg(short = 'f', long = "image", value_name = "IMAGE")]
    pub image: PathBuf,

    /// The file that receives the packets; an earlier capture in it is overwritten once the VM runs
    #[arg(short = 'c', long = "capture", value_name = "PCAP")]
    pub capture: PathBuf,

    /// What executes the VM's code: the processor (kvm), QEMU itself (tcg, slower), or what works
    #[arg(long, value_enum, default_value_t = Accel::Auto)]
    pub accel: Accel,

    /// Where the VM's screen is shown; auto opens a window if there is a desktop
    #[arg(long, value_enum, default_value_t = Display::Auto)]
    pub display: Display,

    /// The VM's memory, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 256, value_parser = clap::value_parser!(u32).range(64..=1_048_576))]
    pub memory: u32,

    /// The VM's network card
    #[arg(long, value_enum, default_value_t = Nic::E1000)]
    pub nic: Nic,

    /// The bus that the VM's disk is on
    #[arg(long, value_enum, default_value_t = Disk::Ide)]
    pub disk: Disk,

    /// The port of this machine that leads to the VM's ssh; 0 or a taken one: the kernel chooses
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pub ssh_port: u16,

    /// The user's name in the VM, for the ssh line
    #[arg(long, value_name = "NAME", default_value = "tc")]
    pub user: String,

    /// Leave the image as it is: what the VM writes to its disk is dropped at its end
    #[arg(long)]
    pub throwaway: bool,

    /// Print the QEMU command line and start nothing
    #[arg(long)]
    pub dry_run: bool,

    /// Further arguments for QEMU, after `--`
    #[arg(last = true, value_name = "QEMU ARGS")]
    pub qemu: Vec<OsString>,
}

/// The examples and exit codes below the list of options.
const AFTER_HELP: &str = "\
Examples:
  tinycore -f tc.qcow2 -c output.pcap                  as in the handout
  tinycore -f tc.qcow2 -c output.pcap --display none   without a window, for ssh
  tinycore -f tc.qcow2 -c output.pcap --dry-run        show the QEMU command line
  tinycore -f tc.qcow2 -c output.pcap -- -snapshot     hand QEMU an argument of your own

Ctrl-C presses the VM's power button; a second Ctrl-C cuts its power. The capture survives both.

Exit codes: 0 the VM ended and the capture is whole, 2 wrong options, 3 image, 4 capture,
5 QEMU, 129/130/143 the VM was ended by hang-up, Ctrl-C or a request to terminate.";

/// What executes the VM's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Accel {
    /// KVM if this user may open it, with QEMU's own translator behind it.
    Auto,
    /// The processor itself, through Linux's KVM.
    Kvm,
    /// QEMU's translator, which works everywhere.
    Tcg,
}

/// Where the VM's screen is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Display {
    /// A window if a desktop answers, else none.
    Auto,
    /// A window drawn by GTK.
    Gtk,
    /// A window drawn by SDL.
    Sdl,
    /// A VNC server on a socket that only this user can open.
    Vnc,
    /// Nowhere.
    None,
}

/// The model of the VM's network card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Nic {
    /// Intel 82540EM: known to almost every system.
    E1000,
    /// Intel 82574L.
    E1000e,
    /// The paravirtual card.
    Virtio,
    /// Realtek 8139.
    Rtl8139,
    /// AMD PCnet.
    Pcnet,
    /// NE2000 on PCI.
    Ne2k,
}

/// The bus that the VM's disk is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Disk {
    /// The old IDE bus: known to every system.
    Ide,
    /// An AHCI controller.
    Sata,
    /// The paravirtual disk.
    Virtio,
}

impl Nic {
    /// The name of QEMU's device.
    pub fn device(self) -> &'static str {
        match self {
            Self::E1000 => "e1000",
            Self::E1000e => "e1000e",
            Self::Virtio => "virtio-net-pci",
            Self::Rtl8139 => "rtl8139",
            Self::Pcnet => "pcnet",
            Self::Ne2k => "ne2k_pci",
        }
    }
}

impl fmt::Display for Accel {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Auto => "auto",
            Self::Kvm => "kvm",
            Self::Tcg => "tcg",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn clap_finds_no_contradiction() {
        Options::command().debug_assert();
    }

    #[test]
    fn the_handouts_line_needs_nothing_else() {
        let options = Options::try_parse_from(["tinycore", "-f", "tc.qcow2", "-c", "output.pcap"]).unwrap();
        assert_eq!(options.image, PathBuf::from("tc.qcow2"));
        assert_eq!(options.capture, PathBuf::from("output.pcap"));
        assert_eq!((options.accel, options.display), (Accel::Auto, Display::Auto));
        assert!(options.qemu.is_empty() && !options.throwaway && !options.dry_run);
    }

    #[test]
    fn what_follows_two_dashes_is_qemus() {
        let line = ["tinycore", "-f", "a", "-c", "b", "--throwaway", "--", "-c", "x", "--dry-run"];
        let options = Options::try_parse_from(line).unwrap();
        assert_eq!(options.qemu, ["-c", "x", "--dry-run"]);
        assert!(options.throwaway && !options.dry_run);
    }

    #[test]
    fn a_later_choice_replaces_an_earlier_one() {
        let line = ["tinycore", "-f", "a", "-c", "b", "--display", "none", "--display", "vnc", "-c", "d"];
        let options = Options::try_parse_from(line).unwrap();
        assert_eq!((options.display, options.capture), (Display::Vnc, PathBuf::from("d")));
    }

    #[test]
    fn both_files_are_asked_for() {
        for line in [&["tinycore"][..], &["tinycore", "-f", "a"], &["tinycore", "-c", "b"]] {
            assert!(Options::try_parse_from(line).is_err(), "{line:?}");
        }
    }

    #[test]
    fn memory_too_small_to_boot_is_refused() {
        let line = ["tinycore", "-f", "a", "-c", "b", "--memory", "32"];
        assert!(Options::try_parse_from(line).is_err());
    }
}
