//! The picture of a page load as plain shapes: shown on the page, and saved as a file that needs nothing else.

use super::waterfall::{self, CROSS, Phase};
use super::{axis, say};
use crate::words;
use analyzer::message::{Handshake, Lookup, PairLine};
use std::sync::Arc;

/// Height of a line.
const ROW: f64 = 22.0;
/// Height of the axis.
pub(crate) const AXIS: f64 = 24.0;
/// Height of the title and of the legend in a file.
const TITLE: f64 = 50.0;
const LEGEND: f64 = 34.0;
/// Width of a letter of the names.
const LETTER: f64 = 7.25;

/// What is drawn.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Form {
    /// A rectangle.
    Box {
        /// Left edge.
        x: f64,
        /// Upper edge.
        y: f64,
        /// Width.
        width: f64,
        /// Height.
        height: f64,
    },
    /// A small shape around a point.
    Mark {
        /// The point.
        x: f64,
        /// The upper edge of its line.
        y: f64,
        /// The path.
        path: &'static str,
    },
    /// Words.
    Words {
        /// Where they begin, or end.
        x: f64,
        /// Their base line.
        y: f64,
        /// Whether they end there.
        ends: bool,
        /// The words.
        text: String,
    },
}

/// A form with its meaning.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Shape {
    /// What is drawn.
    pub(crate) form: Form,
    /// Its class in the stylesheet.
    pub(crate) class: &'static str,
    /// The packet that it stands for; 0 for none.
    pub(crate) go: u32,
    /// What it says when it is pointed at.
    pub(crate) says: String,
}

/// The picture.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Chart {
    /// Width in pixels.
    pub(crate) width: f64,
    /// Height in pixels.
    pub(crate) height: f64,
    /// Axis, title and legend.
    pub(crate) frame: Vec<Shape>,
    /// The shapes of each line.
    pub(crate) lines: Vec<Vec<Shape>>,
}

/// The lines of a page load in order of time, further connections of a visit behind its first.
pub(crate) fn in_order(lines: &[Arc<PairLine>]) -> Vec<Arc<PairLine>> {
    let mut visits: Vec<(f64, Vec<Arc<PairLine>>)> = Vec::new();
    for line in lines {
        match visits.last_mut() {
            Some((_, visit)) if line.again => visit.push(Arc::clone(line)),
            _ => visits.push((beginning(line), vec![Arc::clone(line)])),
        }
    }
    visits.sort_by(|one, other| one.0.total_cmp(&other.0));
    visits.into_iter().flat_map(|(_, visit)| visit).collect()
}

impl Chart {
    /// The picture of lines in order, of a load that begins at `begin` seconds; with a title and a legend where it must
    /// stand alone.
    pub(crate) fn new(lines: &[Arc<PairLine>], begin: f64, width: f64, title: Option<(&str, &str)>) -> Chart {
        let top = if title.is_some() { TITLE } else { 0.0 };
        let foot = if title.is_some() { LEGEND } else { 8.0 };
        let scale = Scale::new(lines, begin, width);
        let below = top + AXIS + lines.len() as f64 * ROW;
        let mut frame = scale.axis(top, below);
        if let Some((title, facts)) = title {
            frame.push(words_at(12.0, 20.0, false, "title", title.to_owned()));
            frame.push(words_at(12.0, 38.0, false, "facts", facts.to_owned()));
            frame.extend(legend(below + 20.0));
        }
        let lines =
            (0..).zip(lines).map(|(index, line)| scale.line(line, top + AXIS + f64::from(index) * ROW)).collect();
        Chart { width, height: below + foot, frame, lines }
    }
}

/// Where moments stand.
struct Scale {
    begin: f64,
    seconds: f64,
    left: f64,
    right: f64,
    width: f64,
}

impl Scale {
    fn new(lines: &[Arc<PairLine>], begin: f64, width: f64) -> Scale {
        let key = lines.iter().map(|line| decided(line)).fold(begin, f64::max) - begin;
        let life = lines.iter().filter_map(|line| Some(line.connection.as_ref()?.last.1)).fold(begin, f64::max) - begin;
        // Connections that are only kept open would leave no room for what happens at their beginning.
        let seconds = if life <= 2.0 * key { life.max(key) } else { 1.5 * key };
        let right = if width >= 560.0 { width - 76.0 } else { width - 12.0 };
        Scale { begin, seconds: (seconds * 1.02).max(1e-4), left: (width * 0.25).clamp(104.0, 240.0), right, width }
    }

    fn x(&self, time: f64) -> f64 {
        let share = ((time - self.begin) / self.seconds).clamp(0.0, 1.0);
        tidy(self.left + share * (self.right - self.left))
    }

    fn is_seen(&self, time: f64) -> bool {
        (self.begin - 1e-6..=self.begin + self.seconds).contains(&time)
    }

    fn axis(&self, top: f64, below: f64) -> Vec<Shape> {
        let most = ((self.right - self.left) / 76.0).max(2.0);
        let step = axis::step(self.seconds / most);
        let mut shapes = Vec::new();
        let ticks = (self.seconds / step) as u32;
        for tick in 0..=ticks {
            let time = f64::from(tick) * step;
            let x = self.x(self.begin + time);
            let rule = Form::Box { x, y: top + AXIS - 4.0, width: 1.0, height: below - top - AXIS + 4.0 };
            shapes.push(plain(rule, "rule"));
            shapes.push(words_at(x, top + 14.0, false, "tick", axis::words(time, step, self.seconds)));
        }
        if self.width >= 560.0 {
            shapes.push(words_at(self.width - 8.0, top + 14.0, true, "tick", "bytes".to_owned()));
        }
        shapes
    }

    fn line(&self, line: &PairLine, top: f64) -> Vec<Shape> {
        let y = top + 1.0;
        let background = Form::Box { x: 0.0, y: top, width: self.width, height: ROW };
        let mut shapes = vec![plain(background, "ground"), self.name(line, y + 14.0)];
        let twins = line.twins.iter().filter(|_| !line.again);
        shapes.extend(twins.filter_map(|twin| self.twin(twin, y)));
        if let Some(connection) = &line.connection {
            let from = connection.data.or(connection.accepted).unwrap_or(connection.begin);
            let (start, end) = (self.x(from.1), self.x(connection.last.1));
            let form = Form::Box { x: start, y: y + 9.0, width: tidy(end - start), height: 2.0 };
            let open = if self.is_seen(connection.last.1) { "" } else { ", beyond this picture" };
            let says = format!("until {:.3} s{open}, {}", connection.last.1, say::traffic(connection));
            shapes.push(Shape { form, class: "life", go: connection.last.0, says });
        }
        let spans = waterfall::spans(line);
        let cross = waterfall::cross(line);
        for span in spans.iter().filter(|span| self.is_seen(span.to.1)) {
            let (start, end) = (self.x(span.from.1), self.x(span.to.1));
            let (edge, height) = span.phase.bar();
            let form = Form::Box { x: start, y: y + edge, width: tidy(end - start), height };
            let lasts = words::span(span.to.1 - span.from.1);
            let says = format!("{} {lasts}, to packet {}", span.phase.name(), words::count(u64::from(span.to.0)));
            shapes.push(Shape { form, class: span.phase.class(), go: span.to.0, says });
        }
        for span in spans.iter().filter(|span| span.phase != Phase::Wait) {
            for (end, (frame, time)) in [(false, span.from), (true, span.to)] {
                let path = span.phase.mark(end);
                let is_end_of_none = end && span.to.0 == span.from.0;
                let is_crossed = end && cross.is_some_and(|cross| cross.0 == frame);
                if !path.is_empty() && self.is_seen(time) && !is_end_of_none && !is_crossed {
                    let form = Form::Mark { x: self.x(time), y, path };
                    let says = format!(
                        "{} in packet {} at {time:.3} s",
                        event(span.phase, end),
                        words::count(u64::from(frame))
                    );
                    shapes.push(Shape { form, class: span.phase.class(), go: frame, says });
                }
            }
        }
        if let Some((frame, time)) = cross.filter(|(_, time)| self.is_seen(*time)) {
            let is_reset = line.connection.as_ref().is_some_and(|connection| connection.unreachable.is_none());
            let what = if is_reset { "reset" } else { "unreachable, said" };
            let says = format!("{what} in packet {} at {time:.3} s", words::count(u64::from(frame)));
            let form = Form::Mark { x: self.x(time), y, path: CROSS };
            shapes.push(Shape { form, class: "phase-refused", go: frame, says });
        }
        shapes.extend(self.note(line, y + 14.0));
        if let Some(connection) = line.connection.as_ref().filter(|_| self.width >= 560.0) {
            let all = words::size(connection.sent + connection.received);
            shapes.push(words_at(self.width - 8.0, y + 14.0, true, "amount", all));
        }
        shapes
    }

    fn name(&self, line: &PairLine, y: f64) -> Shape {
        let letters = ((self.left - 20.0) / LETTER) as usize;
        let (text, class) = match &line.connection {
            Some(connection) if line.again => (format!("└ {}", connection.server), "site aside"),
            _ if line.lookup.is_none() => (say::name(line), "site aside"),
            _ => (say::name(line), "site"),
        };
        let shape = words_at(12.0, y, false, class, shorten(&text, letters));
        Shape { says: say::line(line), ..shape }
    }

    /// A lookup of another type for the same name: a thin bar above the one that led on.
    fn twin(&self, twin: &Lookup, y: f64) -> Option<Shape> {
        let (from, to) = (twin.query?, twin.response?);
        let (start, end) = (self.x(from.1), self.x(to.1));
        let form = Form::Box { x: start, y: y + 1.5, width: tidy((end - start).max(1.0)), height: 2.0 };
        let says =
            format!("{} lookup {}, to packet {}", twin.kind, words::span(to.1 - from.1), words::count(u64::from(to.0)));
        self.is_seen(to.1).then_some(Shape { form, class: "phase-lookup", go: to.0, says })
    }

    /// What must be said in words, beside the line's last shape.
    fn note(&self, line: &PairLine, y: f64) -> Option<Shape> {
        let mut notes = Vec::new();
        match (&line.connection, &line.lookup) {
            (Some(connection), lookup) => {
                if !matches!(connection.handshake, Handshake::Accepted | Handshake::None | Handshake::NotSeen) {
                    notes.extend(say::outcome(connection).map(str::to_owned));
                }
                notes.extend(say::marks(connection));
                if lookup.is_none() {
                    notes.push(say::kind(connection.status).to_owned());
                }
            }
            (None, Some(lookup)) => notes.push(say::usage(lookup)),
            (None, None) => {}
        }
        if notes.is_empty() {
            return None;
        }
        let text = notes.join(", ");
        let (start, end) = (self.x(beginning(line)), self.x(finished(line)));
        // Six pixels a letter: where there is no room behind, the words stand before, and where there is none either, on
        // the line that goes on.
        let width = text.chars().count() as f64 * 6.0;
        Some(if end + 10.0 + width <= self.right {
            words_at(end + 10.0, y, false, "note", text)
        } else if start - 8.0 - width >= self.left {
            words_at(start - 8.0, y, true, "note", text)
        } else {
            words_at(self.x(decided(line)) + 10.0, y, false, "note", text)
        })
    }
}

/// When the first packet of a line came.
fn beginning(line: &PairLine) -> f64 {
    let asked = |lookup: &Lookup| lookup.query.or(lookup.response).map(|(_, time)| time);
    let lookups = line.lookup.iter().chain(&line.twins).filter(|_| !line.again).filter_map(asked);
    let begun = line.connection.iter().map(|connection| connection.begin.1);
    lookups.chain(begun).fold(f64::INFINITY, f64::min)
}

/// When it was decided what came of a line.
fn decided(line: &PairLine) -> f64 {
    let spans = waterfall::spans(line);
    let last = spans.iter().map(|span| span.to.1).chain(waterfall::cross(line).map(|(_, time)| time));
    last.fold(0.0, f64::max)
}

fn finished(line: &PairLine) -> f64 {
    line.connection.as_ref().map_or(0.0, |connection| connection.last.1).max(decided(line))
}

fn event(phase: Phase, end: bool) -> &'static str {
    match (phase, end) {
        (Phase::Lookup, false) => "question",
        (Phase::Lookup, true) => "answer",
        (Phase::Handshake, false) => "first packet of the connection",
        (Phase::Handshake, true) => "SYN and ACK",
        (Phase::Data | Phase::Wait, _) => "first data",
    }
}

fn legend(y: f64) -> Vec<Shape> {
    let mut shapes = Vec::new();
    let mut x = 12.0;
    for phase in Phase::ALL {
        let (edge, height) = phase.bar();
        let line = y - 14.0;
        shapes.push(plain(Form::Box { x, y: line + edge, width: 26.0, height }, phase.class()));
        for (end, place) in [(false, x), (true, x + 26.0)] {
            if !phase.mark(end).is_empty() {
                shapes.push(plain(Form::Mark { x: place, y: line, path: phase.mark(end) }, phase.class()));
            }
        }
        shapes.push(words_at(x + 34.0, y, false, "tick", phase.name().to_owned()));
        x += 52.0 + phase.name().len() as f64 * 6.2;
    }
    shapes.push(plain(Form::Box { x, y: y - 5.0, width: 26.0, height: 2.0 }, "life"));
    shapes.push(words_at(x + 34.0, y, false, "tick", "until the last packet".to_owned()));
    x += 52.0 + 21.0 * 6.2;
    shapes.push(plain(Form::Mark { x: x + 4.0, y: y - 14.0, path: CROSS }, "phase-refused"));
    shapes.push(words_at(x + 14.0, y, false, "tick", "refused or reset".to_owned()));
    shapes
}

fn plain(form: Form, class: &'static str) -> Shape {
    Shape { form, class, go: 0, says: String::new() }
}

fn words_at(x: f64, y: f64, ends: bool, class: &'static str, text: String) -> Shape {
    plain(Form::Words { x: tidy(x), y, ends, text }, class)
}

/// Tenths of a pixel are as fine as it gets.
fn tidy(pixels: f64) -> f64 {
    (pixels * 10.0).round() / 10.0
}

/// A text of at most so many letters: what is left out is in the middle, because names differ at both ends.
fn shorten(text: &str, most: usize) -> String {
    let letters: Vec<char> = text.chars().collect();
    if letters.len() <= most {
        return text.to_owned();
    }
    let tail = (most / 3).min(12);
    let head = most.saturating_sub(tail + 1);
    letters.iter().take(head).chain(['…'].iter()).chain(letters.iter().skip(letters.len() - tail)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{connection, lookup};
    use super::*;
    use analyzer::message::PairGroup;

    fn line(name: &str, at: f64, again: bool) -> Arc<PairLine> {
        let mut lookup = lookup(name, "A");
        (lookup.query, lookup.response) = (Some((1, at)), Some((2, at + 0.01)));
        let mut connection = connection("192.0.2.1");
        connection.begin = (3, at + 0.02);
        (connection.accepted, connection.data) = (Some((4, at + 0.04)), Some((5, at + 0.05)));
        connection.last = (9, at + 60.0);
        let (lookup, connection) = (Some(lookup), Some(connection));
        Arc::new(PairLine { group: PairGroup::Paired, again, lookup, twins: Vec::new(), connection })
    }

    #[test]
    fn visits_stand_in_order_of_time_with_their_further_connections() {
        let lines = [line("b", 5.0, false), line("b", 5.5, true), line("a", 3.0, false)];
        let names: Vec<_> = in_order(&lines).iter().map(|line| (say::name(line), line.again)).collect();
        assert_eq!(names, [("a".to_owned(), false), ("b".to_owned(), false), ("b".to_owned(), true)]);
    }

    #[test]
    fn connections_that_are_kept_open_leave_room_for_their_beginning() {
        let scale = Scale::new(&[line("a", 3.0, false), line("b", 3.2, false)], 3.0, 1_000.0);
        assert!((0.25..0.5).contains(&scale.seconds), "{}", scale.seconds);
        assert_eq!(scale.x(3.0), scale.left);
        assert_eq!(scale.x(99.0), scale.right);
    }

    #[test]
    fn every_packet_of_a_line_is_in_its_shapes() {
        let chart = Chart::new(&[line("www.example.com", 3.0, false)], 3.0, 1_000.0, None);
        let mut frames: Vec<u32> = chart.lines[0].iter().map(|shape| shape.go).filter(|frame| *frame > 0).collect();
        frames.sort_unstable();
        frames.dedup();
        assert_eq!(frames, [1, 2, 3, 4, 5, 9]);
    }

    #[test]
    fn a_long_name_keeps_both_ends() {
        assert_eq!(shorten("www.example.com", 20), "www.example.com");
        assert_eq!(shorten("a-very-long-name-of-a-host.cdn.example.net", 20), "a-very-long-n…le.net");
    }
}
