//! What is answered at once: rows, packets, pairs, and what the capture is.

use super::cells::PacketColumns;
use super::jobs::Job;
use super::lines::Lines;
use super::{Capture, know, tint, tree};
use crate::capture::ReadError;
use crate::field::FieldSet;
use crate::filter::Filter;
use crate::message::{Host, Opened, PacketRow, PairsShown, PairsWanted, Reply, Request};
use crate::value::write_date;

/// Rows that one reply holds at the most.
const MOST_ROWS: u32 = 1000;

impl Capture {
    pub(super) fn answer(&self, request: Request) -> Reply {
        match request {
            Request::Rows { start, end } => self.rows(start, end.min(start.saturating_add(MOST_ROWS))),
            Request::Packet { frame } => {
                let previous = self.before(self.position(frame).unwrap_or(0));
                let packet = self.open.look(frame, previous, &FieldSet::all(), true, tree::packet);
                packet.map_or_else(|why| Reply::Failed(why.0), Reply::Packet)
            }
            Request::Locate { frame } => Reply::Located { frame, position: self.position(frame) },
            Request::Evidence(chosen) => {
                Reply::Evidence(self.open.pairs().map(|pairs| pairs.evidence(chosen)).unwrap_or_default())
            }
            // The session answers these itself.
            Request::Open { .. }
            | Request::Cancel
            | Request::Check { .. }
            | Request::Filter { .. }
            | Request::Complete { .. }
            | Request::Pairs(_)
            | Request::Report { .. }
            | Request::Macros(_) => Reply::Cancelled,
        }
    }

    /// The lines that are wanted, where their order is known; else it is worked out. Nothing is known of the pairs of a capture
    /// that is still read.
    pub(super) fn lines(&mut self, serial: u32, wanted: PairsWanted) -> Option<PairsShown> {
        if !self.ended {
            return Some(PairsShown::default());
        }
        if let (Some(pairs), Some(ordered)) = (self.open.pairs(), &self.ordered)
            && ordered.answers(&wanted)
        {
            self.jobs.take(|job| matches!(job, Job::Lines(_)));
            return Some(pairs.window(ordered, &wanted));
        }
        // Another window of an order that is being worked out waits for that.
        let begun = self.jobs.take(|job| matches!(job, Job::Lines(lines) if lines.are_of(&wanted))).pop();
        self.jobs.push(match begun {
            Some(Job::Lines(mut lines)) => {
                lines.waiting.push((serial, wanted));
                Job::Lines(lines)
            }
            _ => Job::Lines(Lines::new(serial, wanted)),
        });
        None
    }

    /// Gives a filter the values that it takes from the selected packet.
    pub(super) fn refer(&self, filter: &mut Filter, selected: u32) -> Result<(), ReadError> {
        let previous = self.before(self.position(selected).unwrap_or(0));
        know::refer(filter, &self.open, selected, previous, true)
    }

    fn rows(&self, start: u32, end: u32) -> Reply {
        let mut rows = Vec::new();
        let all = FieldSet::values();
        for position in start..end {
            let Some(frame) = self.frame(position) else { break };
            let digits = self.open.index.rows.get(frame).map_or(6, |row| self.open.digits(row));
            let row = self.open.look(frame, self.before(position), &all, true, |packet, found| {
                let PacketColumns { columns, time } = PacketColumns::of(packet, found, digits);
                let named = self.open.pairs().and_then(|pairs| pairs.name_of(frame, &found.endpoints));
                let (name, named_source) = named.unwrap_or_default();
                PacketRow {
                    frame,
                    time,
                    tint: tint::of(packet, found),
                    source: columns.source,
                    destination: columns.destination,
                    protocol: columns.protocol,
                    length: packet.length,
                    info: columns.info,
                    name,
                    named_source,
                }
            });
            match row {
                Ok(row) => rows.push(row),
                Err(why) => return Reply::Failed(why.0),
            }
        }
        Reply::Rows { start, rows }
    }

    /// The packet at a position of the list.
    fn frame(&self, position: u32) -> Option<u32> {
        match &self.displayed {
            Some(displayed) => displayed.get(position as usize).copied(),
            None => (position < self.open.packets()).then_some(position + 1),
        }
    }

    /// The displayed packet before a position; 0 for none.
    fn before(&self, position: u32) -> u32 {
        position.checked_sub(1).and_then(|position| self.frame(position)).unwrap_or(0)
    }

    fn position(&self, frame: u32) -> Option<u32> {
        match &self.displayed {
            Some(displayed) => displayed.binary_search(&frame).ok().map(|position| position as u32),
            None => (1..=self.open.packets()).contains(&frame).then(|| frame - 1),
        }
    }

    pub(super) fn opened(&self, hosts: Vec<Host>) -> Opened {
        let index = &self.open.index;
        let (lookups, connections) = self.open.pairs().map(|pairs| pairs.counts()).unwrap_or_default();
        let mut start = String::new();
        if let Some((first, _)) = index.span {
            write_date(&mut start, first.div_euclid(1_000_000_000), first.rem_euclid(1_000_000_000) as u32);
        }
        Opened {
            name: self.open.name.clone(),
            size: self.open.size,
            format: self.open.reader.format(),
            packets: self.open.packets(),
            duration: index.span.map_or(0.0, |(first, last)| last.saturating_sub(first) as f64 / 1e9),
            start,
            lookups,
            connections,
            hosts,
            notes: self.open.notes(),
        }
    }
}
