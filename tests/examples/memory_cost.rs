//! What the index keeps of packets and connections: `memory_cost [PACKETS] [CONNECTIONS]` prints what is measured, bytes and
//! nanoseconds, with tabs between them.

use std::env;
use std::time::Duration;

use analyzer::index::Index;
use anyhow::{Context, Result};
use peak_alloc::PeakAlloc;
use tests::packet::Tape;
use tests::pass::{Nobody, index};
use tests::streams::{self, SHORT};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// What a packet has by itself: a row, and what is kept of its TCP segment.
const PACKET: f64 = 64.0;

fn main() -> Result<()> {
    let number = |nth, otherwise| env::args().nth(nth).map_or(Ok(otherwise), |number| number.parse::<u32>());
    let packets = number(1, 2_000_000).context("usage: memory_cost [PACKETS] [CONNECTIONS]")?;
    let connections = number(2, 1_000_000).context("usage: memory_cost [PACKETS] [CONNECTIONS]")?;
    for (what, tape) in [("both ways", streams::long(packets, false)), ("one way", streams::long(packets, true))] {
        let Cost { kept, most, took } = cost(tape)?;
        let packets = f64::from(packets);
        println!("a packet, {what}\t{:.1}\t{:.1}\t{:.0}", kept / packets, most / packets, took / packets);
    }
    let Cost { kept, most, took } = cost(streams::short(connections))?;
    let (connections, own) = (f64::from(connections), f64::from(connections * SHORT) * PACKET);
    println!(
        "a connection beyond its packets\t{:.1}\t{:.1}\t{:.0}",
        (kept - own) / connections,
        (most - own) / connections,
        took / connections
    );
    Ok(())
}

/// Bytes that are kept once a capture is read, the most that was held meanwhile, and nanoseconds.
struct Cost {
    kept: f64,
    most: f64,
    took: f64,
}

fn cost(tape: Tape) -> Result<Cost> {
    let capture = tape.into_bytes();
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let (took, kept): (Duration, Index) = index(&capture, &mut Nobody)?;
    let beyond = |bytes: usize| bytes.saturating_sub(before) as f64;
    let cost =
        Cost { kept: beyond(MEMORY.current_usage()), most: beyond(MEMORY.peak_usage()), took: took.as_nanos() as f64 };
    drop(kept);
    Ok(cost)
}
