//! Machines that lack something: what is said of it, and that the VM starts where it can.

use super::desk::{ASKED, Desk, packets, qemu, tinycore};
use std::{
    ffi::OsString,
    fs,
    net::{Ipv4Addr, TcpListener},
    os::unix::fs::{FileTypeExt, PermissionsExt},
    path::Path,
    process::{Command, Stdio},
};
use tests::{
    guest::{has, path_of},
    launched::Launched,
};

/// A command that runs the launcher behind a shell's lines, in namespaces of its own: there, files can be replaced by
/// others. Says which test is skipped where there can be none.
fn elsewhere(test: &str, lines: &str, desk: &Desk, words: Vec<OsString>) -> Option<Command> {
    let spaces = ["--map-root-user", "--mount", "--"];
    let allowed = Command::new("unshare").args(spaces).arg("true").stderr(Stdio::null()).status();
    if !allowed.is_ok_and(|status| status.success()) {
        eprintln!("SKIPPED {test}: this machine allows no namespaces");
        return None;
    }
    let mut command = Command::new("unshare");
    command.args(spaces).args(["sh", "-c", &format!("{lines}\nexec \"$@\""), "sh"]).arg(tinycore()).args(words);
    command.env("XDG_STATE_HOME", desk.folder.path().join("state")).current_dir(desk.folder.path());
    Some(command)
}

fn runs(mut launched: Launched, desk: &Desk, words: &str) {
    launched.await_capture(&desk.capture, ASKED);
    launched.hear(words);
    assert_eq!(launched.interrupt_twice().code(), Some(130), "{}", launched.said());
    assert!(!packets(&desk.capture).is_empty());
}

#[test]
fn without_a_nameserver_the_vm_starts_and_it_is_told() {
    let test = "without_a_nameserver_the_vm_starts_and_it_is_told";
    if !qemu(test) {
        return;
    }
    let desk = Desk::new();
    let empty = "touch empty; mount --bind empty \"$(realpath /etc/resolv.conf)\"";
    let Some(mut command) = elsewhere(test, empty, &desk, desk.words(&[])) else { return };
    runs(
        Launched::command(&mut command),
        &desk,
        "has no nameserver (/etc/resolv.conf): names will not resolve in the VM",
    );
}

#[test]
fn a_qemu_without_windows_runs_the_vm_without_one() {
    let test = "a_qemu_without_windows_runs_the_vm_without_one";
    if !qemu(test) || !has("Xvfb") {
        eprintln!("SKIPPED {test}: it needs QEMU and Xvfb");
        return;
    }
    // The modules with the windows are a package of their own; here their folder is empty. A desktop answers: anything
    // that listens where X servers do.
    let desk = Desk::new();
    fs::create_dir_all(desk.folder.path().join("x11")).unwrap();
    let _desktop = std::os::unix::net::UnixListener::bind(desk.folder.path().join("x11/X7")).unwrap();
    let text = "mkdir -p none; for folder in /usr/lib/*-linux-*/qemu; do mount --bind none $folder; done; \
                mkdir -p /tmp/.X11-unix; mount --bind x11 /tmp/.X11-unix";
    let Some(mut command) = elsewhere(test, text, &desk, desk.words(&["--display", "auto"])) else { return };
    command.env("DISPLAY", ":7").env_remove("WAYLAND_DISPLAY");
    runs(Launched::command(&mut command), &desk, "this QEMU has no window (sudo apt install qemu-system-gui)");
}

#[test]
fn a_user_who_may_not_open_kvm_is_told_once_and_gets_a_vm() {
    let test = "a_user_who_may_not_open_kvm_is_told_once_and_gets_a_vm";
    if !qemu(test) || !has("setpriv") || !rustix::process::geteuid().is_root() || !Path::new("/dev/kvm").exists() {
        eprintln!("SKIPPED {test}: it needs QEMU, /dev/kvm, setpriv, and root, which becomes another user");
        return;
    }
    let desk = Desk::new();
    let folder = tempfile::Builder::new().prefix("nobody").tempdir_in("/tmp").unwrap();
    let open = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    open(folder.path(), 0o777);
    open(desk.folder.path(), 0o755);
    open(&desk.image, 0o644);
    // The program itself may lie where only its builder may look.
    let program = folder.path().join("tinycore");
    fs::copy(tinycore(), &program).unwrap();
    open(&program, 0o755);
    let desk = Desk { capture: folder.path().join("output.pcap"), image: desk.image.clone(), folder: desk.folder };
    let mut words = desk.words(&["--accel", "auto"]);
    words.push("--throwaway".into());
    let mut command = Command::new("setpriv");
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups", "--"]).arg(program).args(words);
    command.env("XDG_STATE_HOME", folder.path().join("state")).env("USER", "nobody").env("HOME", folder.path());
    let kvm = Command::new("setpriv")
        .args(["--reuid=65534", "--regid=65534", "--clear-groups", "--", "sh", "-c", ": <> /dev/kvm"])
        .stderr(Stdio::null())
        .status();
    if kvm.unwrap().success() {
        eprintln!("SKIPPED {test}: everybody may open /dev/kvm here");
        return;
    }
    let mut launched = Launched::command(&mut command);
    launched.await_capture(&desk.capture, ASKED);
    let said = launched.said();
    assert!(said.contains("nobody may not open /dev/kvm (on your own machine: sudo usermod -aG kvm nobody)"), "{said}");
    assert!(said.contains("(TCG, 64 MiB)"), "{said}");
    assert_eq!(said.to_lowercase().matches("kvm kernel module").count(), 0, "QEMU's own noise is not heard: {said}");
    assert_eq!(launched.interrupt_twice().code(), Some(130), "{said}");
}

/// With KVM where it works, and without it where there is none, or where it opens and cannot run a VM.
#[test]
fn the_handouts_line_starts_a_guest_on_any_machine() {
    let test = "the_handouts_line_starts_a_guest_on_any_machine";
    let desk = Desk::new();
    let Some((_, words)) = super::desk::guest(test, &desk, "poweroff -f\n") else { return };
    let words = words.into_iter().map(|word| if word == "tcg" { "auto".into() } else { word });
    let mut launched = Launched::command(desk.command().args(words));
    assert_eq!(launched.end().code(), Some(0), "{}", launched.said());
    let said = launched.said();
    assert!(said.contains("is up after") && said.contains("powered off from within"), "{said}");
    assert!(!said.contains("EAX="), "what KVM tells its developers is not heard: {said}");
}

#[test]
fn a_home_without_locks_is_told_with_the_way_out() {
    let test = "a_home_without_locks_is_told_with_the_way_out";
    if !qemu(test) || !has("strace") {
        eprintln!("SKIPPED {test}: it needs QEMU and strace");
        return;
    }
    let desk = Desk::new();
    // A QEMU whose locks on the image fail as they do on NFS without a lock server.
    let folder = desk.folder.path().join("bin");
    fs::create_dir(&folder).unwrap();
    let real = path_of("qemu-system-x86_64").unwrap();
    let image = desk.image.canonicalize().unwrap();
    let script = format!(
        "#!/bin/sh\ncase \" $* \" in *\" -S \"*) exec strace -f -qq -o /dev/null -P {} -e trace=fcntl \
         -e inject=fcntl:error=ENOLCK {} \"$@\" ;; esac\nexec {1} \"$@\"\n",
        image.display(),
        real.display()
    );
    let program = folder.join("qemu-system-x86_64");
    fs::write(&program, script).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    let mut launched = Launched::command(desk.command().args(desk.words(&[])).env("PATH", path));
    let code = launched.end().code();
    let said = launched.said();
    if said.contains("ptrace") {
        eprintln!("SKIPPED {test}: strace may not trace here");
        return;
    }
    assert_eq!((code, said.contains("has no locks (is it on NFS?)")), (Some(3), true), "{said}");
    assert!(said.contains(&format!("cp {} /tmp/", desk.image.display())), "{said}");
    assert!(!desk.capture.exists());
}

#[test]
fn a_vm_that_says_nothing_is_noticed() {
    if !qemu("a_vm_that_says_nothing_is_noticed") {
        return;
    }
    let desk = Desk::new();
    // A card without a boot ROM, and a disk without a system.
    let mut launched = desk.start(&["--", "-global", "e1000.romfile="]);
    launched.hear("nothing from the VM yet");
    assert!(launched.said().contains("--nic"), "{}", launched.said());
    assert_eq!(launched.interrupt_twice().code(), Some(130));
    assert!(packets(&desk.capture).is_empty());
}

#[test]
fn a_taken_port_stops_only_who_insists_on_it() {
    if !qemu("a_taken_port_stops_only_who_insists_on_it") {
        return;
    }
    let desk = Desk::new();
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let (code, said) = desk.refused(&["--ssh-port", &port, "--strict-port"]);
    assert_eq!((code, said.contains(&format!("port {port} is taken"))), (Some(5), true), "{said}");
    assert!(!desk.capture.exists());
}

#[test]
fn qemu_gives_up_what_it_does_not_need_and_its_screen_is_private() {
    if !qemu("qemu_gives_up_what_it_does_not_need_and_its_screen_is_private") {
        return;
    }
    let desk = Desk::new();
    let mut launched = desk.start(&["--display", "vnc"]);
    launched.hear("  screen    vncviewer ");
    launched.ssh_port();
    let status = fs::read_to_string(format!("/proc/{}/status", launched.qemu())).unwrap();
    let of = |name: &str| status.lines().find_map(|line| line.strip_prefix(name)).unwrap().trim().to_owned();
    assert_eq!(of("Seccomp:"), "2", "system calls are filtered");
    assert_eq!(of("NoNewPrivs:"), "1");
    let said = launched.said();
    let socket = said.split("vncviewer ").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    let about = fs::metadata(&socket).unwrap();
    assert!(about.file_type().is_socket());
    assert_eq!(about.permissions().mode() & 0o077, 0, "{socket}");
    let folder = Path::new(&socket).parent().unwrap();
    assert_eq!(fs::metadata(folder).unwrap().permissions().mode() & 0o777, 0o700);
    launched.interrupt_twice();
    assert!(!Path::new(&socket).exists());
}

#[test]
fn images_and_places_that_cannot_be_are_refused_with_what_to_do() {
    if !qemu("images_and_places_that_cannot_be_are_refused_with_what_to_do") {
        return;
    }
    let desk = Desk::new();
    let folder = desk.folder.path();
    let whole = fs::read(&desk.image).unwrap();
    fs::write(folder.join("half.qcow2"), &whole[..whole.len() / 2]).unwrap();
    fs::write(folder.join("empty.qcow2"), "").unwrap();
    fs::write(folder.join("text.qcow2"), "a text").unwrap();
    fs::write(folder.join("file"), "").unwrap();
    let image = |name: &str| Desk {
        image: folder.join(name),
        capture: desk.capture.clone(),
        folder: tempfile::tempdir().unwrap(),
    };
    let capture = |name: &str| Desk {
        image: desk.image.clone(),
        capture: folder.join(name),
        folder: tempfile::tempdir().unwrap(),
    };
    let table = [
        (image("half.qcow2"), 3, "is incomplete"),
        (image("empty.qcow2"), 3, "is empty; download or copy it again"),
        (image("text.qcow2"), 3, "qemu-img convert -O qcow2"),
        (image("tx.qcow2"), 3, "did you mean"),
        (image("."), 3, "is a folder"),
        (capture("nowhere/output.pcap"), 4, "the nearest that exists is"),
        (capture("."), 4, "is a folder; add a file's name"),
        (capture("file/output.pcap"), 4, "there is no folder"),
    ];
    for (desk, code, words) in table {
        let (ended, said) = desk.refused(&[]);
        assert_eq!((ended, said.contains(words)), (Some(code), true), "{words:?}: {said}");
    }
    assert_eq!(fs::read(&desk.image).unwrap(), whole);
    assert!(!desk.capture.exists());
}

#[test]
fn scripts_read_json_a_line_an_event() {
    if !qemu("scripts_read_json_a_line_an_event") {
        return;
    }
    let desk = Desk::new();
    let mut launched = desk.start(&["--json"]);
    launched.hear("\"event\":\"up\"");
    assert_eq!(launched.interrupt_twice().code(), Some(130));
    let events: Vec<serde_json::Value> =
        launched.said().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let names: Vec<&str> = events.iter().map(|event| event["event"].as_str().unwrap()).collect();
    let order: Vec<&str> = names.iter().copied().filter(|name| *name != "warning").collect();
    assert_eq!(order, ["started", "up", "ended"]);
    let of = |name: &str| events.iter().find(|event| event["event"] == name).unwrap();
    assert_eq!(of("started")["capture"], desk.capture.canonicalize().unwrap().to_str().unwrap());
    assert!(of("started")["ssh_port"].as_u64().unwrap() > 0);
    assert_eq!(of("up")["address"], "10.0.2.15");
    assert_eq!(of("ended")["exit_code"], 130);
    let (code, said) = Desk::new().refused(&["--json", "--memory", "64", "--", "-nosuch"]);
    let error: serde_json::Value = serde_json::from_str(said.lines().last().unwrap()).unwrap();
    assert_eq!((code, error["exit_code"].as_u64()), (Some(5), Some(5)), "{said}");
}

#[test]
fn little_room_and_little_memory_are_told() {
    let test = "little_room_and_little_memory_are_told";
    if !qemu(test) {
        return;
    }
    let desk = Desk::new();
    let small = desk.folder.path().join("small");
    fs::create_dir(&small).unwrap();
    let desk = Desk { capture: small.join("output.pcap"), ..desk };
    let Some(mut command) = elsewhere(test, "mount -t tmpfs -o size=20m none small", &desk, desk.words(&[])) else {
        return;
    };
    let mut launched = Launched::command(&mut command);
    launched.hear("are free for the capture, which a single download can fill");
    launched.hear("64 MiB are little");
    assert_eq!(launched.interrupt_twice().code(), Some(130), "{}", launched.said());
}

#[test]
fn a_machine_that_ends_what_runs_at_logout_is_told_with_the_way_out() {
    let test = "a_machine_that_ends_what_runs_at_logout_is_told_with_the_way_out";
    if !qemu(test) || !Path::new("/etc/systemd").is_dir() {
        eprintln!("SKIPPED {test}: it needs QEMU and /etc/systemd");
        return;
    }
    let desk = Desk::new();
    let lines = "mkdir systemd; printf '[Login]\\nKillUserProcesses=yes\\n' > systemd/logind.conf; \
                 mount --bind systemd /etc/systemd";
    let Some(mut command) = elsewhere(test, lines, &desk, desk.words(&["-d"])) else { return };
    let output = command.output().unwrap();
    let stopped = desk.say(&["stop", "--now"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("loginctl enable-linger"), "{said}");
    assert_eq!(stopped.0, Some(0), "{}", stopped.1);
}

#[test]
fn a_machine_that_has_fallen_silent_is_named_and_does_not_stand_in_the_way() {
    if !qemu("a_machine_that_has_fallen_silent_is_named_and_does_not_stand_in_the_way") {
        return;
    }
    let desk = Desk::new();
    let mut launched = desk.start(&[]);
    launched.ssh_port();
    launched.interrupt_twice();
    // The same words as those of a VM on another machine, which went down an hour ago.
    let mut record = desk.record();
    let then = record["seen"].as_u64().unwrap() - 3600;
    record["host"] = "linux09".into();
    record["name"] = "forgotten".into();
    record["ended"] = serde_json::Value::Null;
    record["began"] = then.into();
    record["seen"] = then.into();
    let folder = desk.folder.path().join("state/tinycore");
    fs::write(folder.join("forgotten@linux09.json"), record.to_string()).unwrap();
    assert!(desk.say(&["list", "--all-hosts"]).1.contains("not heard of for"));
    let mut launched = desk.start(&[]);
    launched.hear("your VM \"forgotten\" on linux09 used ");
    launched.ssh_port();
    assert_eq!(launched.interrupt_twice().code(), Some(130), "{}", launched.said());
}
