//! The bytes of a download, uncompressed; where they break off, why.

use super::{interrupt::Interrupts, unreadable};
use crate::{
    content::{Content, size},
    error::{Error, quoted},
    voice,
};
use flate2::read::MultiGzDecoder;
use std::{
    cell::Cell,
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::Path,
    rc::Rc,
    time::{Duration, Instant},
};

/// More than any course's image: what unpacks to more is made to fill disks.
const MOST: u64 = 64_000_000_000;
/// What takes less time than this needs no progress.
const SHORT: Duration = Duration::from_secs(1);
/// How often progress is shown.
const SHOWN: Duration = Duration::from_millis(200);

/// A download's bytes, uncompressed.
pub struct Stream<'a> {
    bytes: Box<dyn Read>,
    /// What was read ahead to see what it is.
    head: Vec<u8>,
    head_read: usize,
    is_gzip: bool,
    /// Bytes given so far, and how many there may be.
    count: u64,
    most: u64,
    /// Read to its end.
    ended: bool,
    trouble: Option<Trouble>,
    /// What a whole image by itself would have, as the download says.
    promised: u64,
    meter: Meter,
    interrupts: &'a Interrupts,
}

/// Why the bytes break off.
enum Trouble {
    Incomplete,
    Damaged,
    TooMuch,
    Interrupted,
    Unreadable(io::Error),
}

impl<'a> Stream<'a> {
    /// Opens a download; `doing` is the word for its progress.
    ///
    /// # Errors
    /// `Error::Image` if not even its beginning can be read.
    pub fn open(archive: &Path, doing: &'static str, interrupts: &'a Interrupts) -> Result<Self, Error> {
        let unreadable = |error: io::Error| unreadable(archive, &error);
        let mut file = File::open(archive).map_err(unreadable)?;
        let is_gzip = Content::of(&file).map_err(unreadable)? == Content::Gzip;
        let length = file.seek(SeekFrom::End(0)).map_err(unreadable)?;
        let promised = if is_gzip { last_number(&mut file).map_err(unreadable)? } else { length };
        file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
        let read = Rc::new(Cell::new(0));
        let counted = io::BufReader::with_capacity(1 << 17, Counted { file, read: Rc::clone(&read) });
        let bytes: Box<dyn Read> = if is_gzip { Box::new(MultiGzDecoder::new(counted)) } else { Box::new(counted) };
        let name = quoted(archive.file_name().unwrap_or(archive.as_os_str()));
        let meter = Meter { doing, name, length, read, began: Instant::now(), shown: None };
        let mut stream = Self {
            bytes,
            head: Vec::new(),
            head_read: 0,
            is_gzip,
            count: 0,
            most: MOST,
            ended: false,
            trouble: None,
            promised,
            meter,
            interrupts,
        };
        let mut head = Vec::new();
        // Of an error here, `trouble` tells.
        let _ = stream.by_ref().take(512).read_to_end(&mut head);
        stream.trouble(archive)?;
        (stream.head, stream.ended, stream.count) = (head, false, 0);
        Ok(stream)
    }

    /// What the download is, once uncompressed.
    pub fn content(&self) -> Content {
        Content::of_bytes(&self.head)
    }

    /// How many bytes a compressed image has by its own word, which ends the file (RFC 1952, ISIZE).
    pub fn promised(&self) -> u64 {
        self.promised
    }

    /// Gives no more bytes than this.
    pub fn limit(&mut self, most: Option<u64>) {
        self.most = most.unwrap_or(MOST).min(MOST);
    }

    /// Reads what is behind the archive's own end: the checksum of all is there.
    ///
    /// # Errors
    /// As of `trouble`.
    pub fn finish(&mut self, archive: &Path) -> Result<(), Error> {
        // The end of a plain archive is marked, and nothing else tells one that broke off.
        let broken_off = self.ended && !self.is_gzip;
        let _ = io::copy(self, &mut io::sink());
        self.trouble(archive)?;
        if broken_off { Err(incomplete(archive)) } else { Ok(()) }
    }

    /// Why the bytes have ended before their time, if they have.
    ///
    /// # Errors
    /// `Error::Image`, saying what to do.
    pub fn trouble(&mut self, archive: &Path) -> Result<(), Error> {
        let name = quoted(archive);
        Err(match self.trouble.take() {
            None => return Ok(()),
            Some(Trouble::Incomplete) => incomplete(archive),
            Some(Trouble::Damaged) => damaged(archive),
            Some(Trouble::Interrupted) => Error::Image(format!("{name} was not unpacked, as you wished")),
            Some(Trouble::TooMuch) => {
                Error::Image(format!("{name} unpacks to more than {}, for which there is no room", size(self.most)))
            }
            Some(Trouble::Unreadable(error)) => unreadable(archive, &error),
        })
    }

    /// What an error of the archive's reader means.
    pub fn reason(&mut self, archive: &Path) -> Error {
        match self.trouble(archive) {
            Err(error) => error,
            Ok(()) if self.ended => incomplete(archive),
            Ok(()) => damaged(archive),
        }
    }
}

/// The message for a download that broke off.
pub fn incomplete(archive: &Path) -> Error {
    let length = std::fs::metadata(archive).map_or(0, |about| about.len());
    Error::Image(format!("{} ({}) is incomplete: download it again", quoted(archive), size(length)))
}

fn damaged(archive: &Path) -> Error {
    Error::Image(format!("{} is damaged: download it again", quoted(archive)))
}

impl Read for Stream<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let ahead = self.head.get(self.head_read..).unwrap_or_default();
        let length = if ahead.is_empty() {
            if self.interrupts.raised().is_some() {
                self.trouble = Some(Trouble::Interrupted);
                return Err(io::ErrorKind::ConnectionAborted.into());
            }
            self.meter.show();
            match self.bytes.read(into) {
                Ok(length) => length,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => return Err(error),
                Err(error) => {
                    let kind = error.kind();
                    self.trouble = Some(match kind {
                        io::ErrorKind::UnexpectedEof => Trouble::Incomplete,
                        // What the system says is no fault of the download.
                        _ if error.raw_os_error().is_some() => Trouble::Unreadable(error),
                        _ => Trouble::Damaged,
                    });
                    return Err(kind.into());
                }
            }
        } else {
            let length = ahead.len().min(into.len());
            into[..length].copy_from_slice(&ahead[..length]);
            self.head_read += length;
            length
        };
        self.ended |= length == 0 && !into.is_empty();
        self.count += length as u64;
        if self.count > self.most {
            self.trouble = Some(Trouble::TooMuch);
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(length)
    }
}

/// The last four bytes, little-endian.
fn last_number(file: &mut File) -> io::Result<u64> {
    let mut last = [0; 4];
    if file.seek(SeekFrom::End(0))? < 4 {
        return Ok(0);
    }
    file.seek(SeekFrom::End(-4))?;
    file.read_exact(&mut last)?;
    Ok(u64::from(u32::from_le_bytes(last)))
}

/// A file that tells how much of it was read.
struct Counted {
    file: File,
    read: Rc<Cell<u64>>,
}

impl Read for Counted {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let length = self.file.read(into)?;
        self.read.set(self.read.get() + length as u64);
        Ok(length)
    }
}

/// Shows how far it has come.
struct Meter {
    doing: &'static str,
    name: String,
    length: u64,
    read: Rc<Cell<u64>>,
    began: Instant,
    shown: Option<Instant>,
}

impl Meter {
    fn show(&mut self) {
        let now = Instant::now();
        if now.duration_since(self.began) < SHORT || self.shown.is_some_and(|then| now.duration_since(then) < SHOWN) {
            return;
        }
        self.shown = Some(now);
        let percent = self.read.get().saturating_mul(100) / self.length.max(1);
        let (doing, name, read, length) = (self.doing, &self.name, size(self.read.get()), size(self.length));
        voice::progress(&format!("{doing} {name}: {percent} % ({read} of {length})"));
    }
}
