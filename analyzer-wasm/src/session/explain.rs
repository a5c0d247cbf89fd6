//! Holds every packet against the parts of a filter that displays nothing, and against what could be meant by it.

use super::know::PacketKnow;
use super::sieve::Sieve;
use crate::capture::ReadError;
use crate::field::FieldSet;
use crate::filter::{Decision, Filter};
use crate::help::{Guide, WhyNothing};
use crate::message::Nothing;
use crate::open::Open;

/// What a slice may cost; a packet whose bytes are looked at costs [`LOOK`].
const SLICE: u32 = 100_000;
const LOOK: u32 = 100;

/// The parts, and what could be meant, on their way through the packets.
pub(super) struct Explain {
    pub(super) serial: u32,
    why: WhyNothing,
    sieves: Vec<Sieve>,
    needs: FieldSet,
    next: u32,
}

impl Explain {
    /// For a filter that displays nothing; `unselected` says that it takes values from a packet that is not selected.
    /// `prepare` makes a filter ready to be answered.
    pub(super) fn new(
        serial: u32,
        guide: Guide<'_>,
        text: &str,
        unselected: bool,
        prepare: &dyn Fn(&mut Filter),
    ) -> Explain {
        let (why, mut filters) = WhyNothing::new(guide, text, unselected);
        filters.iter_mut().for_each(prepare);
        let needs = FieldSet::of(filters.iter().flat_map(|filter| filter.needs().iter()).collect::<Vec<_>>());
        let everything = filters.iter().any(|filter| filter.needs().is_all());
        let needs = if everything { needs.everything() } else { needs };
        Explain { serial, why, sieves: filters.into_iter().map(Sieve::new).collect(), needs, next: 1 }
    }

    /// Examines some more packets; the explanation once all were.
    pub(super) fn slice(&mut self, open: &Open) -> Result<Option<Nothing>, ReadError> {
        let mut cost = 0;
        while cost < SLICE && self.next <= open.packets() {
            let frame = self.next;
            let mut answers: Vec<Decision> = self.sieves.iter_mut().map(|sieve| sieve.glance(open, frame)).collect();
            cost += 1 + answers.len() as u32;
            if answers.contains(&Decision::Ask) {
                cost += LOOK;
                open.look(frame, 0, &self.needs, true, |packet, found| {
                    let know = PacketKnow::new(packet, found);
                    for (sieve, answer) in self.sieves.iter().zip(&mut answers) {
                        if *answer == Decision::Ask {
                            *answer = sieve.filter().answer(&know);
                        }
                    }
                })?;
            }
            self.why.count(answers.into_iter().map(|answer| answer == Decision::Yes));
            self.next += 1;
        }
        Ok((self.next > open.packets()).then(|| self.why.summary()))
    }
}
