//! Variants of pcap that changed the record's shape, some without changing the file's magic number.
//!
//! These are found as libwiretap finds them: the first records are read as each variant in turn, and the variant in which
//! they look least wrong is taken.

use super::{FileHeader, LinkType, Numbers, numbers};

/// A shape of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Variant {
    /// As specified.
    Standard,
    /// IBM AIX: nanoseconds, and interface types of RFC 1573 in place of link types.
    Aix,
    /// Patched libpcap of 1999-04-17 (Red Hat 6.1): the standard magic number, and the interface, protocol and direction
    /// in each record.
    RedHat,
    /// Patched libpcap of 1999-10-29: its own magic number, the same records.
    Kuznetsov,
    /// Patched libpcap of 1999-09-15 (SuSE 6.3): the magic number of the later patch, but longer records.
    Suse,
    /// Nokia IPSO: the standard magic number, and 4 more bytes in each record.
    Nokia,
}

/// What a file with the standard magic number can be.
pub(super) const WITH_STANDARD_MAGIC: &[Variant] = &[Variant::Standard, Variant::RedHat, Variant::Nokia];
/// What a file with the modified magic number can be.
pub(super) const WITH_MODIFIED_MAGIC: &[Variant] = &[Variant::Kuznetsov, Variant::Suse];

impl Variant {
    /// Bytes before the packet in each record.
    pub(super) fn head(self) -> usize {
        match self {
            Variant::Standard | Variant::Aix => 16,
            Variant::RedHat | Variant::Kuznetsov => 24,
            Variant::Suse => 28,
            Variant::Nokia => 20,
        }
    }

    /// Bytes before the packet that the record counts as the packet's: AIX aligns FDDI frames so.
    pub(super) fn padding(self, link: LinkType) -> usize {
        if self == Variant::Aix && link == FDDI { 3 } else { 0 }
    }

    /// The format's name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Variant::Standard => "pcap",
            Variant::Aix => "AIX pcap",
            Variant::RedHat => "Red Hat 6.1 pcap",
            Variant::Kuznetsov => "modified pcap",
            Variant::Suse => "SuSE 6.3 pcap",
            Variant::Nokia => "Nokia pcap",
        }
    }
}

const FDDI: LinkType = LinkType(10);

/// The link type of an AIX capture with this number in its head, if it is one: the numbers are interface types (RFC 1573)
/// that captures of that age otherwise do not have.
pub(super) fn aix_link(network: u32) -> Option<LinkType> {
    match network {
        6 => Some(LinkType(1)),
        9 => Some(LinkType(6)),
        15 => Some(FDDI),
        24 => Some(LinkType(0)),
        _ => None,
    }
}

/// How many records are looked at.
const RECORDS: usize = 3;

/// The variant in which the first records look least wrong, or how many bytes are needed to decide.
pub(super) fn choose(head: &FileHeader, bytes: &[u8], ended: bool) -> Result<Variant, usize> {
    let mut best = (u32::MAX, Variant::Standard);
    for &variant in head.candidates {
        if head.candidates.len() == 1 {
            return Ok(variant);
        }
        match faults(head, variant, bytes, ended)? {
            0 => return Ok(variant),
            faults if faults < best.0 => best = (faults, variant),
            _ => {}
        }
    }
    Ok(best.1)
}

/// Whether the records so far are without faults as specified, and one of them at least is whole.
pub(super) fn looks_plain(head: &FileHeader, bytes: &[u8]) -> bool {
    let (mut whole, mut at) = (0, 0);
    while whole < RECORDS
        && let Some(numbers) = bytes.get(at..).and_then(|rest| numbers(head, rest))
    {
        if faults_of_numbers(head, numbers) > 0 {
            return false;
        }
        at += Variant::Standard.head() + numbers.captured as usize;
        if at > bytes.len() {
            break;
        }
        whole += 1;
    }
    whole > 0 && head.candidates.contains(&Variant::Standard)
}

/// How many things are wrong with the first records, read as `variant`; or how many bytes are needed to decide.
fn faults(head: &FileHeader, variant: Variant, bytes: &[u8], ended: bool) -> Result<u32, usize> {
    let mut faults = 0;
    let mut at = 0;
    for _ in 0..RECORDS {
        let rest = bytes.get(at..).unwrap_or_default();
        let begin = at + variant.head();
        let Some(numbers) = numbers(head, rest) else {
            return match (ended, rest.is_empty()) {
                (false, _) => Err(begin),
                (true, true) => Ok(faults),
                (true, false) => Ok(faults + 1),
            };
        };
        faults += faults_of_numbers(head, numbers) + faults_of_rest(head, variant, rest);
        let end = begin + numbers.captured as usize;
        let cut = begin > bytes.len();
        if cut || numbers.captured > head.link.longest() {
            return if cut && !ended { Err(begin) } else { Ok(faults + u32::from(cut)) };
        }
        if end > bytes.len() {
            return if ended { Ok(faults + 1) } else { Err(end) };
        }
        at = end;
    }
    Ok(faults)
}

/// What is wrong with the numbers that all variants have.
fn faults_of_numbers(head: &FileHeader, numbers: Numbers) -> u32 {
    [
        numbers.fraction >= 1_000_000,
        numbers.captured > head.link.longest(),
        numbers.captured > head.snap_length,
        numbers.length > 128 << 20,
        numbers.captured > numbers.length,
    ]
    .into_iter()
    .map(u32::from)
    .sum()
}

/// What is wrong with the numbers that this variant adds.
fn faults_of_rest(head: &FileHeader, variant: Variant, record: &[u8]) -> u32 {
    let rest = record.get(16..).unwrap_or_default();
    let Some(word) = rest.first_chunk::<4>() else { return 0 };
    let word = if head.big_endian { u32::from_be_bytes(*word) } else { u32::from_le_bytes(*word) };
    match variant {
        Variant::Standard | Variant::Aix => 0,
        // Only words such as 0x9fbfb601 were ever seen there.
        Variant::Nokia => {
            let seen = word & 0x0fff_00f0 == 0x0fbf_0000
                && matches!(word >> 28, 0x9 | 0xb)
                && matches!(word >> 12 & 0xf, 0xb | 0xd)
                && matches!(word >> 8 & 0xf, 0x6 | 0x9)
                && matches!(word & 0xf, 1 | 2);
            u32::from(!seen)
        }
        Variant::RedHat | Variant::Kuznetsov | Variant::Suse => {
            let protocol = rest.get(4..).and_then(|rest| rest.first_chunk()).copied().unwrap_or_default();
            let protocol = if head.big_endian { u16::from_be_bytes(protocol) } else { u16::from_le_bytes(protocol) };
            let direction = rest.get(6).copied().unwrap_or_default();
            // An Ethertype, or one of Linux's own small numbers; and one of its five directions.
            let known = protocol >= 0x0600 || matches!(protocol, 0..=0x17 | 0x60 | 0x200 | 0x400);
            u32::from(word > 10_000) + u32::from(!known) + u32::from(direction > 4)
        }
    }
}
