//! The options of an IPv4 header (RFC 791, section 3.1, and the IANA registry).

use super::*;

pub(super) const CLASSES: Values = Values::Names(&[
    (0, "Control"),
    (1, "Reserved for future use"),
    (2, "Debugging and measurement"),
    (3, "Reserved for future use"),
]);
pub(super) const NUMBERS: Values = Values::Names(&[
    (0, "End of Option List (EOL)"),
    (1, "No-Operation (NOP)"),
    (2, "Security"),
    (3, "Loose source route"),
    (4, "Time stamp"),
    (5, "Extended security"),
    (6, "Commercial IP security option"),
    (7, "Record route"),
    (8, "Stream identifier"),
    (9, "Strict source route"),
    (10, "Experimental Measurement"),
    (11, "MTU probe"),
    (12, "MTU Reply"),
    (13, "Experimental Flow Control"),
    (14, "Experimental Access Control"),
    (15, "Ask Estrin"),
    (16, "IMI Traffic Descriptor"),
    (17, "Extended Internet Protocol"),
    (18, "Traceroute"),
    (19, "Address Extension"),
    (20, "Router Alert"),
    (21, "Selective Directed Broadcast"),
    (22, "Unassigned"),
    (23, "Dynamic Packet State"),
    (24, "Upstream Multicast Packet"),
    (25, "Quick-Start"),
    (30, "RFC 3692-style experiment"),
]);
pub(super) const TIMESTAMP_KINDS: Values = Values::Names(&[
    (0, "Time stamps only"),
    (1, "Time stamp and address"),
    (3, "Time stamps for prespecified addresses"),
]);
pub(super) const ALERTS: Values = Values::Ranges(&[(0, 0, "Router shall examine packet"), (1, 65_535, "Reserved")]);
pub(super) const CLASSIFICATIONS: Values = Values::Names(&[
    (0x01, "Reserved 4"),
    (0x3d, "Top secret"),
    (0x5a, "Secret"),
    (0x66, "Reserved 3"),
    (0x96, "Confidential"),
    (0xab, "Unclassified"),
    (0xcc, "Reserved 2"),
    (0xf1, "Reserved 1"),
]);
pub(super) const QUICK_START: Values = Values::Names(&[(0, "Rate request"), (8, "Rate report")]);
pub(super) const CIPSO_TAGS: Values = Values::Names(&[
    (0, "Padding"),
    (1, "Restrictive Category Bitmap"),
    (2, "Enumerated Categories"),
    (5, "Ranged Categories"),
    (6, "Permissive Categories"),
    (7, "Free Form"),
]);

const END: u8 = 0;
const NO_OPERATION: u8 = 1;
const SECURITY: u8 = 130;
const LOOSE_ROUTE: u8 = 131;
const EXTENDED_SECURITY: u8 = 133;
const COMMERCIAL_SECURITY: u8 = 134;
const RECORD_ROUTE: u8 = 7;
const MTU_PROBE: u8 = 11;
const MTU_REPLY: u8 = 12;
const QUICK_START_TYPE: u8 = 25;
const TIMESTAMP: u8 = 68;
const TRACEROUTE: u8 = 82;
const STREAM: u8 = 136;
const STRICT_ROUTE: u8 = 137;
const ROUTER_ALERT: u8 = 148;
const DIRECTED_BROADCAST: u8 = 149;

/// Where a packet goes in the end that a source route sends by way of others: the route's last address, while there are
/// stops left.
pub(super) fn destination(mut options: &[u8]) -> Option<Ipv4Addr> {
    loop {
        match *options {
            [NO_OPERATION, ref rest @ ..] => options = rest,
            [kind, length, ..] if kind != END && length >= 2 => {
                let option = options.get(..usize::from(length))?;
                if let ([LOOSE_ROUTE | STRICT_ROUTE, _, pointer, route @ ..], Some(last)) =
                    (option, option.last_chunk::<4>())
                    && route.len() >= 4
                    && usize::from(*pointer) + 3 <= option.len()
                {
                    return Some(Ipv4Addr::from(*last));
                }
                options = options.get(usize::from(length)..)?;
            }
            _ => return None,
        }
    }
}

/// Reads the options, which take up `length` bytes.
pub(super) fn read(l: &mut Layer<'_, '_>, length: usize) -> Result<(), Stop> {
    if length == 0 {
        return Ok(());
    }
    let (start, end) = (l.at(), l.at() + length);
    l.text(start, end, || format!("Options: ({length} bytes)"));
    l.below(|l| {
        l.within(length, |l| {
            let mut idle = 0;
            while l.left() > 0 {
                let kind = l.peek(0, 1)? as u8;
                idle = if kind == NO_OPERATION { idle + 1 } else { 0 };
                let size = match kind {
                    END | NO_OPERATION => 1,
                    _ => l.peek(1, 1)? as usize,
                };
                let (at, left) = (l.at(), l.left());
                if size == 0 || size > left {
                    l.text(at, at + left, || format!("IP Option {kind}: its length of {size} bytes cannot be"));
                    return l.skip(left);
                }
                let mark = l.mark();
                match field(kind) {
                    Some(field) => l.note(field, at, at + size, Value::Bytes),
                    None => l.text(at, at + size, String::new),
                }
                let value = if kind == ROUTER_ALERT { l.peek(2, 2).ok() } else { None };
                l.label_at(mark, || match value {
                    Some(value) => {
                        format!("{}: {} ({value})", title(kind, size), ALERTS.name(value).unwrap_or("Unknown"))
                    }
                    None => title(kind, size),
                });
                l.below(|l| l.within(size, |l| option(l, kind, at)))?;
                if idle == 4 {
                    l.remark(NOP, at, || "4 NOP in a row - a router may have removed some options".into());
                }
                if kind == END {
                    // What follows is padding.
                    return l.skip(l.left());
                }
            }
            Ok(())
        })
    })
}

fn option(l: &mut Layer<'_, '_>, kind: u8, start: usize) -> Result<(), Stop> {
    l.flags(OPT_TYPE, 1, &[OPT_TYPE_COPY, OPT_TYPE_CLASS, OPT_TYPE_NUMBER])?;
    if matches!(kind, END | NO_OPERATION) {
        return Ok(());
    }
    l.u8(OPT_LEN)?;
    match kind {
        RECORD_ROUTE | LOOSE_ROUTE | STRICT_ROUTE => route(l, kind, start)?,
        TIMESTAMP => timestamps(l)?,
        ROUTER_ALERT => {
            l.u16(OPT_RA)?;
        }
        STREAM => {
            l.u16(OPT_SID)?;
        }
        MTU_PROBE | MTU_REPLY => {
            l.u16(OPT_MTU)?;
        }
        SECURITY => {
            l.u8(OPT_SEC_CL)?;
            while l.left() > 0 && l.u8(OPT_SEC_PROT_AUTH_FLAGS)? & 1 == 1 {}
        }
        EXTENDED_SECURITY => {
            l.u8(OPT_EXT_SEC_ADD_SEC_INFO_FORMAT_CODE)?;
            if l.left() > 0 {
                l.bytes_left(OPT_EXT_SEC_ADD_SEC_INFO);
            }
        }
        COMMERCIAL_SECURITY => {
            l.u32(CIPSO_DOI)?;
            while l.left() >= 2 {
                let tag = l.peek(1, 1)? as usize;
                l.u8(CIPSO_TAG_TYPE)?;
                l.skip(tag.saturating_sub(1).clamp(1, l.left()))?;
            }
        }
        TRACEROUTE => {
            l.u16(OPT_ID_NUMBER)?;
            l.u16(OPT_OHC)?;
            l.u16(OPT_RHC)?;
            l.ipv4(OPT_ORIGINATOR)?;
        }
        DIRECTED_BROADCAST => {
            while l.left() >= 4 {
                l.ipv4(OPT_ADDR)?;
            }
            if l.left() > 0 {
                l.bytes_left(OPT_PADDING);
            }
        }
        QUICK_START_TYPE => {
            l.uint(OPT_QS_FUNC, 1)?;
        }
        _ => {}
    }
    l.skip(l.left())
}

/// The addresses of a route: before the pointer those that were passed, from there on those that come.
fn route(l: &mut Layer<'_, '_>, kind: u8, start: usize) -> Result<(), Stop> {
    let pointer = usize::from(l.u8(OPT_PTR)?);
    while l.left() >= 4 {
        // The pointer counts from one, from the option's first byte.
        let at = l.at() - start + 1;
        let last = l.left() < 8;
        let field = match kind {
            _ if at < pointer => REC_RT,
            RECORD_ROUTE => EMPTY_RT,
            _ if last => DST,
            _ => SRC_RT,
        };
        let address = l.ipv4(field)?;
        if at == pointer && field != DST {
            let title = crate::protocols::field(field).title;
            l.label(|| format!("{title}: {address} <- (next)"));
        }
    }
    Ok(())
}

fn timestamps(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    l.u8(OPT_PTR)?;
    let kind = l.bits(1, &[OPT_OVERFLOW, OPT_FLAG])? & 15;
    let with_address = kind != 0;
    while l.left() >= if with_address { 8 } else { 4 } {
        if with_address {
            l.ipv4(OPT_TIME_STAMP_ADDR)?;
        }
        l.u32(OPT_TIME_STAMP)?;
    }
    Ok(())
}

/// The field that stands for a kind of option as a whole.
fn field(kind: u8) -> Option<FieldId> {
    Some(match kind {
        END => OPTIONS_EOL,
        NO_OPERATION => OPTIONS_NOP,
        SECURITY => OPTIONS_SECURITY,
        LOOSE_ROUTE => OPTIONS_ROUTE,
        EXTENDED_SECURITY => OPTIONS_EXT_SECURITY,
        STRICT_ROUTE => OPTIONS_SOURCE_ROUTE,
        COMMERCIAL_SECURITY => OPTIONS_CIPSO,
        RECORD_ROUTE => OPTIONS_RECORD_ROUTE,
        TIMESTAMP => OPTIONS_TIMESTAMP,
        MTU_PROBE => OPTIONS_MTU_PROBE,
        MTU_REPLY => OPTIONS_MTU_REPLY,
        STREAM => OPTIONS_SID,
        TRACEROUTE => OPTIONS_TRACEROUTE,
        ROUTER_ALERT => OPTIONS_ROUTERALERT,
        DIRECTED_BROADCAST => OPTIONS_SDB,
        QUICK_START_TYPE => OPTIONS_QS,
        _ => return None,
    })
}

fn title(kind: u8, size: usize) -> String {
    let Some(field) = field(kind) else { return format!("IP Option - Unknown (0x{kind:02x}) ({size} bytes)") };
    let title = crate::protocols::field(field).title;
    if size == 1 { title.into() } else { format!("{title} ({size} bytes)") }
}
