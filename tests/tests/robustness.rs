//! No bytes make the analyzer panic, and every line of a tree stands inside its bytes.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use analyzer::message::{Chosen, PairsWanted, ReportFormat, Request};
use tests::analysis::Analysis;
use xtask::captures::{all, name};

/// Larger captures are cut and changed at every so many bytes only, so that the test ends soon.
const CASES: usize = 800;
/// What a byte is changed to: nothing, everything, its highest bit turned, one more.
const CHANGES: [fn(u8) -> u8; 4] = [|_| 0, |_| 0xff, |byte| byte ^ 0x80, |byte| byte.wrapping_add(1)];

#[test]
fn every_prefix_can_be_read() {
    for_each_capture(|bytes, at| vec![bytes[..at].to_vec()]);
}

#[test]
fn every_changed_byte_can_be_read() {
    for_each_capture(|bytes, at| {
        let changed = CHANGES.iter().filter(|change| change(bytes[at]) != bytes[at]).map(|change| {
            let mut changed = bytes.to_vec();
            changed[at] = change(changed[at]);
            changed
        });
        changed.collect()
    });
}

#[test]
fn chunks_of_any_size_make_the_same_capture() {
    for capture in all().unwrap() {
        let bytes = fs::read(&capture).unwrap();
        let mut whole = Analysis::open("whole", &bytes).unwrap_or_else(|words| panic!("{}: {words}", name(&capture)));
        for most in [1, 2, 7, 61, 1000] {
            let mut pieces = Analysis::open_in_chunks("whole", &bytes, most).unwrap();
            assert_eq!(pieces.opened, whole.opened, "{} in chunks of {most}", name(&capture));
            assert_eq!(pieces.rows(), whole.rows(), "{} in chunks of {most}", name(&capture));
        }
    }
}

/// Reads what `change` makes of every capture at every position, on all cores.
fn for_each_capture(change: fn(&[u8], usize) -> Vec<Vec<u8>>) {
    let captures = all().unwrap();
    let next = AtomicUsize::new(0);
    let count = AtomicUsize::new(0);
    thread::scope(|scope| {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(capture) = captures.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let bytes = fs::read(capture).unwrap();
                    let step = bytes.len().div_ceil(CASES).max(1);
                    for at in (0..bytes.len()).step_by(step) {
                        for changed in change(&bytes, at) {
                            count.fetch_add(1, Ordering::Relaxed);
                            let outcome = catch_unwind(AssertUnwindSafe(|| read(&changed)));
                            assert!(outcome.is_ok(), "{} changed at byte {at} makes a panic", name(capture));
                        }
                    }
                }
            });
        }
    });
    let count = count.into_inner();
    println!("{count} captures were read");
    assert!(count > 10_000);
}

/// Opens a capture, asks for everything, and looks at the places of all lines.
fn read(bytes: &[u8]) {
    let Ok(mut analysis) = Analysis::open("changed", bytes) else { return };
    for row in analysis.rows() {
        let Some(packet) = analysis.packet(row.frame) else { panic!("packet {} is listed but not there", row.frame) };
        for line in &packet.lines {
            let Some(source) = packet.sources.get(usize::from(line.source)) else {
                panic!("{} stands in source {}, which is not there", line.field, line.source);
            };
            let inside = line.start <= line.end && line.end as usize <= source.bytes.len();
            let (field, place, size) = (&line.field, line.start..line.end, source.bytes.len());
            assert!(inside, "{field} of packet {} stands on {place:?} of {size} bytes", row.frame);
        }
    }
    let shown = analysis.pairs(PairsWanted { search: "e".to_owned(), end: 50, ..PairsWanted::default() });
    for line in shown.into_iter().flat_map(|shown| shown.lines) {
        let lookup = line.lookup.map(|lookup| lookup.index);
        let connection = line.connection.map(|connection| connection.index);
        let chosen = Chosen { lookup, connection };
        analysis.ask(Request::Evidence(chosen));
        analysis.ask(Request::Report { chosen, format: ReportFormat::Json });
    }
}
