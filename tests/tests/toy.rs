//! A protocol outside of the list, handed in with it: called by port and by its looks, looked up in a dissector table of
//! its own, filtered by its fields. What the analyzer knows of it stands in this file alone.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::net::SocketAddr;
use std::sync::LazyLock;

use analyzer::dissect::{Columns, Key, Layer, Next, Protocol, Protocols, Stop, Table, Tables, View};
use analyzer::message::FilterState;
use analyzer::protocols;
use analyzer::session::Session;
use tests::analysis::Analysis;
use tests::packet::{ACK, PSH, SYN, Tape, tcp, udp};

/// A message that begins with `TOY`, a kind and a size; what follows is looked up by the kind.
mod toy {
    use super::*;

    /// By the kind of the message.
    const BY_KIND: Table = Table::numbers("toy.kind");

    pub(super) static PROTOCOL: Protocol = Protocol {
        name: "toy",
        title: "Toy Protocol",
        column: "TOY",
        tables: &[("udp.port", Key::Number(9000))],
        heuristics: &[("udp", looks), ("tcp", looks)],
        declares: &[BY_KIND],
        fields: FIELDS,
        dissect,
        summary,
        ..Protocol::PLAIN
    };

    analyzer::fields! { toy after protocols::END;
        MAGIC "toy.magic" Text "Magic";
        KIND "toy.kind" U8 "Kind";
        SIZE "toy.size" U16 "Size";
    }

    fn looks(bytes: &[u8]) -> bool {
        bytes.starts_with(b"TOY")
    }

    fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
        l.bytes(MAGIC, 3)?;
        let kind = l.u8(KIND)?;
        l.u16(SIZE)?;
        Ok(Next::table(&BY_KIND, kind))
    }

    fn summary(view: &View<'_>, columns: &mut Columns) {
        columns.protocol = PROTOCOL.column.into();
        columns.info = format!("Size {}", view.written(SIZE));
    }
}

/// What stands in a toy of kind 7.
mod toy_part {
    use super::*;

    pub(super) static PROTOCOL: Protocol = Protocol {
        name: "toypart",
        title: "Part of a Toy",
        column: "TOYPART",
        tables: &[("toy.kind", Key::Number(7))],
        fields: FIELDS,
        dissect,
        ..Protocol::PLAIN
    };

    analyzer::fields! { toy_part after toy::FIELDS.end();
        COLOR "toypart.color" X8 "Color";
    }

    fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
        l.u8(COLOR)?;
        Ok(Next::End)
    }
}

/// The list with the toys, one of them before all others: nothing depends on the order.
static WITH_TOYS: LazyLock<Protocols> = LazyLock::new(|| {
    let mut list = vec![&toy_part::PROTOCOL];
    list.extend(protocols::standard().all());
    list.push(&toy::PROTOCOL);
    Protocols::new(&list)
});

const CLIENT: &str = "192.0.2.1:40000";

/// 1: by port; 2: by looks, with a part; 3 to 5: a TCP stream, by looks; 6: on DNS's port; 7: nothing of it.
fn capture() -> Tape {
    let client: SocketAddr = CLIENT.parse().unwrap();
    let server = |port: u16| SocketAddr::from(([198, 51, 100, 1], port));
    let mut tape = Tape::default();
    tape.add(0, &udp(client, server(9000), b"ANY\x01\x02\x03"));
    tape.add(1, &udp(client, server(9001), b"TOY\x07\x00\x05\xaa"));
    tape.add(2, &tcp(client, server(9002), SYN, (1, 0), b""));
    tape.add(3, &tcp(server(9002), client, SYN | ACK, (1, 2), b""));
    tape.add(4, &tcp(client, server(9002), PSH | ACK, (2, 2), b"TOY\x01\x00\x06"));
    tape.add(5, &udp(client, server(53), b"ANY\x01\x00\x07"));
    tape.add(6, &udp(client, server(9001), b"NOT\x01\x00\x08"));
    tape
}

fn opened(tables: Tables) -> Analysis {
    Analysis::open_in(Session::with(tables), "toys.pcap", capture().bytes(), usize::MAX).unwrap()
}

#[test]
fn a_protocol_that_is_handed_in_is_called_by_port_and_by_its_looks() {
    let mut toys = opened(Tables::of(&WITH_TOYS));
    for (filter, frames) in [
        ("toy", &[1, 2, 5][..]),
        ("toy.size == 515", &[1]),
        ("toy.size in {5 .. 6}", &[2, 5]),
        ("toy.magic == \"TOY\" and tcp", &[5]),
        ("toypart.color == 0xaa", &[2]),
        ("toypart", &[2]),
        ("dns", &[6]),
        ("data", &[7]),
    ] {
        assert_eq!(toys.filter(filter).unwrap(), frames, "{filter}");
    }
    assert_eq!(toys.filter("").unwrap().len(), 7);
    let rows = toys.rows();
    assert_eq!((rows[0].protocol.as_str(), rows[0].info.as_str()), ("TOY", "Size 515"));
    assert_eq!(rows[1].protocol, "TOYPART");
    let tree = toys.packet(2).unwrap();
    let texts: Vec<&str> = tree.lines.iter().map(|line| line.text.as_str()).collect();
    for line in [
        "Toy Protocol",
        "Size: 5",
        "Part of a Toy",
        "Color: 0xaa",
        "Frame 2: 49 bytes on wire (392 bits), 49 bytes captured (392 bits)",
    ] {
        assert!(texts.contains(&line), "{line} in {texts:?}");
    }
}

#[test]
fn without_it_the_same_packets_are_data_and_its_fields_are_unknown() {
    let mut plain = Analysis::open("toys.pcap", capture().bytes()).unwrap();
    assert_eq!(plain.check("toy.size == 515").unwrap().state, FilterState::Invalid);
    assert_eq!(plain.filter("data").unwrap(), [1, 2, 5, 7]);
}

#[test]
fn decode_as_lays_a_protocol_over_a_table_for_the_index_and_for_every_look() {
    let mut tables = Tables::of(&WITH_TOYS);
    tables.decode_as("udp.port==53,toy").unwrap();
    tables.decode_as("toy.kind==1-2,toypart").unwrap();
    let mut toys = opened(tables);
    // The first is answered by the index, the others from the packets' bytes.
    assert_eq!(toys.filter("toy").unwrap(), [1, 2, 5, 6]);
    assert_eq!(toys.filter("toy.size == 7").unwrap(), [6]);
    assert!(toys.filter("dns").unwrap().is_empty());
}

#[test]
fn a_table_is_known_by_the_name_that_its_protocol_declares() {
    let mut plain = Tables::of(protocols::standard());
    assert!(plain.decode_as("toy.kind==1,toy").unwrap_err().contains("no dissector table \"toy.kind\""));
    let mut tables = Tables::of(&WITH_TOYS);
    assert!(tables.decode_as("toy.kind==1,toz").unwrap_err().contains("In toy.kind stand: toypart."));
}
