//! Options of Neighbor Discovery (RFC 4861, section 4.6, and the IANA registry).

use super::*;
use crate::field::FieldId;

const SOURCE_LINK: u8 = 1;
const TARGET_LINK: u8 = 2;
const PREFIX: u8 = 3;
const REDIRECTED: u8 = 4;
const LARGEST_PACKET: u8 = 5;
const INTERVAL: u8 = 7;
const HOME_AGENT: u8 = 8;
const NONCE: u8 = 14;
const ROUTE: u8 = 24;
const NAME_SERVERS: u8 = 25;
const SEARCH_LIST: u8 = 31;
const CAPTIVE_PORTAL: u8 = 37;
const PREF64: u8 = 38;

/// Reads the options up to the layer's end.
pub(super) fn read(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    while l.left() > 0 {
        let kind = l.peek(0, 1)? as u8;
        let mark = l.mark();
        let summary = l.nest(OPT, |l| {
            l.u8(OPT_TYPE)?;
            let units = l.u8(OPT_LENGTH)?;
            let size = usize::from(units) * 8;
            l.label(|| format!("Length: {units} ({size} bytes)"));
            if size == 0 {
                return Err(Stop::Malformed("an option has no length"));
            }
            l.within(size - 2, |l| {
                let summary = option(l, kind)?;
                l.skip(l.left())?;
                Ok(summary)
            })
        })?;
        l.label_at(mark, || {
            let name = names::OPTIONS.name(u64::from(kind)).map_or_else(|| format!("Unknown {kind}"), str::to_owned);
            format!("ICMPv6 Option ({name}{summary})")
        });
    }
    Ok(())
}

/// Reads what is in an option, and says in short what it says, where text for people is wanted.
fn option(l: &mut Layer<'_, '_>, kind: u8) -> Result<String, Stop> {
    let mut summary = String::new();
    match kind {
        SOURCE_LINK => link_address(l, OPT_SRC_LINKADDR, &mut summary),
        TARGET_LINK => link_address(l, OPT_TARGET_LINKADDR, &mut summary),
        PREFIX => {
            let length = l.u8(OPT_PREFIX_LENGTH)?;
            let mark = l.mark();
            let parts = [OPT_PREFIX_FLAG_L, OPT_PREFIX_FLAG_A, OPT_PREFIX_FLAG_R, OPT_PREFIX_FLAG_RESERVED];
            let flags = l.flags(OPT_PREFIX_FLAG, 1, &parts)?;
            l.label_at(mark, || {
                let names = [
                    (0x80, "On-link flag(L)"),
                    (0x40, "Autonomous address-configuration flag(A)"),
                    (0x20, "Router address flag(R)"),
                ];
                names::flags(&format!("Flag: 0x{flags:02x}"), flags, &names)
            });
            lifetime(l, OPT_PREFIX_VALID_LIFETIME, None)?;
            lifetime(l, OPT_PREFIX_PREFERRED_LIFETIME, None)?;
            reserved(l, 4)?;
            let prefix = l.ipv6(OPT_PREFIX)?;
            append(l, &mut summary, || format!(" : {prefix}/{length}"));
        }
        REDIRECTED => {
            reserved(l, 6)?;
            let (start, end) = (l.at(), l.end());
            l.note(OPT_REDIRECTED_PACKET, start, end, Value::None);
            l.label(|| "Redirected Packet".into());
            l.below(original);
        }
        LARGEST_PACKET => {
            reserved(l, 2)?;
            let size = l.u32(OPT_MTU)?;
            append(l, &mut summary, || format!(" : {size}"));
        }
        INTERVAL => {
            reserved(l, 2)?;
            let interval = l.u32(OPT_ADVERTISEMENT_INTERVAL)?;
            append(l, &mut summary, || format!(" : {interval}"));
        }
        HOME_AGENT => {
            reserved(l, 2)?;
            l.u16(OPT_HOME_AGENT_PREFERENCE)?;
            l.u16(OPT_HOME_AGENT_LIFETIME)?;
        }
        NONCE => {
            l.bytes_left(OPT_NONCE);
        }
        ROUTE => route(l, &mut summary)?,
        NAME_SERVERS => {
            reserved(l, 2)?;
            lifetime(l, OPT_RDNSS_LIFETIME, Some("RDNSS address MUST no longer be used"))?;
            while l.left() >= 16 {
                let server = l.ipv6(OPT_RDNSS)?;
                append(l, &mut summary, || format!(" {server}"));
            }
        }
        SEARCH_LIST => {
            reserved(l, 2)?;
            lifetime(l, OPT_DNSSL_LIFETIME, Some("DNSSL domain name MUST no longer be used"))?;
            domains(l, &mut summary)?;
        }
        CAPTIVE_PORTAL => {
            let (start, end) = (l.at(), l.end());
            let address = l.rest().split(|byte| *byte == 0).next().unwrap_or_default();
            l.note_text(OPT_CAPTIVE_PORTAL, start, end, address);
        }
        PREF64 => {
            let code = l.bits(2, &[OPT_PREF64_SCALED_LIFETIME, OPT_PREF64_PLC])? & 7;
            let length = match code {
                0 => 12,
                code => 9usize.saturating_sub(code as usize),
            };
            short_prefix(l, OPT_PREF64_PREFIX, length)?;
        }
        _ => {
            l.bytes_left(DATA);
        }
    }
    Ok(summary)
}

/// A link-layer address, noted under the general name too; as long as the link's are, with zeros up to the option's end.
fn link_address(l: &mut Layer<'_, '_>, field: FieldId, summary: &mut String) {
    let (start, end) = (l.at(), l.end());
    let address = l.bytes_left(OPT_LINKADDR);
    l.note(field, start, end, Value::Bytes);
    append(l, summary, || {
        let mut text = " : ".to_owned();
        crate::value::write_hex(&mut text, address, Some(':'));
        text
    });
}

/// A route to a prefix (RFC 4191), of which trailing zeros are left out.
fn route(l: &mut Layer<'_, '_>, summary: &mut String) -> Result<(), Stop> {
    let length = l.u8(OPT_PREFIX_LENGTH)?;
    let mark = l.mark();
    let flags =
        l.flags(OPT_ROUTE_INFO_FLAG, 1, &[OPT_ROUTE_INFO_FLAG_ROUTE_PREFERENCE, OPT_ROUTE_INFO_FLAG_RESERVED])?;
    let preference = names::PREFERENCES.name(flags >> 3 & 3).unwrap_or_default();
    l.label_at(mark, || format!("Flag: 0x{flags:02x}, Route Preference: {preference}"));
    lifetime(l, OPT_ROUTE_LIFETIME, None)?;
    let prefix =
        if l.left() > 0 { short_prefix(l, OPT_PREFIX, l.left().min(16))? } else { std::net::Ipv6Addr::UNSPECIFIED };
    append(l, summary, || format!(" : {preference} {prefix}/{length}"));
    Ok(())
}

/// The first bytes of an address, whose others are zero.
fn short_prefix(l: &mut Layer<'_, '_>, field: FieldId, length: usize) -> Result<std::net::Ipv6Addr, Stop> {
    let start = l.at();
    l.skip(length)?;
    let mut octets = [0; 16];
    for (octet, byte) in octets.iter_mut().zip(l.slice(start, start + length)) {
        *octet = *byte;
    }
    l.note_text(field, start, start + length, &octets);
    Ok(octets.into())
}

/// Names as in DNS, each ended by the root (RFC 8106, section 5.2); what is left over is padding.
fn domains(l: &mut Layer<'_, '_>, summary: &mut String) -> Result<(), Stop> {
    const LONGEST: usize = 255;
    while l.left() > 0 && l.peek(0, 1)? != 0 {
        let start = l.at();
        let mut name = [0; LONGEST];
        let mut used = 0;
        loop {
            let size = l.peek(0, 1)? as usize;
            l.skip(1 + size)?;
            if size == 0 {
                break;
            }
            let label = l.slice(l.at() - size, l.at());
            let dot: &[u8] = if used == 0 { b"" } else { b"." };
            for byte in dot.iter().chain(label) {
                let place = name.get_mut(used).ok_or(Stop::Malformed("a domain name is too long"))?;
                *place = *byte;
                used += 1;
            }
        }
        let name = name.get(..used).unwrap_or_default();
        l.note_text(OPT_DNSSL, start, l.at(), name);
        append(l, summary, || format!(" {}", String::from_utf8_lossy(name)));
    }
    if l.left() > 0 {
        let (start, end) = (l.at(), l.end());
        l.note(OPT_PADDING, start, end, Value::None);
        l.label(|| "Padding".into());
    }
    Ok(())
}

/// Seconds; the largest number means for ever.
fn lifetime(l: &mut Layer<'_, '_>, field: FieldId, zero: Option<&str>) -> Result<(), Stop> {
    let seconds = l.u32(field)?;
    let name = match seconds {
        0 => zero,
        u32::MAX => Some("Infinity"),
        _ => None,
    };
    if let Some(name) = name {
        let title = crate::protocols::field(field).title;
        l.label(|| format!("{title}: {name} ({seconds})"));
    }
    Ok(())
}

fn reserved(l: &mut Layer<'_, '_>, length: usize) -> Result<(), Stop> {
    let start = l.at();
    l.skip(length)?;
    l.note(OPT_RESERVED, start, start + length, Value::None);
    l.label(|| "Reserved".into());
    Ok(())
}

fn append(l: &Layer<'_, '_>, summary: &mut String, text: impl FnOnce() -> String) {
    if l.wants_labels() {
        summary.push_str(&text());
    }
}
