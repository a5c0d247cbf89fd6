//! Telnet: what is typed and shown, and commands and options between (RFC 854, RFC 855).

mod fields;
mod names;
mod options;

pub use fields::*;
use names::*;

use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::protocols::TEXT;

/// Telnet.
pub static PROTOCOL: Protocol = Protocol {
    name: "telnet",
    title: "Telnet",
    column: "TELNET",
    tables: &[("tcp.port", Key::Number(23))],
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

/// Interpret as Command: stands before each command, and twice where it is no command.
const IAC: u8 = 255;
/// The first command that names an option; what both sides say of the option follows it.
const SUBOPTION: u8 = 250;

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    while l.left() > 0 {
        match data(l.rest()) {
            0 => command(l)?,
            length => lines(l, length)?,
        }
    }
    Ok(Next::End)
}

/// Bytes before the next command.
fn data(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        at += match (byte, bytes.get(at + 1)) {
            (&IAC, Some(&IAC)) => 2,
            (&IAC, _) => return at,
            _ => 1,
        };
    }
    at
}

/// Notes so many bytes of text, line by line.
fn lines(l: &mut Layer<'_, '_>, length: usize) -> Result<(), Stop> {
    let end = l.at() + length;
    while l.at() < end {
        let start = l.at();
        l.skip(line(l.slice(start, end)))?;
        l.note_ascii(DATA, start, l.at());
    }
    Ok(())
}

/// Bytes of the first line, with what ends it: a line feed, or a carriage return with a line feed or a zero.
fn line(text: &[u8]) -> usize {
    for (place, byte) in text.iter().enumerate() {
        match (byte, text.get(place + 1)) {
            (b'\n', _) => return place + 1,
            (b'\r', Some(b'\n' | 0)) => return place + 2,
            _ => {}
        }
    }
    text.len()
}

fn command(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    l.branch(TEXT, |l, line| {
        l.skip(1)?;
        let number = l.u8(CMD)?;
        let name = COMMANDS.name(u64::from(number)).unwrap_or("<unknown command>");
        if number < SUBOPTION {
            line.add(|| name.to_owned());
            return Ok(());
        }
        let option = l.u8(SUBCMD)?;
        let of = OPTIONS.name(u64::from(option)).unwrap_or("<unknown option>");
        l.label(|| format!("Subcommand: {of}"));
        line.add(|| format!("{name} {of}"));
        if number != SUBOPTION {
            return Ok(());
        }
        let length = data(l.rest());
        l.below(|l| l.within(length, |l| options::read(l, option, of)))
    })
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    columns.protocol = view.protocol().column.into();
    columns.info = "Telnet Data ...".into();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_ends_where_a_command_begins() {
        for (bytes, length) in
            [(&b"a\xff\xffb\xff\xfb\x01"[..], 4), (b"abc", 3), (b"\xff\xf1", 0), (b"", 0), (b"a\xff", 1)]
        {
            assert_eq!(data(bytes), length);
        }
    }

    #[test]
    fn lines_end_as_on_a_terminal() {
        for (text, length) in [(&b"a\r\nb"[..], 3), (b"a\nb", 2), (b"a\r\0b", 3), (b"a\rb\r\n", 5), (b"a\r", 2)] {
            assert_eq!(line(text), length);
        }
    }
}
