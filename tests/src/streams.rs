//! Captures of TCP alone: few long connections, or very many short ones.

use std::net::{Ipv4Addr, SocketAddr};

use crate::packet::{ACK, FIN, SYN, Tape, tcp};

/// Bytes of a long connection's segment.
const SEGMENT: u32 = 20;
/// Long connections, whose segments take turns.
const LONG: u32 = 64;
/// A port of which no protocol is known (RFC 863).
const DISCARD: u16 = 9;

/// So many packets of long connections. Every second one acknowledges the segment in front of it; where only one way was
/// captured, nothing is acknowledged.
pub fn long(packets: u32, one_way: bool) -> Tape {
    let mut tape = Tape::default();
    for packet in 0..packets {
        let (connection, round) = (packet % LONG, packet / LONG);
        let (client, server) = ends(connection, 40_000);
        let now = packet / 8;
        let sent = if one_way { round } else { round / 2 }.wrapping_mul(SEGMENT);
        if one_way || round % 2 == 0 {
            tape.add(now, &tcp(client, server, ACK, (1000 + sent, 5000), &[b'.'; SEGMENT as usize]));
        } else {
            tape.add(now, &tcp(server, client, ACK, (5000, 1000 + sent + SEGMENT), &[]));
        }
    }
    tape
}

/// So many connections, each opened, used once by its client and closed: [`SHORT`] packets. A thousand are open at a time.
pub fn short(connections: u32) -> Tape {
    let mut tape = Tape::default();
    for connection in 0..connections {
        let (client, server) = ends(connection % 60_000, 2000 + (connection / 60_000) as u16);
        let now = connection / 16;
        tape.add(now, &tcp(client, server, SYN, (1000, 0), &[]));
        tape.add(now, &tcp(server, client, SYN | ACK, (5000, 1001), &[]));
        tape.add(now, &tcp(client, server, ACK, (1001, 5001), b"...."));
        tape.add(now, &tcp(server, client, FIN | ACK, (5001, 1005), &[]));
        tape.add(now, &tcp(client, server, FIN | ACK, (1005, 5002), &[]));
        tape.add(now, &tcp(server, client, ACK, (5002, 1006), &[]));
    }
    tape
}

/// Packets of a short connection.
pub const SHORT: u32 = 6;

/// The ends of a connection: few hosts, and ports that nobody else has.
fn ends(connection: u32, port: u16) -> (SocketAddr, SocketAddr) {
    let client = Ipv4Addr::from(0x0a00_0000 + connection / 60 % 1000);
    let server = Ipv4Addr::new(192, 0, 2, (connection % 60) as u8 + 1);
    ((client, port).into(), (server, DISCARD).into())
}
