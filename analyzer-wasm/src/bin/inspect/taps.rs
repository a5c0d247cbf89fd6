//! Statistics of a whole capture, which `-z` asks for: one file a tap, one line in the table.

mod conversations;
mod endpoints;
mod follow;
mod hierarchy;
mod intervals;

use super::failure::Failure;
use super::filter;
use super::options::Options;
use analyzer::conversations::Conversing;
use analyzer::conversations::{Address, Counted, Counts, End};
use analyzer::dissect::{Found, Packet};
use analyzer::field::FieldSet;
use analyzer::filter::Filter;
use analyzer::index::Row;
use analyzer::open::Open;
use analyzer::session::know::refer;
use analyzer::session::sieve::Sieve;
use analyzer::value::{write_hex, write_ipv6};
use std::io::Write;
use std::net::IpAddr;

/// The taps.
const TAPS: [Tap; 5] = [conversations::TAP, endpoints::TAP, follow::TAP, hierarchy::TAP, intervals::TAP];

/// A statistic that is asked for, or what is wrong with how it is.
type Asked = Result<Box<dyn Statistic>, Failure>;

/// A kind of statistic.
struct Tap {
    /// What its argument begins with.
    name: &'static str,
    /// How it is written.
    form: &'static str,
    /// Makes a statistic of what stands behind the name, each part behind a comma; nothing where that is not its form.
    read: fn(&Options, &[&str]) -> Option<Asked>,
}

/// A statistic that was asked for.
pub(super) trait Statistic {
    /// Prints it.
    fn write(self: Box<Self>, options: &Options, capture: &Open, out: &mut dyn Write) -> Result<(), Failure>;
}

/// The statistics that were asked for, in the order in which they are printed: tshark's, the last first.
pub(super) fn read(options: &Options) -> Result<Vec<Box<dyn Statistic>>, Failure> {
    options.statistics.iter().rev().map(|text| statistic(options, text)).collect()
}

fn statistic(options: &Options, text: &str) -> Result<Box<dyn Statistic>, Failure> {
    let parts = |tap: &Tap| {
        let rest = text.strip_prefix(tap.name)?;
        match rest.strip_prefix(',') {
            Some(rest) => Some(rest.split(',').collect::<Vec<_>>()),
            None => rest.is_empty().then(Vec::new),
        }
    };
    let read = TAPS.iter().find_map(|tap| (tap.read)(options, &parts(tap)?));
    read.unwrap_or_else(|| {
        let forms: Vec<&str> = TAPS.iter().map(|tap| tap.form).collect();
        let layers: Vec<&str> = Conversing::ALL.iter().map(|layer| layer.name()).collect();
        Err(Failure::Input(format!(
            "-z {text} is none of the statistics that are read here:\n  {}\nA TYPE is one of {}; an INTERVAL is in seconds.",
            forms.join("\n  "),
            layers.join(", ")
        )))
    })
}

/// The layer and the filter of `TYPE[,FILTER]`. A filter can have commas itself.
fn layer_and_filter(options: &Options, parts: &[&str]) -> Option<Result<(Conversing, Option<Condition>), Failure>> {
    let (name, filter) = parts.split_first()?;
    let layer = *Conversing::ALL.iter().find(|layer| layer.name() == *name)?;
    Some(Condition::read(options, filter).map(|condition| (layer, condition)))
}

/// A filter that decides which packets a statistic counts.
struct Condition {
    text: String,
    /// Nothing where the text is empty, which every packet passes.
    filter: Option<Filter>,
}

impl Condition {
    /// Reads a filter that was cut at its commas; nothing where there is none.
    fn read(options: &Options, parts: &[&str]) -> Result<Option<Condition>, Failure> {
        if parts.is_empty() {
            return Ok(None);
        }
        let text = parts.join(",");
        let filter = if text.trim().is_empty() { None } else { Some(filter::read(options, &text)?) };
        Ok(Some(Condition { text, filter }))
    }
}

/// Number of packets that are counted.
fn packets(options: &Options, capture: &Open) -> u32 {
    capture.packets().min(options.count.unwrap_or(u32::MAX))
}

/// When a packet was captured, in nanoseconds since the first one.
fn since_first(capture: &Open, frame: u32) -> i64 {
    capture.time(frame) - capture.time(1)
}

/// Shows the rows of the packets that a condition selects.
fn each_row(
    options: &Options,
    capture: &Open,
    condition: Option<Condition>,
    mut each: impl FnMut(u32, &Row) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut sieve = match condition.and_then(|condition| condition.filter) {
        Some(mut filter) => {
            refer(&mut filter, capture, options.selected_frame, 0, options.two_passes)?;
            Some(Sieve::new(filter))
        }
        None => None,
    };
    for frame in 1..=packets(options, capture) {
        let Some(row) = capture.index.rows.get(frame) else { break };
        let displays = match &mut sieve {
            Some(sieve) => sieve.displays(capture, frame, 0, options.two_passes)?,
            None => true,
        };
        if displays {
            each(frame, row)?;
        }
    }
    Ok(())
}

/// Dissects the packets that a condition selects.
fn each_packet(
    options: &Options,
    capture: &Open,
    condition: Option<Condition>,
    wanted: &FieldSet,
    mut each: impl FnMut(&Packet<'_>, &Found),
) -> Result<(), Failure> {
    each_row(options, capture, condition, |frame, _| {
        Ok(capture.look(frame, 0, wanted, options.two_passes, |packet, found| each(packet, found))?)
    })
}

/// What was exchanged in the packets that a condition selects, for `show` to print.
fn with_counts<T>(
    options: &Options,
    capture: &Open,
    condition: Option<Condition>,
    show: impl FnOnce(&Counts) -> T,
) -> Result<T, Failure> {
    let selects = condition.as_ref().is_some_and(|condition| condition.filter.is_some());
    if !selects && packets(options, capture) == capture.packets() {
        return Ok(show(&capture.index.counts));
    }
    let mut selected = Counts::default();
    each_packet(options, capture, condition, &FieldSet::of([]), |packet, found| {
        let counted = Counted { frame: packet.number, length: packet.length, time: capture.time(packet.number) };
        selected.count(&found.exchanges, &counted, |frame| capture.time(frame));
    })?;
    Ok(show(&selected))
}

/// Nanoseconds as seconds.
fn seconds(nanoseconds: i64) -> f64 {
    (nanoseconds / 1_000_000_000) as f64 + (nanoseconds % 1_000_000_000) as f64 / 1e9
}

/// Writes an address.
fn address(end: &End) -> String {
    let mut out = String::new();
    match end.address {
        Address::Ether(address) => write_hex(&mut out, &address, Some(':')),
        Address::Ip(IpAddr::V4(address)) => out.push_str(&address.to_string()),
        Address::Ip(IpAddr::V6(address)) => write_ipv6(&mut out, address),
    }
    out
}

/// The line above and below a statistic of conversations.
const BORDER: &str = "================================================================================";
