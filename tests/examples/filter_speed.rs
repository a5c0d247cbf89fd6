//! How long a filter takes to be read, and how long all that is said of it, over the filters of the tables.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a measurement")]

use std::time::Instant;

use analyzer::filter::{Filter, Language};
use analyzer::session::schema;
use tests::analysis::Analysis;
use xtask::captures;
use xtask::golden::table;
use xtask::shell::root;

fn main() {
    let mut texts: Vec<String> = Vec::new();
    for (file, column) in [("filters", 1), ("filter_errors", 0), ("filter_readings", 0)] {
        let rows = table(&root().join(format!("tests/{file}.tsv"))).unwrap();
        texts.extend(rows.into_iter().map(|mut row| row.swap_remove(column)));
    }
    let language = Language::of(schema());
    let (valid, invalid): (Vec<String>, Vec<String>) =
        texts.into_iter().partition(|text| Filter::parse(language, text, false).is_ok());
    let mut analysis = Analysis::open_file(&captures::folder().join("pairs/wikipedia.pcap")).unwrap();
    for (what, texts) in [("valid", &valid), ("invalid", &invalid)] {
        let read = best(texts, |text| drop(Filter::parse(language, text, false)));
        let said = best(texts, |text| drop(analysis.check(text)));
        println!("{} {what} filters: {read:.1} µs to read one, {said:.1} µs to say all of it", texts.len());
    }
}

/// Microseconds that one of these takes in the best of some rounds.
fn best(texts: &[String], mut work: impl FnMut(&str)) -> f64 {
    let rounds = (0..15).map(|_| {
        let start = Instant::now();
        texts.iter().for_each(|text| work(text));
        start.elapsed().as_secs_f64() * 1e6 / texts.len() as f64
    });
    rounds.fold(f64::INFINITY, f64::min)
}
