//! What a capture says of the interface that it was taken on.

/// What a packet begins with: a number of the LINKTYPE_ registry (tcpdump.org/linktypes.html).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct LinkType(pub u16);

/// D-Bus messages, which can be very long.
const DBUS: LinkType = LinkType(231);
/// USB transfers, as FreeBSD, Linux (two kinds), USBPcap and macOS write them.
const USB: [LinkType; 5] = [LinkType(186), LinkType(189), LinkType(220), LinkType(249), LinkType(266)];
/// Elektrobit High Speed Capture and Replay.
const EBHSCR: LinkType = LinkType(279);

impl LinkType {
    /// Of what is no packet and came over no link; LINKTYPE_ numbers do not go so far.
    pub const NONE: LinkType = LinkType(u16::MAX);

    /// The most bytes that a packet of this kind can have; a record that claims more is damaged. The limits are
    /// libwiretap's, so that both give up on a damaged capture at the same packet.
    pub(super) fn longest(self) -> u32 {
        match self {
            link if link == DBUS || USB.contains(&link) => 128 << 20,
            EBHSCR => 8 << 20,
            _ => 262_144,
        }
    }
}

/// One interface, from a pcap's header or a pcapng Interface Description Block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interface {
    /// What its packets begin with.
    pub link: LinkType,
    /// The section that describes it, from 0.
    pub section: u32,
    /// Its number within that section, from 0: what Wireshark calls `frame.interface_id`.
    pub number: u32,
    /// The most bytes that were kept of a packet; 0 if there was no limit.
    pub snap_length: u32,
    /// `if_name`, such as "eth0"; empty if the file does not say.
    pub name: String,
    /// `if_description`, in people's words; empty if the file does not say.
    pub description: String,
    /// `if_filter`: the capture filter, if it was a text.
    pub filter: String,
    /// `if_os`: the operating system that it belonged to; empty if the file does not say.
    pub system: String,
    /// How many bits of frame check sequence end each packet, where the file says so.
    pub fcs_bits: Option<u8>,
    /// Digits after the point to print of a time in seconds, by the file's precision.
    pub digits: u8,
    /// Packets that the interface or the system lost, by the last Interface Statistics Block that says so.
    pub dropped: Option<u64>,
}

impl Interface {
    /// An interface of which only the link type is known.
    pub(super) fn new(link: LinkType) -> Interface {
        Interface {
            link,
            section: 0,
            number: 0,
            snap_length: 0,
            name: String::new(),
            description: String::new(),
            filter: String::new(),
            system: String::new(),
            fcs_bits: None,
            digits: 6,
            dropped: None,
        }
    }
}
