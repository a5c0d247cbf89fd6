//! Statuses, outcomes and whole lines of the pairs, in words.

use crate::words;
use analyzer::message::{Connection, Handshake, Lookup, PairGroup, PairLine, PairStatus, Race, Usage};

/// What stands above a group.
pub(crate) fn group(group: PairGroup) -> &'static str {
    match group {
        PairGroup::Paired => "Lookups and their connections",
        PairGroup::Without => "Connections without a lookup",
        PairGroup::Unused => "Lookups never used",
    }
}

/// A status in words, with its number.
pub(crate) fn status(status: PairStatus) -> String {
    match status {
        PairStatus::Ambiguous { candidates } => format!("ambiguous, the latest of {candidates} names"),
        PairStatus::Expired { over } => format!("expired {} before", words::span(over)),
        other => kind(other).to_owned(),
    }
}

/// A status in words, as all connections with it share them.
pub(crate) fn kind(status: PairStatus) -> &'static str {
    match status {
        PairStatus::Paired => "paired",
        PairStatus::PairedByName => "paired by name",
        PairStatus::Ambiguous { .. } => "ambiguous",
        PairStatus::Expired { .. } => "expired",
        PairStatus::OtherClient => "only another client asked",
        PairStatus::AnsweredLater => "answered after the SYN",
        PairStatus::CaptureBeganLater => "capture began later",
        PairStatus::LocalAddress => "local address",
        PairStatus::Resolver => "the name server itself",
        PairStatus::EncryptedDns => "encrypted DNS",
        PairStatus::HttpsHint => "hint in an HTTPS record",
        PairStatus::UsedDirectly => "address used directly",
    }
}

/// What became of a lookup that led to no connection.
pub(crate) fn usage(lookup: &Lookup) -> String {
    match lookup.usage {
        Usage::Used => "used".to_owned(),
        Usage::UsedLater(after) => format!("used {} later", words::span(after)),
        Usage::TwinUsed => "an address of another type was used".to_owned(),
        Usage::NeverUsed => "never used".to_owned(),
        Usage::NoAddress if !lookup.rcode.is_empty() && lookup.rcode != "No error" => lookup.rcode.to_lowercase(),
        Usage::NoAddress => "no address in the answer".to_owned(),
        Usage::Retried => "cut short, asked again over TCP".to_owned(),
        Usage::NoAnswer => "no answer".to_owned(),
    }
}

/// How the beginning of a connection went; nothing where its transport shows nothing.
pub(crate) fn outcome(connection: &Connection) -> Option<&'static str> {
    match connection.handshake {
        Handshake::Accepted => Some("accepted"),
        Handshake::Reset => Some("accepted, then reset"),
        Handshake::Refused => Some("refused"),
        Handshake::Unreachable => Some("unreachable"),
        Handshake::Unanswered => Some("no answer"),
        Handshake::NotSeen => Some("not captured"),
        Handshake::None => None,
    }
}

/// What is out of the ordinary in a connection.
pub(crate) fn marks(connection: &Connection) -> Vec<String> {
    let mut marks = Vec::new();
    match connection.race {
        Some(Race::Won) => marks.push("won the race".to_owned()),
        Some(Race::Lost) => marks.push("lost the race".to_owned()),
        None => {}
    }
    if connection.repeats > 0 {
        marks.push(format!("SYN sent {} times", words::count(u64::from(connection.repeats) + 1)));
    }
    if connection.simultaneous {
        marks.push("both sides sent a SYN".to_owned());
    }
    if connection.ports_used_again {
        marks.push("ports used again".to_owned());
    }
    marks
}

/// The types of a visit's lookups, the one that led on first.
pub(crate) fn kinds(line: &PairLine) -> String {
    let all = line.lookup.iter().chain(&line.twins).map(|lookup| lookup.kind.as_str());
    all.collect::<Vec<_>>().join(" ")
}

/// The name of a line: what was looked up, else the server's own name, else its address.
pub(crate) fn name(line: &PairLine) -> String {
    match (&line.lookup, &line.connection) {
        (Some(lookup), _) => lookup.name.clone(),
        (None, Some(connection)) if !connection.server_name.is_empty() => connection.server_name.clone(),
        (None, Some(connection)) => connection.server.clone(),
        (None, None) => String::new(),
    }
}

/// An address with its port, the address of version 6 in brackets.
pub(crate) fn end(address: &str, port: u16) -> String {
    if address.contains(':') { format!("[{address}]:{port}") } else { format!("{address}:{port}") }
}

/// Bytes of payload, both ways.
pub(crate) fn traffic(connection: &Connection) -> String {
    format!("{} sent, {} received", words::size(connection.sent), words::size(connection.received))
}

/// A whole line in one sentence; `#12` names packet 12.
pub(crate) fn line(line: &PairLine) -> String {
    let mut parts = vec![name(line)];
    if let Some(lookup) = &line.lookup {
        parts.push(looked_up(lookup));
    }
    match &line.connection {
        Some(connection) => parts.push(connected(connection)),
        None => parts.extend(line.lookup.as_ref().map(usage)),
    }
    parts.join(" · ")
}

fn looked_up(lookup: &Lookup) -> String {
    let asked = match lookup.query {
        Some((frame, time)) => format!("{} asked in #{frame} at {time:.3} s", lookup.kind),
        None => format!("{}, question not captured", lookup.kind),
    };
    let first = lookup.addresses.first().map(|address| address.address.as_str()).unwrap_or("no address");
    match (lookup.query, lookup.response) {
        (Some((_, asked_at)), Some((frame, time))) => {
            format!("{asked}, answered in #{frame} after {} with {first}", words::span(time - asked_at))
        }
        (None, Some((frame, _))) => format!("{asked}, answered in #{frame} with {first}"),
        (_, None) => asked,
    }
}

fn connected(connection: &Connection) -> String {
    let (frame, time) = connection.begin;
    let after = connection.delay.map(|delay| format!("{} later", words::span(delay)));
    let when = after.unwrap_or_else(|| format!("at {time:.3} s"));
    let to = end(&connection.server, connection.port);
    let mut said = format!("{} to {to} in #{frame} {when}", connection.transport.to_uppercase());
    if let Some(outcome) = outcome(connection) {
        said.push_str(&format!(", {outcome}"));
    }
    if let Some(((frame, at), why)) = &connection.unreachable {
        said.push_str(&format!(" ({}) in #{frame} after {}", why.to_lowercase(), words::span(at - time)));
    }
    if let Some((frame, at)) = connection.accepted {
        said.push_str(&format!(" in #{frame} after {}", words::span(at - time)));
    }
    if let Some((frame, at)) = connection.data {
        said.push_str(&format!(", first data in #{frame} at {at:.3} s"));
    }
    for mark in marks(connection) {
        said.push_str(&format!(", {mark}"));
    }
    format!("{said} · {}, until {:.3} s", traffic(connection), connection.last.1)
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    #[test]
    fn addresses_of_version_six_stand_in_brackets() {
        assert_eq!(end("10.0.2.15", 80), "10.0.2.15:80");
        assert_eq!(end("2001:db8::1", 80), "[2001:db8::1]:80");
    }

    #[test]
    fn a_line_is_written_in_words_with_its_packets() {
        let words = super::line(&testing::line());
        assert_eq!(
            words,
            "www.example.com · A asked in #1 at 0.000 s, answered in #2 after 10.0 ms with 192.0.2.1 · TCP to \
             192.0.2.1:443 in #3 10.0 ms later, accepted in #4 after 20.0 ms, first data in #5 at 0.050 s · 517 bytes \
             sent, 4.1 kB received, until 1.000 s"
        );
    }

    #[test]
    fn what_is_out_of_the_ordinary_is_said() {
        let mut odd = testing::connection("192.0.2.1");
        odd.race = Some(Race::Lost);
        odd.repeats = 2;
        odd.ports_used_again = true;
        assert_eq!(marks(&odd), ["lost the race", "SYN sent 3 times", "ports used again"]);
    }
}
