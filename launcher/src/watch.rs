//! `tinycore watch`: what a capture receives while it grows. It only reads files: neither the VM nor its port is touched.

mod screen;

use crate::{
    error::{Error, quoted},
    options, record,
    record::{Record, State},
    report::{clock, duration},
    summary::{Growing, Step, counts, packets},
    voice,
};
use analyzer::count::QueriedName;
use screen::Screen;
use serde::{Serialize, Serializer};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use std::{
    collections::VecDeque,
    fmt,
    fs::{self, File},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// How often the capture is looked at.
const TICK: Duration = Duration::from_millis(250);
/// How often something is said, where each time is a line of its own, and the VM's record is read.
const LINE: Duration = Duration::from_secs(1);
/// The time over which the rate is taken.
const RATE: Duration = Duration::from_secs(3);

/// Watches until the VM ends, or the user does.
///
/// # Errors
/// `Error::NoVm` or `Error::Elsewhere` if there is no such VM here; `Error::Capture` if the capture cannot be read.
pub fn watch(asked: &options::Watch) -> Result<u8, Error> {
    let (mut vm, path) = subject(asked.what.as_deref())?;
    let unreadable = |source| Error::Capture(format!("cannot read {}: {source}", quoted(&path)));
    let mut growing = Growing::new(File::open(&path).map_err(unreadable)?);
    let leave = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        signal_hook::flag::register(signal, Arc::clone(&leave)).map_err(|source| Error::System {
            doing: "catch",
            path: "signals".to_owned(),
            source,
        })?;
    }
    let mut screen = Screen::new().filter(|_| !voice::is_json());
    let mut samples = VecDeque::new();
    let (mut said, mut looked, mut told) = (None::<Instant>, Instant::now(), None);
    loop {
        let step = growing.read_on();
        if looked.elapsed() >= LINE {
            looked = Instant::now();
            vm = vm.map(current);
        }
        let ended = vm.as_ref().is_some_and(|vm| vm.state() != State::Running) && step == Step::UpToDate;
        if ended {
            // How it ended was written down after the last look, and before its launcher was gone.
            vm = vm.map(current);
        }
        if step == Step::Behind {
            // What was there before is no news.
            samples.clear();
        }
        let rate = rate(&mut samples, Instant::now(), growing.length());
        let look = Look::new(vm.as_ref(), &path, &growing, rate);
        let news = (look.packets, look.bytes, look.state);
        if let Some(screen) = &mut screen {
            screen.show(&look);
        } else if told != Some(news) && (ended || said.is_none_or(|then| then.elapsed() >= LINE)) {
            (said, told) = (Some(Instant::now()), Some(news));
            voice::answer("watch", &look);
        }
        if let Some(vm) = vm.as_ref().filter(|_| ended) {
            voice::answer("ended", &TheEnd::of(vm));
            return Ok(0);
        }
        if leave.load(Ordering::Relaxed) || voice::is_unheard() {
            if let Some(screen) = &screen {
                screen.leave();
            }
            return Ok(0);
        }
        if step != Step::Behind {
            thread::sleep(TICK);
        }
    }
}

/// The VM, if one writes the capture, and the capture.
fn subject(what: Option<&str>) -> Result<(Option<Record>, PathBuf), Error> {
    let running: Vec<Record> = record::all().into_iter().filter(|vm| vm.state() == State::Running).collect();
    let file = what.map(Path::new).filter(|_| !running.iter().any(|vm| Some(vm.name.as_str()) == what));
    match file.map(|path| (path, fs::metadata(path))) {
        Some((path, Ok(about))) if about.is_file() => {
            let same = |vm: &Record| path.canonicalize().is_ok_and(|path| path == Path::new(&vm.capture));
            Ok((running.into_iter().find(same), path.to_owned()))
        }
        Some((path, Ok(_))) => Err(Error::Capture(format!("{} is no ordinary file", quoted(path)))),
        Some((path, Err(source))) if path.components().count() > 1 || path.extension().is_some() => {
            Err(Error::Capture(format!("cannot read {}: {source}", quoted(path))))
        }
        _ => {
            let vm = record::running(what, "watch")?;
            let path = PathBuf::from(&vm.capture);
            Ok((Some(vm), path))
        }
    }
}

/// The VM as it is written down now.
fn current(vm: Record) -> Record {
    let mut all = record::all().into_iter();
    all.find(|other| (&other.name, &other.host, other.began) == (&vm.name, &vm.host, vm.began)).unwrap_or(vm)
}

/// Bytes a second, over the last few seconds.
fn rate(samples: &mut VecDeque<(Instant, u64)>, now: Instant, bytes: u64) -> u64 {
    if samples.back().is_some_and(|(_, before)| *before > bytes) {
        samples.clear();
    }
    samples.push_back((now, bytes));
    while samples.len() > 2 && samples.front().is_some_and(|(then, _)| now - *then > RATE) {
        samples.pop_front();
    }
    let Some((then, before)) = samples.front() else { return 0 };
    let seconds = (now - *then).as_secs_f64();
    if seconds < TICK.as_secs_f64() / 2.0 { 0 } else { ((bytes - before) as f64 / seconds) as u64 }
}

/// What is seen at one moment.
#[derive(Debug, Serialize)]
struct Look<'a> {
    vm: Option<&'a str>,
    host: Option<&'a str>,
    state: &'static str,
    up_seconds: Option<u64>,
    address: Option<String>,
    #[serde(serialize_with = "lossy")]
    capture: &'a Path,
    packets: u64,
    bytes: u64,
    bytes_per_second: u64,
    dns_queries: u64,
    dns_names: u64,
    tcp_connections: u64,
    /// The names that were asked for last, the latest first.
    latest: Vec<Lookup<'a>>,
    #[serde(skip)]
    counts: Option<String>,
}

/// A path as JSON has it, which knows but UTF-8.
fn lossy<To: Serializer>(path: &Path, to: To) -> Result<To::Ok, To::Error> {
    to.serialize_str(&path.to_string_lossy())
}

/// A name, and when it was asked for: seconds since 1970.
#[derive(Debug, Serialize)]
struct Lookup<'a> {
    name: &'a str,
    time: Option<u64>,
}

impl<'a> Look<'a> {
    fn new(vm: Option<&'a Record>, path: &'a Path, growing: &'a Growing, bytes_per_second: u64) -> Self {
        let count = growing.count();
        let lookup = |asked: &'a QueriedName| Lookup {
            name: &asked.name,
            time: asked.time.and_then(|time| u64::try_from(time.seconds).ok()),
        };
        Self {
            vm: vm.map(|vm| vm.name.as_str()),
            host: vm.map(|vm| vm.host.as_str()),
            state: match vm {
                None => "file",
                Some(vm) => match vm.state() {
                    State::Running if vm.guest.is_some() => "running",
                    State::Running => "starting",
                    State::Ended => "ended",
                    _ => "lost",
                },
            },
            up_seconds: vm.map(|vm| vm.up().as_secs()),
            address: vm.and_then(|vm| vm.guest.as_ref()).map(|guest| guest.address.clone()),
            capture: path,
            packets: count.packets,
            bytes: growing.length(),
            bytes_per_second,
            dns_queries: count.queries,
            dns_names: count.names.count,
            tcp_connections: count.connections.count,
            latest: count.latest.iter().rev().map(lookup).collect(),
            counts: counts(count),
        }
    }

    /// `4,812 packets, 3.1 MB, 12.3 kB/s`.
    fn amount(&self) -> String {
        let rate = match self.bytes_per_second {
            0 => String::new(),
            rate => format!(", {}/s", crate::content::size(rate)),
        };
        format!("{}, {}{rate}", packets(self.packets), crate::content::size(self.bytes))
    }
}

/// The line of a moment.
impl fmt::Display for Look<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", clock(record::now()))?;
        if let Some(vm) = self.vm {
            write!(out, " {vm} {}", self.state)?;
        }
        write!(out, ": {}", self.amount())?;
        if let Some(counts) = &self.counts {
            write!(out, ", {counts}")?;
        }
        match self.latest.first() {
            Some(lookup) => write!(out, "; the last for {}", lookup.name),
            None => Ok(()),
        }
    }
}

/// How the VM that was watched ended.
#[derive(Debug, Serialize)]
struct TheEnd<'a> {
    vm: &'a str,
    how: String,
    seconds: u64,
    exit_code: Option<u8>,
    #[serde(skip)]
    capture: &'a str,
}

impl<'a> TheEnd<'a> {
    fn of(vm: &'a Record) -> Self {
        let (how, capture, exit_code) = match &vm.ended {
            Some(ended) => (ended.how.clone(), ended.capture.as_str(), Some(ended.exit_code)),
            None => (record::last_words(vm), "", None),
        };
        Self { vm: &vm.name, how, seconds: vm.up().as_secs(), exit_code, capture }
    }
}

impl fmt::Display for TheEnd<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let after = duration(Duration::from_secs(self.seconds));
        write!(out, "tinycore: the VM {} has ended after {after}: {}\n{}", self.vm, self.how, self.capture)
    }
}

#[cfg(test)]
mod tests;
