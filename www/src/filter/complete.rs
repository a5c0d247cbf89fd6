//! What can be written where the cursor stands, in a list below the filter box.

use super::Draft;
use crate::dom;
use analyzer::message::{Completion, Completions, Sort};
use leptos::html::{Input, Ul};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, ScrollIntoViewOptions, ScrollLogicalPosition};

/// Earlier filters that are offered beside the rest.
const EARLIER: usize = 5;

/// The list, open or closed, and the choice that the arrow keys stand on.
#[derive(Clone, Copy)]
pub(crate) struct Choices {
    draft: Draft,
    input: NodeRef<Input>,
    list: NodeRef<Ul>,
    active: RwSignal<Option<usize>>,
}

/// One line of the list.
#[derive(Debug, Clone, PartialEq)]
struct Choice {
    /// What it puts in place of which bytes of the text.
    text: String,
    start: usize,
    end: usize,
    /// What is said of it.
    title: String,
    /// What sort of thing it is, in a word or two.
    sort: &'static str,
    /// Whether more is to be written behind it.
    goes_on: bool,
}

impl Choices {
    /// For a filter box; closed.
    pub(crate) fn new(draft: Draft, input: NodeRef<Input>) -> Choices {
        Choices { draft, input, list: NodeRef::new(), active: RwSignal::new(None) }
    }

    /// Asks for what can be written where the cursor stands.
    pub(crate) fn ask(self) {
        self.active.set(None);
        if let Some(input) = self.input.get_untracked() {
            let text = input.value();
            let at = input.selection_start().ok().flatten().unwrap_or(u32::MAX);
            self.draft.complete(&text, byte_at(&text, at) as u32);
        }
    }

    /// Closes the list.
    pub(crate) fn close(self) {
        self.active.set(None);
        self.draft.hush();
    }

    /// Whether the list is open.
    pub(crate) fn is_open(self) -> bool {
        !self.lines().is_empty()
    }

    /// The choice that Enter takes.
    pub(crate) fn active(self) -> Option<usize> {
        self.active.get().filter(|index| *index < self.lines().len())
    }

    /// Moves by so many lines; from the first upwards is back in the text.
    pub(crate) fn step(self, by: isize) {
        let count = self.lines().len() as isize;
        let to = match self.active.get_untracked() {
            None if by > 0 => 0,
            None => count - 1,
            Some(index) => index as isize + by,
        };
        let to = (0..count).contains(&to).then_some(to as usize);
        self.active.set(to);
        if let Some(line) = to.and_then(|index| dom::by_id(&id(index))) {
            show(&line);
        }
    }

    /// Puts a choice in place.
    pub(crate) fn take(self, index: usize) {
        let Some(choice) = self.lines().into_iter().nth(index) else { return };
        let Some(input) = self.input.get_untracked() else { return };
        let text = input.value();
        let (before, after) = (text.get(..choice.start).unwrap_or(&text), text.get(choice.end..).unwrap_or_default());
        // What stands behind already goes on with it.
        let last = after.trim().is_empty();
        let blank = if choice.goes_on && !after.starts_with(' ') { " " } else { "" };
        let written = format!("{before}{}{blank}", choice.text);
        let caret = written.encode_utf16().count() as u32 + u32::from(choice.goes_on && blank.is_empty());
        self.draft.write(&format!("{written}{after}"));
        self.active.set(None);
        self.draft.hush();
        // The box takes its new text before the next picture.
        dom::before_paint(move || {
            let _ = input.focus();
            let _ = input.set_selection_range(caret, caret);
            if choice.goes_on && last {
                self.ask();
            }
        });
    }

    fn lines(self) -> Vec<Choice> {
        let (draft, input) = (self.draft, self.input);
        draft.completions.with(|completions| {
            let Some(Completions { start, end, items }) = completions else { return Vec::new() };
            let text = draft.text.get();
            let standing = input.get_untracked().and_then(|input| input.selection_start().ok().flatten());
            let at_end = standing.is_none_or(|at| byte_at(&text, at) >= text.len());
            let wanted = text.trim_start();
            let earlier = draft.recent.with(|recent| {
                let goes_on = |filter: &&String| at_end && filter.starts_with(wanted) && filter.as_str() != wanted;
                recent.iter().filter(goes_on).take(EARLIER).cloned().collect::<Vec<_>>()
            });
            let earlier = earlier.into_iter().map(|filter| Choice {
                text: filter,
                start: 0,
                end: text.len(),
                title: String::new(),
                sort: "applied before",
                goes_on: false,
            });
            let choice = |item: &Completion| Choice {
                text: item.text.clone(),
                start: *start as usize,
                end: *end as usize,
                title: item.title.clone(),
                sort: word(item.sort),
                goes_on: matches!(item.sort, Sort::Field | Sort::Operator),
            };
            earlier.chain(items.iter().map(choice)).collect()
        })
    }
}

/// The list below the box.
#[component]
pub(crate) fn ChoiceList(choices: Choices) -> impl IntoView {
    let lines = Memo::new(move |_| choices.lines());
    let line = move |(index, choice): (usize, Choice)| {
        let chosen = move || choices.active() == Some(index);
        view! {
            <li
                id=id(index)
                role="option"
                aria-selected=move || chosen().to_string()
                // The keyboard stays in the box.
                on:mousedown=move |event| event.prevent_default()
                on:click=move |_| choices.take(index)
            >
                <code>{choice.text}</code>
                <span>{choice.title}</span>
                <small>{choice.sort}</small>
            </li>
        }
    };
    view! {
        <div class="choices" hidden=move || lines.with(Vec::is_empty)>
            <ul id="filter-choices" role="listbox" aria-label="What can be written here" node_ref=choices.list>
                {move || lines.get().into_iter().enumerate().map(line).collect_view()}
            </ul>
            <p aria-hidden="true">
                <kbd>"↑ ↓"</kbd>
                " choose · "
                <kbd>"Enter"</kbd>
                {move || if choices.active().is_some() { " takes it · " } else { " applies the filter · " }}
                <kbd>"Esc"</kbd>
                " closes"
            </p>
        </div>
    }
}

/// The id of a line, by which the box names the one that it stands on.
pub(crate) fn id(index: usize) -> String {
    format!("filter-choice-{index}")
}

fn show(line: &HtmlElement) {
    let options = ScrollIntoViewOptions::new();
    options.set_block(ScrollLogicalPosition::Nearest);
    line.unchecked_ref::<web_sys::Element>().scroll_into_view_with_scroll_into_view_options(&options);
}

fn word(sort: Sort) -> &'static str {
    match sort {
        Sort::Protocol => "protocol",
        Sort::Field => "field",
        Sort::Function => "function",
        Sort::Operator => "operator",
        Sort::Value => "value",
        Sort::Seen => "in this capture",
    }
}

/// The byte at which so many units of UTF-16 end, as boxes count them.
fn byte_at(text: &str, units: u32) -> usize {
    let mut left = units as usize;
    for (at, c) in text.char_indices() {
        if left < c.len_utf16() {
            return at;
        }
        left -= c.len_utf16();
    }
    text.len()
}
