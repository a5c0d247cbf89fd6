//! Service bindings: the records SVCB and HTTPS and their parameters (RFC 9460).

use super::fields::*;
use super::names::SVC_KEYS;
use super::record::Data;
use crate::dissect::{Layer, Line, Stop};
use crate::value::write_text;
use std::fmt::Display;

/// Reads the data of SVCB or HTTPS (RFC 9460, section 2.2).
pub(super) fn read(l: &mut Layer<'_, '_>, data: &mut Data<'_, '_>) -> Result<(), Stop> {
    l.u16(SVCB_SVCPRIORITY)?;
    data.message.named(l, SVCB_TARGETNAME)?;
    while l.at() < data.end {
        l.branch(SVCB_SVCPARAM, |l, line| {
            let key = l.u16(SVCB_SVCPARAM_KEY)?;
            match SVC_KEYS.name(u64::from(key)) {
                Some(name) => line.say(format_args!("SvcParam: {name}")),
                None => line.say(format_args!("SvcParam: key{key}")),
            }
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
    let mut list = |value: &dyn Display| {
        line.say(format_args!("{before}{value}"));
        before = ",";
    };
    match key {
        0 => {
            while l.at() < end {
                let key = l.u16(SVCB_SVCPARAM_MANDATORY_KEY)?;
                match SVC_KEYS.name(u64::from(key)) {
                    Some(name) => list(&name),
                    None => list(&format_args!("key{key}")),
                }
            }
        }
        1 => {
            while l.at() < end {
                let length = l.u8(SVCB_SVCPARAM_ALPN_LENGTH)?;
                let protocol = l.bytes(SVCB_SVCPARAM_ALPN, usize::from(length))?;
                list(&Shown(protocol));
            }
        }
        3 => list(&l.u16(SVCB_SVCPARAM_PORT)?),
        4 => {
            while l.at() < end {
                list(&l.ipv4(SVCB_SVCPARAM_IPV4HINT_IP)?);
            }
        }
        5 | 32769 => {
            let field = if key == 5 { SVCB_SVCPARAM_ECHCONFIG } else { SVCB_SVCPARAM_ODOHCONFIG };
            let configuration = l.bytes(field, end.saturating_sub(l.at()))?;
            let title = crate::protocols::field(field).title;
            l.label(|| format!("{title}: {}", Base64(configuration)));
            list(&Base64(configuration));
        }
        6 => {
            while l.at() < end {
                list(&l.ipv6(SVCB_SVCPARAM_IPV6HINT_IP)?);
            }
        }
        _ => list(&Shown(l.bytes(SVCB_SVCPARAM_VALUE, end.saturating_sub(l.at()))?)),
    }
    Ok(())
}

/// Bytes as text.
struct Shown<'b>(&'b [u8]);

impl Display for Shown<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut text = String::new();
        write_text(&mut text, self.0);
        f.write_str(&text)
    }
}

/// Bytes in base 64 (RFC 4648, section 4), as zone files write them.
struct Base64<'b>(&'b [u8]);

impl Display for Base64<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        const DIGITS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for chunk in self.0.chunks(3) {
            let bits = chunk.iter().chain(&[0, 0]).take(3).fold(0, |bits, byte| bits << 8 | usize::from(*byte));
            for place in 0..4 {
                let digit = bits >> (18 - 6 * place) & 63;
                f.write_str(if place <= chunk.len() { DIGITS.get(digit..=digit).unwrap_or("=") } else { "=" })?;
            }
        }
        Ok(())
    }
}
