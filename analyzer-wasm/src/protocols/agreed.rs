//! What the two sides of a TLS handshake agreed on, by the stream that carries it: who carries the handshake asks for it, too.

use crate::memory::{History, Stream};

/// What the server chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Agreed {
    /// The version, as on the wire.
    pub version: u16,
    /// The cipher suite (IANA, "TLS Cipher Suites"); 0 before the server chose one.
    pub cipher: u16,
}

/// What was agreed on in a stream.
pub static AGREED: History<Stream, Agreed> = History::new(1 << 20);
