//! Lookups and connections for programs: a JSON object each.

use super::Pairs;
use crate::message::{Connection, Evidence, Lookup, PairStatus};
use serde_json::{Map, Value, json};

impl Pairs<'_> {
    /// Every connection, in order of their beginnings.
    pub fn connections(&self) -> impl Iterator<Item = Value> {
        (0..self.pairing.connections.len() as u32).filter_map(|index| self.connection_json(index))
    }

    /// Every lookup, in order of their first packets.
    pub fn lookups(&self) -> impl Iterator<Item = Value> {
        (0..self.gathered.lookups()).filter_map(|index| self.lookup_json(index))
    }

    /// A hand-in: what identifies the capture, the lookup, the connection, and why they belong together.
    pub(super) fn report_json(
        &self,
        capture: &[(&str, String)],
        size: u64,
        lookup: Option<&Lookup>,
        connection: Option<&Connection>,
        evidence: &Evidence,
    ) -> String {
        let name = |what: &str| what.to_lowercase().replace([' ', '-'], "_");
        let mut capture: Map<String, Value> =
            capture.iter().map(|(what, value)| (name(what), value.as_str().into())).collect();
        capture.insert("size".to_owned(), size.into());
        capture.insert("packets".to_owned(), self.index.rows.len().into());
        let filters = evidence.filters.iter().map(|(what, filter)| json!({"shows": what, "filter": filter}));
        let report = json!({
            "capture": capture,
            "lookup": lookup.and_then(|lookup| self.lookup_json(lookup.index)),
            "connection": connection.and_then(|connection| self.connection_json(connection.index)),
            "evidence": evidence.words,
            "rule": evidence.rule,
            "filters": filters.collect::<Vec<_>>(),
        });
        format!("{report:#}\n")
    }

    fn connection_json(&self, index: u32) -> Option<Value> {
        let connection = self.connection_message(index)?;
        let paired = self.connection(index)?;
        let lookup = paired.lookup.and_then(|lookup| self.lookup(lookup));
        let frame = |frame: u32| (frame != 0).then_some(frame);
        let text = |text: String| Some(text).filter(|text| !text.is_empty());
        let candidates = self.pairing.candidates(paired, self.gathered, self.index).into_iter();
        let candidates = candidates.filter_map(|candidate| self.lookup(candidate.lookup)).map(|lookup| {
            json!({
                "name": self.text(lookup.name),
                "query": frame(lookup.query),
                "response": frame(lookup.response),
            })
        });
        Some(json!({
            "frame": connection.begin.0,
            "time": seconds(connection.begin.1),
            "transport": connection.transport,
            "client": connection.client,
            "client_port": connection.client_port,
            "server": connection.server,
            "port": connection.port,
            "inside": text(connection.inside),
            "status": connection.status.name(),
            "over": match connection.status {
                PairStatus::Expired { over } => Some(seconds(over)),
                _ => None,
            },
            "name": text(connection.name),
            "query": lookup.and_then(|lookup| frame(lookup.query)),
            "response": lookup.and_then(|lookup| frame(lookup.response)),
            "delay": connection.delay.map(seconds),
            "candidates": candidates.collect::<Vec<_>>(),
            "server_name": text(connection.server_name),
            "server_name_frame": frame(connection.server_name_frame),
            "agrees": connection.agrees,
            "handshake": connection.handshake.name(),
            "accepted": connection.accepted.map(|(frame, _)| frame),
            "rtt": connection.round_trip.map(seconds),
            "syns": (connection.transport == "tcp").then(|| self.facts(paired).course.syns),
            "first_data": connection.data.map(|(frame, _)| frame),
            "unreachable": connection.unreachable.as_ref().map(|((frame, _), _)| frame),
            "unreachable_why": connection.unreachable.as_ref().map(|(_, why)| why),
            "reset": connection.reset.map(|(frame, _)| frame),
            "sent": connection.sent,
            "received": connection.received,
            "duration": seconds(connection.last.1 - connection.begin.1),
            "race": connection.race.map(|race| race.name()),
            "simultaneous": connection.simultaneous,
            "ports_used_again": connection.ports_used_again,
            "filter": connection.filter,
        }))
    }

    fn lookup_json(&self, index: u32) -> Option<Value> {
        let lookup = self.lookup_message(index)?;
        let addresses = lookup.addresses.iter();
        let addresses = addresses.map(|given| json!({"address": given.address, "ttl": given.ttl, "hint": given.hint}));
        let led = self.pairing.led_to(index).iter().filter_map(|index| self.connection(*index));
        let latency = lookup.query.zip(lookup.response).map(|((_, asked), (_, answered))| answered - asked);
        Some(json!({
            "name": lookup.name,
            "type": lookup.kind,
            "over": lookup.way,
            "client": lookup.client,
            "server": lookup.server,
            "query": lookup.query.map(|(frame, _)| frame),
            "time": lookup.query.or(lookup.response).map(|(_, time)| seconds(time)),
            "repeats": lookup.repeats,
            "response": lookup.response.map(|(frame, _)| frame),
            "latency": latency.map(seconds),
            "duplicates": lookup.duplicates,
            "rcode": lookup.rcode,
            "truncated": lookup.truncated,
            "retry": lookup.retry,
            "addresses": addresses.collect::<Vec<_>>(),
            "aliases": lookup.aliases,
            "alpn": lookup.alpn,
            "use": lookup.usage.name(),
            "connections": led.map(|paired| paired.begin).collect::<Vec<_>>(),
        }))
    }
}

/// Seconds as captures have them: to the nanosecond.
fn seconds(seconds: f64) -> f64 {
    (seconds * 1e9).round() / 1e9
}
