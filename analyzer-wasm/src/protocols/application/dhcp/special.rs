//! The options whose values have a form of their own.

use super::fields::*;
use super::options::{MESSAGE_TYPE, OVERLOAD};
use super::{message_name, parts, table};
use crate::dissect::{Layer, Stop};
use crate::field::FieldId;
use crate::protocols::domain_name;
use crate::value::{Value, write_hex};
use std::net::Ipv4Addr;

/// Reads the value of one of the options below, which fills the layer; whether it was understood.
pub(super) fn read(l: &mut Layer<'_, '_>, code: u8) -> Result<bool, Stop> {
    match code {
        43 => rest(l, VENDOR_VALUE)?,
        OVERLOAD => drop(l.u8(OPTION_OVERLOAD)?),
        MESSAGE_TYPE => message(l)?,
        55 => {
            while l.left() > 0 {
                let code = l.u8(REQUEST_LIST_ITEM)?;
                l.label(|| format!("Parameter Request List Item: ({code}) {}", table::name(code)));
            }
        }
        61 => return client(l),
        77 => user_class(l)?,
        78 => {
            l.u8(SLP_DIRECTORY_AGENT_VALUE)?;
            while l.left() >= 4 {
                l.ipv4(SLP_DIRECTORY_AGENT_SLPDA_ADDRESS)?;
            }
        }
        79 => {
            l.u8(SLP_SERVICE_SCOPE_VALUE)?;
            rest(l, SLP_SERVICE_SCOPE_STRING)?;
        }
        81 => full_name(l)?,
        82 => parts::relay_agent(l)?,
        90 => authentication(l)?,
        94 => {
            l.skip(1)?;
            l.u8(CLIENT_NETWORK_ID_MAJOR)?;
            l.u8(CLIENT_NETWORK_ID_MINOR)?;
        }
        97 if l.left() == 17 => {
            l.skip(1)?;
            identifier(l)?;
        }
        99 => civic_address(l)?,
        117 => {
            while l.left() > 0 {
                let (start, code) = (l.at(), l.peek(0, 2)?);
                l.skip(2)?;
                let name = u8::try_from(code).map_or("Unknown", table::name);
                l.note_text(DHCP_NAME_SERVICE_SEARCH_OPTION, start, start + 2, name.as_bytes());
                l.label(|| format!("Name Service: {name} Option ({code})"));
            }
        }
        119 => names(l, DHCP_DNS_DOMAIN_SEARCH_LIST_FQDN)?,
        120 => match l.u8(SIP_SERVER_ENCODING)? {
            0 => names(l, SIP_SERVER_NAME)?,
            1 => {
                while l.left() > 0 {
                    l.ipv4(SIP_SERVER_ADDRESS)?;
                }
            }
            _ => {}
        },
        121 | 249 => {
            while l.left() > 0 {
                route(l)?;
            }
        }
        124 => {
            while l.left() > 0 {
                l.u32(VI_CLASS_ENTERPRISE)?;
                let length = l.u8(VI_CLASS_LENGTH)?;
                l.bytes(VI_CLASS_DATA, usize::from(length))?;
            }
        }
        125 => parts::vendors(l)?,
        146 => {
            l.bits(1, &[RDNSS_RESERVED, RDNSS_PREFERENCE])?;
            l.ipv4(RDNSS_PRIMARY_DNS)?;
            l.ipv4(RDNSS_SECONDARY_DNS)?;
            names(l, RDNSS_DOMAIN)?;
        }
        151 => {
            l.u8(BULK_LEASE_STATUS_CODE)?;
            if l.left() > 0 {
                rest(l, BULK_LEASE_STATUS_CODE_MESSAGE)?;
            }
        }
        152 => return date(l, BULK_LEASE_BASE_TIME),
        154 => return date(l, BULK_LEASE_QUERY_START_TIME),
        155 => return date(l, BULK_LEASE_QUERY_END_TIME),
        158 => {
            while l.left() > 0 {
                let length = l.u8(PCP_LIST_LENGTH)?;
                (0..length / 4).try_for_each(|_| l.ipv4(PCP_SERVER).map(drop))?;
            }
        }
        159 if l.left() == 4 => {
            l.u8(PORTPARAMS_OFFSET)?;
            l.u8(PORTPARAMS_PSID_LENGTH)?;
            rest(l, PORTPARAMS_PSID)?;
        }
        212 if l.left() >= 22 => {
            l.u8(SIXRD_IPV4_MASK_LEN)?;
            l.u8(SIXRD_PREFIX_LEN)?;
            l.ipv6(SIXRD_PREFIX)?;
            while l.left() > 0 {
                l.ipv4(SIXRD_BORDER_RELAY_IP)?;
            }
        }
        _ => return Ok(false),
    }
    Ok(true)
}

/// Takes all that is left of the value.
pub(super) fn rest(l: &mut Layer<'_, '_>, field: FieldId) -> Result<(), Stop> {
    l.bytes_left(field);
    Ok(())
}

fn message(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    let number = u64::from(l.u8(DHCP)?);
    l.title(|| format!("Dynamic Host Configuration Protocol ({})", message_name(number)));
    Ok(())
}

/// Seconds since 1970.
fn date(l: &mut Layer<'_, '_>, field: FieldId) -> Result<bool, Stop> {
    if l.left() != 4 {
        return Ok(false);
    }
    let (start, seconds) = (l.at(), l.peek(0, 4)?);
    l.skip(4)?;
    l.note(field, start, start + 4, Value::Time(seconds as i64, 0));
    Ok(true)
}

/// Who the client is (RFC 2132, section 9.14; RFC 4361, section 6.1).
fn client(l: &mut Layer<'_, '_>) -> Result<bool, Stop> {
    match (l.peek(0, 1)?, l.left()) {
        (hardware @ 1..48, 7) => {
            l.u8(HW_TYPE)?;
            if matches!(hardware, 1 | 6) {
                l.ether(HW_MAC_ADDR)?;
            } else {
                rest(l, HW_ADDR)?;
            }
        }
        (0, 17) => {
            l.skip(1)?;
            identifier(l)?;
        }
        (255, _) => {
            l.skip(1)?;
            hexadecimal(l, CLIENT_ID_IAID, 4, false)?;
            match l.u16(CLIENT_ID_DUID_TYPE)? {
                1 => {
                    l.u16(CLIENT_ID_DUID_LLT_HW_TYPE)?;
                    l.u32(CLIENT_ID_TIME)?;
                    hexadecimal(l, CLIENT_ID_LINK_LAYER_ADDRESS, l.left(), true)?;
                }
                2 => {
                    l.u32(CLIENT_ID_ENTERPRISE_NUM)?;
                    rest(l, CLIENT_ID)?;
                }
                3 => {
                    l.u16(CLIENT_ID_DUID_LL_HW_TYPE)?;
                    hexadecimal(l, CLIENT_ID_LINK_LAYER_ADDRESS, l.left(), true)?;
                }
                _ => rest(l, CLIENT_ID)?,
            }
        }
        (0, 2..) => {
            l.u8(CLIENT_ID_TYPE)?;
            rest(l, CLIENT_ID_UNDEF)?;
        }
        _ => return Ok(false),
    }
    Ok(true)
}

/// Bytes whose value is their hexadecimal text; at most 255, as they stand in an option.
fn hexadecimal(l: &mut Layer<'_, '_>, field: FieldId, length: usize, colons: bool) -> Result<(), Stop> {
    let start = l.at();
    l.skip(length)?;
    if l.wants(field) {
        let mut text = String::new();
        write_hex(&mut text, l.slice(start, start + length), colons.then_some(':'));
        l.note_text(field, start, start + length, text.as_bytes());
    }
    Ok(())
}

/// A UUID, whose first three parts stand least significant byte first.
fn identifier(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    let start = l.at();
    l.skip(16)?;
    if let [a, b, c, d, e, f, g, h, end @ ..] = l.slice(start, start + 16) {
        let mut octets = [0; 16];
        let turned = [*d, *c, *b, *a, *f, *e, *h, *g];
        octets.iter_mut().zip(turned.iter().chain(end)).for_each(|(octet, byte)| *octet = *byte);
        l.note_text(CLIENT_ID_UUID, start, start + 16, &octets);
    }
    Ok(())
}

/// Classes that the user gives the client (RFC 3004, section 4); many clients send plain text instead.
fn user_class(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    let mut classes = l.rest();
    while let [length, after @ ..] = classes {
        match after.get(usize::from(*length)..) {
            Some(next) if *length > 0 => classes = next,
            _ => return rest(l, USER_CLASS_TEXT),
        }
    }
    let mut instance = 0u64;
    while l.left() > 0 {
        let (start, length) = (l.at(), l.peek(0, 1)? as usize);
        l.note(USER_CLASS, start, start + 1 + length, Value::Uint(instance));
        l.label(|| format!("Instance of User Class: [{instance}]"));
        l.below(|l| {
            l.u8(USER_CLASS_LENGTH)?;
            l.bytes(USER_CLASS_DATA, length)
        })?;
        instance += 1;
    }
    Ok(())
}

/// The client's full name and who updates the DNS (RFC 4702, section 2).
fn full_name(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    let mark = l.mark();
    let flags = l.flags(FQDN_FLAGS, 1, &[FQDN_MBZ, FQDN_N, FQDN_E, FQDN_O, FQDN_S])?;
    l.label_at(mark, || {
        let set = [(8, ", Server DDNS"), (4, ", Encoding"), (2, ", Server overrides"), (1, ", Server")];
        let words = set.iter().filter(|(bit, _)| flags & bit != 0).map(|(_, word)| *word);
        format!("Flags: 0x{flags:02x}{}", words.collect::<String>())
    });
    l.u8(FQDN_RCODE1)?;
    l.u8(FQDN_RCODE2)?;
    if l.left() == 0 {
        return Ok(());
    }
    if flags & 4 == 0 {
        return rest(l, FQDN_NAME);
    }
    let start = l.at();
    let name = domain_name::decode(l.rest(), start, 0)?;
    l.note_text(FQDN_NAME, start, l.end(), name.text());
    Ok(())
}

/// Domain names one after the other, whose pointers count from the cursor (RFC 3397, section 2).
fn names(l: &mut Layer<'_, '_>, field: FieldId) -> Result<(), Stop> {
    let (first, all) = (l.at(), l.rest());
    while l.left() > 0 {
        let start = l.at();
        let name = domain_name::decode(all, first, start - first)?;
        l.skip(name.wire)?;
        l.note_text(field, start, l.at(), name.text());
    }
    Ok(())
}

/// Who vouches for the message (RFC 3118, section 2).
fn authentication(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    let delayed = l.u8(DHCP_AUTHENTICATION_PROTOCOL)? == 1;
    l.u8(if delayed { DHCP_AUTHENTICATION_ALG_DELAY } else { DHCP_AUTHENTICATION_ALGORITHM })?;
    l.u8(DHCP_AUTHENTICATION_RDM)?;
    l.u64(DHCP_AUTHENTICATION_RDM_REPLAY_DETECTION)?;
    if delayed && l.left() >= 20 {
        l.u32(DHCP_AUTHENTICATION_SECRET_ID)?;
        l.bytes(DHCP_AUTHENTICATION_HMAC_MD5_HASH, 16)?;
    } else if l.left() > 0 && !delayed {
        rest(l, DHCP_AUTHENTICATION_INFORMATION)?;
    }
    Ok(())
}

/// An address as people write it (RFC 4776, section 3.1).
fn civic_address(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    l.u8(CIVIC_LOCATION_WHAT)?;
    l.bytes(CIVIC_LOCATION_COUNTRY, 2)?;
    while l.left() > 0 {
        l.u8(CIVIC_LOCATION_CA_TYPE)?;
        let length = l.u8(CIVIC_LOCATION_CA_LENGTH)?;
        l.bytes(CIVIC_LOCATION_CA_VALUE, usize::from(length))?;
    }
    Ok(())
}

/// A route whose destination is cut to the bytes that its mask covers (RFC 3442).
fn route(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    let (start, width) = (l.at(), l.peek(0, 1)? as usize);
    if width > 32 {
        return Err(Stop::Malformed("a mask is wider than 32 bits"));
    }
    let covered = width.div_ceil(8);
    let bytes = l.bytes(CLASSLESS_STATIC_ROUTE, 1 + covered + 4)?;
    l.label(|| {
        let mut destination = [0u8; 4];
        destination.iter_mut().zip(bytes.iter().skip(1).take(covered)).for_each(|(to, from)| *to = *from);
        let router = crate::value::big_endian(bytes.get(1 + covered..).unwrap_or_default());
        let router = Ipv4Addr::from(router as u32);
        match width {
            0 => format!(" default-{router}"),
            _ => format!(" {}/{width}-{router}", Ipv4Addr::from(destination)),
        }
    });
    l.seek(start + bytes.len())
}
