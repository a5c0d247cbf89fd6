//! `-z io,stat,INTERVAL[,FILTER]...`: packets and bytes in each interval, a column for each filter.

use super::{Condition, Statistic, Tap, each_row, packets, since_first};
use crate::terminal::failure::Failure;
use crate::terminal::options::Options;
use analyzer::open::Open;
use analyzer::views::intervals::Intervals;
use std::io::{self, Write};

pub(super) const TAP: Tap = Tap {
    name: "io,stat",
    form: "io,stat,INTERVAL[,FILTER]...",
    read: |options, parts| {
        let (interval, filters) = parts.split_first()?;
        Some(Rates::read(options, interval, filters).map(|rates| Box::new(rates) as Box<dyn Statistic>))
    },
};

/// Packets and bytes in each interval.
struct Rates {
    /// In microseconds; nothing for the whole capture.
    interval: Option<u64>,
    /// Digits after its point.
    digits: usize,
    /// The condition of each column; nothing where it counts every packet.
    columns: Vec<Option<Condition>>,
}

/// Microseconds of a second, in which everything is counted here.
const SECOND: u64 = 1_000_000;
/// The most digits of whole seconds for which room is left.
const MOST_DIGITS: usize = 5;
/// Width to which the table grows for long filters.
const WIDEST: usize = 102;

impl Rates {
    fn read(options: &Options, interval: &str, filters: &[&str]) -> Result<Rates, Failure> {
        let seconds = interval.parse::<f64>().ok().filter(|seconds| seconds.is_finite());
        let wrong =
            || Failure::Input(format!("-z io,stat,{interval}: the interval is a number of seconds, such as 0.5."));
        let microseconds = (seconds.ok_or_else(wrong)? * SECOND as f64 + 0.5).floor();
        if microseconds < 1.0 && seconds != Some(0.0) {
            let least = "the interval is at least 0.000001 seconds, or 0 for the whole capture.";
            return Err(Failure::Input(format!("-z io,stat,{interval}: {least}")));
        }
        let fraction = interval.split_once('.').map_or("", |(_, fraction)| fraction.trim_end_matches('0'));
        let columns = filters.iter().map(|filter| {
            let column = Condition::read(options, &[filter])?;
            Ok(column.filter(|condition| !condition.text.is_empty()))
        });
        let mut columns = columns.collect::<Result<Vec<_>, Failure>>()?;
        if columns.is_empty() {
            columns.push(None);
        }
        let interval = (microseconds >= 1.0).then_some(microseconds as u64);
        Ok(Rates { interval, digits: fraction.len().min(6), columns })
    }
}

impl Statistic for Rates {
    fn write(self: Box<Self>, options: &Options, capture: &Open, out: &mut dyn Write) -> Result<(), Failure> {
        let Rates { interval, digits, columns } = *self;
        let last = (1..=packets(options, capture)).map(|frame| since_first(capture, frame)).max().unwrap_or(0);
        let duration = (last.max(0) as u64 + 500) / 1000;
        // Intervals that are longer than the capture are one, which has no end.
        let interval = interval.filter(|interval| *interval <= duration);
        let mut made = Vec::new();
        for condition in columns {
            let title = condition.as_ref().map_or_else(|| "Frames and bytes".to_owned(), |column| column.text.clone());
            let mut counted = Intervals::new(interval);
            each_row(options, capture, condition, |frame, row| {
                counted.count((since_first(capture, frame) + 500).div_euclid(1000), row.length);
                Ok(())
            })?;
            made.push(Column::new(title, counted));
        }
        Table::new(duration, interval.unwrap_or(duration), digits, made).write(out)?;
        Ok(())
    }
}

/// What one column shows.
struct Column {
    title: String,
    counted: Intervals,
    /// Width of the packets and of the bytes.
    widths: [usize; 2],
}

impl Column {
    fn new(title: String, counted: Intervals) -> Column {
        let most =
            |of: fn(&analyzer::views::intervals::IntervalRow) -> u64| counted.lines().iter().map(of).max().unwrap_or(0);
        let widths = [digits_of(most(|line| line.packets), 15).max(6), digits_of(most(|line| line.bytes), 15).max(5)];
        Column { title, counted, widths }
    }

    /// Width with what separates it from the next.
    fn width(&self) -> usize {
        self.widths.iter().map(|width| width + 3).sum()
    }
}

/// The table, as it is printed. Times are in microseconds.
struct Table {
    /// To the last packet, and the same as it is shown.
    duration: u64,
    rounded: u64,
    interval: u64,
    /// Digits after the point of a time.
    digits: usize,
    /// Room for the whole seconds of a time: in the head, and in the rows.
    head: usize,
    room: usize,
    /// Width of the intervals, of the rows, and of everything, with borders.
    first: usize,
    rows: usize,
    border: usize,
    columns: Vec<Column>,
}

impl Table {
    fn new(duration: u64, interval: u64, digits: usize, columns: Vec<Column>) -> Table {
        let whole = interval == duration;
        let room = digits_of(duration / SECOND, MOST_DIGITS);
        let digits = match room {
            _ if !whole => digits,
            1 => 3,
            _ => 1,
        };
        // A half is rounded down. Without digits, the duration is shown as it is.
        let unit = 10u64.pow(6 - digits as u32);
        let rounded = if digits == 0 { duration } else { duration + (unit / 2).saturating_sub(1) };
        let interval = if whole { rounded } else { interval };
        let head = digits_of(rounded / SECOND, MOST_DIGITS);
        let first = (if digits == 0 { 2 * head + 8 } else { 2 * (head + digits) + 10 }).max(12);
        let rows = first + columns.iter().map(Column::width).sum::<usize>();
        let titles = columns.iter().map(|column| match column.title.as_str() {
            "Frames and bytes" => 26,
            title => title.len() + 11,
        });
        let widest = titles.max().unwrap_or(0);
        // Once there was a longer line for the whole capture, for which there still is room.
        let mut border = if whole { rows.max(31 + room + digits) } else { rows };
        if widest > border && border < WIDEST {
            border = widest.min(WIDEST);
        }
        // Two borders would touch.
        border += usize::from(border == rows + 1);
        Table { duration, rounded, interval, digits, head, room, first, rows, border, columns }
    }

    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let Table { border, first, rows, .. } = self;
        let line = |out: &mut dyn Write, text: &str, width: usize| {
            writeln!(out, "|{text}{}|", " ".repeat((border - 2).saturating_sub(width)))
        };
        writeln!(out, "\n{}", "=".repeat(*border))?;
        line(out, " IO Statistics", 14)?;
        line(out, "", 0)?;
        // The longest durations need more than the room that is left for them.
        let shown = self.head + 1 + if self.digits == 0 { 6 } else { self.digits };
        line(out, &format!(" Duration: {} secs", self.duration()), 16 + shown)?;
        let width = self.head + if self.digits == 0 { 0 } else { self.digits + 1 };
        line(out, &format!(" Interval: {} secs", self.time(self.interval, self.head)), 16 + width)?;
        line(out, "", 0)?;
        for (number, column) in (1..).zip(&self.columns) {
            let head = if number == 1 { " Col" } else { "    " };
            let mut mark = format!("{head}{number:>2}: ");
            for part in wrapped(&column.title, border - 11) {
                let text = format!("{mark}{part}");
                line(out, &text, text.len())?;
                mark = " ".repeat(8);
            }
        }
        writeln!(out, "|{}|", "-".repeat(border - 2))?;
        let filler = if rows < border { format!("{}|", " ".repeat(border - rows - 1)) } else { String::new() };
        write!(out, "|{}|", " ".repeat(first - 2))?;
        for (number, column) in (1..).zip(&self.columns) {
            write!(out, "{number:<width$}|", width = column.width() - 1)?;
        }
        writeln!(out, "{filler}")?;
        write!(out, "|{:<width$}|", " Interval", width = first - 2)?;
        for Column { widths: [packets, bytes], .. } in &self.columns {
            write!(out, "{}|{}|", centred("Frames", *packets), centred("Bytes", *bytes))?;
        }
        writeln!(out, "{filler}\n|{}|{filler}", "-".repeat(rows - 2))?;
        self.write_rows(out, &filler)?;
        writeln!(out, "{}", "=".repeat(*border))
    }

    fn write_rows(&self, out: &mut dyn Write, filler: &str) -> io::Result<()> {
        let Table { duration, rounded, interval, digits, room, .. } = *self;
        let count = if interval == 0 { 0 } else { duration.div_ceil(interval) };
        let mut waiting: Vec<_> = self.columns.iter().map(|column| column.counted.lines().iter().peekable()).collect();
        for number in 0..count {
            let (start, last) = (number * interval, number + 1 == count);
            let end = if last { rounded } else { start + interval };
            match (digits, last) {
                // A column of one digit is centred.
                (0, false) if room == 1 => write!(out, "|  {} <> {}  |", start / SECOND, end / SECOND)?,
                (0, true) if room == 1 => write!(out, "|  {} <> Dur|", start / SECOND)?,
                (0, false) => write!(out, "| {} <> {} |", self.time(start, room), self.time(end, room))?,
                (0, true) => {
                    let behind = if room == 2 { "" } else { " " };
                    write!(out, "| {} <> {:<room$}{behind}|", self.time(start, room), "Dur")?;
                }
                _ => write!(out, "| {} <> {} |", self.time(start, room), self.time(end, room))?,
            }
            for (lines, Column { widths: [packets, bytes], .. }) in waiting.iter_mut().zip(&self.columns) {
                let line = lines.next_if(|line| line.interval == number);
                let (sent, size) = line.map_or((0, 0), |line| (line.packets, line.bytes));
                write!(out, " {sent:>packets$} | {size:>bytes$} |")?;
            }
            writeln!(out, "{filler}")?;
        }
        Ok(())
    }

    fn duration(&self) -> String {
        match self.digits {
            // Digits that are zero are left out in front.
            0 => format!("{}.{:>6}", self.duration / SECOND, self.duration % SECOND),
            _ => self.time(self.rounded, self.head),
        }
    }

    /// A time with the table's digits, cut, its whole seconds in so much room.
    fn time(&self, time: u64, room: usize) -> String {
        let (seconds, digits) = (time / SECOND, self.digits);
        if digits == 0 {
            return format!("{seconds:>room$}");
        }
        format!("{seconds:>room$}.{:0digits$}", time % SECOND / 10u64.pow(6 - digits as u32))
    }
}

/// Number of digits of a number, up to so many.
fn digits_of(number: u64, most: usize) -> usize {
    (number.checked_ilog10().unwrap_or(0) as usize + 1).min(most)
}

/// A column's head in the middle, nearer to the right where there is no middle.
fn centred(text: &str, width: usize) -> String {
    let space = (width + 2).saturating_sub(text.len());
    format!("{}{text}{}", " ".repeat(space.div_ceil(2)), " ".repeat(space / 2))
}

/// A text in lines of so many bytes, cut at the last space of each, or where it has none.
fn wrapped(text: &str, width: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while rest.len() > width {
        let most = (0..=width).rev().find(|end| rest.is_char_boundary(*end)).unwrap_or(rest.len());
        let (line, behind) = rest.split_at(most);
        match line.rsplit_once(' ') {
            Some((before, _)) => {
                parts.push(before);
                rest = &rest[before.len() + 1..];
            }
            None => {
                parts.push(line);
                rest = behind;
            }
        }
    }
    parts.push(rest);
    parts
}
