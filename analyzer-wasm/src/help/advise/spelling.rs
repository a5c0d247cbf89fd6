//! Slips of the pen: characters, letters and operators of other languages.

use super::Desk;
use crate::filter::lex::{Token, TokenKind, keyword};
use crate::filter::splice;
use crate::filter::terms::is_text;
use crate::filter::tree::{Operator, TextRange};
use crate::help::complete::quote;
use crate::help::nearest;

/// Operators that other languages have, and ours; words stand between blanks.
const OPERATORS: &[(&str, &str)] = &[
    ("<>", "!="),
    ("=!", "!="),
    ("=>", ">="),
    ("=<", "<="),
    ("=~", "matches"),
    ("|", "||"),
    ("&", "&&"),
    (";", " and"),
    ("is not", "!="),
    ("is", "=="),
    ("equals", "=="),
    ("equal", "=="),
    ("not", "!="),
    ("not like", "contains"),
    ("like", "contains"),
    ("ilike", "matches"),
    ("has", "contains"),
    ("include", "contains"),
    ("includes", "contains"),
    ("contain", "contains"),
    ("match", "matches"),
    ("regex", "matches"),
    ("regexp", "matches"),
    ("rlike", "matches"),
];

impl Desk<'_> {
    /// Every token of this kind replaced.
    pub(super) fn replace_at(&self, which: impl Fn(&TokenKind) -> bool, by: &str) -> Option<String> {
        let mut out = self.text.to_owned();
        for token in self.tokens.iter().rev().filter(|token| which(&token.kind)) {
            out = splice(&out, &token.span, by);
        }
        (out != self.text).then_some(out)
    }

    /// Typographic quotes, dashes, signs and blanks made plain.
    pub(super) fn plain_characters(&self) -> Option<String> {
        let mut plain = String::new();
        for c in self.text.chars() {
            match c {
                '“' | '”' | '„' | '‟' | '«' | '»' | '″' | '＂' => plain.push('"'),
                '‘' | '’' | '‚' | '′' => plain.push('\''),
                '–' | '—' | '−' | '‐' | '‑' | '‒' => plain.push('-'),
                '≠' => plain.push_str("!="),
                '≤' => plain.push_str("<="),
                '≥' => plain.push_str(">="),
                '＝' => plain.push('='),
                '∧' => plain.push_str("&&"),
                '∨' => plain.push_str("||"),
                '¬' => plain.push('!'),
                '…' => plain.push_str(".."),
                '\u{200b}' | '\u{feff}' | '\u{2060}' | '\u{ad}' => {}
                // Wide forms of ASCII stand 0xfee0 above it.
                '\u{ff01}'..='\u{ff5e}' => plain.extend(char::from_u32(u32::from(c) - 0xfee0)),
                c if c.is_whitespace() => plain.push(' '),
                '`' => plain.push('"'),
                c => plain.push(c),
            }
        }
        (plain != self.text && (!self.text.is_ascii() || self.text.contains('`'))).then_some(plain)
    }

    /// Operators and names in small letters.
    pub(super) fn small_letters(&self) -> Option<String> {
        let mut out = self.text.to_owned();
        for token in self.tokens.iter().rev().filter(|token| token.kind == TokenKind::Word) {
            let written = self.written(&token.span);
            let lower = written.to_ascii_lowercase();
            let known = keyword(&lower).is_some() || !self.schema().knows(written) && self.schema().knows(&lower);
            // A value in capitals that happens to be a protocol's name stays what it is.
            let first = token.span.start == self.problem.span.start;
            if written != lower && known && (keyword(&lower).is_some() || first || !self.is_value(token)) {
                out = splice(&out, &token.span, &lower);
            }
        }
        (out != self.text).then_some(out)
    }

    /// The first operator in capitals, if it is not what the problem is about: its place.
    pub(super) fn shouted(&self) -> Option<TextRange> {
        let shouts = |token: &&Token| {
            let written = self.written(&token.span);
            token.kind == TokenKind::Word
                && !self.schema().knows(written)
                && keyword(&written.to_ascii_lowercase()).is_some()
        };
        let token = self.tokens.iter().find(shouts)?;
        (token.span.end <= self.problem.span.start && !self.is_value(token)).then(|| token.span.clone())
    }

    /// Whether a token stands where a value is expected.
    fn is_value(&self, token: &Token) -> bool {
        let before = self.tokens.iter().take_while(|other| other.span.start < token.span.start).last();
        before.is_some_and(|token| {
            matches!(
                token.kind,
                TokenKind::Relation(_)
                    | TokenKind::Assign
                    | TokenKind::Comma
                    | TokenKind::OpenBrace
                    | TokenKind::DotDot
            )
        })
    }

    /// Operators of other languages, at the problem or the last before it, each with what the button says.
    pub(super) fn operators(&self) -> Vec<(String, String)> {
        let mut mended = Vec::new();
        for (wrong, right) in OPERATORS {
            let text = if wrong.starts_with(|c: char| c.is_ascii_alphabetic()) {
                self.word_operator(wrong, right)
            } else {
                self.sign(wrong, right)
            };
            mended.extend(text.map(|text| (format!("Use {}", right.trim()), text)));
        }
        mended.extend(self.colon().map(|text| ("Use ==".to_owned(), text)));
        mended.extend(self.missing().map(|text| ("Add ==".to_owned(), text)));
        mended
    }

    /// Another language's sign.
    fn sign(&self, wrong: &str, right: &str) -> Option<String> {
        let end = self.problem.span.end.max(self.problem.span.start + wrong.len());
        let end = (0..=2).map(|more| end + more).rev().find(|end| self.text.is_char_boundary(*end))?;
        let at = self.text.get(..end.min(self.text.len()))?.rfind(wrong)?;
        let around = |at: usize| self.text.as_bytes().get(at) == wrong.as_bytes().first();
        if wrong.len() == 1 && (at > 0 && around(at - 1) || around(at + 1)) {
            return None;
        }
        if !right.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return Some(splice(self.text, &(at..at + wrong.len()), right));
        }
        // A word needs blanks around it.
        let before = self.text.get(..at)?.trim_end().len();
        let after = self.text.get(at + wrong.len()..)?.trim_start().len();
        Some(splice(self.text, &(before..self.text.len() - after), &format!(" {right} ")))
    }

    /// The single `&` that stands before the problem or in it, the last one.
    pub(super) fn single_and(&self) -> Option<TextRange> {
        let and =
            |token: &&Token| token.kind == TokenKind::Operator(Operator::BitAnd) && self.written(&token.span) == "&";
        let near = |token: &&Token| token.span.start <= self.problem.span.end + 1;
        self.tokens.iter().filter(and).rfind(near).map(|token| token.span.clone())
    }

    /// Another language's word, with the wildcards of what it looks for.
    fn word_operator(&self, wrong: &str, right: &str) -> Option<String> {
        let words: Vec<&str> = wrong.split(' ').collect();
        let index = self.index()?;
        // The problem is at the word, or at what follows it.
        let start = (index.saturating_sub(words.len())..=index).find(|start| {
            words
                .iter()
                .enumerate()
                .all(|(at, word)| self.word(start + at).is_some_and(|ours| ours.eq_ignore_ascii_case(word)))
        })?;
        start.checked_sub(1)?;
        let (first, last) = (self.tokens.get(start)?, self.tokens.get(start + words.len() - 1)?);
        let value = self.tokens.get(start + words.len())?;
        let mut out = self.text.to_owned();
        if let TokenKind::Text(..) = value.kind {
            let bare = self.written(&value.span).replace('%', "");
            out = splice(&out, &value.span, &bare);
        }
        Some(splice(&out, &(first.span.start..last.span.end), right))
    }

    /// `ip.src: 10.0.0.1`.
    fn colon(&self) -> Option<String> {
        let end = self.problem.span.start.max(1);
        let around = self.text.get(..self.problem.span.end.max(end))?;
        let colon = around.find(':')?;
        let name = around.get(..colon)?.trim_end();
        let start =
            name.rfind(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))).map_or(0, |at| at + 1);
        let known = name.get(start..).is_some_and(|name| self.schema().knows(name));
        let blanks = self.text.get(colon + 1..)?;
        let end = colon + 1 + blanks.len() - blanks.trim_start().len();
        known.then(|| splice(self.text, &(name.len()..end), " == "))
    }

    /// `tcp.port 80`: a field and a value with nothing between them.
    fn missing(&self) -> Option<String> {
        let index = self.index()?;
        // A word is a value only where nothing follows that belongs to it.
        let ends = matches!(
            self.tokens.get(index + 1).map(|token| &token.kind),
            None | Some(TokenKind::End | TokenKind::And | TokenKind::Or | TokenKind::Close)
        );
        if self.tokens.get(index)?.kind == TokenKind::Word && !ends {
            return None;
        }
        let before = self.tokens.get(index.checked_sub(1)?)?;
        let field = before.kind == TokenKind::Word && self.schema().knows(self.written(&before.span));
        let value = matches!(
            self.tokens.get(index)?.kind,
            TokenKind::Number | TokenKind::Word | TokenKind::Literal | TokenKind::Text(..)
        );
        let known = self.schema().knows(self.wrong());
        (field && value && !known).then(|| {
            let value = self.value_of(self.written(&before.span), self.wrong());
            splice(self.text, &(before.span.end..self.problem.span.end), &format!(" == {value}"))
        })
    }

    /// A value as it is written beside this field: a word in quotes beside text.
    pub(super) fn value_of(&self, field: &str, value: &str) -> String {
        let text = self.schema().find(field).is_some_and(|known| is_text(known.row.kind));
        if text && !value.starts_with('"') { quote(value) } else { value.to_owned() }
    }

    /// Two tests with nothing between them.
    pub(super) fn between(&self) -> Vec<String> {
        let Some(index) = self.index().filter(|index| *index > 0) else { return Vec::new() };
        let Some(before) = self.tokens.get(index - 1) else { return Vec::new() };
        let span = before.span.end..self.problem.span.start;
        ["and", "or"].iter().map(|word| splice(self.text, &span, &format!(" {word} "))).collect()
    }

    /// A closing sign that closes nothing.
    pub(super) fn remove(&self, sign: &str) -> Option<String> {
        (self.wrong() == sign).then(|| splice(self.text, &self.problem.span, "").trim_end().to_owned())
    }

    /// The value at the problem in double quotes.
    pub(super) fn quoted(&self) -> Option<String> {
        let wrong = self.wrong();
        let bare = wrong.trim_matches('\'');
        // Several words are no value.
        let one =
            self.index().and_then(|index| self.tokens.get(index)).is_none_or(|token| token.span == self.problem.span);
        (one && !bare.is_empty() && !bare.contains(['"', '\\']))
            .then(|| splice(self.text, &self.problem.span, &format!("\"{bare}\"")))
    }

    /// The value at the problem without its quotes.
    pub(super) fn unquoted(&self) -> Option<String> {
        let bare = self.wrong().strip_prefix('"')?.strip_suffix('"')?.trim();
        (!bare.is_empty()).then(|| splice(self.text, &self.problem.span, bare))
    }

    /// Names that come near the one at the problem.
    pub(super) fn near(&self) -> Vec<String> {
        let word = self.index().and_then(|index| self.tokens.get(index)).filter(|token| token.kind == TokenKind::Word);
        let names = word.map_or_else(Vec::new, |_| nearest::names(self.guide, self.wrong()));
        names.into_iter().map(|name| splice(self.text, &self.problem.span, name)).collect()
    }
}
