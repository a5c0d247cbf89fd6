//! Messages of real captures: shown as tshark shows them, against an independent reader, and changed at random.

use super::*;
use crate::protocols::testing::{bytes, read_datagram};
use domain::base::Message;
use proptest::prelude::*;

/// Responses from public captures, and what the packet list says of them.
const RESPONSES: [(&str, &str); 5] = [
    (
        "6a648403000100000001000002313002313002313002313007696e2d61646472046172706100000c0001c015000600010000012c0041\
         08707269736f6e65720469616e61036f7267000a686f73746d61737465720c726f6f742d73657276657273c0447754b7e00000070800\
         00038400093a8000093a80",
        "Standard query response 0x6a64 No such name PTR 10.10.10.10.in-addr.arpa SOA prisoner.iana.org",
    ),
    (
        "d75c81a000010001000000000a636c6f7564666c61726503636f6d0000410001c00c0041000100000117003d00010000010006026833\
         02683200040008681084e5681085e500060020260647000000000000000000681084e5260647000000000000000000681085e5",
        "Standard query response 0xd75c HTTPS cloudflare.com HTTPS",
    ),
    (
        "bc8d84000001000100020004087765626572646e730264650000060001c00c0006000100000e100026036e7331c00c097765626d6173\
         746572c00c782a8259000038400000070800093a80000000b4c00c0002000100000e100002c029c00c0002000100000e100006036e73\
         32c00cc0290001000100000e100004509a6ce6c029001c000100000e1000102003005160120110000000000a070053c0690001000100\
         000e100004d53d1db60000291000000000000000",
        "Standard query response 0xbc8d SOA weberdns.de SOA ns1.weberdns.de NS ns1.weberdns.de NS ns2.weberdns.de \
         A 80.154.108.230 AAAA 2003:51:6012:110::a07:53 A 213.61.29.182 OPT",
    ),
    (
        "f76f8180000100020000000106676f6f676c6503636f6d00000f0001c00c000f000100000228000a002805736d747034c00cc00c000f\
         000100000228000a000a05736d747035c00cc02a00010001000002580004d8ef251a",
        "Standard query response 0xf76f MX google.com MX 40 smtp4.google.com MX 10 smtp5.google.com A 216.239.37.26",
    ),
    (
        "2d6d818000010003000000000377777710676f6f676c652d616e616c797469637303636f6d0000010001c00c000500010000deb00020\
         147777772d676f6f676c652d616e616c7974696373016c06676f6f676c65c021147777772d676f6f676c652d616e616c797469637301\
         4cc04d00010001000000750004d4c7dbedc05600010001000000750004d4c7dbe3",
        "",
    ),
];

/// Names and types of questions; names, types and times to live of records.
type Outline = (Vec<(String, u64)>, Vec<(String, u64, u64)>);

/// What the packet list says of a message.
fn info(message: &[u8], ports: [u16; 2]) -> String {
    read_datagram(ports, message).columns.info
}

/// What the nodes say.
fn outline(message: &[u8]) -> Outline {
    let (mut questions, mut records) = (Vec::new(), Vec::new());
    let (mut name, mut kind) = (String::new(), None);
    for (field, value) in read_datagram([53, 40000], message).values {
        match field {
            "dns.qry.name" | "dns.resp.name" | "dns.srv.service" => (name, kind) = (value, None),
            "dns.srv.proto" | "dns.srv.name" => name = format!("{name}.{value}"),
            "dns.qry.type" => questions.push((name.clone(), number(&value))),
            "dns.resp.type" if kind.is_none() => kind = Some(number(&value)),
            "dns.resp.ttl" => records.push((name.clone(), kind.unwrap_or_default(), number(&value))),
            _ => {}
        }
    }
    (questions, records)
}

fn number(value: &str) -> u64 {
    value.parse().unwrap_or(u64::MAX)
}

/// The same as [`outline`], as the `domain` crate reads it; nothing where it finds the message wrong, or where a name has
/// characters that the two write in different ways.
fn outline_of_domain(message: &[u8]) -> Option<Outline> {
    let plain = |name: String| {
        let usual = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        let name = if name == "." || name.is_empty() { "<Root>".to_owned() } else { name };
        usual.then_some(name)
    };
    let message = Message::from_octets(message).ok()?;
    if message.header().opcode().to_int() != 0 {
        return None;
    }
    let mut questions = Vec::new();
    for question in message.question() {
        let question = question.ok()?;
        questions.push((plain(question.qname().to_string())?, u64::from(question.qtype().to_int())));
    }
    let mut records = Vec::new();
    for record in message.iter() {
        let (record, _) = record.ok()?;
        let kind = u64::from(record.rtype().to_int());
        // What stands in the place of the time to live of OPT is no time.
        if kind != 41 {
            records.push((plain(record.owner().to_string())?, kind, u64::from(record.ttl().as_secs())));
        }
    }
    Some((questions, records))
}

#[test]
fn the_list_says_what_tshark_says() {
    for (message, expected) in RESPONSES.into_iter().filter(|(_, expected)| !expected.is_empty()) {
        assert_eq!(info(&bytes(message), [53, 40000]), expected);
    }
}

#[test]
fn an_independent_reader_finds_the_same() {
    for (message, _) in RESPONSES {
        let message = bytes(message);
        let theirs = outline_of_domain(&message);
        assert!(theirs.is_some(), "the other reader accepts the messages of real captures");
        assert_eq!(Some(outline(&message)), theirs);
    }
}

#[test]
fn multicast_and_link_local_messages_are_distinguished() {
    let query = bytes("000000000001000000000000016805 6c6f63616c0000018001");
    assert_eq!(info(&query, [5353, 5353]), "Standard query 0x0000 A h.local, \"QU\" question");
    assert_eq!(info(&query, [40000, 5355]), "Standard query 0x0000 A h.local");
}

#[test]
fn a_message_is_known_on_any_port_but_not_every_datagram_is_one() {
    let query = bytes("2d6d0100000100000000000003777777076578616d706c6503636f6d0000010001");
    assert!(looks(&query));
    assert_eq!(info(&query, [40000, 8053]), "Standard query 0x2d6d A www.example.com");
    let mut two_questions = query.clone();
    two_questions.splice(4..6, [0, 2]);
    assert!(!looks(&two_questions));
    assert!(!looks(query.get(..11).unwrap_or_default()));
    let netbios = [&query[..12], &[32][..], &[b'C'; 32][..], &[0, 0, 32, 0, 1][..]].concat();
    assert!(!looks(&netbios));
}

#[test]
fn a_message_over_tcp_begins_with_its_length() {
    let measuring = Measuring::alone();
    assert_eq!(pdu_length(&[0], &measuring), Measure::More);
    assert_eq!(pdu_length(&[1, 2, 3], &measuring), Measure::Whole(260));
}

/// Sixty-four kibibytes of records whose names are pointers to pointers: what is made to cost time costs little.
#[test]
fn a_message_full_of_pointers_is_read_in_bounded_time() {
    let mut message = bytes("000081800000ffff00000000");
    while message.len() < 65_000 {
        message.extend([1, b'a', 0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 0, 0, 2, 0xc0, 12]);
    }
    let read = read_datagram([53, 40000], &message);
    assert!(read.of("dns.resp.name").len() > 4000);
    assert!(read.values.len() < 65_000);
}

proptest! {
    /// A few changed bytes and a cut: no panic, every node inside the packet, and the same names as the other reader's.
    #[test]
    fn changed_messages_are_read_to_where_they_make_sense(
        which in 0..RESPONSES.len(),
        changes in proptest::collection::vec((0..400usize, any::<u8>()), 0..4),
        cut in 0..400usize,
    ) {
        let mut message = bytes(RESPONSES[which].0);
        for (place, byte) in changes {
            let length = message.len();
            message[place % length] = byte;
        }
        if cut < message.len() && cut % 3 == 0 {
            message.truncate(cut);
        }
        read_datagram([53, 40000], &message);
        if let Some(theirs) = outline_of_domain(&message) {
            // The other reader leaves the records' data alone; where that is wrong, ours stops.
            let ours = outline(&message);
            let whole = !info(&message, [53, 40000]).ends_with("[Malformed Packet]");
            prop_assert!(theirs.0.starts_with(&ours.0) && theirs.1.starts_with(&ours.1));
            prop_assert!(!whole || ours == theirs);
        }
    }

    /// Random bytes on each of the ports.
    #[test]
    fn random_bytes_are_survived(
        message in proptest::collection::vec(any::<u8>(), 0..200),
        port in prop_oneof![Just(53u16), Just(5353), Just(5355)],
    ) {
        read_datagram([40000, port], &message);
    }
}
