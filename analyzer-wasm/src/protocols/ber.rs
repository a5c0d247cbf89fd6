//! Basic and Distinguished Encoding Rules (ITU-T X.690): elements of a tag, a length and a content, read by tables that
//! describe types of ASN.1 (ITU-T X.680).

use crate::dissect::{Layer, Stop};
use crate::field::{FieldId, Kind};
use crate::protocols::object_identifier;
use crate::streams::Measure;
use crate::value::{Value, big_endian};

/// What an element is: its class in the two highest bits of a byte, and its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tag(pub(super) u8, pub(super) u32);

/// A tag that ASN.1 itself gives to a type.
pub(super) const fn universal(number: u32) -> Tag {
    Tag(0x00, number)
}

/// A tag that means the same in all of a protocol.
pub(super) const fn application(number: u32) -> Tag {
    Tag(0x40, number)
}

/// A tag that means something where it stands only.
pub(super) const fn context(number: u32) -> Tag {
    Tag(0x80, number)
}

pub(super) const INTEGER: Tag = universal(2);
pub(super) const OCTET_STRING: Tag = universal(4);
pub(super) const NULL: Tag = universal(5);
pub(super) const OBJECT_IDENTIFIER: Tag = universal(6);
pub(super) const SEQUENCE: Tag = universal(16);

/// Where an element is, from the data source's start.
#[derive(Debug, Clone, Copy)]
pub(super) struct Element {
    pub(super) tag: Tag,
    /// Whether its content is elements.
    pub(super) constructed: bool,
    /// Its tag's first byte.
    pub(super) start: usize,
    /// Its content's first byte.
    pub(super) content: usize,
    /// The byte after its content.
    pub(super) end: usize,
    /// The byte after the element: behind the mark that ends a content whose length is not said before.
    pub(super) next: usize,
}

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

/// Reads a content, from the cursor to the layer's end.
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

    /// The value, of whose content something reads more: below its line, or in place of its type where it has none.
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
            return self.below(l, |l| member.read_below(l, depth + 1));
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
                return self.below(l, |l| {
                    while l.left_on_wire() > 0 {
                        member.read_below(l, depth + 1)?;
                    }
                    Ok(())
                });
            }
            Type::Choice(_) => {}
        }
        match self.then {
            Some(reading) => self.below(l, reading),
            None => Ok(()),
        }
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

impl Element {
    /// Reads the tag and the length at an offset.
    pub(super) fn read(l: &Layer<'_, '_>, start: usize) -> Result<Element, Stop> {
        let (tag, constructed, content, length) = header(l, start)?;
        let (end, next) = match length {
            Some(length) => (content.saturating_add(length), content.saturating_add(length)),
            None => end_of_contents(l, content)?,
        };
        Ok(Element { tag, constructed, start, content, end, next })
    }

    /// Follows a way down from the element at the cursor: which of the elements inside it is next, from 0.
    pub(super) fn find(l: &Layer<'_, '_>, way: &[usize]) -> Result<Element, Stop> {
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
    pub(super) fn bytes<'p>(&self, l: &Layer<'p, '_>) -> &'p [u8] {
        l.slice(self.content, self.end)
    }

    /// Runs `inside` on the content only, then sets the cursor behind the element.
    pub(super) fn within<T>(
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

/// Reads a tag, whether elements are in it, where its content begins, and how long that is, where it is said before.
fn header(l: &Layer<'_, '_>, start: usize) -> Result<(Tag, bool, usize, Option<usize>), Stop> {
    let mut at = start;
    let mut byte = || {
        let byte = l.slice(at, at + 1).first().copied().ok_or(Stop::Short { needed: 1, at });
        at += 1;
        byte
    };
    let first = byte()?;
    let mut number = u32::from(first & 0x1f);
    if number == 0x1f {
        number = 0;
        loop {
            let part = byte()?;
            number = number << 7 | u32::from(part & 0x7f);
            if part & 0x80 == 0 {
                break;
            }
        }
    }
    let constructed = first & 0x20 != 0;
    let length = match byte()? {
        short @ ..=0x7f => Some(usize::from(short)),
        0x80 if constructed => None,
        0x80 => return Err(Stop::Malformed("a content that is no elements has no length")),
        long @ 0x81..=0x84 => Some((0..long & 0x7f).try_fold(0, |sum, _| Ok(sum << 8 | usize::from(byte()?)))?),
        _ => return Err(Stop::Malformed("a length has more bytes than any length needs")),
    };
    Ok((Tag(first & 0xc0, number), constructed, at, length))
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
        let (_, _, content, length) = header(l, at)?;
        match length {
            Some(length) => at = content.saturating_add(length),
            None => (at, open) = (content, open + 1),
        }
    }
}

/// Elements from the cursor to the layer's end.
fn count(l: &Layer<'_, '_>) -> u64 {
    let (mut at, mut count) = (l.at(), 0);
    while at < l.end()
        && let Ok(element) = Element::read(l, at)
    {
        (at, count) = (element.next, count + 1);
    }
    count
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

/// How long the element is that begins a stream's bytes.
pub(super) fn length(bytes: &[u8]) -> Measure {
    match bytes {
        [_, short @ ..=0x7f, ..] => Measure::Whole(2 + usize::from(*short)),
        [_, long @ 0x81..=0x84, ..] => {
            let digits = usize::from(long & 0x7f);
            let length = bytes.get(2..2 + digits).map(|length| big_endian(length) as usize);
            length.map_or(Measure::More, |length| Measure::Whole(length.saturating_add(2 + digits)))
        }
        [] | [_] => Measure::More,
        _ => Measure::Unframed,
    }
}
