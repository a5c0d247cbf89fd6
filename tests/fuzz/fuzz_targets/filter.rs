//! Any text as a filter: what is said of it points into it, and its correction can be understood.
#![no_main]

#[path = "../../src/analysis.rs"]
#[allow(dead_code)]
mod analysis;

use analyzer::message::FilterState;
use libfuzzer_sys::fuzz_target;

const CAPTURE: &[u8] = include_bytes!("../../captures/http/with_lookup.pcap");

fuzz_target!(|text: &str| {
    let mut analysis = analysis::Analysis::open("fuzz", CAPTURE).expect("the capture is good");
    let verdict = analysis.check(text).expect("a check is answered");
    if let Some((start, end)) = verdict.span {
        assert!(text.get(start as usize..end as usize).is_some(), "the marked part is no part of the text");
    }
    let applied = analysis.filter(text).is_ok();
    assert_eq!(applied, verdict.state != FilterState::Invalid, "checking and applying disagree");
});
