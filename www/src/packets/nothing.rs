//! What is said where no packet is displayed: which part of the filter hid them, and what displays some.

use crate::page::Page;
use crate::words;
use analyzer::message::{Clause, Fix};
use leptos::prelude::*;

/// The explanation, and the ways out of it.
#[component]
pub(super) fn Nothing(page: Page) -> impl IntoView {
    let nothing = move || page.nothing.get();
    let clauses = move || {
        let clauses = nothing().map(|nothing| nothing.clauses.clone()).unwrap_or_default();
        (clauses.len() > 1).then(|| {
            let row = |clause: Clause| {
                let text = clause.text.clone();
                view! {
                    <tr data-none=(clause.alone == 0).to_string()>
                        <td>
                            <button class="link" on:click=move |_| page.apply(&text)>
                                <code>{clause.text}</code>
                            </button>
                        </td>
                        <td>{words::count(clause.alone.into())}</td>
                        <td>{words::count(clause.left.into())}</td>
                    </tr>
                }
            };
            view! {
                <table>
                    <thead>
                        <tr>
                            <th scope="col">"Part of the filter"</th>
                            <th scope="col">"packets by itself"</th>
                            <th scope="col">"left so far"</th>
                        </tr>
                    </thead>
                    <tbody>{clauses.into_iter().map(row).collect_view()}</tbody>
                </table>
            }
        })
    };
    let fixes = move || {
        let fixes = nothing().map(|nothing| nothing.fixes.clone()).unwrap_or_default();
        let button = |fix: Fix| {
            let label = fix.label.clone();
            view! {
                <button class="fix" on:click=move |_| page.mend(&fix)>
                    {label}
                </button>
            }
        };
        fixes.into_iter().map(button).collect_view()
    };
    view! {
        <p>
            <b>"No packet matches this filter. "</b>
            {move || nothing().map(|nothing| words::coded(&nothing.message))}
        </p>
        {clauses}
        <p class="fixes">
            {fixes}
            <button class="link" on:click=move |_| page.apply("")>
                "Show all packets"
            </button>
        </p>
    }
}
