//! DNS → connection: which lookup led to which connection, with the evidence.
//!
//! The index pass gathers lookups and connections; the rule in [`choose`] joins them when it is asked.

mod choose;
mod connection;
mod evidence;
mod lookup;

use crate::dissect::{Found, Node, Packet};
use crate::field::FieldId;
use crate::index::{NO_TIME, Observer, Row};
use crate::message::{Address, Connection, Lookup, Pairs};
use crate::protocols;
use crate::value::Datum;
use connection::Connections;
use lookup::Lookups;
use std::net::IpAddr;

/// A packet and when it was captured, in nanoseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Its number.
    pub frame: u32,
    /// Its time.
    pub time: i64,
}

/// Gathers lookups and connections while packets go by.
#[derive(Debug)]
pub struct Gathered {
    fields: Fields,
    lookups: Lookups,
    connections: Connections,
    first: Option<i64>,
}

/// The fields that tell of lookups and connections.
#[derive(Debug)]
struct Fields {
    id: FieldId,
    response: FieldId,
    rcode: FieldId,
    answers: FieldId,
    query_name: FieldId,
    query_type: FieldId,
    record_type: FieldId,
    ttl: FieldId,
    ipv4: FieldId,
    ipv6: FieldId,
    alias: FieldId,
    flags: FieldId,
    stream: FieldId,
    length: FieldId,
    server_name: FieldId,
    host: FieldId,
}

impl Default for Gathered {
    fn default() -> Gathered {
        let field = |name| protocols::named(name).next().unwrap_or(protocols::TEXT);
        let fields = Fields {
            id: field("dns.id"),
            response: field("dns.flags.response"),
            rcode: field("dns.flags.rcode"),
            answers: field("dns.count.answers"),
            query_name: field("dns.qry.name"),
            query_type: field("dns.qry.type"),
            record_type: field("dns.resp.type"),
            ttl: field("dns.resp.ttl"),
            ipv4: field("dns.a"),
            ipv6: field("dns.aaaa"),
            alias: field("dns.cname"),
            flags: field("tcp.flags"),
            stream: field("tcp.stream"),
            length: field("tcp.len"),
            server_name: field("tls.handshake.extensions_server_name"),
            host: field("http.host"),
        };
        Gathered { fields, lookups: Lookups::default(), connections: Connections::default(), first: None }
    }
}

impl Observer for Gathered {
    fn wanted(&self) -> Vec<FieldId> {
        let f = &self.fields;
        let all = [
            f.id,
            f.response,
            f.rcode,
            f.answers,
            f.query_name,
            f.query_type,
            f.record_type,
            f.ttl,
            f.ipv4,
            f.ipv6,
            f.alias,
            f.flags,
            f.stream,
            f.length,
            f.server_name,
            f.host,
        ];
        all.into_iter().filter(|field| *field != protocols::TEXT).collect()
    }

    fn observe(&mut self, packet: &Packet<'_>, row: &Row, found: &Found) {
        let moment = Moment { frame: packet.number, time: if row.time == NO_TIME { 0 } else { row.time } };
        self.first.get_or_insert(moment.time);
        let quoted = |node: &Node| found.layers.get(usize::from(node.layer)).is_some_and(|span| span.quoted);
        let mut segment = connection::Segment::default();
        let mut message: Option<lookup::Message> = None;
        let mdns = |node: &Node| {
            let span = found.layers.get(usize::from(node.layer));
            span.is_some_and(|span| protocols::get(span.protocol).name == "mdns")
        };
        for node in found.nodes.iter().filter(|node| !quoted(node)) {
            let f = &self.fields;
            let datum = found.datum(packet, node);
            match (node.field, datum) {
                (field, Datum::Uint(value)) if field == f.flags => segment.flags = value as u16,
                (field, Datum::Uint(value)) if field == f.stream => segment.stream = Some(value as u32),
                (field, Datum::Uint(value)) if field == f.length => segment.length = value as u32,
                (field, Datum::Text(text)) if field == f.server_name || field == f.host => segment.server_name = text,
                (field, Datum::Uint(id)) if field == f.id && !mdns(node) => {
                    if let Some(whole) = message.replace(lookup::Message::new(id as u16)) {
                        self.lookups.take(whole, &found.endpoints, moment);
                    }
                }
                (field, datum) => {
                    let Some(message) = &mut message else { continue };
                    match datum {
                        Datum::Uint(value) if field == f.response => message.response = value != 0,
                        Datum::Uint(value) if field == f.rcode => message.rcode = value as u16,
                        Datum::Uint(value) if field == f.answers => message.answers = value as u16,
                        Datum::Text(name) if field == f.query_name => message.name = name,
                        Datum::Uint(value) if field == f.query_type => message.kind = value as u16,
                        Datum::Uint(_) if field == f.record_type => message.records += 1,
                        Datum::Uint(value) if field == f.ttl => message.ttl = value as u32,
                        Datum::Uint(value) if field == f.ipv4 => {
                            message.address(IpAddr::from((value as u32).to_be_bytes()))
                        }
                        Datum::Bytes(octets) if field == f.ipv6 => {
                            if let Ok(octets) = <[u8; 16]>::try_from(octets) {
                                message.address(IpAddr::from(octets));
                            }
                        }
                        Datum::Text(name) if field == f.alias => message.alias(name),
                        _ => {}
                    }
                }
            }
        }
        if let Some(whole) = message {
            self.lookups.take(whole, &found.endpoints, moment);
        }
        if segment.stream.is_some() {
            self.connections.take(&segment, &found.endpoints, moment);
        }
    }
}

/// What one lookup tells of names.
#[derive(Debug, Clone, Copy)]
pub struct Named<'g> {
    /// The name that was asked for.
    pub name: &'g str,
    /// Number of the type of record that was asked for.
    pub kind: u16,
    /// Packets that hold the question.
    pub packets: u32,
    /// Addresses in the answer, each with the seconds for which it may be used.
    pub addresses: &'g [(IpAddr, u32)],
    /// Names that the answer leads through.
    pub aliases: &'g [String],
}

impl Gathered {
    /// What each lookup tells of names, in order of time.
    pub fn names(&self) -> impl Iterator<Item = Named<'_>> {
        self.lookups.all.iter().map(|lookup| Named {
            name: &lookup.name,
            kind: lookup.kind,
            packets: u32::from(lookup.query.is_some()) + u32::from(lookup.response.is_some()),
            addresses: &lookup.addresses,
            aliases: &lookup.aliases,
        })
    }

    /// The names of servers that clients sent in their connections, each with the packet in which it stands.
    pub fn server_names(&self) -> impl Iterator<Item = (u32, &str)> {
        let named = self.connections.all.iter().filter(|connection| !connection.server_name.is_empty());
        named.map(|connection| (connection.server_name_frame, connection.server_name.as_str()))
    }

    /// Number of lookups and of connections so far.
    pub fn counts(&self) -> (u32, u32) {
        (self.lookups.all.len() as u32, self.connections.all.len() as u32)
    }

    /// Why a connection was paired as it was, by its index: two or three sentences in which `#12` names packet 12.
    pub fn evidence(&self, connection: usize) -> Option<String> {
        let connection = self.connections.all.get(connection)?;
        let choice = self.lookups.known().choose(&connection.as_syn());
        Some(evidence::of(connection, &choice, &self.lookups.all))
    }

    /// Joins connections with lookups.
    pub fn pairs(&self) -> Pairs {
        let first = self.first.unwrap_or_default();
        let seconds = |time: i64| time.saturating_sub(first) as f64 / 1e9;
        let moment = |moment: Option<Moment>| moment.map(|moment| (moment.frame, seconds(moment.time)));
        let known = self.lookups.known();
        let connections = self.connections.all.iter().map(|c| {
            let choice = known.choose(&c.as_syn());
            let lookup = choice.lookup.and_then(|index| self.lookups.all.get(index));
            let answered = lookup.and_then(|lookup| lookup.response);
            Connection {
                frame: c.syn.frame,
                time: seconds(c.syn.time),
                transport: "tcp".into(),
                client: c.endpoints.source.to_string(),
                client_port: c.endpoints.source_port,
                server: c.endpoints.destination.to_string(),
                port: c.endpoints.destination_port,
                status: choice.status,
                lookup: choice.lookup.map(|index| index as u32),
                delay: answered.map(|answer| c.syn.time.saturating_sub(answer.time) as f64 / 1e9),
                candidates: choice.candidates.iter().map(|index| *index as u32).collect(),
                accepted: moment(c.accepted),
                data: moment(c.data),
                handshake: c.handshake(),
                server_name: c.server_name.clone(),
                server_name_frame: c.server_name_frame,
                sent: c.sent,
                received: c.received,
                filter: format!("tcp.stream == {}", c.stream),
            }
        });
        let connections = connections.collect();
        let lookups = self.lookups.all.iter().map(|l| Lookup {
            name: l.name.clone(),
            kind: lookup::kind_name(l.kind),
            client: l.client.to_string(),
            server: l.server.to_string(),
            query: moment(l.query),
            response: moment(l.response),
            rcode: l.response.map_or_else(String::new, |_| lookup::rcode_name(l.rcode)),
            addresses: l
                .addresses
                .iter()
                .map(|(address, ttl)| Address { address: address.to_string(), ttl: *ttl })
                .collect(),
            aliases: l.aliases.clone(),
        });
        Pairs { lookups: lookups.collect(), connections }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_that_it_reads_exists() {
        let gathered = Gathered::default();
        assert_eq!(gathered.wanted().len(), 16);
    }
}
