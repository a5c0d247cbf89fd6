//! The VM's disk: is it a whole qcow2 image that this user may use?

use crate::{
    content::{Content, size},
    error::{Error, quoted},
};
use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Read, Seek, SeekFrom},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

/// An image that passed the checks.
#[derive(Debug)]
pub struct Image {
    /// Absolute, but with its symbolic links: a backing file is found beside the name that QEMU is given.
    pub path: PathBuf,
    /// Device and inode number.
    pub id: (u64, u64),
    /// The user may not write to it, so QEMU must not try.
    pub read_only: bool,
}

impl Image {
    /// Opens and checks the image without changing it.
    ///
    /// # Errors
    /// `Error::Image`, naming what the file is instead and what to do about it.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let name = quoted(path);
        let unreadable = |source: io::Error| match source.kind() {
            ErrorKind::NotFound => Error::Image(format!("there is no {name}{}", others_beside(path))),
            _ => Error::Image(format!("cannot read {name}: {source}")),
        };
        let about = fs::metadata(path).map_err(unreadable)?;
        if about.is_dir() {
            return Err(Error::Image(format!("{name} is a folder{}", others_beside(&path.join("x")))));
        }
        if !about.is_file() {
            return Err(Error::Image(format!("{name} is no ordinary file; -f takes a qcow2 image")));
        }
        let mut file = File::open(path).map_err(unreadable)?;
        match Content::of(&file).map_err(unreadable)? {
            Content::Qcow2 => {}
            Content::Empty => return Err(Error::Image(format!("{name} is empty; download or copy it again"))),
            content @ (Content::Gzip | Content::Tar) => {
                let how = if content == Content::Gzip { "tar xzf" } else { "tar xf" };
                return Err(Error::Image(format!(
                    "{name} is an archive, not yet the image; a start unpacks it, and so does: {how} {}",
                    crate::shell::word(path.as_os_str())
                )));
            }
            Content::Capture => {
                return Err(Error::Image(format!("{name} is a capture; -f takes the VM's qcow2 image")));
            }
            Content::Other => {
                return Err(Error::Image(format!(
                    "{name} is not a qcow2 image; an image of another kind is changed into one by: \
                     qemu-img convert -O qcow2 {} tc.qcow2",
                    crate::shell::word(path.as_os_str())
                )));
            }
        }
        if let Some(needed) = missing_bytes(&mut file, about.len()).map_err(unreadable)? {
            return Err(Error::Image(format!(
                "{name} is incomplete ({} of at least {}): download or copy it again",
                size(about.len()),
                size(needed)
            )));
        }
        let read_only = match OpenOptions::new().write(true).open(path) {
            Ok(_) => false,
            Err(error) => matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem),
        };
        let path = std::path::absolute(path).map_err(unreadable)?;
        Ok(Self { path, id: (about.dev(), about.ino()), read_only })
    }
}

/// How many bytes a whole image of this description would have, if the file is shorter.
///
/// QEMU itself does not notice that a download broke off: the VM then hangs before it boots. So every
/// place that the two levels of tables point to has to lie inside the file (`docs/interop/qcow2.rst` of
/// QEMU's documentation). What cannot be judged here (other cluster formats) is left to QEMU.
fn missing_bytes(file: &mut File, length: u64) -> io::Result<Option<u64>> {
    const HEADER: usize = 80;
    const TABLE_OFFSET: u64 = 0x00ff_ffff_ffff_fe00;
    const COMPRESSED: u64 = 1 << 62;
    const EXTERNAL_DATA_OR_WIDE_ENTRIES: u64 = 1 << 2 | 1 << 4;
    /// QEMU's own limit for the first table, in entries of eight bytes.
    const MOST_ENTRIES: u64 = 4 << 20;

    let mut header = Vec::with_capacity(HEADER);
    file.seek(SeekFrom::Start(0))?;
    file.by_ref().take(HEADER as u64).read_to_end(&mut header)?;
    if header.len() < 72 {
        return Ok(Some(72));
    }
    let version = word(&header, 4) >> 32;
    let cluster_bits = word(&header, 20) >> 32;
    let first_entries = word(&header, 36) >> 32;
    let first_table = word(&header, 40);
    let features = if version >= 3 && header.len() >= HEADER { word(&header, 72) } else { 0 };
    if !(9..=21).contains(&cluster_bits)
        || first_entries > MOST_ENTRIES
        || features & EXTERNAL_DATA_OR_WIDE_ENTRIES != 0
    {
        return Ok(None);
    }

    let mut last = first_table;
    let cluster = 1_usize << cluster_bits;
    let Some(first) = table(file, first_table, first_entries as usize * 8)? else {
        return Ok(Some(first_table.saturating_add(first_entries * 8)));
    };
    // The offset of a compressed cluster has fewer bits, because its size shares the entry.
    let compressed_offset = (1_u64 << (62 - (cluster_bits - 8))) - 1;
    for second_table in first.chunks_exact(8).map(|entry| word(entry, 0) & TABLE_OFFSET).filter(|at| *at != 0) {
        last = last.max(second_table);
        let Some(second) = table(file, second_table, cluster)? else {
            return Ok(Some(second_table.saturating_add(cluster as u64)));
        };
        for entry in second.chunks_exact(8).map(|entry| word(entry, 0)) {
            let at = if entry & COMPRESSED != 0 { entry & compressed_offset } else { entry & TABLE_OFFSET };
            last = last.max(at);
        }
    }
    Ok((last >= length).then_some(last.saturating_add(1)))
}

/// The bytes of a table, or nothing where the file ends before it does.
fn table(file: &mut File, at: u64, bytes: usize) -> io::Result<Option<Vec<u8>>> {
    let mut table = Vec::new();
    file.seek(SeekFrom::Start(at))?;
    file.by_ref().take(bytes as u64).read_to_end(&mut table)?;
    Ok((table.len() == bytes).then_some(table))
}

/// Eight bytes at `at`, big-endian; what lies behind the end counts as zero.
fn word(bytes: &[u8], at: usize) -> u64 {
    (at..at + 8).fold(0, |value, index| value << 8 | u64::from(bytes.get(index).copied().unwrap_or(0)))
}

/// Names the images in the folder of a path that led nowhere, since one of them is probably meant.
fn others_beside(path: &Path) -> String {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut found: Vec<String> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "qcow2"))
        .map(|path| quoted(path.strip_prefix("./").unwrap_or(&path)))
        .collect();
    found.sort();
    found.truncate(5);
    match found.is_empty() {
        true => "; -f takes the VM's qcow2 image".to_owned(),
        false => format!("; did you mean {}?", found.join(" or ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    /// A version 3 image with clusters of 512 bytes: header, first table, one second table, one cluster.
    fn small_image(cluster_at: u64) -> Vec<u8> {
        let mut bytes = vec![0; 2048];
        bytes[..4].copy_from_slice(b"QFI\xfb");
        bytes[4..8].copy_from_slice(&3_u32.to_be_bytes());
        bytes[20..24].copy_from_slice(&9_u32.to_be_bytes());
        bytes[36..40].copy_from_slice(&1_u32.to_be_bytes());
        bytes[40..48].copy_from_slice(&512_u64.to_be_bytes());
        bytes[512..520].copy_from_slice(&(1 << 63 | 1024_u64).to_be_bytes());
        bytes[1024..1032].copy_from_slice(&(1 << 63 | cluster_at).to_be_bytes());
        bytes
    }

    fn open(bytes: &[u8]) -> Result<Image, Error> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        Image::open(file.path())
    }

    fn refusal(bytes: &[u8]) -> String {
        open(bytes).unwrap_err().to_string()
    }

    #[test]
    fn a_whole_image_is_taken_by_its_absolute_name() {
        let image = open(&small_image(1536)).unwrap();
        assert!(image.path.is_absolute() && !image.read_only);
    }

    #[test]
    fn an_image_cut_at_any_byte_is_incomplete() {
        let whole = small_image(1536);
        for length in 4..1536 {
            let words = refusal(&whole[..length]);
            assert!(words.contains("is incomplete"), "{length}: {words}");
        }
    }

    #[test]
    fn a_cluster_beyond_the_end_is_missed() {
        assert!(refusal(&small_image(1 << 20)).contains("2.0 kB of at least 1.0 MB"));
    }

    #[test]
    fn an_image_of_an_unknown_shape_is_left_to_qemu() {
        let mut odd = small_image(1 << 20);
        odd[20..24].copy_from_slice(&60_u32.to_be_bytes());
        assert!(open(&odd).is_ok());
    }

    #[test]
    fn what_is_no_image_is_named() {
        assert!(refusal(b"").contains("is empty"));
        assert!(refusal(&[0x1f, 0x8b, 8, 0]).contains("tar xzf"));
        assert!(refusal(&[0xd4, 0xc3, 0xb2, 0xa1]).contains("is a capture"));
        assert!(refusal(b"MZ..").contains("is not a qcow2 image"));
    }

    #[test]
    fn a_name_that_leads_nowhere_brings_up_its_neighbours() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("tc.qcow2"), "").unwrap();
        let words = Image::open(&folder.path().join("tx.qcow2")).unwrap_err().to_string();
        assert!(
            words.contains("there is no") && words.contains("did you mean") && words.contains("tc.qcow2"),
            "{words}"
        );
        let words = Image::open(folder.path()).unwrap_err().to_string();
        assert!(words.contains("is a folder; did you mean"), "{words}");
    }
}
