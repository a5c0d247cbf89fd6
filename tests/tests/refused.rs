//! Files that are no captures are refused in words that name what was found.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use tests::analysis::Analysis;
use tests::programs::inspect;
use xtask::golden::table;
use xtask::shell::root;

#[test]
fn what_is_no_capture_is_named() {
    let rows = table(&root().join("tests/refused.tsv")).unwrap();
    assert!(rows.len() > 5);
    for row in rows {
        let bytes: Vec<u8> = row[0]
            .as_bytes()
            .chunks(2)
            .map(|digits| u8::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap())
            .collect();
        let Err(words) = Analysis::open("a file", &bytes) else { panic!("{} was taken for a capture", row[0]) };
        assert!(words.ends_with('.') && words.contains(' '), "no sentence: {words}");
        assert!(row[1] == "-" || words.to_lowercase().contains(&row[1].to_lowercase()), "{}: {words}", row[1]);
    }
}

#[test]
fn an_empty_file_is_refused_in_words() {
    let Err(words) = Analysis::open("nothing", b"") else { panic!("an empty file was taken for a capture") };
    assert!(words.contains("empty"), "{words}");
}

#[test]
fn inspect_tells_refusal_from_a_cut_capture_by_its_exit_code() {
    let refused = inspect(&["-r", "ORIGINS.md"]).unwrap();
    assert_eq!(refused.status.code(), Some(2));
    assert!(!refused.stderr.is_empty() && refused.stdout.is_empty());

    let missing = inspect(&["-r", "no-such-file.pcap"]).unwrap();
    assert_eq!(missing.status.code(), Some(2));

    let filter = inspect(&["-r", "http/quickstart.pcap", "-Y", "tcp.port =="]).unwrap();
    assert_eq!(filter.status.code(), Some(2));
    assert!(!filter.stderr.is_empty() && filter.stdout.is_empty());

    let cut = inspect(&["-r", "file/cut.pcap"]).unwrap();
    assert_eq!(cut.status.code(), Some(0));
    assert!(!cut.stderr.is_empty() && !cut.stdout.is_empty());
}

#[test]
fn strict_refuses_what_only_we_accept() {
    let filter = ["-r", "http/quickstart.pcap", "-Y", "tcp.port = 80", "-T", "fields", "-e", "frame.number"];
    let ours = inspect(&filter).unwrap();
    assert_eq!(ours.status.code(), Some(0));
    assert!(!ours.stdout.is_empty());
    let strict = inspect(&[&filter[..], &["--strict"]].concat()).unwrap();
    assert_eq!(strict.status.code(), Some(2));
}
