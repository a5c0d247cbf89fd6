//! What stands in the filter box, what can be said of it, and what can be written in it.

use crate::memory;
use crate::page::{Page, Phase};
use analyzer::message::{Completions, FilterState, Macro, Reply, Request, Verdict};
use leptos::prelude::*;

/// Applied filters that are kept, and bytes of the longest.
const MOST_KEPT: usize = 20;
const LONGEST_KEPT: usize = 500;

/// The state of the filter box. Copies are handles to the same one.
#[derive(Clone, Copy)]
pub(crate) struct Draft {
    page: Page,
    /// The text.
    pub(super) text: RwSignal<String>,
    /// What can be said of it.
    pub(super) verdict: RwSignal<Verdict>,
    /// What can be written where the cursor stands, while that is shown.
    pub(super) completions: RwSignal<Option<Completions>>,
    /// Filters that were applied, the latest first.
    pub(super) recent: RwSignal<Vec<String>>,
    /// Whether the box waits for what can be written in it.
    completing: StoredValue<bool>,
}

impl Draft {
    /// An empty box, which follows the filters that are applied from elsewhere.
    pub(crate) fn new(page: Page) -> Draft {
        let draft = Draft {
            page,
            text: RwSignal::new(String::new()),
            verdict: RwSignal::new(silence()),
            completions: RwSignal::new(None),
            recent: RwSignal::new(memory::recent()),
            completing: StoredValue::new(false),
        };
        Effect::new(move |_| draft.follow(&page.wanted.get()));
        Effect::new(move |_| {
            if let Some((text, verdict)) = page.judged.get() {
                draft.judge(&text, verdict);
            }
        });
        Effect::new(move |_| draft.remember(&page.applied.get()));
        draft
    }

    /// Takes what is typed.
    pub(super) fn write(self, text: &str) {
        self.page.notice.set(None);
        self.put(text);
    }

    /// Asks for what can be written at a place of the text, in bytes.
    pub(super) fn complete(self, text: &str, at: u32) {
        self.completing.set_value(true);
        self.page.want(Request::Complete { text: text.to_owned(), at }, move |reply| match reply {
            // Whoever applied the filter or left the box meanwhile wants no list.
            Reply::Completed(completions) if self.completing.get_value() => self.completions.set(Some(completions)),
            reply => self.page.refused(reply),
        });
    }

    /// Shows no longer what can be written.
    pub(super) fn hush(self) {
        self.completing.set_value(false);
        self.completions.set(None);
    }

    /// Says which macros filters may call.
    pub(super) fn call(self, macros: Vec<Macro>) {
        self.page.tell(Request::Macros(macros));
        let text = self.text.get_untracked();
        if !text.is_empty() {
            self.check(text);
        }
    }

    /// One step back: the text to the filter that is applied, then to no filter, then out of the box.
    pub(crate) fn step_back(self) {
        let page = self.page;
        let applied = page.applied.get_untracked();
        if page.phase.get_untracked() == Phase::Filtering {
            page.cancel();
        } else if self.text.with_untracked(|text| text.trim() != applied) {
            self.write(&applied);
        } else if !applied.is_empty() {
            page.apply("");
        } else {
            crate::dom::focus("packets");
        }
    }

    fn put(self, text: &str) {
        self.text.set(text.to_owned());
        if text.trim().is_empty() {
            self.verdict.set(silence());
        }
        self.check(text.to_owned());
    }

    fn check(self, text: String) {
        self.page.want(Request::Check { text: text.clone() }, move |reply| match reply {
            Reply::Checked(verdict) => self.judge(&text, verdict),
            reply => self.page.refused(reply),
        });
    }

    /// Another filter was asked for, here or elsewhere.
    fn follow(self, text: &str) {
        self.hush();
        if self.text.with_untracked(|known| known != text) {
            // What was said is about another text.
            self.verdict.set(silence());
            self.put(text);
        }
    }

    /// Takes what is said of a text, unless another one stands in the box by now.
    fn judge(self, text: &str, verdict: Verdict) {
        if self.text.with_untracked(|known| known == text) {
            self.verdict.set(verdict);
        }
    }

    /// Puts an applied filter before the earlier ones.
    fn remember(self, filter: &str) {
        if filter.is_empty() || filter.len() > LONGEST_KEPT || filter.contains('\n') {
            return;
        }
        self.recent.update(|recent| {
            recent.retain(|known| known != filter);
            recent.insert(0, filter.to_owned());
            recent.truncate(MOST_KEPT);
            memory::keep_recent(recent);
        });
    }
}

/// The verdict on a filter of which nothing is said.
fn silence() -> Verdict {
    Verdict { state: FilterState::Empty, message: String::new(), span: None, fixes: Vec::new(), reading: String::new() }
}
