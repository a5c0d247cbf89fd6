//! What the commands and replies of a connection make of later ones: the directory, and the connections for data.

use crate::conversations::Conversing;
use crate::dissect::{Layer, Name};
use crate::memory::{Endpoint, History, Stream};
use crate::protocols::secured;
use std::net::IpAddr;

/// The method by which a data connection is set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::protocols::application) enum SetupMethod {
    /// The client named it.
    Port,
    /// The server named it.
    Passive,
    /// The server named its port.
    ExtendedPassive,
}

impl SetupMethod {
    /// What the tree and the packet list call it.
    pub(in crate::protocols::application) fn name(self) -> &'static str {
        match self {
            SetupMethod::Port => "PORT",
            SetupMethod::Passive => "PASV",
            SetupMethod::ExtendedPassive => "EPASV",
        }
    }
}

/// The command or the reply that named an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::protocols::application) struct Setup {
    /// Its packet.
    pub(in crate::protocols::application) frame: u32,
    /// How it did.
    pub(in crate::protocols::application) method: SetupMethod,
    /// The directory in which the session was.
    pub(in crate::protocols::application) directory: String,
}

/// The command that a connection for data serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::protocols::application) struct Command {
    /// Its line.
    pub(in crate::protocols::application) line: String,
    /// Its packet.
    pub(in crate::protocols::application) frame: u32,
}

/// What was set up for an endpoint.
static SETUPS: History<Endpoint, Setup> = History::new(1 << 18);
/// The packet that set a connection for data up last, in the connection that carries commands.
static LAST_SETUP: History<Stream, u32> = History::new(1 << 18);
/// The first command behind a packet that set a connection for data up.
static COMMANDS: History<u32, Command> = History::new(1 << 18);
/// The directory of a session.
static DIRECTORIES: History<Stream, String> = History::new(1 << 18);
/// The directory to which a session wants to change; empty for none.
static WANTED: History<Stream, Vec<u8>> = History::new(1 << 18);

/// The dissector of the connections for data.
const DATA: Name = Name::new("ftp-data");

/// Makes connections with an endpoint ones for data.
pub(super) fn expect(l: &mut Layer<'_, '_>, address: IpAddr, port: u16) {
    l.expect_conversation(Endpoint { transport: Conversing::Tcp, address, port }, DATA);
}

/// A command or a reply named an endpoint.
pub(super) fn set_up(l: &mut Layer<'_, '_>, method: SetupMethod, address: IpAddr, port: u16) {
    if l.quoted() {
        return;
    }
    expect(l, address, port);
    let (frame, directory, stream) = (l.packet().number, directory(l), l.memory().stream());
    let endpoint = Endpoint { transport: Conversing::Tcp, address, port };
    l.memory().append(&SETUPS, endpoint, Setup { frame, method, directory });
    l.memory().append(&LAST_SETUP, stream, frame);
}

/// What was set up for one of the ends of this connection for data.
pub(in crate::protocols::application) fn setup_of(l: &mut Layer<'_, '_>) -> Option<Setup> {
    let ends = l.endpoints();
    let mut of =
        |address, port| l.memory().before(&SETUPS, &Endpoint { transport: Conversing::Tcp, address, port }).cloned();
    of(ends.destination, ends.destination_port).or_else(|| of(ends.source, ends.source_port))
}

/// A command came that names no endpoint: the first one behind a setup is what the connection for data serves.
pub(super) fn asked(l: &mut Layer<'_, '_>, line: &[u8]) {
    let (stream, frame) = (l.memory().stream(), l.packet().number);
    if l.quoted() {
        return;
    }
    let Some(setup) = l.memory().before(&LAST_SETUP, &stream).copied() else { return };
    if l.memory().before(&COMMANDS, &setup).is_none() {
        let line = String::from_utf8_lossy(line).into_owned();
        l.memory().append(&COMMANDS, setup, Command { line, frame });
    }
}

/// The command that the connection serves which this packet set up.
pub(in crate::protocols::application) fn command_of(l: &mut Layer<'_, '_>, setup: u32) -> Option<Command> {
    l.memory().last(&COMMANDS, &setup).cloned()
}

/// The packet that set the connection up which serves the command of this packet.
pub(super) fn served(l: &mut Layer<'_, '_>) -> Option<u32> {
    let (stream, frame) = (l.memory().stream(), l.packet().number);
    if !l.memory().has_hindsight() {
        return None;
    }
    let setup = l.memory().before(&LAST_SETUP, &stream).copied()?;
    l.memory().last(&COMMANDS, &setup).is_some_and(|command| command.frame == frame).then_some(setup)
}

/// The directory of the session behind this packet.
pub(super) fn directory(l: &mut Layer<'_, '_>) -> String {
    l.recall(&DIRECTORIES)
}

/// A command came, which may want another directory.
pub(super) fn commanded(l: &mut Layer<'_, '_>, command: &[u8], argument: &[u8]) {
    let wanted = match command.to_ascii_uppercase().as_slice() {
        b"CWD" => argument.to_vec(),
        b"CDUP" => b"..".to_vec(),
        _ => Vec::new(),
    };
    l.keep(&WANTED, wanted);
}

/// Observes a reply, which may name the directory or grant another one. Returns false where reply 257 holds no path.
pub(super) fn replied(l: &mut Layer<'_, '_>, code: u64, text: &[u8]) -> bool {
    if l.quoted() {
        return true;
    }
    // The rest of the connection is a session of TLS (RFC 4217, section 4).
    if code == 234 {
        secured::secure(l);
    }
    let path = match code {
        257 => quoted_path(text),
        250 => {
            let wanted = Some(l.recall(&WANTED)).filter(|wanted| !wanted.is_empty());
            wanted.map(|wanted| joined(&directory(l), &String::from_utf8_lossy(&wanted)))
        }
        _ => None,
    };
    let names_none = code == 257 && path.is_none();
    if let Some(path) = path {
        l.keep(&DIRECTORIES, path);
    }
    !names_none
}

/// The path between quotation marks, each of which in it is doubled (RFC 959, appendix II).
fn quoted_path(text: &[u8]) -> Option<String> {
    let mut path = Vec::new();
    let mut rest = text.strip_prefix(b"\"")?;
    loop {
        match rest {
            [b'"', b'"', behind @ ..] => {
                path.push(b'"');
                rest = behind;
            }
            [b'"', ..] => return Some(String::from_utf8_lossy(&path).into_owned()),
            [byte, behind @ ..] => {
                path.push(*byte);
                rest = behind;
            }
            [] => return None,
        }
    }
}

/// A path seen from a directory.
fn joined(directory: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let from = if path.starts_with('/') { "" } else { directory };
    for part in from.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_joined() {
        for (directory, path, whole) in
            [("/", "a", "/a"), ("/a", "../b/.", "/b"), ("/a", "/c", "/c"), ("", "..", "/"), ("/a/b", "..", "/a")]
        {
            assert_eq!(joined(directory, path), whole);
        }
    }

    #[test]
    fn a_path_ends_at_a_single_quotation_mark() {
        assert_eq!(quoted_path(b"\"/a \"\"b\" is made").as_deref(), Some("/a \"b"));
        assert_eq!(quoted_path(b"\"/a"), None);
        assert_eq!(quoted_path(b"no"), None);
    }
}
