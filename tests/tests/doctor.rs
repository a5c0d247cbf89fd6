//! What `tinycore doctor` says of this machine and of worse ones, and starts straight from the course's download.
#![allow(clippy::unwrap_used, clippy::panic, reason = "that is how a test fails, in its helpers too")]

use desk::{ASKED, Desk, packets, qemu, tinycore};
use serde_json::Value;
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};
use tests::launched::{Launched, gone};

#[allow(dead_code, reason = "what the tests of the launcher itself need beyond this is in it, too")]
#[path = "launcher/desk.rs"]
mod desk;

/// What the doctor says when it is asked for JSON, and its exit code.
struct Answer {
    checks: Vec<Value>,
    verdict: Value,
    code: Option<i32>,
}

impl Answer {
    fn to(command: &mut Command) -> Self {
        let said = command.output().unwrap();
        assert_eq!(String::from_utf8_lossy(&said.stderr), "");
        let text = String::from_utf8(said.stdout).unwrap();
        let mut checks: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let verdict = checks.pop().unwrap();
        assert_eq!(verdict["event"], "verdict");
        assert!(checks.iter().all(|check| check["event"] == "check"), "{text}");
        Self { checks, verdict, code: said.status.code() }
    }

    fn mark(&self, name: &str) -> &str {
        self.check(name)["mark"].as_str().unwrap()
    }

    fn found(&self, name: &str) -> &str {
        self.check(name)["found"].as_str().unwrap()
    }

    fn check(&self, name: &str) -> &Value {
        self.checks.iter().find(|check| check["name"] == name).unwrap_or_else(|| panic!("no {name}: {:?}", self.checks))
    }
}

fn doctor(words: &[&str]) -> Command {
    let mut command = Command::new(tinycore());
    command.args(["--json", "doctor"]).args(words);
    command
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// A folder in which the name of QEMU's program is that of a script.
fn another_qemu(script: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("qemu-system-x86_64");
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

/// A QEMU of version `version` that has all its parts and does `then` when it is to run a VM.
fn script(version: &str, then: &str) -> String {
    format!(
        "case \"$*\" in --version) echo 'QEMU emulator version {version}';; '-device help') echo 'name \"e1000\", bus PCI';; \
         '-netdev help') echo user;; '-display help') echo none;; *) {then};; esac"
    )
}

#[test]
fn a_machine_that_runs_vms_is_told_so_and_nothing_is_left() {
    if !qemu("a_machine_that_runs_vms_is_told_so_and_nothing_is_left") {
        return;
    }
    let desk = Desk::new();
    fs::write(&desk.capture, [0xd4, 0xc3, 0xb2, 0xa1]).unwrap();
    let begun = Instant::now();
    let words = ["-f", desk.image.to_str().unwrap(), "-c", desk.capture.to_str().unwrap()];
    let mut launched = Launched::start(tinycore(), ["doctor"].into_iter().chain(words));
    assert_eq!(launched.end().code(), Some(0), "{}", launched.said());
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
    let said = launched.said();
    for part in ["ok       qemu     version ", "ok       image ", "is whole", "are overwritten", "can run the VM"] {
        assert!(said.contains(part), "{part:?} is missing in:\n{said}");
    }
    let line = said.lines().last().unwrap();
    assert!(line.contains(" -f ") && line.contains(" -c "), "{said}");
    assert_eq!(names(desk.folder.path()), ["output.pcap", "tc.qcow2"]);
    assert_eq!(fs::read(&desk.capture).unwrap(), [0xd4, 0xc3, 0xb2, 0xa1]);
}

#[test]
fn the_line_at_its_end_starts_a_vm() {
    if !qemu("the_line_at_its_end_starts_a_vm") {
        return;
    }
    let desk = Desk::with("my disk.qcow2", "a capture.pcap");
    let answer = Answer::to(&mut doctor(&["-f", desk.image.to_str().unwrap(), "-c", desk.capture.to_str().unwrap()]));
    assert_eq!((answer.code, &answer.verdict["runs"]), (Some(0), &Value::Bool(true)));
    let line = format!("exec {} --display none", answer.verdict["line"].as_str().unwrap());
    let mut launched = Launched::command(Command::new("sh").args(["-c", &line]));
    launched.await_capture(&desk.capture, ASKED);
    assert_eq!(launched.interrupt_twice().code(), Some(130));
}

#[test]
fn without_qemu_it_is_told_what_to_install() {
    let nothing = tempfile::tempdir().unwrap();
    let answer = Answer::to(doctor(&[]).env("PATH", nothing.path()).current_dir(nothing.path()));
    assert_eq!((answer.code, answer.mark("qemu")), (Some(5), "problem"));
    assert_eq!(answer.check("qemu")["line"], "sudo apt install qemu-system-x86 qemu-system-gui");
    assert_eq!(answer.mark("ssh"), "note");
    assert!(answer.verdict["line"].as_str().unwrap().ends_with(" doctor"));
    assert!(names(nothing.path()).is_empty());
}

#[test]
fn a_qemu_that_is_old_or_lacks_parts_is_a_problem() {
    for (said, name, found) in [
        (script("5.2.0 (Debian 1:5.2+dfsg)", "exit 1"), "qemu", "older than 6.2"),
        (script("10.0.0", "echo 'failed to find romfile \"efi-e1000.rom\"' >&2; exit 1"), "start", "romfile"),
        ("case \"$*\" in --version) echo 'QEMU emulator version 9.0.0';; esac; exit 1".to_owned(), "parts", "e1000"),
        ("exit 1".to_owned(), "qemu", "does not tell its version"),
    ] {
        let folder = another_qemu(&said);
        let answer = Answer::to(doctor(&[]).env("PATH", folder.path()).current_dir(folder.path()));
        assert_eq!((answer.code, answer.mark(name)), (Some(5), "problem"), "{:?}", answer.checks);
        assert!(answer.found(name).contains(found), "{}", answer.found(name));
    }
}

#[test]
fn a_vm_that_never_asks_is_ended_in_time_and_no_proof_that_none_runs() {
    let folder = another_qemu(&script("12.1.0", "echo $$ >> pids; exec /bin/sleep 60"));
    let begun = Instant::now();
    let answer = Answer::to(doctor(&[]).env("PATH", folder.path()).current_dir(folder.path()));
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
    assert_eq!((answer.code, answer.mark("start"), answer.mark("qemu")), (Some(0), "note", "note"));
    let pids = fs::read_to_string(folder.path().join("pids")).unwrap();
    assert!(pids.lines().count() > 0 && pids.lines().all(|pid| gone(pid.parse().unwrap())), "{pids}");
}

#[test]
fn files_that_a_run_would_refuse_are_problems() {
    if !qemu("files_that_a_run_would_refuse_are_problems") {
        return;
    }
    let desk = Desk::new();
    let folder = another_qemu(&script("10.0.0", "printf '%0100d' 0"));
    let file = desk.folder.path().join("file");
    fs::write(&file, "").unwrap();
    let cut = desk.folder.path().join("cut.qcow2");
    fs::write(&cut, &fs::read(&desk.image).unwrap()[..70_000]).unwrap();
    let (image, capture, cut) = (desk.image.to_str().unwrap(), desk.capture.to_str().unwrap(), cut.to_str().unwrap());
    let inside_file = file.join("x.pcap").to_str().unwrap().to_owned();
    for (words, code, name, found) in [
        (["-f", cut, "-c", capture], 3, "image", "is incomplete"),
        (["-f", "nothing.qcow2", "-c", capture], 3, "image", "there is no"),
        (["-f", image, "-c", &inside_file], 4, "capture", "there is no folder"),
        (["-f", image, "-c", image], 3, "capture", "the same file"),
        (["-f", file.to_str().unwrap(), "-c", image], 3, "capture", "swapped"),
        (["-f", image, "-c", "/nonexistent/output.pcap"], 4, "capture", "there is no folder"),
    ] {
        let answer = Answer::to(doctor(&words).env("PATH", folder.path()));
        assert_eq!((answer.code, answer.mark(name)), (Some(code), "problem"), "{words:?}: {:?}", answer.checks);
        assert!(answer.found(name).contains(found), "{words:?}: {}", answer.found(name));
    }
    assert_eq!(names(desk.folder.path()), ["cut.qcow2", "file", "tc.qcow2"]);
}

/// The course's download: an image and a script.
fn download(desk: &Desk) -> PathBuf {
    let folder = desk.folder.path();
    fs::write(folder.join("tinycore"), "#!/bin/sh\n").unwrap();
    let tar =
        Command::new("tar").args(["-czf", "tinycore.tar.gz", "tinycore", "tc.qcow2"]).current_dir(folder).status();
    assert!(tar.unwrap().success());
    for name in ["tinycore", "tc.qcow2"] {
        fs::remove_file(folder.join(name)).unwrap();
    }
    folder.join("tinycore.tar.gz")
}

#[test]
fn the_download_is_unpacked_by_the_first_start_and_used_by_the_second() {
    if !qemu("the_download_is_unpacked_by_the_first_start_and_used_by_the_second") {
        return;
    }
    let desk = Desk::new();
    let archive = download(&desk);
    let start = |words: &str| {
        let archive =
            Desk { image: archive.clone(), capture: desk.capture.clone(), folder: tempfile::tempdir().unwrap() };
        let _ = fs::remove_file(&desk.capture);
        let mut launched = archive.start(&[]);
        launched.await_capture(&desk.capture, ASKED);
        let line = fs::read_to_string(format!("/proc/{}/cmdline", launched.qemu())).unwrap();
        assert!(line.contains(&format!("file={},format=qcow2", desk.image.display())), "{line}");
        assert_eq!(launched.interrupt_twice().code(), Some(130));
        assert!(launched.said().contains(words), "{}", launched.said());
        assert!(!packets(&desk.capture).is_empty());
    };
    let words = ["-f", archive.to_str().unwrap(), "-c", desk.capture.to_str().unwrap()];
    let image = |words: &[&str]| {
        let nothing = tempfile::tempdir().unwrap();
        Answer::to(doctor(words).env("PATH", nothing.path())).found("image").to_owned()
    };
    assert!(image(&words).contains("the first start unpacks"), "{}", image(&words));
    assert_eq!(names(desk.folder.path()), ["tinycore.tar.gz"]);
    start("unpacked ");
    assert_eq!(names(desk.folder.path()), ["output.pcap", "tc.qcow2", "tinycore", "tinycore.tar.gz"]);
    start("is used as it is");
    assert!(image(&words).contains("is whole"), "{}", image(&words));
}

#[test]
fn a_download_that_would_write_elsewhere_or_broke_off_starts_nothing() {
    if !qemu("a_download_that_would_write_elsewhere_or_broke_off_starts_nothing") {
        return;
    }
    let desk = Desk::new();
    let archive = download(&desk);
    let whole = fs::read(&archive).unwrap();
    let refused = |words: &str| {
        let archive =
            Desk { image: archive.clone(), capture: desk.capture.clone(), folder: tempfile::tempdir().unwrap() };
        let (code, said) = archive.refused(&[]);
        assert_eq!(code, Some(3), "{said}");
        assert!(said.contains(words), "{said}");
        assert_eq!(names(desk.folder.path()), ["tinycore.tar.gz"]);
    };
    fs::write(&archive, &whole[..whole.len() / 2]).unwrap();
    refused("is incomplete: download it again");

    // An archive whose members lie in the folder above that of the download.
    let lair = tempfile::tempdir().unwrap();
    fs::write(lair.path().join("out.qcow2"), b"QFI\xfb").unwrap();
    fs::create_dir(lair.path().join("in")).unwrap();
    let mut tar = Command::new("tar");
    tar.args(["-P", "-czf"]).arg(&archive).arg("../out.qcow2").current_dir(lair.path().join("in"));
    assert!(tar.status().unwrap().success());
    let above = desk.folder.path().parent().unwrap().join("out.qcow2");
    refused("outside its folder");
    assert!(!above.exists());
}
