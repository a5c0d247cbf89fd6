//! How a conversation began, by its first packet, and why one could not begin by ICMP.

use super::observed::Unreachable;
use crate::dissect::{Found, Packet, Protocols, Span};
use crate::endpoints::Endpoints;
use crate::field::ProtocolId;
use crate::protocols::application::quic;
use crate::value::Value;
use std::net::IpAddr;

/// The protocols by whose layers a beginning is recognised.
#[derive(Debug)]
pub(super) struct Layers {
    pub(super) tcp: ProtocolId,
    pub(super) udp: ProtocolId,
    ip: [ProtocolId; 2],
    quic: ProtocolId,
}

/// What ICMP said of a connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Refusal {
    pub(super) frame: u32,
    pub(super) why: Unreachable,
}

/// The port on which QUIC carries HTTP (RFC 9114, section 3.1.1).
const HTTPS: u16 = 443;
/// Bytes of the shortest packet with a short header (RFC 9000, section 10.3.3).
const SHORTEST: u32 = 21;
/// Bytes of a UDP header.
const UDP_HEADER: u32 = 8;

impl Layers {
    /// Those of the list.
    pub(super) fn of(protocols: &Protocols) -> Layers {
        let protocol = |name| protocols.named(name).unwrap_or(protocols.special.data);
        Layers {
            tcp: protocol("tcp"),
            udp: protocol("udp"),
            ip: [protocol("ip"), protocol("ipv6")],
            quic: protocol("quic"),
        }
    }
}

impl Layers {
    /// Whether the first datagram of a conversation goes on with a connection of QUIC: it is not the Initial packet, nor
    /// early data that overtook it (RFC 9000, section 17.2).
    pub(super) fn goes_on(&self, packet: &Packet<'_>, found: &Found) -> bool {
        if found.layers.iter().any(|span| span.protocol == self.quic && !span.quoted) {
            return !found.nodes.iter().any(|node| match (node.field, node.value) {
                (quic::LONG_PACKET_TYPE, Value::Uint(kind)) => matches!(kind, 0 | 1),
                (quic::LONG_PACKET_TYPE_V2, Value::Uint(kind)) => matches!(kind, 1 | 2),
                _ => false,
            });
        }
        // Only its first bits distinguish a short header from other datagrams (RFC 9443, section 3).
        let is_short = |span: &Span| {
            let first = packet.bytes.get((span.start + UDP_HEADER) as usize);
            span.end - span.start >= UDP_HEADER + SHORTEST && first.is_some_and(|first| first >> 6 == 1)
        };
        let ends = &found.endpoints;
        (ends.source_port == HTTPS || ends.destination_port == HTTPS)
            && found
                .layers
                .iter()
                .rfind(|span| span.protocol == self.udp)
                .is_some_and(|span| span.source == 0 && is_short(span))
    }

    /// Between whom the packet went that an ICMP message is about, and whether it was one of TCP.
    pub(super) fn quoted(&self, packet: &Packet<'_>, found: &Found) -> Option<(Endpoints, bool)> {
        let is_transport = |span: &Span| span.protocol == self.tcp || span.protocol == self.udp;
        let place = found.layers.iter().position(|span| span.quoted && is_transport(span))?;
        let transport = found.layers.get(place).filter(|span| span.source == 0)?;
        let outer = found.layers.get(..place)?;
        let network = outer.iter().rfind(|span| span.quoted && self.ip.contains(&span.protocol))?;
        let bytes = |from: u32, length: u32| packet.bytes.get(from as usize..(from + length) as usize);
        let port = |at: u32| Some(u16::from_be_bytes(bytes(transport.start + at, 2)?.try_into().ok()?));
        // RFC 791, section 3.1; RFC 8200, section 3.
        let address = |v4: u32, v6: u32| {
            if network.protocol == self.ip[0] {
                <[u8; 4]>::try_from(bytes(network.start + v4, 4)?).ok().map(IpAddr::from)
            } else {
                <[u8; 16]>::try_from(bytes(network.start + v6, 16)?).ok().map(IpAddr::from)
            }
        };
        let ends = Endpoints {
            source: address(12, 8)?,
            destination: address(16, 24)?,
            source_port: port(0)?,
            destination_port: port(2)?,
        };
        Some((ends, transport.protocol == self.tcp))
    }
}
