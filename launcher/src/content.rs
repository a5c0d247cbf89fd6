//! What a file is, by its first bytes: names are wrong too often to be believed.

use std::{
    fs::File,
    io::{self, Read},
};

/// The kinds of file that matter to someone who mixes up an image, a capture and a download.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// No bytes at all.
    Empty,
    /// A QEMU disk image, version 2 or later.
    Qcow2,
    /// A capture, pcap or pcapng.
    Capture,
    /// Something that gzip compressed, such as the course's download.
    Gzip,
    /// A tar archive, such as the course's download once a browser has uncompressed it.
    Tar,
    /// Something else.
    Other,
}

impl Content {
    /// Reads what `file` begins with; the file's position moves.
    pub fn of(mut file: &File) -> io::Result<Self> {
        let mut head = Vec::new();
        file.by_ref().take(512).read_to_end(&mut head)?;
        Ok(Self::of_bytes(&head))
    }

    /// What begins with these bytes: the first 512, or all if there are fewer.
    pub fn of_bytes(head: &[u8]) -> Self {
        match head {
            [] => Self::Empty,
            [b'Q', b'F', b'I', 0xfb, ..] => Self::Qcow2,
            // The classic format with microseconds, with nanoseconds and Kuznetzov's variant, in both byte orders; then pcapng.
            [0xa1, 0xb2, 0xc3, 0xd4, ..]
            | [0xd4, 0xc3, 0xb2, 0xa1, ..]
            | [0xa1, 0xb2, 0x3c, 0x4d, ..]
            | [0x4d, 0x3c, 0xb2, 0xa1, ..]
            | [0xa1, 0xb2, 0xcd, 0x34, ..]
            | [0x34, 0xcd, 0xb2, 0xa1, ..]
            | [0x0a, 0x0d, 0x0d, 0x0a, ..] => Self::Capture,
            [0x1f, 0x8b, ..] => Self::Gzip,
            // All of today's tar programs write this into the first member's header (pax(1), "ustar Interchange Format").
            _ if head.get(257..262) == Some(b"ustar") => Self::Tar,
            _ => Self::Other,
        }
    }
}

/// A size as people say it: `1.2 MB`.
pub fn size(bytes: u64) -> String {
    const STEPS: [(u64, &str); 4] = [(1_000_000_000_000, "TB"), (1_000_000_000, "GB"), (1_000_000, "MB"), (1000, "kB")];
    match STEPS.iter().find(|(unit, _)| bytes >= *unit) {
        Some((unit, name)) => {
            let tenths = u128::from(bytes) * 10 / u128::from(*unit);
            format!("{}.{} {name}", tenths / 10, tenths % 10)
        }
        None => format!("{bytes} bytes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_decide() {
        assert_eq!(Content::of_bytes(b""), Content::Empty);
        assert_eq!(Content::of_bytes(b"QFI\xfb"), Content::Qcow2);
        assert_eq!(Content::of_bytes(&[0xd4, 0xc3, 0xb2, 0xa1]), Content::Capture);
        assert_eq!(Content::of_bytes(&[0x0a, 0x0d, 0x0d, 0x0a]), Content::Capture);
        assert_eq!(Content::of_bytes(&[0x1f, 0x8b, 8, 0]), Content::Gzip);
        let mut archive = vec![0; 512];
        archive[257..262].copy_from_slice(b"ustar");
        assert_eq!(Content::of_bytes(&archive), Content::Tar);
        assert_eq!(Content::of_bytes(&archive[..261]), Content::Other);
        assert_eq!(Content::of_bytes(b"my n"), Content::Other);
        assert_eq!(Content::of_bytes(&[0xd4, 0xc3]), Content::Other);
    }

    #[test]
    fn sizes_are_cut_never_rounded_up() {
        assert_eq!(size(0), "0 bytes");
        assert_eq!(size(999), "999 bytes");
        assert_eq!(size(1999), "1.9 kB");
        assert_eq!(size(18_100_000), "18.1 MB");
        assert_eq!(size(u64::MAX), "18446744.0 TB");
    }
}
