//! Display filters of the command line.

use super::failure::Failure;
use super::options::Options;
use analyzer::filter::{Filter, Language, Problem};
use analyzer::session::schema;
use std::io::{self, Write};

/// Reads a filter, and says on standard error what may be meant otherwise.
pub(super) fn read(options: &Options, text: &str) -> Result<Filter, Failure> {
    let language = Language { macros: &options.macros, ..Language::of(schema()) };
    let filter = Filter::parse(language, text, options.strict).map_err(|why| refused(text, &why))?;
    if let Some(advice) = filter.advice() {
        let _ = writeln!(io::stderr(), "inspect: {}", underlined(text, advice));
    }
    Ok(filter)
}

/// A filter that cannot be understood, with its place underlined.
fn refused(text: &str, problem: &Problem) -> Failure {
    Failure::Input(underlined(text, problem))
}

/// What is said of a filter, with its place underlined and what to write instead.
fn underlined(text: &str, problem: &Problem) -> String {
    let columns = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default().chars().count();
    let (before, length) = (columns(0..problem.span.start), columns(problem.span.clone()).max(1));
    let mark = format!("{}^{}", " ".repeat(before), "~".repeat(length - 1));
    let fix = problem.fixes.first().map_or_else(String::new, |fix| format!("\nInstead: {}", fix.text));
    let line = text.replace(['\n', '\r', '\t'], " ");
    format!("{}\n    {line}\n    {mark}{fix}", problem.message)
}
