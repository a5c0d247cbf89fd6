//! Display filters in Wireshark's language: text becomes a plan, and the plan is answered from what is known of a packet.
//!
//! lex → parse → check → answer. The meaning is that of Wireshark 4.4, with 4.6's comparison of signed and unsigned.
//! This is the engine: it knows fields and values, and reports what is wrong; `help` suggests what could be meant
//! instead.

mod answer;
pub(crate) mod check;
mod compute;
mod date;
pub(crate) mod functions;
pub(crate) mod lex;
pub(crate) mod literal;
pub(crate) mod macros;
pub(crate) mod operand;
pub(crate) mod parse;
pub(crate) mod plan;
pub(crate) mod schema;
mod search;
pub(crate) mod terms;
#[cfg(test)]
pub(crate) mod tests;
pub(crate) mod tree;

pub use schema::Schema;

use crate::field::{FieldId, FieldSet};
use crate::value::Datum;
use macros::Expanded;
use std::ops::{Not, Range};
use tree::Tree;

/// The longest filter that is read, in bytes.
pub const LONGEST: usize = 65_536;

/// What filters are written in.
#[derive(Clone, Copy)]
pub struct Language<'l> {
    /// Fields and protocols.
    pub schema: &'l Schema,
    /// Filters that others may call: name and text of each.
    pub macros: &'l [(String, String)],
}

impl<'l> Language<'l> {
    /// The language without macros.
    pub fn of(schema: &'l Schema) -> Language<'l> {
        Language { schema, macros: &[] }
    }
}

/// A filter that is ready to be answered.
#[derive(Debug)]
pub struct Filter {
    plan: plan::FilterPlan,
    needs: FieldSet,
    /// The fields that references name; nothing where there is no reference.
    refers: Option<FieldSet>,
    /// What only we accept, the first of it.
    liberty: Option<Problem>,
    expanded: Expanded,
    /// Of the expanded text; nothing where that is blank.
    tree: Option<Tree>,
}

/// What is wrong with a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What happened, in sentences.
    pub message: String,
    /// The bytes of the text that it is about.
    pub span: Range<usize>,
    /// The word that is no name.
    pub(crate) unknown: Option<Unknown>,
    /// What Wireshark wants in place of what only we accept.
    pub(crate) instead: Option<Rewrite>,
}

/// A word that is no name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unknown {
    /// Of a field or a protocol.
    Field(String),
    /// Of a field of the selected packet, or of a macro.
    Reference(String),
}

/// What to write where a problem is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rewrite {
    /// What the change is called.
    pub label: String,
    pub text: String,
}

/// A problem, and how far the filter came.
#[derive(Debug)]
pub(crate) struct Refused {
    pub stage: CompileStage,
    /// Of the expanded text.
    pub problem: Problem,
    pub expanded: Expanded,
}

/// The steps in which problems are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum CompileStage {
    Parse,
    Check,
    /// It is read, and Wireshark refuses it.
    Strict,
}

/// What a filter decides about a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Decision {
    /// It hides the packet.
    No,
    /// It displays the packet.
    Yes,
    /// What is known does not decide it: more must be looked at.
    Ask,
}

/// What is known of one packet, or of all packets of one stack or flow.
pub trait Know {
    /// Whether a protocol occurs, named by its own field.
    fn occurs(&self, protocol: FieldId) -> Decision;

    /// Hands over every instance of a field, in the order of the packet, and none of one that does not occur; false where
    /// they are not known at this depth, and then those that were handed over do not count.
    fn values<'k>(&'k self, field: FieldId, each: &mut dyn FnMut(Instance<'k>)) -> bool;
}

/// One occurrence of a field.
#[derive(Debug, Clone, Copy)]
pub struct Instance<'k> {
    /// Its value.
    pub datum: Datum<'k>,
    /// The bytes that it was read from; of a protocol, its header or message. Nothing where only the value is known.
    pub bytes: Option<&'k [u8]>,
    /// The how-manieth occurrence of its protocol it stands in, from 1 for the outermost.
    pub layer: u32,
    /// Of a protocol: from its first byte to the end of what it was handed. Empty for other fields.
    pub rest: &'k [u8],
}

impl Filter {
    /// Reads a filter. `strict` refuses what only we accept, such as a single `=`.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn parse(language: Language<'_>, text: &str, strict: bool) -> Result<Filter, Problem> {
        Filter::compile(language, text, strict).map_err(|fault| fault.expanded.problem(text, fault.problem))
    }

    /// Reads a filter; where it is wrong, also says how far it came.
    pub(crate) fn compile(language: Language<'_>, text: &str, strict: bool) -> Result<Filter, Box<Refused>> {
        let (stage, problem, expanded) = match macros::expand(language, text) {
            Ok(expanded) => match Filter::check(language.schema, &expanded.text, strict) {
                Ok(filter) => return Ok(Filter { expanded, ..filter }),
                Err(refused) => {
                    let (stage, problem) = *refused;
                    (stage, problem, expanded)
                }
            },
            Err(problem) => (CompileStage::Parse, problem, Expanded::plain(text)),
        };
        Err(Box::new(Refused { stage, problem, expanded }))
    }

    /// Parses and checks a text without macros.
    fn check(schema: &Schema, text: &str, strict: bool) -> Result<Filter, Box<(CompileStage, Problem)>> {
        if text.len() > LONGEST {
            let problem = Problem::new(format!("A filter has at most {LONGEST} bytes."), 0..text.len());
            return Err(Box::new((CompileStage::Parse, problem)));
        }
        let parsed = parse::parse(text);
        if let Some(problem) = parsed.problem {
            return Err(Box::new((CompileStage::Parse, problem)));
        }
        let mut checker = check::Checker { liberties: parsed.liberties, ..check::Checker::new(schema, text) };
        let plan = match &parsed.tree {
            None => plan::FilterPlan::Everything,
            Some(tree) => checker.plan(tree).map_err(|problem| Box::new((CompileStage::Check, problem)))?,
        };
        let liberty = checker.liberties.into_iter().min_by_key(|liberty| liberty.span.start);
        let liberty = match liberty {
            Some(problem) if strict => return Err(Box::new((CompileStage::Strict, problem))),
            liberty => liberty,
        };
        let refers = Some(checker.refers).filter(|refers| !refers.is_empty()).map(|refers| schema.noting(refers));
        let needs = schema.noting(checker.needs);
        Ok(Filter { plan, needs, refers, liberty, expanded: Expanded::default(), tree: parsed.tree })
    }

    /// What only we accept, of the text without macros.
    pub(crate) fn liberty(&self) -> Option<&Problem> {
        self.liberty.as_ref()
    }

    /// The text without macros, and what it says.
    pub(crate) fn tree(&self) -> (&Expanded, Option<&Tree>) {
        (&self.expanded, self.tree.as_ref())
    }

    /// The fields whose nodes decide it; those of a group in its stead, and protocols by their own fields.
    pub fn needs(&self) -> &FieldSet {
        &self.needs
    }

    /// The fields of the selected packet that references such as `${ip.src}` name; nothing where it has no reference.
    pub fn refers(&self) -> Option<&FieldSet> {
        self.refers.as_ref()
    }

    /// Takes the values of references from the selected packet, once, before the filter is answered. Until then, and
    /// for fields that the packet lacks, a reference is absent and its test false.
    pub fn refer(&mut self, selected: &dyn Know) {
        self.plan.references(&mut |reference| answer::refer(reference, selected));
    }

    /// Whether it says the same of a packet and of one in which each field of these pairs has its counterpart's value.
    pub fn is_even(&self, pairs: &[[FieldId; 2]]) -> bool {
        let asks = |source: &plan::Instances, field: FieldId| source.members.iter().any(|member| member.id == field);
        self.plan.is_even(&|source| pairs.iter().all(|[one, other]| asks(source, *one) == asks(source, *other)))
    }

    /// Whether it displays every packet.
    pub fn is_empty(&self) -> bool {
        matches!(self.plan, plan::FilterPlan::Everything)
    }

    /// What it says of the packets of which this is known.
    pub fn answer(&self, know: &dyn Know) -> Decision {
        answer::answer(&self.plan, know)
    }
}

impl Problem {
    pub(crate) fn new(message: impl Into<String>, span: Range<usize>) -> Problem {
        Problem { message: message.into(), span, unknown: None, instead: None }
    }

    fn instead(self, label: impl Into<String>, text: impl Into<String>) -> Problem {
        Problem { instead: Some(Rewrite { label: label.into(), text: text.into() }), ..self }
    }
}

impl From<bool> for Decision {
    fn from(yes: bool) -> Decision {
        if yes { Decision::Yes } else { Decision::No }
    }
}

impl Not for Decision {
    type Output = Decision;

    fn not(self) -> Decision {
        match self {
            Decision::No => Decision::Yes,
            Decision::Yes => Decision::No,
            Decision::Ask => Decision::Ask,
        }
    }
}

/// The text with a part replaced.
pub(crate) fn splice(text: &str, span: &Range<usize>, by: &str) -> String {
    let (before, after) = (text.get(..span.start).unwrap_or_default(), text.get(span.end..).unwrap_or_default());
    format!("{before}{by}{after}")
}
