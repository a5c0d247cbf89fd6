//! Parses what tests compare: arithmetic, fields with layers and slices, literals and calls.

use super::{DEEPEST, Parser};
use crate::filter::lex::Kind;
use crate::filter::tree::{Operator, Place, Shape, Tree};

impl Parser<'_> {
    pub(super) fn arithmetic(&mut self) -> Tree {
        let first = self.signed();
        self.sum(first, 0)
    }

    /// Goes on from a first operand, with operators that bind at least so tightly.
    pub(super) fn sum(&mut self, first: Tree, least: u8) -> Tree {
        let mut left = first;
        while let Kind::Operator(operator) = *self.peek()
            && operator.precedence() >= least
        {
            self.take();
            let mut right = self.signed();
            while let Kind::Operator(next) = *self.peek()
                && next.precedence() > operator.precedence()
            {
                right = self.sum(right, next.precedence());
            }
            left = join(left, operator, right);
        }
        left
    }

    fn signed(&mut self) -> Tree {
        let negative = match *self.peek() {
            Kind::Operator(Operator::Subtract) => true,
            Kind::Operator(Operator::Add) => false,
            Kind::OpenBrace => return self.braces(),
            _ => return self.entity(),
        };
        let start = self.take().start;
        let tree = self.deeper(Self::signed);
        Tree { place: start..tree.place.end, shape: Shape::Sign(negative, Box::new(tree)) }
    }

    fn braces(&mut self) -> Tree {
        let start = self.take().start;
        let tree = self.deeper(Self::arithmetic);
        match self.peek() {
            Kind::CloseBrace => {}
            Kind::End => return self.fail(start..start + 1, "The } that closes this is missing."),
            Kind::Comma | Kind::DotDot => {
                let place = self.place();
                return self.fail(place, "A set is compared with in, as in tcp.port in {80, 443}.");
            }
            _ => return self.unexpected(),
        }
        let end = self.take().end;
        Tree { place: start..end, shape: Shape::Braces(Box::new(tree)) }
    }

    /// A field, a value or a call, with its layers and slices.
    fn entity(&mut self) -> Tree {
        let place = self.place();
        let shape = match self.peek().clone() {
            Kind::At => {
                self.take();
                if !matches!(self.peek(), Kind::Word | Kind::Dotted) {
                    return self.unexpected();
                }
                let name = self.name();
                let end = name.place.end;
                let raw = Tree { place: place.start..end, shape: Shape::Raw(Box::new(name)) };
                return self.slices(raw);
            }
            Kind::Word if *self.peek_after(1) == Kind::Open => {
                self.take();
                return self.call(place);
            }
            Kind::Word | Kind::Dotted => {
                let name = self.name();
                return self.slices(name);
            }
            Kind::Literal => Shape::Word(self.written(&place)),
            Kind::Number => Shape::Number(self.written(&place)),
            Kind::Text(bytes, raw) => Shape::Text(bytes, raw),
            Kind::Char(value) => {
                if value == u32::from(b'\n') && self.written(&place) == r"'\n'" {
                    let message = r"Wireshark's own slip: it takes '\n' for too long, and wants '\x0a'.";
                    self.liberty(&place, message, r"Use '\x0a'", r"'\x0a'");
                }
                Shape::Char(value)
            }
            Kind::Open => {
                let group = self.group();
                return self.as_operand(group);
            }
            Kind::Dollar => {
                let reference = self.reference();
                return self.slices(reference);
            }
            _ => return self.unexpected(),
        };
        self.take();
        let tree = Tree { place, shape };
        self.slices(tree)
    }

    /// A name with its layers.
    fn name(&mut self) -> Tree {
        let dotted = *self.peek() == Kind::Dotted;
        let place = self.take();
        let written = self.written(&place);
        let shape = if dotted { Shape::Name(written[1..].to_owned()) } else { Shape::Word(written) };
        let tree = Tree { place: place.clone(), shape };
        match self.peek() {
            Kind::Layer(Ok(pieces)) => {
                let pieces = pieces.clone();
                let end = self.take().end;
                Tree { place: place.start..end, shape: Shape::Layer(Box::new(tree), pieces) }
            }
            Kind::Layer(Err(_)) => self.unexpected(),
            _ => tree,
        }
    }

    /// `${field}` or `$field`; what else stands behind a `$` was a macro and is replaced by now.
    fn reference(&mut self) -> Tree {
        let start = self.take().start;
        let braces = *self.peek() == Kind::OpenBrace;
        if braces {
            self.take();
        }
        let at = (*self.peek() == Kind::At).then(|| self.take().start);
        if !matches!(self.peek(), Kind::Word | Kind::Dotted) {
            let place = self.place();
            return match self.peek() {
                Kind::Broken(_) => self.unexpected(),
                _ => self.fail(place, "Behind $ stands a field of the selected packet, as in ${ip.src}, or a macro."),
            };
        }
        let name = self.name();
        let mut end = name.place.end;
        let field = match at {
            Some(at) => Tree { place: at..end, shape: Shape::Raw(Box::new(name)) },
            None => name,
        };
        if braces {
            match self.peek() {
                Kind::CloseBrace => end = self.take().end,
                Kind::End => return self.fail(start..start + 2, "The } that closes this is missing."),
                _ => return self.unexpected(),
            }
        }
        Tree { place: start..end, shape: Shape::Reference(Box::new(field)) }
    }

    fn slices(&mut self, tree: Tree) -> Tree {
        let Kind::Brackets(pieces) = self.peek() else { return tree };
        let Ok(pieces) = pieces.clone() else { return self.unexpected() };
        let end = self.take().end;
        self.slices += 1;
        if self.slices > DEEPEST {
            return self.fail(tree.place, format!("The filter has more than {DEEPEST} slices."));
        }
        let tree = Tree { place: tree.place.start..end, shape: Shape::Slice(Box::new(tree), pieces) };
        self.slices(tree)
    }

    /// A call, after its name.
    fn call(&mut self, name: Place) -> Tree {
        let open = self.take();
        let mut arguments = Vec::new();
        if *self.peek() != Kind::Close {
            loop {
                let argument = self.deeper(Self::arithmetic);
                arguments.push(argument);
                match self.peek() {
                    Kind::Comma => {
                        self.take();
                    }
                    Kind::Close => break,
                    Kind::End => return self.fail(open, "The ) that closes this is missing."),
                    _ => return self.unexpected(),
                }
            }
        }
        let end = self.take().end;
        let written = self.written(&name);
        let tree = Tree { place: name.start..end, shape: Shape::Call(written, name, arguments) };
        self.slices(tree)
    }
}

/// Joins two operands; operators of one precedence make one flat sum.
fn join(left: Tree, operator: Operator, right: Tree) -> Tree {
    let place = left.place.start..right.place.end;
    let shape = match left.shape {
        Shape::Sum(first, mut rest)
            if rest.last().is_some_and(|(last, _)| last.precedence() == operator.precedence()) =>
        {
            rest.push((operator, right));
            Shape::Sum(first, rest)
        }
        shape => Shape::Sum(Box::new(Tree { place: left.place, shape }), vec![(operator, right)]),
    };
    Tree { place, shape }
}
