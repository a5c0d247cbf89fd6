//! Packets with long headers (RFC 9000, section 17.2).

use super::keys::{self, PacketKeys, TAG, Unmasked};
use super::*;

/// The first draft whose Retry has a tag in place of what the client called the server by.
const TAGGED: u8 = 25;

pub(super) fn dissect(l: &mut Layer<'_, '_>, named: Option<&QuicConnection>) -> Result<(), Stop> {
    let packet = l.rest();
    let version = l.peek(1, 4)? as u32;
    let packet_type = header::packet_type(l.peek(0, 1)? as u8, version);
    match packet_type {
        PacketType::Other => negotiation(l),
        PacketType::Retry => retry(l, packet, version, named),
        _ => {
            let opened = Long::read(packet).and_then(|long| Some((open(l, packet, &long, named?)?, *named?)));
            let first = [HEADER_FORM, FIXED_BIT, type_field(version)];
            let start = l.at();
            l.bits(1, &first)?;
            if let Some((opened, _)) = &opened {
                l.note_uint(LONG_RESERVED, start, 1, u64::from(opened.unmasked.first));
                l.note_uint(PACKET_NUMBER_LENGTH, start, 1, u64::from(opened.unmasked.first));
            }
            identifiers(l)?;
            if packet_type == PacketType::Initial {
                let length = variable(l, TOKEN_LENGTH)?;
                if length > 0 {
                    l.bytes(TOKEN, usize::try_from(length).unwrap_or(usize::MAX))?;
                }
            }
            variable(l, LENGTH)?;
            match opened {
                Some((opened, named)) => payload(l, version, opened, &named),
                None => {
                    unread(l, packet_type, named);
                    Ok(())
                }
            }
        }
    }
}

fn type_field(version: u32) -> FieldId {
    if version == version::TWO { LONG_PACKET_TYPE_V2 } else { LONG_PACKET_TYPE }
}

/// Version and both identifiers.
fn identifiers(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    l.u32(VERSION)?;
    for (length, identifier) in [(DCIL, DCID), (SCIL, SCID)] {
        let size = usize::from(l.u8(length)?);
        if size > 0 {
            l.bytes(identifier, size)?;
        }
    }
    Ok(())
}

/// RFC 9000, section 17.2.1.
fn negotiation(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    l.bits(1, &[HEADER_FORM, VN_UNUSED])?;
    identifiers(l)?;
    while l.left() >= 4 {
        l.u32(SUPPORTED_VERSION)?;
    }
    Ok(())
}

/// RFC 9000, section 17.2.5.
fn retry(l: &mut Layer<'_, '_>, packet: &[u8], version: u32, named: Option<&QuicConnection>) -> Result<(), Stop> {
    l.bits(1, &[HEADER_FORM, type_field(version)])?;
    identifiers(l)?;
    if (1..TAGGED).contains(&version::draft(version)) {
        let length = usize::from(l.u8(ODCIL)?);
        l.bytes(ODCID, length)?;
        l.bytes_left(RETRY_TOKEN);
        return Ok(());
    }
    let length = l.left().saturating_sub(TAG);
    l.bytes(RETRY_TOKEN, length)?;
    let tag = l.bytes(RETRY_INTEGRITY_TAG, TAG)?;
    if l.wants(BAD_RETRY)
        && let Some(named) = named
    {
        if keys::retry_is_whole(version, named.original.bytes(), packet) {
            l.label(|| {
                let mut text = "Retry Integrity Tag: ".to_owned();
                write_hex(&mut text, tag, None);
                text + " [verified]"
            });
        } else {
            l.below(|l| odd(l, BAD_RETRY, "Retry Integrity Tag verification failure"));
        }
    }
    Ok(())
}

/// An Initial packet without its protection.
struct InitialPacket {
    unmasked: Unmasked,
    /// Its frames; nothing where the keys do not fit.
    plain: Option<Vec<u8>>,
}

fn open(l: &mut Layer<'_, '_>, packet: &[u8], long: &Long<'_>, named: &QuicConnection) -> Option<InitialPacket> {
    let (number_at, end) = long.body.filter(|_| long.packet_type == PacketType::Initial)?;
    let keys = PacketKeys::of(long.version, named.original.bytes(), named.from_server)?;
    let greatest = connection::greatest(l, named);
    let packet = packet.get(..end).unwrap_or(packet);
    let unmasked = keys.unmask(packet, number_at, greatest)?;
    let plain = keys.decrypt(packet, number_at, &unmasked);
    Some(InitialPacket { unmasked, plain })
}

fn unread(l: &mut Layer<'_, '_>, packet_type: PacketType, named: Option<&QuicConnection>) {
    if named.is_none() || packet_type == PacketType::Initial {
        odd(l, DECRYPTION_FAILED, "Failed to decrypt packet number");
    } else if packet_type == PacketType::ZeroRtt || has_cipher(l) {
        undecrypted(l, NO_SECRETS);
    } else {
        undecrypted(l, "Unable to retrieve cipher information");
    }
}

/// An Initial packet's number and frames.
fn payload(l: &mut Layer<'_, '_>, version: u32, opened: InitialPacket, named: &QuicConnection) -> Result<(), Stop> {
    let InitialPacket { unmasked, plain } = opened;
    let at = l.at();
    l.note(PACKET_NUMBER, at, at + unmasked.length, Value::Uint(unmasked.number));
    l.skip(unmasked.length)?;
    l.bytes_left(PAYLOAD);
    let Some(plain) = plain else {
        l.below(|l| odd(l, DECRYPTION_FAILED, "Decryption failed: Decryption (checktag) failed: Checksum error"));
        return Ok(());
    };
    connection::sent(l, named, unmasked.number);
    let mut result = Ok(());
    l.on_source("Decrypted QUIC", &plain, |l| {
        // Google's frames are others, and its handshake is.
        if version != version::GOOGLE_Q050 {
            result = frames::dissect(l, named);
        }
    });
    result
}
