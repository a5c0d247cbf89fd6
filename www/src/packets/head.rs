//! The titles of the list's columns, and the switch for the names beside addresses.

use super::row;
use crate::page::Page;
use leptos::prelude::*;

/// Whether names stand beside addresses.
pub(crate) fn names_are_shown(page: Page) -> bool {
    are_known(page) && page.names.get()
}

/// Whether any packet could have a name.
fn are_known(page: Page) -> bool {
    page.pairs.with(|told| told.as_ref().is_some_and(|told| told.shown.paired > 0))
}

/// The titles.
#[component]
pub(crate) fn Head(page: Page) -> impl IntoView {
    view! {
        <div class="row head" role="row" aria-rowindex="1">
            {row::COLUMNS
                .map(|(class, title)| view! { <span class=class role="columnheader">{title}</span> })
                .collect_view()}
            <button
                id="names"
                hidden=move || !are_known(page)
                aria-pressed=move || page.names.get().to_string()
                title="Beside an address, the name that the client had looked up for this connection (N)"
                on:click=move |_| page.switch_names()
            >
                "Names"
            </button>
        </div>
    }
}
