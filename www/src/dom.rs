//! The few ways in which the imperative panes touch the document. What comes from a packet is set as text, always.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Blob, BlobPropertyBag, Document, Element, HtmlElement, Url, Window};

/// The window; every use runs in a page, so it is there.
pub(crate) fn window() -> Option<Window> {
    web_sys::window()
}

/// The document.
pub(crate) fn document() -> Option<Document> {
    window()?.document()
}

/// A new element with a class.
pub(crate) fn element(tag: &str, class: &str) -> Option<HtmlElement> {
    let element: HtmlElement = document()?.create_element(tag).ok()?.dyn_into().ok()?;
    element.set_class_name(class);
    Some(element)
}

/// Sets an attribute; the names are ours, so none is refused.
pub(crate) fn set(element: &HtmlElement, name: &str, value: &str) {
    let _ = element.set_attribute(name, value);
}

/// Takes attributes away.
pub(crate) fn unset(element: &HtmlElement, names: &[&str]) {
    for name in names {
        let _ = element.remove_attribute(name);
    }
}

/// Sets a style property through the object model, which the Content-Security-Policy allows.
pub(crate) fn style(element: &HtmlElement, name: &str, value: &str) {
    let _ = element.style().set_property(name, value);
}

/// The element with this id.
pub(crate) fn by_id(id: &str) -> Option<HtmlElement> {
    document()?.get_element_by_id(id)?.dyn_into().ok()
}

/// The element with this id, also where it is part of a picture.
pub(crate) fn by_svg_id(id: &str) -> Option<Element> {
    document()?.get_element_by_id(id)
}

/// Scrolls an element into view, and only as far as needed.
pub(crate) fn nearest(element: &Element) {
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(web_sys::ScrollLogicalPosition::Nearest);
    options.set_inline(web_sys::ScrollLogicalPosition::Start);
    element.scroll_into_view_with_scroll_into_view_options(&options);
}

/// Moves the keyboard to the element with this id.
pub(crate) fn focus(id: &str) {
    if let Some(element) = by_id(id) {
        let _ = element.focus();
    }
}

/// Runs `task` before the next picture is drawn.
pub(crate) fn before_paint(task: impl FnOnce() + 'static) {
    if let Some(window) = window() {
        let _ = window.request_animation_frame(Closure::once_into_js(move |_: f64| task()).unchecked_ref());
    }
}

/// Runs `task` after so many milliseconds.
pub(crate) fn after(milliseconds: i32, task: impl FnOnce() + 'static) {
    if let Some(window) = window() {
        let callback = Closure::once_into_js(task);
        let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(callback.unchecked_ref(), milliseconds);
    }
}

/// Saves text as a file, as the browser saves what is downloaded.
pub(crate) fn save(name: &str, media: &str, text: &str) {
    let kind = BlobPropertyBag::new();
    kind.set_type(media);
    let parts = js_sys::Array::of1(&text.into());
    let blob = Blob::new_with_str_sequence_and_options(&parts, &kind);
    let address = blob.and_then(|blob| Url::create_object_url_with_blob(&blob));
    if let (Ok(address), Some(link)) = (address, element("a", "")) {
        set(&link, "href", &address);
        set(&link, "download", name);
        link.click();
        // The browser has begun to read it by then.
        after(60_000, move || drop(Url::revoke_object_url(&address)));
    }
}

/// A number of pixels that a custom property holds, as `--row: 22px`.
pub(crate) fn pixels(element: &HtmlElement, property: &str) -> Option<f64> {
    let style = window()?.get_computed_style(element).ok()??;
    style.get_property_value(property).ok()?.trim().strip_suffix("px")?.parse().ok()
}

/// Tells `changed` the width and height of an element, now and whenever they change, as long as the page lives.
pub(crate) fn watch_size(element: &HtmlElement, changed: impl Fn(i32, i32) + 'static) {
    let watched = element.clone();
    let callback = Closure::<dyn Fn()>::new(move || changed(watched.client_width(), watched.client_height()));
    if let Ok(observer) = web_sys::ResizeObserver::new(callback.as_ref().unchecked_ref()) {
        observer.observe(element);
        // The panes that are watched are never taken away.
        callback.forget();
    }
}
