//! Display filters: what is said of one before and after it is applied, and what can be written in one.

use serde::{Deserialize, Serialize};

/// What can be said of a filter's text before it is applied.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// Whether it can be applied.
    pub state: FilterState,
    /// What is wrong or worth knowing, in a sentence; empty when there is nothing to say.
    pub message: String,
    /// Which bytes of the text (UTF-8, half-open) the message is about.
    pub span: Option<(u32, u32)>,
    /// The texts that mend it, the likeliest first.
    pub fixes: Vec<Fix>,
    /// What the filter displays, in words; empty where it cannot be understood or displays everything.
    pub reading: String,
}

/// Whether a filter can be applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FilterState {
    /// No filter: every packet is displayed.
    Empty,
    /// Understood.
    Valid,
    /// Understood, with something worth knowing.
    Caution,
    /// Not understood.
    Invalid,
}

/// A change to the filter that one click makes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fix {
    /// What the button says, as `Use ==`.
    pub label: String,
    /// The whole filter after the change.
    pub text: String,
}

/// A filter with a name, for use in other filters: `${name}` or `$name(a, b)`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Macro {
    /// Letters, digits and `_`.
    pub name: String,
    /// The text that stands for it, with `$1`, `$2`, … for what it is called with.
    pub text: String,
}

/// Why a filter displays nothing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Nothing {
    /// The parts of the filter that must all hold, in order; a single one where nothing is joined by `and`.
    pub clauses: Vec<Clause>,
    /// What happened and what to do, in sentences.
    pub message: String,
    /// Filters that display something in this capture, the likeliest first.
    pub fixes: Vec<Fix>,
}

/// One part of a filter that displays nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clause {
    /// Its text.
    pub text: String,
    /// Packets that it displays by itself.
    pub alone: u32,
    /// Packets that are left when it and all parts before it must hold.
    pub left: u32,
}

/// What can be written at a place of a filter, the likeliest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completions {
    /// Where the word begins that a choice replaces, in bytes of UTF-8.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
    /// The choices.
    pub items: Vec<Completion>,
}

/// One choice of what can be written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completion {
    /// The text that it puts in place.
    pub text: String,
    /// What it is, in words: a field's title, a value's name, how many packets have it.
    pub title: String,
    /// What sort of thing it is.
    pub sort: Sort,
}

/// What sort of thing a completion is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sort {
    /// A protocol.
    Protocol,
    /// A field.
    Field,
    /// A function, or a macro.
    Function,
    /// An operator, or a word that joins tests.
    Operator,
    /// A value that the field can have.
    Value,
    /// A value that this capture holds.
    Seen,
}
