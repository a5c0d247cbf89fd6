//! When packets were captured: much that is noted of a packet is a time since another.

/// The times of packets.
pub trait Times {
    /// The time of a packet, by its number, in nanoseconds since 1970.
    fn time(&self, frame: u32) -> i64;
}

/// Nanoseconds as seconds and nanoseconds that count upwards from them.
pub(crate) fn seconds(nanoseconds: i64) -> (i64, u32) {
    (nanoseconds.div_euclid(1_000_000_000), nanoseconds.rem_euclid(1_000_000_000) as u32)
}
