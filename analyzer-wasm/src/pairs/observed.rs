//! What a packet says of names: its DNS messages, and the server that a client names in its connection.

use super::names::NameId;
use crate::dissect::{Found, Node, Packet, Protocols};
use crate::field::{FieldId, ProtocolId};
use crate::protocols::application::{dns, http, quic, tls};
use crate::protocols::network::{icmp, icmpv6};
use crate::value::Datum;
use smallvec::SmallVec;
use std::net::IpAddr;

/// How a lookup was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Way {
    /// DNS over UDP.
    #[default]
    Udp,
    /// DNS over TCP.
    Tcp,
    /// Multicast DNS (RFC 6762).
    Mdns,
    /// LLMNR (RFC 4795).
    Llmnr,
}

/// One DNS message.
#[derive(Debug, Default)]
pub(super) struct Message<'a> {
    pub(super) way: Way,
    pub(super) id: u16,
    pub(super) response: bool,
    pub(super) truncated: bool,
    pub(super) opcode: u8,
    pub(super) rcode: u16,
    /// Records in the answer section.
    answers: u16,
    /// Names and types.
    pub(super) questions: SmallVec<[(&'a [u8], u16); 1]>,
    /// Records that can lead to an address.
    pub(super) records: SmallVec<[ResourceRecord<'a>; 8]>,
    /// Records of any sort so far, and the one that is being read.
    count: u16,
    owner: &'a [u8],
    kind: u16,
    ttl: u32,
}

/// A resource record (RFC 1035, section 4.1.3), as far as lookups need it.
#[derive(Debug, Clone, Copy)]
pub(super) struct ResourceRecord<'a> {
    /// Whose it is.
    pub(super) owner: &'a [u8],
    /// Its type.
    pub(super) kind: u16,
    /// Seconds for which it may be used.
    pub(super) ttl: u32,
    /// Whether it stands in the answer section.
    pub(super) answers: bool,
    /// Its data.
    pub(super) rdata: Rdata<'a>,
}

/// The data of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rdata<'a> {
    /// An address: A, AAAA.
    Address(IpAddr),
    /// The name that the owner stands for: CNAME.
    Alias(&'a [u8]),
    /// An address that spares a further lookup: a hint of HTTPS or SVCB (RFC 9460, section 7.3).
    Hint(IpAddr),
    /// A protocol that the server speaks: ALPN of HTTPS or SVCB (RFC 9460, section 7.1).
    Alpn(&'a [u8]),
    /// Another answer.
    Other,
}

/// A server's name that a client sent.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Server<'a> {
    pub(super) name: &'a [u8],
    pub(super) by: NamedBy,
    /// Whether it is to answer lookups, encrypted, as ALPN says.
    pub(super) resolver: bool,
}

/// How a client names a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum NamedBy {
    /// TLS server name indication (RFC 6066, section 3), in QUIC too.
    #[default]
    Tls,
    /// HTTP Host (RFC 9110, section 7.2).
    Host,
}

/// A server's name as it is kept.
#[derive(Debug, Clone, Copy)]
pub(super) struct ServerName {
    pub(super) name: NameId,
    pub(super) frame: u32,
    pub(super) by: NamedBy,
    pub(super) resolver: bool,
}

/// All that a packet says besides its DNS messages.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Observed<'a> {
    pub(super) server: Server<'a>,
    pub(super) unreachable: Option<Unreachable>,
}

/// Why a host does not reach another one: the code of an ICMP message (RFC 792, RFC 4443).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unreachable {
    /// Of ICMP.
    Ipv4(u8),
    /// Of ICMPv6.
    Ipv6(u8),
}

impl Unreachable {
    /// What an ICMP message says; nothing where it does not say that the destination cannot be reached.
    fn read(kind: Role, value: u64, code: u64) -> Option<Unreachable> {
        match (kind, value, code as u8) {
            // The packet was too large, and is sent again in smaller ones (RFC 1191).
            (Role::IcmpType, 3, 4) => None,
            (Role::IcmpType, 3, code) => Some(Unreachable::Ipv4(code)),
            (Role::Icmpv6Type, 1, code) => Some(Unreachable::Ipv6(code)),
            _ => None,
        }
    }

    /// The name of the code, as `Port unreachable`.
    pub(super) fn name(self) -> String {
        let name = match self {
            Unreachable::Ipv4(code) => icmp::why_unreachable(code),
            Unreachable::Ipv6(code) => icmpv6::why_unreachable(code),
        };
        name.unwrap_or_default()
    }
}

/// More questions or records in one message are hostile.
const MOST: usize = 256;

// Types of records (IANA).
pub(super) const A: u16 = 1;
const CNAME: u16 = 5;
pub(super) const AAAA: u16 = 28;
const SRV: u16 = 33;

/// The role of each field in what a packet says of names.
#[derive(Debug)]
pub(super) struct Roles {
    by_field: Vec<Role>,
    protocols: [(ProtocolId, Carrier); 4],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Carrier {
    Dns,
    Mdns,
    Llmnr,
    Tcp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    None,
    Id,
    Flags,
    Answers,
    QuestionName,
    QuestionType,
    Owner,
    Type,
    Ttl,
    Ipv4,
    Ipv6,
    Alias,
    Ipv4Hint,
    Ipv6Hint,
    RecordAlpn,
    ServerName,
    Host,
    Alpn,
    IcmpType,
    Icmpv6Type,
    IcmpCode,
}

const ROLES: [(FieldId, Role); 21] = [
    (dns::ID, Role::Id),
    (dns::FLAGS, Role::Flags),
    (dns::COUNT_ANSWERS, Role::Answers),
    (dns::QRY_NAME, Role::QuestionName),
    (dns::QRY_TYPE, Role::QuestionType),
    (dns::RESP_NAME, Role::Owner),
    (dns::RESP_TYPE, Role::Type),
    (dns::RESP_TTL, Role::Ttl),
    (dns::A, Role::Ipv4),
    (dns::AAAA, Role::Ipv6),
    (dns::CNAME, Role::Alias),
    (dns::SVCB_SVCPARAM_IPV4HINT_IP, Role::Ipv4Hint),
    (dns::SVCB_SVCPARAM_IPV6HINT_IP, Role::Ipv6Hint),
    (dns::SVCB_SVCPARAM_ALPN, Role::RecordAlpn),
    (tls::EXT_SERVER_NAME, Role::ServerName),
    (http::HOST, Role::Host),
    (tls::EXT_ALPN_STR, Role::Alpn),
    (icmp::TYPE, Role::IcmpType),
    (icmp::CODE, Role::IcmpCode),
    (icmpv6::TYPE, Role::Icmpv6Type),
    (icmpv6::CODE, Role::IcmpCode),
];

impl Roles {
    /// For the protocols of the list.
    pub(super) fn of(protocols: &Protocols) -> Roles {
        let mut by_field = vec![Role::None; protocols.fields().len()];
        for (field, role) in ROLES {
            if let Some(own) = by_field.get_mut(usize::from(field.0)) {
                *own = role;
            }
        }
        let named = [("dns", Carrier::Dns), ("mdns", Carrier::Mdns), ("llmnr", Carrier::Llmnr), ("tcp", Carrier::Tcp)];
        Roles {
            by_field,
            protocols: named.map(|(name, carrier)| (protocols.named(name).unwrap_or(protocols.special.data), carrier)),
        }
    }

    /// The fields that it wants to see.
    pub(super) fn wanted() -> Vec<FieldId> {
        let types = [quic::LONG_PACKET_TYPE, quic::LONG_PACKET_TYPE_V2];
        ROLES.iter().map(|(field, _)| *field).chain(types).collect()
    }

    /// Hands over each DNS message of a packet; what the packet says besides comes back.
    pub(super) fn read<'a>(
        &self,
        packet: &Packet<'a>,
        found: &'a Found,
        each: &mut dyn FnMut(Message<'a>),
    ) -> Observed<'a> {
        let mut server = Server::default();
        let mut icmp = None;
        let mut unreachable = None;
        let mut message: Option<Message<'a>> = None;
        for node in &found.nodes {
            let role = self.by_field.get(usize::from(node.field.0)).copied().unwrap_or(Role::None);
            if role == Role::None || found.layers.get(usize::from(node.layer)).is_some_and(|span| span.quoted) {
                continue;
            }
            let datum = found.datum(packet, node);
            match (role, &datum) {
                (Role::Id, Datum::Uint(id)) => {
                    let next = Message { way: self.way(found, node), id: *id as u16, ..Message::default() };
                    if let Some(whole) = message.replace(next) {
                        each(whole);
                    }
                }
                (Role::ServerName, Datum::Text(name)) => server.name = name,
                (Role::Host, Datum::Text(host)) => {
                    server = Server { name: without_port(host), by: NamedBy::Host, ..server };
                }
                (Role::IcmpType | Role::Icmpv6Type, Datum::Uint(kind)) => icmp = Some((role, *kind)),
                (Role::IcmpCode, Datum::Uint(code)) => {
                    unreachable = icmp.and_then(|(role, kind)| Unreachable::read(role, kind, *code));
                }
                (Role::Alpn, Datum::Text(alpn)) => server.resolver |= matches!(*alpn, b"dot" | b"doq"),
                _ => {
                    if let Some(message) = &mut message {
                        message.note(role, datum);
                    }
                }
            }
        }
        if let Some(whole) = message {
            each(whole);
        }
        Observed { server, unreachable }
    }

    fn way(&self, found: &Found, node: &Node) -> Way {
        let carrier = |layer: usize| {
            let protocol = found.layers.get(layer)?.protocol;
            self.protocols.iter().find(|(id, _)| *id == protocol).map(|(_, carrier)| *carrier)
        };
        let own = usize::from(node.layer);
        match carrier(own) {
            Some(Carrier::Mdns) => Way::Mdns,
            Some(Carrier::Llmnr) => Way::Llmnr,
            // Several messages of one segment stand behind each other.
            _ if (0..own).rev().map(carrier).find(|other| *other != Some(Carrier::Dns)) == Some(Some(Carrier::Tcp)) => {
                Way::Tcp
            }
            _ => Way::Udp,
        }
    }
}

impl<'a> Message<'a> {
    fn note(&mut self, role: Role, datum: Datum<'a>) {
        match (role, datum) {
            // RFC 1035, section 4.1.1.
            (Role::Flags, Datum::Uint(flags)) => {
                self.response = flags >> 15 & 1 == 1;
                self.opcode = (flags >> 11 & 15) as u8;
                self.truncated = flags >> 9 & 1 == 1;
                self.rcode = (flags & 15) as u16;
            }
            (Role::Answers, Datum::Uint(value)) => self.answers = value as u16,
            (Role::QuestionName, Datum::Text(name)) if self.questions.len() < MOST => self.questions.push((name, 0)),
            (Role::QuestionType, Datum::Uint(kind)) => {
                if let Some((_, last)) = self.questions.last_mut() {
                    *last = kind as u16;
                }
            }
            (Role::Owner, Datum::Text(name)) => self.owner = name,
            (Role::Type, Datum::Uint(kind)) => self.kind = kind as u16,
            (Role::Ttl, Datum::Uint(ttl)) => {
                self.ttl = ttl as u32;
                self.count = self.count.saturating_add(1);
                // What addresses and aliases say follows. The owner of a service is written otherwise.
                if !matches!(self.kind, A | CNAME | AAAA | SRV) {
                    self.record(Rdata::Other);
                }
            }
            (Role::Ipv4, Datum::Uint(value)) => self.record(Rdata::Address(ipv4(value))),
            (Role::Ipv6, Datum::Bytes(octets)) => ipv6(octets).into_iter().for_each(|a| self.record(Rdata::Address(a))),
            (Role::Alias, Datum::Text(name)) => self.record(Rdata::Alias(name)),
            (Role::Ipv4Hint, Datum::Uint(value)) => self.record(Rdata::Hint(ipv4(value))),
            (Role::Ipv6Hint, Datum::Bytes(octets)) => {
                ipv6(octets).into_iter().for_each(|a| self.record(Rdata::Hint(a)))
            }
            (Role::RecordAlpn, Datum::Text(name)) => self.record(Rdata::Alpn(name)),
            _ => {}
        }
    }

    fn record(&mut self, rdata: Rdata<'a>) {
        if self.response && self.records.len() < MOST {
            let answers = self.count <= self.answers;
            self.records.push(ResourceRecord { owner: self.owner, kind: self.kind, ttl: self.ttl, answers, rdata });
        }
    }
}

fn ipv4(value: u64) -> IpAddr {
    IpAddr::from((value as u32).to_be_bytes())
}

fn ipv6(octets: &[u8]) -> Option<IpAddr> {
    <[u8; 16]>::try_from(octets).ok().map(IpAddr::from)
}

/// The host of `host:port`; an IPv6 address loses its brackets.
fn without_port(host: &[u8]) -> &[u8] {
    if let Some(inside) = host.strip_prefix(b"[") {
        return inside.split(|c| *c == b']').next().unwrap_or(inside);
    }
    match host.iter().position(|c| *c == b':') {
        Some(colon) => host.get(..colon).unwrap_or(host),
        None => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_no_part_of_a_host() {
        let hosts: [(&[u8], &[u8]); 4] = [
            (b"example.com:8080", b"example.com"),
            (b"example.com", b"example.com"),
            (b"[2001:db8::1]:80", b"2001:db8::1"),
            (b"[2001:db8::1]", b"2001:db8::1"),
        ];
        hosts.into_iter().for_each(|(host, name)| assert_eq!(without_port(host), name));
    }
}
