//! Messages of version 3 (RFC 3376, section 4).

use super::*;

pub(super) const RECORDS: Values = Values::Names(&[
    (1, "Mode Is Include"),
    (2, "Mode Is Exclude"),
    (3, "Change To Include Mode"),
    (4, "Change To Exclude Mode"),
    (5, "Allow New Sources"),
    (6, "Block Old Sources"),
]);

/// A query of version 3.
pub(super) fn query(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    let (at, code) = (l.at(), l.peek(0, 1)? as u8);
    l.skip(1)?;
    // From the highest bit on it is a floating point number (RFC 3376, section 4.1.1).
    let is_float = code >= 0x80;
    let tenths = if is_float { u32::from(code & 0x0f | 0x10) << ((code >> 4 & 7) + 3) } else { u32::from(code) };
    l.note(MAX_RESP, at, at + 1, Value::Uint(u64::from(tenths)));
    l.label(|| response_time(tenths, code));
    if is_float {
        l.below(|l| {
            l.note_uint(MAX_RESP_EXP, at, 1, u64::from(code));
            l.note_uint(MAX_RESP_MANT, at, 1, u64::from(code));
        });
    }
    sum(l)?;
    l.ipv4(MADDR)?;
    l.bits(1, &[S, QRV])?;
    l.u8(QQIC)?;
    let sources = l.u16(NUM_SRC)?;
    for _ in 0..sources {
        l.ipv4(SADDR)?;
    }
    Ok(())
}

/// A report of version 3.
pub(super) fn report(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    l.bytes(RESERVED, 1)?;
    sum(l)?;
    l.bytes(RESERVED, 2)?;
    let records = l.u16(NUM_GRP_RECS)?;
    for _ in 0..records {
        l.branch(TEXT, |l, line| {
            let kind = l.u8(RECORD_TYPE)?;
            let words = usize::from(l.u8(AUX_DATA_LEN)?);
            let sources = l.u16(NUM_SRC)?;
            let group = l.ipv4(MADDR)?;
            line.add(|| format!("Group Record : {group}  {}", RECORDS.name(u64::from(kind)).unwrap_or_default()));
            for _ in 0..sources {
                l.ipv4(SADDR)?;
            }
            if words > 0 {
                l.bytes(AUX_DATA, words * 4)?;
            }
            Ok(())
        })?;
    }
    Ok(())
}
