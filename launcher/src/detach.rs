//! A VM in the background: the same program once more, in a session of its own, which outlives the terminal.

use crate::{
    error::Error,
    host,
    options::Run,
    process::Process,
    record::{self, Record},
    voice,
};
use rustix::process::Signal;
use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGTERM},
    iterator::Signals,
};
use std::{
    env,
    ffi::OsString,
    fs,
    io::{self, BufRead, BufReader, Read, Write},
    process::{Command, Stdio},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// The variable that tells the program that it is the one in the background.
pub const BACKGROUND: &str = "TINYCORE_BACKGROUND";
/// How often the one in the foreground looks at how far the other has come.
const GLANCE: Duration = Duration::from_millis(50);

/// Whether this is the program in the background.
pub fn is_background() -> bool {
    env::var_os(BACKGROUND).is_some()
}

/// Leaves the terminal's session, whose end would end this program.
pub fn leave_terminal() {
    // It fails only for the leader of a group, which was started on its own already.
    let _ = rustix::process::setsid();
}

/// Starts the VM in the background, waits until its system is up, and leaves it.
///
/// # Errors
/// What keeps the program from being started once more; what keeps the VM from running is told by the other.
pub fn detach(run: &Run) -> Result<u8, Error> {
    let failed = |source| Error::System { doing: "start", path: "tinycore in the background".to_owned(), source };
    let me = env::current_exe().map_err(failed)?;
    let words: Vec<OsString> = env::args_os().skip(1).collect();
    let mut command = Command::new(me);
    command.args(words).env(BACKGROUND, "1").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(failed)?;
    let said = [relay(child.stdout.take(), io::stdout()), relay(child.stderr.take(), io::stderr())];

    // As long as this program waits, the terminal's keys are meant for the VM.
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP]).map_err(failed)?;
    let other = Process::of(i32::try_from(child.id()).unwrap_or_default());
    let mut since: Option<(Record, Instant)> = None;
    let record = loop {
        if let Some(status) = child.try_wait().map_err(failed)? {
            said.into_iter().for_each(|said| drop(said.join()));
            return Ok(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(5));
        }
        for signal in signals.pending() {
            let signal = Signal::from_named_raw(signal).unwrap_or(Signal::TERM);
            let _ = other.as_ref().map(|other| other.send(signal));
        }
        // What keeps it from running is told by the other, however long that takes.
        let begun = since.as_ref().map_or_else(Instant::now, |(_, begun)| *begun);
        since = record::all()
            .into_iter()
            .find(|record| Some(&record.launcher) == other.as_ref())
            .map(|record| (record, begun));
        match &since {
            Some((record, _)) if record.guest.is_some() => break record.clone(),
            Some((record, _)) if begun.elapsed() > Duration::from_secs(run.wait) => {
                voice::warn(&format!(
                    "the VM runs, but has asked for no address in {} s; `{} status {}` tells how it goes on",
                    run.wait,
                    host::program(),
                    record.name
                ));
                break record.clone();
            }
            _ => thread::sleep(GLANCE),
        }
    };
    if let Some(words) = killed_at_logout() {
        voice::warn(words);
    }
    if !voice::is_json() {
        let name = format!(" {}", record.name);
        let program = host::program();
        voice::tell(&format!(
            "tinycore: the VM goes on in the background; {program} status{name}, watch{name}, ssh{name}, stop{name}"
        ));
    }
    Ok(0)
}

/// Hands on what the other says, as long as this program is there.
fn relay(from: Option<impl Read + Send + 'static>, mut to: impl Write + Send + 'static) -> JoinHandle<()> {
    thread::spawn(move || {
        for line in from.into_iter().flat_map(|from| BufReader::new(from).split(b'\n')).map_while(Result::ok) {
            let _ = to.write_all(&line).and_then(|()| to.write_all(b"\n"));
        }
    })
}

/// What to do where systemd ends all of a user's processes with the last session (logind.conf(5)).
pub fn killed_at_logout() -> Option<&'static str> {
    let folders = ["/usr/lib/systemd", "/run/systemd", "/etc/systemd"];
    let files = folders.iter().flat_map(|folder| {
        let parts =
            fs::read_dir(format!("{folder}/logind.conf.d")).into_iter().flatten().flatten().map(|entry| entry.path());
        let mut parts: Vec<_> = parts.collect();
        parts.sort();
        [format!("{folder}/logind.conf").into()].into_iter().chain(parts)
    });
    let kills = files.filter_map(|file| kills(&fs::read_to_string(file).ok()?)).next_back().unwrap_or(false);
    kills.then_some(
        "this machine ends all your processes when you log out; to keep the VM: loginctl enable-linger, then start it with \
         systemd-run --user --scope tinycore ... -d",
    )
}

fn kills(settings: &str) -> Option<bool> {
    let value = settings.lines().filter_map(|line| line.trim().strip_prefix("KillUserProcesses=")).next_back()?;
    Some(matches!(value.trim().to_lowercase().as_str(), "yes" | "true" | "on" | "1"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_setting_counts_and_a_remark_does_not() {
        assert_eq!(kills("[Login]\n#KillUserProcesses=yes\n"), None);
        assert_eq!(
            kills("[Login]\nKillUserProcesses=no\nKillUserProcesses = yes\nKillUserProcesses=yes\n"),
            Some(true)
        );
        assert_eq!(kills("KillUserProcesses=no"), Some(false));
    }
}
