//! The index pass over a capture in memory, as examples measure it.

use std::time::{Duration, Instant};

use analyzer::capture::{Reader, Record};
use analyzer::conversations::Conversations;
use analyzer::dissect::{Found, Packet, Tables};
use analyzer::field::{FieldId, FieldSet};
use analyzer::index::{Index, Observer, Row};
use analyzer::protocols;
use anyhow::{Result, anyhow};

/// As much as a browser hands over at once.
const CHUNK: usize = 1 << 20;

/// Wants nothing of the index pass.
pub struct Nobody;

impl Observer for Nobody {
    fn wanted(&self) -> Vec<FieldId> {
        Vec::new()
    }

    fn observe(&mut self, _: &Packet<'_>, _: &Row, _: &Found, _: &Conversations) {}
}

/// How long the pass took, and the index.
///
/// # Errors
/// Where the bytes are no capture.
pub fn index(bytes: &[u8], observer: &mut dyn Observer) -> Result<(Duration, Index)> {
    let wanted = FieldSet::of(observer.wanted());
    let (mut reader, mut index) = (Reader::new(), Index::new(Tables::of(protocols::standard())));
    let begun = Instant::now();
    let mut add = |record: Record<'_>| index.add(record, &wanted, observer);
    for chunk in bytes.chunks(CHUNK) {
        reader.feed(chunk, &mut add).map_err(|why| anyhow!(why.0))?;
    }
    reader.finish(&mut add).map_err(|why| anyhow!(why.0))?;
    index.finish();
    Ok((begun.elapsed(), index))
}
