//! The analyzer in a terminal: what the options ask for.

mod failure;
mod file;
mod filter;
mod glossary;
mod list;
mod options;
mod pairs;
mod taps;

use analyzer::dissect::Tables;
use analyzer::protocols;
use analyzer::session::know::refer;
use clap::Parser;
use failure::Failure;
use options::{Options, What};
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

/// A bad file or filter.
const REFUSED: u8 = 2;

/// Does what the command line asks for.
pub(super) fn main() -> ExitCode {
    let options = Options::parse();
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let result = if options.glossary.is_some() {
        glossary::write(&mut out).map_err(Failure::Output)
    } else {
        run(&options, &mut out)
    };
    match result.and_then(|()| out.flush().map_err(Failure::Output)) {
        // Whoever reads this program's output may have had enough of it.
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(Failure::Output(error)) => refuse(&format!("The output cannot be written: {error}.")),
        Err(Failure::Input(message)) => refuse(&message),
    }
}

fn refuse(message: &str) -> ExitCode {
    let _ = writeln!(io::stderr(), "inspect: {message}");
    ExitCode::from(REFUSED)
}

fn run(options: &Options, out: &mut impl Write) -> Result<(), Failure> {
    // Names of addresses are never looked up, with or without the option.
    let _ = options.no_names;
    let name = options.read.as_deref().unwrap_or_default();
    let mut tables = Tables::of(protocols::standard());
    for line in &options.decode_as {
        tables.decode_as(line).map_err(Failure::Input)?;
    }
    let mut filter = options.filter.as_deref().map(|text| filter::read(options, text)).transpose()?;
    if options.count == Some(0) {
        return Err(Failure::Input("-c 0 would read no packet: give it a number from 1.".into()));
    }
    let cells = match (options.what, options.fields.is_empty()) {
        (Some(What::Fields), true) => return Err(Failure::Input("-T fields needs at least one -e FIELD.".into())),
        (Some(What::Fields), false) => Some(list::cells(&options.fields)?),
        (_, false) => return Err(Failure::Input("-e needs -T fields.".into())),
        (_, true) => None,
    };
    let statistics = taps::read(options)?;
    let capture = file::open(name, options.count, &tables)?;
    match options.what {
        Some(What::Pairs) => pairs::connections(&capture, out)?,
        Some(What::Lookups) => pairs::lookups(&capture, out)?,
        Some(What::Report) => write!(out, "{}", pairs::report(options, &capture)?)?,
        Some(What::Fields) | None if options.quiet => {}
        Some(What::Fields) | None => {
            if let Some(filter) = &mut filter {
                refer(filter, &capture, options.selected_frame, 0, options.two_passes)?;
            }
            list::list(options, &capture, filter, cells.as_deref(), out)?;
        }
    }
    for statistic in statistics {
        statistic.write(options, &capture, out)?;
    }
    file::warn(name, &capture, out)
}
