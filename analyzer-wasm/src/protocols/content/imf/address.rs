//! Addresses of people (RFC 5322, section 3.4).

use super::{ADDRESS, DISPLAY_NAME, MAILBOX_ITEM};
use crate::dissect::Layer;
use crate::field::FieldId;
use crate::protocols::lines;
use crate::value::Value;
use memchr::{memchr, memchr2};

/// Notes the parts of a list, whose text was noted last under `field`, and which goes on to `end`. Each becomes an `item`.
pub(super) fn list(l: &mut Layer<'_, '_>, field: FieldId, (text, start, end): (&[u8], usize, usize), item: FieldId) {
    let list = l.slice(start, end);
    let count = list.split(|byte| *byte == b',').count();
    let title = l.protocols().field(field).title;
    l.label(|| format!("{title}: {}, {count} item{}", lines::shown(text), if count == 1 { "" } else { "s" }));
    l.below(|l| {
        let mut at = start;
        for part in list.split(|byte| *byte == b',') {
            let end = at + part.len();
            l.note(item, at, end, Value::Bytes);
            l.below(|l| match memchr2(b':', b'<', part) {
                Some(colon) if item != MAILBOX_ITEM && part.get(colon) == Some(&b':') => group(l, at, colon, end),
                _ => mailbox(l, at, end),
            });
            at = end + 1;
        }
    });
}

/// A name for several people.
fn group(l: &mut Layer<'_, '_>, start: usize, colon: usize, end: usize) {
    let (name, members) = (l.slice(start, start + colon), l.slice(start + colon + 1, end));
    let at = start + colon - name.trim_ascii_start().len();
    l.note(DISPLAY_NAME, at, start + colon, Value::Bytes);
    let from = end - members.trim_ascii_start().len();
    if from < end {
        list(l, DISPLAY_NAME, (name, from, end), MAILBOX_ITEM);
    }
}

/// A name and an address, or an address alone.
pub(super) fn mailbox(l: &mut Layer<'_, '_>, start: usize, end: usize) {
    let text = l.slice(start, end);
    let Some(open) = memchr(b'<', text) else {
        return l.note(ADDRESS, start, end, Value::Bytes);
    };
    let (name, behind) = text.split_at_checked(open).unwrap_or_default();
    let at = start + open - name.trim_ascii_start().len();
    let name = name.trim_ascii();
    if !name.is_empty() {
        l.note(DISPLAY_NAME, at, at + name.len(), Value::Bytes);
    }
    if let Some(close) = memchr(b'>', behind) {
        l.note(ADDRESS, start + open + 1, start + open + close, Value::Bytes);
    }
}
