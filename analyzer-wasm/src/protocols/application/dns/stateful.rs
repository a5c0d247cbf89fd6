//! Stateful operations: a header without records, and type-length-value parts behind it (RFC 8490).

use super::fields::*;
use super::names::DSO_TYPES;
use crate::dissect::{Layer, Stop};

/// Reads the parts from the cursor to the end of the message. A response may have none.
pub(super) fn operation(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    if l.left_on_wire() == 0 {
        return Ok(());
    }
    l.branch(DSO, |l, _| {
        while l.left_on_wire() > 0 {
            part(l)?;
        }
        Ok(())
    })
}

/// Reads one part (RFC 8490, sections 5.4.4 and 7).
fn part(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    l.branch(DSO_TLV, |l, line| {
        let kind = l.u16(DSO_TLV_TYPE)?;
        line.add(|| format!("DSO TLV: {}", DSO_TYPES.name(u64::from(kind)).unwrap_or("Unknown")));
        let length = usize::from(l.u16(DSO_TLV_LENGTH)?);
        let end = l.at() + length;
        match kind {
            1 => {
                l.u32(DSO_TLV_KEEPALIVE_INACTIVITY)?;
                l.u32(DSO_TLV_KEEPALIVE_INTERVAL)?;
            }
            2 => drop(l.u32(DSO_TLV_RETRYDELAY_RETRYDELAY)?),
            3 => drop(l.bytes(DSO_TLV_ENCPAD_PADDING, length)?),
            _ => drop(l.bytes(DSO_TLV_DATA, length)?),
        }
        l.seek(end)
    })
}
