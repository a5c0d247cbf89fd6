//! TCP analysis: which segments repeat, which are missing, what is acknowledged.
//!
//! The questions and their order are those of Wireshark's user guide, section "TCP Analysis".

use super::segment::before;
use super::{Analysis, Segment};
use std::collections::VecDeque;

const FIN: u16 = 0x01;
const SYN: u16 = 0x02;
const RST: u16 = 0x04;
const ACK: u16 = 0x10;
const PSH: u16 = 0x08;

/// Segments of one direction that wait for an acknowledgment; more are forgotten, oldest first.
const MOST_WAITING: usize = 1000;

/// What one direction of a stream has sent so far.
#[derive(Debug, Clone, Default)]
struct Sender {
    /// Sequence number that comes next, and when and in which packet the last byte before it was sent.
    next: Option<u32>,
    next_time: i64,
    next_frame: u32,
    /// Highest sequence number that can be acknowledged without a hole.
    to_acknowledge: Option<u32>,
    /// Whether more than it sent was acknowledged since: that is reported once.
    missed: bool,
    /// The last acknowledgment that this direction sent, when, and in which packet it was first sent.
    acknowledged: Option<u32>,
    acknowledged_time: i64,
    acknowledged_frame: u32,
    duplicates: u32,
    window: u16,
    /// Shift of the window scale option: nothing where no SYN was seen.
    scale: Option<u8>,
    has_closed: bool,
    last_flags: u16,
    /// In the order of the sequence numbers at which they begin; the lowest is the first.
    waiting: VecDeque<Waiting>,
    /// Bytes that the other side's last acknowledgment said to have got besides those before it.
    sacked: u32,
    since_push: u32,
    push_was_last: bool,
}

#[derive(Debug, Clone, Copy)]
struct Waiting {
    start: u32,
    end: u32,
    frame: u32,
}

/// Analyzes both directions of a stream.
#[derive(Debug, Clone, Default)]
pub(super) struct Analyst {
    sides: [Sender; 2],
    latest_syn: Option<i64>,
    round_trip: Option<i64>,
}

impl Analyst {
    /// Takes note of the window scale option in a SYN; without one, there is no shift.
    pub(super) fn set_scale(&mut self, from: usize, scale: Option<u8>) {
        if let Some(sender) = self.sides.get_mut(from) {
            sender.scale = Some(scale.unwrap_or(0));
        }
    }

    /// Time from the SYN to the acknowledgment that ends the handshake, in nanoseconds.
    pub(super) fn round_trip(&self) -> Option<i64> {
        self.round_trip
    }

    /// Whether both sides have closed, and all was acknowledged.
    pub(super) fn has_closed(&self) -> bool {
        self.sides.iter().all(|side| side.has_closed && side.waiting.is_empty())
    }

    /// Judges a segment that side `from` sent and takes note of it. `time` is in nanoseconds.
    pub(super) fn judge(&mut self, segment: &Segment<'_>, from: usize, frame: u32, time: i64) -> Analysis {
        let [a, b] = &mut self.sides;
        let (own, other) = if from == 0 { (a, b) } else { (b, a) };
        let flags = segment.flags;
        let special = flags & (SYN | FIN | RST) != 0;
        let (sequence, length, window) = (segment.sequence, segment.length, segment.window);
        let acknowledges = flags & ACK != 0;
        let mut found = Analysis::default();
        let at_next = own.next == Some(sequence);
        let same_ack = own.acknowledged == Some(segment.acknowledgment);

        let probe = length == 1 && at_next && other.window == 0 && other.acknowledged.is_some() && !special;
        if probe {
            found.flags |= Analysis::ZERO_WINDOW_PROBE;
        } else {
            if window == 0 && !special {
                found.flags |= Analysis::ZERO_WINDOW;
            }
            if flags & RST == 0 && own.next.is_some_and(|next| before(next, sequence)) {
                found.flags |= Analysis::LOST_SEGMENT;
            }
            if length <= 1 && !special && own.next.is_some_and(|next| sequence == next.wrapping_sub(1)) {
                found.flags |= Analysis::KEEP_ALIVE;
            }
            let idle = length == 0 && at_next && same_ack && !special;
            if idle && window != 0 && window != own.window {
                found.flags |= Analysis::WINDOW_UPDATE;
            }
            if length > 0
                && !special
                && let (Some(scale), Some(acknowledged)) = (other.scale, other.acknowledged)
                && sequence.wrapping_add(length) == acknowledged.wrapping_add(u32::from(other.window) << scale.min(14))
            {
                found.flags |= Analysis::WINDOW_FULL;
            }
            if idle && window == own.window {
                if window != 0 && other.last_flags & Analysis::KEEP_ALIVE != 0 {
                    found.flags |= Analysis::KEEP_ALIVE_ACK;
                } else if window == 0 && other.last_flags & Analysis::ZERO_WINDOW_PROBE != 0 {
                    found.flags |= Analysis::ZERO_WINDOW_PROBE_ACK;
                } else if window != 0 && acknowledges {
                    own.duplicates += 1;
                    found.flags |= Analysis::DUPLICATE_ACK;
                    found.duplicate_of = own.acknowledged_frame;
                    found.duplicate_number = own.duplicates;
                }
            }
        }
        if acknowledges && !same_ack {
            own.acknowledged_frame = frame;
            own.duplicates = 0;
        }
        let beyond = |known: Option<u32>| known.is_some_and(|known| before(known, segment.acknowledgment));
        if acknowledges && !other.missed && beyond(other.to_acknowledge) {
            found.flags |= Analysis::ACK_LOST_SEGMENT;
            other.missed = beyond(other.next);
            other.to_acknowledge = other.next;
        }
        let end = sequence.wrapping_add(length);
        let after = end.wrapping_add(u32::from(flags & (SYN | FIN) != 0));
        // A segment that begins with the byte of an earlier window probe brings new bytes.
        let after_probe = length > 1 && own.next == Some(sequence.wrapping_add(1));
        let behind = own.next.is_some_and(|next| before(sequence, next)) && !after_probe;
        if (length > 0 || flags & (SYN | FIN) != 0) && found.flags & Analysis::KEEP_ALIVE == 0 {
            let threshold = self.round_trip.unwrap_or(3_000_000);
            // Where the clock went back, as between joined captures, nothing came shortly after what came before it.
            let soon = |since: i64, within: i64| (0..within).contains(&(time - since));
            if length > 0 && other.acknowledged.is_some_and(|acknowledged| !before(acknowledged, end)) {
                found.flags |= Analysis::SPURIOUS_RETRANSMISSION;
            } else if !behind {
                // It goes on where the one before ended, or leaves a hole.
            } else if other.duplicates >= 2
                && other.acknowledged == Some(sequence)
                && soon(other.acknowledged_time, 20_000_000)
            {
                found.flags |= Analysis::FAST_RETRANSMISSION;
            } else if own.next != Some(after) && soon(own.next_time, threshold) {
                found.flags |= Analysis::OUT_OF_ORDER;
            } else {
                found.flags |= Analysis::RETRANSMISSION;
                // The eldest that waits for an acknowledgment and did not begin later is taken for the one sent again.
                let earlier = own.waiting.iter().take_while(|waiting| !before(sequence, waiting.start));
                let eldest = earlier.min_by_key(|waiting| waiting.frame);
                found.retransmitted = eldest.map_or(own.next_frame, |waiting| waiting.frame);
            }
        }

        // What was sent is now part of what is known.
        if length > 0 || flags & (SYN | FIN) != 0 {
            own.missed = false;
            own.has_closed |= flags & FIN != 0;
            own.wait(Waiting { start: sequence, end: after, frame });
        }
        // A reset that answers what has no connection has no number of its own (RFC 9293, section 3.10.7.1).
        let numbered = flags & RST == 0 || sequence != 0;
        if !probe && numbered && own.next.is_none_or(|next| before(next, after)) {
            own.next = Some(after);
            own.next_time = time;
            own.next_frame = frame;
        }
        if !probe && own.to_acknowledge.is_none_or(|highest| highest == sequence) {
            own.to_acknowledge = own.next;
        }
        self.handshake(segment, time);
        let [a, b] = &mut self.sides;
        let (own, other) = if from == 0 { (a, b) } else { (b, a) };
        if acknowledges {
            other.acknowledge(segment.acknowledgment, &mut found);
            other.sacked = segment.sacked;
            own.acknowledged = Some(segment.acknowledgment);
            own.acknowledged_time = time;
        }
        own.window = window;
        own.last_flags = found.flags;
        if length > 0 {
            own.since_push = if own.push_was_last { length } else { own.since_push.saturating_add(length) };
            own.push_was_last = flags & PSH != 0;
            found.since_push = own.since_push;
            found.in_flight = own.in_flight().saturating_sub(u32::from(flags & (SYN | FIN) != 0));
        }
        found.initial_round_trip = self.round_trip;
        found
    }

    fn handshake(&mut self, segment: &Segment<'_>, time: i64) {
        match segment.flags & (SYN | ACK) {
            SYN => self.latest_syn = Some(time),
            // Where two packets have the same time, the next acknowledgment may tell.
            ACK if self.round_trip.is_none() => {
                self.round_trip = self.latest_syn.map(|syn| time - syn).filter(|time| *time != 0);
            }
            _ => {}
        }
    }
}

impl Sender {
    /// Takes note of a segment that waits for its acknowledgment.
    fn wait(&mut self, segment: Waiting) {
        if self.waiting.len() >= MOST_WAITING {
            self.waiting.pop_front();
        }
        // Most go on where the one before ended.
        let place = match self.waiting.back() {
            Some(last) if before(segment.start, last.start) => {
                self.waiting.partition_point(|waiting| !before(segment.start, waiting.start))
            }
            _ => self.waiting.len(),
        };
        self.waiting.insert(place, segment);
    }

    /// Takes note of what the other side acknowledges. Only the segments are looked at that it acknowledges.
    fn acknowledge(&mut self, number: u32, found: &mut Analysis) {
        let mut exact: Option<Waiting> = None;
        let mut index = 0;
        while let Some(waiting) = self.waiting.get_mut(index)
            && before(waiting.start, number)
        {
            if before(number, waiting.end) {
                waiting.start = number;
                index += 1;
                continue;
            }
            if waiting.end == number && exact.is_none_or(|exact| waiting.frame < exact.frame) {
                exact = Some(*waiting);
            }
            if index == 0 {
                self.waiting.pop_front();
            } else {
                self.waiting.remove(index);
            }
        }
        if let Some(exact) = exact {
            found.acknowledges = exact.frame;
        }
    }

    fn in_flight(&self) -> u32 {
        match (self.waiting.front(), self.next) {
            (Some(first), Some(next)) => next.wrapping_sub(first.start).saturating_sub(self.sacked),
            _ => 0,
        }
    }
}
