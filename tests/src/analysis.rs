//! A capture opened in the analyzer without a browser, and what is asked of it.

use std::fs;
use std::path::Path;

use analyzer::capture::{ReadError, Source};
use analyzer::message::{
    FilterState, Nothing, Opened, PacketDetails, PacketRow, PairsShown, PairsWanted, Reply, Request, Verdict,
};
use analyzer::session::{Fed, Session};

/// Packets asked for at once.
const ROWS: u32 = 1000;

/// An open capture.
pub struct Analysis {
    session: Session,
    serial: u32,
    /// What the analyzer said of the capture when it had read it.
    pub opened: Opened,
}

impl Analysis {
    /// Opens a capture's bytes.
    ///
    /// # Errors
    /// The words with which the analyzer refuses them.
    pub fn open(name: &str, bytes: &[u8]) -> Result<Analysis, String> {
        Analysis::open_in_chunks(name, bytes, usize::MAX)
    }

    /// Opens a capture's bytes, fed in chunks of at most this many.
    ///
    /// # Errors
    /// The words with which the analyzer refuses them.
    pub fn open_in_chunks(name: &str, bytes: &[u8], most: usize) -> Result<Analysis, String> {
        Analysis::open_in(Session::new(), name, bytes, most)
    }

    /// Opens a capture's bytes in a session, fed in chunks of at most this many.
    ///
    /// # Errors
    /// The words with which the analyzer refuses them.
    pub fn open_in(mut session: Session, name: &str, bytes: &[u8], most: usize) -> Result<Analysis, String> {
        session.open(1, name, Box::new(Bytes(bytes.to_vec())));
        let fed_all = bytes.chunks(most.max(1)).all(|chunk| session.feed(chunk) == Fed::More);
        if fed_all {
            session.end();
        }
        while session.step() {}
        let mut replies = session.replies().into_iter().filter(|reply| reply.serial == 1);
        let last = replies.find_map(|reply| match reply.body {
            Reply::Opened(opened) => Some(Ok(opened)),
            Reply::Failed(words) => Some(Err(words)),
            _ => None,
        });
        let opened = last.unwrap_or_else(|| Err("the analyzer did not answer".to_owned()))?;
        Ok(Analysis { session, serial: 1, opened })
    }

    /// Opens a capture file.
    ///
    /// # Errors
    /// Why the file cannot be read, or the words with which the analyzer refuses it.
    pub fn open_file(file: &Path) -> Result<Analysis, String> {
        let bytes = fs::read(file).map_err(|error| format!("cannot read {}: {error}", file.display()))?;
        Analysis::open(&file.to_string_lossy(), &bytes)
    }

    /// Asks, and returns all replies.
    pub fn ask(&mut self, request: Request) -> Vec<Reply> {
        self.serial += 1;
        self.session.handle(self.serial, request);
        while self.session.step() {}
        let replies = self.session.replies().into_iter();
        replies.filter(|reply| reply.serial == self.serial).map(|reply| reply.body).collect()
    }

    /// The names of all fields that the analyzer knows.
    pub fn fields(&self) -> Vec<String> {
        self.session.ready().fields.into_iter().map(|field| field.name).collect()
    }

    /// All rows of the list.
    pub fn rows(&mut self) -> Vec<PacketRow> {
        let mut all = Vec::new();
        loop {
            let start = u32::try_from(all.len()).unwrap_or(u32::MAX);
            let replies = self.ask(Request::Rows { start, end: start.saturating_add(ROWS) });
            let rows = replies.into_iter().find_map(|reply| match reply {
                Reply::Rows { rows, .. } => Some(rows),
                _ => None,
            });
            match rows {
                Some(rows) if !rows.is_empty() => all.extend(rows),
                _ => return all,
            }
        }
    }

    /// One packet in full, if the capture has it.
    pub fn packet(&mut self, frame: u32) -> Option<PacketDetails> {
        self.ask(Request::Packet { frame }).into_iter().find_map(|reply| match reply {
            Reply::Packet(packet) => Some(packet),
            _ => None,
        })
    }

    /// What is said of a filter that is typed.
    pub fn check(&mut self, text: &str) -> Option<Verdict> {
        self.ask(Request::Check { text: text.to_owned() }).into_iter().find_map(|reply| match reply {
            Reply::Checked(verdict) => Some(verdict),
            _ => None,
        })
    }

    /// Applies a filter and returns the numbers of the packets that are then displayed.
    ///
    /// # Errors
    /// What is said of a filter that cannot be applied.
    pub fn filter(&mut self, text: &str) -> Result<Vec<u32>, String> {
        for reply in self.ask(Request::Filter { text: text.to_owned(), selected: 0 }) {
            match reply {
                Reply::Filtered { .. } => return Ok(self.rows().into_iter().map(|row| row.frame).collect()),
                Reply::Checked(verdict) if verdict.state == FilterState::Invalid => return Err(verdict.message),
                Reply::Failed(words) => return Err(words),
                _ => {}
            }
        }
        Err("the analyzer did not answer".to_owned())
    }

    /// Why a filter displays nothing; none where it displays something.
    pub fn nothing(&mut self, text: &str) -> Option<Nothing> {
        self.ask(Request::Filter { text: text.to_owned(), selected: 0 }).into_iter().find_map(|reply| match reply {
            Reply::Nothing(nothing) => Some(nothing),
            _ => None,
        })
    }

    /// Lines of the pairs view.
    pub fn pairs(&mut self, wanted: PairsWanted) -> Option<PairsShown> {
        self.ask(Request::Pairs(wanted)).into_iter().find_map(|reply| match reply {
            Reply::Pairs(pairs) => Some(pairs),
            _ => None,
        })
    }
}

/// A capture in memory.
pub struct Bytes(pub Vec<u8>);

impl Source for Bytes {
    fn size(&self) -> u64 {
        self.0.len() as u64
    }

    fn read(&self, at: u64, into: &mut [u8]) -> Result<(), ReadError> {
        let start = usize::try_from(at).ok();
        let range = start.and_then(|start| self.0.get(start..start.checked_add(into.len())?));
        into.copy_from_slice(range.ok_or_else(|| ReadError("there are fewer bytes".to_owned()))?);
        Ok(())
    }
}
