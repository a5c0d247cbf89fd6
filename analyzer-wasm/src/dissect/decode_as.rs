//! *Decode as*: what a user lays over the dissector tables, such as `tcp.port==8000-8010,http`.

use super::{KeyKind, ProtocolId, Table, Tables};
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
        let Some(protocol) = self.protocols().named(name) else {
            let mut names: Vec<&str> = self.protocols().in_table(table.name).collect();
            names.sort_unstable();
            names.dedup();
            let there = if names.is_empty() {
                String::new()
            } else {
                format!(" In {} stand: {}.", table.name, names.join(", "))
            };
            return Err(format!("There is no protocol \"{name}\".{there}"));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols;
    use crate::protocols::tables::{ETHERTYPE, MEDIA_TYPE, TCP_PORT};

    fn name(tables: &Tables, id: Option<ProtocolId>) -> &'static str {
        id.map_or("", |id| tables.protocols().get(id).name)
    }

    #[test]
    fn the_last_line_on_a_key_counts_and_other_keys_stay() {
        let mut tables = Tables::of(protocols::standard());
        for line in
            ["tcp.port==8000-8010,tls", "tcp.port == 8005:2 , http", "ethertype==0x1234,ip", "media_type==a/b,json"]
        {
            assert_eq!(tables.decode_as(line), Ok(()), "{line}");
        }
        let tcp = |port: u16| name(&tables, tables.find(&TCP_PORT, port));
        assert_eq!(
            [7999, 8000, 8004, 8005, 8006, 8007, 8010, 8011, 53].map(tcp),
            ["", "tls", "tls", "http", "http", "tls", "tls", "", "dns"]
        );
        assert_eq!(name(&tables, tables.find(&ETHERTYPE, 0x1234_u16)), "ip");
        assert_eq!(name(&tables, tables.find_text(&MEDIA_TYPE, "A/B")), "json");
    }

    #[test]
    fn a_port_that_is_laid_over_comes_before_a_lower_one_that_is_not() {
        let mut tables = Tables::of(protocols::standard());
        let names = |tables: &Tables| -> Vec<_> {
            tables.find_ports(&TCP_PORT, 443, 80).map(|id| tables.protocols().get(id).name).collect()
        };
        assert_eq!(names(&tables), ["http", "tls"]);
        assert_eq!(tables.decode_as("tcp.port==443,dns"), Ok(()));
        assert_eq!(names(&tables), ["dns", "http"]);
    }

    #[test]
    fn what_is_wrong_with_a_line_is_said() {
        let mut tables = Tables::of(protocols::standard());
        for (line, word) in [
            ("tcp.port=80,http", "does not say what to decode as what"),
            ("tcp.port==80", "does not say what to decode as what"),
            ("tcp.prt==80,http", "There are: ethertype, gre.proto, ip.proto,"),
            ("tcp.port==80,htp", "There is no protocol \"htp\". In tcp.port stand: dns, ftp, "),
            ("tcp.port==10-5,http", "\"10-5\" is no key of tcp.port"),
            ("tcp.port==x,http", "\"x\" is no key of tcp.port"),
            ("tcp.port==4294967295:2,http", "is no key of tcp.port"),
        ] {
            let error = tables.decode_as(line).unwrap_err();
            assert!(error.contains(word), "{line}: {error}");
        }
    }
}
