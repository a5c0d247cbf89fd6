//! `-z endpoints,TYPE[,FILTER]`: what each address, or each port of it, sent and received.

use super::{BORDER, Condition, Statistic, Tap, address, layer_and_filter, with_counts};
use crate::terminal::failure::Failure;
use crate::terminal::options::Options;
use analyzer::conversations::Conversing;
use analyzer::open::Open;
use analyzer::views::Wanted;
use analyzer::views::endpoints::{EndpointOrder, EndpointRow, lines};
use std::io::{self, Write};

pub(super) const TAP: Tap = Tap {
    name: "endpoints",
    form: "endpoints,TYPE[,FILTER]",
    read: |options, parts| {
        let made = layer_and_filter(options, parts)?;
        Some(made.map(|(layer, condition)| Box::new(Participants { layer, condition }) as Box<dyn Statistic>))
    },
};

/// Who took part.
struct Participants {
    layer: Conversing,
    condition: Option<Condition>,
}

impl Statistic for Participants {
    fn write(self: Box<Self>, options: &Options, capture: &Open, out: &mut dyn Write) -> Result<(), Failure> {
        let Participants { layer, condition } = *self;
        writeln!(out, "{BORDER}\n{} Endpoints", layer.title())?;
        writeln!(out, "Filter:{}", condition.as_ref().map_or("<No Filter>", |condition| &condition.text))?;
        writeln!(
            out,
            "                       |  {}Packets  | |  Bytes  | | Tx Packets | | Tx Bytes | | Rx Packets | | Rx Bytes |",
            if layer.has_ports() { "Port  ||  " } else { "" }
        )?;
        with_counts(options, capture, condition, |counts| {
            let all = lines(counts, &capture.index.conversations, layer, &Wanted::all(EndpointOrder::Packets, true));
            all.lines.iter().try_for_each(|line| write_line(out, layer, line))
        })??;
        writeln!(out, "{BORDER}")?;
        Ok(())
    }
}

fn write_line(out: &mut dyn Write, layer: Conversing, line: &EndpointRow) -> io::Result<()> {
    write!(out, "{:<20}      ", address(&line.end))?;
    if layer.has_ports() {
        write!(out, "{:>5}     ", line.end.port)?;
    }
    let EndpointRow { sent, received, sent_bytes, received_bytes, .. } = line;
    let (packets, bytes) = (sent + received, sent_bytes + received_bytes);
    writeln!(
        out,
        "{packets:>6}     {bytes:>9}     {sent:>6}       {sent_bytes:>9}      {received:>6}       {received_bytes:>9}   "
    )
}
