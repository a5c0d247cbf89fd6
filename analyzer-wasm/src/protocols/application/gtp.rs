//! GPRS Tunnelling Protocol, versions 0 and 1 (3GPP TS 29.060, TS 29.281), and its charging variant GTP' (TS 32.295).
//!
//! The information elements of control messages are not read.

use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::field::{Values, YES_NO};

/// GPRS Tunnelling Protocol.
pub static PROTOCOL: Protocol = Protocol {
    name: "gtp",
    title: "GPRS Tunneling Protocol",
    column: "GTP",
    tables: &[("udp.port", Key::Numbers(&[2152, 2123, 3386]))],
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { gtp
    FLAGS "gtp.flags" X8 "Flags";
    FLAGS_VERSION "gtp.flags.version" U8 "Version" mask 0xe0 values VERSIONS;
    FLAGS_PAYLOAD "gtp.flags.payload" U8 "Protocol type" mask 0x10 values (Values::Names(&[(0, "GTP'"), (1, "GTP")]));
    FLAGS_RESERVED "gtp.flags.reserved" U8 "Reserved" mask 0x0e;
    FLAGS_HDR_LENGTH "gtp.flags.hdr_length" Bool(8) "Header length" mask 0x01 values (Values::Flag("6-Octet Header", "20-Octet Header"));
    FLAGS_SNN "gtp.flags.snn" Bool(8) "Is SNDCP N-PDU included?" mask 0x01 values YES_NO;
    FLAGS_RESERVED_1 "gtp.flags.reserved" U8 "Reserved" mask 0x08;
    FLAGS_E "gtp.flags.e" Bool(8) "Is Next Extension Header present?" mask 0x04 values YES_NO;
    FLAGS_S "gtp.flags.s" Bool(8) "Is Sequence Number present?" mask 0x02 values YES_NO;
    FLAGS_PN "gtp.flags.pn" Bool(8) "Is N-PDU number present?" mask 0x01 values YES_NO;
    MESSAGE "gtp.message" X8 "Message Type" values MESSAGES;
    LENGTH "gtp.length" U16 "Length";
    TEID "gtp.teid" XD32 "TEID";
    SEQ_NUMBER "gtp.seq_number" XD16 "Sequence number";
    NPDU_NUMBER "gtp.npdu_number" X8 "N-PDU Number";
    FLOW_LABEL "gtp.flow_label" X16 "Flow label";
    SNDCP_NUMBER "gtp.sndcp_number" X8 "SNDCP N-PDU LLC Number";
    TID "gtp.tid" Text "TID";
    EXT_HDR "gtp.ext_hdr" None "Extension header";
    EXT_HDR_NEXT "gtp.ext_hdr.next" X8 "Next extension header type" values EXTENSIONS;
    EXT_HDR_LENGTH "gtp.ext_hdr.length" U8 "Extension Header Length";
    EXT_HDR_PDCP_SN "gtp.ext_hdr.pdcp_sn" U16 "PDCP Sequence Number";
    EXT_HDR_UDP_PORT "gtp.ext_hdr.udp_port" U16 "UDP Port";
    PDU_TYPE "gtp.ext_hdr.pdu_ses_con.pdu_type" U8 "PDU Type" mask 0xf0 values PDU_TYPES;
    QOS_FLOW_ID "gtp.ext_hdr.pdu_ses_con.qos_flow_id" U8 "QoS Flow Identifier (QFI)" mask 0x3f;
}

const VERSIONS: Values =
    Values::Names(&[(0, "GTP release 97/98 version"), (1, "GTP release 99 version"), (2, "GTPv2-C")]);
const PDU_TYPES: Values =
    Values::Names(&[(0, "DL PDU SESSION INFORMATION (0)"), (1, "UL PDU SESSION INFORMATION (1)")]);
const EXTENSIONS: Values = Values::Names(&[
    (0x00, "No more extension headers"),
    (0x01, "MBMS support indication"),
    (0x02, "MS Info Change Reporting support indication"),
    (0x03, "Long PDCP PDU Number"),
    (0x20, "Service Class Indicator"),
    (0x40, "UDP Port number"),
    (0x81, "RAN container"),
    (0x82, "Long PDCP PDU number"),
    (0x83, "Xw RAN container"),
    (0x84, "NR RAN container"),
    (0x85, "PDU Session container"),
    (0xc0, "PDCP PDU number"),
    (0xc1, "Suspend Request"),
    (0xc2, "Suspend Response"),
]);
const MESSAGES: Values = Values::Names(&[
    (1, "Echo request"),
    (2, "Echo response"),
    (3, "Version not supported"),
    (4, "Node alive request"),
    (5, "Node alive response"),
    (6, "Redirection request"),
    (7, "Redirection response"),
    (16, "Create PDP context request"),
    (17, "Create PDP context response"),
    (18, "Update PDP context request"),
    (19, "Update PDP context response"),
    (20, "Delete PDP context request"),
    (21, "Delete PDP context response"),
    (22, "Initiate PDP Context Activation Request"),
    (23, "Initiate PDP Context Activation Response"),
    (24, "Delete AA PDP Context Request"),
    (25, "Delete AA PDP Context Response"),
    (26, "Error indication"),
    (27, "PDU notification request"),
    (28, "PDU notification response"),
    (29, "PDU notification reject request"),
    (30, "PDU notification reject response"),
    (31, "Supported extension header notification"),
    (32, "Send routing information for GPRS request"),
    (33, "Send routing information for GPRS response"),
    (34, "Failure report request"),
    (35, "Failure report response"),
    (36, "Note MS GPRS present request"),
    (37, "Note MS GPRS present response"),
    (48, "Identification request"),
    (49, "Identification response"),
    (50, "SGSN context request"),
    (51, "SGSN context response"),
    (52, "SGSN context acknowledgement"),
    (53, "Forward relocation request"),
    (54, "Forward relocation response"),
    (55, "Forward relocation complete"),
    (56, "Relocation cancel request"),
    (57, "Relocation cancel response"),
    (58, "Forward SRNS context"),
    (59, "Forward relocation complete acknowledge"),
    (60, "Forward SRNS context acknowledge"),
    (70, "RAN Information Relay"),
    (128, "MS Info Change Notification Request"),
    (129, "MS Info Change Notification Response"),
    (240, "Data record transfer request"),
    (241, "Data record transfer response"),
    (254, "End Marker"),
    (USER_DATA as u64, "T-PDU"),
]);

/// The message that carries a user's packet.
const USER_DATA: u8 = 255;
/// Of the first byte: whether this is GTP and not GTP'.
const IS_GTP: u64 = 0x10;
const HAS_EXTENSION: u64 = 0x04;
const HAS_SEQUENCE: u64 = 0x02;
const HAS_NPDU: u64 = 0x01;
/// Length of the header of version 0, and of the part of it that GTP' always has.
const LONG_HEADER: usize = 20;
const SHORT_HEADER: usize = 6;
/// Length of the part of version 1's header that is always there.
const FIXED_HEADER: usize = 8;

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let first = l.peek(0, 1)?;
    let message = match (first >> 5, first & IS_GTP != 0) {
        (0, true) => version_0(l)?,
        (1, true) => version_1(l)?,
        // The port is in the range that anyone may use.
        (0..=2, false) if MESSAGES.name(l.peek(1, 1)?).is_some() => charging(l)?,
        _ => return Err(Stop::NotMine),
    };
    if message != USER_DATA {
        let (start, end) = (l.at(), l.end());
        if start < end {
            l.text(start, end, || format!("Information elements ({} bytes)", end - start));
        }
        l.seek(end)?;
        return Ok(Next::End);
    }
    // The kind of the context decides what is carried; by itself, a packet of IP shows by its first digit.
    Ok(match l.peek(0, 1) {
        Ok(0x45..=0x4e) => Next::named("ip"),
        Ok(0x60..=0x6f) => Next::named("ipv6"),
        Ok(0xff) if l.peek(1, 1) == Ok(0x03) => Next::named("ppp"),
        _ => Next::Data,
    })
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    columns.protocol = PROTOCOL.column.into();
    columns.info = view.name(MESSAGE).unwrap_or("Unknown").into();
}

fn version_0(l: &mut Layer<'_, '_>) -> Result<u8, Stop> {
    l.flags(FLAGS, 1, &[FLAGS_VERSION, FLAGS_PAYLOAD, FLAGS_RESERVED, FLAGS_SNN])?;
    let message = l.u8(MESSAGE)?;
    let length = usize::from(l.u16(LENGTH)?);
    l.limit(LONG_HEADER + length);
    l.u16(SEQ_NUMBER)?;
    l.u16(FLOW_LABEL)?;
    l.u8(SNDCP_NUMBER)?;
    // Three bytes are spare.
    l.skip(3)?;
    let start = l.at();
    let digits: Vec<u8> = l.slice(start, start + 8).iter().flat_map(|byte| [byte & 15, byte >> 4]).collect();
    l.skip(8)?;
    if l.wants(TID) {
        let text: String = digits.iter().map(|digit| char::from_digit(u32::from(*digit), 16).unwrap_or('?')).collect();
        l.note_text(TID, start, start + 8, text.as_bytes());
    }
    Ok(message)
}

fn version_1(l: &mut Layer<'_, '_>) -> Result<u8, Stop> {
    let bits = [FLAGS_VERSION, FLAGS_PAYLOAD, FLAGS_RESERVED_1, FLAGS_E, FLAGS_S, FLAGS_PN];
    let flags = l.flags(FLAGS, 1, &bits)?;
    let message = l.u8(MESSAGE)?;
    let length = usize::from(l.u16(LENGTH)?);
    l.limit(FIXED_HEADER + length);
    l.u32(TEID)?;
    if flags & (HAS_EXTENSION | HAS_SEQUENCE | HAS_NPDU) == 0 {
        return Ok(message);
    }
    // Where one of the three is there, all have their place.
    if flags & HAS_SEQUENCE != 0 {
        l.u16(SEQ_NUMBER)?;
    } else {
        l.skip(2)?;
    }
    if flags & HAS_NPDU != 0 {
        l.u8(NPDU_NUMBER)?;
    } else {
        l.skip(1)?;
    }
    if flags & HAS_EXTENSION == 0 {
        l.skip(1)?;
        return Ok(message);
    }
    let mut next = l.u8(EXT_HDR_NEXT)?;
    while next != 0 {
        next = extension(l, next)?;
    }
    Ok(message)
}

/// Reads an extension header (3GPP TS 29.281, section 5.2.1) and returns the type of the next.
fn extension(l: &mut Layer<'_, '_>, kind: u8) -> Result<u8, Stop> {
    l.branch(EXT_HDR, |l, line| {
        line.add(|| format!("Extension header ({})", EXTENSIONS.name(u64::from(kind)).unwrap_or("Unknown")));
        let length = usize::from(l.u8(EXT_HDR_LENGTH)?) * 4;
        let Some(content) = length.checked_sub(2) else {
            return Err(Stop::Malformed("an extension header has no length"));
        };
        let start = l.at();
        match kind {
            0x40 => {
                l.u16(EXT_HDR_UDP_PORT)?;
            }
            0x85 => {
                l.bits(1, &[PDU_TYPE])?;
                l.bits(1, &[QOS_FLOW_ID])?;
            }
            0xc0 => {
                l.u16(EXT_HDR_PDCP_SN)?;
            }
            _ => {}
        }
        l.seek(start)?;
        l.skip(content)?;
        l.u8(EXT_HDR_NEXT)
    })
}

fn charging(l: &mut Layer<'_, '_>) -> Result<u8, Stop> {
    let flags = l.flags(FLAGS, 1, &[FLAGS_VERSION, FLAGS_PAYLOAD, FLAGS_RESERVED, FLAGS_HDR_LENGTH])?;
    let message = l.u8(MESSAGE)?;
    let length = usize::from(l.u16(LENGTH)?);
    let header = if flags & 1 == 1 { SHORT_HEADER } else { LONG_HEADER };
    l.limit(header + length);
    l.u16(SEQ_NUMBER)?;
    l.skip(header - SHORT_HEADER)?;
    Ok(message)
}

#[cfg(test)]
mod tests {
    use crate::protocols::testing::read;

    const INNER: &str = "4500001e12340000401154990a0000010a0000022b6756ce000a08406162";

    fn packet(port: &str, rest: &str) -> crate::protocols::testing::Read {
        let rest = rest.replace(' ', "");
        let length = 8 + rest.len() / 2;
        read(101, &format!("4500000000010000401100000a0000010a000002c000{port}{length:04x}0000{rest}"))
    }

    #[test]
    fn users_packets_stand_behind_the_header_of_either_version() {
        for (port, header) in [
            ("0868", "30ff001e00000001"),
            ("0868", "32ff002200000001 0005 0000"),
            ("0868", "36ff002600000001 0005 00c0 01090400"),
            ("0868", "34ff002600000001 0000 0085 01100900"),
            ("0d3a", "1eff001e 0000 0001 ff ffffff 4200012143658709"),
        ] {
            let packet = packet(port, &format!("{header}{INNER}"));
            assert_eq!(packet.of("frame.protocols"), ["raw:ip:udp:gtp:ip:udp:data"], "{header}");
        }
        assert_eq!(
            packet("0d3a", &format!("1eff001e00000001ffffffff4200012143658709{INNER}")).of("gtp.tid"),
            ["2400101234567890"]
        );
    }

    #[test]
    fn what_is_no_gtp_is_left_to_others() {
        for other in ["5001000400000000", "0fee000400000000"] {
            assert_eq!(packet("0d3a", other).of("frame.protocols"), ["raw:ip:udp:data"]);
        }
        let control = packet("084b", "320100060000000000010000 0e01");
        assert_eq!(control.row()[2..], ["GTP", "Echo request"]);
        assert_eq!(packet("0868", "36ff000800000001000500c000000000").of("_ws.malformed").len(), 1);
    }
}
