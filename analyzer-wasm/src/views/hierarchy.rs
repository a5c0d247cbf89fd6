//! Which protocols stand on which, as a tree.

use crate::dissect::Found;
use crate::field::{FieldId, FieldSet, Kind};
use crate::protocols;
use crate::protocols::pseudo::{malformed, pair};
use crate::protocols::transport::tcp;

/// The tree of protocols: each line of a packet's tree stands below the line before it.
#[derive(Debug, Default)]
pub struct Hierarchy {
    /// The first is the root, which is no protocol.
    branches: Vec<Branch>,
}

/// A protocol at its place in the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HierarchyRow {
    /// How many protocols it stands on.
    pub depth: u32,
    /// Its line in the tree of packets.
    pub field: FieldId,
    /// In how many packets it stands there; more than once in one counts as often.
    pub packets: u64,
    /// Bytes of these packets, on the wire.
    pub bytes: u64,
}

#[derive(Debug)]
struct Branch {
    line: HierarchyRow,
    inner: Vec<usize>,
}

/// The fields that a packet is to be dissected with.
pub fn wanted() -> FieldSet {
    let lines = (0..).zip(protocols::standard().fields()).filter(|(_, field)| field.kind == Kind::Protocol);
    FieldSet::of(lines.map(|(id, _)| FieldId(id)).chain([tcp::SEGMENTS]))
}

impl Hierarchy {
    /// Counts a packet that was dissected with the [`wanted`] fields.
    pub fn count(&mut self, found: &Found, length: u32) {
        let mut at = 0;
        // What is told of pairs is no protocol of the packet.
        let pairs = pair::SELF;
        // What is wrong and does not stop the reading is a remark of its layer.
        let malformed = malformed::SELF;
        // A message that several segments carried: its list of segments stands behind its protocols.
        let mut segments: Option<u8> = None;
        for node in &found.nodes {
            let kind = protocols::field(node.field).kind;
            if node.field == tcp::SEGMENTS {
                segments = Some(node.source);
            // The first layer is the frame, which all packets have.
            } else if node.depth == 0
                && kind == Kind::Protocol
                && node.layer != 0
                && node.field != pairs
                && (node.field != malformed || node.generated)
            {
                if segments == Some(node.source) {
                    segments = None;
                    at = self.step(at, tcp::SEGMENTS, length);
                }
                at = self.step(at, node.field, length);
            }
        }
        if segments.is_some() {
            self.step(at, tcp::SEGMENTS, length);
        }
    }

    /// Counts the packet in the protocol that stands on the one at `outer`; returns where it stands.
    fn step(&mut self, outer: usize, field: FieldId, length: u32) -> usize {
        if self.branches.is_empty() {
            let line = HierarchyRow { depth: 0, field: FieldId(0), packets: 0, bytes: 0 };
            self.branches.push(Branch { line, inner: Vec::new() });
        }
        let next = self.branches.len();
        let Some(branch) = self.branches.get_mut(outer) else { return outer };
        let depth = branch.line.depth + u32::from(outer != 0);
        let known = branch.inner.clone();
        let found = known.into_iter().find(|inner| self.branches.get(*inner).is_some_and(|it| it.line.field == field));
        let place = found.unwrap_or(next);
        if found.is_none() {
            if let Some(branch) = self.branches.get_mut(outer) {
                branch.inner.push(next);
            }
            self.branches.push(Branch { line: HierarchyRow { depth, field, packets: 0, bytes: 0 }, inner: Vec::new() });
        }
        if let Some(branch) = self.branches.get_mut(place) {
            branch.line.packets += 1;
            branch.line.bytes += u64::from(length);
        }
        place
    }

    /// The protocols, each before those that stand on it, in order of appearance.
    pub fn lines(&self) -> Vec<HierarchyRow> {
        let inner = |place: usize| self.branches.get(place).map(|branch| branch.inner.as_slice()).unwrap_or_default();
        let mut lines = Vec::new();
        let mut waiting: Vec<usize> = inner(0).iter().rev().copied().collect();
        while let Some(place) = waiting.pop() {
            lines.extend(self.branches.get(place).map(|branch| branch.line));
            waiting.extend(inner(place).iter().rev());
        }
        lines
    }
}
