//! A line of the pairs for the tests of this folder.

use analyzer::message::{AnswerAddress, Connection, Handshake, Lookup, PairGroup, PairLine, PairStatus, Usage};

/// A visit of www.example.com with lookups of two types and one connection.
pub(super) fn line() -> PairLine {
    PairLine {
        group: PairGroup::Paired,
        again: false,
        lookup: Some(lookup("www.example.com", "A")),
        twins: vec![lookup("www.example.com", "AAAA")],
        connection: Some(connection("192.0.2.1")),
    }
}

/// A lookup that is asked in packet 1 and answered in packet 2 with 192.0.2.1.
pub(super) fn lookup(name: &str, kind: &str) -> Lookup {
    Lookup {
        index: 0,
        name: name.to_owned(),
        kind: kind.to_owned(),
        way: "DNS".to_owned(),
        client: "10.0.2.15".to_owned(),
        server: "10.0.2.3".to_owned(),
        query: Some((1, 0.0)),
        repeats: 0,
        response: Some((2, 0.01)),
        duplicates: 0,
        rcode: "No error".to_owned(),
        truncated: false,
        retry: None,
        addresses: vec![AnswerAddress { address: "192.0.2.1".to_owned(), ttl: 60, hint: false }],
        aliases: Vec::new(),
        alpn: Vec::new(),
        usage: Usage::Used,
    }
}

/// A connection that begins in packet 3, is accepted in packet 4, and has its first data in packet 5.
pub(super) fn connection(server: &str) -> Connection {
    Connection {
        index: 0,
        begin: (3, 0.02),
        transport: "tcp".to_owned(),
        client: "10.0.2.15".to_owned(),
        client_port: 49_152,
        server: server.to_owned(),
        port: 443,
        inside: String::new(),
        status: PairStatus::Paired,
        name: "www.example.com".to_owned(),
        delay: Some(0.01),
        candidates: 1,
        server_name: String::new(),
        server_name_frame: 0,
        is_host: false,
        agrees: None,
        handshake: Handshake::Accepted,
        repeats: 0,
        accepted: Some((4, 0.04)),
        round_trip: Some(0.02),
        data: Some((5, 0.05)),
        reset: None,
        unreachable: None,
        last: (9, 1.0),
        sent: 517,
        received: 4_100,
        race: None,
        simultaneous: false,
        ports_used_again: false,
        filter: "tcp.stream == 0".to_owned(),
    }
}
