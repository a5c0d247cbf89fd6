//! The words at the start and at the end: where the VM is, how it ended, and what was captured.

use crate::{
    content::size,
    error::{Error, quoted},
    host,
    record::Record,
    shell,
    supervise::End,
};
use jiff::{Timestamp, ZonedDateTime, tz::TimeZone};
use rustix::process::Signal;
use serde::Serialize;
use std::{fmt, os::unix::process::ExitStatusExt, path::Path, time::Duration};

/// What a student needs while the VM runs.
#[derive(Debug, Serialize)]
pub struct Started<'a> {
    /// The VM.
    #[serde(flatten)]
    pub record: &'a Record,
    /// The earlier capture: its length, and how long ago it was written.
    #[serde(skip)]
    pub earlier: Option<(u64, Duration)>,
    /// Earlier captures are kept under other names.
    #[serde(skip)]
    pub kept: bool,
    /// The line that leads into it from this machine.
    pub ssh: String,
    /// The line that leads into it from others.
    pub from_afar: String,
}

impl<'a> Started<'a> {
    /// Of a VM that was just started.
    pub fn new(record: &'a Record, earlier: Option<(u64, Duration)>, kept: bool) -> Self {
        Self { record, earlier, kept, ssh: shell::line(record.ssh()), from_afar: shell::line(record.ssh_from_afar()) }
    }
}

impl fmt::Display for Started<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Record { name, host, memory, capture, accelerated, .. } = self.record;
        let engine = match accelerated {
            true => {
                if cfg!(target_os = "macos") {
                    "HVF"
                } else {
                    "KVM"
                }
            }
            false => "TCG",
        };
        let capture = shell::word(capture.as_ref());
        write!(out, "tinycore: the VM {name} runs on {host} ({engine}, {memory} MiB)\n  capture   {capture}")?;
        if let Some((length, past)) = self.earlier {
            let fate = if self.kept { "earlier one kept" } else { "overwritten" };
            write!(out, "  ({fate}: {}, written {} ago)", size(length), duration(past))?;
        }
        write!(out, "\n  ssh       {}   (on {host}; or: {} ssh)", self.ssh, host::program())?;
        write!(out, "\n  from afar {}", self.from_afar)?;
        if let Some(socket) = &self.record.vnc {
            let me = host::user();
            write!(
                out,
                "\n  screen    vncviewer {socket}   (from afar: ssh -L 5901:{socket} {me}@{host}, then a VNC viewer on \
                 localhost:5901)"
            )?;
        }
        let here = if self.record.detached { "" } else { ", or Ctrl-C here" };
        write!(out, "\n  stop      `sudo poweroff` in the VM, or {} stop{here}", host::program())
    }
}

/// How the VM ended, in a few words.
pub fn ending(end: &End) -> String {
    let by_us = end.asked || end.dump_stopped;
    match (&end.shutdown, end.status.signal(), end.status.code()) {
        (_, Some(signal), _) if end.power_cut => format!("QEMU did not end and was killed (signal {signal})"),
        (_, Some(signal), _) => format!("QEMU was killed ({})", signal_name(signal)),
        (Some((true, reason)), ..) => match reason.as_str() {
            "guest-panic" => "its system crashed".to_owned(),
            "guest-reset" => "restarted by its system, which ends it".to_owned(),
            _ if by_us => "powered off, as asked".to_owned(),
            _ => "powered off from within".to_owned(),
        },
        _ if end.kvm_failed => "KVM cannot run this VM on this machine; --accel tcg does without".to_owned(),
        (Some((false, reason)), ..) => match reason.as_str() {
            "host-qmp-quit" if end.power_cut => "its power was cut".to_owned(),
            // GTK's window gives the order to quit that the launcher gives, too.
            "host-ui" => "its window was closed".to_owned(),
            "host-qmp-quit" if end.window => "its window was closed".to_owned(),
            "host-signal" => "QEMU was asked to end by a signal".to_owned(),
            other => format!("QEMU ended it ({other})"),
        },
        (None, None, Some(0)) => "QEMU ended".to_owned(),
        (None, None, code) => {
            let code = code.map_or_else(String::new, |code| format!(" with code {code}"));
            match &end.last_words {
                Some(words) => format!("QEMU failed{code}: {words}"),
                // GTK and SDL end the program in silence when the X server is gone.
                None if end.window => {
                    "the connection of its window to the desktop ended, and the VM with it; --display none -d survives this"
                        .to_owned()
                }
                None => format!("QEMU failed{code}, without a word"),
            }
        }
    }
}

/// The exit code that the end deserves, before the capture is looked at.
pub fn exit_code(end: &End) -> u8 {
    match (end.signal, end.status.success()) {
        _ if end.dump_stopped => 4,
        (None, _) if end.kvm_failed => 5,
        (Some(signal), _) => u8::try_from(128 + signal).unwrap_or(1),
        (None, true) => 0,
        (None, false) => 5,
    }
}

/// QEMU's own words at a failed start, as an error of ours that says what to do.
pub fn refusal(said: &str, image: &Path) -> Error {
    let words =
        said.lines().map(|line| line.trim_start_matches("qemu-system-x86_64: ")).collect::<Vec<_>>().join("\n  ");
    let has = |part: &str| said.contains(part);
    if has("Failed to lock byte") {
        let copy = shell::word(image.as_os_str());
        return Error::Image(format!(
            "the folder of {} has no locks (is it on NFS?); copy the image to a local disk: cp {copy} /tmp/\n  {words}",
            quoted(image)
        ));
    }
    if has("Failed to get") && has("lock") {
        return Error::Image(format!(
            "{} is in use by another VM; end that one, or start from a copy of the image\n  {words}",
            quoted(image)
        ));
    }
    if has(&image.to_string_lossy()) || has("qcow2") || has("backing file") {
        return Error::Image(format!("QEMU cannot use {}:\n  {words}", quoted(image)));
    }
    let advice = if has("KVM") || has("kvm") {
        "; --accel tcg works without KVM"
    } else if has("cannot set up guest memory") {
        "; give --memory a smaller number"
    } else if has("romfile") {
        "; the card's boot ROM is in a package of its own: sudo apt install ipxe-qemu"
    } else if has("isplay") || has("gtk") || has("sdl") {
        "; --display none works without a window"
    } else {
        ""
    };
    match words.is_empty() {
        true => Error::Qemu("QEMU did not start, and does not say why".to_owned()),
        false => Error::Qemu(format!("QEMU did not start{advice}:\n  {words}")),
    }
}

/// A time span in its largest unit.
pub fn duration(span: Duration) -> String {
    let seconds = span.as_secs();
    let (count, unit) = match seconds {
        0..120 => (seconds, "second"),
        120..7200 => (seconds / 60, "minute"),
        7200..172_800 => (seconds / 3600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

/// The time of day here, of a moment in seconds since 1970; the day as well, unless it is today.
pub fn clock(seconds: u64) -> String {
    let zone = TimeZone::system();
    let at = |seconds: u64| i64::try_from(seconds).ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    let local = |at: Timestamp| -> ZonedDateTime { at.to_zoned_datetime(zone.clone()) };
    match (at(seconds).map(local), at(crate::record::now()).map(local)) {
        (Some(then), Some(now)) if then.date() == now.date() => then.strftime("%H:%M:%S").to_string(),
        (Some(then), _) => then.strftime("%Y-%m-%d %H:%M:%S").to_string(),
        _ => "?".to_owned(),
    }
}

fn signal_name(number: i32) -> String {
    match Signal::from_named_raw(number) {
        Some(Signal::KILL) => "by SIGKILL: by someone, or because memory ran out".to_owned(),
        Some(Signal::XFSZ) => "by SIGXFSZ: the capture reached the limit for a file's size".to_owned(),
        _ => format!("by signal {number}"),
    }
}

#[cfg(test)]
mod tests;
