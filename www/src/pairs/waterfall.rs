//! The waterfall: from the question to the first data, to scale, shown by shapes as well as by colours.

use super::answer::PairsAnswer;
use super::axis::round_up;
use super::wish::Mode;
use crate::words;
use analyzer::message::{Handshake, Moment, PairLine};
use leptos::prelude::*;

/// Percent of the axis that are drawn of a line that runs out of it; what is left tells how long it is.
const CUT: f64 = 72.0;
/// The part of the axis that a long wait takes when it is cut out.
const GAP: f64 = 0.14;

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

    /// Its class in the stylesheet.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Phase::Lookup => "phase-lookup",
            Phase::Wait => "phase-wait",
            Phase::Handshake => "phase-handshake",
            Phase::Data => "phase-data",
        }
    }

    /// Its bar in a line of twenty pixels: the upper edge, and how high it is.
    pub(crate) fn bar(self) -> (f64, f64) {
        match self {
            Phase::Lookup => (5.0, 10.0),
            Phase::Wait => (9.5, 1.0),
            Phase::Handshake => (7.0, 6.0),
            Phase::Data => (8.5, 3.0),
        }
    }

    /// The shape at one of its ends, around x = 0 in a line of twenty pixels: squares for DNS, triangles for the
    /// handshake, a disc for data.
    pub(crate) fn mark(self, end: bool) -> &'static str {
        match (self, end) {
            (Phase::Lookup, _) => "M-2 5 h4 v10 h-4 z",
            (Phase::Handshake, false) => "M-2 5 L5 10 L-2 15 z",
            (Phase::Handshake, true) => "M2 5 L-5 10 L2 15 z",
            (Phase::Data, true) => "M-3.5 10 a3.5 3.5 0 1 0 7 0 a3.5 3.5 0 1 0 -7 0 z",
            (Phase::Data, false) | (Phase::Wait, _) => "",
        }
    }
}

/// A cross: refused, or reset.
pub(crate) const CROSS: &str = "M-3.5 6.5 L3.5 13.5 M3.5 6.5 L-3.5 13.5";

/// A phase of a line, between two packets.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Span {
    /// What passes.
    pub(crate) phase: Phase,
    /// The first packet.
    pub(crate) from: Moment,
    /// The last packet; the first again where none is known.
    pub(crate) to: Moment,
}

impl Span {
    fn is_open(&self) -> bool {
        self.from.0 == self.to.0
    }
}

/// The phases of a line. A further connection of a visit has no lookup of its own.
pub(crate) fn spans(line: &PairLine) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut since = None;
    if let Some(lookup) = &line.lookup
        && let Some(from) = lookup.query.or(lookup.response)
    {
        if !line.again {
            spans.push(Span { phase: Phase::Lookup, from, to: lookup.response.unwrap_or(from) });
        }
        since = lookup.response;
    }
    if let Some(connection) = &line.connection {
        let begin = connection.begin;
        if let Some(from) = since.filter(|answered| answered.1 <= begin.1) {
            spans.push(Span { phase: Phase::Wait, from, to: begin });
        }
        let refused = cross(line).filter(|_| connection.handshake != Handshake::Reset);
        spans.push(Span { phase: Phase::Handshake, from: begin, to: connection.accepted.or(refused).unwrap_or(begin) });
        // Without a handshake that can be seen, the first data comes after the first packet.
        let data = connection.data.filter(|data| data.1 >= begin.1 && data.0 != begin.0);
        if let Some(to) = data {
            spans.push(Span { phase: Phase::Data, from: connection.accepted.unwrap_or(begin), to });
        }
    }
    spans
}

/// Where a connection ended in a reset, or was refused, or was said to reach nobody.
pub(crate) fn cross(line: &PairLine) -> Option<Moment> {
    let connection = line.connection.as_ref()?;
    match connection.handshake {
        Handshake::Refused | Handshake::Reset => connection.reset,
        Handshake::Unreachable => connection.unreachable.as_ref().map(|(moment, _)| *moment),
        _ => None,
    }
}

/// The axis: where it begins, and how many seconds it is long.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Axis {
    /// Where it begins; nothing where each line has its own beginning.
    from: Option<f64>,
    seconds: f64,
}

impl Axis {
    /// An axis on which most lines are seen whole. Longer ones run out of it, and say so.
    pub(crate) fn new(mode: Mode, answer: &PairsAnswer) -> Axis {
        let (first, last) = answer.shown.extent;
        match mode {
            Mode::Line => Axis { from: None, seconds: round_up(answer.shown.typical.max(1e-4)) },
            Mode::Capture | Mode::Load => {
                let from = if first <= last / 4.0 { 0.0 } else { first };
                Axis { from: Some(from), seconds: round_up((last - from).max(1e-4)) }
            }
        }
    }

    /// What stands at its beginning and at its end.
    pub(crate) fn ends(&self) -> (String, String) {
        let from = self.from.unwrap_or(0.0);
        let begin = if from == 0.0 { "0".to_owned() } else { words::span(from) };
        (begin, words::span(from + self.seconds))
    }
}

/// Where the moments of one line stand on the axis, in percent.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Scale {
    begin: f64,
    seconds: f64,
    /// A wait that is too long to be drawn: since when, and how many seconds are cut out of it.
    cut_out: Option<(f64, f64)>,
}

impl Scale {
    fn new(axis: Axis, spans: &[Span]) -> Scale {
        let (first, last) = (spans.first().map_or(0.0, |span| span.from.1), spans.last().map_or(0.0, |span| span.to.1));
        let Axis { from, seconds } = axis;
        let begin = from.unwrap_or(first);
        let wait =
            spans.iter().find(|span| span.phase == Phase::Wait).map(|span| (span.from.1, span.to.1 - span.from.1));
        let cut_out = wait.and_then(|(since, wait)| {
            let surplus = wait - GAP * seconds;
            let total = last - begin;
            (from.is_none() && total > seconds && total - surplus <= seconds).then_some((since, surplus))
        });
        Scale { begin, seconds, cut_out }
    }

    fn place(&self, time: f64) -> f64 {
        let cut = self.cut_out.filter(|(since, _)| time > *since).map_or(0.0, |(_, seconds)| seconds);
        (time - cut - self.begin) / self.seconds * 100.0
    }
}

/// The waterfall of one line.
pub(crate) fn drawing(line: &PairLine, axis: Axis) -> impl IntoView + use<> {
    let spans = spans(line);
    let scale = Scale::new(axis, &spans);
    let label = spans
        .iter()
        .filter(|span| !span.is_open())
        .map(|span| format!("{} {}", span.phase.name(), words::span(span.to.1 - span.from.1)))
        .collect::<Vec<_>>()
        .join(", ");
    let cut = spans.last().is_some_and(|span| scale.place(span.to.1) > 100.5);
    let limit = if cut { CUT } else { 100.0 };
    let total = spans.first().zip(spans.last()).map_or(0.0, |(first, last)| last.to.1 - first.from.1);
    let seen = |moment: Moment| scale.place(moment.1) <= limit;
    let bars = spans
        .iter()
        .filter(|span| seen(span.from))
        .map(|span| bar(span.phase, scale.place(span.from.1), scale.place(span.to.1).min(limit), span.to.0))
        .collect_view();
    let cross = cross(line);
    let refused = |moment: Moment| cross.is_some_and(|(frame, _)| frame == moment.0);
    let marks = spans
        .iter()
        .filter(|span| span.phase != Phase::Wait && seen(span.from))
        .map(|span| {
            let end = !span.is_open() && seen(span.to) && !refused(span.to);
            (
                (span.phase != Phase::Data).then(|| mark(span.phase, scale.place(span.from.1), false, span.from.0)),
                end.then(|| mark(span.phase, scale.place(span.to.1), true, span.to.0)),
            )
        })
        .collect_view();
    let cross = cross.filter(|moment| seen(*moment)).map(|(frame, time)| {
        at(scale.place(time), view! { <path class="phase-refused" d=CROSS data-go=frame.to_string() /> })
    });
    let gap = scale.cut_out.map(|(since, _)| {
        let wait = spans.iter().find(|span| span.phase == Phase::Wait).map_or(0.0, |span| span.to.1 - span.from.1);
        let middle = scale.place(since) + GAP * 50.0;
        (
            at(
                middle,
                view! { <path class="gap" d="M-3 8 h6 v4 h-6 z" /> <path class="break" d="M-5 14 L-1 6 M1 14 L5 6" /> },
            ),
            view! {
                <text class="beyond" x=format!("{}%", scale.place(since) + GAP * 100.0) dx="0" y="3">
                    {words::span(wait)}
                </text>
            },
        )
    });
    let spoken = label.clone();
    view! {
        <svg class="waterfall" role="img" aria-label=spoken>
            <title>{label}</title>
            {bars}
            {marks}
            {cross}
            {gap}
            {cut
                .then(|| {
                    (
                        at(CUT, view! { <path class="break" d="M-1 15 L3 5 M3 15 L7 5" /> }),
                        view! {
                            <text class="beyond" x=format!("{CUT}%") dx="12" y="14">
                                {words::span(total)}
                            </text>
                        },
                    )
                })}
        </svg>
    }
}

/// The bar of a phase, from its beginning to its end, in percent of the axis; a click goes to a packet.
fn bar(phase: Phase, start: f64, end: f64, frame: u32) -> impl IntoView {
    let (y, height) = phase.bar();
    let width = (end - start).max(0.0);
    let go = (frame != 0).then(|| frame.to_string());
    view! {
        <rect
            class=phase.class()
            x=format!("{start}%")
            y=y.to_string()
            width=format!("{width}%")
            height=height.to_string()
            data-go=go
        />
    }
}

fn mark(phase: Phase, place: f64, end: bool, frame: u32) -> impl IntoView {
    let go = (frame != 0).then(|| frame.to_string());
    at(place, view! { <path class=phase.class() d=phase.mark(end) data-go=go /> })
}

/// Something small at a place of the axis, in percent.
fn at(place: f64, drawn: impl IntoView) -> impl IntoView {
    view! {
        <svg class="mark-at" x=format!("{place}%")>
            {drawn}
        </svg>
    }
}

/// The legend's picture of a phase.
pub(crate) fn sample(phase: Phase) -> impl IntoView {
    view! {
        <svg class="waterfall" aria-hidden="true">
            {bar(phase, 12.0, 88.0, 0)}
            {(phase != Phase::Wait).then(|| (mark(phase, 12.0, false, 0), mark(phase, 88.0, true, 0)))}
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::line;
    use super::*;

    #[test]
    fn phases_follow_each_other() {
        let spans: Vec<_> = spans(&line()).iter().map(|span| (span.phase, span.from.0, span.to.0)).collect();
        let expected = [(Phase::Lookup, 1, 2), (Phase::Wait, 2, 3), (Phase::Handshake, 3, 4), (Phase::Data, 4, 5)];
        assert_eq!(spans, expected);
    }

    #[test]
    fn a_refusal_ends_the_handshake_with_a_cross() {
        let mut refused = line();
        if let Some(connection) = &mut refused.connection {
            connection.handshake = Handshake::Refused;
            (connection.accepted, connection.data, connection.reset) = (None, None, Some((4, 0.03)));
        }
        assert_eq!(cross(&refused), Some((4, 0.03)));
        assert_eq!(spans(&refused).last().map(|span| span.to.0), Some(4));
    }

    #[test]
    fn a_long_wait_is_cut_out_so_that_the_rest_is_seen() {
        let mut late = line();
        if let Some(connection) = &mut late.connection {
            connection.begin = (3, 40.0);
            (connection.accepted, connection.data) = (Some((4, 40.02)), Some((5, 40.03)));
        }
        let spans = spans(&late);
        let scale = Scale::new(Axis { from: None, seconds: 0.1 }, &spans);
        assert!((scale.place(40.0) - 24.0).abs() < 1e-6, "{}", scale.place(40.0));
        assert!((scale.place(40.03) - 54.0).abs() < 1e-6, "{}", scale.place(40.03));
        let capture = Scale::new(Axis { from: Some(0.0), seconds: 50.0 }, &spans);
        assert_eq!((capture.place(40.0), capture.cut_out), (80.0, None));
    }
}
