//! Blocks that hold a packet: enhanced, simple, and the obsolete one.

use pcap_parser::PcapError;
use pcap_parser::pcapng::{EnhancedPacketBlock, PcapNGOption, SimplePacketBlock, parse_option_be, parse_option_le};

use super::options::{self, ByteOrder};
use super::{Pcapng, kind};
use crate::capture::tally::{RecordTally, counted, grouped};
use crate::capture::{Custom, Extra, LinkType, Record, Timestamp};

/// A block that holds a packet, before its numbers are checked.
struct PacketBlock<'a> {
    /// Where the packet's bytes begin in the file.
    offset: u64,
    /// At least what was captured.
    bytes: &'a [u8],
    captured: u32,
    length: u32,
    /// The interface's number in its section.
    interface: u32,
    /// Ticks of its clock.
    ticks: Option<u64>,
}

impl Pcapng {
    /// An Enhanced Packet Block (section 4.3).
    pub(super) fn packet(
        &self,
        at: u64,
        block: &EnhancedPacketBlock<'_>,
        tally: &mut RecordTally,
        each: &mut dyn FnMut(Record<'_>),
    ) -> Result<(), String> {
        let found = PacketBlock {
            offset: at + 28,
            bytes: block.data,
            captured: block.caplen,
            length: block.origlen,
            interface: block.if_id,
            ticks: Some(u64::from(block.ts_high) << 32 | u64::from(block.ts_low)),
        };
        self.hand_out(&found, || options::extra(self.order, &block.options), tally, each)
    }

    /// A Simple Packet Block (section 4.4), which belongs to the section's first interface and does not say how much of
    /// the packet was captured: as much as the snap length allowed.
    pub(super) fn simple_packet(
        &self,
        at: u64,
        block: &SimplePacketBlock<'_>,
        tally: &mut RecordTally,
        each: &mut dyn FnMut(Record<'_>),
    ) -> Result<(), String> {
        let limit = match self.interfaces.get(self.first) {
            Some(interface) if interface.snap_length > 0 => interface.snap_length,
            _ => u32::MAX,
        };
        let found = PacketBlock {
            offset: at + 12,
            bytes: block.data,
            captured: block.origlen.min(limit),
            length: block.origlen,
            interface: 0,
            ticks: None,
        };
        self.hand_out(&found, || None, tally, each)
    }

    /// A Packet Block (appendix A): obsolete, but found in old captures. pcap-parser does not know it.
    pub(super) fn obsolete_packet(
        &self,
        at: u64,
        block: &[u8],
        tally: &mut RecordTally,
        each: &mut dyn FnMut(Record<'_>),
    ) -> Result<(), String> {
        let order = self.order;
        let number = |at| order.u32(block, at).unwrap_or_default();
        let (Some(interface), Some(drops), true) = (order.u16(block, 8), order.u16(block, 10), block.len() >= 32)
        else {
            return Err(what_is_wrong(order, kind::OBSOLETE_PACKET, block, tally));
        };
        let body = block.get(28..block.len() - 4).unwrap_or_default();
        let found = PacketBlock {
            offset: at + 28,
            bytes: body,
            captured: number(20),
            length: number(24),
            interface: interface.into(),
            ticks: Some(u64::from(number(12)) << 32 | u64::from(number(16))),
        };
        let extra = || {
            let options = (found.captured as usize).next_multiple_of(4);
            let extra = options::extra(order, &parse_options(order, body.get(options..).unwrap_or_default()));
            // Its count of lost packets became an option later; all ones mean that nobody counted.
            match drops {
                u16::MAX => extra,
                _ => {
                    let mut extra = extra.unwrap_or_default();
                    extra.dropped.get_or_insert(drops.into());
                    Some(extra)
                }
            }
        };
        self.hand_out(&found, extra, tally, each)
    }

    /// A Custom Block (section 4.7): no packet, but counted among them by Wireshark, whose numbers ours shall be.
    pub(super) fn custom(
        &self,
        at: u64,
        block: &[u8],
        copied: bool,
        tally: &mut RecordTally,
        each: &mut dyn FnMut(Record<'_>),
    ) -> Result<(), String> {
        let contents = block.len().checked_sub(4).and_then(|end| block.get(12..end));
        let (Some(owner), Some(bytes)) = (self.order.u32(block, 8), contents) else {
            return Err("a custom block is too short to name its owner".to_owned());
        };
        if bytes.len() > LinkType::NONE.longest() as usize {
            return Err(too_long(bytes.len() as u32, tally));
        }
        tally.count(bytes.len(), bytes.len() as u32);
        each(Record {
            offset: at + 12,
            bytes,
            length: bytes.len() as u32,
            time: None,
            link: LinkType::NONE,
            interface: u32::MAX,
            section: self.sections.saturating_sub(1),
            extra: Some(Box::new(Extra { custom: Some(Custom { owner, copied }), ..Extra::default() })),
        });
        Ok(())
    }

    /// Makes the record, or says what makes it impossible.
    fn hand_out(
        &self,
        found: &PacketBlock<'_>,
        extra: impl FnOnce() -> Option<Box<Extra>>,
        tally: &mut RecordTally,
        each: &mut dyn FnMut(Record<'_>),
    ) -> Result<(), String> {
        let index = self.first.saturating_add(found.interface as usize);
        let (Some(interface), Some(clock)) = (self.interfaces.get(index), self.clocks.get(index)) else {
            let known = counted((self.interfaces.len() - self.first) as u64, "interface", "interfaces");
            let wanted = grouped(found.interface.into());
            return Err(format!(
                "packet {} belongs to interface {wanted} (counted from 0), but its section describes {known}",
                tally.next()
            ));
        };
        let longest = interface.link.longest();
        let bytes = found.bytes.get(..found.captured as usize).filter(|_| found.captured <= longest);
        let Some(bytes) = bytes else {
            return Err(too_long(found.captured, tally));
        };
        tally.count(bytes.len(), found.length);
        each(Record {
            offset: found.offset,
            bytes,
            length: found.length,
            time: found.ticks.map(|ticks| -> Timestamp { clock.time(ticks) }),
            link: interface.link,
            interface: index as u32,
            section: self.sections.saturating_sub(1),
            extra: extra(),
        });
        Ok(())
    }
}

/// Why a whole block could not be read.
pub(super) fn what_is_wrong(order: ByteOrder, kind: u32, block: &[u8], tally: &RecordTally) -> String {
    match kind {
        kind::PACKET if block.len() >= 32 => too_long(order.u32(block, 20).unwrap_or_default(), tally),
        kind::PACKET | kind::SIMPLE_PACKET | kind::OBSOLETE_PACKET => {
            let length = counted(block.len() as u64, "byte", "bytes");
            format!("the block of packet {} has only {length}", tally.next())
        }
        _ => {
            let length = counted(block.len() as u64, "byte", "bytes");
            format!("a block of type {kind} and {length} does not hold what its type needs")
        }
    }
}

fn too_long(captured: u32, tally: &RecordTally) -> String {
    let claim = counted(captured.into(), "byte", "bytes");
    format!("packet {} claims to hold {claim}, which is more than its block does or any packet can", tally.next())
}

/// Options up to where they make no sense.
fn parse_options(order: ByteOrder, mut bytes: &[u8]) -> Vec<PcapNGOption<'_>> {
    let mut options = Vec::new();
    loop {
        let parsed = match order {
            ByteOrder::Little => parse_option_le::<PcapError<&[u8]>>(bytes),
            ByteOrder::Big => parse_option_be::<PcapError<&[u8]>>(bytes),
        };
        let Ok((rest, option)) = parsed else { return options };
        options.push(option);
        bytes = rest;
    }
}
