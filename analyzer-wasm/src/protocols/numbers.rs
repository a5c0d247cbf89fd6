//! Numbers that several protocols carry and that one registry names, with the columns that are made of them alone.

mod alerts;
pub mod checksum;
mod ethertype;
mod hardware;
mod ip_protocol;
mod quic_versions;

pub use alerts::TLS_ALERTS;
pub use ethertype::ETHERTYPES;
pub use hardware::HARDWARE_TYPES;
pub use ip_protocol::IP_PROTOCOLS;
pub use quic_versions::QUIC_VERSIONS;

use crate::dissect::{Columns, Layer, Next, Stop};
use crate::field::{FieldId, Values};

/// Names of Differentiated Services codepoints (RFC 2474, RFC 2597, RFC 3246, RFC 5865, RFC 8622).
pub const CODEPOINTS: Values = Values::Names(&[
    (0, "Default"),
    (1, "Lower Effort"),
    (8, "Class Selector 1"),
    (10, "Assured Forwarding 11"),
    (12, "Assured Forwarding 12"),
    (14, "Assured Forwarding 13"),
    (16, "Class Selector 2"),
    (18, "Assured Forwarding 21"),
    (20, "Assured Forwarding 22"),
    (22, "Assured Forwarding 23"),
    (24, "Class Selector 3"),
    (26, "Assured Forwarding 31"),
    (28, "Assured Forwarding 32"),
    (30, "Assured Forwarding 33"),
    (32, "Class Selector 4"),
    (34, "Assured Forwarding 41"),
    (36, "Assured Forwarding 42"),
    (38, "Assured Forwarding 43"),
    (40, "Class Selector 5"),
    (44, "Voice Admit"),
    (46, "Expedited Forwarding"),
    (48, "Class Selector 6"),
    (56, "Class Selector 7"),
]);

/// Short names of the same codepoints.
const CODEPOINTS_SHORT: Values = Values::Names(&[
    (0, "CS0"),
    (1, "LE"),
    (8, "CS1"),
    (10, "AF11"),
    (12, "AF12"),
    (14, "AF13"),
    (16, "CS2"),
    (18, "AF21"),
    (20, "AF22"),
    (22, "AF23"),
    (24, "CS3"),
    (26, "AF31"),
    (28, "AF32"),
    (30, "AF33"),
    (32, "CS4"),
    (34, "AF41"),
    (36, "AF42"),
    (38, "AF43"),
    (40, "CS5"),
    (44, "VOICE-ADMIT"),
    (46, "EF PHB"),
    (48, "CS6"),
    (56, "CS7"),
]);

/// Names of the values of Explicit Congestion Notification (RFC 3168).
pub const CONGESTION: Values = Values::Names(&[
    (0, "Not ECN-Capable Transport"),
    (1, "ECN-Capable Transport codepoint '01'"),
    (2, "ECN-Capable Transport codepoint '10'"),
    (3, "Congestion Experienced"),
]);

/// Names of what was found out about a checksum.
pub const CHECKSUM_STATES: Values =
    Values::Names(&[(0, "Bad"), (1, "Good"), (2, "Unverified"), (3, "Not present"), (4, "Illegal")]);

/// What a traffic class says, in short: `DSCP: EF PHB, ECN: Not-ECT`.
pub fn traffic_class(class: u8) -> String {
    let codepoint = CODEPOINTS_SHORT.name(u64::from(class >> 2)).unwrap_or("Unknown");
    let congestion = match class & 3 {
        0 => "Not-ECT",
        1 => "ECT(1)",
        2 => "ECT(0)",
        _ => "CE",
    };
    format!("DSCP: {codepoint}, ECN: {congestion}")
}

/// What follows a header with a next protocol of service chaining: NSH (RFC 8300, section 2.2), VXLAN-GPE.
pub fn service_payload(next: u8) -> Next {
    match next {
        1 => Next::named("ip"),
        2 => Next::named("ipv6"),
        3 => Next::named("eth"),
        4 => Next::named("nsh"),
        5 => Next::named("mpls"),
        _ => Next::Data,
    }
}

/// Writes the columns of a packet whose Ethertype is all that is known: the protocols inside overwrite them.
pub fn ethertype_columns(columns: &mut Columns, ethertype: u64) {
    columns.protocol = format!("0x{ethertype:04x}");
    if let Some(name) = ETHERTYPES.name(ethertype) {
        columns.info = name.into();
    }
}

/// Bits of an integer and its value, as the tree writes them: `0100 .... = Version: 4`.
pub fn with_bits(raw: u64, mask: u64, bits: u8, text: &str) -> String {
    let mut out = String::new();
    crate::value::write_bits(&mut out, raw, mask, bits);
    out.push_str(text);
    out
}

/// Protocols of Cisco's HDLC, most of which are Ethertypes.
pub const CHDLC_PROTOCOLS: Values = Values::Names(&[
    (0x0800, "IP"),
    (0x2000, "Cisco Discovery Protocol"),
    (0x4242, "Spanning Tree BPDU"),
    (0x6558, "Transparent Ethernet bridging"),
    (0x8035, "SLARP"),
    (0x8038, "DEC LanBridge"),
    (0x809b, "Appletalk"),
    (0x80f3, "AARP"),
    (0x8137, "Netware IPX/SPX"),
    (0x86dd, "IPv6"),
    (0x8847, "MPLS unicast"),
    (0x8848, "MPLS multicast"),
    (0xfefe, "OSI"),
]);

/// A frequency of wireless LAN in MHz, with the band and the channel that it is (IEEE 802.11, annex E).
pub fn channel_frequency(frequency: u64) -> String {
    let (band, channel) = match frequency {
        2484 => ("BG", 14),
        2412..2484 => ("BG", (frequency - 2407) / 5),
        4915..=4980 => ("A", (frequency - 4000) / 5),
        5000..=5885 => ("A", (frequency - 5000) / 5),
        _ => return format!("Channel frequency: {frequency}"),
    };
    format!("Channel frequency: {frequency} [{band} {channel}]")
}

/// Reads an integer of which the least significant byte comes first; as [`Layer::uint`] otherwise.
pub fn little_endian(l: &mut Layer<'_, '_>, field: FieldId, width: usize) -> Result<u64, Stop> {
    let start = l.at();
    let value = peek_little_endian(l, 0, width)?;
    l.skip(width)?;
    l.note_uint(field, start, width, value);
    Ok(value)
}

/// As [`Layer::peek`], with the least significant byte first.
pub fn peek_little_endian(l: &Layer<'_, '_>, offset: usize, width: usize) -> Result<u64, Stop> {
    Ok(l.peek(offset, width)?.swap_bytes() >> (64 - 8 * width.clamp(1, 8)))
}
