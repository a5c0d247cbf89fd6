//! What follows a CONNECT or an upgrade: bytes of another protocol (RFC 9110, sections 9.3.6 and 7.8).
//!
//! [`Slot::HttpMethod`] keeps the method in its lowest byte, the port that was asked for above it, and the packet with
//! the response that opened the tunnel, or switched the protocol, above that.

use super::{CONNECT, TUNNEL, UPGRADED};
use crate::dissect::{Layer, Next};
use crate::memory::Slot;
use crate::protocols::tables::TCP_PORT;

/// The status code that grants an upgrade.
pub(super) const SWITCHING: u16 = 101;

/// The port of `host:port`; 0 without one.
pub(super) fn port_of(uri: &[u8]) -> u16 {
    let digits = uri.rsplit(|byte| *byte == b':').next().unwrap_or_default();
    std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

/// A response came: whether it opens a tunnel, or switches to the protocol that it names.
pub(super) fn opened(l: &mut Layer<'_, '_>, code: u16, upgrade: bool) {
    let value = l.memory().recall(Slot::HttpMethod).unwrap_or_default();
    let frame = u64::from(l.packet().number);
    if value & 0xff == CONNECT && (200..300).contains(&code) {
        l.memory().remember(Slot::HttpMethod, frame << 32 | value & 0xff_ff00 | TUNNEL);
    } else if upgrade && code == SWITCHING && l.memory().recall(Slot::HttpRequests).is_some() {
        l.memory().remember(Slot::HttpMethod, frame << 32 | UPGRADED);
    }
}

/// Whether an earlier packet switched the connection to another protocol.
pub(super) fn upgraded(l: &mut Layer<'_, '_>) -> bool {
    let value = l.memory().recall(Slot::HttpMethod).unwrap_or_default();
    value & 0xff == UPGRADED && value >> 32 < u64::from(l.packet().number)
}

/// The port at the far end, in a tunnel that an earlier packet opened.
pub(super) fn port(l: &mut Layer<'_, '_>) -> Option<u16> {
    let value = l.memory().recall(Slot::HttpMethod)?;
    // What the tunnel carries may be HTTP again, which is no tunnel in the tunnel.
    let outermost = l.stack().rev().nth(1).is_none_or(|outer| outer.name != super::PROTOCOL.name);
    let open = value & 0xff == TUNNEL && value >> 32 < u64::from(l.packet().number);
    (open && outermost).then_some((value >> 8) as u16)
}

/// What the tunnel carries, by the port, else by its looks.
pub(super) fn inside(l: &mut Layer<'_, '_>, port: u16) -> Next {
    l.find(&TCP_PORT, port).or_else(|| l.recognise(&TCP_PORT)).map_or(Next::Data, Next::Protocol)
}
