//! What pairing costs the index pass: `pairing_cost FILE` reads a capture with and without it, and applies the rule.

use std::env;
use std::fs;
use std::time::{Duration, Instant};

use analyzer::pairs::{Gathered, Pairing};
use analyzer::protocols;
use anyhow::{Context, Result};
use tests::pass::{Nobody, index};

/// How often each is measured; the shortest time counts.
const ROUNDS: u32 = 7;

fn main() -> Result<()> {
    let file = env::args().nth(1).context("usage: pairing_cost FILE")?;
    let bytes = fs::read(&file).with_context(|| format!("cannot read {file}"))?;
    let [mut without, mut with, mut rule] = [Duration::MAX; 3];
    for _ in 0..ROUNDS {
        without = without.min(index(&bytes, &mut Nobody)?.0);
        let mut gathered = Gathered::new(protocols::standard());
        let (took, index) = index(&bytes, &mut gathered)?;
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
