//! Numbers of time axes: ends and steps that are easily read.

/// The next number that is easily read as the end of an axis.
pub(crate) fn round_up(seconds: f64) -> f64 {
    next(seconds, &[1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0])
}

/// The next number that is easily read as the step of an axis.
pub(crate) fn step(least: f64) -> f64 {
    next(least, &[1.0, 2.0, 5.0, 10.0])
}

fn next(least: f64, steps: &[f64]) -> f64 {
    let power = 10_f64.powf(least.log10().floor());
    steps.iter().map(|step| step * power).find(|step| *step >= least * 0.999).unwrap_or(least)
}

/// A moment of an axis that is so long, with as many digits as its steps need.
pub(crate) fn words(time: f64, step: f64, length: f64) -> String {
    if time == 0.0 {
        "0".to_owned()
    } else if length < 0.001 {
        format!("{:.0} µs", time * 1e6)
    } else if length < 1.0 {
        let digits = usize::from(step < 0.000_999);
        format!("{:.digits$} ms", time * 1e3)
    } else {
        let digits = usize::from(step < 0.999);
        format!("{time:.digits$} s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_ends_at_a_round_number() {
        for (seconds, end) in [(0.0207, 0.03), (0.2, 0.2), (0.11, 0.15), (7.0, 8.0), (9.0, 10.0)] {
            assert!((round_up(seconds) - end).abs() < 1e-9, "{seconds} ends at {}", round_up(seconds));
        }
    }

    #[test]
    fn steps_are_round_and_all_in_one_unit() {
        assert_eq!([0.03, 0.1, 0.7, 3.0].map(step).map(|step| format!("{step:.2}")), ["0.05", "0.10", "1.00", "5.00"]);
        assert_eq!(words(1.5, 0.5, 3.0), "1.5 s");
        assert_eq!(words(0.5, 0.1, 0.9), "500 ms");
        assert_eq!(words(0.0005, 0.0005, 0.004), "0.5 ms");
    }
}
