//! IPv6 fragments (RFC 8200, section 4.5).

use super::ipv6;
use crate::conversations::Conversing;
use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::field::YES_NO;
use crate::memory;
use crate::protocols::{numbers, reassembly};
use std::net::IpAddr;

/// IPv6 fragments.
pub static PROTOCOL: Protocol = Protocol {
    name: "ipv6.fraghdr",
    title: "Fragment Header for IPv6",
    column: "IPv6 Fragment",
    tables: &[("ip.proto", Key::Number(44))],
    part: true,
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { fraghdr
    NXT "ipv6.fraghdr.nxt" U8 "Next header" values (numbers::IP_PROTOCOLS);
    RESERVED_OCTET "ipv6.fraghdr.reserved_octet" X8 "Reserved octet";
    OFFSET "ipv6.fraghdr.offset" U16 "Offset" mask 0xfff8;
    RESERVED_BITS "ipv6.fraghdr.reserved_bits" U16 "Reserved bits" mask 0x0006;
    MORE "ipv6.fraghdr.more" Bool(16) "More Fragments" mask 0x0001 values YES_NO;
    IDENT "ipv6.fraghdr.ident" X32 "Identification";
}

/// The fields that describe a datagram that came in fragments.
const WHOLE: reassembly::FragmentFields = reassembly::FragmentFields {
    fragments: ipv6::FRAGMENTS,
    fragment: ipv6::FRAGMENT,
    count: ipv6::FRAGMENT_COUNT,
    length: ipv6::REASSEMBLED_LENGTH,
    data: ipv6::REASSEMBLED_DATA,
    completed_in: ipv6::REASSEMBLED_IN,
};

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let next = l.u8(NXT)?;
    l.u8(RESERVED_OCTET)?;
    let start = l.at();
    let raw = l.peek(0, 2)?;
    l.skip(2)?;
    l.note_uint(OFFSET, start, 2, raw);
    l.label(|| {
        let units = raw >> 3;
        numbers::with_bits(raw, 0xfff8, 16, &format!("Offset: {units} ({} bytes)", units * 8))
    });
    l.note_uint(RESERVED_BITS, start, 2, raw);
    l.note_uint(MORE, start, 2, raw);
    let identification = l.u32(IDENT)?;
    let (offset, more) = (raw & 0xfff8, raw & 1 == 1);
    // The first fragment is worth reading where the others cannot be put to it anyway.
    let first_alone = offset == 0 && l.left() < l.left_on_wire();
    if !(more || offset != 0) || first_alone {
        l.join();
        return Ok(ipv6::following(next));
    }
    let endpoints = l.endpoints();
    let low = match endpoints.source {
        IpAddr::V6(address) => address.to_bits() as u64,
        IpAddr::V4(address) => u64::from(address.to_bits()),
    };
    let key = memory::key_without_ports(&endpoints, "ipv6", low.rotate_left(32) ^ u64::from(identification));
    let part = (key, offset as u32, more);
    let next = reassembly::payload(l, part, &WHOLE, ("IPv6", "Reassembled IPv6"), ipv6::following(next))?;
    if next == Next::End {
        l.join();
    } else {
        // Wireshark counts a datagram, not its fragments.
        l.withdraw(Conversing::Ipv6);
    }
    Ok(next)
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    columns.protocol = "IPv6".into();
    let part = |field| view.uint(field).unwrap_or_default();
    let (offset, more, next) = (part(OFFSET) * 8, part(MORE) == 1, part(NXT));
    if offset == 0 && !more || view.has(ipv6::REASSEMBLED_LENGTH) {
        ipv6::extension_columns(view, columns, "IPv6 fragment", NXT);
        return;
    }
    columns.info = format!(
        "IPv6 fragment (off={offset} more={} ident=0x{:08x} nxt={next})",
        if more { 'y' } else { 'n' },
        part(IDENT)
    );
    if let Some(frame) = view.uint(ipv6::REASSEMBLED_IN) {
        columns.info.push_str(&format!(" [Reassembled in #{frame}]"));
    }
}
