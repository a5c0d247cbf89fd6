//! `tinycore`: starts the course's VM in QEMU and keeps what it sends and receives in a capture.

#![allow(unreachable_pub, reason = "a program exports nothing: `pub` marks what a file offers to the others")]

mod capture_file;
mod claim;
mod command;
mod content;
mod error;
mod host;
mod image;
mod launch;
mod options;
mod report;
mod shell;
mod summary;
mod vm;
mod voice;
mod watch;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let options = options::Options::parse();
    ExitCode::from(launch::launch(&options).unwrap_or_else(|error| {
        voice::warn(&error.to_string());
        error.exit_code()
    }))
}
