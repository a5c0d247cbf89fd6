//! How many messages of a direction came before this one.
//!
//! A slot holds the last packet with messages (bits 32 and up), how many came before it (10 and up), and how many it
//! has: so the number of a message is known again when its packet is read alone.

use crate::dissect::Layer;
use crate::memory::Slot;

/// Messages of one packet that are counted.
const MOST: u64 = 1023;

/// The number of this message, from 1.
pub(super) fn next(l: &mut Layer<'_, '_>, slot: Slot) -> u32 {
    let frame = u64::from(l.packet().number);
    let value = l.memory().recall(slot).unwrap_or_default();
    let (last, before, within) = (value >> 32, value >> 10 & 0x3f_ffff, value & MOST);
    let (before, within) = if last == frame { (before, within) } else { (before + within, 0) };
    l.memory().remember(slot, frame << 32 | (before & 0x3f_ffff) << 10 | (within + 1).min(MOST));
    // Its place in the packet is the number of layers of this protocol so far, itself included.
    let place = l.stack().filter(|protocol| protocol.name == super::PROTOCOL.name).count() as u64;
    (before + place) as u32
}

/// The number of all messages, as far as they are known.
pub(super) fn total(l: &mut Layer<'_, '_>, slot: Slot) -> u32 {
    let value = l.memory().recall_final(slot).unwrap_or_default();
    ((value >> 10 & 0x3f_ffff) + (value & MOST)) as u32
}
