//! What is counted, beside what tshark counts.

use super::*;
use crate::capture::Reader;
use crate::protocols::testing::datagram;

/// What counts a file, fed in chunks of this size, and its reader.
fn counted(file: &[u8], chunk: usize) -> (Counter, Reader) {
    let (mut counter, mut reader) = (Counter::default(), Reader::passing());
    for chunk in file.chunks(chunk) {
        reader.feed(chunk, &mut |record| counter.add(&record)).unwrap();
    }
    reader.finish(&mut |record| counter.add(&record)).unwrap();
    (counter, reader)
}

fn capture(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/../tests/captures/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// A message that asks for the address of a name.
fn question(name: &[u8]) -> Vec<u8> {
    let mut message = vec![0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, name.len() as u8];
    message.extend(name);
    message.extend([0, 0, 1, 0, 1]);
    message
}

/// Takes a packet that begins with an IP header.
fn add(counter: &mut Counter, bytes: &[u8], seconds: i64) {
    counter.add(&Record {
        offset: 0,
        bytes,
        length: bytes.len() as u32,
        time: Some(Timestamp { seconds, nanoseconds: 0 }),
        link: crate::capture::LinkType(101),
        interface: 0,
        section: 0,
        extra: None,
    });
}

/// An IPv4 packet with a TCP header without options.
fn segment(from: ([u8; 4], u16), to: ([u8; 4], u16), sequence: u32, flags: u8, payload: &[u8]) -> Vec<u8> {
    let mut packet = vec![0x45, 0];
    packet.extend((40 + payload.len() as u16).to_be_bytes());
    packet.extend([0, 0, 0, 0, 64, 6, 0, 0]);
    packet.extend(from.0.into_iter().chain(to.0));
    packet.extend(from.1.to_be_bytes().into_iter().chain(to.1.to_be_bytes()));
    packet.extend(sequence.to_be_bytes());
    packet.extend([0, 0, 0, 0, 0x50, flags, 1, 0, 0, 0, 0, 0]);
    packet.extend(payload);
    packet
}

/// As tshark 4.0 counts: all packets; of `dns.flags.response == 0 && !mdns && !llmnr` the packets and the distinct names in
/// lower case; distinct endpoints and `tcp.seq_raw` of `tcp.flags.syn == 1 && tcp.flags.ack == 0`; `dhcp.ip.your` of the
/// last packet with `dhcp.option.dhcp == 5`.
#[test]
fn captures_are_counted_as_tshark_counts_them() {
    let table = [
        ("dns/tcp.pcap", [11, 1, 1, 1], ""),
        ("dns/two_in_one_segment.pcap", [10, 1, 1, 1], ""),
        ("dns/edns_cookie_tcp.pcap", [20, 2, 1, 2], ""),
        ("dns/mdns.pcap", [6, 0, 0, 0], ""),
        ("dns/transactions_updates_multicast.pcap", [47, 18, 5, 0], ""),
        ("dhcp/exchange.pcap", [9, 0, 0, 0], "128.2.6.189"),
        ("filter_probes/lease.pcap", [4, 0, 0, 0], "192.168.0.10"),
        ("pairs/wikipedia.pcap", [136, 14, 3, 8], ""),
        ("pairs/port_reused.pcap", [17, 2, 2, 2], ""),
        ("pairs/random_case.pcap", [9, 2, 1, 1], ""),
        ("pairs/repeated.pcap", [6, 3, 1, 1], ""),
        ("pairs/dns_over_tcp.pcap", [6, 1, 1, 2], ""),
        ("pairs/llmnr.pcap", [5, 0, 0, 1], ""),
        ("icmp/time_exceeded.pcap", [1, 0, 0, 0], ""),
        ("http/with_lookup.pcap", [18, 4, 3, 1], ""),
        ("file/cut.pcap", [7, 0, 0, 1], ""),
        ("file/cut_block.pcapng", [2, 0, 0, 0], ""),
        ("file/two_sections.pcapng", [5, 0, 0, 0], ""),
        ("file/gzip.pcap.gz", [5, 0, 0, 0], ""),
        ("file/zstd.pcap.zst", [5, 0, 0, 0], ""),
    ];
    for (name, numbers, address) in table {
        let file = capture(name);
        for chunk in [file.len(), 100, 1] {
            let (counter, _) = counted(&file, chunk);
            let count = counter.count();
            let found = [count.packets, count.queries, count.names.count, count.connections.count];
            assert_eq!(found, numbers, "{name}");
            assert_eq!(count.address.map(|address| address.to_string()).unwrap_or_default(), address, "{name}");
            assert_eq!(count.first_names.len() as u64, count.names.count, "{name}");
        }
    }
}

#[test]
fn a_file_is_whole_up_to_its_last_whole_record() {
    for name in ["pairs/wikipedia.pcap", "file/two_sections.pcapng", "file/custom_blocks.pcapng"] {
        let file = capture(name);
        let all = counted(&file, file.len());
        assert_eq!((all.1.whole(), all.1.bad_end()), (Some(file.len() as u64), None), "{name}");
        for cut in [file.len() - 1, file.len() - 30] {
            let (counter, reader) = counted(&file[..cut], 1000);
            let whole = reader.whole().unwrap() as usize;
            assert!(whole < cut && cut - whole < 2000, "{name}: {whole} of {cut}");
            assert!(reader.bad_end().unwrap().starts_with("ends in the middle of "));
            let (again, reader) = counted(&file[..whole], 1000);
            assert_eq!((again.count().packets, reader.bad_end()), (counter.count().packets, None), "{name}");
        }
    }
    assert_eq!(counted(&capture("file/gzip.pcap.gz"), 50).1.whole(), None);
}

#[test]
fn of_a_passing_compressed_capture_nothing_is_kept() {
    use crate::capture::Source;
    let (_, reader) = counted(&capture("file/gzip.pcap.gz"), 50);
    assert_eq!(reader.unpacked().map(|unpacked| unpacked.size()), Some(0));
}

#[test]
fn the_first_record_of_a_growing_capture_is_counted_when_it_comes() {
    let file = capture("pairs/wikipedia.pcap");
    let (mut counter, mut reader) = (Counter::default(), Reader::passing());
    let second = 24 + 16 + usize::from(file[32]);
    reader.feed(&file[..second - 1], &mut |record| counter.add(&record)).unwrap();
    assert_eq!((counter.count().packets, reader.whole()), (0, Some(24)));
    reader.feed(&file[second - 1..second], &mut |record| counter.add(&record)).unwrap();
    assert_eq!((counter.count().packets, reader.whole()), (1, Some(second as u64)));
}

#[test]
fn what_is_asked_last_is_known_by_name_and_time() {
    let mut counter = Counter::default();
    for (name, seconds) in [(&b"one"[..], 5), (b"two", 3), (b"ONE", 4), (b"a\x1b[2J.\\\xc2\x9b \xff", 6)] {
        add(&mut counter, &datagram([40_000, 53], &question(name)), seconds);
    }
    let count = counter.count();
    let latest: Vec<_> =
        count.latest.iter().map(|asked| (asked.name.as_str(), asked.time.map(|t| t.seconds))).collect();
    let hostile = r"a\027[2J.\\\194\155\032\255";
    assert_eq!(latest, [("two", Some(3)), ("ONE", Some(4)), (hostile, Some(6))]);
    assert_eq!(count.first_names, ["one", "two", hostile]);
    assert_eq!((count.queries, count.names.count), (4, 3));
    assert_eq!(count.span.map(|(first, last)| (first.seconds, last.seconds)), Some((3, 6)), "by value, not in order");
}

#[test]
fn connections_and_ones_own_ssh_are_known_by_addresses_and_ports() {
    let (guest, host, other) = ([10, 0, 2, 15], [10, 0, 2, 2], [192, 0, 2, 1]);
    let mut counter = Counter::default();
    for (from, to, sequence, flags) in [
        ((host, 50_000), (guest, 22), 1, 0x02),
        ((host, 50_000), (guest, 22), 1, 0x02), // sent again
        ((guest, 22), (host, 50_000), 9, 0x12),
        ((host, 50_000), (guest, 22), 2, 0x10),
        ((host, 50_000), (guest, 22), 7, 0x02), // the ports once more
        ((guest, 40_000), (other, 22), 1, 0x02),
        ((guest, 40_000), (host, 80), 1, 0x02),
        ((guest, 40_000), (other, 443), 1, 0x12),
    ] {
        add(&mut counter, &segment(from, to, sequence, flags, b""), 0);
    }
    let count = counter.count();
    assert_eq!((count.packets, count.connections.count, count.ssh), (8, 4, 5));
}

#[test]
fn of_what_tcp_carries_only_whole_questions_are_read() {
    let (client, server) = ([10, 0, 2, 15], [10, 0, 2, 3]);
    let question = question(b"example");
    let message = [&(question.len() as u16).to_be_bytes()[..], &question].concat();
    let both = [&message[..], &message[..]].concat();
    for (payload, queries) in [(&message[..], 1), (&both, 1), (&message[..9], 0), (&both[..message.len() + 3], 1)] {
        let mut counter = Counter::default();
        add(&mut counter, &segment((client, 40_000), (server, 53), 1, 0x18, payload), 0);
        add(&mut counter, &segment((server, 53), (client, 40_000), 1, 0x18, payload), 0);
        assert_eq!(counter.count().queries, queries, "{} bytes", payload.len());
    }
}

#[test]
fn numbers_say_that_there_are_more() {
    assert_eq!(Number { count: 1234, more: false }.to_string(), "1,234");
    assert_eq!(Number { count: 500_000, more: true }.to_string(), "more than 500,000");
}

#[test]
fn no_bytes_make_it_panic() {
    for name in ["dns/tcp.pcap", "dhcp/exchange.pcap", "icmp/time_exceeded.pcap", "file/two_sections.pcapng"] {
        let file = capture(name);
        for at in 0..file.len() {
            let mut changed = file.clone();
            changed[at] ^= 0xff;
            let (mut counter, mut reader) = (Counter::default(), Reader::passing());
            let fed = reader.feed(&changed, &mut |record| counter.add(&record));
            let _ = fed.and_then(|()| reader.finish(&mut |record| counter.add(&record)));
            assert!(reader.whole().is_some_and(|whole| whole <= file.len() as u64), "{name}, byte {at}");
            assert!(counter.count().queries <= counter.count().packets);
        }
    }
}
