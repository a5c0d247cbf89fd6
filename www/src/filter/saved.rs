//! Filters that the user gave a name: a click applies one, and other filters may call it as a macro.

use super::{Draft, icon};
use crate::page::Page;
use crate::{dom, memory};
use analyzer::message::{FilterState, Macro};
use leptos::html::{Dialog, Input};
use leptos::prelude::*;
use web_sys::SubmitEvent;

/// The key under which they are kept.
const KEY: &str = "filters";
/// Most that are kept.
const MOST: usize = 100;

/// The button beside the filter box, and what it opens.
#[component]
pub(crate) fn Saved(page: Page, draft: Draft) -> impl IntoView {
    let dialog = NodeRef::<Dialog>::new();
    let name = NodeRef::<Input>::new();
    let saved = RwSignal::new(recall());
    Effect::new(move |_| draft.call(saved.get()));
    let keep = move || saved.with_untracked(|saved| memory::keep(KEY, &written(saved)));
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
        dom::focus("filter");
    };
    let open = move |_| {
        if let Some(dialog) = dialog.get_untracked().filter(|dialog| !dialog.open()) {
            // It throws only when it is shown already.
            let _ = dialog.show_modal();
        }
        if let Some(name) = name.get_untracked() {
            name.set_value("");
            let _ = name.focus();
        }
    };
    let text = move || draft.text.with(|text| text.trim().to_owned());
    let can_save = move || {
        let state = draft.verdict.with(|verdict| verdict.state);
        !text().is_empty() && matches!(state, FilterState::Valid | FilterState::Caution)
    };
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(input) = name.get_untracked() else { return };
        let wanted = input.value().trim().to_owned();
        if wanted.is_empty() || !wanted.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            input.set_custom_validity("A name has letters, digits and _, as my_site.");
            let _ = input.report_validity();
            return;
        }
        saved.update(|saved| {
            saved.retain(|known| known.name != wanted);
            saved.push(Macro { name: wanted, text: closed(&text().replace('\n', " ")) });
            let surplus = saved.len().saturating_sub(MOST);
            saved.drain(..surplus);
        });
        keep();
        close();
    };
    let line = move |entry: Macro| {
        let (text, name) = (entry.text.clone(), entry.name.clone());
        let words = format!("Forget {name}");
        view! {
            <li>
                <button
                    class="entry"
                    on:click=move |_| {
                        close();
                        page.apply(&text);
                    }
                >
                    <b>{entry.name}</b>
                    <code>{entry.text}</code>
                </button>
                <button
                    class="icon"
                    aria-label=words.clone()
                    title=words.clone()
                    on:click=move |_| {
                        saved.update(|saved| saved.retain(|known| known.name != name));
                        keep();
                    }
                >
                    {icon("close")}
                </button>
            </li>
        }
    };
    view! {
        <button
            class="icon"
            id="saved-filters"
            aria-label="Saved filters"
            title="Saved filters"
            aria-haspopup="dialog"
            on:click=open
        >
            {icon("star")}
        </button>
        <dialog class="saved" aria-labelledby="saved-title" node_ref=dialog>
            <h2 id="saved-title">"Saved filters"</h2>
            <ul>{move || saved.get().into_iter().map(line).collect_view()}</ul>
            <p hidden=move || !saved.with(Vec::is_empty)>
                "None yet. A filter that is saved is a click away, and part of others: "
                <code>"${name} and dns"</code>
                "."
            </p>
            <form on:submit=save>
                <label for="saved-name" hidden=move || !can_save()>
                    "Save "
                    <code>{text}</code>
                    " as"
                </label>
                <input
                    id="saved-name"
                    autocomplete="off"
                    spellcheck="false"
                    maxlength="40"
                    hidden=move || !can_save()
                    node_ref=name
                    on:input=move |_| {
                        if let Some(input) = name.get_untracked() {
                            input.set_custom_validity("");
                        }
                    }
                />
                <button type="submit" hidden=move || !can_save()>
                    "Save"
                </button>
                <button type="button" on:click=move |_| close()>
                    "Close"
                </button>
            </form>
        </dialog>
    }
}

/// The text, in parentheses where it would fall apart as a part of another filter.
pub(crate) fn closed(text: &str) -> String {
    let loose = [" or ", "||", " xor ", "^^", " and ", "&&"].iter().any(|word| text.contains(word));
    if loose { format!("({text})") } else { text.to_owned() }
}

fn recall() -> Vec<Macro> {
    let entry = |line: &str| {
        let (name, text) = line.split_once('\t')?;
        Some(Macro { name: name.to_owned(), text: text.to_owned() })
    };
    memory::recall(KEY).unwrap_or_default().lines().filter_map(entry).collect()
}

fn written(saved: &[Macro]) -> String {
    saved.iter().map(|entry| format!("{}\t{}\n", entry.name, entry.text)).collect()
}
