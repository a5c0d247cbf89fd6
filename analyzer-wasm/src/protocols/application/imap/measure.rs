//! Where lines end, and the literals between them (RFC 3501, section 4.3).

use crate::protocols::lines;
use crate::streams::Measure;

/// The bytes of the literal that follows a line: what a server sends of a message.
pub(super) fn literal(line: &[u8]) -> Option<usize> {
    let mut words = line.split(|byte| *byte == b' ');
    if words.next() != Some(b"*") || !words.nth(1)?.eq_ignore_ascii_case(b"FETCH") {
        return None;
    }
    let size = line.strip_suffix(b"}")?.rsplit(|byte| *byte == b'{').next()?;
    std::str::from_utf8(size).ok()?.parse().ok()
}

/// A line with what ends it; nothing where its end did not come.
fn whole(bytes: &[u8]) -> Option<lines::TextLine<'_>> {
    let line = lines::first(bytes);
    (line.length > line.text.len()).then_some(line)
}

/// How many bytes the whole lines and their literals have. `resumed` is whether the first line goes on behind a literal.
pub(super) fn lines(bytes: &[u8], resumed: bool) -> Measure {
    // Where the line begins that is read, and where the one began to whose literal it belongs.
    let (mut at, mut begin) = (0, 0);
    let mut behind_literal = resumed;
    while let Some(line) = bytes.get(at..).and_then(whole) {
        at += line.length;
        match literal(line.text).filter(|_| !behind_literal) {
            Some(size) if at.saturating_add(size) > bytes.len() => {
                // A long one is not looked at again.
                return if begin == 0 && !resumed { Measure::Beyond(at.saturating_add(size)) } else { whole_to(begin) };
            }
            Some(size) => {
                at += size;
                behind_literal = true;
            }
            None => {
                begin = at;
                behind_literal = false;
            }
        }
    }
    whole_to(begin)
}

fn whole_to(end: usize) -> Measure {
    if end == 0 { Measure::More } else { Measure::Whole(end) }
}

/// Whether the first line of a message came, which shows that it is one.
pub(super) fn is_known(bytes: &[u8]) -> bool {
    whole(bytes).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_with_their_literals() {
        for (bytes, resumed, measure) in [
            ("a OK\r\n", false, Measure::Whole(6)),
            ("a OK\r\nb", false, Measure::Whole(6)),
            ("a OK", false, Measure::More),
            ("* 1 FETCH {3}\r\nabc", false, Measure::More),
            ("* 1 FETCH {3}\r\nab", false, Measure::Beyond(18)),
            (")\r\nb OK\r\n", true, Measure::Whole(9)),
            ("a OK\r\n* 1 fetch {3}\r\nab", false, Measure::Whole(6)),
            ("* 1 FETCH {3}\r\nabc)\r\nb OK\r\n", false, Measure::Whole(27)),
        ] {
            assert_eq!(lines(bytes.as_bytes(), resumed), measure, "{bytes:?}");
        }
    }
}
