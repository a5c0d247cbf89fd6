//! What follows a CONNECT or an upgrade: bytes of another protocol (RFC 9110, sections 9.3.6 and 7.8).

use super::exchange::{self, ExchangeState};
use crate::dissect::{Layer, Next};
use crate::protocols::tables::TCP_PORT;

/// The status code that grants an upgrade.
pub(super) const SWITCHING: u16 = 101;

/// The port of `host:port`; 0 without one.
pub(super) fn port_of(uri: &[u8]) -> u16 {
    let digits = uri.rsplit(|byte| *byte == b':').next().unwrap_or_default();
    std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

/// Whether an earlier packet switched the connection to another protocol.
pub(super) fn upgraded(l: &mut Layer<'_, '_>) -> bool {
    exchange::state(l) == ExchangeState::Upgraded
}

/// The port at the far end, in a tunnel that an earlier packet opened.
pub(super) fn port(l: &mut Layer<'_, '_>) -> Option<u16> {
    let ExchangeState::Tunnel(port) = exchange::state(l) else { return None };
    // What the tunnel carries may be HTTP again, which is no tunnel in the tunnel.
    let outermost = l.stack().rev().nth(1).is_none_or(|outer| outer.name != super::PROTOCOL.name);
    outermost.then_some(port)
}

/// What the tunnel carries, by the port, else by its looks.
pub(super) fn inside(l: &mut Layer<'_, '_>, port: u16) -> Next {
    l.find(&TCP_PORT, port).or_else(|| l.recognise(&TCP_PORT)).map_or(Next::Data, Next::Protocol)
}
