//! The words at the start and at the end: where the VM is, how it ended, and what was captured.

use crate::{
    content::size,
    error::{Error, quoted},
    host, shell,
    watch::End,
};
use rustix::process::Signal;
use std::{os::unix::process::ExitStatusExt, path::Path, time::Duration};

/// What a student needs while the VM runs.
#[derive(Debug)]
pub struct Started<'a> {
    /// The VM's name.
    pub name: &'a str,
    /// KVM executes its code.
    pub kvm: bool,
    /// In MiB.
    pub memory: u32,
    /// The port of 127.0.0.1 that leads to the VM's ssh.
    pub ssh_port: u16,
    /// The user's name in the VM.
    pub user: &'a str,
    /// The capture's absolute path.
    pub capture: &'a Path,
    /// The capture that was overwritten: its length, and how long ago it was written.
    pub earlier: Option<(u64, Duration)>,
    /// The socket of the VNC server, if there is one.
    pub vnc: Option<&'a Path>,
}

/// The lines at the start.
pub fn started(vm: &Started<'_>) -> String {
    let (host, me) = (host::name(), host::user());
    let Started { name, memory, ssh_port, user, capture, .. } = vm;
    let engine = if vm.kvm { "KVM" } else { "TCG, without KVM" };
    let overwritten = match vm.earlier {
        Some((length, past)) => format!("  (overwritten: {}, written {} ago)", size(length), duration(past)),
        None => String::new(),
    };
    let mut text = format!(
        "tinycore: the VM {name} runs on {host} ({engine}, {memory} MiB)\n  \
         capture   {}{overwritten}\n  \
         ssh       ssh -p {ssh_port} -o NoHostAuthenticationForLocalhost=yes {user}@127.0.0.1   (on {host})\n  \
         from afar ssh -J {me}@{host} -p {ssh_port} -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null \
         {user}@127.0.0.1",
        capture.display()
    );
    if let Some(socket) = vm.vnc {
        let socket = socket.display();
        text.push_str(&format!(
            "\n  screen    vncviewer {socket}   (from afar: ssh -L 5901:{socket} {me}@{host}, then a VNC viewer on localhost:5901)"
        ));
    }
    text.push_str("\n  stop      `sudo poweroff` in the VM, or Ctrl-C here");
    text
}

/// How the VM ended, in a few words.
pub fn ending(end: &End) -> String {
    let by_us = end.signal.is_some() || end.dump_stopped;
    match (&end.shutdown, end.status.signal(), end.status.code()) {
        (_, Some(signal), _) if end.power_cut => format!("QEMU did not end and was killed (signal {signal})"),
        (_, Some(signal), _) => format!("QEMU was killed ({})", signal_name(signal)),
        (Some((true, reason)), ..) => match reason.as_str() {
            "guest-panic" => "its system crashed".to_owned(),
            "guest-reset" => "restarted by its system, which ends it".to_owned(),
            _ if by_us => "powered off, as asked".to_owned(),
            _ => "powered off from within".to_owned(),
        },
        (Some((false, reason)), ..) => match reason.as_str() {
            "host-ui" => "its window was closed".to_owned(),
            "host-qmp-quit" if end.power_cut => "its power was cut".to_owned(),
            "host-signal" => "QEMU was asked to end by a signal".to_owned(),
            other => format!("QEMU ended it ({other})"),
        },
        (None, None, Some(0)) => "QEMU ended".to_owned(),
        (None, None, code) => {
            let code = code.map_or_else(String::new, |code| format!(" with code {code}"));
            let last = end.last_words.as_ref().map_or_else(
                || ", without a word; if it had a window, the connection to the desktop has probably ended".to_owned(),
                |words| format!(": {words}"),
            );
            format!("QEMU failed{code}{last}")
        }
    }
}

/// The exit code that the end deserves, before the capture is looked at.
pub fn exit_code(end: &End) -> u8 {
    match (end.signal, end.status.success()) {
        _ if end.dump_stopped => 4,
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

fn signal_name(number: i32) -> String {
    match Signal::from_named_raw(number) {
        Some(Signal::KILL) => "by SIGKILL: by someone, or because memory ran out".to_owned(),
        Some(Signal::XFSZ) => "by SIGXFSZ: the capture reached the limit for a file's size".to_owned(),
        _ => format!("by signal {number}"),
    }
}

#[cfg(test)]
mod tests;
