//! The frames of Initial packets (RFC 9000, sections 12.4 and 19).

use super::*;
use crate::dissect::name_or_number;
use crate::memory::{ByteSource, Measuring};
use crate::protocols::reassembly;
use crate::streams::{Measure, Plan};

const PADDING: u64 = 0x00;
const PING: u64 = 0x01;
const ACK: u64 = 0x02;
const ACK_ECN: u64 = 0x03;
const CRYPTO: u64 = 0x06;
const CLOSE: u64 = 0x1c;
const CLOSE_APPLICATION: u64 = 0x1d;

/// What the packet list calls a frame.
pub(super) fn short_name(kind: u64) -> &'static str {
    match kind {
        PADDING => ", PADDING",
        PING => ", PING",
        ACK | ACK_ECN => ", ACK",
        CRYPTO => ", CRYPTO",
        CLOSE | CLOSE_APPLICATION => ", CC",
        _ => "",
    }
}

/// All frames of a packet.
pub(super) fn dissect(l: &mut Layer<'_, '_>, named: &QuicConnection) -> Result<(), Stop> {
    while l.left() > 0 {
        let kind = variable_length(l.rest()).map_or(u64::MAX, |(kind, _)| kind);
        let mark = l.mark();
        if kind == PADDING {
            padding(l);
            continue;
        }
        l.nest(FRAME, |l| {
            l.label_at(mark, || names::FRAME_TYPES.name(kind).unwrap_or("Unknown").to_owned());
            variable(l, FRAME_TYPE)?;
            kind_label(l, kind);
            match kind {
                PING => Ok(()),
                ACK | ACK_ECN => acknowledgment(l, kind == ACK_ECN),
                CRYPTO => crypto_frame(l, named),
                CLOSE | CLOSE_APPLICATION => {
                    let words = close(l, kind == CLOSE)?;
                    l.label_at(mark, || format!("{}{words}", names::FRAME_TYPES.name(kind).unwrap_or_default()));
                    Ok(())
                }
                // No other is allowed here, and where it ends is for a 1-RTT packet to know.
                _ => {
                    odd(l, FT_UNKNOWN, "Unknown Frame Type");
                    let end = l.end();
                    l.seek(end)
                }
            }
        })?;
    }
    Ok(())
}

/// The number of a frame's type is written for people with all its digits, and else without.
fn kind_label(l: &mut Layer<'_, '_>, kind: u64) {
    l.label(|| format!("Frame Type: {} (0x{kind:016x})", names::FRAME_TYPES.name(kind).unwrap_or("Unknown")));
}

/// Zeros, of which each is a frame: one line for all.
fn padding(l: &mut Layer<'_, '_>) {
    let (start, rest) = (l.at(), l.rest());
    let count = rest.iter().position(|byte| *byte != 0).unwrap_or(rest.len());
    l.note(FRAME, start, start + count, Value::None);
    l.label(|| format!("PADDING Length: {count}"));
    l.below(|l| {
        l.note(FRAME_TYPE, start, start + 1, Value::Uint(PADDING));
        kind_label(l, PADDING);
        l.generated_at(PADDING_LENGTH, start + 1, Value::Uint(count as u64));
    });
    // So many bytes were just counted.
    let _ = l.skip(count);
}

/// RFC 9000, section 19.3.
fn acknowledgment(l: &mut Layer<'_, '_>, congestion: bool) -> Result<(), Stop> {
    variable(l, ACK_LARGEST_ACKNOWLEDGED)?;
    variable(l, ACK_ACK_DELAY)?;
    let ranges = variable(l, ACK_ACK_RANGE_COUNT)?;
    variable(l, ACK_FIRST_ACK_RANGE)?;
    // A count that is too great ends with the bytes.
    for _ in 0..ranges {
        variable(l, ACK_GAP)?;
        variable(l, ACK_ACK_RANGE)?;
    }
    if congestion {
        for field in [ACK_ECT0_COUNT, ACK_ECT1_COUNT, ACK_ECN_CE_COUNT] {
            variable(l, field)?;
        }
    }
    Ok(())
}

/// RFC 9000, section 19.19; returns what its line in the tree says of the error.
fn close(l: &mut Layer<'_, '_>, transport: bool) -> Result<String, Stop> {
    let mut words = String::new();
    if transport {
        let code = variable(l, CC_ERROR_CODE)?;
        words = format!(" Error code: {}", name_or_number(&names::ERRORS, code));
        // The last byte of an error of the handshake is an alert of TLS (RFC 9001, section 4.8).
        if code >> 8 == 1
            && let Some(alert) = crate::protocols::numbers::TLS_ALERTS.name(code & 0xff)
        {
            let at = l.at() - 1;
            l.note(CC_ERROR_CODE_TLS_ALERT, at, at + 1, Value::Uint(code & 0xff));
            words.push_str(&format!(" ({alert})"));
        }
        variable(l, CC_FRAME_TYPE)?;
    } else {
        variable(l, CC_ERROR_CODE_APP)?;
    }
    let length = variable(l, CC_REASON_PHRASE_LENGTH)?;
    if length > 0 {
        l.bytes(CC_REASON_PHRASE, usize::try_from(length).unwrap_or(usize::MAX))?;
    }
    Ok(words)
}

/// The stream of handshake messages, whose parts come in whatever order (RFC 9000, section 19.6).
fn crypto_frame(l: &mut Layer<'_, '_>, named: &QuicConnection) -> Result<(), Stop> {
    let offset = variable(l, CRYPTO_OFFSET)?;
    let length = usize::try_from(variable(l, CRYPTO_LENGTH)?).unwrap_or(usize::MAX);
    let start = l.at();
    l.within(length, |l| {
        let bytes = l.rest();
        l.note(CRYPTO_CRYPTO_DATA, start, start + bytes.len(), Value::None);
        let side = u8::from(named.from_server);
        let source = ByteSource { name: "quic.crypto", number: named.number.into(), side };
        let Plan { repeated, waits, overlap, joined, .. } = l.desegment(source, Some(offset), in_order);
        if repeated {
            if !bytes.is_empty() {
                let words = "This QUIC frame has a reused stream offset (retransmission?)";
                l.below(|l| odd(l, RETRANSMISSION, words));
            }
            return Ok(());
        }
        if waits {
            return Ok(());
        }
        if overlap > 0 {
            let words = "This QUIC frame overlaps a previous frame in the stream";
            l.below(|l| odd(l, OVERLAP, words));
        }
        match joined {
            None => {
                l.skip(overlap as usize)?;
                l.enclose(HANDSHAKE, source);
            }
            Some(joined) => l.on_assembled("Reassembled QUIC CRYPTO", &joined, |l| {
                let fields = [CRYPTO_FRAGMENTS, CRYPTO_FRAGMENT, CRYPTO_FRAGMENT_COUNT];
                reassembly::parts(l, fields, "Reassembled QUIC CRYPTO Data Fragments", &joined);
                l.enclose(HANDSHAKE, source);
            }),
        }
        Ok(())
    })
}

/// Bytes are put in order here; where messages end is for the handshake to know.
fn in_order(_: &[u8], _: &Measuring<'_>) -> Measure {
    Measure::Unframed
}

/// What reads the messages of a handshake (RFC 9001, section 4).
const HANDSHAKE: crate::dissect::Next = crate::dissect::Next::named("tls");
