//! Any bytes as a capture: everything that the page could ask of it.

use crate::analysis::Analysis;
use analyzer::message::{PairOrder, PairsWanted};

/// Opens the bytes as a capture.
pub fn file(bytes: &[u8]) {
    let Ok(mut analysis) = Analysis::open_in_chunks("fuzz", bytes, 61) else { return };
    for row in analysis.rows() {
        let packet = analysis.packet(row.frame).expect("a listed packet is there");
        crate::packet::stands_inside(&packet);
    }
    let connections = analysis.opened.connections;
    for order in [PairOrder::Time, PairOrder::Name, PairOrder::Delay] {
        let shown = analysis.pairs(PairsWanted { order, end: 100, ..PairsWanted::default() });
        assert_eq!(shown.expect("pairs are answered").connections, connections, "connections are counted in two ways");
    }
}
