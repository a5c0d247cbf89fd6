//! Says why a filter displays nothing: which of its parts hid the packets, and what would display some.

use super::Guide;
use super::clauses::{self, Comparison, Conjunct};
use crate::capture::counted;
use crate::filter::Filter;
use crate::message::{Clause, Fix, Nothing};
use crate::value::capital;

/// Parts that are counted one by one, and filters that are tried in place of one that displays nothing.
const MOST: usize = 12;
/// Fixes that are offered.
const OFFERED: usize = 3;

/// The parts of a filter that displays nothing, what could be meant, and how many packets each of these displays.
pub(crate) struct WhyNothing {
    conjuncts: Vec<Conjunct>,
    clauses: Vec<Clause>,
    /// For each part that asks for a value: its place, and the packets in which there is one.
    present: Vec<(usize, u32)>,
    tried: Vec<Try>,
    /// Whether it takes values from the selected packet, and none was selected.
    unselected: bool,
}

/// A filter that could be meant.
struct Try {
    text: String,
    /// What to say where it displays something, if the part of this index finds nothing in the clear.
    words: Option<(usize, &'static str)>,
    /// Whether it makes sense only where every part matches packets of its own.
    each: bool,
    packets: u32,
}

impl WhyNothing {
    /// For a filter that displays nothing, with the filters that every packet is to be held against; `unselected` says that
    /// it takes values from a packet that is not selected.
    pub(crate) fn new(guide: Guide<'_>, text: &str, unselected: bool) -> (WhyNothing, Vec<Filter>) {
        let read = |text: &str| {
            let filter = Filter::parse(guide.language, text, false).ok()?;
            (!filter.is_empty()).then_some(filter)
        };
        let mut conjuncts: Vec<Conjunct> = clauses::conjuncts(guide.language, text).into_iter().take(MOST).collect();
        let (mut tried, mut trials): (Vec<Try>, Vec<Filter>) = Default::default();
        let any_of = clauses::any_of(&conjuncts).into_iter().map(|text| (text, None, true));
        let others = alternatives(guide, text, &conjuncts).into_iter().map(|(text, words)| (text, words, false));
        for (text, words, each) in any_of.chain(others) {
            if tried.len() < MOST
                && !tried.iter().any(|known| known.text == text)
                && let Some(filter) = read(&text)
            {
                trials.push(filter);
                tried.push(Try { text, words, each, packets: 0 });
            }
        }
        let mut filters: Vec<Filter> = Vec::new();
        conjuncts.retain(|conjunct| read(&conjunct.text).map(|filter| filters.push(filter)).is_some());
        let mut present = Vec::new();
        for (index, conjunct) in conjuncts.iter().enumerate() {
            let name = conjunct.name.as_ref().filter(|name| **name != conjunct.text);
            if let Some(filter) = name.and_then(|name| read(name)) {
                filters.push(filter);
                present.push((index, 0));
            }
        }
        filters.extend(trials);
        let clauses =
            conjuncts.iter().map(|conjunct| Clause { text: conjunct.text.clone(), alone: 0, left: 0 }).collect();
        (WhyNothing { conjuncts, clauses, present, tried, unselected }, filters)
    }

    /// Counts a packet, of which each of the filters says whether it displays it.
    pub(crate) fn count(&mut self, displays: impl IntoIterator<Item = bool>) {
        let mut displays = displays.into_iter();
        let mut all = true;
        for clause in &mut self.clauses {
            let yes = displays.next().unwrap_or(false);
            all &= yes;
            clause.alone += u32::from(yes);
            clause.left += u32::from(all);
        }
        let present = self.present.iter_mut().map(|(_, packets)| packets);
        for (packets, yes) in present.chain(self.tried.iter_mut().map(|tried| &mut tried.packets)).zip(displays) {
            *packets += u32::from(yes);
        }
    }

    /// The summary, once all packets are counted.
    pub(crate) fn summary(&self) -> Nothing {
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
        self.present.iter().find(|(of, _)| *of == part).map(|(_, packets)| *packets)
    }

    /// Whether a part finds nothing, and not only a value that its field does not have: a port's other values are other
    /// protocols.
    fn is_missing(&self, part: usize) -> bool {
        let present = self.present_in(part).unwrap_or(0);
        let name = self.conjuncts.get(part).and_then(|conjunct| conjunct.name.as_ref());
        let of_port = name.is_some_and(|name| name.ends_with("port"));
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
        let (Some(part), Some(clause)) = (self.conjuncts.get(index), self.clauses.get(index)) else {
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
fn alternatives(guide: Guide<'_>, text: &str, parts: &[Conjunct]) -> Vec<(String, Option<(usize, &'static str)>)> {
    let mut texts = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        let mut put = |by: &str, words| texts.push((part.replaced(text, by), words));
        let Some(name) = &part.name else { continue };
        let value = part.value.as_ref().map(|(_, value)| value.as_str());
        if let Some(secured) = guide.idioms.secured(name, value) {
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
        put(&format!("{name} matches \"{}\"", regex_syntax::escape(wanted).replace('\\', "\\\\")), None);
    }
    for (index, part) in parts.iter().enumerate() {
        // A part is left out; where it is the only one, its field alone is asked for.
        match clauses::without(parts, index) {
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
