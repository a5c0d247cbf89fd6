//! Requests and replies: all that crosses between the page and the analyzer, in the page's words.
//!
//! Both ends are Rust, so a message is plain data encoded by `postcard`. Each request carries a serial number that every
//! reply to it repeats; a newer `Rows`, `Check` or `Filter` makes the answer to an older one worthless.

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
pub struct Numbered<T> {
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
    Pairs,
    /// Why this connection was paired as it was.
    Evidence {
        /// Its index in `Pairs::connections`.
        connection: u32,
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
        rows: Vec<Row>,
    },
    /// `Packet`.
    Packet(Packet),
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
    Pairs(Pairs),
    /// `Evidence`.
    Evidence {
        /// Index of the connection in `Pairs::connections`.
        connection: u32,
        /// Two or three sentences in which `#12` names packet 12.
        words: String,
    },
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

/// What a capture is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    /// The file's name.
    pub name: String,
    /// Bytes of the file.
    pub size: u64,
    /// Its format in words, as `pcap, gzip-compressed`.
    pub format: String,
    /// Number of packets.
    pub packets: u32,
    /// Seconds from the earliest packet to the latest.
    pub duration: f64,
    /// When the first packet was captured, in words (UTC); empty without packets.
    pub start: String,
    /// Number of DNS lookups, and of connections that began in the capture.
    pub lookups: u32,
    /// Number of connections that began in the capture.
    pub connections: u32,
    /// The busiest addresses, busiest first, at most twenty.
    pub hosts: Vec<Host>,
    /// What the user should know of the file, a sentence each: cut short, unknown blocks, limits.
    pub notes: Vec<String>,
}

/// One address of the capture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Host {
    /// The address in text.
    pub address: String,
    /// Packets from or to it.
    pub packets: u32,
    /// The filter that selects them.
    pub filter: String,
}

/// One line of the packet list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Number in the capture, from 1.
    pub frame: u32,
    /// Seconds since the first packet, with six or nine digits.
    pub time: String,
    /// Source address.
    pub source: String,
    /// Destination address.
    pub destination: String,
    /// Innermost protocol.
    pub protocol: String,
    /// Bytes on the wire.
    pub length: u32,
    /// What the packet says.
    pub info: String,
    /// Its colour, after Wireshark's default rules.
    pub tint: Tint,
}

/// Colour of a packet, after the names of Wireshark's default colouring rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Tint {
    /// No rule applies.
    Plain,
    /// Malformed, or TCP in trouble (retransmissions, lost segments and the like).
    Bad,
    /// Routing and link control: HSRP, STP, OSPF and their kin.
    Control,
    /// ICMP errors.
    IcmpError,
    /// ARP.
    Arp,
    /// ICMP and ICMPv6.
    Icmp,
    /// TCP resets.
    Reset,
    /// HTTP, and TCP to and from port 80.
    Http,
    /// TLS, and TCP to and from port 443.
    Tls,
    /// Beginnings and ends of TCP connections.
    SynFin,
    /// Other TCP.
    Tcp,
    /// UDP.
    Udp,
    /// Broadcast and multicast.
    Broadcast,
}

/// One packet in full.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Packet {
    /// Number in the capture, from 1.
    pub frame: u32,
    /// The detail tree in depth-first order.
    pub lines: Vec<Line>,
    /// The frame's bytes, then those of what was reassembled or unpacked from it.
    pub sources: Vec<Bytes>,
}

/// Bytes with a name, shown as one tab of the byte view.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bytes {
    /// As `Frame (74 bytes)`.
    pub name: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// One line of the detail tree.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// 0 for a protocol, 1 for its fields, and so on.
    pub depth: u8,
    /// What is shown.
    pub text: String,
    /// The field's filter name; empty for a line without one.
    pub field: String,
    /// The filter that selects packets with this value; empty where there is none.
    pub filter: String,
    /// Index into `Packet::sources`.
    pub source: u8,
    /// First byte, from the source's start.
    pub start: u32,
    /// Byte after the last; equal to `start` where the line stands on no bytes.
    pub end: u32,
    /// The packet that this line names; 0 for none.
    pub link: u32,
    /// What the line is.
    pub nature: Nature,
}

/// What a line of the tree is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Nature {
    /// A protocol's own line.
    Protocol,
    /// A field that stands in the bytes.
    Field,
    /// Something that the analyzer found out, shown in brackets.
    Generated,
    /// Something that is wrong with the packet, or cut off.
    Trouble,
}

/// What can be said of a filter's text before it is applied.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// Whether it can be applied.
    pub state: FilterState,
    /// What is wrong or worth knowing, in a sentence; empty when there is nothing to say.
    pub message: String,
    /// Which bytes of the text (UTF-8, half-open) the message is about.
    pub span: Option<(u32, u32)>,
    /// The texts that mend it, the likeliest first.
    pub fixes: Vec<Fix>,
    /// What the filter displays, in words; empty where it cannot be understood or displays everything.
    pub reading: String,
}

/// Whether a filter can be applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FilterState {
    /// No filter: every packet is displayed.
    Empty,
    /// Understood.
    Valid,
    /// Understood, with something worth knowing.
    Caution,
    /// Not understood.
    Invalid,
}

/// A change to the filter that one click makes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fix {
    /// What the button says, as `Use ==`.
    pub label: String,
    /// The whole filter after the change.
    pub text: String,
}

/// A filter with a name, for use in other filters: `${name}` or `$name(a, b)`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Macro {
    /// Letters, digits and `_`.
    pub name: String,
    /// The text that stands for it, with `$1`, `$2`, … for what it is called with.
    pub text: String,
}

/// Why a filter displays nothing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Nothing {
    /// The parts of the filter that must all hold, in order; a single one where nothing is joined by `and`.
    pub clauses: Vec<Clause>,
    /// What happened and what to do, in sentences.
    pub message: String,
    /// Filters that display something in this capture, the likeliest first.
    pub fixes: Vec<Fix>,
}

/// One part of a filter that displays nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clause {
    /// Its text.
    pub text: String,
    /// Packets that it displays by itself.
    pub alone: u32,
    /// Packets that are left when it and all parts before it must hold.
    pub left: u32,
}

/// What can be written at a place of a filter, the likeliest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completions {
    /// Where the word begins that a choice replaces, in bytes of UTF-8.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
    /// The choices.
    pub items: Vec<Completion>,
}

/// One choice of what can be written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completion {
    /// The text that it puts in place.
    pub text: String,
    /// What it is, in words: a field's title, a value's name, how many packets have it.
    pub title: String,
    /// What sort of thing it is.
    pub sort: Sort,
}

/// What sort of thing a completion is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sort {
    /// A protocol.
    Protocol,
    /// A field.
    Field,
    /// A function, or a macro.
    Function,
    /// An operator, or a word that joins tests.
    Operator,
    /// A value that the field can have.
    Value,
    /// A value that this capture holds.
    Seen,
}

/// Lookups and connections of a capture, each in order of time.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Pairs {
    /// Every DNS question that was asked or answered.
    pub lookups: Vec<Lookup>,
    /// Every connection that began in the capture.
    pub connections: Vec<Connection>,
}

/// One DNS question of one client, with its answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Lookup {
    /// The name that was asked for.
    pub name: String,
    /// Type of record, as `AAAA`.
    pub kind: String,
    /// Address of the client.
    pub client: String,
    /// Address of the name server.
    pub server: String,
    /// The packet with the question, and its seconds since the first packet.
    pub query: Option<(u32, f64)>,
    /// The packet with the answer, and its seconds since the first packet.
    pub response: Option<(u32, f64)>,
    /// Response code in words, as `No error`; empty without an answer.
    pub rcode: String,
    /// Addresses in the answer.
    pub addresses: Vec<Address>,
    /// Names that the answer leads through (CNAME), in order.
    pub aliases: Vec<String>,
}

/// One address of an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Address {
    /// The address in text.
    pub address: String,
    /// Seconds for which it may be used.
    pub ttl: u32,
}

/// One connection that began in the capture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Connection {
    /// The packet with the first SYN, and its seconds since the first packet.
    pub frame: u32,
    /// Seconds since the first packet.
    pub time: f64,
    /// `tcp`.
    pub transport: String,
    /// Who connects.
    pub client: String,
    /// Its port.
    pub client_port: u16,
    /// To whom.
    pub server: String,
    /// The port there.
    pub port: u16,
    /// What is known of the lookup that led here.
    pub status: PairStatus,
    /// Index of the chosen lookup in `Pairs::lookups`.
    pub lookup: Option<u32>,
    /// Seconds from the chosen answer to this connection.
    pub delay: Option<f64>,
    /// Indices of all lookups that could have led here, earliest first.
    pub candidates: Vec<u32>,
    /// The packet with SYN and ACK, and its seconds since the first packet.
    pub accepted: Option<(u32, f64)>,
    /// The first packet with data, and its seconds since the first packet.
    pub data: Option<(u32, f64)>,
    /// How the beginning went.
    pub handshake: Handshake,
    /// The server's name that the client sent (TLS server name or HTTP host), and the packet; empty without one.
    pub server_name: String,
    /// The packet in which the server's name stands; 0 without one.
    pub server_name_frame: u32,
    /// Bytes of payload from the client.
    pub sent: u64,
    /// Bytes of payload to the client.
    pub received: u64,
    /// The filter that selects this connection's packets.
    pub filter: String,
}

/// How the beginning of a connection went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Handshake {
    /// SYN, SYN-ACK.
    Accepted,
    /// Answered by a reset.
    Refused,
    /// No answer in this capture.
    Unanswered,
}

/// What is known of the lookup that led to a connection.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum PairStatus {
    /// One lookup gave this address to this client, and its answer was still good.
    Paired,
    /// Several lookups gave it; the latest that was still good is chosen.
    Ambiguous {
        /// How many.
        candidates: u32,
    },
    /// The answer's time to live was over by this many seconds.
    Expired {
        /// Seconds over.
        over: f64,
    },
    /// Only another client was given this address.
    OtherClient,
    /// The answer came only after the SYN.
    AnsweredLater,
    /// The address is local, multicast or broadcast, and needs no lookup.
    LocalAddress,
    /// The server is the name server itself.
    Resolver,
    /// The capture has no lookup that ended before this SYN: it may have begun too late.
    BeforeLookups,
    /// Lookups were seen, none gave this address.
    NoLookup,
}

impl PairStatus {
    /// One word for programs.
    pub fn name(&self) -> &'static str {
        match self {
            PairStatus::Paired => "paired",
            PairStatus::Ambiguous { .. } => "ambiguous",
            PairStatus::Expired { .. } => "expired",
            PairStatus::OtherClient => "other-client",
            PairStatus::AnsweredLater => "answered-later",
            PairStatus::LocalAddress => "local-address",
            PairStatus::Resolver => "resolver",
            PairStatus::BeforeLookups => "before-lookups",
            PairStatus::NoLookup => "no-lookup",
        }
    }
}
