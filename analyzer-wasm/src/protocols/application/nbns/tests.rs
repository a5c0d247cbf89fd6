//! Questions and records put together by hand.

use crate::protocols::testing::{bytes, read_datagram};

/// `HOST<20>` in its second-level encoding.
const HOST: &[u8] = b"\x20EIEPFDFECACACACACACACACACACACACA\0";

fn message(flags: u16, counts: [u8; 4], body: &[&[u8]]) -> Vec<u8> {
    let mut message = vec![0x12, 0x34];
    message.extend(flags.to_be_bytes());
    message.extend(counts.iter().flat_map(|count| [0, *count]));
    message.extend(body.iter().flat_map(|part| part.iter()));
    message
}

#[test]
fn questions_and_first_addresses_are_in_the_list() {
    let question = message(0x0110, [1, 0, 0, 0], &[HOST, &bytes("00200001")]);
    assert_eq!(read_datagram([137, 137], &question).row()[2..], ["NBNS", "Name query NB HOST<20>"]);
    let record = bytes("00200001 00000005 000c 60000a000001 e0000a000002");
    let response = read_datagram([137, 137], &message(0x8500, [0, 1, 0, 0], &[HOST, &record]));
    assert_eq!(response.row()[3], "Name query response NB 10.0.0.1");
    assert_eq!(response.of("nbns.name"), ["HOST<20> (Server service)"]);
    assert_eq!(response.of("nbns.addr"), ["10.0.0.1", "10.0.0.2"]);
    let flags = "Name flags: 0xe000, Name type, ONT: Unknown (H-node, group)";
    assert!(response.labels.iter().any(|label| label == flags), "{:?}", response.labels);
}

#[test]
fn what_asks_to_wait_has_flags_in_place_of_addresses() {
    let record = bytes("00200001 00000005 0002 2910");
    let wait = read_datagram([137, 137], &message(0xbc00, [0, 1, 0, 0], &[HOST, &record]));
    assert_eq!(wait.row()[3], "Wait for acknowledgment response");
    assert_eq!(wait.of("nbns.flags"), ["0xbc00", "0x2910"]);
}

#[test]
fn a_host_tells_its_names_and_one_too_few_is_incomplete() {
    let name = b"HOST           \0\x04\0";
    let whole = [&[1][..], name, &[7; 46]].concat();
    let status = |count: u8, data: &[u8]| {
        let head = [&bytes("00210001 00000000 00")[..], &[data.len() as u8]].concat();
        let mut data = data.to_vec();
        data[0] = count;
        read_datagram([137, 137], &message(0x8400, [0, 1, 0, 0], &[HOST, &head, &data]))
    };
    let read = status(1, &whole);
    assert_eq!(read.row()[3], "Name query response NBSTAT");
    assert_eq!(read.of("nbns.netbios_name"), ["HOST"]);
    assert_eq!(read.of("nbns.session_data_packet_size"), ["1799"]);
    let read = status(2, &whole[..19]);
    assert_eq!(read.of("nbns.incomplete_entry").len(), 1);
    assert_eq!(read.of("_ws.malformed").len(), 1);
}
