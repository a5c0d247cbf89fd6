//! What pairing costs the index pass: `pairing_cost FILE` reads a capture with and without it, and applies the rule.

use std::env;
use std::fs;
use std::time::{Duration, Instant};

use analyzer::capture::{Reader, Record};
use analyzer::conversations::Conversations;
use analyzer::dissect::{Found, Packet, Tables};
use analyzer::field::{FieldId, FieldSet};
use analyzer::index::{Index, Observer, Row};
use analyzer::pairs::{Gathered, Pairing};
use analyzer::protocols;
use anyhow::{Context, Result, anyhow};

/// As much as a browser hands over at once.
const CHUNK: usize = 1 << 20;
/// How often each is measured; the shortest time counts.
const ROUNDS: u32 = 7;

/// Wants nothing of the index pass.
struct Nobody;

impl Observer for Nobody {
    fn wanted(&self) -> Vec<FieldId> {
        Vec::new()
    }

    fn observe(&mut self, _: &Packet<'_>, _: &Row, _: &Found, _: &Conversations) {}
}

fn main() -> Result<()> {
    let file = env::args().nth(1).context("usage: pairing_cost FILE")?;
    let bytes = fs::read(&file).with_context(|| format!("cannot read {file}"))?;
    let [mut without, mut with, mut rule] = [Duration::MAX; 3];
    for _ in 0..ROUNDS {
        without = without.min(read(&bytes, &mut Nobody)?.0);
        let mut gathered = Gathered::new(protocols::standard());
        let (took, index) = read(&bytes, &mut gathered)?;
        with = with.min(took);
        gathered.finish();
        let begun = Instant::now();
        std::hint::black_box(Pairing::new(&gathered, &index));
        rule = rule.min(begun.elapsed());
    }
    for (what, took) in [("index pass without pairing", without), ("index pass", with), ("the rule", rule)] {
        println!("{what}\t{}", took.as_secs_f64());
    }
    Ok(())
}

fn read(bytes: &[u8], observer: &mut dyn Observer) -> Result<(Duration, Index)> {
    let wanted = FieldSet::of(observer.wanted());
    let (mut reader, mut index) = (Reader::new(), Index::new(Tables::of(protocols::standard())));
    let begun = Instant::now();
    let mut take = |record: Record<'_>| index.take(record, &wanted, observer);
    for chunk in bytes.chunks(CHUNK) {
        reader.feed(chunk, &mut take).map_err(|why| anyhow!(why.0))?;
    }
    reader.finish(&mut take).map_err(|why| anyhow!(why.0))?;
    index.finish();
    Ok((begun.elapsed(), index))
}
