//! The classic pcap format (draft-ietf-opsawg-pcap) and its historical variants.

mod variant;

use pcap_parser::pcap::{
    LegacyPcapBlock, PcapHeader, parse_pcap_frame, parse_pcap_frame_be, parse_pcap_frame_modified, parse_pcap_header,
};

use super::framing::FramingStep;
use super::tally::{Ending, RecordTally, counted, grouped};
use super::{Interface, LinkType, Record, Timestamp, Unreadable};
use variant::Variant;

/// A pcap that is being read.
#[derive(Debug, Default)]
pub(super) struct Pcap {
    /// Whether records are wanted as soon as they come.
    hasty: bool,
    head: Option<FileHeader>,
    variant: Option<Variant>,
    /// The only interface, once the head was read.
    interface: Vec<Interface>,
}

/// The file header.
#[derive(Debug, Clone)]
struct FileHeader {
    big_endian: bool,
    nanoseconds: bool,
    /// Reserved bits of the link type field that should be zero.
    reserved: u32,
    order: LengthOrder,
    /// Link type by the file, to which limits belong.
    link: LinkType,
    snap_length: u32,
    /// The variants that this magic number leaves open, the likelier first.
    candidates: &'static [Variant],
}

/// The order of a record's two lengths. Version 2.3 changed it, and not all writers of 2.3 noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LengthOrder {
    CapturedFirst,
    CapturedSecond,
    SmallerIsCaptured,
}

/// The numbers that every record begins with.
#[derive(Debug, Clone, Copy)]
struct Numbers {
    seconds: u32,
    fraction: u32,
    captured: u32,
    length: u32,
}

const MICROSECONDS: u32 = 0xa1b2_c3d4;
const NANOSECONDS: u32 = 0xa1b2_3c4d;
/// Alexey Kuznetsov's patched libpcap.
const MODIFIED: u32 = 0xa1b2_cd34;
/// Ixia's hardware captures: nanoseconds, and 4 more bytes of head.
const IXIA_HARDWARE: u32 = 0x1c00_01ac;
/// Ixia's software captures: microseconds, and 4 more bytes of head.
const IXIA_SOFTWARE: u32 = 0x1c00_01ab;

/// Whether a file that begins so is a pcap, and if so its byte order (true for big-endian) and magic number.
pub(super) fn magic(head: &[u8]) -> Option<(bool, u32)> {
    let magic = u32::from_le_bytes(*head.first_chunk()?);
    let known = |magic| matches!(magic, MICROSECONDS | NANOSECONDS | MODIFIED | IXIA_HARDWARE | IXIA_SOFTWARE);
    if known(magic) {
        Some((false, magic))
    } else if known(magic.swap_bytes()) {
        Some((true, magic.swap_bytes()))
    } else {
        None
    }
}

impl Pcap {
    /// Without waiting for the records that would settle the variant, where the first ones look as specified.
    pub(super) fn hasty() -> Pcap {
        Pcap { hasty: true, ..Pcap::default() }
    }

    /// Reads what stands at `at`: the head, or a record, which goes to `each`. `ended` says that no bytes follow these.
    pub(super) fn next(
        &mut self,
        at: u64,
        bytes: &[u8],
        ended: bool,
        tally: &mut RecordTally,
        each: &mut dyn FnMut(Record<'_>),
    ) -> Result<FramingStep, Unreadable> {
        let Some(head) = &self.head else {
            return self.read_head(bytes);
        };
        let variant = match self.variant {
            Some(variant) => variant,
            None => match variant::choose(head, bytes, ended) {
                Ok(variant) => *self.variant.insert(variant),
                Err(_) if self.hasty && variant::looks_plain(head, bytes) => *self.variant.insert(Variant::Standard),
                Err(need) => return Ok(FramingStep::Need(need)),
            },
        };
        Ok(record(head, variant, at, bytes, tally, each))
    }

    /// Its interface: none before the head was read.
    pub(super) fn interfaces(&self) -> &[Interface] {
        &self.interface
    }

    /// The format in words.
    pub(super) fn format(&self) -> String {
        let Some(head) = &self.head else { return "pcap".to_owned() };
        let mut format = self.variant.unwrap_or(Variant::Standard).name().to_owned();
        if head.nanoseconds {
            format.push_str(" with nanoseconds");
        }
        if head.big_endian {
            format.push_str(", big-endian");
        }
        format
    }

    /// What its head says that people should know.
    pub(super) fn notes(&self, notes: &mut Vec<String>) {
        if let Some(FileHeader { reserved, .. }) = self.head
            && reserved != 0
        {
            notes.push(format!(
                "The file's head has reserved bits set beside the link type (0x{reserved:08x}); they are ignored."
            ));
        }
    }

    /// How a file ends that ends here, within a piece.
    pub(super) fn cut(&self) -> Result<Ending, Unreadable> {
        match self.head {
            Some(_) => Ok(Ending::InPacket),
            None => Err(Unreadable(
                "This file begins like a pcap capture, but ends within its first 24 bytes, before any packet. Copy or \
                 download it again."
                    .to_owned(),
            )),
        }
    }

    fn read_head(&mut self, bytes: &[u8]) -> Result<FramingStep, Unreadable> {
        let Some((big_endian, magic)) = magic(bytes) else {
            return Ok(FramingStep::Need(4));
        };
        let size = if matches!(magic, IXIA_HARDWARE | IXIA_SOFTWARE) { 28 } else { 24 };
        let Some(parsed) = bytes.get(..size).and_then(|head| parse_head(head, big_endian)) else {
            return Ok(FramingStep::Need(size));
        };
        let (major, minor) = (parsed.version_major, parsed.version_minor);
        if major < 2 {
            return Err(Unreadable(format!(
                "This is a pcap capture of version {major}.{minor}, which is older than any that can be read (2.0)."
            )));
        }
        let order = match (major, minor) {
            // DG/UX's tcpdump calls its format 543.0.
            (2, 0..=2) | (543, _) => LengthOrder::CapturedSecond,
            (2, 3) => LengthOrder::SmallerIsCaptured,
            _ => LengthOrder::CapturedFirst,
        };
        let network = parsed.network.0 as u32;
        let aix = match (magic, major, minor) {
            (MICROSECONDS, 2, 2) => variant::aix_link(network),
            _ => None,
        };
        // Only writers of 2.4 ever changed the record's shape without changing the magic number.
        let settled = order != LengthOrder::CapturedFirst;
        let head = FileHeader {
            big_endian,
            nanoseconds: matches!(magic, NANOSECONDS | IXIA_HARDWARE) || aix.is_some(),
            reserved: network & 0x03ff_0000,
            order,
            link: aix.unwrap_or(LinkType((network & 0xffff) as u16)),
            snap_length: parsed.snaplen,
            candidates: match magic {
                _ if aix.is_some() => &[Variant::Aix],
                MICROSECONDS if !settled => variant::WITH_STANDARD_MAGIC,
                MODIFIED => variant::WITH_MODIFIED_MAGIC,
                _ => &[Variant::Standard],
            },
        };
        // The FCS length is in units of 16 bits, and valid only beside its flag (draft-ietf-opsawg-pcap, section 4).
        let fcs_bits = (network & 0x0400_0000 != 0).then_some((network >> 28) as u8 * 16);
        let digits = if head.nanoseconds { 9 } else { 6 };
        let interface = Interface { snap_length: head.snap_length, fcs_bits, digits, ..Interface::new(head.link) };
        self.interface = vec![interface];
        self.head = Some(head);
        Ok(FramingStep::Piece(size))
    }
}

/// The file's head by pcap-parser, which knows three of the five magic numbers: all have the same layout up to byte 24.
fn parse_head(head: &[u8], big_endian: bool) -> Option<PcapHeader> {
    let mut known: [u8; 24] = *head.first_chunk()?;
    let magic = if big_endian { MICROSECONDS.to_be_bytes() } else { MICROSECONDS.to_le_bytes() };
    known.first_chunk_mut::<4>()?.copy_from_slice(&magic);
    parse_pcap_header(&known).ok().map(|(_, header)| header)
}

/// Reads one record.
fn record(
    head: &FileHeader,
    variant: Variant,
    at: u64,
    bytes: &[u8],
    tally: &mut RecordTally,
    each: &mut dyn FnMut(Record<'_>),
) -> FramingStep {
    let begin = variant.head();
    let Some(numbers) = numbers(head, bytes).filter(|_| bytes.len() >= begin) else {
        return FramingStep::Need(begin);
    };
    if numbers.captured > head.link.longest() {
        let claim = counted(u64::from(numbers.captured), "byte", "bytes");
        let most = grouped(u64::from(head.link.longest()));
        let reason = format!("packet {} claims to hold {claim}, more than any can ({most})", tally.next());
        tally.ending = Some(Ending::Damaged(reason));
        return FramingStep::Stop;
    }
    let end = begin + numbers.captured as usize;
    let Some(whole) = bytes.get(..end) else {
        return FramingStep::Need(end);
    };
    let Some(block) = parse_record(head, variant, whole, numbers) else {
        return FramingStep::Need(end);
    };
    let padding = variant.padding(head.link).min(block.data.len());
    let packet = block.data.get(padding..).unwrap_or_default();
    let length = block.origlen.saturating_sub(padding as u32);
    tally.count(packet.len(), length);
    each(Record {
        offset: at + (begin + padding) as u64,
        bytes: packet,
        length,
        time: Some(Timestamp::from_pcap(block.ts_sec, block.ts_usec, head.nanoseconds)),
        link: head.link,
        interface: 0,
        section: 0,
        extra: None,
    });
    FramingStep::Piece(end)
}

/// A whole record by pcap-parser where it knows the layout.
fn parse_record<'a>(
    head: &FileHeader,
    variant: Variant,
    whole: &'a [u8],
    numbers: Numbers,
) -> Option<LegacyPcapBlock<'a>> {
    let parsed = match (variant, head.big_endian, head.order) {
        (Variant::Standard, false, LengthOrder::CapturedFirst) => parse_pcap_frame(whole),
        (Variant::Standard, true, LengthOrder::CapturedFirst) => parse_pcap_frame_be(whole),
        (Variant::Kuznetsov, false, LengthOrder::CapturedFirst) => parse_pcap_frame_modified(whole),
        _ => {
            return Some(LegacyPcapBlock {
                ts_sec: numbers.seconds,
                ts_usec: numbers.fraction,
                caplen: numbers.captured,
                origlen: numbers.length,
                data: whole.get(variant.head()..)?,
            });
        }
    };
    parsed.ok().map(|(_, block)| block)
}

/// The record's first numbers, if there are bytes enough.
fn numbers(head: &FileHeader, bytes: &[u8]) -> Option<Numbers> {
    let start: &[u8; 16] = bytes.first_chunk()?;
    let number = |at: usize| {
        let bytes = start.get(at..).and_then(|rest| rest.first_chunk()).copied().unwrap_or_default();
        if head.big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
    };
    let (first, second) = (number(8), number(12));
    let (captured, length) = match head.order {
        LengthOrder::CapturedFirst => (first, second),
        LengthOrder::CapturedSecond => (second, first),
        LengthOrder::SmallerIsCaptured => (first.min(second), first.max(second)),
    };
    Some(Numbers { seconds: number(0), fraction: number(4), captured, length })
}
