//! The bottom line: what the view that is shown says of itself, and the state that tests and readers can rely on.

use crate::page::Page;
use crate::views;
use leptos::prelude::*;

/// The line. `lines` has what each view says, by its name.
#[component]
pub(crate) fn Status(page: Page, lines: Vec<(&'static str, views::Status)>) -> impl IntoView {
    let line = move || {
        let shown = page.view.get();
        lines.iter().find(|(name, _)| *name == shown).map(|(_, line)| line())
    };
    view! {
        <footer
            id="status"
            data-state=move || page.phase.get().name()
            data-packets=move || page.packets.get().to_string()
            data-displayed=move || page.displayed.get().to_string()
        >
            {line}
            <span class="trust">"read in this tab, sent nowhere"</span>
        </footer>
        <div class="unseen" role="status" aria-live="polite">
            {move || page.announced.get()}
        </div>
    }
}
