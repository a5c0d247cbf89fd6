//! Messages in mode 7, which ntpd answers: of their data, whom a server has heard from.

pub(super) mod names;

use super::exchange::link;
use super::fields::*;
use super::named;
use crate::dissect::{Layer, Stop};
use crate::field::{FieldId, Values};
use crate::value::Value;

/// Whom a server has heard from: by an older and by a newer form.
const MON_GETLIST: u8 = 20;
const MON_GETLIST_1: u8 = 42;

pub(super) fn message(l: &mut Layer<'_, '_>, response: bool) -> Result<(), Stop> {
    let mark = l.mark();
    let sequence = l.flags(PRIV_AUTH_SEQ, 1, &[PRIV_AUTH, PRIV_SEQ])?;
    l.label_at(mark, || format!("Auth, sequence: {sequence}"));
    l.u8(PRIV_IMPL)?;
    let request = l.u8(PRIV_REQCODE)?;
    link(l, u64::from(request), response);
    half_and_rest(l, PRIV_ERR, PRIV_NUMITEMS)?;
    let items = l.peek(0, 2)? & 0xfff;
    l.skip(2)?;
    half_and_rest(l, PRIV_RESERVED, PRIV_ITEMSIZE)?;
    let size = l.peek(0, 2)? as usize & 0xfff;
    l.skip(2)?;
    if size == 0 || ![MON_GETLIST, MON_GETLIST_1].contains(&request) {
        return Ok(());
    }
    for _ in 0..items {
        let start = l.at();
        client(l, request == MON_GETLIST_1, size)?;
        l.seek(start + size)?;
    }
    Ok(())
}

/// Notes the highest four bits of the next two bytes, and the twelve others, without moving.
fn half_and_rest(l: &mut Layer<'_, '_>, half: FieldId, rest: FieldId) -> Result<(), Stop> {
    let (at, word) = (l.at(), l.peek(0, 2)?);
    let (high, low) = (word >> 12, word & 0xfff);
    let protocols = l.protocols();
    l.note(half, at, at + 1, Value::Uint(high));
    l.label(|| {
        let row = protocols.field(half);
        let name = if matches!(row.values, Values::None) {
            format!("0x{high:02x}")
        } else {
            format!("{} (0x{high:02x})", named(row.values, high))
        };
        format!("{high:04b} .... = {}: {name}", row.title)
    });
    l.note(rest, at, at + 2, Value::Uint(low));
    l.label(|| {
        let title = protocols.field(rest).title;
        format!(".... {:04b}  {:04b} {:04b} = {title}: {low}", low >> 8, low >> 4 & 15, low & 15)
    });
    Ok(())
}

/// A client that the server has heard from.
fn client(l: &mut Layer<'_, '_>, newer: bool, size: usize) -> Result<(), Stop> {
    let (mark, start) = (l.mark(), l.at());
    l.note_text(PRIV_ITEM, start, (start + size).min(l.end()), b"Monlist Item");
    let (address, port) = l.below(|l| {
        for field in [MONLIST_AVGINT, MONLIST_LSINT, MONLIST_RESTR, MONLIST_COUNT] {
            l.u32(field)?;
        }
        let address = l.ipv4(MONLIST_REMOTE)?;
        if newer {
            l.ipv4(MONLIST_LOCAL)?;
            l.u32(MONLIST_FLAGS)?;
        }
        let port = l.u16(MONLIST_PORT)?;
        l.u8(MONLIST_MODE)?;
        l.u8(MONLIST_VERSION)?;
        let is_version_6 = l.u32(MONLIST_IPV6)? != 0;
        l.u32(MONLIST_UNUSED)?;
        if is_version_6 {
            l.ipv6(MONLIST_REMOTE6)?;
            if newer {
                l.ipv6(MONLIST_LOCAL6)?;
            }
        }
        Ok((address, port))
    })?;
    l.label_at(mark, || format!("Monlist item: address: {address}:{port}"));
    Ok(())
}
