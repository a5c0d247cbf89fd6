//! What the two sides of a TCP stream said, in order: each byte once, and what is missing.
//!
//! Only the packets of the stream are dissected, once, to find where its bytes are; after that any stretch of either
//! direction is read by dissecting the packets that hold it.

use crate::capture::ReadError;
use crate::dissect::{Found, Packet};
use crate::endpoints::Endpoints;
use crate::field::FieldSet;
use crate::open::Open;
use crate::protocols::transport::tcp;
use crate::streams::before;
use crate::value::{Datum, Value};

/// A stream that is followed.
#[derive(Debug)]
pub struct Follow {
    /// Between whom, from the sender of its first packet; nothing where there is no such stream.
    pub endpoints: Option<Endpoints>,
    /// What was said, in the order in which it was.
    pub records: Vec<FollowRecord>,
    stream: u32,
}

/// Bytes of one side, one behind the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FollowRecord {
    /// The packet that holds them; of missing bytes, the one after which they were given up.
    pub frame: u32,
    /// Whether they go to the sender of the stream's first packet.
    pub from_server: bool,
    /// Where they begin among all bytes of their side.
    pub offset: u64,
    /// How many they are.
    pub length: u32,
    /// Bytes at the beginning of the segment's payload that were there before.
    skip: u32,
    /// Whether they are not in the capture.
    pub is_missing: bool,
}

/// A segment, as far as following needs it.
#[derive(Debug, Clone, Copy)]
struct FollowSegment {
    sequence: u32,
    acknowledgment: Option<u32>,
    /// Bytes on the wire, and bytes that were captured.
    length: u32,
    captured: u32,
}

/// One direction.
#[derive(Debug, Default)]
struct Side {
    next: Option<u32>,
    offset: u64,
    /// Segments behind a hole.
    early: Vec<(u32, FollowSegment)>,
}

impl Follow {
    /// Follows the stream with this number.
    ///
    /// # Errors
    /// Where its packets cannot be read.
    pub fn tcp(open: &Open, stream: u32) -> Result<Follow, ReadError> {
        let mut follow = Follow { endpoints: None, records: Vec::new(), stream };
        let mut sides = [Side::default(), Side::default()];
        let wanted = FieldSet::of([tcp::STREAM, tcp::SEQ_RAW, tcp::ACK_RAW, tcp::LEN, tcp::PAYLOAD]);
        for frame in open.index.facts.frames_of(stream) {
            let (endpoints, segments) = open
                .look(frame, 0, &wanted, false, |packet, found| (found.endpoints, segments(packet, found, stream)))?;
            let first = *follow.endpoints.get_or_insert(endpoints);
            let from_server = (first.source, first.source_port) != (endpoints.source, endpoints.source_port);
            for segment in segments {
                follow.take(&mut sides, usize::from(from_server), frame, segment);
            }
        }
        Ok(follow)
    }

    fn take(&mut self, sides: &mut [Side; 2], side: usize, frame: u32, segment: FollowSegment) {
        let [client, server] = sides;
        let (own, other) = if side == 0 { (client, server) } else { (server, client) };
        own.next.get_or_insert(segment.sequence);
        // What the other side acknowledges will not be sent again: if it is not here, it is missing.
        if let Some(acknowledged) = segment.acknowledgment {
            self.fill(other, side == 0, frame, Some(acknowledged));
        }
        own.early.push((frame, segment));
        self.fill(own, side == 1, frame, None);
    }

    /// Appends what goes on where a side ended; with `acknowledged`, also what is behind a hole before that number.
    fn fill(&mut self, side: &mut Side, from_server: bool, frame: u32, acknowledged: Option<u32>) {
        loop {
            let Some(next) = side.next else { return };
            side.early.retain(|(_, segment)| before(next, segment.sequence.wrapping_add(segment.length)));
            if let Some(index) = side.early.iter().position(|(_, segment)| !before(next, segment.sequence)) {
                let (frame, segment) = side.early.remove(index);
                let skip = next.wrapping_sub(segment.sequence);
                let length = segment.captured.saturating_sub(skip);
                if length > 0 {
                    self.records.push(FollowRecord {
                        frame,
                        from_server,
                        offset: side.offset,
                        length,
                        skip,
                        is_missing: false,
                    });
                }
                side.offset += u64::from(segment.length - skip);
                side.next = Some(segment.sequence.wrapping_add(segment.length));
                continue;
            }
            let lowest =
                side.early.iter().map(|(_, segment)| segment.sequence).reduce(|a, b| if before(b, a) { b } else { a });
            let Some((lowest, acknowledged)) = lowest.zip(acknowledged) else { return };
            if !before(lowest, acknowledged) {
                return;
            }
            let length = lowest.wrapping_sub(next);
            self.records.push(FollowRecord {
                frame,
                from_server,
                offset: side.offset,
                length,
                skip: 0,
                is_missing: true,
            });
            side.offset += u64::from(length);
            side.next = Some(lowest);
        }
    }

    /// The bytes of a record; none of missing ones.
    ///
    /// # Errors
    /// Where its packet cannot be read.
    pub fn bytes(&self, open: &Open, record: &FollowRecord) -> Result<Vec<u8>, ReadError> {
        if record.is_missing {
            return Ok(Vec::new());
        }
        let wanted = FieldSet::of([tcp::STREAM, tcp::PAYLOAD]);
        open.look(record.frame, 0, &wanted, false, |packet, found| {
            let mut own = false;
            for node in &found.nodes {
                match (node.field, node.value) {
                    (tcp::STREAM, Value::Uint(stream)) => own = stream == u64::from(self.stream),
                    (tcp::PAYLOAD, _) if own => {
                        let Datum::Bytes(bytes) = found.datum(packet, node) else { continue };
                        let range = record.skip as usize..(record.skip + record.length) as usize;
                        return bytes.get(range).unwrap_or_default().to_vec();
                    }
                    _ => {}
                }
            }
            Vec::new()
        })
    }

    /// The bytes of one side from an offset on, at most so many; missing ones are zeros. Only the packets that hold them are
    /// dissected.
    ///
    /// # Errors
    /// Where a packet cannot be read.
    pub fn read(&self, open: &Open, from_server: bool, offset: u64, most: usize) -> Result<Vec<u8>, ReadError> {
        let mut read = Vec::new();
        let own = self.records.iter().filter(|record| record.from_server == from_server);
        for record in own.skip_while(|record| record.offset + u64::from(record.length) <= offset) {
            if read.len() >= most {
                break;
            }
            let mut bytes = self.bytes(open, record)?;
            bytes.resize(record.length as usize, 0);
            let skip = usize::try_from(offset.saturating_sub(record.offset)).unwrap_or(usize::MAX);
            read.extend_from_slice(bytes.get(skip..).unwrap_or_default());
        }
        read.truncate(most);
        Ok(read)
    }
}

/// The segments of a stream in a packet: several where it stands in a tunnel.
fn segments(packet: &Packet<'_>, found: &Found, stream: u32) -> Vec<FollowSegment> {
    let mut all: Vec<FollowSegment> = Vec::new();
    let mut own = false;
    for node in &found.nodes {
        match (node.field, node.value) {
            (tcp::STREAM, Value::Uint(number)) => {
                own = number == u64::from(stream);
                if own {
                    all.push(FollowSegment { sequence: 0, acknowledgment: None, length: 0, captured: 0 });
                }
            }
            (field, value) if own => {
                let flags = found.layers.get(usize::from(node.layer)).and_then(|span| span.key).unwrap_or_default();
                let Some(segment) = all.last_mut() else { continue };
                match (field, value) {
                    // A SYN takes a number of its own.
                    (tcp::SEQ_RAW, Value::Uint(number)) => {
                        segment.sequence = (number as u32).wrapping_add(u32::from(flags & 2 != 0));
                    }
                    (tcp::ACK_RAW, Value::Uint(number)) => {
                        segment.acknowledgment = (flags & 16 != 0).then_some(number as u32);
                    }
                    (tcp::LEN, Value::Uint(length)) => segment.length = length as u32,
                    (tcp::PAYLOAD, _) => {
                        if let Datum::Bytes(bytes) = found.datum(packet, node) {
                            segment.captured = bytes.len() as u32;
                        }
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }
    all
}
