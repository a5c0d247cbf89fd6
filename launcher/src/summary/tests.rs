//! Sums of small captures: whole, torn, growing and fixed.

use super::*;
use analyzer::capture::Timestamp;
use analyzer::count::Number;
use std::{fs, io::Write};

const EMPTY: &[u8] = &[0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 1, 0, 0, 0];

/// A packet of so many bytes, with what a pcap has before it.
fn packet(length: u8) -> Vec<u8> {
    let mut bytes = vec![0, 0, 0, 0, 0, 0, 0, 0, length, 0, 0, 0, length, 0, 0, 0];
    bytes.extend(vec![0; usize::from(length)]);
    bytes
}

fn file(parts: &[&[u8]]) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(&parts.concat()).unwrap();
    file
}

#[test]
fn a_limit_leaves_out_what_goes_beyond_it_and_is_no_problem() {
    let file = file(&[EMPTY, &packet(60), &packet(60), &packet(60)]);
    let read = |limit| read(file.path(), limit).unwrap();
    for (limit, packets, whole) in [(None, 3, 252), (Some(252), 3, 252), (Some(251), 2, 176), (Some(176), 2, 176)] {
        let found = read(limit);
        assert_eq!((found.count.packets, found.whole, found.length), (packets, whole, 252), "{limit:?}");
        assert!(found.problem.is_none() && found.is_capture, "{limit:?}");
    }
}

#[test]
fn what_is_not_whole_or_no_capture_is_told() {
    let torn = read(file(&[EMPTY, &packet(60), &packet(60)[..50]]).path(), None).unwrap();
    let words = "it ends in the middle of packet 2; the packet before it is readable as it is";
    assert_eq!((torn.problem.as_deref(), torn.whole, torn.is_capture), (Some(words), 100, true));
    let other = read(file(&[b"qcow2"]).path(), None).unwrap();
    assert!(other.problem.unwrap().contains("not a capture") && !other.is_capture);
    let empty = read(file(&[]).path(), None).unwrap();
    assert!(empty.problem.unwrap().starts_with("This file is empty"));
    assert!(read(Path::new("/"), None).unwrap_err().to_string().contains("is a folder"));
}

#[test]
fn a_growing_capture_is_read_along_and_a_half_packet_waits() {
    let mut file = file(&[&EMPTY[..10]]);
    let mut growing = Growing::new(File::open(file.path()).unwrap());
    let two = [packet(60), packet(40)].concat();
    for (bytes, packets) in [(&EMPTY[10..], 0), (&two[..70], 0), (&two[70..76], 1), (&two[76..], 2), (&[], 2)] {
        file.write_all(bytes).unwrap();
        assert_eq!((growing.read_on(), growing.count().packets), (Step::UpToDate, packets));
    }
    assert_eq!(growing.length(), 156);
}

#[test]
fn a_capture_that_becomes_shorter_is_begun_anew_and_told_once() {
    let mut file = file(&[EMPTY, &packet(60)]);
    let mut growing = Growing::new(File::open(file.path()).unwrap());
    assert_eq!((growing.read_on(), growing.count().packets), (Step::UpToDate, 1));
    file.as_file().set_len(24).unwrap();
    assert_eq!((growing.read_on(), growing.count().packets), (Step::Cut, 0));
    assert_eq!(growing.read_on(), Step::UpToDate);
    fs::write(file.path(), [EMPTY, &packet(30), &packet(20)].concat()).unwrap();
    assert_eq!((growing.read_on(), growing.count().packets), (Step::UpToDate, 2));
    // What goes on writing where it was leaves a hole, which is no capture.
    file.as_file().set_len(0).unwrap();
    assert_eq!(growing.read_on(), Step::UpToDate);
    file.as_file().set_len(100).unwrap();
    file.write_all(&packet(50)).unwrap();
    assert_eq!((growing.read_on(), growing.count().packets), (Step::UpToDate, 0));
}

#[test]
fn a_call_reads_a_bounded_part() {
    let file = file(&[EMPTY]);
    // A hole takes no room.
    file.as_file().set_len(100 << 20).unwrap();
    let mut growing = Growing::new(File::open(file.path()).unwrap());
    let mut calls = 1;
    while growing.read_on() == Step::Behind {
        calls += 1;
    }
    assert_eq!((calls, growing.length()), (4, 100 << 20));
}

#[test]
fn a_fixed_capture_has_the_whole_packets_and_replaces_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("my capture.pcap");
    fs::write(&path, [EMPTY, &packet(60), &packet(60)[..50]].concat()).unwrap();
    let found = read(&path, None).unwrap();
    let fixed = fix::fix(&found, &path).unwrap();
    let place = folder.path().join("my capture.pcap.fixed");
    assert_eq!(fs::read(&place).unwrap(), [EMPTY, &packet(60)].concat());
    assert!(fixed.to_string().contains("1 packet, 100 bytes; 50 bytes behind"), "{fixed}");
    assert!(fix::fix(&found, &path).unwrap_err().to_string().contains("exists already"));
    fs::remove_file(&place).unwrap();
    let shrunk = Summary { whole: 1000, ..found };
    assert!(fix::fix(&shrunk, &path).unwrap_err().to_string().contains("shorter"));
    assert!(!place.exists());
}

#[test]
fn the_lines_say_what_is_in_it_and_what_to_do_with_it() {
    let day = |seconds: i64| Timestamp { seconds: 1_700_000_000 + seconds, nanoseconds: 0 };
    let count = Count {
        packets: 4812,
        span: Some((day(0), day(1289))),
        queries: 212,
        names: Number { count: 37, more: false },
        connections: Number { count: 58, more: false },
        ssh: 862,
        ..Count::default()
    };
    let found = Summary { count, length: 3_100_000, is_capture: true, ..Summary::default() };
    let said = lines(&found, Path::new("/home/you/my lab/output.pcap"));
    for part in [
        "  capture   '/home/you/my lab/output.pcap'\n            complete: 4,812 packets, 3.1 MB, 2023-11-1",
        " (21 minutes)\n            212 DNS queries for 37 names, 58 TCP connections\n",
        "            3,950 packets without your own ssh session: not (ip.addr == 10.0.2.2 && tcp.port == 22)\n",
        "  open it   drop it on the course's page, or: wireshark '/home/you/my lab/output.pcap'",
    ] {
        assert!(said.contains(part), "{part:?} is missing in\n{said}");
    }
    assert_eq!(said.matches("2023").count(), 1, "{said}");
    let torn = Summary { problem: Some("it ends".to_owned()), ..found };
    let said = lines(&torn, Path::new("/a.pcap"));
    assert!(said.contains(" incomplete: ") && said.contains(" summary /a.pcap --fix"), "{said}");
    assert!(!lines(&Summary { is_compressed: true, ..torn }, Path::new("/a.pcap.gz")).contains("--fix"));
    let nothing = Summary { is_capture: true, length: 24, ..Summary::default() };
    assert!(lines(&nothing, Path::new("/a")).contains("complete: no packets, 24 bytes\n  open it"));
}

#[test]
fn many_and_one_are_counted_rightly() {
    let counted = |queries, names, connections| {
        let number = |(count, more)| Number { count, more };
        counts(&Count { queries, names: number(names), connections: number(connections), ..Count::default() })
    };
    assert_eq!(counted(0, (0, false), (0, false)), None);
    assert_eq!(counted(1, (1, false), (1, false)).unwrap(), "1 DNS query for 1 name, 1 TCP connection");
    assert_eq!(counted(0, (0, false), (500_000, true)).unwrap(), "more than 500,000 TCP connections");
}
