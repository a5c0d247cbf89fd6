//! What the packets of one SSH connection know of each other: its version, what both sides propose, who encrypts.

use crate::dissect::Layer;
use crate::memory::{History, Stream};
use crate::protocols::lines;
use std::sync::Arc;

/// By stream: the version, 1 or 2, which the client's first line decides.
pub(super) static VERSION: History<Stream, u8> = History::new(1 << 20);
/// By stream: whether the client and the server encrypt.
pub(super) static ENCRYPTS: History<Stream, [bool; 2]> = History::new(1 << 20);
/// By stream: whether a key exchange came to its end, so that cipher, MAC and compression are known.
static EXCHANGED: History<Stream, bool> = History::new(1 << 20);
/// By stream and side: the packet with its first line.
static GREETED: History<(Stream, bool), u32> = History::new(1 << 20);
/// By stream and side: what it proposes.
static PROPOSED: History<(Stream, bool), Arc<Proposal>> = History::new(1 << 18);
/// By stream and side: the number of the next packet, as far as they are counted.
static NUMBERS: History<(Stream, bool), u32> = History::new(1 << 20);

/// The lists of one KEXINIT (RFC 4253, section 7.1): for key exchange, and to the server and to the client those for
/// encryption, MAC and compression.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Proposal {
    pub(super) kex: String,
    pub(super) encryption: [String; 2],
    pub(super) mac: [String; 2],
    pub(super) compression: [String; 2],
}

/// What is known of a connection at this packet, and the side that sent the packet.
pub(super) struct SshConnection {
    stream: Stream,
    /// Whether the server sent the packet.
    pub(super) is_response: bool,
    pub(super) version: u8,
    encrypts: [bool; 2],
    exchanged: bool,
    /// Whether a line with the version is read as one.
    pub(super) greets: bool,
    proposed: [Option<Arc<Proposal>>; 2],
    number: u32,
}

impl SshConnection {
    pub(super) fn of(l: &mut Layer<'_, '_>) -> SshConnection {
        let (is_response, frame) = (!lines::is_request(l, &super::PROTOCOL), l.packet().number);
        let memory = l.memory();
        let stream = memory.stream();
        SshConnection {
            stream,
            is_response,
            version: memory.last(&VERSION, &stream).copied().unwrap_or_default(),
            encrypts: memory.before(&ENCRYPTS, &stream).copied().unwrap_or_default(),
            exchanged: memory.last(&EXCHANGED, &stream).is_some(),
            greets: memory.before(&GREETED, &(stream, is_response)).is_none_or(|greeted| *greeted == frame),
            proposed: [false, true].map(|side| memory.last(&PROPOSED, &(stream, side)).cloned()),
            number: memory.before(&NUMBERS, &(stream, is_response)).copied().unwrap_or_default(),
        }
    }

    /// The first line of a side came.
    pub(super) fn greeted(&mut self, l: &mut Layer<'_, '_>, line: &[u8]) {
        let frame = l.packet().number;
        l.memory().append(&GREETED, (self.stream, self.is_response), frame);
        if !self.is_response {
            // RFC 4253, section 5.1: 1.99 stands for 2.0 with older ones.
            self.version = match line {
                [_, _, _, _, b'2', b'.', ..] | [_, _, _, _, b'1', b'.', b'9', b'9', ..] => 2,
                [_, _, _, _, b'1', b'.', ..] => 1,
                _ => return,
            };
            l.memory().append(&VERSION, self.stream, self.version);
        }
    }

    /// Whether the sender encrypts.
    pub(super) fn encrypts(&self) -> bool {
        let [client, server] = self.encrypts;
        if self.is_response { server } else { client }
    }

    /// The sender encrypts from here on.
    pub(super) fn encrypt(&mut self, l: &mut Layer<'_, '_>) {
        if let Some(side) = self.encrypts.get_mut(usize::from(self.is_response)) {
            *side = true;
        }
        l.memory().append(&ENCRYPTS, self.stream, self.encrypts);
    }

    /// The sender proposes; its packets are counted from here on.
    pub(super) fn propose(&mut self, l: &mut Layer<'_, '_>, proposal: Proposal) {
        let proposal = Arc::new(proposal);
        if let Some(side) = self.proposed.get_mut(usize::from(self.is_response)) {
            *side = Some(proposal.clone());
        }
        l.memory().append(&PROPOSED, (self.stream, self.is_response), proposal);
        self.number = 1;
        l.memory().append(&NUMBERS, (self.stream, self.is_response), 1);
    }

    /// The number of the next packet.
    pub(super) fn number(&self) -> u32 {
        self.number
    }

    /// Counts a packet.
    pub(super) fn count(&mut self, l: &mut Layer<'_, '_>) {
        self.number = self.number.wrapping_add(1);
        l.memory().append(&NUMBERS, (self.stream, self.is_response), self.number);
    }

    /// The exchange came to its end: both sides know the key.
    pub(super) fn exchanged(&mut self, l: &mut Layer<'_, '_>) {
        self.exchanged = true;
        l.memory().append(&EXCHANGED, self.stream, true);
    }

    /// The method of the key exchange, once both sides proposed.
    pub(super) fn method(&self) -> Option<&str> {
        self.agreed(|proposal| &proposal.kex)
    }

    /// The sender's cipher, once the exchange came to its end.
    pub(super) fn cipher(&self) -> Option<&str> {
        let side = usize::from(self.is_response);
        self.agreed(|proposal| pick(&proposal.encryption, side)).filter(|_| self.exchanged)
    }

    /// The sender's MAC, once the exchange came to its end; a cipher that authenticates has none.
    pub(super) fn mac(&self) -> Option<&str> {
        let side = usize::from(self.is_response);
        let authenticates = self.cipher().is_some_and(|cipher| cipher.contains("gcm") || cipher.contains("poly1305"));
        self.agreed(|proposal| pick(&proposal.mac, side)).filter(|_| self.exchanged && !authenticates)
    }

    /// What follows the version in the title of a packet.
    pub(super) fn words(&self) -> String {
        let side = usize::from(self.is_response);
        let compression = self.agreed(|proposal| pick(&proposal.compression, side)).filter(|_| self.exchanged);
        let parts = [("encryption", self.cipher()), ("mac", self.mac().filter(|mac| *mac == SHOWN_MAC))];
        let parts = parts.into_iter().chain([("compression", compression)]);
        let words: Vec<String> = parts.filter_map(|(of, name)| Some(format!("{of}:{}", name?))).collect();
        if words.is_empty() { String::new() } else { format!(" ({})", words.join(" ")) }
    }

    /// The first of the client's list that the server has too (RFC 4253, section 7.1).
    fn agreed(&self, list: impl Fn(&Proposal) -> &str) -> Option<&str> {
        let [Some(client), Some(server)] = &self.proposed else { return None };
        let server: &Proposal = server;
        list(client).split(',').find(|name| !name.is_empty() && list(server).split(',').any(|other| other == *name))
    }
}

/// The one MAC that Wireshark 4.0 checks, and names.
const SHOWN_MAC: &str = "hmac-sha2-256";

fn pick(both: &[String; 2], side: usize) -> &str {
    both.get(side).map_or("", String::as_str)
}
