//! Mends filters: tries the changes that people's usual slips call for, and offers the first that can be read.

use super::lex::{Kind, Token, keyword, tokens};
mod capture;

use super::literal::hex;
use super::schema::Schema;
use super::tree::{Place, Relation};
use super::{Fault, Filter, Language, Problem, Step, nearest, splice};
use std::net::{Ipv4Addr, Ipv6Addr};

/// Longer texts are not mended: nobody typed them, and every attempt reads the whole.
const LONGEST: usize = 2_000;
/// Slips in one filter that are mended.
const SLIPS: usize = 6;

/// A changed text, with what the button says.
struct Attempt {
    /// What it tells of the problem, where that is more than the problem itself does.
    message: Option<&'static str>,
    label: String,
    text: String,
}

/// The problem, with a mended text where one is found.
pub(super) fn mend(language: Language<'_>, text: &str, problem: Problem) -> Problem {
    let schema = language.schema;
    if text.len() > LONGEST {
        return Problem { fix: None, ..problem };
    }
    let mut current = text.to_owned();
    let mut at = match Filter::compile(language, text, true) {
        Ok(_) => Fault { step: Step::Trap, problem: problem.clone() },
        Err(fault) => fault,
    };
    let mut label: Option<String> = None;
    for _ in 0..SLIPS {
        let mut better: Option<(Attempt, Fault)> = None;
        for attempt in attempts(schema, &current, &at.problem) {
            match Filter::compile(language, &attempt.text, true) {
                Ok(filter) if filter.advice.is_none() || at.step != Step::Trap => {
                    let label = label.unwrap_or(attempt.label);
                    let message = attempt.message.map_or(problem.message, str::to_owned);
                    return Problem { message, fix: Some((label, attempt.text)), ..problem };
                }
                // A change that brings the first problem nearer to the end has mended something.
                Err(next) if better.is_none() && remaining(&attempt.text, &next) < remaining(&current, &at) => {
                    better = Some((attempt, next));
                }
                Ok(_) | Err(_) => {}
            }
        }
        let Some((attempt, next)) = better else { break };
        label = label.or(Some(attempt.label));
        current = attempt.text;
        at = next;
    }
    Problem { fix: None, ..problem }
}

/// How far a filter is from being read: the steps that are left, and the bytes after the problem.
fn remaining(text: &str, fault: &Fault) -> (std::cmp::Reverse<Step>, usize) {
    (std::cmp::Reverse(fault.step), text.len().saturating_sub(fault.problem.span.start))
}

/// The changes worth trying, the likeliest first.
fn attempts(schema: &Schema, text: &str, problem: &Problem) -> Vec<Attempt> {
    let desk = Desk { schema, text, tokens: tokens(text), problem };
    let mut attempts = Vec::new();
    let mut add = |label: &str, text: Option<String>| {
        if let Some(text) = text {
            let label = if label.is_empty() { naming(&text) } else { label.to_owned() };
            attempts.push(Attempt { message: None, label, text });
        }
    };
    if let Some((label, fixed)) = &problem.fix {
        add(label, Some(fixed.clone()));
    }
    add("Use plain characters", desk.plain_characters());
    add("Use ==", desk.replace_at(|kind| *kind == Kind::Assign, "=="));
    add("Use small letters", desk.small_letters());
    for (wrong, right) in [("<>", "!="), ("=>", ">="), ("=<", "<="), ("|", "||"), ("&", "&&"), (";", " and ")] {
        add(&format!("Use {}", right.trim()), desk.operator(wrong, right));
    }
    for text in [desk.set(), desk.range(), desk.repeated(), desk.wildcard()] {
        add("", text);
    }
    for text in desk.idioms() {
        add("", Some(text));
    }
    add("Put it in quotes", desk.quoted());
    add("Leave the quotes out", desk.unquoted());
    for name in desk.near() {
        add(&format!("Use {name}"), Some(splice(text, &problem.span, name)));
    }
    add("Add )", (desk.count(&Kind::Open) > desk.count(&Kind::Close)).then(|| format!("{text})")));
    add("Add }", (desk.count(&Kind::OpenBrace) > desk.count(&Kind::CloseBrace)).then(|| format!("{text}}}")));
    add("Add \"", (text.matches('"').count() % 2 == 1).then(|| format!("{text}\"")));
    if let Some(text) = desk.capture_filter() {
        let message = "This is written as a capture filter; a display filter compares fields.";
        let attempt = Attempt { message: Some(message), label: naming(&text), text };
        // It is tried before the idioms, which would take its words one by one.
        attempts.insert(0, attempt);
    }
    attempts
}

/// What the button says that puts this text in place.
fn naming(text: &str) -> String {
    if text.len() <= 48 { format!("Use {text}") } else { "Mend the filter".to_owned() }
}

/// A filter with its first problem, while it is mended.
struct Desk<'d> {
    schema: &'d Schema,
    text: &'d str,
    tokens: Vec<Token>,
    problem: &'d Problem,
}

impl Desk<'_> {
    fn written(&self, place: &Place) -> &str {
        self.text.get(place.clone()).unwrap_or_default()
    }

    /// What the problem is about.
    fn wrong(&self) -> &str {
        self.written(&self.problem.span)
    }

    fn count(&self, kind: &Kind) -> usize {
        self.tokens.iter().filter(|token| token.kind == *kind).count()
    }

    /// Index of the token at which the problem begins.
    fn index(&self) -> Option<usize> {
        self.tokens.iter().position(|token| token.place.start == self.problem.span.start && token.kind != Kind::End)
    }

    /// The words of a token, by its index.
    fn word(&self, index: usize) -> Option<&str> {
        self.tokens.get(index).filter(|token| token.kind != Kind::End).map(|token| self.written(&token.place))
    }

    /// Every token of this kind replaced.
    fn replace_at(&self, which: impl Fn(&Kind) -> bool, by: &str) -> Option<String> {
        let mut out = self.text.to_owned();
        for token in self.tokens.iter().rev().filter(|token| which(&token.kind)) {
            out = splice(&out, &token.place, by);
        }
        (out != self.text).then_some(out)
    }

    /// Typographic quotes, dashes and blanks made plain.
    fn plain_characters(&self) -> Option<String> {
        let plain: String = self
            .text
            .chars()
            .map(|c| match c {
                '“' | '”' | '„' | '«' | '»' => '"',
                '‘' | '’' => '\'',
                '–' | '—' | '−' | '‐' | '‑' => '-',
                '\u{200b}' | '\u{feff}' => ' ',
                c if c.is_whitespace() => ' ',
                c => c,
            })
            .collect();
        (plain != self.text && !self.text.is_ascii()).then_some(plain)
    }

    /// Operators and names in small letters.
    fn small_letters(&self) -> Option<String> {
        let mut out = self.text.to_owned();
        for token in self.tokens.iter().rev().filter(|token| token.kind == Kind::Word) {
            let written = self.written(&token.place);
            let lower = written.to_ascii_lowercase();
            let known = keyword(&lower).is_some() || !self.schema.knows(written) && self.schema.knows(&lower);
            // A value in capitals that happens to be a protocol's name stays what it is.
            let first = token.place.start == self.problem.span.start;
            if written != lower && known && (keyword(&lower).is_some() || first || !self.is_value(token)) {
                out = splice(&out, &token.place, &lower);
            }
        }
        (out != self.text).then_some(out)
    }

    /// Whether a token stands where a value is expected.
    fn is_value(&self, token: &Token) -> bool {
        let before = self.tokens.iter().take_while(|other| other.place.start < token.place.start).last();
        before.is_some_and(|token| {
            matches!(token.kind, Kind::Relation(_) | Kind::Assign | Kind::Comma | Kind::OpenBrace | Kind::DotDot)
        })
    }

    /// Another language's operator, at the problem or as the last one before it.
    fn operator(&self, wrong: &str, right: &str) -> Option<String> {
        let end = self.problem.span.end.max(self.problem.span.start + wrong.len());
        let end = (0..=2).map(|more| end + more).rev().find(|end| self.text.is_char_boundary(*end))?;
        let at = self.text.get(..end.min(self.text.len()))?.rfind(wrong)?;
        let around = |at: usize| self.text.as_bytes().get(at) == wrong.as_bytes().first();
        if wrong.len() == 1 && (at > 0 && around(at - 1) || around(at + 1)) {
            return None;
        }
        Some(splice(self.text, &(at..at + wrong.len()), right))
    }

    /// Sets with other brackets, or without commas; `==` before a set.
    fn set(&self) -> Option<String> {
        let open = self.tokens.iter().position(|token| {
            token.place.end > self.problem.span.start.saturating_sub(1)
                && matches!(token.kind, Kind::Open | Kind::Brackets(_) | Kind::OpenBrace)
        });
        let inside_of = self
            .tokens
            .iter()
            .rposition(|token| token.kind == Kind::OpenBrace && token.place.start <= self.problem.span.start);
        let open = self.tokens.get(inside_of.or(open)?)?;
        let before = self.tokens.iter().rfind(|token| token.place.end <= open.place.start)?;
        let (keyword, value) = match before.kind {
            Kind::In => (before.place.clone(), "in"),
            Kind::Relation(Relation::Equal(_)) | Kind::Assign => (before.place.clone(), "in"),
            _ => return None,
        };
        let rest = self.text.get(open.place.start + 1..)?;
        let length = rest.find(['}', ')', ']'])?;
        let members = rest.get(..length)?.replace(" .. ", "..");
        let members: Vec<&str> =
            members.split([',', ' ', ';']).filter(|member| !member.is_empty()).map(str::trim).collect::<Vec<_>>();
        if members.is_empty() {
            return None;
        }
        let set = format!("{value} {{{}}}", members.join(", "));
        Some(splice(self.text, &(keyword.start..open.place.start + 1 + length + 1), &set))
    }

    /// `== 80..90`.
    fn range(&self) -> Option<String> {
        let dots = self.tokens.iter().position(|token| token.kind == Kind::DotDot)?;
        let relation = self.tokens.get(dots.checked_sub(2)?)?;
        let (low, high) = (self.word(dots - 1)?, self.word(dots + 1)?);
        if !matches!(relation.kind, Kind::Relation(Relation::Equal(_)) | Kind::Assign) {
            return None;
        }
        let end = self.tokens.get(dots + 1)?.place.end;
        Some(splice(self.text, &(relation.place.start..end), &format!("in {{{low}..{high}}}")))
    }

    /// `tcp.port == 80 or 443`: the field and its operator are written again; `80, 443` becomes a set.
    fn repeated(&self) -> Option<String> {
        let index = self.index()?;
        let before = self.tokens.get(index.checked_sub(1)?)?;
        let relation =
            self.tokens.iter().take(index).rposition(|token| matches!(token.kind, Kind::Relation(_) | Kind::Assign))?;
        let field = self.word(relation.checked_sub(1)?)?;
        match before.kind {
            Kind::Or | Kind::And => {
                let again = format!("{field} {} ", self.word(relation)?);
                Some(splice(self.text, &(self.problem.span.start..self.problem.span.start), &again))
            }
            _ if self.tokens.get(index)?.kind == Kind::Comma => {
                let first = self.tokens.get(relation)?.place.clone();
                let end = self.tokens.iter().skip(index).take_while(|token| {
                    matches!(token.kind, Kind::Comma | Kind::Word | Kind::Number | Kind::Literal | Kind::Text(..))
                });
                let end = end.last()?.place.end;
                let members = self.text.get(first.end..end)?.trim();
                Some(splice(self.text, &(first.start..end), &format!("in {{{members}}}")))
            }
            _ => None,
        }
    }

    /// `10.0.0.*` becomes a network, `*.example.com` a search.
    fn wildcard(&self) -> Option<String> {
        let star = self.text.find('*')?;
        let blank = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | '=');
        let start = self.text.get(..star)?.rfind(blank).map_or(0, |at| at + 1);
        let end = self.text.get(star..)?.find(blank).map_or(self.text.len(), |at| star + at);
        let word = self.text.get(start..end)?;
        let octets: Vec<&str> = word.split('.').take_while(|part| *part != "*").collect();
        if octets.iter().all(|octet| octet.parse::<u8>().is_ok()) && (1..=3).contains(&octets.len()) {
            let bits = octets.len() * 8;
            let whole: Vec<&str> = octets.into_iter().chain(["0"; 4]).take(4).collect();
            return Some(splice(self.text, &(start..end), &format!("{}/{bits}", whole.join("."))));
        }
        let relation = self.tokens.iter().rfind(|token| {
            token.place.end <= start
                && matches!(token.kind, Kind::Relation(Relation::Equal(_) | Relation::Matches) | Kind::Assign)
        })?;
        let text = word.trim_matches(|c| matches!(c, '*' | '"'));
        (!text.contains('*')).then(|| splice(self.text, &(relation.place.start..end), &format!("contains \"{text}\"")))
    }

    /// A value alone, or beside a protocol, with the field that holds such values.
    fn idioms(&self) -> Vec<String> {
        let mut texts = Vec::new();
        let Some(index) = self.index() else { return texts };
        let idioms = self.schema.idioms();
        let wrong = self.wrong();
        let relation = index.checked_sub(1).and_then(|before| self.tokens.get(before));
        let compared = relation.filter(|token| matches!(token.kind, Kind::Relation(_) | Kind::Assign));
        let mut put = |place: &Place, by: Option<String>| texts.extend(by.map(|by| splice(self.text, place, &by)));
        if compared.is_some() {
            // A protocol is compared with what one of its fields holds.
            let Some(left) = index.checked_sub(2).and_then(|left| self.tokens.get(left)) else { return texts };
            let name = self.written(&left.place);
            let of = |pairs: &[(&str, &'static str)]| {
                pairs.iter().find(|(protocol, _)| *protocol == name).map(|(_, field)| (*field).to_owned())
            };
            let port = format!("{name}.port");
            if wrong.parse::<u16>().is_ok() && self.schema.knows(&port) {
                put(&left.place, Some(port));
            }
            put(&left.place, of(idioms.address_of));
            put(&left.place, of(idioms.text_of));
            return texts;
        }
        let value = wrong.trim_matches('"');
        let port: Vec<String> = idioms.port.iter().map(|field| (*field).to_owned()).collect();
        if value.parse::<u16>().is_ok() {
            put(&self.problem.span, self.any_of(&port, "==", value));
        }
        put(&self.problem.span, self.address_field(value, 0).map(|field| format!("{field} == {value}")));
        if value.contains('.') && hex(value).is_none() {
            let hosts: Vec<String> = idioms.host.iter().map(|field| (*field).to_owned()).collect();
            put(&self.problem.span, self.any_of(&hosts, "contains", &format!("\"{value}\"")));
        }
        if matches!(wrong, "port" | "host") {
            let fields = if wrong == "port" { port } else { vec![idioms.ipv4[0].to_owned()] };
            if let (Some(operator), Some(value)) = (self.tokens.get(index + 1), self.tokens.get(index + 2)) {
                let place = self.problem.span.start..value.place.end;
                put(&place, self.any_of(&fields, self.written(&operator.place), self.written(&value.place)));
            }
        }
        texts
    }

    /// A test of several fields, of those that there are.
    fn any_of(&self, fields: &[String], operator: &str, value: &str) -> Option<String> {
        let known = fields.iter().filter(|field| self.schema.knows(field));
        let tests: Vec<String> = known.map(|field| format!("{field} {operator} {value}")).collect();
        let alone = self.tokens.len() <= 4;
        match tests.as_slice() {
            [] => None,
            [test] => Some(test.clone()),
            _ if alone => Some(tests.join(" or ")),
            _ => Some(format!("({})", tests.join(" or "))),
        }
    }

    /// The field for an address of this form: either side, source or destination.
    fn address_field(&self, value: &str, side: usize) -> Option<&'static str> {
        let idioms = self.schema.idioms();
        let address = value.split('/').next().unwrap_or_default();
        let fields = if address.parse::<Ipv4Addr>().is_ok() {
            idioms.ipv4
        } else if address.parse::<Ipv6Addr>().is_ok() {
            idioms.ipv6
        } else if hex(value).is_some_and(|bytes| bytes.len() == 6) {
            idioms.ether
        } else {
            return None;
        };
        fields.get(side).copied().filter(|field| self.schema.knows(field))
    }

    /// The value at the problem in double quotes.
    fn quoted(&self) -> Option<String> {
        let wrong = self.wrong();
        let bare = wrong.trim_matches('\'');
        (!bare.is_empty() && !bare.contains(['"', '\\']))
            .then(|| splice(self.text, &self.problem.span, &format!("\"{bare}\"")))
    }

    /// The value at the problem without its quotes.
    fn unquoted(&self) -> Option<String> {
        let bare = self.wrong().strip_prefix('"')?.strip_suffix('"')?.trim();
        (!bare.is_empty()).then(|| splice(self.text, &self.problem.span, bare))
    }

    fn near(&self) -> Vec<&'static str> {
        match self.index().and_then(|index| self.tokens.get(index)) {
            Some(token) if token.kind == Kind::Word => nearest::names(self.schema, self.wrong()),
            _ => Vec::new(),
        }
    }
}
