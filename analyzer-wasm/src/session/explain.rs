//! Says why a filter displays nothing: which of its parts hid the packets, and what would display some.

use super::know::PacketKnow;
use super::open::Open;
use super::sieve::Sieve;
use crate::capture::{ReadError, counted};
use crate::field::FieldSet;
use crate::filter::{Answer, Comparison, Filter, Language, Part};
use crate::message::{Clause, Fix, Nothing};
use crate::value::capital;

/// What a slice may cost; a packet whose bytes are looked at costs [`LOOK`].
const SLICE: u32 = 100_000;
const LOOK: u32 = 100;
/// Parts that are counted one by one, and filters that are tried in place of one that displays nothing.
const MOST: usize = 12;
/// Fixes that are offered.
const OFFERED: usize = 3;

/// The parts, and what could be meant, on their way through the packets.
pub(super) struct Explain {
    pub(super) serial: u32,
    parts: Vec<(Part, Sieve)>,
    clauses: Vec<Clause>,
    /// For each part that asks for a value: the packets in which there is one.
    present: Vec<(usize, Sieve, u32)>,
    tried: Vec<Try>,
    /// Whether it takes values from the selected packet, and none was selected.
    unselected: bool,
    needs: FieldSet,
    next: u32,
}

/// A filter that could be meant.
struct Try {
    text: String,
    /// What to say where it displays something, if the part of this index finds nothing in the clear.
    words: Option<(usize, &'static str)>,
    /// Whether it makes sense only where every part matches packets of its own.
    each: bool,
    sieve: Sieve,
    packets: u32,
}

impl Explain {
    /// For a filter that displays nothing; `unselected` says that it takes values from a packet that is not selected.
    /// `prepare` makes a filter ready to be answered.
    pub(super) fn new(
        serial: u32,
        language: Language<'_>,
        text: &str,
        unselected: bool,
        prepare: &dyn Fn(&mut Filter),
    ) -> Explain {
        let sieve = |text: &str| {
            let mut filter = Filter::parse(language, text, false).ok()?;
            prepare(&mut filter);
            (!filter.is_empty()).then(|| Sieve::new(filter))
        };
        let parts: Vec<Part> = language.parts(text).into_iter().take(MOST).collect();
        let mut tried: Vec<Try> = Vec::new();
        let any_of = language.any_of(&parts).into_iter().map(|text| (text, None, true));
        let others = alternatives(language, text, &parts).into_iter().map(|(text, words)| (text, words, false));
        for (text, words, each) in any_of.chain(others) {
            if tried.len() < MOST && !tried.iter().any(|known| known.text == text) {
                tried.extend(sieve(&text).map(|sieve| Try { text, words, each, sieve, packets: 0 }));
            }
        }
        let parts: Vec<(Part, Sieve)> =
            parts.into_iter().filter_map(|part| Some((part.clone(), sieve(&part.text)?))).collect();
        let mut present = Vec::new();
        for (index, (part, _)) in parts.iter().enumerate() {
            if let Some(name) = part.name.as_ref().filter(|name| **name != part.text) {
                present.extend(sieve(name).map(|sieve| (index, sieve, 0)));
            }
        }
        let clauses = parts.iter().map(|(part, _)| Clause { text: part.text.clone(), alone: 0, left: 0 }).collect();
        let mut explain =
            Explain { serial, parts, clauses, present, tried, unselected, needs: FieldSet::of([]), next: 1 };
        let needs: Vec<_> =
            explain.sieves().flat_map(|sieve| sieve.filter().needs().iter().collect::<Vec<_>>()).collect();
        explain.needs = FieldSet::of(needs);
        explain
    }

    fn sieves(&mut self) -> impl Iterator<Item = &mut Sieve> {
        let parts = self.parts.iter_mut().map(|(_, sieve)| sieve);
        parts
            .chain(self.present.iter_mut().map(|(_, sieve, _)| sieve))
            .chain(self.tried.iter_mut().map(|tried| &mut tried.sieve))
    }

    /// Examines some more packets; the explanation once all were.
    pub(super) fn slice(&mut self, open: &Open) -> Result<Option<Nothing>, ReadError> {
        let mut cost = 0;
        while cost < SLICE && self.next <= open.packets() {
            let frame = self.next;
            let mut answers: Vec<Answer> = self.sieves().map(|sieve| sieve.glance(open, frame)).collect();
            cost += 1 + answers.len() as u32;
            if answers.contains(&Answer::Ask) {
                cost += LOOK;
                let needs = std::mem::replace(&mut self.needs, FieldSet::of([]));
                let looked = open.look(frame, 0, &needs, true, |packet, found| {
                    let know = PacketKnow::new(packet, found);
                    for (sieve, answer) in self.sieves().zip(&mut answers) {
                        if *answer == Answer::Ask {
                            *answer = sieve.filter().answer(&know);
                        }
                    }
                });
                self.needs = needs;
                looked?;
            }
            self.count(&answers);
            self.next += 1;
        }
        Ok((self.next > open.packets()).then(|| self.nothing()))
    }

    fn count(&mut self, answers: &[Answer]) {
        let mut answers = answers.iter().map(|answer| *answer == Answer::Yes);
        let mut all = true;
        for clause in &mut self.clauses {
            let yes = answers.next().unwrap_or(false);
            all &= yes;
            clause.alone += u32::from(yes);
            clause.left += u32::from(all);
        }
        let others = self
            .present
            .iter_mut()
            .map(|(.., count)| count)
            .chain(self.tried.iter_mut().map(|tried| &mut tried.packets));
        for (count, yes) in others.zip(answers) {
            *count += u32::from(yes);
        }
    }

    fn nothing(&self) -> Nothing {
        let each = self.clauses.iter().all(|clause| clause.alone > 0);
        let found = self.tried.iter().filter(|tried| {
            tried.packets > 0 && (each || !tried.each) && tried.words.is_none_or(|(part, _)| self.is_missing(part))
        });
        let found: Vec<&Try> = found.take(OFFERED).collect();
        let fix = |tried: &&Try| Fix {
            label: format!("{} ({})", short(&tried.text), packets_of(tried.packets)),
            text: tried.text.clone(),
        };
        let mut message = match self.unselected {
            true => {
                "No packet is selected that `${…}` could take a value from: select one, and apply the filter again."
                    .to_owned()
            }
            false => self.message(),
        };
        if let Some((_, words)) = found.iter().find_map(|tried| tried.words) {
            message = format!("{message} {words}");
        }
        Nothing { clauses: self.clauses.clone(), message, fixes: found.iter().map(fix).collect() }
    }

    /// Packets in which a part's field has any value; nothing for a part that asks for no value.
    fn present_in(&self, part: usize) -> Option<u32> {
        self.present.iter().find(|(of, ..)| *of == part).map(|(.., packets)| *packets)
    }

    /// Whether a part finds nothing, and not only a value that its field does not have: a port's other values are other
    /// protocols.
    fn is_missing(&self, part: usize) -> bool {
        let present = self.present_in(part).unwrap_or(0);
        let of_port =
            self.parts.get(part).and_then(|(part, _)| part.name.as_ref()).is_some_and(|name| name.ends_with("port"));
        self.clauses.get(part).is_some_and(|clause| clause.alone == 0) && (of_port || present == 0)
    }

    /// The part that hid the packets, in words.
    fn message(&self) -> String {
        let alone = self.clauses.len() == 1;
        let Some(index) = self.clauses.iter().position(|clause| clause.alone == 0) else {
            return match self.clauses.iter().find(|clause| clause.left == 0) {
                Some(_) if alone => String::new(),
                Some(clause) => format!(
                    "Each part matches packets of its own, but no packet matches all of them: with `{}` none is left.",
                    clause.text
                ),
                None => String::new(),
            };
        };
        let (Some((part, _)), Some(clause)) = (self.parts.get(index), self.clauses.get(index)) else {
            return String::new();
        };
        let reason = part.name.as_ref().map(|name| match self.present_in(index) {
            Some(0) | None => format!("no packet of this capture has {name}."),
            Some(1) => format!("1 packet has {name}, and it does not match."),
            Some(packets) => format!("{} have {name}; none of them matches.", packets_of(packets)),
        });
        match (alone, reason) {
            (true, Some(reason)) => capital(&reason),
            // The page says that already.
            (true, None) => String::new(),
            (false, Some(reason)) => format!("`{}` matches no packet: {reason}", clause.text),
            (false, None) => format!("`{}` matches no packet.", clause.text),
        }
    }
}

/// What could be meant by a filter that displays nothing, the likeliest first, with what to say where it does.
fn alternatives(language: Language<'_>, text: &str, parts: &[Part]) -> Vec<(String, Option<(usize, &'static str)>)> {
    let mut texts = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        let mut put = |by: &str, words| texts.push((language.with(text, part, by), words));
        let Some(name) = &part.name else { continue };
        let value = part.value.as_ref().map(|(_, value)| value.as_str());
        if let Some(secured) = language.schema.secured(name, value) {
            secured.filters.iter().for_each(|filter| put(filter, Some((index, secured.words))));
        }
        let quoted = part.value.as_ref().and_then(|(comparison, value)| {
            let text = value.strip_prefix('"')?.strip_suffix('"')?;
            // What is escaped would have to be escaped anew.
            (!text.contains('\\')).then_some((*comparison, text))
        });
        let Some((comparison, wanted)) = quoted else { continue };
        match comparison {
            Comparison::Contains => put(&format!("{name} contains \"{}\"", wanted.to_ascii_uppercase()), None),
            Comparison::Equal => {
                put(&format!("lower({name}) == \"{}\"", wanted.to_ascii_lowercase()), None);
                put(&format!("{name} contains \"{wanted}\""), None);
            }
            Comparison::Other => continue,
        }
        put(&format!("{name} matches \"{}\"", regex::escape(wanted).replace('\\', "\\\\")), None);
    }
    for (index, part) in parts.iter().enumerate() {
        // A part is left out; where it is the only one, its field alone is asked for.
        match language.without(parts, index) {
            Some(text) => texts.push((text, None)),
            None => {
                texts.extend(part.name.as_ref().filter(|name| **name != part.text).map(|name| (name.clone(), None)))
            }
        }
    }
    texts
}

fn packets_of(count: u32) -> String {
    counted(count.into(), "packet", "packets")
}

/// A filter as a button shows it.
fn short(text: &str) -> String {
    match text.char_indices().nth(100) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}
