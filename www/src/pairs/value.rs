//! The values of a line, and what can be done with each: the filters that it stands for.

use super::say;
use crate::menu::{self, Act, Item};
use crate::words;
use analyzer::message::{Connection, Handshake, Lookup, PairLine};

/// Addresses of an answer that a menu offers.
const ADDRESSES: usize = 6;

/// A value that a cell shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Value {
    /// The name that was looked up, or the server's.
    Name,
    /// The type of record.
    Kind,
    /// When it was asked, by whom.
    Asked,
    /// How long the answer took.
    Latency,
    /// The addresses that it gave, or to which the connection goes.
    Address,
    /// The port of the server.
    Port,
    /// How long after the answer the connection began.
    Delay,
    /// How the connection began.
    Handshake,
    /// The name that the client sent.
    ServerName,
    /// Payload.
    Bytes,
    /// What is known of the lookup.
    Status,
}

impl Value {
    const ALL: [Value; 11] = [
        Value::Name,
        Value::Kind,
        Value::Asked,
        Value::Latency,
        Value::Address,
        Value::Port,
        Value::Delay,
        Value::Handshake,
        Value::ServerName,
        Value::Bytes,
        Value::Status,
    ];

    /// The value of `data-value`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Value::Name => "name",
            Value::Kind => "kind",
            Value::Asked => "asked",
            Value::Latency => "latency",
            Value::Address => "address",
            Value::Port => "port",
            Value::Delay => "delay",
            Value::Handshake => "handshake",
            Value::ServerName => "server-name",
            Value::Bytes => "bytes",
            Value::Status => "status",
        }
    }

    /// The value with this name.
    pub(crate) fn named(name: &str) -> Option<Value> {
        Value::ALL.into_iter().find(|value| value.name() == name)
    }

    /// The filters that the value stands for, each with what it displays; the likeliest first.
    fn filters(self, line: &PairLine) -> Vec<(String, String)> {
        let (lookup, connection) = (line.lookup.as_ref(), line.connection.as_ref());
        let pair = |label: &str, filter: String| (label.to_owned(), filter);
        match self {
            Value::Name => named(lookup, connection),
            Value::Kind => kinds(line),
            Value::Asked => lookup
                .map(|lookup| {
                    let frames = lookup.query.iter().chain(&lookup.response).map(|(frame, _)| frame.to_string());
                    let frames = frames.collect::<Vec<_>>().join(", ");
                    let mut filters = vec![pair("Question and answer", format!("frame.number in {{{frames}}}"))];
                    if !lookup.client.is_empty() {
                        filters.push(pair("Lookups of this client", format!("dns && {}", host(&lookup.client))));
                    }
                    filters
                })
                .unwrap_or_default(),
            Value::Latency => waited(lookup)
                .map(|waited| vec![pair("Answers as slow, or slower", format!("dns.time >= {}", floor(waited)))])
                .unwrap_or_default(),
            Value::Address => addresses(lookup, connection),
            Value::Port => connection.map(ports).unwrap_or_default(),
            Value::Delay => connection
                .and_then(|connection| connection.delay)
                .map(|delay| vec![pair("Connections as late, or later", format!("pair.delay >= {}", floor(delay)))])
                .unwrap_or_default(),
            Value::Handshake => connection.map(handshakes).unwrap_or_default(),
            Value::ServerName => connection.map(server_names).unwrap_or_default(),
            Value::Bytes => connection.map(|c| vec![pair("This connection", c.filter.clone())]).unwrap_or_default(),
            Value::Status => connection
                .map(|connection| {
                    let status = quoted(connection.status.name());
                    vec![pair("Connections with this status", format!("pair.status == {status}"))]
                })
                .unwrap_or_default(),
        }
    }

    /// The value itself, for the clipboard.
    fn text(self, line: &PairLine) -> Option<String> {
        let (lookup, connection) = (line.lookup.as_ref(), line.connection.as_ref());
        match self {
            Value::Name => Some(say::name(line)),
            Value::Kind => Some(say::kinds(line)),
            Value::Asked => lookup?.query.map(|(_, time)| format!("{time:.6}")),
            Value::Latency => waited(lookup).map(|waited| format!("{waited:.6}")),
            Value::Address => match connection {
                Some(connection) => Some(connection.server.clone()),
                None => lookup?.addresses.first().map(|address| address.address.clone()),
            },
            Value::Port => connection.map(|connection| connection.port.to_string()),
            Value::Delay => connection?.delay.map(|delay| format!("{delay:.6}")),
            Value::Handshake => connection?.round_trip.map(|time| format!("{time:.6}")),
            Value::ServerName => connection.map(|connection| connection.server_name.clone()),
            Value::Bytes => connection.map(say::traffic),
            Value::Status => connection.map(|connection| say::status(connection.status)),
        }
        .filter(|text| !text.is_empty())
    }

    /// What can be done with the value, beside the filter that is applied.
    pub(crate) fn deeds(self, line: &PairLine, applied: &str) -> Vec<Item> {
        let mut filters = self.filters(line).into_iter().filter(|(_, filter)| !filter.is_empty());
        let Some((label, first)) = filters.next() else {
            return self.text(line).map(|text| menu::to_copy("Copy the value", &text)).into_iter().collect();
        };
        let mut ways = menu::ways(&label, &first, applied);
        let rest = ways.split_off(1);
        ways.extend(filters.map(|(label, filter)| Item { label, note: filter.clone(), act: Act::Filter(filter) }));
        ways.extend(rest);
        ways.extend(self.text(line).map(|text| menu::to_copy("Copy the value", &text)));
        ways.push(menu::to_copy("Copy as filter", &first));
        ways
    }
}

/// What can be done with a whole line: its packets, and the filters for its parts.
pub(crate) fn whole(line: &PairLine) -> Vec<Item> {
    let (lookup, connection) = (line.lookup.as_ref(), line.connection.as_ref());
    let moments = [
        ("Go to the question", lookup.and_then(|lookup| lookup.query)),
        ("Go to the answer", lookup.and_then(|lookup| lookup.response)),
        ("Go to the beginning of the connection", connection.map(|connection| connection.begin)),
        ("Go to SYN and ACK", connection.and_then(|connection| connection.accepted)),
        ("Go to the first data", connection.and_then(|connection| connection.data)),
        ("Go to the last packet", connection.map(|connection| connection.last)),
    ];
    let mut items: Vec<Item> = moments
        .into_iter()
        .filter_map(|(label, moment)| {
            let (frame, _) = moment?;
            Some(Item { label: label.to_owned(), note: words::count(u64::from(frame)), act: Act::Go(frame) })
        })
        .collect();
    let filters = named(lookup, None).into_iter().chain(Value::Bytes.filters(line));
    items.extend(filters.map(|(label, filter)| Item { label, note: filter.clone(), act: Act::Filter(filter) }));
    items
}

fn named(lookup: Option<&Lookup>, connection: Option<&Connection>) -> Vec<(String, String)> {
    match (lookup, connection) {
        (Some(lookup), _) => vec![
            ("Connections that it led to".to_owned(), format!("pair.name == {}", quoted(&lookup.name))),
            ("Lookups of this name".to_owned(), format!("dns.qry.name == {}", quoted(&lookup.name))),
        ],
        (None, Some(connection)) if !connection.server_name.is_empty() => server_names(connection),
        (None, Some(connection)) => addresses(None, Some(connection)),
        (None, None) => Vec::new(),
    }
}

fn kinds(line: &PairLine) -> Vec<(String, String)> {
    let lookups = line.lookup.iter().chain(&line.twins);
    lookups
        .filter_map(|lookup| {
            let number = number(&lookup.kind)?;
            Some((format!("Lookups of type {}", lookup.kind), format!("dns.qry.type == {number}")))
        })
        .collect()
}

/// The number of a type of record that visits ask for.
fn number(kind: &str) -> Option<u16> {
    const KINDS: [(&str, u16); 9] = [
        ("A", 1),
        ("NS", 2),
        ("CNAME", 5),
        ("SOA", 6),
        ("PTR", 12),
        ("MX", 15),
        ("AAAA", 28),
        ("SRV", 33),
        ("HTTPS", 65),
    ];
    KINDS.into_iter().find(|(name, _)| *name == kind).map(|(_, number)| number)
}

fn addresses(lookup: Option<&Lookup>, connection: Option<&Connection>) -> Vec<(String, String)> {
    let mut all: Vec<&str> = connection.iter().map(|connection| connection.server.as_str()).collect();
    for address in lookup.iter().flat_map(|lookup| &lookup.addresses).map(|address| address.address.as_str()) {
        if !all.contains(&address) {
            all.push(address);
        }
    }
    let mut filters: Vec<(String, String)> =
        all.iter().take(ADDRESSES).map(|address| (format!("Packets of {address}"), host(address))).collect();
    if let Some(address) = all.first().filter(|_| lookup.is_some()) {
        let field = if address.contains(':') { "dns.aaaa" } else { "dns.a" };
        filters.push((format!("Answers that give {address}"), format!("{field} == {address}")));
    }
    filters
}

fn ports(connection: &Connection) -> Vec<(String, String)> {
    let transport = if connection.transport == "tcp" { "tcp" } else { "udp" };
    let port = connection.port;
    vec![
        (format!("Packets of port {port}"), format!("{transport}.port == {port}")),
        ("This connection".to_owned(), connection.filter.clone()),
    ]
}

fn handshakes(connection: &Connection) -> Vec<(String, String)> {
    let flag = match connection.handshake {
        Handshake::Refused | Handshake::Reset => "tcp.flags.reset == 1",
        // The message is no packet of the connection: it quotes one.
        Handshake::Unreachable => {
            let frame = connection.unreachable.as_ref().map_or(0, |((frame, _), _)| *frame);
            return vec![
                ("This packet".to_owned(), format!("frame.number == {frame}")),
                ("Such packets of all".to_owned(), "icmp.type == 3 || icmpv6.type == 1".to_owned()),
            ];
        }
        _ if connection.transport == "tcp" => "tcp.flags.syn == 1",
        _ => return vec![("This connection".to_owned(), connection.filter.clone())],
    };
    let own = format!("{} && {flag}", connection.filter);
    vec![("These packets of the connection".to_owned(), own), ("Such packets of all".to_owned(), flag.to_owned())]
}

fn server_names(connection: &Connection) -> Vec<(String, String)> {
    if connection.server_name.is_empty() {
        return Vec::new();
    }
    let field = if connection.is_host { "http.host" } else { "tls.handshake.extensions_server_name" };
    vec![("Packets with this server name".to_owned(), format!("{field} == {}", quoted(&connection.server_name)))]
}

/// Seconds from question to answer.
fn waited(lookup: Option<&Lookup>) -> Option<f64> {
    let lookup = lookup?;
    Some(lookup.response?.1 - lookup.query?.1)
}

/// Seconds with six digits, never more than they are: a filter for what is as long must find this one.
fn floor(seconds: f64) -> String {
    format!("{:.6}", (seconds * 1e6 - 0.5).floor().max(0.0) / 1e6)
}

fn host(address: &str) -> String {
    let field = if address.contains(':') { "ipv6.addr" } else { "ip.addr" };
    format!("{field} == {address}")
}

/// A string of the filter language.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::super::testing::line;
    use super::*;

    fn first(value: Value) -> String {
        value.filters(&line()).first().map(|(_, filter)| filter.clone()).unwrap_or_default()
    }

    #[test]
    fn every_value_of_a_pair_is_a_filter() {
        assert_eq!(first(Value::Name), r#"pair.name == "www.example.com""#);
        assert_eq!(first(Value::Kind), "dns.qry.type == 1");
        assert_eq!(first(Value::Asked), "frame.number in {1, 2}");
        assert_eq!(first(Value::Latency), "dns.time >= 0.009999");
        assert_eq!(first(Value::Address), "ip.addr == 192.0.2.1");
        assert_eq!(first(Value::Port), "tcp.port == 443");
        assert_eq!(first(Value::Delay), "pair.delay >= 0.009999");
        assert_eq!(first(Value::Handshake), "tcp.stream == 0 && tcp.flags.syn == 1");
        assert_eq!(first(Value::Bytes), "tcp.stream == 0");
        assert_eq!(first(Value::Status), r#"pair.status == "paired""#);
    }

    #[test]
    fn a_value_is_found_by_its_name() {
        for value in Value::ALL {
            assert_eq!(Value::named(value.name()), Some(value));
        }
    }

    #[test]
    fn a_server_name_is_filtered_where_it_stands() {
        let mut host = line();
        if let Some(connection) = &mut host.connection {
            connection.server_name = "example.com".to_owned();
            connection.is_host = true;
        }
        assert_eq!(Value::ServerName.filters(&host)[0].1, r#"http.host == "example.com""#);
    }

    #[test]
    fn addresses_of_version_six_have_a_field_of_their_own() {
        assert_eq!(host("2001:db8::1"), "ipv6.addr == 2001:db8::1");
    }

    #[test]
    fn a_name_cannot_end_the_string_that_it_stands_in() {
        assert_eq!(quoted(r#"a"b\c"#), r#""a\"b\\c""#);
    }

    #[test]
    fn a_line_leads_to_its_packets() {
        let frames: Vec<Act> = whole(&line()).into_iter().map(|item| item.act).take(6).collect();
        assert_eq!(frames, [1, 2, 3, 4, 5, 9].map(Act::Go));
    }
}
