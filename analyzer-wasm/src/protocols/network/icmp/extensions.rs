//! What routers add behind the quoted packet (RFC 4884): MPLS label stacks (RFC 4950); and the interface that an extended
//! echo asks about (RFC 8335).

use super::*;

/// Where extensions begin if the message does not hold their place: older routers pad the quoted packet to this length.
const CUSTOMARY: usize = 128;
/// The only version there is.
const VERSION: u64 = 2;
const MPLS: u8 = 1;
const INTERFACE_IDENTIFICATION: u8 = 3;
/// Bytes before the objects, and before what is in an object.
pub(super) const HEADER: usize = 4;

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
        // What is there counts in itself: without it, the sum is the right checksum.
        let rest = Sum16BitWords::new().add_slice(l.slice(start, start + 2)).add_slice(l.slice(start + 4, l.end()));
        let right = rest.ones_complement().to_be();
        let status = if sum == 0 { 3 } else { u64::from(sum == right) };
        l.label(|| match status {
            3 => "Checksum: [missing]".into(),
            1 => format!("Checksum: 0x{sum:04x} [correct]"),
            _ => format!("Checksum: 0x{sum:04x} incorrect, should be 0x{right:04x}"),
        });
        if status == 0 {
            l.remark(EXT_CHECKSUM_BAD, start + 2, || format!("Bad checksum [should be 0x{right:04x}]"));
        }
        l.generated_at(EXT_CHECKSUM_STATUS, start + 2, Value::Uint(status));
        while l.left() >= HEADER {
            let (at, size) = (l.at(), l.peek(0, 2)? as usize);
            let there = size.clamp(HEADER, l.left());
            let mark = l.mark();
            l.text(at, at + there, String::new);
            let name = l.below(|l| l.within(there, |l| object(l, size)))?;
            l.label_at(mark, || if size > there { format!("{name} (truncated)") } else { name });
            if size < HEADER {
                break;
            }
        }
        l.skip(l.left())
    })?;
    l.label_at(mark, || "ICMP Multi-Part Extensions".into());
    Ok(())
}

/// Reads an object whose length says `size`; returns what it is.
fn object(l: &mut Layer<'_, '_>, size: usize) -> Result<String, Stop> {
    l.u16(EXT_LENGTH)?;
    let class = l.u8(EXT_CLASS)?;
    let kind = l.u8(EXT_CTYPE)?;
    if size < HEADER {
        return Ok("Object with bad length".into());
    }
    let name = match class {
        MPLS => {
            labels(l)?;
            "MPLS Stack Entry".into()
        }
        INTERFACE_IDENTIFICATION => {
            l.label(|| {
                names::IDENTIFIES
                    .name(u64::from(kind))
                    .map_or_else(|| format!("C-Type: {kind}"), |name| format!("C-Type: {kind} ({name})"))
            });
            interface(l, kind)?;
            "Interface Identification Object".into()
        }
        _ => format!("Unknown object ({class}/{kind})"),
    };
    if l.left() > 0 {
        l.bytes_left(EXT_DATA);
    }
    Ok(name)
}

/// The labels of a packet that MPLS carried, outermost first.
fn labels(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    while l.left() >= 4 {
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
    Ok(())
}

/// Which interface is meant: by its name, its number or an address of its (RFC 8335, section 2.1).
fn interface(l: &mut Layer<'_, '_>, kind: u8) -> Result<(), Stop> {
    match kind {
        1 => {
            l.bytes_left(INT_IDENT_NAME);
        }
        2 if l.left() >= 4 => {
            l.u32(INT_IDENT_INDEX)?;
        }
        3 if l.left() >= 4 => {
            let family = l.u16(INT_IDENT_AFI)?;
            l.u8(INT_IDENT_ADDR_LENGTH)?;
            l.bytes(INT_IDENT_RESERVED, 1)?;
            match family {
                1 => drop(l.ipv4(INT_IDENT_IPV4)?),
                2 => drop(l.ipv6(INT_IDENT_IPV6)?),
                _ => drop(l.bytes_left(INT_IDENT_ADDRESS)),
            }
        }
        _ => {}
    }
    Ok(())
}
