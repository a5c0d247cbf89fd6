//! What stands in a cell. What comes from a packet is set as text, always.

use crate::dom;
use leptos::prelude::*;
use leptos::tachys::view::any_view::AnyViewState;
use leptos::tachys::view::{Mountable, Render};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// What stands in a cell.
pub(crate) enum Cell {
    /// Text.
    Text(String),
    /// Text, and something smaller beside it; elements of their own, so that one is never taken for the other.
    Beside(String, String),
    /// Anything else.
    View(AnyView),
}

/// The views in the cells of a row, taken out of the document with this value.
pub(super) struct Views {
    owner: Owner,
    shown: Vec<AnyViewState>,
}

impl Views {
    /// No view yet.
    pub(super) fn new() -> Views {
        Views { owner: Owner::new(), shown: Vec::new() }
    }

    fn show(&mut self, view: AnyView, element: &HtmlElement) {
        let view = self.owner.with(|| {
            let mut view = view.build();
            view.mount(element, None);
            view
        });
        self.shown.push(view);
    }
}

impl Drop for Views {
    fn drop(&mut self) {
        for view in &mut self.shown {
            view.unmount();
        }
    }
}

/// Fills the element of a cell, which holds what it held before unless that was a view.
pub(super) fn fill(element: &HtmlElement, cell: Cell, views: &mut Option<Views>) {
    match cell {
        Cell::Text(text) => element.set_text_content(Some(&text)),
        Cell::Beside(text, small) => {
            let parts = || {
                let first = element.first_element_child()?.dyn_into::<HtmlElement>().ok()?;
                let second = first.next_element_sibling()?.dyn_into::<HtmlElement>().ok()?;
                Some((first, second))
            };
            let made = || {
                let (first, second) = (dom::element("span", "main")?, dom::element("small", "beside")?);
                let _ = element.append_with_node_2(&first, &second);
                Some((first, second))
            };
            let Some((first, second)) = parts().or_else(made) else { return };
            first.set_text_content(Some(&text));
            second.set_text_content(Some(&small));
            second.set_title(&small);
        }
        Cell::View(view) => {
            element.set_text_content(None);
            views.get_or_insert_with(Views::new).show(view, element);
        }
    }
}
