//! Service bindings: the records SVCB and HTTPS and their parameters (RFC 9460).

use super::fields::*;
use super::names::SVC_KEYS;
use super::record::{Data, ipv6, shown, text};
use crate::dissect::{Layer, Line, Stop};
use crate::protocols;

/// Reads the data of SVCB or HTTPS (RFC 9460, section 2.2).
pub(super) fn read(l: &mut Layer<'_, '_>, data: &mut Data<'_, '_>) -> Result<(), Stop> {
    l.u16(SVCB_SVCPRIORITY)?;
    data.message.named(l, SVCB_TARGETNAME)?;
    while l.at() < data.end {
        l.branch(SVCB_SVCPARAM, |l, line| {
            let key = l.u16(SVCB_SVCPARAM_KEY)?;
            line.add(|| format!("SvcParam: {}", key_name(key)));
            let length = usize::from(l.u16(SVCB_SVCPARAM_VALUE_LENGTH)?);
            let end = l.at() + length;
            if length > 0 {
                value(l, key, end, line)?;
            }
            l.seek(end)
        })?;
    }
    Ok(())
}

/// Reads one parameter's value (RFC 9460, section 14.3.2; the configurations of ECH and of oblivious DNS stay bytes).
fn value(l: &mut Layer<'_, '_>, key: u16, end: usize, line: &mut Line) -> Result<(), Stop> {
    let mut before = "=";
    let mut list = |value: &dyn Fn() -> String| {
        line.add(|| format!("{before}{}", value()));
        before = ",";
    };
    match key {
        0 => {
            while l.at() < end {
                let key = l.u16(SVCB_SVCPARAM_MANDATORY_KEY)?;
                list(&|| key_name(key));
            }
        }
        1 => {
            while l.at() < end {
                let protocol = text(l, SVCB_SVCPARAM_ALPN_LENGTH, SVCB_SVCPARAM_ALPN)?;
                list(&|| shown(protocol));
            }
        }
        3 => {
            let port = l.u16(SVCB_SVCPARAM_PORT)?;
            list(&|| port.to_string());
        }
        4 => {
            while l.at() < end {
                let address = l.ipv4(SVCB_SVCPARAM_IPV4HINT_IP)?;
                list(&|| address.to_string());
            }
        }
        5 | 32769 => {
            let field = if key == 5 { SVCB_SVCPARAM_ECHCONFIG } else { SVCB_SVCPARAM_ODOHCONFIG };
            let configuration = l.bytes(field, end.saturating_sub(l.at()))?;
            l.label(|| format!("{}: {}", protocols::field(field).title, base64(configuration)));
            list(&|| base64(configuration));
        }
        6 => {
            while l.at() < end {
                let address = l.ipv6(SVCB_SVCPARAM_IPV6HINT_IP)?;
                list(&|| ipv6(address));
            }
        }
        _ => {
            let bytes = l.bytes(SVCB_SVCPARAM_VALUE, end.saturating_sub(l.at()))?;
            list(&|| shown(bytes));
        }
    }
    Ok(())
}

/// What a parameter is called in zone files (RFC 9460, section 2.1).
fn key_name(key: u16) -> String {
    SVC_KEYS.name(u64::from(key)).map_or_else(|| format!("key{key}"), str::to_owned)
}

/// Base 64 (RFC 4648, section 4), as zone files write it.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().chain(&[0, 0]).take(3).fold(0, |bits, byte| bits << 8 | usize::from(*byte));
        for place in 0..4 {
            let digit = bits >> (18 - 6 * place) & 63;
            text.push_str(if place <= chunk.len() { DIGITS.get(digit..=digit).unwrap_or("=") } else { "=" });
        }
    }
    text
}
