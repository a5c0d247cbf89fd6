//! The keys that work everywhere, the dialog that lists them all, and the one that asks for a packet's number.

use crate::filter::Draft;
use crate::page::Page;
use crate::views::VIEWS;
use crate::{dom, header, words};
use leptos::html::{Dialog, Input};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, KeyboardEvent, SubmitEvent};

/// Keys and what they do.
const KEYS: [(&str, &str); 14] = [
    ("/ or Ctrl F", "Type a filter"),
    ("↓ or Ctrl Space", "What can be written in the filter"),
    ("Enter", "Apply the filter; open a packet; follow a link"),
    ("Esc", "Close or clear one step"),
    ("↑ ↓ PgUp PgDn Home End", "Move in the list"),
    ("← →", "Fold and unfold the tree; the cells of a pair"),
    ("Shift F10", "What can be done with a field or a value"),
    ("N", "Names beside addresses in the list"),
    ("Tab", "Next pane"),
    ("Ctrl G", "Go to a packet"),
    ("Alt ← →", "Back and forward between packets"),
    ("M", "Mark the packet"),
    ("Ctrl O", "Open a capture"),
    ("?", "These keys"),
];

/// Keys before those of the views.
const VIEWS_AT: usize = 9;

/// The two dialogs.
#[derive(Clone, Copy)]
pub(crate) struct Keys {
    help: NodeRef<Dialog>,
    ask: NodeRef<Dialog>,
}

impl Keys {
    /// Dialogs that are closed.
    pub(crate) fn new() -> Keys {
        Keys { help: NodeRef::new(), ask: NodeRef::new() }
    }

    /// Shows all keys.
    pub(crate) fn show(self) {
        show(self.help);
    }

    /// A key that no pane took.
    pub(crate) fn press(self, page: Page, draft: Draft, event: &KeyboardEvent) {
        if is_taken(event) {
            return;
        }
        let typing = is_typed(event);
        let open = page.packets.get_untracked() > 0;
        let command = event.ctrl_key() || event.meta_key();
        match (event.key().as_str(), command, event.alt_key()) {
            ("f", true, false) | ("/", false, false) if open && (command || !typing) => {
                choose_text("filter");
            }
            ("g", true, false) if open => {
                show(self.ask);
                choose_text("ask-number");
            }
            ("o", true, false) => header::choose(),
            ("ArrowLeft", false, true) if !typing => page.travel(true),
            ("ArrowRight", false, true) if !typing => page.travel(false),
            ("?", false, false) if !typing => self.show(),
            ("Escape", false, false) => {
                if page.sheet.get_untracked() && narrow() {
                    page.sheet.set(false);
                    dom::focus("packets");
                } else {
                    draft.step_back();
                }
            }
            (key, false, false) if !typing && open => match view_of(key) {
                Some(view) => page.show(view),
                None => return,
            },
            _ => return,
        }
        event.prevent_default();
    }
}

/// Whether a pane or a dialog has taken a key.
pub(crate) fn is_taken(event: &KeyboardEvent) -> bool {
    let inside = target(event).is_some_and(|target| target.closest("dialog").ok().flatten().is_some());
    inside || event.default_prevented()
}

/// Whether a key is typed into a box.
pub(crate) fn is_typed(event: &KeyboardEvent) -> bool {
    target(event).is_some_and(|target| matches!(target.tag_name().as_str(), "INPUT" | "TEXTAREA"))
}

fn target(event: &KeyboardEvent) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

/// The view that a digit stands for, by the order of the tabs.
fn view_of(key: &str) -> Option<&'static str> {
    let place = key.parse::<usize>().ok()?.checked_sub(1)?;
    VIEWS.get(place).map(|view| view.name)
}

/// The line for the keys of the views.
fn of_views() -> (String, String) {
    let keys = (1..=VIEWS.len()).map(|place| place.to_string()).collect::<Vec<_>>().join(" ");
    let titles = VIEWS.iter().map(|view| view.title).collect::<Vec<_>>().join(", ");
    let (first, rest) = titles.split_at(1);
    (keys, format!("{first}{}", rest.to_lowercase()))
}

/// The dialogs themselves.
#[component]
pub(crate) fn Dialogs(page: Page, keys: Keys) -> impl IntoView {
    let number = NodeRef::<Input>::new();
    let go = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(input) = number.get_untracked() else { return };
        let wanted = input.value().replace([',', ' ', '#'], "").parse::<u32>();
        let last = page.packets.get_untracked();
        match wanted {
            Ok(frame) if (1..=last).contains(&frame) => {
                close(keys.ask);
                page.go(frame);
                dom::focus("packets");
            }
            _ => {
                let words = format!("Type a number from 1 to {}.", words::count(u64::from(last)));
                input.set_custom_validity(&words);
                let _ = input.report_validity();
            }
        }
    };
    let own = |(key, deed): (&str, &str)| (key.to_owned(), deed.to_owned());
    let (before, after) = KEYS.split_at(VIEWS_AT);
    let lines = before.iter().copied().map(own).chain([of_views()]).chain(after.iter().copied().map(own));
    view! {
        <dialog class="keys" aria-labelledby="keys-title" node_ref=keys.help>
            <h2 id="keys-title">"Keys"</h2>
            <dl>
                {lines.map(|(key, deed)| view! { <dt>{key}</dt> <dd>{deed}</dd> }).collect_view()}
            </dl>
            <button autofocus=true on:click=move |_| close(keys.help)>"Close"</button>
        </dialog>
        <dialog class="ask" aria-labelledby="ask-title" node_ref=keys.ask>
            <form on:submit=go>
                <label id="ask-title" for="ask-number">"Go to packet"</label>
                <input
                    id="ask-number"
                    inputmode="numeric"
                    autocomplete="off"
                    node_ref=number
                    on:input=move |_| {
                        if let Some(input) = number.get_untracked() {
                            input.set_custom_validity("");
                        }
                    }
                />
                <button type="submit">"Go"</button>
                <button type="button" on:click=move |_| close(keys.ask)>"Close"</button>
            </form>
        </dialog>
    }
}

/// Puts the focus into a box, with its text chosen: what is typed takes its place.
fn choose_text(id: &str) {
    if let Some(input) = dom::by_id(id).and_then(|input| input.dyn_into::<HtmlInputElement>().ok()) {
        let _ = input.focus();
        input.select();
    }
}

fn show(dialog: NodeRef<Dialog>) {
    if let Some(dialog) = dialog.get_untracked().filter(|dialog| !dialog.open()) {
        // It throws only when it is shown already.
        let _ = dialog.show_modal();
    }
}

fn close(dialog: NodeRef<Dialog>) {
    if let Some(dialog) = dialog.get_untracked() {
        dialog.close();
    }
}

/// Whether tree and bytes cover the list.
fn narrow() -> bool {
    dom::window()
        .and_then(|window| window.match_media("(max-width: 639px)").ok().flatten())
        .is_some_and(|query| query.matches())
}
