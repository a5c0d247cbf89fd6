//! What the user may ask for on the command line.

use crate::{error::Error, voice};
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use std::{ffi::OsString, fmt, path::PathBuf};

/// Runs the course's VM, writes every packet of its network to a capture, and finds both again.
#[derive(Debug, Clone, Parser)]
#[command(name = "tinycore", version, args_override_self = true, subcommand_negates_reqs = true, after_help = AFTER_HELP)]
pub struct Options {
    /// What to do; without it, `run`.
    #[command(subcommand)]
    pub command: Option<Command>,

    /// The options of `run`, where no command is named.
    #[command(flatten)]
    pub run: Option<Run>,

    /// Speak JSON, one object a line, for scripts
    #[arg(long, global = true)]
    pub json: bool,
}

/// What to do.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Start a VM with a capture, and wait for its end (this is also done without the word `run`)
    Run(Run),
    /// List your VMs on this machine
    List(List),
    /// Tell all that is known of a VM, also how it ended
    Status(Named),
    /// Log in to a VM, or run a command in it
    Ssh(Ssh),
    /// Power a VM off and wait until it is gone
    Stop(Stop),
    /// Show what a capture receives while it grows
    Watch(Watch),
    /// Tell what is in a capture, and whether it is whole
    Summary(Summary),
    /// Check whether this machine can run the VM, with a remedy for what is missing
    Doctor(Doctor),
    /// Print the completions for a shell
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Print the manual page (tinycore man | man -l -)
    Man,
}

/// How a VM is run.
#[derive(Debug, Clone, Args)]
#[command(args_override_self = true)]
pub struct Run {
    /// The VM's disk: a qcow2 image, or the downloaded tinycore.tar.gz, which is unpacked beside itself once; without
    /// this option, tc.qcow2 in this folder or beside tinycore
    #[arg(short = 'f', long = "image", value_name = "IMAGE")]
    pub image: Option<PathBuf>,

    /// The file that receives the packets; an earlier capture in it is overwritten once the VM runs
    #[arg(short = 'c', long = "capture", value_name = "PCAP")]
    pub capture: PathBuf,

    /// What the VM is called in `list`, `ssh` and `stop`; without this option, like its image
    #[arg(long, value_name = "NAME", value_parser = name)]
    pub name: Option<String>,

    /// Return once the VM is up, and leave it running in the background
    #[arg(short = 'd', long)]
    pub detach: bool,

    /// Print the QEMU command line and start nothing
    #[arg(long)]
    pub dry_run: bool,

    /// What executes the VM's code: the processor (kvm; hvf on macOS), QEMU itself (tcg, slower), or what works
    #[arg(long, value_enum, default_value_t = Accel::Auto, help_heading = MACHINE)]
    pub accel: Accel,

    /// Where the VM's screen is shown; auto opens a window if there is a desktop
    #[arg(long, value_enum, default_value_t = Display::Auto, help_heading = MACHINE)]
    pub display: Display,

    /// The VM's memory, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 256, help_heading = MACHINE,
        value_parser = clap::value_parser!(u32).range(64..=1_048_576))]
    pub memory: u32,

    /// The number of the VM's processors
    #[arg(long, value_name = "COUNT", default_value_t = 1, help_heading = MACHINE,
        value_parser = clap::value_parser!(u32).range(1..=255))]
    pub cpus: u32,

    /// The VM's network card
    #[arg(long, value_enum, default_value_t = Nic::E1000, help_heading = MACHINE)]
    pub nic: Nic,

    /// The bus that the VM's disk is on
    #[arg(long, value_enum, default_value_t = Disk::Ide, help_heading = MACHINE)]
    pub disk: Disk,

    /// Leave the image as it is: what the VM writes to its disk is dropped at its end
    #[arg(long, help_heading = MACHINE)]
    pub throwaway: bool,

    /// The port of this machine that leads to the VM's ssh; without this option, the one that the VM had last time
    #[arg(long, value_name = "PORT", help_heading = NETWORK)]
    pub ssh_port: Option<u16>,

    /// Start only if the port of --ssh-port is free
    #[arg(long, requires = "ssh_port", help_heading = NETWORK)]
    pub strict_port: bool,

    /// The user's name in the VM, for ssh
    #[arg(long, value_name = "NAME", default_value = "tc", help_heading = NETWORK)]
    pub user: String,

    /// Give the VM no IPv6
    #[arg(long, help_heading = NETWORK)]
    pub no_ipv6: bool,

    /// Cut the VM off from every network; ssh from this machine still leads in
    #[arg(long, help_heading = NETWORK)]
    pub isolated: bool,

    /// Keep this many earlier captures, as output.1.pcap (the latest), output.2.pcap, ...
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = CAPTURE)]
    pub keep_old: u32,

    /// Capture at most this many bytes of each packet: 300 or more, so that DHCP, by which it is seen that the VM is up,
    /// and DNS can be read
    #[arg(long, value_name = "BYTES", help_heading = CAPTURE, value_parser = clap::value_parser!(u32).range(300..=262_144))]
    pub snaplen: Option<u32>,

    /// Stop capturing when the file has this size, such as 500M; the VM goes on
    #[arg(long, value_name = "SIZE", help_heading = CAPTURE, value_parser = size)]
    pub max_size: Option<u64>,

    /// Overwrite PCAP even if it is no capture
    #[arg(long, help_heading = CAPTURE)]
    pub force: bool,

    /// Leave the VM running when the capture can no longer be written
    #[arg(long, help_heading = CAPTURE)]
    pub keep_going: bool,

    /// Seconds that the VM may take to power off before its power is cut
    #[arg(long, value_name = "SECONDS", default_value_t = 15, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub timeout: u64,

    /// Seconds that -d waits for the VM to come up
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(0..=3600))]
    pub wait: u64,

    /// Further arguments for QEMU, after `--`
    #[arg(last = true, value_name = "QEMU ARGS")]
    pub qemu: Vec<OsString>,
}

/// Which VMs are listed.
#[derive(Debug, Clone, Args)]
pub struct List {
    /// Those on other machines with the same home, too
    #[arg(long)]
    pub all_hosts: bool,
}

/// A VM by its name.
#[derive(Debug, Clone, Args)]
pub struct Named {
    /// The VM's name, as `list` shows it; not needed if there is but one
    pub name: Option<String>,
}

/// Into which VM, and what to run there.
#[derive(Debug, Clone, Args)]
pub struct Ssh {
    /// The VM.
    #[command(flatten)]
    pub vm: Named,

    /// What to run in the VM instead of a shell, after `--`
    #[arg(last = true, value_name = "COMMAND")]
    pub command: Vec<OsString>,
}

/// Which VM ends, and how.
#[derive(Debug, Clone, Args)]
pub struct Stop {
    /// The VM.
    #[command(flatten)]
    pub vm: Named,

    /// Cut the power at once, without asking the VM to shut down
    #[arg(long)]
    pub now: bool,
}

/// What is watched.
#[derive(Debug, Clone, Args)]
#[command(after_help = AFTER_WATCH)]
pub struct Watch {
    /// The VM's name, or a capture that grows; not needed if there is but one VM
    #[arg(value_name = "NAME|FILE")]
    pub what: Option<String>,
}

/// Which capture is summed up.
#[derive(Debug, Clone, Args)]
pub struct Summary {
    /// The capture
    pub file: PathBuf,

    /// Where the file ends inside a packet: write the whole packets to FILE.fixed
    #[arg(long)]
    pub fix: bool,
}

/// What is checked.
#[derive(Debug, Clone, Args)]
pub struct Doctor {
    /// The image that is to run
    #[arg(short = 'f', long = "image", value_name = "IMAGE")]
    pub image: Option<PathBuf>,

    /// The capture that is to be written; without this option, a file in this folder
    #[arg(short = 'c', long = "capture", value_name = "PCAP")]
    pub capture: Option<PathBuf>,
}

const MACHINE: &str = "The machine";
const NETWORK: &str = "Its network";
const CAPTURE: &str = "The capture";

/// How to see more than numbers.
const AFTER_WATCH: &str = "\
Ctrl-C ends this and leaves the VM as it is. In Wireshark, live:
  tail -c +1 -f output.pcap | wireshark -k -i -";

/// The examples and exit codes below the list of options.
const AFTER_HELP: &str = "\
Examples:
  tinycore -f tc.qcow2 -c output.pcap                  as in the handout
  tinycore -f tinycore.tar.gz -c output.pcap           straight from the download
  tinycore -f tc.qcow2 -c output.pcap -d               in the background: it survives the end of your session
  tinycore ssh                                         log in, from another terminal
  tinycore stop                                        power it off
  tinycore -f tc.qcow2 -c output.pcap --display none   without a window
  tinycore -f tc.qcow2 -c output.pcap --dry-run        show the QEMU command line
  tinycore -f tc.qcow2 -c output.pcap -- -snapshot     hand QEMU an argument of your own

Ctrl-C presses the VM's power button; a second Ctrl-C cuts its power. The capture survives both.

Exit codes:
  0    the VM ended and its capture is whole
  1    the machine refuses something
  2    wrong options
  3    the image
  4    the capture: it cannot be written, or is not whole
  5    QEMU is missing, did not start, or ended by itself
  6    there is no such VM
  7    the VM is on another machine
  129  the VM was ended by a hang-up (130: by Ctrl-C, 143: by a request to terminate)";

/// A VM's name: it becomes a part of file names.
fn name(text: &str) -> Result<String, String> {
    let plain = |letter: char| letter.is_alphanumeric() || "-_.".contains(letter);
    match !text.is_empty() && text.len() <= 40 && text.chars().all(plain) && !text.starts_with(['.', '-']) {
        true => Ok(text.to_owned()),
        false => Err("a name has up to 40 letters, digits, and - _ . between them".to_owned()),
    }
}

/// A size as people write it: `500M`, `2G`, `1500000`; powers of 1,000.
fn size(text: &str) -> Result<u64, String> {
    let wrong = || "a size is a number with k, M or G behind it, such as 500M".to_owned();
    let text = text.trim().trim_end_matches(['B', 'b']);
    let (number, unit) = match text.chars().last() {
        Some('k' | 'K') => (text.get(..text.len() - 1), 1000),
        Some('m' | 'M') => (text.get(..text.len() - 1), 1_000_000),
        Some('g' | 'G') => (text.get(..text.len() - 1), 1_000_000_000),
        _ => (Some(text), 1),
    };
    let number: u64 = number.and_then(|number| number.trim().parse().ok()).ok_or_else(wrong)?;
    number.checked_mul(unit).filter(|size| *size >= 1000).ok_or_else(wrong)
}

/// Prints the completions for a shell.
pub fn completions(shell: clap_complete::Shell) -> Result<u8, Error> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Options::command(), "tinycore", &mut text);
    voice::tell(&String::from_utf8_lossy(&text));
    Ok(0)
}

/// Prints the manual page.
pub fn man() -> Result<u8, Error> {
    let mut text = Vec::new();
    let written = clap_mangen::Man::new(Options::command()).render(&mut text);
    written.map_err(|source| Error::System { doing: "write", path: "the manual page".to_owned(), source })?;
    voice::tell(&String::from_utf8_lossy(&text));
    Ok(0)
}

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
mod tests;
