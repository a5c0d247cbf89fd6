//! Lines of text, which mail, file transfer and terminals send.

use crate::dissect::{Layer, Protocol, Stop};
use crate::field::FieldId;
use crate::protocols::tables::TCP_PORT;
use crate::value::write_text;

/// The line with which some bytes begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TextLine<'a> {
    /// What it says.
    pub(super) text: &'a [u8],
    /// Its bytes, with those that end it.
    pub(super) length: usize,
}

/// The first line, which CR LF, LF or CR ends, or the end of the bytes.
pub(super) fn first(bytes: &[u8]) -> TextLine<'_> {
    let end = memchr::memchr2(b'\r', b'\n', bytes).unwrap_or(bytes.len());
    let (text, behind) = bytes.split_at_checked(end).unwrap_or((bytes, &[]));
    let ending = match behind {
        [b'\r', b'\n', ..] => 2,
        [_, ..] => 1,
        [] => 0,
    };
    TextLine { text, length: end + ending }
}

/// The first word of a line, and where the next one begins, behind the blanks.
pub(super) fn word(line: &[u8]) -> (&[u8], usize) {
    let end = line.iter().position(|byte| *byte == b' ').unwrap_or(line.len());
    let (word, behind) = line.split_at_checked(end).unwrap_or((line, &[]));
    (word, end + behind.iter().take_while(|byte| **byte == b' ').count())
}

/// The code of three digits that a server's line begins with.
pub(super) fn reply_code(line: &[u8]) -> Option<u64> {
    let digits = line.get(..3).filter(|digits| digits.iter().all(u8::is_ascii_digit))?;
    Some(digits.iter().fold(0, |code, digit| code * 10 + u64::from(digit - b'0')))
}

/// Notes a line with its end as a node of this field, of which the tree shows nothing but the line.
pub(super) fn note_whole(l: &mut Layer<'_, '_>, field: FieldId, line: TextLine<'_>) -> Result<(), Stop> {
    let (start, end) = (l.at(), l.at() + line.length);
    let bytes = l.slice(start, end);
    l.note_text(field, start, end, b"");
    l.label(|| shown(bytes));
    l.skip(line.length)
}

/// The text of bytes as the packet list and the tree show it.
pub(super) fn shown(bytes: &[u8]) -> String {
    let mut text = String::new();
    write_text(&mut text, bytes);
    text
}

/// As [`shown`], with a blank for every byte of white space.
pub(super) fn spaced(bytes: &[u8]) -> String {
    let blank = |byte: &u8| if byte.is_ascii_whitespace() || *byte == 0x0b { b' ' } else { *byte };
    shown(&bytes.iter().map(blank).collect::<Vec<_>>())
}

/// What the packet list says of a part of a mail.
pub(super) fn fragment(bytes: usize) -> String {
    format!("DATA fragment, {bytes} byte{}", if bytes == 1 { "" } else { "s" })
}

/// Whether the segment goes to the port of this protocol: a request.
pub(super) fn is_request(l: &Layer<'_, '_>, protocol: &'static Protocol) -> bool {
    let found = l.find(&TCP_PORT, l.endpoints().destination_port);
    found.is_some_and(|found| l.protocols().get(found).name == protocol.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_ends_with_cr_lf_or_either_of_them() {
        for (bytes, text, length) in
            [("a b\r\nc", "a b", 5), ("a\nb", "a", 2), ("a\rb", "a", 2), ("ab", "ab", 2), ("\r\n", "", 2), ("", "", 0)]
        {
            let line = first(bytes.as_bytes());
            assert_eq!((line.text, line.length), (text.as_bytes(), length), "{bytes:?}");
        }
    }

    #[test]
    fn blanks_part_words() {
        assert_eq!(word(b"USER  me too"), (&b"USER"[..], 6));
        assert_eq!(word(b"NOOP"), (&b"NOOP"[..], 4));
    }
}
