//! `cargo xtask test`: everything that must hold before a change is handed in.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::packages::{BROWSER, MACHINE, Need};
use crate::shell::{self, cargo};
use crate::{page, tools};

/// Names, for the tests, the groups of tests whose programs are not on this machine.
pub const SKIP: &str = "DROPCAP_SKIP";

/// What can be said to `cargo xtask test`.
#[derive(clap::Args)]
pub struct Options {
    /// Leave out tests that need a program besides Rust: `page` (a browser), `launcher` (QEMU).
    #[arg(long, value_name = "GROUP", value_delimiter = ',', value_parser = ["page", "launcher"])]
    skip: Vec<String>,
}

/// Installs, formats, lints, builds and tests; goes on after a failure, and says at the end how each step went.
pub fn run(options: &Options) -> Result<()> {
    let mut report = Report::default();
    report.step("Install what the page is built with", tools::for_page);
    for need in [&BROWSER, &MACHINE] {
        report.need(need, options);
    }
    report.step("Check the format", || shell::run(&mut cargo(["fmt", "--all", "--check"])));
    // The page is for the browser only, so it is linted only there.
    report.step("Lint, natively", || {
        shell::run(&mut cargo(words("clippy --workspace --exclude www --all-targets -- -D warnings")))
    });
    report.step("Lint, for the browser", || {
        let both = cargo(words("clippy --package www --package analyzer-wasm --target"));
        shell::run({ both }.args([tools::WASM, "--", "-D", "warnings"]))
    });
    report.step("Check the launcher for other systems", || {
        tools::OTHERS.iter().try_for_each(|target| {
            tools::library_for(target)?;
            shell::run(cargo(words("check --package launcher --target")).arg(target))
        })
    });
    if !report.skips("page") {
        report.step("Build the page", page::build);
    }
    let skip = report.skipped.iter().map(|(group, _)| *group).collect::<Vec<_>>().join(",");
    report.step("Test", || shell::run(cargo(words("test --workspace --no-fail-fast")).env(SKIP, skip)));
    report.close()
}

/// How the steps went.
#[derive(Default)]
struct Report {
    steps: Vec<(&'static str, Duration, Result<()>)>,
    skipped: Vec<(&'static str, String)>,
}

impl Report {
    fn step(&mut self, title: &'static str, work: impl FnOnce() -> Result<()>) {
        println!("\n{title}");
        let begun = Instant::now();
        let outcome = work();
        if let Err(error) = &outcome {
            println!("  failed: {error:#}");
        }
        self.steps.push((title, begun.elapsed(), outcome));
    }

    /// Provides what a group of tests needs, or notes why the group is left out.
    fn need(&mut self, need: &Need, options: &Options) {
        if options.skip.iter().any(|group| group == need.group) {
            self.skipped.push((need.group, format!("{}, as asked", need.purpose)));
            return;
        }
        println!("\nInstall what {} need", need.purpose);
        if let Err(error) = need.provide() {
            println!("  {error:#}");
            self.skipped.push((need.group, format!("{}: {error:#}", need.purpose)));
        }
    }

    fn skips(&self, group: &str) -> bool {
        self.skipped.iter().any(|(skipped, _)| *skipped == group)
    }

    fn close(self) -> Result<()> {
        println!("\nSummary");
        for (title, time, outcome) in &self.steps {
            let word = if outcome.is_ok() { "passed" } else { "FAILED" };
            println!("  {word}  {:>6.1} s  {title}", time.as_secs_f64());
        }
        for (_, why) in &self.skipped {
            println!("  skipped            {why}");
        }
        let failed: Vec<&str> = self.steps.iter().filter(|step| step.2.is_err()).map(|step| step.0).collect();
        if !failed.is_empty() {
            bail!("not everything holds: {}", failed.join(", "));
        }
        Ok(())
    }
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(' ')
}
