//! The waterfall: from the question to the first data, to scale, told by shapes as well as by colours.

use super::entries::Entry;
use crate::words;
use analyzer::message::{Handshake, Pairs};
use leptos::prelude::*;

/// Percent of the axis that are drawn of a line that runs out of it; what is left tells how long it is.
const CUT: f64 = 72.0;

/// What passes between two packets, in the order in which it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// From the question to the answer.
    Lookup,
    /// From the answer to the SYN.
    Wait,
    /// From SYN to SYN and ACK.
    Handshake,
    /// From there to the first data.
    Data,
}

impl Phase {
    /// All, for the legend.
    pub(crate) const ALL: [Phase; 4] = [Phase::Lookup, Phase::Wait, Phase::Handshake, Phase::Data];

    /// What the legend says.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Phase::Lookup => "lookup",
            Phase::Wait => "wait",
            Phase::Handshake => "handshake",
            Phase::Data => "first data",
        }
    }

    fn class(self) -> &'static str {
        match self {
            Phase::Lookup => "phase-lookup",
            Phase::Wait => "phase-wait",
            Phase::Handshake => "phase-handshake",
            Phase::Data => "phase-data",
        }
    }
}

/// What begins the time axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Each line begins at its own first packet, so that lengths can be compared.
    Line,
    /// All lines begin with the capture, so that it is seen when things happened.
    Capture,
}

/// The axis: where it begins and how many seconds it is long.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Axis {
    origin: Origin,
    seconds: f64,
}

impl Axis {
    /// An axis on which most lines are seen whole. Longer ones run out of it, and say so.
    pub(crate) fn new(origin: Origin, pairs: &Pairs, lines: &[Entry]) -> Axis {
        // Lookups alone are short and many: connections are what should fill the axis, where there are any.
        let any = lines.iter().any(|line| line.connection.is_some());
        let mut ends: Vec<f64> = lines
            .iter()
            .filter(|line| !any || line.connection.is_some())
            .filter_map(|line| {
                let spans = spans(pairs, *line);
                let (first, last) = (spans.first()?.1, spans.last()?.2);
                Some(if origin == Origin::Line { last - first } else { last })
            })
            .collect();
        ends.sort_by(f64::total_cmp);
        Axis { origin, seconds: round_up(length(&ends, origin).max(1e-4)) }
    }

    /// What stands at the end of the axis.
    pub(crate) fn end(&self) -> String {
        words::span(self.seconds)
    }
}

/// The length at which most lines end, which are sorted. A few that are far longer than the others do not count, or else
/// nothing would be seen of the others.
fn length(ends: &[f64], origin: Origin) -> f64 {
    let longest = ends.last().copied().unwrap_or(1.0);
    if origin == Origin::Capture {
        return longest;
    }
    let typical = ends.get(ends.len().saturating_sub(1) * 4 / 5).copied().unwrap_or(longest);
    ends.iter().rev().find(|end| **end <= 2.0 * typical).copied().unwrap_or(longest)
}

/// The next number that is easily read.
fn round_up(seconds: f64) -> f64 {
    let power = 10_f64.powf(seconds.log10().floor());
    [1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0]
        .into_iter()
        .map(|step| step * power)
        .find(|step| *step >= seconds * 0.999)
        .unwrap_or(seconds)
}

/// The phases of a line, each with its beginning and end in seconds of the capture.
fn spans(pairs: &Pairs, line: Entry) -> Vec<(Phase, f64, f64)> {
    let lookup = line.lookup.and_then(|index| pairs.lookups.get(index));
    let connection = line.connection.and_then(|index| pairs.connections.get(index));
    let mut spans = Vec::new();
    let mut since = None;
    if let Some(lookup) = lookup {
        let asked = lookup.query.map(|(_, time)| time);
        let answered = lookup.response.map(|(_, time)| time);
        if let Some(from) = asked.or(answered) {
            spans.push((Phase::Lookup, from, answered.unwrap_or(from)));
            since = answered;
        }
    }
    if let Some(connection) = connection {
        if let Some(answered) = since.filter(|answered| *answered <= connection.time) {
            spans.push((Phase::Wait, answered, connection.time));
        }
        let accepted = connection.accepted.map(|(_, time)| time);
        spans.push((Phase::Handshake, connection.time, accepted.unwrap_or(connection.time)));
        if let (Some(accepted), Some((_, data))) = (accepted, connection.data) {
            spans.push((Phase::Data, accepted, data));
        }
    }
    spans
}

/// The waterfall of one line.
pub(crate) fn drawing(pairs: &Pairs, line: Entry, axis: Axis) -> impl IntoView + use<> {
    let spans = spans(pairs, line);
    let refused = line
        .connection
        .and_then(|index| pairs.connections.get(index))
        .is_some_and(|connection| connection.handshake == Handshake::Refused);
    let begin = match axis.origin {
        Origin::Line => spans.first().map_or(0.0, |span| span.1),
        Origin::Capture => 0.0,
    };
    let place = |time: f64| (time - begin) / axis.seconds * 100.0;
    let label = spans
        .iter()
        .map(|(phase, from, to)| format!("{} {}", phase.name(), words::span(to - from)))
        .collect::<Vec<_>>()
        .join(", ");
    let cut = spans.last().map_or(0.0, |span| place(span.2)) > 100.5;
    let limit = if cut { CUT } else { 100.0 };
    let total = spans.first().zip(spans.last()).map_or(0.0, |(first, last)| last.2 - first.1);
    let bars = spans
        .iter()
        .filter(|(_, from, _)| place(*from) <= limit)
        .map(|&(phase, from, to)| {
            let (start, end) = (place(from), place(to).min(limit));
            bar(phase, start, (end - start).max(0.0))
        })
        .collect_view();
    let marks = spans
        .iter()
        .filter(|(phase, from, _)| *phase != Phase::Wait && place(*from) <= limit)
        .map(|&(phase, from, to)| {
            let end = (to > from && place(to) <= limit).then(|| mark(phase, place(to), true, false));
            (mark(phase, place(from), false, refused && phase == Phase::Handshake), end)
        })
        .collect_view();
    let spoken = label.clone();
    view! {
        <svg class="waterfall" role="img" aria-label=spoken>
            <title>{label}</title>
            {bars}
            {marks}
            {cut
                .then(|| {
                    view! {
                        <svg class="mark-at" x=format!("{CUT}%")>
                            <path class="break" d="M-1 15 L3 5 M3 15 L7 5" />
                        </svg>
                        <text class="beyond" x=format!("{CUT}%") dx="12" y="14">
                            {format!("{} in all", words::span(total))}
                        </text>
                    }
                })}
        </svg>
    }
}

/// The bar of a phase, from its beginning for its length, both in percent of the axis.
fn bar(phase: Phase, start: f64, length: f64) -> impl IntoView {
    let (y, height) = match phase {
        Phase::Lookup => ("5", "10"),
        Phase::Wait => ("9.5", "1"),
        Phase::Handshake => ("7", "6"),
        Phase::Data => ("8.5", "3"),
    };
    view! { <rect class=phase.class() x=format!("{start}%") y=y width=format!("{length}%") height=height /> }
}

/// The shape at an end of a phase: squares for DNS, triangles for the handshake, a disc for data, a cross for a refusal.
fn mark(phase: Phase, at: f64, end: bool, refused: bool) -> impl IntoView {
    let path = match (phase, end) {
        _ if refused => "M-3.5 6.5 L3.5 13.5 M3.5 6.5 L-3.5 13.5",
        (Phase::Lookup, _) => "M-2 5 h4 v10 h-4 z",
        (Phase::Handshake, false) => "M-2 5 L5 10 L-2 15 z",
        (Phase::Handshake, true) => "M2 5 L-5 10 L2 15 z",
        (Phase::Data, true) => "M-3.5 10 a3.5 3.5 0 1 0 7 0 a3.5 3.5 0 1 0 -7 0 z",
        (Phase::Data, false) | (Phase::Wait, _) => "",
    };
    let class = if refused { "phase-refused" } else { phase.class() };
    view! {
        <svg class="mark-at" x=format!("{at}%")>
            <path class=class d=path />
        </svg>
    }
}

/// The legend's picture of a phase.
pub(crate) fn sample(phase: Phase) -> impl IntoView {
    view! {
        <svg class="waterfall" aria-hidden="true">
            {bar(phase, 12.0, 76.0)} {(phase != Phase::Wait).then(|| (mark(phase, 12.0, false, false), mark(phase, 88.0, true, false)))}
        </svg>
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
    fn a_few_long_lines_do_not_shrink_the_others() {
        let ends = [0.001, 0.002, 0.01, 0.012, 0.013, 0.0207, 1.2];
        assert_eq!(length(&ends, Origin::Line), 0.0207);
        assert_eq!(length(&ends, Origin::Capture), 1.2);
        assert_eq!(length(&[0.01, 0.015], Origin::Line), 0.015);
        assert_eq!(length(&[], Origin::Line), 1.0);
    }
}
