//! What an element begins with: its tag (ITU-T X.690, section 8.1.2) and its length (section 8.1.3).

use crate::dissect::{Layer, Stop};
use crate::streams::Measure;

/// What an element is: its class in the two highest bits of a byte, and its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::protocols) struct Tag(pub(in crate::protocols) u8, pub(in crate::protocols) u32);

/// A tag that ASN.1 itself gives to a type.
pub(in crate::protocols) const fn universal(number: u32) -> Tag {
    Tag(0x00, number)
}

/// A tag that means the same in all of a protocol.
pub(in crate::protocols) const fn application(number: u32) -> Tag {
    Tag(0x40, number)
}

/// A tag that means something where it stands only.
pub(in crate::protocols) const fn context(number: u32) -> Tag {
    Tag(0x80, number)
}

pub(in crate::protocols) const INTEGER: Tag = universal(2);
pub(in crate::protocols) const OCTET_STRING: Tag = universal(4);
pub(in crate::protocols) const NULL: Tag = universal(5);
pub(in crate::protocols) const OBJECT_IDENTIFIER: Tag = universal(6);
pub(in crate::protocols) const SEQUENCE: Tag = universal(16);

/// The identifier and length octets of an element (X.690, section 8.1).
pub(super) struct ElementHeader {
    pub(super) tag: Tag,
    pub(super) constructed: bool,
    /// Bytes of both.
    pub(super) bytes: usize,
    /// Bytes of the content, where the length is definite.
    pub(super) length: Option<usize>,
}

/// Why no header could be read.
enum Flaw {
    /// So many bytes are too few.
    Ends(usize),
    Malformed(&'static str),
}

impl ElementHeader {
    /// Reads the header that bytes begin with.
    fn read(bytes: &[u8]) -> Result<ElementHeader, Flaw> {
        let mut at = 0;
        let mut byte = || {
            let byte = bytes.get(at).copied().ok_or(Flaw::Ends(at));
            at += 1;
            byte
        };
        let first = byte()?;
        let constructed = first & 0x20 != 0;
        let mut number = u32::from(first & 0x1f);
        if number == 0x1f {
            number = 0;
            loop {
                let part = byte()?;
                if number >> 25 != 0 {
                    return Err(Flaw::Malformed("a tag has a higher number than any type needs"));
                }
                number = number << 7 | u32::from(part & 0x7f);
                if part & 0x80 == 0 {
                    break;
                }
            }
        }
        let length = match byte()? {
            short @ ..=0x7f => Some(usize::from(short)),
            0x80 if constructed => None,
            0x80 => return Err(Flaw::Malformed("a content that is no elements has no length")),
            long @ 0x81..=0x84 => Some((0..long & 0x7f).try_fold(0, |sum, _| Ok(sum << 8 | usize::from(byte()?)))?),
            _ => return Err(Flaw::Malformed("a length has more bytes than any length needs")),
        };
        Ok(ElementHeader { tag: Tag(first & 0xc0, number), constructed, bytes: at, length })
    }

    /// Reads the header at an offset.
    pub(super) fn at(l: &Layer<'_, '_>, start: usize) -> Result<ElementHeader, Stop> {
        ElementHeader::read(l.slice(start, l.end())).map_err(|flaw| match flaw {
            Flaw::Ends(bytes) => Stop::Short { needed: 1, at: start + bytes },
            Flaw::Malformed(reason) => Stop::Malformed(reason),
        })
    }
}

/// How long the element is that begins a stream's bytes.
pub(in crate::protocols) fn length(bytes: &[u8]) -> Measure {
    match ElementHeader::read(bytes) {
        Ok(header) => {
            header.length.map_or(Measure::Unframed, |length| Measure::Whole(length.saturating_add(header.bytes)))
        }
        Err(Flaw::Ends(_)) => Measure::More,
        Err(Flaw::Malformed(_)) => Measure::Unframed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_of_an_element_stands_behind_its_tag() {
        for (bytes, length) in [
            (&[0x30, 3][..], Measure::Whole(5)),
            (&[0x30, 0x82, 1, 4], Measure::Whole(264)),
            (&[0x30, 0x82, 1], Measure::More),
            (&[0x7f, 0x81, 0x01, 2], Measure::Whole(6)),
            (&[0x7f, 0x81], Measure::More),
            (&[0x7f, 0xff, 0xff, 0xff, 0xff, 0xff], Measure::Unframed),
            (&[0x30, 0x80], Measure::Unframed),
            (&[0x04, 0x80], Measure::Unframed),
            (&[0x30, 0x85], Measure::Unframed),
        ] {
            assert_eq!(super::length(bytes), length, "{bytes:?}");
        }
    }
}
