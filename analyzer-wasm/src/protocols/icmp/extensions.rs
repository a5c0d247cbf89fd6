//! What routers add behind the quoted packet (RFC 4884): MPLS label stacks (RFC 4950), interfaces (RFC 5837).

use super::*;

/// Where extensions begin if the message does not tell: older routers pad the quoted packet to this length.
const CUSTOMARY: usize = 128;
/// The only version there is.
const VERSION: u64 = 2;
const MPLS: u8 = 1;

/// Where from the cursor the extensions begin, if there are any. `length` is what the message says, 0 for nothing.
pub(super) fn offset(l: &Layer<'_, '_>, length: usize) -> Option<usize> {
    let offset = if length == 0 { CUSTOMARY } else { length };
    (l.peek(offset, 4).ok()? >> 28 == VERSION).then_some(offset)
}

/// Reads the extensions up to the layer's end.
pub(super) fn read(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    let mark = l.mark();
    l.nest(EXT, |l| {
        let start = l.at();
        let first = l.peek(0, 2)?;
        l.note(EXT_VERSION, start, start + 1, Value::Uint(first >> 12));
        l.uint(EXT_RES, 2)?;
        let sum = l.u16(EXT_CHECKSUM)?;
        let right = Sum16BitWords::new().add_slice(l.slice(start, l.end())).ones_complement() == 0;
        let status = if sum == 0 { 3 } else { u64::from(right) };
        l.label(|| match status {
            3 => "Checksum: [missing]".into(),
            1 => format!("Checksum: 0x{sum:04x} [correct]"),
            _ => format!("Checksum: 0x{sum:04x} incorrect"),
        });
        l.generated_at(EXT_CHECKSUM_STATUS, start + 2, Value::Uint(status));
        while l.left() >= 4 {
            let size = l.peek(0, 2)? as usize;
            if size < 4 || size > l.left() {
                break;
            }
            let at = l.at();
            l.text(at, at + size, || "Extension object".into());
            l.below(|l| l.within(size, object))?;
        }
        l.skip(l.left())
    })?;
    l.label_at(mark, || "ICMP Multi-Part Extensions".into());
    Ok(())
}

fn object(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    l.u16(EXT_LENGTH)?;
    let class = l.u8(EXT_CLASS)?;
    l.u8(EXT_CTYPE)?;
    while class == MPLS && l.left() >= 4 {
        let at = l.at();
        let word = l.peek(0, 4)?;
        l.text(at, at + 4, || {
            format!("Label: {}, Exp: {}, S: {}, TTL: {}", word >> 12, word >> 9 & 7, word >> 8 & 1, word & 255)
        });
        l.below(|l| -> Result<(), Stop> {
            l.note_uint(MPLS_LABEL, at, 3, word >> 8);
            l.note(MPLS_EXP, at + 2, at + 3, Value::Uint(word >> 9 & 7));
            l.note(MPLS_S, at + 2, at + 3, Value::Uint(word >> 8 & 1));
            l.skip(3)?;
            l.u8(MPLS_TTL)?;
            Ok(())
        })?;
    }
    if l.left() > 0 {
        l.bytes_left(EXT_DATA);
    }
    Ok(())
}
