//! Display filters: Wireshark's language (4.4), over the fields of a [`Schema`].
//!
//! Text → tokens → tree → check against the schema → a small tree of tests that is walked. The filter knows fields and
//! values, no protocols: what is known of a packet it asks of [`Know`], at three depths of knowledge with one evaluator.

mod advise;
mod answer;
mod check;
mod functions;
mod lex;
mod literal;
mod parse;
mod schema;
#[cfg(test)]
mod tests;

use crate::field::{FieldId, FieldSet};
use crate::message::{FilterState, Fix, Verdict};
use crate::value::Datum;
use std::ops::Range;

pub use schema::Schema;

/// The longest text that is read as a filter, in bytes.
const LONGEST: usize = 64 * 1024;

/// A filter that was understood.
#[derive(Debug)]
pub struct Filter {
    root: check::Node,
    needs: FieldSet,
    advice: Vec<Problem>,
}

/// Why a text is no filter, or what is worth knowing of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// In a sentence or two.
    pub message: String,
    /// The bytes of the text that it is about.
    pub span: Range<usize>,
    /// What mends it: what the button says, which bytes are replaced, and by what.
    pub fix: Option<Box<(String, Range<usize>, String)>>,
    about: About,
}

/// What a problem is about, for advice.
#[derive(Debug, Clone, PartialEq, Eq)]
enum About {
    Syntax,
    /// This word is no field.
    Unknown(String),
    /// This value stands where a field or a test is expected.
    Bare(String),
    /// A protocol is compared with a value.
    Protocol(String),
}

/// Whether a packet is selected, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It is not.
    No,
    /// It is.
    Yes,
    /// More must be known.
    Ask,
}

/// One value of a field in a packet.
#[derive(Debug, Clone, Copy)]
pub struct Instance<'a> {
    /// The value.
    pub datum: Datum<'a>,
    /// The bytes that it was read from.
    pub bytes: &'a [u8],
    /// For protocols: the bytes from the protocol's first one to the end of what it was handed.
    pub rest: &'a [u8],
    /// Which occurrence of its protocol it belongs to, from 1 at the outermost.
    pub layer: u32,
}

/// What is known of a packet, or of all packets with the same protocols.
pub trait Know {
    /// Whether a protocol occurs, by the field that stands for it.
    fn occurs(&self, protocol: FieldId) -> Answer;

    /// Whether fields of a protocol can occur: its own, and those of protocols that share its fields.
    fn carries(&self, protocol: FieldId) -> Answer;

    /// Calls `each` for all values of a field in their order; false where they are not known.
    fn values(&self, field: FieldId, each: &mut dyn FnMut(Instance<'_>)) -> bool;
}

impl Filter {
    /// Reads a filter. `strict` refuses what only this analyzer accepts. An empty text selects every packet.
    pub fn parse(schema: &Schema, text: &str, strict: bool) -> Result<Filter, Problem> {
        let read = || {
            if text.len() > LONGEST {
                let end = text.len();
                return Err(Problem::new("The filter is longer than 64 KiB. Shorten it.", LONGEST..end));
            }
            if text.trim().is_empty() {
                return Ok(Filter { root: check::Node::And(Vec::new()), needs: FieldSet::of([]), advice: Vec::new() });
            }
            let tokens = lex::tokens(text);
            let mut parser = parse::Parser::new(&tokens, text.len());
            let tree = parser.filter()?;
            let mut checker = check::Checker::new(schema, parser.advice);
            let root = checker.node(&tree)?;
            let advice = checker.advice;
            if let (true, Some(first)) = (strict, advice.first()) {
                return Err(first.clone());
            }
            Ok(Filter { root, needs: checker.needs, advice })
        };
        read().map_err(|problem| advise::improve(schema, text, problem))
    }

    /// The fields whose values decide it.
    pub fn needs(&self) -> &FieldSet {
        &self.needs
    }

    /// What is worth knowing of it, most important first.
    pub fn advice(&self) -> &[Problem] {
        &self.advice
    }

    /// Whether it selects what is known.
    pub fn answer(&self, know: &dyn Know) -> Answer {
        answer::node(&self.root, know)
    }

    /// What to say of a text that is typed as a filter.
    pub fn verdict(schema: &Schema, text: &str) -> Verdict {
        let say = |state, problem: Option<&Problem>| Verdict {
            state,
            message: problem.map(|problem| problem.message.clone()).unwrap_or_default(),
            span: problem.map(|problem| (problem.span.start as u32, problem.span.end as u32)),
            fix: problem.and_then(|problem| problem.mended(text)),
        };
        match Filter::parse(schema, text, false) {
            Ok(_) if text.trim().is_empty() => say(FilterState::Empty, None),
            Ok(filter) if filter.advice.is_empty() => say(FilterState::Valid, None),
            Ok(filter) => say(FilterState::Caution, filter.advice.first()),
            Err(problem) => say(FilterState::Invalid, Some(&problem)),
        }
    }
}

impl Problem {
    fn new(message: &str, span: Range<usize>) -> Problem {
        Problem { message: message.to_owned(), span, fix: None, about: About::Syntax }
    }

    fn about(mut self, about: About) -> Problem {
        self.about = about;
        self
    }

    /// With a fix that replaces its span.
    fn replacing(self, label: &str, with: &str) -> Problem {
        let span = self.span.clone();
        self.replacing_at(label, span, with)
    }

    /// With a fix that replaces other bytes.
    fn replacing_at(mut self, label: &str, span: Range<usize>, with: &str) -> Problem {
        self.fix = Some(Box::new((label.to_owned(), span, with.to_owned())));
        self
    }

    /// The text after the fix.
    pub fn mended(&self, text: &str) -> Option<Fix> {
        let (label, span, with) = &**self.fix.as_ref()?;
        let (before, after) = (text.get(..span.start)?, text.get(span.end..)?);
        Some(Fix { label: label.clone(), text: format!("{before}{with}{after}") })
    }
}
