//! Display filters of the command line.

use super::failure::Failure;
use super::options::Options;
use analyzer::filter::{Filter, Language};
use analyzer::help::{self, Advice};
use analyzer::session::{guide, schema};
use std::io::{self, Write};

/// Reads a filter, and says on standard error what may be meant otherwise.
pub(super) fn read(options: &Options, text: &str) -> Result<Filter, Failure> {
    let language = Language { macros: &options.macros, ..Language::of(schema()) };
    let filter = Filter::parse(language, text, options.strict);
    let advice = help::advise(guide(language), text).map(|advice| underlined(text, &advice));
    let filter = filter.map_err(|why| Failure::Input(advice.clone().unwrap_or(why.message)))?;
    if let Some(advice) = advice {
        let _ = writeln!(io::stderr(), "inspect: {advice}");
    }
    Ok(filter)
}

/// The advice about a filter, with its place underlined and what to write instead.
fn underlined(text: &str, advice: &Advice) -> String {
    let columns = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default().chars().count();
    let (before, length) = (columns(0..advice.span.start), columns(advice.span.clone()).max(1));
    let mark = format!("{}^{}", " ".repeat(before), "~".repeat(length - 1));
    let fix = advice.fixes.first().map_or_else(String::new, |fix| format!("\nInstead: {}", fix.text));
    let line = text.replace(['\n', '\r', '\t'], " ");
    format!("{}\n    {line}\n    {mark}{fix}", advice.message)
}
