//! Values without a field, or with one of another type: the filters that they could mean.

use super::Desk;
use crate::field::{Base, Kind, Values};
use crate::filter::lex::TokenKind;
use crate::filter::literal::{hex, whole};
use crate::filter::splice;
use crate::filter::terms::is_integer;
use crate::filter::tree::{Relation, TextRange};
use crate::help::complete::quote;
use crate::help::nearest;
use crate::pace::Foremost;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Addresses of one name that are offered; the first ones are enough.
const MOST_ADDRESSES: usize = 12;

/// Words that stand for fields of several protocols.
const STANDING: &[&str] = &["port", "srcport", "dstport", "host", "addr", "src", "dst"];

/// Values that are tried where many have names that come near.
const MOST_VALUES: usize = 100;

impl Desk<'_> {
    /// Whether the problem is about a word that stands for fields of several protocols.
    pub(super) fn stands_for_fields(&self) -> bool {
        STANDING.contains(&self.wrong())
    }

    /// A value alone with the fields that could hold it; a protocol beside one with the field that holds such values.
    pub(super) fn idioms(&self) -> Vec<String> {
        let mut texts = Vec::new();
        let Some(index) = self.index() else { return texts };
        let idioms = self.guide.idioms;
        let wrong = self.wrong();
        let mut put = |span: &TextRange, by: Option<String>| texts.extend(by.map(|by| splice(self.text, span, &by)));
        if let Some((left, _)) = self.compared() {
            // A protocol is compared with what one of its fields holds.
            let name = self.written(&left.span);
            let of = |pairs: &[(&str, &'static str)]| {
                pairs.iter().find(|(protocol, _)| *protocol == name).map(|(_, field)| (*field).to_owned())
            };
            let port = format!("{name}.port");
            if wrong.parse::<u16>().is_ok() && self.schema().knows(&port) {
                put(&left.span, Some(port));
            }
            put(&left.span, of(idioms.address_of));
            put(&left.span, of(idioms.text_of));
            return texts;
        }
        if STANDING.contains(&wrong) {
            let ports = ["port", "srcport", "dstport"].contains(&wrong);
            let fields = match wrong {
                _ if ports => idioms.port.iter().map(|field| field.replace("port", wrong)).collect(),
                "src" => vec![idioms.ipv4[1].to_owned(), idioms.ipv6[1].to_owned()],
                "dst" => vec![idioms.ipv4[2].to_owned(), idioms.ipv6[2].to_owned()],
                _ => vec![idioms.ipv4[0].to_owned(), idioms.ipv6[0].to_owned()],
            };
            if let (Some(operator), Some(value)) = (self.tokens.get(index + 1), self.tokens.get(index + 2)) {
                let span = self.problem.span.start..value.span.end;
                let (operator, value) = (self.written(&operator.span), self.written(&value.span));
                if ports {
                    put(&span, self.any_of(&fields, operator, value, &span));
                }
                fields
                    .iter()
                    .for_each(|field| put(&span, self.any_of(std::slice::from_ref(field), operator, value, &span)));
            }
            return texts;
        }
        if let Some((span, set)) = self.numbers(index) {
            let ports: Vec<String> = idioms.port.iter().map(|field| (*field).to_owned()).collect();
            put(&span, self.any_of(&ports, "in", &set, &span));
            return texts;
        }
        // Behind something that is compared stands no test of its own.
        let alone = index == 0
            || self.tokens.get(index - 1).is_some_and(|before| {
                matches!(
                    before.kind,
                    TokenKind::And | TokenKind::Or | TokenKind::Xor | TokenKind::Not | TokenKind::Open
                )
            });
        if alone {
            let span = &self.problem.span;
            self.meanings(wrong.trim_matches('"')).into_iter().for_each(|test| put(span, Some(test)));
        }
        texts
    }

    /// `80 or 443`: ports, as a set, and where they stand.
    fn numbers(&self, index: usize) -> Option<(TextRange, String)> {
        let port = |index: usize| self.word(index).filter(|word| word.parse::<u16>().is_ok());
        let before = index.checked_sub(1).and_then(|before| self.tokens.get(before)).map(|token| &token.kind);
        if !matches!(
            before,
            None | Some(TokenKind::And | TokenKind::Or | TokenKind::Xor | TokenKind::Not | TokenKind::Open)
        ) {
            return None;
        }
        // Behind a comparison its field is meant again.
        let again = index.checked_sub(3).and_then(|relation| self.tokens.get(relation)).map(|token| &token.kind);
        if matches!(again, Some(TokenKind::Relation(_) | TokenKind::Assign)) {
            return None;
        }
        let mut members = vec![port(index)?];
        let mut last = index;
        while let (Some(TokenKind::Or), Some(next)) =
            (self.tokens.get(last + 1).map(|token| &token.kind), port(last + 2))
        {
            members.push(next);
            last += 2;
        }
        let span = self.tokens.get(index)?.span.start..self.tokens.get(last)?.span.end;
        (members.len() > 1).then(|| (span, format!("{{{}}}", members.join(", "))))
    }

    /// The host in an address of the web.
    fn host_in(word: &str) -> &str {
        let Some((_, rest)) = word.split_once("://") else { return word };
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        host.rsplit_once(':').map_or(host, |(host, _)| host)
    }

    /// The filters that a value alone could mean, the likeliest first.
    fn meanings(&self, value: &str) -> Vec<String> {
        let idioms = self.guide.idioms;
        let mut tests = Vec::new();
        if let Some(number) = whole(value) {
            if number <= u128::from(u16::MAX) {
                let port: Vec<String> = idioms.port.iter().map(|field| (*field).to_owned()).collect();
                tests.extend(self.any_of(&port, "==", value, &self.problem.span));
                tests.extend(port.iter().map(|field| format!("{field} == {value}")));
            }
            tests.extend(idioms.number.iter().map(|field| format!("{field} == {value}")));
            return tests;
        }
        if let Some(address) = self.address_field(value, 0) {
            let value = if value.contains('/') { super::capture::network(value, None) } else { None }
                .unwrap_or(value.to_owned());
            tests.push(format!("{address} == {value}"));
            tests.extend((1..3).filter_map(|side| Some(format!("{} == {value}", self.address_field(&value, side)?))));
            return tests;
        }
        let host = Self::host_in(value);
        if hex(value).is_none() && self.guide.is_host(host) {
            return self.host_tests(host, 0);
        }
        tests
    }

    /// The filters that a host's name could mean: its addresses in this capture, then the fields that hold names.
    pub(super) fn host_tests(&self, name: &str, side: usize) -> Vec<String> {
        let mut tests: Vec<String> = Vec::new();
        let known = self.guide.idioms.addresses.iter().find(|(known, _)| *known == name);
        if let Some((_, address)) = known {
            tests.extend(self.address_field(address, side).map(|field| format!("{field} == {address}")));
            return tests;
        }
        let text = quote(name);
        let hosts = self.guide.idioms.host;
        let names: Vec<String> = hosts.iter().map(|field| format!("{field} contains {text}")).collect();
        let addresses = self.at_addresses(name, side);
        if side > 0 {
            tests.extend(addresses);
            tests.extend(names);
        } else {
            let mut names = names.into_iter();
            tests.extend(names.next());
            tests.extend(addresses);
            tests.extend(names);
        }
        tests
    }

    /// A test for the addresses that this capture's name servers gave for a name.
    pub(super) fn at_addresses(&self, name: &str, side: usize) -> Option<String> {
        let addresses = self.guide.seen.addresses_of(name);
        let idioms = self.guide.idioms;
        let of = |version4: bool, fields: &[&str; 3]| {
            let addresses = addresses.iter().filter(|address| address.is_ipv4() == version4);
            let written: Vec<String> = addresses.take(MOST_ADDRESSES).map(IpAddr::to_string).collect();
            members(fields.get(side)?, &written)
        };
        let tests: Vec<String> = [of(true, &idioms.ipv4), of(false, &idioms.ipv6)].into_iter().flatten().collect();
        match tests.as_slice() {
            [] => None,
            [test] => Some(test.clone()),
            // One relation at most: whatever stands beside it is a part of what is replaced.
            _ if !self.tokens.iter().any(|token| {
                matches!(token.kind, TokenKind::And | TokenKind::Or | TokenKind::Xor | TokenKind::Not)
            }) =>
            {
                Some(tests.join(" or "))
            }
            _ => Some(format!("({})", tests.join(" or "))),
        }
    }

    /// An address field that is compared with a name: the addresses that it has in this capture, or the fields that hold
    /// names.
    pub(super) fn hosts_of(&self) -> Vec<String> {
        let Some((left, relation)) = self.compared() else { return Vec::new() };
        let name = Self::host_in(self.wrong().trim_matches('"'));
        let Some(side) = self.side_of(self.written(&left.span)) else { return Vec::new() };
        if !name.starts_with(|c: char| c.is_ascii_alphanumeric()) || self.address_field(name, 0).is_some() {
            return Vec::new();
        }
        let wrong_only = !matches!(relation.kind, TokenKind::Relation(Relation::Equal(_)) | TokenKind::Assign);
        if wrong_only || !self.guide.is_host(name) && !self.is_known_host(name) {
            return Vec::new();
        }
        let span = left.span.start..self.problem.span.end;
        let mut tests: Vec<String> = self.at_addresses(name, side).into_iter().collect();
        tests.extend(self.host_tests(name, side).into_iter().filter(|test| !tests.contains(test)).collect::<Vec<_>>());
        tests.into_iter().map(|test| splice(self.text, &span, &test)).collect()
    }

    fn is_known_host(&self, name: &str) -> bool {
        let named = self.guide.idioms.addresses.iter().any(|(known, _)| *known == name);
        named || !self.guide.seen.addresses_of(name).is_empty()
    }

    /// Which side of a packet an address field is about: 0 for either, 1 for the source, 2 for the destination.
    pub(super) fn side_of(&self, field: &str) -> Option<usize> {
        let idioms = self.guide.idioms;
        let families = [&idioms.ipv4, &idioms.ipv6, &idioms.ether];
        families.iter().find_map(|fields| fields.iter().position(|known| *known == field))
    }

    /// A value of another type than the field's: the field that has such values, or the value that was meant.
    pub(super) fn types(&self) -> Vec<String> {
        let Some((left, relation)) = self.compared() else { return Vec::new() };
        let name = self.written(&left.span);
        let value = self.wrong().trim_matches('"');
        let operator = self.written(&relation.span);
        let operator = if relation.kind == TokenKind::Assign { "==" } else { operator };
        let mut tests = Vec::new();
        tests.extend(self.beside(name, value).map(|field| format!("{field} {operator} {}", quote(value))));
        // `tcp.flags == SYN`.
        let flag = format!("{name}.{}", value.to_ascii_lowercase());
        let is_flag = self.schema().find(&flag).is_some_and(|known| matches!(known.row.kind, Kind::Bool(_)));
        if is_flag
            && matches!(
                relation.kind,
                TokenKind::Relation(Relation::Equal(_) | Relation::Unequal(_)) | TokenKind::Assign
            )
        {
            let set = u8::from(!matches!(relation.kind, TokenKind::Relation(Relation::Unequal(_))));
            tests.push(format!("{flag} == {set}"));
        }
        if let Some(port) =
            self.service(value).filter(|_| self.schema().find(name).is_some_and(|known| is_integer(known.row.kind)))
        {
            tests.push(format!("{name} {operator} {port}"));
            if self.schema().knows(value) {
                tests.push(value.to_owned());
            }
        }
        if let Some(field) = self.address_field(value, self.side_of(name).unwrap_or(0)).filter(|field| *field != name) {
            tests.push(format!("{field} {operator} {value}"));
        }
        if let (Some(side), Ok(_)) = (self.side_of(name), value.parse::<u16>()) {
            let port = ["port", "srcport", "dstport"].get(side).copied().unwrap_or("port");
            let fields: Vec<String> = self.guide.idioms.port.iter().map(|field| field.replace("port", port)).collect();
            tests.extend(self.any_of(&fields, operator, value, &(left.span.start..self.problem.span.end)));
            tests.extend(fields.iter().map(|field| format!("{field} {operator} {value}")));
        }
        let span = left.span.start..self.problem.span.end;
        tests.into_iter().map(|test| splice(self.text, &span, &test)).collect()
    }

    /// The field beside this one that has a value of this name: a group of expert infos where their severity was asked for.
    fn beside(&self, field: &str, value: &str) -> Option<&'static str> {
        let parent = field.rsplit_once('.')?.0;
        let is_beside = |name: &str| name != field && name.rsplit_once('.').is_some_and(|(other, _)| other == parent);
        let has_value = |values: Values| match values {
            Values::Names(names) => names.iter().any(|(_, name)| name.eq_ignore_ascii_case(value)),
            _ => false,
        };
        self.schema()
            .entries()
            .filter(|(name, row)| {
                is_beside(name) && matches!(row.kind, Kind::Uint(_, Base::Name)) && has_value(row.values)
            })
            .map(|(name, _)| name)
            .min()
    }

    /// The port of a service.
    pub(super) fn service(&self, name: &str) -> Option<u16> {
        let services = self.guide.idioms.services;
        services.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, port)| *port)
    }

    /// A part of a value's name, or one with slips: the values whose names begin with it or come near. A value that is
    /// shown by its name alone is offered as that, any other by its number.
    pub(super) fn labels(&self) -> Vec<String> {
        let Some((left, _)) = self.compared() else { return Vec::new() };
        let typed = self.wrong().trim_matches('"').to_ascii_lowercase();
        let Some(known) = self.schema().find(self.written(&left.span)) else { return Vec::new() };
        if typed.is_empty()
            || !is_integer(known.row.kind)
            || self.service(&typed).is_some() && !has_names(known.row.values)
        {
            return Vec::new();
        }
        let mut found: Foremost<(usize, u64, Option<&str>)> = Foremost::new(MOST_VALUES);
        for member in &known.fields {
            if let Values::Names(names) = member.row.values {
                let by_name = matches!(member.row.kind, Kind::Uint(_, Base::Name));
                for (value, written) in names {
                    let name = written.to_ascii_lowercase();
                    let rank = match name.strip_prefix(&typed) {
                        Some(rest) if !rest.starts_with(|c: char| c.is_alphanumeric()) => 0,
                        Some(_) => 1,
                        None if typed.len() > 2 && name.contains(&typed) => 2,
                        None if by_name && typed.len() > 3 && nearest::distance(&typed, &name, 2).is_some() => 3,
                        None => continue,
                    };
                    found.push((rank, *value, by_name.then_some(*written)));
                }
            }
        }
        let found = found.sorted();
        let best = found.first().map_or(0, |(rank, ..)| *rank);
        let values = found.into_iter().filter(|(rank, ..)| *rank == best);
        let by = |value: u64, name: Option<&str>| name.map_or_else(|| value.to_string(), quote);
        values.map(|(_, value, name)| splice(self.text, &self.problem.span, &by(value, name))).collect()
    }

    /// Text alone, which may stand anywhere.
    pub(super) fn anywhere(&self) -> Vec<String> {
        let whole = self.guide.idioms.whole;
        let value = self.wrong().trim_matches(['"', '\'']);
        let alone = self.tokens.len() == 2 && !value.is_empty() && !value.contains(['"', '\\']);
        let mut tests = Vec::new();
        if alone && self.schema().knows(whole) && value.chars().any(char::is_alphanumeric) {
            tests.push(format!("{whole} contains {}", quote(value)));
            tests.push(format!("{whole} matches {}", quote(&regex_syntax::escape(value))));
        }
        tests
    }

    /// Whether nothing stands around a place but parentheses.
    fn is_whole(&self, span: &TextRange) -> bool {
        let blank = |text: Option<&str>| text.is_some_and(|text| text.trim().is_empty());
        let ends = |text: Option<&str>, sign: char| text.is_some_and(|text| text.trim().ends_with(sign));
        let begins = |text: Option<&str>, sign: char| text.is_some_and(|text| text.trim().starts_with(sign));
        let (before, after) = (self.text.get(..span.start), self.text.get(span.end..));
        blank(before) && blank(after) || ends(before, '(') && begins(after, ')')
    }

    /// A test of several fields, of those that there are, for this place.
    pub(super) fn any_of(&self, fields: &[String], operator: &str, value: &str, span: &TextRange) -> Option<String> {
        let known = fields.iter().filter(|field| self.schema().knows(field));
        let tests: Vec<String> = known.map(|field| format!("{field} {operator} {value}")).collect();
        match tests.as_slice() {
            [] => None,
            [test] => Some(test.clone()),
            _ if self.is_whole(span) => Some(tests.join(" or ")),
            _ => Some(format!("({})", tests.join(" or "))),
        }
    }

    /// The field for an address of this form: either side, source or destination.
    pub(super) fn address_field(&self, value: &str, side: usize) -> Option<&'static str> {
        let idioms = self.guide.idioms;
        let address = value.split('/').next().unwrap_or_default();
        let fields = if address.parse::<Ipv4Addr>().is_ok() {
            idioms.ipv4
        } else if address.parse::<Ipv6Addr>().is_ok() {
            idioms.ipv6
        } else if hex(value).is_some_and(|bytes| bytes.len() == 6) && value.contains([':', '-']) {
            idioms.ether
        } else {
            return None;
        };
        fields.get(side).copied().filter(|field| self.schema().knows(field))
    }
}

fn has_names(values: Values) -> bool {
    matches!(values, Values::Names(_) | Values::Ranges(_))
}

/// A test that a field has one of these values.
fn members(field: &str, values: &[String]) -> Option<String> {
    match values {
        [] => None,
        [one] => Some(format!("{field} == {one}")),
        _ => Some(format!("{field} in {{{}}}", values.join(", "))),
    }
}
