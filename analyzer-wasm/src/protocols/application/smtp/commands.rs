//! Lines of a client that are commands, names or passwords.

use super::session::{ClientLine, SmtpSession};
use super::{BASE64_DECODE, COMMAND_LINE, PASSWORD, REQ, REQ_COMMAND, REQ_PARAMETER, USERNAME, USERNAME_PASSWORD};
use crate::dissect::{Layer, Stop};
use crate::protocols::lines;
use crate::value::Value;

/// Reads the lines of a client, in a session that stands before them.
pub(super) fn commands(l: &mut Layer<'_, '_>, mut session: SmtpSession) -> Result<(), Stop> {
    let mut summary = Vec::new();
    while l.left() > 0 {
        let (start, line) = (l.at(), lines::first(l.rest()));
        let end = start + line.text.len();
        l.generated_at(REQ, start, Value::Uint(1));
        let shown = lines::shown(line.text);
        summary.push(match session.line(line.text) {
            ClientLine::Username => {
                l.note_ascii(USERNAME, start, end);
                format!("User: {shown}")
            }
            ClientLine::Password => {
                l.note_ascii(PASSWORD, start, end);
                format!("Pass: {shown}")
            }
            ClientLine::Both => {
                name_and_password(l, start, end);
                shown
            }
            _ => {
                l.note_ascii(COMMAND_LINE, start, start + line.length);
                l.below(|l| command(l, start, line.text)).unwrap_or(shown)
            }
        });
        l.skip(line.length)?;
    }
    l.summarize(|| Some(format!("C: {}", summary.join(" | "))));
    Ok(())
}

/// Notes a command and its parameter; returns what the packet list says of it, where that is not the line.
fn command(l: &mut Layer<'_, '_>, start: usize, line: &[u8]) -> Option<String> {
    // Commands have four letters, with one exception.
    let length = if line.eq_ignore_ascii_case(b"STARTTLS") { line.len() } else { line.len().min(4) };
    l.note_ascii(REQ_COMMAND, start, start + length);
    let parameter = line.get(length + 1..).filter(|parameter| !parameter.is_empty())?;
    let end = start + line.len();
    l.note_ascii(REQ_PARAMETER, start + length + 1, end);
    let (method, at) = lines::word(parameter);
    let argument = parameter.get(at..).filter(|argument| !argument.is_empty())?;
    if !line.get(..4).is_some_and(|word| word.eq_ignore_ascii_case(b"AUTH")) {
        return None;
    }
    if method.eq_ignore_ascii_case(b"PLAIN") {
        name_and_password(l, end - argument.len(), end);
    } else if method.eq_ignore_ascii_case(b"LOGIN") {
        l.note_ascii(USERNAME, end - argument.len(), end);
        let before = line.get(..length + 1 + method.len()).unwrap_or_default();
        return Some(format!("{} User: {}", lines::shown(before), lines::shown(argument)));
    }
    None
}

/// Notes a name and a password, which are one text of base 64.
fn name_and_password(l: &mut Layer<'_, '_>, start: usize, end: usize) {
    l.note_ascii(USERNAME_PASSWORD, start, end);
    l.remark(BASE64_DECODE, start, || "The text of base 64 is not decoded".into());
}
