//! VMs in the background, and the commands that find them again.

use super::desk::{ASKED, Desk, Left, guest, packets, qemu};
use rustix::process::Signal;
use std::{
    fs,
    process::Command,
    thread,
    time::{Duration, Instant},
};
use tests::launched::{gone, send};

#[test]
fn a_vm_in_the_background_is_listed_told_and_stopped() {
    if !qemu("a_vm_in_the_background_is_listed_told_and_stopped") {
        return;
    }
    let desk = Desk::new();
    let _left = Left(&desk);
    let (code, said) = desk.start_behind(&["--wait", "60"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("goes on in the background"), "{said}");
    // The boot ROM was given an address, which is what the start waited for.
    assert!(said.contains("is up after") && said.contains("10.0.2.15"), "{said}");

    let record = desk.record();
    let (code, list) = desk.say(&["list"]);
    assert_eq!(code, Some(0));
    let (name, port) = (record["name"].as_str().unwrap(), record["ssh_port"].to_string());
    let row = list.lines().nth(1).unwrap();
    for part in [name, "running", &port, desk.capture.to_str().unwrap()] {
        assert!(row.contains(part), "{part:?} is missing in {list}");
    }
    let (code, status) = desk.say(&["status", name]);
    assert_eq!(code, Some(0));
    assert!(status.contains("with the address 10.0.2.15"), "{status}");
    assert!(desk.say(&["list", "--json"]).1.contains(&format!("\"ssh_port\":{port}")));

    let qemu = u32::try_from(record["qemu"]["pid"].as_u64().unwrap()).unwrap();
    let launcher = u32::try_from(record["launcher"]["pid"].as_u64().unwrap()).unwrap();
    assert!(!gone(qemu) && !gone(launcher));
    let (code, said) = desk.say(&["stop", "--now"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(gone(qemu) && gone(launcher), "it is stopped before it says so");
    assert!(said.contains("is stopped: its power was cut"), "{said}");
    assert!(!packets(&desk.capture).is_empty());

    assert_eq!(desk.say(&["list"]).1.lines().count(), 1);
    let (code, status) = desk.say(&["status"]);
    assert_eq!(code, Some(0));
    assert!(status.contains("its power was cut") && status.contains("packets"), "{status}");
    let (code, said) = desk.say(&["stop"]);
    assert_eq!((code, said.contains("does not run: it ended at")), (Some(6), true), "{said}");
}

#[test]
fn stop_says_when_the_guest_does_not_listen_and_waits_for_the_end() {
    if !qemu("stop_says_when_the_guest_does_not_listen_and_waits_for_the_end") {
        return;
    }
    let desk = Desk::new();
    // Without -d the launcher hears of `stop` all the same.
    let mut launched = desk.start(&["--timeout", "2"]);
    launched.await_capture(&desk.capture, ASKED);
    let qemu = launched.qemu();
    let (code, said) = desk.say(&["stop"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(gone(qemu), "{said}");
    assert_eq!(launched.end().code(), Some(0), "an end that was asked for is no failure");
    assert!(launched.said().contains("did not power off in 2 s"), "{}", launched.said());
}

#[test]
fn a_killed_launcher_leaves_neither_a_vm_nor_a_riddle() {
    if !qemu("a_killed_launcher_leaves_neither_a_vm_nor_a_riddle") {
        return;
    }
    let desk = Desk::new();
    let _left = Left(&desk);
    assert_eq!(desk.start_behind(&[]).0, Some(0));
    let record = desk.record();
    let pid = |of: &str| u32::try_from(record[of]["pid"].as_u64().unwrap()).unwrap();
    send(pid("launcher"), Signal::KILL);
    let until = Instant::now() + Duration::from_secs(10);
    while !gone(pid("qemu")) || !gone(pid("launcher")) {
        assert!(Instant::now() < until, "QEMU is still there");
        thread::sleep(Duration::from_millis(20));
    }
    assert!(desk.say(&["status"]).1.contains("its launcher was killed"));
    assert_eq!(desk.say(&["stop"]).0, Some(6));
    assert!(!packets(&desk.capture).is_empty());
    // Its name, image and capture are free again.
    assert_eq!(desk.start_behind(&[]).0, Some(0));
    assert_eq!(desk.record()["name"], record["name"]);
}

#[test]
fn a_start_in_the_background_that_fails_says_why_and_with_which_code() {
    if !qemu("a_start_in_the_background_that_fails_says_why_and_with_which_code") {
        return;
    }
    let desk = Desk::new();
    fs::write(&desk.image, "no image").unwrap();
    let (code, said) = desk.start_behind(&[]);
    assert_eq!((code, said.contains("is not a qcow2 image")), (Some(3), true), "{said}");
    assert!(!said.contains("background"), "{said}");
}

#[test]
fn a_vm_in_the_background_survives_the_end_of_its_session() {
    if !qemu("a_vm_in_the_background_survives_the_end_of_its_session") {
        return;
    }
    let desk = Desk::new();
    let _left = Left(&desk);
    // A session whose leader ends: its processes receive a hang-up, as when the connection of ssh drops.
    let mut words = desk.words(&["-d"]);
    words.insert(0, super::desk::tinycore().into());
    let script = "\"$@\"; status=$?; kill -HUP 0; exit $status";
    let mut session = Command::new("setsid");
    session.args(["--wait", "sh", "-c", script, "sh"]).args(words);
    session.env("XDG_STATE_HOME", desk.folder.path().join("state"));
    session.output().unwrap();
    let record = desk.record();
    thread::sleep(Duration::from_millis(500));
    assert!(!gone(u32::try_from(record["qemu"]["pid"].as_u64().unwrap()).unwrap()));
    assert!(record["ended"].is_null(), "{record}");
}

#[test]
fn several_vms_have_names_of_their_own_and_are_told_apart() {
    if !qemu("several_vms_have_names_of_their_own_and_are_told_apart") {
        return;
    }
    let (one, other) = (Desk::new(), Desk::new());
    let mut first = one.start(&["--name", "first-of-two"]);
    first.ssh_port();
    // Both are written down in the same home.
    let mut words = other.words(&["--name", "second-of-two"]);
    let mut second = tests::launched::Launched::command(one.command().args(&words));
    second.ssh_port();
    let (code, said) = one.say(&["stop"]);
    assert_eq!(code, Some(6), "{said}");
    assert!(said.contains("first-of-two") && said.contains("second-of-two"), "{said}");
    let third = Desk::new();
    words[1] = third.image.clone().into();
    let third = one.command().args(&words).output().unwrap();
    let said = String::from_utf8_lossy(&third.stderr).into_owned();
    assert!(said.contains("second-of-two"), "the name or a file is taken, and by whom: {said}");
    assert_eq!(one.say(&["stop", "second-of-two", "--now"]).0, Some(0));
    assert_eq!(second.end().code(), Some(0));
    assert_eq!(one.say(&["stop", "--now"]).0, Some(0));
    assert_eq!(first.end().code(), Some(0));
}

#[test]
fn a_vm_gets_the_port_that_it_had_last_time() {
    if !qemu("a_vm_gets_the_port_that_it_had_last_time") {
        return;
    }
    let desk = Desk::new();
    let mut launched = desk.start(&[]);
    let port = launched.ssh_port();
    launched.interrupt_twice();
    let mut launched = desk.start(&[]);
    assert_eq!(launched.ssh_port(), port);
    launched.interrupt_twice();
    // Where somebody else has it meanwhile, another is taken in silence.
    let _taken = std::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, port)).unwrap();
    let mut launched = desk.start(&[]);
    assert_ne!(launched.ssh_port(), port);
    assert!(!launched.said().contains("is taken"), "{}", launched.said());
    launched.interrupt_twice();
}

#[test]
fn ssh_waits_for_the_guest_and_puts_no_packet_into_the_capture_before() {
    let desk = Desk::new();
    let test = "ssh_waits_for_the_guest_and_puts_no_packet_into_the_capture_before";
    let Some((guest, words)) = guest(test, &desk, "") else { return };
    let mut launched = tests::launched::Launched::command(desk.command().args(words));
    launched.ssh_port();
    // At once, while the guest has not yet started: the key is the guest's, and no question may be asked.
    let home = desk.folder.path().join("home");
    fs::create_dir_all(&home).unwrap();
    let wrapper = desk.folder.path().join("bin");
    fs::create_dir_all(&wrapper).unwrap();
    let real = tests::guest::path_of("ssh").unwrap();
    let key = guest.key.to_str().unwrap();
    let script = format!("#!/bin/sh\nexec {} -F none -o BatchMode=yes -i {key} \"$@\"\n", real.display());
    fs::write(wrapper.join("ssh"), script).unwrap();
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(wrapper.join("ssh"), fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", wrapper.display(), std::env::var("PATH").unwrap());
    let output =
        desk.command().env("PATH", path).args(["ssh", "--", "echo", "-n", "it is $(id -un)"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "it is tc", "{said}");
    assert!(said.contains("is still starting") && said.contains("it is up"), "{said}");
    launched.signal(Signal::INT);
    assert_eq!(launched.end().code(), Some(130));
    assert!(launched.said().contains("powered off, as asked"), "{}", launched.said());
    // From the gateway, which stands for this machine, nothing came to the port of ssh before the guest had its address.
    let packets = packets(&desk.capture);
    let lease = packets.iter().position(|(_, frame)| super::desk::udp_from(frame, 67)).unwrap();
    let to_ssh =
        |frame: &[u8]| frame.len() > 38 && frame[12..14] == [8, 0] && frame[23] == 6 && frame[36..38] == [0, 22];
    let first = packets.iter().position(|(_, frame)| to_ssh(frame)).unwrap();
    assert!(lease < first, "{lease} {first}");
}

#[test]
fn a_full_home_hides_no_vm_from_its_own_machine() {
    let test = "a_full_home_hides_no_vm_from_its_own_machine";
    if !qemu(test) {
        return;
    }
    let desk = Desk::new();
    // One page holds the first words about the VM, and no second ones beside them.
    let script = "state=$0; mkdir -p $state && mount -t tmpfs -o size=4k none $state && \
                  { \"$@\" -d; $1 list; $1 status; $1 stop --now; $1 status; }";
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--mount", "--", "sh", "-c", script]);
    command.arg(desk.folder.path().join("state")).arg(super::desk::tinycore()).args(desk.words(&[]));
    command.env("XDG_STATE_HOME", desk.folder.path().join("state"));
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    if said.contains("unshare failed") {
        eprintln!("SKIPPED {test}: this machine allows no namespaces");
        return;
    }
    assert!(said.contains("do not find this VM from other machines"), "{said}");
    assert!(said.contains("is up after") && said.contains("with the address 10.0.2.15"), "{said}");
    assert!(said.contains("is stopped: its power was cut") && said.contains("ended at"), "{said}");
}

#[test]
fn ctrl_c_before_the_prompt_is_back_ends_the_vm() {
    if !qemu("ctrl_c_before_the_prompt_is_back_ends_the_vm") {
        return;
    }
    let desk = Desk::new();
    let _left = Left(&desk);
    // A card without a boot ROM never asks for an address.
    let mut launched = desk.start(&["-d", "--timeout", "1", "--", "-global", "e1000.romfile="]);
    launched.ssh_port();
    let qemu = u32::try_from(desk.record()["qemu"]["pid"].as_u64().unwrap()).unwrap();
    launched.signal(Signal::INT);
    assert_eq!(launched.end().code(), Some(130), "{}", launched.said());
    assert!(gone(qemu));
    assert!(launched.said().contains("its power was cut"), "{}", launched.said());
}

#[test]
fn a_suspended_launcher_is_stopped_all_the_same() {
    if !qemu("a_suspended_launcher_is_stopped_all_the_same") {
        return;
    }
    let desk = Desk::new();
    let mut launched = desk.start(&[]);
    launched.await_capture(&desk.capture, ASKED);
    launched.signal(Signal::STOP);
    let (code, said) = desk.say(&["stop", "--now"]);
    assert_eq!((code, said.contains("its power was cut")), (Some(0), true), "{said}");
    assert_eq!(launched.end().code(), Some(0));
}

#[test]
fn a_hang_up_that_is_ignored_is_none() {
    if !qemu("a_hang_up_that_is_ignored_is_none") {
        return;
    }
    let desk = Desk::new();
    let mut command = Command::new("nohup");
    command.arg(super::desk::tinycore()).args(desk.words(&[]));
    let mut launched =
        tests::launched::Launched::command(command.env("XDG_STATE_HOME", desk.folder.path().join("state")));
    launched.await_capture(&desk.capture, ASKED);
    launched.signal(Signal::HUP);
    thread::sleep(Duration::from_millis(500));
    assert!(!launched.said().contains("powering"), "{}", launched.said());
    assert_eq!(launched.interrupt_twice().code(), Some(130));
}
