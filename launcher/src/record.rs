//! What is written down of a VM, so that other commands find it: a small file in the home, which the machines of a lab
//! share, renewed now and then as long as the VM runs.

use crate::{
    claim,
    content::size,
    error::{Error, quoted},
    host,
    process::Process,
    report::{clock, duration},
    shell, voice,
};
use serde::{Deserialize, Serialize};
use std::{
    cmp::Reverse,
    collections::HashSet,
    env, fs,
    hash::{DefaultHasher, Hash, Hasher},
    io::{self, Write},
    path::{Path, PathBuf},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// How often a running VM is said to run.
pub const HEARTBEAT: Duration = Duration::from_secs(30);
/// After this silence a VM on another machine is not believed to run: its machine has probably gone down.
const SILENCE: Duration = Duration::from_secs(150);
/// How long it is remembered how a VM ended.
const MEMORY: Duration = Duration::from_secs(14 * 24 * 3600);

/// A VM, as it is written down. Times are seconds since 1970.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Record {
    /// What it is called.
    pub name: String,
    /// The machine that it runs on.
    pub host: String,
    /// The launcher that looks after it.
    pub launcher: Process,
    /// Its QEMU.
    pub qemu: Process,
    /// When it was started.
    pub began: u64,
    /// When it was last seen running.
    pub seen: u64,
    /// The port of 127.0.0.1 that leads to its ssh.
    pub ssh_port: u16,
    /// The user's name in it.
    pub user: String,
    /// Its disk.
    pub image: String,
    /// The file that receives its packets.
    pub capture: String,
    /// Whether KVM or what macOS has instead executes its code.
    pub accelerated: bool,
    /// In MiB.
    pub memory: u32,
    /// The socket of its VNC server, if it has one.
    pub vnc: Option<String>,
    /// Seconds that it may take to power off.
    pub patience: u64,
    /// Whether it runs in the background.
    pub detached: bool,
    /// What is known of its system, once that has an address.
    pub guest: Option<Guest>,
    /// KVM was seen to start, and not to run a VM on this machine.
    #[serde(default)]
    pub kvm_fails: bool,
    /// Packets captured when it was last seen.
    pub packets: u64,
    /// How it ended.
    pub ended: Option<Ended>,
}

/// The system in a VM.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Guest {
    /// The address that it was given.
    pub address: String,
    /// Seconds from the VM's start until then.
    pub after: u64,
}

/// The end of a VM.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Ended {
    /// When.
    pub at: u64,
    /// How, in a few words.
    pub how: String,
    /// What is in the capture, in words; the reason why it is not whole included.
    pub capture: String,
    /// What the launcher ended with.
    pub exit_code: u8,
}

/// Whether a VM runs, as seen from this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Here.
    Running,
    /// On another machine, seen this long ago.
    Elsewhere(Duration),
    /// On another machine, where it has not been seen for this long.
    Silent(Duration),
    /// It has ended.
    Ended,
    /// Its launcher is gone without a word: it was killed, or this machine went down.
    Lost,
}

impl Record {
    /// Whether it runs.
    pub fn state(&self) -> State {
        let silence = Duration::from_secs(now().saturating_sub(self.seen));
        match &self.ended {
            Some(_) => State::Ended,
            None if self.host == host::name() => match self.launcher.lives() || self.qemu.lives() {
                true => State::Running,
                false => State::Lost,
            },
            None if silence < SILENCE => State::Elsewhere(silence),
            None => State::Silent(silence),
        }
    }

    /// How long it has been running.
    pub fn up(&self) -> Duration {
        let until = self.ended.as_ref().map_or_else(now, |ended| ended.at);
        Duration::from_secs(until.saturating_sub(self.began))
    }

    /// The line that leads into it from its own machine. Its host key is new at each boot, and nobody but this user can
    /// listen at that port meanwhile.
    pub fn ssh(&self) -> Vec<String> {
        let words = ["ssh", "-p", &self.ssh_port.to_string(), "-o", "NoHostAuthenticationForLocalhost=yes"];
        words.into_iter().map(str::to_owned).chain([format!("{}@127.0.0.1", self.user)]).collect()
    }

    /// The line that leads into it from any other machine, by way of its own.
    pub fn ssh_from_afar(&self) -> Vec<String> {
        // What spares the question for the host key on the same machine does not do so through another one.
        let jump = format!("{}@{}", host::user(), self.host);
        let words = ["ssh", "-J", &jump, "-p", &self.ssh_port.to_string(), "-o", "StrictHostKeyChecking=no"];
        let rest = ["-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR"];
        words.into_iter().chain(rest).map(str::to_owned).chain([format!("{}@127.0.0.1", self.user)]).collect()
    }

    /// How much it has captured.
    pub fn captured(&self) -> Option<u64> {
        fs::metadata(&self.capture).ok().map(|about| about.len())
    }

    /// The same in a table: `1.2 MB`.
    pub fn captured_words(&self) -> String {
        self.captured().map_or_else(|| "?".to_owned(), size)
    }
}

/// The record of a VM that runs here, kept up to date.
#[derive(Debug)]
pub struct Keeper {
    /// What is written down.
    pub record: Record,
    /// That it cannot be written down in the home was told.
    told: bool,
}

impl Keeper {
    /// Writes a VM down.
    pub fn new(record: Record) -> Self {
        let mut keeper = Self { record, told: false };
        keeper.write();
        keeper
    }

    /// Writes it down again, in the home and on this machine. Without a home, or with a full one, the VM runs all the
    /// same, and is found from here: the reason is told once.
    pub fn write(&mut self) {
        let home =
            folder().ok_or_else(|| io::Error::other("HOME is not set")).and_then(|folder| self.write_in(&folder));
        let here = here().map_err(io::Error::other).and_then(|folder| self.write_in(&folder));
        if let (Err(error), false) = (&home, self.told) {
            self.told = true;
            let place = folder().map_or_else(|| "a home".to_owned(), quoted);
            let whence = if here.is_ok() { "from other machines" } else { "at all" };
            voice::warn(&format!(
                "cannot write in {place}: {error}; `tinycore list`, `ssh` and `stop` do not find this VM {whence}"
            ));
        }
    }

    fn write_in(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(&serde_json::to_vec_pretty(&self.record)?)?;
        // A reader sees the old words or the new ones, never half of them.
        file.persist(folder.join(file_name(&self.record)))?;
        Ok(())
    }
}

fn file_name(record: &Record) -> String {
    format!("{}@{}.json", record.name, record.host)
}

/// The folder of the records of this machine's VMs, which has room when the home has none. Each home has its own.
fn here() -> Result<PathBuf, Error> {
    let mut hasher = DefaultHasher::new();
    folder().hash(&mut hasher);
    Ok(claim::private_folder()?.join(format!("records-{:016x}", hasher.finish())))
}

/// Both folders.
fn folders() -> impl Iterator<Item = PathBuf> {
    folder().into_iter().chain(here())
}

/// All VMs that are written down, the latest first.
pub fn all() -> Vec<Record> {
    let mut all = read();
    // Its end is written down before a launcher is gone: who is gone now may have written it since.
    if all.iter().any(|record| record.state() == State::Lost) {
        all = read();
    }
    all
}

fn read() -> Vec<Record> {
    let files = folders().filter_map(|folder| fs::read_dir(folder).ok()).flatten().flatten();
    let mut all: Vec<Record> = files
        .filter(|file| file.path().extension().is_some_and(|extension| extension == "json"))
        .filter_map(|file| serde_json::from_slice(&fs::read(file.path()).ok()?).ok())
        .collect();
    // Of the same VM, the word that was written last; of the same name, the VM that was started last.
    all.sort_by_key(|record: &Record| Reverse((record.began, record.ended.is_some(), record.seen)));
    let mut names = HashSet::new();
    all.retain(|record| names.insert(file_name(record)));
    all
}

/// Forgets VMs that ended long ago, or were lost.
pub fn forget() {
    for record in all() {
        let old = now().saturating_sub(record.seen) > MEMORY.as_secs();
        if old && record.state() != State::Running {
            for folder in folders() {
                let _ = fs::remove_file(folder.join(file_name(&record)));
            }
            log(&record.name, &record.host).into_iter().for_each(|log| drop(fs::remove_file(log)));
        }
    }
}

/// The running VM with this name, or the only one.
///
/// # Errors
/// `Error::Elsewhere` with the line that does `command` there; `Error::NoVm` with what is known.
pub fn running(name: Option<&str>, command: &str) -> Result<Record, Error> {
    let all: Vec<Record> = all().into_iter().filter(|record| name.is_none_or(|name| record.name == name)).collect();
    let (here, rest): (Vec<Record>, Vec<Record>) = all.into_iter().partition(|record| record.state() == State::Running);
    match here.as_slice() {
        [record] => return Ok(record.clone()),
        [] => {}
        several => {
            let names: Vec<&str> = several.iter().map(|record| record.name.as_str()).collect();
            return Err(Error::NoVm(format!(
                "several VMs run here: say which, as in `tinycore {command} {}` (others: {})",
                names.first().unwrap_or(&""),
                names.get(1..).unwrap_or_default().join(", ")
            )));
        }
    }
    if let Some((record, seen)) = rest.iter().find_map(|record| match record.state() {
        State::Elsewhere(seen) => Some((record, seen)),
        _ => None,
    }) {
        let (there, here) = (&record.host, host::name());
        return Err(Error::Elsewhere(format!(
            "your VM {:?} is on {there} (seen {} ago), you are on {here}: ssh -t {} {} {command} {}",
            record.name,
            duration(seen),
            shell::word(there.as_ref()),
            host::program(),
            record.name
        )));
    }
    Err(Error::NoVm(match (name, rest.first()) {
        (Some(name), None) => format!("there is no VM {name:?}; `tinycore list` shows yours"),
        (None, None) => "no VM of yours runs; tinycore -f tc.qcow2 -c output.pcap starts one".to_owned(),
        (_, Some(last)) => format!("your VM {:?} does not run: {}", last.name, last_words(last)),
    }))
}

/// What became of a VM that does not run here.
pub fn last_words(record: &Record) -> String {
    match (&record.ended, record.state()) {
        (Some(ended), _) => format!("it ended at {}: {}", clock(ended.at), ended.how),
        (None, State::Silent(silence)) => {
            format!("nothing has been heard of {} for {}", record.host, duration(silence))
        }
        _ => "its launcher was killed, or the machine went down".to_owned(),
    }
}

/// A VM on another machine that uses the same file, and how long ago it was seen.
pub fn elsewhere(of: impl Fn(&Record) -> &str, path: &Path) -> Option<(Record, State)> {
    let path = path.to_string_lossy();
    let mut others = all().into_iter().filter(|record| of(record) == path).map(|record| (record.state(), record));
    others
        .find(|(state, _)| matches!(state, State::Elsewhere(_) | State::Silent(_)))
        .map(|(state, record)| (record, state))
}

/// Whether the last VM on this machine, since it was started, was one that KVM did not run.
pub fn kvm_fails() -> bool {
    let here = host::name();
    let mut all = all().into_iter();
    all.find(|record| record.host == here).is_some_and(|last| last.kvm_fails && last.launcher.is_of_this_boot())
}

/// What others are told who want what a VM of this machine uses.
pub fn note(name: &str, launcher: u32, began: u64) -> String {
    let (program, since) = (host::program(), clock(began));
    format!(
        "your VM {name:?} (process {launcher}, since {since}) uses it: {program} ssh {name} leads there, {program} stop \
         {name} ends it"
    )
}

/// The same, of the VM of this machine that uses an image.
pub fn user_of(image: &Path) -> Option<String> {
    let image = image.to_string_lossy();
    let user = all().into_iter().find(|record| record.image == image && record.state() == State::Running)?;
    Some(note(&user.name, user.launcher.pid.unsigned_abs(), user.began))
}

/// The port that a VM of this image had last time, on this machine.
pub fn last_port(image: &Path) -> Option<u16> {
    let (image, here) = (image.to_string_lossy(), host::name());
    let mut all = all().into_iter();
    all.find(|record| record.image == image && record.host == here).map(|record| record.ssh_port)
}

/// Where a VM in the background says what it has to say.
pub fn log(name: &str, host: &str) -> Option<PathBuf> {
    folder().map(|folder| folder.join(format!("{name}@{host}.log")))
}

/// Seconds since 1970.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// The folder of the records (XDG Base Directory Specification, "state").
pub fn folder() -> Option<PathBuf> {
    let set = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let state = set("XDG_STATE_HOME").or_else(|| set("HOME").map(|home| home.join(".local/state")))?;
    Some(state.join("tinycore"))
}
