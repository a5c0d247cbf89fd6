//! Several values for one field: sets, ranges, networks and wildcards, as other languages write them.

use super::Desk;
use super::capture::network;
use crate::filter::lex::TokenKind;
use crate::filter::splice;
use crate::filter::tree::Relation;

impl Desk<'_> {
    /// Sets with other brackets, or without commas; `==` before a set.
    pub(super) fn set(&self) -> Option<String> {
        let open = self.tokens.iter().position(|token| {
            token.span.end > self.problem.span.start.saturating_sub(1)
                && matches!(token.kind, TokenKind::Open | TokenKind::Brackets(_) | TokenKind::OpenBrace)
        });
        let inside_of = self
            .tokens
            .iter()
            .rposition(|token| token.kind == TokenKind::OpenBrace && token.span.start <= self.problem.span.start);
        let open = self.tokens.get(inside_of.or(open)?)?;
        let before = self.tokens.iter().rfind(|token| token.span.end <= open.span.start)?;
        let keyword = match before.kind {
            TokenKind::In | TokenKind::Relation(Relation::Equal(_)) | TokenKind::Assign => before.span.clone(),
            TokenKind::Word if self.written(&before.span).eq_ignore_ascii_case("in") => before.span.clone(),
            _ => return None,
        };
        let rest = self.text.get(open.span.start + 1..)?;
        let length = rest.find(['}', ')', ']'])?;
        let members = rest.get(..length)?.replace(" .. ", "..");
        let members: Vec<&str> =
            members.split([',', ' ', ';', '|']).filter(|member| !member.is_empty()).map(str::trim).collect::<Vec<_>>();
        if members.is_empty() {
            return None;
        }
        let set = format!("in {{{}}}", members.join(", "));
        Some(splice(self.text, &(keyword.start..open.span.start + 1 + length + 1), &set))
    }

    /// `== 80..90`, `== 80-90`, `between 80 and 90`.
    pub(super) fn range(&self) -> Option<String> {
        if let Some(dots) = self.tokens.iter().position(|token| token.kind == TokenKind::DotDot) {
            let relation = self.tokens.get(dots.checked_sub(2)?)?;
            let (low, high) = (self.word(dots - 1)?, self.word(dots + 1)?);
            if !matches!(relation.kind, TokenKind::Relation(Relation::Equal(_)) | TokenKind::Assign) {
                return None;
            }
            let end = self.tokens.get(dots + 1)?.span.end;
            return Some(splice(self.text, &(relation.span.start..end), &format!("in {{{low}..{high}}}")));
        }
        let between = self.tokens.iter().position(|token| self.written(&token.span).eq_ignore_ascii_case("between"));
        if let Some(at) = between {
            let (low, and, high) = (self.word(at + 1)?, self.word(at + 2)?, self.word(at + 3)?);
            let span = self.tokens.get(at)?.span.start..self.tokens.get(at + 3)?.span.end;
            return and.eq_ignore_ascii_case("and").then(|| splice(self.text, &span, &format!("in {{{low}..{high}}}")));
        }
        let (_, relation) = self.compared()?;
        let (low, high) = self.wrong().split_once('-')?;
        let equal = matches!(relation.kind, TokenKind::Relation(Relation::Equal(_)) | TokenKind::Assign);
        let span = relation.span.start..self.problem.span.end;
        equal.then(|| splice(self.text, &span, &format!("in {{{low}..{high}}}")))
    }

    /// `tcp.port == 80 or 443`: the field and its operator are written again; `80, 443` becomes a set.
    pub(super) fn repeated(&self) -> Option<String> {
        let index = self.index()?;
        let before = self.tokens.get(index.checked_sub(1)?)?;
        let relation = self
            .tokens
            .iter()
            .take(index)
            .rposition(|token| matches!(token.kind, TokenKind::Relation(_) | TokenKind::Assign))?;
        let field = self.word(relation.checked_sub(1)?)?;
        match before.kind {
            TokenKind::Or | TokenKind::And => {
                let bare = before.kind == TokenKind::Or && self.tokens.get(index)?.kind == TokenKind::Word;
                let value = if bare { self.value_of(field, self.wrong()) } else { self.wrong().to_owned() };
                let again = format!("{field} {} {value}", self.word(relation)?);
                Some(splice(self.text, &self.problem.span, &again))
            }
            _ if self.tokens.get(index)?.kind == TokenKind::Comma => {
                let first = self.tokens.get(relation)?.span.clone();
                let end = self.tokens.iter().skip(index).take_while(|token| {
                    matches!(
                        token.kind,
                        TokenKind::Comma
                            | TokenKind::Word
                            | TokenKind::Number
                            | TokenKind::Literal
                            | TokenKind::Text(..)
                    )
                });
                let end = end.last()?.span.end;
                let members = self.text.get(first.end..end)?.trim();
                Some(splice(self.text, &(first.start..end), &format!("in {{{members}}}")))
            }
            _ => None,
        }
    }

    /// `tcp.port == 80 == 443`: one of several values.
    pub(super) fn chained(&self) -> Option<String> {
        let equal = |kind: &TokenKind| matches!(kind, TokenKind::Relation(Relation::Equal(_)) | TokenKind::Assign);
        let start = self.problem.span.start;
        let first = self.tokens.iter().position(|token| token.span.start == start)?;
        let relation = self.tokens.get(first.checked_sub(1)?).filter(|token| equal(&token.kind))?;
        let mut members = vec![self.word(first)?];
        let mut end = self.tokens.get(first)?.span.end;
        let mut next = first + 1;
        while self.tokens.get(next).is_some_and(|token| equal(&token.kind)) {
            members.push(self.word(next + 1)?);
            end = self.tokens.get(next + 1)?.span.end;
            next += 2;
        }
        let set = format!("in {{{}}}", members.join(", "));
        (members.len() > 1).then(|| splice(self.text, &(relation.span.start..end), &set))
    }

    /// `10.0.0`, `10.0.0.0/255.255.255.0`, `10.0.0.x`: a network.
    pub(super) fn network(&self) -> Option<String> {
        self.compared()?;
        let rest = self.text.get(self.problem.span.start..)?;
        let length = rest.find(|c: char| c.is_whitespace() || c == ')').unwrap_or(rest.len());
        let written = rest.get(..length)?;
        let net = network(written.trim_end_matches(".x").trim_end_matches(".X"), None)?;
        (net.contains('.') && written.contains('.') && !net.ends_with("/32"))
            .then(|| splice(self.text, &(self.problem.span.start..self.problem.span.start + length), &net))
    }

    /// `10.0.0.*` becomes a network, `*.example.com` a search.
    pub(super) fn wildcard(&self) -> Option<String> {
        let star = self.text.find('*')?;
        let blank = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | '=');
        let start = self.text.get(..star)?.rfind(blank).map_or(0, |at| at + 1);
        let end = self.text.get(star..)?.find(blank).map_or(self.text.len(), |at| star + at);
        let word = self.text.get(start..end)?;
        let octets: Vec<&str> = word.split('.').take_while(|part| *part != "*").collect();
        if octets.iter().all(|octet| octet.parse::<u8>().is_ok()) && (1..=3).contains(&octets.len()) {
            return Some(splice(self.text, &(start..end), &network(&octets.join("."), None)?));
        }
        let relation = self.tokens.iter().rfind(|token| {
            token.span.end <= start
                && matches!(token.kind, TokenKind::Relation(Relation::Equal(_) | Relation::Matches) | TokenKind::Assign)
        })?;
        let text = word.trim_matches(|c| matches!(c, '*' | '"'));
        (!text.contains('*')).then(|| splice(self.text, &(relation.span.start..end), &format!("contains \"{text}\"")))
    }
}
