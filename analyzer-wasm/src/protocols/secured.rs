//! Connections that go on as a session of TLS, once both sides agreed to that in the protocol that they spoke first.

use crate::dissect::Layer;
use crate::memory::{History, Measuring, Stream};
use crate::streams::Measure;

/// The streams that did.
static SECURED: History<Stream, bool> = History::new(1 << 18);

/// A port of TLS, by which its messages are measured.
const TLS_PORT: u16 = 443;

/// The rest of the stream is TLS.
pub(super) fn secure(l: &mut Layer<'_, '_>) {
    let stream = l.memory().stream();
    if !l.quoted() {
        l.memory().append(&SECURED, stream, true);
    }
}

/// Whether the stream is TLS from here on: what the protocol then takes for none of its own is known by its looks.
pub(super) fn is_secured(l: &mut Layer<'_, '_>) -> bool {
    let stream = l.memory().stream();
    l.memory().before(&SECURED, &stream).is_some()
}

/// How long a message of TLS is that begins with these bytes; nothing where the stream is not TLS.
pub(super) fn pdu_length(bytes: &[u8], measuring: &Measuring<'_>) -> Option<Measure> {
    measuring.before(&SECURED)?;
    let carried = measuring.carried(TLS_PORT, bytes);
    Some(carried.and_then(|(_, length)| length).map_or(Measure::Unframed, |length| length(bytes, measuring)))
}
