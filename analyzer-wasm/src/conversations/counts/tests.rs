//! Conversations, counted packet by packet.
use super::*;
use crate::endpoints::Endpoints;

const LAYER: Conversing = Conversing::Ipv4;
const LOW: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 1);
const HIGH: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 2);

/// Counts packets of one pair of hosts: the sender, and the second of the capture.
fn counted(packets: &[(Ipv4Addr, i64)]) -> Counts {
    let mut counts = Counts::default();
    let times: Vec<i64> = packets.iter().map(|(_, time)| *time).collect();
    for (frame, (sender, time)) in (1..).zip(packets) {
        let receiver = if *sender == LOW { HIGH } else { LOW };
        let between = Between::Ipv4([*sender, receiver]);
        let packet = Counted { frame, length: 100, time: *time };
        counts.count(&[Exchange { layer: LAYER, between, payload: 80 }], &packet, time_of(&times));
    }
    counts
}

fn time_of(times: &[i64]) -> impl Fn(u32) -> i64 {
    move |frame| times.get(frame as usize - 1).copied().unwrap_or_default()
}

#[test]
fn both_directions_are_one_conversation_and_counted_apart() {
    let counts = counted(&[(HIGH, 1), (LOW, 2), (HIGH, 3)]);
    let rows: Vec<(u32, &Exchanged)> = counts.exchanged(LAYER).collect();
    let [(number, row)] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!((row.packets, row.bytes, row.payload), ([1, 2], [100, 200], [80, 160]));
    assert_eq!((row.first, row.last, row.begun_by), (1, 3, 1));
    let ends = counts.ends(&Conversations::default(), LAYER, *number).map(|ends| ends.map(|end| end.address));
    assert_eq!(ends, Some([Address::Ip(LOW.into()), Address::Ip(HIGH.into())]));
}

#[test]
fn the_times_are_the_earliest_and_the_latest_whatever_the_order_of_the_packets() {
    for times in [[1, 2, 3, 4], [4, 3, 2, 1], [2, 4, 1, 3], [3, 1, 4, 2], [1, 4, 2, 3], [2, 1, 3, 4]] {
        let counts = counted(&times.map(|time| (LOW, time)));
        assert_eq!(counts.span(LAYER, 0, time_of(&times)), Some((1, 4)), "{times:?}");
    }
}

#[test]
fn a_stream_that_was_only_quoted_has_no_row() {
    let mut conversations = Conversations::default();
    let endpoints = Endpoints { source_port: 1, destination_port: 2, ..Endpoints::NONE };
    let (conversation, turned) = conversations.number(&endpoints);
    let between = Between::Stream { number: 2, conversation, turned };
    let mut counts = Counts::default();
    let exchange = Exchange { layer: Conversing::Udp, between, payload: 0 };
    counts.count(&[exchange], &Counted { frame: 1, length: 60, time: 0 }, |_| 0);
    let numbers: Vec<u32> = counts.exchanged(Conversing::Udp).map(|(number, _)| number).collect();
    assert_eq!(numbers, [2]);
    let ports = counts.ends(&conversations, Conversing::Udp, 2).map(|ends| ends.map(|end| end.port));
    assert_eq!(ports, Some([1, 2]));
}

#[test]
fn a_row_has_56_bytes() {
    assert_eq!(std::mem::size_of::<Exchanged>(), 56);
}
