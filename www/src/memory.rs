//! What the page remembers from visit to visit: choices of layout, and filters that were saved by name; never anything of
//! a capture.

use web_sys::Storage;

/// What was kept under `key`; nothing in a browser that keeps nothing.
pub(crate) fn recall(key: &str) -> Option<String> {
    storage()?.get_item(&full(key)).ok()?
}

/// Keeps `value` under `key`, where the browser allows it.
pub(crate) fn keep(key: &str, value: &str) {
    if let Some(storage) = storage() {
        // A full or forbidden storage only means that the choice is asked for again.
        let _ = storage.set_item(&full(key), value);
    }
}

/// Filters that were applied in this tab, the latest first. They are forgotten with the tab: what is typed into a filter
/// can tell of a capture.
pub(crate) fn recent() -> Vec<String> {
    let kept = tab().and_then(|tab| tab.get_item(&full("recent")).ok()?);
    kept.map(|kept| kept.split('\n').map(str::to_owned).collect()).unwrap_or_default()
}

/// Keeps the filters that were applied in this tab.
pub(crate) fn keep_recent(filters: &[String]) {
    if let Some(tab) = tab() {
        let _ = tab.set_item(&full("recent"), &filters.join("\n"));
    }
}

fn tab() -> Option<Storage> {
    web_sys::window()?.session_storage().ok()?
}

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

fn full(key: &str) -> String {
    format!("dropcap.{key}")
}
