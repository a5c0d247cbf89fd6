//! `-T pairs`, `-T lookups` and `-T report`: which lookup led to which connection.

use super::failure::Failure;
use super::options::{Form, Options};
use analyzer::message::{Chosen, PairsWanted, Reply, ReportFormat};
use analyzer::open::Open;
use analyzer::session::hand_in::HandIn;
use std::io::{self, Write};

/// One JSON object a connection.
pub(super) fn connections(capture: &Open, out: &mut impl Write) -> io::Result<()> {
    capture.pairs().map_or(Ok(()), |pairs| pairs.connections().try_for_each(|line| writeln!(out, "{line}")))
}

/// One JSON object a lookup.
pub(super) fn lookups(capture: &Open, out: &mut impl Write) -> io::Result<()> {
    capture.pairs().map_or(Ok(()), |pairs| pairs.lookups().try_for_each(|line| writeln!(out, "{line}")))
}

/// The hand-in about the first visit that is found.
pub(super) fn report(options: &Options, capture: &Open) -> Result<String, Failure> {
    let name = options.read.as_deref().unwrap_or_default();
    let site = options.site.clone().unwrap_or_default();
    let nothing = || match site.as_str() {
        "" => Failure::Input(format!("{name} has no lookups and no connections.")),
        site => Failure::Input(format!("No name or address in {name} has the part {site}.")),
    };
    let pairs = capture.pairs().ok_or_else(nothing)?;
    let wanted = PairsWanted { search: site.clone(), end: 1, ..PairsWanted::default() };
    let line = pairs.lines(&wanted).lines.into_iter().next().ok_or_else(nothing)?;
    let lookup = line.lookup.map(|lookup| lookup.index);
    let connection = line.connection.map(|connection| connection.index);
    let mut hand_in = HandIn::new(0, Chosen { lookup, connection }, options.form.into());
    loop {
        if let Reply::Report(file) = hand_in.slice(capture)? {
            return Ok(file.text);
        }
    }
}

impl From<Form> for ReportFormat {
    fn from(form: Form) -> ReportFormat {
        match form {
            Form::Markdown => ReportFormat::Markdown,
            Form::Html => ReportFormat::Html,
            Form::Json => ReportFormat::Json,
        }
    }
}
