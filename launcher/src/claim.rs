//! One VM at a time for an image and for a capture: claims that end with the process, and say whose they are.
//!
//! A claim is a lock on a small file in a folder of the user's own under /tmp: not on the image or the capture,
//! since on NFS such a lock would stand in the way of QEMU's, and not in the home, since NFS may have no locks.

use crate::error::{Error, quoted};
use std::{
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt},
    path::PathBuf,
};

/// The folder for claims and sockets: short, since a socket's path has at most 107 bytes.
///
/// # Errors
/// `Error::System` if the folder is not, and cannot become, one that only this user can enter.
pub fn private_folder() -> Result<PathBuf, Error> {
    let user = rustix::process::geteuid().as_raw();
    let path = PathBuf::from(format!("/tmp/tinycore-{user}"));
    let failed = |doing: &'static str| {
        let path = quoted(&path);
        move |source| Error::System { doing, path, source }
    };
    match DirBuilder::new().mode(0o700).create(&path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(failed("create the folder")(error)),
        _ => {}
    }
    // Another user may have put a link or a folder of their own there first.
    let about = fs::symlink_metadata(&path).map_err(failed("look at"))?;
    if !about.is_dir() || about.uid() != user || about.mode() & 0o077 != 0 {
        return Err(failed("use")(io::Error::other("it is not a folder that only you can enter")));
    }
    Ok(path)
}

/// A file, by its device and inode number: it may have several names.
pub type FileId = (u64, u64);

/// What is claimed.
#[derive(Debug, Clone, Copy)]
pub enum Kind<'a> {
    /// An image that is written to.
    Image(FileId),
    /// An image that is only read, which several VMs may do at once.
    ReadOnlyImage(FileId),
    /// A capture.
    Capture(FileId),
    /// A VM's name.
    Name(&'a str),
}

impl Kind<'_> {
    /// The name of the claim's file.
    fn file(&self) -> String {
        match self {
            Self::Image((device, inode)) | Self::ReadOnlyImage((device, inode)) => {
                format!("image-{device:x}-{inode:x}")
            }
            Self::Capture((device, inode)) => format!("capture-{device:x}-{inode:x}"),
            Self::Name(name) => format!("vm-{name}"),
        }
    }
}

/// A claim that is held until it is dropped, or the process ends.
#[derive(Debug)]
pub struct Claim {
    file: File,
    path: PathBuf,
}

impl Claim {
    /// Claims it; `note` tells others who holds it.
    ///
    /// # Errors
    /// The note of the VM that holds it, as `Ok(Err(note))`; `Error::System` if nothing can be claimed here.
    pub fn take(kind: Kind<'_>, note: &str) -> Result<Result<Self, String>, Error> {
        let path = private_folder()?.join(kind.file());
        let failed = |source| Error::System { doing: "lock", path: quoted(&path), source };
        loop {
            let mut options = OpenOptions::new();
            let mut file =
                options.read(true).write(true).create(true).truncate(false).mode(0o600).open(&path).map_err(failed)?;
            let locked = match kind {
                Kind::ReadOnlyImage(_) => file.try_lock_shared(),
                Kind::Image(_) | Kind::Capture(_) | Kind::Name(_) => file.try_lock(),
            };
            match locked {
                Err(TryLockError::WouldBlock) => {
                    let mut theirs = String::new();
                    file.read_to_string(&mut theirs).map_err(failed)?;
                    return Ok(Err(theirs));
                }
                Err(TryLockError::Error(error)) => return Err(failed(error)),
                Ok(()) => {}
            }
            // The holder before us removed the file between our opening and our locking: then ours is nobody's.
            let ours = file.metadata().map_err(failed)?;
            if !fs::metadata(&path).is_ok_and(|there| (there.dev(), there.ino()) == (ours.dev(), ours.ino())) {
                continue;
            }
            file.set_len(0).and_then(|()| file.write_all(note.as_bytes())).map_err(failed)?;
            return Ok(Ok(Self { file, path }));
        }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        // Only the last of several readers gets the lock for itself alone, and removes the file.
        if self.file.try_lock().is_ok() {
            let _ = fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file that no machine has.
    fn file(inode: u64) -> FileId {
        (u64::MAX, inode)
    }

    fn take(kind: Kind<'_>, note: &str) -> Result<Claim, String> {
        Claim::take(kind, note).unwrap()
    }

    #[test]
    fn the_second_claim_is_refused_with_the_note_of_the_first() {
        let kind = Kind::Capture(file(1));
        let first = take(kind, "first").unwrap();
        assert_eq!(take(kind, "second").unwrap_err(), "first");
        drop(first);
        let third = take(kind, "3").unwrap();
        assert_eq!(take(kind, "fourth").unwrap_err(), "3");
        drop(third);
    }

    #[test]
    fn readers_share_and_a_writer_does_not() {
        let (reading, writing) = (Kind::ReadOnlyImage(file(2)), Kind::Image(file(2)));
        let reader = take(reading, "reader").unwrap();
        let another = take(reading, "another").unwrap();
        assert_eq!(take(writing, "writer").unwrap_err(), "another");
        drop(reader);
        assert!(take(writing, "writer").is_err());
        drop(another);
        assert!(take(writing, "writer").is_ok());
    }

    #[test]
    fn each_kind_is_claimed_apart_and_nothing_is_left() {
        let all = [Kind::Image(file(3)), Kind::Capture(file(3)), Kind::Name("no such VM")]
            .map(|kind| take(kind, "").unwrap());
        let paths = all.each_ref().map(|claim| claim.path.clone());
        drop(all);
        assert!(paths.iter().all(|path| !path.exists()));
    }
}
