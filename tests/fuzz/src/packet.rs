//! Any bytes as one packet, of a link type that the first byte chooses.

use crate::analysis::Analysis;
use analyzer::message::PacketDetails;

/// NULL, Ethernet, raw IP, LOOP, cooked v1, IPv4, IPv6, cooked v2.
const LINKS: [u8; 8] = [0, 1, 101, 108, 113, 228, 229, 20];

/// Dissects the bytes behind the first one.
pub fn packet(bytes: &[u8]) {
    let Some((choice, packet)) = bytes.split_first() else { return };
    let link = LINKS[usize::from(choice % 8)];
    let mut capture = vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0];
    // Cooked v2 is 276, which needs the second byte.
    capture.extend([link, u8::from(link == 20), 0, 0]);
    let length = u32::try_from(packet.len()).unwrap_or(0).to_le_bytes();
    capture.extend([0; 8]);
    capture.extend(length);
    capture.extend(length);
    capture.extend(packet);
    let mut analysis = Analysis::open("fuzz", &capture).expect("the capture around the packet is good");
    analysis.rows();
    stands_inside(&analysis.packet(1).expect("the packet is there"));
}

/// Holds that each line of the tree stands inside its bytes.
pub(crate) fn stands_inside(packet: &PacketDetails) {
    for line in &packet.lines {
        let size = packet.sources[usize::from(line.source)].bytes.len();
        assert!(line.start <= line.end && line.end as usize <= size, "{} stands outside its bytes", line.field);
    }
}
