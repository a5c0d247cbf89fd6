//! Help with filters: what is wrong and what mends it, what they display, how they go on, why one displays nothing.
//!
//! It stands on the engine, `filter`, which never asks it: whoever applies a filter does without, and whoever shows one to
//! people asks here.

mod advise;
mod clauses;
mod complete;
mod idioms;
mod nearest;
mod nothing;
mod reading;
#[cfg(test)]
mod tests;
mod traps;

pub use advise::advise;
pub use idioms::{CaptureWords, Idioms, Secured};
pub(crate) use nothing::WhyNothing;

use crate::filter::macros::Expanded;
use crate::filter::{Filter, Language, Problem, Schema};
use crate::message::{FilterState, Fix, Verdict};
use std::net::IpAddr;
use std::ops::Range;

/// What help is given from.
#[derive(Clone, Copy)]
pub struct Guide<'l> {
    /// What filters are written in.
    pub language: Language<'l>,
    /// What people mean who name no field.
    pub idioms: &'l Idioms,
    /// What the open capture holds.
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

/// What is wrong with a filter, or worth knowing of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// What happened and what to do, in sentences.
    pub message: String,
    /// The bytes of the text that it is about.
    pub span: Range<usize>,
    /// The texts that mend it, the likeliest first, at most five; each is accepted strictly.
    pub fixes: Vec<Fix>,
    /// Whether it is about a word that is no name.
    unknown: bool,
}

impl<'l> Guide<'l> {
    fn schema(&self) -> &'l Schema {
        self.language.schema
    }
}

impl Advice {
    fn new(message: impl Into<String>, span: Range<usize>) -> Advice {
        Advice { message: message.into(), span, fixes: Vec::new(), unknown: false }
    }

    fn fixed(mut self, label: impl Into<String>, text: String) -> Advice {
        self.fixes.push(Fix { label: label.into(), text });
        self
    }

    /// Advice on an expanded text as advice on the typed one. Of its fixes only those that can be written there are kept.
    fn typed(self, expanded: &Expanded, typed: &str) -> Advice {
        let Problem { message, span, .. } = expanded.problem(typed, Problem::new(self.message, self.span));
        let kept = |fix: Fix| Some(Fix { text: expanded.unexpanded(typed, &fix.text)?, ..fix });
        Advice { message, span, fixes: self.fixes.into_iter().filter_map(kept).collect(), ..self }
    }
}

/// What a page says of a text while it is typed.
pub fn check(guide: Guide<'_>, text: &str) -> Verdict {
    verdict(guide, text, Filter::parse(guide.language, text, false).ok().as_ref())
}

/// What a page says of a text, and of the filter that it is, where it can be read.
pub fn verdict(guide: Guide<'_>, text: &str, filter: Option<&Filter>) -> Verdict {
    let advice = match filter {
        Some(filter) => advise::advise_on(guide, text, filter),
        None => advise(guide, text),
    };
    let state = match (filter, &advice) {
        (None, _) => FilterState::Invalid,
        (Some(filter), _) if filter.is_empty() => FilterState::Empty,
        (Some(_), Some(_)) => FilterState::Caution,
        (Some(_), None) => FilterState::Valid,
    };
    let tree = filter.and_then(|filter| filter.tree().1);
    let reading = tree.map_or_else(String::new, |tree| reading::reading(guide, tree));
    let (message, span, fixes) = match advice {
        None => (String::new(), None, Vec::new()),
        Some(Advice { message, span, fixes, .. }) => (message, Some((span.start as u32, span.end as u32)), fixes),
    };
    Verdict { state, message, span, fixes, reading }
}
