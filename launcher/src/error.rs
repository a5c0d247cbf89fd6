//! Why no VM was started, or why its capture cannot be trusted: one error type, one exit code a kind.

use std::path::PathBuf;

/// What stops the launcher. The text says what happened and what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The image and the capture are the same file, under whatever names.
    #[error(
        "{image} and {capture} are the same file: the packets would overwrite the disk. Nothing was written; \
         give -c another name"
    )]
    SameFile {
        /// The file given with `-f`.
        image: String,
        /// The file given with `-c`.
        capture: String,
    },
    /// The image is a capture and the capture is an image.
    #[error("{image} is not a VM image, and {capture} is one: are -f and -c swapped? Nothing was written")]
    Swapped {
        /// The file given with `-f`.
        image: String,
        /// The file given with `-c`.
        capture: String,
    },
    /// The image cannot be used.
    #[error("{0}")]
    Image(String),
    /// The capture cannot be written, or is not whole.
    #[error("{0}")]
    Capture(String),
    /// QEMU is missing, did not start, or crashed.
    #[error("{0}")]
    Qemu(String),
    /// Another VM has the name.
    #[error("{0}")]
    Name(String),
    /// There is no such VM.
    #[error("{0}")]
    NoVm(String),
    /// The VM is on another machine.
    #[error("{0}")]
    Elsewhere(String),
    /// The machine refuses something that the launcher itself needs.
    #[error("cannot {doing} {path}: {source}")]
    System {
        /// What was tried, as a verb.
        doing: &'static str,
        /// On which file or folder.
        path: String,
        /// The system's own reason.
        source: std::io::Error,
    },
}

impl Error {
    /// The exit code that tells a script which kind it was; `--help` lists them.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::SameFile { .. } | Self::Swapped { .. } | Self::Image(_) => 3,
            Self::Capture(_) => 4,
            Self::Qemu(_) => 5,
            Self::NoVm(_) => 6,
            Self::Elsewhere(_) => 7,
            Self::Name(_) | Self::System { .. } => 1,
        }
    }
}

/// A path in a message: quoted as Rust quotes text, because it may hold spaces or control characters.
pub fn quoted(path: impl Into<PathBuf>) -> String {
    format!("{:?}", path.into())
}
