//! How a capture comes in: dropped on the window, or fetched from the page's own site.

use crate::dom;
use crate::page::Page;
use leptos::prelude::*;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, DragEvent, Request, RequestInit, RequestMode, Response, Url, UrlSearchParams};

/// The cover that says "drop" while a file is held over the window.
#[component]
pub(crate) fn DropCover(page: Page) -> impl IntoView {
    let over = RwSignal::new(false);
    // Entering a child is announced before its parent is left, so the two are counted against each other.
    let depth = StoredValue::new(0_i32);
    let on = move |name: &str, act: Box<dyn Fn(DragEvent)>| {
        let listener = Closure::<dyn Fn(DragEvent)>::new(act);
        if let Some(window) = dom::window() {
            let _ = window.add_event_listener_with_callback(name, listener.as_ref().unchecked_ref());
        }
        // It listens as long as the page lives.
        listener.forget();
    };
    let count = move |by: i32| {
        depth.update_value(|depth| *depth = (*depth + by).max(0));
        over.set(depth.get_value() > 0);
    };
    on(
        "dragenter",
        Box::new(move |event| {
            if carries_file(&event) {
                event.prevent_default();
                count(1);
            }
        }),
    );
    on(
        "dragleave",
        Box::new(move |event| {
            if carries_file(&event) {
                count(-1);
            }
        }),
    );
    on(
        "dragover",
        Box::new(|event| {
            if carries_file(&event) {
                event.prevent_default();
            }
        }),
    );
    on(
        "drop",
        Box::new(move |event| {
            if !carries_file(&event) {
                return;
            }
            event.prevent_default();
            depth.set_value(0);
            over.set(false);
            let files = event.data_transfer().and_then(|transfer| transfer.files());
            if let Some(file) = files.and_then(|files| files.get(0)) {
                page.open(&file.name(), &file);
            }
        }),
    );
    view! {
        <div class="cover" hidden=move || !over.get()>
            <p>"Drop it to open it"</p>
        </div>
    }
}

fn carries_file(event: &DragEvent) -> bool {
    event.data_transfer().is_some_and(|transfer| transfer.types().includes(&"Files".into(), 0))
}

/// Opens the capture that the page's address asks for, as `?capture=sample/lab1.pcap`.
pub(crate) fn from_address(page: Page) {
    let search = dom::window().and_then(|window| window.location().search().ok()).unwrap_or_default();
    if let Some(path) = UrlSearchParams::new_with_str(&search).ok().and_then(|asked| asked.get("capture")) {
        fetch(page, &path);
    }
}

/// Loads a capture from the page's own site. Another site is refused, before anything is asked of it.
pub(crate) fn fetch(page: Page, path: &str) {
    let Some(url) = own(path) else {
        page.fail(
            "Captures are loaded only from the site that this page is on. Download the capture and drop it here."
                .to_owned(),
        );
        return;
    };
    let name = name(&url);
    spawn_local(async move {
        match load(&url).await {
            Ok(blob) => page.open(&name, &blob),
            Err(cause) => {
                let why = cause.as_string().map_or_else(String::new, |cause| format!(" ({cause})"));
                page.fail(format!(
                    "{name} could not be loaded from this site{why}. Check the address, or drop the file here."
                ));
            }
        }
    });
}

async fn load(url: &Url) -> Result<Blob, JsValue> {
    let options = RequestInit::new();
    options.set_mode(RequestMode::SameOrigin);
    let request = Request::new_with_str_and_init(&url.href(), &options)?;
    let window = dom::window().ok_or(JsValue::NULL)?;
    let response: Response = JsFuture::from(window.fetch_with_request(&request)).await?.dyn_into()?;
    if !response.ok() {
        return Err(format!("the server says {}", response.status()).into());
    }
    JsFuture::from(response.blob()?).await?.dyn_into()
}

/// The address that `path` means, when it is on the page's own site.
fn own(path: &str) -> Option<Url> {
    let base = dom::document()?.base_uri().ok()??;
    let url = Url::new_with_base(path, &base).ok()?;
    let here = Url::new(&base).ok()?;
    (url.origin() == here.origin() && url.origin() != "null" && url.username().is_empty()).then_some(url)
}

/// The last part of the address, for people.
fn name(url: &Url) -> String {
    let path = url.pathname();
    let last = path.rsplit('/').next().unwrap_or_default();
    let plain = js_sys::decode_uri_component(last).map(String::from).unwrap_or_else(|_| last.to_owned());
    if plain.is_empty() { "The capture".to_owned() } else { plain }
}
