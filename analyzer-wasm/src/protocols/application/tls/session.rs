//! What the records of one connection know of each other: version, cipher suite, and who encrypts since when.

use super::*;
use crate::memory::{ByteSource, History, Place, Stream};
use crate::protocols::agreed::{AGREED, Agreed};

/// By stream: the packets with the first ChangeCipherSpec of each side, 0 for none.
static ENCRYPTED: History<Stream, [u32; 2]> = History::new(1 << 20);
/// By stream: the protocol inside, as both sides agreed, by its place in [`AGREED_INSIDE`].
static INSIDE: History<Stream, usize> = History::new(1 << 20);

/// What is known of a connection at this packet.
pub(super) struct TlsConnection {
    version: Option<u16>,
    cipher: u16,
    frame: u32,
    stream: Stream,
    side: bool,
    changed: [u32; 2],
    changed_here: bool,
    inside: Option<usize>,
}

impl TlsConnection {
    pub(super) fn of(l: &mut Layer<'_, '_>) -> TlsConnection {
        let frame = l.packet().number;
        let (_, side) = l.endpoints().canonical();
        // A second layer in the same packet (after a message that was put together) knows what the first one learnt.
        let first = l.stack().filter(|protocol| protocol.name == PROTOCOL.name).count() < 2;
        let memory = l.memory();
        let stream = memory.stream();
        // What this packet itself will choose does not count for its own beginning.
        let own = |place: Place| first && place.frame == frame;
        let chosen = memory.last_at(&AGREED, &stream).filter(|(place, _)| !own(*place)).map(|(_, agreed)| *agreed);
        TlsConnection {
            version: chosen.map(|chosen| chosen.version).filter(|version| *version != 0),
            cipher: chosen.map_or(0, |chosen| chosen.cipher),
            frame,
            stream,
            side,
            changed: memory.before(&ENCRYPTED, &stream).copied().unwrap_or_default(),
            changed_here: false,
            inside: memory.before(&INSIDE, &stream).copied(),
        }
    }

    /// The connection has no records, and thus no version before this one (RFC 9001, section 4.2).
    pub(super) fn without_records(&mut self) {
        self.version = Some(TLS_1_3);
    }

    /// The version, once the server chose one.
    pub(super) fn version(&self) -> Option<u16> {
        self.version
    }

    /// What the sender's records carry, one behind the other.
    pub(super) fn source(&self, name: &'static str) -> ByteSource {
        ByteSource::of_stream(name, self.stream, self.side)
    }

    /// The cipher suite, once the server chose one.
    pub(super) fn cipher(&self) -> u16 {
        self.cipher
    }

    /// A record begins: the version by which it is called. Any message but a ClientHello settles it, a first time.
    pub(super) fn record(&mut self, l: &mut Layer<'_, '_>, content_type: u8, version: u16, next_byte: u8) -> u16 {
        if let Some(version) = self.version {
            return version;
        }
        let settles = match content_type {
            HANDSHAKES => {
                next_byte != handshake::CLIENT_HELLO && names::HANDSHAKE_TYPES.name(next_byte.into()).is_some()
            }
            CHANGE_CIPHER => true,
            _ => false,
        };
        if settles {
            self.choose(l, version, 0);
        }
        version
    }

    /// The server chose a version and a cipher suite.
    pub(super) fn choose(&mut self, l: &mut Layer<'_, '_>, version: u16, cipher: u16) {
        let version = settled(version);
        if short_name(version) == "SSL" || (self.version == Some(version) && self.cipher == cipher) {
            return;
        }
        self.version = Some(version);
        self.cipher = cipher;
        l.memory().append(&AGREED, self.stream, Agreed { version, cipher });
    }

    /// The sender encrypts from here on.
    pub(super) fn change_cipher_spec(&mut self, l: &mut Layer<'_, '_>) {
        self.changed_here = true;
        if let Some(changed) = self.changed.get_mut(usize::from(self.side)).filter(|changed| **changed == 0) {
            *changed = self.frame;
            l.memory().append(&ENCRYPTED, self.stream, self.changed);
        }
    }

    /// Whether handshake messages of this sender are encrypted here. In TLS 1.3 a ChangeCipherSpec means nothing and
    /// encrypted messages travel as application data (RFC 8446, appendix D.4).
    pub(super) fn is_encrypted(&self) -> bool {
        let since = self.changed.get(usize::from(self.side)).copied().unwrap_or_default();
        self.version != Some(TLS_1_3) && (self.changed_here || (since != 0 && since < self.frame))
    }

    /// The server agreed to a protocol inside (RFC 7301).
    pub(super) fn agree(&mut self, l: &mut Layer<'_, '_>, protocol: &[u8]) {
        if let Some(place) = AGREED_INSIDE.iter().position(|(name, _)| name.as_bytes() == protocol) {
            self.inside = Some(place);
            l.memory().append(&INSIDE, self.stream, place);
        }
    }

    /// The protocol inside, as both sides agreed, else by the port.
    pub(super) fn application(&self, l: &Layer<'_, '_>) -> Option<&'static str> {
        if let Some((_, name)) = self.inside.and_then(|place| AGREED_INSIDE.get(place)) {
            return Some(name);
        }
        let endpoints = l.endpoints();
        let by_port = |port| INSIDE_BY_PORT.iter().find(|(known, _)| *known == port).map(|(_, name)| *name);
        let (source, destination) = (endpoints.source_port, endpoints.destination_port);
        by_port(source.min(destination)).or_else(|| by_port(source.max(destination)))
    }
}

/// What names of ALPN stand for (IANA, "TLS Application-Layer Protocol Negotiation (ALPN) Protocol IDs").
const AGREED_INSIDE: &[(&str, &str)] = &[
    ("h2", "HyperText Transfer Protocol 2"),
    ("http/1.1", "Hypertext Transfer Protocol"),
    ("http/1.0", "Hypertext Transfer Protocol"),
    ("spdy/3.1", "SPDY"),
    ("spdy/3", "SPDY"),
    ("dot", "Domain Name System"),
    ("imap", "Internet Message Access Protocol"),
    ("pop3", "Post Office Protocol"),
];

/// What the ports carry inside of TLS.
const INSIDE_BY_PORT: &[(u16, &str)] = &[
    (443, "Hypertext Transfer Protocol"),
    (465, "Simple Mail Transfer Protocol"),
    (636, "Lightweight Directory Access Protocol"),
    (853, "Domain Name System"),
    (993, "Internet Message Access Protocol"),
    (995, "Post Office Protocol"),
    (5061, "Session Initiation Protocol"),
    (5671, "Advanced Message Queuing Protocol"),
    (8883, "MQ Telemetry Transport Protocol"),
];

/// The version that a draft of TLS 1.3 is a draft of.
pub(super) fn settled(version: u16) -> u16 {
    if matches!(version, 0x7f0e..=0x7f1c | 0xfb17 | 0xfb1a) { TLS_1_3 } else { version }
}

/// What the Protocol column calls a version.
pub(super) fn short_name(version: u16) -> &'static str {
    match version {
        SSL_2 => "SSLv2",
        SSL_3 => "SSLv3",
        TLS_1 => "TLSv1",
        0x0302 => "TLSv1.1",
        TLS_1_2 => "TLSv1.2",
        TLS_1_3 => "TLSv1.3",
        0x0101 => "GMTLS",
        _ => "SSL",
    }
}
