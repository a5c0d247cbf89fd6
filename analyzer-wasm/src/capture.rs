//! Capture files: bytes in chunks of any size become records.
//!
//! A [`Reader`] recognises the format by its content (pcap or pcapng, compressed or not), delimits the records itself, and
//! hands each to a closure as soon as it is whole. Nothing is copied where a record lies within one chunk.

mod compressed;
mod contents;
mod framing;
mod interface;
mod pcap;
mod pcapng;
mod recognise;
mod tally;

pub(crate) use tally::counted;
pub use tally::grouped;
#[cfg(test)]
mod tests;
mod time;
mod unpacked;

use std::net::IpAddr;

pub use interface::{Interface, LinkType};
pub use time::Timestamp;
pub use unpacked::Unpacked;

use contents::Contents;

/// Bytes that can be read anywhere: a file on disk, a Blob in the browser, or an unpacked copy in memory.
pub trait Source {
    /// How many bytes there are.
    fn size(&self) -> u64;

    /// Fills `into` with the bytes from `at` on; an error where there are fewer.
    fn read(&self, at: u64, into: &mut [u8]) -> Result<(), ReadError>;
}

/// Why bytes could not be read, in a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError(pub String);

/// Why a file is not a capture that can be read: one or two sentences naming what was found and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable(pub String);

/// One captured packet, as it stands in the file.
#[derive(Debug)]
pub struct Record<'a> {
    /// Of the packet's first byte in the (unpacked) capture.
    pub offset: u64,
    /// What was captured of the packet.
    pub bytes: &'a [u8],
    /// The packet's length on the wire, in bytes; usually at least that of `bytes`, but a file can say anything.
    pub length: u32,
    /// When it was captured; a pcapng Simple Packet Block has no time.
    pub time: Option<Timestamp>,
    /// What the packet begins with, by its interface.
    pub link: LinkType,
    /// Index into [`Reader::interfaces`], counted over all sections.
    pub interface: u32,
    /// The section that holds it, from 0; always 0 in a pcap.
    pub section: u32,
    /// What a pcapng block says beyond that, for the few blocks that do.
    pub extra: Option<Box<Extra>>,
}

/// Whose a pcapng Custom Block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Custom {
    /// Private Enterprise Number (IANA).
    pub owner: u32,
    /// Whether tools that change the file shall keep it.
    pub copied: bool,
}

/// Options of a pcapng Enhanced Packet Block (draft-ietf-opsawg-pcapng, section 4.3).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Extra {
    /// `opt_comment`: remarks that people or tools wrote, in order.
    pub comments: Vec<String>,
    /// `epb_flags`: direction, reception type, FCS length in bytes, and link-layer errors, as bits.
    pub flags: Option<u32>,
    /// `epb_packetid`: the same packet at several interfaces has the same number.
    pub packet_id: Option<u64>,
    /// `epb_dropcount`: packets lost between this and the preceding packet of the interface.
    pub dropped: Option<u64>,
    /// `epb_queue`: the interface's queue that took it in.
    pub queue: Option<u32>,
    /// A Custom Block's owner, where the record is one: contents that a program keeps among the packets (section 4.7).
    pub custom: Option<Custom>,
    /// `epb_verdict`: which kind of thing decided (0 hardware, 1 eBPF TC, 2 eBPF XDP), and its verdict's bytes as stored.
    pub verdicts: Vec<(u8, Vec<u8>)>,
}

/// Reads one capture, fed with the file's bytes in order.
#[derive(Default)]
pub struct Reader {
    contents: Contents,
}

impl Reader {
    /// A reader that has seen nothing yet.
    pub fn new() -> Reader {
        Reader::default()
    }

    /// A reader that keeps at most so many bytes of a compressed capture, and shows the packets among these. Without this
    /// the limit is 1.5 GiB on 32 bits, and else 16 GiB.
    pub fn keeping(bytes: u64) -> Reader {
        Reader { contents: Contents::keeping(Some(bytes)) }
    }

    /// A reader for who looks at each record once, as soon as it comes: no record waits for those behind it, and of a
    /// compressed capture nothing is kept, however large it is.
    pub fn passing() -> Reader {
        Reader { contents: Contents::keeping(None) }
    }

    /// Takes the next bytes of the file, any number, and calls `each` for every record that is now whole.
    ///
    /// An error is final. A capture that is damaged after its beginning is no error: its records up to there come, further
    /// bytes are ignored, and [`Reader::notes`] says what happened.
    pub fn feed(&mut self, chunk: &[u8], each: &mut dyn FnMut(Record<'_>)) -> Result<(), Unreadable> {
        self.contents.feed(chunk, each)
    }

    /// No more bytes come: hands out what was held back to the end, and fails where the bytes are no capture at all.
    pub fn finish(&mut self, each: &mut dyn FnMut(Record<'_>)) -> Result<(), Unreadable> {
        self.contents.finish(each)
    }

    /// The interfaces known so far. A pcap has one.
    pub fn interfaces(&self) -> &[Interface] {
        self.contents.interfaces()
    }

    /// The file's format in words, such as "pcap with nanoseconds, big-endian"; empty until it is recognised.
    pub fn format(&self) -> String {
        self.contents.format()
    }

    /// What the user should know about the capture, in sentences; complete after [`Reader::finish`].
    pub fn notes(&self) -> Vec<String> {
        self.contents.notes()
    }

    /// Whether packets are missing at the end: the file ends within a packet, or is damaged from some point on.
    pub fn cut_short(&self) -> bool {
        self.contents.cut_short()
    }

    /// How the capture ends, where it is [`Reader::cut_short`]: a clause such as "ends in the middle of packet 4,813".
    pub fn bad_end(&self) -> Option<String> {
        self.contents.bad_end()
    }

    /// How many bytes from the file's beginning are whole: its head, and the records or blocks after it. `None` for a
    /// compressed file, which cannot be cut there.
    pub fn whole(&self) -> Option<u64> {
        self.contents.whole()
    }

    /// Whether nothing that is fed from now on will be looked at.
    pub fn stopped(&self) -> bool {
        self.contents.stopped()
    }

    /// Addresses and their names from Name Resolution Blocks, in file order.
    pub fn names(&self) -> &[(IpAddr, String)] {
        self.contents.names()
    }

    /// The unpacked bytes of a compressed capture, in which [`Record::offset`] counts; they grow while the capture is fed.
    /// `None` where the file itself can be read at that offset, and before the first bytes showed which it is.
    pub fn unpacked(&self) -> Option<Unpacked> {
        self.contents.unpacked()
    }
}
