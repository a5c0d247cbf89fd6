//! Messages in, replies out, and the turns in which reading and filtering let each other and the page's requests in.

use crate::blob::{BlobSource, Chunks};
use analyzer::message::{self, Envelope, Reply, Request};
use analyzer::session::{FEED, Fed, Session};
use js_sys::{Array, Promise, Uint8Array};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, DedicatedWorkerGlobalScope, MessageChannel, MessageEvent, Performance};

/// Milliseconds of work after which waiting messages get their turn.
const SLICE: f64 = 10.0;
/// Milliseconds between two reports of how far reading or filtering is.
const PROGRESS: f64 = 50.0;

/// The session and what it takes to keep it going in a browser.
struct Rim {
    scope: DedicatedWorkerGlobalScope,
    clock: Option<Performance>,
    session: RefCell<Session>,
    /// Counted up by every `Open` and `Cancel`, so that an older reading sees that it is over.
    reading: Cell<u32>,
    /// Whether the loop that steps through long work runs.
    stepping: Cell<bool>,
    /// The latest progress that was not sent yet, and when the last one was.
    held: RefCell<Option<Envelope<Reply>>>,
    reported: Cell<f64>,
    /// Whether the filter has found a packet, and that was sent.
    found: Cell<bool>,
}

/// Takes the page's messages from now on, and says so.
pub(crate) fn start() {
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    report_panics(&scope);
    let clock = scope.performance();
    let rim = Rc::new(Rim {
        scope: scope.clone(),
        clock,
        session: RefCell::new(Session::new()),
        reading: Cell::new(0),
        stepping: Cell::new(false),
        held: RefCell::new(None),
        reported: Cell::new(0.0),
        found: Cell::new(false),
    });
    let receiver = Rc::clone(&rim);
    let receive = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| receiver.receive(&event));
    scope.set_onmessage(Some(receive.as_ref().unchecked_ref()));
    // The worker lives as long as its handler.
    receive.forget();
    let ready = Reply::Ready(rim.session.borrow().ready());
    rim.post(&Envelope { serial: 0, body: ready });
}

/// A panic ends this instance for good; the page learns it from a failure that answers no request.
fn report_panics(scope: &DedicatedWorkerGlobalScope) {
    let scope = scope.clone();
    std::panic::set_hook(Box::new(move |panic| {
        console_error_panic_hook::hook(panic);
        let words = "The analyzer stopped because of a fault of its own. Open the capture again to go on.";
        post(&scope, &Envelope { serial: 0, body: Reply::Failed(words.to_owned()) });
    }));
}

impl Rim {
    /// A message of the page: the encoded request, and the file beside it when one is opened.
    fn receive(self: &Rc<Self>, event: &MessageEvent) {
        let parts = Array::from(&event.data());
        let Ok(bytes) = parts.get(0).dyn_into::<Uint8Array>() else { return };
        let Some(Envelope { serial, body }) = message::decode::<Envelope<Request>>(&bytes.to_vec()) else { return };
        match body {
            Request::Open { name } => {
                if let Ok(blob) = parts.get(1).dyn_into::<Blob>() {
                    self.open(serial, &name, blob);
                }
            }
            request => {
                match request {
                    Request::Cancel => self.reading.set(self.reading.get().wrapping_add(1)),
                    Request::Filter { .. } => self.found.set(false),
                    _ => {}
                }
                self.session.borrow_mut().handle(serial, request);
                self.answer();
                self.work();
            }
        }
    }

    fn open(self: &Rc<Self>, serial: u32, name: &str, blob: Blob) {
        let reading = self.reading.get().wrapping_add(1);
        self.reading.set(reading);
        self.held.replace(None);
        let Some(source) = BlobSource::new(blob.clone()) else {
            let words = "This browser cannot read files in the background. Use a current one.";
            self.post(&Envelope { serial, body: Reply::Failed(words.to_owned()) });
            return;
        };
        self.session.borrow_mut().open(serial, name, Box::new(source));
        self.answer();
        let rim = Rc::clone(self);
        spawn_local(async move {
            if rim.read(reading, &blob).await.is_err() && rim.reading.get() == reading {
                let words = format!(
                    "{} could not be read to its end. It may have been moved, changed or locked: choose it again.",
                    rim.name(&blob)
                );
                rim.post(&Envelope { serial, body: Reply::Failed(words) });
            }
        });
    }

    /// Feeds the file to the session until its end, or until another file or a cancellation takes over.
    async fn read(self: &Rc<Self>, reading: u32, blob: &Blob) -> Result<(), JsValue> {
        let mut chunks = Chunks::new(blob);
        let mut chunk = Vec::new();
        let mut turned = self.now();
        loop {
            chunks.next(&mut chunk).await?;
            if self.reading.get() != reading {
                chunks.stop();
                return Ok(());
            }
            if chunk.is_empty() {
                self.session.borrow_mut().end();
                self.answer();
                self.work();
                return Ok(());
            }
            for part in chunk.chunks(FEED) {
                let fed = self.session.borrow_mut().feed(part);
                self.answer();
                if matches!(fed, Fed::Stop) {
                    chunks.stop();
                    return Ok(());
                }
                if self.now() - turned >= SLICE {
                    turn().await;
                    turned = self.now();
                    if self.reading.get() != reading {
                        chunks.stop();
                        return Ok(());
                    }
                }
            }
        }
    }

    /// Steps through what takes long, with a turn for messages after every slice.
    fn work(self: &Rc<Self>) {
        if self.stepping.replace(true) {
            return;
        }
        let rim = Rc::clone(self);
        spawn_local(async move {
            loop {
                let begun = rim.now();
                let mut more = true;
                while more && rim.now() - begun < SLICE {
                    more = rim.session.borrow_mut().step();
                }
                rim.answer();
                if !more {
                    break;
                }
                turn().await;
            }
            rim.stepping.set(false);
        });
    }

    /// Sends what the session has to say; of its reports on how far it is only the latest, and not too often.
    fn answer(&self) {
        for reply in self.session.borrow_mut().replies() {
            match reply.body {
                Reply::Reading(_) | Reply::Filtering { .. } => {
                    // The first packets that a filter finds are shown at once.
                    if matches!(reply.body, Reply::Filtering { displayed, .. } if displayed > 0)
                        && !self.found.replace(true)
                    {
                        self.reported.set(0.0);
                    }
                    self.held.replace(Some(reply));
                }
                Reply::Opened(_) | Reply::Filtered { .. } | Reply::Failed(_) | Reply::Cancelled => {
                    self.held.replace(None);
                    self.post(&reply);
                }
                _ => self.post(&reply),
            }
        }
        let now = self.now();
        if now - self.reported.get() >= PROGRESS
            && let Some(reply) = self.held.take()
        {
            self.reported.set(now);
            self.post(&reply);
        }
    }

    fn post(&self, reply: &Envelope<Reply>) {
        post(&self.scope, reply);
    }

    fn now(&self) -> f64 {
        self.clock.as_ref().map_or_else(js_sys::Date::now, Performance::now)
    }

    /// What to call the file; a blob without a name came from the page itself.
    fn name(&self, blob: &Blob) -> String {
        js_sys::Reflect::get(blob, &"name".into())
            .ok()
            .and_then(|name| name.as_string())
            .unwrap_or_else(|| "The capture".to_owned())
    }
}

/// The bytes go over without a copy: the page becomes the owner of their buffer.
fn post(scope: &DedicatedWorkerGlobalScope, reply: &Envelope<Reply>) {
    let bytes = Uint8Array::from(message::encode(reply).as_slice());
    let transfer = Array::of1(&bytes.buffer());
    // Posting fails only for what cannot be cloned; bytes always can.
    let _ = scope.post_message_with_transfer(&bytes, &transfer);
}

/// A turn of the event loop. A resolved promise would not do: it runs before the next message is taken.
async fn turn() {
    let promise = Promise::new(&mut |resolve, _| {
        let Ok(channel) = MessageChannel::new() else {
            // Without a channel there is no turn to wait for; going on is better than standing still.
            let _ = resolve.call0(&JsValue::UNDEFINED);
            return;
        };
        channel.port1().set_onmessage(Some(&resolve));
        let _ = channel.port2().post_message(&JsValue::NULL);
    });
    let _ = JsFuture::from(promise).await;
}
