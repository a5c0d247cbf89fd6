//! One open capture: requests in, replies out. An ordinary function, so that all of it is tested without a browser.

mod answers;
mod asked;
pub mod cells;
mod explain;
pub mod hand_in;
mod idioms;
mod jobs;
pub mod know;
mod lines;
mod run;
mod seen;
mod settle;
pub mod sieve;
mod tally;
mod tint;
pub mod tree;

use crate::capture::Source;
use crate::dissect::{Protocols, Tables};
use crate::filter::{Filter, Language, Schema};
use crate::help::{self, Guide, Seen, Unseen};
use crate::message::{Envelope, FieldEntry, Host, Progress, Ready, Reply, Request, Verdict};
use crate::open::Open;
use crate::pace::Sliced;
use crate::pairs::OrderedPairs;
use crate::protocols;
use explain::Explain;
use hand_in::HandIn;
use jobs::{Job, Jobs, STEP, Why};
use run::Run;
use settle::Settle;
use std::rc::Rc;
use std::sync::OnceLock;
use tally::Tallying;

/// The analyzer behind the page.
pub struct Session {
    tables: Tables,
    /// The schema, where it is not that of the list.
    schema: Option<Box<Schema>>,
    capture: Option<Capture>,
    /// Filters that others may call: name and text of each.
    macros: Vec<(String, String)>,
    replies: Vec<Envelope<Reply>>,
}

/// The open capture and what is displayed of it.
struct Capture {
    serial: u32,
    /// Long work shares it; while bytes are fed, there is none of that kind.
    open: Rc<Open>,
    read: u64,
    /// Whether the last byte was fed, or whatever follows is left alone.
    ended: bool,
    /// Whether the page is not told yet that the capture is open.
    reading: bool,
    /// Packets that the filter displays; nothing where all are displayed.
    displayed: Option<Vec<u32>>,
    jobs: Jobs,
    /// The lines of the pairs that were wanted last, for the next window of them.
    ordered: Option<OrderedPairs>,
    tallies: seen::Tallies,
}

/// Bytes that are fed at a time, so that whoever feeds can look at other things in between.
pub const FEED: usize = 128 << 10;

/// What is said of a request about a capture where there is none.
const NONE_OPEN: &str = "No capture is open. Drop one on the page first.";

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
    Schema::new(protocols.fields(), protocol, idioms::FORMER).calling(idioms::called(protocols))
}

/// What help is given from where no capture is open.
pub fn guide(language: Language<'_>) -> Guide<'_> {
    Guide { language, idioms: &idioms::IDIOMS, seen: &Unseen }
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
        // The capture before this one is freed while nobody waits, as is what was being freed already.
        let mut jobs = Jobs::default();
        if let Some(before) = self.capture.take() {
            jobs = before.jobs;
            jobs.abandon();
            if let Some(open) = Rc::into_inner(before.open) {
                jobs.free(Sliced::new(async move |pace| open.free(&pace).await));
            }
        }
        self.capture = Some(Capture {
            serial,
            open: Rc::new(Open::new(name, source, self.tables.clone())),
            read: 0,
            ended: false,
            reading: true,
            displayed: None,
            jobs,
            ordered: None,
            tallies: seen::Tallies::default(),
        });
    }

    /// Takes the next bytes of the capture.
    pub fn feed(&mut self, chunk: &[u8]) -> Fed {
        let Some(capture) = self.capture.as_mut().filter(|capture| !capture.ended) else { return Fed::Stop };
        let Some(open) = Rc::get_mut(&mut capture.open) else { return Fed::Stop };
        capture.read += chunk.len() as u64;
        match open.feed(chunk) {
            Ok(()) => {
                let progress = Progress { read: capture.read, size: open.size, packets: open.packets() };
                let serial = capture.serial;
                self.reply(serial, Reply::Reading(progress));
                Fed::More
            }
            Err(why) => self.fail(why.0),
        }
    }

    /// Says that all bytes were fed. The capture is open when its pairs are known, which takes some steps.
    pub fn end(&mut self) {
        let Some(capture) = self.capture.as_mut().filter(|capture| !capture.ended) else { return };
        let Some(open) = Rc::get_mut(&mut capture.open) else { return };
        match open.close() {
            Ok(leftovers) => {
                capture.jobs.free(Sliced::new(async move |pace| leftovers.free(&pace).await));
                capture.settle();
            }
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
            Request::Cancel => return self.cancel(serial),
            Request::Macros(macros) => {
                self.macros = macros.into_iter().map(|one| (one.name, one.text)).collect();
                return;
            }
            Request::Check { .. } | Request::Filter { .. } | Request::Complete { .. } => {
                return self.ask(serial, request, false);
            }
            request => match &mut self.capture {
                Some(capture) => match request {
                    Request::Report { chosen, format } => {
                        return capture.jobs.push(Job::HandIn(HandIn::new(serial, chosen, format)));
                    }
                    Request::Pairs(wanted) => match capture.lines(serial, wanted) {
                        Some(shown) => Reply::Pairs(shown),
                        None => return,
                    },
                    request => capture.answer(request),
                },
                None => Reply::Failed(NONE_OPEN.into()),
            },
        };
        self.reply(serial, reply);
    }

    /// Does a step of long work; whether there is more to do.
    pub fn step(&mut self) -> bool {
        let Some(capture) = &mut self.capture else { return false };
        let mut jobs = std::mem::take(&mut capture.jobs);
        let next = jobs.next(|job| capture.can_go_on(job));
        capture.jobs = jobs;
        if let Some((place, job)) = next {
            let job = self.go_on(job);
            if let (Some(job), Some(capture)) = (job, &mut self.capture) {
                capture.jobs.put_back(place, job);
            }
        }
        let Some(capture) = &mut self.capture else { return false };
        // Nobody waits: what the capture holds is counted now, and not when the first letter of a filter is typed.
        if !capture.reading && !capture.is_tallied() && !capture.jobs.iter().any(|job| matches!(job, Job::Tally(_))) {
            let tally = Job::Tally(Box::new(Tallying::new(&capture.open, false)));
            capture.jobs.push_last(tally);
        }
        capture.jobs.iter().any(|job| capture.can_go_on(job))
    }

    /// Does a step of a job, which comes back unless it is done.
    fn go_on(&mut self, job: Job) -> Option<Job> {
        let capture = self.capture.as_mut()?;
        match job {
            Job::Settle(mut settle) => {
                let Some((pairing, hosts)) = settle.step(STEP) else { return Some(Job::Settle(settle)) };
                capture.open.settle(pairing);
                self.opened(hosts);
                for serial in settle.cancelled {
                    self.reply(serial, Reply::Cancelled);
                }
            }
            Job::Free(mut freeing) => return freeing.step(STEP).is_none().then_some(Job::Free(freeing)),
            Job::Tally(mut tally) => {
                let Some(made) = tally.step(&capture.open, STEP) else { return Some(Job::Tally(tally)) };
                capture.tallies.keep(made);
                let waits = |job: &Job| matches!(job, Job::Ask(..) | Job::Why(_));
                if !capture.is_tallied() && capture.jobs.iter().any(waits) {
                    capture.tally();
                }
            }
            Job::Run(run) => return self.run(*run),
            Job::Why(why) => return Some(Job::Explain(self.explain(&why))),
            Job::Explain(mut explain) => {
                let serial = explain.serial;
                match explain.slice(&capture.open) {
                    Ok(None) => return Some(Job::Explain(explain)),
                    Ok(Some(nothing)) => self.reply(serial, Reply::Nothing(nothing)),
                    // That the file cannot be read any more is said when something is asked for.
                    Err(_) => {}
                }
            }
            Job::Lines(mut lines) => {
                let Some(ordered) = lines.step(&capture.open, STEP) else { return Some(Job::Lines(lines)) };
                let pairs = capture.open.pairs().zip(ordered.as_ref());
                let shown = |wanted| pairs.map(|(pairs, ordered)| pairs.window(ordered, wanted)).unwrap_or_default();
                let replies: Vec<_> =
                    lines.waiting.iter().map(|(serial, wanted)| (*serial, Reply::Pairs(shown(wanted)))).collect();
                capture.ordered = ordered;
                for (serial, reply) in replies {
                    self.reply(serial, reply);
                }
            }
            Job::HandIn(mut hand_in) => {
                let serial = hand_in.serial;
                let reply = hand_in.slice(&capture.open).unwrap_or_else(|why| Reply::Failed(why.0));
                let more = matches!(reply, Reply::Reporting { .. });
                self.reply(serial, reply);
                return more.then_some(Job::HandIn(hand_in));
            }
            Job::Ask(serial, request) => self.ask(serial, request, true),
        }
        None
    }

    /// Does a step of a filter.
    fn run(&mut self, mut run: Run) -> Option<Job> {
        let capture = self.capture.as_mut()?;
        let serial = run.serial;
        let displayed = capture.displayed.get_or_insert_default();
        if let Err(why) = run.slice(&capture.open, displayed) {
            capture.displayed = run.earlier.take();
            self.reply(serial, Reply::Failed(why.0));
            return None;
        }
        let (displayed, examined) = (displayed.len() as u32, run.examined());
        if examined < capture.open.packets() || capture.reading {
            self.reply(serial, Reply::Filtering { examined, displayed });
            return Some(Job::Run(Box::new(run)));
        }
        let unselected = run.asked.1 == 0 && run.refers();
        let Run { verdict, asked: (text, selected), .. } = run;
        if displayed == 0 {
            capture.jobs.push(Job::Why(Why { serial, text, selected, unselected }));
            if !capture.is_tallied() {
                capture.tally();
            }
        }
        self.reply(serial, Reply::Filtered { displayed, verdict });
        None
    }

    /// The replies to send now.
    pub fn replies(&mut self) -> Vec<Envelope<Reply>> {
        std::mem::take(&mut self.replies)
    }

    fn reply(&mut self, serial: u32, body: Reply) {
        self.replies.push(Envelope { serial, body });
    }

    fn fail(&mut self, why: String) -> Fed {
        if let Some(capture) = self.capture.take() {
            self.reply(capture.serial, Reply::Failed(why));
        }
        Fed::Stop
    }

    fn opened(&mut self, hosts: Vec<Host>) {
        let Some(capture) = &mut self.capture else { return };
        capture.reading = false;
        let (serial, opened) = (capture.serial, capture.opened(hosts));
        self.reply(serial, Reply::Opened(opened));
    }

    fn cancel(&mut self, serial: u32) {
        let Some(capture) = &mut self.capture else { return self.reply(serial, Reply::Cancelled) };
        for job in capture.jobs.remove(Job::is_of_filter) {
            if let Job::Run(run) = job {
                capture.displayed = run.earlier;
            }
        }
        if !capture.ended
            && let Some(open) = Rc::get_mut(&mut capture.open)
        {
            // What was read is shown; the rest of the file is left alone.
            let _ = open.close();
            capture.settle();
        }
        let settling = capture.jobs.iter_mut().find_map(|job| match job {
            Job::Settle(settle) => Some(settle),
            _ => None,
        });
        match settling {
            Some(settle) => settle.cancelled.push(serial),
            None => self.reply(serial, Reply::Cancelled),
        }
    }
}

impl Capture {
    /// Whether a job can do something now, or waits for another one.
    fn can_go_on(&self, job: &Job) -> bool {
        match job {
            Job::Settle(_) | Job::Tally(_) | Job::Explain(_) | Job::Free(_) => true,
            Job::Run(run) => !self.reading || run.examined() < self.open.packets() && !run.asks_for_pairs(),
            Job::Why(_) | Job::Ask(..) => self.is_tallied(),
            Job::Lines(_) => !self.reading,
            Job::HandIn(_) => !self.reading || !self.ended,
        }
    }

    /// Begins what is to be known once all was read.
    fn settle(&mut self) {
        self.ended = true;
        self.jobs.push_last(Job::Settle(Settle::new(&self.open)));
    }

    /// Begins to count what the capture holds, before all else; what was counted so far for nobody goes on.
    fn tally(&mut self) {
        let begun = self.jobs.remove(|job| matches!(job, Job::Tally(_))).pop();
        let tally = begun.unwrap_or_else(|| Job::Tally(Box::new(Tallying::new(&self.open, self.reading))));
        self.jobs.push(tally);
    }
}
