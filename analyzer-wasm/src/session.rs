//! One open capture: requests in, replies out. An ordinary function, so that all of it is tested without a browser.

mod answers;
pub mod cells;
mod explain;
pub mod hand_in;
mod idioms;
pub mod know;
pub mod open;
mod run;
mod seen;
pub mod sieve;
mod tint;
mod tree;

use crate::capture::Source;
use crate::dissect::{Protocols, Tables};
use crate::filter::{Filter, Language, Schema, Seen, Unseen};
use crate::message::{FieldEntry, Macro, Numbered, Progress, Ready, Reply, Request};
use crate::protocols;
use explain::Explain;
use hand_in::HandIn;
use open::Open;
use run::Run;
use std::sync::OnceLock;

/// The analyzer behind the page.
pub struct Session {
    tables: Tables,
    /// The schema, where it is not that of the list.
    schema: Option<Box<Schema>>,
    capture: Option<Capture>,
    macros: Vec<Macro>,
    replies: Vec<Numbered<Reply>>,
}

/// The open capture and what is displayed of it.
struct Capture {
    serial: u32,
    open: Open,
    read: u64,
    reading: bool,
    /// Packets that the filter displays; nothing where all are displayed.
    displayed: Option<Vec<u32>>,
    /// The filter that is being applied.
    run: Option<Run>,
    /// Why the last one displays nothing, while that is looked into.
    explain: Option<Explain>,
    /// What is being written about a pair.
    hand_in: Option<HandIn>,
    tallies: seen::Tallies,
}

/// Whether more bytes are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fed {
    /// Go on.
    More,
    /// The capture cannot be read, or nothing of the rest would be looked at; if it failed, a reply says why.
    Stop,
}

/// The schema of all fields, made once.
pub fn schema() -> &'static Schema {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    SCHEMA.get_or_init(|| schema_of(protocols::standard()))
}

fn schema_of(protocols: &'static Protocols) -> Schema {
    let protocol = |field| protocols.own_field(protocols.owner(field));
    Schema::new(protocols.fields(), protocol, idioms::IDIOMS).calling(idioms::called(protocols))
}

impl Default for Session {
    fn default() -> Session {
        Session::new()
    }
}

impl Session {
    /// A session without a capture.
    pub fn new() -> Session {
        let tables = Tables::of(protocols::standard());
        Session { tables, schema: None, capture: None, macros: Vec::new(), replies: Vec::new() }
    }

    /// A session without a capture, in which these tables say which protocol follows where.
    pub fn with(tables: Tables) -> Session {
        let schema = Some(Box::new(schema_of(tables.protocols())));
        Session { tables, schema, ..Session::new() }
    }

    /// The first reply: what the analyzer can do.
    pub fn ready(&self) -> Ready {
        let entry = |row: &crate::field::Field| FieldEntry {
            name: row.name.to_owned(),
            title: row.title.to_owned(),
            kind: row.kind.words(),
        };
        let fields = self.tables.protocols().fields().iter().skip(1).map(entry).collect();
        Ready { version: env!("CARGO_PKG_VERSION").to_owned(), fields }
    }

    /// Begins with a capture; its bytes follow in order by [`Session::feed`].
    pub fn open(&mut self, serial: u32, name: &str, source: Box<dyn Source>) {
        self.capture = Some(Capture {
            serial,
            open: Open::new(name, source, self.tables.clone()),
            read: 0,
            reading: true,
            displayed: None,
            run: None,
            explain: None,
            hand_in: None,
            tallies: seen::Tallies::default(),
        });
    }

    /// Takes the next bytes of the capture.
    pub fn feed(&mut self, chunk: &[u8]) -> Fed {
        let Some(capture) = self.capture.as_mut().filter(|capture| capture.reading) else { return Fed::Stop };
        capture.read += chunk.len() as u64;
        match capture.open.feed(chunk) {
            Ok(()) => {
                let progress =
                    Progress { read: capture.read, size: capture.open.size, packets: capture.open.packets() };
                let serial = capture.serial;
                self.reply(serial, Reply::Reading(progress));
                Fed::More
            }
            Err(why) => self.fail(why.0),
        }
    }

    /// Says that all bytes were fed.
    pub fn end(&mut self) {
        let Some(capture) = self.capture.as_mut().filter(|capture| capture.reading) else { return };
        match capture.open.end() {
            Ok(()) => self.opened(),
            Err(why) => {
                self.fail(why.0);
            }
        }
    }

    /// Answers a request, or begins to.
    pub fn handle(&mut self, serial: u32, request: Request) {
        let reply = match request {
            // Its bytes come by `open` and `feed`.
            Request::Open { .. } => return,
            Request::Check { text } => Reply::Checked(Filter::verdict(self.language(), &text)),
            Request::Cancel => return self.cancel(serial),
            Request::Filter { text, selected } => return self.filter(serial, &text, selected),
            Request::Complete { text, at } => Reply::Completed(self.language().complete(&text, at as usize)),
            Request::Report { chosen, format } if self.capture.is_some() => {
                if let Some(capture) = &mut self.capture {
                    capture.hand_in = Some(HandIn::new(serial, chosen, format));
                }
                return;
            }
            Request::Macros(macros) => {
                self.macros = macros;
                return;
            }
            request => match &self.capture {
                Some(capture) => capture.answer(request),
                None => Reply::Failed("No capture is open. Drop one on the page first.".into()),
            },
        };
        self.reply(serial, reply);
    }

    /// Does a slice of long work; whether there is more to do.
    pub fn step(&mut self) -> bool {
        let Some(capture) = &mut self.capture else { return false };
        let Some(run) = &mut capture.run else { return self.explain() };
        if capture.reading && run.asks_for_pairs() {
            return false;
        }
        let serial = run.serial;
        let displayed = capture.displayed.get_or_insert_default();
        if let Err(why) = run.slice(&capture.open, displayed) {
            capture.displayed = run.earlier.take();
            capture.run = None;
            self.reply(serial, Reply::Failed(why.0));
            return false;
        }
        let count = displayed.len() as u32;
        if run.examined() < capture.open.packets() || capture.reading {
            let examined = run.examined();
            let caught_up = examined >= capture.open.packets();
            self.reply(serial, Reply::Filtering { examined, displayed: count });
            return !caught_up;
        }
        let (verdict, (text, selected)) = (run.verdict.clone(), std::mem::take(&mut run.asked));
        let unselected = selected == 0 && run.refers();
        capture.run = None;
        let waits = capture.hand_in.is_some();
        self.reply(serial, Reply::Filtered { displayed: count, verdict });
        if count > 0 {
            return waits;
        }
        let prepare = |filter: &mut Filter| {
            if let Some(capture) = &self.capture {
                // That the file cannot be read any more is said when something is asked for.
                let _ = capture.refer(filter, selected);
            }
        };
        let explain = Explain::new(serial, self.language(), &text, unselected, &prepare);
        if let Some(capture) = &mut self.capture {
            capture.explain = Some(explain);
        }
        true
    }

    /// Does a slice of finding out why nothing is displayed; whether there is more to do.
    fn explain(&mut self) -> bool {
        let Some(capture) = &mut self.capture else { return false };
        let Some(explain) = &mut capture.explain else {
            if let Some(hand_in) = &mut capture.hand_in {
                let serial = hand_in.serial;
                let reply = hand_in.slice(&capture.open).unwrap_or_else(|why| Reply::Failed(why.0));
                let more = matches!(reply, Reply::Reporting { .. });
                if !more {
                    capture.hand_in = None;
                }
                self.reply(serial, reply);
                return more;
            }
            // Nobody waits: what the capture holds is counted now, and not when the first letter of a filter is typed.
            capture.tally();
            return false;
        };
        let serial = explain.serial;
        match explain.slice(&capture.open) {
            Ok(None) => return true,
            Ok(Some(nothing)) => {
                capture.explain = None;
                self.reply(serial, Reply::Nothing(nothing));
            }
            // That the file cannot be read any more is said when something is asked for.
            Err(_) => capture.explain = None,
        }
        self.capture.as_ref().is_some_and(|capture| capture.hand_in.is_some())
    }

    /// The replies to send now.
    pub fn replies(&mut self) -> Vec<Numbered<Reply>> {
        std::mem::take(&mut self.replies)
    }

    fn reply(&mut self, serial: u32, body: Reply) {
        self.replies.push(Numbered { serial, body });
    }

    fn fail(&mut self, why: String) -> Fed {
        if let Some(capture) = self.capture.take() {
            self.reply(capture.serial, Reply::Failed(why));
        }
        Fed::Stop
    }

    fn opened(&mut self) {
        let Some(capture) = &mut self.capture else { return };
        capture.reading = false;
        let (serial, opened) = (capture.serial, capture.opened());
        self.reply(serial, Reply::Opened(opened));
    }

    fn cancel(&mut self, serial: u32) {
        let Some(capture) = &mut self.capture else { return self.reply(serial, Reply::Cancelled) };
        capture.explain = None;
        if let Some(run) = capture.run.take() {
            capture.displayed = run.earlier;
        }
        if capture.reading {
            // What was read is shown; the rest of the file is left alone.
            let _ = capture.open.end();
            self.opened();
        }
        self.reply(serial, Reply::Cancelled);
    }

    /// What filters are written in, at this moment.
    fn language(&self) -> Language<'_> {
        let seen = self.capture.as_ref().map_or(&Unseen as &dyn Seen, |capture| capture);
        Language { schema: self.schema.as_deref().unwrap_or_else(|| schema()), macros: &self.macros, seen }
    }

    fn filter(&mut self, serial: u32, text: &str, selected: u32) {
        let (filter, verdict) = Filter::judge(self.language(), text);
        let Some(capture) = &mut self.capture else {
            return self.reply(serial, Reply::Failed("No capture is open. Drop one on the page first.".into()));
        };
        let Some(mut filter) = filter else { return self.reply(serial, Reply::Checked(verdict)) };
        capture.explain = None;
        if filter.is_empty() {
            capture.displayed = None;
            capture.run = None;
            let displayed = capture.open.packets();
            return self.reply(serial, Reply::Filtered { displayed, verdict });
        }
        if let Err(why) = capture.refer(&mut filter, selected) {
            return self.reply(serial, Reply::Failed(why.0));
        }
        let earlier = match capture.run.take() {
            Some(run) => run.earlier,
            None => capture.displayed.take(),
        };
        capture.displayed = Some(Vec::new());
        capture.run = Some(Run::new(serial, (text.to_owned(), selected), filter, verdict, earlier));
    }
}
