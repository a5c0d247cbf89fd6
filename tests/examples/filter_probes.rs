//! Makes the captures of `tests/captures/filter_probes`: small packets, put together by hand, that the filters of
//! `tests/filter_probes.tsv` tell apart.

use std::fs;
use std::io;

/// Link types (tcpdump.org/linktypes).
const ETHERNET: u32 = 1;
const RAW: u32 = 101;
const COOKED: u32 = 113;
const IPV4: u32 = 228;

const TCP: u8 = 6;
const UDP: u8 = 17;
const ICMP: u8 = 1;
const IN_IP: u8 = 4;

/// Seconds, nanoseconds and bytes of a packet.
type Packet = (u32, u32, Vec<u8>);

fn main() -> io::Result<()> {
    let folder = xtask::shell::root().join("tests/captures/filter_probes");
    fs::create_dir_all(&folder)?;
    for (name, link, packets) in captures() {
        let mut file = [0xa1b2_3c4d_u32, 0x0004_0002, 0, 0, 262_144, link].map(u32::to_le_bytes).concat();
        for (seconds, nanoseconds, bytes) in packets {
            let length = bytes.len() as u32;
            file.extend([seconds, nanoseconds, length, length].map(u32::to_le_bytes).concat());
            file.extend(bytes);
        }
        fs::write(folder.join(name), file)?;
    }
    Ok(())
}

fn captures() -> Vec<(&'static str, u32, Vec<Packet>)> {
    vec![
        ("request.pcap", ETHERNET, vec![(1_041_342_931, 300_000_000, http())]),
        ("lease.pcap", ETHERNET, dhcp()),
        ("no_ethernet.pcap", COOKED, vec![(1_379_479_747, 0, arp())]),
        ("listener.pcap", ETHERNET, vec![(1_379_479_686, 0, ipv6())]),
        ("tunnels.pcap", IPV4, tunnels()),
        ("pings.pcap", ETHERNET, pings()),
        ("datagrams.pcap", RAW, datagrams()),
    ]
}

/// The head of an Ethernet frame.
fn ethernet(to: [u8; 6], from: [u8; 6], kind: u16) -> Vec<u8> {
    [&to[..], &from, &kind.to_be_bytes()].concat()
}

/// An IPv4 packet.
fn ip(id: u16, ttl: u8, protocol: u8, from: [u8; 4], to: [u8; 4], payload: &[u8]) -> Vec<u8> {
    let mut head = vec![0x45, 0];
    head.extend((20 + payload.len() as u16).to_be_bytes());
    head.extend(id.to_be_bytes());
    head.extend([0, 0, ttl, protocol, 0, 0]);
    head.extend(from);
    head.extend(to);
    head.splice(10..12, checksum(&head).to_be_bytes());
    [&head, payload].concat()
}

/// A UDP datagram without a checksum.
fn udp(from: u16, to: u16, payload: &[u8]) -> Vec<u8> {
    let words = [from, to, 8 + payload.len() as u16, 0].map(u16::to_be_bytes).concat();
    [&words, payload].concat()
}

/// The Internet checksum (RFC 1071).
fn checksum(bytes: &[u8]) -> u16 {
    let word = |pair: &[u8]| u32::from(pair[0]) << 8 | pair.get(1).map_or(0, |low| u32::from(*low));
    let sum: u32 = bytes.chunks(2).map(word).sum();
    !((sum & 0xffff) + (sum >> 16)) as u16
}

fn http() -> Vec<u8> {
    let lines = [
        "HEAD /v4/iuident.cab?0307011208 HTTP/1.1",
        "Accept: */*",
        "User-Agent: Industry Update Control",
        "Host: windowsupdate.microsoft.com",
        "Connection: Keep-Alive",
        "",
        "",
    ];
    let mut segment = [3267u16, 80].map(u16::to_be_bytes).concat();
    segment.extend([0xa800_7687u32, 0x7de0_1402].map(u32::to_be_bytes).concat());
    segment.extend([0x50, 0x18, 0xfa, 0xf0, 0xad, 0x62, 0, 0]);
    segment.extend(lines.join("\r\n").bytes());
    let mut packet = ip(0xd249, 128, TCP, [10, 0, 0, 5], [207, 46, 134, 94], &segment);
    packet[6] = 0x40; // do not fragment
    packet.splice(10..12, [0xc8, 0x5b]);
    let head = ethernet([0x00, 0xe0, 0x81, 0x00, 0xb0, 0x28], [0x00, 0x09, 0x6b, 0x88, 0xf5, 0xc9], 0x0800);
    [head, packet].concat()
}

/// Discover, offer, request and acknowledgement.
fn dhcp() -> Vec<Packet> {
    const CLIENT: [u8; 6] = [0x00, 0x0b, 0x82, 0x01, 0xfc, 0x42];
    const SERVER: [u8; 6] = [0x00, 0x08, 0x74, 0xad, 0xf1, 0x9b];
    let who = [&[61, 7, 1][..], &CLIENT].concat();
    let wishes = [55, 4, 1, 3, 6, 42];
    let server = [54, 4, 192, 168, 0, 1];
    let mask = [1, 4, 255, 255, 255, 0];
    let times = [58, 4, 0, 0, 7, 8, 59, 4, 0, 0, 12, 0x4e, 51, 4, 0, 0, 14, 16];
    let yours = [50, 4, 192, 168, 0, 10];
    let options = [
        [&[53, 1, 1][..], &who, &[50, 4, 0, 0, 0, 0], &wishes].concat(),
        [&[53, 1, 2][..], &mask, &times, &server].concat(),
        [&[53, 1, 3][..], &who, &yours, &server, &wishes].concat(),
        [&[53, 1, 5][..], &times, &server, &mask].concat(),
    ];
    let times = [317_453_000, 317_748_000, 387_484_000, 387_798_000];
    let packet = |(step, (options, time)): (usize, (Vec<u8>, u32))| {
        let answer = step % 2 == 1;
        let mut message = vec![1 + u8::from(answer), 1, 6, 0, 0, 0, 0x3d, 0x1d + (step / 2) as u8];
        message.resize(236, 0);
        if answer {
            message.splice(16..20, [192, 168, 0, 10]);
        }
        if step == 1 {
            message.splice(20..24, [192, 168, 0, 1]);
        }
        message.splice(28..34, CLIENT);
        message.extend([0x63, 0x82, 0x53, 0x63]);
        message.extend(options);
        message.push(255);
        message.resize(if answer { 300 } else { 272 }, 0);
        let bytes = if answer {
            let packet = ip(0x0445, 128, UDP, [192, 168, 0, 1], [192, 168, 0, 10], &udp(67, 68, &message));
            [ethernet(CLIENT, SERVER, 0x0800), packet].concat()
        } else {
            let packet = ip(0xa836, 250, UDP, [0; 4], [255; 4], &udp(68, 67, &message));
            [ethernet([255; 6], CLIENT, 0x0800), packet].concat()
        };
        (1_102_274_184, time, bytes)
    };
    options.into_iter().zip(times).enumerate().map(packet).collect()
}

/// A request on a link that Linux calls cooked: there is no Ethernet.
fn arp() -> Vec<u8> {
    let head = [0, 4, 0, 1, 0, 6, 0x00, 0x09, 0x6b, 0x88, 0xf5, 0xc9, 0, 0, 0x08, 0x06];
    let message = [0, 1, 8, 0, 6, 4, 0, 1, 0, 9, 0x6b, 0x88, 0xf5, 0xc9, 10, 0, 0, 5, 0, 0, 0, 0, 0, 0, 10, 0, 0, 1];
    [&head[..], &message].concat()
}

/// A report of a multicast listener.
fn ipv6() -> Vec<u8> {
    let from = [0xfe, 0x80, 0, 0, 0, 0, 0, 0, 2, 0, 0x86, 0xff, 0xfe, 5, 0x80, 0xfa];
    let group = [0xff, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x99, 0x99];
    let mut packet = ethernet([0x33, 0x33, 0, 0, 0x99, 0x99], [0, 0, 0x86, 5, 0x80, 0xfa], 0x86dd);
    packet.extend([0x60, 0, 0, 0, 0, 32, 0, 1]);
    packet.extend(from);
    packet.extend(group);
    packet.extend([58, 0, 1, 0, 5, 2, 0, 0]);
    packet.extend([131, 0, 0x44, 0xed, 0, 0, 0, 0]);
    packet.extend(group);
    packet
}

/// IP in IP in IP in IP in IP, and a lonely datagram.
fn tunnels() -> Vec<Packet> {
    let mut segment = [20u16, 80].map(u16::to_be_bytes).concat();
    segment.extend([0, 0, 0, 0, 0, 0, 0, 0, 0x50, 0x02, 0x20, 0, 0x6b, 0x5b, 0, 0]);
    let mut packet = ip(1, 64, TCP, [9; 4], [9; 4], &segment);
    for (from, to) in [([7; 4], [8; 4]), ([7; 4], [8; 4]), ([3; 4], [4; 4]), ([1; 4], [2; 4])] {
        packet = ip(1, 64, IN_IP, from, to, &packet);
    }
    let datagram = ip(1, 64, UDP, [10; 4], [100; 4], &udp(53, 53, &[]));
    vec![(1_649_694_563, 67_453_000, packet), (1_649_694_684, 714_843_000, datagram)]
}

/// An echo request and its reply.
fn pings() -> Vec<Packet> {
    const HERE: [u8; 6] = [0x60, 0x33, 0x4b, 0x13, 0xc5, 0x58];
    const THERE: [u8; 6] = [0x02, 0x1a, 0x11, 0xf0, 0xc8, 0x3b];
    let echo = |kind: u8| {
        let mut message = vec![kind, 0, 0, 0, 0xd7, 0x3b, 0, 0, 0x51, 0xa7, 0xd6, 0x7d, 0x00, 0x04, 0x51, 0xe4];
        message.extend(8..0x38);
        message.splice(2..4, checksum(&message).to_be_bytes());
        message
    };
    let (near, far) = ([192, 168, 43, 9], [8, 8, 8, 8]);
    let request = [ethernet(THERE, HERE, 0x0800), ip(0x26ef, 64, ICMP, near, far, &echo(8))].concat();
    let reply = [ethernet(HERE, THERE, 0x0800), ip(0, 40, ICMP, far, near, &echo(0))].concat();
    vec![(1_369_953_917, 283_187_000, request), (1_369_953_917, 775_391_000, reply)]
}

/// Datagrams between two pairs of hosts, minutes apart.
fn datagrams() -> Vec<Packet> {
    let (phone, server, here) = ([10, 102, 130, 150], [10, 102, 130, 185], [127, 0, 0, 1]);
    let all = [
        (1_394_112_889, 416, phone, server, [50_600, 50_600]),
        (1_394_112_889, 516, server, phone, [50_600, 50_600]),
        (1_394_113_146, 100, here, here, [50_700, 50_600]),
        (1_394_113_146, 104, here, here, [50_600, 50_700]),
        (1_394_113_146, 122, here, here, [29_450, 29_440]),
        (1_394_113_146, 127, here, here, [50_600, 50_700]),
    ];
    let texts = ["one", "two", "three", "four", "five", "six"];
    let mut packets = Vec::new();
    for ((seconds, milliseconds, from, to, ports), text) in all.into_iter().zip(texts) {
        let datagram = udp(ports[0], ports[1], text.as_bytes());
        packets.push((seconds, milliseconds * 1_000_000, ip(1 + packets.len() as u16, 64, UDP, from, to, &datagram)));
    }
    packets
}
