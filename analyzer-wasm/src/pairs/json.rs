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

    /// A hand-in: what tells the capture from others, the lookup, the connection, and why they belong together.
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
        let told = self.connection_message(index)?;
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
            "frame": told.begin.0,
            "time": seconds(told.begin.1),
            "transport": told.transport,
            "client": told.client,
            "client_port": told.client_port,
            "server": told.server,
            "port": told.port,
            "inside": text(told.inside),
            "status": told.status.name(),
            "over": match told.status {
                PairStatus::Expired { over } => Some(seconds(over)),
                _ => None,
            },
            "name": text(told.name),
            "query": lookup.and_then(|lookup| frame(lookup.query)),
            "response": lookup.and_then(|lookup| frame(lookup.response)),
            "delay": told.delay.map(seconds),
            "candidates": candidates.collect::<Vec<_>>(),
            "server_name": text(told.server_name),
            "server_name_frame": frame(told.server_name_frame),
            "agrees": told.agrees,
            "handshake": told.handshake.name(),
            "accepted": told.accepted.map(|(frame, _)| frame),
            "rtt": told.round_trip.map(seconds),
            "syns": (told.transport == "tcp").then(|| self.told(paired).course.syns),
            "first_data": told.data.map(|(frame, _)| frame),
            "unreachable": told.unreachable.as_ref().map(|((frame, _), _)| frame),
            "unreachable_why": told.unreachable.as_ref().map(|(_, why)| why),
            "reset": told.reset.map(|(frame, _)| frame),
            "sent": told.sent,
            "received": told.received,
            "duration": seconds(told.last.1 - told.begin.1),
            "race": told.race.map(|race| race.name()),
            "simultaneous": told.simultaneous,
            "ports_used_again": told.ports_used_again,
            "filter": told.filter,
        }))
    }

    fn lookup_json(&self, index: u32) -> Option<Value> {
        let told = self.lookup_message(index)?;
        let addresses = told.addresses.iter();
        let addresses = addresses.map(|given| json!({"address": given.address, "ttl": given.ttl, "hint": given.hint}));
        let led = self.pairing.led_to(index).iter().filter_map(|index| self.connection(*index));
        let latency = told.query.zip(told.response).map(|((_, asked), (_, answered))| answered - asked);
        Some(json!({
            "name": told.name,
            "type": told.kind,
            "over": told.way,
            "client": told.client,
            "server": told.server,
            "query": told.query.map(|(frame, _)| frame),
            "time": told.query.or(told.response).map(|(_, time)| seconds(time)),
            "repeats": told.repeats,
            "response": told.response.map(|(frame, _)| frame),
            "latency": latency.map(seconds),
            "duplicates": told.duplicates,
            "rcode": told.rcode,
            "truncated": told.truncated,
            "retry": told.retry,
            "addresses": addresses.collect::<Vec<_>>(),
            "aliases": told.aliases,
            "alpn": told.alpn,
            "use": told.usage.name(),
            "connections": led.map(|paired| paired.begin).collect::<Vec<_>>(),
        }))
    }
}

/// Seconds as captures have them: to the nanosecond.
fn seconds(seconds: f64) -> f64 {
    (seconds * 1e9).round() / 1e9
}
