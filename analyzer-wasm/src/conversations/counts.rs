//! What was exchanged: of every layer that has conversations, one row each.

use super::address_pairs::AddressPairs;
use super::{Address, Between, Conversations, Conversing, Counted, End, Exchange, Exchanged};
use crate::blocks::Blocks;
use crate::pace::Pace;
use crate::sharded::Sharded;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What was exchanged in all conversations of a capture, or in those of some of its packets.
#[derive(Debug, Default)]
pub struct Counts {
    ether: AddressPairs<u64>,
    ipv4: AddressPairs<u32>,
    ipv6: AddressPairs<u128>,
    /// By layer, and by number of the stream or of the pair of addresses.
    rows: [Blocks<Exchanged>; Conversing::COUNT],
    /// The latest time so far.
    latest: i64,
    /// The earliest and the latest time of conversations whose packets are out of time order: those are not the times of
    /// their first and last packet.
    spans: Sharded<(Conversing, u32), (i64, i64)>,
}

impl Counts {
    /// Frees them in steps.
    pub async fn free(self, pace: &Pace) {
        self.ether.free(pace).await;
        self.ipv4.free(pace).await;
        self.ipv6.free(pace).await;
        for rows in self.rows {
            rows.free(pace).await;
        }
        self.spans.free(pace).await;
    }

    /// Counts a packet in the conversations that it belongs to. `time` tells when the packets before it were captured.
    pub fn count(&mut self, exchanges: &[Exchange], packet: &Counted, time: impl Fn(u32) -> i64) {
        if packet.time < self.latest || !self.spans.is_empty() {
            self.widen(exchanges, packet, &time);
        }
        self.latest = self.latest.max(packet.time);
        for exchange in exchanges {
            let (number, side) = self.place(&exchange.between);
            match self.row(exchange.layer, number) {
                Some(row) => row.count(packet, side, exchange.payload),
                None => self.begin(exchange, number, side, packet),
            }
        }
    }

    /// The number of a conversation in its layer, and the sender's side of it.
    #[inline(always)]
    fn place(&mut self, between: &Between) -> (u32, usize) {
        match *between {
            Between::Ether(ends) => {
                self.ether.number(ends.map(|[a, b, c, d, e, f]| u64::from_be_bytes([0, 0, a, b, c, d, e, f])))
            }
            Between::Ipv4(ends) => self.ipv4.number(ends.map(Ipv4Addr::to_bits)),
            Between::Ipv6(ends) => self.ipv6.number(ends.map(Ipv6Addr::to_bits)),
            Between::Stream { number, turned, .. } => (number, usize::from(turned)),
        }
    }

    /// The row of a conversation of which a packet was counted.
    #[inline(always)]
    fn row(&mut self, layer: Conversing, number: u32) -> Option<&mut Exchanged> {
        self.rows.get_mut(layer as usize)?.get_mut(number as usize).filter(|row| !row.is_empty())
    }

    /// Counts the first packet of a conversation.
    #[cold]
    fn begin(&mut self, exchange: &Exchange, number: u32, side: usize, packet: &Counted) {
        let ends = match exchange.between {
            Between::Stream { conversation, .. } => conversation,
            _ => number,
        };
        let Some(rows) = self.rows.get_mut(exchange.layer as usize) else { return };
        let mut begun = Exchanged { first: packet.frame, ends, begun_by: side as u8, ..Exchanged::NOTHING };
        begun.count(packet, side, exchange.payload);
        // Streams that were only quoted so far have no row yet.
        while rows.len() < number as usize {
            rows.push(Exchanged::NOTHING);
        }
        match rows.get_mut(number as usize) {
            Some(row) => *row = begun,
            None => rows.push(begun),
        }
    }

    /// Keeps the times of conversations whose packets are out of time order.
    #[cold]
    fn widen(&mut self, exchanges: &[Exchange], packet: &Counted, time: &impl Fn(u32) -> i64) {
        for exchange in exchanges {
            let (number, _) = self.place(&exchange.between);
            let Some(row) = self.row(exchange.layer, number).copied() else { continue };
            let key = (exchange.layer, number);
            if packet.time < self.latest {
                if let Some(span) = self.spans.value(key, || (time(row.first), time(row.last))) {
                    *span = (span.0.min(packet.time), span.1.max(packet.time));
                }
            } else if let Some(span) = self.spans.get_mut(&key) {
                span.1 = packet.time;
            }
        }
    }

    /// What was exchanged in each conversation of a layer, by number of the stream or of the pair of addresses.
    pub fn exchanged(&self, layer: Conversing) -> impl Iterator<Item = (u32, &Exchanged)> {
        let rows = self.rows.get(layer as usize).into_iter().flat_map(|rows| (0..).zip(rows.iter()));
        rows.filter(|(_, row)| !row.is_empty())
    }

    /// The sides of a conversation of a layer, in a capture with these conversations.
    pub fn ends(&self, conversations: &Conversations, layer: Conversing, number: u32) -> Option<[End; 2]> {
        let without_ports = |ends: [Address; 2]| ends.map(|address| End { address, port: 0 });
        let hosts = |ends: [IpAddr; 2]| without_ports(ends.map(Address::Ip));
        match layer {
            Conversing::Ethernet => {
                let station = |end: u64| {
                    let [_, _, address @ ..] = end.to_be_bytes();
                    Address::Ether(address)
                };
                self.ether.get(number).map(|ends| without_ports(ends.map(station)))
            }
            Conversing::Ipv4 => {
                self.ipv4.get(number).map(|ends| hosts(ends.map(|end| Ipv4Addr::from_bits(end).into())))
            }
            Conversing::Ipv6 => {
                self.ipv6.get(number).map(|ends| hosts(ends.map(|end| Ipv6Addr::from_bits(end).into())))
            }
            _ => {
                let row = self.rows.get(layer as usize)?.get(number as usize)?;
                let (ends, _) = conversations.get(row.ends)?;
                let end = |address, port| End { address: Address::Ip(address), port };
                Some([end(ends.source, ends.source_port), end(ends.destination, ends.destination_port)])
            }
        }
    }

    /// The earliest and the latest time of a conversation, in nanoseconds since 1970. `time` tells when a packet was
    /// captured.
    pub fn span(&self, layer: Conversing, number: u32, time: impl Fn(u32) -> i64) -> Option<(i64, i64)> {
        if let Some(span) = self.spans.get(&(layer, number)) {
            return Some(*span);
        }
        let row = self.rows.get(layer as usize)?.get(number as usize)?;
        Some((time(row.first), time(row.last)))
    }
}

#[cfg(test)]
mod tests;
