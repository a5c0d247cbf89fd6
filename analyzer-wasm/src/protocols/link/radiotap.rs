//! Radiotap: what a radio reports about each frame of 802.11 (radiotap.org).
//!
//! The values behind the antenna's number are passed over.

use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::field::{FieldId, Values};
use crate::protocols::numbers::{self, little_endian, peek_little_endian};

/// Radiotap.
pub static PROTOCOL: Protocol = Protocol {
    name: "radiotap",
    title: "IEEE 802.11 Radiotap Capture header",
    column: "Radiotap",
    tables: &[("wtap_encap", Key::Number(127))],
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { radiotap
    VERSION "radiotap.version" U8 "Header revision";
    PAD "radiotap.pad" U8 "Header pad";
    LENGTH "radiotap.length" U16 "Header length";
    PRESENT "radiotap.present" None "Present flags";
    PRESENT_WORD "radiotap.present.word" X32 "Present flags word";
    MACTIME "radiotap.mactime" U64 "MAC timestamp";
    FLAGS "radiotap.flags" X8 "Flags";
    FLAGS_CFP "radiotap.flags.cfp" Bool(8) "CFP" mask 0x01;
    FLAGS_PREAMBLE "radiotap.flags.preamble" Bool(8) "Preamble" mask 0x02 values (Values::Flag("Short", "Long"));
    FLAGS_WEP "radiotap.flags.wep" Bool(8) "WEP" mask 0x04;
    FLAGS_FRAG "radiotap.flags.frag" Bool(8) "Fragmentation" mask 0x08;
    FLAGS_FCS "radiotap.flags.fcs" Bool(8) "FCS at end" mask 0x10;
    FLAGS_DATAPAD "radiotap.flags.datapad" Bool(8) "Data Pad" mask 0x20;
    FLAGS_BADFCS "radiotap.flags.badfcs" Bool(8) "Bad FCS" mask 0x40;
    FLAGS_SHORTGI "radiotap.flags.shortgi" Bool(8) "Short GI" mask 0x80;
    CHANNEL_FREQ "radiotap.channel.freq" U32 "Channel frequency";
    CHANNEL_FLAGS "radiotap.channel.flags" X16 "Channel flags";
    FHSS_HOPSET "radiotap.fhss.hopset" U8 "FHSS Hop Set";
    FHSS_PATTERN "radiotap.fhss.pattern" U8 "FHSS Pattern";
    DBM_ANTSIGNAL "radiotap.dbm_antsignal" I8 "Antenna signal";
    DBM_ANTNOISE "radiotap.dbm_antnoise" I8 "Antenna noise";
    QUALITY "radiotap.quality" U16 "Signal Quality";
    TXATTENUATION "radiotap.txattenuation" U16 "TX attenuation";
    DB_TXATTENUATION "radiotap.db_txattenuation" U16 "dB TX attenuation";
    TXPOWER "radiotap.txpower" I8 "Transmit power";
    ANTENNA "radiotap.antenna" U32 "Antenna";
}

const FLAG_BITS: [FieldId; 8] =
    [FLAGS_CFP, FLAGS_PREAMBLE, FLAGS_WEP, FLAGS_FRAG, FLAGS_FCS, FLAGS_DATAPAD, FLAGS_BADFCS, FLAGS_SHORTGI];

/// Of the word that says what is present: another word follows.
const EXTENDED: u64 = 1 << 31;
/// Of the flags: whether the frame ends with its check sequence.
const HAS_CHECK_SEQUENCE: u64 = 0x10;
/// Length of the check sequence of 802.11, in bytes.
const CHECK_SEQUENCE: usize = 4;
/// Values in the order of their bits, with alignment and size in bytes.
const VALUES: [(usize, usize); 12] =
    [(8, 8), (1, 1), (1, 1), (2, 4), (1, 2), (1, 1), (1, 1), (2, 2), (2, 2), (2, 2), (1, 1), (1, 1)];

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let start = l.at();
    let version = l.u8(VERSION)?;
    l.u8(PAD)?;
    let length = little_endian(l, LENGTH, 2)? as usize;
    l.title(|| format!("Radiotap Header v{version}, Length {length}"));
    let checked = l.within(length.saturating_sub(4), |l| {
        let present = l.branch(PRESENT, |l, _| {
            let first = little_endian(l, PRESENT_WORD, 4)?;
            let mut last = first;
            while last & EXTENDED != 0 {
                last = little_endian(l, PRESENT_WORD, 4)?;
            }
            Ok(first)
        })?;
        let mut flags = 0;
        for (bit, (alignment, size)) in VALUES.into_iter().enumerate() {
            if present >> bit & 1 == 1 {
                let at = (l.at() - start).next_multiple_of(alignment) + start;
                l.seek(at)?;
                value(l, bit, &mut flags)?;
                l.seek(at + size)?;
            }
        }
        Ok(flags & HAS_CHECK_SEQUENCE != 0)
    })?;
    if checked && l.left_on_wire() > CHECK_SEQUENCE {
        l.limit(length + l.left_on_wire() - CHECK_SEQUENCE);
    }
    Ok(Next::named("wlan"))
}

fn summary(_: &View<'_>, columns: &mut Columns) {
    columns.protocol = PROTOCOL.column.into();
    columns.info.clear();
}

/// What the flags of a channel say, lowest bit first.
const CHANNEL_KINDS: &[(u8, &str)] = &[
    (0, "700 MHz spectrum"),
    (1, "800 MHz spectrum"),
    (2, "900 MHz spectrum"),
    (4, "Turbo"),
    (5, "Complementary Code Keying (CCK)"),
    (6, "Orthogonal Frequency-Division Multiplexing (OFDM)"),
    (7, "2 GHz spectrum"),
    (8, "5 GHz spectrum"),
    (9, "Passive"),
    (10, "Dynamic CCK-OFDM"),
    (11, "Gaussian Frequency Shift Keying (GFSK)"),
    (12, "GSM (900MHz)"),
    (13, "Static Turbo"),
    (14, "Half Rate Channel (10MHz Channel Width)"),
    (15, "Quarter Rate Channel (5MHz Channel Width)"),
];

fn value(l: &mut Layer<'_, '_>, bit: usize, flags: &mut u64) -> Result<(), Stop> {
    match bit {
        0 => drop(little_endian(l, MACTIME, 8)?),
        1 => *flags = l.flags(FLAGS, 1, &FLAG_BITS)?,
        3 => {
            let (at, frequency) = (l.at(), peek_little_endian(l, 0, 2)?);
            l.skip(2)?;
            l.note_uint(CHANNEL_FREQ, at, 2, frequency);
            l.label(|| numbers::channel_frequency(frequency));
            let kind = little_endian(l, CHANNEL_FLAGS, 2)?;
            l.label(|| {
                let set = CHANNEL_KINDS.iter().filter(|(bit, _)| kind >> bit & 1 == 1);
                set.fold(format!("Channel flags: 0x{kind:04x}"), |text, (_, name)| format!("{text}, {name}"))
            });
        }
        4 => {
            l.u8(FHSS_HOPSET)?;
            l.u8(FHSS_PATTERN)?;
        }
        5 => {
            let signal = l.u8(DBM_ANTSIGNAL)?.cast_signed();
            l.label(|| format!("Antenna signal: {signal} dBm"));
        }
        6 => {
            let noise = l.u8(DBM_ANTNOISE)?.cast_signed();
            l.label(|| format!("Antenna noise: {noise} dBm"));
        }
        7 => drop(little_endian(l, QUALITY, 2)?),
        8 => drop(little_endian(l, TXATTENUATION, 2)?),
        9 => drop(little_endian(l, DB_TXATTENUATION, 2)?),
        10 => drop(l.u8(TXPOWER)?),
        11 => drop(l.u8(ANTENNA)?),
        _ => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::protocols::testing::read;

    #[test]
    fn values_stand_where_they_are_aligned() {
        let wlan = "08020000 0014a5cb6e1a 0014a5cd747b 00010227f9b2 00ce aaaa030000000800";
        let inner = "4500001e12340000401154990a0000010a0000022b6756ce000a08406162";
        // A flag before the channel, which begins at an even offset; the second word says nothing.
        let header = "0000 1400 2a000080 00000000 10 00 c209 8004 c5 00";
        let packet = read(127, &format!("{header}{wlan}{inner}01020304").replace(' ', ""));
        assert_eq!(packet.of("radiotap.channel.freq"), ["2498"]);
        assert_eq!(packet.of("radiotap.dbm_antsignal"), ["-59"]);
        assert_eq!(packet.of("frame.protocols"), ["radiotap:wlan:llc:ip:udp:data"]);
        assert_eq!(read(127, "0000030000000000").of("_ws.malformed").len(), 1);
    }
}
