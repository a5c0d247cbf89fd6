//! Makes captures of protocols that no small public capture shows: pictures over HTTP, Token Ring, and ERF.

use std::fs;
use std::io;
use std::net::SocketAddr;

use tests::packet::{ACK, PSH, SYN, Tape, tcp};
use xtask::captures::folder;

/// LINKTYPE_ values (tcpdump.org/linktypes).
const TOKEN_RING: u32 = 6;
const ERF: u32 = 197;

fn main() -> io::Result<()> {
    fs::write(folder().join("http/images.pcap"), pictures().bytes())?;
    fs::write(folder().join("link/token_ring.pcap"), capture(TOKEN_RING, &[ring(false), ring(true)]))?;
    fs::write(folder().join("link/erf.pcap"), capture(ERF, &[ethernet_record(), point_to_point_record()]))
}

/// A capture of this link type, with a packet a second.
fn capture(link: u32, packets: &[Vec<u8>]) -> Vec<u8> {
    let mut file = [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 0x0004_0000, link].map(u32::to_le_bytes).concat();
    for (seconds, packet) in (1_700_000_000..).zip(packets) {
        let length = packet.len() as u32;
        file.extend([seconds, 0, length, length].map(u32::to_le_bytes).concat());
        file.extend(packet);
    }
    file
}

/// A connection over which a server sends a picture of each kind.
fn pictures() -> Tape {
    let client: SocketAddr = ([10, 0, 2, 15], 50_000).into();
    let server: SocketAddr = ([192, 0, 2, 80], 80).into();
    let mut tape = Tape::default();
    tape.add(0, &tcp(client, server, SYN, (1000, 0), &[]));
    tape.add(20, &tcp(server, client, SYN | ACK, (5000, 1001), &[]));
    tape.add(21, &tcp(client, server, ACK, (1001, 5001), &[]));
    let (mut asked, mut sent, mut time) = (1001, 5001, 22);
    for (kind, bytes) in [("gif", gif()), ("png", png()), ("jpeg", jfif())] {
        let request = format!("GET /dot.{kind} HTTP/1.1\r\nHost: pictures.example\r\n\r\n");
        tape.add(time, &tcp(client, server, PSH | ACK, (asked, sent), request.as_bytes()));
        asked += request.len() as u32;
        let head = format!("HTTP/1.1 200 OK\r\nContent-Type: image/{kind}\r\nContent-Length: {}\r\n\r\n", bytes.len());
        let response = [head.as_bytes(), &bytes].concat();
        tape.add(time + 20, &tcp(server, client, PSH | ACK, (sent, asked), &response));
        sent += response.len() as u32;
        time += 30;
    }
    tape
}

/// One black dot (GIF89a).
fn gif() -> Vec<u8> {
    let screen = [1, 0, 1, 0, 0x80, 0, 0];
    let colours = [0, 0, 0, 255, 255, 255];
    let picture = [0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0];
    [b"GIF89a", &screen[..], &colours, &picture, b"\x3b"].concat()
}

/// One black dot of one bit (ISO/IEC 15948).
fn png() -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let dot = [0x78, 0x9c, 0x63, 0x60, 0x00, 0x00, 0x00, 0x02, 0x00, 0x01];
    for (kind, bytes, check) in [
        (b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0][..], 0x376e_f924_u32),
        (b"IDAT", &dot, 0x48af_a471),
        (b"IEND", &[], 0xae42_6082),
    ] {
        file.extend((bytes.len() as u32).to_be_bytes());
        file.extend(kind);
        file.extend(bytes);
        file.extend(check.to_be_bytes());
    }
    file
}

/// The segments before a picture's own bytes, and its end (ITU-T T.871).
fn jfif() -> Vec<u8> {
    let application = [0xff, 0xe0, 0, 16, b'J', b'F', b'I', b'F', 0, 1, 2, 1, 0, 72, 0, 72, 0, 0];
    let comment = [&[0xff, 0xfe, 0, 7][..], b"a dot"].concat();
    let frame = [0xff, 0xc0, 0, 11, 8, 0, 1, 0, 1, 1, 1, 0x11, 0];
    let scan = [0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0x2a];
    [&[0xff, 0xd8][..], &application, &comment, &frame, &scan, &[0xff, 0xd9]].concat()
}

/// A frame of IEEE 802.5 with ARP in it, with a route or without.
fn ring(routed: bool) -> Vec<u8> {
    let mut sender = [0x10, 0, 0x5a, 0x12, 0x34, 0x56];
    let mut frame = vec![0x10, 0x40, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
    if routed {
        sender[0] |= 0x80;
    }
    frame.extend(sender);
    if routed {
        frame.extend([0x06, 0x30, 0x00, 0x11, 0x00, 0x20]);
    }
    frame.extend([0xaa, 0xaa, 0x03, 0, 0, 0, 0x08, 0x06]);
    frame.extend(arp());
    frame
}

/// Who has 192.0.2.1?
fn arp() -> Vec<u8> {
    let sender = [0x10, 0, 0x5a, 0x12, 0x34, 0x56, 192, 0, 2, 7];
    [&[0, 1, 8, 0, 6, 4, 0, 1][..], &sender, &[0; 6], &[192, 0, 2, 1]].concat()
}

/// A record of Ethernet with one extension header.
fn ethernet_record() -> Vec<u8> {
    let frame = [&[0xff; 6][..], &[0x10, 0, 0x5a, 0x12, 0x34, 0x56], &[8, 6], &arp()].concat();
    record(0x82, &[0x03, 0, 0, 0, 0, 0, 0x12, 0x34], &[&[0, 0][..], &frame].concat(), frame.len())
}

/// A record of PPP in HDLC-like framing.
fn point_to_point_record() -> Vec<u8> {
    let mut packet = vec![0x45, 0, 0, 20, 0, 1, 0, 0, 64, 59, 0, 0, 192, 0, 2, 7, 192, 0, 2, 1];
    let sum: u32 = packet.chunks(2).map(|pair| u32::from(pair[0]) << 8 | u32::from(pair[1])).sum();
    packet.splice(10..12, (!((sum & 0xffff) + (sum >> 16)) as u16).to_be_bytes());
    let frame = [&[0xff, 0x03, 0x00, 0x21][..], &packet].concat();
    record(0x01, &[], &frame, frame.len())
}

/// The head of a record, and what follows it.
fn record(kind: u8, extension: &[u8], payload: &[u8], wire: usize) -> Vec<u8> {
    // The point in time: seconds since 1970, and their fraction in two to the power of 32.
    let mut head = [0x8000_0000_u32, 1_700_000_000].map(u32::to_le_bytes).concat();
    head.extend([kind, 0x04]);
    let length = (16 + extension.len() + payload.len()) as u16;
    head.extend([length, 0, wire as u16].map(u16::to_be_bytes).concat());
    [&head, extension, payload].concat()
}
