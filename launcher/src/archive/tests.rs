//! Downloads as they come, whole, broken and hostile.

use super::*;
use flate2::{Compression, write::GzEncoder};
use std::os::unix::fs::{PermissionsExt, symlink};
use tar::{Builder, EntryType, Header};
use tempfile::TempDir;

/// The smallest image that passes: version 3, no tables.
fn image() -> Vec<u8> {
    let mut bytes = vec![0; 1024];
    bytes[..4].copy_from_slice(b"QFI\xfb");
    bytes[4..8].copy_from_slice(&3_u32.to_be_bytes());
    bytes[20..24].copy_from_slice(&9_u32.to_be_bytes());
    bytes[40..48].copy_from_slice(&512_u64.to_be_bytes());
    bytes
}

fn member(kind: EntryType, name: &[u8], mode: u32, content: &[u8]) -> Vec<u8> {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_size(content.len() as u64);
    // Not by `set_path`, which refuses what a hostile archive has.
    header.as_old_mut().name[..name.len()].copy_from_slice(name);
    if matches!(kind, EntryType::Symlink | EntryType::Link) {
        header.set_link_name("/etc/passwd").unwrap();
    }
    header.set_cksum();
    let mut bytes = header.as_bytes().to_vec();
    bytes.extend_from_slice(content);
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

fn file(name: &str, content: &[u8]) -> Vec<u8> {
    member(EntryType::Regular, name.as_bytes(), 0o644, content)
}

fn tar(members: &[Vec<u8>]) -> Vec<u8> {
    [members.concat(), vec![0; 1024]].concat()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}

/// A folder with a download.
struct Desk(TempDir);

impl Desk {
    fn with(name: &str, bytes: &[u8]) -> (Self, PathBuf) {
        let desk = Self(tempfile::tempdir().unwrap());
        let archive = desk.0.path().join("down loads").join(name);
        fs::create_dir(archive.parent().unwrap()).unwrap();
        fs::write(&archive, bytes).unwrap();
        (desk, archive)
    }

    fn of(members: &[Vec<u8>]) -> (Self, PathBuf) {
        Self::with("tinycore.tar.gz", &gzip(&tar(members)))
    }

    /// All that is there, beside the download.
    fn names(&self) -> Vec<String> {
        fn walk(folder: &Path, names: &mut Vec<String>) {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                match fs::symlink_metadata(&path).unwrap().is_dir() {
                    true => walk(&path, names),
                    false => names.push(path.file_name().unwrap().to_str().unwrap().to_owned()),
                }
            }
        }
        let mut names = Vec::new();
        walk(self.0.path(), &mut names);
        names.retain(|name| !name.starts_with("tinycore.tar") && !name.ends_with(".gz"));
        names.sort();
        names
    }
}

fn refusal(archive: &Path) -> String {
    let error = unpacked(archive).unwrap_err();
    assert_eq!(error.exit_code(), 3);
    error.to_string()
}

#[test]
fn the_courses_download_is_unpacked_once_beside_itself() {
    let script = member(EntryType::Regular, b"./tinycore", 0o104_755, b"#!/bin/sh\n");
    let folder = member(EntryType::Directory, b"./", 0o700, b"");
    let (desk, archive) = Desk::of(&[folder, script, file("./tc.qcow2", &image())]);
    let path = unpacked(&archive).unwrap();
    assert_eq!(path, archive.with_file_name("tc.qcow2"));
    assert_eq!(fs::read(&path).unwrap(), image());
    assert_eq!(desk.names(), ["tc.qcow2", "tinycore"]);
    let mode = |name: &str| fs::metadata(archive.with_file_name(name)).unwrap().permissions().mode();
    assert_eq!(mode("tinycore") & 0o7100, 0o100, "executable, and nothing of another's rights");
    assert_eq!(mode("tc.qcow2") & 0o7111, 0, "no more than an ordinary file");

    // The VM has written to it.
    let used = [image(), b"used".to_vec()].concat();
    fs::write(&path, &used).unwrap();
    assert_eq!(unpacked(&archive).unwrap(), path);
    assert_eq!(fs::read(&path).unwrap(), used);
}

#[test]
fn folders_in_the_archive_are_made_and_long_names_read() {
    let long = format!("{}/{}/tc.qcow2", "a".repeat(90), "b".repeat(90));
    for header in [Header::new_gnu(), Header::new_ustar()] {
        let mut builder = Builder::new(Vec::new());
        let mut header = header;
        header.set_size(1024);
        header.set_mode(0o600);
        builder.append_data(&mut header, &long, &image()[..]).unwrap();
        let (_desk, archive) = Desk::with("tinycore.tar.gz", &gzip(&builder.into_inner().unwrap()));
        assert_eq!(unpacked(&archive).unwrap(), archive.with_file_name(&long));
    }
    let about = b"23 path=there/tc.qcow2\n";
    let pax = member(EntryType::XHeader, b"PaxHeader", 0o644, about);
    let (_desk, archive) = Desk::of(&[pax, file("short", &image())]);
    assert_eq!(unpacked(&archive).unwrap(), archive.with_file_name("there/tc.qcow2"));
}

#[test]
fn what_leads_out_of_the_folder_is_refused_and_nothing_is_written() {
    for name in ["../out.qcow2", "/tmp/out.qcow2", "a/../../out.qcow2", "..", "good/../../.ssh/authorized_keys"] {
        let (desk, archive) = Desk::of(&[file("tc.qcow2", &image()), file(name, &image())]);
        let words = refusal(&archive);
        assert!(words.contains("outside its folder") && words.contains("nothing was unpacked"), "{words}");
        assert!(desk.names().is_empty(), "{name}: {:?}", desk.names());
    }
    let pax = member(EntryType::XHeader, b"PaxHeader", 0o644, b"21 path=../out.qcow2\n");
    let (desk, archive) = Desk::of(&[pax, file("tc.qcow2", &image())]);
    assert!(refusal(&archive).contains("outside its folder"));
    assert!(desk.names().is_empty());
}

#[test]
fn links_and_devices_are_left_out() {
    let kinds = [EntryType::Symlink, EntryType::Link, EntryType::Char, EntryType::Block, EntryType::Fifo];
    let mut members: Vec<_> = kinds.iter().map(|kind| member(*kind, b"odd", 0o777, b"")).collect();
    members.push(file("odd/tc.qcow2", &image()));
    let (desk, archive) = Desk::of(&members);
    unpacked(&archive).unwrap();
    assert_eq!(desk.names(), ["tc.qcow2"]);
    assert!(fs::symlink_metadata(archive.with_file_name("odd")).unwrap().is_dir());
}

#[test]
fn a_link_that_is_there_already_is_not_followed() {
    let (desk, archive) = Desk::of(&[file("out/tc.qcow2", &image())]);
    let outside = tempfile::tempdir().unwrap();
    symlink(outside.path(), archive.with_file_name("out")).unwrap();
    assert!(refusal(&archive).contains("something else is"));
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
    drop(desk);
}

#[test]
fn nothing_that_exists_is_overwritten() {
    let (desk, archive) = Desk::of(&[file("tinycore", b"theirs"), file("tc.qcow2", &image())]);
    fs::write(archive.with_file_name("tinycore"), "mine").unwrap();
    unpacked(&archive).unwrap();
    assert_eq!(fs::read(archive.with_file_name("tinycore")).unwrap(), b"mine");
    assert_eq!(desk.names(), ["tc.qcow2", "tinycore"]);

    // What is in the image's place and is none stays, too.
    let target = archive.with_file_name("tc.qcow2");
    fs::write(&target, &image()[..600]).unwrap();
    fs::write(&target, "notes").unwrap();
    let words = refusal(&archive);
    assert!(words.contains("is not a qcow2 image") && words.contains("rename or remove it"), "{words}");
    assert_eq!(fs::read(&target).unwrap(), b"notes");
    fs::remove_file(&target).unwrap();
    symlink("/nowhere", &target).unwrap();
    assert!(refusal(&archive).contains("rename or remove it"));
}

#[test]
fn a_name_twice_is_refused() {
    let (desk, archive) = Desk::of(&[file("tc.qcow2", &image()), file("./tc.qcow2", &image())]);
    assert!(refusal(&archive).contains("twice"));
    assert!(desk.names().is_empty());
}

#[test]
fn a_download_cut_at_any_byte_is_incomplete_and_leaves_nothing() {
    let plain = tar(&[file("readme", b"hello"), file("tc.qcow2", &image())]);
    for (name, whole, step) in [("tinycore.tar.gz", gzip(&plain), 1), ("tinycore.tar", plain[..3072].to_vec(), 97)] {
        for length in (2.max(if step > 1 { 600 } else { 0 })..whole.len()).step_by(step) {
            let (desk, archive) = Desk::with(name, &whole[..length]);
            let words = refusal(&archive);
            assert!(words.contains("is incomplete: download it again"), "{name}, {length}: {words}");
            assert!(desk.names().is_empty());
        }
    }
    let whole = gzip(&image());
    for length in 2..whole.len() {
        let (desk, archive) = Desk::with("tc.qcow2.gz", &whole[..length]);
        assert!(refusal(&archive).contains("is incomplete"), "{length}");
        assert!(desk.names().is_empty());
        assert!(look(&archive).is_err());
    }
}

#[test]
fn a_damaged_download_is_named_and_leaves_nothing() {
    let whole = gzip(&tar(&[file("readme", b"hello"), file("tc.qcow2", &image())]));
    for at in 10..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x55;
        let (desk, archive) = Desk::with("tinycore.tar.gz", &bytes);
        let words = refusal(&archive);
        assert!(!words.contains("cannot be unpacked") && !words.contains("takes"), "{at}: {words}");
        assert!(desk.names().is_empty());
    }
}

#[test]
fn an_archive_without_an_image_says_what_it_holds() {
    let names = ["a", "b", "c", "d", "e", "f", "g"].map(|name| file(name, b"x"));
    let (_desk, archive) = Desk::of(&names);
    let words = refusal(&archive);
    assert!(words.contains(r#"holds no qcow2 image, but "a", "b", "c", "d", "e" and 2 more"#), "{words}");
    let (_desk, archive) = Desk::of(&[]);
    assert!(refusal(&archive).contains("neither"));
    for (content, is) in [(&b""[..], "nothing"), (&[0xd4, 0xc3, 0xb2, 0xa1], "a capture"), (b"text", "neither")] {
        let (_desk, archive) = Desk::with("output.pcap.gz", &gzip(content));
        assert!(refusal(&archive).contains(is));
    }
}

#[test]
fn of_several_images_the_courses_is_taken_or_one_is_to_be_named() {
    let (_desk, archive) = Desk::of(&[file("old.qcow2", &image()), file("new/tc.qcow2", &image())]);
    assert_eq!(unpacked(&archive).unwrap(), archive.with_file_name("new/tc.qcow2"));
    let (desk, archive) = Desk::of(&[file("one.qcow2", &image()), file("two.qcow2", &image())]);
    let words = refusal(&archive);
    assert!(words.contains("several images") && words.contains("tar xf '"), "{words}");
    assert!(desk.names().is_empty());
}

#[test]
fn a_compressed_image_and_a_plain_archive_work_too() {
    let (desk, archive) = Desk::with("tc.qcow2.gz", &gzip(&image()));
    let outlook = look(&archive).unwrap();
    assert!(!outlook.there && outlook.needs == 1024 && desk.names().is_empty());
    assert_eq!(unpacked(&archive).unwrap(), archive.with_file_name("tc.qcow2"));
    assert_eq!(desk.names(), ["tc.qcow2"]);
    assert!(look(&archive).unwrap().there);
    let (_desk, archive) = Desk::with("image.gz", &gzip(&image()));
    assert_eq!(unpacked(&archive).unwrap(), archive.with_file_name("image.qcow2"));
    let (_desk, archive) = Desk::with("tinycore.tar.gz", &tar(&[file("tc.qcow2", &image())]));
    assert_eq!(unpacked(&archive).unwrap(), archive.with_file_name("tc.qcow2"));
}

#[test]
fn what_is_made_to_fill_disk_or_memory_is_refused() {
    // A member that says it has an exabyte.
    let mut header = Header::new_gnu();
    header.set_path("tc.qcow2").unwrap();
    header.set_size(1 << 60);
    header.set_cksum();
    let (desk, archive) = Desk::of(&[header.as_bytes().to_vec()]);
    let words = refusal(&archive);
    assert!(words.contains("are free there"), "{words}");
    assert!(desk.names().is_empty());

    let long = member(EntryType::GNULongName, b"././@LongLink", 0o644, &vec![b'a'; 1 << 20]);
    let (desk, archive) = Desk::of(&[long, file("tc.qcow2", &image())]);
    assert!(refusal(&archive).contains("longer than any path"));
    let many: Vec<_> = (0..10_050).map(|number| file(&number.to_string(), b"")).collect();
    let (_desk, many) = Desk::of(&many);
    assert!(refusal(&many).contains("other members"));
    assert!(desk.names().is_empty());
}

#[test]
fn a_folder_that_takes_no_file_is_told_and_what_a_killed_one_left_goes() {
    let (desk, archive) = Desk::of(&[file("tc.qcow2", &image())]);
    let inode = fs::metadata(&archive).unwrap().ino();
    let left = archive.with_file_name(format!(".tinycore-unpacking-{}-{inode:x}", host::name()));
    fs::create_dir(&left).unwrap();
    fs::write(left.join("half"), "x").unwrap();
    unpacked(&archive).unwrap();
    assert!(!left.exists());
    assert_eq!(desk.names(), ["tc.qcow2"]);
    // A second one at the same time is refused.
    fs::remove_file(archive.with_file_name("tc.qcow2")).unwrap();
    let about = fs::metadata(&archive).unwrap();
    let claim = Claim::take(Kind::Image((about.dev(), about.ino())), "process 812").unwrap();
    assert!(refusal(&archive).contains("just being unpacked (process 812)"));
    drop(claim);
}
