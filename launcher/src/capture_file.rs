//! The file that receives the packets: checked before the start, watched during the run, rescued if it vanishes.

use crate::{
    claim::{Claim, FileId, Kind},
    content::Content,
    error::{Error, quoted},
};
use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Seek, SeekFrom},
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

/// The length of a capture without packets, in QEMU's format.
const HEAD: u64 = 24;

/// A capture's place, looked at and not yet touched.
#[derive(Debug)]
pub struct Place {
    /// Absolute, symbolic links followed.
    pub path: PathBuf,
    /// Device and inode number, if there is a file already.
    pub id: Option<FileId>,
    /// What the file begins with.
    pub content: Content,
    /// The capture that will be overwritten.
    pub earlier: Option<Earlier>,
}

/// A capture that will be overwritten.
#[derive(Debug, Clone, Copy)]
pub struct Earlier {
    /// Its length in bytes.
    pub length: u64,
    /// How long ago it was last written.
    pub age: Duration,
}

impl Place {
    /// Looks at the place without changing anything.
    ///
    /// # Errors
    /// `Error::Capture` if no file can be there, such as for a folder or in a folder that does not exist.
    pub fn look(path: &Path) -> Result<Self, Error> {
        let name = quoted(path);
        let unreadable = |source: io::Error| Error::Capture(format!("cannot read {name}: {source}"));
        if path.to_str().is_none() {
            return Err(Error::Capture(format!("the name {name} is not UTF-8, which QEMU asks for; choose another")));
        }
        match fs::metadata(path) {
            Ok(about) if about.is_dir() => {
                Err(Error::Capture(format!("{name} is a folder; add a file's name, such as output.pcap")))
            }
            // A reader that pauses would freeze the VM, and a device keeps nothing.
            Ok(about) if !about.is_file() => {
                Err(Error::Capture(format!("{name} is no ordinary file; -c takes the name of a file")))
            }
            Ok(about) => {
                let content = Content::of(&File::open(path).map_err(unreadable)?).map_err(unreadable)?;
                let age = about.modified().ok().and_then(|then| SystemTime::now().duration_since(then).ok());
                let earlier = Earlier { length: about.len(), age: age.unwrap_or_default() };
                Ok(Self {
                    path: fs::canonicalize(path).map_err(unreadable)?,
                    id: Some((about.dev(), about.ino())),
                    content,
                    earlier: (content == Content::Capture).then_some(earlier),
                })
            }
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                let path = std::path::absolute(path).map_err(unreadable)?;
                let (Some(folder), Some(file)) = (path.parent(), path.file_name()) else {
                    return Err(Error::Capture(format!("{name} is no file's name")));
                };
                let folder =
                    fs::canonicalize(folder).ok().filter(|real| real.is_dir()).ok_or_else(|| no_folder(folder))?;
                Ok(Self { path: folder.join(file), id: None, content: Content::Empty, earlier: None })
            }
            Err(source) => Err(unreadable(source)),
        }
    }

    /// Refuses to overwrite what was not written by a capture, because it cannot be had back.
    ///
    /// # Errors
    /// `Error::Capture`, naming what the file is.
    pub fn may_be_overwritten(&self) -> Result<(), Error> {
        let is = match self.content {
            Content::Empty | Content::Capture => return Ok(()),
            Content::Qcow2 => "a VM image",
            Content::Gzip => "a compressed file",
            Content::Tar => "an archive",
            Content::Other => "no capture",
        };
        Err(Error::Capture(format!(
            "{} exists and is {is}, so it is not overwritten; give -c another name, or say --force",
            quoted(&self.path)
        )))
    }

    /// Opens the file for this VM alone, creating it if need be. What is in it stays until QEMU opens it.
    ///
    /// # Errors
    /// `Error::Capture` if it cannot be written, or another VM writes to it: then with that VM's note.
    pub fn open(&self, note: &str) -> Result<CaptureFile, Error> {
        let unwritable = |source: io::Error| {
            Error::Capture(format!("cannot write {}: {source}; give -c another name or folder", quoted(&self.path)))
        };
        let mut options = OpenOptions::new();
        options.read(true).write(true).mode(0o600);
        let (file, created) = match options.clone().create_new(true).open(&self.path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                (options.open(&self.path).map_err(unwritable)?, false)
            }
            other => (other.map_err(unwritable)?, true),
        };
        let about = file.metadata().map_err(unwritable)?;
        let id = (about.dev(), about.ino());
        match Claim::take(Kind::Capture(id), note)? {
            Ok(claim) => Ok(CaptureFile {
                path: self.path.clone(),
                file,
                id,
                created,
                aside: 0,
                copy: None,
                note: note.to_owned(),
                _claim: claim,
            }),
            Err(theirs) => Err(Error::Capture(format!("{} is being written: {theirs}", quoted(&self.path)))),
        }
    }
}

/// The capture while this VM may write to it.
#[derive(Debug)]
pub struct CaptureFile {
    /// Its absolute path.
    pub path: PathBuf,
    file: File,
    id: FileId,
    created: bool,
    /// How many earlier captures have moved on by a number.
    aside: u32,
    /// The copy of a file that has lost its name.
    copy: Option<Copy>,
    note: String,
    _claim: Claim,
}

/// A copy of a capture. It is held open, so that no other file gets its number.
#[derive(Debug)]
struct Copy {
    file: File,
    place: PathBuf,
}

/// How the file is, as seen from its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is in its place, with this many bytes.
    There(u64),
    /// The name is gone or leads to another file, while QEMU goes on writing to ours.
    Gone,
}

impl CaptureFile {
    /// How the file is now.
    pub fn state(&self) -> State {
        match fs::metadata(&self.path) {
            Ok(about) if (about.dev(), about.ino()) == self.id => State::There(about.len()),
            _ => State::Gone,
        }
    }

    /// Gives the earlier capture a number, and those before it the next ones, up to `keep`; the file is then a new one.
    ///
    /// # Errors
    /// `Error::Capture` if the files cannot be renamed.
    pub fn set_aside(&mut self, keep: u32) -> Result<(), Error> {
        if keep == 0 || self.created {
            return Ok(());
        }
        let numbered = |number: u32| numbered(&self.path, number);
        let failed = |source: io::Error| {
            Error::Capture(format!("cannot keep the earlier capture {}: {source}", quoted(&self.path)))
        };
        for number in (1..keep).rev() {
            match fs::rename(numbered(number), numbered(number + 1)) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(error)),
                _ => {}
            }
        }
        fs::rename(&self.path, numbered(1)).map_err(failed)?;
        *self = Self { aside: keep, ..Place::look(&self.path)?.open(&self.note)? };
        Ok(())
    }

    /// The file, for reading along.
    ///
    /// # Errors
    /// The system's.
    pub fn reading(&self) -> io::Result<File> {
        File::open(&self.path)
    }

    /// Cuts the file behind its first `length` bytes.
    ///
    /// # Errors
    /// The system's.
    pub fn cut(&self, length: u64) -> io::Result<()> {
        self.file.set_len(length)
    }

    /// Removes the file that was created for a VM that did not start, and puts earlier ones back in their place.
    pub fn abandon(self) {
        // A VM that KVM could not run has left the head of a capture.
        if self.created && matches!(self.state(), State::There(0..=HEAD)) {
            let _ = fs::remove_file(&self.path);
            for number in 1..=self.aside {
                let place = if number == 1 { self.path.clone() } else { numbered(&self.path, number - 1) };
                let _ = fs::rename(numbered(&self.path, number), place);
            }
        }
    }

    /// Copies the packets of a file that has lost its name back to it, or beside it if the name is taken; later again,
    /// with what has come since. Tells where they are.
    ///
    /// # Errors
    /// The system's, such as a full disk.
    pub fn rescue(&mut self) -> io::Result<PathBuf> {
        let named = |copy: &Copy| {
            let (there, ours) = (fs::metadata(&copy.place)?, copy.file.metadata()?);
            Ok::<bool, io::Error>((there.dev(), there.ino()) == (ours.dev(), ours.ino()))
        };
        let mut copy = match self.copy.take() {
            Some(copy) if named(&copy).unwrap_or(false) => copy,
            _ => self.new_copy()?,
        };
        copy.file.set_len(0)?;
        copy.file.seek(SeekFrom::Start(0))?;
        self.file.seek(SeekFrom::Start(0))?;
        io::copy(&mut self.file, &mut copy.file)?;
        Ok(self.copy.insert(copy).place.clone())
    }

    fn new_copy(&self) -> io::Result<Copy> {
        let beside = |end: &str| {
            let mut name = self.path.clone().into_os_string();
            name.push(end);
            PathBuf::from(name)
        };
        let mut options = OpenOptions::new();
        options.write(true).create_new(true).mode(0o600);
        for place in [self.path.clone(), beside(".rescued"), beside(".rescued-2"), beside(".rescued-3")] {
            match options.open(&place) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                opened => return Ok(Copy { file: opened?, place }),
            }
        }
        Err(ErrorKind::AlreadyExists.into())
    }
}

/// The name of an earlier capture: `output.pcap` becomes `output.1.pcap`.
fn numbered(path: &Path, number: u32) -> PathBuf {
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(format!(".{number}"));
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    path.with_file_name(name)
}

/// The message for a folder that is not there, with the nearest one that is.
fn no_folder(folder: &Path) -> Error {
    let nearest = folder.ancestors().find(|folder| folder.is_dir());
    let nearest = nearest.map(|folder| format!("; the nearest that exists is {}", quoted(folder))).unwrap_or_default();
    Error::Capture(format!("there is no folder {}{nearest}", quoted(folder)))
}

#[cfg(test)]
mod tests;
