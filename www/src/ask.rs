//! The page's one way to the analyzer: sends what is wanted to the worker, and hands each answer to whoever wanted it.
//!
//! A kind of request is a variant of [`Request`]; nothing here names one, so a new one needs no change here.

mod turns;
mod worker;

use analyzer::message::{self, Envelope, Reply, Request};
use js_sys::{Array, Uint8Array};
use std::cell::RefCell;
use std::mem::discriminant;
use std::rc::Rc;
use turns::Turns;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Blob, ErrorEvent, Event, MessageEvent, Worker};

/// Hears the answers to a request.
type Hear = Rc<dyn Fn(Reply)>;

/// A running analyzer. Copies are handles to the same one.
#[derive(Clone)]
pub(crate) struct Ask {
    state: Rc<State>,
}

struct State {
    worker: RefCell<Option<Worker>>,
    /// Messages from before the worker's first word; it would not hear them.
    early: RefCell<Option<Vec<Array>>>,
    turns: RefCell<Turns<std::mem::Discriminant<Request>, Request, Hear>>,
    /// What a new worker is told first.
    kept: RefCell<Vec<Request>>,
    /// Hears why the analyzer is gone. It was started anew, without a capture.
    stopped: Box<dyn Fn(String)>,
    hears: RefCell<Option<Handlers>>,
}

struct Handlers {
    message: Closure<dyn Fn(MessageEvent)>,
    error: Closure<dyn Fn(Event)>,
}

impl Ask {
    /// Starts the worker; `stopped` hears why it stops, should it stop.
    pub(crate) fn start(stopped: impl Fn(String) + 'static) -> Ask {
        let state = Rc::new(State {
            worker: RefCell::new(None),
            early: RefCell::new(None),
            turns: RefCell::default(),
            kept: RefCell::default(),
            stopped: Box::new(stopped),
            hears: RefCell::new(None),
        });
        let ask = Ask { state };
        let (hearing, failing) = (ask.clone(), ask.clone());
        ask.state.hears.replace(Some(Handlers {
            message: Closure::new(move |event: MessageEvent| hearing.hear(&event)),
            error: Closure::new(move |event: Event| failing.fail(&event)),
        }));
        ask.spawn();
        ask
    }

    /// Asks a question. While one of its kind is under way, only the newest wish of the kind is kept; it is asked next.
    pub(crate) fn want(&self, request: Request, hear: impl Fn(Reply) + 'static) {
        let kind = discriminant(&request);
        let asked = self.state.turns.borrow_mut().want(kind, request, Rc::new(hear));
        if let Some((serial, request)) = asked {
            self.send(serial, request, None);
        }
    }

    /// Begins long work, which is answered more than once and takes the place of earlier work of its kind.
    pub(crate) fn begin(&self, request: Request, hear: impl Fn(Reply) + 'static) {
        let serial = self.state.turns.borrow_mut().begin(discriminant(&request), Rc::new(hear));
        self.send(serial, request, None);
    }

    /// Opens a capture, whose bytes travel beside the request; whatever was asked before is moot.
    pub(crate) fn open(&self, request: Request, file: &Blob, hear: impl Fn(Reply) + 'static) {
        self.state.turns.borrow_mut().forget();
        let serial = self.state.turns.borrow_mut().begin(discriminant(&request), Rc::new(hear));
        self.send(serial, request, Some(file));
    }

    /// Says what has no answer and holds for every capture: a worker that takes this one's place is told it, too.
    pub(crate) fn tell(&self, request: Request) {
        let kind = discriminant(&request);
        let mut kept = self.state.kept.borrow_mut();
        kept.retain(|known| discriminant(known) != kind);
        kept.push(request.clone());
        let serial = self.state.turns.borrow_mut().count();
        self.send(serial, request, None);
    }

    fn send(&self, serial: u32, body: Request, file: Option<&Blob>) {
        let parts = Array::of1(&Uint8Array::from(message::encode(&Envelope { serial, body }).as_slice()));
        if let Some(file) = file {
            parts.push(file);
        }
        if let Some(early) = self.state.early.borrow_mut().as_mut() {
            early.push(parts);
        } else if let Some(worker) = self.state.worker.borrow().as_ref() {
            // Bytes and files can always be posted.
            let _ = worker.post_message(&parts);
        }
    }

    fn hear(&self, event: &MessageEvent) {
        let Ok(bytes) = event.data().dyn_into::<Uint8Array>() else { return };
        let Some(Envelope { serial, body }) = message::decode::<Envelope<Reply>>(&bytes.to_vec()) else {
            self.stop("The page and its analyzer are of different versions. Reload the page.");
            return;
        };
        match body {
            Reply::Ready(_) => self.flush(),
            // A failure that answers no request is the analyzer's last word.
            Reply::Failed(words) if serial == 0 => self.stop(&words),
            body => {
                let (hear, next) = self.state.turns.borrow_mut().answered(serial);
                if let Some((serial, request)) = next {
                    self.send(serial, request, None);
                }
                if let Some(hear) = hear {
                    hear(body);
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
            (self.state.stopped)(format!("The analyzer could not start. Reload the page. {cause}"));
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
        (self.state.stopped)(words.to_owned());
    }

    fn spawn(&self) {
        let state = &self.state;
        state.early.replace(Some(Vec::new()));
        state.turns.borrow_mut().forget();
        let Ok(worker) = worker::start() else {
            let words = "This browser does not let the page start its analyzer. Use a current one.";
            (state.stopped)(words.to_owned());
            return;
        };
        if let Some(handlers) = state.hears.borrow().as_ref() {
            worker.set_onmessage(Some(handlers.message.as_ref().unchecked_ref()));
            worker.set_onerror(Some(handlers.error.as_ref().unchecked_ref()));
        }
        state.worker.replace(Some(worker));
        for request in state.kept.borrow().iter() {
            let serial = state.turns.borrow_mut().count();
            self.send(serial, request.clone(), None);
        }
    }
}
