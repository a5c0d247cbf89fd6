//! Transfers, message by message.

use crate::protocols::testing::{IndexPass, Read, datagram};

/// Reads messages of a client and of a server, which has the port 6000 beside that of requests.
fn read(messages: &[(u16, u16, &[u8])]) -> Vec<Read> {
    let mut reader = IndexPass::default();
    let packets = messages.iter().map(|(source, destination, message)| {
        let mut packet = datagram([*source, *destination], message);
        if matches!(source, 69 | 6000) {
            packet[12..20].copy_from_slice(&[10, 0, 0, 2, 10, 0, 0, 1]);
        }
        reader.read_bytes(101, &packet)
    });
    packets.collect()
}

fn infos(packets: &[Read]) -> Vec<&str> {
    packets.iter().map(|packet| packet.row()[3]).collect()
}

#[test]
fn the_answer_is_found_from_any_port_but_only_behind_a_request() {
    let block = (6000, 5000, &b"\0\x03\0\x01abc"[..]);
    let packets = read(&[block, (5000, 69, b"\0\x01file\0octet\0"), block, (6000, 5001, b"\0\x03\0\x01abc")]);
    let names: Vec<&str> = packets.iter().map(|packet| packet.row()[2]).collect();
    assert_eq!(names, ["UDP", "TFTP", "TFTP", "UDP"]);
    assert_eq!(packets[2].of("tftp.destination_file"), ["file"]);
    assert_eq!(packets[2].of("tftp.request_frame"), ["2"]);
    assert_eq!(packets[2].row()[3], "Data Packet, Block: 1 (last)");
}

#[test]
fn a_block_is_the_last_that_is_shorter_than_what_was_agreed_on() {
    let packets = read(&[
        (5000, 69, b"\0\x02file\0octet\0blksize\x008\0"),
        (5000, 6000, b"\0\x03\0\x0112345678"),
        (6000, 5000, b"\0\x06BLKSIZE\x008\0"),
        (5000, 6000, b"\0\x03\xff\xff12345678"),
        (5000, 6000, b"\0\x03\0\x00123"),
        (6000, 5000, b"\0\x04\0\0"),
        (5000, 6000, b"\0\x03\xff\xff12345678"),
    ]);
    assert_eq!(
        infos(&packets),
        [
            "Write Request, File: file, Transfer type: octet, blksize=8",
            "Data Packet, Block: 1 (last)",
            "Option Acknowledgement, BLKSIZE=8",
            "Data Packet, Block: 65535",
            "Data Packet, Block: 65536 (last)",
            "Acknowledgement, Block: 65536",
            "Data Packet, Block: 65535",
        ]
    );
    assert_eq!(packets[3].of("tftp.block.wrap").len(), 1);
}

#[test]
fn numbers_that_no_option_can_have_are_reported() {
    let packets = read(&[
        (5000, 69, b"\0\x01file\0octet\0windowsize\x000\0msftwindow\x001\0"),
        (6000, 5000, b"\0\x06blksize\x007\0windowsize\x0070000\0"),
        (6000, 5000, b"\0\x05\0\x2awhat\0"),
    ]);
    assert_eq!(packets[0].of("tftp.windowsize_range").len(), 1);
    assert_eq!(packets[0].of("tftp.msftwindow.unrecognized").len(), 1);
    assert_eq!(packets[1].of("tftp.blocksize_range").len(), 1);
    assert_eq!(packets[1].of("tftp.windowsize_range").len(), 1);
    assert_eq!(packets[2].row()[3], "Error Code, Code: Unknown (42), Message: what");
}

#[test]
fn what_ends_too_early_keeps_what_was_read() {
    let packets = read(&[
        (5000, 69, b"\0"),
        (5000, 69, b"\0\x01file"),
        (5000, 69, b"\0\x01file\0octet\0blksize"),
        (5000, 69, b"\0\x09"),
    ]);
    assert_eq!(
        infos(&packets),
        [
            "5000 → 69 Len=1[Malformed Packet]",
            "Read Request[Malformed Packet]",
            "Read Request, File: file, Transfer type: octet[Malformed Packet]",
            "Unknown (0x0009)[Malformed Packet]",
        ]
    );
}
