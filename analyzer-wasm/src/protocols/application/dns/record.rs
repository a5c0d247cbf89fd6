//! A resource record: whose it is, of which type, for how long, and its data (RFC 1035, section 4.1.3).

use super::fields::*;
use super::message::{DnsMessage, Family};
use super::{edns, plain, rare, security, service, types};
use crate::dissect::{Layer, Line, Stop};
use crate::field::FieldId;
use crate::protocols::TEXT;
use crate::value::{Value, span, write_ipv6, write_text};
use std::net::Ipv6Addr;

/// What the reading of a record's data needs.
pub(super) struct Data<'r, 'p> {
    /// The message, for names.
    pub(super) message: &'r DnsMessage<'p>,
    /// The record's type.
    pub(super) kind: u16,
    /// Where its data ends.
    pub(super) end: usize,
    /// Its line in the tree.
    pub(super) line: &'r mut Line,
}

/// Reads one record.
pub(super) fn record(l: &mut Layer<'_, '_>, message: &DnsMessage<'_>) -> Result<(), Stop> {
    l.branch(TEXT, |l, line| {
        let start = l.at();
        let owner = message.name(l)?;
        let kind = l.peek(0, 2)? as u16;
        if kind == types::SRV {
            // The owner of a service is a service, a protocol and a domain (RFC 2782).
            let parts = owner.text().splitn(3, |byte| *byte == b'.');
            for (part, field) in parts.zip([SRV_SERVICE, SRV_PROTO, SRV_NAME]) {
                l.note_text(field, start, l.at(), part);
            }
        } else {
            l.note_text(RESP_NAME, start, l.at(), owner.text());
        }
        l.u16(RESP_TYPE)?;
        line.add(|| format!("{owner}: type {}", types::short(kind)));
        let class = if kind == types::OPT {
            edns::header(l, message)?
        } else {
            let class = message.class(l, RESP_CLASS, RESP_CACHE_FLUSH)?;
            line.add(|| format!(", class {}", message.class_name(class)));
            time_to_live(l)?;
            class
        };
        if message.family == Family::Mdns && class & 0x8000 != 0 {
            line.add(|| ", cache flush".to_owned());
        }
        let length = usize::from(l.u16(RESP_LEN)?);
        let end = l.at() + length;
        if length > 0 {
            data(l, &mut Data { message, kind, end, line })?;
        }
        l.seek(end)
    })
}

fn time_to_live(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    let (start, seconds) = (l.at(), seconds(l, RESP_TTL)?);
    if seconds >> 31 != 0 {
        l.below(|l| l.note(TTL_HIGH_BIT_SET, start, start + 4, Value::None));
    }
    Ok(())
}

fn data(l: &mut Layer<'_, '_>, data: &mut Data<'_, '_>) -> Result<(), Stop> {
    use types::*;
    match data.kind {
        OPT => edns::options(l, data),
        A | NS | MD | MF | CNAME | SOA | MB | MG | MR | NULL | PTR | HINFO | MINFO | MX | TXT | AAAA | SRV | DNAME
        | SPF | CAA | LOC | NAPTR => plain::read(l, data),
        SVCB | HTTPS => service::read(l, data),
        SIG | KEY | NXT | DS | CDS | DLV | RRSIG | NSEC | DNSKEY | CDNSKEY | NSEC3 | NSEC3PARAM | TLSA | SSHFP
        | IPSECKEY | CERT | DHCID | OPENPGPKEY | CSYNC | ZONEMD | TKEY | TSIG | HIP => security::read(l, data),
        _ => rare::read(l, data),
    }
}

/// Reads four bytes of seconds, and says in words how long they are.
pub(super) fn seconds(l: &mut Layer<'_, '_>, field: FieldId) -> Result<u32, Stop> {
    let seconds = l.u32(field)?;
    l.label(|| format!("{}: {seconds} ({})", crate::protocols::field(field).title, span(seconds)));
    Ok(seconds)
}

/// Reads a text that its length stands before, with the field for the length.
pub(super) fn text<'p>(l: &mut Layer<'p, '_>, length: FieldId, field: FieldId) -> Result<&'p [u8], Stop> {
    let length = l.u8(length)?;
    l.bytes(field, usize::from(length))
}

impl Data<'_, '_> {
    /// Takes the rest of the record's data.
    pub(super) fn rest<'p>(&self, l: &mut Layer<'p, '_>, field: FieldId) -> Result<&'p [u8], Stop> {
        l.bytes(field, self.end.saturating_sub(l.at()))
    }
}

/// Bytes as text for people.
pub(super) fn shown(bytes: &[u8]) -> String {
    let mut text = String::new();
    write_text(&mut text, bytes);
    text
}

/// An address as the list writes it.
pub(super) fn ipv6(address: Ipv6Addr) -> String {
    let mut text = String::new();
    write_ipv6(&mut text, address);
    text
}
