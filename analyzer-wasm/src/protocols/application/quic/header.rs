//! A packet's header, read before anything is noted: to look at bytes that may be QUIC, and at what follows a packet
//! in its datagram (RFC 8999; RFC 9000, section 17.2).

use super::connection::{Identifier, PacketType};
use super::version;
use crate::dissect::variable_length;
use crate::value::big_endian;

/// Bytes of the shortest datagram that is taken for QUIC.
const SHORTEST: usize = 13;

/// A long header.
#[derive(Debug, Clone, Copy)]
pub(super) struct Long<'a> {
    pub(super) version: u32,
    pub(super) packet_type: PacketType,
    /// Identifiers, of any length.
    pub(super) destination: &'a [u8],
    pub(super) source: &'a [u8],
    /// Where the packet's number begins and where the packet ends; Retry and Version Negotiation have neither.
    pub(super) body: Option<(usize, usize)>,
}

/// Whether a header is long.
pub(super) fn is_long(first: u8) -> bool {
    first & 0x80 != 0
}

/// What a packet with a long header is to its connection.
pub(super) fn packet_type(first: u8, version: u32) -> PacketType {
    let kind = first >> 4 & 0x03;
    // Version 2 calls the types by the numbers behind (RFC 9369, section 3.2).
    match (version, if version == version::TWO { kind.wrapping_sub(1) & 0x03 } else { kind }) {
        (0, _) => PacketType::Other,
        (_, 0) => PacketType::Initial,
        (_, 1) => PacketType::ZeroRtt,
        (_, 2) => PacketType::Handshake,
        _ => PacketType::Retry,
    }
}

impl<'a> Long<'a> {
    /// What names the connection to its receiver; nothing where it is longer than it may be.
    pub(super) fn receiver(&self) -> &'a [u8] {
        allowed(self.destination)
    }

    /// What names the connection to its sender; nothing where it is longer than it may be.
    pub(super) fn sender(&self) -> &'a [u8] {
        allowed(self.source)
    }

    /// Reads a long header; nothing where it is short or cut off.
    pub(super) fn read(packet: &'a [u8]) -> Option<Long<'a>> {
        let (first, rest) = packet.split_first().filter(|(first, _)| is_long(**first))?;
        let (version, rest) = rest.split_at_checked(4)?;
        let version = big_endian(version) as u32;
        let (destination, rest) = prefixed(rest)?;
        let (source, rest) = prefixed(rest)?;
        let packet_type = packet_type(*first, version);
        let before = packet.len() - rest.len();
        let body = body(packet_type, packet, before);
        Some(Long { version, packet_type, destination, source, body })
    }
}

fn allowed(identifier: &[u8]) -> &[u8] {
    if identifier.len() > Identifier::LONGEST { &[] } else { identifier }
}

/// Whether a UDP payload is QUIC: a long header of a known version, with identifiers as long as they may be.
pub(super) fn looks(payload: &[u8]) -> bool {
    payload.len() >= SHORTEST
        && Long::read(payload).is_some_and(|long| {
            version::is_known(long.version)
                && long.destination.len() <= Identifier::LONGEST
                && long.source.len() <= Identifier::LONGEST
        })
}

/// Where the number and the end are of a packet whose identifiers end at `at`.
fn body(packet_type: PacketType, packet: &[u8], mut at: usize) -> Option<(usize, usize)> {
    match packet_type {
        PacketType::Initial => {
            let (token, width) = variable_length(packet.get(at..)?)?;
            at = at.checked_add(width)?.checked_add(usize::try_from(token).ok()?)?;
        }
        PacketType::ZeroRtt | PacketType::Handshake => {}
        PacketType::Retry | PacketType::Other | PacketType::OneRtt => return None,
    }
    let (length, width) = variable_length(packet.get(at..)?)?;
    Some((at + width, (at + width).checked_add(usize::try_from(length).ok()?)?))
}

fn prefixed(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first()?;
    rest.split_at_checked(usize::from(*length))
}
