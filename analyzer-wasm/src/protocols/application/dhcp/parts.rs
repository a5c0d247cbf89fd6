//! The options that are made of parts: what relay agents and vendors add.

use super::fields::*;
use super::names::AGENT_PARTS;
use super::special::rest;
use crate::dissect::{Layer, Stop, name_or_number};
use crate::value::Value;
use std::net::Ipv4Addr;

/// What a relay agent adds (RFC 3046, section 2.0, and IANA).
pub(super) fn relay_agent(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    while l.left() > 0 {
        let (start, mark) = (l.at(), l.mark());
        let part = l.peek(0, 1)?;
        let length = l.peek(1, 1)? as usize;
        let value = l.slice(start + 2, start + 2 + length);
        l.note(AGENT_INFORMATION_OPTION_SUBOPTION, start, start + 2 + value.len(), Value::Uint(part));
        l.label_at(mark, || {
            let detail = match (part, value) {
                (5 | 11 | 150 | 152, [a, b, c, d]) => format!(" ({})", Ipv4Addr::new(*a, *b, *c, *d)),
                _ => String::new(),
            };
            format!("Option 82 Suboption: ({part}) {}{detail}", name_or_number(&AGENT_PARTS, part))
        });
        l.skip(1)?;
        l.below(|l| {
            l.u8(SUBOPTION_LENGTH)?;
            l.note(AGENT_INFORMATION_OPTION_VALUE, start + 2, start + 2 + value.len(), Value::Bytes);
            l.within(length, |l| relay_agent_part(l, part))
        })?;
        l.seek(start + 2 + length)?;
    }
    Ok(())
}

fn relay_agent_part(l: &mut Layer<'_, '_>, part: u64) -> Result<(), Stop> {
    match (part, l.left()) {
        (1, _) => rest(l, AGENT_INFORMATION_OPTION_AGENT_CIRCUIT_ID),
        (2, _) => rest(l, AGENT_INFORMATION_OPTION_AGENT_REMOTE_ID),
        (4, 4) => l.u32(AGENT_INFORMATION_OPTION_DOCSIS_DEVICE_CLASS).map(drop),
        (5, 4) => l.ipv4(AGENT_INFORMATION_OPTION_LINK_SELECTION).map(drop),
        (6, _) => rest(l, AGENT_INFORMATION_OPTION_SUBSCRIBER_ID),
        (7, _) => rest(l, AGENT_INFORMATION_OPTION_RADIUS_ATTRIBUTES),
        (8, _) => rest(l, AGENT_INFORMATION_OPTION_AUTHENTICATION),
        (9, 5..) => {
            l.u32(AGENT_INFORMATION_OPTION_VI_ENTERPRISE)?;
            l.below(|l| l.u8(AGENT_INFORMATION_OPTION_VI_DATA_LENGTH))?;
            rest(l, AGENT_INFORMATION_OPTION_VALUE)
        }
        (10, 1) => l.u8(AGENT_INFORMATION_OPTION_FLAGS).map(drop),
        (11, 4) => l.ipv4(AGENT_INFORMATION_OPTION_SERVER_ID_OVERRIDE).map(drop),
        (12, _) => rest(l, AGENT_INFORMATION_OPTION_RELAY_AGENT_ID),
        (150, 4) => l.ipv4(AGENT_INFORMATION_OPTION_LINK_SELECTION_CISCO).map(drop),
        (152, 4) => l.ipv4(AGENT_INFORMATION_OPTION_SERVER_ID_OVERRIDE_CISCO).map(drop),
        _ => Ok(()),
    }
}

/// What vendors add, each under its enterprise number (RFC 3925, section 4).
pub(super) fn vendors(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    const BROADBAND_FORUM: u32 = 3561;
    while l.left() > 0 {
        let enterprise = l.u32(VI_ENTERPRISE)?;
        l.below(|l| {
            let length = usize::from(l.u8(VI_LENGTH)?);
            l.within(length, |l| {
                while l.left() > 0 {
                    vendor_part(l, enterprise == BROADBAND_FORUM)?;
                }
                Ok(())
            })
        })?;
    }
    Ok(())
}

/// One part; those of the Broadband Forum are known (TR-111, section 2.3).
fn vendor_part(l: &mut Layer<'_, '_>, known: bool) -> Result<(), Stop> {
    let (start, part) = (l.at(), l.peek(0, 1)?);
    let length = l.peek(1, 1)? as usize;
    let (field, value) = match (known, part) {
        (true, 2) => (VI_TR111_SUBOPTION, VI_TR111_DEVICE_SERIAL_NUMBER),
        (true, 3) => (VI_TR111_SUBOPTION, VI_TR111_DEVICE_PRODUCT_CLASS),
        (true, 4) => (VI_TR111_SUBOPTION, VI_TR111_GATEWAY_MANUFACTURER_OUI),
        (true, 5) => (VI_TR111_SUBOPTION, VI_TR111_GATEWAY_SERIAL_NUMBER),
        (true, 6) => (VI_TR111_SUBOPTION, VI_TR111_GATEWAY_PRODUCT_CLASS),
        (true, _) => (VI_TR111_SUBOPTION, VENDOR_DATA),
        (false, _) => (VENDOR_SUBOPTION, VENDOR_DATA),
    };
    // Of a part that is not known, only its number is the line's own.
    let whole = if known { l.slice(start, start + 2 + length).len() } else { 1 };
    l.note(field, start, start + whole, Value::Uint(part));
    l.label(|| match crate::protocols::field(field).values.name(part) {
        Some(name) => format!("Option 125 Suboption: ({part}) {name}"),
        None => format!("Option 125 Suboption: {part}"),
    });
    l.skip(1)?;
    l.below(|l| {
        l.u8(SUBOPTION_LENGTH)?;
        let at = l.at();
        l.bytes(value, length)?;
        if known {
            l.note(VI_VALUE, at, at + length, Value::Bytes);
        }
        Ok(())
    })
}
