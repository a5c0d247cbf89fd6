//! Names of TCP: kinds of options, findings of the analysis, completeness of a conversation.

use super::*;
use crate::field::FieldId;

/// Kinds of options (IANA).
pub(super) const OPTION_KINDS: Values = Values::Names(&[
    (0, "End of Option List"),
    (1, "No-Operation"),
    (2, "Maximum Segment Size"),
    (3, "Window Scale"),
    (4, "SACK Permitted"),
    (5, "SACK"),
    (6, "Echo"),
    (7, "Echo Reply"),
    (8, "Time Stamp Option"),
    (9, "Partial Order Connection Permitted"),
    (10, "Partial Order Service Profile"),
    (11, "CC"),
    (12, "CC.NEW"),
    (13, "CC.ECHO"),
    (14, "TCP Alternate Checksum Request"),
    (15, "TCP Alternate Checksum Data"),
    (18, "Trailer Checksum Option"),
    (19, "MD5 Signature Option"),
    (20, "SCPS Capabilities"),
    (21, "Selective Negative Acknowledgements"),
    (22, "Record Boundaries"),
    (23, "Corruption experienced"),
    (24, "SNAP"),
    (27, "Quick-Start Response"),
    (28, "User Timeout Option"),
    (29, "TCP Authentication Option"),
    (30, "Multipath TCP"),
    (34, "TCP Fast Open Cookie"),
    (172, "Accurate ECN Order 0"),
    (174, "Accurate ECN Order 1"),
    (253, "RFC3692-style Experiment 1"),
    (254, "RFC3692-style Experiment 2"),
]);

/// Subtypes of the option of Multipath TCP (RFC 8684, section 8.2).
pub(super) const MPTCP_SUBTYPES: Values = Values::Names(&[
    (0, "Multipath Capable"),
    (1, "Join Connection"),
    (2, "Data Sequence Signal"),
    (3, "Add Address"),
    (4, "Remove Address"),
    (5, "Change Subflow Priority"),
    (6, "TCP Fallback"),
    (7, "Fast Close"),
]);

/// Names of window scaling factors that are no factors.
pub(super) const SCALES: Values =
    Values::Names(&[((-1i64) as u64, "unknown"), ((-2i64) as u64, "no window scaling used")]);

/// What the analysis finds: its flag, its field, and what stands before the Info column, in the order of the columns
/// from right to left.
pub(super) const ANALYSIS: [(u16, FieldId, &str); 15] = [
    (Analysis::RETRANSMISSION, RETRANSMISSION, "[TCP Retransmission] "),
    (Analysis::FAST_RETRANSMISSION, FAST_RETRANSMISSION, "[TCP Fast Retransmission] "),
    (Analysis::SPURIOUS_RETRANSMISSION, SPURIOUS_RETRANSMISSION, "[TCP Spurious Retransmission] "),
    (Analysis::OUT_OF_ORDER, OUT_OF_ORDER, "[TCP Out-Of-Order] "),
    (Analysis::REUSED_PORTS, REUSED_PORTS, "[TCP Port numbers reused] "),
    (Analysis::LOST_SEGMENT, LOST_SEGMENT, "[TCP Previous segment not captured] "),
    (Analysis::ACK_LOST_SEGMENT, ACK_LOST_SEGMENT, "[TCP ACKed unseen segment] "),
    (Analysis::WINDOW_UPDATE, WINDOW_UPDATE, "[TCP Window Update] "),
    (Analysis::WINDOW_FULL, WINDOW_FULL, "[TCP Window Full] "),
    (Analysis::KEEP_ALIVE, KEEP_ALIVE, "[TCP Keep-Alive] "),
    (Analysis::KEEP_ALIVE_ACK, KEEP_ALIVE_ACK, "[TCP Keep-Alive ACK] "),
    (Analysis::DUPLICATE_ACK, DUPLICATE_ACK, ""),
    (Analysis::ZERO_WINDOW_PROBE, ZERO_WINDOW_PROBE, "[TCP ZeroWindowProbe] "),
    (Analysis::ZERO_WINDOW, ZERO_WINDOW, "[TCP ZeroWindow] "),
    (Analysis::ZERO_WINDOW_PROBE_ACK, ZERO_WINDOW_PROBE_ACK, "[TCP ZeroWindowProbeAck] "),
];

/// What `tcp.completeness` says.
pub(super) fn completeness(bits: u8) -> String {
    // A FIN ends it as well as a RST does.
    match bits {
        31 | 47 | 63 => format!("Complete, WITH_DATA ({bits})"),
        23 | 39 | 55 => format!("Complete, NO_DATA ({bits})"),
        7 => format!("Incomplete, ESTABLISHED ({bits})"),
        15 => format!("Incomplete, DATA ({bits})"),
        3 => format!("Incomplete, CLIENT_ESTABLISHED ({bits})"),
        1 => format!("Incomplete, SYN_SENT ({bits})"),
        _ => format!("Incomplete ({bits})"),
    }
}
