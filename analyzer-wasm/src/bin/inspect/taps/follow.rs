//! `-z follow,tcp,MODE,STREAM`: what the two sides of a stream sent.

use super::{Statistic, Tap};
use crate::terminal::failure::Failure;
use crate::terminal::options::Options;
use analyzer::open::Open;
use analyzer::value::write_hex;
use analyzer::views::follow::Follow;
use std::io::Write;
use std::net::IpAddr;

pub(super) const TAP: Tap = Tap {
    name: "follow,tcp",
    form: "follow,tcp,ascii|hex|raw,STREAM",
    read: |_, parts| {
        let [mode, stream] = parts else { return None };
        let mode = match *mode {
            "ascii" => Mode::Ascii,
            "hex" => Mode::Hex,
            "raw" => Mode::Raw,
            _ => return None,
        };
        let stream = stream.parse().ok()?;
        Some(Ok(Box::new(Stream { mode, stream }) as Box<dyn Statistic>))
    },
};

#[derive(Clone, Copy)]
enum Mode {
    Ascii,
    Hex,
    Raw,
}

struct Stream {
    mode: Mode,
    stream: u32,
}

const BORDER: &str = "===================================================================";

impl Statistic for Stream {
    fn write(self: Box<Self>, _: &Options, capture: &Open, out: &mut dyn Write) -> Result<(), Failure> {
        let Stream { mode, stream } = *self;
        let follow = Follow::tcp(capture, stream)?;
        let name = match mode {
            Mode::Ascii => "ascii",
            Mode::Hex => "hex",
            Mode::Raw => "raw",
        };
        writeln!(out, "\n{BORDER}\nFollow: tcp,{name}\nFilter: tcp.stream eq {stream}")?;
        let nodes =
            follow.endpoints.map(|ends| [(ends.source, ends.source_port), (ends.destination, ends.destination_port)]);
        for (number, node) in nodes.map_or([None; 2], |nodes| nodes.map(Some)).into_iter().enumerate() {
            match node {
                Some((IpAddr::V6(address), port)) => writeln!(out, "Node {number}: [{address}]:{port}")?,
                Some((IpAddr::V4(address), port)) => writeln!(out, "Node {number}: {address}:{port}")?,
                None => writeln!(out, "Node {number}: :0")?,
            }
        }
        let mut written = [0usize; 2];
        for record in &follow.records {
            let bytes = match record.is_missing {
                true => format!("[{} bytes missing in capture file]\0", record.length).into_bytes(),
                false => follow.bytes(capture, record)?,
            };
            let indent = if record.from_server { "\t" } else { "" };
            match mode {
                Mode::Ascii => {
                    writeln!(out, "{indent}{}", bytes.len())?;
                    out.write_all(&bytes.iter().map(|byte| shown(*byte)).collect::<Vec<u8>>())?;
                    writeln!(out)?;
                }
                Mode::Hex => {
                    if let Some(written) = written.get_mut(usize::from(record.from_server)) {
                        hex(out, indent, &bytes, *written)?;
                        *written += bytes.len();
                    }
                }
                Mode::Raw => {
                    let mut digits = String::new();
                    write_hex(&mut digits, &bytes, None);
                    writeln!(out, "{indent}{digits}")?;
                }
            }
        }
        writeln!(out, "{BORDER}")?;
        Ok(())
    }
}

/// A byte as text shows it: lines stay, what cannot be printed is a dot.
fn shown(byte: u8) -> u8 {
    if matches!(byte, b' '..=b'~' | b'\n' | b'\r') { byte } else { b'.' }
}

/// Lines of sixteen bytes.
fn hex(out: &mut dyn Write, indent: &str, bytes: &[u8], mut at: usize) -> Result<(), Failure> {
    for line in bytes.chunks(16) {
        let (mut digits, mut letters) = (String::new(), String::new());
        for (index, byte) in line.iter().enumerate() {
            if index == 8 {
                digits.push(' ');
                letters.push(' ');
            }
            digits.push_str(&format!("{byte:02x} "));
            letters.push(char::from(if matches!(byte, b' '..=b'~') { *byte } else { b'.' }));
        }
        // Letters can be blanks, and lines end without any.
        let text = format!("{indent}{at:08X}  {digits:<49} {letters}");
        writeln!(out, "{}", text.trim_end_matches(' '))?;
        at += line.len();
    }
    Ok(())
}
