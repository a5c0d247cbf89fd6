//! How a connection went: which packets were the first of their sort in it, and how much was said.

use super::Segment;
use crate::dissect::Endpoints;

const FIN: u16 = 0x01;
const SYN: u16 = 0x02;
const RST: u16 = 0x04;
const ACK: u16 = 0x10;

/// A connection of TCP, or a conversation of UDP, as a whole. Packets are named by their numbers, and 0 stands for one
/// that was not seen. Of two sides, the first is that of [`Endpoints::canonical`].
#[derive(Debug, Clone, Copy)]
pub struct Course {
    /// Between whom: the number of the conversation.
    pub conversation: u32,
    /// Which side began it, or seems to have where its beginning was not captured.
    pub client: u8,
    /// What happened in it: the constants below.
    pub events: u8,
    /// The first packet.
    pub first: u32,
    /// The last packet.
    pub last: u32,
    /// The first SYN without ACK.
    pub syn: u32,
    /// How often the client sent its SYN.
    pub syns: u32,
    /// The first SYN with ACK.
    pub accepted: u32,
    /// The first RST.
    pub reset: u32,
    /// The first payload of each side.
    pub data: [u32; 2],
    /// Bytes of payload that each side sent, what was sent again included.
    pub bytes: [u64; 2],
}

impl Course {
    /// Nothing was seen.
    pub const NOTHING: Course = Course {
        conversation: 0,
        client: 0,
        events: 0,
        first: 0,
        last: 0,
        syn: 0,
        syns: 0,
        accepted: 0,
        reset: 0,
        data: [0; 2],
        bytes: [0; 2],
    };
    /// Both sides sent a SYN without ACK (RFC 9293, section 3.5).
    pub const SIMULTANEOUS: u8 = 1;
    /// The first RST came from the client.
    pub const RESET_BY_CLIENT: u8 = 2;
    /// One side closed it in order.
    pub const CLOSED: u8 = 4;
    /// Its ports had been those of an earlier connection.
    pub const PORTS_USED_AGAIN: u8 = 8;

    /// Whether something happened in it.
    pub fn has(&self, event: u8) -> bool {
        self.events & event != 0
    }

    /// Of the client and of the server, in this order, what both sides have.
    pub fn from_client<T>(&self, both: [T; 2]) -> [T; 2] {
        let [one, other] = both;
        if self.client == 0 { [one, other] } else { [other, one] }
    }

    /// The first packet with payload, of either side; 0 for none.
    pub fn first_data(&self) -> u32 {
        self.data.into_iter().filter(|frame| *frame != 0).min().unwrap_or(0)
    }

    /// Takes a segment that a side sent.
    pub(super) fn segment(&mut self, segment: &Segment<'_>, side: usize, frame: u32) {
        let begins = self.first == 0;
        self.payload(segment.length, side, frame);
        if segment.flags & (SYN | RST | FIN) == 0 && !begins {
            return;
        }
        match segment.flags & (SYN | ACK) {
            SYN if self.syn == 0 => {
                self.syn = frame;
                self.syns = 1;
                self.client = side as u8;
            }
            SYN if usize::from(self.client) == side => self.syns += 1,
            SYN => self.events |= Course::SIMULTANEOUS,
            ANSWER => {
                if self.accepted == 0 {
                    self.accepted = frame;
                }
                if self.syn == 0 {
                    self.client = 1 - side as u8;
                }
            }
            _ if begins => self.client = guessed(&segment.endpoints, side),
            _ => {}
        }
        if segment.flags & RST != 0 && self.reset == 0 {
            self.reset = frame;
            self.events |= if usize::from(self.client) == side { Course::RESET_BY_CLIENT } else { 0 };
        }
        self.events |= if segment.flags & FIN != 0 { Course::CLOSED } else { 0 };
    }

    /// Takes a datagram that a side sent.
    pub(super) fn datagram(&mut self, endpoints: &Endpoints, length: u32, side: usize, frame: u32) {
        if self.first == 0 {
            self.client = if is_service(endpoints.source_port) && !is_service(endpoints.destination_port) {
                1 - side as u8
            } else {
                side as u8
            };
        }
        self.payload(length, side, frame);
    }

    fn payload(&mut self, length: u32, side: usize, frame: u32) {
        if self.first == 0 {
            self.first = frame;
        }
        self.last = frame;
        if length > 0
            && let (Some(first), Some(bytes)) = (self.data.get_mut(side), self.bytes.get_mut(side))
        {
            *bytes += u64::from(length);
            if *first == 0 {
                *first = frame;
            }
        }
    }
}

const ANSWER: u16 = SYN | ACK;

/// Whose connection it seems to be whose beginning was not captured: servers have the lower port.
fn guessed(endpoints: &Endpoints, side: usize) -> u8 {
    if endpoints.source_port < endpoints.destination_port { 1 - side as u8 } else { side as u8 }
}

/// Whether a port is one on which services are found (IANA's system ports).
fn is_service(port: u16) -> bool {
    port < 1024
}
