//! What stands behind the payload of a frame: padding up to the shortest frame, a trailer, a check sequence.

use super::{PADDING, PADDING_BAD};
use crate::dissect::Layer;
use crate::field::FieldId;
use crate::value::{Value, big_endian};

/// The shortest frame, without its check sequence (IEEE 802.3, section 3.2.8).
const SHORTEST: usize = 60;
/// Length of a check sequence.
const CHECK: usize = 4;

/// Notes what the payload that was called last has left over.
///
/// A capture does not say whether frames end with a check sequence. As Wireshark does, it is taken for one where the frame
/// is long enough to have been captured with it and at least four bytes are left over.
pub fn note(l: &mut Layer<'_, '_>, trailer: FieldId, check: Option<(FieldId, FieldId)>) {
    let (mut at, captured, wire) = (l.payload_end(), l.end(), l.at() + l.left_on_wire());
    // A frame that another protocol carries was not sent by itself: it has neither padding nor check sequence.
    let tunnelled = check.is_some() && l.start() > 0;
    let check = check.filter(|_| !tunnelled);
    if at >= captured {
        return;
    }
    if !tunnelled && at < SHORTEST && wire >= SHORTEST && captured >= SHORTEST {
        if l.slice(at, SHORTEST).iter().all(|byte| *byte == 0) {
            l.note_behind_payload(PADDING, at, SHORTEST, Value::Bytes);
            at = SHORTEST;
        } else {
            let mark = l.below(|l| l.note_behind_payload(PADDING_BAD, at, at, Value::None));
            l.label_at(mark, || {
                "Didn't find padding of zeros, and an undecoded trailer exists. There may be padding of non-zeros."
                    .into()
            });
        }
    }
    let check = check.filter(|_| wire >= SHORTEST + CHECK && wire - at >= CHECK);
    let end = if check.is_some() { wire - CHECK } else { wire }.min(captured);
    if at < end {
        l.note_behind_payload(trailer, at, end, Value::Bytes);
    }
    if let Some((sequence, status)) = check
        && end + CHECK <= captured
    {
        let value = big_endian(l.slice(end, end + CHECK));
        let mark = l.note_behind_payload(sequence, end, end + CHECK, Value::Uint(value));
        l.label_at(mark, || format!("Frame check sequence: 0x{value:08x} [unverified]"));
        l.note_behind_payload(status, end, end, Value::Uint(2));
    }
}
