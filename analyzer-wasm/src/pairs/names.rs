//! Names, each kept once: lookups and connections hold numbers, and whether two names are the same is one comparison.

use crate::numbered::Numbered;
use crate::pace::Pace;
use std::borrow::Cow;

/// A name's number. Names that differ in case only, or by a dot at the end, have different numbers and the same
/// [`Names::folded`] one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct NameId(u32);

/// All names of a capture.
#[derive(Debug)]
pub(crate) struct Names {
    /// Each with the same name in lower case and without a dot at the end.
    known: Numbered<Box<[u8]>, NameId>,
}

impl NameId {
    /// No name.
    pub(crate) const NONE: NameId = NameId(0);

    /// Its place among all names.
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }

    /// Whether there is a name.
    pub(crate) fn is_some(self) -> bool {
        self != NameId::NONE
    }
}

impl Default for Names {
    fn default() -> Names {
        let mut known = Numbered::default();
        known.number(Box::from(*b""), || NameId::NONE);
        Names { known }
    }
}

impl Names {
    /// Frees them in steps.
    pub(crate) async fn free(self, pace: &Pace) {
        self.known.free(pace).await;
    }

    /// The number of a name, which is kept if it is new.
    pub(crate) fn number(&mut self, name: &[u8]) -> NameId {
        if let Some(number) = self.known.find(name) {
            return NameId(number);
        }
        let number = NameId(self.known.len() as u32);
        self.known.number(name.into(), || number);
        let plain = name.strip_suffix(b".").unwrap_or(name);
        if plain.len() != name.len() || plain.iter().any(u8::is_ascii_uppercase) {
            let folded = self.number(&plain.to_ascii_lowercase());
            if let Some(own) = self.known.get_mut(number.0) {
                *own = folded;
            }
        }
        number
    }

    /// The number of a name, where it is known.
    pub(crate) fn find(&self, name: &[u8]) -> Option<NameId> {
        self.known.find(name).map(NameId)
    }

    /// What is the same for all spellings of a name.
    pub(crate) fn folded(&self, name: NameId) -> NameId {
        self.known.get(name.0).map_or(name, |(_, folded)| *folded)
    }

    /// Whether two names are the same, whatever their case.
    pub(crate) fn same(&self, one: NameId, other: NameId) -> bool {
        one.is_some() && self.folded(one) == self.folded(other)
    }

    /// Whether a name is written so, but for its case.
    pub(crate) fn is(&self, name: NameId, written: &[u8]) -> bool {
        self.bytes(name).eq_ignore_ascii_case(written)
    }

    /// Every name in lower case, by [`NameId::index`].
    pub(crate) fn all_folded(&self) -> impl Iterator<Item = &[u8]> {
        self.known.iter().map(|(_, folded)| self.bytes(*folded))
    }

    /// A name as it was written.
    pub(crate) fn bytes(&self, name: NameId) -> &[u8] {
        self.known.get(name.0).map_or(&[], |(name, _)| name)
    }

    /// A name as text.
    pub(crate) fn text(&self, name: NameId) -> Cow<'_, str> {
        String::from_utf8_lossy(self.bytes(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_a_name_are_the_same_name() {
        let mut names = Names::default();
        let [asked, answered, other] =
            [&b"wWw.Example.com"[..], b"www.example.com.", b"example.com"].map(|n| names.number(n));
        assert_ne!(asked, answered);
        assert!(names.same(asked, answered));
        assert!(!names.same(asked, other));
        assert!(!names.same(NameId::NONE, NameId::NONE));
        assert_eq!(names.text(asked), "wWw.Example.com");
    }
}
