//! How many packets and bytes there were in each interval of time.

/// Packets, counted by intervals of one length from the first packet of the capture on.
#[derive(Debug, Clone)]
pub struct Intervals {
    /// In microseconds; nothing for one interval that has no end.
    length: Option<u64>,
    /// Those that have packets, in order.
    counted: Vec<IntervalRow>,
}

/// An interval with what was captured in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IntervalRow {
    /// Which interval, from 0.
    pub interval: u64,
    /// Packets in it.
    pub packets: u64,
    /// Bytes of these packets, on the wire.
    pub bytes: u64,
}

impl Intervals {
    /// Intervals of so many microseconds, or one without an end.
    pub fn new(length: Option<u64>) -> Intervals {
        Intervals { length, counted: Vec::new() }
    }

    /// Counts a packet that was captured so many microseconds after the first one. A packet that was captured before the
    /// one in front of it belongs to the interval of that one.
    pub fn count(&mut self, microseconds: i64, length: u32) {
        let interval = self.length.map_or(0, |length| u64::try_from(microseconds).unwrap_or(0) / length.max(1));
        let bytes = u64::from(length);
        match self.counted.last_mut() {
            Some(last) if last.interval >= interval => {
                last.packets += 1;
                last.bytes += bytes;
            }
            _ => self.counted.push(IntervalRow { interval, packets: 1, bytes }),
        }
    }

    /// The intervals that have packets, in order.
    pub fn lines(&self) -> &[IntervalRow] {
        &self.counted
    }
}
