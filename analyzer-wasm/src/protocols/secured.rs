//! Connections that go on as a session of TLS, once both sides agreed to that in the protocol that they spoke first.

use crate::dissect::Layer;
use crate::memory::{History, Measuring, Stream};
use crate::streams::Measure;

/// The streams that did.
static SECURED: History<Stream, bool> = History::new(1 << 18);

/// The rest of the stream is TLS.
pub(super) fn secure(l: &mut Layer<'_, '_>) {
    l.keep(&SECURED, true);
}

/// Whether the stream is TLS from here on, and the bytes look like it: what the protocol then takes for none of its own
/// is known by its looks. Who decrypted a capture leaves the text alone.
pub(super) fn is_secured(l: &mut Layer<'_, '_>) -> bool {
    looks(l.rest()) && l.recall(&SECURED)
}

/// Whether bytes begin as a record does (RFC 8446, section 5.1).
fn looks(bytes: &[u8]) -> bool {
    matches!(bytes, [20..=24] | [20..=24, 3, ..])
}

/// For what is read segment by segment before the stream is TLS.
pub(super) fn as_it_comes(bytes: &[u8], measuring: &Measuring<'_>) -> Measure {
    pdu_length(bytes, measuring).unwrap_or(Measure::Unframed)
}

/// How long a message of TLS is that begins with these bytes; nothing where the stream is not TLS.
pub(super) fn pdu_length(bytes: &[u8], measuring: &Measuring<'_>) -> Option<Measure> {
    measuring.before(&SECURED).filter(|_| measuring.resumed || looks(bytes))?;
    Some(measuring.as_of("tls", bytes))
}
