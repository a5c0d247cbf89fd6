//! The pair of a DNS lookup and the connection that it led to: found out from the whole capture, and shown in the
//! packets that begin and end a lookup, and in the one that begins a connection. A layer of our own, behind all others.

use crate::dissect::{Layer, Protocol, silent};
use crate::field::{FieldId, Values};
use crate::value::{Datum, Value};

/// The pair of a DNS lookup and a connection.
pub static PROTOCOL: Protocol =
    Protocol { name: "pair", title: "DNS lookup and connection", fields: FIELDS, summary: silent, ..Protocol::PLAIN };

crate::fields! { pair
    NAME "pair.name" Text "Name";
    STATUS "pair.status" N8 "Status" values (STATUSES);
    QUERY "pair.query" Frame "Query in";
    RESPONSE "pair.response" Frame "Response in";
    SYN "pair.syn" Frame "Connection begins in";
    DELAY "pair.delay" Duration "Time from the response to the connection";
    CANDIDATES "pair.candidates" U32 "Responses that could have led here";
    SNI_AGREES "pair.sni_agrees" Bool(0) "Server name agrees";
    USE "pair.use" N8 "Use of the lookup" values (USES);
}

/// By `PairStatus::number`.
const STATUSES: Values = Values::Names(&[
    (0, "paired"),
    (1, "paired-by-name"),
    (2, "ambiguous"),
    (3, "expired"),
    (4, "other-client"),
    (5, "answered-later"),
    (6, "capture-began-later"),
    (7, "local-address"),
    (8, "resolver"),
    (9, "encrypted-dns"),
    (10, "https-hint"),
    (11, "used-directly"),
]);

/// By `Usage::number`.
const USES: Values = Values::Names(&[
    (0, "used"),
    (1, "used-later"),
    (2, "twin-used"),
    (3, "never-used"),
    (4, "no-address"),
    (5, "retried"),
    (6, "no-answer"),
]);

/// The facts of a packet about a lookup and the connection that it led to. Packets are named by their numbers, and 0
/// stands for none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pair {
    /// The name that was looked up; empty where no lookup led to the connection.
    pub name: Vec<u8>,
    /// What is known of it: the number of a [`crate::message::PairStatus`]; nothing for a lookup without a connection.
    pub status: Option<u8>,
    /// The question.
    pub query: u32,
    /// The answer.
    pub response: u32,
    /// The first packet of the connection: its SYN.
    pub syn: u32,
    /// Seconds and nanoseconds from the answer to it.
    pub delay: Option<(i64, u32)>,
    /// How many answers could have led to the connection.
    pub candidates: Option<u32>,
    /// Whether the server's name that the client sent is the one that was looked up.
    pub agrees: Option<bool>,
    /// Of a packet of the lookup, what became of that: the number of a [`crate::message::Usage`].
    pub usage: Option<u8>,
}

/// Its fields, in the order of the tree.
const ALL: [FieldId; 9] = [NAME, USE, STATUS, QUERY, RESPONSE, SYN, DELAY, CANDIDATES, SNI_AGREES];

/// The protocol's own field, and its others.
pub fn all() -> impl Iterator<Item = FieldId> {
    [SELF].into_iter().chain(ALL)
}

/// The value of a field in a pair; nothing where it has no such value.
pub fn datum(pair: &Pair, field: FieldId) -> Option<Datum<'_>> {
    let frame = |frame: u32| (frame != 0).then_some(Datum::Uint(frame.into()));
    match field {
        NAME => (!pair.name.is_empty()).then_some(Datum::Text(&pair.name)),
        STATUS => pair.status.map(|status| Datum::Uint(status.into())),
        USE => pair.usage.map(|usage| Datum::Uint(usage.into())),
        QUERY => frame(pair.query),
        RESPONSE => frame(pair.response),
        SYN => frame(pair.syn),
        DELAY => pair.delay.map(|(seconds, nanoseconds)| Datum::Time(seconds, nanoseconds)),
        CANDIDATES => pair.candidates.map(|candidates| Datum::Uint(candidates.into())),
        SNI_AGREES => pair.agrees.map(|agrees| Datum::Uint(agrees.into())),
        _ => None,
    }
}

/// Notes the pairs of a packet, in a layer behind all others.
pub fn note(l: &mut Layer<'_, '_>, pairs: &[Pair]) {
    let Some(first) = pairs.first() else { return };
    l.title(|| title(first, pairs.len()));
    for pair in pairs {
        if pairs.len() > 1 {
            let at = l.at();
            l.text(at, at, || format!("[Connection in {}]", pair.syn));
            l.below(|l| note_one(l, pair));
        } else {
            note_one(l, pair);
        }
    }
}

fn note_one(l: &mut Layer<'_, '_>, pair: &Pair) {
    for field in ALL {
        match datum(pair, field) {
            Some(Datum::Uint(value)) => l.generated(field, Value::Uint(value)),
            Some(Datum::Time(seconds, nanoseconds)) => l.generated(field, Value::Time(seconds, nanoseconds)),
            Some(Datum::Text(text)) => l.generated_text(field, text),
            _ => {}
        }
    }
}

/// What a lookup without a connection of its own came to.
fn without_connection(usage: Option<u8>) -> &'static str {
    match usage.and_then(|usage| USES.name(usage.into())) {
        Some("twin-used") => "for which a lookup of another type led to a connection",
        Some("no-address") => "whose answer has no address",
        Some("retried") => "which was asked again over TCP",
        Some("no-answer") => "which has no answer",
        _ => "which led to no connection",
    }
}

fn title(pair: &Pair, connections: usize) -> String {
    let name = String::from_utf8_lossy(&pair.name);
    let status = pair.status.and_then(|status| STATUSES.name(status.into()));
    match (name.is_empty(), status) {
        (true, status) => format!("DNS lookup and connection: {}", status.unwrap_or("unknown")),
        (false, None) => format!("DNS lookup and connection: {name}, {}", without_connection(pair.usage)),
        (false, Some(_)) if connections > 1 => {
            format!("DNS lookup and connection: {name} led to {connections} connections")
        }
        (false, Some(status)) => format!("DNS lookup and connection: {name}, {status}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{PairStatus, Usage};

    #[test]
    fn statuses_are_called_the_same_everywhere() {
        let names: Vec<Option<&str>> =
            (0..).take(PairStatus::NAMES.len()).map(|number| STATUSES.name(number)).collect();
        assert_eq!(names, PairStatus::NAMES.map(Some));
        let names: Vec<Option<&str>> = (0..).take(Usage::NAMES.len()).map(|number| USES.name(number)).collect();
        assert_eq!(names, Usage::NAMES.map(Some));
    }
}
