//! The capture as evidence: what it may lose, what it may not, and what is said of it.

use super::desk::{ASKED, Desk, guest, in_lab, packets, qemu, udp_from};
use rustix::process::Signal;
use std::{fs, process::Command};
use tests::launched::Launched;

#[test]
fn earlier_captures_are_kept_if_asked_and_come_back_when_the_start_fails() {
    if !qemu("earlier_captures_are_kept_if_asked_and_come_back_when_the_start_fails") {
        return;
    }
    let desk = Desk::new();
    let old = [[0xd4, 0xc3, 0xb2, 0xa1]; 50].concat();
    fs::write(&desk.capture, &old).unwrap();
    assert_eq!(desk.refused(&["--keep-old", "2", "--", "-device", "nosuch"]).0, Some(5));
    assert_eq!(fs::read(&desk.capture).unwrap(), old);
    for run in 1..=2 {
        let mut launched = desk.start(&["--keep-old", "2"]);
        launched.hear("(earlier one kept: ");
        launched.await_capture(&desk.capture, ASKED);
        launched.interrupt_twice();
        let kept = desk.capture.with_file_name(format!("output.{run}.pcap"));
        assert_eq!(fs::read(kept).unwrap(), old, "after run {run}");
    }
    packets(&desk.capture.with_file_name("output.1.pcap"));
}

#[test]
fn a_capture_ends_at_its_limit_between_two_packets_and_the_vm_goes_on() {
    let test = "a_capture_ends_at_its_limit_between_two_packets_and_the_vm_goes_on";
    let desk = Desk::new();
    let plan = "ping -c 400 -i 0.01 -s 1000 10.0.2.2 > /dev/null\nsay sent\npoweroff -f\n";
    let Some((_, words)) = guest(test, &desk, plan) else { return };
    let words = ["--max-size".into(), "100k".into()].into_iter().chain(words);
    let mut launched = Launched::command(desk.command().args(words));
    launched.hear("it ends here, the VM goes on");
    launched.hear(": sent");
    assert_eq!(launched.end().code(), Some(0), "{}", launched.said());
    let length = fs::metadata(&desk.capture).unwrap().len();
    assert!((98_000..=100_000).contains(&length), "{length}");
    assert!(packets(&desk.capture).len() > 50);
}

#[test]
fn of_each_packet_as_much_is_captured_as_was_asked_for() {
    if !qemu("of_each_packet_as_much_is_captured_as_was_asked_for") {
        return;
    }
    let desk = Desk::new();
    let mut launched = desk.start(&["--snaplen", "300", "--no-ipv6"]);
    launched.await_capture(&desk.capture, 300);
    launched.interrupt_twice();
    let packets = packets(&desk.capture);
    assert!(packets.iter().all(|(_, frame)| frame.len() <= 300) && packets.iter().any(|(_, frame)| frame.len() == 300));
    assert!(packets.iter().any(|(_, frame)| udp_from(frame, 68)));
    assert!(
        packets
            .iter()
            .all(|(_, frame)| frame[12..14] != [0x86, 0xdd] || frame[22..24] != [0xfe, 0x80] || frame[37] != 2)
    );
}

/// What a guest sends quickly is in the capture to the last packet.
#[test]
fn a_flood_loses_no_packet() {
    let test = "a_flood_loses_no_packet";
    let desk = Desk::new();
    let plan = "say \"received $(wget -q -O - http://www.example.com/flood | wc -c)\"\npoweroff -f\n";
    let Some((_, words)) = guest(test, &desk, plan) else { return };
    let Some(mut command) = in_lab(test, &[], words) else { return };
    let mut launched = Launched::command(command.env("XDG_STATE_HOME", desk.folder.path()));
    assert_eq!(launched.end().code(), Some(0), "{}", launched.said());
    let said = launched.said();
    let received: usize = said.split("received ").nth(1).unwrap().split_whitespace().next().unwrap().parse().unwrap();
    assert_eq!(received, tests::guest::lab::FLOOD, "{said}");
    // Every byte of the page is in a segment from the server; a segment that was sent again is counted once.
    let mut segments = std::collections::BTreeMap::new();
    let mut syn = 0;
    for (_, frame) in packets(&desk.capture) {
        if frame.len() < 54 || frame[12..14] != [8, 0] || frame[23] != 6 || frame[34..36] != [0, 80] {
            continue;
        }
        let sequence = u32::from_be_bytes(frame[38..42].try_into().unwrap());
        if frame[47] & 2 != 0 {
            syn = sequence;
        }
        let header = usize::from(frame[46] >> 4) * 4;
        let length = usize::from(u16::from_be_bytes([frame[16], frame[17]])) - 20 - header;
        segments.insert(sequence.wrapping_sub(syn).wrapping_sub(1), length);
    }
    let mut reached = 0_usize;
    for (start, length) in segments.into_iter().filter(|(_, length)| *length > 0) {
        let start = start as usize;
        assert!(start <= reached, "bytes {reached} to {start} are missing");
        reached = reached.max(start + length);
    }
    assert!(reached >= tests::guest::lab::FLOOD, "{reached}");
}

#[test]
fn a_full_disk_does_not_end_a_vm_that_is_to_go_on() {
    let test = "a_full_disk_does_not_end_a_vm_that_is_to_go_on";
    let plan = "ping -c 100 -i 0.02 -s 1400 10.0.2.2 > /dev/null\nsay sent\npoweroff -f\n";
    let desk = Desk::new();
    let small = desk.folder.path().join("small");
    fs::create_dir(&small).unwrap();
    let desk = Desk { capture: small.join("output.pcap"), ..desk };
    let Some((_, words)) = guest(test, &desk, plan) else { return };
    let words = ["--keep-going".into()].into_iter().chain(words).collect();
    let mount = "mount -t tmpfs -o size=64k none \"$0\" && \"$@\"; status=$?; cp \"$0\"/* \"$0\"/.. ; exit $status";
    let Some(mut command) = in_lab(test, &["sh", "-c", mount, small.to_str().unwrap()], words) else { return };
    let mut launched = Launched::command(command.env("XDG_STATE_HOME", desk.folder.path()));
    launched.hear("the VM goes on without, as asked");
    launched.hear(": sent");
    assert_eq!(launched.end().code(), Some(4), "{}", launched.said());
    // What is there is readable, and can be made whole.
    let torn = desk.folder.path().join("output.pcap");
    let (code, said) = desk.say(&["summary", torn.to_str().unwrap(), "--fix"]);
    assert_eq!(code, Some(0), "{said}");
    let fixed = desk.folder.path().join("output.pcap.fixed");
    assert!(packets(&fixed).len() > 20, "{said}");
}

#[test]
fn a_file_that_is_no_capture_is_overwritten_only_by_force() {
    if !qemu("a_file_that_is_no_capture_is_overwritten_only_by_force") {
        return;
    }
    let desk = Desk::new();
    fs::write(&desk.capture, "my thesis").unwrap();
    assert_eq!(desk.refused(&[]).0, Some(4));
    assert_eq!(fs::read(&desk.capture).unwrap(), b"my thesis");
    let mut launched = desk.start(&["--force"]);
    launched.await_capture(&desk.capture, ASKED);
    launched.interrupt_twice();
    packets(&desk.capture);
    // An image is never overwritten, by no means.
    let other = Desk::new();
    let swapped =
        Desk { image: desk.image.clone(), capture: other.image.clone(), folder: tempfile::tempdir().unwrap() };
    let before = fs::read(&other.image).unwrap();
    assert_eq!(swapped.refused(&["--force"]).0, Some(4));
    assert_eq!(fs::read(&other.image).unwrap(), before);
}

#[test]
fn a_hang_up_leaves_its_words_for_the_next_login() {
    if !qemu("a_hang_up_leaves_its_words_for_the_next_login") {
        return;
    }
    let desk = Desk::new();
    let mut launched = desk.start(&[]);
    launched.await_capture(&desk.capture, ASKED);
    launched.signal(Signal::HUP);
    assert_eq!(launched.end().code(), Some(129));
    let (code, said) = desk.say(&["status"]);
    assert_eq!(code, Some(0));
    assert!(said.contains("its power was cut") && said.contains("packets"), "{said}");
}

#[test]
fn a_read_only_image_and_a_name_of_its_own_folder_work() {
    if !qemu("a_read_only_image_and_a_name_of_its_own_folder_work") {
        return;
    }
    let desk = Desk::new();
    // Root may write whatever the mode says: a read-only mount is believed by all.
    let folder = desk.folder.path().to_str().unwrap();
    let script = "mount --bind \"$0\" \"$0\" && mount -o remount,bind,ro \"$0\" && exec \"$@\"";
    let out = tempfile::tempdir().unwrap();
    let elsewhere = Desk { image: desk.image.clone(), capture: out.path().join("output.pcap"), folder: out };
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--mount", "--", "sh", "-c", script, folder]).arg(super::desk::tinycore());
    command.args(elsewhere.words(&[])).env("XDG_STATE_HOME", elsewhere.folder.path().join("state"));
    let mut launched = Launched::command(&mut command);
    launched.await_capture(&elsewhere.capture, ASKED);
    assert!(launched.said().contains("the image is read-only"), "{}", launched.said());
    assert_eq!(launched.interrupt_twice().code(), Some(130), "{}", launched.said());
    assert!(!packets(&elsewhere.capture).is_empty());
}
