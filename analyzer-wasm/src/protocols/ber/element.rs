//! Elements: where they are, and what is in them (ITU-T X.690, section 8.1).

use super::header::{ElementHeader, Tag};
use crate::dissect::{Layer, Stop};

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
    /// The byte after the element: behind the mark that ends a content of indefinite length.
    pub(in crate::protocols) next: usize,
}

impl Element {
    /// Reads the tag and the length at an offset.
    pub(in crate::protocols) fn read(l: &Layer<'_, '_>, start: usize) -> Result<Element, Stop> {
        let ElementHeader { tag, constructed, bytes, length } = ElementHeader::at(l, start)?;
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

/// The end of a content of indefinite length, and the end of its element. Elements in it can be of indefinite length too.
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
        let header = ElementHeader::at(l, at)?;
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
