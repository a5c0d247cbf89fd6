//! Command lines, as a person would read them.

use super::*;

fn machine() -> Machine {
    Machine {
        name: "tc".into(),
        image: "/lab/tc.qcow2".into(),
        throwaway: false,
        accels: vec!["tcg"],
        screen: Screen::None,
        memory: 256,
        cpus: 1,
        nic: Nic::E1000,
        disk: Disk::Ide,
        ipv6: true,
        isolated: false,
        snaplen: None,
        ssh_port: 0,
        more: Vec::new(),
    }
}

fn by_hand(machine: &Machine) -> String {
    crate::shell::line(arguments(machine, Start::ByHand { capture: Path::new("/lab/output.pcap") }))
}

#[test]
fn the_plain_machine() {
    assert_eq!(
        by_hand(&machine()),
        "-no-user-config -name tc -accel tcg -m 256 \
         -drive file=/lab/tc.qcow2,format=qcow2,id=disk0,if=ide \
         -netdev user,id=net0,hostfwd=tcp:127.0.0.1:0-:22 -device e1000,netdev=net0 \
         -display none -sandbox on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny \
         -object filter-dump,id=dump0,netdev=net0,file=/lab/output.pcap"
    );
}

/// Each choice with the words that it adds to the line, and the words that it takes away.
#[test]
fn each_choice_shows_in_the_line() {
    type Change = fn(&mut Machine);
    let table: [(&str, Change, &[&str], &[&str]); 14] = [
        ("throwaway", |m| m.throwaway = true, &["if=ide,snapshot=on"], &[]),
        ("kvm", |m| m.accels = vec!["kvm", "tcg"], &["-accel kvm -accel tcg"], &[]),
        ("memory", |m| m.memory = 1024, &["-m 1024"], &["-m 256"]),
        ("processors", |m| m.cpus = 2, &["-m 256 -smp 2"], &[]),
        ("no IPv6", |m| m.ipv6 = false, &["user,id=net0,ipv6=off,hostfwd"], &[]),
        ("isolated", |m| m.isolated = true, &["user,id=net0,restrict=on,hostfwd"], &[]),
        ("less of each packet", |m| m.snaplen = Some(96), &["netdev=net0,maxlen=96,file=/lab/output.pcap"], &[]),
        ("virtio card", |m| m.nic = Nic::Virtio, &["-device virtio-net-pci,netdev=net0"], &["e1000"]),
        ("virtio disk", |m| m.disk = Disk::Virtio, &["if=virtio"], &["if=ide"]),
        (
            "sata disk",
            |m| m.disk = Disk::Sata,
            &["if=none", "-device ahci,id=sata0 -device ide-hd,drive=disk0,bus=sata0.0"],
            &["if=ide"],
        ),
        ("port", |m| m.ssh_port = 2222, &["hostfwd=tcp:127.0.0.1:2222-:22"], &[":0-"]),
        (
            "window",
            |m| m.screen = Screen::Window("gtk"),
            &["-display gtk", "elevateprivileges=deny -object"],
            &["-display none", "spawn=deny"],
        ),
        (
            "vnc",
            |m| m.screen = Screen::Vnc("/tmp/t,1/v".into()),
            &["-display none -vnc unix:/tmp/t,,1/v"],
            &["-display gtk"],
        ),
        ("more", |m| m.more = vec!["-serial".into(), "stdio".into()], &["output.pcap -serial stdio"], &[]),
    ];
    for (choice, change, present, absent) in table {
        let mut machine = machine();
        change(&mut machine);
        let line = by_hand(&machine);
        for words in present {
            assert!(line.contains(words), "{choice}: {words:?} is missing in {line}");
        }
        for words in absent {
            assert!(!line.contains(words), "{choice}: {words:?} is in {line}");
        }
    }
}

#[test]
fn under_supervision_the_capture_is_no_argument() {
    let line = crate::shell::line(arguments(&machine(), Start::Supervised { orders: 7 }));
    assert!(line.ends_with("-S -chardev socket,id=orders,fd=7 -mon chardev=orders,mode=control"), "{line}");
    assert!(!line.contains("filter-dump"), "{line}");
}

#[test]
fn commas_in_names_are_doubled_and_other_oddities_kept() {
    let mut machine = machine();
    machine.image = "/lab/a,b: größe 1.qcow2".into();
    machine.name = "a,b".into();
    let words = arguments(&machine, Start::ByHand { capture: Path::new("/lab/x,y.pcap") });
    assert!(words.contains(&"file=/lab/a,,b: größe 1.qcow2,format=qcow2,id=disk0,if=ide".into()), "{words:?}");
    assert!(words.contains(&"a,,b".into()), "{words:?}");
    assert!(words.contains(&"filter-dump,id=dump0,netdev=net0,file=/lab/x,,y.pcap".into()), "{words:?}");
}

#[test]
fn every_card_has_a_name_of_qemus() {
    use clap::ValueEnum;
    let mut names: Vec<_> = Nic::value_variants().iter().map(|nic| nic.device()).collect();
    names.dedup();
    assert_eq!(names.len(), Nic::value_variants().len());
}
