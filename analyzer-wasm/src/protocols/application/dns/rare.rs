//! The data of records that are hardly met, or experimental; what is of none of these types stays bytes.

use super::edns::address;
use super::fields::*;
use super::record::{Data, ipv6, text};
use super::types;
use crate::dissect::{Layer, Stop};
use crate::value::Value;

/// Reads the data of a record of one of the types below, or of any other type as bytes.
pub(super) fn read(l: &mut Layer<'_, '_>, data: &mut Data<'_, '_>) -> Result<(), Stop> {
    match data.kind {
        types::WKS => well_known(l, data)?,
        types::RP => {
            data.message.named(l, RP_MAILBOX)?;
            data.message.named(l, RP_TXT_RR)?;
        }
        types::AFSDB => {
            l.u16(AFSDB_SUBTYPE)?;
            data.message.named(l, AFSDB_HOSTNAME)?;
        }
        types::X25 => drop(text(l, X25_LENGTH, X25_PSDN_ADDRESS)?),
        types::ISDN => {
            text(l, IDSN_LENGTH, IDSN_ADDRESS)?;
            if l.at() < data.end {
                text(l, IDSN_SA_LENGTH, IDSN_SA_ADDRESS)?;
            }
        }
        types::RT => {
            l.u16(RT_SUBTYPE)?;
            data.message.named(l, RT_INTERMEDIATE_HOST)?;
        }
        types::NSAP => drop(data.rest(l, NSAP_RDATA)?),
        types::NSAP_PTR => {
            data.message.named(l, NSAP_PTR_OWNER)?;
        }
        types::PX => {
            l.u16(PX_PREFERENCE)?;
            data.message.named(l, PX_MAP822)?;
            data.message.named(l, PX_MAP400)?;
        }
        types::GPOS => {
            text(l, GPOS_LONGITUDE_LENGTH, GPOS_LONGITUDE)?;
            text(l, GPOS_LATITUDE_LENGTH, GPOS_LATITUDE)?;
            text(l, GPOS_ALTITUDE_LENGTH, GPOS_ALTITUDE)?;
        }
        types::KX => {
            let preference = l.u16(KX_PREFERENCE)?;
            let exchange = data.message.named(l, KX_KEY_EXCHANGE)?;
            data.line.add(|| format!(", preference {preference}, kx {exchange}"));
        }
        types::A6 => chained_address(l, data)?,
        types::APL => {
            while l.at() < data.end {
                prefix(l)?;
            }
        }
        types::NID => {
            l.u16(ILNP_NID_PREFERENCE)?;
            l.bytes(ILNP_NID, 8)?;
        }
        types::L32 => {
            l.u16(ILNP_L32_PREFERENCE)?;
            l.ipv4(ILNP_L32)?;
        }
        types::L64 => {
            l.u16(ILNP_L64_PREFERENCE)?;
            l.bytes(ILNP_L64, 8)?;
        }
        types::LP => {
            l.u16(ILNP_LP_PREFERENCE)?;
            data.message.named(l, ILNP_LP)?;
        }
        types::EUI48 => drop(l.ether(EUI48)?),
        types::EUI64 => {
            let bytes = l.bytes(EUI64, 8)?;
            l.label(|| {
                let mut address = String::new();
                crate::value::write_hex(&mut address, bytes, Some(':'));
                // The second stands for a name, which no address has here.
                format!("EUI64 Address: {address} ({address})")
            });
        }
        types::WINS => {
            l.uint(WINS_LOCAL_FLAG, 4)?;
            l.u32(WINS_LOOKUP_TIMEOUT)?;
            l.u32(WINS_CACHE_TIMEOUT)?;
            l.u32(WINS_NB_WINS_SERVERS)?;
            while l.at() < data.end {
                l.ipv4(WINS_WINS_SERVER)?;
            }
        }
        types::WINS_R => {
            l.uint(WINSR_LOCAL_FLAG, 4)?;
            l.u32(WINSR_LOOKUP_TIMEOUT)?;
            l.u32(WINSR_CACHE_TIMEOUT)?;
            let domain = data.message.named(l, WINSR_NAME_RESULT_DOMAIN)?;
            data.line.add(|| format!(", name result domain {domain}"));
        }
        types::XPF => forwarded(l, data)?,
        _ => {
            let at = l.at();
            l.note(UNDECODED_TYPE, at, at, Value::None);
            l.label(|| "The data of this type is shown as bytes only".into());
            data.rest(l, DATA)?;
        }
    }
    Ok(())
}

/// Services of a host, one a bit (RFC 1035, section 3.4.2).
fn well_known(l: &mut Layer<'_, '_>, data: &mut Data<'_, '_>) -> Result<(), Stop> {
    let address = l.ipv4(WKS_ADDRESS)?;
    data.line.add(|| format!(", addr {address}"));
    l.u8(WKS_PROTOCOL)?;
    let mut port = 0;
    while l.at() < data.end {
        let (start, bits) = (l.at(), l.peek(0, 1)?);
        l.skip(1)?;
        if bits != 0 {
            l.note(WKS_BITS, start, start + 1, Value::Uint(bits));
            l.label(|| {
                let ports = (0..8).filter(|bit| bits >> (7 - bit) & 1 == 1).map(|bit| (port + bit).to_string());
                format!("Bits: 0x{bits:02x} ({})", ports.collect::<Vec<_>>().join(", "))
            });
        }
        port += 8;
    }
    Ok(())
}

/// An IPv6 address whose first bits another name holds (RFC 2874, section 3.1).
fn chained_address(l: &mut Layer<'_, '_>, data: &mut Data<'_, '_>) -> Result<(), Stop> {
    let length = l.u8(A6_PREFIX_LEN)?;
    if length > 128 {
        return Err(Stop::Malformed("a prefix is longer than 128 bits"));
    }
    let suffix = (128 - usize::from(length)).div_ceil(8);
    let (start, mut octets) = (l.at(), [0; 16]);
    l.skip(suffix)?;
    if let Some(place) = octets.get_mut(16 - suffix..) {
        place.copy_from_slice(l.slice(start, start + suffix));
    }
    if suffix > 0 {
        l.note_text(A6_ADDRESS_SUFFIX, start, start + suffix, &octets);
    }
    data.line.add(|| format!(", addr {length} {} ", ipv6(octets.into())));
    if length > 0 {
        let prefix = data.message.named(l, A6_PREFIX_NAME)?;
        data.line.add(|| format!("{prefix}"));
    }
    Ok(())
}

/// An address prefix (RFC 3123, section 4). Its last bytes are left out where they are zero.
fn prefix(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    let family = u64::from(l.u16(APL_ADDRESS_FAMILY)?);
    l.u8(APL_CODED_PREFIX)?;
    let length = l.bits(1, &[APL_NEGATION, APL_AFDLENGTH])? as usize & 0x7f;
    let end = l.at() + length;
    address(l, family, [APL_AFDPART_IPV4, APL_AFDPART_IPV6, APL_AFDPART_DATA], end)
}

/// Whose question a proxy forwards (draft-bellis-dnsop-xpf).
fn forwarded(l: &mut Layer<'_, '_>, data: &Data<'_, '_>) -> Result<(), Stop> {
    let (start, version) = (l.at(), l.peek(0, 1)? & 15);
    l.skip(1)?;
    l.note(XPF_IP_VERSION, start, start + 1, Value::Uint(version));
    match version {
        4 => {
            l.u8(XPF_PROTOCOL)?;
            l.ipv4(XPF_SOURCE_IPV4)?;
            l.ipv4(XPF_DESTINATION_IPV4)?;
        }
        6 => {
            l.u8(XPF_PROTOCOL)?;
            l.ipv6(XPF_SOURCE_IPV6)?;
            l.ipv6(XPF_DESTINATION_IPV6)?;
        }
        _ => return data.rest(l, DATA).map(drop),
    }
    l.u16(XPF_SPORT)?;
    l.u16(XPF_DPORT).map(drop)
}
