//! A line of the tree that is written while its bytes are read.

use std::fmt::{Arguments, Write as _};

/// The text of a node, gathered only where text for people is wanted.
#[derive(Debug)]
pub struct Line(Option<String>);

impl Line {
    /// An empty line; `wanted` is whether it will be shown.
    pub(super) fn new(wanted: bool) -> Line {
        Line(wanted.then(String::new))
    }

    /// Adds words.
    pub fn say(&mut self, words: Arguments<'_>) {
        if let Some(text) = &mut self.0 {
            // Writing to a string cannot fail.
            let _ = text.write_fmt(words);
        }
    }

    /// What was said, unless it was nothing.
    pub(super) fn written(self) -> Option<String> {
        self.0.filter(|text| !text.is_empty())
    }
}
