//! The pcapng format (draft-ietf-opsawg-pcapng): sections of blocks, each with its own type and length.

mod names;
mod options;
mod packet;

use std::collections::BTreeMap;
use std::net::IpAddr;

use pcap_parser::pcapng::{Block, InterfaceDescriptionBlock, parse_block_be, parse_block_le, parse_sectionheaderblock};

use super::framing::FramingStep;
use super::tally::{Ending, RecordTally, counted, grouped};
use super::time::Clock;
use super::{Interface, LinkType, Record, Unreadable};
use options::ByteOrder;

/// A pcapng that is being read.
#[derive(Debug, Default)]
pub(super) struct Pcapng {
    order: ByteOrder,
    /// Sections begun so far.
    sections: u32,
    /// Interfaces of all sections, and their clocks.
    interfaces: Vec<Interface>,
    clocks: Vec<Clock>,
    /// Where in these the current section's begin.
    first: usize,
    names: Vec<(IpAddr, String)>,
    /// How many blocks of which type were skipped, of those that could matter to somebody.
    skipped: BTreeMap<u32, u64>,
    /// The type of the block that waits for more bytes, if that is known.
    waiting: Option<u32>,
}

/// Block types (draft-ietf-opsawg-pcapng, section 11.1).
mod kind {
    pub(super) const SECTION: u32 = 0x0a0d_0d0a;
    pub(super) const INTERFACE: u32 = 1;
    pub(super) const OBSOLETE_PACKET: u32 = 2;
    pub(super) const SIMPLE_PACKET: u32 = 3;
    pub(super) const NAMES: u32 = 4;
    pub(super) const STATISTICS: u32 = 5;
    pub(super) const PACKET: u32 = 6;
    pub(super) const JOURNAL: u32 = 9;
    pub(super) const SECRETS: u32 = 10;
    pub(super) const CUSTOM: u32 = 0x0000_0bad;
    pub(super) const CUSTOM_NOT_TO_COPY: u32 = 0x4000_0bad;
}

/// The byte-order magic, as little-endian reads it (section 4.1).
const BYTE_ORDER: u32 = 0x1a2b_3c4d;

/// The longest block that is believed: the longest packet, its block's own numbers, and as much again as options need.
const LONGEST_BLOCK: u32 = (128 << 20) + 32 + (128 << 10);

/// Whether a file that begins so is a pcapng; `None` until 12 bytes are there.
pub(super) fn magic(head: &[u8]) -> Option<bool> {
    let known = head.iter().zip(&kind::SECTION.to_be_bytes()).all(|(byte, expected)| byte == expected);
    match head.get(8..12) {
        _ if !known => Some(false),
        None => None,
        Some(order) => Some(order == BYTE_ORDER.to_le_bytes() || order == BYTE_ORDER.to_be_bytes()),
    }
}

impl Pcapng {
    /// Reads the block that stands at `at`; a packet goes to `each`.
    pub(super) fn next(
        &mut self,
        at: u64,
        bytes: &[u8],
        tally: &mut RecordTally,
        each: &mut dyn FnMut(Record<'_>),
    ) -> Result<FramingStep, Unreadable> {
        self.waiting = None;
        // No block is shorter than its type and its two lengths, and byte 8 of a section header begins the byte-order
        // magic.
        let Some(start) = bytes.first_chunk::<12>() else {
            return Ok(FramingStep::Need(12));
        };
        if start.starts_with(&kind::SECTION.to_be_bytes()) {
            match ByteOrder::of_section(start) {
                Some(order) => self.order = order,
                None => return Ok(stop(tally, "a section's byte order is neither of the two that exist".to_owned())),
            }
        }
        let kind = self.order.u32(start, 0).unwrap_or_default();
        let claimed = self.order.u32(start, 4).unwrap_or_default();
        // Some writers forget to count the padding.
        let length = claimed.checked_next_multiple_of(4).unwrap_or(claimed);
        if !(12..=LONGEST_BLOCK).contains(&length) {
            let reason =
                format!("a block of type {kind} claims to be {} long", counted(claimed.into(), "byte", "bytes"));
            return if self.sections == 0 { Err(Unreadable(damaged_head(&reason))) } else { Ok(stop(tally, reason)) };
        }
        self.waiting = Some(kind);
        let wanted = matches!(
            kind,
            kind::SECTION
                | kind::INTERFACE
                | kind::OBSOLETE_PACKET
                | kind::SIMPLE_PACKET
                | kind::NAMES
                | kind::STATISTICS
                | kind::PACKET
                | kind::CUSTOM
                | kind::CUSTOM_NOT_TO_COPY
        );
        if !wanted {
            *self.skipped.entry(kind).or_default() += 1;
            return Ok(FramingStep::Skip(length.into()));
        }
        let Some(whole) = bytes.get(..length as usize) else {
            return Ok(FramingStep::Need(length as usize));
        };
        let read = match self.order.u32(whole, length as usize - 4) {
            Some(again) if again == claimed || again == length => {
                let padded;
                let block = if claimed == length {
                    whole
                } else {
                    padded = self.with_length(whole, length);
                    &padded
                };
                self.block(kind, at, block, tally, each)
            }
            again => Err(format!(
                "a block says {} bytes at its beginning and {} at its end",
                grouped(claimed.into()),
                grouped(again.unwrap_or_default().into())
            )),
        };
        match read {
            Ok(()) => Ok(FramingStep::Piece(length as usize)),
            Err(reason) if self.sections == 0 => Err(Unreadable(damaged_head(&reason))),
            Err(reason) => Ok(stop(tally, reason)),
        }
    }

    /// Interfaces of all sections.
    pub(super) fn interfaces(&self) -> &[Interface] {
        &self.interfaces
    }

    /// Addresses and names.
    pub(super) fn names(&self) -> &[(IpAddr, String)] {
        &self.names
    }

    /// The format in words.
    pub(super) fn format(&self) -> String {
        match self.order {
            ByteOrder::Little => "pcapng".to_owned(),
            ByteOrder::Big => "pcapng, big-endian".to_owned(),
        }
    }

    /// What people should know.
    pub(super) fn notes(&self, notes: &mut Vec<String>) {
        for interface in &self.interfaces {
            if let Some(dropped @ 1..) = interface.dropped {
                let name = if interface.name.is_empty() { "The interface" } else { &interface.name };
                let lost = counted(dropped, "packet", "packets");
                notes.push(format!("{name} lost {lost} while capturing, by the capture's own statistics."));
            }
        }
        for (&kind, &count) in &self.skipped {
            let blocks = counted(count, "block", "blocks");
            let what = match kind {
                kind::JOURNAL => "with an entry of the system's journal".to_owned(),
                kind::SECRETS => "with decryption secrets".to_owned(),
                _ => format!("of the unknown type 0x{kind:08x}"),
            };
            let verb = if count == 1 { "was" } else { "were" };
            notes.push(format!("{blocks} {what} {verb} skipped."));
        }
    }

    /// How a file ends that ends here, within a block.
    pub(super) fn cut(&self) -> Result<Ending, Unreadable> {
        match (self.sections, self.waiting) {
            (0, _) => Err(Unreadable(
                "This file begins like a pcapng capture, but ends within its first block, before any packet. Copy or \
                 download it again."
                    .to_owned(),
            )),
            (_, Some(kind::PACKET | kind::SIMPLE_PACKET | kind::OBSOLETE_PACKET)) => Ok(Ending::InPacket),
            (_, Some(_)) => Ok(Ending::In("a block that holds no packet")),
            (_, None) => Ok(Ending::In("a block")),
        }
    }

    /// Reads one whole block, or says why it cannot be.
    fn block(
        &mut self,
        kind: u32,
        at: u64,
        block: &[u8],
        tally: &mut RecordTally,
        each: &mut dyn FnMut(Record<'_>),
    ) -> Result<(), String> {
        match kind {
            kind::SECTION => self.section(block),
            kind::NAMES => {
                names::read(self.order, block, &mut self.names);
                Ok(())
            }
            kind::OBSOLETE_PACKET => self.obsolete_packet(at, block, tally, each),
            kind::CUSTOM => self.custom(at, block, true, tally, each),
            kind::CUSTOM_NOT_TO_COPY => self.custom(at, block, false, tally, each),
            _ => match self.parse(block) {
                Some(Block::EnhancedPacket(packet)) => self.packet(at, &packet, tally, each),
                Some(Block::SimplePacket(packet)) => self.simple_packet(at, &packet, tally, each),
                Some(Block::InterfaceDescription(interface)) => {
                    self.interface(&interface);
                    Ok(())
                }
                Some(Block::InterfaceStatistics(statistics)) => {
                    let interface = self.first.saturating_add(statistics.if_id as usize);
                    let lost = options::dropped(self.order, &statistics.options);
                    if let Some(interface) = self.interfaces.get_mut(interface) {
                        interface.dropped = lost.or(interface.dropped);
                    }
                    Ok(())
                }
                _ => Err(packet::what_is_wrong(self.order, kind, block, tally)),
            },
        }
    }

    /// A whole block by pcap-parser.
    fn parse<'a>(&self, block: &'a [u8]) -> Option<Block<'a>> {
        let parsed = match self.order {
            ByteOrder::Little => parse_block_le(block),
            ByteOrder::Big => parse_block_be(block),
        };
        parsed.ok().map(|(_, block)| block)
    }

    fn section(&mut self, block: &[u8]) -> Result<(), String> {
        let Ok((_, header)) = parse_sectionheaderblock(block) else {
            return Err("a section's header cannot be read".to_owned());
        };
        match (header.major_version, header.minor_version) {
            // Version 1.2 was written by some for 1.0 (section 4.1).
            (1, 0 | 2) => {}
            (major, minor) => {
                return Err(format!("a section is of version {major}.{minor}, of which nothing is known (1.0 is)"));
            }
        }
        self.sections += 1;
        self.first = self.interfaces.len();
        Ok(())
    }

    fn interface(&mut self, block: &InterfaceDescriptionBlock<'_>) {
        let mut interface = Interface {
            section: self.sections.saturating_sub(1),
            number: (self.interfaces.len() - self.first) as u32,
            snap_length: block.snaplen,
            ..Interface::new(LinkType(block.linktype.0 as u16))
        };
        let clock = options::describe(self.order, &block.options, &mut interface);
        interface.digits = clock.digits;
        self.interfaces.push(interface);
        self.clocks.push(clock);
    }

    /// A copy of the block that says its true length at both ends, as pcap-parser insists.
    fn with_length(&self, block: &[u8], length: u32) -> Vec<u8> {
        let mut block = block.to_vec();
        let length = match self.order {
            ByteOrder::Little => length.to_le_bytes(),
            ByteOrder::Big => length.to_be_bytes(),
        };
        if let Some(first) = block.get_mut(4..8) {
            first.copy_from_slice(&length);
        }
        if let Some(last) = block.last_chunk_mut() {
            *last = length;
        }
        block
    }
}

fn stop(tally: &mut RecordTally, reason: String) -> FramingStep {
    tally.ending = Some(Ending::Damaged(reason));
    FramingStep::Stop
}

fn damaged_head(reason: &str) -> String {
    format!("This file begins like a pcapng capture, but its first block is damaged: {reason}.")
}
