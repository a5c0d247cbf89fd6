//! Names to choose from: protocols, fields, functions, macros; by their beginning and by the words of their titles.

use super::Offer;
use crate::field::{Field, Kind};
use crate::filter::functions::{FUNCTIONS, Function};
use crate::filter::macros::BUILT_IN;
use crate::filter::tree::TextRange;
use crate::help::{Guide, Seen};
use crate::message::Sort;

/// Shorter pieces are not looked for inside names and titles: too much would hold them.
const SHORTEST: usize = 2;

impl Guide<'_> {
    /// Protocols and fields for what was typed; several words are looked for in titles.
    pub(super) fn names(&self, typed: &str) -> Vec<Offer> {
        let query = Query::new(typed);
        let all = self.seen.occurs(self.idioms.whole);
        let fitting = self.schema().entries().filter_map(|(name, row)| {
            let fit = query.fit(name, row)?;
            Some(choice(self.seen, all, fit, name, row, !typed.is_empty()))
        });
        fitting.collect()
    }

    /// Functions and macros.
    pub(super) fn functions(&self, typed: &str) -> Vec<Offer> {
        let mut choices = Vec::new();
        if typed.is_empty() {
            return choices;
        }
        for Function { name, words, .. } in FUNCTIONS.iter().filter(|function| begins(function.name, typed)) {
            choices.push(Offer::new(1, name.len(), format!("{name}("), words.meaning, Sort::Function));
        }
        choices.extend(self.macros(typed));
        choices
    }

    /// Macros by the beginning of their name, each as it is called.
    fn macros(&self, typed: &str) -> Vec<Offer> {
        let own = self.language.macros.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        let fitting = own.chain(BUILT_IN.iter().copied()).filter(|(name, _)| begins(name, typed));
        let call =
            |name: &str, text: &str| if text.contains('$') { format!("${name}(") } else { format!("${{{name}}}") };
        fitting.map(|(name, text)| Offer::new(1, name.len(), call(name, text), text, Sort::Function)).collect()
    }

    /// What can follow `$` or `${`: fields of the selected packet, and macros. Also where the `$` stands.
    pub(super) fn references(&self, text: &str, word: &TextRange, typed: &str) -> (usize, Vec<Offer>) {
        let before = text.get(..word.start).unwrap_or_default().trim_end();
        let start = before.trim_end_matches('{').trim_end_matches('$').len();
        // While nothing is typed, what people mean most.
        let usual = self.idioms.ipv4.into_iter().chain(self.idioms.port.iter().copied());
        let usual = usual.filter(|_| typed.is_empty()).filter_map(|name| {
            let title = self.schema().find(name)?.row.title;
            Some(Offer::new(0, 0, name, title, Sort::Field))
        });
        let fields = self.names(typed).into_iter().filter(|choice| choice.item.sort == Sort::Field).chain(usual);
        let mut choices: Vec<Offer> = fields
            .map(|mut choice| {
                choice.item.text = format!("${{{}}}", choice.item.text);
                choice
            })
            .collect();
        choices.extend(self.macros(typed));
        (start, choices)
    }
}

/// One name to choose. While nothing is typed, what the capture has most of comes first, afterwards the shortest.
fn choice(seen: &dyn Seen, all: u32, fit: u8, name: &'static str, row: &Field, typed: bool) -> Offer {
    let protocol = name.split('.').next().unwrap_or(name);
    let packets = seen.occurs(protocol);
    let sort = if row.kind == Kind::Protocol { Sort::Protocol } else { Sort::Field };
    let choice = Offer::new(fit, name.len(), name, row.title, sort);
    // What every packet has distinguishes none from another.
    match typed {
        true => choice.seen(packets.min(1)),
        false => choice.seen(if packets < all { packets } else { packets.min(1) }),
    }
}

fn begins(name: &str, typed: &str) -> bool {
    name.get(..typed.len()).is_some_and(|start| start.eq_ignore_ascii_case(typed))
}

/// What was typed, ready to be looked for.
struct Query {
    typed: String,
    words: Vec<String>,
}

impl Query {
    fn new(typed: &str) -> Query {
        let typed = typed.trim_start_matches('.').to_ascii_lowercase();
        let words = typed.split([' ', '_', '-']).filter(|word| !word.is_empty()).map(str::to_owned).collect();
        Query { typed, words }
    }

    /// How well a name fits, 0 the best; nothing where it does not.
    fn fit(&self, name: &str, row: &Field) -> Option<u8> {
        let typed = self.typed.as_str();
        let protocol = row.kind == Kind::Protocol;
        if name.starts_with(typed) {
            // Protocols come first until a dot asks for fields.
            return match (protocol, typed.is_empty()) {
                (true, _) => Some(0),
                (false, true) => None,
                (false, false) => Some(if typed.contains('.') { 0 } else { 1 }),
            };
        }
        if typed.len() < SHORTEST {
            return None;
        }
        if row.title.eq_ignore_ascii_case(typed) {
            return Some(1);
        }
        if let Some((first, rest)) = typed.split_once('.') {
            // `tcp.syn` finds `tcp.flags.syn`.
            let own = name.strip_prefix(first).and_then(|name| name.strip_prefix('.'))?;
            return (!rest.is_empty() && own.split('.').any(|part| part.starts_with(rest))).then_some(2);
        }
        if name.split('.').skip(1).any(|part| part.starts_with(typed)) {
            return Some(2);
        }
        let mut title = row.title.split(|c: char| !c.is_ascii_alphanumeric());
        let begins = |part: &str, word: &str| part.get(..word.len()).is_some_and(|p| p.eq_ignore_ascii_case(word));
        let found = |word: &String| {
            title.clone().any(|part| begins(part, word)) || name.split(['.', '_', '-']).any(|part| begins(part, word))
        };
        if !self.words.is_empty() && self.words.iter().all(found) {
            let first = title.next().is_some_and(|part| self.words.first().is_some_and(|word| begins(part, word)));
            return Some(if first { 2 } else { 3 });
        }
        (typed.len() > SHORTEST && name.contains(typed)).then_some(4)
    }
}
