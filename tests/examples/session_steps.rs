//! The longest that a session works at a stretch on a capture of very many lookups and connections: `session_steps [VISITS]`.

use std::env;
use std::rc::Rc;
use std::time::{Duration, Instant};

use analyzer::capture::{ReadError, Source};
use analyzer::message::{Chosen, PairOrder, PairsWanted, Reply, ReportFormat, Request};
use analyzer::session::{FEED, Fed, Session};
use anyhow::{Context, Result, ensure};
use rustix::time::{ClockId, clock_gettime};

/// Lookups and connections, where nothing else is said.
const VISITS: u32 = 1_000_000;

const ORDERS: [(&str, PairOrder); 7] = [
    ("time", PairOrder::Time),
    ("name", PairOrder::Name),
    ("latency", PairOrder::Latency),
    ("delay", PairOrder::Delay),
    ("handshake", PairOrder::Handshake),
    ("bytes", PairOrder::Bytes),
    ("status", PairOrder::Status),
];
const FILTERS: [&str; 4] =
    ["tcp.port == 80", "pair.status == \"expired\"", "pair.status == 5", "dns.qry.name contains \"00\""];
/// It displays nothing, and much could be meant.
const NOTHING: &str = "tcp.port == 81 && dns.qry.name == \"HOST-0000007.example.net\"";

fn main() -> Result<()> {
    let visits =
        env::args().nth(1).map_or(Ok(VISITS), |visits| visits.parse()).context("usage: session_steps [VISITS]")?;
    let capture: Rc<[u8]> = tests::crowd::crowd(visits).into_bytes().into();
    let mut watched = Watched { session: Session::new(), serial: 1 };
    let begun = Instant::now();
    watched.session.open(1, "crowd.pcap", Box::new(Shared(Rc::clone(&capture))));
    let mut longest = Duration::ZERO;
    for chunk in capture.chunks(FEED) {
        let before = worked();
        ensure!(watched.session.feed(chunk) == Fed::More, "the capture is not read");
        longest = longest.max(worked() - before);
        watched.session.replies();
    }
    report("feed a chunk", longest, Duration::ZERO, begun.elapsed());
    let (begun, before) = (Instant::now(), worked());
    watched.session.end();
    let ended = worked() - before;
    watched.go_on("open", ended, begun, |reply| matches!(reply, Reply::Opened(_)))?;
    let completes = |reply: &Reply| matches!(reply, Reply::Completed(_));
    watched.ask("count, and complete", Request::Complete { text: "tcp.port == ".into(), at: 12 }, completes)?;
    watched.ask("complete", Request::Complete { text: "dns.qry.name == ".into(), at: 16 }, completes)?;
    let shows = |reply: &Reply| matches!(reply, Reply::Pairs(_));
    let window = PairsWanted { end: 300, ..PairsWanted::default() };
    let mut chosen = Chosen::default();
    for (name, order) in ORDERS {
        for descending in [false, true] {
            let what = format!("pairs by {name}{}", if descending { ", turned round" } else { "" });
            let wanted = PairsWanted { order, descending, ..window.clone() };
            watched.ask(&what, Request::Pairs(wanted), shows)?;
        }
    }
    let further =
        PairsWanted { start: 500_000, end: 502_000, order: PairOrder::Status, descending: true, ..window.clone() };
    watched.ask("further pairs", Request::Pairs(further), shows)?;
    for search in ["org", "host-00 10.0", "23.0"] {
        let wanted = PairsWanted { search: search.into(), ..window.clone() };
        let replies = watched.ask(&format!("pairs with {search}"), Request::Pairs(wanted), shows)?;
        if let Some(line) = replies.iter().find_map(|reply| match reply {
            Reply::Pairs(shown) => shown.lines.first(),
            _ => None,
        }) {
            let connection = line.connection.as_ref().map(|connection| connection.index);
            chosen = Chosen { lookup: line.lookup.as_ref().map(|lookup| lookup.index), connection };
        }
    }
    watched.ask("evidence", Request::Evidence(chosen), |reply| matches!(reply, Reply::Evidence(_)))?;
    watched.ask("rows", Request::Rows { start: 1000, end: 1100 }, |reply| matches!(reply, Reply::Rows { .. }))?;
    for filter in FILTERS {
        let request = Request::Filter { text: filter.into(), selected: 0 };
        watched.ask(filter, request, |reply| matches!(reply, Reply::Filtered { .. }))?;
    }
    let request = Request::Filter { text: NOTHING.into(), selected: 0 };
    watched.ask("why nothing is displayed", request, |reply| matches!(reply, Reply::Nothing(_)))?;
    let request = Request::Report { chosen, format: ReportFormat::Html };
    watched.ask("report", request, |reply| matches!(reply, Reply::Report(_)))?;
    watched.settle("what is left of the reading is freed");
    let (begun, before) = (Instant::now(), worked());
    watched.session.open(2, "empty.pcap", Box::new(Shared(Rc::from([]))));
    report("another capture is opened", worked() - before, Duration::ZERO, begun.elapsed());
    watched.settle("the capture before it is freed");
    Ok(())
}

/// A session whose work is timed.
struct Watched {
    session: Session,
    serial: u32,
}

impl Watched {
    /// Asks, and reports the longest stretch of work until all is done; at some time the answer must be there.
    fn ask(&mut self, what: &str, request: Request, is_answer: impl Fn(&Reply) -> bool) -> Result<Vec<Reply>> {
        self.serial += 1;
        let (begun, before) = (Instant::now(), worked());
        self.session.handle(self.serial, request);
        let handled = worked() - before;
        self.go_on(what, handled, begun, is_answer)
    }

    /// Goes on until nothing is left to do, and reports the longest stretch of work.
    fn settle(&mut self, what: &str) {
        let (begun, mut longest) = (Instant::now(), Duration::ZERO);
        loop {
            let before = worked();
            let more = self.session.step();
            longest = longest.max(worked() - before);
            if !more {
                break;
            }
        }
        report(what, Duration::ZERO, longest, begun.elapsed());
    }

    fn go_on(
        &mut self,
        what: &str,
        handled: Duration,
        begun: Instant,
        is_answer: impl Fn(&Reply) -> bool,
    ) -> Result<Vec<Reply>> {
        let mut longest = Duration::ZERO;
        let mut replies = Vec::new();
        let mut answered = false;
        loop {
            let before = worked();
            let more = self.session.step();
            longest = longest.max(worked() - before);
            for reply in self.session.replies() {
                answered |= is_answer(&reply.body);
                if !matches!(reply.body, Reply::Filtering { .. } | Reply::Reporting { .. }) {
                    replies.push(reply.body);
                }
            }
            // What is counted for nobody afterwards is measured apart.
            if !more || answered {
                break;
            }
        }
        ensure!(answered, "{what}: no answer");
        report(what, handled, longest, begun.elapsed());
        Ok(replies)
    }
}

/// How long this thread has worked so far: what other programs do meanwhile does not count.
fn worked() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or_default())
}

/// A line: what was done, then milliseconds: the request, the longest step, all together.
fn report(what: &str, handled: Duration, step: Duration, whole: Duration) {
    let milliseconds = |time: Duration| time.as_secs_f64() * 1000.0;
    println!("{what}\t{:.3}\t{:.3}\t{:.1}", milliseconds(handled), milliseconds(step), milliseconds(whole));
}

/// A capture in memory, which is also fed.
struct Shared(Rc<[u8]>);

impl Source for Shared {
    fn size(&self) -> u64 {
        self.0.len() as u64
    }

    fn read(&self, at: u64, into: &mut [u8]) -> Result<(), ReadError> {
        let start = usize::try_from(at).ok();
        let range = start.and_then(|start| self.0.get(start..start.checked_add(into.len())?));
        into.copy_from_slice(range.ok_or_else(|| ReadError("there are fewer bytes".to_owned()))?);
        Ok(())
    }
}
