//! The image, the capture, and the disks that they are on.

use super::{Check, Report, quota};
use crate::{
    archive,
    capture_file::Place,
    content::{Content, size},
    error::{Error, quoted},
    host,
    image::Image,
    launch,
    options::Doctor,
    record::{self, State},
    shell,
    supervise::LITTLE_ROOM,
};
use rustix::process::{Resource, getrlimit};
use std::{
    collections::BTreeSet,
    fs::{self, File, OpenOptions},
    path::{Path, PathBuf},
    sync::mpsc,
    thread,
    time::Duration,
};

/// With less room than this, in bytes, a capture is not worth beginning.
const NO_ROOM: u64 = 1_000_000;
/// How long a file server may take to give a lock.
const LOCK: Duration = Duration::from_secs(2);

/// Checks all of it.
pub fn checks(asked: &Doctor, report: &mut Report) {
    let mut folders = BTreeSet::new();
    let image = asked.image.clone().or_else(launch::default_image);
    let mut found = None;
    if let Some(path) = &image {
        let (check, image) = of_image(path);
        report.say(&check);
        image.as_ref().ok().and_then(|image| in_use(&image.path)).iter().for_each(|check| report.say(check));
        found = Some((path.as_path(), image));
        folders.insert(folder(path));
    }
    let capture = asked.capture.clone().unwrap_or_else(|| "output.pcap".into());
    let check = match of_capture(&capture, asked.capture.is_some(), found) {
        Ok(words) => Check::ok("capture", words),
        Err(error) => Check::error("capture", &error),
    };
    report.say(&check);
    let folder = folder(&capture);
    if let Some(check) = room(&folder) {
        report.say(&check);
    }
    quota::check().iter().for_each(|check| report.say(check));
    folders.insert(folder);
    for folder in folders {
        locks(&folder, image.as_deref()).iter().for_each(|check| report.say(check));
    }
}

/// The folder of a file, by its full name, so that the same one is looked at once.
fn folder(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned())
}

fn of_image(path: &Path) -> (Check, Result<Image, Error>) {
    let content = File::open(path).and_then(|file| Content::of(&file));
    let mut image = path.to_owned();
    if content.is_ok_and(|content| matches!(content, Content::Gzip | Content::Tar)) {
        match archive::look(path) {
            Err(error) => return (Check::error("image", &error), Err(error)),
            Ok(outlook) if outlook.there => image = outlook.image,
            Ok(outlook) => {
                if let Err(error) = tempfile::tempfile_in(folder(path)) {
                    let found = format!("{} cannot be unpacked beside itself: {error}", quoted(path));
                    let error = Error::Image(format!("{found}; copy it to a folder of your own"));
                    return (Check::error("image", &error), Err(error));
                }
                let found = format!(
                    "{} is whole; the first start unpacks {}, which takes {}",
                    quoted(path),
                    quoted(&outlook.image),
                    size(outlook.needs)
                );
                return (Check::ok("image", found), Image::open(path));
            }
        }
    }
    let opened = Image::open(&image);
    let check = match &opened {
        Ok(Image { read_only: true, .. }) => {
            Check::note("image", format!("{} is whole, but you may not write to it", quoted(&image)))
                .remedy("go on if what the VM writes to its disk may be dropped at its end; else start a copy")
                .line(format!("cp {} .", shell::word(image.as_os_str())))
        }
        Ok(_) => {
            let length = fs::metadata(&image).map_or(0, |about| about.len());
            Check::ok("image", format!("{}, {}, is whole", quoted(&image), size(length)))
        }
        Err(error) => Check::error("image", error),
    };
    (check, opened)
}

/// Whether a VM of this user's has the image already.
fn in_use(image: &Path) -> Option<Check> {
    let mut all = record::all().into_iter().filter(|record| Path::new(&record.image) == image);
    all.find_map(|record| {
        let stop = format!("{} stop {}", host::program(), record.name);
        let (place, line) = match record.state() {
            State::Running => ("here".to_owned(), stop),
            State::Elsewhere(_) => {
                (format!("on {}", record.host), format!("ssh -t {} {stop}", shell::word(record.host.as_ref())))
            }
            State::Silent(_) | State::Ended | State::Lost => return None,
        };
        Some(
            Check::note("image", format!("your VM {} uses it {place}: a second one cannot", record.name))
                .remedy("go on with that one, or end it")
                .line(line),
        )
    })
}

/// What will be written, if it can be.
fn of_capture(path: &Path, named: bool, image: Option<(&Path, Result<Image, Error>)>) -> Result<String, Error> {
    let refused =
        |error| Error::Capture(format!("cannot write to {}: {error}; give -c another name or folder", quoted(path)));
    if !named {
        let folder = folder(path);
        tempfile::tempfile_in(&folder).map_err(refused)?;
        return Ok(format!("files can be written in this folder, {}", quoted(folder)));
    }
    let place = Place::look(path)?;
    match &image {
        Some((name, Ok(image))) if place.id == Some(image.id) => {
            return Err(Error::SameFile { image: quoted(*name), capture: quoted(path) });
        }
        Some((name, Err(_))) if place.content == Content::Qcow2 => {
            return Err(Error::Swapped { image: quoted(*name), capture: quoted(path) });
        }
        _ => {}
    }
    place.may_be_overwritten()?;
    match place.id {
        Some(_) => drop(OpenOptions::new().write(true).open(&place.path).map_err(refused)?),
        None => drop(tempfile::tempfile_in(folder(path)).map_err(refused)?),
    }
    Ok(match place.earlier {
        Some(earlier) => format!("{} can be written; the {} in it are overwritten", quoted(path), size(earlier.length)),
        None => format!("{} can be written", quoted(path)),
    })
}

fn room(folder: &Path) -> Option<Check> {
    let free = host::room(folder)?;
    let elsewhere = "delete what you no longer need, or write the capture to another disk, such as -c /tmp/output.pcap";
    // A process that writes more than this is killed, and QEMU with it (getrlimit(2), RLIMIT_FSIZE).
    let limit = getrlimit(Resource::Fsize).current;
    Some(match limit {
        _ if free < NO_ROOM => {
            Check::problem("room", format!("the disk of the capture is full: {} are free", size(free)), 4)
                .remedy(elsewhere)
        }
        Some(limit) if limit < free => Check::note(
            "room",
            format!("your files may have {} at most, and a larger capture ends the VM", size(limit)),
        )
        .remedy("lift the limit, or give --max-size a smaller one")
        .line("ulimit -f unlimited"),
        _ if free < LITTLE_ROOM => Check::note(
            "room",
            format!("only {} are free for the capture, which a single download can fill", size(free)),
        )
        .remedy(elsewhere),
        _ => Check::ok("room", format!("{} are free for the capture", size(free))),
    })
}

/// Whether files can be locked, as QEMU does with an image.
fn locks(folder: &Path, image: Option<&Path>) -> Option<Check> {
    // Where no file can be made, none can be tried.
    let file = tempfile::tempfile_in(folder).ok()?;
    let (sender, outcome) = mpsc::channel();
    // A server that is gone would keep us waiting for ever.
    thread::spawn(move || sender.send(file.try_lock().map_err(|error| error.to_string())));
    let outcome = outcome.recv_timeout(LOCK).unwrap_or_else(|_| Err("the file server does not answer".to_owned()));
    let disk = if is_nfs(folder) { "NFS" } else { "its disk" };
    let copy = shell::word(image.unwrap_or(Path::new("tc.qcow2")).as_os_str());
    match outcome {
        Ok(()) if disk == "NFS" => {
            Some(Check::ok("locks", format!("{} is on NFS, and files can be locked there", quoted(folder))))
        }
        Ok(()) => Some(Check::ok("locks", format!("files can be locked in {}", quoted(folder)))),
        Err(error) => Some(
            Check::note(
                "locks",
                format!(
                    "files cannot be locked in {} ({disk}): {error}. QEMU may refuse an image there",
                    quoted(folder)
                ),
            )
            .remedy("if it does, start a copy on a local disk")
            .line(format!("mkdir -p /tmp/$USER && cp {copy} /tmp/$USER/")),
        ),
    }
}

/// Whether a folder is on another machine's disk (statfs(2), NFS_SUPER_MAGIC).
#[cfg(target_os = "linux")]
fn is_nfs(folder: &Path) -> bool {
    rustix::fs::statfs(folder).is_ok_and(|about| about.f_type == 0x6969)
}

/// Whether a folder is on another machine's disk: not to be told here.
#[cfg(not(target_os = "linux"))]
fn is_nfs(_folder: &Path) -> bool {
    false
}
