//! Basic and Distinguished Encoding Rules (ITU-T X.690): elements of a tag, a length and a content, read by tables that
//! describe types of ASN.1 (ITU-T X.680).

mod element;
mod header;

use crate::dissect::{Layer, Stop};
use crate::field::{FieldId, Kind};
use crate::protocols::object_identifier;
use crate::value::{Value, big_endian};
pub(super) use element::Element;
use element::count;
pub(super) use header::*;

/// A type, and the field that a value of it is.
#[derive(Clone, Copy)]
pub(super) struct Member {
    /// Nothing where the value has no line of its own: what is in it stands as deep as itself would.
    field: Option<FieldId>,
    /// The tag in place of the type's own (IMPLICIT).
    tag: Option<Tag>,
    kind: Type,
    then: Option<Reading>,
}

/// Reads a content, from its first byte to the layer's end.
pub(super) type Reading = fn(&mut Layer<'_, '_>) -> Result<(), Stop>;

/// A type of ASN.1.
#[derive(Clone, Copy)]
pub(super) enum Type {
    /// INTEGER; the field's kind says whether it has a sign.
    Integer,
    /// OCTET STRING; the field's kind says what its bytes are.
    Octets,
    /// OBJECT IDENTIFIER.
    Oid,
    /// SEQUENCE.
    Sequence(&'static [Member]),
    /// SEQUENCE OF, whose value is how many there are.
    SequenceOf(&'static Member),
    /// CHOICE, whose value is which it is.
    Choice(&'static [Member]),
}

/// How deep types may stand in each other; a type can contain itself.
const DEEPEST: usize = 48;

impl Member {
    /// A value of a type, which is a field.
    pub(super) const fn new(field: FieldId, kind: Type) -> Member {
        Member { field: Some(field), tag: None, kind, then: None }
    }

    /// A value of a type that has no line of its own.
    pub(super) const fn plain(kind: Type) -> Member {
        Member { field: None, tag: None, kind, then: None }
    }

    /// The value, with a tag in place of the type's own (IMPLICIT).
    pub(super) const fn tagged(mut self, tag: Tag) -> Member {
        self.tag = Some(tag);
        self
    }

    /// The value, whose content something reads once more: below its line, or in place of its type where it has none. The
    /// content of a CHOICE is the element that was chosen.
    pub(super) const fn then(mut self, reading: Reading) -> Member {
        self.then = Some(reading);
        self
    }

    fn takes(&self, tag: Tag) -> bool {
        match (self.tag, self.kind) {
            (Some(own), _) => own == tag,
            (None, Type::Integer) => tag == INTEGER,
            (None, Type::Octets) => tag == OCTET_STRING,
            (None, Type::Oid) => tag == OBJECT_IDENTIFIER,
            (None, Type::Sequence(_) | Type::SequenceOf(_)) => tag == SEQUENCE,
            (None, Type::Choice(alternatives)) => alternatives.iter().any(|member| member.takes(tag)),
        }
    }

    /// Reads the element at the cursor as a value of this type.
    pub(super) fn read(&self, l: &mut Layer<'_, '_>) -> Result<(), Stop> {
        self.read_below(l, 0)
    }

    fn read_below(&self, l: &mut Layer<'_, '_>, depth: usize) -> Result<(), Stop> {
        if depth > DEEPEST {
            return Err(Stop::Malformed("types stand in each other deeper than any protocol needs"));
        }
        let element = Element::read(l, l.at())?;
        if !self.takes(element.tag) {
            return Err(Stop::Malformed("an element has another tag than what stands in its place"));
        }
        if let Type::Choice(alternatives) = self.kind {
            let chosen = alternatives.iter().zip(0..).find(|(member, _)| member.takes(element.tag));
            let Some((member, number)) = chosen else {
                return Err(Stop::Malformed("an element has another tag than what stands in its place"));
            };
            self.note(l, element.start, element.next, Value::Uint(number));
            return self.below(l, |l| {
                member.read_below(l, depth + 1)?;
                let Some(reading) = self.then else { return Ok(()) };
                l.seek(element.start)?;
                l.within(element.next - element.start, reading)?;
                l.seek(element.next)
            });
        }
        element.within(l, |l| self.content(l, &element, depth))
    }

    /// Reads the content of an element.
    fn content(&self, l: &mut Layer<'_, '_>, element: &Element, depth: usize) -> Result<(), Stop> {
        let (start, end) = (element.content, element.end);
        if !element.constructed && end > l.end() {
            return Err(Stop::Short { needed: end - start, at: start });
        }
        match self.kind {
            Type::Integer => self.note(l, start, end, integer(self.kind_of_field(l), l.rest())),
            Type::Octets => self.note(l, start, end, octets(self.kind_of_field(l), l.rest())),
            Type::Oid => self.field.into_iter().for_each(|field| note_oid(l, field)),
            Type::Sequence(members) => {
                // Without its own tag it begins where the tag in its place has its content.
                self.note(l, if self.tag.is_some() { start } else { element.start }, element.next, Value::None);
                self.below(l, |l| members.iter().try_for_each(|member| member.read_below(l, depth + 1)))?;
            }
            Type::SequenceOf(member) => {
                let count = if self.field.is_some_and(|field| l.wants(field)) { count(l) } else { 0 };
                self.note(l, start, end, Value::Uint(count));
                if let Some(title) = self.field.map(|field| l.protocols().field(field).title) {
                    l.label(|| format!("{title}: {count} item{}", if count == 1 { "" } else { "s" }));
                }
                self.below(l, |l| {
                    while l.left_on_wire() > 0 {
                        member.read_below(l, depth + 1)?;
                    }
                    Ok(())
                })?;
            }
            Type::Choice(_) => {}
        }
        let Some(reading) = self.then else { return Ok(()) };
        l.seek(start)?;
        self.below(l, reading)
    }

    fn kind_of_field(&self, l: &Layer<'_, '_>) -> Kind {
        self.field.map_or(Kind::None, |field| l.protocols().field(field).kind)
    }

    fn note(&self, l: &mut Layer<'_, '_>, start: usize, end: usize, value: Value) {
        if let Some(field) = self.field {
            l.note(field, start, end, value);
        }
    }

    fn below(
        &self,
        l: &mut Layer<'_, '_>,
        inside: impl FnOnce(&mut Layer<'_, '_>) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        if self.field.is_some() { l.below(inside) } else { inside(l) }
    }
}

/// The content of an INTEGER: most significant byte first, in two's complement.
pub(super) fn integer(kind: Kind, content: &[u8]) -> Value {
    let unsigned = big_endian(content.get(content.len().saturating_sub(8)..).unwrap_or_default());
    match kind {
        Kind::Int(_) => {
            let unused = 64 - 8 * content.len().min(8) as u32;
            Value::Int(if content.is_empty() { 0 } else { ((unsigned << unused) as i64) >> unused })
        }
        _ => Value::Uint(unsigned),
    }
}

/// The content of an OCTET STRING.
fn octets(kind: Kind, content: &[u8]) -> Value {
    match kind {
        Kind::Ipv4 if content.len() == 4 => Value::Uint(big_endian(content)),
        _ => Value::Bytes,
    }
}

/// Notes the object identifier that is the content from the cursor on.
pub(super) fn note_oid(l: &mut Layer<'_, '_>, field: FieldId) {
    l.note(field, l.at(), l.end(), Value::Bytes);
    if l.wants_labels() {
        let (title, dotted) = (l.protocols().field(field).title, object_identifier::dotted(l.rest()));
        l.label(|| format!("{title}: {}", object_identifier::described(&dotted)));
    }
}

#[cfg(test)]
mod tests;
