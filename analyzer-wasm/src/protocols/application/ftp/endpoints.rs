//! Commands and replies, and the endpoints for data that they name.

use super::address::{self, HostPort};
use super::session::{self, SetupMethod};
use super::*;
use crate::field::FieldId;
use std::net::IpAddr;

/// Reads a command; returns whether it names an endpoint for the data.
pub(super) fn command(l: &mut Layer<'_, '_>, line: TextLine<'_>) -> Result<bool, Stop> {
    let (command, argument) = lines::word(line.text);
    let start = l.at() + argument;
    l.note_ascii(REQUEST_COMMAND, l.at(), l.at() + command.len());
    let text = line.text.get(argument..).unwrap_or_default();
    if !text.is_empty() {
        l.note_ascii(REQUEST_ARG, start, start + text.len());
    }
    session::commanded(l, command, text);
    if command.eq_ignore_ascii_case(b"PORT") {
        return Ok(address::six_numbers(text).is_some_and(|named| {
            let source = l.endpoints().source;
            note_address(l, (ACTIVE_IP, ACTIVE_PORT), start, &named);
            if named.address != source {
                l.note(ACTIVE_NAT, start, start, Value::Uint(1));
            }
            session::set_up(l, SetupMethod::Port, named.address, named.port);
            true
        }));
    }
    if command.eq_ignore_ascii_case(b"EPRT") {
        extended(l, start, text);
    } else {
        session::asked(l, line.text);
    }
    Ok(false)
}

/// Reads a reply; returns whether it names an endpoint for the data.
pub(super) fn reply(l: &mut Layer<'_, '_>, line: TextLine<'_>) -> Result<bool, Stop> {
    // Lines between the first and the last of a long reply have no code.
    let Some(code) = lines::reply_code(line.text) else {
        if !line.text.is_empty() {
            l.note_ascii(RESPONSE_ARG, l.at(), l.at() + line.text.len());
        }
        return Ok(false);
    };
    let start = l.at();
    l.note(RESPONSE_CODE, start, start + 3, Value::Uint(code));
    l.skip(line.text.len().min(4))?;
    let (at, text) = (l.at(), line.text.get(4..).unwrap_or_default());
    if !text.is_empty() {
        l.note_ascii(RESPONSE_ARG, at, at + text.len());
    }
    if !session::replied(l, code, text) {
        l.generated_at(PWD_INVALID, at, Value::None);
    }
    match code {
        227 => {
            let Some(named) = address::six_numbers(text) else { return Ok(false) };
            let source = l.endpoints().source;
            note_address(l, (PASSIVE_IP, PASSIVE_PORT), at, &named);
            if named.address != source {
                l.note(PASSIVE_NAT, at, at, Value::Uint(1));
            }
            session::set_up(l, SetupMethod::Passive, named.address, named.port);
            Ok(true)
        }
        229 => {
            let Some((port, (from, to))) = address::extended_port(text) else {
                l.generated_at(EPSV_INVALID, at, Value::None);
                return Ok(false);
            };
            let server = l.endpoints().source;
            note_ip(l, (EPSV_IP, EPSV_IPV6), (start, start), server);
            l.note(EPSV_PORT, at + from, at + to, Value::Uint(port.into()));
            session::set_up(l, SetupMethod::ExtendedPassive, server, port);
            Ok(true)
        }
        _ => Ok(false),
    }
}

/// Reads the endpoint of an `EPRT`: `|2|2001:db8::1|40000|`.
fn extended(l: &mut Layer<'_, '_>, start: usize, text: &[u8]) {
    let Some(named) = address::extended(text) else {
        l.generated_at(EPRT_INVALID, start, Value::None);
        return;
    };
    l.note(EPRT_AF, start + named.family.0, start + named.family.1, Value::Uint(named.number));
    let place = (start + named.address_at.0, start + named.address_at.1);
    note_ip(l, (EPRT_IP, EPRT_IPV6), place, named.address);
    l.note(EPRT_PORT, start + named.port_at.0, start + named.port_at.1, Value::Uint(named.port.into()));
    session::expect(l, named.address, named.port);
}

/// Notes the address and the port of six numbers, which begin at `start`.
fn note_address(l: &mut Layer<'_, '_>, (ip, port): (FieldId, FieldId), start: usize, named: &HostPort) {
    note_ip(l, (ip, ip), (start + named.address_at.0, start + named.address_at.1), named.address);
    l.note(port, start + named.port_at.0, start + named.port_at.1, Value::Uint(named.port.into()));
}

/// Notes an address, which is text in the packet.
fn note_ip(l: &mut Layer<'_, '_>, (v4, v6): (FieldId, FieldId), (start, end): (usize, usize), address: IpAddr) {
    match address {
        IpAddr::V4(address) => l.note(v4, start, end, Value::Uint(u32::from(address).into())),
        IpAddr::V6(address) => l.note_text(v6, start, end, &address.octets()),
    }
}
