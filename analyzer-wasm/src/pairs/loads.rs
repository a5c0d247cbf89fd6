//! Page loads: what a client did in one go, again and again.

use super::Pairs;
use super::names::NameId;
use crate::message::Load;
use crate::pace::{Pace, sort};
use std::net::IpAddr;

/// Seconds without the beginning of a lookup or a connection, after which another page is loaded.
const PAUSE: f64 = 2.0;

impl Pairs<'_> {
    /// What a client did in one go, again and again.
    pub(super) async fn loads(&self, client: IpAddr, pace: &Pace) -> Vec<Load> {
        let hosts = &self.pairing.known;
        let client = hosts.host(client);
        let mut begun: Vec<(u32, Option<NameId>, bool)> = Vec::new();
        for visit in &self.pairing.visits {
            let first = visit.lookups.first().and_then(|lookup| self.lookup(*lookup));
            if let Some(first) = first.filter(|first| hosts.host(first.client) == client) {
                begun.push((first.first(), Some(first.name), false));
            }
            pace.spend(2).await;
        }
        for paired in &self.pairing.connections {
            if hosts.host(self.facts(paired).ends.source) == client {
                let name = paired.lookup.and_then(|lookup| self.lookup(lookup)).map(|lookup| lookup.name);
                begun.push((paired.begin, name, true));
            }
            pace.spend(4).await;
        }
        sort(&mut begun, Ord::cmp, pace).await;
        let mut loads: Vec<Load> = Vec::new();
        let mut is_named = false;
        for (frame, name, connects) in begun {
            pace.spend(2).await;
            let time = self.seconds(1, frame);
            if loads.last().is_none_or(|load| time - load.end > PAUSE) {
                is_named = false;
                loads.push(Load { start: time, end: time, name: String::new(), names: 0, connections: 0 });
            }
            let Some(load) = loads.last_mut() else { continue };
            load.end = load.end.max(time);
            load.names += u32::from(!connects);
            load.connections += u32::from(connects);
            if let Some(name) = name.filter(|_| load.name.is_empty() || connects && !is_named) {
                load.name = self.text(name);
                is_named = connects;
            }
        }
        loads
    }
}
