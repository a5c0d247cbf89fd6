//! Display filters in Wireshark's language: text becomes a plan, and the plan is answered from what is known of a packet.
//!
//! lex → parse → check → answer. The meaning is that of Wireshark 4.4, with 4.6's comparison of signed and unsigned.

mod advise;
mod answer;
mod check;
mod clauses;
mod complete;
mod compute;
mod date;
mod functions;
mod lex;
mod literal;
mod macros;
mod nearest;
mod operand;
mod parse;
mod plan;
mod reading;
mod schema;
mod search;
mod special;
mod terms;
#[cfg(test)]
mod tests;
mod traps;
mod tree;

pub use clauses::{Comparison, Part};
pub use schema::{Capture, Idioms, Schema, Secured};

use crate::message::Macro;
use std::net::IpAddr;

use crate::field::{FieldId, FieldSet};
use crate::message::{FilterState, Fix, Verdict};
use crate::value::Datum;
use std::ops::{Not, Range};

/// The longest filter that is read, in bytes.
pub const LONGEST: usize = 65_536;

/// What filters are written in: the names that they may use, and what is known of the values.
#[derive(Clone, Copy)]
pub struct Language<'l> {
    /// Fields and protocols.
    pub schema: &'l Schema,
    /// Filters with names.
    pub macros: &'l [Macro],
    /// What the open capture holds, for advice and completion; it never changes what a filter means.
    pub seen: &'l dyn Seen,
}

/// What a capture holds, as far as it is known without reading it again.
pub trait Seen {
    /// The addresses that the capture's name servers gave for a name, in order of time.
    fn addresses_of(&self, name: &str) -> Vec<IpAddr>;

    /// Values of a field in this capture, as a filter writes them (text without its quotes), the most frequent first,
    /// each with the number of packets that have it, 0 where that is not known; nothing where no values are known.
    fn values(&self, field: &str) -> Vec<(String, u32)>;

    /// The number of packets that have a protocol; 0 where that is not known.
    fn occurs(&self, protocol: &str) -> u32;
}

/// No capture is open.
pub struct Unseen;

impl Seen for Unseen {
    fn addresses_of(&self, _: &str) -> Vec<IpAddr> {
        Vec::new()
    }

    fn values(&self, _: &str) -> Vec<(String, u32)> {
        Vec::new()
    }

    fn occurs(&self, _: &str) -> u32 {
        0
    }
}

impl<'l> Language<'l> {
    /// The language without macros, and without a capture.
    pub fn of(schema: &'l Schema) -> Language<'l> {
        Language { schema, macros: &[], seen: &Unseen }
    }
}

/// A filter that is ready to be answered.
#[derive(Debug)]
pub struct Filter {
    plan: plan::Plan,
    tree: Option<tree::Tree>,
    needs: FieldSet,
    /// The fields that references name; nothing where there is no reference.
    refers: Option<FieldSet>,
    advice: Option<Problem>,
}

/// What is wrong with a filter, or worth knowing of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What happened and what to do, in sentences.
    pub message: String,
    /// The bytes of the text that it is about.
    pub span: Range<usize>,
    /// The texts that mend it, the likeliest first, at most five; each is accepted strictly.
    pub fixes: Vec<Fix>,
    /// Whether it is about a word that is no name.
    unknown: bool,
}

/// A problem, and how far the filter came.
struct Fault {
    step: Step,
    problem: Problem,
}

/// The steps in which problems are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Parse,
    Check,
    Strict,
    /// It is read, and may not do what it seems to.
    Trap,
}

/// What a filter says of a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Answer {
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
    fn occurs(&self, protocol: FieldId) -> Answer;

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
    /// The first thing that is wrong, with a mended text where there is one that can be read.
    pub fn parse(language: Language<'_>, text: &str, strict: bool) -> Result<Filter, Problem> {
        let outcome = Filter::compile(language, text, strict).map_err(|fault| fault.problem);
        let advised = |problem: Problem| advise::mend(language, text, problem);
        match outcome {
            Ok(mut filter) => {
                filter.advice = filter.advice.map(advised);
                Ok(filter)
            }
            Err(problem) => Err(advised(problem)),
        }
    }

    /// Reads a filter, with no other advice than what reading it yields.
    fn compile(language: Language<'_>, text: &str, strict: bool) -> Result<Filter, Fault> {
        let expanded = macros::expand(language, text).map_err(|problem| Fault { step: Step::Parse, problem })?;
        let typed = |problem: Problem| expanded.problem(text, problem);
        match Filter::compile_plain(language.schema, &expanded.text, strict) {
            Ok(filter) => Ok(Filter { advice: filter.advice.map(typed), ..filter }),
            Err(Fault { step, problem }) => Err(Fault { step, problem: typed(problem) }),
        }
    }

    /// Reads a filter without macros.
    fn compile_plain(schema: &Schema, text: &str, strict: bool) -> Result<Filter, Fault> {
        if text.len() > LONGEST {
            let problem = Problem::new(format!("A filter has at most {LONGEST} bytes."), 0..text.len());
            return Err(Fault { step: Step::Parse, problem });
        }
        let parsed = parse::parse(text);
        if let Some(problem) = parsed.problem {
            return Err(Fault { step: Step::Parse, problem });
        }
        let mut checker = check::Checker {
            schema,
            text,
            liberties: parsed.liberties,
            traps: Vec::new(),
            needs: Vec::new(),
            refers: Vec::new(),
        };
        let plan = match &parsed.tree {
            None => plan::Plan::Everything,
            Some(tree) => checker.plan(tree).map_err(|problem| Fault { step: Step::Check, problem })?,
        };
        let liberty = checker.liberties.into_iter().min_by_key(|liberty| liberty.span.start);
        if let (true, Some(problem)) = (strict, &liberty) {
            return Err(Fault { step: Step::Strict, problem: problem.clone() });
        }
        let advice = liberty.or_else(|| checker.traps.into_iter().next());
        let refers = Some(checker.refers).filter(|refers| !refers.is_empty()).map(FieldSet::of);
        Ok(Filter { plan, tree: parsed.tree, needs: FieldSet::of(checker.needs), refers, advice })
    }

    /// What a page says of a text while it is typed.
    pub fn verdict(language: Language<'_>, text: &str) -> Verdict {
        Filter::judge(language, text).1
    }

    /// The filter, where the text can be read, and what a page says of it.
    pub fn judge(language: Language<'_>, text: &str) -> (Option<Filter>, Verdict) {
        let (filter, wrong) = match Filter::parse(language, text, false) {
            Ok(filter) => (Some(filter), None),
            Err(problem) => (None, Some(problem)),
        };
        let tree = filter.as_ref().and_then(|filter| filter.tree.as_ref());
        let reading = tree.map_or_else(String::new, |tree| reading::reading(language.schema, tree));
        let (state, problem) = match &filter {
            None => (FilterState::Invalid, wrong),
            Some(filter) if filter.is_empty() => (FilterState::Empty, None),
            Some(Filter { advice: Some(advice), .. }) => (FilterState::Caution, Some(advice.clone())),
            Some(_) => (FilterState::Valid, None),
        };
        let (message, span, fixes) = match problem {
            None => (String::new(), None, Vec::new()),
            Some(Problem { message, span, fixes, .. }) => (message, Some((span.start as u32, span.end as u32)), fixes),
        };
        (filter, Verdict { state, message, span, fixes, reading })
    }

    /// What is worth knowing of a filter that can be read.
    pub fn advice(&self) -> Option<&Problem> {
        self.advice.as_ref()
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
        self.plan.references(&mut |reference| answer::take(reference, selected));
    }

    /// Whether it says the same of a packet and of one in which each field of these pairs has its counterpart's value.
    pub fn is_even(&self, pairs: &[[FieldId; 2]]) -> bool {
        let asks = |source: &plan::Source, field: FieldId| source.members.iter().any(|member| member.id == field);
        self.plan.is_even(&|source| pairs.iter().all(|[one, other]| asks(source, *one) == asks(source, *other)))
    }

    /// Whether it displays every packet.
    pub fn is_empty(&self) -> bool {
        matches!(self.plan, plan::Plan::Everything)
    }

    /// What it says of the packets of which this is known.
    pub fn answer(&self, know: &dyn Know) -> Answer {
        answer::answer(&self.plan, know)
    }
}

impl Problem {
    fn new(message: impl Into<String>, span: Range<usize>) -> Problem {
        Problem { message: message.into(), span, fixes: Vec::new(), unknown: false }
    }

    fn fixed(mut self, label: impl Into<String>, text: String) -> Problem {
        self.fixes.push(Fix { label: label.into(), text });
        self
    }
}

impl From<bool> for Answer {
    fn from(yes: bool) -> Answer {
        if yes { Answer::Yes } else { Answer::No }
    }
}

impl Not for Answer {
    type Output = Answer;

    fn not(self) -> Answer {
        match self {
            Answer::No => Answer::Yes,
            Answer::Yes => Answer::No,
            Answer::Ask => Answer::Ask,
        }
    }
}

/// The text with a part replaced.
fn splice(text: &str, place: &Range<usize>, by: &str) -> String {
    let (before, after) = (text.get(..place.start).unwrap_or_default(), text.get(place.end..).unwrap_or_default());
    format!("{before}{by}{after}")
}
