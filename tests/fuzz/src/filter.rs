//! Any text as a filter: what is said of it points into it, and its correction can be understood.

use crate::analysis::Analysis;
use analyzer::message::{FilterState, Macro, Reply, Request};

const CAPTURE: &[u8] = include_bytes!("../../captures/http/with_lookup.pcap");

/// Checks the bytes as a filter, where they are text, and applies it.
pub fn filter(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let mut analysis = Analysis::open("fuzz", CAPTURE).expect("the capture is good");
    let texts = [("port", "tcp.port == $1"), ("both", "$port($1) or $port($2)"), ("loop", "$loop($1)")];
    let macros = texts.map(|(name, text)| Macro { name: name.to_owned(), text: text.to_owned() });
    analysis.ask(Request::Macros(macros.to_vec()));
    let verdict = analysis.check(text).expect("a check is answered");
    if let Some((start, end)) = verdict.span {
        assert!(text.get(start as usize..end as usize).is_some(), "the marked part is no part of the text");
    }
    let replies = analysis.ask(Request::Filter { text: text.to_owned(), selected: 6 });
    let applied = replies.iter().any(|reply| matches!(reply, Reply::Filtered { .. }));
    assert_eq!(applied, verdict.state != FilterState::Invalid, "checking and applying disagree");
}
