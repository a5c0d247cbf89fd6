//! Per-Packet Information (tcpdump.org/linktypes, LINKTYPE_PPI): what a radio reports about each packet.

use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::field::Values;
use crate::protocols::numbers::{self, little_endian, peek_little_endian};
use crate::protocols::tables;

/// Per-Packet Information.
pub static PROTOCOL: Protocol = Protocol {
    name: "ppi",
    title: "PPI Packet Header",
    column: "PPI",
    tables: &[("wtap_encap", Key::Number(192))],
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { ppi
    VERSION "ppi.version" U8 "Version";
    FLAGS "ppi.flags" X8 "Flags";
    FLAGS_ALIGNMENT "ppi.flags.alignment" Bool(8) "Alignment" mask 0x01 values (Values::Flag("32-bit aligned", "Not aligned"));
    FLAGS_RESERVED "ppi.flags.reserved" X8 "Reserved" mask 0xfe;
    LENGTH "ppi.length" U16 "Header length";
    DLT "ppi.dlt" U32 "DLT";
    FIELD_TYPE "ppi.field_type" U16 "Field type" values KINDS;
    FIELD_LEN "ppi.field_len" U16 "Field length";
    RESERVED "ppi.reserved" Bytes "Reserved";
    TSFT "ppi.80211-common.tsft" U64 "TSFT";
    COMMON_FLAGS "ppi.80211-common.flags" X16 "Flags";
    COMMON_RATE "ppi.80211-common.rate" U16 "Data rate";
    COMMON_FREQ "ppi.80211-common.chan.freq" U16 "Channel frequency";
    COMMON_CHAN_FLAGS "ppi.80211-common.chan.flags" X16 "Channel flags";
    COMMON_HOPSET "ppi.80211-common.fhss.hopset" X8 "FHSS hopset";
    COMMON_PATTERN "ppi.80211-common.fhss.pattern" X8 "FHSS pattern";
    COMMON_SIGNAL "ppi.80211-common.dbm.antsignal" I8 "dBm antenna signal";
    COMMON_NOISE "ppi.80211-common.dbm.antnoise" I8 "dBm antenna noise";
}

const KINDS: Values = Values::Names(&[
    (COMMON, "802.11-Common"),
    (3, "802.11n MAC Extensions"),
    (4, "802.11n MAC+PHY Extensions"),
    (5, "Spectrum-Map"),
    (6, "Process-Info"),
    (7, "Capture-Info"),
    (8, "Aggregation Extension"),
    (9, "802.3 Extension"),
    (30002, "GPS Tagging"),
    (30003, "VECTOR Tagging"),
    (30004, "SENSOR Tagging"),
    (30005, "ANTENNA Tagging"),
]);

const COMMON: u64 = 2;
/// Of the flags of 802.11-Common: whether the frame ends with its check sequence.
const HAS_CHECK_SEQUENCE: u64 = 0x0001;
/// Length of the check sequence of 802.11, in bytes.
const CHECK_SEQUENCE: usize = 4;

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let start = l.at();
    let version = l.u8(VERSION)?;
    let aligned = l.flags(FLAGS, 1, &[FLAGS_ALIGNMENT, FLAGS_RESERVED])? & 1 == 1;
    let length = little_endian(l, LENGTH, 2)? as usize;
    l.title(|| format!("PPI version {version}, {length} bytes"));
    let link = little_endian(l, DLT, 4)?;
    let mut checked = false;
    while l.at() < start + length {
        let (at, kind) = (l.at(), peek_little_endian(l, 0, 2)?);
        let size = peek_little_endian(l, 2, 2)? as usize;
        l.text(at, at + 4 + size, || KINDS.name(kind).unwrap_or("Unknown").into());
        l.below(|l| {
            little_endian(l, FIELD_TYPE, 2)?;
            little_endian(l, FIELD_LEN, 2)?;
            l.within(size, |l| {
                if kind == COMMON {
                    checked = common(l)? & HAS_CHECK_SEQUENCE != 0;
                } else if l.left() > 0 {
                    l.bytes_left(RESERVED);
                }
                Ok(())
            })
        })?;
        if aligned {
            let padding = size.next_multiple_of(4) - size;
            l.skip(padding)?;
        }
    }
    l.seek(start + length)?;
    if checked && l.left_on_wire() > CHECK_SEQUENCE {
        l.limit(length + l.left_on_wire() - CHECK_SEQUENCE);
    }
    Ok(u16::try_from(link).map_or(Next::Data, |link| Next::table(&tables::WTAP_ENCAP, link)))
}

fn summary(_: &View<'_>, columns: &mut Columns) {
    columns.protocol = PROTOCOL.column.into();
    columns.info.clear();
}

/// The fields that any 802.11 radio reports; returns its flags.
fn common(l: &mut Layer<'_, '_>) -> Result<u64, Stop> {
    little_endian(l, TSFT, 8)?;
    let flags = little_endian(l, COMMON_FLAGS, 2)?;
    // In halves of a megabit per second on the wire.
    let (at, rate) = (l.at(), peek_little_endian(l, 0, 2)? * 500);
    l.skip(2)?;
    l.note_uint(COMMON_RATE, at, 2, rate);
    l.label(|| format!("Rate: {}.{} Mbps", rate / 1000, rate % 1000 / 100));
    let frequency = little_endian(l, COMMON_FREQ, 2)?;
    l.label(|| numbers::channel_frequency(frequency));
    little_endian(l, COMMON_CHAN_FLAGS, 2)?;
    l.u8(COMMON_HOPSET)?;
    l.u8(COMMON_PATTERN)?;
    l.u8(COMMON_SIGNAL)?;
    l.u8(COMMON_NOISE)?;
    let end = l.end();
    l.seek(end)?;
    Ok(flags)
}

#[cfg(test)]
mod tests {
    use crate::protocols::testing::read;

    const INNER: &str = "4500001e12340000401154990a0000010a0000022b6756ce000a08406162";

    #[test]
    fn the_frames_own_link_type_follows() {
        let eth = "0211223344550211223344660800";
        let packet = read(192, &format!("0000080001000000{eth}{INNER}"));
        assert_eq!(packet.of("frame.protocols"), ["ppi:eth:ethertype:ip:udp:data"]);
        let common = "02001400 f2c9cdf300000000 0100 0400 7609 c000 00 00 c7 a0";
        let wlan = "08020000 0014a5cb6e1a 0014a5cd747b 00010227f9b2 00ce aaaa0300000008 00";
        let packet = read(192, &format!("0000200069000000{common}{wlan}{INNER}01020304").replace(' ', ""));
        assert_eq!(packet.of("frame.protocols"), ["ppi:wlan:llc:ip:udp:data"]);
        assert_eq!(packet.of("ppi.80211-common.dbm.antsignal"), ["-57"]);
    }
}
