//! Captures that are looked at, kept, given up, and rescued.

use super::*;
use std::io::Write;

const PCAP: [u8; 4] = [0xd4, 0xc3, 0xb2, 0xa1];

fn words<Good>(result: Result<Good, Error>) -> String {
    match result {
        Ok(_) => "no error".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn looking_and_opening_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("old.pcap");
    fs::write(&path, PCAP).unwrap();
    let place = Place::look(&path).unwrap();
    assert_eq!(place.earlier.map(|earlier| earlier.length), Some(4));
    place.may_be_overwritten().unwrap();
    place.open("note").unwrap().abandon();
    assert_eq!(fs::read(&path).unwrap(), PCAP);
}

#[test]
fn a_file_made_for_a_start_that_failed_is_removed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new.pcap");
    let file = Place::look(&path).unwrap().open("note").unwrap();
    assert_eq!(file.state(), State::There(0));
    assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
    file.abandon();
    assert!(!path.exists());
}

#[test]
fn anything_but_a_capture_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("thesis.txt");
    for (content, is) in
        [(&b"my text"[..], "no capture"), (b"QFI\xfb", "a VM image"), (b"\x1f\x8b", "a compressed file")]
    {
        fs::write(&path, content).unwrap();
        let refusal = words(Place::look(&path).unwrap().may_be_overwritten());
        assert!(refusal.contains(is), "{refusal}");
    }
    fs::write(&path, "").unwrap();
    assert!(Place::look(&path).unwrap().may_be_overwritten().is_ok());
}

#[test]
fn places_where_no_file_can_be() {
    let folder = tempfile::tempdir().unwrap();
    assert!(words(Place::look(folder.path())).contains("is a folder"));
    assert!(words(Place::look(&folder.path().join("a/b/c.pcap"))).contains("the nearest that exists"));
    assert!(words(Place::look(Path::new("/dev/null"))).contains("no ordinary file"));
    use std::os::unix::ffi::OsStrExt;
    let name = std::ffi::OsStr::from_bytes(b"\xff.pcap");
    assert!(words(Place::look(&folder.path().join(name))).contains("not UTF-8"));
}

#[test]
fn as_many_earlier_captures_are_kept_as_was_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lab 1.pcap");
    for run in 0..4_u8 {
        let mut file = Place::look(&path).unwrap().open("note").unwrap();
        file.set_aside(2).unwrap();
        file.file.set_len(0).unwrap();
        file.file.write_all(&[run]).unwrap();
        assert_eq!(file.state(), State::There(1));
    }
    let read = |name: &str| fs::read(folder.path().join(name)).unwrap();
    assert_eq!([read("lab 1.pcap"), read("lab 1.1.pcap"), read("lab 1.2.pcap")], [[3], [2], [1]]);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
    assert_eq!(numbered(Path::new("/a/b"), 1), Path::new("/a/b.1"));
}

#[test]
fn a_start_that_fails_puts_earlier_captures_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.pcap");
    fs::write(&path, "now").unwrap();
    fs::write(folder.path().join("x.1.pcap"), "before").unwrap();
    let mut file = Place::look(&path).unwrap().open("note").unwrap();
    file.set_aside(3).unwrap();
    assert_eq!(file.state(), State::There(0));
    file.abandon();
    assert_eq!(fs::read(&path).unwrap(), b"now");
    assert_eq!(fs::read(folder.path().join("x.1.pcap")).unwrap(), b"before");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn one_capture_is_for_one_vm() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shared.pcap");
    let first = Place::look(&path).unwrap().open("process 812 writes it").unwrap();
    let linked = folder.path().join("link.pcap");
    fs::hard_link(&path, &linked).unwrap();
    let refusal = words(Place::look(&linked).unwrap().open("second"));
    assert!(refusal.contains("process 812 writes it"), "{refusal}");
    first.abandon();
}

#[test]
fn a_deleted_capture_is_put_back_and_a_replaced_one_saved_beside() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lost.pcap");
    let mut file = Place::look(&path).unwrap().open("note").unwrap();
    file.file.write_all(b"packets").unwrap();
    fs::remove_file(&path).unwrap();
    assert_eq!(file.state(), State::Gone);
    assert_eq!(file.rescue().unwrap(), path.canonicalize().unwrap());
    assert_eq!(fs::read(&path).unwrap(), b"packets");
    assert_eq!(file.state(), State::Gone, "the new file is a copy");
    // What comes later is copied to the same place.
    file.file.seek(SeekFrom::End(0)).unwrap();
    file.file.write_all(b" and more").unwrap();
    assert_eq!(file.rescue().unwrap(), path.canonicalize().unwrap());
    assert_eq!(fs::read(&path).unwrap(), b"packets and more");
    // A file that somebody else puts there meanwhile is theirs.
    fs::remove_file(&path).unwrap();
    fs::write(&path, "theirs").unwrap();
    let beside = file.rescue().unwrap();
    assert!(beside.ends_with("lost.pcap.rescued"));
    assert_eq!(fs::read(beside).unwrap(), b"packets and more");
    assert_eq!(fs::read(&path).unwrap(), b"theirs");
}
