//! Sections, blocks and options.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::build::{End, large_pcapng};
use super::{at, read};

const BOTH: [End; 2] = [End::Little, End::Big];

#[test]
fn sections_interfaces_and_all_blocks() {
    let outcome = read(&large_pcapng());
    assert_eq!(outcome.refusal, None);
    let [first, second, custom, third, simple] = outcome.records.as_slice() else { panic!("{:?}", outcome.records) };
    assert_eq!((first.time, first.interface, first.section), (at(1_700_000_000, 7), 0, 0));
    assert_eq!((second.time, second.interface, second.section), (at(1_700_000_000, 0), 1, 0));
    assert_eq!((second.bytes.len(), second.length, second.link), (61, 1514, 113));
    assert_eq!(second.extra.as_ref().unwrap().comments, ["look"]);
    assert_eq!(first.extra, None);
    // The test's block says its owner in the other byte order, which is as good a number.
    let owner = custom.extra.as_ref().and_then(|extra| extra.custom).unwrap();
    assert_eq!((owner.owner, owner.copied, custom.time, custom.length), (0xd97e_0000, true, None, 4));
    assert_eq!((third.time, third.interface, third.section, third.link), (at(1_700_000_001, 0), 2, 1, 101));
    assert_eq!((simple.time, simple.bytes.as_slice(), simple.length), (None, &[4; 5][..], 5));
    let interfaces = outcome.reader.interfaces();
    let named: Vec<_> = interfaces.iter().map(|one| (one.name.as_str(), one.section, one.number, one.digits)).collect();
    assert_eq!(named, [("eth0", 0, 0, 9), ("", 0, 1, 6), ("", 1, 0, 6)]);
    assert_eq!(outcome.reader.names(), [(IpAddr::V4(Ipv4Addr::new(10, 0, 2, 15)), "vm".to_owned())]);
    assert_eq!(
        outcome.reader.notes(),
        [
            "1 packet was captured only in part (of 5).",
            "1 block with an entry of the system's journal was skipped.",
            "1 block with decryption secrets was skipped.",
            "1 block of the unknown type 0x00007777 was skipped.",
        ]
    );
    assert!(!outcome.reader.cut_short());
}

#[test]
fn interfaces_describe_themselves() {
    for end in BOTH {
        let options = [
            end.option(2, b"wlan0\0"),
            end.option(3, "Würfel".as_bytes()),
            end.option(9, &[0x8a]),
            end.option(11, b"\0port 53"),
            end.option(12, b"Linux"),
            end.option(13, &[32]),
            end.option(14, &end.u64(-100i64 as u64)),
            end.option(0, b""),
            end.option(2, b"after the end"),
        ];
        let file =
            [end.section(), end.interface(1, 96, &options), end.packet(0, 1024 * 50 + 256, 4, &[1; 4], &[])].concat();
        let outcome = read(&file);
        let [interface] = outcome.reader.interfaces() else { panic!("one interface") };
        assert_eq!((interface.name.as_str(), interface.description.as_str()), ("wlan0", "Würfel"));
        assert_eq!((interface.filter.as_str(), interface.system.as_str()), ("port 53", "Linux"));
        assert_eq!((interface.snap_length, interface.fcs_bits, interface.digits), (96, Some(32), 3));
        assert_eq!(outcome.records[0].time, at(-50, 250_000_000));
    }
}

#[test]
fn packets_have_options() {
    for end in BOTH {
        let options = [
            end.option(1, b"one"),
            end.option(1, "zwei\u{20ac}".as_bytes()),
            end.option(2, &end.u32(0x81)),
            end.option(3, &[2, 1, 2, 3, 4]),
            end.option(4, &end.u64(12)),
            end.option(5, &end.u64(u64::MAX)),
            end.option(6, &end.u32(3)),
            end.option(7, &[1, 9, 8]),
            end.option(0, b""),
        ];
        let file = [end.section(), end.interface(1, 0, &[]), end.packet(0, 0, 3, &[1; 3], &options)].concat();
        let outcome = read(&file);
        let extra = outcome.records[0].extra.as_ref().unwrap();
        assert_eq!(extra.comments, ["one", "zwei€"]);
        assert_eq!((extra.flags, extra.dropped), (Some(0x81), Some(12)));
        assert_eq!((extra.packet_id, extra.queue), (Some(u64::MAX), Some(3)));
        assert_eq!(extra.verdicts, [(1, vec![9, 8])]);
    }
    let end = End::Little;
    let options = [end.option(2, b"short"), end.option(99, b"unknown"), vec![1, 0, 200, 0]];
    let file = [end.section(), end.interface(1, 0, &[]), end.packet(0, 0, 3, &[1; 3], &options)].concat();
    let outcome = read(&file);
    assert_eq!(outcome.records.len(), 1, "what is wrong with an option is not wrong with the packet");
}

#[test]
fn simple_packets_are_as_long_as_the_snap_length_lets_them() {
    for end in BOTH {
        let simple = |length: u32, stored: &[u8]| end.block(3, &[&end.u32(length), stored].concat());
        let file = [end.section(), end.interface(1, 10, &[]), simple(60, &[1; 12]), simple(7, &[2; 8])].concat();
        let lengths: Vec<_> = read(&file).records.iter().map(|one| (one.bytes.len(), one.length)).collect();
        assert_eq!(lengths, [(10, 60), (7, 7)]);
        let file = [end.section(), end.interface(1, 0, &[]), simple(61, &[1; 60])].concat();
        let outcome = read(&file);
        assert!(outcome.records.is_empty() && outcome.reader.cut_short());
    }
}

#[test]
fn obsolete_packets_are_packets() {
    for end in BOTH {
        let body = |drops: u16, options: &[u8]| {
            let fixed = [&end.u16(0)[..], &end.u16(drops), &end.words(&[0, 1_500_000, 5, 9])].concat();
            end.block(2, &[&fixed, &[7, 7, 7, 7, 7, 0, 0, 0][..], options].concat())
        };
        let comment = end.option(1, b"old");
        let file = [end.section(), end.interface(1, 0, &[]), body(7, &comment), body(u16::MAX, &[])].concat();
        let outcome = read(&file);
        let [first, second] = outcome.records.as_slice() else { panic!("{:?}", outcome.reader.notes()) };
        assert_eq!((first.bytes.as_slice(), first.length, first.time), (&[7; 5][..], 9, at(1, 500_000_000)));
        let extra = first.extra.as_ref().unwrap();
        assert_eq!((extra.comments.as_slice(), extra.dropped), (&["old".to_owned()][..], Some(7)));
        assert_eq!(second.extra, None);
    }
}

#[test]
fn names_of_both_kinds_of_address() {
    for end in BOTH {
        let records = [
            end.option(1, b"\x01\x02\x03\x04one\0two\0"),
            end.option(7, b"unknown"),
            end.option(2, &[&Ipv6Addr::LOCALHOST.octets()[..], b"self"].concat()),
            end.option(1, b"\x01\x02"),
        ]
        .concat();
        // Not even an end record is needed, though it should be there.
        for tail in [&[][..], &[0; 4], &[1, 0, 255, 255]] {
            let file = [end.section(), end.block(4, &[&records, tail].concat())].concat();
            let outcome = read(&file);
            let v4 = IpAddr::V4(Ipv4Addr::new(1, 2, 3, 4));
            let v6 = IpAddr::V6(Ipv6Addr::LOCALHOST);
            let expected = [(v4, "one".to_owned()), (v4, "two".to_owned()), (v6, "self".to_owned())];
            assert_eq!(outcome.reader.names(), expected);
            assert_eq!(outcome.refusal, None);
        }
    }
}

#[test]
fn lost_packets_are_reported() {
    let end = End::Big;
    let statistics = |lost: u64| {
        let options = [end.option(5, &end.u64(lost)), end.option(7, &end.u64(1)), end.option(0, b"")].concat();
        end.block(5, &[end.words(&[0, 0, 0]), options].concat())
    };
    let named = end.interface(1, 0, &[end.option(2, b"eth0")]);
    let outcome = read(&[end.section(), named, statistics(2), statistics(1999)].concat());
    assert_eq!(outcome.reader.notes(), ["eth0 lost 2,000 packets while capturing, by the capture's own statistics."]);
}

#[test]
fn a_length_without_its_padding_is_understood() {
    for end in BOTH {
        let mut block = end.packet(0, 0, 5, &[6; 5], &[]);
        let size = block.len();
        let claim = end.u32(size as u32 - 3);
        block[4..8].copy_from_slice(&claim);
        block[size - 4..].copy_from_slice(&claim);
        let whole = end.packet(0, 0, 4, &[8; 4], &[]);
        let outcome = read(&[end.section(), end.interface(1, 0, &[]), block, whole].concat());
        let bytes: Vec<_> = outcome.records.iter().map(|record| record.bytes.as_slice()).collect();
        assert_eq!(bytes, [&[6; 5][..], &[8; 4]]);
    }
}

#[test]
fn damage_ends_the_capture_at_a_named_place() {
    let end = End::Little;
    let good = end.packet(0, 0, 4, &[1; 4], &[]);
    let mut unequal = good.clone();
    *unequal.last_mut().unwrap() = 1;
    let mut longer = good.clone();
    longer[20] = 200;
    let cases = [
        (unequal, "a block says 36 bytes at its beginning and"),
        (longer, "packet 2 claims to hold 200 bytes"),
        (end.packet(1, 0, 4, &[1; 4], &[]), "packet 2 belongs to interface 1"),
        (end.block(6, &[0; 16]), "the block of packet 2 has only 28 bytes"),
        (end.block(3, &[]), "the block of packet 2 has only 12 bytes"),
        (end.block(2, &[0; 16]), "the block of packet 2 has only 28 bytes"),
        (end.block(1, &[]), "a block of type 1 and 12 bytes does not hold"),
        (end.words(&[6, 8, 8]), "a block of type 6 claims to be 8 bytes long"),
        (end.words(&[99, 0xffff_fff0, 0]), "a block of type 99 claims to be 4,294,967,280 bytes long"),
        (end.section_of((2, 0)), "a section is of version 2.0"),
        (end.words(&[0x0a0d_0d0a, 28, 0]), "a section's byte order"),
    ];
    for (bad, reason) in cases {
        let file = [end.section(), end.interface(1, 0, &[]), good.clone(), bad, good.clone()].concat();
        let outcome = read(&file);
        assert_eq!((outcome.refusal, outcome.records.len()), (None, 1), "{reason}");
        let notes = outcome.reader.notes();
        assert!(notes[0].contains(reason), "{notes:?} should say: {reason}");
        assert!(notes[0].ends_with("the packet before it is shown."), "{notes:?}");
        assert!(outcome.reader.cut_short() && outcome.reader.stopped());
    }
}

#[test]
fn the_cut_is_named() {
    let whole = large_pcapng();
    let first = End::Little.section().len() + End::Little.interface(1, 0, &[vec![0; 20]]).len();
    let refusal = read(&whole[..20]).refusal.unwrap();
    assert!(refusal.contains("ends within its first block"), "{refusal}");
    let note = |length: usize| read(&whole[..length]).reader.notes().remove(0);
    assert!(note(first - 5).contains("a block that holds no packet; there is no packet before it"));
    assert!(note(first + 5).contains("in the middle of a block; there is no packet"));
    assert!(note(first + 50).contains("in the middle of packet 1;"));
    assert_eq!(read(&End::Little.section()).refusal, None, "a capture without packets");
    let refusal = read(&End::Little.section_of((1, 1))).refusal.unwrap();
    assert!(refusal.contains("version 1.1"), "{refusal}");
}
