//! Transmission Control Protocol (RFC 9293).
//!
//! Longer than most files: its parts are one subject and read best side by side.

mod names;
mod options;

use crate::conversations::{Between, Conversing};
use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::field::{SET, Values};
use crate::protocols::{numbers, reassembly, tables};
use crate::streams::{Analysis, Segment, SegmentFacts};
use crate::times::seconds;
use crate::value::Value;
use names::{ANALYSIS, OPTION_KINDS, SCALES};

/// Transmission Control Protocol.
pub static PROTOCOL: Protocol = Protocol {
    name: "tcp",
    title: "Transmission Control Protocol",
    column: "TCP",
    tables: &[("ip.proto", Key::Number(6))],
    declares: &[tables::TCP_PORT],
    fields: FIELDS,
    ends: &[SRC_PORT, DST_PORT],
    keyed: &[
        FLAGS,
        FLAGS_RES,
        FLAGS_AE,
        FLAGS_CWR,
        FLAGS_ECE,
        FLAGS_URG,
        FLAGS_ACK,
        FLAGS_PUSH,
        FLAGS_RESET,
        FLAGS_SYN,
        FLAGS_FIN,
    ],
    dissect,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { tcp
    SRC_PORT "tcp.srcport" TCP_PORT "Source Port" group ["tcp.port"];
    DST_PORT "tcp.dstport" TCP_PORT "Destination Port" group ["tcp.port"];
    STREAM "tcp.stream" U32 "Stream index";
    COMPLETENESS "tcp.completeness" U8 "Conversation completeness";
    LEN "tcp.len" U32 "TCP Segment Len";
    SEQ "tcp.seq" U32 "Sequence Number";
    SEQ_RAW "tcp.seq_raw" U32 "Sequence Number (raw)";
    NXTSEQ "tcp.nxtseq" U32 "Next Sequence Number";
    ACK "tcp.ack" U32 "Acknowledgment Number";
    ACK_RAW "tcp.ack_raw" U32 "Acknowledgment number (raw)";
    HDR_LEN "tcp.hdr_len" U8 "Header Length";
    FLAGS "tcp.flags" X16 "Flags" mask 0xfff;
    FLAGS_RES "tcp.flags.res" Bool(12) "Reserved" mask 0xe00 values (SET);
    FLAGS_AE "tcp.flags.ae" Bool(12) "Accurate ECN" mask 0x100 values (SET);
    FLAGS_CWR "tcp.flags.cwr" Bool(12) "Congestion Window Reduced" mask 0x080 values (SET);
    FLAGS_ECE "tcp.flags.ece" Bool(12) "ECN-Echo" mask 0x040 values (SET);
    FLAGS_URG "tcp.flags.urg" Bool(12) "Urgent" mask 0x020 values (SET);
    FLAGS_ACK "tcp.flags.ack" Bool(12) "Acknowledgment" mask 0x010 values (SET);
    FLAGS_PUSH "tcp.flags.push" Bool(12) "Push" mask 0x008 values (SET);
    FLAGS_RESET "tcp.flags.reset" Bool(12) "Reset" mask 0x004 values (SET);
    FLAGS_SYN "tcp.flags.syn" Bool(12) "Syn" mask 0x002 values (SET);
    FLAGS_FIN "tcp.flags.fin" Bool(12) "Fin" mask 0x001 values (SET);
    CONNECTION_SYN "tcp.connection.syn" None "Connection establish request (SYN)" expert (Chat, Sequence);
    CONNECTION_SYN_ACK "tcp.connection.synack" None "Connection establish acknowledge (SYN+ACK)" expert (Chat, Sequence);
    CONNECTION_FIN "tcp.connection.fin" None "Connection finish (FIN)" expert (Chat, Sequence);
    CONNECTION_FIN_ACTIVE "tcp.connection.fin_active" None "This frame initiates the connection closing" expert (Note, Sequence);
    CONNECTION_FIN_PASSIVE "tcp.connection.fin_passive" None "This frame undergoes the connection closing" expert (Note, Sequence);
    CONNECTION_RESET "tcp.connection.rst" None "Connection reset (RST)" expert (Warning, Sequence);
    FLAGS_STR "tcp.flags.str" Text "TCP Flags";
    WINDOW_VALUE "tcp.window_size_value" U16 "Window";
    WINDOW "tcp.window_size" U32 "Calculated window size";
    WINDOW_SCALE "tcp.window_size_scalefactor" I32 "Window size scaling factor" values (SCALES);
    CHECKSUM "tcp.checksum" X16 "Checksum";
    CHECKSUM_STATUS "tcp.checksum.status" N8 "Checksum Status" values (CHECKSUM_STATES);
    URGENT "tcp.urgent_pointer" U16 "Urgent Pointer";
    OPTIONS "tcp.options" Bytes "TCP Options";
    OPTION_KIND "tcp.option_kind" U8 "Kind" values (OPTION_KINDS);
    OPTION_LEN "tcp.option_len" U8 "Length";
    OPTION_EOL "tcp.options.eol" Bytes "TCP Option - End of Option List (EOL)";
    OPTION_NOP "tcp.options.nop" Bytes "TCP Option - No-Operation (NOP)";
    OPTION_MSS "tcp.options.mss" Bytes "TCP Option - Maximum segment size";
    MSS "tcp.options.mss_val" U16 "MSS Value";
    OPTION_WSCALE "tcp.options.wscale" Bytes "TCP Option - Window scale";
    WSCALE_SHIFT "tcp.options.wscale.shift" U8 "Shift count";
    NOP "tcp.nop" None "4 NOP in a row - a router may have removed some options" expert (Warning, Protocol);
    DSACK "tcp.options.sack.dsack" None "D-SACK Sequence" expert (Warning, Sequence);
    DSACK_LEFT "tcp.options.sack.dsack_le" U32 "TCP D-SACK Left Edge";
    DSACK_RIGHT "tcp.options.sack.dsack_re" U32 "TCP D-SACK Right Edge";
    WSCALE_INVALID "tcp.options.wscale.shift.invalid" None "Window scale shift exceeds 14" expert (Warning, Protocol);
    MSS_ABSENT "tcp.options.mss.absent" None "The SYN packet does not contain a MSS option" expert (Note, Protocol);
    ACK_NONZERO "tcp.ack.nonzero" None "The acknowledgment number field is nonzero while the ACK flag is not set" expert (Note, Protocol);
    WSCALE_MULTIPLIER "tcp.options.wscale.multiplier" U16 "Multiplier";
    OPTION_SACK_PERM "tcp.options.sack_perm" Bytes "TCP Option - SACK permitted";
    OPTION_SACK "tcp.options.sack" Bytes "TCP Option - SACK";
    SACK_LEFT "tcp.options.sack_le" U32 "TCP SACK Left Edge";
    SACK_RIGHT "tcp.options.sack_re" U32 "TCP SACK Right Edge";
    SACK_COUNT "tcp.options.sack.count" U8 "TCP SACK Count";
    OPTION_TIMESTAMP "tcp.options.timestamp" Bytes "TCP Option - Timestamps";
    TIMESTAMP_VALUE "tcp.options.timestamp.tsval" U32 "Timestamp value";
    TIMESTAMP_ECHO "tcp.options.timestamp.tsecr" U32 "Timestamp echo reply";
    OPTION_ECHO "tcp.options.echo" Bytes "TCP Option - Echo";
    ECHO_VALUE "tcp.options.echo_value" U32 "TCP Echo Option";
    OPTION_CC "tcp.options.cc" Bytes "TCP Option - CC";
    CC_VALUE "tcp.options.cc_value" U32 "TCP CC Option";
    OPTION_MD5 "tcp.options.md5" Bytes "TCP Option - TCP MD5 signature";
    MD5_DIGEST "tcp.options.md5.digest" Bytes "MD5 digest";
    OPTION_USER_TIMEOUT "tcp.options.user_to" Bytes "TCP Option - User Timeout";
    USER_TIMEOUT_UNIT "tcp.options.user_to_granularity" Bool(16) "Granularity" mask 0x8000 values (Values::Flag("Minutes", "Seconds"));
    USER_TIMEOUT "tcp.options.user_to_val" U16 "User Timeout" mask 0x7fff;
    OPTION_AO "tcp.options.ao" Bytes "TCP Option - TCP AO";
    AO_KEY_ID "tcp.options.ao.keyid" U8 "AO KeyID";
    AO_NEXT_KEY "tcp.options.ao.rnextkeyid" U8 "AO RNextKeyID";
    AO_MAC "tcp.options.ao.mac" Bytes "AO MAC";
    MPTCP_SUBTYPE "tcp.options.mptcp.subtype" U8 "Multipath TCP subtype" mask 0xf0 values (names::MPTCP_SUBTYPES);
    OPTION_FAST_OPEN "tcp.options.tfo" Bytes "TCP Option - TCP Fast Open";
    FAST_OPEN_REQUEST "tcp.options.tfo.request" None "Fast Open Cookie Request";
    FAST_OPEN_COOKIE "tcp.options.tfo.cookie" Bytes "Fast Open Cookie";
    OPTION_EXPERIMENTAL "tcp.options.experimental" Bytes "TCP Option - Experimental";
    OPTION_UNKNOWN "tcp.options.unknown" Bytes "TCP Option - Unknown";
    OPTION_UNKNOWN_PAYLOAD "tcp.options.unknown.payload" Bytes "Payload";
    TIME_RELATIVE "tcp.time_relative" Duration "Time since first frame in this TCP stream";
    TIME_DELTA "tcp.time_delta" Duration "Time since previous frame in this TCP stream";
    ANALYSIS_GROUP "tcp.analysis" None "SEQ/ACK analysis";
    ACKS_FRAME "tcp.analysis.acks_frame" Frame "This is an ACK to the segment in frame";
    ACK_RTT "tcp.analysis.ack_rtt" Duration "The RTT to ACK the segment was";
    INITIAL_RTT "tcp.analysis.initial_rtt" Duration "iRTT";
    BYTES_IN_FLIGHT "tcp.analysis.bytes_in_flight" U32 "Bytes in flight";
    PUSH_BYTES_SENT "tcp.analysis.push_bytes_sent" U32 "Bytes sent since last PSH flag";
    ANALYSIS_FLAGS "tcp.analysis.flags" None "TCP Analysis Flags";
    RETRANSMISSION "tcp.analysis.retransmission" None "This frame is a (suspected) retransmission" expert (Note, Sequence);
    FAST_RETRANSMISSION "tcp.analysis.fast_retransmission" None "This frame is a (suspected) fast retransmission" expert (Note, Sequence);
    SPURIOUS_RETRANSMISSION "tcp.analysis.spurious_retransmission" None "This frame is a (suspected) spurious retransmission" expert (Note, Sequence);
    OUT_OF_ORDER "tcp.analysis.out_of_order" None "This frame is a (suspected) out-of-order segment" expert (Warning, Sequence);
    LOST_SEGMENT "tcp.analysis.lost_segment" None "Previous segment(s) not captured (common at capture start)" expert (Warning, Sequence);
    ACK_LOST_SEGMENT "tcp.analysis.ack_lost_segment" None "ACKed segment that wasn't captured (common at capture start)" expert (Warning, Sequence);
    DUPLICATE_ACK "tcp.analysis.duplicate_ack" None "Duplicate ACK" expert (Note, Sequence);
    DUPLICATE_ACK_NUM "tcp.analysis.duplicate_ack_num" U32 "Duplicate ACK #";
    DUPLICATE_ACK_FRAME "tcp.analysis.duplicate_ack_frame" Frame "Duplicate to the ACK in frame";
    WINDOW_UPDATE "tcp.analysis.window_update" None "TCP window update" expert (Chat, Sequence);
    WINDOW_FULL "tcp.analysis.window_full" None "TCP window specified by the receiver is now completely full" expert (Warning, Sequence);
    ZERO_WINDOW "tcp.analysis.zero_window" None "TCP Zero Window segment" expert (Warning, Sequence);
    ZERO_WINDOW_PROBE "tcp.analysis.zero_window_probe" None "TCP Zero Window Probe" expert (Note, Sequence);
    ZERO_WINDOW_PROBE_ACK "tcp.analysis.zero_window_probe_ack" None "ACK to a TCP Zero Window Probe" expert (Note, Sequence);
    KEEP_ALIVE "tcp.analysis.keep_alive" None "TCP keep-alive segment" expert (Note, Sequence);
    KEEP_ALIVE_ACK "tcp.analysis.keep_alive_ack" None "ACK to a TCP keep-alive segment" expert (Note, Sequence);
    REUSED_PORTS "tcp.analysis.reused_ports" None "A new tcp session is started with the same ports as an earlier session in this trace" expert (Note, Sequence);
    RTO "tcp.analysis.rto" Duration "The RTO for this segment was";
    RTO_FRAME "tcp.analysis.rto_frame" Frame "RTO based on delta from frame";
    PAYLOAD "tcp.payload" Bytes "TCP payload";
    SEGMENT_DATA "tcp.segment_data" Bytes "TCP segment data";
    SEGMENTS "tcp.segments" None "Reassembled TCP Segments";
    PART "tcp.segment" Frame "TCP Segment";
    SEGMENT_COUNT "tcp.segment.count" U32 "Segment count";
    REASSEMBLED_LENGTH "tcp.reassembled.length" U32 "Reassembled TCP length";
    REASSEMBLED_IN "tcp.reassembled_in" Frame "Reassembled PDU in frame";
    _ "tcp.port" TCP_PORT "Source or Destination Port";
}

const CHECKSUM_STATES: Values = Values::Names(&[(0, "Bad"), (1, "Good"), (2, "Unverified"), (3, "Not present")]);
const FLAG_BITS: [crate::field::FieldId; 10] =
    [FLAGS_RES, FLAGS_AE, FLAGS_CWR, FLAGS_ECE, FLAGS_URG, FLAGS_ACK, FLAGS_PUSH, FLAGS_RESET, FLAGS_SYN, FLAGS_FIN];
/// What `summary` calls the flags, from the lowest bit on.
const FLAG_NAMES: [&str; 10] = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR", "AE", "Reserved"];

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let start = l.at();
    let source = l.u16(SRC_PORT)?;
    let destination = l.u16(DST_PORT)?;
    l.set_ports(source, destination);
    l.title(|| format!("Transmission Control Protocol, Src Port: {source}, Dst Port: {destination}"));
    // What earlier packets show comes before most of the header in the tree, so that the header is looked at first.
    let sequence = l.peek(0, 4)? as u32;
    let acknowledgment = l.peek(4, 4).unwrap_or_default() as u32;
    let (Ok(offset_flags), Ok(window)) = (l.peek(8, 2), l.peek(10, 2)) else { return stub(l) };
    let header = (offset_flags >> 12) as usize * 4;
    let flags = offset_flags as u16 & 0xfff;
    let on_wire = (l.left_on_wire() + 4).saturating_sub(header) as u32;
    let (payload_start, end) = ((start + header).min(l.end()), l.end());
    let payload = l.slice(payload_start, end);
    let (window_scale, sacked) = options::scan(l.slice(start + 20, payload_start), acknowledgment);
    let segment = Segment {
        endpoints: l.endpoints(),
        sequence,
        acknowledgment,
        flags,
        window: window as u16,
        length: on_wire,
        payload,
        piece: l.piece_of(payload_start, end),
        window_scale,
        sacked,
    };
    let facts =
        if l.quoted() || header < 20 { SegmentFacts::default() } else { l.segment(&tables::TCP_PORT, &segment) };
    let relative = sequence.wrapping_sub(facts.sequence_base);
    let relative_ack = acknowledgment.wrapping_sub(facts.acknowledgment_base);
    if !l.quoted() {
        l.generated(STREAM, Value::Uint(u64::from(facts.stream)));
        l.generated(COMPLETENESS, Value::Uint(u64::from(facts.completeness)));
        l.label(|| format!("[Conversation completeness: {}]", names::completeness(facts.completeness)));
    }
    // The header of a quoted segment does not hold its length.
    if !l.quoted() {
        l.generated(LEN, Value::Uint(u64::from(on_wire)));
    }
    let at = l.at();
    l.note(SEQ, at, at + 4, Value::Uint(u64::from(relative)));
    l.label(|| format!("Sequence Number: {relative}    (relative sequence number)"));
    l.u32(SEQ_RAW)?;
    if !l.quoted() {
        let after = relative.wrapping_add(on_wire).wrapping_add(u32::from(flags & 3 != 0));
        l.generated(NXTSEQ, Value::Uint(u64::from(after)));
        l.label(|| format!("[Next Sequence Number: {after}    (relative sequence number)]"));
    }
    let at = l.at();
    let shown_ack = if flags & 0x10 != 0 { relative_ack } else { acknowledgment };
    l.note(ACK, at, at + 4, Value::Uint(u64::from(shown_ack)));
    if flags & 0x10 != 0 {
        l.label(|| format!("Acknowledgment Number: {shown_ack}    (relative ack number)"));
    }
    l.u32(ACK_RAW)?;
    if flags & 0x10 == 0 && acknowledgment != 0 {
        l.below(|l| l.generated(ACK_NONZERO, Value::None));
    }
    let at = l.at();
    l.note(HDR_LEN, at, at + 1, Value::Uint(header as u64));
    l.label(|| {
        let mut text = String::new();
        crate::value::write_bits(&mut text, offset_flags >> 8, 0xf0, 8);
        text + &format!("Header Length: {header} bytes ({})", header / 4)
    });
    if header < 20 {
        return Err(Stop::Malformed("the header length is less than 20 bytes"));
    }
    l.set_key(flags);
    l.note_uint(FLAGS, at, 2, u64::from(flags));
    l.label(|| format!("Flags: 0x{flags:03x} ({})", flag_names(flags)));
    // FIN, SYN and RST: hardly any segment has one.
    let is_event = flags & 0x07 != 0 && !l.quoted();
    l.below(|l| {
        for field in FLAG_BITS {
            let high = matches!(field, FLAGS_RES | FLAGS_AE);
            l.note_uint(field, at + usize::from(!high), 1, u64::from(flags));
            if field == FLAGS_RES && flags & 0xe00 != 0 {
                l.label(|| numbers::with_bits(flags.into(), 0xe00, 12, "Reserved: Set"));
            }
            if is_event {
                connection(l, field, &segment, facts.closes_first);
            }
        }
        if l.wants(FLAGS_STR) {
            let mut letters = [0u8; 24];
            let length = picture(flags, &mut letters);
            l.note_text(FLAGS_STR, at, at + 2, letters.get(..length).unwrap_or_default());
        }
    });
    l.skip(2)?;
    let at = l.at();
    let window = l.u16(WINDOW_VALUE)?;
    let shift = facts.window_shift.filter(|shift| *shift > 0 && flags & 2 == 0).unwrap_or(0);
    l.note(WINDOW, at, at + 2, Value::Uint(u64::from(window) << shift));
    if flags & 2 == 0 {
        let factor = facts.window_shift.map_or(-1, |shift| if shift < 0 { -2 } else { 1 << shift });
        l.note(WINDOW_SCALE, at, at + 2, Value::Int(factor));
        l.label(|| {
            let name = SCALES.name(factor as u64).map_or_else(String::new, |name| format!(" ({name})"));
            format!("[Window size scaling factor: {factor}{name}]")
        });
    }
    let checksum = l.u16(CHECKSUM)?;
    l.label(|| format!("Checksum: 0x{checksum:04x} [unverified]"));
    l.generated(CHECKSUM_STATUS, Value::Uint(2));
    l.u16(URGENT)?;
    if header > 20 {
        options::dissect(l, header - 20, facts.acknowledgment_base, shown_ack)?;
    }
    if flags & 2 != 0 && header > 20 && !l.quoted() && !options::has_segment_size(l.slice(start + 20, payload_start)) {
        l.below(|l| l.generated(MSS_ABSENT, Value::None));
    }
    let quoted = l.quoted();
    l.title(|| {
        let ack = if flags & 0x10 != 0 { format!(", Ack: {relative_ack}") } else { String::new() };
        let length = if quoted { String::new() } else { format!(", Len: {on_wire}") };
        let ports = format!("Src Port: {source}, Dst Port: {destination}");
        format!("Transmission Control Protocol, {ports}, Seq: {relative}{ack}{length}")
    });
    if !l.quoted() {
        timestamps(l, &facts);
        analysis(l, &facts, on_wire);
        let SegmentFacts { stream: number, conversation, turned, .. } = facts;
        l.converse(Conversing::Tcp, Between::Stream { number, conversation, turned }, on_wire as usize);
    }
    let payload_at = l.at();
    let mut named = None;
    if l.left() > 0 {
        let end = l.end();
        l.note(PAYLOAD, payload_at, end, Value::Bytes);
        l.label(|| format!("TCP payload ({} byte{})", end - payload_at, if end - payload_at == 1 { "" } else { "s" }));
        if facts.plan.assembled.as_ref().is_some_and(|assembled| assembled.pieces.len() > 1) {
            part(l, payload_at, (payload_at + facts.plan.start as usize).min(end));
        }
        let held = payload_at + facts.plan.end as usize;
        if held < end && !facts.plan.repeated && !l.quoted() {
            if let Some(frame) = facts.plan.completed_in {
                l.generated(REASSEMBLED_IN, Value::Uint(u64::from(frame)));
            }
            let tables = l.tables();
            let begins = |bytes: &[u8]| {
                let begins = |id| tables.protocols().get(id).begins;
                let own = begins(facts.protocol?)?(bytes);
                // Through a tunnel come messages of another protocol.
                own.or_else(|| tables.recognise(&tables::TCP_PORT, bytes).find_map(begins)?(bytes))
            };
            let early = facts.protocol.and_then(|id| Some((id, tables.protocols().get(id).named_early?)));
            if facts.plan.begins {
                let bytes = l.slice(held, end);
                named =
                    facts.protocol.filter(|_| held == payload_at && begins(bytes).is_some_and(|text| text.is_empty()));
                l.summarize(|| begins(bytes));
                named = named.or(early.filter(|early| held == payload_at && early.1(bytes)).map(|early| early.0));
            } else if let Some(pdu) = facts.plan.continues {
                match early {
                    Some((protocol, _)) => named = Some(protocol),
                    None if l.wants_all() => {
                        let bytes = l.memory().opening(pdu);
                        l.summarize(|| begins(&bytes));
                    }
                    None => {}
                }
            }
            part(l, held, end);
        }
    }
    if l.quoted() {
        return Ok(if l.left() > 0 { Next::Data } else { Next::End });
    }
    l.beside(|l| pieces(l, &facts));
    // Of a message that only begins here, the protocol is known, and none of its fields.
    if let Some(protocol) = named.filter(|_| facts.plan.assembled.is_none()) {
        l.within(0, |l| {
            l.run(protocol);
            Ok(())
        })?;
    }
    l.run_stream(&tables::TCP_PORT, facts);
    // The protocol's own bytes are its header.
    l.seek(payload_at)?;
    Ok(Next::End)
}

/// Notes bytes that are a part of a message of several segments.
fn part(l: &mut Layer<'_, '_>, start: usize, end: usize) {
    if start < end {
        l.note(SEGMENT_DATA, start, end, Value::Bytes);
        l.label(|| format!("TCP segment data ({} byte{})", end - start, if end - start == 1 { "" } else { "s" }));
    }
}

/// What a flag makes of the connection.
fn connection(l: &mut Layer<'_, '_>, flag: crate::field::FieldId, segment: &Segment<'_>, closes_first: bool) {
    let flags = segment.flags;
    let (source, destination) = (segment.endpoints.source_port, segment.endpoints.destination_port);
    l.below(|l| match flag {
        FLAGS_SYN if flags & 0x12 == 0x12 => {
            l.generated(CONNECTION_SYN_ACK, Value::None);
            l.label(|| format!("Connection establish acknowledge (SYN+ACK): server port {source}"));
        }
        FLAGS_SYN if flags & 0x02 != 0 => {
            l.generated(CONNECTION_SYN, Value::None);
            l.label(|| format!("Connection establish request (SYN): server port {destination}"));
        }
        FLAGS_FIN if flags & 0x01 != 0 => {
            l.generated(CONNECTION_FIN, Value::None);
            let which = if closes_first { CONNECTION_FIN_ACTIVE } else { CONNECTION_FIN_PASSIVE };
            l.generated(which, Value::None);
        }
        FLAGS_RESET if flags & 0x04 != 0 => l.generated(CONNECTION_RESET, Value::None),
        _ => {}
    });
}

/// A header that was cut after the ports, as ICMP errors quote it.
fn stub(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    match beginning(l) {
        // So many bytes are quoted, and no more were meant to be.
        Err(Stop::Short { .. }) if l.quoted() => Ok(Next::End),
        result => result,
    }
}

fn beginning(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    l.u32(SEQ)?;
    l.u32(ACK_RAW)?;
    l.bits(2, &[])?;
    l.u16(WINDOW_VALUE)?;
    l.u16(CHECKSUM)?;
    l.u16(URGENT)?;
    Ok(Next::End)
}

fn timestamps(l: &mut Layer<'_, '_>, facts: &SegmentFacts) {
    l.text(l.start(), l.start(), || "[Timestamps]".into());
    l.below(|l| {
        l.generated_since(TIME_RELATIVE, facts.first);
        l.generated_since(TIME_DELTA, facts.previous);
    });
}

fn analysis(l: &mut Layer<'_, '_>, facts: &SegmentFacts, length: u32) {
    let a = &facts.analysis;
    let something = a.flags != 0 || a.acknowledges != 0 || length > 0;
    if !something {
        return;
    }
    l.generated(ANALYSIS_GROUP, Value::None);
    l.label(|| "[SEQ/ACK analysis]".into());
    l.below(|l| {
        if a.acknowledges != 0 {
            l.generated(ACKS_FRAME, Value::Uint(u64::from(a.acknowledges)));
            l.generated_since(ACK_RTT, a.acknowledges);
        }
        if let Some(round_trip) = a.initial_round_trip {
            let (seconds, nanoseconds) = seconds(round_trip);
            l.generated(INITIAL_RTT, Value::Time(seconds, nanoseconds));
        }
        if length > 0 {
            if a.in_flight > 0 {
                l.generated(BYTES_IN_FLIGHT, Value::Uint(u64::from(a.in_flight)));
            }
            l.generated(PUSH_BYTES_SENT, Value::Uint(u64::from(a.since_push)));
        }
        if a.flags == 0 {
            return;
        }
        let is_duplicate = a.has(Analysis::DUPLICATE_ACK);
        l.generated(ANALYSIS_FLAGS, Value::None);
        l.label(|| "[TCP Analysis Flags]".into());
        l.below(|l| {
            for (flag, field, _) in ANALYSIS {
                if a.has(flag) && field != DUPLICATE_ACK {
                    l.generated(field, Value::None);
                }
                // Either kind of retransmission with a name of its own is a retransmission too.
                if matches!(field, FAST_RETRANSMISSION | SPURIOUS_RETRANSMISSION) && a.has(flag) {
                    l.generated(RETRANSMISSION, Value::None);
                }
            }
            if a.retransmitted != 0 {
                l.generated_since(RTO, a.retransmitted);
                l.generated(RTO_FRAME, Value::Uint(u64::from(a.retransmitted)));
            }
            if is_duplicate {
                l.generated(DUPLICATE_ACK, Value::Uint(1));
                l.label(|| "[This is a TCP duplicate ack]".into());
            }
        });
        if is_duplicate {
            let number = a.duplicate_number;
            l.generated(DUPLICATE_ACK_NUM, Value::Uint(u64::from(number)));
            l.generated(DUPLICATE_ACK_FRAME, Value::Uint(u64::from(a.duplicate_of)));
            l.below(|l| {
                l.generated(DUPLICATE_ACK, Value::None);
                l.label(|| format!("Duplicate ACK (#{number})"));
            });
        }
    });
}

/// The segments that carried a message which ends here.
fn pieces(l: &mut Layer<'_, '_>, facts: &SegmentFacts) {
    let Some(assembled) = &facts.plan.assembled else { return };
    let count = assembled.pieces.len();
    if count < 2 {
        return;
    }
    l.generated(SEGMENTS, Value::None);
    let parts = assembled.parts();
    l.label(|| reassembly::sum("Reassembled TCP Segments", &parts));
    l.below(|l| {
        let mut at = 0;
        for (frame, size) in parts {
            l.generated(PART, Value::Uint(u64::from(frame)));
            l.label(|| reassembly::part(frame, at, size));
            at += size as usize;
        }
        l.generated(SEGMENT_COUNT, Value::Uint(count as u64));
        l.generated(REASSEMBLED_LENGTH, Value::Uint(assembled.bytes.len() as u64));
    });
}

/// The names of the flags that are set, lowest bit first.
fn flag_names(flags: u16) -> String {
    // The three reserved bits have one name.
    let flags = flags | u16::from(flags >> 9 != 0) << 9;
    let set: Vec<&str> =
        FLAG_NAMES.iter().enumerate().filter(|(bit, _)| flags >> bit & 1 == 1).map(|(_, name)| *name).collect();
    if set.is_empty() { "<None>".into() } else { set.join(", ") }
}

/// The letters of the flags, highest bit first, with a dot for each that is not set; returns the bytes written.
fn picture(flags: u16, out: &mut [u8; 24]) -> usize {
    let mut length = 0;
    for (bit, letter) in b"RRRACEUAPRSF".iter().enumerate() {
        let set = flags >> (11 - bit) & 1 == 1;
        for byte in if set { std::slice::from_ref(letter) } else { "·".as_bytes() } {
            if let Some(place) = out.get_mut(length) {
                *place = *byte;
                length += 1;
            }
        }
    }
    length
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    use std::fmt::Write as _;
    let number = |field| view.uint(field).unwrap_or_default();
    let flags = number(FLAGS) as u16;
    columns.protocol = PROTOCOL.column.into();
    columns.info = format!("{} → {}", number(SRC_PORT), number(DST_PORT));
    if !view.has(FLAGS) {
        return;
    }
    let out = &mut columns.info;
    let _ = write!(out, " [{}] Seq={}", flag_names(flags), number(SEQ));
    if flags & 0x10 != 0 {
        let _ = write!(out, " Ack={}", number(ACK));
    }
    let _ = write!(out, " Win={}", number(WINDOW));
    if flags & 0x20 != 0 {
        let _ = write!(out, " Urg={}", number(URGENT));
    }
    let _ = write!(out, " Len={}", number(LEN));
    options::summary(view, out);
    let analysis = view.summarized();
    // One part may be the end of a message that is put together here.
    let parts = view.nodes().filter(|node| node.field == SEGMENT_DATA).count();
    if parts > usize::from(view.has(SEGMENTS)) {
        if let Some(words) = analysis {
            words.clone_into(out);
        }
        out.push_str(" [TCP segment of a reassembled PDU]");
    }
    let named = view.has(FAST_RETRANSMISSION) || view.has(SPURIOUS_RETRANSMISSION);
    for (_, field, text) in ANALYSIS {
        if view.has(field) && !(named && field == RETRANSMISSION) {
            let mut text = text.to_owned();
            if field == DUPLICATE_ACK {
                text = format!("[TCP Dup ACK {}#{}] ", number(DUPLICATE_ACK_FRAME), number(DUPLICATE_ACK_NUM));
            }
            columns.warning.insert_str(0, &text);
        }
    }
    // What a protocol says of a beginning stands alone; behind a warning there is a blank between.
    if analysis.is_some() && columns.warning.is_empty() {
        columns.info = columns.info.trim_start().to_owned();
    }
}
