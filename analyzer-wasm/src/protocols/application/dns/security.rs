//! The records of keys, signatures and fingerprints: DNSSEC (RFC 4034, RFC 5155), DANE (RFC 6698), TSIG and their kin.

use super::fields::*;
use super::record::{Data, seconds};
use super::types::{self, TYPES};
use crate::dissect::{Layer, Stop};
use crate::field::FieldId;
use crate::value::Value;

/// Reads the data of a record of one of the types below.
pub(super) fn read(l: &mut Layer<'_, '_>, data: &mut Data<'_, '_>) -> Result<(), Stop> {
    match data.kind {
        types::SIG | types::RRSIG => signature(l, data)?,
        types::KEY => {
            let flags = [
                KEY_FLAGS_AUTHENTICATION,
                KEY_FLAGS_CONFIDENTIALITY,
                KEY_FLAGS_REQUIRED,
                KEY_FLAGS_ASSOCIATED_USER,
                KEY_FLAGS_ASSOCIATED_NAMED_ENTITY,
                KEY_FLAGS_IPSEC,
                KEY_FLAGS_MIME,
                KEY_FLAGS_SIGNATORY,
            ];
            key(l, data, KEY_FLAGS, &flags, [KEY_PROTOCOL, KEY_ALGORITHM, KEY_KEY_ID, KEY_PUBLIC_KEY])?;
        }
        types::DNSKEY | types::CDNSKEY => {
            let flags = [
                DNSKEY_FLAGS_ZONE_KEY,
                DNSKEY_FLAGS_KEY_REVOKED,
                DNSKEY_FLAGS_SECURE_ENTRY_POINT,
                DNSKEY_FLAGS_RESERVED,
            ];
            let fields = [DNSKEY_PROTOCOL, DNSKEY_ALGORITHM, DNSKEY_KEY_ID, DNSKEY_PUBLIC_KEY];
            key(l, data, DNSKEY_FLAGS, &flags, fields)?;
        }
        types::NXT => {
            let next = data.message.named(l, NXT_NEXT_DOMAIN_NAME)?;
            data.line.add(|| format!(", next domain name {next}"));
            type_bits(l, 0, data.end)?;
        }
        types::NSEC => {
            let next = data.message.named(l, NSEC_NEXT_DOMAIN_NAME)?;
            data.line.add(|| format!(", next domain name {next}"));
            type_windows(l, data.end)?;
        }
        types::NSEC3 => {
            hashing(l, &[NSEC3_FLAGS_OPT_OUT])?;
            let length = usize::from(l.u8(NSEC3_HASH_LENGTH)?);
            let start = l.at();
            l.skip(length)?;
            let mut text = [0; 408];
            let text = base32(l.slice(start, start + length), &mut text);
            l.note_text(NSEC3_HASH_VALUE, start, start + length, text);
            type_windows(l, data.end)?;
        }
        types::NSEC3PARAM => hashing(l, &[])?,
        types::DS | types::CDS | types::DLV => {
            l.u16(DS_KEY_ID)?;
            l.u8(DS_ALGORITHM)?;
            l.u8(DS_DIGEST_TYPE)?;
            data.rest(l, DS_DIGEST)?;
        }
        types::TLSA => {
            l.u8(TLSA_CERTIFICATE_USAGE)?;
            l.u8(TLSA_SELECTOR)?;
            l.u8(TLSA_MATCHING_TYPE)?;
            data.rest(l, TLSA_CERTIFICATE_ASSOCIATION_DATA)?;
        }
        types::SSHFP => {
            l.u8(SSHFP_ALGORITHM)?;
            l.u8(SSHFP_FINGERPRINT_TYPE)?;
            data.rest(l, SSHFP_FINGERPRINT)?;
        }
        types::CERT => {
            l.u16(CERT_TYPE)?;
            l.u16(CERT_KEY_TAG)?;
            l.u8(CERT_ALGORITHM)?;
            data.rest(l, CERT_CERTIFICATE)?;
        }
        types::IPSECKEY => ipsec_key(l, data)?,
        types::DHCID => drop(data.rest(l, DHCID_RDATA)?),
        types::OPENPGPKEY => drop(data.rest(l, OPENPGPKEY)?),
        types::CSYNC => {
            l.u32(CSYNC_SOA)?;
            l.flags(CSYNC_FLAGS, 2, &[CSYNC_FLAGS_IMMEDIATE, CSYNC_FLAGS_SOAMINIMUM])?;
            let start = l.at();
            data.rest(l, CSYNC_TYPE_BITMAP)?;
            l.seek(start)?;
            type_windows(l, data.end)?;
        }
        types::ZONEMD => {
            l.u32(ZONEMD_SERIAL)?;
            l.u8(ZONEMD_SCHEME)?;
            l.u8(ZONEMD_HASH_ALGO)?;
            data.rest(l, ZONEMD_DIGEST)?;
        }
        types::TKEY => transaction_key(l, data)?,
        types::TSIG => transaction_signature(l, data)?,
        types::HIP => host_identity(l, data)?,
        _ => {}
    }
    Ok(())
}

/// A signature (RFC 4034, section 3.1).
fn signature(l: &mut Layer<'_, '_>, data: &Data<'_, '_>) -> Result<(), Stop> {
    l.u16(RRSIG_TYPE_COVERED)?;
    l.u8(RRSIG_ALGORITHM)?;
    l.u8(RRSIG_LABELS)?;
    seconds(l, RRSIG_ORIGINAL_TTL)?;
    date(l, RRSIG_SIGNATURE_EXPIRATION, 4)?;
    date(l, RRSIG_SIGNATURE_INCEPTION, 4)?;
    l.u16(RRSIG_KEY_TAG)?;
    data.message.named(l, RRSIG_SIGNERS_NAME)?;
    data.rest(l, RRSIG_SIGNATURE).map(drop)
}

/// A key (RFC 4034, section 2.1; RFC 2535, section 3.1), with the tag that signatures name it by.
fn key(
    l: &mut Layer<'_, '_>,
    data: &Data<'_, '_>,
    flags: FieldId,
    bits: &[FieldId],
    fields: [FieldId; 4],
) -> Result<(), Stop> {
    let [protocol, algorithm, tag, public] = fields;
    let whole = l.slice(l.at(), data.end);
    l.flags(flags, 2, bits)?;
    l.u8(protocol)?;
    let number = l.u8(algorithm)?;
    if let Some(value) = key_tag(whole, number) {
        l.generated(tag, Value::Uint(u64::from(value)));
    }
    data.rest(l, public).map(drop)
}

/// The tag of a key (RFC 4034, appendix B): a sum of all its data, or for RSA/MD5 the last bytes but one of the modulus.
fn key_tag(data: &[u8], algorithm: u8) -> Option<u16> {
    if algorithm == 1 {
        let tail = data.get(data.len().checked_sub(3)?..)?;
        return tail.get(..2).map(|bytes| crate::value::big_endian(bytes) as u16);
    }
    let sum: u32 = data.iter().enumerate().map(|(i, byte)| u32::from(*byte) << if i % 2 == 0 { 8 } else { 0 }).sum();
    Some((sum + (sum >> 16 & 0xffff)) as u16)
}

/// How names are hashed (RFC 5155, sections 3.1 and 4.2).
fn hashing(l: &mut Layer<'_, '_>, flags: &[FieldId]) -> Result<(), Stop> {
    l.u8(NSEC3_ALGO)?;
    l.flags(NSEC3_FLAGS, 1, flags)?;
    l.u16(NSEC3_ITERATIONS)?;
    let length = l.u8(NSEC3_SALT_LENGTH)?;
    l.bytes(NSEC3_SALT_VALUE, usize::from(length)).map(drop)
}

/// Types that exist, in windows of 256 (RFC 4034, section 4.1.2).
fn type_windows(l: &mut Layer<'_, '_>, end: usize) -> Result<(), Stop> {
    while l.at() < end {
        let window = l.peek(0, 1)? << 8;
        let length = l.peek(1, 1)? as usize;
        l.skip(2)?;
        let end = l.at() + length;
        type_bits(l, window, end)?;
    }
    Ok(())
}

/// Types that exist, one a bit, the first type of the first byte being `first`.
fn type_bits(l: &mut Layer<'_, '_>, first: u64, end: usize) -> Result<(), Stop> {
    let mut number = first;
    while l.at() < end {
        let (at, bits) = (l.at(), l.peek(0, 1)?);
        l.skip(1)?;
        for bit in 0..8 {
            if bits >> (7 - bit) & 1 == 1 {
                l.note(RESP_TYPE, at, at + 1, Value::Uint(number + bit));
                l.label(|| format!("RR type in bit map: {}", full(number + bit)));
            }
        }
        number += 8;
    }
    Ok(())
}

fn full(number: u64) -> String {
    TYPES.name(number).map_or_else(|| format!("Unknown ({number})"), str::to_owned)
}

/// The digits of RFC 4648, section 7, in lower case and without padding.
fn base32<'o>(bytes: &[u8], out: &'o mut [u8; 408]) -> &'o [u8] {
    const DIGITS: &[u8; 32] = b"0123456789abcdefghijklmnopqrstuv";
    let digits = (bytes.len() * 8).div_ceil(5);
    for (place, digit) in out.iter_mut().take(digits).enumerate() {
        let byte = |at: usize| bytes.get(at).map_or(0, |byte| usize::from(*byte));
        let (at, bit) = (place * 5 / 8, place * 5 % 8);
        let value = (byte(at) << 8 | byte(at + 1)) >> (11 - bit) & 31;
        *digit = DIGITS.get(value).copied().unwrap_or(b'0');
    }
    out.get(..digits).unwrap_or_default()
}

/// Notes a date of `width` bytes: seconds since 1970.
fn date(l: &mut Layer<'_, '_>, field: FieldId, width: usize) -> Result<(), Stop> {
    let (start, seconds) = (l.at(), l.peek(0, width)?);
    l.skip(width)?;
    l.note(field, start, start + width, Value::Time(seconds as i64, 0));
    Ok(())
}

/// A key for IPsec (RFC 4025, section 2).
fn ipsec_key(l: &mut Layer<'_, '_>, data: &Data<'_, '_>) -> Result<(), Stop> {
    l.u8(IPSECKEY_GATEWAY_PRECEDENCE)?;
    let gateway = l.u8(IPSECKEY_GATEWAY_TYPE)?;
    l.u8(IPSECKEY_GATEWAY_ALGORITHM)?;
    match gateway {
        1 => drop(l.ipv4(IPSECKEY_GATEWAY_IPV4)?),
        2 => drop(l.ipv6(IPSECKEY_GATEWAY_IPV6)?),
        3 => {
            data.message.named(l, IPSECKEY_GATEWAY_DNS)?;
        }
        _ => {}
    }
    if data.end > l.at() {
        data.rest(l, IPSECKEY_PUBLIC_KEY)?;
    }
    Ok(())
}

/// A key for transactions (RFC 2930, section 2).
fn transaction_key(l: &mut Layer<'_, '_>, data: &Data<'_, '_>) -> Result<(), Stop> {
    data.message.named(l, TKEY_ALGO_NAME)?;
    date(l, TKEY_SIGNATURE_INCEPTION, 4)?;
    date(l, TKEY_SIGNATURE_EXPIRATION, 4)?;
    l.u16(TKEY_MODE)?;
    l.u16(TKEY_ERROR)?;
    sized(l, TKEY_KEY_SIZE, TKEY_KEY_DATA)?;
    sized(l, TKEY_OTHER_SIZE, TKEY_OTHER_DATA)
}

/// A signature of a message (RFC 8945, section 4.2).
fn transaction_signature(l: &mut Layer<'_, '_>, data: &Data<'_, '_>) -> Result<(), Stop> {
    let algorithm = data.message.named(l, TSIG_ALGORITHM_NAME)?;
    date(l, TSIG_TIME_SIGNED, 6)?;
    l.u16(TSIG_FUDGE)?;
    let length = usize::from(l.u16(TSIG_MAC_SIZE)?);
    let start = l.at();
    l.skip(length)?;
    if length > 0 {
        l.note(TSIG_MAC, start, start + length, Value::None);
        l.below(|l| {
            l.note(TSIG_NOALG, start, start + length, Value::None);
            l.label(|| format!("A signature by {algorithm}, shown as bytes only"));
        });
    }
    l.u16(TSIG_ORIGINAL_ID)?;
    l.u16(TSIG_ERROR)?;
    sized(l, TSIG_OTHER_LEN, TSIG_OTHER_DATA)
}

/// Bytes with their length before them.
fn sized(l: &mut Layer<'_, '_>, length: FieldId, field: FieldId) -> Result<(), Stop> {
    match l.u16(length)? {
        0 => Ok(()),
        length => l.bytes(field, usize::from(length)).map(drop),
    }
}

/// An identity of a host (RFC 8005, section 5).
fn host_identity(l: &mut Layer<'_, '_>, data: &Data<'_, '_>) -> Result<(), Stop> {
    let tag = usize::from(l.u8(HIP_HIT_LENGTH)?);
    l.u8(HIP_HIT_PK_ALGO)?;
    let key = usize::from(l.u16(HIP_PK_LENGTH)?);
    l.bytes(HIP_HIT, tag)?;
    l.bytes(HIP_PK, key)?;
    while l.at() < data.end {
        data.message.named(l, HIP_RENDEZVOUS_SERVER)?;
    }
    Ok(())
}
