//! What the index pass learned of packets, held against what is recalled for them afterwards.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use analyzer::capture::{Reader, Record};
use analyzer::conversations::Conversations;
use analyzer::dissect::{Found, Packet, Tables};
use analyzer::field::{FieldId, FieldSet};
use analyzer::index::{Index, Observer, Row};
use analyzer::open::Open;
use analyzer::protocols;
use anyhow::{Result, anyhow};

use crate::analysis::Bytes;

/// Bytes that are handed over at once.
const CHUNK: usize = 1 << 20;

/// How the nodes of a packet differ.
#[derive(Debug)]
pub struct Difference {
    /// The packet, from 1.
    pub frame: u32,
    /// The first node that differs as the index pass noted it; nothing where it has no such node.
    pub learned: Option<String>,
    /// The node in its place as it is recalled afterwards.
    pub recalled: Option<String>,
}

/// Keeps the nodes of some packets, and of all a hash.
struct Learned<'a> {
    kept: BTreeMap<u32, Vec<String>>,
    keep: &'a dyn Fn(u32) -> bool,
    hashes: Vec<u64>,
}

impl Observer for Learned<'_> {
    fn wanted(&self) -> Vec<FieldId> {
        Vec::new()
    }

    fn observe(&mut self, packet: &Packet<'_>, _: &Row, found: &Found, _: &Conversations) {
        let nodes = nodes(packet, found);
        self.hashes.push(hash(&nodes));
        if (self.keep)(packet.number) {
            self.kept.insert(packet.number, nodes);
        }
    }
}

/// Dissects every packet of a capture in the index pass and again alone, in an order by chance, and compares all nodes.
///
/// # Errors
/// The words with which the analyzer refuses the capture.
pub fn differences(name: &str, bytes: &[u8], seed: u64) -> Result<Vec<Difference>> {
    let hashes = learn(bytes, &|_| false)?.hashes;
    let open = open(name, bytes)?;
    let mut frames: Vec<u32> = (1..=open.packets()).collect();
    shuffle(&mut frames, seed);
    let wanted = FieldSet::all();
    let mut other = BTreeMap::new();
    for frame in frames {
        let recalled = open.look(frame, 0, &wanted, false, nodes).map_err(|error| anyhow!(error.0))?;
        if hashes.get(frame as usize - 1) != Some(&hash(&recalled)) {
            other.insert(frame, recalled);
        }
    }
    if other.is_empty() {
        return Ok(Vec::new());
    }
    let kept = learn(bytes, &|frame| other.contains_key(&frame))?.kept;
    let none = Vec::new();
    let differences = other.iter().map(|(frame, recalled)| {
        let learned = kept.get(frame).unwrap_or(&none);
        let first = (0..).find(|at| learned.get(*at) != recalled.get(*at)).unwrap_or_default();
        Difference { frame: *frame, learned: learned.get(first).cloned(), recalled: recalled.get(first).cloned() }
    });
    Ok(differences.collect())
}

fn learn<'a>(bytes: &[u8], keep: &'a dyn Fn(u32) -> bool) -> Result<Learned<'a>> {
    let mut learned = Learned { kept: BTreeMap::new(), keep, hashes: Vec::new() };
    let (mut reader, mut index, wanted) =
        (Reader::new(), Index::new(Tables::of(protocols::standard())), FieldSet::all());
    let mut add = |record: Record<'_>| index.add(record, &wanted, &mut learned);
    for chunk in bytes.chunks(CHUNK) {
        reader.feed(chunk, &mut add).map_err(|why| anyhow!(why.0))?;
    }
    reader.finish(&mut add).map_err(|why| anyhow!(why.0))?;
    Ok(learned)
}

/// A capture that was read to its end.
///
/// # Errors
/// The words with which the analyzer refuses it.
pub fn open(name: &str, bytes: &[u8]) -> Result<Open> {
    let mut open = Open::new(name, Box::new(Bytes(bytes.to_vec())), Tables::of(protocols::standard()));
    for chunk in bytes.chunks(CHUNK) {
        open.feed(chunk).map_err(|why| anyhow!(why.0))?;
    }
    open.end().map_err(|why| anyhow!(why.0))?;
    Ok(open)
}

/// Each node as text. What the file says of a packet is not learned from others, and pairs are known afterwards only.
fn nodes(packet: &Packet<'_>, found: &Found) -> Vec<String> {
    let standard = protocols::standard();
    let of_others = |node: &&analyzer::dissect::Node| {
        let layer = found.layers.get(usize::from(node.layer));
        layer.is_some_and(|span| !["frame", "pair"].contains(&standard.get(span.protocol).name))
    };
    let nodes = found.nodes.iter().filter(of_others);
    let text = |node: &analyzer::dissect::Node| {
        format!(
            "{} depth {} layer {} source {} bytes {}..{} generated {} value {:?} label {:?}",
            protocols::field(node.field).name,
            node.depth,
            node.layer,
            node.source,
            node.start,
            node.end,
            node.generated,
            found.datum(packet, node),
            found.own_label(node),
        )
    };
    nodes.map(text).collect()
}

fn hash(nodes: &[String]) -> u64 {
    let mut hasher = DefaultHasher::new();
    nodes.hash(&mut hasher);
    hasher.finish()
}

/// Fisher and Yates, with a linear congruential generator.
fn shuffle(frames: &mut [u32], mut seed: u64) {
    for last in (1..frames.len()).rev() {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        frames.swap(last, (seed >> 33) as usize % (last + 1));
    }
}
