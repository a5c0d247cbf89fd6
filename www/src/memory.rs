//! What the page remembers from visit to visit: only choices of layout, never anything of a capture.

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

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

fn full(key: &str) -> String {
    format!("dropcap.{key}")
}
