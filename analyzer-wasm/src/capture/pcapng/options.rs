//! Options of pcapng blocks, and numbers in a section's byte order.

use pcap_parser::pcapng::PcapNGOption;

use super::{BYTE_ORDER, Clock, Interface};
use crate::capture::Extra;

/// The byte order of a section.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum ByteOrder {
    #[default]
    Little,
    Big,
}

impl ByteOrder {
    /// By a section header's first bytes.
    pub(super) fn of_section(start: &[u8; 12]) -> Option<ByteOrder> {
        match ByteOrder::Little.u32(start, 8)? {
            BYTE_ORDER => Some(ByteOrder::Little),
            order if order.swap_bytes() == BYTE_ORDER => Some(ByteOrder::Big),
            _ => None,
        }
    }

    /// The number at `at`, if it lies within `bytes`.
    pub(super) fn u16(self, bytes: &[u8], at: usize) -> Option<u16> {
        let bytes = *bytes.get(at..)?.first_chunk()?;
        Some(if self == ByteOrder::Big { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    }

    /// The number at `at`, if it lies within `bytes`.
    pub(super) fn u32(self, bytes: &[u8], at: usize) -> Option<u32> {
        let bytes = *bytes.get(at..)?.first_chunk()?;
        Some(if self == ByteOrder::Big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }

    /// The number at `at`, if it lies within `bytes`.
    pub(super) fn u64(self, bytes: &[u8], at: usize) -> Option<u64> {
        let bytes = *bytes.get(at..)?.first_chunk()?;
        Some(if self == ByteOrder::Big { u64::from_be_bytes(bytes) } else { u64::from_le_bytes(bytes) })
    }
}

/// Each option's code and value up to `opt_endofopt`, without padding (section 3.5).
fn each<'a>(options: &'a [PcapNGOption<'_>]) -> impl Iterator<Item = (u16, &'a [u8])> {
    options
        .iter()
        .map(|option| (option.code.0, option.as_bytes().unwrap_or_default()))
        .take_while(|(code, _)| *code != 0)
}

/// Fills in what an Interface Description Block says of its interface (section 4.2), and returns its clock.
pub(super) fn describe(order: ByteOrder, options: &[PcapNGOption<'_>], interface: &mut Interface) -> Clock {
    let mut clock = Clock::default();
    let mut offset = 0;
    for (code, value) in each(options) {
        match (code, value) {
            (2, name) => interface.name = text(name),
            (3, description) => interface.description = text(description),
            (9, &[resolution]) => clock = Clock::with_resolution(resolution),
            (11, [0, filter @ ..]) => interface.filter = text(filter),
            (12, system) => interface.system = text(system),
            (13, &[bits]) => interface.fcs_bits = Some(bits),
            (14, value) if value.len() == 8 => offset = order.u64(value, 0).unwrap_or_default() as i64,
            _ => {}
        }
    }
    clock.offset = offset;
    clock
}

/// What an Enhanced Packet Block says beyond the packet (section 4.3); nothing if it says nothing that is known.
pub(super) fn extra(order: ByteOrder, options: &[PcapNGOption<'_>]) -> Option<Box<Extra>> {
    let mut extra: Option<Box<Extra>> = None;
    for (code, value) in each(options) {
        if !matches!(code, 1 | 2 | 4 | 5 | 6 | 7) {
            continue;
        }
        let extra = extra.get_or_insert_default();
        match (code, value) {
            (1, comment) => extra.comments.push(text(comment)),
            (2, flags) => extra.flags = order.u32(flags, 0),
            (4, dropped) => extra.dropped = order.u64(dropped, 0),
            (5, id) => extra.packet_id = order.u64(id, 0),
            (6, queue) => extra.queue = order.u32(queue, 0),
            (7, [kind, verdict @ ..]) => extra.verdicts.push((*kind, verdict.to_vec())),
            _ => {}
        }
    }
    extra
}

/// Packets lost by the interface and by the system, of an Interface Statistics Block's options (section 4.6).
pub(super) fn dropped(order: ByteOrder, options: &[PcapNGOption<'_>]) -> Option<u64> {
    each(options)
        .filter(|(code, value)| matches!(code, 5 | 7) && value.len() == 8)
        .filter_map(|(_, value)| order.u64(value, 0))
        .reduce(u64::saturating_add)
}

/// A text option: UTF-8, which some writers end with a zero byte all the same.
pub(super) fn text(value: &[u8]) -> String {
    let end = value.iter().position(|&byte| byte == 0).unwrap_or(value.len());
    String::from_utf8_lossy(value.get(..end).unwrap_or_default()).into_owned()
}
