//! IEEE 802.11 wireless LAN: the header, and what frames of data carry. The bodies of management frames are not read.

use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::field::{FieldId, Values};
use crate::protocols::numbers::{little_endian, peek_little_endian};
use crate::value::Value;

/// IEEE 802.11 wireless LAN.
pub static PROTOCOL: Protocol = Protocol {
    name: "wlan",
    title: "IEEE 802.11 wireless LAN",
    column: "802.11",
    tables: &[("wtap_encap", Key::Number(105)), ("gre.proto", Key::Numbers(&[0x8240, 0x9000]))],
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { wlan
    FC_TYPE_SUBTYPE "wlan.fc.type_subtype" X16 "Type/Subtype" values KINDS;
    FC "wlan.fc" X16 "Frame Control Field";
    FC_VERSION "wlan.fc.version" U8 "Version" mask 0x03;
    FC_TYPE "wlan.fc.type" U8 "Type" mask 0x0c values TYPES;
    FC_SUBTYPE "wlan.fc.subtype" U8 "Subtype" mask 0xf0;
    FLAGS "wlan.flags" X8 "Flags";
    FC_DS "wlan.fc.ds" X8 "DS status" mask 0x03 values DIRECTIONS;
    FC_TODS "wlan.fc.tods" Bool(8) "To DS" mask 0x01 values (Values::Flag("Frame is entering DS", "Frame is not entering DS")) hidden true;
    FC_FROMDS "wlan.fc.fromds" Bool(8) "From DS" mask 0x02 values (Values::Flag("Frame is exiting DS", "Frame is not exiting DS")) hidden true;
    FC_FRAG "wlan.fc.frag" Bool(8) "More Fragments" mask 0x04 values (Values::Flag("More fragments follow", "This is the last fragment"));
    FC_RETRY "wlan.fc.retry" Bool(8) "Retry" mask 0x08 values (Values::Flag("Frame is being retransmitted", "Frame is not being retransmitted"));
    FC_PWRMGT "wlan.fc.pwrmgt" Bool(8) "PWR MGT" mask 0x10 values (Values::Flag("STA will go to sleep", "STA will stay up"));
    FC_MOREDATA "wlan.fc.moredata" Bool(8) "More Data" mask 0x20 values (Values::Flag("Data is buffered for STA at AP", "No data buffered"));
    FC_PROTECTED "wlan.fc.protected" Bool(8) "Protected flag" mask 0x40 values (Values::Flag("Data is protected", "Data is not protected"));
    FC_ORDER "wlan.fc.order" Bool(8) "+HTC/Order flag" mask 0x80 values (Values::Flag("Strictly ordered", "Not strictly ordered"));
    DURATION "wlan.duration" U16 "Duration" mask 0x7fff values (Values::Unit(" microseconds"));
    RA "wlan.ra" Ether "Receiver address" group ["wlan.addr"];
    TA "wlan.ta" Ether "Transmitter address" group ["wlan.addr"];
    DA "wlan.da" Ether "Destination address" group ["wlan.addr"];
    SA "wlan.sa" Ether "Source address" group ["wlan.addr"];
    BSSID "wlan.bssid" Ether "BSS Id" group ["wlan.addr"];
    FRAG "wlan.frag" U16 "Fragment number" mask 0x000f;
    SEQ "wlan.seq" U16 "Sequence number" mask 0xfff0;
    QOS "wlan.qos" X16 "Qos Control";
    QOS_TID "wlan.qos.tid" U16 "TID" mask 0x000f;
    QOS_PRIORITY "wlan.qos.priority" U16 "Priority" mask 0x0007 values PRIORITIES;
    QOS_ACK "wlan.qos.ack" X16 "Ack Policy" mask 0x0060 values ACKNOWLEDGMENTS;
    QOS_AMSDUPRESENT "wlan.qos.amsdupresent" Bool(16) "Payload Type" mask 0x0080 values (Values::Flag("A-MSDU", "MSDU"));
    HTC "wlan.htc" X32 "HT Control (+HTC)";
    _ "wlan.addr" Ether "Hardware address";
}

const TYPES: Values =
    Values::Names(&[(0, "Management frame"), (1, "Control frame"), (2, "Data frame"), (3, "Extension frame")]);
const DIRECTIONS: Values = Values::Names(&[
    (0, "Not leaving DS or network is operating in AD-HOC mode (To DS: 0 From DS: 0)"),
    (1, "Frame from STA to DS via an AP (To DS: 1 From DS: 0)"),
    (2, "Frame from DS to a STA via AP(To DS: 0 From DS: 1)"),
    (3, "WDS (AP to AP) or Mesh (MP to MP) Frame (To DS: 1 From DS: 1)"),
]);
const PRIORITIES: Values = Values::Names(&[
    (0, "Best Effort (Best Effort)"),
    (1, "Background (Background)"),
    (2, "Spare (Background)"),
    (3, "Excellent Effort (Best Effort)"),
    (4, "Controlled Load (Video)"),
    (5, "Video (Video)"),
    (6, "Voice (Voice)"),
    (7, "Network Control (Voice)"),
]);
const ACKNOWLEDGMENTS: Values =
    Values::Names(&[(0, "Normal Ack"), (1, "No Ack"), (2, "No explicit acknowledgment"), (3, "Block Ack")]);
/// Types with their subtypes (IEEE 802.11, table 9-1).
const KINDS: Values = Values::Names(&[
    (0, "Association Request"),
    (1, "Association Response"),
    (2, "Reassociation Request"),
    (3, "Reassociation Response"),
    (4, "Probe Request"),
    (5, "Probe Response"),
    (6, "Measurement Pilot"),
    (8, "Beacon frame"),
    (9, "ATIM"),
    (10, "Disassociate"),
    (11, "Authentication"),
    (12, "Deauthentication"),
    (13, "Action"),
    (14, "Action No Ack"),
    (18, "Trigger"),
    (20, "Beamforming Report Poll"),
    (21, "VHT/HE NDP Announcement"),
    (23, "Control Wrapper"),
    (24, "802.11 Block Ack Req"),
    (25, "802.11 Block Ack"),
    (26, "Power-Save poll"),
    (27, "Request-to-send"),
    (28, "Clear-to-send"),
    (29, "Acknowledgement"),
    (30, "CF-End (Control-frame)"),
    (31, "CF-End + CF-Ack (Control-frame)"),
    (32, "Data"),
    (33, "Data + CF-Ack"),
    (34, "Data + CF-Poll"),
    (35, "Data + CF-Ack + CF-Poll"),
    (36, "Null function (No data)"),
    (37, "Acknowledgement (No data)"),
    (38, "CF-Poll (No data)"),
    (39, "CF-Ack/Poll (No data)"),
    (40, "QoS Data"),
    (41, "QoS Data + CF-Acknowledgment"),
    (42, "QoS Data + CF-Poll"),
    (43, "QoS Data + CF-Ack + CF-Poll"),
    (44, "QoS Null function (No data)"),
    (46, "QoS CF-Poll (No Data)"),
    (47, "QoS CF-Ack + CF-Poll (No data)"),
]);
const FLAG_BITS: [FieldId; 9] =
    [FC_DS, FC_TODS, FC_FROMDS, FC_FRAG, FC_RETRY, FC_PWRMGT, FC_MOREDATA, FC_PROTECTED, FC_ORDER];

const MANAGEMENT: u64 = 0;
const CONTROL: u64 = 1;
const DATA: u64 = 2;

/// Of the flags.
const MORE_FRAGMENTS: u64 = 0x04;
const PROTECTED: u64 = 0x40;
const ORDER: u64 = 0x80;
/// Of a subtype of data: there is none, and there is a field for its quality of service.
const NO_DATA: u64 = 0x4;
const QUALITY: u64 = 0x8;
/// Of that field: several frames are in this one.
const AGGREGATED: u64 = 0x80;

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let start = l.at();
    let (control, flags) = (l.peek(0, 1)?, l.peek(1, 1)?);
    let (kind, subtype) = (control >> 2 & 3, control >> 4);
    let name = KINDS.name(kind << 4 | subtype).unwrap_or("Unrecognized (Reserved frame)");
    l.title(|| format!("IEEE 802.11 {name}, Flags: {}", letters(flags)));
    l.note(FC_TYPE_SUBTYPE, start, start + 1, Value::Uint(kind << 4 | subtype));
    l.note(FC, start, start + 2, Value::Uint(control << 8 | flags));
    l.below(|l| {
        l.bits(1, &[FC_VERSION, FC_TYPE, FC_SUBTYPE])?;
        l.flags(FLAGS, 1, &FLAG_BITS)
    })?;
    if control & 3 != 0 {
        return Ok(Next::Data);
    }
    little_endian(l, DURATION, 2)?;
    match kind {
        MANAGEMENT => {
            addresses(l, &[DA, SA, BSSID])?;
            sequence(l)?;
            let end = l.end();
            if flags & PROTECTED != 0 {
                return Ok(Next::Data);
            }
            l.seek(end)?;
            Ok(Next::End)
        }
        CONTROL => {
            l.ether(RA)?;
            // A clear-to-send and an acknowledgment go back to whom everyone knows.
            if matches!(subtype, 8..=11 | 14 | 15) {
                l.ether(TA)?;
            }
            let end = l.end();
            l.seek(end)?;
            Ok(Next::End)
        }
        DATA => data(l, subtype, flags),
        _ => Ok(Next::Data),
    }
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    columns.protocol = PROTOCOL.column.into();
    if view.uint(FC_TYPE) == Some(CONTROL) {
        // Only its receiver is named by most, and neither is an end of a conversation.
        columns.source = if view.has(TA) { format!("{} (TA)", view.written(TA)) } else { String::new() };
        columns.destination = format!("{} (RA)", view.written(RA));
    } else {
        columns.source = view.written(SA);
        columns.destination = view.written(DA);
    }
    columns.info = view.name(FC_TYPE_SUBTYPE).unwrap_or("Unrecognized (Reserved frame)").into();
    if let (Some(number), Some(part)) = (view.uint(SEQ), view.uint(FRAG)) {
        columns.info.push_str(&format!(", SN={number}, FN={part}"));
    }
    columns.info.push_str(&format!(", Flags={}", letters(view.uint(FLAGS).unwrap_or_default())));
}

/// A frame of data, from its addresses on.
fn data(l: &mut Layer<'_, '_>, subtype: u64, flags: u64) -> Result<Next, Stop> {
    let both = flags & 3 == 3;
    let quality = if both { 26 } else { 20 };
    let aggregated = subtype & QUALITY != 0 && peek_little_endian(l, quality, 2).unwrap_or_default() & AGGREGATED != 0;
    // Which of the addresses is whose depends on whether the distribution system is on one side or on both. Each frame of
    // an aggregate names its ends itself (IEEE 802.11, table 9-30).
    addresses(
        l,
        match (flags & 3, aggregated) {
            (0, false) => &[DA, SA, BSSID],
            (1, false) => &[BSSID, SA, DA],
            (2, false) => &[DA, BSSID, SA],
            (_, false) => &[RA, TA, DA],
            (0, true) => &[DA, SA, BSSID],
            (1, true) => &[BSSID, SA, BSSID],
            (2, true) => &[DA, BSSID, BSSID],
            (_, true) => &[RA, TA, BSSID],
        },
    )?;
    let part = sequence(l)?;
    if both {
        l.ether(if aggregated { BSSID } else { SA })?;
    }
    if subtype & QUALITY != 0 {
        let (start, raw) = (l.at(), peek_little_endian(l, 0, 2)?);
        l.skip(2)?;
        l.note_uint(QOS, start, 2, raw);
        l.below(|l| {
            for field in [QOS_TID, QOS_PRIORITY, QOS_ACK, QOS_AMSDUPRESENT] {
                l.note_uint(field, start, 2, raw);
            }
        });
        if flags & ORDER != 0 {
            little_endian(l, HTC, 4)?;
        }
    }
    if subtype & NO_DATA != 0 {
        return Ok(Next::End);
    }
    if flags & PROTECTED != 0 || flags & MORE_FRAGMENTS != 0 || part != 0 {
        return Ok(Next::Data);
    }
    if !aggregated {
        return Ok(Next::named("llc"));
    }
    let mut number = 0;
    while l.left() > 0 {
        let (start, length) = (l.at(), l.peek(12, 2)? as usize);
        number += 1;
        l.text(start, (start + 14 + length).min(l.end()), || format!("A-MSDU Subframe #{number}"));
        l.below(|l| {
            l.ether(DA)?;
            l.ether(SA)?;
            l.skip(2)?;
            l.within(length, |l| {
                l.call_below(Next::named("llc"));
                Ok(())
            })
        })?;
        // Each but the last ends at a multiple of four bytes, the header of 14 bytes counted in.
        let padding = (length + 14).next_multiple_of(4) - (length + 14);
        l.skip(padding.min(l.left()))?;
    }
    Ok(Next::End)
}

fn addresses(l: &mut Layer<'_, '_>, fields: &[FieldId]) -> Result<(), Stop> {
    for field in fields {
        l.ether(*field)?;
    }
    Ok(())
}

/// Reads the numbers of frame and fragment, and returns that of the fragment.
fn sequence(l: &mut Layer<'_, '_>) -> Result<u64, Stop> {
    let (start, raw) = (l.at(), peek_little_endian(l, 0, 2)?);
    l.skip(2)?;
    l.note_uint(FRAG, start, 2, raw);
    l.note_uint(SEQ, start, 2, raw);
    Ok(raw & 0x0f)
}

/// The flags as letters, a dot for each that is not set.
fn letters(flags: u64) -> String {
    let names =
        [(0x80, 'o'), (0x40, 'p'), (0x20, 'm'), (0x10, 'P'), (0x08, 'R'), (0x04, 'M'), (0x02, 'F'), (0x01, 'T')];
    names.iter().map(|(bit, letter)| if flags & bit != 0 { *letter } else { '.' }).collect()
}

#[cfg(test)]
mod tests {
    use crate::protocols::testing::read;

    const LLC: &str = "aaaa030000000800";
    const INNER: &str = "4500001e12340000401154990a0000010a0000022b6756ce000a08406162";

    #[test]
    fn addresses_depend_on_the_distribution_system() {
        let [a, b, c] = ["021111111111", "022222222222", "023333333333"];
        for (control, tail, source, destination) in [
            ("0800", "", "02:22:22:22:22:22", "02:11:11:11:11:11"),
            ("0801", "", "02:22:22:22:22:22", "02:33:33:33:33:33"),
            ("0802", "", "02:33:33:33:33:33", "02:11:11:11:11:11"),
            ("0803", "024444444444", "02:44:44:44:44:44", "02:33:33:33:33:33"),
            ("8801", "0600", "02:22:22:22:22:22", "02:33:33:33:33:33"),
            ("8881", "060000000000", "02:22:22:22:22:22", "02:33:33:33:33:33"),
        ] {
            let packet = read(105, &format!("{control}3000{a}{b}{c}4000{tail}{LLC}{INNER}"));
            assert_eq!((packet.of("wlan.sa"), packet.of("wlan.da")), (vec![source], vec![destination]), "{control}");
            assert_eq!(packet.of("frame.protocols"), ["wlan:llc:ip:udp:data"], "{control}");
        }
    }

    #[test]
    fn several_frames_in_one_are_all_read() {
        let part = format!("0211111111110222222222220026{LLC}{INNER}");
        let packet =
            read(105, &format!("88013000021111111111022222222222023333333333400086 00{part}{part}").replace(' ', ""));
        assert_eq!(packet.of("udp.srcport"), ["11111", "11111"]);
    }

    #[test]
    fn what_is_protected_stays_unread() {
        let packet = read(105, &format!("08413000021111111111022222222222023333333333c0f8{LLC}{INNER}"));
        assert_eq!(packet.of("frame.protocols"), ["wlan:data"]);
        assert_eq!(packet.columns.info, "Data, SN=3980, FN=0, Flags=.p.....T");
    }
}
