//! The evidence in words: two or three sentences in which `#12` names packet 12.

use super::choose::{Choice, same_name};
use super::connection::Connection;
use super::lookup::{Lookup, kind_name};
use crate::message::{Handshake, PairStatus};

/// What is to be said of a connection.
pub(super) fn of(connection: &Connection, choice: &Choice, lookups: &[Lookup]) -> String {
    let mut words = match choice.lookup.and_then(|index| lookups.get(index)) {
        Some(lookup) => paired(connection, choice, lookup),
        None => unpaired(connection, choice),
    };
    words.push_str(&match connection.handshake() {
        Handshake::Accepted => {
            let answered = connection.accepted.unwrap_or(connection.syn);
            format!(" The server answered in #{} after {}.", answered.frame, span(answered.time - connection.syn.time))
        }
        Handshake::Refused => {
            format!(" The server refused in #{}.", connection.refused.map_or(0, |moment| moment.frame))
        }
        Handshake::Unanswered => " The capture has no answer of the server.".to_owned(),
    });
    words
}

fn paired(connection: &Connection, choice: &Choice, lookup: &Lookup) -> String {
    let (address, port) = (connection.endpoints.destination, connection.endpoints.destination_port);
    let kind = kind_name(lookup.kind);
    let asked = match lookup.query {
        Some(query) => format!(
            "{} asked {} for the {kind} record of {} in #{}. ",
            lookup.client, lookup.server, lookup.name, query.frame
        ),
        None => format!("The question for the {kind} record of {} is not in the capture. ", lookup.name),
    };
    let answer = lookup.response.unwrap_or(connection.syn);
    let latency = lookup.query.map_or_else(String::new, |query| format!(", {} later", span(answer.time - query.time)));
    let ttl = lookup.addresses.iter().find(|(a, _)| *a == address).map_or(0, |(_, ttl)| *ttl);
    let mut words = format!(
        "{asked}The answer in #{}{latency}, gave {address}, good for {ttl} s. The SYN to that address, port {port}, followed {} later in #{}.",
        answer.frame,
        span(connection.syn.time - answer.time),
        connection.syn.frame
    )
    .replace(&format!("#{}, gave", answer.frame), &format!("#{} gave", answer.frame));
    words.push_str(&match choice.status {
        PairStatus::Expired { over } => {
            format!(" The address was then no longer good, by {over:.0} s, and no later answer gave it.")
        }
        PairStatus::Ambiguous { candidates } => format!(
            " Answers for {candidates} names had given this client the same address; the latest is taken, as nothing in the connection tells which was meant."
        ),
        _ if choice.by_server_name => format!(
            " Other names had the same address; the server name that the client sent in #{} decides.",
            connection.server_name_frame
        ),
        _ if choice.candidates.len() > 1 => " All answers that gave this client the address were for this name.".into(),
        _ => " No other answer to this client had given that address.".into(),
    });
    if !connection.server_name.is_empty() && !choice.by_server_name {
        let frame = connection.server_name_frame;
        words.push_str(&if same_name(&lookup.name, &connection.server_name) {
            format!(" The server name in #{frame} is the same.")
        } else {
            format!(" The server name in #{frame} differs: {}.", connection.server_name)
        });
    }
    words
}

fn unpaired(connection: &Connection, choice: &Choice) -> String {
    let (client, address) = (connection.endpoints.source, connection.endpoints.destination);
    let (port, frame) = (connection.endpoints.destination_port, connection.syn.frame);
    let begin = format!("{client} connected to {address}, port {port}, in #{frame}.");
    let why = match choice.status {
        PairStatus::OtherClient => "An earlier answer gave that address, but to another client.",
        PairStatus::AnsweredLater => "The only answers that gave this client the address came after the SYN.",
        PairStatus::LocalAddress => "That address is local, and no answer gave it: it needs no lookup.",
        PairStatus::Resolver => "That address is a name server's own, and no answer gave it.",
        PairStatus::BeforeLookups => {
            "No lookup of this client ended before: it may have asked before the capture began, or have used the address directly."
        }
        _ => {
            "No answer in the capture gave that address: it was used directly, or asked for in a way that is not seen here."
        }
    };
    format!("{begin} {why}")
}

/// A length of time in words.
fn span(nanoseconds: i64) -> String {
    let seconds = nanoseconds as f64 / 1e9;
    match nanoseconds.unsigned_abs() {
        0..1_000_000 => format!("{:.3} ms", seconds * 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} ms", seconds * 1e3),
        _ => format!("{seconds:.1} s"),
    }
}
