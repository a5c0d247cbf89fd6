//! Makes a tree of a filter's tokens; it never fails, what is wrong is said beside the tree.

mod operands;

use super::Problem;
use super::lex::{Kind, Token, tokens};
use super::tree::{Among, Logic, Place, Quantifier, Relation, Shape, Tree};

/// How deep parts may stand in one another; each level costs stack.
const DEEPEST: usize = 100;

/// A tree with what is to be said of the text.
#[derive(Debug)]
pub(super) struct Parsed {
    /// Nothing where the text is blank.
    pub tree: Option<Tree>,
    /// What is wrong, the first of it.
    pub problem: Option<Problem>,
    /// What only we accept, the first of it.
    pub liberties: Vec<Problem>,
}

/// Parses a filter.
pub(super) fn parse(text: &str) -> Parsed {
    let mut parser =
        Parser { text, tokens: tokens(text), next: 0, depth: 0, slices: 0, problem: None, liberties: Vec::new() };
    if *parser.peek() == Kind::End {
        return Parsed { tree: None, problem: None, liberties: Vec::new() };
    }
    let tree = parser.logic(Logic::Or);
    if *parser.peek() != Kind::End {
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
    fn peek(&self) -> &Kind {
        self.peek_after(0)
    }

    fn peek_after(&self, count: usize) -> &Kind {
        // After a problem nothing more is understood.
        if self.problem.is_some() {
            return &Kind::End;
        }
        self.tokens.get(self.next + count).map_or(&Kind::End, |token| &token.kind)
    }

    fn place(&self) -> Place {
        self.tokens.get(self.next).map_or(self.text.len()..self.text.len(), |token| token.place.clone())
    }

    /// Takes the next token and returns its place.
    fn take(&mut self) -> Place {
        let place = self.place();
        if *self.peek() != Kind::End {
            self.next += 1;
        }
        place
    }

    fn written(&self, place: &Place) -> String {
        self.text.get(place.clone()).unwrap_or_default().to_owned()
    }

    fn fail(&mut self, place: Place, message: impl Into<String>) -> Tree {
        if self.problem.is_none() {
            self.problem = Some(Problem::new(message, place.clone()));
        }
        Tree { place, shape: Shape::Missing }
    }

    /// Notes what only we accept, and what Wireshark wants there. Only the first is told, and so only that one is kept:
    /// each holds a text as long as the filter.
    fn liberty(&mut self, place: &Place, message: &str, label: &str, by: &str) {
        if self.liberties.is_empty() {
            let fixed = super::splice(self.text, place, by);
            self.liberties.push(Problem::new(message, place.clone()).fixed(label, fixed));
        }
    }

    /// Says that the next token does not belong where it stands.
    fn unexpected(&mut self) -> Tree {
        let place = self.place();
        let written = self.written(&place);
        let message = match self.peek() {
            Kind::End => "The filter ends too early: something must follow here.".to_owned(),
            Kind::Broken(reason) => reason.clone(),
            Kind::Brackets(Err(reason)) | Kind::Layer(Err(reason)) => reason.clone(),
            Kind::Close => "This ) closes nothing.".to_owned(),
            Kind::CloseBrace => "This } closes nothing.".to_owned(),
            Kind::Word if super::lex::keyword(&written.to_ascii_lowercase()).is_some() => {
                format!("Operators are written in small letters: {}.", written.to_ascii_lowercase())
            }
            Kind::Word | Kind::Literal | Kind::Number | Kind::Text(..) | Kind::Char(_) | Kind::Dotted => {
                format!(
                    "{} is not expected here: between two parts stands an operator, such as == or and.",
                    short(&written)
                )
            }
            _ => format!("{} is not expected here.", short(&written)),
        };
        self.fail(place, message)
    }

    /// Runs a step one level deeper, unless that is too deep.
    fn deeper(&mut self, step: impl FnOnce(&mut Self) -> Tree) -> Tree {
        if self.depth >= DEEPEST {
            let place = self.place();
            return self.fail(place, format!("The filter is nested more than {DEEPEST} levels deep."));
        }
        self.depth += 1;
        let tree = step(self);
        self.depth -= 1;
        tree
    }

    /// Tests joined by an operator, each made of tests joined by the next tighter one.
    fn logic(&mut self, level: Logic) -> Tree {
        let (token, tighter) = match level {
            Logic::Or => (Kind::Or, Some(Logic::Xor)),
            Logic::Xor => (Kind::Xor, Some(Logic::And)),
            Logic::And => (Kind::And, None),
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
            self.take();
            parts.push(part(self));
        }
        Tree { place: around(&parts), shape: Shape::Logic(level, parts) }
    }

    fn negation(&mut self) -> Tree {
        if *self.peek() != Kind::Not {
            return self.test();
        }
        let start = self.take().start;
        let tree = self.deeper(Self::negation);
        Tree { place: start..tree.place.end, shape: Shape::Not(Box::new(tree)) }
    }

    /// A test, a bare value or a group in parentheses.
    fn test(&mut self) -> Tree {
        let start = self.place().start;
        let quantifier = match *self.peek() {
            Kind::Quantifier(quantifier) => {
                self.take();
                Some(quantifier)
            }
            _ => None,
        };
        let first = if *self.peek() == Kind::Open {
            let group = self.group();
            // After a group only an operand could go on.
            match self.peek() {
                Kind::Relation(_) | Kind::Assign | Kind::Operator(_) | Kind::In => {
                    let group = self.as_operand(group);
                    self.sum(group, 0)
                }
                _ => group,
            }
        } else {
            self.arithmetic()
        };
        match (self.peek(), self.peek_after(1)) {
            (Kind::Relation(_) | Kind::Assign | Kind::Retired, _) => self.comparison(start, quantifier, first),
            (Kind::In, _) | (Kind::Not, Kind::In) => self.among(start, quantifier, first),
            _ if quantifier.is_some() => {
                let place = start..first.place.end;
                self.fail(place, "Behind any and all stands a comparison: any tcp.port > 1023.")
            }
            _ => first,
        }
    }

    /// `( … )`, taken as it is.
    fn group(&mut self) -> Tree {
        let start = self.take().start;
        let mut tree = self.deeper(|parser| parser.logic(Logic::Or));
        if *self.peek() != Kind::Close {
            if *self.peek() == Kind::End {
                return self.fail(start..start + 1, "The ) that closes this is missing.");
            }
            return self.unexpected();
        }
        tree.place = start..self.take().end;
        tree
    }

    /// A group that is compared or computed with: Wireshark wants braces there.
    fn as_operand(&mut self, group: Tree) -> Tree {
        if matches!(group.shape, Shape::Logic(..) | Shape::Not(_) | Shape::Compare(..) | Shape::Among(_)) {
            let message = "The result of a test cannot be compared: join tests with and or or.";
            return self.fail(self.place(), message);
        }
        if matches!(group.shape, Shape::Missing) {
            return group;
        }
        if self.liberties.is_empty() {
            let inside = group.place.start + 1..group.place.end.saturating_sub(1);
            let braces = format!("{{{}}}", self.text.get(inside).unwrap_or_default());
            let message = "Wireshark writes arithmetic in braces: { } instead of ( ).";
            self.liberty(&group.place, message, "Use { }", &braces);
        }
        Tree { place: group.place.clone(), shape: Shape::Braces(Box::new(group)) }
    }

    fn comparison(&mut self, start: usize, quantifier: Option<Quantifier>, first: Tree) -> Tree {
        let mut rest = Vec::new();
        loop {
            let relation = match *self.peek() {
                Kind::Relation(relation) => relation,
                Kind::Assign => {
                    let message = "Read as ==: Wireshark compares with == and refuses a single =.";
                    self.liberty(&self.place(), message, "Use ==", "==");
                    Relation::Equal(Quantifier::Any)
                }
                Kind::Retired => {
                    self.liberty(&self.place(), "Read as !==: Wireshark knows ~= no longer.", "Use !==", "!==");
                    Relation::Unequal(Quantifier::Any)
                }
                _ => break,
            };
            self.take();
            let right = self.arithmetic();
            rest.push((relation, right));
        }
        let search = |relation: &Relation| matches!(relation, Relation::Contains | Relation::Matches);
        if rest.len() > 1 && rest.iter().any(|(relation, _)| search(relation)) {
            let place = first.place.clone();
            return self.fail(place, "contains and matches stand alone: join several tests with and.");
        }
        let end = rest.last().map_or(start, |(_, tree)| tree.place.end);
        Tree { place: start..end, shape: Shape::Compare(quantifier, Box::new(first), rest) }
    }

    fn among(&mut self, start: usize, quantifier: Option<Quantifier>, value: Tree) -> Tree {
        let negated = *self.peek() == Kind::Not;
        if negated {
            self.take();
        }
        self.take();
        if *self.peek() != Kind::OpenBrace {
            let place = self.place();
            return match self.peek() {
                Kind::Broken(_) => self.unexpected(),
                _ => self.fail(place, "A set stands in braces, its members with commas between: {80, 443}."),
            };
        }
        self.take();
        let mut items = Vec::new();
        loop {
            let low = self.arithmetic();
            let high = if *self.peek() == Kind::DotDot {
                self.take();
                Some(self.arithmetic())
            } else {
                None
            };
            items.push((low, high));
            match self.peek() {
                Kind::Comma => {
                    self.take();
                }
                Kind::CloseBrace => break,
                Kind::End => {
                    let place = self.place();
                    return self.fail(place, "The } that closes the set is missing.");
                }
                Kind::Broken(_) => return self.unexpected(),
                _ => {
                    let place = self.place();
                    return self.fail(place, "Between the members of a set stand commas: {80, 443}.");
                }
            }
        }
        let end = self.take().end;
        Tree { place: start..end, shape: Shape::Among(Among { quantifier, negated, value: Box::new(value), items }) }
    }
}

fn around(parts: &[Tree]) -> Place {
    parts.first().map_or(0, |tree| tree.place.start)..parts.last().map_or(0, |tree| tree.place.end)
}

/// A piece of the filter as messages quote it.
pub(super) fn short(written: &str) -> String {
    match written.char_indices().nth(40) {
        Some((at, _)) => format!("\"{}…\"", &written[..at]),
        None => format!("\"{written}\""),
    }
}
