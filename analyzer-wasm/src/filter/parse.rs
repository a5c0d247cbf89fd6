//! Tokens to a tree, by Wireshark's grammar (4.4): logic, tests, operands.
//!
//! Longer than most files: its parts are one subject and read best side by side.

use super::Problem;
use super::lex::{Kind, Token};
use std::ops::Range;

/// How deep a filter may nest: enough for people, little enough for any stack.
const DEEPEST: usize = 100;

/// A filter's logic.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expr {
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Xor(Vec<Expr>),
    Not(Box<Expr>),
    Test(Test),
}

/// One test of a packet.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Test {
    /// Present, or not zero.
    Exists(Operand),
    /// A chain of comparisons; a quantifier applies to one alone.
    Compare {
        first: Operand,
        rest: Vec<(Compare, Operand)>,
        quantifier: Option<bool>,
    },
    Contains {
        left: Operand,
        right: Operand,
        quantifier: Option<bool>,
    },
    Matches {
        left: Operand,
        right: Operand,
        quantifier: Option<bool>,
    },
    In {
        left: Operand,
        items: Vec<(Operand, Option<Operand>)>,
        negated: bool,
        quantifier: Option<bool>,
    },
}

/// A comparison, with what it asks of several values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compare {
    AnyEqual,
    AllEqual,
    AnyUnequal,
    AllUnequal,
    Greater,
    GreaterEqual,
    Less,
    LessEqual,
}

/// One side of a test.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Operand {
    pub(super) kind: OperandKind,
    pub(super) span: Range<usize>,
}

/// What an operand is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum OperandKind {
    /// A name or a literal without quotes: the schema tells which.
    Word(String),
    Text(Vec<u8>),
    Char(u32),
    /// The bytes as they are on the wire: `@field`.
    Raw(Box<Operand>),
    /// Only the instances in these layers: `field#2`.
    Layers(Box<Operand>, String),
    Slice(Box<Operand>, String),
    Call(String, Vec<Operand>),
    Negative(Box<Operand>),
    Arithmetic(char, Box<Operand>, Box<Operand>),
}

/// The parser and where it is.
pub(super) struct Parser<'t> {
    tokens: &'t [Token],
    at: usize,
    end: usize,
    depth: usize,
    /// What is accepted although Wireshark would not.
    pub(super) advice: Vec<Problem>,
}

type Parsed<T> = Result<T, Problem>;

impl<'t> Parser<'t> {
    pub(super) fn new(tokens: &'t [Token], end: usize) -> Parser<'t> {
        Parser { tokens, at: 0, end, depth: 0, advice: Vec::new() }
    }

    /// The whole filter.
    pub(super) fn filter(&mut self) -> Parsed<Expr> {
        let expr = self.or()?;
        match self.tokens.get(self.at) {
            None => Ok(expr),
            Some(token) => Err(self.unexpected(token)),
        }
    }

    fn or(&mut self) -> Parsed<Expr> {
        self.chain(&["||"], "or", Self::xor, Expr::Or)
    }

    fn xor(&mut self) -> Parsed<Expr> {
        self.chain(&["^^"], "xor", Self::and, Expr::Xor)
    }

    fn and(&mut self) -> Parsed<Expr> {
        self.chain(&["&&"], "and", Self::not, Expr::And)
    }

    fn chain(
        &mut self,
        signs: &[&str],
        keyword: &str,
        below: fn(&mut Self) -> Parsed<Expr>,
        make: fn(Vec<Expr>) -> Expr,
    ) -> Parsed<Expr> {
        let first = below(self)?;
        if !self.is_sign(signs) && !self.is_word(keyword) {
            return Ok(first);
        }
        let mut all = vec![first];
        while self.is_sign(signs) || self.is_word(keyword) {
            self.at += 1;
            all.push(below(self)?);
        }
        Ok(make(all))
    }

    fn not(&mut self) -> Parsed<Expr> {
        let mut negations = 0;
        while self.is_sign(&["!"]) || self.is_word("not") {
            self.at += 1;
            negations += 1;
        }
        let inner = self.primary()?;
        Ok(if negations % 2 == 1 { Expr::Not(Box::new(inner)) } else { inner })
    }

    fn primary(&mut self) -> Parsed<Expr> {
        if !self.is_sign(&["("]) {
            return self.test().map(Expr::Test);
        }
        let open = self.at;
        self.at += 1;
        let inner = self.deeper(Self::or)?;
        if !self.is_sign(&[")"]) {
            return Err(match self.tokens.get(self.at) {
                Some(token) => self.unexpected(token),
                None => Problem::new("This parenthesis is not closed. Add `)`.", self.span(open)),
            });
        }
        self.at += 1;
        Ok(inner)
    }

    fn deeper<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Problem::new(
                "The filter nests deeper than a hundred levels. Write it flatter.",
                self.span(self.at),
            ));
        }
        let result = parse(self);
        self.depth -= 1;
        result
    }

    fn test(&mut self) -> Parsed<Test> {
        let quantifier = match self.peek_word() {
            Some("any") if self.starts_operand(self.at + 1) => Some(false),
            Some("all") if self.starts_operand(self.at + 1) => Some(true),
            _ => None,
        };
        self.at += usize::from(quantifier.is_some());
        let begin = self.at;
        let left = self.arithmetic()?;
        if self.is_word("contains") {
            self.at += 1;
            return Ok(Test::Contains { left, right: self.entity()?, quantifier });
        }
        if self.is_word("matches") || self.is_sign(&["~"]) {
            self.at += 1;
            return Ok(Test::Matches { left, right: self.entity()?, quantifier });
        }
        let negated = self.is_word("not") && self.word_at(self.at + 1) == Some("in");
        if negated || self.is_word("in") {
            self.at += 1 + usize::from(negated);
            return Ok(Test::In { left, items: self.set()?, negated, quantifier });
        }
        let mut rest = Vec::new();
        while let Some(compare) = self.compare() {
            rest.push((compare, self.arithmetic()?));
        }
        if rest.is_empty() {
            if quantifier.is_some() {
                let span = self.span(begin);
                return Err(Problem::new("`any` and `all` need a comparison after the field.", span));
            }
            return Ok(Test::Exists(left));
        }
        Ok(Test::Compare { first: left, rest, quantifier })
    }

    fn compare(&mut self) -> Option<Compare> {
        let token = self.tokens.get(self.at)?;
        let compare = match &token.kind {
            Kind::Sign("==") => Compare::AnyEqual,
            Kind::Sign("=") => {
                let problem =
                    Problem::new("`=` compares nothing in Wireshark; it is read as `==`.", token.span.clone());
                self.advice.push(problem.replacing("Use ==", "=="));
                Compare::AnyEqual
            }
            Kind::Sign("===") => Compare::AllEqual,
            Kind::Sign("!=") => Compare::AllUnequal,
            Kind::Sign("!==") => Compare::AnyUnequal,
            Kind::Sign(">") => Compare::Greater,
            Kind::Sign(">=") => Compare::GreaterEqual,
            Kind::Sign("<") => Compare::Less,
            Kind::Sign("<=") => Compare::LessEqual,
            Kind::Word(word) => match word.as_str() {
                "eq" | "any_eq" => Compare::AnyEqual,
                "all_eq" => Compare::AllEqual,
                "ne" | "all_ne" => Compare::AllUnequal,
                "any_ne" => Compare::AnyUnequal,
                "gt" => Compare::Greater,
                "ge" => Compare::GreaterEqual,
                "lt" => Compare::Less,
                "le" => Compare::LessEqual,
                _ => return None,
            },
            _ => return None,
        };
        self.at += 1;
        Some(compare)
    }

    fn set(&mut self) -> Parsed<Vec<(Operand, Option<Operand>)>> {
        let open = self.at;
        if !self.is_sign(&["{"]) {
            return Err(self.wanted("a set in braces, as `{80, 443}`"));
        }
        self.at += 1;
        let mut items = Vec::new();
        loop {
            let low = self.arithmetic()?;
            let high = if self.is_sign(&[".."]) {
                self.at += 1;
                Some(self.arithmetic()?)
            } else {
                None
            };
            items.push((low, high));
            if self.is_sign(&[","]) {
                self.at += 1;
            } else if self.is_sign(&["}"]) {
                self.at += 1;
                return Ok(items);
            } else if self.at >= self.tokens.len() {
                return Err(Problem::new("This set is not closed. Add `}`.", self.span(open)));
            } else if self.starts_operand(self.at) {
                let before = items.last().map_or(0, |(low, high)| high.as_ref().unwrap_or(low).span.end);
                let span = before..before;
                return Err(Problem::new("The values of a set are separated by commas.", self.span(self.at))
                    .replacing_at("Add the comma", span, ","));
            } else {
                return Err(self.wanted("a comma or `}`"));
            }
        }
    }

    fn arithmetic(&mut self) -> Parsed<Operand> {
        self.binary(&["&"], &["bitwise_and", "bitand"], |parser| {
            parser.binary(&["+", "-"], &[], |parser| parser.binary(&["*", "/", "%"], &[], Self::negative))
        })
    }

    fn binary(
        &mut self,
        signs: &[&'static str],
        words: &[&str],
        below: fn(&mut Self) -> Parsed<Operand>,
    ) -> Parsed<Operand> {
        let mut left = below(self)?;
        loop {
            let sign = match self.tokens.get(self.at).map(|token| &token.kind) {
                Some(Kind::Sign(sign)) if signs.contains(sign) => sign.chars().next().unwrap_or('&'),
                Some(Kind::Word(word)) if words.contains(&word.as_str()) => '&',
                _ => return Ok(left),
            };
            self.at += 1;
            let right = below(self)?;
            let span = left.span.start..right.span.end;
            left = Operand { kind: OperandKind::Arithmetic(sign, Box::new(left), Box::new(right)), span };
        }
    }

    fn negative(&mut self) -> Parsed<Operand> {
        let start = self.span(self.at).start;
        if self.is_sign(&["+"]) {
            self.at += 1;
            return self.deeper(Self::negative);
        }
        if self.is_sign(&["-"]) {
            self.at += 1;
            let inner = self.deeper(Self::negative)?;
            let span = start..inner.span.end;
            return Ok(Operand { kind: OperandKind::Negative(Box::new(inner)), span });
        }
        if self.is_sign(&["{"]) {
            self.at += 1;
            let inner = self.deeper(Self::arithmetic)?;
            if !self.is_sign(&["}"]) {
                return Err(self.wanted("`}`"));
            }
            self.at += 1;
            return Ok(inner);
        }
        self.entity()
    }

    fn entity(&mut self) -> Parsed<Operand> {
        let Some(token) = self.tokens.get(self.at) else { return Err(self.wanted("a field or a value")) };
        let start = token.span.start;
        let mut operand = match &token.kind {
            Kind::Wrong(why) => return Err(Problem::new(why, token.span.clone())),
            Kind::Text(text) => self.take(OperandKind::Text(text.clone())),
            Kind::Char(code) => self.take(OperandKind::Char(*code)),
            Kind::Sign("@") => {
                self.at += 1;
                let inner = self.deeper(Self::entity)?;
                return Ok(raw(inner, start));
            }
            Kind::Sign(sign @ ("$" | "${")) => {
                return Err(Problem::new(
                    &format!("`{sign}` takes values from the selected packet, which is not possible here yet."),
                    token.span.clone(),
                ));
            }
            Kind::Word(word) if is_keyword(word) => return Err(self.unexpected(token)),
            Kind::Word(word) => {
                let call = matches!(self.tokens.get(self.at + 1), Some(Token { kind: Kind::Sign("("), .. }));
                let word = word.clone();
                if call {
                    self.at += 2;
                    self.call(word, start)?
                } else {
                    self.take(OperandKind::Word(word))
                }
            }
            _ => return Err(self.unexpected(token)),
        };
        loop {
            match self.tokens.get(self.at).map(|token| (&token.kind, token.span.end)) {
                Some((Kind::Range(range), end)) => {
                    let kind = OperandKind::Slice(Box::new(operand), range.clone());
                    operand = Operand { kind, span: start..end };
                    self.at += 1;
                }
                Some((Kind::Sign("#"), _)) => {
                    let layers = match self.tokens.get(self.at + 1) {
                        Some(Token { kind: Kind::Word(number), span }) => (number.clone(), span.end),
                        Some(Token { kind: Kind::Range(range), span }) => (range.clone(), span.end),
                        _ => return Err(self.wanted("the number of a layer after `#`")),
                    };
                    let kind = OperandKind::Layers(Box::new(operand), layers.0);
                    operand = Operand { kind, span: start..layers.1 };
                    self.at += 2;
                }
                _ => return Ok(operand),
            }
        }
    }

    fn call(&mut self, name: String, start: usize) -> Parsed<Operand> {
        let mut arguments = Vec::new();
        if !self.is_sign(&[")"]) {
            loop {
                arguments.push(self.deeper(Self::arithmetic)?);
                if !self.is_sign(&[","]) {
                    break;
                }
                self.at += 1;
            }
        }
        if !self.is_sign(&[")"]) {
            return Err(self.wanted("a comma or `)`"));
        }
        let end = self.span(self.at).end;
        self.at += 1;
        Ok(Operand { kind: OperandKind::Call(name, arguments), span: start..end })
    }

    fn take(&mut self, kind: OperandKind) -> Operand {
        let span = self.span(self.at);
        self.at += 1;
        Operand { kind, span }
    }

    fn span(&self, at: usize) -> Range<usize> {
        self.tokens.get(at).map_or(self.end..self.end, |token| token.span.clone())
    }

    fn is_sign(&self, signs: &[&str]) -> bool {
        matches!(self.tokens.get(self.at), Some(Token { kind: Kind::Sign(sign), .. }) if signs.contains(sign))
    }

    fn word_at(&self, at: usize) -> Option<&str> {
        match self.tokens.get(at) {
            Some(Token { kind: Kind::Word(word), .. }) => Some(word),
            _ => None,
        }
    }

    fn peek_word(&self) -> Option<&str> {
        self.word_at(self.at)
    }

    fn is_word(&self, word: &str) -> bool {
        self.peek_word() == Some(word)
    }

    fn starts_operand(&self, at: usize) -> bool {
        match self.tokens.get(at).map(|token| &token.kind) {
            Some(Kind::Word(word)) => !is_keyword(word),
            Some(Kind::Text(_) | Kind::Char(_)) => true,
            Some(Kind::Sign(sign)) => matches!(*sign, "@" | "{" | "-" | "+" | "$" | "${"),
            _ => false,
        }
    }

    fn wanted(&self, what: &str) -> Problem {
        match self.tokens.get(self.at) {
            Some(Token { kind: Kind::Wrong(why), span }) => Problem::new(why, span.clone()),
            Some(token) => Problem::new(&format!("Here {what} is expected."), token.span.clone()),
            None => Problem::new(&format!("The filter ends where {what} is expected."), self.end..self.end),
        }
    }

    fn unexpected(&self, token: &Token) -> Problem {
        let words = match &token.kind {
            Kind::Wrong(why) => why.clone(),
            Kind::Word(word) => format!("`{word}` is not expected here."),
            Kind::Sign(sign) => format!("`{sign}` is not expected here."),
            Kind::Text(_) => "A text is not expected here.".to_owned(),
            Kind::Char(_) => "A character is not expected here.".to_owned(),
            Kind::Range(_) => "A range in brackets is not expected here.".to_owned(),
        };
        Problem::new(&words, token.span.clone())
    }
}

/// `@` binds to the field, before its slice.
fn raw(operand: Operand, start: usize) -> Operand {
    let span = start..operand.span.end;
    let kind = match operand.kind {
        OperandKind::Slice(inner, range) => OperandKind::Slice(Box::new(raw(*inner, start)), range),
        _ => OperandKind::Raw(Box::new(operand)),
    };
    Operand { kind, span }
}

/// Words that are operators and can be no names.
pub(super) fn is_keyword(word: &str) -> bool {
    const KEYWORDS: [&str; 21] = [
        "and",
        "or",
        "not",
        "xor",
        "in",
        "contains",
        "matches",
        "eq",
        "ne",
        "gt",
        "ge",
        "lt",
        "le",
        "any_eq",
        "all_eq",
        "any_ne",
        "all_ne",
        "bitwise_and",
        "bitand",
        "any",
        "all",
    ];
    KEYWORDS.contains(&word)
}
