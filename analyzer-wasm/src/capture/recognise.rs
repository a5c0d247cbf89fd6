//! What a file is, by its first bytes and never by its name.

mod foreign;

use super::{Unreadable, pcap, pcapng};

/// The format of a file, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileKind {
    /// More bytes are needed to decide.
    Open,
    Pcap,
    Pcapng,
    Packed(Packing),
    /// Something else.
    Other,
}

/// How a capture can be compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    Gzip,
    Zstd,
    Lz4,
}

impl Packing {
    /// Its name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Packing::Gzip => "gzip",
            Packing::Zstd => "zstd",
            Packing::Lz4 => "lz4",
        }
    }
}

/// How many first bytes are looked at.
pub(super) const HEAD: usize = 512;

const GZIP: &[u8] = &[0x1f, 0x8b, 8];
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];
const LZ4: &[u8] = &[0x04, 0x22, 0x4d, 0x18];

/// What a file is that begins so; `whole` says that these are all its bytes.
pub(super) fn recognise(head: &[u8], whole: bool) -> FileKind {
    if pcap::magic(head).is_some() {
        return FileKind::Pcap;
    }
    match pcapng::magic(head) {
        Some(true) => return FileKind::Pcapng,
        None if whole && head.len() >= 4 => return FileKind::Pcapng,
        _ => {}
    }
    // Parallel compressors begin with a frame that others skip.
    let skippable = matches!(head, [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..]);
    if head.starts_with(GZIP) {
        return FileKind::Packed(Packing::Gzip);
    } else if head.starts_with(ZSTD) || skippable {
        return FileKind::Packed(Packing::Zstd);
    } else if head.starts_with(LZ4) {
        return FileKind::Packed(Packing::Lz4);
    }
    if whole || head.len() >= HEAD { FileKind::Other } else { FileKind::Open }
}

/// What to say of a file that begins so and is no capture. `within` is the compression that it was found in.
pub(super) fn refuse(head: &[u8], within: Option<Packing>) -> Unreadable {
    let subject = match within {
        None => "This is".to_owned(),
        Some(packing) => format!("This {}-compressed file holds", packing.name()),
    };
    Unreadable(match (foreign::find(head), head, within) {
        (Some(found), ..) => format!("{subject} {found}"),
        (None, [], None) => {
            "This file is empty: it lacks even the head that a capture without packets has. If it was just \
             recorded, the recorder stopped before it wrote anything."
                .to_owned()
        }
        (None, [], Some(_)) => format!("{subject} nothing at all, not even a capture without packets."),
        (None, ..) => {
            let bytes: Vec<String> = head.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
            let file = if within.is_some() { "no capture inside" } else { "not a capture" };
            format!(
                "{subject} {file} of a known kind: it begins with the bytes {}. Open a pcap or pcapng file, as tcpdump and \
                 Wireshark write them.",
                bytes.join(" ")
            )
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_bytes_tell_nothing_yet() {
        for start in [&[][..], &[0xd4, 0xc3, 0xb2], &[0x0a, 0x0d], &[0x1f, 0x8b], b"PK\x03\x04"] {
            assert_eq!(recognise(start, false), FileKind::Open);
            assert_eq!(recognise(start, true), FileKind::Other);
        }
        let section = [0x0a, 0x0d, 0x0d, 0x0a, 0x1c];
        assert_eq!(recognise(&section, false), FileKind::Open);
        assert_eq!(recognise(&section, true), FileKind::Pcapng, "cut short, but nothing else begins so");
    }

    #[test]
    fn refusals_name_what_was_found() {
        let words = |head: &[u8]| refuse(head, None).0;
        assert!(words(b"").starts_with("This file is empty:"));
        assert!(
            words(b"\x01\x02\x03\x04\x05")
                .contains("not a capture of a known kind: it begins with the bytes 01 02 03 04.")
        );
        assert!(words(b"PK\x03\x04").starts_with("This is a ZIP archive, not a capture."));
        let inside = refuse(b"%PDF-1.7", Some(Packing::Gzip)).0;
        assert!(inside.starts_with("This gzip-compressed file holds a PDF document, not a capture."), "{inside}");
        let inside = refuse(b"\x01\x02", Some(Packing::Zstd)).0;
        assert!(inside.starts_with("This zstd-compressed file holds no capture inside of a known kind"), "{inside}");
    }
}
