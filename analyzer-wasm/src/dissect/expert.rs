//! The lines of expert infos: each field that stands for one gets a line that sums it up, and below that stand its words,
//! how grave it is, and of which kind.

use super::{ExpertFields, Found, Node, Protocols};
use crate::field::{Expert, FieldId, FieldSet};
use crate::value::Value;

/// Bytes of what an expert info says; more are left out.
const MOST_WORDS: usize = 239;

/// Adds the lines of all expert infos of a packet, as far as they are wanted.
#[inline]
pub(super) fn describe(wanted: &FieldSet, found: &mut Found) {
    let Some(fields) = found.protocols().special.expert else { return };
    let wants = |field: FieldId| wanted.contains(field);
    if [fields.line, fields.message, fields.severity, fields.group].into_iter().any(wants) {
        describe_all(wanted, fields, found);
    }
}

#[inline(never)]
fn describe_all(wanted: &FieldSet, fields: ExpertFields, found: &mut Found) {
    let protocols = found.protocols();
    let is_expert = |node: &Node| expert(protocols, node).is_some();
    if !found.nodes.iter().any(is_expert) {
        return;
    }
    let mut before = std::mem::take(&mut found.replaced);
    std::mem::swap(&mut before, &mut found.nodes);
    found.nodes.clear();
    for node in &before {
        match expert(protocols, node) {
            Some(expert) => describe_one(wanted, fields, expert, *node, found),
            None => found.nodes.push(*node),
        }
    }
    // Layers begin in the order of their nodes.
    let (mut rest, mut at, mut added) = (before.iter(), 0, 0);
    let each = (found.nodes.len() - before.len()) / before.iter().filter(|node| is_expert(node)).count().max(1);
    for span in &mut found.layers {
        while at < span.first {
            if rest.next().is_some_and(is_expert) {
                added += each as u32;
            }
            at += 1;
        }
        span.first += added;
    }
    found.replaced = before;
}

/// The expert info that a node stands for. A number makes a line of the same name, which stands for itself.
fn expert(protocols: &Protocols, node: &Node) -> Option<Expert> {
    protocols.field(node.field).expert.filter(|_| !matches!(node.value, Value::Uint(_)))
}

fn describe_one(wanted: &FieldSet, fields: ExpertFields, expert: Expert, node: Node, found: &mut Found) {
    let words = words(found, &node);
    let Expert { severity, group } = expert;
    // They stand on no bytes: those are the field's own.
    let line = Node { field: fields.line, generated: true, end: node.start, label: 0, value: Value::None, ..node };
    let below = Node { depth: node.depth.saturating_add(1), ..line };
    if wanted.contains(fields.line) {
        let mut label = 0;
        if wanted.has_labels() {
            let text = format!("Expert Info ({severity:?}/{group:?}): {}", String::from_utf8_lossy(found.kept(words)));
            label = found.keep_label(text.as_bytes());
        }
        found.nodes.push(Node { label, ..line });
    }
    found.nodes.push(Node { depth: below.depth, ..node });
    // The words are texts of the tree: where those are not wanted, nobody asks for these.
    if wanted.has_labels() && wanted.contains(fields.message) {
        found.nodes.push(Node { field: fields.message, value: words, ..below });
    }
    if wanted.contains(fields.severity) {
        found.nodes.push(Node { field: fields.severity, value: Value::Uint(severity as u64), ..below });
    }
    if wanted.contains(fields.group) {
        found.nodes.push(Node { field: fields.group, value: Value::Uint(group as u64), ..below });
    }
}

/// What an expert info says: its field's own text in the tree without brackets, else the field's title.
fn words(found: &mut Found, node: &Node) -> Value {
    let label = (node.label as usize).checked_sub(1).and_then(|label| found.labels.get(label)).copied();
    let Some((mut start, mut length)) = label else {
        let title = found.protocols().field(node.field).title;
        return found.keep(title.as_bytes());
    };
    let text = found.kept(Value::Text(start, length));
    if text.first() == Some(&b'[') && text.last() == Some(&b']') {
        (start, length) = (start + 1, length.saturating_sub(2));
    }
    let text = found.kept(Value::Text(start, length));
    let cut = std::str::from_utf8(text).map_or(MOST_WORDS, |text| text.floor_char_boundary(MOST_WORDS));
    Value::Text(start, length.min(cut as u32))
}
