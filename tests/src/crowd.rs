//! A crowd: as many lookups and connections as one likes, of many clients, of every kind that has a place in an order.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use crate::packet::{A, ACK, Message, RST, Record, SYN, Tape, tcp, udp};

/// Visits of one client, one behind the other's with those of the others between them.
const VISITS: u32 = 256;
/// Milliseconds from one visit of anybody to the next.
const PAUSE: u32 = 2;

/// A capture of so many lookups, and as many connections. Most lookups lead to a connection of their own; some to two, some to
/// none, some are not answered; and some connections have no lookup.
pub fn crowd(visits: u32) -> Tape {
    let mut tape = Tape::default();
    let clients = visits.div_ceil(VISITS).max(1);
    let resolver: IpAddr = Ipv4Addr::new(10, 0, 255, 53).into();
    // Some connections come late, behind the visits of others.
    let mut late: Vec<(u32, SocketAddr, SocketAddr, u32)> = Vec::new();
    for visit in 0..visits {
        let now = visit * PAUSE;
        let chance = mixed(visit);
        let (client, round) = (visit % clients, visit / clients);
        let address: IpAddr =
            Ipv4Addr::new(10, (client >> 14) as u8, (client >> 7 & 127) as u8, (client & 127) as u8 + 1).into();
        let port = 40_000 + (round * 2 % 20_000) as u16;
        // A few names are asked for by all; of others nobody else asks.
        let name = match chance % 8 {
            0 => format!("Shared{}.example.com", chance >> 8 & 63),
            _ => format!("host-{:07}.example.org", chance % visits.max(1)),
        };
        let number = if chance.is_multiple_of(8) { chance >> 8 & 63 } else { chance % visits.max(1) };
        let server = Ipv4Addr::from(0x1700_0000 + number);
        let question = Message::asks(chance as u16, &name, A);
        let asks = SocketAddr::new(address, port);
        let answers = SocketAddr::new(resolver, 53);
        tape.add(now, &udp(asks, answers, &question.bytes()));
        if chance >> 4 & 15 != 0 {
            let record = Record::address(&name, 60 + (chance >> 3 & 255), server);
            let answer = question.answered(&[record]).bytes();
            tape.add(now + (chance >> 12 & 1), &udp(answers, asks, &answer));
        }
        let to_port = if chance >> 14 & 3 == 0 { 80 } else { 443 };
        // Where nothing is connected to, another connection has no lookup.
        let to: IpAddr = match chance >> 16 & 15 {
            0 => Ipv4Addr::from(0x5000_0000 + (chance & 0xffff)).into(),
            _ => server.into(),
        };
        let (from, to) = (SocketAddr::new(address, port + 1), SocketAddr::new(to, to_port));
        late.push((now + 1 + (chance >> 20 & 7) * PAUSE, from, to, chance));
        while let Some(place) = late.iter().position(|(due, ..)| *due <= now + 1) {
            let (_, from, to, chance) = late.remove(place);
            connect(&mut tape, now + 1, from, to, chance);
        }
    }
    for (due, from, to, chance) in late {
        connect(&mut tape, due, from, to, chance);
    }
    tape
}

/// SYN, and what answers it: SYN and ACK with some payload or none, a reset, or nothing.
fn connect(tape: &mut Tape, now: u32, from: SocketAddr, to: SocketAddr, chance: u32) {
    tape.add(now, &tcp(from, to, SYN, (1000, 0), &[]));
    match chance >> 24 & 15 {
        0 => {}
        1 => {
            tape.add(now, &tcp(to, from, RST | ACK, (0, 1001), &[]));
        }
        answered => {
            tape.add(now + (answered & 1), &tcp(to, from, SYN | ACK, (5000, 1001), &[]));
            tape.add(now + 1, &tcp(from, to, ACK, (1001, 5001), &vec![b'.'; (chance >> 28) as usize]));
        }
    }
}

/// A number that looks like chance, and is the same each time.
fn mixed(number: u32) -> u32 {
    let mut mixed = number.wrapping_add(1).wrapping_mul(0x9e37_79b1);
    mixed = (mixed ^ mixed >> 15).wrapping_mul(0x85eb_ca77);
    (mixed ^ mixed >> 13).wrapping_mul(0xc2b2_ae3d) ^ mixed >> 16
}
