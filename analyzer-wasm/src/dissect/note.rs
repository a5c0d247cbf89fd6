//! What is noted below a layer: values that are not simply the next bytes, subtrees, texts of the tree.

use super::{Layer, Line, Node, Stop};
use crate::field::{FieldId, Kind};
use crate::value::Value;
use std::num::NonZeroU32;

/// The place of a node that is noted next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark(pub(super) usize);

impl Mark {
    /// The place behind it.
    pub fn behind(self) -> Mark {
        Mark(self.0 + 1)
    }
}

impl Layer<'_, '_> {
    // Noting values that are not simply the next bytes.

    /// Notes a value at any bytes.
    #[inline]
    pub fn note(&mut self, field: FieldId, start: usize, end: usize, value: Value) {
        if self.walk.wanted.contains(field) {
            self.push(field, start, end, value, false);
        }
    }

    /// Notes an integer at `width` bytes from `start`, masked by the field's mask.
    #[inline]
    pub fn note_uint(&mut self, field: FieldId, start: usize, width: usize, raw: u64) {
        // Most fields are not wanted by most walks: that much is decided where they are read.
        if self.walk.wanted.contains(field) {
            self.push_uint(field, start, width, raw);
        }
    }

    #[inline(never)]
    pub(super) fn push_uint(&mut self, field: FieldId, start: usize, width: usize, raw: u64) {
        let row = self.protocols().field(field);
        let value = row.masked(raw);
        let value = match row.kind {
            Kind::Int(bits) if row.mask == 0 => {
                let unused = 64 - u32::from(bits.clamp(1, 64));
                Value::Int(((value << unused) as i64) >> unused)
            }
            Kind::Bool(_) => Value::Uint(u64::from(value != 0)),
            _ => Value::Uint(value),
        };
        self.push(field, start, start + width, value, false);
    }

    /// Notes text that does not stand literally in the bytes.
    #[inline]
    pub fn note_text(&mut self, field: FieldId, start: usize, end: usize, text: &[u8]) {
        if self.walk.wanted.contains(field) {
            let value = self.walk.found.keep(text);
            self.push(field, start, end, value, false);
        }
    }

    /// Notes bytes as text of a protocol whose characters are those of ASCII: any other byte is a character that nobody
    /// knows. A zero byte ends such a text.
    pub fn note_ascii(&mut self, field: FieldId, start: usize, end: usize) {
        let bytes = self.slice(start, end);
        if bytes.is_ascii() {
            return self.note(field, start, end, Value::Bytes);
        }
        let character = |byte: &u8| if byte.is_ascii() { char::from(*byte) } else { char::REPLACEMENT_CHARACTER };
        if self.walk.wanted.contains(field) {
            let text: String = bytes.iter().take_while(|byte| **byte != 0).map(character).collect();
            self.note_text(field, start, end, text.as_bytes());
        }
    }

    /// Notes what was found out rather than read.
    #[inline]
    pub fn generated(&mut self, field: FieldId, value: Value) {
        if self.walk.wanted.contains(field) {
            self.push(field, self.start, self.start, value, true);
        }
    }

    /// Notes what was found out about the bytes that end at `at`.
    #[inline]
    pub fn generated_at(&mut self, field: FieldId, at: usize, value: Value) {
        if self.walk.wanted.contains(field) {
            self.push(field, at, at, value, true);
        }
    }

    /// Notes below the node that was noted last what is odd about it, in words, under a field that filters can ask for.
    #[inline]
    pub fn remark(&mut self, field: FieldId, at: usize, text: impl FnOnce() -> String) {
        if self.wants(field) {
            self.below(|l| l.push(field, at, at, Value::None, true));
            self.label(text);
        }
    }

    /// Notes the time since an earlier packet.
    #[inline]
    pub fn generated_since(&mut self, field: FieldId, frame: u32) {
        if self.walk.wanted.contains(field) {
            let (seconds, nanoseconds) = self.walk.memory.since(frame);
            self.push(field, self.start, self.start, Value::Time(seconds, nanoseconds), true);
        }
    }

    /// Notes text that was found out rather than read.
    #[inline]
    pub fn generated_text(&mut self, field: FieldId, text: &[u8]) {
        if self.walk.wanted.contains(field) {
            let value = self.walk.found.keep(text);
            self.push(field, self.start, self.start, value, true);
        }
    }

    /// Notes text that was found out rather than read, at a place other than the layer's start.
    #[inline]
    pub fn generated_text_at(&mut self, field: FieldId, at: usize, text: &[u8]) {
        if self.walk.wanted.contains(field) {
            let value = self.walk.found.keep(text);
            self.push(field, at, at, value, true);
        }
    }

    /// Puts what `inside` notes one level deeper, below a node of this field that spans what `inside` reads.
    pub fn nest<T>(&mut self, field: FieldId, inside: impl FnOnce(&mut Self) -> Result<T, Stop>) -> Result<T, Stop> {
        let index = self.walk.found.nodes.len();
        let start = self.at;
        let noted = self.walk.wanted.contains(field);
        if noted {
            self.push(field, start, start, Value::Bytes, false);
        }
        let result = self.below(inside);
        if noted {
            let end = self.at;
            if let Some(node) = self.walk.found.nodes.get_mut(index) {
                node.end = end.max(start) as u32;
                node.start = start as u32;
            }
        }
        result
    }

    /// As [`Layer::nest`], with a text in the tree that `inside` writes as it reads. The field is one that is only present
    /// or absent, or [`crate::field::TEXT`]. What could not be read to its end spans the rest of the layer.
    pub fn branch<T>(
        &mut self,
        field: FieldId,
        inside: impl FnOnce(&mut Self, &mut Line) -> Result<T, Stop>,
    ) -> Result<T, Stop> {
        let (mark, start) = (self.mark(), self.at);
        let noted = self.walk.wanted.contains(field);
        let mut line = self.line();
        if noted {
            self.push(field, start, start, Value::None, false);
        }
        let result = self.below(|l| inside(l, &mut line));
        if noted {
            let end = if result.is_ok() { self.at.max(start) } else { self.end };
            if let Some(node) = self.walk.found.nodes.get_mut(mark.0) {
                node.end = end as u32;
            }
            if let Some(text) = line.written() {
                self.label_at(mark, || text);
            }
        }
        result
    }

    /// An empty line, for the text of a node that is known only behind it.
    pub fn line(&self) -> Line {
        Line::new(self.wants_labels())
    }

    /// Puts what `inside` notes one level deeper, below the node that was noted last.
    #[inline]
    pub fn below<T>(&mut self, inside: impl FnOnce(&mut Self) -> T) -> T {
        self.walk.depth += 1;
        let result = inside(self);
        self.walk.depth -= 1;
        result
    }

    /// Puts what `inside` notes beside the line of the protocol or part that the layer is.
    pub fn beside<T>(&mut self, inside: impl FnOnce(&mut Self) -> T) -> T {
        let depth = self.walk.depth;
        self.walk.depth = depth.saturating_sub(1);
        let result = inside(self);
        self.walk.depth = depth;
        result
    }

    /// Whether the layer is a part of the protocol before it, as an extension header is.
    pub fn is_part(&self) -> bool {
        self.walk.found.layers.get(usize::from(self.layer)).is_some_and(|span| span.part)
    }

    /// Gives the node that was noted last its own text in the tree. `text` runs only where such texts are wanted.
    #[inline]
    pub fn label(&mut self, text: impl FnOnce() -> String) {
        if self.wants_labels() && !self.walk.found.nodes.is_empty() {
            let last = self.walk.found.nodes.len() - 1;
            self.label_at(Mark(last), text);
        }
    }

    /// The next node's place, for [`Layer::label_at`].
    #[inline]
    pub fn mark(&self) -> Mark {
        Mark(self.walk.found.nodes.len())
    }

    /// Gives the node at `mark` its own text in the tree.
    #[inline]
    pub fn label_at(&mut self, mark: Mark, text: impl FnOnce() -> String) {
        if self.wants_labels() {
            let text = text();
            let found = &mut *self.walk.found;
            let label = found.keep_label(text.as_bytes());
            if let Some(node) = found.nodes.get_mut(mark.0) {
                node.label = label;
            }
        }
    }

    /// Leaves text for this layer's summary that no node carries. `text` runs only where every field is wanted.
    pub fn summarize(&mut self, text: impl FnOnce() -> Option<String>) {
        if self.walk.wanted.is_all()
            && let Some(text) = text()
        {
            let found = &mut *self.walk.found;
            let text = found.keep_label(text.as_bytes());
            if let Some(span) = found.layers.get_mut(usize::from(self.layer)) {
                span.summary = text;
            }
        }
    }

    /// The protocol's own line in the tree.
    #[inline]
    pub fn title(&mut self, text: impl FnOnce() -> String) {
        if let Some(span) = self.walk.found.layers.get(usize::from(self.layer)) {
            let mark = Mark(span.first as usize);
            self.label_at(mark, text);
        }
    }

    /// Ends the protocol's own line at the cursor and begins another there: where it was handed several packets, one
    /// behind the other.
    pub fn again(&mut self) {
        let (at, end, own) = (self.at, self.end, self.walk.found.layers.get(usize::from(self.layer)).copied());
        let Some(span) = own.filter(|span| self.walk.wanted.contains(self.protocols().own_field(span.protocol))) else {
            return;
        };
        if let Some(node) = self.walk.found.nodes.get_mut(span.line as usize) {
            node.end = at as u32;
        }
        let line = self.walk.found.nodes.len() as u32;
        self.walk.depth -= 1;
        self.push(self.protocols().own_field(span.protocol), at, end, Value::Bytes, false);
        self.walk.depth += 1;
        self.span_mut(|span| span.line = line);
    }

    /// Ends the protocol's own line before what it reads from here on.
    pub fn end_line(&mut self, at: usize) {
        self.span_mut(|span| span.line_end = NonZeroU32::new(at as u32));
    }

    /// Makes the protocol that this one is a part of reach up to the cursor.
    pub fn join(&mut self) {
        let (source, end) = (self.source, self.at as u32);
        let protocols = self.protocols();
        let found = &mut *self.walk.found;
        let before = found.layers.get(..usize::from(self.layer)).unwrap_or_default();
        let Some(whole) = before.iter().rev().find(|span| !span.part) else { return };
        let own = protocols.own_field(whole.protocol);
        if let Some(node) = found.nodes.get_mut(whole.first as usize)
            && node.field == own
            && node.source == source
        {
            node.end = node.end.max(end);
        }
    }

    /// Notes bytes that stand behind the payload (padding, trailers, check sequences), after the payload was run, among
    /// this layer's own nodes, and says where.
    pub fn note_behind_payload(&mut self, field: FieldId, start: usize, end: usize, value: Value) -> Mark {
        if !self.walk.wanted.contains(field) {
            return self.mark();
        }
        self.push(field, start, end, value, false);
        let found = &mut *self.walk.found;
        let place = found.layers.get(usize::from(self.layer) + 1).map_or(found.nodes.len(), |span| span.first as usize);
        if let Some(node) = found.nodes.pop() {
            found.nodes.insert(place.min(found.nodes.len()), node);
        }
        for span in found.layers.iter_mut().skip(usize::from(self.layer) + 1) {
            span.first += 1;
            span.line += 1;
        }
        Mark(place)
    }

    /// As [`Layer::note_behind_payload`], for text that does not stand literally in the bytes.
    pub fn note_text_behind_payload(&mut self, field: FieldId, start: usize, end: usize, text: &[u8]) {
        if self.walk.wanted.contains(field) {
            let value = self.walk.found.keep(text);
            self.note_behind_payload(field, start, end, value);
        }
    }

    /// A line of text without a filter name at these bytes.
    #[inline]
    pub fn text(&mut self, start: usize, end: usize, text: impl FnOnce() -> String) {
        if self.wants_labels() {
            self.push(crate::field::TEXT, start, end, Value::None, false);
            self.label(text);
        }
    }

    /// Puts every line of the text up to the layer's end into a line of the tree.
    pub fn text_lines(&mut self) {
        for line in self.rest().split_inclusive(|byte| *byte == b'\n') {
            let start = self.at;
            self.at += line.len();
            self.text(start, self.at, || {
                let mut text = String::new();
                crate::value::write_text(&mut text, line);
                text
            });
        }
    }

    pub(super) fn push(&mut self, field: FieldId, start: usize, end: usize, value: Value, generated: bool) {
        self.walk.found.nodes.push(Node {
            field,
            depth: self.walk.depth,
            layer: self.layer,
            source: self.source,
            generated,
            // A length can say more than was captured; a node never does.
            start: start.min(self.bytes.len()) as u32,
            end: end.min(self.bytes.len()) as u32,
            label: 0,
            value,
        });
    }
}
