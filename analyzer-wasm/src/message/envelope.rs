//! The envelope: requests, replies, and the number that ties them together.

use super::{
    Chosen, Completions, Evidence, Macro, Nothing, Opened, PacketDetails, PacketRow, PairsShown, PairsWanted,
    ReportFile, ReportFormat, Verdict,
};
use serde::{Deserialize, Serialize};

/// The encoding of a message.
pub fn encode<T: Serialize>(message: &T) -> Vec<u8> {
    postcard::to_allocvec(message).unwrap_or_default()
}

/// A message from its encoding, or nothing when the bytes are no such message.
pub fn decode<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Option<T> {
    postcard::from_bytes(bytes).ok()
}

/// A request or reply with the serial number that ties them together. Serial 0 is a reply to no request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Envelope<T> {
    /// The request's number, counted up by the page from 1.
    pub serial: u32,
    /// What is asked or answered.
    pub body: T,
}

/// What the page asks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Read this capture; its bytes travel beside the message, as a `File` or `Blob`. Replaces the open capture.
    Open {
        /// The file's name, for people.
        name: String,
    },
    /// Stop what is running: reading keeps what was read, filtering keeps the earlier filter.
    Cancel,
    /// The displayed packets at positions `start..end` of the list (of displayed packets, from 0).
    Rows {
        /// First position.
        start: u32,
        /// Position after the last.
        end: u32,
    },
    /// The tree and the bytes of one packet.
    Packet {
        /// Its number in the capture, from 1.
        frame: u32,
    },
    /// Whether a filter can be understood. Nothing is applied.
    Check {
        /// The filter's text.
        text: String,
    },
    /// Display only the packets that this filter selects; an empty text displays all.
    Filter {
        /// The filter's text.
        text: String,
        /// The selected packet, which references such as `${ip.src}` are about; 0 for none.
        selected: u32,
    },
    /// What can be written at a place of a filter.
    Complete {
        /// The filter's text.
        text: String,
        /// Where the cursor stands, in bytes of UTF-8.
        at: u32,
    },
    /// The macros that filters may call from now on.
    Macros(Vec<Macro>),
    /// Where a packet stands in the list of displayed packets.
    Locate {
        /// Its number in the capture, from 1.
        frame: u32,
    },
    /// Lookups and connections, and which led to which.
    Pairs(PairsWanted),
    /// Why a connection was paired as it was, or what became of a lookup.
    Evidence(Chosen),
    /// A hand-in about one site.
    Report {
        /// The pair that it is about.
        chosen: Chosen,
        /// As what it is written.
        format: ReportFormat,
    },
}

/// What the analyzer answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Reply {
    /// The analyzer runs and waits for requests.
    Ready(Ready),
    /// `Open`: so much of the capture was read. Rows can be asked for while it goes on.
    Reading(Progress),
    /// `Open`: the whole capture, or as much as there is, was read.
    Opened(Opened),
    /// The request could not be answered: what happened and what to do, in a sentence or two.
    Failed(String),
    /// `Rows`: the rows from position `start` on.
    Rows {
        /// Position of the first.
        start: u32,
        /// As many as exist of those that were asked for.
        rows: Vec<PacketRow>,
    },
    /// `Packet`.
    Packet(PacketDetails),
    /// `Check`, and `Filter` when the text cannot be understood.
    Checked(Verdict),
    /// `Filter`: so far this many packets were examined and this many are displayed.
    Filtering {
        /// Packets examined.
        examined: u32,
        /// Packets displayed.
        displayed: u32,
    },
    /// `Filter`: done; the list now holds this many packets.
    Filtered {
        /// Packets displayed.
        displayed: u32,
        /// Valid or caution: what to say of the filter.
        verdict: Verdict,
    },
    /// `Filter`, after `Filtered` displayed nothing: why.
    Nothing(Nothing),
    /// `Complete`.
    Completed(Completions),
    /// `Locate`: the position, or nothing when the filter hides the packet.
    Located {
        /// The packet.
        frame: u32,
        /// Its position in the list.
        position: Option<u32>,
    },
    /// `Pairs`.
    Pairs(PairsShown),
    /// `Evidence`.
    Evidence(Evidence),
    /// `Report`: so much of the capture was read, to tell it from others.
    Reporting {
        /// Bytes read.
        read: u64,
        /// Bytes of the file.
        size: u64,
    },
    /// `Report`: done.
    Report(ReportFile),
    /// `Cancel`: stopped.
    Cancelled,
}

/// What the analyzer can do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ready {
    /// The analyzer's version.
    pub version: String,
    /// Every field that filters and trees know, in the order of their protocols.
    pub fields: Vec<FieldEntry>,
}

/// One line of the field reference.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldEntry {
    /// Filter name, as `dns.qry.name`.
    pub name: String,
    /// Title, as `Name`.
    pub title: String,
    /// What a value is, in words, as `IPv4 address`.
    pub kind: String,
}

/// How far the reading is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Bytes of the file that were read.
    pub read: u64,
    /// Bytes of the file.
    pub size: u64,
    /// Packets found.
    pub packets: u32,
}
