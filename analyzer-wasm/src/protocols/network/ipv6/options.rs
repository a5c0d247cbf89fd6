//! The options of hop-by-hop and destination options headers (RFC 8200, section 4.2, and the IANA registry).

use super::*;

pub(super) const TYPES: Values = Values::Names(&[
    (0x00, "Pad1"),
    (0x01, "PadN"),
    (0x04, "Tunnel Encapsulation Limit"),
    (0x05, "Router Alert"),
    (0x07, "CALIPSO"),
    (0x08, "SMF_DPD"),
    (0x0f, "Performance and Diagnostic Metrics"),
    (0x1e, "Experimental (0x1E)"),
    (0x26, "Quick-Start"),
    (0x30, "Path MTU Option"),
    (0x31, "IOAM Option"),
    (0x3e, "Experimental (0x3E)"),
    (0x41, "Tunnel Payload Forwarding (TPF) Information"),
    (0x5e, "Experimental (0x5E)"),
    (0x63, "RPL Option"),
    (0x6d, "MPL Option"),
    (0x7e, "Experimental (0x7E)"),
    (0x8a, "Endpoint Identification"),
    (0x8b, "ILNP Nonce"),
    (0x8c, "Line-Identification Option"),
    (0x9e, "Experimental (0x9E)"),
    (0xbe, "Experimental (0xBE)"),
    (0xc2, "Jumbo Payload"),
    (0xc9, "Home Address"),
    (0xde, "Experimental (0xDE)"),
    (0xee, "IP_DFF"),
    (0xfe, "Experimental (0xFE)"),
]);
pub(super) const ACTIONS: Values = Values::Names(&[
    (0, "Skip and continue"),
    (1, "Discard"),
    (2, "Discard and send ICMP Parameter Problem"),
    (3, "Discard and send ICMP if not multicast"),
]);
pub(super) const ALERTS: Values = Values::Names(&[(0, "MLD"), (1, "RSVP"), (2, "Active Network")]);

const PAD1: u8 = 0x00;
const PADN: u8 = 0x01;
const TUNNEL_LIMIT: u8 = 0x04;
const ROUTER_ALERT: u8 = 0x05;
const JUMBO: u8 = 0xc2;
const HOME_ADDRESS: u8 = 0xc9;
/// The experimental types (RFC 4727) have these low-order bits.
const EXPERIMENTAL: u8 = 0x1e;

/// Reads a hop-by-hop or destination options header: its next header, its length in units of eight bytes after the first,
/// the same in bytes, and the options. Returns the next header and where the packet comes from by a Home Address option.
pub fn header(l: &mut Layer<'_, '_>, fields: [FieldId; 3]) -> Result<(u8, Option<Ipv6Addr>), Stop> {
    let [next, length, length_in_bytes] = fields;
    let following = l.u8(next)?;
    let at = l.at();
    let size = (usize::from(l.u8(length)?) + 1) * 8;
    l.note(length_in_bytes, at, at + 1, Value::Uint(size as u64));
    l.label(|| format!("Length: {size} bytes"));
    let mut home = None;
    l.within(size - 2, |l| {
        while l.left() > 0 {
            option(l, &mut home)?;
        }
        Ok(())
    })?;
    Ok((following, home))
}

fn option(l: &mut Layer<'_, '_>, home: &mut Option<Ipv6Addr>) -> Result<(), Stop> {
    let kind = l.peek(0, 1)? as u8;
    let mark = l.mark();
    l.nest(OPT, |l| {
        if kind == PAD1 {
            l.u8(OPT_TYPE)?;
            let at = l.at();
            l.note(OPT_PAD1, at - 1, at, Value::None);
            l.label(|| "Pad1".into());
            return Ok(());
        }
        l.flags(OPT_TYPE, 1, &[OPT_TYPE_ACTION, OPT_TYPE_CHANGE, OPT_TYPE_REST])?;
        let length = usize::from(l.u8(OPT_LENGTH)?);
        l.within(length, |l| {
            match (kind, length) {
                (PADN, _) => {
                    l.bytes(OPT_PADN, length)?;
                }
                (TUNNEL_LIMIT, 1..) => {
                    l.u8(OPT_TEL)?;
                }
                (ROUTER_ALERT, 2..) => {
                    l.u16(OPT_ROUTER_ALERT)?;
                }
                (JUMBO, 4..) => {
                    l.u32(OPT_JUMBO)?;
                }
                (HOME_ADDRESS, 16..) => *home = Some(l.ipv6(OPT_HOME_ADDRESS)?),
                _ if kind & 0x1f == EXPERIMENTAL => {
                    l.bytes(OPT_EXPERIMENTAL, length)?;
                }
                _ => {
                    l.bytes(OPT_UNKNOWN, length)?;
                }
            }
            l.skip(l.left())
        })
    })?;
    l.label_at(mark, || {
        TYPES.name(u64::from(kind)).map_or_else(|| format!("Unknown IPv6 Option ({kind})"), str::to_owned)
    });
    Ok(())
}
