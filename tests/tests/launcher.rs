//! The launcher against a real QEMU. Most tests need no guest: the network card's boot ROM already asks for an address.
#![allow(clippy::unwrap_used, clippy::panic, reason = "that is how a test fails, in its helpers too")]

use desk::{ASKED, Desk, guest, in_lab, listening, now, packets, qemu, tinycore, udp_from};
use rustix::process::Signal;
use std::{
    fs,
    net::{Ipv4Addr, TcpListener},
    process::Command,
    thread,
    time::{Duration, Instant},
};
use tests::launched::{Launched, gone, send};

#[path = "launcher/background.rs"]
mod background;
#[path = "launcher/chain.rs"]
mod chain;
#[path = "launcher/desk.rs"]
mod desk;
#[path = "launcher/evidence.rs"]
mod evidence;
#[path = "launcher/far.rs"]
mod far;
#[path = "launcher/machine.rs"]
mod machine;
#[path = "launcher/window.rs"]
mod window;

#[test]
fn a_vm_is_captured_in_the_right_time_and_reached_from_here_only() {
    if !qemu("a_vm_is_captured_in_the_right_time_and_reached_from_here_only") {
        return;
    }
    let desk = Desk::new();
    let before = now();
    let mut launched = Launched::command(Command::new(tinycore()).args(desk.words(&[])).env("TZ", "Asia/Tokyo"));
    let port = launched.ssh_port();
    assert_eq!(listening(port), ["0100007F"], "the port is 127.0.0.1's alone");
    launched.await_capture(&desk.capture, ASKED);
    assert_eq!(launched.interrupt_twice().code(), Some(130));

    let host = rustix::system::uname().nodename().to_str().unwrap().to_owned();
    let said = launched.said();
    let path = desk.capture.canonicalize().unwrap().to_str().unwrap().to_owned();
    for part in [&host, &path, &format!("ssh -p {port} "), &"its power was cut".to_owned()] {
        assert!(said.contains(part), "{part:?} is missing in:\n{said}");
    }
    let packets = packets(&desk.capture);
    assert!(packets.iter().any(|(_, frame)| udp_from(frame, 68)), "the VM asks for an address");
    assert!(packets.iter().any(|(_, frame)| udp_from(frame, 67)), "and is offered one");
    assert!(packets.iter().all(|(time, _)| (before..now()).contains(time)), "in any time zone");
    assert!(said.contains(&format!("{} packets", packets.len())), "{said}");
    use std::os::unix::fs::PermissionsExt;
    assert_eq!(fs::metadata(&desk.capture).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn each_signal_ends_the_vm_and_leaves_a_whole_capture() {
    if !qemu("each_signal_ends_the_vm_and_leaves_a_whole_capture") {
        return;
    }
    for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129)] {
        let desk = Desk::new();
        let mut launched = desk.start(&[]);
        launched.await_capture(&desk.capture, ASKED);
        let qemu = launched.qemu();
        launched.signal(signal);
        assert_eq!(launched.end().code(), Some(code), "{}", launched.said());
        assert!(gone(qemu));
        assert!(launched.said().contains("does not listen to its power button"), "{}", launched.said());
        assert!(!packets(&desk.capture).is_empty());
    }
}

#[test]
fn a_killed_qemu_is_told_and_its_capture_whole() {
    if !qemu("a_killed_qemu_is_told_and_its_capture_whole") {
        return;
    }
    let desk = Desk::new();
    let mut launched = desk.start(&[]);
    launched.await_capture(&desk.capture, ASKED);
    send(launched.qemu(), Signal::KILL);
    assert_eq!(launched.end().code(), Some(5));
    assert!(launched.said().contains("QEMU was killed"), "{}", launched.said());
    assert!(!packets(&desk.capture).is_empty());
}

#[test]
fn no_qemu_outlives_a_killed_launcher() {
    if !qemu("no_qemu_outlives_a_killed_launcher") {
        return;
    }
    let desk = Desk::new();
    let mut launched = desk.start(&[]);
    launched.await_capture(&desk.capture, ASKED);
    let qemu = launched.qemu();
    launched.signal(Signal::KILL);
    launched.end();
    let until = Instant::now() + Duration::from_secs(10);
    while !gone(qemu) {
        assert!(Instant::now() < until, "QEMU is still there");
        thread::sleep(Duration::from_millis(20));
    }
    assert!(!packets(&desk.capture).is_empty());
    // What the killed launcher had claimed is free again.
    let mut again = desk.start(&[]);
    again.ssh_port();
    assert_eq!(again.interrupt_twice().code(), Some(130));
}

#[test]
fn swapped_and_equal_files_stay_as_they_are() {
    if !qemu("swapped_and_equal_files_stay_as_they_are") {
        return;
    }
    let desk = Desk::new();
    fs::write(&desk.capture, [0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0]).unwrap();
    let link = desk.folder.path().join("link");
    std::os::unix::fs::symlink(&desk.image, &link).unwrap();
    let hard = desk.folder.path().join("hard");
    fs::hard_link(&desk.image, &hard).unwrap();
    let before = (fs::read(&desk.image).unwrap(), fs::read(&desk.capture).unwrap());
    let cases = [
        (&desk.capture, &desk.image, "swapped"),
        (&desk.image, &desk.image, "the same file"),
        (&desk.image, &link, "the same file"),
        (&desk.image, &hard, "the same file"),
        (&desk.capture, &desk.capture, "the same file"),
    ];
    for (image, capture, words) in cases {
        for more in [&[][..], &["--dry-run"]] {
            let mut launched = Launched::start(
                tinycore(),
                ["-f".as_ref(), image.as_os_str(), "-c".as_ref(), capture.as_os_str()]
                    .into_iter()
                    .chain(more.iter().map(AsRef::as_ref)),
            );
            assert_eq!(launched.end().code(), Some(3), "{}", launched.said());
            assert!(launched.said().contains(words), "{words:?}: {}", launched.said());
        }
    }
    assert!(before == (fs::read(&desk.image).unwrap(), fs::read(&desk.capture).unwrap()), "a file was changed");
}

#[test]
fn a_start_that_fails_keeps_the_earlier_capture() {
    if !qemu("a_start_that_fails_keeps_the_earlier_capture") {
        return;
    }
    let desk = Desk::new();
    // QEMU refuses the first at once, the second when almost all is set up.
    for wrong in [["-nosuch", "option"], ["-device", "nosuch"]] {
        let more = ["--", wrong[0], wrong[1]];
        let (code, said) = desk.refused(&more);
        assert_eq!(code, Some(5), "{said}");
        assert!(said.contains("QEMU did not start") && said.contains("nosuch"), "{said}");
        assert!(!desk.capture.exists(), "nothing is left of a start that failed");

        let earlier = [0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0];
        fs::write(&desk.capture, earlier).unwrap();
        assert_eq!(desk.refused(&more).0, Some(5));
        assert_eq!(fs::read(&desk.capture).unwrap(), earlier);
        fs::remove_file(&desk.capture).unwrap();
    }
}

#[test]
fn an_earlier_capture_is_overwritten_once_the_vm_runs_and_anything_else_is_kept() {
    if !qemu("an_earlier_capture_is_overwritten_once_the_vm_runs_and_anything_else_is_kept") {
        return;
    }
    let desk = Desk::new();
    fs::write(&desk.capture, "my thesis").unwrap();
    let (code, said) = desk.refused(&[]);
    assert_eq!((code, said.contains("is not overwritten")), (Some(4), true), "{said}");
    assert_eq!(fs::read(&desk.capture).unwrap(), b"my thesis");

    fs::write(&desk.capture, [[0xd4, 0xc3, 0xb2, 0xa1]; 5000].concat()).unwrap();
    let mut launched = desk.start(&[]);
    launched.hear("(overwritten: 20.0 kB, written 0 seconds ago)");
    launched.interrupt_twice();
    assert!(fs::metadata(&desk.capture).unwrap().len() < 20_000);
    packets(&desk.capture);
}

#[test]
fn the_dry_run_starts_nothing_and_its_line_works() {
    if !qemu("the_dry_run_starts_nothing_and_its_line_works") {
        return;
    }
    let desk = Desk::with("tc one.qcow2", "it's.pcap");
    let output = Command::new(tinycore()).args(desk.words(&["--dry-run"])).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(!desk.capture.exists());
    let line = String::from_utf8(output.stdout).unwrap();
    assert_eq!(line.lines().count(), 1, "{line}");
    assert!(line.contains("format=qcow2") && line.contains("hostfwd=tcp:127.0.0.1:0-:22"), "{line}");
    let mut by_hand = Launched::command(Command::new("sh").arg("-c").arg(format!("exec env {line}")));
    by_hand.await_capture(&desk.capture, ASKED);
    by_hand.signal(Signal::TERM);
    by_hand.end();
    assert!(packets(&desk.capture).iter().any(|(_, frame)| udp_from(frame, 67)));
}

#[test]
fn odd_names_work() {
    if !qemu("odd_names_work") {
        return;
    }
    for (image, capture) in
        [("a,b: größe 1.qcow2", "x,,y: 'ä' \"1\".pcap"), ("json:{}.qcow2", "$HOME;file=z"), ("-f", "-c")]
    {
        let desk = Desk::with(image, capture);
        let mut launched = desk.start(&[]);
        launched.await_capture(&desk.capture, ASKED);
        assert_eq!(launched.interrupt_twice().code(), Some(130), "{}", launched.said());
        assert!(!packets(&desk.capture).is_empty());
        let files = fs::read_dir(desk.folder.path()).unwrap().map(|file| file.unwrap().file_name());
        let files = files.filter(|file| file != "state").count();
        assert_eq!(files, 2, "{image} and {capture} and nothing else");
    }
}

#[test]
fn a_second_vm_on_one_file_is_refused_with_the_name_of_the_first() {
    if !qemu("a_second_vm_on_one_file_is_refused_with_the_name_of_the_first") {
        return;
    }
    let (one, other) = (Desk::new(), Desk::new());
    let mut first = one.start(&[]);
    first.ssh_port();
    let holder = format!("process {}", first.pid());

    let same_image =
        Desk { capture: other.capture.clone(), image: one.image.clone(), folder: tempfile::tempdir().unwrap() };
    let (code, said) = same_image.refused(&[]);
    assert_eq!((code, said.contains(&holder)), (Some(3), true), "{said}");
    assert!(!other.capture.exists());

    let same_capture =
        Desk { capture: one.capture.clone(), image: other.image.clone(), folder: tempfile::tempdir().unwrap() };
    let (code, said) = same_capture.refused(&[]);
    assert_eq!((code, said.contains(&holder)), (Some(4), true), "{said}");
    assert_eq!(first.interrupt_twice().code(), Some(130));

    // Two that only read an image do not disturb each other.
    let mut reader = same_image.start(&["--throwaway"]);
    reader.ssh_port();
    let mut another = one.start(&["--throwaway"]);
    another.ssh_port();
    assert_eq!(reader.interrupt_twice().code(), Some(130));
    assert_eq!(another.interrupt_twice().code(), Some(130));
}

#[test]
fn a_capture_that_is_deleted_under_the_vm_comes_back() {
    if !qemu("a_capture_that_is_deleted_under_the_vm_comes_back") {
        return;
    }
    let desk = Desk::new();
    let mut launched = desk.start(&[]);
    launched.await_capture(&desk.capture, ASKED);
    fs::remove_file(&desk.capture).unwrap();
    launched.hear("was deleted or replaced");
    assert!(packets(&desk.capture).iter().any(|(_, frame)| udp_from(frame, 68)), "at once");
    assert_eq!(launched.interrupt_twice().code(), Some(130));
    assert!(packets(&desk.capture).iter().any(|(_, frame)| udp_from(frame, 68)));
}

#[test]
fn a_capture_that_something_else_wrote_to_is_not_called_whole() {
    if !qemu("a_capture_that_something_else_wrote_to_is_not_called_whole") {
        return;
    }
    let desk = Desk::new();
    let mut launched = desk.start(&[]);
    launched.await_capture(&desk.capture, 24);
    fs::OpenOptions::new().write(true).truncate(true).open(&desk.capture).unwrap();
    launched.await_capture(&desk.capture, ASKED);
    assert_eq!(launched.interrupt_twice().code(), Some(4));
    assert!(launched.said().contains("something else wrote to the file"), "{}", launched.said());
}

#[test]
fn a_taken_port_is_replaced_and_a_free_one_used() {
    if !qemu("a_taken_port_is_replaced_and_a_free_one_used") {
        return;
    }
    let desk = Desk::new();
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let wanted = taken.local_addr().unwrap().port();
    let mut launched = desk.start(&["--ssh-port", &wanted.to_string()]);
    assert_ne!(launched.ssh_port(), wanted);
    launched.hear(&format!("port {wanted} is taken"));
    launched.interrupt_twice();
    drop(taken);
    let mut launched = desk.start(&["--ssh-port", &wanted.to_string()]);
    assert_eq!(launched.ssh_port(), wanted);
    launched.interrupt_twice();
}

#[test]
fn without_qemu_it_is_told_what_to_install() {
    if !qemu("without_qemu_it_is_told_what_to_install") {
        return;
    }
    let desk = Desk::new();
    let mut launched = Launched::command(Command::new(tinycore()).args(desk.words(&[])).env("PATH", "/nowhere"));
    assert_eq!(launched.end().code(), Some(5));
    assert!(launched.said().contains("apt install qemu-system-x86"), "{}", launched.said());
    assert!(!desk.capture.exists());
}

#[test]
fn every_card_and_disk_starts() {
    if !qemu("every_card_and_disk_starts") {
        return;
    }
    for nic in ["e1000", "e1000e", "virtio", "rtl8139", "pcnet", "ne2k"] {
        let desk = Desk::new();
        let mut launched = desk.start(&["--nic", nic]);
        launched.ssh_port();
        assert_eq!(launched.interrupt_twice().code(), Some(130), "{nic}: {}", launched.said());
    }
    for (disk, display) in [("ide", "none"), ("sata", "vnc"), ("virtio", "none")] {
        let desk = Desk::new();
        let mut launched = desk.start(&["--disk", disk, "--display", display]);
        launched.ssh_port();
        assert!(listening(5900).is_empty(), "no screen is open to others");
        assert_eq!(launched.interrupt_twice().code(), Some(130), "{disk}: {}", launched.said());
    }
}

#[test]
fn the_printed_ssh_line_leads_into_the_guest_and_ctrl_c_powers_it_off() {
    let desk = Desk::new();
    let test = "the_printed_ssh_line_leads_into_the_guest_and_ctrl_c_powers_it_off";
    let Some((guest, words)) = guest(test, &desk, "") else { return };
    let mut launched = Launched::start(tinycore(), words);
    launched.hear(": ready");
    let said = launched.said();
    let line = said.lines().find_map(|line| line.split("  ssh       ssh ").nth(1)).unwrap();
    let line = line.split("   (on ").next().unwrap();
    let mut ssh = Command::new("ssh");
    ssh.args(["-F", "none", "-o", "BatchMode=yes", "-i"]).arg(&guest.key).args(line.split(' ')).args(["id", "-un"]);
    let output = ssh.output().unwrap();
    assert_eq!(output.stdout, b"tc\n", "{}", String::from_utf8_lossy(&output.stderr));
    launched.signal(Signal::INT);
    assert_eq!(launched.end().code(), Some(130));
    assert!(launched.said().contains("powered off, as asked"), "{}", launched.said());
    assert!(!packets(&desk.capture).is_empty());
}

#[test]
fn a_full_disk_is_told_at_once_and_in_the_exit_code() {
    let desk = Desk::new();
    let test = "a_full_disk_is_told_at_once_and_in_the_exit_code";
    let plan = "while :; do ping -c 1 -s 1400 10.0.2.2 > /dev/null; done\n";
    let small = desk.folder.path().join("small");
    fs::create_dir(&small).unwrap();
    let desk = Desk { capture: small.join("output.pcap"), ..desk };
    let Some((_, words)) = guest(test, &desk, plan) else { return };
    let mount = "mount -t tmpfs -o size=64k none \"$0\" && exec \"$@\"";
    let Some(mut command) = in_lab(test, &["sh", "-c", mount, small.to_str().unwrap()], words) else { return };
    let mut launched = Launched::command(&mut command);
    launched.hear("QEMU can no longer write to the capture");
    assert_eq!(launched.end().code(), Some(4), "{}", launched.said());
    let said = launched.said();
    assert!(said.contains("powered off, as asked") && said.contains("the capture is not whole"), "{said}");
}
