//! Extension mechanisms for DNS: the pseudo record OPT and its options (RFC 6891).

use super::fields::*;
use super::message::{DnsMessage, Family};
use super::names::OPTIONS;
use super::record::Data;
use crate::dissect::{Layer, Stop, name_or_number};
use crate::field::FieldId;
use crate::value::Value;

/// Reads what stands in OPT in the places of class and time to live (RFC 6891, section 6.1.3); returns the former.
pub(super) fn header(l: &mut Layer<'_, '_>, message: &DnsMessage<'_>) -> Result<u64, Stop> {
    let (start, raw) = (l.at(), l.peek(0, 2)?);
    l.skip(2)?;
    if message.family == Family::Mdns {
        l.note_uint(RR_UDP_PAYLOAD_SIZE_MDNS, start, 2, raw);
        l.note_uint(RESP_CACHE_FLUSH, start, 2, raw);
    } else {
        l.note_uint(RR_UDP_PAYLOAD_SIZE, start, 2, raw);
    }
    l.u8(RESP_EXT_RCODE)?;
    l.u8(RESP_EDNS0_VERSION)?;
    l.flags(RESP_Z, 2, &[RESP_Z_DO, RESP_Z_RESERVED])?;
    Ok(raw)
}

/// Reads the options (RFC 6891, section 6.1.2).
pub(super) fn options(l: &mut Layer<'_, '_>, data: &mut Data<'_, '_>) -> Result<(), Stop> {
    while l.at() < data.end {
        let size = 4 + l.peek(2, 2).unwrap_or_default() as usize;
        l.within(size, |l| {
            l.branch(OPT, |l, line| {
                let code = l.u16(OPT_CODE)?;
                line.add(|| format!("Option: {}", name_or_number(&OPTIONS, u64::from(code))));
                let length = usize::from(l.u16(OPT_LEN)?);
                let start = l.at();
                l.bytes(OPT_DATA, length)?;
                l.seek(start)?;
                option(l, code, start + length)?;
                l.seek(start + length)
            })
        })?;
    }
    Ok(())
}

fn option(l: &mut Layer<'_, '_>, code: u16, end: usize) -> Result<(), Stop> {
    match code {
        5 => each(l, OPT_DAU, end)?,
        6 => each(l, OPT_DHU, end)?,
        7 => each(l, OPT_N3U, end)?,
        // 20730 was the number of the option before it got its own.
        8 | 20730 => client_subnet(l, end)?,
        10 if end > l.at() => {
            l.bytes(OPT_COOKIE_CLIENT, 8)?;
            rest(l, OPT_COOKIE_SERVER, end)?;
        }
        11 if end > l.at() => drop(l.u16(OPT_EDNS_TCP_KEEPALIVE_TIMEOUT)?),
        12 if end > l.at() => rest(l, OPT_PADDING, end)?,
        13 if end > l.at() => rest(l, OPT_CHAIN_FQDN, end)?,
        15 => {
            l.u16(OPT_EXT_ERROR_INFO_CODE)?;
            if end > l.at() {
                rest(l, OPT_EXT_ERROR_EXTRA_TEXT, end)?;
            }
        }
        _ => {}
    }
    Ok(())
}

fn each(l: &mut Layer<'_, '_>, field: FieldId, end: usize) -> Result<(), Stop> {
    (l.at()..end).try_for_each(|_| l.u8(field).map(drop))
}

fn rest(l: &mut Layer<'_, '_>, field: FieldId, end: usize) -> Result<(), Stop> {
    l.bytes(field, end.saturating_sub(l.at())).map(drop)
}

/// Which network the question came from (RFC 7871, section 6). The address is cut to the bytes that matter.
fn client_subnet(l: &mut Layer<'_, '_>, end: usize) -> Result<(), Stop> {
    let (start, longest) = (l.at(), if l.peek(0, 2)? == 1 { 4 } else { 16 });
    let whole = (4..=4 + longest).contains(&(end - start));
    if !whole {
        l.below(|l| l.note(RR_OPT_BAD_LENGTH, start, end, Value::None));
    }
    let family = l.u16(OPT_CLIENT_FAMILY)?;
    l.u8(OPT_CLIENT_NETMASK)?;
    l.u8(OPT_CLIENT_SCOPE)?;
    if !whole {
        return Err(Stop::Malformed("a client subnet is shorter or longer than any address"));
    }
    let fields = [OPT_CLIENT_ADDR4, OPT_CLIENT_ADDR6, OPT_CLIENT_ADDR];
    address(l, u64::from(family), fields, end)
}

/// Notes the address from the cursor to `end`, whose last bytes may be left out: of the first field for IPv4, of the
/// second for IPv6, else of the third.
pub(super) fn address(l: &mut Layer<'_, '_>, family: u64, fields: [FieldId; 3], end: usize) -> Result<(), Stop> {
    let [ipv4, ipv6, other] = fields;
    let (start, length) = (l.at(), end.saturating_sub(l.at()));
    let end = start + length;
    l.skip(length)?;
    let bytes = l.slice(start, end);
    let mut octets = [0; 16];
    if let Some(place) = octets.get_mut(..length) {
        place.copy_from_slice(bytes);
    }
    match family {
        1 if length <= 4 => {
            let value = octets.iter().take(4).fold(0, |value, octet| value << 8 | u64::from(*octet));
            l.note(ipv4, start, end, Value::Uint(value));
        }
        2 if length <= 16 => l.note_text(ipv6, start, end, &octets),
        _ => l.note(other, start, end, Value::Bytes),
    }
    Ok(())
}
