//! Endpoints that a packet names: what conversations with them carry, whatever their ports and looks.

use super::{Histories, History, Place};
use crate::conversations::Conversing;
use crate::endpoints::Endpoints;
use crate::field::ProtocolId;
use std::net::IpAddr;

/// One end of later conversations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Endpoint {
    /// TCP or UDP.
    pub transport: Conversing,
    /// Its address.
    pub address: IpAddr,
    /// Its port.
    pub port: u16,
}

/// What conversations with an endpoint are expected to carry.
pub(super) static EXPECTED: History<Endpoint, ProtocolId> = History::new(1 << 20);

/// What a conversation between these is expected to carry, as far as packets before a place tell: the receiver decides
/// before the sender.
pub(super) fn between(
    histories: &Histories,
    transport: Conversing,
    endpoints: &Endpoints,
    place: Place,
) -> Option<ProtocolId> {
    let expected = |address: IpAddr, port: u16| {
        histories.before(&EXPECTED, &Endpoint { transport, address, port }, place).map(|(_, protocol)| *protocol)
    };
    expected(endpoints.destination, endpoints.destination_port)
        .or_else(|| expected(endpoints.source, endpoints.source_port))
}
