//! Reads the points in time and the lengths of time that filters write.

/// Nanoseconds of a number of seconds such as `1.5` or `5e-3`.
pub(super) fn seconds(written: &str) -> Option<i128> {
    if let Some(whole) = super::literal::whole(written) {
        return i128::try_from(whole).ok()?.checked_mul(1_000_000_000);
    }
    match written.split_once('.') {
        Some((whole, part)) if digits(whole) && digits(part) => {
            let whole: i128 = whole.parse().ok()?;
            whole.checked_mul(1_000_000_000)?.checked_add(fraction(part))
        }
        _ => {
            let value = super::literal::real(written)? * 1e9;
            (value.abs() < 1e30).then(|| value.round() as i128)
        }
    }
}

/// Nanoseconds since 1970 of a date, as `2026-11-23 09:30:01.5`, `Nov 23, 2026 09:30` or seconds. Without a zone it is
/// read as UTC, as the analyzer shows all times in UTC.
pub(super) fn parse(written: &str) -> Result<i128, String> {
    let text = written.trim();
    let unreadable =
        || format!("{} is no date and time: write it as \"2026-11-23 09:30:01\".", super::parse::short(written));
    if let Some(value) = text.starts_with(|c: char| c.is_ascii_digit()).then(|| seconds(text)).flatten() {
        return Ok(value);
    }
    let (days, rest) = if text.starts_with(|c: char| c.is_ascii_alphabetic()) {
        month_first(text).ok_or_else(unreadable)?
    } else {
        year_first(text).ok_or_else(unreadable)?
    };
    let mut clock = TimeOfDay { rest };
    let (nanoseconds, has_clock) = clock.time()?;
    let offset = clock.zone(has_clock).ok_or_else(unreadable)?;
    if !clock.rest.trim().is_empty() {
        return Err(unreadable());
    }
    Ok((i128::from(days) * 86_400 - i128::from(offset)) * 1_000_000_000 + nanoseconds)
}

/// `2026-11-23…`
fn year_first(text: &str) -> Option<(i64, &str)> {
    let (year, rest) = text.split_at_checked(4)?;
    let (month, rest) = rest.strip_prefix('-')?.split_at_checked(2)?;
    let (day, rest) = rest.strip_prefix('-')?.split_at_checked(2)?;
    days(number(year)?, number(month)?, number(day)?).map(|days| (days, rest))
}

/// `Nov 23, 2026…`
fn month_first(text: &str) -> Option<(i64, &str)> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let (name, rest) = text.split_at_checked(3)?;
    let month = MONTHS.iter().position(|month| month.eq_ignore_ascii_case(name))? as i64 + 1;
    let rest = rest.strip_prefix(' ')?.trim_start();
    let (day, rest) = rest.split_once(',')?;
    let rest = rest.trim_start();
    let (year, rest) = rest.split_at_checked(4)?;
    days(number(year)?, month, number(day)?).map(|days| (days, rest))
}

/// The time of day behind a date.
struct TimeOfDay<'t> {
    rest: &'t str,
}

impl TimeOfDay<'_> {
    /// Nanoseconds since midnight, and whether a time of day stands here.
    fn time(&mut self) -> Result<(i128, bool), String> {
        let unreadable = || "The time of day is written as 09:30 or 09:30:01.25.".to_owned();
        let begins = self.rest.strip_prefix('T').or_else(|| self.rest.strip_prefix(' ')).map(str::trim_start);
        let Some(text) = begins.filter(|text| text.starts_with(|c: char| c.is_ascii_digit())) else {
            return Ok((0, false));
        };
        let two = |text: &str| text.get(..2).and_then(number);
        let hours = two(text).filter(|hours| *hours < 24).ok_or_else(unreadable)?;
        let rest = text.get(2..).and_then(|rest| rest.strip_prefix(':')).ok_or_else(unreadable)?;
        let minutes = two(rest).filter(|minutes| *minutes < 60).ok_or_else(unreadable)?;
        let mut rest = rest.get(2..).unwrap_or_default();
        let (mut seconds, mut nanoseconds) = (0, 0);
        if let Some(after) = rest.strip_prefix(':') {
            seconds = two(after).filter(|seconds| *seconds < 61).ok_or_else(unreadable)?;
            rest = after.get(2..).unwrap_or_default();
            if let Some(part) = rest.strip_prefix(['.', ',']) {
                let length = part.chars().take_while(char::is_ascii_digit).count();
                if length == 0 || length > 9 {
                    return Err("A part of a second has 1 to 9 digits.".into());
                }
                nanoseconds = fraction(part.get(..length).unwrap_or_default());
                rest = part.get(length..).unwrap_or_default();
            }
        } else if rest.starts_with('.') {
            return Err("A part of a second needs the seconds: 09:30:01.25.".into());
        }
        self.rest = rest;
        Ok((i128::from(hours * 3600 + minutes * 60 + seconds) * 1_000_000_000 + nanoseconds, true))
    }

    /// Seconds east of UTC.
    fn zone(&mut self, has_clock: bool) -> Option<i64> {
        let text = self.rest.trim();
        self.rest = "";
        if text.is_empty() {
            return Some(0);
        }
        if !has_clock {
            return None;
        }
        let hours = match text.to_ascii_uppercase().as_str() {
            "Z" | "UTC" | "GMT" | "UT" => 0,
            "EDT" => -4,
            "EST" | "CDT" => -5,
            "CST" | "MDT" => -6,
            "MST" | "PDT" => -7,
            "PST" => -8,
            other => {
                let sign = match other.bytes().next()? {
                    b'+' => 1,
                    b'-' => -1,
                    _ => return None,
                };
                let written = other.get(1..)?.replacen(':', "", 1);
                let minutes = match written.len() {
                    2 => number(&written)? * 60,
                    4 => number(written.get(..2)?)? * 60 + number(written.get(2..)?)?,
                    _ => return None,
                };
                return Some(sign * minutes * 60);
            }
        };
        Some(hours * 3600)
    }
}

/// Days since 1970-01-01; a day that its month does not have counts on into the next one, as in Wireshark.
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // The year is taken to begin in March, so that the leap day is its last.
    let year = if month <= 2 { year - 1 } else { year };
    let shifted = (month + 9) % 12;
    let day_of_year = (153 * shifted + 2) / 5 + day - 1;
    Some(365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year - 719_468)
}

fn number(text: &str) -> Option<i64> {
    if digits(text) { text.parse().ok() } else { None }
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Nanoseconds of the digits behind the point; more than nine are cut.
fn fraction(part: &str) -> i128 {
    let nine: String = part.chars().chain(std::iter::repeat('0')).take(9).collect();
    nine.parse().unwrap_or(0)
}
