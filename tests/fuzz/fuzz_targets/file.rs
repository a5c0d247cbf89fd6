//! Any bytes as a capture: everything that the page could ask of it.
#![no_main]

#[path = "../../src/analysis.rs"]
#[allow(dead_code)]
mod analysis;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(mut analysis) = analysis::Analysis::open_in_chunks("fuzz", bytes, 61) else { return };
    for row in analysis.rows() {
        let packet = analysis.packet(row.frame).expect("a listed packet is there");
        for line in &packet.lines {
            let size = packet.sources[usize::from(line.source)].bytes.len();
            assert!(line.start <= line.end && line.end as usize <= size, "{} stands outside its bytes", line.field);
        }
    }
    analysis.pairs();
});
