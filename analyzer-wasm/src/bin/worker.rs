//! The browser rim: messages from the page go to the session, a dropped file becomes its source.

#[cfg(target_arch = "wasm32")]
#[path = "worker/blob.rs"]
mod blob;
#[cfg(target_arch = "wasm32")]
#[path = "worker/rim.rs"]
mod rim;

#[cfg(target_arch = "wasm32")]
fn main() {
    rim::start();
}

/// Outside a browser there is nobody to talk to; `inspect` is the analyzer's terminal.
#[cfg(not(target_arch = "wasm32"))]
fn main() {}
