//! Numbers, sizes and times in words: separators, units, and no more digits than the eye can use.

use leptos::prelude::*;

/// `4812` as `4,812`.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number with its noun: `1 packet`, `4,812 packets`.
pub(crate) fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// Bytes in decimal units, as file managers show them: `74 bytes`, `3.1 MB`.
pub(crate) fn size(bytes: u64) -> String {
    const UNITS: [(&str, f64); 4] = [("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)];
    for (unit, factor) in UNITS {
        let number = bytes as f64 / factor;
        if number >= 1.0 {
            return if number < 10.0 { format!("{number:.1} {unit}") } else { format!("{number:.0} {unit}") };
        }
    }
    counted(bytes, "byte", "bytes")
}

/// Seconds of a whole capture: `21 min 13 s`.
pub(crate) fn duration(seconds: f64) -> String {
    if seconds < 60.0 {
        return span(seconds);
    }
    let whole = seconds.round() as u64;
    let (days, hours, minutes, rest) = (whole / 86_400, whole / 3_600 % 24, whole / 60 % 60, whole % 60);
    match (days, hours) {
        (0, 0) => format!("{minutes} min {rest} s"),
        (0, _) => format!("{hours} h {minutes} min"),
        _ => format!("{days} d {hours} h"),
    }
}

/// Seconds between two packets: `0.6 ms`, `11.6 ms`, `1.90 s`.
pub(crate) fn span(seconds: f64) -> String {
    let size = seconds.abs();
    if size >= 60.0 {
        let sign = if seconds < 0.0 { "−" } else { "" };
        format!("{sign}{}", duration(size))
    } else if size >= 9.995 {
        format!("{seconds:.1} s")
    } else if size >= 0.9995 {
        format!("{seconds:.2} s")
    } else if size >= 0.099_95 {
        format!("{:.0} ms", seconds * 1e3)
    } else if size >= 0.000_1 {
        format!("{:.1} ms", seconds * 1e3)
    } else if size == 0.0 {
        "0 s".to_owned()
    } else {
        format!("{:.0} µs", seconds * 1e6)
    }
}

/// A part of a whole as `41 %`; a whole of nothing is done.
pub(crate) fn percent(part: u64, whole: u64) -> String {
    format!("{:.0} %", share(part, whole) * 100.0)
}

/// A part of a whole from 0 to 1; a whole of nothing is done.
pub(crate) fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 1.0 } else { (part as f64 / whole as f64).clamp(0.0, 1.0) }
}

/// Words in which what stands between backticks is a piece of a filter.
pub(crate) fn coded(words: &str) -> impl IntoView + use<> {
    let closed = words.matches('`').count().is_multiple_of(2);
    let piece = |(index, piece): (usize, &str)| {
        let piece = piece.to_owned();
        if closed && index % 2 == 1 { view! { <code>{piece}</code> }.into_any() } else { piece.into_any() }
    };
    words.split('`').enumerate().map(piece).collect_view()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_have_separators() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(1_000), "1,000");
        assert_eq!(count(12_345_678), "12,345,678");
        assert_eq!(counted(1, "packet", "packets"), "1 packet");
        assert_eq!(counted(4_812, "packet", "packets"), "4,812 packets");
    }

    #[test]
    fn sizes_have_the_largest_unit_that_fits() {
        assert_eq!(size(1), "1 byte");
        assert_eq!(size(999), "999 bytes");
        assert_eq!(size(1_000), "1.0 kB");
        assert_eq!(size(3_100_000), "3.1 MB");
        assert_eq!(size(42_000_000_000), "42 GB");
    }

    #[test]
    fn spans_have_three_digits_or_less() {
        assert_eq!(span(0.0), "0 s");
        assert_eq!(span(0.000_042), "42 µs");
        assert_eq!(span(0.000_602), "0.6 ms");
        assert_eq!(span(0.011_607), "11.6 ms");
        assert_eq!(span(0.099_96), "100 ms");
        assert_eq!(span(0.999_6), "1.00 s");
        assert_eq!(span(1.9), "1.90 s");
        assert_eq!(span(12.34), "12.3 s");
        assert_eq!(span(-75.0), "−1 min 15 s");
    }

    #[test]
    fn durations_have_two_units() {
        assert_eq!(duration(12.0), "12.0 s");
        assert_eq!(duration(1_273.2), "21 min 13 s");
        assert_eq!(duration(7_260.0), "2 h 1 min");
        assert_eq!(duration(200_000.0), "2 d 7 h");
    }

    #[test]
    fn shares_stay_within_the_whole() {
        assert_eq!(percent(41, 100), "41 %");
        assert_eq!(percent(0, 0), "100 %");
        assert_eq!(share(300, 200), 1.0);
    }
}
