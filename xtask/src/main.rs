//! `cargo xtask COMMAND`: one door to everything that is done with this source tree.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xtask::{bench, demo, dist, fuzz, golden, test, tidy};

/// Everything that is done with this source tree.
#[derive(Parser)]
#[command(bin_name = "cargo xtask", max_term_width = 100)]
struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the page, serve it on this machine and open it with a sample capture.
    Demo(demo::Options),
    /// Install what the tests need, then check the format, lint, build and test everything.
    Test(test::Options),
    /// Record from tshark what the tests compare with.
    Golden(golden::Options),
    /// Measure packets and bytes a second, beside tshark.
    Bench(bench::Options),
    /// Run the fuzz targets, where nightly Rust and cargo-fuzz are.
    Fuzz(fuzz::Options),
    /// Format the source and apply the lints' own corrections.
    Tidy,
    /// Put the release page and the launcher into target/dist.
    Dist(dist::Options),
}

fn main() -> ExitCode {
    let outcome = match Options::parse().command {
        Command::Demo(options) => demo::run(&options),
        Command::Test(options) => test::run(&options),
        Command::Golden(options) => golden::run(&options),
        Command::Bench(options) => bench::run(&options),
        Command::Fuzz(options) => fuzz::run(&options),
        Command::Tidy => tidy::run(),
        Command::Dist(options) => dist::run(&options),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cargo xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
