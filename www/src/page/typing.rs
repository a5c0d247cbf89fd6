//! What is done while a filter is typed: it is judged and completed, and knows the macros.

use super::{Page, silence};
use analyzer::message::Macro;
use leptos::prelude::*;

impl Page {
    /// Takes what is typed in the filter box.
    pub(crate) fn draft(self, text: &str) {
        self.draft.set(text.to_owned());
        self.notice.set(None);
        if text.trim().is_empty() {
            self.verdict.set(silence());
        }
        self.ask(|analyzer| analyzer.check(text));
    }

    /// Asks for what can be written at a place of the filter box, in bytes.
    pub(crate) fn complete(self, text: &str, at: u32) {
        self.pending.update_value(|pending| pending.completing = true);
        self.ask(|analyzer| analyzer.complete(text, at));
    }

    /// Says which macros filters may call.
    pub(crate) fn macros(self, macros: Vec<Macro>) {
        self.ask(|analyzer| analyzer.macros(macros));
        let draft = self.draft.get_untracked();
        if !draft.is_empty() {
            self.ask(|analyzer| analyzer.check(&draft));
        }
    }

    /// Shows no longer what can be written.
    pub(crate) fn hush(self) {
        self.pending.update_value(|pending| pending.completing = false);
        self.completions.set(None);
    }
}
