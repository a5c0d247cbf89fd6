//! Elements: a tag, a length and a content (ITU-T X.690, section 8.1).

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

/// Where an element is, from the data source's start.
#[derive(Debug, Clone, Copy)]
pub(in crate::protocols) struct Element {
    pub(in crate::protocols) tag: Tag,
    /// Whether its content is elements.
    pub(in crate::protocols) constructed: bool,
    /// Its tag's first byte.
    pub(in crate::protocols) start: usize,
    /// Its content's first byte.
    pub(in crate::protocols) content: usize,
    /// The byte after its content.
    pub(in crate::protocols) end: usize,
    /// The byte after the element: behind the mark that ends a content whose length is not said before.
    pub(in crate::protocols) next: usize,
}

impl Element {
    /// Reads the tag and the length at an offset.
    pub(in crate::protocols) fn read(l: &Layer<'_, '_>, start: usize) -> Result<Element, Stop> {
        let Header { tag, constructed, bytes, length } = Header::at(l, start)?;
        let content = start + bytes;
        let (end, next) = match length {
            Some(length) => (content.saturating_add(length), content.saturating_add(length)),
            None => end_of_contents(l, content)?,
        };
        Ok(Element { tag, constructed, start, content, end, next })
    }

    /// Follows a way down from the element at the cursor: which of the elements inside it is next, from 0.
    pub(in crate::protocols) fn find(l: &Layer<'_, '_>, way: &[usize]) -> Result<Element, Stop> {
        let mut element = Element::read(l, l.at())?;
        for number in way {
            let mut at = element.content;
            for _ in 0..*number {
                at = Element::read(l, at)?.next;
            }
            element = Element::read(l, at)?;
        }
        Ok(element)
    }

    /// The content, as far as it was captured.
    pub(in crate::protocols) fn bytes<'p>(&self, l: &Layer<'p, '_>) -> &'p [u8] {
        l.slice(self.content, self.end)
    }

    /// Runs `inside` on the content only, then sets the cursor behind the element.
    pub(in crate::protocols) fn within<T>(
        &self,
        l: &mut Layer<'_, '_>,
        inside: impl FnOnce(&mut Layer<'_, '_>) -> Result<T, Stop>,
    ) -> Result<T, Stop> {
        l.seek(self.content)?;
        let result = l.within(self.end - self.content, inside)?;
        l.seek(self.next)?;
        Ok(result)
    }
}

/// Where a content ends whose length is not said before, and where the element does. Elements in it can be such, too.
fn end_of_contents(l: &Layer<'_, '_>, content: usize) -> Result<(usize, usize), Stop> {
    let (mut at, mut open) = (content, 1);
    loop {
        if l.slice(at, at + 2) == [0, 0] {
            open -= 1;
            if open == 0 {
                return Ok((at, at + 2));
            }
            at += 2;
            continue;
        }
        let header = Header::at(l, at)?;
        let content = at + header.bytes;
        match header.length {
            Some(length) => at = content.saturating_add(length),
            None => (at, open) = (content, open + 1),
        }
    }
}

/// Elements from the cursor to the layer's end.
pub(super) fn count(l: &Layer<'_, '_>) -> u64 {
    let (mut at, mut count) = (l.at(), 0);
    while at < l.end()
        && let Ok(element) = Element::read(l, at)
    {
        (at, count) = (element.next, count + 1);
    }
    count
}

/// A tag and a length.
struct Header {
    tag: Tag,
    constructed: bool,
    /// Bytes of both.
    bytes: usize,
    /// Bytes of the content, where that is said before.
    length: Option<usize>,
}

/// Why no header could be read.
enum Flaw {
    /// So many bytes are too few.
    Ends(usize),
    Malformed(&'static str),
}

impl Header {
    /// Reads the header that bytes begin with.
    fn read(bytes: &[u8]) -> Result<Header, Flaw> {
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
        Ok(Header { tag: Tag(first & 0xc0, number), constructed, bytes: at, length })
    }

    /// Reads the header at an offset.
    fn at(l: &Layer<'_, '_>, start: usize) -> Result<Header, Stop> {
        Header::read(l.slice(start, l.end())).map_err(|flaw| match flaw {
            Flaw::Ends(bytes) => Stop::Short { needed: 1, at: start + bytes },
            Flaw::Malformed(reason) => Stop::Malformed(reason),
        })
    }
}

/// How long the element is that begins a stream's bytes.
pub(in crate::protocols) fn length(bytes: &[u8]) -> Measure {
    match Header::read(bytes) {
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
