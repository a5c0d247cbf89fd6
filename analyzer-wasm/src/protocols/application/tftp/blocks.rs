//! Blocks of a file, and their acknowledgments (RFC 1350).

use super::transfer::{HIGHEST, TransferEnds, agree, highest, terms};
use super::{BLOCK, BLOCK_WRAP, FULL_BLOCK, NEXT_WINDOW_SIZE, WINDOWSIZE_CHANGE};
use crate::dissect::{Layer, Next, Stop};
use crate::value::Value;

/// How far block numbers may go on before the number is kept from which the next are counted.
const STRIDE: u32 = 1 << 12;

pub(super) fn data(l: &mut Layer<'_, '_>, ends: TransferEnds) -> Result<Next, Stop> {
    let at = l.at();
    let block = l.u16(BLOCK)?;
    let last = l.left_on_wire() < usize::from(terms(l, ends).block);
    if block == u16::MAX && !last {
        l.remark(BLOCK_WRAP, at, || "TFTP block number is about to wrap".into());
    }
    let highest = highest(l, ends);
    let full = full(block, highest);
    if !l.quoted() && full >= highest.saturating_add(STRIDE) {
        l.memory().append(&HIGHEST, ends, full);
    }
    l.generated(FULL_BLOCK, Value::Uint(u64::from(full)));
    l.summarize(|| last.then(|| " (last)".to_owned()));
    Ok(Next::Data)
}

pub(super) fn acknowledgement(l: &mut Layer<'_, '_>, ends: TransferEnds) -> Result<(), Stop> {
    let block = l.u16(BLOCK)?;
    let full = full(block, highest(l, ends));
    l.generated(FULL_BLOCK, Value::Uint(u64::from(full)));
    let mut terms = terms(l, ends);
    if terms.microsoft && l.left() > 0 {
        let at = l.at();
        let window = l.uint(NEXT_WINDOW_SIZE, 1)? as u16;
        if window != terms.window {
            l.remark(WINDOWSIZE_CHANGE, at, || "TFTP window size is changing".into());
            terms.window = window;
            agree(l, ends, terms);
        }
    }
    Ok(())
}

/// The number of a block with the bits that the 16 on the wire lack: the one next to the highest so far.
fn full(block: u16, highest: u32) -> u32 {
    let near = (highest & !0xffff) | u32::from(block);
    let around = [near.checked_sub(0x1_0000), Some(near), near.checked_add(0x1_0000)];
    around.into_iter().flatten().min_by_key(|full| full.abs_diff(highest)).unwrap_or(near)
}
