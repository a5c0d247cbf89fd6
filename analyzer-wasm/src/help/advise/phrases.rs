//! Phrases that no grammar of filters knows, and what their words ask for.

use super::Desk;
use crate::filter::lex::TokenKind;
use crate::filter::splice;
use crate::filter::tree::{Operator, Relation, TextRange};
use crate::help::complete::quote;

/// Words for the beginning (true) and the end of a text.
const AFFIXES: &[(&str, bool)] = &[
    ("startswith", true),
    ("starts", true),
    ("starts_with", true),
    ("beginswith", true),
    ("begins", true),
    ("begins_with", true),
    ("endswith", false),
    ("ends", false),
    ("ends_with", false),
];
/// What other programs call the packet's protocol.
const PROTOCOL: &[&str] = &["proto", "protocol", "_ws.col.protocol", "_ws.col.proto"];
/// Functions as other languages call them, with ours.
const FUNCTIONS: &[(&str, &str)] = &[
    ("length", "len"),
    ("strlen", "len"),
    ("size", "len"),
    ("tolower", "lower"),
    ("lowercase", "lower"),
    ("lcase", "lower"),
    ("toupper", "upper"),
    ("uppercase", "upper"),
    ("ucase", "upper"),
    ("str", "string"),
    ("tostring", "string"),
];
/// Words before the number of a packet.
const PACKET: &[&str] = &["frame", "packet", "pkt", "no", "number"];

impl Desk<'_> {
    /// The phrases at the problem, said as filters say them.
    pub(super) fn phrases(&self) -> Vec<String> {
        let found = [
            self.comment(),
            self.affix(),
            self.field_again(),
            self.protocol_named(),
            self.sided(),
            self.packet(),
            self.thousands(),
            self.function(),
            self.escapes(),
            self.any_in_parentheses(),
            self.single_member(),
            self.dash_in_set(),
            self.socket(),
            self.spaced_prefix(),
            self.negated_relation(),
            self.list(),
            self.trailing(),
            self.quantified(),
        ];
        found.into_iter().flatten().collect()
    }

    fn kind(&self, index: usize) -> Option<&TokenKind> {
        self.tokens.get(index).map(|token| &token.kind)
    }

    /// From the first of these tokens to the last.
    fn across(&self, first: usize, last: usize) -> Option<TextRange> {
        Some(self.tokens.get(first)?.span.start..self.tokens.get(last)?.span.end)
    }

    fn may_be_value(&self, index: usize) -> bool {
        matches!(self.kind(index), Some(TokenKind::Number | TokenKind::Word | TokenKind::Literal | TokenKind::Text(..)))
    }

    /// A comment at the end.
    fn comment(&self) -> Option<String> {
        let marks = [" //", " #", " --", " /*"];
        let at = marks.iter().filter_map(|mark| self.text.find(mark)).min()?;
        (at <= self.problem.span.start).then(|| self.text.get(..at).unwrap_or_default().trim_end().to_owned())
    }

    /// `starts with "www"`.
    fn affix(&self) -> Option<String> {
        let index = self.index()?;
        let word = self.word(index)?.to_ascii_lowercase();
        let (_, begins) = AFFIXES.iter().find(|(affix, _)| *affix == word)?;
        let with = self.word(index + 1).is_some_and(|next| next.eq_ignore_ascii_case("with"));
        let value = index + 1 + usize::from(with);
        let text = match self.kind(value)? {
            TokenKind::Text(bytes, _) => String::from_utf8(bytes.clone()).ok()?,
            _ if self.may_be_value(value) => self.word(value)?.to_owned(),
            _ => return None,
        };
        let text = regex_syntax::escape(&text);
        let pattern = if *begins { format!("^{text}") } else { format!("{text}$") };
        Some(splice(self.text, &self.across(index, value)?, &format!("matches {}", quote(&pattern))))
    }

    /// `… or contains "b"`: the field is written again.
    fn field_again(&self) -> Option<String> {
        let index = self.index()?;
        let joined = matches!(self.kind(index.checked_sub(1)?), Some(TokenKind::And | TokenKind::Or));
        if !joined || !matches!(self.kind(index), Some(TokenKind::Relation(_) | TokenKind::Assign | TokenKind::In)) {
            return None;
        }
        let before = self.tokens.get(..index)?;
        let relation = before.iter().rposition(|token| {
            matches!(token.kind, TokenKind::Relation(_) | TokenKind::Assign | TokenKind::Retired | TokenKind::In)
        })?;
        let field = self.word(relation.checked_sub(1)?)?;
        let span = self.problem.span.start..self.problem.span.start;
        Some(splice(self.text, &span, &format!("{field} ")))
    }

    /// `protocol == DNS`: the protocol alone.
    fn protocol_named(&self) -> Option<String> {
        let index = self.index()?;
        PROTOCOL.contains(&self.wrong().to_ascii_lowercase().as_str()).then_some(())?;
        let not = match self.kind(index + 1)? {
            TokenKind::Relation(Relation::Equal(_) | Relation::Contains | Relation::Matches) | TokenKind::Assign => "",
            TokenKind::Relation(Relation::Unequal(_)) => "not ",
            _ => return None,
        };
        let name = self.word(index + 2)?.trim_matches(['"', '\'']).to_ascii_lowercase();
        let test = match self.guide.unread(&name) {
            Some((_, tests)) => (*tests.first()?).to_owned(),
            None => name,
        };
        Some(splice(self.text, &self.across(index, index + 2)?, &format!("{not}{test}")))
    }

    /// `src ip 10.0.2.15`.
    fn sided(&self) -> Option<String> {
        let lower = |index: usize| self.word(index).map(str::to_ascii_lowercase);
        let index = self.index()?;
        let start = index.saturating_sub(1);
        for start in start..=index {
            let side = match lower(start)?.as_str() {
                "src" | "source" => 1,
                "dst" | "dest" | "destination" => 2,
                _ => continue,
            };
            let named =
                matches!(lower(start + 1)?.as_str(), "ip" | "ipv4" | "ipv6" | "address" | "addr" | "mac" | "eth");
            let mut value = start + 1 + usize::from(named);
            value += usize::from(matches!(
                self.kind(value),
                Some(TokenKind::Relation(Relation::Equal(_)) | TokenKind::Assign)
            ));
            let address = self.word(value)?;
            let field = self.address_field(address, side)?;
            return Some(splice(self.text, &self.across(start, value)?, &format!("{field} == {address}")));
        }
        None
    }

    /// `frame 5`.
    fn packet(&self) -> Option<String> {
        let number = self.index()?;
        let word = self.word(number.checked_sub(1)?)?.to_ascii_lowercase();
        let value = self.word(number).filter(|value| value.parse::<u32>().is_ok())?;
        let field = self.guide.idioms.number.first().filter(|_| PACKET.contains(&word.as_str()))?;
        Some(splice(self.text, &self.across(number - 1, number)?, &format!("{field} == {value}")))
    }

    /// `> 1,000`: what is less or more than something is no list.
    fn thousands(&self) -> Option<String> {
        use Relation::{Greater, GreaterEqual, Less, LessEqual};
        let first = self.index()?.checked_sub(1)?;
        let ordered = matches!(
            self.kind(first.checked_sub(1)?),
            Some(TokenKind::Relation(Greater | GreaterEqual | Less | LessEqual))
        );
        let span = self.across(first, first)?;
        let rest = self.text.get(span.start..)?;
        let written = rest.get(..rest.find(|c: char| !(c.is_ascii_digit() || c == ',')).unwrap_or(rest.len()))?;
        let mut groups = written.split(',');
        let leads = groups.next().is_some_and(|group| (1..=3).contains(&group.len()));
        let fits = ordered && leads && written.contains(',') && groups.all(|group| group.len() == 3);
        fits.then(|| splice(self.text, &(span.start..span.start + written.len()), &written.replace(',', "")))
    }

    /// A function by the name that it has in other languages.
    fn function(&self) -> Option<String> {
        let index = self.index().filter(|index| self.kind(index + 1) == Some(&TokenKind::Open))?;
        let name = self.word(index)?.to_ascii_lowercase();
        let (_, ours) = FUNCTIONS.iter().find(|(known, _)| *known == name)?;
        Some(splice(self.text, &self.problem.span, ours))
    }

    /// A backslash before a character that needs none, as patterns have it, doubled.
    fn escapes(&self) -> Option<String> {
        let inside = self.wrong().strip_prefix('"')?.strip_suffix('"')?;
        let mut mended = String::new();
        let mut chars = inside.chars().peekable();
        while let Some(c) = chars.next() {
            mended.push(c);
            if c == '\\' {
                let next = chars.next()?;
                if !matches!(
                    next,
                    '\'' | '"' | '\\' | 'a' | 'b' | 'f' | 'n' | 'r' | 't' | 'v' | '0'..='7' | 'x' | 'u' | 'U'
                ) {
                    mended.push('\\');
                }
                mended.push(next);
            }
        }
        (mended != inside).then(|| splice(self.text, &self.problem.span, &format!("\"{mended}\"")))
    }

    /// `== (80 or 443)`: a set.
    fn any_in_parentheses(&self) -> Option<String> {
        for start in 0..self.tokens.len() {
            let word = match self.kind(start)? {
                TokenKind::Relation(Relation::Equal(_)) | TokenKind::Assign => "in",
                TokenKind::Relation(Relation::Unequal(_)) => "not in",
                _ => continue,
            };
            if self.kind(start + 1) != Some(&TokenKind::Open) {
                continue;
            }
            let mut members = Vec::new();
            let mut next = start + 2;
            while self.may_be_value(next)
                && matches!(self.kind(next + 1), Some(TokenKind::Or | TokenKind::Close | TokenKind::Comma))
            {
                members.push(self.word(next)?);
                next += 2;
                if self.kind(next - 1) == Some(&TokenKind::Close) {
                    let set = format!("{word} {{{}}}", members.join(", "));
                    return Some(splice(self.text, &self.across(start, next - 1)?, &set));
                }
            }
        }
        None
    }

    /// `in 80`: one value is compared, several are a set.
    fn single_member(&self) -> Option<String> {
        let first = self.index().filter(|first| self.may_be_value(*first))?;
        let keyword = first.checked_sub(1).filter(|before| self.kind(*before) == Some(&TokenKind::In))?;
        let not = keyword > 0 && self.kind(keyword - 1) == Some(&TokenKind::Not);
        let start = keyword - usize::from(not);
        let mut last = first;
        while matches!(self.kind(last + 1), Some(TokenKind::Comma | TokenKind::DotDot)) && self.may_be_value(last + 2) {
            last += 2;
        }
        let written = self.text.get(self.across(first, last)?)?;
        let test = match (first == last, not) {
            (true, false) => format!("== {written}"),
            (true, true) => format!("!= {written}"),
            (false, false) => format!("in {{{written}}}"),
            (false, true) => format!("not in {{{written}}}"),
        };
        Some(splice(self.text, &self.across(start, last)?, &test))
    }

    /// `in {1-1024}`.
    fn dash_in_set(&self) -> Option<String> {
        let index = self.index()?;
        matches!(self.kind(index.checked_sub(1)?), Some(TokenKind::OpenBrace | TokenKind::Comma)).then_some(())?;
        let (low, high) = self.wrong().split_once('-')?;
        (!low.is_empty() && !high.is_empty() && !high.contains('-'))
            .then(|| splice(self.text, &self.problem.span, &format!("{low}..{high}")))
    }

    /// `ip.addr == 10.0.2.15:80`: an address and a port.
    fn socket(&self) -> Option<String> {
        let (left, relation) = self.compared()?;
        matches!(relation.kind, TokenKind::Relation(Relation::Equal(_)) | TokenKind::Assign).then_some(())?;
        let (address, port) = self.wrong().rsplit_once(':')?;
        address.parse::<std::net::Ipv4Addr>().ok()?;
        port.parse::<u16>().ok()?;
        let field = self.written(&left.span);
        let name = ["port", "srcport", "dstport"].get(self.side_of(field)?)?;
        let port_field = self.guide.idioms.port.first()?.replace("port", name);
        let span = left.span.start..self.problem.span.end;
        let tests = format!("{field} == {address} and {port_field} == {port}");
        let negated = self.tokens.iter().any(|token| token.kind == TokenKind::Not);
        Some(splice(self.text, &span, &if negated { format!("({tests})") } else { tests }))
    }

    /// `10.0.2.0 / 24`.
    fn spaced_prefix(&self) -> Option<String> {
        let index = self.index()?;
        let divides = self.kind(index + 1) == Some(&TokenKind::Operator(Operator::Divide));
        let (address, bits) = (self.word(index)?, self.word(index + 2)?);
        let fits = divides && address.parse::<std::net::Ipv4Addr>().is_ok() && bits.parse::<u8>().is_ok();
        let span = self.across(index, index + 2)?;
        fits.then(|| splice(self.text, &span, &format!("{address}/{bits}")))
    }

    /// `not ==`.
    fn negated_relation(&self) -> Option<String> {
        let index = self.index().filter(|index| *index > 0)?;
        let equal = matches!(self.kind(index + 1), Some(TokenKind::Relation(Relation::Equal(_)) | TokenKind::Assign));
        (equal && self.kind(index) == Some(&TokenKind::Not))
            .then(|| splice(self.text, &self.across(index, index + 1).unwrap_or_default(), "!="))
    }

    /// `dns, http`: one of several protocols.
    fn list(&self) -> Option<String> {
        let index = self.index().filter(|index| self.kind(*index) == Some(&TokenKind::Comma))?;
        let known = |index: usize| self.word(index).is_some_and(|word| self.schema().knows(word));
        let compared = index > 1 && matches!(self.kind(index - 2), Some(TokenKind::Relation(_) | TokenKind::Assign));
        let span = self.tokens.get(index.checked_sub(1)?)?.span.end..self.tokens.get(index + 1)?.span.start;
        (known(index - 1) && known(index + 1) && !compared).then(|| splice(self.text, &span, " or "))
    }

    /// A sign at the end that ends sentences.
    fn trailing(&self) -> Option<String> {
        let last = self.text.get(self.problem.span.start..)?;
        let only = last.chars().all(|c| c.is_whitespace() || matches!(c, ';' | '.' | ',' | '?' | '!'));
        (only && self.problem.span.start > 0)
            .then(|| self.text.get(..self.problem.span.start).unwrap_or_default().trim_end().to_owned())
    }

    /// `all dns`: every packet is tested anyhow.
    fn quantified(&self) -> Option<String> {
        let index = self.index().filter(|index| matches!(self.kind(*index), Some(TokenKind::Quantifier(_))))?;
        let next = self.tokens.get(index + 1)?;
        Some(splice(self.text, &(self.problem.span.start..next.span.start), ""))
    }
}
