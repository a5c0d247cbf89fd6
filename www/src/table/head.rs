//! The titles of the columns.

use super::Content;
use super::lines::id;
use leptos::prelude::*;

/// The row of titles.
pub(super) fn head<C: Content + Clone + Send>(content: C) -> impl IntoView {
    let look = &C::LOOK;
    let titles = C::COLUMNS
        .iter()
        .enumerate()
        .map(|(index, column)| {
            let known = content.clone();
            let sorted = move || known.sorted(index).map(|turned| if turned { "descending" } else { "ascending" });
            let arrow = sorted.clone();
            let arrow = column.sorts.then(|| {
                view! {
                    <span class="sorted" aria-hidden="true">
                        {move || arrow().map(|way| if way == "ascending" { "↑" } else { "↓" })}
                    </span>
                }
            });
            let says = (!column.says.is_empty()).then_some(column.says);
            view! {
                <span
                    class=column.class
                    role="columnheader"
                    id=id(look, None, Some(column.class))
                    title=says.filter(|_| !column.title.is_empty())
                    aria-label=says.filter(|_| column.title.is_empty())
                    aria-sort=sorted
                    data-sort=column.sorts.then(|| index.to_string())
                >
                    {column.title}
                    {arrow}
                    {content.beside_title(index)}
                </span>
            }
        })
        .collect_view();
    view! {
        <div class=format!("row head {}", look.row) role="row" aria-rowindex="1">
            {titles}
            {content.behind_titles()}
        </div>
    }
}
