//! The course's download: unpacked beside itself, once, so that nothing leaves the folder and nothing is overwritten.

use crate::{
    claim::{Claim, Kind},
    content::{Content, size},
    error::{Error, quoted},
    host,
    image::Image,
    shell, voice,
};
use interrupt::Interrupts;
use members::{Member, walk};
use std::{
    collections::HashSet,
    fs::{self, OpenOptions},
    io::{self, ErrorKind, Read, Write},
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
    process,
};
use stream::Stream;

mod interrupt;
mod members;
mod stream;

/// The name that the course gives its image.
const COURSE_IMAGE: &str = "tc.qcow2";
/// How many names a message lists at most.
const NAMES: usize = 5;

/// What an archive gives, seen without unpacking it.
#[derive(Debug)]
pub struct Outlook {
    /// Where the image is, or will be.
    pub image: PathBuf,
    /// Something has that name already.
    pub there: bool,
    /// How many bytes are unpacked, if it is not; of a compressed image alone, what its own end says.
    pub needs: u64,
    /// The files to unpack, beside the image's own name; none for a compressed image.
    files: Vec<PathBuf>,
    /// What is to be said of it.
    remarks: Vec<String>,
}

/// The image in the archive: where it was unpacked before, or where it is now.
///
/// # Errors
/// `Error::Image` if the archive is not whole, has no image or is not to be trusted, or if there is no room.
pub fn unpacked(archive: &Path) -> Result<PathBuf, Error> {
    let interrupts = Interrupts::new();
    let done = once(archive, &interrupts);
    voice::progress("");
    if done.is_err() && interrupts.raised().is_some() {
        voice::warn("interrupted: nothing was unpacked, and nothing left behind");
    }
    interrupts.obey();
    done
}

fn once(archive: &Path, interrupts: &Interrupts) -> Result<PathBuf, Error> {
    let outlook = outlook(archive, interrupts)?;
    if outlook.there {
        return as_it_is(archive, outlook);
    }
    let about = fs::metadata(archive).map_err(|error| unreadable(archive, &error))?;
    let note = format!("process {} unpacks it", process::id());
    // Two that unpack at once would be in each other's way.
    let _claim = Claim::take(Kind::Image((about.dev(), about.ino())), &note)?.map_err(|theirs| {
        Error::Image(format!("{} is just being unpacked ({theirs}); start again when that is done", quoted(archive)))
    })?;
    let outlook = self::outlook(archive, interrupts)?;
    match outlook.there {
        true => as_it_is(archive, outlook),
        false => unpack(archive, outlook, interrupts),
    }
}

/// The image that was there before, with all that a VM wrote to it.
fn as_it_is(archive: &Path, outlook: Outlook) -> Result<PathBuf, Error> {
    let name = quoted(&outlook.image);
    if let Err(error) = Image::open(&outlook.image) {
        return Err(Error::Image(format!(
            "{error}. It is where the image of {} belongs: rename or remove it, and it is unpacked again",
            quoted(archive)
        )));
    }
    voice::warn(&format!("{name} was there before and is used as it is (to begin afresh, rename it)"));
    Ok(outlook.image)
}

/// What unpacking will give, without doing it.
///
/// # Errors
/// As of `unpacked`.
pub fn look(archive: &Path) -> Result<Outlook, Error> {
    let none = Interrupts::none();
    let outlook = outlook(archive, &none);
    if outlook.as_ref().is_ok_and(|outlook| !outlook.there && outlook.files.is_empty()) {
        Stream::open(archive, "checking", &none)?.finish(archive)?;
    }
    voice::progress("");
    outlook
}

fn outlook(archive: &Path, interrupts: &Interrupts) -> Result<Outlook, Error> {
    let mut stream = Stream::open(archive, "checking", interrupts)?;
    match stream.content() {
        Content::Tar => outlook_of_tar(archive, stream),
        Content::Qcow2 => outlook_of_image(archive, stream),
        other => {
            // What is damaged may look like anything.
            stream.finish(archive)?;
            let what = match other {
                Content::Empty => "nothing",
                Content::Capture => "a capture",
                Content::Gzip => "another compressed file",
                Content::Tar | Content::Qcow2 | Content::Other => "neither an archive nor a qcow2 image",
            };
            Err(Error::Image(format!("{} holds {what}; -f takes the course's download or its image", quoted(archive))))
        }
    }
}

/// The folder that everything goes to.
fn folder(archive: &Path) -> &Path {
    archive.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The place of a file of the archive.
fn beside(archive: &Path, path: &Path) -> PathBuf {
    archive.with_file_name(path)
}

/// Whether anything at all has this name, even a link that leads nowhere.
fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// `tc.qcow2.gz`: an image by itself.
fn outlook_of_image(archive: &Path, mut stream: Stream<'_>) -> Result<Outlook, Error> {
    let ends = |path: &Path, end: &str| path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(end));
    let mut image = archive.to_owned();
    if ends(&image, "gz") {
        image.set_extension("");
    }
    if !ends(&image, "qcow2") {
        image.as_mut_os_string().push(".qcow2");
    }
    let outlook =
        Outlook { there: exists(&image), image, needs: stream.promised(), files: Vec::new(), remarks: Vec::new() };
    if !outlook.there
        && let Err(no_room) = room_for(outlook.needs, archive)
    {
        // Of a download that broke off, the last bytes are not its length.
        stream.finish(archive)?;
        return Err(no_room);
    }
    Ok(outlook)
}

/// Reads the archive from end to end, or up to an image that is there already.
fn outlook_of_tar(archive: &Path, mut stream: Stream<'_>) -> Result<Outlook, Error> {
    let name = quoted(archive);
    let folder = folder(archive);
    let refusal = |words: String| Error::Image(format!("{name} {words}: nothing was unpacked"));
    let (mut files, mut images, mut links, mut kept) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut seen = HashSet::new();
    let (mut needs, mut there) = (0_u64, None);
    walk(&mut stream, archive, &mut |member, bytes| {
        let (path, length) = match member {
            Member::Folder => return Ok(true),
            Member::Link(path) => {
                links.push(quoted(path));
                return Ok(true);
            }
            Member::Outside(path) => {
                return Err(refusal(format!("would put {} outside its folder", quoted(path))));
            }
            Member::Unfit(path, why) => return Err(refusal(format!("holds {} {why}", quoted(path)))),
            Member::File { path, size, .. } => (path, size),
        };
        if !seen.insert(path.clone()) {
            return Err(refusal(format!("holds {} twice", quoted(path))));
        }
        way_is_clear(folder, &path).map_err(|in_the_way| {
            refusal(format!("needs the folder {}, where something else is", quoted(in_the_way)))
        })?;
        let mut head = Vec::new();
        let is_image = bytes.take(4).read_to_end(&mut head).is_ok() && Content::of_bytes(&head) == Content::Qcow2;
        let target = beside(archive, &path);
        if is_image {
            // The common case, and the rest of the archive need not be read again at each start.
            if path.file_name().is_some_and(|name| name == COURSE_IMAGE) && exists(&target) {
                there = Some(target);
                return Ok(false);
            }
            images.push(path.clone());
        }
        if exists(&target) {
            kept.push(quoted(&path));
        } else {
            needs = needs.saturating_add(length);
            room_for(needs, archive)?;
        }
        files.push(path);
        Ok(true)
    })?;
    if let Some(image) = there {
        return Ok(Outlook { image, there: true, needs: 0, files: Vec::new(), remarks: Vec::new() });
    }

    let (image, several) = choose(archive, &images, &files)?;
    let mut remarks = Vec::from_iter(several);
    if !links.is_empty() {
        remarks.push(format!("not unpacked, since a link may lead anywhere: {}", some(&links)));
    }
    if !kept.is_empty() {
        remarks.push(format!("there before, and left as it was: {}", some(&kept)));
    }
    let image = beside(archive, &image);
    Ok(Outlook { there: exists(&image), image, needs, files, remarks })
}

/// Which image is meant, and what to say if there are several.
fn choose(archive: &Path, images: &[PathBuf], files: &[PathBuf]) -> Result<(PathBuf, Option<String>), Error> {
    let name = quoted(archive);
    let names = |paths: &[PathBuf]| some(&paths.iter().map(quoted).collect::<Vec<_>>());
    match images {
        [image] => return Ok((image.clone(), None)),
        [] if files.is_empty() => return Err(Error::Image(format!("{name} is an archive without any file"))),
        [] => return Err(Error::Image(format!("{name} holds no qcow2 image, but {}", names(files)))),
        _ => {}
    }
    let is_the_courses = |path: &&PathBuf| path.file_name().is_some_and(|name| name == COURSE_IMAGE);
    match images.iter().filter(is_the_courses).collect::<Vec<_>>()[..] {
        [image] => {
            let words = format!("{name} holds several images ({}); this runs {}", names(images), quoted(image));
            Ok((image.clone(), Some(words)))
        }
        _ => Err(Error::Image(format!(
            "{name} holds several images ({}); unpack it, and name one with -f: tar xf {}",
            names(images),
            shell::word(archive.as_os_str())
        ))),
    }
}

fn unreadable(archive: &Path, error: &io::Error) -> Error {
    Error::Image(format!("cannot read {}: {error}", quoted(archive)))
}

/// The first few of many names.
fn some(names: &[String]) -> String {
    let shown = names.get(..NAMES).unwrap_or(names).join(", ");
    match names.len().saturating_sub(NAMES) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// Whether a file can get its place without passing through anything but folders; else what is in the way.
fn way_is_clear(folder: &Path, file: &Path) -> Result<(), PathBuf> {
    let mut place = folder.to_owned();
    for part in file.parent().into_iter().flat_map(Path::components) {
        place.push(part);
        // A link to a folder would lead out of this one.
        if fs::symlink_metadata(&place).is_ok_and(|about| !about.is_dir()) {
            return Err(place);
        }
    }
    Ok(())
}

fn room_for(bytes: u64, archive: &Path) -> Result<(), Error> {
    match host::room(folder(archive)) {
        Some(free) if free < bytes => Err(Error::Image(format!(
            "unpacking {} takes {}, and only {} are free there; make room, or move it to another disk",
            quoted(archive),
            size(bytes),
            size(free)
        ))),
        _ => Ok(()),
    }
}

/// Unpacks into a folder of its own, then gives every file its place, the image last: where that is, all is.
fn unpack(archive: &Path, outlook: Outlook, interrupts: &Interrupts) -> Result<PathBuf, Error> {
    let failed = |error: io::Error| {
        let name = quoted(archive);
        Error::Image(match error.kind() {
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
                format!("{name} cannot be unpacked beside itself ({error}); copy it to a folder of your own")
            }
            _ => format!("{name} cannot be unpacked: {error}; nothing was left behind"),
        })
    };
    let inode = fs::metadata(archive).map_err(failed)?.ino();
    // What a killed launcher left has the same name. The host's is in it, since a folder may be seen by several.
    let workshop = format!(".tinycore-unpacking-{}-{inode:x}", host::name());
    match fs::remove_dir_all(folder(archive).join(&workshop)) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    let workshop =
        tempfile::Builder::new().prefix(&workshop).rand_bytes(0).tempdir_in(folder(archive)).map_err(failed)?;

    let mut stream = Stream::open(archive, "unpacking", interrupts)?;
    if outlook.files.is_empty() {
        stream.limit(host::room(folder(archive)));
        let made = workshop.path().join("image");
        let written = make(&made, 0, &mut stream);
        stream.trouble(archive)?;
        written.map_err(failed)?;
        place(&made, &outlook.image).map_err(failed)?;
    } else {
        walk(&mut stream, archive, &mut |member, bytes| {
            if let Member::File { path, mode, size } = member
                && outlook.files.contains(&path)
                && !exists(&beside(archive, &path))
            {
                let made = workshop.path().join(&path);
                fs::create_dir_all(made.parent().unwrap_or(workshop.path())).map_err(failed)?;
                let length = make(&made, mode, &mut bytes.take(size)).map_err(failed)?;
                if length < size {
                    return Err(stream::incomplete(archive));
                }
            }
            Ok(true)
        })?;
        let (last, first): (Vec<_>, Vec<_>) =
            outlook.files.iter().partition(|path| beside(archive, path) == outlook.image);
        for path in first.into_iter().chain(last) {
            let made = workshop.path().join(path);
            if exists(&made) {
                let target = beside(archive, path);
                fs::create_dir_all(target.parent().unwrap_or(&target)).map_err(failed)?;
                place(&made, &target).map_err(failed)?;
            }
        }
    }
    voice::progress("");
    let length = fs::metadata(&outlook.image).map_or(0, |about| about.len());
    voice::warn(&format!("unpacked {}: the image is {} ({})", quoted(archive), quoted(&outlook.image), size(length)));
    outlook.remarks.iter().for_each(|remark| voice::warn(remark));
    Ok(outlook.image)
}

/// Writes a new file, executable where the archive says so, and never with another's rights; its length.
fn make(path: &Path, mode: u32, bytes: &mut impl Read) -> io::Result<u64> {
    let mut options = OpenOptions::new();
    let mut file = options.write(true).create_new(true).mode(0o666 | mode & 0o111).open(path)?;
    let length = io::copy(bytes, &mut file)?;
    file.flush()?;
    // A place is given only to what is on the disk.
    file.sync_all()?;
    Ok(length)
}

/// Gives a file its place, unless that was taken meanwhile: a second name, unlike a new one, never replaces a file.
fn place(made: &Path, target: &Path) -> io::Result<()> {
    match fs::hard_link(made, target) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(error),
        // Some disks, such as USB sticks, know no second names.
        Err(_) if !exists(target) => fs::rename(made, target),
        done => done,
    }
}

#[cfg(test)]
mod tests;
