//! Object identifiers: their numbers, and what the tree of all of them is called where it is known (ITU-T X.660).

mod names;

use crate::value::write_oid;
use names::NAMES;

/// The numbers with points between them, of the content of an OBJECT IDENTIFIER.
pub(super) fn dotted(content: &[u8]) -> String {
    let mut text = String::new();
    write_oid(&mut text, content);
    text
}

/// The identifier, with the name of as much as has one in place of its numbers: `iso.3.6.1`.
pub(super) fn named(dotted: &str) -> String {
    let mut known = dotted;
    loop {
        if let Some(name) = name(known) {
            return format!("{name}{}", dotted.get(known.len()..).unwrap_or_default());
        }
        match known.rsplit_once('.') {
            Some((before, _)) => known = before,
            None => return dotted.to_owned(),
        }
    }
}

/// As [`named`], where the name reaches as far as the tree of names does; otherwise nothing.
pub(super) fn known(dotted: &str) -> Option<String> {
    let mut known = dotted;
    while !begins(known) {
        known = known.rsplit_once('.')?.0;
    }
    name(known).map(|name| format!("{name}{}", dotted.get(known.len()..).unwrap_or_default()))
}

/// An identifier and its name, as the tree writes it.
pub(super) fn described(dotted: &str) -> String {
    format!("{dotted} ({})", named(dotted))
}

fn name(dotted: &str) -> Option<&'static str> {
    let place = NAMES.binary_search_by(|(numbers, _)| (*numbers).cmp(dotted)).ok()?;
    NAMES.get(place).map(|(_, name)| *name).filter(|name| !name.is_empty())
}

/// Whether a known identifier is this one, or begins with it.
fn begins(dotted: &str) -> bool {
    let from = NAMES.partition_point(|(numbers, _)| *numbers < dotted);
    let behind = NAMES.get(from..).unwrap_or_default().iter().take_while(|(numbers, _)| numbers.starts_with(dotted));
    behind
        .map(|(numbers, _)| numbers.get(dotted.len()..))
        .any(|rest| rest.is_none_or(|rest| rest.is_empty() || rest.starts_with('.')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_from_their_content() {
        for (content, text) in [
            (&[0x2b, 6, 1, 2, 1][..], "1.3.6.1.2.1"),
            (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d], "1.2.840.113549"),
            (&[0x88, 0x37, 3], "2.999.3"),
            (&[], "0"),
            (&[0x2b, 0x86], "1.3"),
        ] {
            assert_eq!(dotted(content), text);
        }
    }

    #[test]
    fn names_stand_for_the_numbers_that_have_one() {
        assert_eq!(described("1.3.6.1.2.1"), "1.3.6.1.2.1 (iso.3.6.1.2.1)");
        assert_eq!(known("1.3.6.1.2.1"), None);
        assert_eq!(known("2.5.4.3").as_deref(), Some("id-at-commonName"));
        assert_eq!(known("2.999.3").as_deref(), Some("joint-iso-itu-t.999.3"));
    }

    #[test]
    fn names_are_in_order_so_that_they_are_found() {
        assert!(NAMES.is_sorted_by(|(a, _), (b, _)| a < b));
    }
}
