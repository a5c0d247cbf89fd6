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

/// A line of the pairs, by what stands in it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chosen {
    /// [`Lookup::index`].
    pub lookup: Option<u32>,
    /// [`Connection::index`].
    pub connection: Option<u32>,
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
    /// Number of DNS lookups.
    pub lookups: u32,
    /// Number of connections: TCP streams, and conversations of UDP other than lookups.
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
    /// The name that the client had looked up for its connection; empty without one.
    pub name: String,
    /// Whether that name is the source's, and not the destination's.
    pub named_source: bool,
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

/// Why a line of the pairs is as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The line.
    pub chosen: Chosen,
    /// Sentences in which `#12` names packet 12.
    pub words: String,
    /// The rule that was applied, in one sentence.
    pub rule: String,
    /// Other lookups that could have led to the connection: name, type, packet with the answer.
    pub others: Vec<(String, String, u32)>,
    /// Display filters that select what was seen, each with what it selects in words; they are Wireshark's too.
    pub filters: Vec<(String, String)>,
}

/// Which lines of the pairs are wanted, and in which order.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PairsWanted {
    /// Words, each of which must be part of a name or an address of the visit or the connection; empty for all.
    pub search: String,
    /// Only connections with this status, as [`PairStatus::name`] has it; empty for all.
    pub status: String,
    /// Only this client; empty for all.
    pub client: String,
    /// Only what began within these seconds since the first packet: from, to.
    pub within: Option<(f64, f64)>,
    /// In which order, inside each group.
    pub order: PairOrder,
    /// Whether the order is turned round.
    pub descending: bool,
    /// Position of the first line that is wanted, of all groups together.
    pub start: u32,
    /// Position after the last.
    pub end: u32,
}

/// In which order visits stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum PairOrder {
    /// When they began.
    #[default]
    Time,
    /// By name.
    Name,
    /// How long the answer took.
    Latency,
    /// How long after the answer the first connection began.
    Delay,
    /// How long the first connection's handshake took.
    Handshake,
    /// Bytes of payload of all connections.
    Bytes,
    /// By status.
    Status,
}

/// Lines of the pairs, and what there is besides.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PairsShown {
    /// Position of the first line.
    pub start: u32,
    /// As many as exist of those that were asked for.
    pub lines: Vec<PairLine>,
    /// The groups that have lines, in order, with the number of their lines.
    pub groups: Vec<(PairGroup, u32)>,
    /// Seconds of an axis on which most lines, each from its own beginning, are seen whole.
    pub typical: f64,
    /// Seconds since the first packet at which the first of all found lines begins, and at which the last ends.
    pub extent: (f64, f64),
    /// Every status that connections have, with their number: of the whole capture.
    pub statuses: Vec<(PairStatus, u32)>,
    /// Every client with lookups or connections, the busiest first: of the whole capture.
    pub clients: Vec<PairClient>,
    /// The page loads of the client that was asked for, or else of the busiest, in order of time.
    pub loads: Vec<Load>,
    /// Number of lookups of the whole capture.
    pub lookups: u32,
    /// Number of connections of the whole capture.
    pub connections: u32,
    /// Number of connections of the whole capture that a lookup led to.
    pub paired: u32,
}

/// A host that looks up names or connects.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PairClient {
    /// Its address.
    pub address: String,
    /// Number of its lookups.
    pub lookups: u32,
    /// Number of its connections.
    pub connections: u32,
}

/// What a client did in one go: lookups and connections that began without a pause between them, as when a page is loaded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Load {
    /// Seconds since the first packet when it began.
    pub start: f64,
    /// Seconds since the first packet when the last of its lookups and connections began.
    pub end: f64,
    /// The first name that led to a connection, or else the first that was looked up.
    pub name: String,
    /// Number of names that were looked up.
    pub names: u32,
    /// Number of connections.
    pub connections: u32,
}

/// A group of lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum PairGroup {
    /// Lookups with the connections that they led to.
    Paired,
    /// Connections that no lookup led to.
    Without,
    /// Lookups that led to no connection.
    Unused,
}

/// One line: a visit with its first connection, a further connection of the visit before, or one of the two alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PairLine {
    /// Its group.
    pub group: PairGroup,
    /// Whether it is a further connection of the line before.
    pub again: bool,
    /// The lookup that led to the connection; of a visit without connections, the one that tells most.
    pub lookup: Option<Lookup>,
    /// The other lookups of the visit: of other types for the same name.
    pub twins: Vec<Lookup>,
    /// The connection.
    pub connection: Option<Connection>,
}

/// A packet, and its seconds since the first one.
pub type Moment = (u32, f64);

/// One question of one client, with its answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Lookup {
    /// Its index among all lookups of the capture.
    pub index: u32,
    /// The name that was asked for.
    pub name: String,
    /// Type of record, as `AAAA`.
    pub kind: String,
    /// How it was made: `DNS`, `DNS over TCP`, `mDNS`, `LLMNR`.
    pub way: String,
    /// Address of the client; empty where an answer to all was not asked for.
    pub client: String,
    /// Address of the name server.
    pub server: String,
    /// The packet with the question.
    pub query: Option<Moment>,
    /// How often the question was sent again.
    pub repeats: u32,
    /// The packet with the answer.
    pub response: Option<Moment>,
    /// How often the answer came again.
    pub duplicates: u32,
    /// Response code in words, as `No error`; empty without an answer.
    pub rcode: String,
    /// Whether the answer was cut short.
    pub truncated: bool,
    /// The packet in which the same was asked over TCP then.
    pub retry: Option<u32>,
    /// Addresses in the answer.
    pub addresses: Vec<Address>,
    /// Names that the answer leads through (CNAME), in order.
    pub aliases: Vec<String>,
    /// Protocols that the server speaks (ALPN), as an HTTPS record tells.
    pub alpn: Vec<String>,
    /// What became of it.
    pub usage: Usage,
}

/// What became of a lookup.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Usage {
    /// A connection followed within a second.
    Used,
    /// A connection followed, after so many seconds.
    UsedLater(f64),
    /// A lookup of another type for the same name led to a connection.
    TwinUsed,
    /// It gave an address to which no connection was begun.
    NeverUsed,
    /// The answer has no address.
    NoAddress,
    /// The answer was cut short; the same was asked over TCP.
    Retried,
    /// No answer is in the capture.
    NoAnswer,
}

impl Usage {
    /// The names of all, for programs, in the order of their numbers.
    pub const NAMES: [&'static str; 7] =
        ["used", "used-later", "twin-used", "never-used", "no-address", "retried", "no-answer"];

    /// Its number: the value of `pair.use`.
    pub fn number(&self) -> u8 {
        match self {
            Usage::Used => 0,
            Usage::UsedLater(_) => 1,
            Usage::TwinUsed => 2,
            Usage::NeverUsed => 3,
            Usage::NoAddress => 4,
            Usage::Retried => 5,
            Usage::NoAnswer => 6,
        }
    }

    /// One word for programs.
    pub fn name(&self) -> &'static str {
        Usage::NAMES.get(usize::from(self.number())).copied().unwrap_or_default()
    }
}

/// One address of an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Address {
    /// The address in text.
    pub address: String,
    /// Seconds for which it may be used.
    pub ttl: u32,
    /// Whether it is only a hint, as HTTPS records have them.
    pub hint: bool,
}

/// One connection: of TCP, of QUIC, or a conversation of UDP.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Connection {
    /// Its index among all connections of the capture.
    pub index: u32,
    /// The first SYN, or the first datagram.
    pub begin: Moment,
    /// `tcp`, `quic`, `udp`.
    pub transport: String,
    /// Who connects.
    pub client: String,
    /// Its port.
    pub client_port: u16,
    /// To whom.
    pub server: String,
    /// The port there.
    pub port: u16,
    /// The IPv4 address for which the server's IPv6 address stands (NAT64, IPv4-mapped); empty where it stands for itself.
    pub inside: String,
    /// What is known of the lookup that led here.
    pub status: PairStatus,
    /// The name that was looked up; empty without a lookup.
    pub name: String,
    /// Seconds from the chosen answer to this connection.
    pub delay: Option<f64>,
    /// How many answers could have led here.
    pub candidates: u32,
    /// The server's name that the client sent; empty without one.
    pub server_name: String,
    /// The packet in which it stands; 0 without one.
    pub server_name_frame: u32,
    /// Whether that name stands in HTTP Host, and not in a TLS server name.
    pub is_host: bool,
    /// Whether that name is the one that was looked up.
    pub agrees: Option<bool>,
    /// How the beginning went.
    pub handshake: Handshake,
    /// How often the SYN was sent again.
    pub repeats: u32,
    /// SYN and ACK.
    pub accepted: Option<Moment>,
    /// Seconds from SYN to SYN and ACK, where the SYN was not sent again.
    pub round_trip: Option<f64>,
    /// The first packet with payload.
    pub data: Option<Moment>,
    /// The first RST.
    pub reset: Option<Moment>,
    /// Where that is the outcome, the ICMP message that says that the server is not reached, and its reason.
    pub unreachable: Option<(Moment, String)>,
    /// The last packet.
    pub last: Moment,
    /// Bytes of payload from the client.
    pub sent: u64,
    /// Bytes of payload to the client.
    pub received: u64,
    /// Whether it won or lost against another address of the same name.
    pub race: Option<Race>,
    /// Whether both sides sent a SYN (RFC 9293, section 3.5).
    pub simultaneous: bool,
    /// Whether its ports had been those of an earlier connection.
    pub ports_used_again: bool,
    /// The filter that selects this connection's packets.
    pub filter: String,
}

/// Of connections to several addresses of one name that were tried side by side (RFC 8305).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Race {
    /// The one that was used.
    Won,
    /// Another one was used.
    Lost,
}

impl Race {
    /// One word for programs.
    pub fn name(&self) -> &'static str {
        match self {
            Race::Won => "won",
            Race::Lost => "lost",
        }
    }
}

/// How the beginning of a connection went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Handshake {
    /// SYN, then SYN and ACK.
    Accepted,
    /// Accepted, and reset before the server sent anything.
    Reset,
    /// The SYN was answered by a reset.
    Refused,
    /// ICMP said that the server is not reached.
    Unreachable,
    /// No answer in this capture.
    Unanswered,
    /// It began before the capture.
    NotSeen,
    /// Its transport has none that can be seen.
    None,
}

impl Handshake {
    /// One word for programs.
    pub fn name(&self) -> &'static str {
        match self {
            Handshake::Accepted => "accepted",
            Handshake::Reset => "reset",
            Handshake::Refused => "refused",
            Handshake::Unreachable => "unreachable",
            Handshake::Unanswered => "unanswered",
            Handshake::NotSeen => "not-seen",
            Handshake::None => "none",
        }
    }
}

/// What is known of the lookup that led to a connection.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum PairStatus {
    /// Answers that gave this client the address, and were still good, were for one name.
    Paired,
    /// They were for several names, and the name of the server that the client sent decides.
    PairedByName,
    /// They were for several names, and nothing decides; the latest is chosen.
    Ambiguous {
        /// How many names.
        candidates: u32,
    },
    /// The answer's time to live was over by this many seconds.
    Expired {
        /// Seconds over.
        over: f64,
    },
    /// Only another client was given this address.
    OtherClient,
    /// The answer came only after the connection had begun.
    AnsweredLater,
    /// It was asked before the capture began, as far as can be told.
    CaptureBeganLater,
    /// The address is local, multicast or broadcast, and needs no lookup.
    LocalAddress,
    /// The server answers lookups itself.
    Resolver,
    /// Lookups were encrypted (DNS over TLS, HTTPS or QUIC), and cannot be seen; or this connection carries them.
    EncryptedDns,
    /// An HTTPS record hinted at the address.
    HttpsHint,
    /// The address was used without a lookup.
    UsedDirectly,
}

impl PairStatus {
    /// The names of all, for programs, in the order of their numbers.
    pub const NAMES: [&'static str; 12] = [
        "paired",
        "paired-by-name",
        "ambiguous",
        "expired",
        "other-client",
        "answered-later",
        "capture-began-later",
        "local-address",
        "resolver",
        "encrypted-dns",
        "https-hint",
        "used-directly",
    ];

    /// Its number: the value of `pair.status`.
    pub fn number(&self) -> u8 {
        match self {
            PairStatus::Paired => 0,
            PairStatus::PairedByName => 1,
            PairStatus::Ambiguous { .. } => 2,
            PairStatus::Expired { .. } => 3,
            PairStatus::OtherClient => 4,
            PairStatus::AnsweredLater => 5,
            PairStatus::CaptureBeganLater => 6,
            PairStatus::LocalAddress => 7,
            PairStatus::Resolver => 8,
            PairStatus::EncryptedDns => 9,
            PairStatus::HttpsHint => 10,
            PairStatus::UsedDirectly => 11,
        }
    }

    /// One word for programs.
    pub fn name(&self) -> &'static str {
        PairStatus::NAMES.get(usize::from(self.number())).copied().unwrap_or_default()
    }
}

/// What a hand-in is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReportFormat {
    /// Markdown.
    Markdown,
    /// HTML, to be printed.
    Html,
    /// JSON.
    Json,
}

/// A hand-in, as a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReportFile {
    /// A name for the file.
    pub name: String,
    /// Its media type, as `text/markdown`.
    pub media: String,
    /// What stands in it.
    pub text: String,
}
