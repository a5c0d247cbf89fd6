//! `-z conv,TYPE[,FILTER]`: who spoke with whom.

use super::{BORDER, Condition, Statistic, Tap, address, layer_and_filter, seconds, with_counts};
use crate::terminal::failure::Failure;
use crate::terminal::options::Options;
use analyzer::conversations::Conversing;
use analyzer::conversations::End;
use analyzer::open::Open;
use analyzer::views::Wanted;
use analyzer::views::conversations::{ConversationOrder, ConversationRow, lines};
use std::io::{self, Write};

pub(super) const TAP: Tap = Tap {
    name: "conv",
    form: "conv,TYPE[,FILTER]",
    read: |options, parts| {
        let made = layer_and_filter(options, parts)?;
        Some(made.map(|(layer, condition)| Box::new(Speakers { layer, condition }) as Box<dyn Statistic>))
    },
};

/// Who spoke with whom.
struct Speakers {
    layer: Conversing,
    condition: Option<Condition>,
}

impl Statistic for Speakers {
    fn write(self: Box<Self>, options: &Options, capture: &Open, out: &mut dyn Write) -> Result<(), Failure> {
        let Speakers { layer, condition } = *self;
        let width = if layer.has_ports() { 26 } else { 20 };
        writeln!(out, "{BORDER}\n{} Conversations", layer.title())?;
        writeln!(out, "Filter:{}", condition.as_ref().map_or("<No Filter>", |condition| &condition.text))?;
        let indent = " ".repeat(2 * width + 7);
        writeln!(
            out,
            "{indent}|       <-      | |       ->      | |     Total     |    Relative    |   Duration   |\n\
             {indent}| Frames  Bytes | | Frames  Bytes | | Frames  Bytes |      Start     |              |"
        )?;
        with_counts(options, capture, condition, |counts| {
            let wanted = Wanted::all(ConversationOrder::Packets, true);
            let all = lines(counts, &capture.index.conversations, layer, |frame| capture.time(frame), &wanted);
            all.lines.iter().try_for_each(|line| write_line(out, layer, width, capture.time(1), line))
        })??;
        writeln!(out, "{BORDER}")?;
        Ok(())
    }
}

fn write_line(
    out: &mut dyn Write,
    layer: Conversing,
    width: usize,
    first: i64,
    line: &ConversationRow,
) -> io::Result<()> {
    let end = |end: &End| {
        let address = address(end);
        if layer.has_ports() { format!("{address}:{}", end.port) } else { address }
    };
    let ([one, other], [sent, received], [bytes, bytes_back]) = (&line.ends, line.packets, line.bytes);
    write!(out, "{:<width$} <-> {:<width$}", end(one), end(other))?;
    let total = (u64::from(sent) + u64::from(received), bytes + bytes_back);
    for (packets, bytes) in [(u64::from(received), bytes_back), (u64::from(sent), bytes), total] {
        write!(out, "  {packets:>6} {:<9}", size(bytes))?;
    }
    let (start, end) = (seconds(line.start - first), seconds(line.end - first));
    writeln!(out, "  {start:14.9}   {:12.4}", end - start)
}

/// A number of bytes in the unit in which it has two digits or more, without the rest.
fn size(bytes: u64) -> String {
    let units = [(1_000_000_000_000, "TB"), (1_000_000_000, "GB"), (1_000_000, "MB"), (1000, "kB")];
    match units.iter().find(|(unit, _)| bytes / unit >= 10) {
        Some((unit, name)) => format!("{} {name}", bytes / unit),
        None => format!("{bytes} bytes"),
    }
}
