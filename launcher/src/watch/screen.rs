//! A block of lines on a terminal that is drawn again in its place.

use super::Look;
use crate::{
    report::{clock, duration},
    shell,
};
use rustix::termios::tcgetwinsize;
use std::{
    env,
    io::{self, IsTerminal, Write},
    time::Duration,
};

/// The terminal, and how many lines of it are ours.
#[derive(Debug)]
pub(super) struct Screen {
    drawn: usize,
}

/// The most names that are shown.
const NAMES: usize = 10;
/// Lines that are not names.
const OTHERS: usize = 5;

impl Screen {
    /// Standard output, if it is a terminal whose cursor can be moved.
    pub(super) fn new() -> Option<Self> {
        let able = env::var_os("TERM").is_some_and(|term| term != "dumb" && !term.is_empty());
        (able && io::stdout().is_terminal()).then_some(Self { drawn: 0 })
    }

    /// Draws what is seen, over what was drawn before: each line is overwritten and only then cleared behind its end, and
    /// all is one write, so that nothing flickers.
    pub(super) fn show(&mut self, look: &Look<'_>) {
        let (width, height) = tcgetwinsize(io::stdout()).map_or((80, 24), |size| (size.ws_col, size.ws_row));
        // A terminal that does not know its size says zero.
        let (width, height) = (if width == 0 { 80 } else { width }, if height == 0 { 24 } else { height });
        let lines = block(look, usize::from(width), usize::from(height));
        let mut text = String::new();
        if self.drawn > 0 {
            text.push_str(&format!("\x1b[{}F", self.drawn));
        }
        for line in &lines {
            text.push_str(line);
            text.push_str("\x1b[K\n");
        }
        text.push_str("\x1b[J");
        self.drawn = lines.len();
        write(&text);
    }

    /// Clears the line below the block, where the terminal may have written what was typed.
    pub(super) fn leave(&self) {
        write("\r\x1b[K");
    }
}

/// A terminal that is gone ends us by a signal.
fn write(text: &str) {
    let mut out = io::stdout();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// The lines, each short enough not to be broken, and not more than the terminal has.
pub(super) fn block(look: &Look<'_>, width: usize, height: usize) -> Vec<String> {
    let mut lines = Vec::new();
    if let (Some(vm), Some(host)) = (look.vm, look.host) {
        let up = duration(Duration::from_secs(look.up_seconds.unwrap_or_default()));
        let address = look.address.as_ref().map_or_else(String::new, |address| format!(", with the address {address}"));
        lines.push(format!("{vm} on {host}: {} for {up}{address}", look.state));
    }
    lines.push(format!("  capture   {}", shell::word(look.capture.as_os_str())));
    lines.push(format!("            {}", look.amount()));
    lines.extend(look.counts.as_ref().map(|counts| format!("            {counts}")));
    // The last line is where the cursor stands.
    let room = height.saturating_sub(OTHERS + 1).clamp(1, NAMES);
    for (place, lookup) in look.latest.iter().take(room).enumerate() {
        let head = if place == 0 { "  names    " } else { "           " };
        let time = lookup.time.map_or_else(String::new, |time| format!(" {}", clock(time)));
        lines.push(format!("{head}{time} {}", lookup.name));
    }
    lines.push(match look.vm {
        Some(_) => "  Ctrl-C    ends this view; the VM goes on".to_owned(),
        None => "  Ctrl-C    ends this view".to_owned(),
    });
    lines.truncate(height.saturating_sub(1).max(1));
    lines.iter().map(|line| fitting(line, width)).collect()
}

/// As much of a line as fits, without what moves the cursor. A letter beyond ASCII may be two columns wide.
fn fitting(line: &str, width: usize) -> String {
    let wide = |letter: char| if letter.is_ascii() { 1 } else { 2 };
    let seen = || line.chars().filter(|letter| !letter.is_control());
    if seen().map(wide).sum::<usize>() < width {
        return seen().collect();
    }
    let mut left = width.saturating_sub(3);
    let fits = |letter: &char| {
        let before = left;
        left = left.saturating_sub(wide(*letter));
        before >= wide(*letter)
    };
    seen().take_while(fits).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit_and_move_no_cursor() {
        assert_eq!(fitting("short", 80), "short");
        assert_eq!(fitting("0123456789", 10), "0123456…");
        assert_eq!(fitting("größe größe", 8), "grö…");
        assert_eq!(fitting("a\x1b[2Jb\u{9b}c\r\n", 80), "a[2Jbc");
        assert_eq!(fitting("anything", 0), "…");
    }
}
