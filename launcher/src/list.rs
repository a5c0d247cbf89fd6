//! `tinycore list` and `tinycore status`: which VMs there are, and all that is known of one.

use crate::{
    error::Error,
    host, options, record,
    record::{Record, State},
    report::{clock, duration},
    shell, voice,
};
use analyzer::capture::grouped;
use serde::Serialize;
use std::{fmt, fs, path::Path, time::Duration};

/// A VM with what is seen of it now.
#[derive(Debug, Serialize)]
struct Seen {
    #[serde(flatten)]
    record: Record,
    state: &'static str,
    #[serde(skip)]
    words: String,
    up_seconds: u64,
    bytes: Option<u64>,
    ssh: String,
    from_afar: String,
}

impl Seen {
    fn of(record: Record) -> Self {
        let (state, words) = match record.state() {
            State::Running if record.guest.is_some() => ("running", "running".to_owned()),
            State::Running => ("starting", "starting".to_owned()),
            State::Elsewhere(seen) => ("elsewhere", format!("running (seen {} ago)", duration(seen))),
            State::Silent(silence) => ("silent", format!("not heard of for {}", duration(silence))),
            State::Ended => (
                "ended",
                format!("ended at {}", record.ended.as_ref().map_or_else(String::new, |ended| clock(ended.at))),
            ),
            State::Lost => ("lost", "lost".to_owned()),
        };
        Self {
            state,
            words,
            up_seconds: record.up().as_secs(),
            bytes: record.captured(),
            ssh: shell::line(record.ssh()),
            from_afar: shell::line(record.ssh_from_afar()),
            record,
        }
    }
}

/// Lists VMs.
///
/// # Errors
/// None today.
pub fn list(asked: &options::List) -> Result<u8, Error> {
    let all: Vec<Record> = record::all()
        .into_iter()
        .filter(|record| match record.state() {
            State::Running => true,
            State::Elsewhere(_) | State::Silent(_) => asked.all_hosts,
            State::Ended | State::Lost => false,
        })
        .collect();
    let all: Vec<Seen> = all.into_iter().map(Seen::of).collect();
    if voice::is_json() {
        all.iter().for_each(|seen| voice::answer("vm", &Words(seen)));
        return Ok(0);
    }
    if all.is_empty() {
        let where_else =
            if asked.all_hosts { "" } else { " here; --all-hosts looks at the other machines of your home, too" };
        voice::tell(&format!("no VM of yours runs{where_else}"));
        return Ok(0);
    }
    let heads = ["NAME", "HOST", "STATE", "UP", "SSH", "PACKETS", "SIZE", "CAPTURE"].map(str::to_owned);
    let rows = all.iter().map(|Seen { record, words, .. }| {
        [
            record.name.clone(),
            record.host.clone(),
            words.clone(),
            duration(record.up()),
            record.ssh_port.to_string(),
            grouped(record.packets),
            record.captured_words(),
            shell::word(record.capture.as_ref()),
        ]
    });
    voice::tell(&table([heads].into_iter().chain(rows).collect()));
    Ok(0)
}

/// Columns, as wide as their widest cell.
fn table(rows: Vec<[String; 8]>) -> String {
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..8).map(width).collect();
    let line = |row: &[String; 8]| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Tells all of one VM, or of all that run here, or of the last one.
///
/// # Errors
/// `Error::NoVm` if nothing is known.
pub fn status(asked: &options::Named) -> Result<u8, Error> {
    let all: Vec<Record> = record::all()
        .into_iter()
        .filter(|record| asked.name.as_ref().is_none_or(|name| *name == record.name))
        .collect();
    let running = all.iter().filter(|record| record.state() == State::Running).count();
    let shown: Vec<Record> = match running {
        0 => all.into_iter().take(1).collect(),
        _ => all.into_iter().filter(|record| record.state() == State::Running).collect(),
    };
    if shown.is_empty() {
        return Err(Error::NoVm(asked.name.as_ref().map_or_else(
            || "you have started no VM yet; tinycore -f tc.qcow2 -c output.pcap starts one".to_owned(),
            |name| format!("there is no VM {name:?}; `tinycore list` shows yours"),
        )));
    }
    for record in shown {
        voice::answer("vm", &Words(&Seen::of(record)));
    }
    Ok(0)
}

/// A VM in words.
#[derive(Debug, Serialize)]
#[serde(transparent)]
struct Words<'a>(&'a Seen);

impl fmt::Display for Words<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(Seen { record, words, ssh, from_afar, .. }) = self;
        let Record { name, host, .. } = record;
        let (image, capture) = (shell::word(record.image.as_ref()), shell::word(record.capture.as_ref()));
        writeln!(out, "{name} on {host}: {words}")?;
        writeln!(
            out,
            "  started   {}, {} ago",
            clock(record.began),
            duration(Duration::from_secs(record::now().saturating_sub(record.began)))
        )?;
        writeln!(out, "  image     {image}")?;
        if let Some(ended) = &record.ended {
            write!(out, "  ended     {}: {}\n{}", clock(ended.at), ended.how, ended.capture)?;
        } else {
            writeln!(
                out,
                "  capture   {capture}\n            {} packets, {}",
                grouped(record.packets),
                record.captured_words()
            )?;
            match record.state() {
                State::Lost => write!(
                    out,
                    "  ended     its launcher was killed, or the machine went down; the capture is as it was then"
                )?,
                State::Silent(_) => write!(out, "  ended     perhaps: its machine does not say that it runs")?,
                _ => {
                    match &record.guest {
                        Some(guest) => {
                            writeln!(out, "  system    up after {} s, with the address {}", guest.after, guest.address)?
                        }
                        None => writeln!(out, "  system    has not asked for an address yet")?,
                    }
                    let here = record.host == host::name();
                    write!(out, "  ssh       {}", if here { ssh } else { from_afar })?;
                }
            }
        }
        let log = record::log(name, host);
        for line in log.iter().flat_map(|log| last_lines(log)) {
            write!(out, "\n  said      {line}")?;
        }
        Ok(())
    }
}

/// What a VM in the background had to say last.
fn last_lines(log: &Path) -> Vec<String> {
    let text = fs::read_to_string(log).unwrap_or_default();
    let mut lines: Vec<String> = text.lines().rev().take(5).map(str::to_owned).collect();
    lines.reverse();
    lines
}
