//! How the worker is started.

use js_sys::Array;
use wasm_bindgen::JsValue;
use web_sys::{Blob, BlobPropertyBag, Url, Worker, WorkerOptions, WorkerType};

/// The worker, started from a blob of two lines.
///
/// A worker from a file has the policy of that file's own response, so on a plain file server none at all; a worker from
/// a blob inherits the page's Content-Security-Policy, and with it the promise that nothing of a capture is sent away.
pub(super) fn start() -> Result<Worker, JsValue> {
    let document = web_sys::window().and_then(|window| window.document()).ok_or(JsValue::NULL)?;
    let base = document.base_uri()?.unwrap_or_default();
    // The files' names never change, so the page's own hash keeps a cache from pairing it with an older worker.
    let version = document
        .query_selector("script[data-wasm]")?
        .and_then(|script| script.get_attribute("data-wasm"))
        .unwrap_or_default();
    let address = |file: &str| -> Result<JsValue, JsValue> {
        let url = Url::new_with_base(file, &base)?;
        url.set_search(version.trim_start_matches("./"));
        // As JSON, so that no character of an address can end the string that it stands in.
        Ok(js_sys::JSON::stringify(&url.href().into())?.into())
    };
    let (module, wasm) = (address("worker.js")?, address("worker_bg.wasm")?);
    let script = format!(
        "import start from {};\nawait start({{ module_or_path: {} }});\n",
        module.as_string().unwrap_or_default(),
        wasm.as_string().unwrap_or_default()
    );
    let kind = BlobPropertyBag::new();
    kind.set_type("text/javascript");
    let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&script.into()), &kind)?;
    let url = Url::create_object_url_with_blob(&blob)?;
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    options.set_name("analyzer");
    Worker::new_with_options(&url, &options)
}
