//! The classic format and its variants.

use super::build::{End, MICROSECONDS, MODIFIED, NANOSECONDS, small_pcap};
use super::{at, read};

const LINK: (u16, u16) = (2, 4);

#[test]
fn both_byte_orders() {
    for (end, format) in [(End::Little, "pcap"), (End::Big, "pcap, big-endian")] {
        let outcome = read(&small_pcap(end));
        assert_eq!(outcome.refusal, None);
        assert_eq!(outcome.reader.format(), format);
        assert!(!outcome.reader.cut_short());
        let [first, second, third] = outcome.records.as_slice() else { panic!("{:?}", outcome.records) };
        assert_eq!((first.offset, first.bytes.as_slice(), first.length), (40, &[0xaa; 60][..], 60));
        assert_eq!((first.time, first.link, first.interface, first.section), (at(1_700_000_000, 5000), 1, 0, 0));
        assert_eq!((second.offset, second.bytes.len(), second.length), (116, 33, 1514));
        assert_eq!(second.time, at(1_700_000_001, 999_999_000));
        assert_eq!((third.bytes.len(), third.length), (0, 0));
        let [interface] = outcome.reader.interfaces() else { panic!("one interface") };
        assert_eq!((interface.link.0, interface.snap_length, interface.digits), (1, 262_144, 6));
        assert_eq!(outcome.reader.notes(), ["1 packet was captured only in part (of 3)."]);
    }
}

#[test]
fn nanoseconds() {
    for end in [End::Little, End::Big] {
        let file = [end.head(NANOSECONDS, LINK, 65_535, 113), end.record((7, 123_456_789), 4, &[1; 4])].concat();
        let outcome = read(&file);
        assert_eq!(outcome.records[0].time, at(7, 123_456_789));
        assert_eq!(outcome.reader.interfaces()[0].digits, 9);
        assert!(outcome.reader.format().starts_with("pcap with nanoseconds"));
    }
}

#[test]
fn captures_without_packets_are_no_error() {
    let outcome = read(&End::Little.head(MICROSECONDS, LINK, 262_144, 1));
    assert_eq!((outcome.refusal, outcome.records.len()), (None, 0));
    assert_eq!(outcome.reader.notes(), [""; 0]);
    assert!(!outcome.reader.cut_short());
}

#[test]
fn the_link_type_has_other_bits_above_it() {
    let link = |link| read(&End::Big.head(MICROSECONDS, LINK, 0, link)).reader;
    let reader = link(0x2400_0001);
    assert_eq!((reader.interfaces()[0].link.0, reader.interfaces()[0].fcs_bits), (1, Some(32)));
    assert_eq!(link(0x2000_0001).interfaces()[0].fcs_bits, None, "the length counts only beside its flag");
    assert_eq!(link(0x0020_0065).interfaces()[0].link.0, 101);
    assert!(link(0x0020_0065).notes()[0].contains("0x00200000"));
}

/// Records with the numbers that each variant adds; all in both byte orders.
#[test]
fn variants_are_distinguished_by_their_records() {
    for end in [End::Little, End::Big] {
        let patched = [&end.u32(2)[..], &end.u16(0x0800), &[4, 0]].concat();
        let longer = [patched.clone(), vec![0xde, 0xad, 0xbe, 0xef]].concat();
        let cases = [
            (MICROSECONDS, vec![], "pcap"),
            (MICROSECONDS, patched.clone(), "Red Hat 6.1 pcap"),
            (MICROSECONDS, end.u32(0x9fbf_b601).to_vec(), "Nokia pcap"),
            (MODIFIED, patched, "modified pcap"),
            (MODIFIED, longer, "SuSE 6.3 pcap"),
        ];
        for (magic, more, name) in cases {
            let packet: Vec<u8> = (100..160).collect();
            let mut file = end.head(magic, LINK, 65_535, 1);
            for second in 0..4 {
                file.extend(end.record_with((second, 999_999), 60, &more, &packet));
            }
            let outcome = read(&file);
            let format = outcome.reader.format();
            assert!(format == name || format == format!("{name}, big-endian"), "{format}, not {name}");
            assert_eq!(outcome.records.len(), 4, "{name}");
            assert!(outcome.records.iter().all(|record| record.bytes == packet && record.length == 60));
            assert_eq!(outcome.records[3].time, at(3, 999_999_000));
        }
    }
}

#[test]
fn old_versions_swap_the_lengths() {
    let lengths = |version, first: u32, second: u32| {
        let head = End::Little.head(MICROSECONDS, version, 65_535, 1);
        let captured = first.min(second) as usize;
        let record = [End::Little.words(&[1, 5, first, second]), vec![7; captured]].concat();
        let outcome = read(&[head, record].concat());
        outcome.records.iter().map(|record| (record.bytes.len(), record.length)).collect::<Vec<_>>()
    };
    assert_eq!(lengths((2, 1), 80, 60), [(60, 80)]);
    assert_eq!(lengths((543, 0), 80, 60), [(60, 80)]);
    assert_eq!(lengths((2, 3), 80, 60), [(60, 80)]);
    assert_eq!(lengths((2, 3), 60, 80), [(60, 80)]);
    assert_eq!(lengths((2, 4), 60, 80), [(60, 80)]);
}

#[test]
fn aix_counts_nanoseconds_and_names_interfaces_its_own_way() {
    let end = End::Big;
    let ethernet = [end.head(MICROSECONDS, (2, 2), 65_535, 6), end.record((1, 500_000_000), 4, &[1; 4])].concat();
    let outcome = read(&ethernet);
    assert_eq!((outcome.records[0].link, outcome.records[0].time), (1, at(1, 500_000_000)));
    let fddi = [end.head(MICROSECONDS, (2, 2), 65_535, 15), end.record((1, 0), 7, &[0, 0, 0, 1, 2, 3, 4])].concat();
    let outcome = read(&fddi);
    let record = &outcome.records[0];
    assert_eq!((record.link, record.bytes.as_slice(), record.length, record.offset), (10, &[1, 2, 3, 4][..], 4, 43));
}

#[test]
fn ixia_has_a_longer_head() {
    let (end, size) = (End::Little, [20, 0, 0, 0]);
    for (magic, time) in [(0x1c00_01ac, at(1, 5)), (0x1c00_01ab, at(1, 5000))] {
        let file = [&end.head(magic, LINK, 0, 1)[..], &size, &end.record((1, 5), 4, &[1; 4])].concat();
        let outcome = read(&file);
        assert_eq!((outcome.records[0].time, outcome.records[0].offset), (time, 44));
    }
}

#[test]
fn the_cut_is_named() {
    let whole = small_pcap(End::Little);
    let outcome = read(&whole[..whole.len() - 20]);
    assert_eq!(outcome.records.len(), 1);
    assert!(outcome.reader.cut_short());
    assert_eq!(outcome.reader.notes(), ["The capture ends in the middle of packet 2; the packet before it is shown."]);
    let refusal = read(&whole[..10]).refusal.unwrap();
    assert!(refusal.contains("ends within its first 24 bytes"), "{refusal}");
}

#[test]
fn a_length_that_cannot_be_ends_the_capture() {
    for (link, longest) in [(1, 262_144), (249, 128 << 20), (279, 8 << 20)] {
        let end = End::Little;
        let mut file = [end.head(MICROSECONDS, (2, 3), 0, link), end.record((1, 5), 4, &[1; 4])].concat();
        file.extend(end.words(&[2, 5, longest, longest]));
        let outcome = read(&file);
        assert!(outcome.reader.notes()[0].starts_with("The capture ends in the middle of packet 2"), "{link}");
        file.truncate(file.len() - 8);
        file.extend(end.words(&[longest + 1, longest + 1]));
        let outcome = read(&file);
        assert_eq!(outcome.records.len(), 1);
        assert!(outcome.reader.notes()[0].starts_with("The capture is damaged: packet 2 claims to hold"), "{link}");
        assert!(outcome.reader.cut_short() && outcome.reader.stopped());
    }
}

#[test]
fn more_bytes_than_on_the_wire_are_reported() {
    let end = End::Little;
    let file = [end.head(MICROSECONDS, LINK, 0, 1), end.record((1, 5), 3, &[1; 4])].concat();
    let outcome = read(&file);
    assert_eq!((outcome.records[0].bytes.len(), outcome.records[0].length), (4, 3));
    assert_eq!(
        outcome.reader.notes(),
        ["1 packet has more bytes in the file than the file says they had on the wire."]
    );
}

#[test]
fn versions_before_2_are_refused() {
    let refusal = read(&End::Little.head(MICROSECONDS, (1, 9), 0, 1)).refusal.unwrap();
    assert!(refusal.contains("version 1.9"), "{refusal}");
}
