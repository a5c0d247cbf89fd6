//! Parses what tests compare: arithmetic, fields with layers and slices, literals and calls.

use super::{DEEPEST, Parser};
use crate::filter::lex::TokenKind;
use crate::filter::tree::{Operator, Shape, TextRange, Tree};

impl Parser<'_> {
    pub(super) fn arithmetic(&mut self) -> Tree {
        let first = self.signed();
        self.sum(first, 0)
    }

    /// Goes on from a first operand, with operators that bind at least so tightly.
    pub(super) fn sum(&mut self, first: Tree, least: u8) -> Tree {
        let mut left = first;
        while let TokenKind::Operator(operator) = *self.peek()
            && operator.precedence() >= least
        {
            self.advance();
            let mut right = self.signed();
            while let TokenKind::Operator(next) = *self.peek()
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
            TokenKind::Operator(Operator::Subtract) => true,
            TokenKind::Operator(Operator::Add) => false,
            TokenKind::OpenBrace => return self.braces(),
            _ => return self.entity(),
        };
        let start = self.advance().start;
        let tree = self.deeper(Self::signed);
        Tree { span: start..tree.span.end, shape: Shape::Sign(negative, Box::new(tree)) }
    }

    fn braces(&mut self) -> Tree {
        let start = self.advance().start;
        let tree = self.deeper(Self::arithmetic);
        match self.peek() {
            TokenKind::CloseBrace => {}
            TokenKind::End => return self.fail(start..start + 1, "The } that closes this is missing."),
            TokenKind::Comma | TokenKind::DotDot => {
                let span = self.span();
                return self.fail(span, "A set is compared with in, as in tcp.port in {80, 443}.");
            }
            _ => return self.unexpected(),
        }
        let end = self.advance().end;
        Tree { span: start..end, shape: Shape::Braces(Box::new(tree)) }
    }

    /// A field, a value or a call, with its layers and slices.
    fn entity(&mut self) -> Tree {
        let span = self.span();
        let shape = match self.peek().clone() {
            TokenKind::At => {
                self.advance();
                if !matches!(self.peek(), TokenKind::Word | TokenKind::Dotted) {
                    return self.unexpected();
                }
                let name = self.name();
                let end = name.span.end;
                let raw = Tree { span: span.start..end, shape: Shape::Raw(Box::new(name)) };
                return self.slices(raw);
            }
            TokenKind::Word if *self.peek_after(1) == TokenKind::Open => {
                self.advance();
                return self.call(span);
            }
            TokenKind::Word | TokenKind::Dotted => {
                let name = self.name();
                return self.slices(name);
            }
            TokenKind::Literal => Shape::Word(self.written(&span)),
            TokenKind::Number => Shape::Number(self.written(&span)),
            TokenKind::Text(bytes, raw) => Shape::Text(bytes, raw),
            TokenKind::Char(value) => {
                if value == u32::from(b'\n') && self.written(&span) == r"'\n'" {
                    let message = r"Wireshark's own slip: it takes '\n' for too long, and wants '\x0a'.";
                    self.liberty(&span, message, r"Use '\x0a'", r"'\x0a'");
                }
                Shape::Char(value)
            }
            TokenKind::Open => {
                let group = self.group();
                return self.as_operand(group);
            }
            TokenKind::Dollar => {
                let reference = self.reference();
                return self.slices(reference);
            }
            _ => return self.unexpected(),
        };
        self.advance();
        let tree = Tree { span, shape };
        self.slices(tree)
    }

    /// A name with its layers.
    fn name(&mut self) -> Tree {
        let dotted = *self.peek() == TokenKind::Dotted;
        let span = self.advance();
        let written = self.written(&span);
        let shape = if dotted { Shape::Name(written[1..].to_owned()) } else { Shape::Word(written) };
        let tree = Tree { span: span.clone(), shape };
        match self.peek() {
            TokenKind::Layer(Ok(pieces)) => {
                let pieces = pieces.clone();
                let end = self.advance().end;
                Tree { span: span.start..end, shape: Shape::Layer(Box::new(tree), pieces) }
            }
            TokenKind::Layer(Err(_)) => self.unexpected(),
            _ => tree,
        }
    }

    /// `${field}` or `$field`; what else stands behind a `$` was a macro and is replaced by now.
    fn reference(&mut self) -> Tree {
        let start = self.advance().start;
        let braces = *self.peek() == TokenKind::OpenBrace;
        if braces {
            self.advance();
        }
        let at = (*self.peek() == TokenKind::At).then(|| self.advance().start);
        if !matches!(self.peek(), TokenKind::Word | TokenKind::Dotted) {
            let span = self.span();
            return match self.peek() {
                TokenKind::Broken(_) => self.unexpected(),
                _ => self.fail(span, "Behind $ stands a field of the selected packet, as in ${ip.src}, or a macro."),
            };
        }
        let name = self.name();
        let mut end = name.span.end;
        let field = match at {
            Some(at) => Tree { span: at..end, shape: Shape::Raw(Box::new(name)) },
            None => name,
        };
        if braces {
            match self.peek() {
                TokenKind::CloseBrace => end = self.advance().end,
                TokenKind::End => return self.fail(start..start + 2, "The } that closes this is missing."),
                _ => return self.unexpected(),
            }
        }
        Tree { span: start..end, shape: Shape::Reference(Box::new(field)) }
    }

    fn slices(&mut self, tree: Tree) -> Tree {
        let TokenKind::Brackets(pieces) = self.peek() else { return tree };
        let Ok(pieces) = pieces.clone() else { return self.unexpected() };
        let end = self.advance().end;
        self.slices += 1;
        if self.slices > DEEPEST {
            return self.fail(tree.span, format!("The filter has more than {DEEPEST} slices."));
        }
        let tree = Tree { span: tree.span.start..end, shape: Shape::Slice(Box::new(tree), pieces) };
        self.slices(tree)
    }

    /// A call, after its name.
    fn call(&mut self, name: TextRange) -> Tree {
        let open = self.advance();
        let mut arguments = Vec::new();
        if *self.peek() != TokenKind::Close {
            loop {
                let argument = self.deeper(Self::arithmetic);
                arguments.push(argument);
                match self.peek() {
                    TokenKind::Comma => {
                        self.advance();
                    }
                    TokenKind::Close => break,
                    TokenKind::End => return self.fail(open, "The ) that closes this is missing."),
                    _ => return self.unexpected(),
                }
            }
        }
        let end = self.advance().end;
        let written = self.written(&name);
        let tree = Tree { span: name.start..end, shape: Shape::Call(written, name, arguments) };
        self.slices(tree)
    }
}

/// Joins two operands; operators of one precedence make one flat sum.
fn join(left: Tree, operator: Operator, right: Tree) -> Tree {
    let span = left.span.start..right.span.end;
    let shape = match left.shape {
        Shape::Sum(first, mut rest)
            if rest.last().is_some_and(|(last, _)| last.precedence() == operator.precedence()) =>
        {
            rest.push((operator, right));
            Shape::Sum(first, rest)
        }
        shape => Shape::Sum(Box::new(Tree { span: left.span, shape }), vec![(operator, right)]),
    };
    Tree { span, shape }
}
