//! Names of domains: labels, and pointers to labels that stand elsewhere in the message (RFC 1035, section 4.1.4).

use crate::dissect::Stop;
use crate::field::Values;
use smallvec::SmallVec;
use std::fmt;

/// A domain name as text, and how many bytes of the message it takes.
pub(super) struct DomainName {
    text: Text,
    /// Bytes that it takes where it stands; what a pointer leads to is not counted.
    pub(super) wire: usize,
}

/// Classes of records (RFC 6895, section 3.2).
pub(super) const CLASSES: Values =
    Values::Names(&[(1, "IN"), (2, "CS"), (3, "CH"), (4, "HS"), (254, "NONE"), (255, "ANY")]);

/// Nearly all names fit without an allocation.
type Text = SmallVec<[u8; 64]>;

/// Characters in a name's text: 255 bytes on the wire (RFC 1035, section 2.3.4) less the first length and the last.
const LONGEST: usize = 253;
/// Pointers in one name. A name has at most 127 labels, and more pointers than labels serve nothing but harm.
const MOST_POINTERS: usize = 128;
/// Labels in one name, once a pointer was followed: with the pointers it bounds the work for names that are made to
/// cost time.
const MOST_LABELS: usize = 1024;

const ROOT: &str = "<Root>";
const TOO_LONG: &str = "<Name too long>";
const LOOPS: &str = "<Name contains a pointer that loops>";
const UNKNOWN_LABEL: &str = "<Unknown extended label>";

/// Reads the name at `start` in a message. `base` is where the message begins, for the offsets in a [`Stop`].
pub(super) fn decode(message: &[u8], base: usize, start: usize) -> Result<DomainName, Stop> {
    let mut writer = Writer { text: Text::new(), overflow: false, empty: true };
    let mut at = start;
    let mut wire = None;
    let (mut pointers, mut labels) = (0, 0);
    let (mut from, mut passed) = (start, 0);
    // Where the labels begin that stand behind each other and are not written yet.
    let mut run = start;
    let take =
        |at: usize, length: usize| message.get(at..at + length).ok_or(Stop::Short { needed: length, at: base + at });
    let byte = |at: usize| take(at, 1).map(|bytes| bytes.first().copied().unwrap_or_default());
    loop {
        let length = byte(at)?;
        at += 1;
        match length {
            0 => break,
            1..0x40 => {
                take(at, usize::from(length))?;
                at += usize::from(length);
            }
            // A label of bits (RFC 2673, section 3.1).
            0x41 => {
                writer.run(message.get(run..at - 1).unwrap_or_default());
                let bits = byte(at)?;
                let label = take(at + 1, usize::from(bits.wrapping_sub(1)) / 8 + 1)?;
                at += 1 + label.len();
                writer.bits(bits, label);
                run = at;
            }
            0x40..0x80 => return Ok(DomainName::instead(UNKNOWN_LABEL, wire.unwrap_or_else(|| at - start))),
            0x80..0xc0 => return Err(Stop::Malformed("a label begins with the reserved bits 10")),
            0xc0.. => {
                writer.run(message.get(run..at - 1).unwrap_or_default());
                let target = usize::from(length & 0x3f) << 8 | usize::from(byte(at)?);
                let taken = *wire.get_or_insert_with(|| at + 1 - start);
                pointers += 1;
                passed += at + 1 - from;
                // Who has passed as many bytes as there are was somewhere twice.
                if passed >= message.len() {
                    return Ok(DomainName::instead(LOOPS, taken));
                }
                if pointers > MOST_POINTERS {
                    return Ok(DomainName::instead(if writer.overflow { TOO_LONG } else { LOOPS }, taken));
                }
                (at, from, run) = (target, target, target);
            }
        }
        labels += 1;
        if let (Some(taken), true) = (wire, labels > MOST_LABELS) {
            return Ok(DomainName::instead(TOO_LONG, taken));
        }
    }
    writer.run(message.get(run..at - 1).unwrap_or_default());
    let wire = wire.unwrap_or_else(|| at - start);
    Ok(match writer {
        Writer { overflow: true, .. } => DomainName::instead(TOO_LONG, wire),
        Writer { empty: true, .. } => DomainName::instead(ROOT, wire),
        Writer { text, .. } => DomainName { text, wire },
    })
}

impl DomainName {
    fn instead(words: &str, wire: usize) -> DomainName {
        DomainName { text: Text::from_slice(words.as_bytes()), wire }
    }

    /// The labels with points between them, byte for byte; a name without labels is `<Root>`.
    pub(super) fn text(&self) -> &[u8] {
        &self.text
    }

    /// How many labels the text shows.
    pub(super) fn labels(&self) -> usize {
        1 + self.text().iter().filter(|byte| **byte == b'.').count()
    }
}

impl fmt::Display for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = String::new();
        crate::value::write_text(&mut out, self.text());
        f.write_str(&out)
    }
}

/// The text so far.
struct Writer {
    text: Text,
    overflow: bool,
    empty: bool,
}

impl Writer {
    /// Writes labels that stand behind each other, each after its length: of the lengths, points are made.
    fn run(&mut self, labels: &[u8]) {
        let first = usize::from(self.empty);
        let Some(text) = labels.get(first..) else { return };
        let start = self.text.len();
        self.put(text);
        self.empty &= labels.is_empty();
        let mut at = 0;
        while let Some(length) = labels.get(at) {
            if let Some(point) = (start + at).checked_sub(first).and_then(|at| self.text.get_mut(at)) {
                *point = b'.';
            }
            at += 1 + usize::from(*length);
        }
    }

    fn label(&mut self, label: &[u8]) {
        if !self.empty {
            self.put(b".");
        }
        self.empty = false;
        self.put(label);
    }

    fn bits(&mut self, bits: u8, label: &[u8]) {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        self.label(b"\\[x");
        for byte in label {
            for nibble in [byte >> 4, byte & 15] {
                self.put(DIGITS.get(usize::from(nibble)..usize::from(nibble) + 1).unwrap_or_default());
            }
        }
        let count = if bits == 0 { 256 } else { u16::from(bits) };
        self.put(b"/");
        for (power, shown) in [(100, count >= 100), (10, count >= 10), (1, true)] {
            if shown {
                self.put(&[b'0' + (count / power % 10) as u8]);
            }
        }
        self.put(b"]");
    }

    fn put(&mut self, bytes: &[u8]) {
        if self.text.len() + bytes.len() > LONGEST {
            self.overflow = true;
        } else {
            self.text.extend_from_slice(bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(message: &[u8], start: usize) -> Result<(String, usize), Stop> {
        decode(message, 100, start).map(|name| (String::from_utf8_lossy(name.text()).into_owned(), name.wire))
    }

    #[test]
    fn names_end_at_a_zero_or_behind_their_first_pointer() {
        let message = b"\x03www\x07example\x00\x04mail\xc0\x04\x00";
        for (start, name, wire) in
            [(0, "www.example", 13), (13, "mail.example", 7), (4, "example", 9), (18, "example", 2), (20, "<Root>", 1)]
        {
            assert_eq!(read(message, start), Ok((name.to_owned(), wire)));
        }
    }

    #[test]
    fn pointers_that_lead_in_circles_are_named() {
        for (message, wire) in [(&b"\xc0\x00"[..], 2), (b"\x01a\xc0\x00", 4), (b"\xc0\x02\xc0\x00", 2)] {
            assert_eq!(read(message, 0), Ok((LOOPS.to_owned(), wire)));
        }
    }

    #[test]
    fn names_are_at_most_as_long_as_the_protocol_allows() {
        let name = |last: usize| {
            let labels = [61, 61, 61, 61, last].into_iter();
            let mut name: Vec<u8> = labels
                .flat_map(|length| std::iter::once(length as u8).chain(std::iter::repeat_n(b'x', length)))
                .collect();
            name.push(0);
            name
        };
        assert_eq!(decode(&name(5), 0, 0).map(|name| (name.text().len(), name.wire)), Ok((LONGEST, 255)));
        assert_eq!(read(&name(6), 0), Ok((TOO_LONG.to_owned(), 256)));
    }

    #[test]
    fn what_is_missing_is_said_with_its_place() {
        assert_eq!(read(b"\x03ww", 0), Err(Stop::Short { needed: 3, at: 101 }));
        assert_eq!(read(b"\xc0\x20\0\0", 0), Err(Stop::Short { needed: 1, at: 132 }));
        assert!(matches!(read(b"\x80", 0), Err(Stop::Malformed(_))));
    }

    #[test]
    fn labels_of_bits_are_written_as_zone_files_write_them() {
        assert_eq!(read(b"\x41\x0c\xab\xc0\x01x\x00", 0), Ok(("\\[xabc0/12].x".to_owned(), 7)));
        assert_eq!(read(b"\x42", 0), Ok((UNKNOWN_LABEL.to_owned(), 1)));
    }
}
