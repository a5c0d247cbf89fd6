//! What a tar archive holds, one member after the other, and nothing that is made to harm.

use super::stream::Stream;
use crate::error::Error;
use std::{
    ffi::{OsStr, OsString},
    io::Read,
    os::unix::ffi::{OsStrExt, OsStringExt},
    path::{Component, Path, PathBuf},
};
use tar::{Archive, Entry, PaxExtensions};

/// A course's download has a handful.
const MOST_MEMBERS: usize = 10_000;
/// What is told about a member, such as a long name, is stored before it: more than this is made to fill memory.
const MOST_ABOUT: u64 = 1 << 16;
/// The longest path that a system takes (limits.h(0p), PATH_MAX).
const LONGEST_PATH: usize = 4096;

/// A member of an archive.
#[derive(Debug)]
pub enum Member {
    /// A file, by a path that stays in the folder.
    File {
        /// Relative, without `.` and `..`.
        path: PathBuf,
        /// In bytes.
        size: u64,
        /// Its permissions.
        mode: u32,
    },
    /// A folder, which is made when a file needs it.
    Folder,
    /// A link of either kind, a device or a pipe: nothing that is unpacked.
    Link(PathBuf),
    /// Something whose path is absolute or leads upwards.
    Outside(PathBuf),
    /// A member that cannot be read here, and why.
    Unfit(PathBuf, &'static str),
}

/// What is done with a member and its bytes; whether to go on.
type Each<'a> = &'a mut dyn FnMut(Member, &mut dyn Read) -> Result<bool, Error>;

/// Meets each member, then the end of the stream.
///
/// # Errors
/// The stream's, and those of `each`.
pub fn walk(stream: &mut Stream<'_>, archive: &Path, each: Each<'_>) -> Result<(), Error> {
    // A failure of the archive's reader lies in the stream, which knows more about it.
    match members(stream, each) {
        Ok(false) => Ok(()),
        Ok(true) => stream.finish(archive),
        Err(Some(error)) => stream.trouble(archive).and(Err(error)),
        Err(None) => Err(stream.reason(archive)),
    }
}

fn members(stream: &mut Stream<'_>, each: Each<'_>) -> Result<bool, Option<Error>> {
    let mut archive = Archive::new(stream);
    let (mut name, mut about): (Option<Vec<u8>>, Option<Vec<u8>>) = (None, None);
    // The crate's own reading of long names has no limit.
    let entries = archive.entries().map_err(|_| None)?.raw(true);
    for (number, entry) in entries.enumerate() {
        let mut entry = entry.map_err(|_| None)?;
        let kind = entry.header().entry_type();
        if kind.is_gnu_longname() {
            name = Some(bounded(&mut entry)?);
            continue;
        }
        if kind.is_pax_local_extensions() {
            about = Some(bounded(&mut entry)?);
            continue;
        }
        if kind.is_gnu_longlink() || kind.is_pax_global_extensions() {
            continue;
        }
        let member = match number {
            0..MOST_MEMBERS => member(&entry, name.take(), about.take()),
            _ => Member::Unfit(PathBuf::from("and so on"), "after 10000 other members"),
        };
        if !each(member, &mut entry).map_err(Some)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The bytes that tell about the next member.
fn bounded(entry: &mut Entry<'_, impl Read>) -> Result<Vec<u8>, Option<Error>> {
    let mut bytes = Vec::new();
    if entry.size() > MOST_ABOUT {
        return Ok(vec![b'?'; LONGEST_PATH + 1]);
    }
    entry.take(MOST_ABOUT).read_to_end(&mut bytes).map_err(|_| None)?;
    Ok(bytes)
}

/// What a member is, by its header and by what was said before it.
fn member(entry: &Entry<'_, impl Read>, long: Option<Vec<u8>>, about: Option<Vec<u8>>) -> Member {
    let said = |key: &str| {
        let all = PaxExtensions::new(about.as_deref().unwrap_or_default());
        all.flatten().find(|one| one.key_bytes() == key.as_bytes()).map(|one| one.value_bytes().to_vec())
    };
    let mut name = said("path").or(long).unwrap_or_else(|| entry.path_bytes().into_owned());
    if let Some(end) = name.iter().position(|byte| *byte == 0) {
        name.truncate(end);
    }
    if name.len() > LONGEST_PATH {
        name.truncate(40);
        return Member::Unfit(OsString::from_vec(name).into(), "and so on, longer than any path");
    }
    let is_folder = entry.header().entry_type().is_dir() || name.ends_with(b"/");
    let whole = PathBuf::from(OsString::from_vec(name));
    let Some(path) = inside(&whole) else { return Member::Outside(whole) };
    let kind = entry.header().entry_type();
    if is_folder || path.as_os_str().is_empty() {
        return Member::Folder;
    }
    let is_sparse = kind.is_gnu_sparse() || said("GNU.sparse.major").is_some() || said("GNU.sparse.map").is_some();
    if is_sparse || said("size").is_some_and(|size| OsStr::from_bytes(&size) != OsStr::new(&entry.size().to_string())) {
        return Member::Unfit(path, "in a form that only tar itself unpacks (tar xf)");
    }
    match kind.is_file() || kind.is_contiguous() {
        true => Member::File { path, size: entry.size(), mode: entry.header().mode().unwrap_or(0) },
        false => Member::Link(path),
    }
}

/// The path without `.`, if it stays in its folder.
fn inside(path: &Path) -> Option<PathBuf> {
    let mut inside = PathBuf::new();
    for part in path.components() {
        match part {
            Component::Normal(name) => inside.push(name),
            Component::CurDir => {}
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_in_its_folder_or_is_none() {
        assert_eq!(inside(Path::new("./a//b/./c")), Some("a/b/c".into()));
        assert_eq!(inside(Path::new("./")), Some(PathBuf::new()));
        for bad in ["/etc/passwd", "..", "a/../../b", "a/..", "//x"] {
            assert_eq!(inside(Path::new(bad)), None, "{bad}");
        }
    }
}
