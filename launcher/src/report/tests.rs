//! Endings and refusals, as the user reads them.

use super::*;
use std::process::ExitStatus;

fn end(raw: i32, shutdown: Option<(bool, &str)>) -> End {
    End {
        status: ExitStatus::from_raw(raw),
        shutdown: shutdown.map(|(guest, reason)| (guest, reason.to_owned())),
        signal: None,
        asked: false,
        limit: None,
        window: false,
        kvm_failed: false,
        power_cut: false,
        dump_stopped: false,
        last_words: None,
    }
}

#[test]
fn every_end_has_its_sentence_and_code() {
    let asked = |end: End, signal| End { signal: Some(signal), asked: true, ..end };
    let cut = |end: End| End { power_cut: true, ..end };
    let table = [
        (end(0, Some((true, "guest-shutdown"))), "powered off from within", 0),
        (end(0, Some((true, "guest-panic"))), "its system crashed", 0),
        (end(0, Some((false, "host-ui"))), "its window was closed", 0),
        (End { window: true, ..end(0, Some((false, "host-qmp-quit"))) }, "its window was closed", 0),
        (end(0, Some((false, "host-signal"))), "QEMU was asked to end by a signal", 0),
        (asked(end(0, Some((true, "guest-shutdown"))), 2), "powered off, as asked", 130),
        (cut(asked(end(0, Some((false, "host-qmp-quit"))), 15)), "its power was cut", 143),
        (cut(asked(end(0, Some((false, "host-qmp-quit"))), 1)), "its power was cut", 129),
        (
            cut(End { kvm_failed: true, ..end(0, Some((false, "host-qmp-quit"))) }),
            "KVM cannot run this VM on this machine; --accel tcg does without",
            5,
        ),
        (end(9, None), "QEMU was killed (by SIGKILL: by someone, or because memory ran out)", 5),
        (cut(asked(end(9, None), 2)), "QEMU did not end and was killed (signal 9)", 130),
        (End { asked: true, ..end(0, Some((true, "guest-shutdown"))) }, "powered off, as asked", 0),
        (end(1 << 8, None), "QEMU failed with code 1, without a word", 5),
        (
            End { window: true, ..end(1 << 8, None) },
            "the connection of its window to the desktop ended, and the VM with it; --display none -d survives this",
            5,
        ),
        (End { last_words: Some("no luck".into()), ..end(3 << 8, None) }, "QEMU failed with code 3: no luck", 5),
        (End { dump_stopped: true, ..end(0, Some((true, "guest-shutdown"))) }, "powered off, as asked", 4),
    ];
    for (end, sentence, code) in table {
        assert_eq!(ending(&end), sentence, "{end:?}");
        assert_eq!(exit_code(&end), code, "{end:?}");
    }
}

#[test]
fn qemus_words_get_a_kind_and_an_advice() {
    let image = Path::new("/lab/tc.qcow2");
    let table = [
        ("qemu-system-x86_64: -drive file=/lab/tc.qcow2: Failed to get \"write\" lock", 3, "in use by another VM"),
        ("qemu-system-x86_64: -drive x: Failed to lock byte 100", 3, "cp /lab/tc.qcow2 /tmp/"),
        ("qemu-system-x86_64: -drive x: Unsupported qcow2 version 9", 3, "QEMU cannot use"),
        ("Could not access KVM kernel module: Permission denied", 5, "--accel tcg works"),
        ("cannot set up guest memory 'pc.ram': Cannot allocate memory", 5, "a smaller number"),
        ("Display 'gtk' is not available", 5, "--display none works"),
        (
            "qemu-system-x86_64: -device nosuch: 'nosuch' is not a valid device model name",
            5,
            "not start:\n  -device nosuch",
        ),
        ("", 5, "does not say why"),
    ];
    for (said, code, words) in table {
        let error = refusal(said, image);
        assert_eq!(error.exit_code(), code, "{said}");
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[test]
fn the_first_lines_hold_what_is_copied() {
    let process = crate::process::Process::current().unwrap();
    let record = Record {
        name: "tc".to_owned(),
        host: "linux02".to_owned(),
        launcher: process.clone(),
        qemu: process,
        began: 0,
        seen: 0,
        ssh_port: 40123,
        user: "tc".to_owned(),
        image: "/lab/tc.qcow2".to_owned(),
        capture: "/lab/output.pcap".to_owned(),
        accelerated: false,
        memory: 256,
        vnc: Some("/tmp/v".to_owned()),
        patience: 15,
        detached: false,
        guest: None,
        kvm_fails: false,
        packets: 0,
        ended: None,
    };
    let text = Started::new(&record, Some((1_200_000, Duration::from_secs(180))), false).to_string();
    for part in [
        "the VM tc runs on linux02 (TCG, 256 MiB)",
        "/lab/output.pcap  (overwritten: 1.2 MB, written 3 minutes ago)",
        "ssh -p 40123 -o NoHostAuthenticationForLocalhost=yes tc@127.0.0.1",
        "@linux02 -p 40123 -o StrictHostKeyChecking=no",
        "-L 5901:/tmp/v",
        "or Ctrl-C here",
    ] {
        assert!(text.contains(part), "{part:?} is missing in {text}");
    }
}

#[test]
fn counts_are_grouped_and_days_told_apart() {
    use analyzer::capture::grouped;
    assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    assert_eq!(clock(crate::record::now()).len(), "14:03:11".len());
    assert!(clock(1_000_000_000).starts_with("2001-09-0"));
}

#[test]
fn durations_in_their_largest_unit() {
    let words = |seconds| duration(Duration::from_secs(seconds));
    assert_eq!(words(0), "0 seconds");
    assert_eq!(words(1), "1 second");
    assert_eq!(words(119), "119 seconds");
    assert_eq!(words(120), "2 minutes");
    assert_eq!(words(7200), "2 hours");
    assert_eq!(words(200_000), "2 days");
}
