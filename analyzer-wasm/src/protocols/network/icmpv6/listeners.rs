//! Multicast Listener Discovery, versions 1 (RFC 2710) and 2 (RFC 3810).

use super::*;

/// Length of a message of version 1, from which queries of version 2 differ by being longer (RFC 3810, section 8.1).
const VERSION_1: usize = 24;

/// A query of either version, or a report or farewell of version 1.
pub(super) fn message(l: &mut Layer<'_, '_>, query: bool) -> Result<(), Stop> {
    let version_2 = query && l.left_on_wire() + 4 > VERSION_1;
    if version_2 {
        let at = l.at();
        let code = l.peek(0, 2)?;
        l.skip(2)?;
        // From the highest bit on it is a floating point number (section 5.1.3).
        let delay = if code & 0x8000 == 0 { code } else { (code & 0xfff | 0x1000) << ((code >> 12 & 7) + 3) };
        l.note(MLD_MAXIMUM_RESPONSE_CODE, at, at + 2, Value::Uint(delay));
    } else {
        l.u16(MLD_MAXIMUM_RESPONSE_DELAY)?;
    }
    l.bytes(RESERVED, 2)?;
    l.ipv6(MLD_MULTICAST_ADDRESS)?;
    if !version_2 {
        return Ok(());
    }
    let mark = l.mark();
    let flags = l.flags(MLD_FLAG, 1, &[MLD_FLAG_S, MLD_FLAG_QRV, MLD_FLAG_RESERVED])?;
    l.label_at(mark, || {
        names::flags(&format!("Flags: 0x{flags:02x}"), flags, &[(8, "Suppress Router-Side Processing")])
    });
    let at = l.at();
    let code = l.peek(0, 1)?;
    l.skip(1)?;
    // The same at half the width (section 5.1.9).
    let interval = if code & 0x80 == 0 { code } else { (code & 0x0f | 0x10) << ((code >> 4 & 7) + 3) };
    l.note(MLD_QQI, at, at + 1, Value::Uint(interval));
    let sources = l.u16(MLD_NB_SOURCES)?;
    for _ in 0..sources {
        l.ipv6(MLD_SOURCE_ADDRESS)?;
    }
    Ok(())
}

/// A report of version 2.
pub(super) fn report(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    l.bytes(RESERVED, 2)?;
    let records = l.u16(MLDR_NB_MCAST_RECORDS)?;
    for _ in 0..records {
        let mark = l.mark();
        let (kind, address) = l.nest(MLDR_MAR, record)?;
        l.label_at(mark, || {
            let kind = names::RECORDS.name(u64::from(kind)).unwrap_or("Unknown");
            format!("Multicast Address Record {kind}: {address}")
        });
    }
    Ok(())
}

fn record(l: &mut Layer<'_, '_>) -> Result<(u8, std::net::Ipv6Addr), Stop> {
    let kind = l.u8(MLDR_MAR_RECORD_TYPE)?;
    let words = usize::from(l.u8(MLDR_MAR_AUX_DATA_LEN)?);
    let sources = l.u16(MLDR_MAR_NB_SOURCES)?;
    let address = l.ipv6(MLDR_MAR_MULTICAST_ADDRESS)?;
    for _ in 0..sources {
        l.ipv6(MLDR_MAR_SOURCE_ADDRESS)?;
    }
    if words > 0 {
        l.bytes(MLDR_MAR_AUXILIARY_DATA, words * 4)?;
    }
    Ok((kind, address))
}
