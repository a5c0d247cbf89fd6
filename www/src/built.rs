//! Views that are built where they are to stand, and never built anew: what is left out of the page is how they would be.

use leptos::prelude::*;
use leptos::tachys::view::{Mountable, Render};
use std::any::Any;
use web_sys::HtmlElement;

/// A view of any type that is to be built.
pub(crate) struct Unbuilt(Box<dyn FnOnce(&HtmlElement) -> Built>);

/// What keeps a built view alive; the elements that it stands in are emptied by whoever made them.
pub(crate) type Built = Box<dyn Any>;

impl Unbuilt {
    /// The view, for later.
    pub(crate) fn new(view: impl IntoView + 'static) -> Unbuilt {
        Unbuilt(Box::new(move |element| {
            let mut state = view.into_view().build();
            state.mount(element, None);
            Box::new(state)
        }))
    }

    /// Builds it at the end of an element.
    pub(crate) fn build(self, element: &HtmlElement) -> Built {
        (self.0)(element)
    }
}
