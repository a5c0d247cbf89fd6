//! A filter on its way through the packets, a slice at a time.

use super::jobs::STEP;
use super::sieve::Sieve;
use crate::capture::ReadError;
use crate::filter::{Decision, Filter};
use crate::message::Verdict;
use crate::open::Open;
use crate::protocols;

/// What it costs to look at a packet's bytes, where a glance at the index costs one.
const LOOK: u32 = 100;

/// The filter, and how far it came.
pub(super) struct Run {
    pub(super) serial: u32,
    pub(super) verdict: Verdict,
    /// The filter as it was typed, and the packet that was selected then.
    pub(super) asked: (String, u32),
    /// What was displayed before, for when this one is cancelled.
    pub(super) earlier: Option<Vec<u32>>,
    sieve: Sieve,
    next: u32,
}

impl Run {
    pub(super) fn new(
        serial: u32,
        asked: (String, u32),
        filter: Filter,
        verdict: Verdict,
        earlier: Option<Vec<u32>>,
    ) -> Run {
        Run { serial, verdict, asked, earlier, sieve: Sieve::new(filter), next: 1 }
    }

    /// Whether it takes values from the selected packet.
    pub(super) fn refers(&self) -> bool {
        self.sieve.filter().refers().is_some()
    }

    /// Whether it asks for pairs, which are known when all packets are.
    pub(super) fn asks_for_pairs(&self) -> bool {
        protocols::pseudo::pair::all().any(|field| self.sieve.filter().needs().iter().any(|needed| needed == field))
    }

    /// Packets that were examined.
    pub(super) fn examined(&self) -> u32 {
        self.next - 1
    }

    /// Examines some more packets.
    pub(super) fn slice(&mut self, open: &Open, displayed: &mut Vec<u32>) -> Result<(), ReadError> {
        let mut cost = 0;
        while cost < STEP && self.next <= open.packets() {
            let frame = self.next;
            let yes = match self.sieve.glance(open, frame) {
                Decision::Ask => {
                    cost += LOOK;
                    let previous = displayed.last().copied().unwrap_or(0);
                    self.sieve.look(open, frame, previous, true)?
                }
                answer => {
                    cost += 1 + self.sieve.spent();
                    answer == Decision::Yes
                }
            };
            if yes {
                displayed.push(frame);
            }
            self.next += 1;
        }
        Ok(())
    }
}
