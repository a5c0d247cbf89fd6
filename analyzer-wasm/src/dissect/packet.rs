//! One packet as the capture file has it, and as the packet list shows it.

use super::{Found, View};
use crate::capture::{Custom, Record};

/// A packet with all that is known of it from the capture file.
#[derive(Debug, Clone, Copy)]
pub struct Packet<'p> {
    /// Captured bytes.
    pub bytes: &'p [u8],
    /// Number in the capture, from 1.
    pub number: u32,
    /// Bytes on the wire.
    pub length: u32,
    /// LINKTYPE_ value of its interface.
    pub link: u16,
    /// When it was captured: seconds since 1970 and nanoseconds.
    pub time: Option<(i64, u32)>,
    /// Seconds since the first packet.
    pub since_first: (i64, u32),
    /// Seconds since the packet before; nothing for the first.
    pub since_previous: Option<(i64, u32)>,
    /// Seconds since the displayed packet before.
    pub since_displayed: (i64, u32),
    /// Index of its interface.
    pub interface: u32,
    /// Name of its interface; empty where the capture has none.
    pub interface_name: &'p str,
    /// Index of its section.
    pub section: u32,
    /// Whether the capture is a pcapng, whose packets have interfaces and sections.
    pub pcapng: bool,
    /// Comments on it in the capture file.
    pub comments: &'p [String],
    /// Whose it is, where it is no packet but a pcapng Custom Block.
    pub custom: Option<Custom>,
}

impl<'p> Packet<'p> {
    /// A packet as its record tells, before anything is known of the others.
    pub fn alone(record: &Record<'p>, number: u32) -> Packet<'p> {
        Packet {
            bytes: record.bytes,
            number,
            length: record.length,
            link: record.link.0,
            time: record.time.map(|time| (time.seconds, time.nanoseconds)),
            since_first: (0, 0),
            since_previous: None,
            since_displayed: (0, 0),
            interface: record.interface,
            interface_name: "",
            section: record.section,
            pcapng: false,
            comments: &[],
            custom: record.extra.as_ref().and_then(|extra| extra.custom),
        }
    }
}

/// What a protocol writes into the packet list.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Columns {
    /// Source address.
    pub source: String,
    /// Destination address.
    pub destination: String,
    /// Name of the innermost protocol.
    pub protocol: String,
    /// What the packet says.
    pub info: String,
    /// What TCP analysis puts before `info`, whatever protocols above TCP write there.
    pub warning: String,
    /// Whether an earlier layer of the same protocol has written into `info`: several messages in one packet share the
    /// line.
    pub continued: bool,
}

/// The bytes that Wireshark shows of what a packet says.
const LONGEST_INFO: usize = 4095;

/// What the packet list shows of a packet that was dissected with all fields.
pub fn columns(packet: &Packet<'_>, found: &Found) -> Columns {
    let mut columns = Columns::default();
    for (index, span) in found.layers.iter().enumerate() {
        if !span.quoted && !span.inside {
            let protocol = found.protocols().get(span.protocol);
            let earlier = found.layers.get(..index).unwrap_or_default();
            let mut same = earlier.iter().filter(|other| other.protocol == span.protocol && !other.quoted);
            let reassembled = same.clone().any(|other| other.source != 0 && other.source != span.source);
            columns.continued = same.next().is_some();
            // Several PDUs end in one segment: the words of one that began earlier stay, whatever follows it.
            let fence = reassembled.then(|| columns.info.clone());
            (protocol.summary)(&View { found, packet, index }, &mut columns);
            if let Some(fence) = fence.filter(|fence| !columns.info.starts_with(fence.as_str())) {
                columns.info.insert_str(0, &fence);
            }
        }
    }
    columns.info.insert_str(0, &columns.warning);
    columns.info.truncate(columns.info.floor_char_boundary(LONGEST_INFO));
    columns
}
