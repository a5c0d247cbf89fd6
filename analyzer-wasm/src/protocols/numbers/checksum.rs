//! The Internet checksum (RFC 1071), as ICMP and ICMPv6 carry it.

use crate::dissect::{Layer, Stop};
use crate::field::FieldId;
use crate::value::Value;
use etherparse::checksum::Sum16BitWords;

/// Reads a checksum of the layer's bytes, to which `pseudo` was added before, and notes whether it is right. That can
/// be checked in whole packets only; the packet that an error message quotes is not whole.
pub fn internet(l: &mut Layer<'_, '_>, fields: [FieldId; 3], pseudo: Sum16BitWords) -> Result<u16, Stop> {
    let [field, status, bad] = fields;
    let start = l.at();
    let value = l.u16(field)?;
    if l.quoted() || l.left() < l.left_on_wire() {
        let why = if l.quoted() { "in ICMP error packet" } else { "fragmented datagram" };
        l.label(|| format!("Checksum: 0x{value:04x} [unverified] [{why}]"));
        l.generated_at(status, start, Value::Uint(2));
        return Ok(value);
    }
    if !l.wants(status) && !l.wants(bad) {
        return Ok(value);
    }
    let rest = pseudo.clone().add_slice(l.whole()).ones_complement().to_be();
    if rest == 0 {
        l.label(|| format!("Checksum: 0x{value:04x} [correct]"));
    } else {
        // What is there counts in itself: without it, the sum is the right checksum.
        let right = pseudo.add_slice(l.slice(l.start(), start)).add_slice(l.slice(start + 2, l.end()));
        let right = right.ones_complement().to_be();
        l.label(|| format!("Checksum: 0x{value:04x} incorrect, should be 0x{right:04x}"));
        l.remark(bad, start, || format!("Bad checksum [should be 0x{right:04x}]"));
    }
    l.generated_at(status, start, Value::Uint(u64::from(rest == 0)));
    Ok(value)
}
