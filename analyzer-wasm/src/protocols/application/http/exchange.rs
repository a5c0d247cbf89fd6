//! What the requests and responses of a stream make of what follows them.

use super::tunnel;
use crate::dissect::Layer;
use crate::memory::{History, Stream};

/// The state of a stream behind its last message, which decides how the next bytes are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum ExchangeState {
    /// Messages like any others.
    #[default]
    Open,
    /// The response to a HEAD has no body (RFC 9112, section 6.3).
    Head,
    /// A CONNECT asked for a tunnel to this port.
    Connect(u16),
    /// The tunnel to this port is open.
    Tunnel(u16),
    /// A response switched to another protocol.
    Upgraded,
}

/// The state of a stream behind its messages.
pub(super) static STATE: History<Stream, ExchangeState> = History::new(1 << 22);
/// How many requests a stream had.
pub(super) static REQUESTS: History<Stream, u32> = History::new(1 << 22);
/// How many responses a stream had.
pub(super) static RESPONSES: History<Stream, u32> = History::new(1 << 22);

/// In which packet a request of a stream ended, by its number.
static REQUEST_IN: History<(Stream, u32), u32> = History::new(1 << 22);

/// The number of this message among those of its direction, from 1.
pub(super) fn next(l: &mut Layer<'_, '_>, messages: &'static History<Stream, u32>) -> u32 {
    let stream = l.memory().stream();
    let number = l.memory().before(messages, &stream).copied().unwrap_or_default() + 1;
    l.memory().append(messages, stream, number);
    number
}

/// Keeps where the request with this number is.
pub(super) fn remember_request(l: &mut Layer<'_, '_>, number: u32) {
    let (stream, frame) = (l.memory().stream(), l.packet().number);
    l.memory().append(&REQUEST_IN, (stream, number), frame);
}

/// Where the request before the one with this number is.
pub(super) fn request_before(l: &mut Layer<'_, '_>, number: u32) -> Option<u32> {
    let stream = l.memory().stream();
    l.memory().before(&REQUEST_IN, &(stream, number.checked_sub(1)?)).copied()
}

/// Where the last response is.
pub(super) fn response_before(l: &mut Layer<'_, '_>) -> Option<u32> {
    let stream = l.memory().stream();
    l.memory().before_at(&RESPONSES, &stream).map(|(place, _)| place.frame)
}

/// The number of all messages of a direction, as far as they are known.
pub(super) fn total(l: &mut Layer<'_, '_>, messages: &'static History<Stream, u32>) -> u32 {
    let stream = l.memory().stream();
    l.memory().last(messages, &stream).copied().unwrap_or_default()
}

/// Whether a request came before.
pub(super) fn has_request(l: &mut Layer<'_, '_>) -> bool {
    let stream = l.memory().stream();
    l.memory().before(&REQUESTS, &stream).is_some()
}

/// A request came.
pub(super) fn requested(l: &mut Layer<'_, '_>, method: &[u8], uri: &[u8]) {
    let state = match method {
        b"HEAD" => ExchangeState::Head,
        b"CONNECT" => ExchangeState::Connect(tunnel::port_of(uri)),
        _ => ExchangeState::Open,
    };
    l.keep(&STATE, state);
}

/// A response came: it may open a tunnel, or switch to the protocol that it names.
pub(super) fn responded(l: &mut Layer<'_, '_>, code: u16, upgrade: bool) {
    match l.recall(&STATE) {
        ExchangeState::Connect(port) if (200..300).contains(&code) => l.keep(&STATE, ExchangeState::Tunnel(port)),
        _ if upgrade && code == tunnel::SWITCHING && has_request(l) => l.keep(&STATE, ExchangeState::Upgraded),
        _ => {}
    }
}

/// The state that earlier packets left.
pub(super) fn state(l: &mut Layer<'_, '_>) -> ExchangeState {
    let (stream, frame) = (l.memory().stream(), l.packet().number);
    match l.memory().before_at(&STATE, &stream) {
        Some((place, state)) if place.frame < frame => *state,
        _ => ExchangeState::Open,
    }
}
