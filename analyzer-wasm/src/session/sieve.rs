//! A filter at work: what the index knows is asked once for all packets that share it, and bytes only of the rest.

use super::know::{IndexKnow, PacketKnow, Share, shares};
use crate::capture::ReadError;
use crate::field::FieldId;
use crate::filter::{Decision, Filter};
use crate::open::Open;
use rustc_hash::FxHashMap;

/// A filter, with its answers so far for stacks and flows.
pub struct Sieve {
    filter: Filter,
    needs: Vec<FieldId>,
    /// By number of the stack: its class.
    class_of: Vec<Option<usize>>,
    classes: Vec<Class>,
    class_by_shares: FxHashMap<Vec<(FieldId, Share)>, usize>,
    /// What glances cost beyond a look into the index.
    spent: u32,
}

/// Stacks of which the index knows the same, as far as this filter asks.
struct Class {
    answer: Decision,
    shares: Vec<(FieldId, Share)>,
    /// The answers by number of the flow, where endpoints decide; nothing where they do not.
    flows: Option<Vec<Option<Decision>>>,
    /// Whether both directions of a conversation get the same answer.
    even: bool,
    /// Whether the row of a packet can decide.
    rows: bool,
}

impl Sieve {
    /// For a filter.
    pub fn new(filter: Filter) -> Sieve {
        let needs = filter.needs().iter().collect();
        Sieve {
            filter,
            needs,
            class_of: Vec::new(),
            classes: Vec::new(),
            class_by_shares: FxHashMap::default(),
            spent: 0,
        }
    }

    /// The filter.
    pub fn filter(&self) -> &Filter {
        &self.filter
    }

    /// What glances since the last call cost, in looks into the index, beyond one each.
    pub(super) fn spent(&mut self) -> u32 {
        std::mem::take(&mut self.spent)
    }

    /// The answer that the index gives for a packet.
    pub fn glance(&mut self, open: &Open, frame: u32) -> Decision {
        let index = &open.index;
        let Some(row) = index.rows.get(frame) else { return Decision::No };
        let known = self.class_of.get(usize::from(row.stack)).copied().flatten();
        let class = known.unwrap_or_else(|| self.classify(open, row.stack, index.stack_of(row)));
        let (filter, Some(class)) = (&self.filter, self.classes.get_mut(class)) else { return Decision::Ask };
        if class.answer != Decision::Ask {
            return class.answer;
        }
        let shares = &class.shares;
        let mut answer = Decision::Ask;
        if let Some(flows) = &mut class.flows {
            let flow = if class.even { row.flow / 2 * 2 } else { row.flow } as usize;
            if flows.len() <= flow {
                flows.resize(flow.max(index.conversations.len() * 2) + 1, None);
            }
            if let Some(of_flow) = flows.get_mut(flow) {
                answer = *of_flow.get_or_insert_with(|| match index.flow_of(row) {
                    Some(ends) => filter.answer(&IndexKnow::of_flow(shares, ends)),
                    None => Decision::Ask,
                });
            }
        }
        if answer == Decision::Ask && class.rows {
            let know = IndexKnow::of_packet(shares, open, frame, *row);
            self.spent += know.cost();
            answer = filter.answer(&know);
        }
        answer
    }

    /// Whether the filter displays a packet. `previous` is the displayed packet before it, 0 for none.
    ///
    /// # Errors
    /// Where its bytes are needed and cannot be read.
    pub fn displays(&mut self, open: &Open, frame: u32, previous: u32, hindsight: bool) -> Result<bool, ReadError> {
        match self.glance(open, frame) {
            Decision::Ask => self.look(open, frame, previous, hindsight),
            answer => Ok(answer == Decision::Yes),
        }
    }

    /// Whether the filter displays a packet by its bytes.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub fn look(&self, open: &Open, frame: u32, previous: u32, hindsight: bool) -> Result<bool, ReadError> {
        let filter = &self.filter;
        let answer = open.look(frame, previous, filter.needs(), hindsight, |packet, found| {
            filter.answer(&PacketKnow::new(packet, found))
        })?;
        Ok(answer == Decision::Yes)
    }

    fn classify(&mut self, open: &Open, number: u16, stack: Option<&[crate::index::StackLayer]>) -> usize {
        let known: Vec<(FieldId, Share)> = shares(open.protocols(), stack, self.needs.iter().copied()).collect();
        let class = match self.class_by_shares.get(&known) {
            Some(class) => *class,
            None => {
                let holds = |test: fn(&Share) -> bool| known.iter().any(|(_, share)| test(share));
                let in_ends = holds(|share| matches!(share, Share::InEnds { .. }));
                let flows = in_ends.then(|| vec![None; open.index.conversations.len() * 2]);
                let answer = self.filter.answer(&IndexKnow::of_stack(&known));
                let rows = holds(|share| matches!(share, Share::InRow | Share::InPairs));
                let ends = known.iter().filter(|(_, share)| matches!(share, Share::InEnds { .. }));
                let pairs: Vec<[FieldId; 2]> = ends
                    .filter_map(|(field, _)| open.protocols().get(open.protocols().owner(*field)).ends.try_into().ok())
                    .collect();
                let even = self.filter.is_even(&pairs);
                self.classes.push(Class { answer, shares: known.clone(), flows, even, rows });
                let class = self.classes.len() - 1;
                self.class_by_shares.insert(known, class);
                class
            }
        };
        let number = usize::from(number);
        if self.class_of.len() <= number {
            self.class_of.resize(number + 1, None);
        }
        if let Some(known) = self.class_of.get_mut(number) {
            *known = Some(class);
        }
        class
    }
}
