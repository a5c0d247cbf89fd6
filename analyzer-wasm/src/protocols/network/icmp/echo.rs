//! Echo requests and replies: who answers whom, and what `ping` puts into them.

use super::*;
use crate::memory::{self, Transaction};

/// Links a request and its reply, which has the same identifier, sequence number and data: so their checksums differ by
/// just the type.
pub(super) fn link(l: &mut Layer<'_, '_>, request: bool, sum: u16, identifier: u16, sequence: u16) {
    if l.quoted() {
        return;
    }
    let common = if request { sum } else { as_request(sum) };
    let id = u64::from(common) << 32 | u64::from(identifier) << 16 | u64::from(sequence);
    let endpoints = l.endpoints();
    let linked = l
        .memory()
        .transaction(Transaction { key: memory::key_without_ports(&endpoints, "icmp", id), response: !request });
    if request {
        if let Some(frame) = linked.response {
            l.generated(RESP_IN, Value::Uint(u64::from(frame)));
        } else if linked.hindsight {
            l.generated(NO_RESP, Value::None);
        }
    } else if let Some(frame) = linked.request {
        l.generated(RESP_TO, Value::Uint(u64::from(frame)));
        if let Some((seconds, nanoseconds)) = linked.time {
            let milliseconds = seconds as f64 * 1e3 + f64::from(nanoseconds) / 1e6;
            l.generated(RESPTIME, Value::Float(milliseconds));
            l.label(|| format!("Response time: {milliseconds:.3} ms"));
        }
    }
}

/// The checksum of the request to which a reply with this checksum belongs.
fn as_request(reply: u16) -> u16 {
    Sum16BitWords::new().add_2bytes((!reply).to_be_bytes()).add_2bytes([ECHO_REQUEST, 0]).ones_complement().to_be()
}

/// What is sent to and fro. Many programs begin with the time at which they sent it, in seconds and microseconds, each in
/// their own byte order: it is taken for that where it lies within a day of the packet's own time.
pub(super) fn data(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    const DAY: u64 = 86_400;
    const STAMP: usize = 8;
    if let (Some((now, part)), [a, b, c, d, e, f, g, h, ..]) = (l.packet().time, l.rest()) {
        let big = (u32::from_be_bytes([*a, *b, *c, *d]), u32::from_be_bytes([*e, *f, *g, *h]));
        let little = (u32::from_le_bytes([*a, *b, *c, *d]), u32::from_le_bytes([*e, *f, *g, *h]));
        let (seconds, microseconds) =
            [big, little].into_iter().min_by_key(|(seconds, _)| now.abs_diff(i64::from(*seconds))).unwrap_or_default();
        let seconds = i64::from(seconds);
        if now.abs_diff(seconds) < DAY && microseconds < 1_000_000 {
            let (at, nanoseconds) = (l.at(), microseconds * 1000);
            l.note(DATA_TIME, at, at + STAMP, Value::Time(seconds, nanoseconds));
            let borrow = part < nanoseconds;
            let since = now - seconds - i64::from(borrow);
            let rest = part + if borrow { 1_000_000_000 } else { 0 } - nanoseconds;
            l.note(DATA_TIME_RELATIVE, at, at + STAMP, Value::Time(since, rest));
            l.skip(STAMP)?;
        }
    }
    l.quote(Next::Data);
    Ok(())
}
