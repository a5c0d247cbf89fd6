//! What the open capture holds, from its index and its lookups: for advice and completion, without reading bytes again.

use super::Capture;
use super::tally::Made;
use crate::help::Seen;
use std::cell::Cell;
use std::net::IpAddr;

/// The tallies, once they were made.
#[derive(Debug, Default)]
pub(super) struct Tallies {
    made: Option<Made>,
    /// Whether somebody asked while they were not there.
    missed: Cell<bool>,
}

impl Tallies {
    /// Keeps tallies that were made.
    pub(super) fn keep(&mut self, made: Made) {
        self.made = Some(made);
    }

    /// Whether somebody asked, since this was asked last, while the tallies were not there.
    pub(super) fn were_missed(&self) -> bool {
        self.missed.take()
    }
}

impl Seen for Capture {
    fn addresses_of(&self, name: &str) -> Vec<IpAddr> {
        self.tallied(|made| made.addresses_of(&self.open.gathered, name))
    }

    fn values(&self, field: &str) -> Vec<(String, u32)> {
        self.tallied(|made| made.values(field))
    }

    fn occurs(&self, protocol: &str) -> u32 {
        self.tallied(|made| made.occurs(protocol))
    }
}

impl Capture {
    /// Whether the tallies are there and not out of date.
    pub(super) fn is_tallied(&self) -> bool {
        let packets = self.open.packets();
        self.tallies.made.as_ref().is_some_and(|made| match made.reading {
            // While the capture is read, tallies of half of it do.
            true => self.reading && packets / 2 <= made.packets,
            false => made.packets == packets,
        })
    }

    /// Looks at the tallies; where they are not there or out of date, that is noted, and what is there is used.
    fn tallied<T: Default>(&self, look: impl FnOnce(&Made) -> T) -> T {
        if !self.is_tallied() {
            self.tallies.missed.set(true);
        }
        self.tallies.made.as_ref().map(look).unwrap_or_default()
    }
}
