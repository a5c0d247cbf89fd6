//! Makes a tree of a filter's tokens. It never fails: problems are listed beside the tree.

mod operands;

use super::Problem;
use super::lex::{Token, TokenKind, tokens};
use super::tree::{Among, Logic, Quantifier, Relation, Shape, TextRange, Tree};

/// How deep parts may stand in one another; each level costs stack.
const DEEPEST: usize = 100;

/// A tree with the problems of the text.
#[derive(Debug)]
pub(crate) struct Parsed {
    /// Nothing where the text is blank.
    pub tree: Option<Tree>,
    /// What is wrong, the first of it.
    pub problem: Option<Problem>,
    /// What only we accept, the first of it.
    pub liberties: Vec<Problem>,
}

/// Parses a filter.
pub(crate) fn parse(text: &str) -> Parsed {
    let mut parser =
        Parser { text, tokens: tokens(text), next: 0, depth: 0, slices: 0, problem: None, liberties: Vec::new() };
    if *parser.peek() == TokenKind::End {
        return Parsed { tree: None, problem: None, liberties: Vec::new() };
    }
    let tree = parser.logic(Logic::Or);
    if *parser.peek() != TokenKind::End {
        parser.unexpected();
    }
    Parsed { tree: Some(tree), problem: parser.problem, liberties: parser.liberties }
}

struct Parser<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    next: usize,
    depth: usize,
    slices: usize,
    problem: Option<Problem>,
    liberties: Vec<Problem>,
}

impl Parser<'_> {
    fn peek(&self) -> &TokenKind {
        self.peek_after(0)
    }

    fn peek_after(&self, count: usize) -> &TokenKind {
        // After a problem nothing more is understood.
        if self.problem.is_some() {
            return &TokenKind::End;
        }
        self.tokens.get(self.next + count).map_or(&TokenKind::End, |token| &token.kind)
    }

    fn span(&self) -> TextRange {
        self.tokens.get(self.next).map_or(self.text.len()..self.text.len(), |token| token.span.clone())
    }

    /// Goes on behind the next token and returns its place.
    fn advance(&mut self) -> TextRange {
        let span = self.span();
        if *self.peek() != TokenKind::End {
            self.next += 1;
        }
        span
    }

    fn written(&self, span: &TextRange) -> String {
        self.text.get(span.clone()).unwrap_or_default().to_owned()
    }

    fn fail(&mut self, span: TextRange, message: impl Into<String>) -> Tree {
        if self.problem.is_none() {
            self.problem = Some(Problem::new(message, span.clone()));
        }
        Tree { span, shape: Shape::Missing }
    }

    /// Notes what only we accept, and what Wireshark wants there. Only the first is shown, and so only that one is
    /// kept: each may hold a text as long as the filter.
    fn liberty(&mut self, span: &TextRange, message: &str, label: &str, by: &str) {
        if self.liberties.is_empty() {
            self.liberties.push(Problem::new(message, span.clone()).instead(label, by));
        }
    }

    /// Says that the next token does not belong where it stands.
    fn unexpected(&mut self) -> Tree {
        let span = self.span();
        let written = self.written(&span);
        let message = match self.peek() {
            TokenKind::End => "The filter ends too early: something must follow here.".to_owned(),
            TokenKind::Broken(reason) => reason.clone(),
            TokenKind::Brackets(Err(reason)) | TokenKind::Layer(Err(reason)) => reason.clone(),
            TokenKind::Close => "This ) closes nothing.".to_owned(),
            TokenKind::CloseBrace => "This } closes nothing.".to_owned(),
            TokenKind::Word if super::lex::keyword(&written.to_ascii_lowercase()).is_some() => {
                format!("Operators are written in small letters: {}.", written.to_ascii_lowercase())
            }
            TokenKind::Word
            | TokenKind::Literal
            | TokenKind::Number
            | TokenKind::Text(..)
            | TokenKind::Char(_)
            | TokenKind::Dotted => {
                format!(
                    "{} is not expected here: between two parts stands an operator, such as == or and.",
                    short(&written)
                )
            }
            _ => format!("{} is not expected here.", short(&written)),
        };
        self.fail(span, message)
    }

    /// Runs a step one level deeper, unless that is too deep.
    fn deeper(&mut self, step: impl FnOnce(&mut Self) -> Tree) -> Tree {
        if self.depth >= DEEPEST {
            let span = self.span();
            return self.fail(span, format!("The filter is nested more than {DEEPEST} levels deep."));
        }
        self.depth += 1;
        let tree = step(self);
        self.depth -= 1;
        tree
    }

    /// Tests joined by an operator, each made of tests joined by the next tighter one.
    fn logic(&mut self, level: Logic) -> Tree {
        let (token, tighter) = match level {
            Logic::Or => (TokenKind::Or, Some(Logic::Xor)),
            Logic::Xor => (TokenKind::Xor, Some(Logic::And)),
            Logic::And => (TokenKind::And, None),
        };
        let part = |parser: &mut Self| match tighter {
            Some(tighter) => parser.logic(tighter),
            None => parser.negation(),
        };
        let first = part(self);
        if *self.peek() != token {
            return first;
        }
        let mut parts = vec![first];
        while *self.peek() == token {
            self.advance();
            parts.push(part(self));
        }
        Tree { span: around(&parts), shape: Shape::Logic(level, parts) }
    }

    fn negation(&mut self) -> Tree {
        if *self.peek() != TokenKind::Not {
            return self.test();
        }
        let start = self.advance().start;
        let tree = self.deeper(Self::negation);
        Tree { span: start..tree.span.end, shape: Shape::Not(Box::new(tree)) }
    }

    /// A test, a bare value or a group in parentheses.
    fn test(&mut self) -> Tree {
        let start = self.span().start;
        let quantifier = match *self.peek() {
            TokenKind::Quantifier(quantifier) => {
                self.advance();
                Some(quantifier)
            }
            _ => None,
        };
        let first = if *self.peek() == TokenKind::Open {
            let group = self.group();
            // After a group only an operand could go on.
            match self.peek() {
                TokenKind::Relation(_) | TokenKind::Assign | TokenKind::Operator(_) | TokenKind::In => {
                    let group = self.as_operand(group);
                    self.sum(group, 0)
                }
                _ => group,
            }
        } else {
            self.arithmetic()
        };
        match (self.peek(), self.peek_after(1)) {
            (TokenKind::Relation(_) | TokenKind::Assign | TokenKind::Retired, _) => {
                self.comparison(start, quantifier, first)
            }
            (TokenKind::In, _) | (TokenKind::Not, TokenKind::In) => self.among(start, quantifier, first),
            _ if quantifier.is_some() => {
                let span = start..first.span.end;
                self.fail(span, "Behind any and all stands a comparison: any tcp.port > 1023.")
            }
            _ => first,
        }
    }

    /// `( … )`, taken as it is.
    fn group(&mut self) -> Tree {
        let start = self.advance().start;
        let mut tree = self.deeper(|parser| parser.logic(Logic::Or));
        if *self.peek() != TokenKind::Close {
            if *self.peek() == TokenKind::End {
                return self.fail(start..start + 1, "The ) that closes this is missing.");
            }
            return self.unexpected();
        }
        tree.span = start..self.advance().end;
        tree
    }

    /// A group that is compared or computed with: Wireshark wants braces there.
    fn as_operand(&mut self, group: Tree) -> Tree {
        if matches!(group.shape, Shape::Logic(..) | Shape::Not(_) | Shape::Compare(..) | Shape::Among(_)) {
            let message = "The result of a test cannot be compared: join tests with and or or.";
            return self.fail(self.span(), message);
        }
        if matches!(group.shape, Shape::Missing) {
            return group;
        }
        if self.liberties.is_empty() {
            let inside = group.span.start + 1..group.span.end.saturating_sub(1);
            let braces = format!("{{{}}}", self.text.get(inside).unwrap_or_default());
            let message = "Wireshark writes arithmetic in braces: { } instead of ( ).";
            self.liberty(&group.span, message, "Use { }", &braces);
        }
        Tree { span: group.span.clone(), shape: Shape::Braces(Box::new(group)) }
    }

    fn comparison(&mut self, start: usize, quantifier: Option<Quantifier>, first: Tree) -> Tree {
        let mut rest = Vec::new();
        loop {
            let relation = match *self.peek() {
                TokenKind::Relation(relation) => relation,
                TokenKind::Assign => {
                    let message = "Read as ==: Wireshark compares with == and refuses a single =.";
                    self.liberty(&self.span(), message, "Use ==", "==");
                    Relation::Equal(Quantifier::Any)
                }
                TokenKind::Retired => {
                    self.liberty(&self.span(), "Read as !==: Wireshark knows ~= no longer.", "Use !==", "!==");
                    Relation::Unequal(Quantifier::Any)
                }
                _ => break,
            };
            self.advance();
            let right = self.arithmetic();
            rest.push((relation, right));
        }
        let search = |relation: &Relation| matches!(relation, Relation::Contains | Relation::Matches);
        if rest.len() > 1 && rest.iter().any(|(relation, _)| search(relation)) {
            let span = first.span.clone();
            return self.fail(span, "contains and matches stand alone: join several tests with and.");
        }
        let end = rest.last().map_or(start, |(_, tree)| tree.span.end);
        Tree { span: start..end, shape: Shape::Compare(quantifier, Box::new(first), rest) }
    }

    fn among(&mut self, start: usize, quantifier: Option<Quantifier>, value: Tree) -> Tree {
        let negated = *self.peek() == TokenKind::Not;
        if negated {
            self.advance();
        }
        self.advance();
        if *self.peek() != TokenKind::OpenBrace {
            let span = self.span();
            return match self.peek() {
                TokenKind::Broken(_) => self.unexpected(),
                _ => self.fail(span, "A set stands in braces, its members with commas between: {80, 443}."),
            };
        }
        self.advance();
        let mut items = Vec::new();
        loop {
            let low = self.arithmetic();
            let high = if *self.peek() == TokenKind::DotDot {
                self.advance();
                Some(self.arithmetic())
            } else {
                None
            };
            items.push((low, high));
            match self.peek() {
                TokenKind::Comma => {
                    self.advance();
                }
                TokenKind::CloseBrace => break,
                TokenKind::End => {
                    let span = self.span();
                    return self.fail(span, "The } that closes the set is missing.");
                }
                TokenKind::Broken(_) => return self.unexpected(),
                _ => {
                    let span = self.span();
                    return self.fail(span, "Between the members of a set stand commas: {80, 443}.");
                }
            }
        }
        let end = self.advance().end;
        Tree { span: start..end, shape: Shape::Among(Among { quantifier, negated, value: Box::new(value), items }) }
    }
}

fn around(parts: &[Tree]) -> TextRange {
    parts.first().map_or(0, |tree| tree.span.start)..parts.last().map_or(0, |tree| tree.span.end)
}

/// A piece of the filter as messages quote it.
pub(crate) fn short(written: &str) -> String {
    match written.char_indices().nth(40) {
        Some((at, _)) => format!("\"{}…\"", &written[..at]),
        None => format!("\"{written}\""),
    }
}
