//! Lookups and connections, and which led to which.

use serde::{Deserialize, Serialize};

/// A line of the pairs, by what stands in it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chosen {
    /// [`Lookup::index`].
    pub lookup: Option<u32>,
    /// [`Connection::index`].
    pub connection: Option<u32>,
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
    pub addresses: Vec<AnswerAddress>,
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
pub struct AnswerAddress {
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
