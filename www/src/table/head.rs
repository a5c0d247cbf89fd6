//! The titles of the columns.

use super::cell::Views;
use super::lines::{Lines, id};
use crate::dom;
use leptos::prelude::*;
use std::rc::Rc;
use web_sys::HtmlElement;

/// The row of titles, with what stands beside them as `views`.
pub(super) fn head(lines: &Rc<dyn Lines>, views: &mut Views) -> Option<HtmlElement> {
    let look = lines.look();
    let head = dom::element("div", &format!("row head {}", look.row))?;
    dom::set(&head, "role", "row");
    dom::set(&head, "aria-rowindex", "1");
    let mut sorting = Vec::new();
    for (index, title) in lines.titles().into_iter().enumerate() {
        let cell = dom::element("span", title.class)?;
        dom::set(&cell, "role", "columnheader");
        cell.set_id(&id(look, None, Some(title.class)));
        cell.set_text_content(Some(title.title));
        if !title.says.is_empty() {
            dom::set(&cell, if title.title.is_empty() { "aria-label" } else { "title" }, title.says);
        }
        if title.sorts {
            let arrow = dom::element("span", "sorted")?;
            dom::set(&arrow, "aria-hidden", "true");
            dom::set(&cell, "data-sort", &index.to_string());
            let _ = cell.append_with_node_1(&arrow);
            sorting.push((index, cell.clone(), arrow));
        }
        if let Some(view) = title.beside {
            views.show(view, &cell);
        }
        let _ = head.append_with_node_1(&cell);
    }
    if let Some(view) = lines.behind_titles() {
        views.show(view, &head);
    }
    let lines = Rc::clone(lines);
    Effect::new(move |_| {
        for (index, cell, arrow) in &sorting {
            match lines.sorted(*index) {
                Some(turned) => dom::set(cell, "aria-sort", if turned { "descending" } else { "ascending" }),
                None => dom::unset(cell, &["aria-sort"]),
            }
            arrow.set_text_content(lines.sorted(*index).map(|turned| if turned { "↓" } else { "↑" }));
        }
    });
    Some(head)
}
