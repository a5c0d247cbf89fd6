//! Moments, and what a capture's clock ticks mean.

/// Nanoseconds in a second.
const NANOSECONDS: u32 = 1_000_000_000;

/// Time since 1970-01-01 UTC.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Timestamp {
    /// Whole seconds, rounded down; negative before 1970 (which `if_tsoffset` makes possible).
    pub seconds: i64,
    /// The rest, 0 to 999,999,999, always forward from `seconds`.
    pub nanoseconds: u32,
}

impl Timestamp {
    /// The moment so many nanoseconds after 1970-01-01 UTC.
    pub const fn from_nanoseconds(total: i64) -> Timestamp {
        let unit = NANOSECONDS as i64;
        Timestamp { seconds: total.div_euclid(unit), nanoseconds: total.rem_euclid(unit) as u32 }
    }

    /// Nanoseconds since 1970-01-01 UTC, held at the ends of the range (years 1677 and 2262).
    pub const fn to_nanoseconds(self) -> i64 {
        let total = self.seconds as i128 * NANOSECONDS as i128 + self.nanoseconds as i128;
        if total > i64::MAX as i128 {
            i64::MAX
        } else if total < i64::MIN as i128 {
            i64::MIN
        } else {
            total as i64
        }
    }

    /// How long after `earlier` this is: seconds and nanoseconds, of which neither contradicts the other's sign.
    ///
    /// Half a second before `earlier` is `(0, -500_000_000)`.
    pub const fn since(self, earlier: Timestamp) -> (i64, i32) {
        let seconds = self.seconds.saturating_sub(earlier.seconds);
        let nanoseconds = self.nanoseconds as i32 - earlier.nanoseconds as i32;
        if seconds > 0 && nanoseconds < 0 {
            (seconds - 1, nanoseconds + NANOSECONDS as i32)
        } else if seconds < 0 && nanoseconds > 0 {
            (seconds + 1, nanoseconds - NANOSECONDS as i32)
        } else {
            (seconds, nanoseconds)
        }
    }

    /// From a pcap record's two numbers, of which the second counts parts of a second, `per_second` of them. Writers exist
    /// that let it run past a whole second.
    pub(super) fn from_pcap(seconds: u32, fraction: u32, nanoseconds: bool) -> Timestamp {
        let unit = if nanoseconds { NANOSECONDS } else { 1_000_000 };
        let (carry, rest) = if fraction < unit { (0, fraction) } else { (fraction / unit, fraction % unit) };
        Timestamp {
            seconds: i64::from(seconds) + i64::from(carry),
            nanoseconds: if nanoseconds { rest } else { rest * 1000 },
        }
    }
}

/// How a pcapng interface counts time: `if_tsresol` and `if_tsoffset`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Clock {
    /// Ticks in a second. A resolution beyond what 128 bits hold makes every time zero, as it rightly should.
    per_second: u128,
    /// Seconds to add.
    pub(super) offset: i64,
    /// Digits after the seconds' point that people are shown.
    pub(super) digits: u8,
}

impl Default for Clock {
    /// Microseconds since 1970.
    fn default() -> Clock {
        Clock { per_second: 1_000_000, offset: 0, digits: 6 }
    }
}

impl Clock {
    /// A clock with the resolution of an `if_tsresol` byte: a power of ten, or of two if the highest bit is set.
    pub(super) fn with_resolution(resolution: u8) -> Clock {
        let exponent = u32::from(resolution & 0x7f);
        if resolution & 0x80 == 0 {
            let per_second = 10u128.checked_pow(exponent).unwrap_or(u128::MAX);
            Clock { per_second, offset: 0, digits: shown_digits(exponent) }
        } else {
            let per_second = 1u128.checked_shl(exponent).unwrap_or(u128::MAX);
            Clock { per_second, offset: 0, digits: shown_digits(per_second.ilog10()) }
        }
    }

    /// The moment that a count of ticks stands for.
    pub(super) fn time(&self, ticks: u64) -> Timestamp {
        let (seconds, nanoseconds) = match u64::try_from(self.per_second) {
            // The product fits 64 bits, which are much faster than 128, above all in WebAssembly.
            Ok(per_second) if per_second <= u64::from(NANOSECONDS) => {
                (ticks / per_second, (ticks % per_second * u64::from(NANOSECONDS) / per_second) as u32)
            }
            _ => {
                let ticks = u128::from(ticks);
                let rest = ticks % self.per_second;
                let nanoseconds = rest * u128::from(NANOSECONDS) / self.per_second;
                ((ticks / self.per_second) as u64, nanoseconds as u32)
            }
        };
        let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
        Timestamp { seconds: seconds.saturating_add(self.offset), nanoseconds }
    }
}

/// How many digits Wireshark shows of a resolution that has so many: one of the usual steps, never more than there are.
fn shown_digits(digits: u32) -> u8 {
    match digits {
        0..=3 => digits as u8,
        4..=5 => 3,
        6..=8 => 6,
        _ => 9,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64, nanoseconds: u32) -> Timestamp {
        Timestamp { seconds, nanoseconds }
    }

    #[test]
    fn nanoseconds_there_and_back() {
        for total in [0, 1, -1, 999_999_999, -1_000_000_000, 1_700_000_000_123_456_789, i64::MIN, i64::MAX] {
            assert_eq!(Timestamp::from_nanoseconds(total).to_nanoseconds(), total);
        }
        assert_eq!(Timestamp::from_nanoseconds(-1), at(-1, 999_999_999));
        assert_eq!(at(i64::MAX, 0).to_nanoseconds(), i64::MAX);
        assert_eq!(at(i64::MIN, 0).to_nanoseconds(), i64::MIN);
    }

    #[test]
    fn differences_have_one_sign() {
        assert_eq!(at(5, 0).since(at(3, 500_000_000)), (1, 500_000_000));
        assert_eq!(at(3, 500_000_000).since(at(5, 0)), (-1, -500_000_000));
        assert_eq!(at(3, 0).since(at(3, 500_000_000)), (0, -500_000_000));
        assert_eq!(at(4, 0).since(at(3, 500_000_000)), (0, 500_000_000));
        assert_eq!(at(-1, 999_999_999).since(at(0, 0)), (0, -1));
        assert_eq!(at(i64::MAX, 0).since(at(i64::MIN, 0)), (i64::MAX, 0));
    }

    #[test]
    fn pcap_fractions_may_overflow() {
        assert_eq!(Timestamp::from_pcap(7, 1_500_000, false), at(8, 500_000_000));
        assert_eq!(Timestamp::from_pcap(7, 999_999_999, true), at(7, 999_999_999));
        assert_eq!(Timestamp::from_pcap(u32::MAX, u32::MAX, true), at(4_294_967_299, 294_967_295));
    }

    #[test]
    fn clocks_of_all_resolutions() {
        let seconds = 1_700_000_000u64;
        assert_eq!(Clock::default().time(seconds * 1_000_000 + 7), at(1_700_000_000, 7000));
        assert_eq!(Clock::with_resolution(9).time(seconds * 1_000_000_000 + 7), at(1_700_000_000, 7));
        assert_eq!(Clock::with_resolution(0).time(seconds), at(1_700_000_000, 0));
        assert_eq!(Clock::with_resolution(12).time(5_000_000_001_999), at(5, 1));
        // 2^10 and 2^32 ticks a second.
        assert_eq!(Clock::with_resolution(0x8a).time(seconds * 1024 + 512), at(1_700_000_000, 500_000_000));
        assert_eq!(Clock::with_resolution(0xa0).time((seconds << 32) + (1 << 31)), at(1_700_000_000, 500_000_000));
        assert_eq!(Clock::with_resolution(0xc0).time(1 << 63), at(0, 500_000_000));
        for resolution in 0..=255 {
            let clock = Clock::with_resolution(resolution);
            assert!(clock.time(u64::MAX).nanoseconds < NANOSECONDS);
        }
        let digits = |resolution| Clock::with_resolution(resolution).digits;
        assert_eq!([0, 1, 3, 4, 6, 7, 9, 12].map(digits), [0, 1, 3, 3, 6, 6, 9, 9]);
        assert_eq!([0x83, 0x84, 0x8a, 0x94, 0x9e].map(digits), [0, 1, 3, 6, 9]);
    }

    #[test]
    fn offsets_move_time_both_ways() {
        let clock = Clock { offset: -10, ..Clock::default() };
        assert_eq!(clock.time(1_500_000), at(-9, 500_000_000));
        assert_eq!(Clock { offset: i64::MAX, ..clock }.time(u64::MAX).seconds, i64::MAX);
    }
}
