//! A filter on its way through the packets, a slice at a time.

use super::know::{PacketKnow, StackKnow};
use super::open::Open;
use crate::capture::ReadError;
use crate::filter::{Answer, Filter};
use crate::message::Verdict;

/// What a slice may cost; a packet whose bytes are looked at costs [`LOOK`].
const SLICE: u32 = 200_000;
const LOOK: u32 = 20;

/// The filter, and how far it came.
pub(super) struct Run {
    pub(super) serial: u32,
    pub(super) verdict: Verdict,
    /// What was displayed before, for when this one is cancelled.
    pub(super) earlier: Option<Vec<u32>>,
    filter: Filter,
    next: u32,
    by_stack: Vec<Option<Answer>>,
}

impl Run {
    pub(super) fn new(serial: u32, filter: Filter, verdict: Verdict, earlier: Option<Vec<u32>>) -> Run {
        Run { serial, verdict, earlier, filter, next: 1, by_stack: Vec::new() }
    }

    /// Packets that were examined.
    pub(super) fn examined(&self) -> u32 {
        self.next - 1
    }

    /// Examines some more packets.
    pub(super) fn slice(&mut self, open: &Open, displayed: &mut Vec<u32>) -> Result<(), ReadError> {
        let mut cost = 0;
        while cost < SLICE && self.next <= open.packets() {
            let frame = self.next;
            let answer = match self.of_stack(open, frame) {
                Answer::Ask => {
                    cost += LOOK;
                    let previous = displayed.last().copied().unwrap_or(0);
                    let filter = &self.filter;
                    open.look(frame, previous, filter.needs(), true, |packet, found| {
                        filter.answer(&PacketKnow::new(packet, found))
                    })?
                }
                answer => {
                    cost += 1;
                    answer
                }
            };
            if answer == Answer::Yes {
                displayed.push(frame);
            }
            self.next += 1;
        }
        Ok(())
    }

    /// What the packet's protocols alone tell.
    fn of_stack(&mut self, open: &Open, frame: u32) -> Answer {
        let Some(row) = open.index.rows.get(frame) else { return Answer::No };
        let stack = usize::from(row.stack);
        if self.by_stack.len() <= stack {
            self.by_stack.resize(stack + 1, None);
        }
        let filter = &self.filter;
        match self.by_stack.get_mut(stack) {
            Some(answer) => *answer.get_or_insert_with(|| filter.answer(&StackKnow::new(open.index.stack_of(row)))),
            None => Answer::Ask,
        }
    }
}
