//! The stream of handshake messages that CRYPTO frames carry, in whatever order (RFC 9000, section 19.6).

use super::frames;
use super::header::Long;
use super::keys::Keys;
use crate::dissect::{Earlier, Layer, big_endian};

/// A packet of the stream's sender.
pub(super) struct Sent<'a> {
    /// Where it begins in the frame.
    pub(super) at: u32,
    /// Its number.
    pub(super) number: u64,
    /// Its bytes, encrypted.
    pub(super) bytes: &'a [u8],
}

/// How far the stream came before a packet, and in it.
pub(super) struct Stream {
    keys: Keys,
    begun: bool,
    /// Whether frames of this packet brought something new.
    news: bool,
    /// Bytes of whole messages.
    read: u64,
    /// What came behind them, in order: the beginning of a message.
    pending: Earlier,
    /// What came behind a hole: where it belongs, in which packet it is.
    early: Vec<(u64, u32, Vec<u8>)>,
}

/// What a frame means to the stream.
pub(super) enum Fed {
    /// Its bytes came before.
    Repeated,
    /// It waits for others that come before it, or with others for them.
    Early,
    /// It goes on where the stream ended, but for so many bytes that came before.
    Next(Next),
}

/// What goes on where the stream ended.
pub(super) struct Next {
    /// How many of the frame's first bytes came before.
    pub(super) overlap: usize,
    /// What came of the message before it.
    pub(super) earlier: Earlier,
    /// Where others waited for the frame: all bytes, and in which packets they are.
    pub(super) joined: Option<Earlier>,
}

/// A packet has room for few frames that wait; more are sent to slow down who reads them.
const MOST_EARLY: usize = 512;

impl Stream {
    pub(super) fn new(keys: Keys) -> Stream {
        Stream { keys, begun: false, news: false, read: 0, pending: Earlier::default(), early: Vec::new() }
    }

    /// Takes a frame of the packet that is read. The packets before it are only asked for where there is such a frame.
    pub(super) fn feed(&mut self, l: &mut Layer<'_, '_>, packet: &Sent<'_>, offset: u64, bytes: &[u8]) -> Fed {
        if !self.begun {
            self.begun = true;
            self.read = l.memory().progress(packet.at).read;
            for kept in l.memory().kept(packet.at) {
                let read = || {
                    let (number_at, _) = Long::read(&kept.bytes)?.body?;
                    let unmasked = self.keys.unmask(&kept.bytes, number_at, kept.number.checked_sub(1))?;
                    self.keys.decrypt(&kept.bytes, number_at, &unmasked)
                };
                let plain: Vec<u8> = read().unwrap_or_default();
                for (offset, bytes) in frames::crypto(&plain) {
                    self.take(kept.frame, offset, bytes);
                }
            }
        }
        let frame = l.packet().number;
        let fed = self.take(frame, offset, bytes);
        self.news |= !matches!(fed, Fed::Repeated);
        fed
    }

    fn take(&mut self, frame: u32, offset: u64, bytes: &[u8]) -> Fed {
        let next = self.read + self.pending.bytes.len() as u64;
        let overlap = next.saturating_sub(offset).min(bytes.len() as u64) as usize;
        let new = bytes.get(overlap..).unwrap_or_default();
        if new.is_empty() {
            return Fed::Repeated;
        }
        if self.early.is_empty() && offset <= next {
            let earlier = self.pending.clone();
            self.deliver(frame, new);
            return Fed::Next(Next { overlap, earlier, joined: None });
        }
        if self.early.len() < MOST_EARLY {
            let offset = offset.max(next);
            let place = self.early.partition_point(|(at, ..)| *at <= offset);
            self.early.insert(place, (offset, frame, new.to_vec()));
        }
        if self.has_hole(next) {
            return Fed::Early;
        }
        let mut joined = Earlier::default();
        for (at, frame, bytes) in std::mem::take(&mut self.early) {
            let known = (next + joined.bytes.len() as u64).saturating_sub(at) as usize;
            if let Some(new) = bytes.get(known..).filter(|new| !new.is_empty()) {
                joined.bytes.extend_from_slice(new);
                joined.parts.push((frame, new.len() as u32));
            }
        }
        let earlier = self.pending.clone();
        self.deliver(frame, &joined.bytes);
        Fed::Next(Next { overlap, earlier, joined: Some(joined) })
    }

    /// Whether bytes are missing between what was delivered and the last that waits. Nothing is delivered before them.
    fn has_hole(&self, mut next: u64) -> bool {
        self.early.iter().any(|(at, _, bytes)| {
            let hole = *at > next;
            next = next.max(at.saturating_add(bytes.len() as u64));
            hole
        })
    }

    fn deliver(&mut self, frame: u32, bytes: &[u8]) {
        self.pending.bytes.extend_from_slice(bytes);
        self.pending.parts.push((frame, bytes.len() as u32));
        self.drop_whole();
    }

    /// Leaves of what is pending only the message that is not whole yet.
    fn drop_whole(&mut self) {
        while let Some(length) = self.pending.bytes.get(1..4).map(|length| 4 + big_endian(length) as usize) {
            if length > self.pending.bytes.len() {
                return;
            }
            self.pending.bytes.drain(..length);
            self.read += length as u64;
            // The bytes left are the last ones.
            let mut over = self.pending.parts.iter().map(|(_, length)| *length).sum::<u32>() as usize;
            over -= self.pending.bytes.len();
            self.pending.parts.retain_mut(|(_, length)| {
                let gone = over.min(*length as usize);
                over -= gone;
                *length -= gone as u32;
                *length > 0
            });
        }
    }

    /// Bytes of whole messages.
    pub(super) fn read(&self) -> u64 {
        self.read
    }

    /// Whether a later packet needs the one that was read.
    pub(super) fn is_needed(&self) -> bool {
        self.news && !self.is_whole()
    }

    /// Whether the packets before it can be let go.
    pub(super) fn is_done(&self) -> bool {
        self.begun && self.is_whole()
    }

    fn is_whole(&self) -> bool {
        self.pending.bytes.is_empty() && self.early.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Feeds a part of a message of 14 bytes; what was delivered, and what came before of it.
    fn feed(stream: &mut Stream, frame: u32, range: std::ops::Range<usize>) -> Option<(usize, usize)> {
        let message: Vec<u8> = [1, 0, 0, 10].into_iter().chain(0..10).collect();
        match stream.take(frame, range.start as u64, message.get(range.clone()).unwrap()) {
            Fed::Next(next) => {
                let delivered = next.joined.map_or(range.len() - next.overlap, |joined| joined.bytes.len());
                Some((next.earlier.bytes.len(), delivered))
            }
            Fed::Early | Fed::Repeated => None,
        }
    }

    #[test]
    fn what_waits_is_delivered_when_no_hole_is_left() {
        let mut stream = Stream::new(Keys::of(1, &[], false).unwrap());
        assert_eq!(feed(&mut stream, 1, 0..3), Some((0, 3)));
        assert_eq!(feed(&mut stream, 1, 10..14), None);
        assert_eq!(feed(&mut stream, 2, 3..6), None);
        assert_eq!(feed(&mut stream, 2, 0..3), None, "it came before");
        assert!(!stream.is_whole());
        assert_eq!(feed(&mut stream, 3, 5..11), Some((3, 11)));
        assert!(stream.is_whole());
        assert_eq!(stream.read(), 14);
        assert_eq!(feed(&mut stream, 4, 0..14), None, "it is sent again");
    }
}
