//! Long work in steps: it comes to the same as all at once, lets newer wishes in, and can be stopped anywhere.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::cmp::Ordering;
use std::net::SocketAddr;

use analyzer::message::{
    Chosen, Envelope, PairGroup, PairLine, PairOrder, PairsShown, PairsWanted, Reply, ReportFormat, Request,
};
use analyzer::session::{Fed, Session};
use tests::analysis::{Analysis, Bytes};
use tests::crowd::crowd;
use tests::packet::{ACK, Tape, tcp};

/// Lookups, and as many connections.
const VISITS: u32 = 12_000;

const ORDERS: [PairOrder; 7] = [
    PairOrder::Time,
    PairOrder::Name,
    PairOrder::Latency,
    PairOrder::Delay,
    PairOrder::Handshake,
    PairOrder::Bytes,
    PairOrder::Status,
];

/// A session with a capture of which all bytes were fed, and nothing more done.
fn fed(bytes: &[u8]) -> Session {
    let mut session = Session::new();
    session.open(1, "crowd", Box::new(Bytes(bytes.to_vec())));
    assert!(bytes.chunks(1 << 20).all(|chunk| session.feed(chunk) == Fed::More));
    session.end();
    session
}

/// Goes on to the end.
fn finish(session: &mut Session) -> Vec<Envelope<Reply>> {
    while session.step() {}
    session.replies()
}

#[test]
fn a_message_that_is_too_long_to_be_put_together_is_told_of() {
    let (client, server) = (SocketAddr::from(([10, 0, 0, 1], 40_000)), SocketAddr::from(([10, 0, 0, 2], 80)));
    for (megabytes, notes) in [(1, 0), (17, 1)] {
        let mut tape = Tape::default();
        let length = megabytes << 20;
        let head = format!("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {length}\r\n\r\n");
        tape.add(0, &tcp(client, server, ACK, (1, 1), b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
        tape.add(1, &tcp(server, client, ACK, (1, 1), head.as_bytes()));
        let body = vec![b'.'; length];
        let mut sequence = 1 + u32::try_from(head.len()).unwrap();
        for segment in body.chunks(60_000) {
            tape.add(2, &tcp(server, client, ACK, (sequence, 1), segment));
            sequence += u32::try_from(segment.len()).unwrap();
        }
        let replies = finish(&mut fed(tape.bytes()));
        let opened = replies.iter().find_map(|reply| match &reply.body {
            Reply::Opened(opened) => Some(opened),
            _ => None,
        });
        assert_eq!(opened.unwrap().notes.len(), notes, "{megabytes} MiB: {:?}", opened.unwrap().notes);
    }
}

/// The lines that an answer to a request holds.
fn shown(replies: &[Envelope<Reply>], serial: u32) -> Option<PairsShown> {
    replies.iter().find_map(|reply| match &reply.body {
        Reply::Pairs(shown) if reply.serial == serial => Some(shown.clone()),
        _ => None,
    })
}

/// All lines of a wish.
fn lines(analysis: &mut Analysis, wanted: &PairsWanted) -> Vec<PairLine> {
    let mut all = Vec::new();
    loop {
        let start = u32::try_from(all.len()).unwrap();
        let shown = analysis.pairs(PairsWanted { start, end: start + 1500, ..wanted.clone() }).unwrap();
        if shown.lines.is_empty() {
            return all;
        }
        all.extend(shown.lines);
    }
}

/// By what a visit is sorted, of the lines that stand together: its value, where it has one.
fn value(together: &[PairLine], order: PairOrder, descending: bool) -> Option<f64> {
    let first = together[0].connection.as_ref();
    let lookup = together[0].lookup.as_ref();
    match order {
        PairOrder::Time if together[0].group == PairGroup::Without && !descending => {
            first.map(|connection| f64::from(connection.status.number()))
        }
        PairOrder::Time => Some(f64::from(began(together))),
        PairOrder::Name => Some(0.0),
        PairOrder::Latency => lookup.and_then(|lookup| Some(lookup.response?.1 - lookup.query?.1)),
        PairOrder::Delay => Some(first?.begin.1 - lookup?.response?.1),
        PairOrder::Handshake => first.and_then(|connection| connection.round_trip),
        PairOrder::Bytes => first.map(|_| {
            let connections = together.iter().filter_map(|line| line.connection.as_ref());
            connections.map(|connection| (connection.sent + connection.received) as f64).sum()
        }),
        PairOrder::Status => first.map(|connection| f64::from(connection.status.number())),
    }
    // Times are whole microseconds, which sums of fractions only nearly are.
    .map(|value| (value * 1e6).round())
}

fn name(together: &[PairLine], order: PairOrder) -> String {
    match (order, &together[0].lookup, &together[0].connection) {
        (PairOrder::Name, Some(lookup), _) => lookup.name.to_ascii_lowercase(),
        (PairOrder::Name, None, Some(connection)) => connection.server.clone(),
        _ => String::new(),
    }
}

/// The first packet of a visit.
fn began(together: &[PairLine]) -> u32 {
    let line = &together[0];
    let lookups = line.lookup.iter().chain(&line.twins);
    let asked = lookups.filter_map(|lookup| lookup.query.or(lookup.response)).map(|(frame, _)| frame).min();
    asked.or(line.connection.as_ref().map(|connection| connection.begin.0)).unwrap_or_default()
}

#[test]
fn every_column_sorts_as_a_plain_sort_of_all_lines_does() {
    let mut analysis = Analysis::open("crowd", crowd(VISITS).bytes()).unwrap();
    let all = lines(&mut analysis, &PairsWanted::default());
    let visits: Vec<&[PairLine]> = all.chunk_by(|_, next| next.again).collect();
    for group in [PairGroup::Paired, PairGroup::Without, PairGroup::Unused] {
        assert!(all.iter().filter(|line| line.group == group).count() > 100, "few lines are {group:?}");
    }
    assert!(all.iter().any(|line| line.again), "no visit has two connections");
    for order in ORDERS {
        for descending in [false, true] {
            let sorted = lines(&mut analysis, &PairsWanted { order, descending, ..PairsWanted::default() });
            let mut expected = visits.clone();
            expected.sort_by(|one, other| {
                let (a, b) = (value(one, order, descending), value(other, order, descending));
                let by_value = a.unwrap_or_default().total_cmp(&b.unwrap_or_default());
                let by_value = by_value.then_with(|| name(one, order).cmp(&name(other, order)));
                let by_value = if descending { by_value.reverse() } else { by_value };
                let by_group = one[0].group.cmp(&other[0].group).then(a.is_none().cmp(&b.is_none()));
                by_group.then(by_value).then(began(one).cmp(&began(other)))
            });
            let expected: Vec<&PairLine> = expected.into_iter().flatten().collect();
            assert_eq!(sorted.len(), expected.len(), "{order:?}, descending: {descending}");
            for (place, (line, other)) in sorted.iter().zip(expected).enumerate() {
                assert_eq!(line, other, "line {place} by {order:?}, descending: {descending}");
            }
        }
    }
}

#[test]
fn a_search_finds_the_lines_that_hold_its_words() {
    let mut analysis = Analysis::open("crowd", crowd(VISITS).bytes()).unwrap();
    let all = lines(&mut analysis, &PairsWanted::default());
    for search in ["shared7", "SHARED7.", "org 10.0.0", "80.0"] {
        let found = lines(&mut analysis, &PairsWanted { search: search.to_owned(), ..PairsWanted::default() });
        let holds = |line: &&PairLine| {
            search.to_lowercase().split(' ').all(|word| {
                let lookups = line.lookup.iter().chain(&line.twins);
                let mut texts: Vec<String> = lookups
                    .flat_map(|lookup| {
                        let addresses = lookup.addresses.iter().map(|given| given.address.clone());
                        [lookup.name.to_lowercase(), lookup.client.clone()].into_iter().chain(addresses)
                    })
                    .collect();
                texts.extend(line.connection.iter().flat_map(|c| [c.client.clone(), c.server.clone()]));
                texts.iter().any(|text| text.contains(word))
            })
        };
        // Further connections of a visit are found by its lookup.
        let expected: Vec<&PairLine> = all.iter().filter(|line| !line.again).filter(holds).collect();
        let found: Vec<&PairLine> = found.iter().filter(|line| !line.again).collect();
        assert!(!found.is_empty(), "{search} is found nowhere");
        assert_eq!(found.len(), expected.len(), "{search}");
    }
}

#[test]
fn lines_that_are_wanted_before_pairs_are_known_come_when_they_are() {
    let capture = crowd(VISITS);
    let mut session = fed(capture.bytes());
    session.handle(2, Request::Pairs(PairsWanted { end: 50, ..PairsWanted::default() }));
    assert!(shown(&session.replies(), 2).is_none(), "pairs cannot be known yet");
    let replies = finish(&mut session);
    let opened = replies.iter().position(|reply| matches!(reply.body, Reply::Opened(_))).unwrap();
    let told = replies.iter().position(|reply| matches!(reply.body, Reply::Pairs(_))).unwrap();
    assert!(opened < told, "lines came before the capture was open");
    assert_eq!(shown(&replies, 2).unwrap().lines.len(), 50);
}

#[test]
fn a_newer_order_takes_the_place_of_an_older_one_at_any_step() {
    let capture = crowd(VISITS);
    let mut session = fed(capture.bytes());
    finish(&mut session);
    let by = |order| PairsWanted { order, end: 20, ..PairsWanted::default() };
    session.handle(2, Request::Pairs(by(PairOrder::Name)));
    let expected = shown(&finish(&mut session), 2).unwrap();
    let mut abandoned = 0;
    for steps in 0.. {
        let (older, newer) = (10 + 2 * steps, 11 + 2 * steps);
        // The order that was wanted last is kept: it is another one each time.
        session.handle(3, Request::Pairs(by(PairOrder::Bytes)));
        finish(&mut session);
        session.handle(older, Request::Pairs(by(PairOrder::Latency)));
        let done = (0..steps).any(|_| !session.step());
        session.handle(newer, Request::Pairs(by(PairOrder::Name)));
        let replies = finish(&mut session);
        assert_eq!(shown(&replies, newer).unwrap(), expected, "after {steps} steps");
        if done || shown(&replies, older).is_some() {
            break;
        }
        abandoned += 1;
    }
    assert!(abandoned > 3, "the older order was abandoned {abandoned} times only");
}

#[test]
fn windows_of_an_order_that_is_worked_out_are_all_answered() {
    let mut session = fed(crowd(VISITS).bytes());
    finish(&mut session);
    let window = |start| PairsWanted { order: PairOrder::Name, start, end: start + 10, ..PairsWanted::default() };
    session.handle(2, Request::Pairs(window(0)));
    session.step();
    session.handle(3, Request::Pairs(window(5)));
    let replies = finish(&mut session);
    let (first, second) = (shown(&replies, 2).unwrap(), shown(&replies, 3).unwrap());
    assert_eq!(first.lines[5..], second.lines[..5]);
}

#[test]
fn a_filter_can_be_stopped_at_any_step_and_the_earlier_one_stays() {
    let mut session = fed(crowd(VISITS).bytes());
    finish(&mut session);
    let filter = |text: &str| Request::Filter { text: text.to_owned(), selected: 0 };
    let rows = Request::Rows { start: 0, end: 20 };
    session.handle(2, filter("tcp.port == 80"));
    finish(&mut session);
    session.handle(3, rows.clone());
    let expected = finish(&mut session);
    for steps in 0.. {
        session.handle(4, filter("dns.qry.name contains \"99\" && pair.status == 5"));
        let done = (0..steps).any(|_| !session.step());
        let ended = session.replies().iter().any(|reply| matches!(reply.body, Reply::Filtered { .. }));
        if ended || done {
            assert!(steps > 3, "the filter took {steps} steps only");
            break;
        }
        session.handle(5, Request::Cancel);
        let replies = finish(&mut session);
        assert!(replies.iter().any(|reply| reply.serial == 5 && reply.body == Reply::Cancelled), "after {steps} steps");
        assert!(!replies.iter().any(|reply| reply.serial == 4), "the filter went on after {steps} steps");
        session.handle(3, rows.clone());
        assert_eq!(finish(&mut session), expected, "after {steps} steps");
    }
}

#[test]
fn reading_can_be_stopped_before_and_while_pairs_are_made() {
    let capture = crowd(VISITS);
    let bytes = capture.bytes();
    for (fed_all, steps) in [(false, 0), (true, 0), (true, 1), (true, 3)] {
        let mut session = if fed_all {
            fed(bytes)
        } else {
            let mut session = Session::new();
            session.open(1, "crowd", Box::new(Bytes(bytes.to_vec())));
            session.feed(&bytes[..bytes.len() / 2]);
            session
        };
        for _ in 0..steps {
            let _ = session.step();
        }
        session.handle(2, Request::Cancel);
        assert_eq!(session.feed(&bytes[..100]), Fed::Stop);
        let replies = finish(&mut session);
        let opened = replies.iter().position(|reply| reply.serial == 1 && matches!(reply.body, Reply::Opened(_)));
        let cancelled = replies.iter().position(|reply| reply.serial == 2 && reply.body == Reply::Cancelled);
        assert!(
            opened.unwrap() < cancelled.unwrap(),
            "the page hears that the capture is open, then that reading stopped"
        );
    }
}

#[test]
fn what_the_capture_holds_is_counted_before_it_is_offered_also_while_it_is_read() {
    let capture = crowd(VISITS);
    let completed = |replies: &[Envelope<Reply>], serial: u32| {
        replies.iter().find_map(|reply| match &reply.body {
            Reply::Completed(completions) if reply.serial == serial => Some(completions.items.clone()),
            _ => None,
        })
    };
    let complete = || Request::Complete { text: "dns.qry.name == ".to_owned(), at: 16 };
    let mut session = fed(capture.bytes());
    session.handle(2, complete());
    let early = completed(&finish(&mut session), 2).unwrap();
    session.handle(3, complete());
    let settled = completed(&finish(&mut session), 3).unwrap();
    assert_eq!(early, settled);
    assert!(early.iter().any(|item| item.text.contains("Shared")), "no name of the capture is offered: {early:?}");
    let mut session = Session::new();
    session.open(1, "crowd", Box::new(Bytes(capture.bytes().to_vec())));
    session.feed(&capture.bytes()[..capture.bytes().len() / 2]);
    session.handle(2, complete());
    let half = completed(&finish(&mut session), 2).unwrap();
    assert!(half.iter().any(|item| item.text.contains("Shared")), "nothing is offered of what was read: {half:?}");
}

#[test]
fn a_hand_in_that_is_wanted_early_waits_for_the_pairs() {
    let mut session = fed(crowd(VISITS).bytes());
    let chosen = Chosen { lookup: Some(0), connection: None };
    session.handle(2, Request::Report { chosen, format: ReportFormat::Markdown });
    let replies = finish(&mut session);
    let report = replies.iter().find_map(|reply| match &reply.body {
        Reply::Report(file) if reply.serial == 2 => Some(file.text.clone()),
        _ => None,
    });
    assert!(report.unwrap().contains("lookup of"), "the hand-in is about the lookup");
}

/// Where orders differ, so do the tests above: equal keys must occur, and several of them in a row.
#[test]
fn the_crowd_has_lines_whose_values_are_the_same() {
    let mut analysis = Analysis::open("crowd", crowd(VISITS).bytes()).unwrap();
    let all = lines(&mut analysis, &PairsWanted { order: PairOrder::Delay, ..PairsWanted::default() });
    let visits: Vec<&[PairLine]> = all.chunk_by(|_, next| next.again).collect();
    let delays = |pair: &&[&[PairLine]]| {
        let [one, other] = pair else { return false };
        let of = |lines: &[PairLine]| value(lines, PairOrder::Delay, false).unwrap_or(f64::NAN);
        of(one).total_cmp(&of(other)) == Ordering::Equal && !of(one).is_nan()
    };
    assert!(visits.windows(2).filter(|pair| delays(pair)).count() > 1000);
}
