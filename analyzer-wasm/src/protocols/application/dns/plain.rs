//! The data of the records that are met every day.

use super::fields::*;
use super::record::{Data, ipv6, seconds, shown, text};
use super::types;
use crate::dissect::{Layer, Stop};
use crate::field::FieldId;
use crate::protocols;
use crate::value::Value;

/// Reads the data of a record of one of the types below.
pub(super) fn read(l: &mut Layer<'_, '_>, data: &mut Data<'_, '_>) -> Result<(), Stop> {
    match data.kind {
        types::A => {
            let address = l.ipv4(A)?;
            data.line.add(|| format!(", addr {address}"));
        }
        types::AAAA => {
            let address = l.ipv6(AAAA)?;
            data.line.add(|| format!(", addr {}", ipv6(address)));
        }
        types::NS => name(l, data, NS, ", ns ")?,
        types::CNAME => name(l, data, CNAME, ", cname ")?,
        types::DNAME => name(l, data, DNAME, ", dname ")?,
        types::PTR => name(l, data, PTR_DOMAIN_NAME, ", ")?,
        types::MD => silent(l, data, &[MD])?,
        types::MF => silent(l, data, &[MF])?,
        types::MB => silent(l, data, &[MB])?,
        types::MG => silent(l, data, &[MG])?,
        types::MR => silent(l, data, &[MR])?,
        types::MINFO => silent(l, data, &[MINFO_R, MINFO_E])?,
        types::NULL => drop(data.rest(l, NULL)?),
        types::SOA => authority(l, data)?,
        types::MX => {
            let preference = l.u16(MX_PREFERENCE)?;
            data.line.add(|| format!(", preference {preference}"));
            name(l, data, MX_MAIL_EXCHANGE, ", mx ")?;
        }
        types::HINFO => {
            let cpu = text(l, HINFO_CPU_LENGTH, HINFO_CPU)?;
            let os = text(l, HINFO_OS_LENGTH, HINFO_OS)?;
            data.line.add(|| format!(", CPU {}, OS {}", shown(cpu), shown(os)));
        }
        types::TXT => texts(l, data, TXT_LENGTH, TXT)?,
        types::SPF => texts(l, data, SPF_LENGTH, SPF)?,
        types::SRV => {
            let [priority, weight, port] = [l.u16(SRV_PRIORITY)?, l.u16(SRV_WEIGHT)?, l.u16(SRV_PORT)?];
            data.line.add(|| format!(", priority {priority}, weight {weight}, port {port}"));
            name(l, data, SRV_TARGET, ", target ")?;
        }
        types::NAPTR => rule(l, data)?,
        types::CAA => authorities(l, data)?,
        types::LOC => location(l, data)?,
        _ => {}
    }
    Ok(())
}

fn name(l: &mut Layer<'_, '_>, data: &mut Data<'_, '_>, field: FieldId, before: &str) -> Result<(), Stop> {
    let name = data.message.named(l, field)?;
    data.line.add(|| format!("{before}{name}"));
    Ok(())
}

/// Names that the record's line does not show.
fn silent(l: &mut Layer<'_, '_>, data: &mut Data<'_, '_>, fields: &[FieldId]) -> Result<(), Stop> {
    fields.iter().try_for_each(|field| data.message.named(l, *field).map(drop))
}

fn texts(l: &mut Layer<'_, '_>, data: &Data<'_, '_>, length: FieldId, field: FieldId) -> Result<(), Stop> {
    while l.at() < data.end {
        text(l, length, field)?;
    }
    Ok(())
}

/// Start of a zone of authority (RFC 1035, section 3.3.13).
fn authority(l: &mut Layer<'_, '_>, data: &mut Data<'_, '_>) -> Result<(), Stop> {
    name(l, data, SOA_MNAME, ", mname ")?;
    data.message.named(l, SOA_RNAME)?;
    l.u32(SOA_SERIAL_NUMBER)?;
    for field in [SOA_REFRESH_INTERVAL, SOA_RETRY_INTERVAL, SOA_EXPIRE_LIMIT, SOA_MINIMUM_TTL] {
        seconds(l, field)?;
    }
    Ok(())
}

/// A rule that rewrites names (RFC 3403, section 4.1).
fn rule(l: &mut Layer<'_, '_>, data: &mut Data<'_, '_>) -> Result<(), Stop> {
    let (order, preference) = (l.u16(NAPTR_ORDER)?, l.u16(NAPTR_PREFERENCE)?);
    let flags = text(l, NAPTR_FLAGS_LENGTH, NAPTR_FLAGS)?;
    data.line.add(|| format!(", order {order}, preference {preference}, flags {}", shown(flags)));
    text(l, NAPTR_SERVICE_LENGTH, NAPTR_SERVICE)?;
    text(l, NAPTR_REGEX_LENGTH, NAPTR_REGEX)?;
    let start = l.at();
    let replacement = data.message.name(l)?;
    l.note(NAPTR_REPLACEMENT_LENGTH, start, start, Value::Uint(replacement.text().len() as u64));
    l.note_text(NAPTR_REPLACEMENT, start, l.at(), replacement.text());
    Ok(())
}

/// Which authorities may issue certificates (RFC 8659, section 4.1).
fn authorities(l: &mut Layer<'_, '_>, data: &mut Data<'_, '_>) -> Result<(), Stop> {
    l.flags(CAA_FLAGS, 1, &[CAA_FLAGS_ISSUER_CRITICAL])?;
    let start = l.at();
    let length = l.peek(0, 1)? as usize;
    let tag = l.slice(start + 1, start + 1 + length);
    let value = l.slice(start + 1 + length, data.end);
    let field = match tag {
        b"issue" => CAA_ISSUE,
        b"issuewild" => CAA_ISSUEWILD,
        b"iodef" => CAA_IODEF,
        _ => CAA_UNKNOWN,
    };
    l.note_text(field, start, data.end.min(l.end()), value);
    l.below(|l| {
        text(l, CAA_TAG_LENGTH, CAA_TAG)?;
        data.rest(l, CAA_VALUE).map(drop)
    })
}

/// A place on earth (RFC 1876, section 2).
fn location(l: &mut Layer<'_, '_>, data: &mut Data<'_, '_>) -> Result<(), Stop> {
    if l.peek(0, 1)? != 0 {
        l.u8(LOC_VERSION)?;
        return data.rest(l, LOC_UNKNOWN_DATA).map(drop);
    }
    l.u8(LOC_VERSION)?;
    for field in [LOC_SIZE, LOC_HORIZONTAL_PRECISION, LOC_VERTICAL_PRECISION] {
        let size = l.u8(field)?;
        let metres = f64::from(size >> 4) * 10f64.powi(i32::from(size & 15)) / 100.0;
        l.label(|| format!("{}: {size} ({metres} m)", title(field)));
    }
    for (field, positive, negative) in [(LOC_LATITUDE, 'N', 'S'), (LOC_LONGITUDE, 'E', 'W')] {
        let raw = l.u32(field)?;
        let angle = i64::from(raw) - (1 << 31);
        let side = if angle < 0 { negative } else { positive };
        let thousandths = angle.unsigned_abs();
        let (degrees, minutes) = (thousandths / 3_600_000, thousandths / 60_000 % 60);
        let (whole, part) = (thousandths / 1000 % 60, thousandths % 1000);
        l.label(|| format!("{}: {raw} ({degrees} deg {minutes} min {whole}.{part:03} sec {side})", title(field)));
    }
    let raw = l.u32(LOC_ALTITUDE)?;
    // The altitude counts centimetres from 100 km below the reference.
    l.label(|| format!("Altitude: {raw} ({} m)", (i64::from(raw) - 10_000_000) as f64 / 100.0));
    Ok(())
}

fn title(field: FieldId) -> &'static str {
    protocols::field(field).title
}
