//! `-z io,phs[,FILTER]`: which protocols stand on which.

use super::{Condition, Statistic, Tap, each_packet};
use crate::terminal::failure::Failure;
use crate::terminal::options::Options;
use analyzer::open::Open;
use analyzer::protocols;
use analyzer::views::hierarchy::{Hierarchy, wanted};
use std::io::Write;

pub(super) const TAP: Tap = Tap {
    name: "io,phs",
    form: "io,phs[,FILTER]",
    read: |options, parts| {
        let made = Condition::read(options, parts);
        Some(made.map(|condition| Box::new(Stacks { condition }) as Box<dyn Statistic>))
    },
};

/// Which protocols stand on which.
struct Stacks {
    condition: Option<Condition>,
}

const BORDER: &str = "===================================================================";

impl Statistic for Stacks {
    fn write(self: Box<Self>, options: &Options, capture: &Open, out: &mut dyn Write) -> Result<(), Failure> {
        let condition = self.condition;
        let text = condition.as_ref().map_or("", |condition| &condition.text);
        writeln!(out, "\n{BORDER}\nProtocol Hierarchy Statistics\nFilter: {text}\n")?;
        let mut hierarchy = Hierarchy::default();
        each_packet(options, capture, condition, &wanted(), |packet, found| hierarchy.count(found, packet.length))?;
        for line in hierarchy.lines() {
            let name = format!("{}{} ", "  ".repeat(line.depth as usize), protocols::field(line.field).name);
            writeln!(out, "{name:<40} frames:{} bytes:{}", line.packets, line.bytes)?;
        }
        writeln!(out, "{BORDER}")?;
        Ok(())
    }
}
