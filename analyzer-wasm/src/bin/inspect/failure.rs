//! Why nothing more can be printed.

use analyzer::capture::ReadError;
use std::io;

/// Why nothing more can be printed.
pub(super) enum Failure {
    Input(String),
    Output(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        Failure::Output(error)
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Failure {
        Failure::Input(error.0)
    }
}
