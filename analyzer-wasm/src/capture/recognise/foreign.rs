//! Files that people open by mistake, and captures of other programs: by magic numbers, or by what must be true of them.

/// How a kind of file begins.
struct Sign {
    /// Where `bytes` stand.
    at: usize,
    bytes: &'static [u8],
    /// With its article.
    name: &'static str,
    what: What,
}

/// Why it cannot be opened, from which follows what to do.
#[derive(Clone, Copy)]
enum What {
    /// A capture, but of another program.
    Capture,
    /// Something that may hold a capture.
    Archive,
    /// The disk of a virtual machine.
    Disk,
    /// No capture at all.
    Other,
}

use What::{Archive, Capture, Disk, Other};

const fn sign(at: usize, bytes: &'static [u8], name: &'static str, what: What) -> Sign {
    Sign { at, bytes, name, what }
}

/// The longer signs of a kind stand before the shorter.
const SIGNS: &[Sign] = &[
    sign(0, b"PK\x03\x04", "a ZIP archive", Archive),
    sign(0, b"PK\x05\x06", "an empty ZIP archive", Archive),
    sign(0, b"PK\x07\x08", "a part of a ZIP archive", Archive),
    sign(0, b"7z\xbc\xaf\x27\x1c", "a 7z archive", Archive),
    sign(0, b"Rar!\x1a\x07", "a RAR archive", Archive),
    sign(0, b"BZh", "a bzip2-compressed file", Archive),
    sign(0, b"\xfd7zXZ\0", "an xz-compressed file", Archive),
    sign(0, b"\x1f\x8b\x08", "a gzip-compressed file", Archive),
    sign(0, b"\x28\xb5\x2f\xfd", "a zstd-compressed file", Archive),
    sign(0, b"\x04\x22\x4d\x18", "an lz4-compressed file", Archive),
    sign(0, b"\x02\x21\x4c\x18", "an lz4-compressed file of the old kind", Archive),
    sign(0, b"\x5d\0\0", "an LZMA-compressed file", Archive),
    sign(0, b"\x1f\x9d", "a file compressed with compress", Archive),
    sign(0, b"MSCF", "a Windows cabinet", Archive),
    sign(257, b"ustar", "a tar archive", Archive),
    sign(0, b"snoop\0\0\0", "a snoop capture (Solaris)", Capture),
    sign(0, b"btsnoop\0", "a btsnoop capture (Bluetooth, as Android records it)", Capture),
    sign(0, b"RTSS", "a Network Monitor 1 capture", Capture),
    sign(0, b"GMBU", "a Network Monitor 2 capture", Capture),
    sign(0, b"TRSNIFF data    \x1a", "a Sniffer capture (DOS)", Capture),
    sign(0, b"XCP\0", "a Sniffer capture (NetXRay)", Capture),
    sign(0, b"VL\0\0", "a NetXRay 1 capture", Capture),
    sign(0, b"\x7fver", "a Peek capture (OmniPeek, AiroPeek)", Capture),
    sign(0, b"LOGG", "a BLF log (Vector)", Capture),
    sign(0, b"iptrace 1.0", "an iptrace 1 capture (AIX)", Capture),
    sign(0, b"iptrace 2.0", "an iptrace 2 capture (AIX)", Capture),
    sign(0, b"\x05VNF", "a Visual Networks capture", Capture),
    sign(0, b"cpse", "a Capsa capture (Colasoft)", Capture),
    sign(0, b"TR\0d\0", "a nettl trace (HP-UX)", Capture),
    sign(0, b"\xaa\xaa\xaa\xaa", "a 5View capture (InfoVista)", Capture),
    sign(0, b"NCFX", "a CommView capture", Capture),
    sign(0, b"QFI\xfb", "a QEMU disk image (qcow2)", Disk),
    sign(0, b"KDMV", "a VMware disk image", Disk),
    sign(0, b"# Disk DescriptorFile", "the description of a VMware disk", Disk),
    sign(0, b"conectix", "a Virtual PC disk image", Disk),
    sign(0, b"vhdxfile", "a Hyper-V disk image", Disk),
    sign(64, b"\x7f\x10\xda\xbe", "a VirtualBox disk image", Disk),
    sign(510, b"\x55\xaa", "a disk image", Disk),
    sign(0, b"%PDF-", "a PDF document", Other),
    sign(0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document", Other),
    sign(0, b"{\\rtf", "an RTF document", Other),
    sign(0, b"\x89PNG\r\n\x1a\n", "a PNG image", Other),
    sign(0, b"\xff\xd8\xff", "a JPEG image", Other),
    sign(0, b"GIF8", "a GIF image", Other),
    sign(4, b"ftyp", "a video", Other),
    sign(0, b"SQLite format 3\0", "an SQLite database", Other),
    sign(0, b"\x7fELF", "a program (ELF)", Other),
    sign(0, b"MZ", "a Windows program", Other),
];

/// What a file is that begins so, and what to do: the rest of a sentence that begins "This is", and another. `None`
/// where that is unknown.
pub(super) fn find(head: &[u8]) -> Option<String> {
    let sign = SIGNS.iter().find(|sign| head.get(sign.at..).is_some_and(|rest| rest.starts_with(sign.bytes)));
    if let Some(Sign { name, what, .. }) = sign {
        return Some(advise(name, *what));
    }
    if erf(head) {
        return Some(advise("an ERF capture (Endace)", Capture));
    }
    if etl(head) {
        return Some(advise("an ETL trace (Windows)", Capture));
    }
    if commview(head) {
        return Some(advise("a CommView capture", Capture));
    }
    text(head)
}

fn advise(name: &str, what: What) -> String {
    match what {
        Capture => format!(
            "{name}; only pcap and pcapng captures can be opened. Wireshark can save it as one of these, and so can its \
             command editcap -F pcapng FILE NEW.pcapng."
        ),
        Archive => format!("{name}, not a capture. Unpack it and open the capture inside."),
        Disk => format!("{name}, not a capture. Open the file that was recorded while the machine ran."),
        Other => format!("{name}, not a capture. Open a pcap or pcapng file, as tcpdump and Wireshark write them."),
    }
}

/// Text of several kinds, which are worth distinguishing.
fn text(head: &[u8]) -> Option<String> {
    let utf16 = head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff");
    // The head may end within a character.
    let valid = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            head.get(..error.valid_up_to()).and_then(|valid| std::str::from_utf8(valid).ok()).unwrap_or_default()
        }
        Err(_) => "",
    };
    let printable = !valid.is_empty() && valid.chars().all(|sign| !sign.is_control() || sign.is_ascii_whitespace());
    if !utf16 && !printable {
        return None;
    }
    let start = valid.trim_start_matches('\u{feff}').trim_start().to_ascii_lowercase();
    if start.starts_with("<!doctype html") || start.starts_with("<html") {
        return Some(
            "a web page (HTML), not a capture. The page with the link to the capture was probably saved in its place: \
             download the capture again."
                .to_owned(),
        );
    }
    let (name, source) = if start.starts_with("<?xml") {
        ("an XML document", "If tshark printed it (PDML)")
    } else if start.starts_with(['{', '[']) {
        ("a JSON document", "If tshark printed it")
    } else {
        ("a text", "If tcpdump or tshark printed it")
    };
    Some(format!("{name}, not a capture. {source}, open the capture that it was printed from."))
}

/// Endace's records have no magic number; the first says how long it is, so that the second can be looked at too.
fn erf(head: &[u8]) -> bool {
    let plausible = |record: &[u8]| -> Option<(u32, usize)> {
        let &[_, _, _, _, a, b, c, d, kind, _, e, f, ..] = record else { return None };
        let (seconds, length) = (u32::from_le_bytes([a, b, c, d]), usize::from(u16::from_be_bytes([e, f])));
        // 1990 to 2050; types up to TYPE_OPA_9B, the highest that is assigned.
        let known = (631_152_000..2_524_608_000).contains(&seconds) && (1..=30).contains(&(kind & 0x7f));
        (known && length >= 16).then_some((seconds, length))
    };
    let Some((first, length)) = plausible(head) else { return false };
    match head.get(length..) {
        Some(next) if next.len() >= 16 => plausible(next).is_some_and(|(second, _)| second.abs_diff(first) < 86_400),
        _ => true,
    }
}

/// Windows event traces begin with a buffer's head, and after it the event that describes the trace.
fn etl(head: &[u8]) -> bool {
    let (Some(size), Some(event)) = (head.first_chunk(), head.get(72..76)) else { return false };
    let size = u32::from_le_bytes(*size);
    size >= 1024 && size % 1024 == 0 && size <= 1 << 24 && matches!(event, [_, _, 1 | 2, 0xc0])
}

/// CommView's records begin with lengths, a version of zero, and the date and time as people write them.
fn commview(head: &[u8]) -> bool {
    let &[_, _, _, _, 0, a, b, month, day, hours, minutes, seconds, ..] = head else { return false };
    (1990..2050).contains(&u16::from_le_bytes([a, b]))
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hours < 24
        && minutes < 60
        && seconds <= 60
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sign_is_found_as_itself() {
        for sign in SIGNS {
            let mut head = vec![0; sign.at];
            head.extend_from_slice(sign.bytes);
            head.resize(512.max(head.len()), 0);
            let found = find(&head).unwrap();
            assert!(found.starts_with(sign.name), "{} was taken for {found}", sign.name);
        }
    }

    #[test]
    fn texts_are_distinguished() {
        let found = |text: &str| find(text.as_bytes()).unwrap_or_default();
        assert!(found("\u{feff}  <!DOCTYPE HTML>\n<p>").starts_with("a web page"));
        assert!(found("<html lang=en>").starts_with("a web page"));
        assert!(found("<?xml version=\"1.0\"?><pdml>").starts_with("an XML document"));
        assert!(found("[\n  {\"_index\":").starts_with("a JSON document"));
        assert!(found("12:00:01.5 IP 10.0.2.15 > 1.1.1.1: ICMP echo request, é").starts_with("a text"));
        assert!(find(b"\xff\xfeh\0i\0").unwrap().starts_with("a text"));
        assert_eq!(find(b"text\0with a zero"), None);
        // 512 bytes may end within a letter.
        assert!(find("é".repeat(20).as_bytes().get(..39).unwrap()).is_some());
    }

    #[test]
    fn formats_without_a_magic_number() {
        let erf = [0, 0, 0, 0, 0x10, 0x32, 0x54, 0x5f, 2, 4, 0, 20, 0, 0, 0, 64, 1, 2, 3, 4];
        assert!(find(&erf).unwrap().starts_with("an ERF capture"));
        let mut two = [erf, erf].concat();
        assert!(find(&two).unwrap().starts_with("an ERF capture"));
        two[20 + 10] = 0;
        two[20 + 11] = 3;
        assert_eq!(find(&[two, vec![0; 8]].concat()), None, "the second record is shorter than its head");
        let mut etl = vec![0; 100];
        etl[1] = 0x10;
        etl[74] = 2;
        etl[75] = 0xc0;
        assert!(find(&etl).unwrap().starts_with("an ETL trace"));
        let commview = [60, 0, 60, 0, 0, 0xd0, 7, 12, 31, 23, 59, 59, 0, 0, 0, 0];
        assert!(find(&commview).unwrap().starts_with("a CommView capture"));
    }
}
