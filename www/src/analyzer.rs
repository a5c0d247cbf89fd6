//! The worker's client: starts it, sends requests, and hands on the replies that still matter.

use analyzer::message::{self, Chosen, Macro, Numbered, PairsWanted, Reply, ReportFormat, Request};
use js_sys::{Array, Uint8Array};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, ErrorEvent, Event, MessageEvent, Url, Worker, WorkerOptions, WorkerType};

/// What a reply is about. Of each topic only the newest request is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Topic {
    /// Reading a capture.
    Open,
    /// Stopping what runs.
    Cancel,
    /// Rows of the list.
    Rows,
    /// One packet in full.
    Packet,
    /// What can be said of a filter that is being typed.
    Check,
    /// What can be written into it.
    Complete,
    /// The macros that it may call.
    Macros,
    /// Applying a filter.
    Filter,
    /// Finding a packet in the list.
    Locate,
    /// Lookups and connections.
    Pairs,
    /// The reasons for one line of the pairs.
    Evidence,
    /// A hand-in about one line of the pairs.
    Report,
}

impl Topic {
    const ALL: [Topic; 12] = [
        Topic::Open,
        Topic::Cancel,
        Topic::Rows,
        Topic::Packet,
        Topic::Check,
        Topic::Complete,
        Topic::Macros,
        Topic::Filter,
        Topic::Locate,
        Topic::Pairs,
        Topic::Evidence,
        Topic::Report,
    ];
}

/// What the page hears.
pub(crate) enum Heard {
    /// An answer that is not outdated.
    Reply(Topic, Reply),
    /// The analyzer is gone, for this reason. It was started anew, without a capture.
    Stopped(String),
}

/// A running analyzer.
#[derive(Clone)]
pub(crate) struct Analyzer {
    state: Rc<State>,
}

struct State {
    worker: RefCell<Option<Worker>>,
    /// Messages from before the worker's first word; it would not hear them.
    early: RefCell<Option<Vec<Array>>>,
    serial: Cell<u32>,
    newest: [Cell<u32>; Topic::ALL.len()],
    /// Rows are asked for one request at a time: while one is under way, only the newest wish is kept.
    rows_asked: Cell<bool>,
    rows_wanted: Cell<Option<(u32, u32)>>,
    /// What a new worker is told first.
    macros: RefCell<Vec<Macro>>,
    tell: Box<dyn Fn(Heard)>,
    hears: RefCell<Option<Handlers>>,
}

struct Handlers {
    message: Closure<dyn Fn(MessageEvent)>,
    error: Closure<dyn Fn(Event)>,
}

impl Analyzer {
    /// Starts the worker; `tell` hears what it has to say.
    pub(crate) fn start(tell: impl Fn(Heard) + 'static) -> Analyzer {
        let state = Rc::new(State {
            worker: RefCell::new(None),
            early: RefCell::new(None),
            serial: Cell::new(0),
            newest: Default::default(),
            rows_asked: Cell::new(false),
            rows_wanted: Cell::new(None),
            macros: RefCell::default(),
            tell: Box::new(tell),
            hears: RefCell::new(None),
        });
        let analyzer = Analyzer { state };
        let (hearing, failing) = (analyzer.clone(), analyzer.clone());
        analyzer.state.hears.replace(Some(Handlers {
            message: Closure::new(move |event: MessageEvent| hearing.hear(&event)),
            error: Closure::new(move |event: Event| failing.fail(&event)),
        }));
        analyzer.spawn();
        analyzer
    }

    /// Opens a capture; whatever was asked before is moot.
    pub(crate) fn open(&self, name: &str, blob: &Blob) {
        for newest in &self.state.newest {
            newest.set(0);
        }
        self.state.rows_asked.set(false);
        self.state.rows_wanted.set(None);
        self.send(Topic::Open, Request::Open { name: name.to_owned() }, Some(blob));
    }

    /// Stops reading or filtering.
    pub(crate) fn cancel(&self) {
        self.send(Topic::Cancel, Request::Cancel, None);
    }

    /// Asks for the rows `start..end`.
    pub(crate) fn rows(&self, start: u32, end: u32) {
        if self.state.rows_asked.replace(true) {
            self.state.rows_wanted.set(Some((start, end)));
        } else {
            self.send(Topic::Rows, Request::Rows { start, end }, None);
        }
    }

    /// Asks for the packet with number `frame`.
    pub(crate) fn packet(&self, frame: u32) {
        self.send(Topic::Packet, Request::Packet { frame }, None);
    }

    /// Asks what can be said of a filter.
    pub(crate) fn check(&self, text: &str) {
        self.send(Topic::Check, Request::Check { text: text.to_owned() }, None);
    }

    /// Applies a filter.
    pub(crate) fn filter(&self, text: &str, selected: u32) {
        self.send(Topic::Filter, Request::Filter { text: text.to_owned(), selected }, None);
    }

    /// Asks what can be written at a place of a filter, in bytes.
    pub(crate) fn complete(&self, text: &str, at: u32) {
        self.send(Topic::Complete, Request::Complete { text: text.to_owned(), at }, None);
    }

    /// Says which macros filters may call.
    pub(crate) fn macros(&self, macros: Vec<Macro>) {
        self.state.macros.replace(macros.clone());
        self.send(Topic::Macros, Request::Macros(macros), None);
    }

    /// Asks where packet `frame` stands in the list.
    pub(crate) fn locate(&self, frame: u32) {
        self.send(Topic::Locate, Request::Locate { frame }, None);
    }

    /// Asks for lines of the pairs.
    pub(crate) fn pairs(&self, wanted: PairsWanted) {
        self.send(Topic::Pairs, Request::Pairs(wanted), None);
    }

    /// Asks why a line of the pairs is as it is.
    pub(crate) fn evidence(&self, chosen: Chosen) {
        self.send(Topic::Evidence, Request::Evidence(chosen), None);
    }

    /// Asks for a hand-in about a line of the pairs.
    pub(crate) fn report(&self, chosen: Chosen, format: ReportFormat) {
        self.send(Topic::Report, Request::Report { chosen, format }, None);
    }

    fn send(&self, topic: Topic, body: Request, blob: Option<&Blob>) {
        let state = &self.state;
        let serial = state.serial.get().wrapping_add(1).max(1);
        state.serial.set(serial);
        state.newest[topic as usize].set(serial);
        let parts = Array::of1(&Uint8Array::from(message::encode(&Numbered { serial, body }).as_slice()));
        if let Some(blob) = blob {
            parts.push(blob);
        }
        if let Some(early) = state.early.borrow_mut().as_mut() {
            early.push(parts);
        } else if let Some(worker) = state.worker.borrow().as_ref() {
            // Bytes and files can always be posted.
            let _ = worker.post_message(&parts);
        }
    }

    fn hear(&self, event: &MessageEvent) {
        let Ok(bytes) = event.data().dyn_into::<Uint8Array>() else { return };
        let Some(Numbered { serial, body }) = message::decode::<Numbered<Reply>>(&bytes.to_vec()) else {
            self.stop("The page and its analyzer are of different versions. Reload the page.");
            return;
        };
        match body {
            Reply::Ready(_) => self.flush(),
            // A failure that answers no request is the analyzer's last word.
            Reply::Failed(words) if serial == 0 => self.stop(&words),
            body => {
                let asked = Topic::ALL.into_iter().find(|topic| self.state.newest[*topic as usize].get() == serial);
                if asked == Some(Topic::Rows) {
                    self.state.rows_asked.set(false);
                    if let Some((start, end)) = self.state.rows_wanted.take() {
                        self.rows(start, end);
                    }
                }
                if let Some(topic) = asked.filter(|_| serial != 0) {
                    (self.state.tell)(Heard::Reply(topic, body));
                }
            }
        }
    }

    fn flush(&self) {
        let early = self.state.early.take();
        if let Some(worker) = self.state.worker.borrow().as_ref() {
            for parts in early.into_iter().flatten() {
                let _ = worker.post_message(&parts);
            }
        }
    }

    fn fail(&self, event: &Event) {
        event.prevent_default();
        let cause = event.dyn_ref::<ErrorEvent>().map(ErrorEvent::message).unwrap_or_default();
        if self.state.early.borrow().is_some() {
            // It never spoke: starting it again would only fail again.
            (self.state.tell)(Heard::Stopped(format!("The analyzer could not start. Reload the page. {cause}")));
        } else if cause.contains("memory") {
            self.stop("The capture needs more memory than the browser gives. Close other tabs, or cut the capture.");
        } else {
            self.stop("The analyzer stopped because of a fault of its own. Open the capture again to go on.");
        }
    }

    /// After a fault the worker's memory cannot be trusted: a new one takes its place.
    fn stop(&self, words: &str) {
        if let Some(worker) = self.state.worker.take() {
            worker.set_onmessage(None);
            worker.set_onerror(None);
            worker.terminate();
        }
        self.spawn();
        (self.state.tell)(Heard::Stopped(words.to_owned()));
    }

    fn spawn(&self) {
        let state = &self.state;
        state.early.replace(Some(Vec::new()));
        state.rows_asked.set(false);
        state.rows_wanted.set(None);
        let Ok(worker) = worker() else {
            let words = "This browser does not let the page start its analyzer. Use a current one.";
            (state.tell)(Heard::Stopped(words.to_owned()));
            return;
        };
        if let Some(handlers) = state.hears.borrow().as_ref() {
            worker.set_onmessage(Some(handlers.message.as_ref().unchecked_ref()));
            worker.set_onerror(Some(handlers.error.as_ref().unchecked_ref()));
        }
        state.worker.replace(Some(worker));
        let macros = state.macros.borrow().clone();
        if !macros.is_empty() {
            self.send(Topic::Macros, Request::Macros(macros), None);
        }
    }
}

/// The worker, started from a blob of two lines.
///
/// A worker from a file has the policy of that file's own response, so on a plain file server none at all; a worker from
/// a blob inherits the page's Content-Security-Policy, and with it the promise that nothing of a capture is sent away.
fn worker() -> Result<Worker, JsValue> {
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
