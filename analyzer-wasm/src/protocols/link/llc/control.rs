//! The control field of LLC: which kind of frame it is, and its counters.

use super::*;
use crate::field::FieldId;
use crate::value::Value;

pub(super) const FRAME_TYPES: Values = Values::Names(&[
    (0, "Information frame"),
    (1, "Supervisory frame"),
    (2, "Information frame"),
    (3, "Unnumbered frame"),
]);

pub(super) const SUPERVISORY: Values =
    Values::Names(&[(0, "Receiver ready"), (1, "Receiver not ready"), (2, "Reject"), (3, "Selective reject")]);
const SUPERVISORY_SHORT: [&str; 4] = ["RR", "RNR", "REJ", "SREJ"];

pub(super) const COMMANDS: Values = Values::Names(&[
    (0x00, "Unnumbered Information"),
    (0x01, "Set Initialization Mode"),
    (0x03, "Set Asynchronous Response Mode"),
    (0x08, "Unnumbered Poll"),
    (0x0b, "Set Asynchronous Balanced Mode"),
    (0x10, "Disconnect"),
    (0x13, "Set Asynchronous Response Mode Extended"),
    (0x18, "Unnumbered Acknowledge"),
    (0x1b, "Set Asynchronous Balanced Mode Extended"),
    (0x20, "Set Normal Response Mode"),
    (0x21, "Frame reject"),
    (0x23, "Reset"),
    (0x2b, "Exchange identification"),
    (0x31, "Configure"),
    (0x33, "Set Normal Response Mode Extended"),
    (0x38, "Test"),
    (0x3b, "Beacon"),
]);

pub(super) const RESPONSES: Values = Values::Names(&[
    (0x00, "Unnumbered Information"),
    (0x01, "Request Initialization Mode"),
    (0x03, "Disconnected mode"),
    (0x08, "Unnumbered Poll"),
    (0x0b, "Set Asynchronous Balanced Mode"),
    (0x10, "Request Disconnect"),
    (0x13, "Set Asynchronous Response Mode Extended"),
    (0x18, "Unnumbered Acknowledge"),
    (0x1b, "Set Asynchronous Balanced Mode Extended"),
    (0x20, "Set Normal Response Mode"),
    (0x21, "Frame reject"),
    (0x23, "Reset"),
    (0x2b, "Exchange identification"),
    (0x31, "Configure"),
    (0x33, "Set Normal Response Mode Extended"),
    (0x38, "Test"),
    (0x3b, "Beacon"),
]);

/// Short names of the functions of unnumbered frames, of commands and of responses.
const UNNUMBERED_SHORT: &[(u64, &str, &str)] = &[
    (0x00, "UI", "UI"),
    (0x01, "SIM", "RIM"),
    (0x03, "SARM", "DM"),
    (0x08, "UP", "UP"),
    (0x0b, "SABM", "SABM"),
    (0x10, "DISC", "RD"),
    (0x13, "SARME", "SARME"),
    (0x18, "UA", "UA"),
    (0x1b, "SABME", "SABME"),
    (0x20, "SNRM", "SNRM"),
    (0x21, "FRMR", "FRMR"),
    (0x23, "RSET", "RSET"),
    (0x2b, "XID", "XID"),
    (0x31, "CFGR", "CFGR"),
    (0x33, "SNRME", "SNRME"),
    (0x38, "TEST", "TEST"),
    (0x3b, "BCN", "BCN"),
];

/// Reads the control field. Whether what follows is another protocol's: so in information frames, be they numbered or not.
pub(super) fn read(l: &mut Layer<'_, '_>, response: bool) -> Result<bool, Stop> {
    let first = l.peek(0, 1)?;
    let (start, mark) = (l.at(), l.mark());
    let poll = if response { CONTROL_F } else { CONTROL_P };
    if first & 3 == 3 {
        // One byte, though the field is two wide.
        l.skip(1)?;
        l.note(CONTROL, start, start + 1, Value::Uint(first));
        l.label_at(mark, || format!("Control field: {} (0x{first:02x})", describe(first, 1, response)));
        let modifier = if response { CONTROL_U_MODIFIER_RESP } else { CONTROL_U_MODIFIER_CMD };
        l.below(|l| {
            if first & 0x10 != 0 {
                l.note_uint(poll, start, 1, first);
            }
            note_modifier(l, modifier, start, first);
            l.note_uint(CONTROL_FTYPE, start, 1, first);
            l.label(|| numbers::with_bits(first, 3, 8, "Frame type: Unnumbered frame (0x3)"));
        });
        return Ok(matches!(first & 0xec, 0x00));
    }
    // The two bytes are sent the low one first.
    let raw = l.peek(0, 2)?;
    let raw = raw >> 8 | (raw & 0xff) << 8;
    l.skip(2)?;
    l.note(CONTROL, start, start + 2, Value::Uint(raw));
    l.label_at(mark, || format!("Control field: {} (0x{raw:04x})", describe(raw, 2, response)));
    let supervisory = raw & 3 == 1;
    l.below(|l| {
        l.note_uint(CONTROL_N_R, start, 2, raw);
        if !supervisory {
            l.note_uint(CONTROL_N_S, start, 2, raw);
        }
        if raw & 0x100 != 0 {
            let poll = if supervisory { poll } else { CONTROL_P };
            l.note(poll, start, start + 2, Value::Uint(1));
        }
        if supervisory {
            l.note_uint(CONTROL_S_FTYPE, start, 2, raw);
        }
        let kind = if supervisory { 1 } else { 0 };
        l.note(CONTROL_FTYPE, start, start + 2, Value::Uint(kind));
    });
    Ok(!supervisory)
}

/// What the control field of this layer says: `U P, func=UA`.
pub(super) fn text(view: &View<'_>) -> String {
    let (Some(node), Some(raw)) = (view.node(CONTROL), view.uint(CONTROL)) else { return String::new() };
    describe(raw, node.end - node.start, view.uint(SSAP).unwrap_or_default() & 1 == 1)
}

fn describe(raw: u64, width: u32, response: bool) -> String {
    let information = width == 2 && raw & 1 == 0;
    let poll = match raw & if width == 1 { 0x10 } else { 0x100 } {
        0 => "",
        // Information frames only ever poll.
        _ if response && !information => " F",
        _ => " P",
    };
    if width == 1 {
        let function = modifier(raw);
        let known = UNNUMBERED_SHORT.iter().find(|(value, ..)| *value == function);
        let name = known.map_or("Unknown", |(_, command, reply)| if response { reply } else { command });
        format!("U{poll}, func={name}")
    } else if raw & 3 == 1 {
        let kind = SUPERVISORY_SHORT.get((raw >> 2 & 3) as usize).copied().unwrap_or_default();
        format!("S{poll}, func={kind}, N(R)={}", raw >> 9)
    } else {
        format!("I{poll}, N(R)={}, N(S)={}", raw >> 9, raw >> 1 & 0x7f)
    }
}

/// The five bits that name the function, as if the poll bit between them were not there to be shifted over.
fn modifier(raw: u64) -> u64 {
    (raw & 0xec) >> 2
}

fn note_modifier(l: &mut Layer<'_, '_>, field: FieldId, start: usize, raw: u64) {
    l.note(field, start, start + 1, Value::Uint(modifier(raw)));
}
