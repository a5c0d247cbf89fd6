//! *Decode as*: what a user lays over the dissector tables, such as `tcp.port==8000-8010,http`.

use super::{KeyKind, Table, Tables};
use crate::field::ProtocolId;
use std::ops::RangeInclusive;

/// One line that is laid over the tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DecodeAs {
    table: Table,
    keys: Keys,
    protocol: ProtocolId,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Keys {
    Numbers(RangeInclusive<u32>),
    Text(String),
}

impl DecodeAs {
    pub(super) fn for_number(&self, table: &Table, number: u32) -> Option<ProtocolId> {
        let found = matches!(&self.keys, Keys::Numbers(range) if range.contains(&number));
        (found && self.table.is(table)).then_some(self.protocol)
    }

    pub(super) fn for_text(&self, table: &Table, text: &str) -> Option<ProtocolId> {
        let found = matches!(&self.keys, Keys::Text(key) if key.eq_ignore_ascii_case(text));
        (found && self.table.is(table)).then_some(self.protocol)
    }
}

impl Tables {
    /// Lays a line over the tables, in tshark's way of writing it: a table, `==`, a number, a range (`8000-8010`, or
    /// `8000:11` for as many) or a text, a comma, and the name of a protocol. Of lines on the same key, the last counts.
    ///
    /// # Errors
    /// What is wrong with the line, in a sentence.
    pub fn decode_as(&mut self, line: &str) -> Result<(), String> {
        let parts = line.split_once("==").and_then(|(table, rest)| Some((table.trim(), rest.rsplit_once(',')?)));
        let Some((table, (key, protocol))) = parts else {
            return Err(format!(
                "\"{line}\" does not say what to decode as what. Write a table, ==, a key, a comma and a protocol: \
                 tcp.port==8000,http."
            ));
        };
        let known = self.protocols().tables();
        let Some(table) = known.iter().find(|known| known.name == table).copied() else {
            let mut names: Vec<&str> = known.iter().map(|known| known.name).collect();
            names.sort_unstable();
            return Err(format!("There is no dissector table \"{table}\". There are: {}.", names.join(", ")));
        };
        let (key, name) = (key.trim(), protocol.trim());
        let mut names: Vec<&str> = self.protocols().in_table(table.name).collect();
        let Some(protocol) = self.protocols().named(name).filter(|_| names.contains(&name)) else {
            names.sort_unstable();
            names.dedup();
            let what = match self.protocols().named(name) {
                Some(_) => format!("{name} does not stand in {}.", table.name),
                None => format!("There is no protocol \"{name}\"."),
            };
            let there = match names.as_slice() {
                [] => String::new(),
                names => format!(" In {} stand: {}.", table.name, names.join(", ")),
            };
            return Err(what + &there);
        };
        let keys = match table.keys {
            KeyKind::Number => Keys::Numbers(range(key).ok_or_else(|| {
                format!("\"{key}\" is no key of {}: write a number, or a range such as 8000-8010.", table.name)
            })?),
            KeyKind::Text => Keys::Text(key.trim_matches('"').to_owned()),
        };
        self.laid_over.insert(0, DecodeAs { table, keys, protocol });
        Ok(())
    }
}

/// `8000`, `0x1f40`, `8000-8010` or `8000:11`.
fn range(text: &str) -> Option<RangeInclusive<u32>> {
    let number = |text: &str| match text.trim().strip_prefix("0x") {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None => text.trim().parse::<u32>().ok(),
    };
    let (first, last) = if let Some((first, last)) = text.split_once('-') {
        (number(first)?, number(last)?)
    } else if let Some((first, count)) = text.split_once(':') {
        let first = number(first)?;
        (first, first.checked_add(number(count)?.checked_sub(1)?)?)
    } else {
        (number(text)?, number(text)?)
    };
    (first <= last).then_some(first..=last)
}
