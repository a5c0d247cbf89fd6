//! What is seen of a capture at one moment, in the size of a terminal.

use super::*;
use std::io::Write;

fn asking(name: &[u8], seconds: u32) -> Vec<u8> {
    let mut dns = vec![0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, name.len() as u8];
    dns.extend(name);
    dns.extend([0, 0, 1, 0, 1]);
    let length = 28 + dns.len() as u16;
    let mut packet = vec![0x45, 0];
    packet.extend(length.to_be_bytes());
    packet.extend([0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 2, 15, 10, 0, 2, 3, 0x9c, 0x40, 0, 53]);
    packet.extend((length - 20).to_be_bytes());
    packet.extend([0, 0]);
    packet.extend(dns);
    let mut record = seconds.to_le_bytes().to_vec();
    record.extend([0; 4]);
    record.extend([u32::from(length).to_le_bytes(), u32::from(length).to_le_bytes()].concat());
    record.extend(packet);
    record
}

#[test]
fn a_block_has_the_numbers_and_the_last_names_and_nothing_that_moves_the_cursor() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(&[0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 101, 0, 0, 0])
        .unwrap();
    for name in [&b"first"[..], b"second", b"\x1b]0;x\x07\xc2\x9b2J"] {
        file.write_all(&asking(name, 1_700_000_000)).unwrap();
    }
    let mut growing = Growing::new(File::open(file.path()).unwrap());
    growing.read_on();
    let look = Look::new(None, file.path(), &growing, 1500);
    let lines = screen::block(&look, 80, 24);
    assert!(lines.iter().any(|line| line.ends_with("3 packets, 231 bytes, 1.5 kB/s")), "{lines:?}");
    assert!(lines.iter().any(|line| line == "            3 DNS queries for 3 names"), "{lines:?}");
    assert!(lines[3].starts_with("  names    ") && lines[3].ends_with(r" \027]0;x\007\194\1552J"), "{lines:?}");
    assert!(lines[5].ends_with(" first"), "{lines:?}");
    for (width, height) in [(80, 24), (20, 24), (10, 3), (1, 1), (200, 7)] {
        let lines = screen::block(&look, width, height);
        assert!(lines.len() < height.max(2), "{width} x {height}: {lines:?}");
        assert!(lines.iter().all(|line| line.chars().count() < width.max(2)), "{width} x {height}: {lines:?}");
    }
    let line = look.to_string();
    assert!(
        line.ends_with(
            r": 3 packets, 231 bytes, 1.5 kB/s, 3 DNS queries for 3 names; the last for \027]0;x\007\194\1552J"
        ),
        "{line}"
    );
    assert!(!line.contains(char::is_control));
}

#[test]
fn the_rate_is_that_of_the_last_seconds() {
    let (mut samples, begin) = (VecDeque::new(), Instant::now());
    let mut at = |seconds, bytes| rate(&mut samples, begin + Duration::from_secs(seconds), bytes);
    assert_eq!(at(0, 1000), 0);
    assert_eq!(at(1, 3000), 2000);
    assert_eq!(at(2, 3000), 1000);
    assert_eq!((at(5, 3000), at(6, 3000)), (0, 0));
    assert_eq!(at(7, 24), 0, "the file was emptied");
    assert_eq!(at(8, 124), 100);
}
