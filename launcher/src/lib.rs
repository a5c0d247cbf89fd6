//! `tinycore`: starts the course's VM in QEMU and keeps what it sends and receives in a capture.
//!
//! The modules stand in groups, in the order in which a run meets them.

#![cfg(unix)]
#![allow(unreachable_pub, reason = "only `main` is for others: `pub` marks what a file offers to its neighbours")]

// What is asked for, and how it is answered.
mod content;
mod error;
mod options;
mod shell;
mod voice;

// Before the start: the files, the names, the machine.
mod archive;
mod capture_file;
mod claim;
mod host;
mod image;
mod name;
mod process;
mod record;

// The run, from QEMU's command line to the report.
mod command;
mod detach;
mod launch;
mod report;
mod summary;
mod supervise;
mod vm;

// The other commands.
mod doctor;
mod list;
mod ssh;
mod stop;
mod watch;

use clap::{CommandFactory, Parser};
use options::{Command, Options};
use std::process::ExitCode;

/// Does what the command line asks for.
#[must_use]
pub fn main() -> ExitCode {
    let options = Options::parse();
    voice::choose(options.json);
    let done = match (&options.command, &options.run) {
        (Some(_), Some(_)) => {
            let words = "a command such as `list` stands alone: the options of a run belong behind `run`";
            Options::command().error(clap::error::ErrorKind::ArgumentConflict, words).exit()
        }
        (None, run) => run.as_ref().map_or(Ok(0), launch::launch),
        (Some(command), None) => match command {
            Command::Run(run) => launch::launch(run),
            Command::List(asked) => list::list(asked),
            Command::Status(asked) => list::status(asked),
            Command::Ssh(asked) => ssh::ssh(asked),
            Command::Stop(asked) => stop::stop(asked),
            Command::Watch(asked) => watch::watch(asked),
            Command::Summary(asked) => summary::summary(asked),
            Command::Doctor(asked) => doctor::doctor(asked),
            Command::Completions { shell } => options::completions(*shell),
            Command::Man => options::man(),
        },
    };
    ExitCode::from(done.unwrap_or_else(|error| {
        voice::fail(&error);
        error.exit_code()
    }))
}
