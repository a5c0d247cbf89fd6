//! What the tests of the launcher have at hand: files to start it with, and ways to look at what it leaves.

use analyzer::capture::{Reader, Record};
use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
    time::{SystemTime, UNIX_EPOCH},
};
use tempfile::TempDir;
use tests::{
    guest::{self, Guest, lab},
    launched::Launched,
};

/// A capture in which the boot ROM has asked for an address and was offered one.
pub(crate) const ASKED: u64 = 1000;

/// The launcher's program, built once.
pub(crate) fn tinycore() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| guest::launcher().unwrap())
}

/// Whether a real QEMU can be started; says which test is skipped otherwise.
pub(crate) fn qemu(test: &str) -> bool {
    let missing = ["qemu-system-x86_64", "qemu-img"].into_iter().find(|program| !guest::has(program));
    missing.iter().for_each(|program| eprintln!("SKIPPED {test}: {program} is not installed"));
    missing.is_none()
}

/// A folder with an empty disk and the name of a capture.
pub(crate) struct Desk {
    pub(crate) folder: TempDir,
    pub(crate) image: PathBuf,
    pub(crate) capture: PathBuf,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self::with("tc.qcow2", "output.pcap")
    }

    pub(crate) fn with(image: &str, capture: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let plain = folder.path().join("plain");
        let made = Command::new("qemu-img").args(["create", "-q", "-f", "qcow2"]).arg(&plain).arg("16M").status();
        assert!(made.unwrap().success());
        let image = folder.path().join(image);
        fs::rename(plain, &image).unwrap();
        let capture = folder.path().join(capture);
        Self { folder, image, capture }
    }

    pub(crate) fn words(&self, more: &[&str]) -> Vec<OsString> {
        let mut words: Vec<OsString> =
            ["-f".into(), self.image.clone().into(), "-c".into(), self.capture.clone().into()].into();
        words.extend(["--accel", "tcg", "--display", "none", "--memory", "64"].map(OsString::from));
        words.extend(more.iter().map(OsString::from));
        words
    }

    pub(crate) fn start(&self, more: &[&str]) -> Launched {
        Launched::command(self.command().args(self.words(more)))
    }

    /// The launcher, which writes down in this folder which VMs there are.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(tinycore());
        command.env("XDG_STATE_HOME", self.folder.path().join("state")).stdin(Stdio::null());
        command
    }

    /// What one of the other commands says, and its exit code.
    pub(crate) fn say(&self, words: &[&str]) -> (Option<i32>, String) {
        let output = self.command().args(words).output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(said).unwrap())
    }

    /// Starts a VM in the background; the exit code and the words with which the start ends.
    pub(crate) fn start_behind(&self, more: &[&str]) -> (Option<i32>, String) {
        let mut launched = self.start(&[&["-d"], more].concat());
        (launched.end().code(), launched.said())
    }

    /// What is written down of the VM that was started last.
    pub(crate) fn record(&self) -> serde_json::Value {
        let folder = self.folder.path().join("state/tinycore");
        let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
        let file = files.filter(|file| file.extension().is_some_and(|extension| extension == "json"));
        let latest = file.max_by_key(|file| fs::metadata(file).unwrap().modified().unwrap()).unwrap();
        serde_json::from_slice(&fs::read(latest).unwrap()).unwrap()
    }

    /// Starts what is expected to end by itself; its exit code and words.
    pub(crate) fn refused(&self, more: &[&str]) -> (Option<i32>, String) {
        let mut launched = self.start(more);
        (launched.end().code(), launched.said())
    }
}

/// A VM that may be left in the background when a test ends, however it ends.
pub(crate) struct Left<'a>(pub(crate) &'a Desk);

impl Drop for Left<'_> {
    fn drop(&mut self) {
        let _ = self.0.command().args(["stop", "--now"]).output();
    }
}

/// The packets of a capture that has to be whole, with their times in nanoseconds.
pub(crate) fn packets(path: &Path) -> Vec<(i64, Vec<u8>)> {
    let bytes = fs::read(path).unwrap();
    let (mut reader, mut packets) = (Reader::new(), Vec::new());
    let mut keep = |record: Record<'_>| packets.push((record.time.unwrap().to_nanoseconds(), record.bytes.to_vec()));
    reader.feed(&bytes, &mut keep).unwrap();
    reader.finish(&mut keep).unwrap();
    assert!(!reader.cut_short(), "{:?}", reader.notes());
    packets
}

/// Whether an Ethernet frame is an IPv4 UDP datagram from this port.
pub(crate) fn udp_from(frame: &[u8], port: u16) -> bool {
    frame.len() > 36 && frame[12..14] == [8, 0] && frame[23] == 17 && frame[34..36] == port.to_be_bytes()
}

pub(crate) fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos() as i64
}

/// The addresses that this machine listens on at a TCP port (proc(5), "/proc/net/tcp").
pub(crate) fn listening(port: u16) -> Vec<String> {
    let rows = fs::read_to_string("/proc/net/tcp").unwrap() + &fs::read_to_string("/proc/net/tcp6").unwrap_or_default();
    let row = |row: &str| {
        let words: Vec<&str> = row.split_whitespace().collect();
        let (address, at) = words.get(1)?.split_once(':')?;
        (words.get(3) == Some(&"0A") && u16::from_str_radix(at, 16) == Ok(port)).then(|| address.to_owned())
    };
    rows.lines().filter_map(row).collect()
}

/// The guest, and the launcher's arguments that run it with a plan; says which test is skipped otherwise.
pub(crate) fn guest(test: &str, desk: &Desk, plan: &str) -> Option<(Guest, Vec<OsString>)> {
    let guest = match Guest::get() {
        Ok(guest) => guest,
        Err(missing) => {
            eprintln!("SKIPPED {test}: {missing}");
            return None;
        }
    };
    let file = desk.folder.path().join("plan");
    fs::write(&file, plan).unwrap();
    let desk = Desk { image: guest.image.clone(), capture: desk.capture.clone(), folder: tempfile::tempdir().unwrap() };
    let choices = ["--throwaway", "--memory", "128", "--disk", "virtio", "--nic", "virtio", "--", "-serial", "stdio"];
    let mut words = desk.words(&choices);
    words.extend(["-fw_cfg".into(), format!("name=opt/dropcap/plan,file={}", file.display()).into()]);
    Some((guest, words))
}

/// The command that runs the launcher in a lab; says which test is skipped where there can be none.
pub(crate) fn in_lab(test: &str, before: &[&str], words: Vec<OsString>) -> Option<Command> {
    if !lab::allowed() {
        eprintln!("SKIPPED {test}: this machine allows no namespaces");
        return None;
    }
    let before = before.iter().map(OsString::from);
    let words: Vec<OsString> = before.chain([tinycore().into()]).chain(words).collect();
    Some(lab::inside(Path::new(env!("CARGO_BIN_EXE_lab")), &words))
}
