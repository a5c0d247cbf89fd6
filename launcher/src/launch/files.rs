//! The two files of a run: found, told apart, and free to be used.

use crate::{
    archive,
    capture_file::Place,
    content::Content,
    error::{Error, quoted},
    host,
    image::Image,
    options::Run,
    record::{self, State},
    report::duration,
    voice,
};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The course's image, where none is named.
const DEFAULT_IMAGE: &str = "tc.qcow2";

/// The course's image in this folder or beside the program.
pub fn default_image() -> Option<PathBuf> {
    let beside = std::env::current_exe().ok().and_then(|me| Some(me.parent()?.join(DEFAULT_IMAGE)));
    [Some(PathBuf::from(DEFAULT_IMAGE)), beside].into_iter().flatten().find(|path| path.is_file())
}

/// The image that was asked for, an archive unpacked; else the course's in this folder or beside the program.
fn image_path(run: &Run, place: &Place) -> Result<PathBuf, Error> {
    let Some(asked) = &run.image else {
        return default_image().ok_or_else(|| {
            Error::Image(format!("there is no {DEFAULT_IMAGE:?} here; say with -f which image is to run"))
        });
    };
    match (is_archive(asked), run.dry_run) {
        (true, false) => {
            may_be_written(run, place)?;
            archive::unpacked(asked)
        }
        (true, true) => match archive::look(asked)? {
            outlook if outlook.there => Ok(outlook.image),
            _ => Err(Error::Image(format!(
                "{} is not unpacked yet, which a start without --dry-run does first",
                quoted(asked)
            ))),
        },
        (false, _) => Ok(asked.clone()),
    }
}

/// The image that a run will use, or would use if it were there.
pub fn image_name(run: &Run) -> PathBuf {
    let Some(asked) = &run.image else { return default_image().unwrap_or_else(|| DEFAULT_IMAGE.into()) };
    let inside = is_archive(asked).then(|| archive::look(asked).ok()).flatten();
    inside.map_or_else(|| asked.clone(), |outlook| outlook.image)
}

fn is_archive(path: &Path) -> bool {
    let content = fs::File::open(path).and_then(|file| Content::of(&file));
    content.is_ok_and(|content| matches!(content, Content::Gzip | Content::Tar))
}

/// Checks both files. Neither is touched; an archive is unpacked beside itself, if nothing else is in the way.
///
/// # Errors
/// `Error::Image`, `Error::Capture`, or which of both was taken for the other.
pub fn check(run: &Run) -> Result<(Image, Place), Error> {
    let place = Place::look(&run.capture)?;
    let path = image_path(run, &place)?;
    let image = Image::open(&path);
    let (image_name, capture_name) = (quoted(&path), quoted(&run.capture));
    let is_same = same_file(&path, &run.capture) || image.as_ref().is_ok_and(|image| place.id == Some(image.id));
    if is_same {
        return Err(Error::SameFile { image: image_name, capture: capture_name });
    }
    if image.is_err() && place.content == Content::Qcow2 {
        return Err(Error::Swapped { image: image_name, capture: capture_name });
    }
    let image = image?;
    may_be_written(run, &place)?;
    Ok((image, place))
}

/// Refuses to overwrite what is no capture, unless asked to; an image is never overwritten.
fn may_be_written(run: &Run, place: &Place) -> Result<(), Error> {
    match run.force && place.content != Content::Qcow2 {
        true => Ok(()),
        false => place.may_be_overwritten(),
    }
}

fn same_file(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| fs::canonicalize(path).or_else(|_| std::path::absolute(path)).ok();
    real(one).is_some_and(|path| Some(path) == real(other))
}

/// Refuses what a VM on another machine with the same home uses: locks do not reach that far everywhere.
///
/// # Errors
/// `Error::Image`, `Error::Capture`, with the line that ends the other.
pub fn used_elsewhere(run: &Run, image: &Image, place: &Place) -> Result<(), Error> {
    let written = !run.throwaway && !image.read_only;
    let images = record::elsewhere(|record| &record.image, &image.path).filter(|_| written);
    let captures = record::elsewhere(|record| &record.capture, &place.path);
    for (found, path, refusal) in
        [(images, &image.path, Error::Image as fn(String) -> Error), (captures, &place.path, Error::Capture)]
    {
        match found {
            Some((other, State::Elsewhere(seen))) => {
                return Err(refusal(format!(
                    "{} is in use by your VM {:?} on {} (seen {} ago): ssh -t {2} {} stop {}",
                    quoted(path),
                    other.name,
                    other.host,
                    duration(seen),
                    host::program(),
                    other.name
                )));
            }
            Some((other, State::Silent(silence))) => voice::warn(&format!(
                "your VM {:?} on {} used {} and has not been heard of for {}; going on without it",
                other.name,
                other.host,
                quoted(path),
                duration(silence)
            )),
            _ => {}
        }
    }
    Ok(())
}
