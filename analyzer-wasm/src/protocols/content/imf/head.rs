//! The lines of a mail's head (RFC 5322, section 2.2).

use memchr::memchr;

/// A header field, with the lines that continue it (RFC 5322, section 2.2). Places count from the mail's first byte.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct MailHeaderField<'a> {
    pub(super) at: usize,
    pub(super) name: &'a [u8],
    pub(super) value: (usize, usize),
    /// Where the next one begins, or the body.
    pub(super) next: usize,
    /// Whether an empty line follows, or nothing.
    pub(super) is_last: bool,
}

impl<'a> MailHeaderField<'a> {
    /// The field that begins at `at`; nothing where no colon or no end of a line follows.
    pub(super) fn read(bytes: &'a [u8], at: usize) -> Option<MailHeaderField<'a>> {
        let colon = at + memchr(b':', bytes.get(at..)?)?;
        let (next, is_last) = end(bytes, colon + 1)?;
        // An empty line is taken for granted at the end of the bytes.
        let ending = if is_last { 4 } else { 2 };
        let stop = next.checked_sub(ending).filter(|stop| *stop > colon).unwrap_or(next);
        let value = bytes.get(colon + 1..stop)?;
        let begin = stop - value.trim_ascii_start().len();
        // Of a value that is empty, only the place is known.
        let begin =
            if begin == stop { colon + 1 + value.iter().take_while(|byte| **byte == b' ').count() } else { begin };
        Some(MailHeaderField { at, name: bytes.get(at..colon)?, value: (begin, stop), next, is_last })
    }
}

/// Where the next field or the body begins, and whether it is the body.
fn end(bytes: &[u8], from: usize) -> Option<(usize, bool)> {
    let mut at = from;
    loop {
        at += memchr(b'\r', bytes.get(at..)?)? + 1;
        match bytes.get(at..)? {
            [b'\n'] => return Some((at + 1, true)),
            [b'\n', b'\r', b'\n', ..] => return Some((at + 3, true)),
            [b'\n', b'\r' | b' ' | b'\t', ..] => at += 1,
            [b'\n', ..] => return Some((at + 1, false)),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_ends_where_a_line_does_not_continue_it() {
        let read = |bytes: &'static str, at| {
            let header = MailHeaderField::read(bytes.as_bytes(), at)?;
            let (name, value) = (header.name, bytes.get(header.value.0..header.value.1)?);
            Some((std::str::from_utf8(name).ok()?, value, header.next, header.is_last))
        };
        assert_eq!(read("A: b\r\n c\r\nD: e\r\n\r\nf", 0), Some(("A", "b\r\n c", 10, false)));
        assert_eq!(read("A: b\r\n c\r\nD: e\r\n\r\nf", 10), Some(("D", "e", 18, true)));
        assert_eq!(read("A:\r\nB: c\r\n", 0), Some(("A", "", 4, false)));
        assert_eq!(read("A: b\nC: d\n", 0), None);
        assert_eq!(read("no colon\r\n", 0), None);
    }
}
