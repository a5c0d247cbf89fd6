//! A line of the tree that is written while its bytes are read.

/// The text of a node, gathered only where text for people is wanted.
#[derive(Debug)]
pub struct Line(Option<String>);

impl Line {
    /// An empty line; `wanted` is whether it will be shown.
    pub(super) fn new(wanted: bool) -> Line {
        Line(wanted.then(String::new))
    }

    /// Adds words, which are made only where they will be shown.
    pub fn add(&mut self, words: impl FnOnce() -> String) {
        if let Some(text) = &mut self.0 {
            text.push_str(&words());
        }
    }

    /// The text, unless it is empty.
    pub fn written(self) -> Option<String> {
        self.0.filter(|text| !text.is_empty())
    }
}
