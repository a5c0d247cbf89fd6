//! Connections: TCP streams that began in the capture, as the index pass sees them.

use super::Moment;
use super::choose::Syn;
use crate::dissect::Endpoints;
use crate::message::Handshake;

const SYN: u16 = 0x02;
const RST: u16 = 0x04;
const ACK: u16 = 0x10;

/// What a segment's nodes tell.
#[derive(Debug, Default)]
pub(super) struct Segment<'a> {
    pub(super) flags: u16,
    pub(super) stream: Option<u32>,
    pub(super) length: u32,
    pub(super) server_name: &'a [u8],
}

/// One connection.
#[derive(Debug, Clone)]
pub(super) struct Connection {
    /// From the client's side.
    pub(super) endpoints: Endpoints,
    pub(super) stream: u32,
    pub(super) syn: Moment,
    pub(super) accepted: Option<Moment>,
    pub(super) refused: Option<Moment>,
    pub(super) data: Option<Moment>,
    pub(super) server_name: String,
    pub(super) server_name_frame: u32,
    pub(super) sent: u64,
    pub(super) received: u64,
}

/// All connections, in order of their first SYN.
#[derive(Debug, Default)]
pub(super) struct Connections {
    pub(super) all: Vec<Connection>,
    /// By the stream's number.
    by_stream: Vec<Option<u32>>,
}

impl Connections {
    pub(super) fn take(&mut self, segment: &Segment<'_>, endpoints: &Endpoints, moment: Moment) {
        let Some(stream) = segment.stream else { return };
        let known = self.by_stream.get(stream as usize).copied().flatten();
        let Some(index) = known else {
            if segment.flags & (SYN | ACK) == SYN {
                let place = stream as usize;
                if self.by_stream.len() <= place {
                    self.by_stream.resize(place + 1, None);
                }
                if let Some(known) = self.by_stream.get_mut(place) {
                    *known = Some(self.all.len() as u32);
                }
                self.all.push(Connection {
                    endpoints: *endpoints,
                    stream,
                    syn: moment,
                    accepted: None,
                    refused: None,
                    data: None,
                    server_name: String::new(),
                    server_name_frame: 0,
                    sent: segment.length.into(),
                    received: 0,
                });
            }
            return;
        };
        let Some(connection) = self.all.get_mut(index as usize) else { return };
        let from_client = connection.endpoints == *endpoints;
        if !from_client && segment.flags & (SYN | ACK) == SYN | ACK {
            connection.accepted.get_or_insert(moment);
        }
        if !from_client && segment.flags & RST != 0 && connection.accepted.is_none() {
            connection.refused.get_or_insert(moment);
        }
        if segment.length > 0 {
            connection.data.get_or_insert(moment);
            let sum = if from_client { &mut connection.sent } else { &mut connection.received };
            *sum += u64::from(segment.length);
        }
        if from_client && connection.server_name.is_empty() && !segment.server_name.is_empty() {
            let name = String::from_utf8_lossy(segment.server_name);
            connection.server_name = without_port(&name).to_owned();
            connection.server_name_frame = moment.frame;
        }
    }
}

/// The host of `host:port`; an IPv6 address in brackets keeps them.
fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|c| c.is_ascii_digit()) && !name.ends_with(':') => name,
        _ => host,
    }
}

impl Connection {
    /// What the rule asks of it.
    pub(super) fn as_syn(&self) -> Syn<'_> {
        Syn {
            moment: self.syn,
            client: self.endpoints.source,
            server: self.endpoints.destination,
            server_name: &self.server_name,
        }
    }

    /// How its beginning went.
    pub(super) fn handshake(&self) -> Handshake {
        match (self.accepted, self.refused) {
            (Some(_), _) => Handshake::Accepted,
            (None, Some(_)) => Handshake::Refused,
            (None, None) => Handshake::Unanswered,
        }
    }
}
