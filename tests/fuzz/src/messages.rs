//! Any bytes as messages: what is a request is answered, the rest is refused.

use crate::analysis::Analysis;
use analyzer::message::{Envelope, Reply, Request, decode, encode};

const CAPTURE: &[u8] = include_bytes!("../../captures/http/with_lookup.pcap");

/// Takes the bytes as a reply and as a request.
pub fn messages(bytes: &[u8]) {
    if let Some(reply) = decode::<Envelope<Reply>>(bytes) {
        assert!(decode::<Envelope<Reply>>(&encode(&reply)).is_some(), "a reply does not survive its own encoding");
    }
    let Some(request) = decode::<Envelope<Request>>(bytes) else { return };
    let mut analysis = Analysis::open("fuzz", CAPTURE).expect("the capture is good");
    analysis.ask(request.body);
    // Whatever was asked, the next question is answered.
    analysis.check("tcp").expect("a check is answered");
}
